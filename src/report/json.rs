//! The result document: one JSON object, the same in `summary.json` and with `--format json`.
//! SI base units; what does not exist is `null`; keys keep their order.

use super::{Invocation, baseline, bottleneck, hops, incidents, number::finite, stores, year};
use crate::experiment::{
    Comparison, Results, VariantResults,
    results::{Measure, Prediction, Verdict},
};
use serde::Serialize;

mod capacity;
mod comparison;
mod plan;
mod sweep;
use self::capacity::{LoadLineEntry, load_line};
pub use self::{plan::plan, sweep::sweep};

/// Returns the document of `run` and of `theory`.
pub fn run(results: &Results, invocation: &Invocation<'_>) -> String {
    text(&RunDocument {
        head: Head::new(&[results], invocation),
        digest: digest(results),
        notes: &results.notes,
        measures: results
            .measures
            .iter()
            .map(|measure| entry(None, measure))
            .collect(),
        objectives: results
            .verdicts
            .iter()
            .map(|verdict| objective(None, verdict))
            .collect(),
        load_line: results.load_line.as_ref().map(load_line),
        capacity: results.capacity.iter().map(load_line).collect(),
        bottleneck: bottleneck::entry(results),
        hops: hops::entries(results),
        stores: stores::entries(results),
        incidents: results.incidents.as_ref().map(incidents::entries),
        performability: results.performability.as_ref().map(year::entry),
        baseline: results.baseline.as_ref().map(baseline::entries),
    })
}

/// Returns the document of `compare`: `variant` is added to every measure, and the differences from the best.
pub fn compare(comparison: &Comparison, invocation: &Invocation<'_>) -> String {
    let all: Vec<&Results> = comparison
        .variants
        .iter()
        .map(|variant| &variant.results)
        .collect();
    let variants = || comparison.variants.iter();
    let measures = variants().flat_map(|variant| {
        let measures = variant.results.measures.iter();
        measures.map(|measure| entry(Some(&variant.label), measure))
    });
    let objectives = variants().flat_map(|variant| {
        let verdicts = variant.results.verdicts.iter();
        verdicts.map(|verdict| objective(Some(&variant.label), verdict))
    });
    text(&CompareDocument {
        head: Head::new(&all, invocation),
        ranked_by: comparison::ranking(&comparison.ranking().by),
        ending: comparison::ending(comparison.ending),
        sets: comparison::sets(comparison),
        notes: &comparison.notes,
        variants: variants().map(variant).collect(),
        differences: comparison::differences(comparison),
        measures: measures.collect(),
        objectives: objectives.collect(),
    })
}

/// What both documents begin with.
#[derive(Serialize)]
struct Head<'a> {
    plimsoll: &'static str,
    scenario: &'a str,
    command: &'a str,
    seed: u64,
    /// Of each variant.
    replications: usize,
    /// Measured time, over all replications and variants.
    simulated_s: f64,
    events: u64,
    requests: u64,
    wall_s: Option<f64>,
    /// Of each replication.
    duration_s: f64,
    warmup_s: f64,
    level: f64,
    interrupted: bool,
}

impl<'a> Head<'a> {
    fn new(all: &[&'a Results], invocation: &Invocation<'a>) -> Self {
        let first = all.first().expect("a document is about something");
        let simulated = |results: &&Results| results.replications as f64 * results.duration.as_secs_f64();
        Self {
            plimsoll: env!("CARGO_PKG_VERSION"),
            scenario: &first.scenario,
            command: invocation.command,
            seed: first.seed,
            replications: first.replications,
            simulated_s: all.iter().map(simulated).sum(),
            events: all.iter().map(|results| results.events).sum(),
            requests: all.iter().map(|results| results.requests).sum(),
            wall_s: finite(invocation.wall_seconds),
            duration_s: first.duration.as_secs_f64(),
            warmup_s: first.warmup.as_secs_f64(),
            level: first.level,
            interrupted: all.iter().any(|results| results.interrupted),
        }
    }
}

#[derive(Serialize)]
struct RunDocument<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    digest: String,
    notes: &'a [String],
    measures: Vec<MeasureEntry<'a>>,
    objectives: Vec<ObjectiveEntry<'a>>,
    load_line: Option<LoadLineEntry<'a>>,
    /// Where each objective breaks.
    capacity: Vec<LoadLineEntry<'a>>,
    /// What a graph of services runs out of first.
    #[serde(skip_serializing_if = "Option::is_none")]
    bottleneck: Option<bottleneck::Entry<'a>>,
    /// Where the time of responses went, where requests go through several hops.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hops: Vec<hops::Entry<'a>>,
    /// How even the load of stores is, and how soon reads see writes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stores: Vec<stores::Entry<'a>>,
    /// What went wrong, where anything can.
    #[serde(skip_serializing_if = "Option::is_none")]
    incidents: Option<Vec<incidents::Entry<'a>>>,
    /// A year's service, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    performability: Option<year::Entry<'a>>,
    /// What has changed since an earlier result, where one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<Vec<baseline::Entry<'a>>>,
}

