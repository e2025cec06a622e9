//! One queue: by arrivals, work, losses and order.

use super::*;

#[test]
fn mm1_is_told_in_full() {
    let scenario = with(&[&|scenario| {
        scenario.deployment.workloads[0].deadline = Some(SimDuration::from_secs_f64(0.05));
    }]);
    let e = (-1.0_f64).exp();
    check(
        &scenario,
        &[
            ("a", "response.mean", exact(0.05, "M/M/1")),
            ("a", "response.sd", exact(0.05, "M/M/1")),
            ("a", "response.p99", exact(100.0_f64.ln() / 20.0, "M/M/1")),
            ("a", "wait.mean", exact(0.04, "M/M/1")),
            ("a", "wait.p50", exact((0.8_f64 / 0.5).ln() / 20.0, "M/M/1")),
            ("a", "throughput", exact(80.0, "flow balance")),
            ("a", "goodput", exact(80.0 * (1.0 - e), "M/M/1")),
            ("a", "availability", exact(1.0, "flow balance")),
            ("a", "rejected", String::new()),
            ("a", "response.max", String::new()),
            ("web", "utilisation", exact(0.8, "utilisation law")),
            ("web", "in_system.mean", exact(4.0, "Little's law")),
            ("web", "queue.mean", exact(3.2, "Little's law")),
        ],
    );
    let results = theory_only(&scenario);
    assert_eq!(results.replications, 0);
    let curve = &results.distributions[0];
    assert_eq!(curve.formula.map(|formula| formula.name), Some("M/M/1"));
    assert!(curve.theory.len() == 200 && curve.theory.windows(2).all(|pair| pair[0].0 < pair[1].0));
    for &(t, survival) in &curve.theory {
        assert!((survival - (-20.0 * t).exp()).abs() < 1e-12);
    }
}

#[test]
fn one_queue_gets_the_formula_of_its_arrivals_and_its_work() {
    let constant = Dist::constant(0.01).unwrap();
    let spread = Dist::gamma(0.01, 2.0).unwrap();
    let mean = |scenario: &Scenario, expected: String| check(scenario, &[("a", "response.mean", expected)]);
    mean(
        &with(&[&servers(2), &central]),
        exact(0.01 / 0.36, "central queue, M/M/c"),
    );
    let slots = |scenario: &mut Scenario| {
        service(scenario).groups[0] = Group {
            servers: 1,
            slots: 2,
            speed: 0.5,
            weight: 1,
            name: None,
            zone: None,
            backup: false,
        }
    };
    mean(&with(&[&slots]), exact(0.02 / 0.36, "M/M/c"));
    mean(&with(&[&work(constant.clone())]), exact(0.03, "M/D/1"));
    mean(
        &with(&[&work(spread.clone())]),
        exact(0.11, "M/G/1, Pollaczek–Khinchine"),
    );
    let even = Dist::constant(0.0125).unwrap();
    let σ = fixed_point(|σ| (-1.25 * (1.0 - σ)).exp());
    mean(&with(&[&gaps(even.clone())]), exact(0.01 / (1.0 - σ), "GI/M/c"));
    // Constant gaps and work of cv 2 at a load of 0.8: Kingman gives 0.8 · 4 · 0.01 / 0.4 of waiting.
    let results = theory_only(&with(&[&gaps(even.clone()), &work(spread.clone())]));
    let both = said(&results, "workload.a", "response.mean");
    assert!(
        both.len() == 2 && both[0].ends_with("GI/G/c, Kraemer–Langenbach-Belz"),
        "{both:?}"
    );
    assert_eq!(both[1], text('≤', 0.09, "Kingman bound"));
    let mgc = theory_only(&with(&[&servers(2), &central, &work(spread)]));
    // Erlang C of two servers at 0.8 makes a wait of 0.017778, and the work half as much again as exponential, twice.
    let mgc = said(&mgc, "workload.a", "wait.mean");
    assert_eq!(
        mgc,
        [text('≈', (0.01 / 0.36 - 0.01) * 2.5, "GI/G/c, Allen–Cunneen")]
    );
    let percentile = |scenario: &Scenario, expected: &str| {
        let results = theory_only(scenario);
        assert!(said(&results, "workload.a", "response.p99")[0].ends_with(expected));
    };
    percentile(
        &with(&[&work(Dist::uniform(0.005, 0.015).unwrap())]),
        "M/G/1 by transform inversion",
    );
    percentile(&with(&[&work(constant)]), "M/D/1");
    percentile(&with(&[&servers(2), &central, &gaps(even)]), "GI/M/c");
}

#[test]
fn what_is_lost_is_told_by_the_formula_of_the_loss() {
    let loss = 0.64 / (1.0 + 0.8 + 0.64);
    check(
        &with(&[&capacity(1)]),
        &[
            ("a", "rejected", exact(loss, "M/M/c/K")),
            ("a", "availability", exact(1.0 - loss, "M/M/c/K")),
            ("a", "throughput", exact(80.0 * (1.0 - loss), "M/M/c/K")),
            ("web", "utilisation", exact(0.8 * (1.0 - loss), "M/M/c/K")),
            // The states hold 0, 1 and 2 requests with weights 1, 0.8 and 0.64.
            (
                "web",
                "in_system.mean",
                exact((0.8 + 1.28) / 2.44, "Little's law"),
            ),
        ],
    );
    let constant = work(Dist::constant(0.01).unwrap());
    check(
        &with(&[&capacity(0), &constant]),
        &[
            ("a", "rejected", exact(0.8 / 1.8, "M/G/c/c, Erlang B")),
            ("a", "response.p99", exact(0.01, "M/G/c/c, Erlang B")),
        ],
    );
    // Two servers without queues are one station to everyone, whoever chooses among the free ones.
    let b = 1.28 / (1.0 + 1.6 + 1.28);
    check(
        &with(&[&servers(2), &law(Law::Other), &capacity(0), &constant]),
        &[("a", "rejected", exact(b, "M/G/c/c, Erlang B"))],
    );
    // With patience as long as service, the number there is Poisson.
    let waiting = 0.8 - (1.0 - (-0.8_f64).exp());
    check(
        &with(&[&patience(exponential(0.01))]),
        &[
            (
                "a",
                "abandoned",
                exact(100.0 * waiting / 80.0, "M/M/c+M, Erlang A"),
            ),
            ("web", "in_system.mean", exact(0.8, "Little's law")),
            ("web", "queue.mean", exact(waiting, "Little's law")),
            ("a", "response.p99", "only the mean is known".to_owned()),
        ],
    );
}

