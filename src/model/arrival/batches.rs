//! Batches: requests that come together, at the instants of a Poisson process.

use super::{Arrival, ArrivalPlan, Arrivals, Nature, count::Count, poisson::Poisson};
use crate::{
    config::{Entry, Section, Table},
    rng::Stream,
    units::{Rate, SimTime},
};

pub(super) const ENTRY: Entry<ArrivalPlan> = Entry {
    name: "batches",
    summary: "several requests at once; batches come like a Poisson process",
    example: "rate = \"250 /s\", size = 10",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// Requests that come together.
    struct Settings: "batches" {
        /// Requests (not batches) per unit of time: the load stays the same whatever the size.
        rate: Rate,
        /// Requests in a batch: a whole number, or `{ mean = 4.5 }` for a geometric one.
        size: Count,
    }
}

fn read(section: &Section<'_>) -> Option<ArrivalPlan> {
    let Settings { rate, size } = Settings::read_fields(section)?;
    Some(plan(rate, size))
}

/// Returns batches that bring `rate` requests in the long run.
pub fn plan(rate: Rate, size: Count) -> ArrivalPlan {
    let rate = rate.as_per_second();
    let nature = Nature::Batches { rate, size };
    ArrivalPlan::new(ENTRY.name, nature, move |_| Batches {
        begins: Poisson::new(rate / size.mean()),
        size,
        arrival: Arrival::SINGLE,
    })
}

struct Batches {
    begins: Poisson,
    size: Count,
    arrival: Arrival,
}

impl Arrivals for Batches {
    fn next(&mut self, rng: &mut Stream) -> Option<SimTime> {
        let at = self.begins.advance(rng);
        self.arrival.size = self.size.sample(rng);
        Some(at)
    }

    fn arrival(&self) -> Option<&Arrival> {
        Some(&self.arrival)
    }
}

#[cfg(test)]
mod tests {
    use crate::model::arrival::testing::{agrees, complaints, dispersion, plan, rate};

    /// The index of dispersion of a compound Poisson process is the mean square of a batch over its mean.
    #[test]
    fn rate_and_dispersion_are_those_of_a_compound_poisson_process() {
        let fixed = plan("process = \"batches\"\nrate = \"200 /s\"\nsize = 5");
        agrees(rate(&fixed, 2_000.0), 200.0, 205.0, 0.01);
        agrees(dispersion(&fixed, 2.0, 8_000), 5.0, 4.0, 0.08);
        let varying = plan("process = \"batches\"\nrate = \"200 /s\"\nsize = { mean = 5 }");
        agrees(rate(&varying, 2_000.0), 200.0, 206.0, 0.015);
        agrees(dispersion(&varying, 2.0, 8_000), 9.0, 7.5, 0.08);
    }

    #[test]
    fn a_wrong_size_is_told() {
        let wrong =
            |size: &str| complaints(&format!("process = \"batches\"\nrate = \"1 /s\"\nsize = {size}"));
        insta::assert_snapshot!(wrong("0"), @r#"
        0 is no number of requests (out of range)
          help: write a whole number from 1 on, or `{ mean = 4.5 }` for a number that varies
        "#);
        insta::assert_snapshot!(wrong("{ mean = 0.5 }"), @r#"
        a mean of 0.5 requests is not from 1 to 1e9 (out of range)
          help: write a whole number from 1 on, or `{ mean = 4.5 }` for a number that varies
        "#);
        insta::assert_snapshot!(wrong("\"ten\""), @r#"
        expected a number of requests, found a text (here)
          help: write a whole number from 1 on, or `{ mean = 4.5 }` for a number that varies
        "#);
    }
}
