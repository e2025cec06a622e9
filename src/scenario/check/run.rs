//! Checks of `[run]`: how long, how often, how sure.

use super::{check_range, grouped, label};
use crate::{
    config::{Problem, Problems, Severity, Spanned},
    rng::Seed,
    scenario::{
        Replications, RunPlan,
        raw::{RawRun, RawScenario},
        raw_parts::Attempt,
    },
    units::{Share, SimDuration},
};

/// Replications before the first look at the precision.
const FIRST: u32 = 8;
/// Buckets of a time series: more make no picture.
const MOST_BUCKETS: u64 = 10_000;
/// Requests in flight take up to some hundred bytes each.
const MOST_IN_FLIGHT: u32 = 100_000_000;

pub(super) fn check(raw: Option<&Attempt<RawRun>>, problems: &Problems) -> Option<RunPlan> {
    let Some(Attempt(read)) = raw else {
        problems.push(Problem {
            severity: Severity::Error,
            message: "the table `[run]` is missing".to_owned(),
            labels: Vec::new(),
            help: Some("add `[run]` with `duration = \"10 min\"`".to_owned()),
        });
        return None;
    };
    let raw = read.as_ref()?;
    check_durations(raw, problems);
    check_level(&raw.confidence, problems);
    check_range(&raw.max_in_flight, "`max_in_flight`", 1, MOST_IN_FLIGHT, problems);
    Some(RunPlan {
        duration: *raw.duration,
        warmup: raw.warmup.as_ref().map(|warmup| **warmup),
        replications: check_replications(raw, problems)?,
        seed: Seed(raw.seed),
        timeline: raw.timeline.as_ref().map(|timeline| **timeline),
        level: raw.confidence.get(),
        max_in_flight: *raw.max_in_flight as usize,
        allow_overload: raw.allow_overload,
        rules_of_thumb: raw.rules_of_thumb,
    })
}

fn check_durations(raw: &RawRun, problems: &Problems) {
    let duration = raw.duration.as_nanos();
    if duration == 0 {
        let help = "write how long to measure, like \"10 min\"";
        problems.error(&raw.duration.span, "`duration` cannot be 0", "here", help);
        return;
    }
    let Some(bucket) = &raw.timeline else { return };
    let fault = match bucket.as_nanos() {
        0 => "`timeline` cannot be 0".to_owned(),
        nanos if duration < nanos => "a bucket of the time series is longer than the duration".to_owned(),
        nanos if MOST_BUCKETS < duration.div_ceil(nanos) => {
            format!(
                "the time series has {} buckets, and {} is the most",
                grouped(duration.div_ceil(nanos)),
                grouped(MOST_BUCKETS)
            )
        }
        _ => return,
    };
    let good = SimDuration::from_secs_f64(raw.duration.as_secs_f64() / 100.0);
    problems.push(Problem {
        severity: Severity::Error,
        message: fault,
        labels: vec![
            label(&raw.duration.span, format!("measured for {}", *raw.duration)),
            label(&bucket.span, format!("in buckets of {}", **bucket)),
        ],
        help: Some(format!(
            "{good} makes a hundred buckets; left out, that is chosen"
        )),
    });
}

pub(super) fn check_level(level: &Spanned<Share>, problems: &Problems) {
    if !(0.5..=0.9999).contains(&level.get()) {
        let help = "write one from 50 % to 99.99 %; 95 % is usual";
        problems.error(&level.span, "this is no useful confidence level", "here", help);
    }
}

fn check_replications(raw: &RawRun, problems: &Problems) -> Option<Replications> {
    if let (Some(fixed), Some(precision)) = (&raw.replications, &raw.precision) {
        problems.push(Problem {
            severity: Severity::Error,
            message: "`replications` and `precision` exclude each other".to_owned(),
            labels: vec![
                label(&fixed.span, "so many"),
                label(&precision.span, "as many as it takes"),
            ],
            help: Some(
                "keep one of them; `max_replications` limits how many a precision may take".to_owned(),
            ),
        });
        return None;
    }
    let cap = match &raw.max_replications {
        Some(cap) => {
            if raw.precision.is_none() {
                let help = "give a `precision` too, or use `replications`";
                problems.error(
                    &cap.span,
                    "`max_replications` is only for a `precision`",
                    "here",
                    help,
                );
            }
            check_range(cap, "`max_replications`", 2, 1_000_000, problems);
            **cap
        }
        None => RawScenario::DEFAULT_CAP,
    };
    if let Some(precision) = &raw.precision {
        if !(0.0001..=0.5).contains(&precision.get()) {
            let help = "write one from 0.01 % to 50 %; 1 % is usual";
            problems.error(&precision.span, "this is no useful precision", "here", help);
        }
        return Some(Replications::Until {
            precision: precision.get(),
            first: FIRST.min(cap),
            cap,
        });
    }
    let Some(count) = &raw.replications else {
        return Some(Replications::Fixed(RawScenario::DEFAULT_REPLICATIONS));
    };
    if check_range(count, "`replications`", 1, 1_000_000, problems) && **count == 1 {
        let help = "use 8 or more to see how sure the numbers are";
        problems.warning(&count.span, "one replication gives no intervals", "here", help);
    }
    Some(Replications::Fixed(**count))
}