#[test]
fn who_goes_first_matters_where_it_does() {
    let urgent = second(|_| ());
    let later = second(|workload| workload.priority = 1);
    let (cobham, inverted) = (
        "M/G/1 with priorities, Cobham",
        "priorities by transform inversion",
    );
    let first_of = |preemptive| order(Order::Priority { preemptive });
    check(
        &with(&[&later, &first_of(false)]),
        &[
            ("a", "wait.mean", exact(0.009 / 0.2, cobham)),
            ("b", "wait.mean", exact(0.009 / (0.2 * 0.1), cobham)),
            // P(wait > t) = 0.9·e^(−(100 − 80)·t) at the first level, where service is exponential.
            ("a", "wait.p99", text('≈', 90.0_f64.ln() / 20.0, inverted)),
        ],
    );
    let lumps = work(Dist::constant(0.01).unwrap());
    check(
        &with(&[&later, &first_of(false), &lumps]),
        &[("b", "wait.p99", "only the mean is known".to_owned())],
    );
    let preemptive = "M/G/1 with preemptive priorities";
    check(
        &with(&[&later, &first_of(true)]),
        &[("a", "response.mean", exact(0.05, preemptive))],
    );
    // The first level never notices the others: ln 10/20.
    let told = theory_only(&with(&[&later, &first_of(true)]));
    let told = said(&told, "workload.a", "response.p90");
    assert!(
        told[0].starts_with("≈ 0.1151") && told[0].ends_with(inverted),
        "{told:?}"
    );
    let busy = crate::theory::mmc::prob_wait(3, 2.5).unwrap();
    check(
        &with(&[&servers(3), &central, &later, &first_of(false)]),
        &[("a", "wait.p99", text('≈', (100.0 * busy).ln() / 60.0, inverted))],
    );
    // One level of priority is no priority, and as many requests as before make one M/M/1.
    check(
        &with(&[&urgent, &first_of(true)]),
        &[("b", "response.p99", exact(100.0_f64.ln() / 10.0, "M/M/1"))],
    );
    check(
        &with(&[&order(Order::Lifo)]),
        &[
            ("a", "response.mean", exact(0.05, "M/G/1 LIFO")),
            ("a", "response.p99", "only the mean is known".to_owned()),
        ],
    );
    check(
        &with(&[&order(Order::Random)]),
        &[
            ("a", "response.mean", exact(0.05, "M/M/1")),
            ("a", "response.sd", String::new()),
        ],
    );
    check(
        &with(&[&order(Order::Shared), &work(Dist::constant(0.01).unwrap())]),
        &[
            ("a", "response.mean", exact(0.05, "M/G/1 processor sharing")),
            ("web", "queue.mean", String::new()),
        ],
    );
    let sjf = theory_only(&with(&[&order(Order::ShortestFirst)]));
    let sjf = said(&sjf, "workload.a", "response.mean");
    assert!(
        sjf[0].ends_with("M/G/1 shortest job first") && sjf[0].as_str() < "= 0.05",
        "{sjf:?}"
    );
}

#[test]
fn workloads_that_differ_wait_alike_and_take_their_own_time() {
    let short = second(|workload| workload.work = Some(Dist::constant(0.005).unwrap()));
    let wait = (80.0 * 1e-4 + 10.0 * 1.25e-5) / 0.15;
    let pk = "M/G/1, Pollaczek–Khinchine";
    check(
        &with(&[&short]),
        &[
            ("a", "wait.mean", exact(wait, pk)),
            ("a", "response.mean", exact(wait + 0.01, pk)),
            ("b", "response.mean", exact(wait + 0.005, pk)),
            ("b", "response.p99", "only the mean is known".to_owned()),
            ("b", "throughput", exact(10.0, "flow balance")),
        ],
    );
    let not_poisson = second(|workload| {
        workload.arrivals.nature = Nature::Renewal {
            gap: Dist::constant(0.1).unwrap(),
        }
    });
    check(
        &with(&[&not_poisson]),
        &[(
            "a",
            "response.mean",
            "several workloads, not all Poisson".to_owned(),
        )],
    );
}

#[test]
fn constant_work_on_several_slots_has_its_whole_distribution() {
    let model = crate::theory::mdc::Mdc::new(3, 240.0, 0.01).unwrap();
    let constant = work(Dist::constant(0.01).unwrap());
    check(
        &with(&[&servers(3), &central, &constant]),
        &[
            ("a", "response.mean", exact(model.mean_response(), "M/D/c")),
            ("a", "response.sd", exact(model.wait_variance().sqrt(), "M/D/c")),
            ("a", "response.p99", exact(model.response_quantile(0.99), "M/D/c")),
        ],
    );
}
