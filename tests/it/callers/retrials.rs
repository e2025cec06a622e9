//! Retrial queues against their formulas.

use crate::theory::{EXPONENTIAL, POISSON, all};

/// Who is turned away comes back after an exponential pause, until it is served.
#[test]
fn retrial_queues_behave_as_their_formulas_say() {
    let back = |pause: &str| {
        format!(
            "{POISSON}retry = {{ attempts = \"unlimited\", backoff = \"{pause}\", factor = 1, jitter = \"exponential\", \
             on = [\"rejected\"] }}\n"
        )
    };
    let (soon, late) = (back("2 ms"), back("5 ms"));
    let measures: &[&str] = &["workload.a.response.mean", "workload.a.attempts"];
    let cases = [
        (
            &[soon.as_str()][..],
            &["servers = 1", EXPONENTIAL, "queue = { capacity = 0 }"][..],
            400.0,
            400,
            "M/M/1 retrial queue",
            measures,
        ),
        (
            &[&late],
            &["servers = 3", EXPONENTIAL, "queue = { capacity = 0 }"],
            1_800.0,
            200,
            "M/M/c retrial queue",
            measures,
        ),
    ];
    all(&cases);
}
