//! Each situation with the value that its formula gives, worked out apart, and neighbours where it must not be applied.

use crate::{
    dist::Dist,
    experiment::{Results, theory_only},
    model::{
        Deployment, Group, Popularity, QueuePlace, QueuePlan, ServicePlan, WorkloadPlan,
        arrival::{Nature, poisson},
        balancer::{Law, random},
        discipline::{Order, fifo},
    },
    rng::Seed,
    scenario::{Objective, Replications, RunPlan, Scenario},
    units::{Rate, SimDuration},
};

fn exponential(mean: f64) -> Dist {
    Dist::exponential(mean).unwrap()
}

/// One workload of 80 /s to one server that takes 10 ms, exponential all: M/M/1 at a load of 0.8.
fn mm1() -> Scenario {
    let group = Group {
        servers: 1,
        slots: 1,
        speed: 1.0,
        weight: 1,
    };
    let queue = QueuePlan {
        at: QueuePlace::Server,
        discipline: fifo::plan(),
        capacity: None,
        limit: None,
        timeout: None,
    };
    let run = RunPlan {
        duration: SimDuration::from_secs_f64(100.0),
        warmup: None,
        replications: Replications::Fixed(1),
        seed: Seed(1),
        timeline: None,
        level: 0.95,
        max_in_flight: 1_000_000,
        allow_overload: false,
    };
    let service = ServicePlan {
        name: "web".to_owned(),
        groups: vec![group],
        work: exponential(0.01),
        queue,
        balancer: random::plan(),
        balancers: 1,
        report_every: None,
    };
    Scenario {
        name: "test".to_owned(),
        description: String::new(),
        run,
        deployment: Deployment {
            workloads: vec![workload("a", 80.0)],
            services: vec![service],
        },
        objectives: Vec::new(),
        digest: 0,
    }
}

fn workload(name: &str, rate: f64) -> WorkloadPlan {
    WorkloadPlan {
        name: name.to_owned(),
        service: 0,
        arrivals: poisson::plan(Rate::per_second(rate).unwrap()),
        work: None,
        priority: 0,
        patience: None,
        deadline: None,
        keys: None,
        sources: None,
    }
}

/// Changes to a scenario.
type Edit<'a> = &'a dyn Fn(&mut Scenario);

