//! Checks of the detectors of a service.

use super::{check_range, label};
use crate::{
    config::{Problem, Problems, Severity, Spanned},
    model::detection::{
        DetectionPlan, health_check::HealthCheck, lease::Lease, outlier_ejection::OutlierEjection,
        phi_accrual::PhiAccrual,
    },
    units::{Share, SimDuration},
};

/// Checks, or misses, in a row: more are never reached.
const MOST_IN_A_ROW: u32 = 1_000;
/// Intervals that φ accrual remembers.
const MOST_REMEMBERED: u32 = 10_000;

pub(super) fn check(plan: &DetectionPlan, problems: &Problems) {
    if let Some(settings) = &plan.health_check {
        check_health_check(settings, problems);
    }
    if let Some(settings) = &plan.outlier_ejection {
        check_outlier_ejection(settings, problems);
    }
    if let Some(settings) = &plan.lease {
        check_lease(settings, problems);
    }
    if let Some(settings) = &plan.phi_accrual {
        check_phi_accrual(settings, problems);
    }
}

fn check_health_check(settings: &HealthCheck, problems: &Problems) {
    check_not_zero(&settings.interval, "interval", "2 s", problems);
    check_not_zero(&settings.timeout, "timeout", "1 s", problems);
    check_jitter(&settings.jitter, problems);
    check_range(&settings.fall, "`fall`", 1, MOST_IN_A_ROW, problems);
    check_range(&settings.rise, "`rise`", 1, MOST_IN_A_ROW, problems);
    let others = [
        (&settings.fast_interval, "fast_interval"),
        (&settings.down_interval, "down_interval"),
        (&settings.slow_start, "slow_start"),
    ];
    for (given, name) in others {
        if let Some(given) = given {
            check_not_zero(given, name, "10 s", problems);
        }
    }
    let (interval, timeout) = (&settings.interval, &settings.timeout);
    if interval.value < timeout.value && 0 < interval.as_nanos() {
        let noticed = f64::from(*settings.fall) * (interval.as_secs_f64() + timeout.as_secs_f64());
        problems.push(Problem {
            severity: Severity::Warning,
            message: "a check may take longer than the `interval` between checks".to_owned(),
            labels: vec![
                label(&interval.span, "from the end of one to the start of the next"),
                label(&timeout.span, "until one has failed"),
            ],
            help: Some(format!(
                "a server that hangs is noticed after up to {}; a `timeout` below the `interval` is usual",
                SimDuration::from_secs_f64(noticed)
            )),
        });
    }
}

fn check_outlier_ejection(settings: &OutlierEjection, problems: &Problems) {
    let errors = &settings.consecutive_errors;
    check_range(errors, "`consecutive_errors`", 1, MOST_IN_A_ROW, problems);
    check_not_zero(&settings.ejection_time, "ejection_time", "30 s", problems);
    let (first, most) = (&settings.ejection_time, &settings.max_ejection_time);
    if most.value < first.value {
        problems.push(Problem {
            severity: Severity::Error,
            message: "the longest ejection is shorter than the first".to_owned(),
            labels: vec![
                label(&first.span, "the first time"),
                label(&most.span, "at the most"),
            ],
            help: Some("raise `max_ejection_time`, or lower `ejection_time`".to_owned()),
        });
    }
}

fn check_lease(settings: &Lease, problems: &Problems) {
    check_not_zero(&settings.interval, "interval", "1 s", problems);
    check_range(&settings.missed, "`missed`", 1, MOST_IN_A_ROW, problems);
}

fn check_phi_accrual(settings: &PhiAccrual, problems: &Problems) {
    check_not_zero(&settings.interval, "interval", "1 s", problems);
    check_not_zero(&settings.min_deviation, "min_deviation", "100 ms", problems);
    check_jitter(&settings.jitter, problems);
    check_range(&settings.window, "`window`", 2, MOST_REMEMBERED, problems);
    if !(0.5..=16.0).contains(&*settings.threshold) {
        let help = "write one from 0.5 to 16: 8.0 is wrong once in 10⁸ beats, each more ten times as seldom";
        let fault = "this is no useful `threshold` of suspicion";
        problems.error(&settings.threshold.span, fault, "here", help);
    }
}

fn check_not_zero(value: &Spanned<SimDuration>, name: &str, good: &str, problems: &Problems) {
    if value.as_nanos() == 0 {
        let help = format!("write one like \"{good}\"");
        problems.error(&value.span, format!("`{name}` cannot be 0"), "here", help);
    }
}

fn check_jitter(jitter: &Spanned<Share>, problems: &Problems) {
    if 0.5 < jitter.get() {
        let help = "write one from 0 % to 50 %";
        problems.error(&jitter.span, "this `jitter` is too large", "here", help);
    }
}
