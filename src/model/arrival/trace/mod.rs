//! A trace: requests as they were recorded, read from a file as the run goes on, however long it is.
//!
//! The file is CSV, plain or compressed by gzip. Its first line names the columns, in any order:
//!
//! | column | what it holds |
//! | --- | --- |
//! | `timestamp` | when the request came, in seconds (`12.5`, also since 1970) or as a duration (`"90 min"`); never decreasing |
//! | `work` | its work on the reference server, likewise; drawn from the workload's distribution where it is empty |
//! | `key` | what it asks for: a whole number, or any text, which is hashed by 64-bit FNV-1a |
//! | `class` | its priority, 0 to 255: 0 before 1 |
//!
//! Empty lines and lines that begin with `#` are passed over. The first request comes at the beginning of the run and
//! the others as much later as they were recorded. Every line is checked before any run, which also yields what
//! formulas need; should the file change or vanish between then and a run, that run's trace ends there.

mod field;
mod rows;
mod survey;

use std::{path::PathBuf, sync::Arc};

use self::{
    rows::{Fault, Rows},
    survey::Survey,
};
use super::{Arrival, ArrivalPlan, Arrivals, Given, Nature};
use crate::{
    config::{Entry, Section, Spanned, Table},
    rng::Stream,
    units::{SimDuration, SimTime},
};

pub(super) const ENTRY: Entry<ArrivalPlan> = Entry {
    name: "trace",
    summary: "as recorded in a CSV file, with work, keys and classes where the file has them",
    example: "file = \"access.csv\", rate_multiplier = 2.0",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// Requests as recorded.
    struct Settings: "a trace" {
        /// The CSV file, beside the scenario, plain or gzip. Its first line names the columns: `timestamp` (in seconds or
        /// as durations), and where known `work`, `key` and `class`.
        file: Spanned<String>,
        /// How many times as fast as recorded the requests come.
        rate_multiplier: Spanned<f64> = 1.0,
        /// Whether the trace begins again after its end, one mean gap after the last request.
        repeat: bool = false,
    }
}

fn read(section: &Section<'_>) -> Option<ArrivalPlan> {
    let settings = Settings::read_fields(section);
    let path = section.path("file");
    let Settings {
        file,
        rate_multiplier,
        repeat,
    } = settings?;
    let (problems, multiplier) = (section.problems(), rate_multiplier.value);
    if !(1e-9..=1e9).contains(&multiplier) {
        let fault = format!("`rate_multiplier` is {multiplier}");
        let help = "write a number above zero: 2 makes requests come twice as fast as recorded";
        problems.error(&rate_multiplier.span, fault, "out of range", help);
        return None;
    }
    let path = path?;
    let name = &file.value;
    let survey = match survey::survey(&path) {
        Ok(survey) => survey,
        Err(faults) => {
            for Fault { line, what, help, .. } in faults {
                let place = line.map_or_else(String::new, |line| format!(", line {line}"));
                problems.error(&file.span, format!("`{name}`{place}: {what}"), "this file", help);
            }
            return None;
        }
    };
    if !survey.unknown.is_empty() {
        let columns: Vec<String> = survey.unknown.iter().map(|name| format!("`{name}`")).collect();
        let fault = format!("`{name}` has columns that nothing reads: {}", columns.join(", "));
        let help = format!("columns of a trace: {}", rows::COLUMNS.join(", "));
        problems.warning(&file.span, fault, "this file", help);
    }
    Some(plan(path, &survey, multiplier, repeat))
}

fn plan(path: PathBuf, survey: &Survey, multiplier: f64, repeat: bool) -> ArrivalPlan {
    let nature = Nature::Trace {
        rate: multiplier / survey.gap.mean(),
        gap_scv: survey.gap.scv(),
        work: survey.work.as_ref().map(|work| (work.mean(), work.scv())),
        keyed: survey.keyed,
    };
    let tape = Arc::new(Tape {
        path,
        first: survey.first,
        length: SimDuration::from_secs_f64((survey.span().as_secs_f64() + survey.gap.mean()) / multiplier),
        multiplier,
        repeat,
    });
    ArrivalPlan::new(ENTRY.name, nature, move |_| Replay {
        tape: Arc::clone(&tape),
        rows: Rows::open(&tape.path).ok(),
        round_begin: SimTime::ZERO,
        last: SimTime::ZERO,
        arrival: Arrival::SINGLE,
    })
}

/// What is known of the file beforehand.
struct Tape {
    path: PathBuf,
    /// The timestamp of the first request.
    first: SimDuration,
    /// From the first request to where the trace begins again, as replayed.
    length: SimDuration,
    multiplier: f64,
    repeat: bool,
}

struct Replay {
    tape: Arc<Tape>,
    /// The rows to come; none after the end.
    rows: Option<Rows>,
    /// When the present round through the file began.
    round_begin: SimTime,
    last: SimTime,
    arrival: Arrival,
}

impl Replay {
    /// Begins again from the file's first row, if that is wanted and the clock goes on.
    fn rewind(&mut self) {
        self.rows = None;
        let begin = self.round_begin + self.tape.length;
        if self.tape.repeat && begin < SimTime::MAX {
            self.rows = Rows::open(&self.tape.path).ok();
            self.round_begin = begin;
        }
    }

    /// Returns the instant at which a request of this timestamp is replayed.
    fn instant(&self, timestamp: SimDuration) -> SimTime {
        let since = timestamp.as_nanos().saturating_sub(self.tape.first.as_nanos());
        // As recorded means to the nanosecond; a multiplier of 1 is not taken through floating point.
        let since = if (self.tape.multiplier - 1.0).abs() < f64::EPSILON {
            since
        } else {
            (since as f64 / self.tape.multiplier).round() as u64
        };
        self.round_begin + SimDuration::from_nanos(since)
    }
}

impl Arrivals for Replay {
    fn next(&mut self, _: &mut Stream) -> Option<SimTime> {
        let mut row = self.rows.as_mut()?.next_row();
        if let Ok(None) = row {
            self.rewind();
            row = self.rows.as_mut()?.next_row();
        }
        let Ok(Some(row)) = row else {
            self.rows = None;
            return None;
        };
        // The file was in order when it was checked; whatever it is now, time does not step back.
        self.last = self.last.max(self.instant(row.timestamp));
        self.arrival.given = Given {
            work: row.work,
            key: row.key,
            priority: row.class,
        };
        Some(self.last)
    }

    fn arrival(&self) -> Option<&Arrival> {
        Some(&self.arrival)
    }
}

#[cfg(test)]
mod tests;
