//! Constant arrivals: one request after another at equal gaps, like a sensor or a scheduler.

use super::{ArrivalPlan, Arrivals, Nature};
use crate::{
    config::{Entry, Section, Table},
    dist::Dist,
    rng::Stream,
    units::{Rate, SimTime},
};

pub(super) const ENTRY: Entry<ArrivalPlan> = Entry {
    name: "constant",
    summary: "equal gaps, from a random first one on",
    example: "rate = \"250 /s\"",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// Equal gaps.
    struct Settings: "constant arrivals" {
        /// Requests per unit of time.
        rate: Rate,
    }
}

fn read(section: &Section<'_>) -> Option<ArrivalPlan> {
    let Settings { rate } = Settings::read_fields(section)?;
    Some(plan(rate))
}

/// Returns equal gaps. The first request comes anywhere within the first gap, so that two such workloads of one rate do
/// not always meet.
pub fn plan(rate: Rate) -> ArrivalPlan {
    let gap = 1.0 / rate.as_per_second();
    // The bounds of what a distribution takes lie far beyond what the simulated clock can tell.
    let nature = Nature::Renewal {
        gap: Dist::constant(gap.clamp(1e-12, 1e12)).expect("a gap within bounds"),
    };
    ArrivalPlan::new(ENTRY.name, nature, move |_| Constant {
        gap: (gap * 1e9 * FRACTION) as u128,
        last: None,
    })
}

/// 64 binary places behind the nanosecond, so that no rounding adds up: a thousand years of gaps stay exact to 1 ns.
const FRACTION: f64 = 18_446_744_073_709_551_616.0;

struct Constant {
    /// In nanoseconds, times [`FRACTION`].
    gap: u128,
    last: Option<u128>,
}

impl Arrivals for Constant {
    fn next(&mut self, rng: &mut Stream) -> Option<SimTime> {
        let at = match self.last {
            None => (self.gap as f64 * rng.open01()) as u128,
            Some(last) => last.checked_add(self.gap)?,
        };
        self.last = Some(at);
        Some(SimTime::from_nanos((at >> 64) as u64))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        model::arrival::testing::{plan, times},
        units::SimTime,
    };

    #[test]
    fn gaps_are_equal_and_no_rounding_adds_up() {
        let plan = plan("process = \"constant\"\nrate = \"3 /s\"");
        let times = times(&plan, 300_001);
        for pair in times.windows(2) {
            let gap = pair[1].since(pair[0]).as_nanos();
            assert!((333_333_333..=333_333_334).contains(&gap), "{gap}");
        }
        assert_eq!(times[300_000].since(times[0]).as_nanos(), 100_000 * 1_000_000_000);
        assert!(times[0] < SimTime::from_nanos(333_333_334) && times[0] != times[1]);
    }

    #[test]
    fn the_clock_running_out_ends_the_process() {
        let plan = plan("process = \"constant\"\nrate = \"0.002 /d\"");
        assert_eq!(times(&plan, 1_000_000).len(), 427, "one in 500 days of 584 years");
    }
}
