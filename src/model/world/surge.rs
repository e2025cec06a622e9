//! Surges: while one lasts, the clock of an arrival process runs faster than time.
//!
//! So a process of any kind sends more, in its own way: Poisson arrivals stay Poisson arrivals at a higher rate, and a
//! recorded trace is played faster. A daily profile runs ahead by what the surge has used up of it.

use crate::{
    model::{
        Deployment,
        failure::{Harm, Target},
    },
    units::{SimDuration, SimTime},
};

/// How the clock of one arrival process relates to time.
pub(super) struct Warp {
    /// Stretches of constant pace in order; each begins where the one before ends, and the last never ends.
    stretches: Vec<Stretch>,
    /// The stretch of the last arrival: they come in order.
    at: usize,
}

struct Stretch {
    /// When it begins.
    real: SimTime,
    /// What the clock of the process shows then.
    shown: SimTime,
    /// How fast that clock runs.
    pace: f64,
}

impl Warp {
    /// Returns the warp of a workload whose faults count from `begin`; `None` when nothing happens to it.
    pub(super) fn new(deployment: &Deployment, workload: usize, begin: SimTime) -> Option<Box<Self>> {
        let surges = deployment.faults.iter().filter_map(|fault| match fault.harm {
            Harm::Surge { factor } if fault.target == Target::Workload(workload) => {
                Some((begin + fault.at, begin + fault.at + fault.lasts, factor))
            }
            _ => None,
        });
        let surges: Vec<(SimTime, SimTime, f64)> = surges.collect();
        (!surges.is_empty()).then(|| Box::new(Self::of(&surges)))
    }

    fn of(surges: &[(SimTime, SimTime, f64)]) -> Self {
        let mut turns = vec![SimTime::ZERO];
        turns.extend(surges.iter().flat_map(|&(from, to, _)| [from, to]));
        turns.sort_unstable();
        turns.dedup();
        let mut stretches: Vec<Stretch> = Vec::new();
        for real in turns {
            let going = surges.iter().filter(|&&(from, to, _)| from <= real && real < to);
            let shown = stretches.last().map_or(SimTime::ZERO, |last| {
                let passed = real.since(last.real).as_nanos() as f64 * last.pace;
                last.shown + SimDuration::from_nanos(passed.round() as u64)
            });
            stretches.push(Stretch {
                real,
                shown,
                pace: going.map(|&(_, _, factor)| factor).product(),
            });
        }
        Self { stretches, at: 0 }
    }

    /// Returns when the clock of the process shows this; asked in order.
    pub(super) fn real(&mut self, shown: SimTime) -> SimTime {
        while self
            .stretches
            .get(self.at + 1)
            .is_some_and(|next| next.shown <= shown)
        {
            self.at += 1;
        }
        let stretch = &self.stretches[self.at];
        let ahead = shown.since(stretch.shown).as_nanos() as f64 / stretch.pace;
        stretch.real + SimDuration::from_nanos(ahead.round() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twice the pace from 10 s to 20 s: what the clock shows as 10 to 30 s comes in those ten seconds.
    #[test]
    fn a_surge_squeezes_what_comes() {
        let at = |seconds: u64| SimTime::from_nanos(seconds * 1_000_000_000);
        let mut warp = Warp::of(&[(at(10), at(20), 2.0)]);
        for (shown, real) in [
            (0, 0),
            (9, 9),
            (10, 10),
            (12, 11),
            (28, 19),
            (30, 20),
            (31, 21),
            (50, 40),
        ] {
            assert_eq!(warp.real(at(shown)), at(real), "{shown}");
        }
        // A second one of half the pace within: together they change nothing.
        let mut warp = Warp::of(&[(at(10), at(20), 2.0), (at(14), at(16), 0.5)]);
        for (shown, real) in [(12, 11), (18, 14), (19, 15), (20, 16), (28, 20), (30, 22)] {
            assert_eq!(warp.real(at(shown)), at(real), "{shown}");
        }
    }
}
