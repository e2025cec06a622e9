//! When the parts of a service fail and are repaired by themselves.
//!
//! A [`FailureProcess`] is one `[[service.failure]]` of one run: a state machine that knows nothing of an event set.
//! Whoever drives it schedules what it asks for, hands each event back at its time, and learns which units went down or
//! came up. What that does to servers is the driver's business; a server may belong to units of several processes, so it
//! is up only while none of them has it down.
//!
//! A unit fails, waits for a crew if all are busy, is repaired and works again; only then does its next time to failure
//! begin. With a common cause of share β (the beta factor; Fleming 1975) each unit's own clock runs slower by `1/(1 − β)`,
//! and one clock for all, slower by `1/β`, brings down every unit that is up at that moment. A unit that goes down by it
//! forgets its own clock.
//!
//! ```
//! use plimsoll::{
//!     dist::Dist,
//!     model::failure::{FailurePlan, Harm, Unit, process::{FailureEvent, FailureProcess, Steps}},
//!     rng::Seed,
//!     units::{SimDuration, SimTime},
//! };
//!
//! let plan = FailurePlan {
//!     harm: Harm::Crash,
//!     unit: Unit::Server,
//!     after: Dist::constant(100.0)?,
//!     repair: Dist::constant(10.0)?,
//!     crews: None,
//!     common_cause: 0.0,
//!     data_lost: 0.0,
//! };
//! let streams = Seed(1).replication(0);
//! let mut process = FailureProcess::new(&plan, vec![vec![0]], "api/failure/0", streams);
//! let mut steps = Steps::default();
//! process.start(SimTime::ZERO, &mut steps);
//! let (first, event) = steps.schedule[0];
//! assert_eq!(first, SimTime::ZERO + SimDuration::from_secs_f64(100.0));
//!
//! steps.clear();
//! process.happens(event, first, &mut steps);
//! assert!(steps.changes[0].down);
//! let (repaired, event) = steps.schedule[0];
//! assert_eq!(repaired, first + SimDuration::from_secs_f64(10.0));
//! assert_eq!(event, FailureEvent::Repaired { unit: 0 });
//! # Ok::<(), plimsoll::dist::DistError>(())
//! ```

mod hasten;

use std::collections::VecDeque;

use self::hasten::{Clock, Hastened};
use super::{FailurePlan, Target, Unit};
use crate::{
    dist::Dist,
    model::ServicePlan,
    rng::{Stream, Streams},
    units::{SimDuration, SimTime},
};

/// Something that a process asked to be told at its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureEvent {
    /// A unit's own clock has run out. It may be out of date by then; the process knows.
    Fails {
        /// The unit.
        unit: u32,
    },
    /// The clock that all units share has run out.
    CommonCause,
    /// A unit's repair is done.
    Repaired {
        /// The unit.
        unit: u32,
    },
}

/// A unit goes down or comes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The unit.
    pub unit: u32,
    /// Whether it is down from now on.
    pub down: bool,
}

/// What follows from an event.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    /// What is to be handed back, and when.
    pub schedule: Vec<(SimTime, FailureEvent)>,
    /// What has changed, in order.
    pub changes: Vec<Change>,
}

impl Steps {
    /// Empties both lists, to be used again.
    pub fn clear(&mut self) {
        self.schedule.clear();
        self.changes.clear();
    }
}

/// One way in which the units of a service fail by themselves, in one run.
#[derive(Clone, Debug)]
pub struct FailureProcess {
    /// The time from a repair to a failure that is the unit's own.
    after: Dist,
    repair: Dist,
    units: Vec<UnitState>,
    members: Vec<Vec<u32>>,
    /// Crews with nothing to do; as many as there are units where nothing limits them.
    idle_crews: u32,
    /// Units that wait for a crew, in the order in which they failed.
    waiting: VecDeque<u32>,
    common: Option<Common>,
    hastened: Hastened,
}

/// The clock that all units share.
#[derive(Clone, Debug)]
struct Common {
    after: Dist,
    rng: Stream,
    since: SimTime,
    due: SimTime,
}

#[derive(Clone, Debug)]
struct UnitState {
    down: bool,
    /// When its clock began, or its repair.
    since: SimTime,
    /// When its own clock runs out, while it is up; when its repair is done, while it is under repair; otherwise never.
    due: SimTime,
    after_rng: Stream,
    repair_rng: Stream,
}

/// Returns the units of a service, each with the numbers of its servers, or of its balancer.
pub fn units(plan: &ServicePlan, unit: Unit) -> Vec<Vec<u32>> {
    let servers = plan.servers() as u32;
    let mut first = 0;
    let groups = plan.groups.iter().map(|group| {
        let from = first;
        first += group.servers;
        (group.zone, from..first)
    });
    match unit {
        Unit::Server => (0..servers).map(|server| vec![server]).collect(),
        Unit::Group => groups.map(|(_, servers)| servers.collect()).collect(),
        Unit::Zone => {
            let mut zones: Vec<(usize, Vec<u32>)> = Vec::new();
            for (zone, servers) in groups {
                let Some(zone) = zone else { continue };
                match zones.iter_mut().find(|(other, _)| *other == zone) {
                    Some((_, all)) => all.extend(servers),
                    None => zones.push((zone, servers.collect())),
                }
            }
            zones.into_iter().map(|(_, servers)| servers).collect()
        }
        Unit::Service => vec![(0..servers).collect()],
        Unit::Balancer => (0..plan.fronts()).map(|balancer| vec![balancer]).collect(),
    }
}

