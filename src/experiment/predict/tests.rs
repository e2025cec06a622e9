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
    theory::catalogue::Kind,
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

/// Everything that is said of a measure: `"0.05 M/M/1"`, or the reason why nothing is.
fn said(results: &Results, of: &str, name: &str) -> Vec<String> {
    let measure = results
        .measures
        .iter()
        .find(|measure| measure.of == of && measure.name == name)
        .unwrap();
    let predictions = measure.theory.iter().map(|prediction| {
        let kind = prediction.formula.kind.mark();
        format!("{kind} {:.6} {}", prediction.value, prediction.formula.name)
    });
    predictions.chain(measure.no_theory.clone()).collect()
}

#[test]
fn print_all() {
    let t = std::time::Instant::now();
    let gamma = Dist::gamma(0.01, 0.5).unwrap();
    let cases: Vec<(&str, Vec<Edit<'_>>)> = vec![
        ("mm1", vec![]),
        ("md1", vec![&work(Dist::constant(0.01).unwrap()) as Edit]),
    ];
    for (name, edits) in cases {
        let s = with(&edits);
        let t0 = std::time::Instant::now();
        let r = theory_only(&s);
        println!("== {name} {:?}", t0.elapsed());
        for m in &r.measures {
            for text in said(&r, &m.of, &m.name) { println!("  {} {}: {}", m.of, m.name, text); }
        }
    }
    let _ = (t, gamma, Kind::Exact);
    let s = with(&[&work(Dist::lognormal(0.01, 1.5).unwrap()), &promise("response.p99", 1.0)]);
    let t0 = std::time::Instant::now();
    let r = theory_only(&s);
    println!("lognormal {:?} {:?} {:?}", t0.elapsed(), r.load_line, said(&r, "workload.a", "response.p99"));
    for n in [2, 10, 50] {
        let s = with(&[&servers(n), &law(Law::ShortestQueue), &promise("response.p99", 0.2)]);
        let t0 = std::time::Instant::now();
        let r = theory_only(&s);
        println!("jsq {n} {:?} {:?} {:?}", t0.elapsed(), r.load_line, said(&r, "workload.a", "response.p99"));
    }
}
