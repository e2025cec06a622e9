//! The page on the article's rules says what the rules, theory and a run give.

use std::{fs, path::Path, sync::atomic::AtomicBool};

use plimsoll::{
    experiment::{self, Conduct, Results},
    scenario::{self, Replications},
    theory::{
        article::{CASE, PRINTED, results},
        catalogue::Kind,
        mmc::Mmc,
    },
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the cells of a row of the page's table after those that name it: printed, by formula, theory, measured.
fn row(quantity: &str) -> Vec<String> {
    let page = fs::read_to_string(root().join("docs/article.md")).unwrap();
    let start = format!("| {quantity} | ");
    let line = page.lines().find_map(|line| line.strip_prefix(start.as_str()));
    let line = line.unwrap_or_else(|| panic!("there is no row `{quantity}`"));
    line.split('|')
        .map(|cell| cell.trim().to_owned())
        .filter(|cell| !cell.is_empty())
        .skip(1)
        .collect()
}

/// Whether a cell shows a number rounded to four figures.
fn shows(cell: &str, value: f64) -> bool {
    let shown: f64 = cell.parse().unwrap();
    (shown - value).abs() <= 5e-4 * value.abs()
}

#[test]
fn the_page_shows_what_is_printed_and_what_the_rules_give() {
    let ruled = results(&CASE);
    for (quantity, printed, ruled) in [
        ("response time", PRINTED.response_time, ruled.response_time),
        ("throughput", PRINTED.throughput, ruled.throughput),
        ("storage access speed", PRINTED.storage_speed, ruled.storage_speed),
        ("data reliability", PRINTED.reliability, ruled.reliability),
        ("failover time", PRINTED.failover_time, ruled.failover_time),
        ("recovery rate", PRINTED.recovery_rate, ruled.recovery_rate),
        ("support effect", PRINTED.support_effect, ruled.support_effect),
    ] {
        let cells = row(quantity);
        assert!(
            shows(&cells[0], printed),
            "{quantity}: {cells:?}, printed {printed}"
        );
        assert!(
            shows(&cells[1], ruled),
            "{quantity}: {cells:?}, by its formula {ruled}"
        );
    }
}

#[test]
fn the_page_shows_what_theory_says_and_what_is_measured() {
    let run = run_the_case();
    let theory = Mmc::new(10, CASE.arrival_rate, CASE.service_rate)
        .unwrap()
        .mean_response();
    let cells = row("response time");
    assert_eq!(cells[2], format!("{:.3} ms", theory * 1e3));
    let (low, high) = interval(&run, "response.mean");
    assert!(low < theory && theory < high, "{low} to {high} misses {theory}");
    let measured: f64 = cells[3].strip_suffix(" ms").unwrap().parse().unwrap();
    assert!(
        low < measured / 1e3 && measured / 1e3 < high,
        "{measured} ms is not from {low} to {high}"
    );

    let cells = row("throughput");
    assert_eq!((cells[2].as_str(), cells[3].as_str()), ("100 /s", "100 /s"));
    let (low, high) = interval(&run, "throughput");
    assert!(low < 100.0 && 100.0 < high, "{low} to {high}");
}

#[test]
fn the_report_puts_the_rules_behind_theory() {
    let run = run_the_case();
    let response = run
        .measures
        .iter()
        .find(|measure| measure.name == "response.mean")
        .unwrap();
    let kinds: Vec<Kind> = response.theory.iter().map(|said| said.formula.kind).collect();
    assert_eq!(kinds.last(), Some(&Kind::RuleOfThumb), "{kinds:?}");
    assert_ne!(kinds.first(), Some(&Kind::RuleOfThumb), "{kinds:?}");
}

fn run_the_case() -> Results {
    let loaded = scenario::load(&root().join("scenarios/article-case.toml"), &[]).unwrap();
    let mut scenario = loaded.scenario;
    scenario.run.replications = Replications::Fixed(4);
    let stop = AtomicBool::new(false);
    experiment::run(&scenario, &Conduct::new(&stop))
}

fn interval(run: &Results, name: &str) -> (f64, f64) {
    let measure = run.measures.iter().find(|measure| measure.name == name).unwrap();
    (measure.low.unwrap(), measure.high.unwrap())
}
