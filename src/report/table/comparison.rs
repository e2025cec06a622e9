//! The table of `compare`: variants best first, and how surely the best is the best.

use super::{
    effort,
    grid::{Cell, Grid, wrapped},
    notes,
    outcome::{ending, in_a_sentence, of_others},
    title,
};
use crate::{
    experiment::{
        Comparison, Results,
        compare::{Place, Standing},
        results::{Measure, Unit, Verdict},
    },
    report::{
        Invocation,
        number::{decimals_of_ends, estimated, measured, plain, signed},
        style::{Style, Tone},
        words::{conduct, each, met, name_of, one_line, qualified, spoken},
    },
};

/// Columns that every comparison has, whatever it is ranked by.
const COLUMNS: [&str; 5] = ["response.mean", "response.p99", "availability", "up", "outages"];

/// From so many times more on, times are told rather than hundreds of per cent.
const MANY_TIMES: f64 = 9.0;

/// Returns the text of `compare`; ends with a line break.
pub fn compare(comparison: &Comparison, invocation: &Invocation<'_>, style: Style) -> String {
    let best = &comparison
        .variants
        .first()
        .expect("there is something to compare")
        .results;
    let all: Vec<_> = comparison
        .variants
        .iter()
        .map(|variant| &variant.results)
        .collect();
    let mut lines = vec![
        title(best, style),
        format!(
            "{} variants on the same {}, {} {} · {}",
            comparison.variants.len(),
            met(best),
            each(comparison),
            conduct(best),
            effort(&all, invocation.wall_seconds)
        ),
        String::new(),
    ];
    lines.extend(grid(comparison).lines(style));
    lines.push(String::new());
    if let Some(sentence) = in_a_sentence(comparison) {
        lines.extend(wrapped("", &sentence));
    }
    for sentence in of_others(comparison) {
        lines.extend(wrapped("", &sentence));
    }
    lines.extend(wrapped("", &confidence(comparison, best.level)));
    if let Some(sentence) = ending(comparison) {
        lines.extend(wrapped("", &sentence));
    }
    let notes = notes(&all_notes(comparison), style);
    if !notes.is_empty() {
        lines.push(String::new());
        lines.extend(notes);
    }
    lines.join("\n") + "\n"
}

/// Returns how a variant compares to the best in a few words: `31 % above (29–33 %)`.
pub(in crate::report) fn in_words(unit: Unit, place: &Place) -> String {
    let Some(difference) = place.difference else {
        return match place.standing {
            Standing::Best => "best".to_owned(),
            _ => "nothing to compare".to_owned(),
        };
    };
    let estimate = difference.relative.unwrap_or(difference.difference);
    if estimate.mean == 0.0 && estimate.half_width == 0.0 {
        return "the very same".to_owned();
    }
    let (scale, suffix) = match difference.relative {
        Some(_) => (100.0, " %"),
        None => (1.0, ""),
    };
    let estimate = estimate.scaled(scale);
    let number = |value: f64, decimals: usize| {
        if suffix.is_empty() {
            plain(unit, value)
        } else {
            format!("{value:.decimals$}")
        }
    };
    let (Some(low), Some(high)) = (estimate.low(), estimate.high()) else {
        let text = number(estimate.mean, 1);
        return format!("{text}{suffix}, but without an interval");
    };
    let half = estimate.half_width.max(estimate.mean.abs() * 1e-3);
    let decimals = if half == 0.0 {
        0
    } else {
        decimals_of_ends(half).min(6)
    };
    if !difference.is_significant() {
        let ends = if suffix.is_empty() {
            format!("{} to {}", plain(unit, low), plain(unit, high))
        } else {
            format!("{} to {}{suffix}", signed(low, decimals), signed(high, decimals))
        };
        // One that was worse than the best of an earlier look stays worse.
        let words = match place.standing {
            Standing::Worse => "worse",
            _ => "not distinguishable",
        };
        return format!("{words} ({ends})");
    }
    if let Some(relative) = difference.relative.filter(|relative| MANY_TIMES <= relative.mean) {
        let decimals = decimals_of_ends(half / scale);
        let [mean, low, high] =
            [relative.mean, low / scale, high / scale].map(|above| format!("{:.decimals$}", above + 1.0));
        return format!("× {mean} ({low}–{high})");
    }
    let side = if 0.0 < estimate.mean { "above" } else { "below" };
    let (near, far) = if 0.0 < estimate.mean {
        (low, high)
    } else {
        (-high, -low)
    };
    let [mean, near, far] = [estimate.mean.abs(), near, far].map(|value| number(value, decimals));
    format!("{mean}{suffix} {side} ({near}–{far}{suffix})")
}

