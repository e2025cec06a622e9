//! The same process told again from a moment on: other fates, and failures that come sooner than they should.
//!
//! At any moment the future of a process depends on how old its clocks and repairs are, and on nothing else of the past.
//! So a copy of it may [draw again](FailureProcess::redraw) what is still to come, each time given that it has not come
//! yet. Some clocks of a copy may also be [hastened](FailureProcess::hasten): their hazard is multiplied by a factor
//! `c`, and the copy is given the weight that makes up for it, which is `e^((c − 1)·ΔΛ)` for each stretch over which
//! the cumulative hazard grew by `ΔΛ`, and `1/c` for each time that the clock rang (failure biasing for times of any law;
//! Goyal, Shahabuddin, Heidelberger, Nicola and Glynn, *IEEE Trans. Computers* 41(1), 1992).

use super::{FailureEvent, FailureProcess, Steps};
use crate::{
    dist::Dist,
    rng::Stream,
    units::{SimDuration, SimTime},
};

/// Tails below this are not told apart from nothing: what is so old keeps its fate.
const LEAST_TAIL: f64 = 1e-8;
/// Halvings of a bracket until it is no wider than a rounding error.
const HALVINGS: usize = 100;

/// What runs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    /// The clock of a unit.
    Unit(u32),
    /// The one that all share.
    Common,
}

/// The clocks that run faster than they should.
#[derive(Clone, Debug, Default)]
pub(super) struct Hastened {
    clocks: Vec<(Clock, f64, SimTime)>,
    /// The logarithm of the weight of what was hastened and is no longer.
    closed: f64,
}

impl FailureProcess {
    /// Returns everything that is still to be handed back, and when.
    pub fn pending(&self) -> impl Iterator<Item = (SimTime, FailureEvent)> {
        let units = (0..).zip(&self.units).map(|(unit, state)| {
            let event = if state.down {
                FailureEvent::Repaired { unit }
            } else {
                FailureEvent::Fails { unit }
            };
            (state.due, event)
        });
        let common = self.common.as_ref();
        let common = common.map(|common| (common.due, FailureEvent::CommonCause));
        units.chain(common).filter(|(due, _)| *due < SimTime::MAX)
    }

    /// Draws all that is still to come again, with streams that `seeds` begins. What was scheduled is void; see
    /// [`pending`](Self::pending).
    pub fn redraw(&mut self, now: SimTime, seeds: &mut Stream) {
        self.hastened = Hastened::default();
        for state in &mut self.units {
            (state.after_rng, state.repair_rng) = (seeds.fork(), seeds.fork());
            if state.due == SimTime::MAX {
                continue;
            }
            let (dist, rng) = if state.down {
                (&self.repair, &mut state.repair_rng)
            } else {
                (&self.after, &mut state.after_rng)
            };
            state.due = again(dist, state.since, state.due, now, 1.0, rng);
        }
        if let Some(common) = &mut self.common {
            common.rng = seeds.fork();
            common.due = again(&common.after, common.since, common.due, now, 1.0, &mut common.rng);
        }
    }

    /// Returns how often a clock rings, about, for each of the units that are up and of which `matters` says so, and for
    /// the clock that all share: in rings per second, all together.
    pub fn hazard(&self, matters: impl Fn(&[u32]) -> bool) -> f64 {
        if !can_hasten(&self.after) {
            return 0.0;
        }
        let units = self.units.iter().zip(&self.members);
        let own = units.filter(|(state, members)| !state.down && matters(members));
        let common = self.common.as_ref();
        own.count() as f64 / self.after.mean() + common.map_or(0.0, |common| 1.0 / common.after.mean())
    }

    /// Multiplies the hazard of these units, and of the clock that all share, by `factor` from now on, and ends any
    /// hastening of others. What was scheduled for these clocks is void, and `steps` tells what is to be instead.
    pub fn hasten(&mut self, matters: impl Fn(&[u32]) -> bool, factor: f64, now: SimTime, steps: &mut Steps) {
        let before: Vec<Clock> = self.hastened.clocks.iter().map(|(clock, ..)| *clock).collect();
        for &clock in &before {
            self.stops(clock, now);
        }
        let wanted = |process: &Self| -> Vec<Clock> {
            if factor <= 1.0 || !can_hasten(&process.after) {
                return Vec::new();
            }
            let units = (0..).zip(process.units.iter().zip(&process.members));
            let own = units.filter(|(_, (state, members))| !state.down && matters(members));
            let common = process.common.as_ref().map(|_| Clock::Common);
            own.map(|(unit, _)| Clock::Unit(unit)).chain(common).collect()
        };
        let clocks = wanted(self);
        for &clock in before.iter().filter(|clock| !clocks.contains(clock)) {
            self.wind_again(clock, 1.0, now, steps);
        }
        for clock in clocks {
            self.wind_again(clock, factor, now, steps);
            self.hastened.clocks.push((clock, factor, now));
        }
    }

