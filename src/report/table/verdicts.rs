//! The objectives, whether they are met and how easily, and the load line.

use super::{
    grid::{width_of, wrapped},
    is_simulated,
};
use crate::{
    experiment::{
        Results,
        results::{LoadLine, Unit, Verdict},
    },
    report::{
        number::{estimated, plain, to_figures},
        style::{Style, Tone},
        words::{has_siblings, name_of, named, one_line},
    },
    units::figures,
};

/// Returns the objectives and the load line; values begin at `column`, as in the table above.
pub(super) fn lines(results: &Results, column: usize, style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    if !results.verdicts.is_empty() {
        lines.push(style.paint(Tone::Heading, "objectives"));
        let promises: Vec<String> = results
            .verdicts
            .iter()
            .map(|verdict| promise(results, verdict))
            .collect();
        let widest = promises.iter().map(|text| width_of(text)).max().unwrap_or(0);
        let width = widest.max(column.saturating_sub(7));
        for (verdict, promise) in results.verdicts.iter().zip(promises) {
            let (mark, tone) = mark(results, verdict);
            let padding = " ".repeat(width - width_of(&promise));
            let outcome = outcome(results, verdict);
            lines.push(format!(
                "  {} {promise}{padding}   {outcome}",
                style.paint(tone, mark)
            ));
        }
    }
    // Without a simulation there is room for all of it.
    if is_simulated(results) || results.capacity.is_empty() {
        let line = results.load_line.iter();
        lines.extend(line.flat_map(|line| wrapped("load line: ", &load(results, line))));
        if results.load_line.is_none() && !results.verdicts.is_empty() {
            lines.push("load line: –  no formula tells at which load an objective breaks".to_owned());
        }
    } else {
        lines.push(style.paint(Tone::Heading, "capacity"));
        let all = results.capacity.iter();
        lines.extend(all.flat_map(|line| wrapped("  ", &load(results, line))));
    }
    lines
}

/// Returns `response.p99 ≤ 120 ms`.
pub(in crate::report) fn promise(results: &Results, verdict: &Verdict) -> String {
    let relation = if verdict.at_least { "≥" } else { "≤" };
    let measure = named(results, &verdict.of, &verdict.measure);
    format!("{measure} {relation} {}", plain(verdict.unit, verdict.bound))
}

pub(in crate::report) fn mark(results: &Results, verdict: &Verdict) -> (&'static str, Tone) {
    match verdict.is_met() {
        true if verdict.is_open() => ("–", Tone::Faint),
        true => ("✓", Tone::Good),
        // What nobody looked at is not missed.
        false if verdict.value.is_none() && !is_simulated(results) => ("–", Tone::Faint),
        false => ("✗", Tone::Bad),
    }
}

/// Returns `52 ms, 2.3 × to spare`, and whether that is certain.
pub(in crate::report) fn outcome(results: &Results, verdict: &Verdict) -> String {
    let Some(value) = verdict.value else {
        return if verdict.measure == "recovery" {
            "not back when the run ended".to_owned()
        } else if is_simulated(results) {
            "nothing to measure".to_owned()
        } else {
            "no formula".to_owned()
        };
    };
    let mut text = estimated(verdict.unit, value, verdict.low, verdict.high);
    if let Some(formula) = verdict.formula {
        text = format!("{text} {}", formula.kind.mark());
    }
    if verdict.is_open() {
        return format!("{text}, a bound that does not tell");
    }
    if let Some(margin) = margin(verdict, value) {
        text = format!("{text}, {margin}");
    }
    if is_simulated(results) && !verdict.is_certain() {
        text += if verdict.low.is_some() && verdict.high.is_some() {
            "; not certain: the interval straddles the bound"
        } else {
            "; not certain: there is no interval"
        };
    }
    text
}

/// Returns how far the value is from the bound, where a ratio says something.
pub(super) fn margin(verdict: &Verdict, value: f64) -> Option<String> {
    // Twice an availability means nothing.
    if verdict.at_least && verdict.unit == Unit::Share {
        return None;
    }
    let room = if verdict.at_least {
        value / verdict.bound
    } else {
        verdict.bound / value
    };
    if !room.is_finite() || room <= 0.0 {
        return None;
    }
    Some(match (verdict.is_met(), verdict.at_least) {
        (true, _) if 1_000.0 < room => "over 1000 × to spare".to_owned(),
        (true, _) if room < 1.1 => format!("{:.1} % to spare", (room - 1.0) * 100.0),
        (true, _) => format!("{} × to spare", figures(room, 2)),
        (false, true) => format!("{} % of it", figures(room * 100.0, 2)),
        (false, false) if 0.9 < room => format!("{:.1} % over", (1.0 / room - 1.0) * 100.0),
        (false, false) => format!("{} × the bound", figures(1.0 / room, 2)),
    })
}

/// Returns `about 960 /s before response.p99 breaks 120 ms (theory estimate: M/M/c)`.
pub(in crate::report) fn load(results: &Results, line: &LoadLine) -> String {
    let rate = to_figures(Unit::PerSecond, line.rate, 3);
    let of = if has_siblings(results, &line.of) {
        format!(" of {}", name_of(&line.of))
    } else {
        String::new()
    };
    let (breaks, formula) = (one_line(&line.breaks), line.formula.name);
    let leaves_out = line.leaves_out.as_deref().map(one_line);
    let leaves_out = leaves_out.map_or_else(String::new, |what| format!(", which leaves out {what}"));
    format!("about {rate}{of} before {breaks} (theory estimate: {formula}{leaves_out})")
}
