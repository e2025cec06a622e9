//! Searches of which formulas, or reading line by line, know the answer.

mod kept;
mod money;
mod odds;
mod risk;
mod step;

use std::sync::atomic::AtomicBool;

use super::{
    field::{self, Field},
    judge::Court,
    search::least_cost,
    *,
};
use crate::{
    experiment::{Kept, sweep::Made, with_threads},
    scenario::{Override, from_str},
    theory::mmc::Mmc,
};

/// Servers of 10 ms that share one queue, exponential all.
const POOL: &str = r#"
[run]
duration = "60 s"
warmup = "10 s"
replications = 32

[[workload]]
name = "clients"
to = "web"
arrivals = { process = "poisson", rate = "750 /s" }
slo = { "wait.mean" = "2 ms" }

[[service]]
name = "web"
servers = 10
work = { distribution = "exponential", mean = "10 ms" }
queue = { at = "balancer" }

[plan]
vary = { "service.web.servers" = "1..40" }
"#;

fn make(text: &str, axes: &[Axis], values: &[String]) -> Option<Made> {
    make_with(text, axes, values, &[])
}

/// Makes a candidate with inputs that were drawn.
fn make_with(text: &str, axes: &[Axis], values: &[String], drawn: &[Override]) -> Option<Made> {
    let changes = axes.iter().zip(values);
    let changes = changes.map(|(axis, value)| Override::new(&axis.path, value));
    let mut changes: Vec<Override> = changes.chain(drawn.iter().cloned()).collect();
    if let Ok(loaded) = from_str("pool", text, &changes) {
        return Some(Made::Sound(Box::new(loaded.scenario)));
    }
    changes.push(Override::new("run.allow_overload", "true"));
    let loose = from_str("pool", text, &changes).ok()?;
    Some(Made::Overloaded(Box::new(loose.scenario)))
}

fn loose(text: &str) -> Scenario {
    let change = Override::new("run.allow_overload", "true");
    let loaded = from_str("pool", text, &[change]);
    loaded.unwrap_or_else(|error| panic!("{error}")).scenario
}

fn planned(text: &str) -> Plan {
    planned_by(2, text)
}

fn planned_by(threads: usize, text: &str) -> Plan {
    planned_with(threads, text, None)
}

fn planned_with(threads: usize, text: &str, keeper: Option<&Kept>) -> Plan {
    let scenario = loose(text);
    let axes = scenario.planning.as_ref().unwrap().axes.clone();
    let stop = AtomicBool::new(false);
    with_threads(threads, || {
        let conduct = Conduct {
            keeper: keeper.map(|kept| kept as _),
            ..Conduct::new(&stop)
        };
        plan(
            &scenario,
            &|values, drawn| make_with(text, &axes, values, drawn),
            &conduct,
        )
    })
    .unwrap()
}

/// Judges every single deployment; returns the least cost of those that do, and the replications that took.
fn read_line_by_line(text: &str) -> (Option<f64>, usize) {
    let scenario = loose(text);
    let planning = scenario.planning.clone().unwrap();
    let stop = AtomicBool::new(false);
    with_threads(2, || {
        let conduct = Conduct::new(&stop);
        let mut court = Court::new(&scenario, &planning, &conduct);
        let field = Field::new(&planning.axes, |values| {
            match make(text, &planning.axes, values)? {
                Made::Sound(scenario) | Made::Overloaded(scenario) => Some(field::Look {
                    cost: least_cost(&planning.minimise, &scenario),
                    overloaded: false,
                    tied: false,
                }),
            }
        });
        let mut best: Option<f64> = None;
        for spot in 0..field.len() {
            if let Some(Made::Sound(scenario)) = make(text, &planning.axes, &field.values(spot))
                && court.judge(&scenario).fate == Fate::Meets
            {
                let cost = field.cost(spot).unwrap();
                best = Some(best.map_or(cost, |best| best.min(cost)));
            }
        }
        (best, court.replications)
    })
    .unwrap()
}

fn servers(plan: &Plan) -> Option<f64> {
    plan.answer()
        .and_then(|answer| answer.cost)
        .map(|cost| cost.value)
}

