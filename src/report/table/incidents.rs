//! What went wrong, told in a sentence for each fault and each kind of failure.

use super::grid::wrapped;
use crate::{
    experiment::{
        Results,
        incidents::{Effect, FailureReport, FaultReport},
        results::Unit,
    },
    report::{
        number::{estimated, measured, plain},
        style::{Style, Tone},
        words::{happened, name_of, one_line},
    },
    stats::Estimate,
};

/// Returns a sentence for each fault and each kind of failure.
pub(in crate::report) fn sentences(results: &Results) -> Vec<String> {
    let Some(incidents) = &results.incidents else {
        return Vec::new();
    };
    let end = results.duration.as_secs_f64();
    let faults = incidents.faults.iter().map(|fault| of_fault(fault, end));
    let failures = incidents.failures.iter().map(of_failure);
    let mut sentences: Vec<String> = faults.chain(failures).collect();
    if 0 < incidents.unlisted {
        let listed = incidents.rows.len();
        let all = listed as u64 + incidents.unlisted;
        sentences.push(format!("`incidents.csv` lists the first {listed} of {all}"));
    }
    sentences
}

/// Returns them below their heading; without any, nothing.
pub(super) fn lines(results: &Results, style: Style) -> Vec<String> {
    let sentences = sentences(results);
    if sentences.is_empty() {
        return sentences;
    }
    let heading = std::iter::once(style.paint(Tone::Heading, "incidents"));
    heading
        .chain(sentences.iter().flat_map(|text| wrapped("  - ", &one_line(text))))
        .collect()
}

fn of_fault(fault: &FaultReport, end: f64) -> String {
    let effect = &fault.effect;
    let when = match fault.at {
        at if at <= 0.0 => "at the beginning".to_owned(),
        at => format!("at {}", clock(at)),
    };
    let lasts = if end < fault.at + fault.lasts {
        "until the run ended".to_owned()
    } else {
        format!("for {}", clock(fault.lasts))
    };
    let head = format!("{} {} {when} {lasts}", fault.target, happened(fault.mode));
    if effect.incidents == 0 {
        return format!("{head}: no run came that far");
    }
    let (kind, _) = fault.target.split_once(':').unwrap_or_default();
    let server = if kind == "store" { "node" } else { "server" };
    let noticed = match (kind, fault.servers) {
        (_, 0) => None,
        ("server" | "node", _) => Some(rotation("it was", "it", effect)),
        (_, 1) => Some(rotation(
            &format!("its {server} was"),
            &format!("its {server}"),
            effect,
        )),
        (_, many) => Some(rotation(
            &format!("its {many} {server}s were"),
            &format!("its {many} {server}s"),
            effect,
        )),
    };
    let others = if kind == "balancer" {
        "the other"
    } else {
        "backups"
    };
    let taken_over = match (effect.failovers, kind) {
        (0, "balancer") => Some("nobody took over".to_owned()),
        (0, _) => None,
        _ => Some(format!(
            "{others} took over{}{}",
            some_after(effect.failovers, effect.failover_after, effect),
            if kind == "balancer" {
                back("it was", effect)
            } else {
                String::new()
            },
        )),
    };
    let clauses = [
        noticed,
        taken_over,
        Some(toll(effect, "requests", &before(effect))),
    ];
    let clauses: Vec<String> = clauses.into_iter().flatten().collect();
    format!("{head}: {}", clauses.join("; "))
}

fn of_failure(failure: &FailureReport) -> String {
    let (name, effect) = (name_of(&failure.of), &failure.effect);
    let units = if failure.unit == "service" {
        name
    } else {
        format!("{}s of {name}", failure.unit)
    };
    let (Some(count), true) = (failure.count, 0 < effect.incidents) else {
        return format!("{units}: no failure ({}) came in any replication", failure.mode);
    };
    let head = format!(
        "{units} {} {} times a replication",
        happened(failure.mode),
        number(count)
    );
    let after = effect.noticed_after.map(time);
    let noticed = match after {
        _ if failure.unit == "balancer" => None,
        None => Some("none went out of rotation".to_owned()),
        Some(after) if effect.noticed == effect.incidents => {
            Some(format!("they were out of rotation after {after}"))
        }
        Some(after) => {
            let some = share(effect.noticed as f64 / effect.incidents as f64);
            Some(format!("{some} of them were out of rotation, after {after}"))
        }
    };
    let taken_over = effect
        .failover_after
        .map(|after| format!("others took over after {}", time(after)));
    let clauses = [
        noticed,
        taken_over,
        Some(toll(
            effect,
            "requests of a replication",
            "before they were noticed",
        )),
    ];
    let clauses: Vec<String> = clauses.into_iter().flatten().collect();
    format!("{head}: {}", clauses.join("; "))
}