fn with(edits: &[Edit<'_>]) -> Scenario {
    let mut scenario = mm1();
    for edit in edits {
        edit(&mut scenario);
    }
    scenario
}

fn service(scenario: &mut Scenario) -> &mut ServicePlan {
    &mut scenario.deployment.services[0]
}
/// This many servers, and as many times the load.
fn servers(count: u32) -> impl Fn(&mut Scenario) {
    move |scenario| {
        service(scenario).groups[0].servers = count;
        for workload in &mut scenario.deployment.workloads {
            if let Nature::Poisson { rate } = &mut workload.arrivals.nature {
                *rate *= f64::from(count);
            }
        }
    }
}
fn law(law: Law) -> impl Fn(&mut Scenario) {
    move |scenario| service(scenario).balancer.law = law
}
fn work(work: Dist) -> impl Fn(&mut Scenario) {
    move |scenario| service(scenario).work = work.clone()
}
fn order(order: Order) -> impl Fn(&mut Scenario) {
    move |scenario| service(scenario).queue.discipline.order = order
}
fn nature(nature: Nature) -> impl Fn(&mut Scenario) {
    move |scenario| scenario.deployment.workloads[0].arrivals.nature = nature.clone()
}
fn gaps(gap: Dist) -> impl Fn(&mut Scenario) {
    nature(Nature::Renewal { gap })
}
fn capacity(capacity: u32) -> impl Fn(&mut Scenario) {
    move |scenario| service(scenario).queue.capacity = Some(capacity)
}
fn patience(patience: Dist) -> impl Fn(&mut Scenario) {
    move |scenario| scenario.deployment.workloads[0].patience = Some(patience.clone())
}
/// A second workload of 10 /s.
fn second(change: impl Fn(&mut WorkloadPlan)) -> impl Fn(&mut Scenario) {
    move |scenario| {
        let mut more = workload("b", 10.0);
        change(&mut more);
        scenario.deployment.workloads.push(more);
    }
}
fn central(scenario: &mut Scenario) {
    service(scenario).queue.at = QueuePlace::Balancer;
}
fn promise(measure: &'static str, bound: f64) -> impl Fn(&mut Scenario) {
    move |scenario| {
        scenario.objectives.push(Objective {
            workload: 0,
            measure: measure.to_owned(),
            bound,
            at_least: measure == "availability",
        });
    }
}

/// Everything that is said of a measure: `"= 0.050000 M/M/1"`, or the reason why nothing is.
fn said(results: &Results, of: &str, name: &str) -> Vec<String> {
    let measure = results
        .measures
        .iter()
        .find(|measure| measure.of == of && measure.name == name)
        .unwrap();
    let predictions = measure.theory.iter().map(|prediction| {
        let but = prediction.leaves_out.as_deref();
        let but = but.map_or(String::new(), |but| format!(" but {but}"));
        let (kind, name) = (prediction.formula.kind.mark(), prediction.formula.name);
        format!("{kind} {:.6} {name}{but}", prediction.value)
    });
    predictions.chain(measure.no_theory.clone()).collect()
}

#[track_caller]
fn check(scenario: &Scenario, expected: &[(&str, &str, String)]) {
    let results = theory_only(scenario);
    for (of, name, text) in expected {
        let of = if of.len() == 1 {
            format!("workload.{of}")
        } else {
            format!("service.{of}")
        };
        assert_eq!(said(&results, &of, name).join("; "), *text, "{of} {name}");
    }
}
fn text(mark: char, value: f64, formula: &str) -> String {
    format!("{mark} {value:.6} {formula}")
}
fn exact(value: f64, formula: &str) -> String {
    text('=', value, formula)
}
/// The fixed point of a map that pulls together.
fn fixed_point(map: impl Fn(f64) -> f64) -> f64 {
    (0..2_000).fold(0.5, |x, _| map(x))
}

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
    let cobham = "M/G/1 with priorities, Cobham";
    let first_of = |preemptive| order(Order::Priority { preemptive });
    check(
        &with(&[&later, &first_of(false)]),
        &[
            ("a", "wait.mean", exact(0.009 / 0.2, cobham)),
            ("b", "wait.mean", exact(0.009 / (0.2 * 0.1), cobham)),
            ("a", "wait.p99", "only the mean is known".to_owned()),
        ],
    );
    let preemptive = "M/G/1 with preemptive priorities";
    check(
        &with(&[&later, &first_of(true)]),
        &[("a", "response.mean", exact(0.05, preemptive))],
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
    let wait = (80.0 * 2e-4 + 10.0 * 2.5e-5) / 2.0 / 0.15;
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
fn servers_with_queues_of_their_own_get_the_formula_of_the_policy() {
    let mean = |scenario: &Scenario, expected: String| check(scenario, &[("a", "response.mean", expected)]);
    mean(
        &with(&[&servers(4), &law(Law::RandomSplit)]),
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
                exponent,
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
fn nothing_is_applied_where_it_does_not_hold() {
    let reports =
        |scenario: &mut Scenario| service(scenario).report_every = Some(SimDuration::from_secs_f64(1.0));
    let slow =
        |scenario: &mut Scenario| service(scenario).queue.timeout = Some(SimDuration::from_secs_f64(1.0));
    let batches = Nature::Batches {
        rate: 80.0,
        size_mean: 2.0,
        size_square_mean: 4.0,
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
        (with(&[&nature(batches)]), "arrivals in batches".to_owned()),
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

#[test]
fn clients_who_wait_for_answers_are_told_by_the_asymptotic_bounds() {
    let closed = nature(Nature::Closed {
        clients: 10,
        think: Dist::constant(0.05).unwrap(),
    });
    check(
        &with(&[&closed]),
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
fn the_load_line_lies_where_the_first_promise_breaks() {
    let line = |scenario: &Scenario| {
        let line = theory_only(scenario).load_line.unwrap();
        assert_eq!(line.of, "workload.a");
        (line.rate, line.breaks, line.formula.name)
    };
    let near = |got: f64, expected: f64| assert!((got / expected - 1.0).abs() < 1e-5, "{got} {expected}");
    let (rate, breaks, formula) = line(&with(&[
        &promise("response.mean", 0.1),
        &promise("response.p99", 0.4),
    ]));
    near(rate, 100.0 - 100.0_f64.ln() / 0.4);
    assert_eq!(
        (breaks.as_str(), formula),
        ("response.p99 breaks 400 ms", "M/M/1")
    );
    let (rate, breaks, formula) = line(&with(&[&promise("availability", 0.999)]));
    near(rate, 100.0);
    assert_eq!((breaks.as_str(), formula), ("`web` is full", "utilisation law"));
    // Without a queue: a/(1 + a) = 1 %.
    let (rate, breaks, _) = line(&with(&[&capacity(0), &promise("availability", 0.99)]));
    near(rate, 100.0 / 99.0);
    assert_eq!(breaks, "availability breaks 99 %");
    // Both workloads grow in proportion.
    let (rate, ..) = line(&with(&[&second(|_| ()), &promise("response.mean", 0.05)]));
    near(rate, 80.0 * 80.0 / 90.0);
    let spread = work(Dist::gamma(0.01, 2.0).unwrap());
    let (rate, breaks, _) = line(&with(&[
        &servers(2),
        &law(Law::ShortestQueue),
        &spread,
        &promise("response.p99", 0.1),
    ]));
    near(rate, 200.0);
    assert_eq!(breaks, "`web` is full, if response.p99 holds until then");
    let results = theory_only(&with(&[
        &promise("response.mean", 0.1),
        &promise("response.p99", 0.4),
    ]));
    assert_eq!(results.capacity.len(), 3);
    let never = theory_only(&with(&[&capacity(0), &promise("response.p99", 1.0)]));
    assert!(never.load_line.is_none());
}