/// The formula says what a pool of each size does, at three loads, by its mean wait and by how many wait long.
#[test]
fn pools_are_as_large_as_erlang_says() {
    for (rate, measure, bound) in [
        (250.0, "wait.mean", 0.002),
        (750.0, "wait.mean", 0.001),
        (1_900.0, "wait.mean", 0.0005),
        (250.0, "wait.p90", 0.004),
        (750.0, "wait.p95", 0.008),
        (1_900.0, "wait.p90", 0.002),
    ] {
        let does = |servers: &u32| {
            let pool = Mmc::new(*servers, rate, 100.0);
            pool.is_ok_and(|pool| match measure {
                "wait.p90" => pool.wait_quantile(0.9) <= bound,
                "wait.p95" => pool.wait_quantile(0.95) <= bound,
                _ => pool.mean_wait() <= bound,
            })
        };
        let wanted = (1..40).find(does).map(f64::from);
        let text = POOL.replace("750 /s", &format!("{rate} /s")).replace(
            "\"wait.mean\" = \"2 ms\"",
            &format!("\"{measure}\" = \"{bound} s\""),
        );
        let plan = planned(&text);
        assert_eq!(
            servers(&plan),
            wanted,
            "{rate} /s, {measure} {bound}: {:?}",
            plan.answer()
        );
        // The formula knows, so the answer and the one below it are all that is simulated.
        assert!(plan.candidates.len() <= 3, "{rate} /s: {}", plan.candidates.len());
    }
}

/// What balancers of own queues do best, how many slots are worth their servers, and what a surge asks for: no formula knows
/// all of that.
#[test]
fn nothing_cheaper_is_overlooked_and_little_is_simulated() {
    let own = POOL.replace("queue = { at = \"balancer\" }", "");
    let own = own.replace("wait.mean\" = \"2 ms", "response.p99\" = \"80 ms");
    let axes = |vary: &str| own.replace("\"service.web.servers\" = \"1..40\"", vary);
    let mut spent = (0, 0);
    let short = |text: &str| text.replace("60 s", "15 s").replace("10 s\"", "3 s\"");
    for (name, text) in [
        ("turns", axes("\"service.web.servers\" = \"6..24\"")),
        (
            "policies",
            axes(
                "\"service.web.servers\" = \"6..17\", \"service.web.balancer\" = [\"random\", \"power-of-d\", \"round-robin\"]",
            ),
        ),
        (
            "slots",
            axes("\"service.web.servers\" = \"1..12\", \"service.web.slots\" = [1, 2, 4]"),
        ),
        (
            "surges",
            axes("\"service.web.servers\" = \"6..20\"").replace("[plan]", "[plan]\nsurvive = [\"load:1.3\"]"),
        ),
    ] {
        let text = short(&text);
        let (best, all) = read_line_by_line(&text);
        let plan = planned(&text);
        assert!(best.is_some(), "{name}");
        assert_eq!(servers(&plan), best, "{name}");
        assert!(
            2 * plan.replications <= all,
            "{name}: {} of {all} replications",
            plan.replications
        );
        spent = (spent.0 + plan.replications, spent.1 + all);
    }
    assert!(
        5 * spent.0 <= 2 * spent.1,
        "{} of {} replications",
        spent.0,
        spent.1
    );
}

#[test]
fn where_nothing_will_do_the_obstacle_is_named() {
    let text = POOL.replace("1..40", "8..9").replace("2 ms", "0.5 ms");
    let plan = planned(&text);
    assert!(plan.best.is_none() && plan.growth.is_none() && !plan.interrupted);
    let nearest = plan.nearest().unwrap();
    assert_eq!((nearest.values[0].as_str(), nearest.fate), ("9", Fate::Misses));
    let miss = nearest.miss.as_ref().unwrap();
    assert!(
        miss.measure == "wait.mean" && 0.0005 < miss.value.unwrap(),
        "{miss:?}"
    );
}

/// 80 /s of 10 ms, and a bound that is just the mean: no number of replications could tell.
#[test]
fn what_cannot_be_decided_is_not_taken() {
    let wait = Mmc::new(1, 80.0, 100.0).unwrap().mean_wait();
    let text = POOL
        .replace("750 /s", "80 /s")
        .replace("2 ms", &format!("{wait} s"))
        .replace("1..40", "1..2")
        .replace("replications = 32", "replications = 8");
    let plan = planned(&text);
    assert_eq!(servers(&plan), Some(2.0));
    let one = plan.turned_down();
    assert_eq!((one.len(), one[0].fate), (1, Fate::Undecided));
    assert_eq!(one[0].outcomes[0].1.replications, 8);
}

