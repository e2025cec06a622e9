//! The document of an earlier run: read back, and what has changed since then as part of the new one.

use super::number::finite;
use crate::{
    experiment::baseline::{Against, Baseline, Change, Direction},
    stats::two_sample::Sample,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Why a text is no baseline for a scenario: what is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub struct BaselineError {
    /// What is wrong, to follow the name of the file: `"is not JSON"`.
    pub fault: String,
    /// What to do about it.
    pub help: String,
}

/// Reads the document that `run` wrote of a scenario, or finds it in a list of such documents.
pub fn read(text: &str, scenario: &str) -> Result<Baseline, BaselineError> {
    let error = |fault: String, help: &str| BaselineError {
        fault,
        help: help.to_owned(),
    };
    let name_one = "name a `summary.json` that `plimsoll run` wrote";
    let value: Value =
        serde_json::from_str(text).map_err(|fault| error(format!("is not JSON: {fault}"), name_one))?;
    let documents = match value {
        Value::Array(documents) => documents,
        one => vec![one],
    };
    let mut others = Vec::new();
    for document in documents {
        let head: Head = serde_json::from_value(document.clone())
            .map_err(|_| error("is no result of plimsoll".to_owned(), name_one))?;
        if head.scenario == scenario {
            return baseline(document, &head);
        }
        others.push(format!("`{}`", head.scenario.escape_debug()));
    }
    let fault = if others.is_empty() {
        "is an empty list".to_owned()
    } else {
        format!("is about {}, not about `{scenario}`", others.join(", "))
    };
    Err(error(
        fault,
        "measure this scenario first, and name its `summary.json`",
    ))
}

fn baseline(document: Value, head: &Head) -> Result<Baseline, BaselineError> {
    let error = |fault: &str, help: &str| BaselineError {
        fault: fault.to_owned(),
        help: help.to_owned(),
    };
    let this = env!("CARGO_PKG_VERSION");
    if head.plimsoll != this {
        let fault = format!(
            "was measured by plimsoll {}, and this is {this}",
            head.plimsoll.escape_debug()
        );
        return Err(error(
            &fault,
            "measure the baseline again with this version: numbers of versions differ",
        ));
    }
    if head.command != "run" {
        let fault = format!("is a result of `{}`, not of `run`", head.command.escape_debug());
        return Err(error(&fault, "name a `summary.json` that `plimsoll run` wrote"));
    }
    let unreadable =
        |fault: serde_json::Error| error(&format!("cannot be read: {fault}"), "measure the baseline again");
    let document: Document = serde_json::from_value(document).map_err(unreadable)?;
    if document.replications < 2 {
        let fault = "rests on a single replication, which gives no intervals";
        return Err(error(
            fault,
            "measure the baseline again with several replications",
        ));
    }
    let is_level = 0.0 < document.level && document.level < 1.0;
    let sample = |measure: MeasureEntry| {
        let (value, low, high) = (measure.value?, measure.low?, measure.high?);
        let sample = Sample {
            value,
            low,
            high,
            level: document.level,
            n: document.replications,
        };
        (low <= value && value <= high).then_some((measure.of, measure.measure, sample))
    };
    let measures: Vec<_> = document.measures.into_iter().filter_map(sample).collect();
    if measures.is_empty() || !is_level {
        return Err(error(
            "has no measures with intervals",
            "measure the baseline again",
        ));
    }
    Ok(Baseline {
        scenario: head.scenario.clone(),
        // A digest that cannot be read belongs to no scenario.
        digest: u64::from_str_radix(&document.digest, 16).unwrap_or(0),
        seed: document.seed,
        replications: document.replications,
        measures,
    })
}

/// What tells whose document it is.
#[derive(Deserialize)]
struct Head {
    plimsoll: String,
    scenario: String,
    command: String,
}

#[derive(Deserialize)]
struct Document {
    seed: u64,
    replications: usize,
    level: f64,
    digest: String,
    measures: Vec<MeasureEntry>,
}

#[derive(Deserialize)]
struct MeasureEntry {
    of: String,
    measure: String,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

/// What the document says of one change.
#[derive(Serialize)]
pub(super) struct Entry<'a> {
    of: &'a str,
    measure: &'a str,
    unit: &'static str,
    level: f64,
    before: Option<f64>,
    after: Option<f64>,
    /// The rise.
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    /// The same as shares of what it was.
    relative: Option<f64>,
    relative_low: Option<f64>,
    relative_high: Option<f64>,
    direction: &'static str,
    /// Whether it must not get worse.
    gates: bool,
    /// Whether it did, by more than the tolerance.
    fails: bool,
}

/// Returns an entry for each measure that was compared.
pub(super) fn entries(against: &Against) -> Vec<Entry<'_>> {
    let entry = |change| entry(change, against.level);
    against.changes.iter().map(entry).collect()
}

