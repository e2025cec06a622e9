//! The page of `plan`.

use super::{
    Origin,
    figure::{Figure, Line, Mark, Panel, Scale, View, symbol_of},
    frame::Page,
    markup::{Cell, Table, escape, facts, section},
    measures,
};
use crate::{
    experiment::{
        Plan, Results,
        plan::{Candidate, Fate},
    },
    report::{
        Invocation, json,
        plan::{cost, goal, label, why_not},
        png::plan_chart,
        style::Style,
        table::plan::{answered, conduct, unanswered},
        words::one_line,
    },
};

/// Returns `plan.html`; nothing without anything measured.
pub(in crate::report) fn plan(plan: &Plan, invocation: &Invocation<'_>, origin: &Origin) -> Option<Vec<u8>> {
    let first = plan.measured().next()?;
    let all: Vec<&Results> = plan.measured().collect();
    let (verdict, above) = match plan.answer() {
        Some(answer) => {
            let price = cost(plan, answer.cost);
            let told = format!("✓ {} ({price})", label(plan, &answer.values));
            (("good", told), answered(plan, first, answer, Style::Plain))
        }
        None => (
            ("bad", "✗ nothing meets every objective".to_owned()),
            unanswered(plan, Style::Plain),
        ),
    };
    let outcomes = plan.answer().map_or(&[][..], |answer| &answer.outcomes);
    let cases = || {
        outcomes
            .iter()
            .map(|(case, results)| (plan.cases[*case].as_str(), results))
    };
    let mut objectives = String::new();
    for (case, results) in cases() {
        objectives += &format!("<h3>{}</h3>\n", escape(&one_line(case)));
        objectives += &measures::verdicts(results);
    }
    let page = Page {
        what: "plan",
        conduct: conduct(plan, first, invocation, &all),
        verdict,
        figures: figure(plan).into_iter().collect(),
        above: facts(&above),
        below: section(
            "candidates",
            "Deployments that were looked at",
            &table(plan).html("all-candidates"),
        ) + &section("cases", "The answer, case by case", &objectives)
            + &measures::all(cases()),
        notes: plan.notes.clone(),
        document: json::plan(plan, invocation),
        file: "plan.json",
        ..Page::default()
    };
    Some(page.html(first, invocation, origin))
}

fn table(plan: &Plan) -> Table {
    let row = |candidate: &Candidate| {
        let (tone, word) = match candidate.fate {
            Fate::Meets => ("good", "✓ meets everything"),
            Fate::Undecided => ("faint", "– undecided"),
            Fate::Misses => ("bad", "✗ misses"),
            Fate::Overloaded => ("bad", "✗ overloaded"),
        };
        let price = candidate.cost.map(|cost| cost.value);
        let cells = vec![
            Cell::text(label(plan, &candidate.values)),
            Cell::number(cost(plan, candidate.cost), price, symbol_of(plan.unit)),
            Cell::text(word).toned(tone),
            Cell::text(why_not(plan, candidate)),
        ];
        (String::new(), cells)
    };
    let told = if plan.uncertain.is_empty() {
        "why not"
    } else {
        "risk"
    };
    Table {
        caption: "In the order in which they were looked at".to_owned(),
        columns: ["deployment", "cost", "verdict", told]
            .map(str::to_owned)
            .to_vec(),
        rows: plan.candidates.iter().map(row).collect(),
    }
}

/// How much of what is promised each deployment uses up, case by case; where inputs are uncertain, how likely it misses an objective.
fn figure(plan: &Plan) -> Option<Figure> {
    let chart = plan_chart(plan)?;
    let lines = chart.groups.iter().map(|group| Line {
        name: group.name.clone(),
        x: group.dots.iter().map(|(at, _)| Some(*at as f64)).collect(),
        y: group.dots.iter().map(|(_, one)| Some(one.value)).collect(),
        low: group.dots.iter().map(|(_, one)| Some(one.low)).collect(),
        high: group.dots.iter().map(|(_, one)| Some(one.high)).collect(),
        points: true,
        ..Line::default()
    });
    let lines: Vec<Line> = lines.filter(|line| !line.is_empty()).collect();
    let is_certain = plan.uncertain.is_empty();
    let label = if is_certain {
        "measured / promised"
    } else {
        "runs that miss an objective"
    };
    let view = View {
        limits: chart.limits.iter().map(Mark::from).collect(),
        ..View::new("", label, chart.unit, lines)
    };
    let (title, told) = if is_certain {
        (
            "What is used of what is promised",
            "The objective with least to spare in each case; beyond 1 it is broken.",
        )
    } else {
        (
            "Cost and risk",
            "The share of runs, each with inputs of its own, that miss an objective.",
        )
    };
    (!view.lines.is_empty()).then(|| Figure {
        id: "plan-chart".to_owned(),
        title: title.to_owned(),
        note: format!("{told} The cheapest first, by {}.", goal(plan)),
        x: Scale {
            names: chart.names,
            ..Scale::new("deployment", chart.unit, false)
        },
        panels: vec![Panel {
            title: String::new(),
            views: vec![view],
        }],
        ..Figure::default()
    })
}
