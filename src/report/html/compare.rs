//! The page of `compare`.

use super::{
    Origin,
    figure::{Figure, Line, Mark, Panel, Scale, View},
    frame::Page,
    lines,
    markup::{Cell, Table, escape, section},
    measures,
};
use crate::{
    experiment::{
        Comparison,
        compare::{Contest, Place, Standing},
        results::Unit,
    },
    report::{
        Invocation,
        chart::Curve,
        json,
        number::finite,
        png::{curve, objective},
        table::{
            comparison::{all_notes, columns, confidence},
            effort, in_words,
            outcome::{ending, in_a_sentence, of_others},
        },
        words::{conduct, each, met, one_line, qualified, spoken},
    },
};

/// Measures that charts can be switched to, besides the one that decides.
const SWITCHED: [&str; 9] = [
    "response.mean",
    "response.p50",
    "response.p90",
    "response.p95",
    "response.p99",
    "response.p99.9",
    "throughput",
    "goodput",
    "availability",
];
/// Variants that colours and dashes tell apart.
const MOST_CURVES: usize = 12;

/// Returns `compare.html`.
pub(in crate::report) fn compare(
    comparison: &Comparison,
    invocation: &Invocation<'_>,
    origin: &Origin,
) -> Vec<u8> {
    let best = &comparison.variants[0];
    let all: Vec<_> = comparison
        .variants
        .iter()
        .map(|variant| &variant.results)
        .collect();
    let mut answer = String::new();
    let sentences = in_a_sentence(comparison).into_iter().chain(of_others(comparison));
    for sentence in sentences.chain(ending(comparison)) {
        answer += &format!("<p>{}</p>\n", escape(&sentence));
    }
    let below = measures::all(
        comparison
            .variants
            .iter()
            .map(|variant| (variant.label.as_str(), &variant.results)),
    );
    let (tone, objectives) = measures::headline(&best.results);
    let page = Page {
        what: "comparison",
        conduct: format!(
            "{} variants on the same {}, {} {} · {}",
            all.len(),
            met(&best.results),
            each(comparison),
            conduct(&best.results),
            effort(&all, invocation.wall_seconds)
        ),
        verdict: (tone, format!("best: {} ({objectives})", one_line(&best.label))),
        figures: figures(comparison),
        above: answer
            + &format!(
                "<p class=\"faint\">{}</p>\n",
                escape(&confidence(comparison, best.results.level))
            )
            + &table(comparison).html("variants"),
        below: section("sets", "Measure by measure", &sets(comparison).html("all-sets"))
            + &section(
                "best",
                "The best variant's objectives",
                &measures::verdicts(&best.results),
            )
            + &below,
        notes: all_notes(comparison),
        document: json::compare(comparison, invocation),
        file: "compare.json",
        ..Page::default()
    };
    page.html(&best.results, invocation, origin)
}

/// Which variants may be the best, measure by measure.
fn sets(comparison: &Comparison) -> Table {
    let best = &comparison.variants[0].results;
    let row = |contest: &Contest| {
        let named = |standing| {
            let names = contest.that_are(standing);
            let names: Vec<String> = names.map(|at| one_line(&comparison.variants[at].label)).collect();
            Cell::text(if names.is_empty() {
                "–".to_owned()
            } else {
                names.join(", ")
            })
        };
        let measure = qualified(best, &contest.by.of, &spoken(&contest.by.measure));
        let standings = [
            Standing::Best,
            Standing::Close,
            Standing::Worse,
            Standing::Unknown,
        ];
        let cells = std::iter::once(Cell::text(measure)).chain(standings.map(named));
        (String::new(), cells.collect())
    };
    let columns = ["measure", "best", "not distinguishable", "worse", "not known"];
    Table {
        caption: "Which variants may be the best; all of it holds at once".to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: comparison.contests.iter().map(row).collect(),
    }
}

