//! The scenarios that come with the program: each asks a question, runs, and is on the page that lists them.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};

use plimsoll::{
    experiment::{self, Conduct, Results},
    model::balancer,
    scenario::{self, Override, Replications},
    units::SimDuration,
};

#[path = "../../examples/make_trace.rs"]
#[expect(dead_code, reason = "its `main` is for the example")]
mod make_trace;

#[path = "../../examples/custom_balancer.rs"]
#[expect(dead_code, reason = "its `main` is for the example")]
mod custom_balancer;

/// Requests that a brief run may have in all; it bounds how long these tests take.
const REQUESTS: f64 = 20_000.0;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns all scenario files in the order of their names.
fn files() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("scenarios")).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.sort_unstable();
    assert!(20 <= files.len(), "only {} scenarios were found", files.len());
    files
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

/// Runs a scenario briefly, whatever it says about durations and replications.
fn run_briefly(path: &Path, changes: &[Override]) -> Results {
    let loaded = scenario::load(path, changes).unwrap_or_else(|error| panic!("{error}"));
    assert!(
        loaded.warnings.is_empty(),
        "{}: {}",
        path.display(),
        loaded.warnings.render(false)
    );
    let mut scenario = loaded.scenario;
    let rates = scenario
        .deployment
        .workloads
        .iter()
        .filter_map(|workload| workload.arrivals.nature.rate());
    let whole = scenario.run.duration.as_secs_f64();
    let seconds = if scenario.deployment.is_long() {
        whole / 10.0
    } else {
        (REQUESTS / 2.0 / rates.sum::<f64>()).min(whole)
    };
    scenario.run.duration = SimDuration::from_secs_f64(seconds);
    scenario.run.warmup = Some(SimDuration::from_secs_f64(seconds / 10.0));
    scenario.run.replications = Replications::Fixed(2);
    scenario.run.timeline = None;
    let stop = AtomicBool::new(false);
    experiment::run(&scenario, &Conduct::new(&stop))
}

#[test]
fn every_scenario_runs_and_breaks_no_law() {
    for path in files() {
        let results = run_briefly(&path, &[]);
        assert_eq!(results.replications, 2, "{}", path.display());
        assert!(
            1_000 < results.requests.max(results.events),
            "{}: {} requests",
            path.display(),
            results.requests
        );
        let faults: Vec<_> = results
            .notes
            .iter()
            .filter(|note| note.contains("mistake in plimsoll"))
            .collect();
        assert!(faults.is_empty(), "{}: {faults:?}", path.display());
        // A workload that comes now and then need not come in so short a time; the first one does.
        let responses: Vec<Option<f64>> = results
            .measures
            .iter()
            .filter(|measure| measure.name == "response.mean")
            .map(|measure| measure.value)
            .collect();
        assert!(results.is_long() || responses[0].is_some(), "{}", path.display());
        assert!(
            responses.iter().flatten().all(|&mean| 0.0 < mean),
            "{}: {responses:?}",
            path.display()
        );
    }
}

#[test]
fn every_scenario_opens_with_a_question_and_states_what_to_expect() {
    for path in files() {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.display();
        let opening: Vec<&str> = text.lines().take_while(|line| line.starts_with('#')).collect();
        let question = opening
            .first()
            .unwrap_or_else(|| panic!("{name} has no opening comment"));
        assert!(question.ends_with('?'), "{name} asks no question: {question}");
        let expected = opening.iter().position(|line| line.starts_with("# Expected: "));
        let expected = expected.unwrap_or_else(|| panic!("{name} does not say what to expect"));
        let has_number = opening[expected..]
            .iter()
            .any(|line| line.chars().any(|c| c.is_ascii_digit()));
        assert!(has_number, "{name} expects no number");
        let is_command = |line: &&str| line.starts_with("#     plimsoll ");
        let too_long = text
            .lines()
            .find(|line| 120 < line.chars().count() && !is_command(line));
        assert_eq!(too_long, None, "{name}");
    }
}

#[test]
fn every_scenario_is_on_the_page_that_lists_them() {
    let page = fs::read_to_string(root().join("docs/scenarios.md")).unwrap();
    for path in files() {
        let name = stem(&path);
        let text = fs::read_to_string(&path).unwrap();
        let question = text.lines().next().unwrap_or_default().trim_start_matches("# ");
        let row = format!("| [{name}](../scenarios/{name}.toml) | {question} |");
        assert!(page.contains(&row), "docs/scenarios.md lacks {row}");
    }
}

#[test]
fn every_balancing_policy_has_a_showcase() {
    let stems: Vec<String> = files().iter().map(|path| stem(path)).collect();
    for entry in balancer::REGISTRY {
        let name = format!("balancer-{}", entry.name);
        assert!(stems.contains(&name), "there is no scenarios/{name}.toml");
        let loaded = scenario::load(&root().join(format!("scenarios/{name}.toml")), &[]).unwrap();
        assert_eq!(loaded.scenario.deployment.services[0].balancer.name, entry.name);
    }
}

/// The changes that the comments suggest are ones that the program takes.
#[test]
fn every_suggested_command_is_understood() {
    let mut n_commands = 0;
    for path in files() {
        let text = fs::read_to_string(&path).unwrap();
        let commands = text
            .lines()
            .filter_map(|line| line.strip_prefix("#     plimsoll "));
        for command in commands {
            n_commands += 1;
            assert!(
                command.contains(&format!("scenarios/{}.toml", stem(&path))),
                "{command}"
            );
            for change in changes(command) {
                let change: Override = change
                    .parse()
                    .unwrap_or_else(|error| panic!("{command}: {error}"));
                if let Err(error) = scenario::load(&path, &[change]) {
                    panic!("{command}\n{error}");
                }
            }
        }
    }
    assert!(10 < n_commands, "only {n_commands} commands were found");
}

/// Returns every single change that a command makes: those of `--set`, and each value of `--vary`.
fn changes(command: &str) -> Vec<String> {
    let mut all = Vec::new();
    let words = split(command);
    for pair in words.windows(2) {
        match pair[0].as_str() {
            "--set" => all.push(pair[1].clone()),
            "--vary" => {
                let (path, values) = pair[1].split_once('=').unwrap();
                all.extend(values.split(',').map(|value| format!("{path}={value}")));
            }
            _ => {}
        }
    }
    all
}

/// Splits a command into words as a shell does, as far as quotes go.
fn split(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for character in command.chars() {
        match character {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            other => word.push(other),
        }
    }
    words.push(word);
    words
}

/// The trace is the one that the example writes, so that anyone can see how it came about.
#[test]
fn the_trace_is_what_the_example_writes() {
    let packed = fs::read(root().join("scenarios/data/requests.csv.gz")).unwrap();
    assert!(packed.len() < 300_000, "{} bytes", packed.len());
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.as_slice())
        .read_to_string(&mut text)
        .unwrap();
    assert!(
        text == make_trace::trace(),
        "write it anew: see examples/make_trace.rs"
    );
}

#[test]
fn a_balancer_of_ones_own_runs_in_a_whole_scenario() {
    let comparison = custom_balancer::comparison(SimDuration::from_secs_f64(10.0)).unwrap();
    let mut labels: Vec<&str> = comparison
        .variants
        .iter()
        .map(|variant| variant.label.as_str())
        .collect();
    assert_eq!(labels.pop(), Some("random"), "nothing is worse: {comparison:?}");
    // Whoever insists more on the house has longer queues there.
    let place = |label| labels.iter().position(|other| *other == label).unwrap();
    assert!(place("near first") < place("near first, by 2"), "{labels:?}");
}
