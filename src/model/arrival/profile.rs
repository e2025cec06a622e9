//! A profile: a rate that changes over the day in straight lines from point to point, and repeats.

use std::sync::Arc;

use rand_distr::{Distribution, Exp1};

use super::{
    ArrivalPlan, Arrivals, Nature,
    curve::{Curve, Walk},
    moment::Moment,
};
use crate::{
    config::{Entry, Section, Spanned, Table},
    rng::Stream,
    units::{RateOrZero, SimDuration, SimTime},
};

pub(super) const ENTRY: Entry<ArrivalPlan> = Entry {
    name: "profile",
    summary: "Poisson with a rate that changes over the day, in straight lines from point to point",
    example: "points = [[\"00:00\", \"120 /s\"], [\"20:00\", \"1100 /s\"], [\"24:00\", \"120 /s\"]]",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// A rate that changes over time.
    struct Settings: "a profile" {
        /// Times, from zero on, and the rates then: times of the day or times since the beginning (`"90 min"`). Between
        /// points the rate changes in a straight line; two points at one time make a jump. After the last point it all
        /// begins again. Measuring begins at time zero.
        points: Spanned<Vec<(Spanned<Moment>, RateOrZero)>>,
    }
}

type Points = [(Spanned<Moment>, RateOrZero)];

fn read(section: &Section<'_>) -> Option<ArrivalPlan> {
    let Settings { points } = Settings::read_fields(section)?;
    if !are_in_order(&points.value, section) {
        return None;
    }
    let curve: Vec<(SimDuration, RateOrZero)> = points
        .iter()
        .map(|(moment, rate)| (moment.since, *rate))
        .collect();
    let plan = plan(&curve);
    if plan.is_none() {
        let fault = "this profile sends no requests";
        let help = "let one rate be above zero";
        section
            .problems()
            .error(&points.span, fault, "all rates are zero", help);
    }
    plan
}

/// Whether the times begin at zero, never decrease and end; a problem is added for each that does not.
fn are_in_order(points: &Points, section: &Section<'_>) -> bool {
    let problems = section.problems();
    let [(first, _), .., (last, _)] = points else {
        let help = "use `process = \"poisson\"` for a steady rate";
        problems.error(
            section.span(),
            "a profile needs at least two points",
            "too few",
            help,
        );
        return false;
    };
    let mut sound = true;
    let mut error = |moment: &Spanned<Moment>, fault: &str, label: &str, help: &str| {
        problems.error(&moment.span, fault, label, help);
        sound = false;
    };
    if first.since != SimDuration::ZERO {
        let help = "add a point at \"00:00\" in front";
        error(first, "a profile begins at time zero", "later than zero", help);
    }
    for pair in points.windows(2).filter(|pair| pair[1].0.since < pair[0].0.since) {
        let fault = "this point is earlier than the one before";
        let help = "put the points in the order of their times";
        error(&pair[1].0, fault, "out of order", help);
    }
    if points.iter().any(|(moment, _)| moment.of_day) && last.since != DAY {
        let fault = "a profile of the day ends with the day";
        let help = "end with a point at \"24:00\", or use durations like \"90 min\" for a shorter period";
        error(last, fault, "not 24:00", help);
    } else if last.since == SimDuration::ZERO {
        let help = "let the last point be later";
        error(last, "a profile that lasts no time", "zero", help);
    }
    sound
}

const DAY: SimDuration = SimDuration::from_nanos(86_400_000_000_000);

/// Returns Poisson arrivals whose rate goes through these points in straight lines and repeats; `None` unless the times
/// begin at zero, never decrease and end later, and some requests come.
pub fn plan(points: &[(SimDuration, RateOrZero)]) -> Option<ArrivalPlan> {
    let points: Vec<(SimDuration, f64)> = points
        .iter()
        .map(|&(since, rate)| (since, rate.as_per_second()))
        .collect();
    let curve = Arc::new(Curve::new(&points)?);
    let nature = Nature::Profile {
        points: points
            .iter()
            .map(|&(since, rate)| (since.as_secs_f64(), rate))
            .collect(),
    };
    Some(ArrivalPlan::new(ENTRY.name, nature, move |origin| Profile {
        walk: Walk::new(Arc::clone(&curve), origin),
    }))
}

struct Profile {
    walk: Walk,
}

