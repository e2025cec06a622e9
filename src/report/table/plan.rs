//! The text of `plan`: the answer, what binds it, how far it carries, and why nothing cheaper will do.

use super::{
    effort,
    grid::{Cell, Grid, wrapped},
    notes, title,
    verdicts::margin,
};
use crate::{
    experiment::{
        Plan, Results,
        plan::{Candidate, Fate, Growth, Next},
        results::Unit,
    },
    report::{
        Invocation,
        number::plain,
        plan::{bound, cost, dearer, goal, in_case, label, more, risk, value, what, why_not},
        style::{Style, Tone},
        words::met,
    },
    units::figures,
};

/// Candidates that are shown below the answer.
const MOST: usize = 6;

/// Returns the text of `plan`, in which something was measured; ends with a line break.
pub fn plan(plan: &Plan, invocation: &Invocation<'_>, style: Style) -> String {
    let all: Vec<&Results> = plan.measured().collect();
    let first = all.first().expect("something was measured");
    let mut lines = vec![
        title(first, style),
        conduct(plan, first, invocation, &all),
        String::new(),
    ];
    match plan.answer() {
        Some(answer) => lines.extend(answered(plan, first, answer, style)),
        None => lines.extend(unanswered(plan, style)),
    }
    // Where something is uncertain, what is dearer buys less risk.
    let below = if plan.uncertain.is_empty() {
        below(plan)
    } else {
        frontier(plan)
    };
    if !below.is_empty() {
        lines.push(String::new());
        let heading = if !plan.uncertain.is_empty() {
            "cost and risk"
        } else if plan.best.is_some() {
            "next cheaper"
        } else {
            "looked at"
        };
        lines.push(style.paint(Tone::Heading, heading));
        lines.extend(grid(plan, &below).lines(style));
    }
    let notes = notes(&plan.notes, style);
    if !notes.is_empty() {
        lines.push(String::new());
        lines.extend(notes);
    }
    lines.join("\n") + "\n"
}

pub(in crate::report) fn conduct(
    plan: &Plan,
    first: &Results,
    invocation: &Invocation<'_>,
    all: &[&Results],
) -> String {
    let cases = match plan.cases.len() {
        1 => String::new(),
        count => format!(" × {count} cases"),
    };
    let interrupted = if plan.interrupted { " (interrupted)" } else { "" };
    let s = if plan.total == 1 { "" } else { "s" };
    format!(
        "{} deployment{s}{cases} on the same {}, {} looked at{interrupted} in {} replications × {}, seed {} · {}",
        plan.total,
        met(first),
        plan.candidates.len(),
        plan.replications,
        first.duration,
        first.seed,
        effort(all, invocation.wall_seconds)
    )
}

/// Returns a line that begins with a word in bold.
fn told(word: &str, text: &str, style: Style) -> Vec<String> {
    let lead = format!("{word:<9}");
    let mut lines = wrapped(&lead, text);
    // Painted after it was wrapped, so that colours take no room.
    lines[0] = lines[0].replacen(word, &style.paint(Tone::Heading, word), 1);
    lines
}

pub(in crate::report) fn answered(
    plan: &Plan,
    first: &Results,
    answer: &Candidate,
    style: Style,
) -> Vec<String> {
    let mut lines = told("answer", &label(plan, &answer.values), style);
    let known = cost(plan, answer.cost);
    let text = if plan.goal.contains('.') {
        format!("{known} {}", goal(plan))
    } else {
        known
    };
    lines.extend(told("costs", &text, style));
    let cases = if plan.cases.len() == 1 {
        ""
    } else {
        " in every case"
    };
    let sure = format!("with {} % confidence", figures(plan.confidence * 100.0, 4));
    let met = if answer.risk.is_some() {
        "no more risk than is allowed"
    } else {
        "every objective is met"
    };
    let text = if !plan.finished {
        format!("{met}{cases}, {sure}; that nothing cheaper does was not finished")
    } else if plan.total == 1 {
        format!("{met}{cases}, {sure}; there was nothing else to choose from")
    } else if is_cheaper_open(plan, answer) {
        format!("{met}{cases}, {sure}; of what is cheaper some was not decided, and is not taken")
    } else {
        format!("{met}{cases}, and by nothing cheaper, {sure}")
    };
    lines.extend(told("sure", &text, style));
    if let Some(risk) = risk(answer) {
        let text = format!("{risk}, where {} are allowed", plain(Unit::Share, plan.risk));
        lines.extend(told("risk", &text, style));
        lines.extend(told("inputs", &plan.uncertain.join("; "), style));
        lines.extend(told("draws", &drawn(plan), style));
    } else if let Some((case, verdict)) = answer.binding() {
        let room = verdict.value.and_then(|value| margin(verdict, value));
        let room = room.map_or_else(String::new, |room| format!(", {room}"));
        let text = format!(
            "{} {}{}: wanted {}{room}",
            what(first, verdict),
            value(verdict),
            in_case(plan, case),
            bound(verdict)
        );
        lines.extend(told("binding", &text, style));
    }
    match &plan.growth {
        Some(growth) => {
            lines.extend(told("growth", &growing(plan, first, growth), style));
            if let Some(text) = then(plan, growth) {
                lines.extend(told("then", &text, style));
            }
        }
        None if plan.interrupted => lines.extend(told("growth", "interrupted before that was known", style)),
        None => {}
    }
    lines
}