/// Returns the servers of a service that a fault strikes.
pub fn struck(plan: &ServicePlan, service: usize, target: Target) -> Vec<u32> {
    let all = |unit| units(plan, unit);
    match target {
        Target::Server { service: at, server } if at == service => vec![server],
        Target::Group { service: at, group } if at == service => all(Unit::Group).swap_remove(group),
        Target::Service(at) if at == service => all(Unit::Service).swap_remove(0),
        Target::Zone(zone) => {
            let groups = plan.groups.iter().zip(all(Unit::Group));
            let there = groups.filter(|(group, _)| group.zone == Some(zone));
            there.flat_map(|(_, servers)| servers).collect()
        }
        _ => Vec::new(),
    }
}

impl FailureProcess {
    /// Returns the process of a plan for these units, of which [`units`] makes a list. `name` is the beginning of the names
    /// of its streams, like `api/failure/0`: unit 3 draws from `api/failure/0/server/3`, and its repairs from
    /// `api/failure/0/server/3/repair`.
    pub fn new(plan: &FailurePlan, members: Vec<Vec<u32>>, name: &str, streams: Streams) -> Self {
        let beta = plan.common_cause;
        let kind = plan.unit.word();
        let unit = |number| UnitState {
            down: false,
            since: SimTime::ZERO,
            due: SimTime::MAX,
            after_rng: streams.stream(&format!("{name}/{kind}/{number}")),
            repair_rng: streams.stream(&format!("{name}/{kind}/{number}/repair")),
        };
        let common = || Common {
            after: plan.after.scaled(1.0 / beta),
            rng: streams.stream(&format!("{name}/common")),
            since: SimTime::ZERO,
            due: SimTime::MAX,
        };
        Self {
            after: if 0.0 < beta {
                plan.after.scaled(1.0 / (1.0 - beta))
            } else {
                plan.after.clone()
            },
            repair: plan.repair.clone(),
            units: (0..members.len()).map(unit).collect(),
            idle_crews: plan.crews.unwrap_or(u32::MAX),
            members,
            waiting: VecDeque::new(),
            common: (0.0 < beta).then(common),
            hastened: Hastened::default(),
        }
    }

    /// Returns the servers of a unit, by their numbers in the service (or its balancer).
    pub fn members(&self, unit: u32) -> &[u32] {
        &self.members[unit as usize]
    }

    /// Begins at `now` with all units up.
    pub fn start(&mut self, now: SimTime, steps: &mut Steps) {
        for unit in 0..self.units.len() as u32 {
            self.wind_up(unit, now, steps);
        }
        self.wind_up_common(now, steps);
    }

    /// Takes an event back at its time.
    pub fn happens(&mut self, event: FailureEvent, now: SimTime, steps: &mut Steps) {
        match event {
            FailureEvent::Fails { unit } => {
                let state = &self.units[unit as usize];
                // It may have gone down by a common cause since, and have been wound up anew.
                if !state.down && state.due == now {
                    self.rings(Clock::Unit(unit), now);
                    self.fail(unit, now, steps);
                }
            }
            FailureEvent::CommonCause => {
                if self.common.as_ref().is_none_or(|common| common.due != now) {
                    return;
                }
                self.rings(Clock::Common, now);
                for unit in 0..self.units.len() as u32 {
                    if !self.units[unit as usize].down {
                        self.stops(Clock::Unit(unit), now);
                        self.fail(unit, now, steps);
                    }
                }
                self.wind_up_common(now, steps);
            }
            FailureEvent::Repaired { unit } => {
                let state = &mut self.units[unit as usize];
                if !state.down || state.due != now {
                    return;
                }
                state.down = false;
                steps.changes.push(Change { unit, down: false });
                self.wind_up(unit, now, steps);
                match self.waiting.pop_front() {
                    Some(next) => self.repair(next, now, steps),
                    None => self.idle_crews += 1,
                }
            }
        }
    }

    fn fail(&mut self, unit: u32, now: SimTime, steps: &mut Steps) {
        let state = &mut self.units[unit as usize];
        (state.down, state.due) = (true, SimTime::MAX);
        steps.changes.push(Change { unit, down: true });
        if self.idle_crews == 0 {
            self.waiting.push_back(unit);
        } else {
            self.idle_crews -= 1;
            self.repair(unit, now, steps);
        }
    }

    fn repair(&mut self, unit: u32, now: SimTime, steps: &mut Steps) {
        let state = &mut self.units[unit as usize];
        let takes = draw(&self.repair, &mut state.repair_rng);
        (state.since, state.due) = (now, now + takes);
        steps.schedule.push((state.due, FailureEvent::Repaired { unit }));
    }

    fn wind_up(&mut self, unit: u32, now: SimTime, steps: &mut Steps) {
        let state = &mut self.units[unit as usize];
        state.since = now;
        state.due = now + draw(&self.after, &mut state.after_rng);
        // What comes at the end of the clock comes never.
        if state.due < SimTime::MAX {
            steps.schedule.push((state.due, FailureEvent::Fails { unit }));
        }
    }

    fn wind_up_common(&mut self, now: SimTime, steps: &mut Steps) {
        if let Some(common) = &mut self.common {
            common.since = now;
            common.due = now + draw(&common.after, &mut common.rng);
            if common.due < SimTime::MAX {
                steps.schedule.push((common.due, FailureEvent::CommonCause));
            }
        }
    }
}

/// Draws a time of at least a nanosecond: two things at one instant, again and again, would stop the clock.
fn draw(dist: &Dist, rng: &mut Stream) -> SimDuration {
    SimDuration::from_secs_f64(dist.sample(rng)).max(SimDuration::from_nanos(1))
}

#[cfg(test)]
mod tests;
