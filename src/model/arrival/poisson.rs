//! Poisson arrivals: many clients, each unaware of the others.

use rand_distr::{Distribution, Exp1};

use super::{ArrivalPlan, Nature, renewal::Renewal};
use crate::{
    config::{Entry, Section, Table},
    dist::Dist,
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
    // Beyond these limits nobody can tell the difference: the clock ticks in nanoseconds and ends after 2e10 seconds.
    let gap = Dist::exponential((1.0 / rate).clamp(1e-12, 1e12)).expect("a time within the limits");
    ArrivalPlan::new(ENTRY.name, Nature::Poisson { rate }, move |_| {
        Renewal::new(gap.clone())
    })
}

/// The instants of a Poisson process, for processes that make batches or sessions begin at them and draw more from the
/// same stream.
pub(super) struct Poisson {
    /// In seconds.
    gap_mean: f64,
    last: SimTime,
}

impl Poisson {
    pub(super) fn new(per_second: f64) -> Self {
        Self {
            gap_mean: 1.0 / per_second,
            last: SimTime::ZERO,
        }
    }

    #[inline]
    pub(super) fn advance(&mut self, rng: &mut Stream) -> SimTime {
        let gap: f64 = Exp1.sample(rng);
        self.last = self.last + SimDuration::from_secs_f64(gap * self.gap_mean);
        self.last
    }
}

#[cfg(test)]
mod tests {
    use crate::model::arrival::testing::{agrees, dispersion, gap_moments, plan};

    #[test]
    fn gaps_are_exponential_and_counts_vary_as_they_should() {
        let plan = plan("process = \"poisson\"\nrate = \"250 /s\"");
        let (mean, scv) = gap_moments(&plan, 200_000);
        agrees(mean, 0.004, 0.004 * 1.02, 0.01);
        agrees(scv, 1.0, 0.9, 0.03);
        agrees(dispersion(&plan, 1.0, 8_000), 1.0, 0.8, 0.08);
    }
}
