//! The page of `plan`.

use super::{
    Origin,
    figure::{Figure, Line, Mark, Panel, Scale, View, symbol_of},
    frame::Page,
    markup::{Cell, Table, escape, section, terminal},
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
            let told = format!("✓ {} ({price})", label(plan, answer));
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
        above: terminal(&above),
        below: section(
            "candidates",
            "Deployments that were looked at",
            &table(plan).html("all-candidates"),
        ) + &section("cases", "The answer, case by case", &objectives)
            + &measures::all(cases()),
        notes: plan.notes.clone(),
        document: json::plan(plan, invocation),
        file: "plan.json",
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
            Cell::text(label(plan, candidate)),
            Cell::number(cost(plan, candidate.cost), price, symbol_of(plan.unit)),
            Cell::text(word).toned(tone),
            Cell::text(why_not(plan, candidate)),
        ];
        (String::new(), cells)
    };
    Table {
        caption: "In the order in which they were looked at".to_owned(),
        columns: ["deployment", "cost", "verdict", "why not"]
            .map(str::to_owned)
            .to_vec(),
        rows: plan.candidates.iter().map(row).collect(),
    }
}

/// How much of what is promised each deployment uses up, case by case.
fn figure(plan: &Plan) -> Option<Figure> {
    let chart = plan_chart(plan)?;
    let panel = chart.panels.into_iter().next()?;
    let lines = panel.lines.iter().map(|line| Line {
        name: line.name.clone(),
        x: line.points.iter().map(|(at, _)| Some(*at)).collect(),
        y: line.points.iter().map(|(_, one)| Some(one.value)).collect(),
        low: line.points.iter().map(|(_, one)| Some(one.low)).collect(),
        high: line.points.iter().map(|(_, one)| Some(one.high)).collect(),
        points: true,
        ..Line::default()
    });
    let lines: Vec<Line> = lines.filter(|line| !line.is_empty()).collect();
    let view = View {
        limits: panel.objectives.iter().map(Mark::from).collect(),
        ..View::new("", "measured / promised", panel.unit, lines)
    };
    (!view.lines.is_empty()).then(|| Figure {
        id: "plan-chart".to_owned(),
        title: "What is used of what is promised".to_owned(),
        note: format!(
            "The objective with least to spare in each case; beyond 1 it is broken. The cheapest first, by {}.",
            goal(plan)
        ),
        x: Scale {
            names: chart.names,
            ..Scale::new("deployment", panel.unit, false)
        },
        panels: vec![Panel {
            title: String::new(),
            views: vec![view],
        }],
        ..Figure::default()
    })
}
