//! The blocks of measures: one for each workload and each service.

use super::{
    calls::is_of_call,
    grid::{Cell, Grid},
    is_simulated,
};
use crate::{
    experiment::{
        Results,
        results::{Measure, Prediction},
    },
    report::{
        number::{apart, measured, plain},
        style::Tone,
        words::{name_of, one_line, spoken},
    },
};

/// What a reader wants to see of everything; the rest is in the files.
const HEADLINES: [&str; 19] = [
    "response.mean",
    "response.p50",
    "response.p90",
    "response.p99",
    "throughput",
    "availability",
    "attempts",
    "recovery",
    "wait.mean",
    "utilisation",
    "in_zone",
    "in_system.mean",
    "queue.mean",
    "up",
    "detection.mean",
    "available.read",
    "available.write",
    "durability.loss",
    "durability.mttdl",
];
/// What a reader wants to see of years.
const OF_YEARS: [&str; 14] = [
    "unavailability",
    "up",
    "detection.mean",
    "readmission.mean",
    "failures",
    "down.mean",
    "outages",
    "outage.mean",
    "outage.max",
    "available.write.min",
    "imbalance",
    "incomplete",
    "repair.bytes",
    "durability.bytes_lost",
];
/// What a reader wants to see of a store that is asked for something.
const OF_STORES: [&str; 9] = [
    "read.mean",
    "read.p99",
    "available.read",
    "write.mean",
    "write.p99",
    "available.write",
    "imbalance",
    "staleness.stale",
    "staleness.visible",
];
/// What is worth a line of a store only where it happens.
const OF_STORES_IF_ANY: [&str; 8] = [
    "failed_lookups",
    "conflicts",
    "repaired_keys",
    "elections",
    "lost_writes",
    "lost_shards",
    "repair.copies",
    "repair.moved",
];
/// Numbers of servers up of which it is told how often so many were, all of them being the last.
const NUMBERS_UP: usize = 6;
/// What is worth a line only where it happens.
const MISHAPS: [&str; 11] = [
    "rejected",
    "timeouts",
    "abandoned",
    "failed",
    "retries.denied",
    "hedges.denied",
    "held.breaker",
    "held.concurrency",
    "held.rate",
    "wasted",
    "false_alarms",
];
/// Unfinished requests are worth a line from this share of all on.
const NOTABLE: f64 = 0.01;

/// Returns the table of what was measured and what formulas say.
pub(super) fn grid(results: &Results) -> Grid {
    let shown: Vec<&Measure> = results
        .measures
        .iter()
        .filter(|measure| is_shown(results, measure))
        .collect();
    let has_theory = shown
        .iter()
        .any(|measure| !measure.theory.is_empty() || measure.no_theory.is_some());
    let layout = Layout {
        is_simulated: is_simulated(results),
        has_theory,
    };
    let mut grid = Grid::default();
    for (at, block) in shown.chunk_by(|a, b| a.of == b.of).enumerate() {
        if at == 0 {
            grid.rows.push(Vec::new());
        }
        grid.rows
            .push(layout.heading(&title(results, &block[0].of), (at == 0).then_some(results.level)));
        let mut told = Vec::new();
        for measure in block {
            layout.add(&mut grid, measure, &mut told);
        }
    }
    grid
}

/// Returns `workload shoppers → web`, or `service web`.
fn title(results: &Results, of: &str) -> String {
    let name = one_line(&of.replacen('.', " ", 1));
    match results.target(of) {
        Some(service) => format!("{name} → {}", name_of(service)),
        None => name,
    }
}

/// Whether a reader wants to see it at first; the rest is for those who look for it.
pub(in crate::report) fn is_shown(results: &Results, measure: &Measure) -> bool {
    let name = measure.name.as_str();
    if is_of_call(measure) {
        return false;
    }
    if !is_simulated(results) && measure.theory.is_empty() && measure.no_theory.is_none() {
        return false;
    }
    let is_promised = results
        .verdicts
        .iter()
        .any(|verdict| verdict.of == measure.of && verdict.measure == measure.name);
    let happens = || {
        let measured = measure.value.is_some_and(|value| 0.0 < value);
        measured || measure.theory.iter().any(|prediction| 0.0 < prediction.value)
    };
    is_promised
        || HEADLINES.contains(&name)
        || results.is_long() && (OF_YEARS.contains(&name) || is_near_all_up(results, measure))
        || MISHAPS.contains(&name) && happens()
        || is_asked_store(results, measure) && OF_STORES.contains(&name)
        || is_asked_store(results, measure) && OF_STORES_IF_ANY.contains(&name) && happens()
        || name == "goodput" && differs_from(results, measure, "throughput")
        || name == "unfinished" && is_notable(results, measure)
}