    /// Returns the logarithm of the weight that makes up for all hastening so far.
    pub fn log_weight(&self, now: SimTime) -> f64 {
        let open = self.hastened.clocks.iter();
        let open = open.map(|&(clock, factor, from)| (factor - 1.0) * self.exposure(clock, from, now));
        self.hastened.closed + open.sum::<f64>()
    }

    /// A clock rings: what hastened it has had its effect.
    pub(super) fn rings(&mut self, clock: Clock, now: SimTime) {
        if let Some(factor) = self.stops(clock, now) {
            self.hastened.closed -= libm::log(factor);
        }
    }

    /// A clock is hastened no longer; returns by how much it was.
    pub(super) fn stops(&mut self, clock: Clock, now: SimTime) -> Option<f64> {
        let mut clocks = self.hastened.clocks.iter();
        let place = clocks.position(|(other, ..)| *other == clock)?;
        let (_, factor, from) = self.hastened.clocks.swap_remove(place);
        self.hastened.closed += (factor - 1.0) * self.exposure(clock, from, now);
        Some(factor)
    }

    fn clock(&self, clock: Clock) -> (&Dist, SimTime) {
        match (clock, &self.common) {
            (Clock::Unit(unit), _) => {
                let state = &self.units[unit as usize];
                (&self.after, state.since)
            }
            (Clock::Common, Some(common)) => (&common.after, common.since),
            (Clock::Common, None) => unreachable!("it is asked for only where it is"),
        }
    }

    /// By how much the cumulative hazard of a clock has grown.
    fn exposure(&self, clock: Clock, from: SimTime, now: SimTime) -> f64 {
        let (dist, since) = self.clock(clock);
        let tail = |at: SimTime| dist.survival(at.since(since).as_secs_f64());
        if let Dist::Exponential(_) = dist {
            return now.since(from).as_secs_f64() / dist.mean();
        }
        let (before, after) = (tail(from), tail(now));
        if after < LEAST_TAIL {
            0.0
        } else {
            libm::log(before / after)
        }
    }

    fn wind_again(&mut self, clock: Clock, factor: f64, now: SimTime, steps: &mut Steps) {
        match (clock, &mut self.common) {
            (Clock::Unit(unit), _) => {
                let state = &mut self.units[unit as usize];
                let (since, due) = (state.since, state.due);
                state.due = again(&self.after, since, due, now, factor, &mut state.after_rng);
                steps.schedule.push((state.due, FailureEvent::Fails { unit }));
            }
            (Clock::Common, Some(common)) => {
                let (since, due) = (common.since, common.due);
                common.due = again(&common.after, since, due, now, factor, &mut common.rng);
                steps.schedule.push((common.due, FailureEvent::CommonCause));
            }
            (Clock::Common, None) => {}
        }
    }
}

/// Whether times of this law have a hazard at all ages that is worth multiplying.
fn can_hasten(dist: &Dist) -> bool {
    !matches!(
        dist,
        Dist::Constant(_) | Dist::Empirical(_) | Dist::Mixture(_) | Dist::Shifted(_)
    )
}

/// Returns another end of a time that began at `since` and is not over, with the hazard multiplied by `factor`; its old
/// end where nothing else is known.
fn again(dist: &Dist, since: SimTime, due: SimTime, now: SimTime, factor: f64, rng: &mut Stream) -> SimTime {
    let left = match dist {
        Dist::Constant(_) => return due,
        Dist::Exponential(_) => -libm::log(rng.open01()) * dist.mean() / factor,
        _ => {
            let age = now.since(since).as_secs_f64();
            let tail = dist.survival(age);
            if tail < LEAST_TAIL {
                return due;
            }
            let wanted = tail * libm::pow(rng.open01(), 1.0 / factor);
            beyond(dist, age, wanted) - age
        }
    };
    now + SimDuration::from_secs_f64(left).max(SimDuration::from_nanos(1))
}

