//! Poisson arrivals: many clients, each unaware of the others.

use std::sync::Arc;

use rand_distr::{Distribution, Exp1};

use super::{Arrival, ArrivalPlan, Arrivals, Given, Nature};
use crate::{
    config::{Entry, Section, Table},
    rng::Stream,
    units::{Rate, SimDuration, SimTime},
};

pub(super) const ENTRY: Entry<ArrivalPlan> = Entry {
    name: "poisson",
    summary: "independent clients: gaps are exponential",
    example: "rate = \"250 /s\"",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// Poisson arrivals.
    struct Settings: "Poisson arrivals" {
        /// Requests per unit of time.
        rate: Rate,
    }
}

fn read(section: &Section<'_>) -> Option<ArrivalPlan> {
    let Settings { rate } = Settings::read_fields(section)?;
    Some(plan(rate))
}

/// Returns Poisson arrivals of this rate.
pub fn plan(rate: Rate) -> ArrivalPlan {
    let rate = rate.as_per_second();
    ArrivalPlan {
        name: ENTRY.name,
        nature: Nature::Poisson { rate },
        answers: false,
        build: Arc::new(move |_| {
            Box::new(Poisson {
                gap_mean: 1.0 / rate,
                last: SimTime::ZERO,
            })
        }),
    }
}

struct Poisson {
    /// In seconds.
    gap_mean: f64,
    last: SimTime,
}

impl Arrivals for Poisson {
    fn next(&mut self, rng: &mut Stream) -> Option<Arrival> {
        let gap: f64 = Exp1.sample(rng);
        self.last = self.last + SimDuration::from_secs_f64(gap * self.gap_mean);
        Some(Arrival {
            at: self.last,
            size: 1,
            client: 0,
            given: Given::default(),
        })
    }
}