impl Arrivals for Profile {
    fn next(&mut self, rng: &mut Stream) -> Option<SimTime> {
        let area: f64 = Exp1.sample(rng);
        self.walk.advance(area)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::arrival::testing::{complaints, plan, times_from};

    /// Counts of six intervals of a minute over 400 periods, as a chi-square against expected counts of one period.
    fn chi_square(plan: &ArrivalPlan, origin_s: u64, expected: [f64; 6]) -> f64 {
        let periods = 400.0;
        let origin = origin_s * 1_000_000_000;
        let mut counts = [0.0_f64; 6];
        for at in times_from(plan, SimTime::from_nanos(origin), 1_000_000) {
            let since = i128::from(at.as_nanos()) - i128::from(origin);
            let (period, interval) = (
                since.div_euclid(360_000_000_000),
                since.rem_euclid(360_000_000_000),
            );
            if period == 400 {
                break;
            }
            if 0 <= period {
                counts[(interval / 60_000_000_000) as usize] += 1.0;
            }
        }
        let squares = counts.iter().zip(expected);
        squares
            .map(|(&count, mean)| (count - periods * mean).powi(2) / (periods * mean))
            .sum()
    }

    #[test]
    fn each_interval_gets_the_sum_of_its_rate() {
        let plan = plan(
            "process = \"profile\"\npoints = [[\"0 s\", \"1 /s\"], [\"2 min\", \"5 /s\"], [\"2 min\", \"2 /s\"], \
             [\"4 min\", \"2 /s\"], [\"6 min\", \"1 /s\"]]",
        );
        let exact = [120.0, 240.0, 120.0, 120.0, 105.0, 75.0];
        // What a process would give that took the rate at the beginning of each minute for the whole of it.
        let decoy = [60.0, 180.0, 120.0, 120.0, 120.0, 90.0];
        // The 99.9 % point of chi-square with 6 degrees of freedom: the total is random too.
        let limit = 22.46;
        // From the beginning, and with a warm-up that begins within a line.
        for origin in [0, 500] {
            assert!(chi_square(&plan, origin, exact) < limit);
            assert!(limit < chi_square(&plan, origin, decoy));
        }
        assert_eq!(plan.nature.rate().map(|rate| rate * 360.0), Some(780.0));
    }

    #[test]
    fn time_goes_on_past_midnight() {
        let plan = plan(
            "process = \"profile\"\npoints = [[\"00:00\", \"0 /s\"], [\"23:59:58\", \"0 /s\"], [\"24:00\", \"100 /s\"]]",
        );
        let times = times_from(&plan, SimTime::from_nanos(3_600_000_000_000), 1_000);
        // A run that begins at 23:00 meets the burst before midnight, and then once a day.
        for at in times {
            let of_day = (at.as_secs_f64() + 23.0 * 3_600.0) % 86_400.0;
            assert!(86_398.0 <= of_day, "{of_day}");
        }
    }

    #[test]
    fn a_wrong_profile_is_told() {
        let wrong = |points: &str| complaints(&format!("process = \"profile\"\npoints = {points}"));
        insta::assert_snapshot!(wrong("[[\"00:00\", \"1 /s\"]]"), @r#"
        a profile needs at least two points (too few)
          help: use `process = "poisson"` for a steady rate
        "#);
        insta::assert_snapshot!(wrong("[[\"08:00\", \"1 /s\"], [\"07:00\", \"1 /s\"], [\"20:00\", \"1 /s\"]]"), @r#"
        a profile begins at time zero (later than zero)
          help: add a point at "00:00" in front
        this point is earlier than the one before (out of order)
          help: put the points in the order of their times
        a profile of the day ends with the day (not 24:00)
          help: end with a point at "24:00", or use durations like "90 min" for a shorter period
        "#);
        insta::assert_snapshot!(wrong("[[\"0 s\", \"0 /s\"], [\"9 s\", \"0 /s\"]]"), @r#"
        this profile sends no requests (all rates are zero)
          help: let one rate be above zero
        "#);
        insta::assert_snapshot!(wrong("[[\"0 s\", \"1 /s\"], [\"0 s\", \"1 /s\"]]"), @r#"
        a profile that lasts no time (zero)
          help: let the last point be later
        "#);
        insta::assert_snapshot!(wrong("[[\"noon\", 5], [8, \"1 /s\"]]"), @r#"
        `noon` is not a time (here)
          help: write a time of the day like "08:30", or a duration like "90 min", in quotes
        a rate needs its unit, and this is a bare number (no unit)
          help: write it like "250 /s", in quotes
        expected a time, found a bare number (here)
          help: write a time of the day like "08:30", or a duration like "90 min", in quotes
        "#);
    }
}