/// Returns the time, from `from` on, at which the tail is down to `wanted`.
fn beyond(dist: &Dist, from: f64, wanted: f64) -> f64 {
    let (mut low, mut high) = (from, from + dist.mean());
    while wanted < dist.survival(high) && high < 1e12 {
        (low, high) = (high, 2.0 * high);
    }
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if middle <= low || high <= middle {
            break;
        }
        if wanted < dist.survival(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::failure::{FailurePlan, Harm, Unit},
        rng::Seed,
    };

    fn at(seconds: f64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs_f64(seconds)
    }

    /// Two units that live for 100 s or so, and now and then fail together.
    fn plan() -> FailurePlan {
        FailurePlan {
            harm: Harm::Crash,
            unit: Unit::Server,
            after: Dist::gamma(100.0, 0.5).unwrap(),
            repair: Dist::lognormal(20.0, 1.0).unwrap(),
            crews: None,
            common_cause: 0.1,
            data_lost: 0.0,
        }
    }

    /// Returns how many failures there are from 30 s to 60 s, and the weight of that, if they are hastened by this factor.
    fn failures(run: u64, factor: f64) -> (f64, f64) {
        let streams = Seed(9).replication(run);
        let mut process = FailureProcess::new(&plan(), vec![vec![0], vec![1]], "a", streams);
        let mut steps = Steps::default();
        process.start(SimTime::ZERO, &mut steps);
        let (mut count, mut hastened) = (0.0, false);
        loop {
            let next = process.pending().min_by_key(|(due, _)| *due);
            let (due, event) = next.expect("there is always something to come");
            if !hastened && at(30.0) <= due {
                hastened = true;
                process.redraw(at(30.0), &mut streams.stream("again"));
                process.hasten(|_| true, factor, at(30.0), &mut steps);
                continue;
            }
            if at(60.0) < due {
                return (count, process.log_weight(at(60.0)).exp());
            }
            steps.clear();
            process.happens(event, due, &mut steps);
            let down = steps.changes.iter().filter(|change| change.down && hastened);
            count += down.count() as f64;
        }
    }

    #[test]
    fn what_is_hastened_is_weighted_so_that_means_stay_what_they_are() {
        let runs = 40_000;
        let mean = |values: &[(f64, f64)], of: &dyn Fn((f64, f64)) -> f64| {
            values.iter().map(|&run| of(run)).sum::<f64>() / runs as f64
        };
        let [usual, sooner] =
            [1.0, 3.0].map(|factor| (0..runs).map(|run| failures(run, factor)).collect::<Vec<_>>());
        let plain = mean(&usual, &|(count, _)| count);
        let met = mean(&sooner, &|(count, _)| count);
        let weighted = mean(&sooner, &|(count, weight)| count * weight);
        let weights = mean(&sooner, &|(_, weight)| weight);
        assert!(2.0 * plain < met, "{plain} {met}");
        assert!((weights - 1.0).abs() < 0.02, "{weights}");
        assert!((weighted / plain - 1.0).abs() < 0.05, "{weighted} {plain}");
    }

    #[test]
    fn what_is_drawn_again_has_not_come_yet_and_comes_by_its_law() {
        let life = Dist::gamma(100.0, 0.5).unwrap();
        let mut rng = Seed(4).replication(0).stream("again");
        let draw = |factor, rng: &mut Stream| {
            again(&life, at(10.0), at(500.0), at(110.0), factor, rng).since(at(10.0))
        };
        let ends: Vec<f64> = (0..20_000).map(|_| draw(1.0, &mut rng).as_secs_f64()).collect();
        let beyond_150 = ends.iter().filter(|&&end| 150.0 < end).count() as f64 / 20_000.0;
        assert!(ends.iter().all(|&end| 100.0 < end));
        let expected = life.survival(150.0) / life.survival(100.0);
        assert!((beyond_150 - expected).abs() < 0.012, "{beyond_150} {expected}");
        let sooner: Vec<f64> = (0..20_000).map(|_| draw(4.0, &mut rng).as_secs_f64()).collect();
        let beyond_150 = sooner.iter().filter(|&&end| 150.0 < end).count() as f64 / 20_000.0;
        assert!((beyond_150 - expected.powi(4)).abs() < 0.012, "{beyond_150}");
        let constant = Dist::constant(50.0).unwrap();
        assert_eq!(
            again(&constant, at(0.0), at(50.0), at(10.0), 3.0, &mut rng),
            at(50.0)
        );
    }
}