fn entry(change: &Change, level: f64) -> Entry<'_> {
    let share = |at: usize| change.relative().map(|shares| shares[at]);
    Entry {
        of: &change.of,
        measure: &change.measure,
        unit: change.unit.symbol(),
        level,
        before: finite(change.before),
        after: finite(change.after),
        value: finite(change.difference.value),
        low: finite(change.difference.low),
        high: finite(change.difference.high),
        relative: share(0),
        relative_low: share(1),
        relative_high: share(2),
        direction: word(change.direction),
        gates: change.gates,
        fails: change.fails,
    }
}

/// Returns the word for where a measure went.
pub(super) fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Same => "same",
        Direction::Better => "better",
        Direction::Worse => "worse",
        Direction::Changed => "changed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        experiment::baseline::against,
        report::{Invocation, fixture, json},
    };

    const RUN: Invocation<'_> = Invocation {
        command: "run",
        wall_seconds: 1.0,
        origin: None,
    };

    #[test]
    fn a_document_is_read_back_alone_and_from_a_list() {
        let results = fixture::web_tier();
        let text = json::run(&results, &RUN);
        let other = text.replace("\"scenario\": \"web-tier\"", "\"scenario\": \"other\"");
        for text in [text.clone(), format!("[{other},{text}]")] {
            let baseline = read(&text, "web-tier").unwrap();
            assert_eq!((baseline.seed, baseline.replications), (42, 12));
            assert_eq!(baseline.digest, results.digest);
            let against = against(&results, &baseline, 0.0);
            assert!(!against.is_another && 3 < against.changes.len());
            let moved = against
                .changes
                .iter()
                .find(|change| change.direction != Direction::Same);
            assert!(moved.is_none(), "{moved:?}");
        }
    }

    #[test]
    fn what_is_no_baseline_is_said_and_why() {
        let text = json::run(&fixture::web_tier(), &RUN);
        let version = format!("\"plimsoll\": \"{}\"", env!("CARGO_PKG_VERSION"));
        for (text, expected) in [
            ("<xml/>".to_owned(), "is not JSON: "),
            ("{}".to_owned(), "is no result of plimsoll"),
            ("7".to_owned(), "is no result of plimsoll"),
            ("[]".to_owned(), "is an empty list"),
            (text.replace("web-tier", "web\ttier"), "is not JSON: "),
            (
                text.replace("web-tier", "shop"),
                "is about `shop`, not about `web-tier`",
            ),
            (
                text.replace(&version, "\"plimsoll\": \"0.0.1\""),
                "was measured by plimsoll 0.0.1, and this is ",
            ),
            (
                text.replace("\"run\"", "\"theory\""),
                "is a result of `theory`, not of `run`",
            ),
            (
                text.replace("\"measures\"", "\"meassures\""),
                "cannot be read: missing field `measures`",
            ),
            (
                text.replace("\"low\"", "\"lo\""),
                "has no measures with intervals",
            ),
            (
                text.replace("\"level\": 0.95", "\"level\": 95"),
                "has no measures with intervals",
            ),
            (
                text.replace("\"replications\": 12", "\"replications\": 1"),
                "rests on a single replication",
            ),
        ] {
            let error = read(&text, "web-tier").unwrap_err();
            assert!(error.fault.starts_with(expected), "{}", error.fault);
            assert!(!error.help.is_empty());
        }
    }
}
