//! One pass over a whole trace file: is every line sound, and what do formulas need to know of it?

use std::path::Path;

use super::rows::{Fault, Rows};
use crate::units::SimDuration;

/// How many bad lines are told of before the reading stops.
const FAULTS_MAX: usize = 5;

/// What a trace is like.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) first: SimDuration,
    last: SimDuration,
    /// The gaps between requests, in seconds as recorded.
    pub(super) gap: Moments,
    /// The work of the requests in seconds, where every one has it.
    pub(super) work: Option<Moments>,
    /// Whether every request has a key.
    pub(super) keyed: bool,
    /// The names of columns that nothing reads.
    pub(super) unknown: Vec<String>,
}

impl Survey {
    /// The time from the first request to the last.
    pub(super) fn span(&self) -> SimDuration {
        self.last - self.first
    }
}

/// Mean and variance in one pass (Welford, *Technometrics* 4(3), 1962).
#[derive(Debug, Default)]
pub(super) struct Moments {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, value: f64) {
        self.count += 1;
        let delta = value - self.mean;
        self.mean += delta / self.count as f64;
        self.squares += delta * (value - self.mean);
    }

    pub(super) fn mean(&self) -> f64 {
        self.mean
    }

    /// The squared coefficient of variation; 0 where the mean is.
    pub(super) fn scv(&self) -> f64 {
        if self.mean == 0.0 {
            0.0
        } else {
            self.squares / self.count as f64 / (self.mean * self.mean)
        }
    }
}

/// Reads the whole file; says what is wrong with it, of bad lines the first few.
pub(super) fn survey(path: &Path) -> Result<Survey, Vec<Fault>> {
    let mut rows = Rows::open(path).map_err(|fault| vec![fault])?;
    let mut faults = Vec::new();
    let (mut gap, mut work, mut workless) = (Moments::default(), Moments::default(), false);
    let mut keyed = true;
    let mut ends: Option<(SimDuration, SimDuration)> = None;
    loop {
        let row = match rows.next_row() {
            Ok(Some(row)) => row,
            Ok(None) => break,
            Err(fault) => {
                let stop = fault.fatal || faults.len() + 1 == FAULTS_MAX;
                faults.push(fault);
                if stop {
                    return Err(faults);
                }
                continue;
            }
        };
        match &mut ends {
            None => ends = Some((row.timestamp, row.timestamp)),
            Some((_, last)) if row.timestamp < *last => {
                let what = format!(
                    "the timestamp is earlier than the one before by {}",
                    *last - row.timestamp
                );
                // Of a file that is not sorted, nothing after the first such line is news.
                faults.push(bad(Some(rows.line()), what, "sort the lines by their timestamps"));
                return Err(faults);
            }
            Some((_, last)) => {
                gap.add((row.timestamp - *last).as_secs_f64());
                *last = row.timestamp;
            }
        }
        keyed &= row.key.is_some();
        match row.work {
            Some(time) => work.add(time.as_secs_f64()),
            None => workless = true,
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    match ends {
        Some((first, last)) if first < last => Ok(Survey {
            first,
            last,
            gap,
            work: (!workless).then_some(work),
            keyed,
            unknown: rows.unknown().to_vec(),
        }),
        Some(_) => {
            let what = "all requests have the same timestamp";
            Err(vec![bad(
                None,
                what,
                "a trace needs requests at two times at least",
            )])
        }
        None => {
            let what = "there are no requests";
            Err(vec![bad(None, what, "write one request a line after the first")])
        }
    }
}

fn bad(line: Option<u64>, what: impl Into<String>, help: &'static str) -> Fault {
    Fault {
        line,
        what: what.into(),
        help,
        fatal: true,
    }
}