/// Whether it is about a store to which requests are sent.
fn is_asked_store(results: &Results, measure: &Measure) -> bool {
    measure.of.starts_with("store.") && !results.is_long()
}

/// Whether it tells how often nearly all servers were up.
fn is_near_all_up(results: &Results, measure: &Measure) -> bool {
    let is_number = |other: &&Measure| other.of == measure.of && other.name.starts_with("up.");
    let mut last = results.measures.iter().rev().filter(is_number).take(NUMBERS_UP);
    last.any(|other| other.name == measure.name)
}

/// Whether some requests were answered too late to be of use.
fn differs_from(results: &Results, measure: &Measure, other: &str) -> bool {
    let other = results.find(&measure.of, other).and_then(|other| other.value);
    let pair = measure.value.zip(other);
    pair.is_some_and(|(value, other)| 1e-3 * other < (value - other).abs())
}

/// Whether so many requests were unfinished that leaving them out would flatter the rest.
fn is_notable(results: &Results, unfinished: &Measure) -> bool {
    let answered = results
        .find(&unfinished.of, "throughput")
        .and_then(|answered| answered.value)
        .unwrap_or(0.0);
    let answered = answered * results.duration.as_secs_f64();
    unfinished
        .value
        .is_some_and(|unfinished| 1.0 <= unfinished && NOTABLE * answered < unfinished)
}

/// Which columns there are: a label, what was measured, the formula's value and name, how far apart, and a tick.
struct Layout {
    is_simulated: bool,
    has_theory: bool,
}

impl Layout {
    /// The columns are named once, at the first block.
    fn heading(&self, title: &str, level: Option<f64>) -> Vec<Cell> {
        let head = |text: &str| Cell::toned(text, Tone::Heading);
        let mut cells = vec![head(title)];
        let Some(level) = level else {
            return cells;
        };
        if self.is_simulated {
            let percent = plain(crate::experiment::results::Unit::Share, level);
            cells.push(head(&format!("measured ({percent} interval)")));
        }
        if self.has_theory {
            cells.extend([head("theory"), Cell::default()]);
        }
        if self.has_theory && self.is_simulated {
            cells.push(head("apart").right());
        }
        cells
    }

    fn add(&self, grid: &mut Grid, measure: &Measure, told: &mut Vec<String>) {
        let mut cells = vec![Cell::new(format!("  {}", one_line(&spoken(&measure.name))))];
        if self.is_simulated {
            let value = measure.value;
            let text = value.map_or("–".to_owned(), |value| {
                measured(measure.unit, value, measure.low, measure.high)
            });
            cells.push(Cell::new(text));
        }
        let Some((first, others)) = measure.theory.split_first() else {
            if self.has_theory {
                cells.push(no_formula(measure, told));
            }
            grid.rows.push(cells);
            return;
        };
        cells.extend(self.prediction(measure, first));
        grid.rows.push(cells);
        for prediction in others {
            let blank = if self.is_simulated { 2 } else { 1 };
            let mut cells = vec![Cell::default(); blank];
            cells.extend(self.prediction(measure, prediction));
            grid.rows.push(cells);
        }
    }

    fn prediction(&self, measure: &Measure, prediction: &Prediction) -> Vec<Cell> {
        let mut cells = vec![
            Cell::new(plain(measure.unit, prediction.value)),
            Cell::new(format!(
                "{} {}",
                prediction.formula.name,
                prediction.kind().mark()
            )),
        ];
        if self.is_simulated {
            let distance = measure
                .value
                .map_or(String::new(), |value| apart(value, prediction.value));
            cells.push(Cell::new(distance).right());
            if measure.confirms(prediction) {
                cells.push(Cell::toned("✓", Tone::Good));
            }
        }
        cells
    }
}

/// A reason is given once in a block.
fn no_formula(measure: &Measure, told: &mut Vec<String>) -> Cell {
    let reason = measure.no_theory.as_deref().map(one_line).unwrap_or_default();
    if reason.is_empty() || told.contains(&reason) {
        return Cell::new("–");
    }
    let cell = Cell::toned(format!("–  no formula: {reason}"), Tone::Faint).running_on();
    told.push(reason);
    cell
}
