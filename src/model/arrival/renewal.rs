//! Renewal arrivals: independent gaps of any one distribution.

use super::{ArrivalPlan, Arrivals, Nature};
use crate::{
    config::{Entry, Section, Spanned, Table},
    dist::{Ahead, Dist},
    rng::Stream,
    units::SimTime,
};

pub(super) const ENTRY: Entry<ArrivalPlan> = Entry {
    name: "renewal",
    summary: "independent gaps of one distribution",
    example: "gap = { distribution = \"gamma\", mean = \"4 ms\", cv = 0.5 }",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// Independent gaps.
    struct Settings: "renewal arrivals" {
        /// The time from one request to the next.
        gap: Spanned<Dist>,
    }
}

fn read(section: &Section<'_>) -> Option<ArrivalPlan> {
    let Settings { gap } = Settings::read_fields(section)?;
    if gap.mean() == 0.0 {
        section.problems().error(
            &gap.span,
            "the gap between requests is always zero",
            "no time at all",
            "use `process = \"batches\"` for requests that come together",
        );
        return None;
    }
    Some(plan(gap.value))
}

/// Returns independent gaps of this distribution, whose mean is not zero. The first request comes one gap after the
/// beginning.
pub fn plan(gap: Dist) -> ArrivalPlan {
    assert!(0.0 < gap.mean(), "a gap must take time");
    let nature = if gap.is_exponential() {
        Nature::Poisson {
            rate: 1.0 / gap.mean(),
        }
    } else {
        Nature::Renewal { gap: gap.clone() }
    };
    ArrivalPlan::new(ENTRY.name, nature, move |_| Renewal::new(gap.clone()))
}

/// Independent gaps of one distribution.
pub(super) struct Renewal {
    gap: Dist,
    ahead: Ahead,
    last: SimTime,
}

impl Renewal {
    pub(super) fn new(gap: Dist) -> Self {
        Self {
            gap,
            ahead: Ahead::default(),
            last: SimTime::ZERO,
        }
    }
}

impl Arrivals for Renewal {
    fn next(&mut self, rng: &mut Stream) -> Option<SimTime> {
        self.last = self.last + self.ahead.next(&self.gap, rng);
        Some(self.last)
    }
}

#[cfg(test)]
mod tests {
    use crate::model::arrival::{
        Nature,
        testing::{agrees, complaints, dispersion, gap_moments, plan},
    };

    #[test]
    fn gaps_follow_the_distribution() {
        let plan =
            plan("process = \"renewal\"\ngap = { distribution = \"erlang\", mean = \"4 ms\", stages = 4 }");
        let (mean, scv) = gap_moments(&plan, 200_000);
        agrees(mean, 0.004, 0.004 * 1.01, 0.005);
        agrees(scv, 0.25, 0.28, 0.03);
        // In the long run the counts of a renewal process vary as its gaps do.
        agrees(dispersion(&plan, 1.0, 8_000), 0.25, 0.31, 0.08);
    }

    #[test]
    fn exponential_gaps_are_known_to_be_poisson() {
        let plan = plan("process = \"renewal\"\ngap = { distribution = \"exponential\", mean = \"4 ms\" }");
        assert_eq!(plan.nature, Nature::Poisson { rate: 250.0 });
    }

    #[test]
    fn a_gap_of_no_time_is_refused() {
        insta::assert_snapshot!(complaints("process = \"renewal\"\ngap = \"0 s\""), @r#"
        the gap between requests is always zero (no time at all)
          help: use `process = "batches"` for requests that come together
        "#);
    }
}
