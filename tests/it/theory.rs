//! Simulation against theory: for every exact formula of a time or a loss, the 99 % interval covers it with a half width
//! below 1 %, and does not cover what the formula says of a load that is 4 % higher.

use std::sync::atomic::AtomicBool;

use plimsoll::{
    experiment::{Conduct, Results, results::Measure, run, theory_only},
    scenario::{self, Scenario},
    theory::catalogue::Kind,
};

/// The plainest workload, of 400 requests per second unless it is a decoy.
pub(crate) const POISSON: &str = r#"
[[workload]]
name = "a"
to = "web"
arrivals = { process = "poisson", rate = "RATE" }
"#;
/// Three at a time.
const BATCHES: &str = r#"
[[workload]]
name = "a"
to = "web"
arrivals = { process = "batches", rate = "RATE", size = 3 }
"#;
const EVEN: &str = r#"
[[workload]]
name = "a"
to = "web"
arrivals = { process = "constant", rate = "RATE" }
"#;
/// Twenty clients who would ask at the given rate if they were answered at once.
const CLOSED: &str = r#"
[[workload]]
name = "a"
to = "web"
arrivals = { process = "closed", clients = 20, think = "THINK" }
"#;
pub(crate) const EXPONENTIAL: &str = r#"work = { distribution = "exponential", mean = "1 ms" }"#;
const SPREAD: &str = r#"work = { distribution = "hyperexponential", mean = "1 ms", cv = 1.5 }"#;
/// A second workload of 100 requests per second, less urgent.
const SECOND: &str = r#"
[[workload]]
name = "b"
to = "web"
priority = 1
arrivals = { process = "poisson", rate = "100 /s" }
"#;

/// One situation: who comes, what is there, for how many seconds of each replication, and what to compare.
struct Case<'a> {
    workloads: &'a [&'a str],
    service: &'a [&'a str],
    rate: f64,
    seconds: u32,
    formula: &'a str,
    measures: &'a [&'a str],
}

fn scenario(case: &Case<'_>, rate: f64) -> Scenario {
    let head = format!(
        "[run]\nduration = \"{} s\"\nwarmup = \"1 s\"\nreplications = 20\nconfidence = \"99 %\"\nseed = 2025\n",
        case.seconds
    );
    let think = format!("{} ms", 20_000.0 / rate);
    let workloads = case.workloads.concat().replace("RATE", &format!("{rate} /s"));
    let workloads = workloads.replace("THINK", &think);
    let service = case.service.join("\n");
    let text = format!("{head}{workloads}\n[[service]]\nname = \"web\"\n{service}\n");
    scenario::from_str("case", &text, &[])
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
        .scenario
}

pub(crate) fn simulate(scenario: &Scenario) -> Results {
    let stop = AtomicBool::new(false);
    run(scenario, &Conduct::new(&stop))
}

fn measure<'a>(results: &'a Results, name: &str) -> &'a Measure {
    let found = results
        .measures
        .iter()
        .find(|measure| format!("{}.{}", measure.of, measure.name) == name);
    found.unwrap_or_else(|| panic!("there is no {name}"))
}

fn agrees(case: &Case<'_>) {
    let formula = |_: &str| case.formula;
    agree(|rate| scenario(case, rate), case.rate, formula, case.measures);
}

/// Holds the measures of a scenario against the exact formulas of these names, and against a load that is 4 % higher.
pub(crate) fn agree<'a>(
    scenario: impl Fn(f64) -> Scenario,
    rate: f64,
    formula: impl Fn(&str) -> &'a str,
    measures: &[&str],
) {
    let results = simulate(&scenario(rate));
    let decoys = theory_only(&scenario(rate * 1.04));
    for name in measures {
        let (measured, formula) = (measure(&results, name), formula(name));
        let theory = measured
            .theory
            .first()
            .unwrap_or_else(|| panic!("{name}: {:?}", measured.no_theory));
        // Inversion is as good as exact wherever it is applied.
        let inverted = name.contains(".p") && theory.formula.name.ends_with(INVERTED);
        assert!(
            inverted || (theory.formula.name, theory.kind()) == (formula, Kind::Exact),
            "{name}: {}",
            theory.formula.name
        );
        let (low, high) = (measured.low.unwrap(), measured.high.unwrap());
        let what = format!("{formula} {name}: {low} to {high}, theory {}", theory.value);
        assert!(
            (high - low) / 2.0 < 0.01 * theory.value,
            "too wide to mean anything: {what}"
        );
        assert!(low <= theory.value && theory.value <= high, "missed: {what}");
        let decoy = measure(&decoys, name).theory[0].value;
        assert!(
            decoy < low || high < decoy,
            "would accept {decoy} as well: {what}"
        );
    }
}