/// Returns what so many draws of the inputs can tell.
fn drawn(plan: &Plan) -> String {
    let smallest = plan.smallest_risk.unwrap_or_default();
    format!(
        "at most {} of each deployment; even where none misses anything, that shows no risk below {} %",
        plan.most,
        figures(smallest * 100.0, 2)
    )
}

fn growing(plan: &Plan, first: &Results, growth: &Growth) -> String {
    let place = in_case(plan, growth.case);
    let breaks = match &growth.breaks {
        _ if !plan.uncertain.is_empty() => {
            format!(
                "more than {} of runs miss an objective",
                plain(Unit::Share, plan.risk)
            )
        }
        Some(verdict) => format!(
            "{} breaks {}{place}",
            what(first, verdict),
            plain(verdict.unit, verdict.bound)
        ),
        None => format!("more work comes{place} than can be done"),
    };
    match growth.missed {
        Some(_) if growth.met <= 1.0 => format!("hardly any more load before {breaks}"),
        Some(_) => format!("about {} before {breaks}", more(growth.met)),
        None => format!("at {} times the load all is well", figures(growth.met, 3)),
    }
}

/// Returns what comes when there is more load than the answer carries.
fn then(plan: &Plan, growth: &Growth) -> Option<String> {
    let load = growth.missed?;
    match &growth.next {
        Next::Step(step) => {
            let price = cost(plan, Some(step.cost));
            let price = match dearer(plan, step.cost) {
                Some(dearer) => format!("{price}, {dearer}"),
                None => format!("{price} at that load"),
            };
            Some(format!("{} ({price})", label(plan, &step.values)))
        }
        Next::None => Some(format!(
            "none of these deployments carries {} times the load",
            figures(load, 3)
        )),
        Next::Unknown => Some("interrupted before that was known".to_owned()),
    }
}

pub(in crate::report) fn unanswered(plan: &Plan, style: Style) -> Vec<String> {
    let all = if plan.cases.len() == 1 {
        "every objective"
    } else {
        "every objective in every case"
    };
    let text = if plan.interrupted {
        format!("interrupted before any deployment was found that meets {all}")
    } else {
        format!("none of these deployments meets {all}")
    };
    let mut lines = told("answer", &text, style);
    if let Some(nearest) = plan.nearest() {
        let text = format!(
            "{}, nearest with {}: {}",
            cost(plan, nearest.cost),
            label(plan, &nearest.values),
            why_not(plan, nearest)
        );
        lines.extend(told("obstacle", &text, style));
    }
    if !plan.uncertain.is_empty() {
        lines.extend(told("inputs", &plan.uncertain.join("; "), style));
        lines.extend(told("draws", &drawn(plan), style));
    }
    lines
}

/// Returns whether something that costs less than the answer was not decided.
fn is_cheaper_open(plan: &Plan, answer: &Candidate) -> bool {
    let price = |one: &Candidate| one.cost.map(|cost| cost.value);
    let mut open = plan.candidates.iter().filter(|one| one.fate == Fate::Undecided);
    open.any(|one| {
        price(one)
            .zip(price(answer))
            .is_none_or(|(one, answer)| one < answer)
    })
}

/// The candidates that fail just below the answer.
fn below(plan: &Plan) -> Vec<&Candidate> {
    let least = plan
        .answer()
        .and_then(|answer| answer.cost)
        .map(|cost| cost.value);
    let cheaper = |one: &&Candidate| match (one.cost, least) {
        (Some(cost), Some(least)) => cost.value <= least,
        _ => true,
    };
    plan.turned_down()
        .into_iter()
        .filter(cheaper)
        .take(MOST)
        .collect()
}

/// All candidates that were weighed, the dearest first.
fn frontier(plan: &Plan) -> Vec<&Candidate> {
    let mut weighed: Vec<&Candidate> = plan.candidates.iter().filter(|one| one.risk.is_some()).collect();
    let cost = |one: &Candidate| one.cost.map_or(0.0, |cost| cost.value);
    weighed.sort_by(|one, other| cost(other).total_cmp(&cost(one)));
    weighed
}

fn grid(plan: &Plan, candidates: &[&Candidate]) -> Grid {
    let row = |candidate: &&Candidate| {
        let (mark, tone) = match candidate.fate {
            Fate::Meets => ("✓", Tone::Good),
            Fate::Undecided => ("–", Tone::Faint),
            _ => ("✗", Tone::Bad),
        };
        vec![
            Cell::new(format!("  {}", label(plan, &candidate.values))),
            Cell::new(cost(plan, candidate.cost)),
            Cell::toned(mark, tone),
            Cell::new(why_not(plan, candidate)).running_on(),
        ]
    };
    Grid {
        rows: candidates.iter().map(row).collect(),
    }
}