/// Returns how the time is called in which a fault was not noticed.
fn before(effect: &Effect) -> String {
    match effect.noticed_after {
        Some(after) if effect.noticed == effect.incidents => {
            let time = estimated(Unit::Seconds, after.mean, after.low(), after.high());
            format!("in those {time}")
        }
        _ => "before it was noticed".to_owned(),
    }
}

/// Returns when servers went out of rotation and came back.
fn rotation(they_were: &str, they: &str, effect: &Effect) -> String {
    if effect.noticed == 0 {
        return format!("{they} stayed in rotation");
    }
    format!(
        "{they_were} out of rotation{}{}",
        some_after(effect.noticed, effect.noticed_after, effect),
        back("", effect)
    )
}

/// Returns ` and back 3.1 s after it ended`.
fn back(it_was: &str, effect: &Effect) -> String {
    let and = format!(" and {it_was}").trim_end().to_owned();
    match effect.restored_after {
        None => format!("{and} not back when the run ended"),
        Some(after) if after.mean < 1e-9 => format!("{and} back as it ended"),
        Some(after) => format!("{and} back {} after it ended", time(after)),
    }
}

/// Returns ` after 6.4 s`, with the number of replications in which it was so where that is not all.
fn some_after(count: u64, after: Option<Estimate>, effect: &Effect) -> String {
    let when = match after {
        Some(after) if 1e-9 <= after.mean => format!("after {}", time(after)),
        _ => "at once".to_owned(),
    };
    if count == effect.incidents {
        return format!(" {when}");
    }
    format!(" {when}, in {count} of {} replications,", effect.incidents)
}

/// Returns what became of requests; `unnoticed_yet` is told of those that failed before.
fn toll(effect: &Effect, requests: &str, unnoticed_yet: &str) -> String {
    let Some(failed) = effect.failed.filter(|failed| 0.0 < failed.mean) else {
        return with_others("no request failed".to_owned(), effect);
    };
    let one = (failed.mean - 1.0).abs() < 1e-9;
    let requests = if one {
        requests.replacen("requests", "request", 1)
    } else {
        requests.to_owned()
    };
    let mut text = format!("{} {requests} failed", number(failed));
    let took_a_while = effect.noticed_after.is_some_and(|after| 1e-9 <= after.mean);
    if let Some(unnoticed) = effect.failed_unnoticed.filter(|_| took_a_while) {
        text += &match unnoticed.mean / failed.mean {
            part if one && 0.5 < part => format!(", {unnoticed_yet}"),
            part if part < 0.005 => format!(", none of them {unnoticed_yet}"),
            part if 0.995 <= part => format!(", all of them {unnoticed_yet}"),
            part => format!(", {} of them {unnoticed_yet}", share(part)),
        };
    }
    with_others(text, effect)
}

fn with_others(mut text: String, effect: &Effect) -> String {
    for (count, what) in [
        (effect.late, "answered late"),
        (effect.rescued, "rescued by another attempt"),
    ] {
        if let Some(count) = count.filter(|count| 0.0 < count.mean) {
            let were = if (count.mean - 1.0).abs() < 1e-9 {
                "was"
            } else {
                "were"
            };
            text += &format!("; {} {were} {what}", number(count));
        }
    }
    text
}

/// Writes a time of the plan as people say it: `19 min 50 s`.
fn clock(seconds: f64) -> String {
    let is_whole = (seconds - seconds.round()).abs() < 1e-9;
    if !is_whole || !(120.0..86_400.0).contains(&seconds) {
        return plain(Unit::Seconds, seconds);
    }
    let all = seconds.round() as u64;
    let hours = if all < 7_200 { 0 } else { all / 3_600 };
    let parts = [(hours, "h"), ((all - 3_600 * hours) / 60, "min"), (all % 60, "s")];
    let parts = parts.into_iter().filter(|(count, _)| 0 < *count);
    parts
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect::<Vec<_>>()
        .join(" ")
}

fn time(estimate: Estimate) -> String {
    measured(Unit::Seconds, estimate.mean, estimate.low(), estimate.high())
}

fn number(estimate: Estimate) -> String {
    measured(Unit::Count, estimate.mean, estimate.low(), estimate.high())
}

fn share(part: f64) -> String {
    format!("{:.0} %", part * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planned_times_are_told_as_on_a_clock() {
        for (seconds, expected) in [
            (0.25, "250 ms"),
            (90.0, "90 s"),
            (120.0, "2 min"),
            (1_190.0, "19 min 50 s"),
            (7_261.0, "2 h 1 min 1 s"),
            (7_200.0, "2 h"),
            (600.5, "10.01 min"),
            (172_800.0, "2 d"),
        ] {
            assert_eq!(clock(seconds), expected);
        }
    }
}