#[derive(Serialize)]
struct CompareDocument<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    ranked_by: comparison::Ranking<'a>,
    /// Whether the replications decided it.
    ending: comparison::EndingEntry,
    /// For each measure, which variants may be the best.
    sets: Vec<comparison::SetEntry<'a>>,
    notes: &'a [String],
    /// Best first.
    variants: Vec<VariantEntry<'a>>,
    differences: Vec<comparison::DifferenceEntry<'a>>,
    measures: Vec<MeasureEntry<'a>>,
    objectives: Vec<ObjectiveEntry<'a>>,
}

#[derive(Serialize)]
struct MeasureEntry<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    variant: Option<&'a str>,
    of: &'a str,
    measure: &'a str,
    unit: &'static str,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    theory: Vec<TheoryEntry<'a>>,
    /// Why `theory` is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    no_theory: Option<&'a str>,
}

#[derive(Serialize)]
struct TheoryEntry<'a> {
    model: &'static str,
    kind: &'static str,
    /// `=`, `≈`, `≤` or `≥`, which tells the two kinds of bound apart.
    mark: char,
    value: Option<f64>,
    source: &'static str,
    leaves_out: Option<&'a str>,
}

#[derive(Serialize)]
struct ObjectiveEntry<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    variant: Option<&'a str>,
    of: &'a str,
    measure: &'a str,
    unit: &'static str,
    relation: &'static str,
    bound: Option<f64>,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    met: bool,
    certain: bool,
}

#[derive(Serialize)]
struct VariantEntry<'a> {
    variant: &'a str,
    replications: usize,
    digest: String,
    events: u64,
    requests: u64,
    notes: &'a [String],
}

fn entry<'a>(variant: Option<&'a str>, measure: &'a Measure) -> MeasureEntry<'a> {
    MeasureEntry {
        variant,
        of: &measure.of,
        measure: &measure.name,
        unit: measure.unit.symbol(),
        value: measure.value.and_then(finite),
        low: measure.low.and_then(finite),
        high: measure.high.and_then(finite),
        theory: measure.theory.iter().map(theory).collect(),
        no_theory: measure.no_theory.as_deref(),
    }
}

fn theory(prediction: &Prediction) -> TheoryEntry<'_> {
    TheoryEntry {
        model: prediction.formula.name,
        kind: prediction.kind().word(),
        mark: prediction.kind().mark(),
        value: finite(prediction.value),
        source: prediction.formula.source,
        leaves_out: prediction.leaves_out.as_deref(),
    }
}

fn objective<'a>(variant: Option<&'a str>, verdict: &'a Verdict) -> ObjectiveEntry<'a> {
    ObjectiveEntry {
        variant,
        of: &verdict.of,
        measure: &verdict.measure,
        unit: verdict.unit.symbol(),
        relation: if verdict.at_least { "at least" } else { "at most" },
        bound: finite(verdict.bound),
        value: verdict.value.and_then(finite),
        low: verdict.low.and_then(finite),
        high: verdict.high.and_then(finite),
        met: verdict.is_met() && !verdict.is_open(),
        certain: verdict.is_certain(),
    }
}

fn variant(variant: &VariantResults) -> VariantEntry<'_> {
    VariantEntry {
        variant: &variant.label,
        replications: variant.results.replications,
        digest: digest(&variant.results),
        events: variant.results.events,
        requests: variant.results.requests,
        notes: &variant.results.notes,
    }
}

/// As text: not every reader of JSON keeps 64 bits of a number.
fn digest(results: &Results) -> String {
    format!("{:016x}", results.digest)
}

fn text(document: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(document).expect("texts and numbers are all there is");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;
