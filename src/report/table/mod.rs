//! The texts of `run`, `theory` and `compare`: measured, by formula, and how far apart.
//!
//! **Lives here:** the layout of the whole; its parts are `measures`, `calls`, `hops`, `verdicts`, `baseline`, `formulas` and `comparison`.
//! **Invariant:** columns line up through all blocks, and nothing a scenario is called can disturb them.

mod baseline;
pub(super) mod calls;
pub(super) mod comparison;
pub(super) mod formulas;
mod grid;
pub(super) mod hops;
pub(super) mod incidents;
pub(super) mod measures;
pub(super) mod outcome;
pub(super) mod plan;
pub(super) mod sweep;
#[cfg(test)]
mod tests;
pub(super) mod verdicts;
pub(super) mod year;

pub(in crate::report) use self::{
    baseline::rise,
    comparison::in_words,
    verdicts::{outcome, promise},
};
pub use comparison::compare;
pub use plan::plan;
pub use sweep::sweep;

use self::grid::wrapped;
use super::{
    Invocation,
    bottleneck::sentence,
    number::to_figures,
    style::{Style, Tone},
    words::{conduct, one_line},
};
use crate::experiment::{Results, results::Unit};

/// Returns the text of `run`, or of `theory` if nothing was simulated; ends with a line break.
pub fn run(results: &Results, invocation: &Invocation<'_>, style: Style) -> String {
    let mut lines = vec![title(results, style)];
    lines.push(if is_simulated(results) {
        let conduct = conduct(results);
        format!("{conduct} · {}", effort(&[results], invocation.wall_seconds))
    } else {
        "formulas alone, nothing simulated".to_owned()
    });
    let grid = measures::grid(results);
    for line in grid.lines(style) {
        lines.push(line);
    }
    let verdicts = verdicts::lines(results, grid.second_column(), style);
    let after = [
        verdicts,
        baseline::lines(results, grid.second_column(), style),
        formulas::lines(results, style),
        notes(&results.notes, style),
    ];
    for part in blocks(results, style)
        .into_iter()
        .chain(after)
        .filter(|part| !part.is_empty())
    {
        lines.push(String::new());
        lines.extend(part);
    }
    lines.join("\n") + "\n"
}

/// Returns what has a layout of its own; often nothing but empty blocks.
fn blocks(results: &Results, style: Style) -> [Vec<String>; 5] {
    [
        calls::lines(results, style),
        hops::lines(results, style),
        bottleneck(results, style),
        incidents::lines(results, style),
        year::lines(results, style),
    ]
}

fn is_simulated(results: &Results) -> bool {
    0 < results.replications || results.interrupted
}

fn title(results: &Results, style: Style) -> String {
    let name = style.paint(Tone::Heading, &one_line(&results.scenario));
    match one_line(&results.description) {
        text if text.is_empty() => name,
        text => format!("{name}: {text}"),
    }
}

/// Returns `12.2 M requests in 1.4 s (8.7 M/s)`; over years, `7920 server-years in 80 ms`.
pub(in crate::report) fn effort(all: &[&Results], wall_seconds: f64) -> String {
    let wall = to_figures(Unit::Seconds, wall_seconds, 2);
    if all.iter().all(|results| results.is_long()) {
        let years = all.iter().map(|results| server_years(results)).sum::<f64>();
        return format!("{} server-years in {wall}", crate::units::figures(years, 4));
    }
    let requests: u64 = all.iter().map(|results| results.requests).sum();
    let count = if requests < 10_000 {
        requests.to_string()
    } else {
        to_figures(Unit::Count, requests as f64, 3)
    };
    let speed = requests as f64 / wall_seconds;
    if 0 < requests && speed.is_finite() {
        format!(
            "{count} requests in {wall} ({})",
            to_figures(Unit::PerSecond, speed, 2)
        )
    } else {
        format!("{count} requests in {wall}")
    }
}

fn server_years(results: &Results) -> f64 {
    let each = results.warmup.as_secs_f64() + results.duration.as_secs_f64();
    each / 31_557_600.0 * results.servers as f64 * results.replications as f64
}

fn bottleneck(results: &Results, style: Style) -> Vec<String> {
    let Some(told) = &results.bottleneck else {
        return Vec::new();
    };
    let mut lines = wrapped("bottleneck: ", &one_line(&sentence(told)));
    // Painted after it was wrapped, so that colours take no room.
    lines[0] = lines[0].replacen("bottleneck:", &style.paint(Tone::Heading, "bottleneck:"), 1);
    lines
}

fn notes(notes: &[String], style: Style) -> Vec<String> {
    if notes.is_empty() {
        return Vec::new();
    }
    let heading = std::iter::once(style.paint(Tone::Heading, "notes"));
    heading
        .chain(notes.iter().flat_map(|note| wrapped("  - ", &one_line(note))))
        .collect()
}