fn grid(comparison: &Comparison) -> Grid {
    let best = &comparison.variants[0].results;
    let columns = columns(comparison, best);
    let has_objectives = comparison
        .variants
        .iter()
        .any(|variant| !variant.results.verdicts.is_empty());
    let by = &comparison.ranking().by;
    let headline = qualified(best, &by.of, &spoken(&by.measure));
    let mut titles = vec![
        "variant, best first".to_owned(),
        headline,
        "against the best".to_owned(),
    ];
    titles.extend(columns.iter().map(|(of, name)| {
        // A service is named, because there may be several; the workload already is.
        if *of == by.of {
            spoken(name)
        } else {
            format!("{} {}", name_of(of), spoken(name))
        }
    }));
    if has_objectives {
        titles.push("objectives".to_owned());
    }
    if !comparison.is_even() {
        titles.push("replications".to_owned());
    }
    let heading = titles.into_iter().map(|title| Cell::toned(title, Tone::Heading));
    let mut grid = Grid {
        rows: vec![heading.collect()],
    };
    for (at, variant) in comparison.variants.iter().enumerate() {
        let results = &variant.results;
        let headline = results.find(&by.of, &by.measure);
        let mut cells = vec![
            Cell::new(format!("  {}", one_line(&variant.label))),
            Cell::new(with_interval(headline)),
            Cell::new(headline.map_or("nothing to compare".to_owned(), |headline| {
                in_words(headline.unit, &comparison.ranking().places[at])
            })),
        ];
        for (of, name) in &columns {
            cells.push(Cell::new(
                results.find(of, name).map_or("–".to_owned(), without_interval),
            ));
        }
        if has_objectives {
            cells.push(objectives(&results.verdicts));
        }
        if !comparison.is_even() {
            cells.push(Cell::new(results.replications.to_string()));
        }
        grid.rows.push(cells);
    }
    grid
}

/// Returns what is shown beside the headline: of its workload, and of the busiest service.
pub(in crate::report) fn columns(comparison: &Comparison, best: &Results) -> Vec<(String, String)> {
    let by = &comparison.ranking().by;
    let of_workload = COLUMNS.iter().filter(|&&name| name != by.measure);
    let mut columns: Vec<(String, String)> = of_workload
        .filter(|name| best.find(&by.of, name).is_some())
        .map(|&name| (by.of.clone(), name.to_owned()))
        .collect();
    let services = best
        .measures
        .iter()
        .filter(|measure| measure.name == "utilisation");
    let load = |measure: &&Measure| measure.value.unwrap_or(0.0);
    let busiest = services.max_by(|a, b| load(a).total_cmp(&load(b)));
    columns.extend(busiest.map(|busiest| (busiest.of.clone(), busiest.name.clone())));
    columns
}

fn objectives(verdicts: &[Verdict]) -> Cell {
    let missed = verdicts.iter().filter(|verdict| !verdict.is_met()).count();
    match (missed, verdicts.len()) {
        (_, 0) => Cell::new("–"),
        (0, _) => Cell::toned("✓", Tone::Good),
        (_, 1) => Cell::toned("✗", Tone::Bad),
        (missed, all) => Cell::toned(format!("✗ {missed} of {all}"), Tone::Bad),
    }
}

pub(in crate::report) fn confidence(comparison: &Comparison, level: f64) -> String {
    let better = if comparison.ranking().by.more_is_better {
        "higher"
    } else {
        "lower"
    };
    let level = plain(Unit::Share, level);
    format!(
        "{better} is better; intervals at {level}; those of differences are wider, so that all of them hold together at {level}"
    )
}

/// The notes on the comparison, and those on single variants, each once.
pub(in crate::report) fn all_notes(comparison: &Comparison) -> Vec<String> {
    let mut notes = comparison.notes.clone();
    for variant in &comparison.variants {
        for note in &variant.results.notes {
            let is_shared = comparison
                .variants
                .iter()
                .all(|other| other.results.notes.contains(note));
            let text = if is_shared {
                note.clone()
            } else {
                format!("{}: {note}", variant.label)
            };
            if !notes.contains(&text) {
                notes.push(text);
            }
        }
    }
    notes
}

fn with_interval(measure: Option<&Measure>) -> String {
    let value = measure.and_then(|measure| Some((measure, measure.value?)));
    value.map_or("–".to_owned(), |(measure, value)| {
        measured(measure.unit, value, measure.low, measure.high)
    })
}

/// A reader compares columns at a glance: as many digits as are known, and no interval.
fn without_interval(measure: &Measure) -> String {
    measure.value.map_or("–".to_owned(), |value| {
        estimated(measure.unit, value, measure.low, measure.high)
    })
}
