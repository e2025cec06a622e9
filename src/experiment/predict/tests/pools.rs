//! Several servers by policy, closed loops, and what no formula fits.

use super::*;

#[test]
fn servers_with_queues_of_their_own_get_the_formula_of_the_policy() {
    let mean = |scenario: &Scenario, expected: String| check(scenario, &[("a", "response.mean", expected)]);
    mean(
        &with(&[&servers(4), &law(Law::WeightedSplit)]),
        exact(0.05, "random split"),
    );
    let σ = fixed_point(|σ: f64| (160.0 / (160.0 + 100.0 * (1.0 - σ))).powi(2));
    mean(
        &with(&[&servers(2), &law(Law::RoundRobin)]),
        exact(0.01 / (1.0 - σ), "round robin, E_n/M/1"),
    );
    let two = crate::theory::balancing::shortest_queue::ShortestQueue::new(2, 160.0, 100.0).unwrap();
    mean(
        &with(&[&servers(2), &law(Law::ShortestQueue)]),
        exact(two.mean_response(), "shortest of two queues"),
    );
    let many = crate::theory::balancing::power_of_d::PowerOfD::new(10, 2, 800.0, 100.0).unwrap();
    let but = "power of d, mean field but that there are only 10 servers";
    mean(
        &with(&[&servers(10), &law(Law::PowerOfD(2))]),
        text('≈', many.mean_response(), but),
    );
    mean(
        &with(&[&servers(2), &law(Law::LeastWork)]),
        exact(0.01 / 0.36, "central queue, M/M/c"),
    );
    // Twice the weight and twice the speed: two servers of one load, one of which takes half the time.
    let uneven = |scenario: &mut Scenario| {
        servers(3)(scenario);
        let group = |speed, weight| Group {
            servers: 1,
            slots: 1,
            speed,
            weight,
            name: None,
            zone: None,
            backup: false,
        };
        service(scenario).groups = vec![group(1.0, 1), group(2.0, 2)];
    };
    mean(
        &with(&[&uneven, &law(Law::WeightedSplit)]),
        exact((0.05 + 2.0 * 0.025) / 3.0, "random split"),
    );
    check(
        &with(&[&uneven, &law(Law::WeightedSplit)]),
        &[("web", "utilisation", exact(0.8, "utilisation law"))],
    );
    let keys = |exponent| {
        move |scenario: &mut Scenario| {
            service(scenario).balancer.reads_key = true;
            scenario.deployment.workloads[0].keys = Some(Popularity {
                count: 1_000,
                skew: Skew::Zipf(exponent),
            });
        }
    };
    let but = "random split but how evenly keys fall on servers";
    mean(
        &with(&[&servers(4), &law(Law::Other), &keys(0.0)]),
        exact(0.05, but),
    );
    check(
        &with(&[&servers(4), &law(Law::Other), &keys(0.9)]),
        &[(
            "a",
            "response.p99",
            "random, and servers or keys that are not all alike".to_owned(),
        )],
    );
}

#[test]
fn the_shortest_of_many_queues_is_told_by_its_mean() {
    let mean = |scenario: &Scenario, expected: String| check(scenario, &[("a", "response.mean", expected)]);
    let fit = |servers| {
        let rate = f64::from(servers) * 80.0;
        crate::theory::balancing::shortest_queue_fit::ShortestQueueFit::new(servers, rate, 100.0).unwrap()
    };
    mean(
        &with(&[&servers(200), &law(Law::ShortestQueue)]),
        text('≈', fit(200).mean_response(), "shortest queue, fitted"),
    );
    let spread = work(Dist::gamma(0.01, 2.0).unwrap());
    let but = "shortest queue, fitted but that the work is not exponential";
    mean(
        &with(&[
            &servers(4),
            &law(Law::ShortestQueue),
            &order(Order::Shared),
            &spread,
        ]),
        text('≈', fit(4).mean_response(), but),
    );
}

#[test]
fn nothing_is_applied_where_it_does_not_hold() {
    let reports =
        |scenario: &mut Scenario| service(scenario).report_every = Some(SimDuration::from_secs_f64(1.0));
    let slow =
        |scenario: &mut Scenario| service(scenario).queue.timeout = Some(SimDuration::from_secs_f64(1.0));
    let batches = Nature::Batches {
        rate: 80.0,
        size: Count::Fixed(2),
    };
    let day = Nature::Profile {
        points: vec![(0.0, 60.0), (30.0, 100.0), (60.0, 60.0)],
    };
    let bound = "≥ 0.017455 central queue as a bound, M/M/c";
    let cases: &[(Scenario, String)] = &[
        (
            with(&[&nature(Nature::Correlated { rate: 80.0 })]),
            "arrivals in bursts".to_owned(),
        ),
        (
            with(&[&nature(batches), &work(Dist::pareto(0.01, 1.8).unwrap())]),
            "the squared coefficient of variation is negative or not finite".to_owned(),
        ),
        (with(&[&nature(day)]), "the load changes over time".to_owned()),
        (with(&[&slow]), "a queue with a time limit".to_owned()),
        (
            with(&[&patience(Dist::constant(1.0).unwrap())]),
            "clients who give up, not all after the same exponential time".to_owned(),
        ),
        (
            with(&[&capacity(3), &work(Dist::constant(0.01).unwrap())]),
            "a queue that ends, and work that is not exponential and alike".to_owned(),
        ),
        (
            with(&[&work(Dist::pareto(0.01, 1.8).unwrap())]),
            "the squared coefficient of variation is negative or not finite".to_owned(),
        ),
        (
            with(&[
                &servers(4),
                &law(Law::ShortestQueue),
                &work(Dist::constant(0.01).unwrap()),
            ]),
            "a policy that looks at loads, and not Poisson arrivals with exponential work".to_owned(),
        ),
        (
            with(&[&servers(4), &law(Law::ShortestQueue), &reports]),
            bound.to_owned(),
        ),
        (with(&[&servers(4), &law(Law::Other)]), bound.to_owned()),
        (
            with(&[&servers(4), &law(Law::Other), &order(Order::ShortestFirst)]),
            "none is known for random".to_owned(),
        ),
        (
            with(&[&servers(4), &capacity(5)]),
            "a queue that ends at each of several servers".to_owned(),
        ),
    ];
    for (scenario, expected) in cases {
        check(scenario, &[("a", "response.mean", expected.clone())]);
    }
}

