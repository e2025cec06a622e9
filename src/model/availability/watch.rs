//! Who notices: the detectors of a service, as its first balancer sees them.
//!
//! Checks become events only while they may tell something new: from a change of a server until the conclusion from it.

use super::{
    rhythm::Beat,
    server::{Reach, Server},
};
use crate::{
    model::{ServicePlan, detection::DetectionPlan, failure::Harm},
    rng::{Stream, Streams},
    units::{SimDuration, SimTime},
};

/// Why the balancer sends nothing to a server; as bits.
pub(super) const CHECKS: u8 = 1;
const LEASE: u8 = 2;
const SUSPICION: u8 = 4;
pub(super) const DRAINED: u8 = 8;

/// What the watch over a server waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alarm {
    Check,
    /// The check that is under way ends, well or not.
    CheckEnds(bool),
    LeaseRunsOut,
    Suspect,
    /// A beat comes after silence.
    Beat,
}

/// What has changed about a server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    pub before: Reach,
    /// Whether it was restarted, so that every connection broke.
    pub restarts: bool,
}

/// What follows: what is believed from now on, and what is waited for.
#[derive(Clone, Debug, Default)]
pub(super) struct Next {
    pub beliefs: Vec<(u8, bool)>,
    pub alarms: Vec<(SimTime, u32, Alarm)>,
}

pub(super) struct Watch {
    pub(super) plan: DetectionPlan,
    pub(super) cells: Vec<Cell>,
    pub(super) rng: Stream,
}

/// What is known of one server.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    /// Whether checks say that it is down.
    pub(super) down: bool,
    /// Checks in a row that say otherwise.
    pub(super) streak: u32,
    /// A check from which the others follow in their rhythm; the next one while checks are events.
    pub(super) next: SimTime,
    /// Whether checks are events.
    pub(super) awake: bool,
    /// When the check began that is under way.
    pub(super) running: Option<SimTime>,
    /// What is waited for carries the stamp of its kind; an older one is out of date.
    pub(super) stamps: [u32; 3],
    /// A beat from which others follow, under a lease and under suspicion.
    leased: SimTime,
    beat: SimTime,
}

impl Watch {
    pub(super) fn new(plan: &ServicePlan, streams: Streams) -> Self {
        let servers = plan.servers();
        let detection = &plan.detection;
        // As request by request: first checks are spread over an interval, server after server.
        let first = |interval: Option<SimDuration>, at: usize| {
            SimTime::ZERO + interval.unwrap_or_default().scaled(at as f64 / servers as f64)
        };
        let check = detection.health_check.as_ref().map(|plan| *plan.interval);
        let lease = detection.lease.as_ref().map(|plan| *plan.interval);
        let phi = detection.phi_accrual.as_ref().map(|plan| *plan.interval);
        let cell = |at| Cell {
            down: false,
            streak: 0,
            next: first(check, at),
            awake: false,
            running: None,
            stamps: [0; 3],
            leased: first(lease, at),
            beat: first(phi, at),
        };
        Self {
            plan: detection.clone(),
            cells: (0..servers).map(cell).collect(),
            rng: streams.stream(&format!("{}/availability/detection", plan.name)),
        }
    }

    /// Returns whether what was waited for is still waited for.
    pub(super) fn is_current(&self, server: u32, alarm: Alarm, stamp: u32) -> bool {
        self.cells[server as usize].stamps[alarm.kind()] == stamp
    }

    /// A server has changed; `servers` are as they are now.
    pub(super) fn changed(
        &mut self,
        at: u32,
        change: Change,
        now: SimTime,
        server: &Server,
        harms: &[Harm],
        next: &mut Next,
    ) {
        let reach = server.reach(harms);
        if self.plan.health_check.is_some() {
            self.change_for_checks(at, change, reach, now, server, next);
        }
        let beats = |reach| matches!(reach, Reach::Well | Reach::Wrong(..));
        if beats(change.before) == beats(reach) {
            return;
        }
        if self.plan.lease.is_some() {
            self.change_for_lease(at, beats(reach), now, next);
        }
        if self.plan.phi_accrual.is_some() {
            self.change_for_suspicion(at, beats(reach), now, next);
        }
    }

    /// What was waited for has come.
    pub(super) fn rings(
        &mut self,
        alarm: Alarm,
        at: u32,
        now: SimTime,
        server: &Server,
        harms: &[Harm],
        next: &mut Next,
    ) {
        match alarm {
            Alarm::Check => self.check(at, now, server, harms, next),
            Alarm::CheckEnds(good) => self.checked(at, good, now, server, harms, next),
            Alarm::LeaseRunsOut => next.beliefs.push((LEASE, true)),
            Alarm::Suspect => next.beliefs.push((SUSPICION, true)),
            Alarm::Beat => next.beliefs.push((SUSPICION, false)),
        }
    }

    fn change_for_lease(&mut self, at: u32, is_up: bool, now: SimTime, next: &mut Next) {
        let plan = self.plan.lease.as_ref().expect("asked of a lease");
        let (interval, missed) = (*plan.interval, u64::from(*plan.missed));
        let cell = &mut self.cells[at as usize];
        if is_up {
            cell.leased = now;
            cell.stamps[Alarm::LeaseRunsOut.kind()] += 1;
            next.beliefs.push((LEASE, false));
            return;
        }
        let since = now.as_nanos().saturating_sub(cell.leased.as_nanos()) / interval.as_nanos();
        let last = cell.leased + SimDuration::from_nanos(since * interval.as_nanos());
        let end = last + SimDuration::from_nanos(interval.as_nanos().saturating_mul(missed));
        cell.wait_for(end.max(now), Alarm::LeaseRunsOut, next);
    }

    /// With a window full of undisturbed beats behind it, suspicion grows at the same pace every time.
    fn change_for_suspicion(&mut self, at: u32, is_up: bool, now: SimTime, next: &mut Next) {
        let plan = self.plan.phi_accrual.as_ref().expect("asked of suspicion");
        let jitter = plan.jitter.get();
        let beat = Beat {
            takes: SimDuration::ZERO,
            pause: *plan.interval,
            jitter,
        };
        let silence = plan.usual_silence();
        let cell = &mut self.cells[at as usize];
        let (last, coming) = beat.around(cell.beat, now, &mut self.rng);
        cell.beat = coming;
        if is_up {
            cell.wait_for(coming, Alarm::Beat, next);
        } else {
            let end = last.unwrap_or(SimTime::ZERO) + silence;
            cell.wait_for(end.max(now), Alarm::Suspect, next);
        }
    }
}

impl Cell {
    pub(super) fn wait_for(&mut self, time: SimTime, alarm: Alarm, next: &mut Next) {
        let stamp = &mut self.stamps[alarm.kind()];
        *stamp += 1;
        next.alarms.push((time, *stamp, alarm));
    }
}

impl Alarm {
    /// Of each kind at most one is waited for.
    pub(super) fn kind(self) -> usize {
        match self {
            Self::Check | Self::CheckEnds(_) => 0,
            Self::LeaseRunsOut => 1,
            Self::Suspect | Self::Beat => 2,
        }
    }
}
