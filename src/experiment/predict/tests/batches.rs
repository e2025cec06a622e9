//! Arrivals in batches.

use super::*;

#[test]
fn batches_are_told_at_single_servers() {
    // Two at a time on average, at a load of 0.8: 80 /s of 10 ms.
    let batches = |rate| {
        nature(Nature::Batches {
            rate,
            size: Count::Geometric { mean: 2.0 },
        })
    };
    let (name, wait) = ("M^X/G/1, batches", 40.0 * 8.0 * 1e-4 / 0.4 + 0.01);
    check(
        &with(&[&batches(80.0)]),
        &[
            ("a", "response.mean", exact(wait + 0.01, name)),
            ("web", "utilisation", exact(0.8, "utilisation law")),
        ],
    );
    // With exponential work a response is exponential, with a mean of 0.1 s.
    let told = theory_only(&with(&[&batches(80.0)]));
    let told = said(&told, "workload.a", "response.p99");
    assert!(
        told[0].starts_with("≈ 0.4605") && told[0].ends_with("batches by transform inversion"),
        "{told:?}"
    );
    for edit in [
        &order(Order::Random) as Edit<'_>,
        &work(Dist::constant(0.01).unwrap()),
    ] {
        check(
            &with(&[&batches(80.0), edit]),
            &[("a", "response.p99", "only the mean is known".to_owned())],
        );
    }
    // Of two servers each gets half of every batch, by chance: sizes of mean 1 and mean square 2.
    let wait = 80.0 * (1.0 + 2.0) * 1e-4 / 0.4 + 0.01 * 0.5;
    check(
        &with(&[&servers(2), &law(Law::WeightedSplit), &batches(160.0)]),
        &[("a", "wait.mean", exact(wait, name))],
    );
    for otherwise in [
        &law(Law::RoundRobin) as Edit<'_>,
        &order(Order::Shared),
        &capacity(9),
    ] {
        let reason = "arrivals in batches".to_owned();
        check(
            &with(&[&servers(2), &batches(160.0), otherwise]),
            &[("a", "wait.mean", reason)],
        );
    }
}