#[test]
fn a_policy_without_formula_keeps_its_bound_and_its_laws() {
    check(
        &with(&[&servers(4), &law(Law::Other)]),
        &[
            ("a", "response.p99", "none is known for random".to_owned()),
            (
                "a",
                "throughput",
                exact(
                    320.0,
                    "flow balance but whether each server keeps up with its part",
                ),
            ),
        ],
    );
}

#[test]
fn flow_balance_needs_whole_periods_and_enough_servers() {
    let day = |period: f64| {
        nature(Nature::Profile {
            points: vec![(0.0, 60.0), (period / 2.0, 100.0), (period, 60.0)],
        })
    };
    check(
        &with(&[&day(50.0)]),
        &[("a", "throughput", exact(80.0, "flow balance"))],
    );
    let cut = "the run does not cover whole periods of the load";
    check(
        &with(&[&day(80.0)]),
        &[
            ("a", "throughput", cut.to_owned()),
            ("web", "utilisation", cut.to_owned()),
        ],
    );
    let full = "more load than the servers can carry".to_owned();
    check(
        &with(&[&work(exponential(0.02))]),
        &[("a", "throughput", full.clone()), ("a", "response.p99", full)],
    );
}

/// Ten clients who think for 50 ms, whatever the distribution.
fn closed(scenario: &mut Scenario) {
    nature(Nature::Closed {
        clients: 10,
        think: Dist::constant(0.05).unwrap(),
    })(scenario);
}

#[test]
fn clients_who_wait_for_answers_at_one_queue_are_told_exactly() {
    use crate::theory::machine_repair::MachineRepair;
    let (name, bound) = (
        "M/M/c//N, machine repair",
        text('≥', 0.05, "asymptotic response bound"),
    );
    let told = |value: f64| format!("{}; {bound}", exact(value, name));
    let model = MachineRepair::new(1, 10, 0.05, 100.0).unwrap();
    check(
        &with(&[&closed]),
        &[
            ("a", "response.mean", told(model.mean_response())),
            ("a", "response.p99", exact(model.response_quantile(0.99), name)),
            ("a", "throughput", exact(model.throughput(), name)),
            ("web", "utilisation", exact(model.utilisation(), name)),
        ],
    );
    let shared = MachineRepair::new(1, 10, 0.05, 100.0).unwrap().mean_response();
    let shared = format!("{}; {bound}", exact(shared, "closed processor sharing"));
    let spread = work(Dist::gamma(0.01, 2.0).unwrap());
    check(
        &with(&[&closed, &order(Order::Shared), &spread]),
        &[
            ("a", "response.mean", shared),
            ("a", "response.p99", "only the mean is known".to_owned()),
        ],
    );
    let four = MachineRepair::new(4, 10, 0.05, 100.0).unwrap().mean_response();
    let results = theory_only(&with(&[&closed, &servers(4), &central]));
    assert_eq!(
        said(&results, "workload.a", "response.mean")[0],
        exact(four, name)
    );
}

#[test]
fn clients_who_wait_for_answers_are_told_by_the_asymptotic_bounds_elsewhere() {
    let spread = work(Dist::gamma(0.01, 2.0).unwrap());
    check(
        &with(&[&closed, &spread]),
        &[
            ("a", "response.mean", text('≥', 0.05, "asymptotic response bound")),
            ("a", "throughput", text('≤', 100.0, "asymptotic throughput bound")),
            (
                "web",
                "utilisation",
                text('≤', 1.0, "asymptotic throughput bound"),
            ),
            (
                "web",
                "in_system.mean",
                text('≥', 5.0, "asymptotic response bound"),
            ),
        ],
    );
}

#[test]
fn clients_who_wait_for_answers_of_servers_with_queues_of_their_own_are_told_exactly() {
    use crate::theory::network::closed::{Closed, Station};
    let queue = Station::Queue {
        servers: 1,
        demand: 0.005,
    };
    let model = Closed::new(10, &[Station::Delay { demand: 0.05 }, queue, queue]).unwrap();
    let name = "closed network, mean-value analysis";
    let results = theory_only(&with(&[&closed, &servers(2), &law(Law::WeightedSplit)]));
    assert_eq!(
        said(&results, "workload.a", "response.mean")[0],
        exact(model.mean_round() - 0.05, name)
    );
    assert_eq!(
        said(&results, "workload.a", "throughput")[0],
        exact(model.throughput(), name)
    );
    // The policy of the pool sees the queues, and they depend on each other.
    let results = theory_only(&with(&[&closed, &servers(2), &law(Law::ShortestQueue)]));
    let first = &said(&results, "workload.a", "response.mean")[0];
    assert!(first.starts_with('≥'), "{first}");
}
