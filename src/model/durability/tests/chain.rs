//! The probability of loss where a chain tells it.

use super::*;

/// One shard on as many nodes as replicas: nodes fail after exponential times with their data, and repairs are
/// exponential too. Copying takes a nanosecond.
fn alone(replicas: u32, mean_repair: f64, crews: &str) -> Deployment {
    deployment(&format!(
        r#"
        [[store]]
        name = "orders"
        nodes = {replicas}
        shards = 1
        replication = {replicas}
        repair = {{ shard = "1 B", bandwidth = "1 TB/s", after = "100 y" }}

        [[store.failure]]
        mode = "crash"
        after = {{ distribution = "exponential", mean = "1 y" }}
        repair = {{ distribution = "exponential", mean = "{mean_repair} s" }}
        data_lost = "100 %"
        {crews}
        "#
    ))
}

/// Returns the mean time until all replicas are missing, in years: `h_k`, the mean time from `k` to `k + 1` missing,
/// follows from `h_(k − 1)` by sums of positive terms, so that nothing cancels out.
fn years_to_loss(replicas: u32, mean_repair: f64, crews: u32) -> f64 {
    let (mut sum, mut before) = (0.0, 0.0);
    for missing in 0..replicas {
        let fails = f64::from(replicas - missing);
        let repairs = f64::from(missing.min(crews)) * YEAR / mean_repair;
        before = (1.0 + repairs * before) / fails;
        sum += before;
    }
    sum
}

/// Returns the mean repair that makes the probability of a loss in a year this small.
fn repair_for(replicas: u32, crews: u32, wanted: f64) -> f64 {
    let (mut low, mut high) = (1e-9, YEAR);
    for _ in 0..200 {
        let middle = f64::sqrt(low * high);
        let loss = -libm::expm1(-1.0 / years_to_loss(replicas, middle, crews));
        if loss < wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// Sharp, right, and able to fail, from one loss in a thousand years to one in a thousand million.
#[test]
fn the_probability_of_loss_is_that_of_the_chain_at_every_order_of_magnitude() {
    for (replicas, wanted) in [
        (2, 1e-3),
        (2, 1e-5),
        (2, 1e-7),
        (2, 1e-9),
        (3, 1e-3),
        (3, 1e-5),
        (3, 1e-7),
        (3, 1e-9),
    ] {
        let mean_repair = repair_for(replicas, u32::MAX, wanted);
        let store = alone(replicas, mean_repair, "");
        let loss = estimate(&store, (20, 50.0), |record| record.loss.unwrap());
        let place = format!("{replicas} replicas, {wanted}: {loss:?}");
        assert!(loss.half_width < 0.12 * wanted, "too wide: {place}");
        assert!(loss.covers(wanted), "misses: {place}");
        assert!(!loss.covers(1.3 * wanted), "would accept more: {place}");
        assert!(!loss.covers(wanted / 1.3), "would accept less: {place}");
    }
}

#[test]
fn one_crew_makes_losses_more_frequent_as_the_chain_says() {
    let mean_repair = repair_for(3, 1, 1e-6);
    let store = alone(3, mean_repair, "crews = 1");
    let loss = estimate(&store, (20, 50.0), |record| record.loss.unwrap());
    assert!(loss.covers(1e-6) && loss.half_width < 1.2e-7, "{loss:?}");
    let parallel = -libm::expm1(-1.0 / years_to_loss(3, mean_repair, u32::MAX));
    assert!((parallel / 5e-7 - 1.0).abs() < 0.01 && !loss.covers(parallel));
}

/// Where losses are frequent enough to be met, looking for them changes nothing but how sure one is.
#[test]
fn hastened_copies_agree_with_what_is_simply_met() {
    let mean_repair = repair_for(2, u32::MAX, 0.02);
    let store = alone(2, mean_repair, "");
    let sought = estimate(&store, (20, 50.0), |record| record.incidents * YEAR);
    let met = estimate(&store, (20, 500.0), |record| record.shards_lost * YEAR);
    let rate = 1.0 / years_to_loss(2, mean_repair, u32::MAX);
    assert!(
        sought.covers(rate) && met.covers(rate),
        "{sought:?} {met:?} {rate}"
    );
    let plain: Vec<f64> = (0..20)
        .map(|run| plainly_met(&store, run, 500.0 * YEAR))
        .collect();
    let plain = Estimate::from_replications(&plain, 0.99).unwrap();
    assert!(
        plain.covers(rate) && plain.half_width < 0.4 * rate,
        "{plain:?} {rate}"
    );
    // A tenth of the years tells more.
    assert!(sought.half_width < 0.6 * plain.half_width, "{sought:?} {plain:?}");
}

/// Counts losses a year along one path, without any copies.
fn plainly_met(deployment: &Deployment, run: u64, seconds: f64) -> f64 {
    let plan = &deployment.services[0];
    let store = plan.store.as_deref().unwrap();
    let setting = Setting::new(deployment, 0, store);
    let streams = Seed(77).replication(run);
    let layout = Layout::new(plan, store, streams);
    let mut state = State::new(&setting, &layout, streams, "");
    state.start(SimTime::ZERO);
    let until = SimTime::ZERO + SimDuration::from_secs_f64(seconds);
    let mut lost = 0;
    while state.step(until).is_some() {
        lost += state.lost.len();
    }
    lost as f64 * YEAR / seconds
}

/// Times that have a memory: of two nodes with gamma lives and lognormal repairs, the rate of losses is that of twice the
/// half-life overlap, which plain simulation tells as well.
#[test]
fn times_with_a_memory_are_hastened_without_bias() {
    let tables = |mean: &str| {
        format!(
            r#"
            [[store]]
            name = "orders"
            nodes = 2
            shards = 1
            replication = 2
            repair = {{ shard = "1 B", bandwidth = "1 TB/s", after = "100 y" }}

            [[store.failure]]
            mode = "crash"
            after = {{ distribution = "gamma", mean = "1 y", cv = 0.6 }}
            repair = {{ distribution = "lognormal", mean = "{mean}", cv = 1.5 }}
            common_cause = "5 %"
            data_lost = "100 %"
            "#
        )
    };
    // The common cause takes both at once, and hides all else: without it, losses are overlaps.
    let store = deployment(&tables("4 d").replace("common_cause = \"5 %\"", ""));
    let sought = estimate(&store, (20, 50.0), |record| record.incidents * YEAR);
    let plain: Vec<f64> = (0..100)
        .map(|run| plainly_met(&store, run, 500.0 * YEAR))
        .collect();
    let plain = Estimate::from_replications(&plain, 0.99).unwrap();
    assert!(plain.half_width < 0.12 * plain.mean, "{plain:?}");
    assert!(sought.half_width < 0.12 * sought.mean, "{sought:?}");
    let apart = (sought.mean - plain.mean).abs();
    let both = f64::hypot(sought.half_width, plain.half_width);
    assert!(apart < both, "{sought:?} {plain:?}");
    let common = deployment(&tables("4 d"));
    let struck = estimate(&common, (20, 500.0), |record| record.incidents * YEAR);
    // One clock for both, twenty times as slow as that of a node.
    assert!((0.045..0.075).contains(&struck.mean), "{struck:?}");
}