fn table(comparison: &Comparison) -> Table {
    let best = &comparison.variants[0].results;
    let shown = columns(comparison, best);
    let contest = comparison.ranking();
    let by = &contest.by;
    let mut titles = vec![
        "variant".to_owned(),
        qualified(best, &by.of, &spoken(&by.measure)),
        "against the best".to_owned(),
    ];
    titles.extend(shown.iter().map(|(of, name)| {
        if *of == by.of {
            spoken(name)
        } else {
            qualified(best, of, &spoken(name))
        }
    }));
    titles.push("objectives".to_owned());
    if !comparison.is_even() {
        titles.push("replications".to_owned());
    }
    let rows = comparison
        .variants
        .iter()
        .zip(&contest.places)
        .enumerate()
        .map(|(at, (variant, place))| {
            let results = &variant.results;
            let headline = results.find(&by.of, &by.measure);
            let told = headline.map_or("nothing to compare".to_owned(), |headline| {
                in_words(headline.unit, place)
            });
            let mut cells = vec![
                Cell::number(one_line(&variant.label), Some(at as f64), "").toned(""),
                measures::value(headline),
                Cell::number(told, distance(place), "%"),
            ];
            cells.extend(
                shown
                    .iter()
                    .map(|(of, name)| measures::value(results.find(of, name))),
            );
            cells.push(measures::objectives(results));
            if !comparison.is_even() {
                let count = results.replications;
                cells.push(Cell::number(count.to_string(), Some(count as f64), ""));
            }
            (format!(" data-variant=\"{}\"", escape(&variant.label)), cells)
        });
    Table {
        caption: "Variants, best first".to_owned(),
        columns: titles,
        rows: rows.collect(),
    }
}

/// How far a variant is from the best, to sort by.
fn distance(place: &Place) -> Option<f64> {
    if place.standing == Standing::Best {
        return Some(0.0);
    }
    let difference = place.difference?;
    finite(difference.relative.unwrap_or(difference.difference).mean.abs())
}

fn figures(comparison: &Comparison) -> Vec<Figure> {
    let best = &comparison.variants[0].results;
    let mut figures = vec![intervals(comparison)];
    let mut curves: Vec<Curve> = Vec::new();
    for variant in comparison.variants.iter().take(MOST_CURVES) {
        let results = &variant.results;
        let of = comparison.ranking().by.of.as_str();
        let one = results.distributions.iter().find(|one| one.of == of);
        curves.extend(one.map(|one| Curve {
            name: one_line(&variant.label),
            theory: None,
            ..curve(results, one)
        }));
    }
    if !curves.is_empty() {
        let promises = best
            .verdicts
            .iter()
            .filter(|verdict| verdict.of == comparison.ranking().by.of);
        let timed = promises.filter(|verdict| verdict.measure.starts_with("response.") && !verdict.at_least);
        let limits = timed
            .map(|verdict| Mark::from(&objective(best, verdict)))
            .collect();
        figures.push(lines::responses(&curves, limits));
    }
    figures.retain(|figure| !figure.panels.is_empty());
    figures
}

/// One row for each variant, whichever measure is looked at.
fn intervals(comparison: &Comparison) -> Figure {
    let best = &comparison.variants[0].results;
    let of = &comparison.ranking().by.of;
    let switched = SWITCHED.map(|name| (of.clone(), name.to_owned()));
    let contests = comparison.contests.iter();
    let mut shown: Vec<(String, String)> = contests
        .map(|contest| (contest.by.of.clone(), contest.by.measure.clone()))
        .collect();
    for one in switched.into_iter().chain(columns(comparison, best)) {
        if !shown.contains(&one) {
            shown.push(one);
        }
    }
    let view = |(of, name): &(String, String)| {
        let points = comparison.variants.iter().enumerate();
        let measures = points.map(|(at, variant)| (at as f64, variant.results.find(of, name)));
        let unit = best.find(of, name).map_or(Unit::Count, |measure| measure.unit);
        let promised = best
            .verdicts
            .iter()
            .filter(|verdict| verdict.of == *of && verdict.measure == *name);
        let title = qualified(best, of, &spoken(name));
        View {
            limits: promised
                .map(|verdict| Mark::from(&objective(best, verdict)))
                .collect(),
            ..View::new(
                title.clone(),
                title.clone(),
                unit,
                vec![Line::measured(title, measures)],
            )
        }
    };
    let views = shown
        .iter()
        .map(view)
        .filter(|view| view.lines.iter().any(|line| !line.is_empty()));
    Figure {
        id: "variants-chart".to_owned(),
        title: "Variants side by side".to_owned(),
        note:
            "A dot is an estimate, the bar through it its interval; all variants had the very same requests."
                .to_owned(),
        x: Scale {
            names: comparison
                .variants
                .iter()
                .map(|variant| one_line(&variant.label))
                .collect(),
            ..Scale::new("variant", Unit::Count, false)
        },
        panels: vec![Panel {
            title: String::new(),
            views: views.collect(),
        }],
        ..Figure::default()
    }
}