/// Two zones of a pool: when one is gone, half of the servers must do what Erlang asks of all.
#[test]
fn the_loss_of_a_zone_takes_a_second_pool() {
    let zones = "[[zone]]\nname = \"a\"\n[[zone]]\nname = \"b\"\n";
    let groups =
        "[[service.group]]\nservers = 9\nzone = \"a\"\n[[service.group]]\nservers = 9\nzone = \"b\"\n";
    let text = POOL
        .replace(
            "servers = 10\n",
            "health_check = { interval = \"1 s\", fall = 2 }\n",
        )
        .replace(
            "[plan]",
            &format!("{groups}{zones}[plan]\nsurvive = [\"zone:any\"]"),
        )
        .replace(
            "\"service.web.servers\" = \"1..40\"",
            "\"service.web.group.*.servers\" = \"4..20\"",
        )
        .replace(
            "wait.mean\" = \"2 ms\"",
            "wait.mean\" = \"2 ms\", availability = \"99.99 %\"",
        );
    let plan = planned(&text);
    assert_eq!(plan.cases, ["usual", "zone a lost", "zone b lost"]);
    let wanted = (1..40)
        .find(|&servers: &u32| Mmc::new(servers, 750.0, 100.0).is_ok_and(|pool| pool.mean_wait() <= 0.002));
    assert_eq!(servers(&plan), wanted.map(|servers| f64::from(2 * servers)));
    let (case, binding) = plan.answer().unwrap().binding().unwrap();
    assert!(case != 0 && binding.measure == "wait.mean", "{case}: {binding:?}");
    // Nothing is lost in measured time: checks have found out in the warm-up.
    let lost = plan
        .answer()
        .unwrap()
        .outcomes
        .iter()
        .find(|(case, _)| *case == 1)
        .unwrap();
    assert_eq!(
        lost.1.find("workload.clients", "availability").unwrap().value,
        Some(1.0)
    );
}

/// At μ − λ = 1/bound the mean response of one server breaks.
#[test]
fn the_load_may_grow_as_far_as_the_formula_says() {
    let text = POOL
        .replace("750 /s", "50 /s")
        .replace("wait.mean\" = \"2 ms", "response.mean\" = \"40 ms")
        .replace("1..40", "1..4")
        .replace("60 s", "400 s");
    let plan = planned(&text);
    assert_eq!(servers(&plan), Some(1.0));
    let growth = plan.growth.unwrap();
    let exact = 75.0 / 50.0;
    let missed = growth.missed.unwrap();
    assert!(growth.met <= exact * 1.03 && exact * 0.97 <= missed, "{growth:?}");
    assert!(missed / growth.met < 1.011, "{growth:?}");
    assert_eq!(growth.breaks.unwrap().measure, "response.mean");
}

#[test]
fn a_measure_can_be_what_is_to_be_small() {
    let text = POOL
        .replace("queue = { at = \"balancer\" }", "")
        .replace("wait.mean\" = \"2 ms", "response.p99\" = \"2 s")
        .replace("60 s", "20 s")
        .replace(
            "\"service.web.servers\" = \"1..40\"",
            "\"service.web.balancer\" = [\"random\", \"round-robin\", \"least-connections\"]",
        )
        .replace("[plan]", "[plan]\nminimise = \"workload.clients.response.mean\"");
    let plan = planned(&text);
    assert_eq!(plan.answer().unwrap().values, ["least-connections"]);
    assert_eq!(
        (plan.goal.as_str(), plan.unit),
        ("workload.clients.response.mean", Unit::Seconds)
    );
    assert!(
        plan.candidates
            .iter()
            .all(|one| one.cost.is_some_and(|cost| cost.interval.is_some()))
    );
}

#[test]
fn one_thread_and_eight_give_the_same_answer() {
    let text = POOL
        .replace("60 s", "10 s")
        .replace("[plan]", "[plan]\nsurvive = [\"load:1.2\"]");
    let told = |threads| {
        let plan = planned_by(threads, &text);
        let values = plan.measured().flat_map(|results| &results.verdicts);
        let values: Vec<Option<u64>> = values.map(|verdict| verdict.value.map(f64::to_bits)).collect();
        let growth = plan.growth.map(|growth| growth.met.to_bits());
        (plan.best, plan.replications, growth, values)
    };
    assert_eq!(told(1), told(8));
}