const INVERTED: &str = " by transform inversion";
const MEAN: &[&str] = &["workload.a.response.mean"];
const TIMES: &[&str] = &[
    "workload.a.response.mean",
    "workload.a.response.p90",
    "workload.a.response.p99",
];
const MEDIAN_TOO: &[&str] = &[
    "workload.a.response.mean",
    "workload.a.response.p50",
    "workload.a.response.p99",
];
const BOTH: &[&str] = &["workload.a.response.mean", "workload.b.response.mean"];
const BOTH_TIMES: &[&str] = &[
    "workload.a.response.mean",
    "workload.a.response.p50",
    "workload.a.response.p99",
    "workload.b.response.mean",
    "workload.b.response.p50",
    "workload.b.response.p99",
];
const REJECTED: &[&str] = &["workload.a.rejected"];

/// One queue without loss.
#[test]
fn one_queue_behaves_as_its_formula_says() {
    let one = ["servers = 1", EXPONENTIAL];
    let constant = r#"work = "1 ms""#;
    let four = ["servers = 4", EXPONENTIAL, r#"queue = { at = "balancer" }"#];
    let two = ["servers = 1", "slots = 2", EXPONENTIAL];
    let cases = [
        (&[POISSON][..], &one[..], 400.0, 400, "M/M/1", TIMES),
        (&[POISSON], &four, 2_400.0, 80, "central queue, M/M/c", TIMES),
        (&[POISSON], &two, 900.0, 220, "M/M/c", TIMES),
        (&[EVEN], &one, 500.0, 220, "GI/M/c", TIMES),
        (&[BATCHES], &one, 400.0, 800, "M^X/G/1, batches", MEDIAN_TOO),
        (&[EVEN], &two, 1_200.0, 140, "GI/M/c", TIMES),
        (&[POISSON], &["servers = 1", constant], 500.0, 220, "M/D/1", TIMES),
        (
            &[POISSON],
            &["servers = 1\nslots = 2", constant],
            1_500.0,
            400,
            "M/D/c",
            MEDIAN_TOO,
        ),
        (
            &[POISSON],
            &["servers = 1", SPREAD],
            400.0,
            1_000,
            "M/G/1, Pollaczek–Khinchine",
            MEDIAN_TOO,
        ),
    ];
    all(&cases);
}

pub(crate) type Row<'a> = (&'a [&'a str], &'a [&'a str], f64, u32, &'a str, &'a [&'a str]);

pub(crate) fn all(rows: &[Row<'_>]) {
    for &(workloads, service, rate, seconds, formula, measures) in rows {
        agrees(&Case {
            workloads,
            service,
            rate,
            seconds,
            formula,
            measures,
        });
    }
}

/// That the clients all think equally long makes no difference.
#[test]
fn closed_loops_behave_as_their_formulas_say() {
    let repair = "M/M/c//N, machine repair";
    let shared = ["servers = 1", SPREAD, r#"queue = "processor-sharing""#];
    let three = ["servers = 3", EXPONENTIAL, r#"queue = { at = "balancer" }"#];
    let cases = [
        (
            &[CLOSED][..],
            &["servers = 1", EXPONENTIAL][..],
            800.0,
            200,
            repair,
            TIMES,
        ),
        (&[CLOSED], &three, 2_800.0, 60, repair, TIMES),
        (&[CLOSED], &shared, 800.0, 200, "closed processor sharing", MEAN),
    ];
    all(&cases);
}

#[test]
fn losses_are_as_their_formulas_say() {
    let limited = ["servers = 1", EXPONENTIAL, "queue = { capacity = 2 }"];
    let none = ["servers = 3", SPREAD, "queue = { capacity = 0 }"];
    let impatient = format!("{POISSON}patience = {{ distribution = \"exponential\", mean = \"2 ms\" }}\n");
    let abandoned = &["workload.a.abandoned", "workload.a.response.mean"];
    let cases = [
        (&[POISSON][..], &limited[..], 700.0, 160, "M/M/c/K", REJECTED),
        (&[POISSON], &none, 2_000.0, 100, "M/G/c/c, Erlang B", REJECTED),
        (
            &[&impatient],
            &["servers = 1", EXPONENTIAL],
            900.0,
            200,
            "M/M/c+M, Erlang A",
            abandoned,
        ),
    ];
    all(&cases);
}

#[test]
fn the_urgent_fare_as_the_formulas_say() {
    let urgent = r#"queue = { discipline = "priority", preemptive = false }"#;
    let interrupts = r#"queue = { discipline = "priority", preemptive = true }"#;
    let classes = &[POISSON, SECOND][..];
    let one = |queue| ["servers = 1", SPREAD, queue];
    let two = |queue| ["servers = 1\nslots = 2", EXPONENTIAL, queue];
    let preemptive = [
        "M/G/1 with preemptive priorities",
        "M/M/c with preemptive priorities",
    ];
    let cases = [
        (
            classes,
            &one(urgent)[..],
            200.0,
            1_600,
            "M/G/1 with priorities, Cobham",
            BOTH_TIMES,
        ),
        (classes, &one(interrupts), 200.0, 1_600, preemptive[0], BOTH_TIMES),
        (
            classes,
            &two(urgent),
            600.0,
            1_000,
            "M/M/c with priorities",
            BOTH_TIMES,
        ),
        (classes, &two(interrupts), 600.0, 200, preemptive[1], BOTH),
    ];
    all(&cases);
}

#[test]
fn orders_change_the_mean_as_the_formulas_say() {
    let one = |queue| ["servers = 1", SPREAD, queue];
    let (lifo, random) = (one(r#"queue = "lifo""#), one(r#"queue = "random""#));
    let shortest = one(r#"queue = "shortest-job-first""#);
    let shared = one(r#"queue = "processor-sharing""#);
    let shared_two = ["servers = 1\nslots = 2", shared[1], shared[2]];
    let cases = [
        (&[POISSON][..], &lifo[..], 400.0, 250, "M/G/1 LIFO", MEAN),
        (
            &[POISSON],
            &random,
            400.0,
            350,
            "M/G/1, Pollaczek–Khinchine",
            MEAN,
        ),
        (
            &[POISSON],
            &shortest,
            400.0,
            150,
            "M/G/1 shortest job first",
            MEAN,
        ),
        (&[POISSON], &shared, 400.0, 150, "M/G/1 processor sharing", MEAN),
        (
            &[POISSON],
            &shared_two,
            1_000.0,
            60,
            "M/G/c processor sharing",
            MEAN,
        ),
    ];
    all(&cases);
}

#[test]
fn pools_behave_as_the_formulas_of_their_policies_say() {
    let pool = |balancer: &'static str| ["servers = 2", EXPONENTIAL, balancer];
    let random = pool(r#"balancer = "random""#);
    let in_turn = pool(r#"balancer = "round-robin""#);
    let jsq = pool(r#"balancer = "least-connections""#);
    let least = pool(r#"balancer = "least-work""#);
    let cases = [
        (&[POISSON][..], &random[..], 800.0, 220, "random split", TIMES),
        (&[POISSON], &in_turn, 1_000.0, 160, "round robin, E_n/M/1", TIMES),
        (&[POISSON], &jsq, 1_200.0, 160, "shortest of two queues", TIMES),
        (&[POISSON], &least, 1_200.0, 160, "central queue, M/M/c", TIMES),
        (
            &[POISSON, SECOND],
            &["servers = 1", SPREAD],
            300.0,
            450,
            "M/G/1, Pollaczek–Khinchine",
            BOTH,
        ),
    ];
    all(&cases);
}
