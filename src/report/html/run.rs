//! The page of `run`.

use super::{
    Origin, calls,
    figure::symbol_of,
    frame::Page,
    hops, incidents, lines,
    markup::{Cell, Table, list, prose, section},
    measures, year,
};
use crate::{
    experiment::{
        Results,
        baseline::{Against, Direction},
    },
    report::{
        Invocation, baseline,
        bottleneck::sentence,
        json,
        number::plain,
        table::{effort, formulas, rise, verdicts::load},
        words::{conduct, named, one_line},
    },
};

/// Returns `report.html`.
pub(in crate::report) fn run(results: &Results, invocation: &Invocation<'_>, origin: &Origin) -> Vec<u8> {
    let changes = |against| changes(results, against).html("changes");
    let changes = results.baseline.as_ref().map_or_else(String::new, changes);
    let parts = [
        ("baseline", "Against the baseline", changes),
        ("incidents", "What went wrong", incidents::told(results)),
        ("year", "Over a year", year::tables(results)),
        ("bottleneck", "The bottleneck", bottleneck(results)),
        ("hops", "Where the time goes", hops::tables(results)),
        (
            "calls",
            "Calls between services",
            calls::table(results).html("all-calls"),
        ),
    ];
    let mut below: String = parts
        .map(|(id, title, content)| section(id, title, &content))
        .concat();
    below += &measures::all([("", results)]);
    below += &section("formulas", "Formulas", &list(formulas::described(results)));
    let page = Page {
        what: "run",
        conduct: format!(
            "{} · {}",
            conduct(results),
            effort(&[results], invocation.wall_seconds)
        ),
        verdict: verdict(results),
        figures: lines::of_run(results),
        above: measures::verdicts(results) + &load_line(results),
        below,
        notes: results.notes.clone(),
        document: json::run(results, invocation),
        file: "summary.json",
        ..Page::default()
    };
    page.html(results, invocation, origin)
}

fn bottleneck(results: &Results) -> String {
    let told = results.bottleneck.as_ref();
    told.map_or_else(String::new, |told| format!("<p>{}</p>\n", prose(&sentence(told))))
}

fn verdict(results: &Results) -> (&'static str, String) {
    let (tone, mut text) = measures::headline(results);
    let is_worse = results.baseline.as_ref().is_some_and(Against::is_worse);
    if is_worse {
        text += "; ✗ worse than the baseline";
    }
    (if is_worse { "bad" } else { tone }, text)
}

fn load_line(results: &Results) -> String {
    let line = results.load_line.as_ref();
    line.map_or_else(String::new, |line| {
        format!("<p>Load line: {}</p>\n", prose(&load(results, line)))
    })
}

fn changes(results: &Results, against: &Against) -> Table {
    let rows = against.changes.iter().map(|change| {
        let unit = symbol_of(change.unit);
        let number = |value: f64| Cell::number(plain(change.unit, value), Some(value), unit);
        let (tone, word) = match change.direction {
            _ if change.fails => ("bad", "✗ worse"),
            Direction::Worse if change.gates => ("", "worse, within the tolerance"),
            Direction::Better => ("good", "better"),
            other => ("", baseline::word(other)),
        };
        let more = if change.direction == Direction::Same {
            " data-more"
        } else {
            ""
        };
        let by = change
            .relative()
            .map_or(change.difference.value, |shares| shares[0]);
        let cells = vec![
            Cell::text(one_line(&named(results, &change.of, &change.measure))),
            number(change.before),
            number(change.after),
            Cell::number(rise(change), Some(by), "%"),
            Cell::text(word).toned(tone),
        ];
        (more.to_owned(), cells)
    });
    let columns = ["measure", "before", "now", "change", "verdict"];
    Table {
        caption: format!(
            "Changes since {} replications with seed {}",
            against.replications, against.seed
        ),
        columns: columns.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}
