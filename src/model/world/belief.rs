//! What balancers believe about servers, and what follows: who is in rotation, and when backups are needed.
//!
//! A server is out of a balancer's rotation for one or several reasons, and back when the last of them is gone.

use super::{Service, World};
use crate::{
    model::{balancer::ServerId, record::HealthRecord},
    stats::{Moments, TimeAverage},
    units::SimTime,
};

/// Why a balancer sends nothing to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Reason {
    /// Its health checks fail.
    Checks = 1,
    /// Its requests fail.
    Ejected = 2,
    /// Its lease has run out.
    Lease = 4,
    /// Its silence is suspicious.
    Suspicion = 8,
    /// It is taken out on purpose.
    Drained = 16,
    /// It is a backup, and others are there.
    Reserve = 32,
    /// It is not in the zone of the balancer.
    Elsewhere = 64,
}

/// What the balancers of a service believe about its servers, and how these are in truth.
pub(super) struct Beliefs {
    servers: usize,
    /// Why a balancer does not send to a server, as a set of reasons; balancer after balancer.
    reasons: Vec<u8>,
    /// Whether a server is a backup.
    backup: Vec<bool>,
    /// Servers that are no backups and that a balancer sends to, by balancer.
    regular: Vec<u32>,
    /// Since when a server has not been up.
    failed_since: Vec<Option<SimTime>>,
    /// Servers up, over time.
    up: TimeAverage,
    /// Nanoseconds in which exactly this many servers were up.
    time_with: Vec<u64>,
    time_with_until: SimTime,
    detection: Moments,
    false_alarms: u64,
}

impl Beliefs {
    pub(super) fn new(fronts: usize, backup: Vec<bool>) -> Self {
        let servers = backup.len();
        let regular = backup.iter().filter(|&&backup| !backup).count() as u32;
        Self {
            servers,
            reasons: vec![0; fronts * servers],
            regular: vec![regular; fronts],
            failed_since: vec![None; servers],
            up: TimeAverage::new(0, servers as u64),
            time_with: vec![0; servers + 1],
            time_with_until: SimTime::ZERO,
            detection: Moments::default(),
            false_alarms: 0,
            backup,
        }
    }

    /// Measuring begins.
    pub(super) fn begin(&mut self, now: SimTime) {
        self.up.reset(now.as_nanos());
        self.time_with.fill(0);
        self.time_with_until = now;
        self.detection = Moments::default();
        self.false_alarms = 0;
    }

    /// A server has failed, or is up again.
    fn truth_changed(&mut self, local: u32, is_up: bool, now: SimTime) {
        self.count_time(now);
        self.up.add(now.as_nanos(), if is_up { 1 } else { -1 });
        self.failed_since[local as usize] = (!is_up).then_some(now);
    }

    fn count_time(&mut self, now: SimTime) {
        let up = self.up.level() as usize;
        self.time_with[up] += now.since(self.time_with_until).as_nanos();
        self.time_with_until = now;
    }

    pub(super) fn record(&mut self, now: SimTime) -> HealthRecord {
        self.count_time(now);
        let servers = self.servers as f64;
        let all: u64 = self.time_with.iter().sum();
        let share = |&nanos: &u64| if all == 0 { 0.0 } else { nanos as f64 / all as f64 };
        HealthRecord {
            up: self.up.mean(now.as_nanos()).unwrap_or(servers) / servers,
            time_with: self.time_with.iter().map(share).collect(),
            detection: self.detection,
            false_alarms: self.false_alarms,
        }
    }
}

impl World {
    /// A server has failed, or is up again; nobody else knows yet.
    pub(super) fn truth_changed(&mut self, at: usize, global: u32, is_up: bool) {
        let service = &mut self.services[at];
        let local = global - service.first;
        if let Some(beliefs) = &mut service.beliefs {
            beliefs.truth_changed(local, is_up, self.sim.now());
        }
        self.beats_change(at, local, is_up);
    }

    /// A server is taken out of every balancer's rotation on purpose, or put back.
    pub(super) fn set_drained(&mut self, at: usize, local: u32, drained: bool) {
        for front in 0..self.services[at].fronts.len() {
            self.believe(at, front, local, Reason::Drained, drained);
        }
    }

    /// A balancer has, or has no longer, a reason not to send to a server.
    pub(super) fn believe(&mut self, at: usize, front: usize, local: u32, reason: Reason, holds: bool) {
        let apart = holds && self.is_apart(at, front, local);
        let Some(beliefs) = &mut self.services[at].beliefs else {
            return;
        };
        let cell = &mut beliefs.reasons[front * beliefs.servers + local as usize];
        let before = *cell;
        let after = if holds {
            before | reason as u8
        } else {
            before & !(reason as u8)
        };
        if before == after {
            return;
        }
        *cell = after;
        let kept_back = Reason::Reserve as u8 | Reason::Elsewhere as u8;
        let (was_good, is_good) = (before & !kept_back == 0, after & !kept_back == 0);
        if was_good && !is_good && reason != Reason::Drained {
            match beliefs.failed_since[local as usize] {
                Some(since) => beliefs
                    .detection
                    .record(self.sim.now().since(since).as_secs_f64()),
                None => beliefs.false_alarms += u64::from(!apart),
            }
        }
        let mut reserve_changes = None;
        if was_good != is_good && !beliefs.backup[local as usize] {
            let regular = &mut beliefs.regular[front];
            let had_some = 0 < *regular;
            *regular = if is_good { *regular + 1 } else { *regular - 1 };
            if had_some != (0 < *regular) && beliefs.backup.contains(&true) {
                reserve_changes = Some(0 < *regular);
            }
        }
        if let Some(keep_back) = reserve_changes {
            self.set_reserve(at, front, keep_back);
            if !keep_back {
                self.backups_let_in(at);
            }
        }
        if (before == 0) != (after == 0) {
            self.rotate(at, front, local, after == 0);
        }
    }

    /// Holds the backups of a service back, or lets them in.
    pub(super) fn set_reserve(&mut self, at: usize, front: usize, holds: bool) {
        let Some(beliefs) = &self.services[at].beliefs else {
            return;
        };
        let backups: Vec<u32> = (0..beliefs.servers as u32)
            .filter(|&local| beliefs.backup[local as usize])
            .collect();
        for local in backups {
            self.believe(at, front, local, Reason::Reserve, holds);
        }
    }

    /// Puts a server into a balancer's rotation, or takes it out.
    fn rotate(&mut self, at: usize, front: usize, local: u32, sends: bool) {
        let now = self.sim.now();
        let service = &mut self.services[at];
        let (global, server) = (service.first + local, ServerId(local));
        let Service {
            fronts,
            hears_idle,
            central,
            ..
        } = service;
        let (hears_idle, central) = (*hears_idle, *central);
        let there = &mut fronts[front];
        let was = there.view.eligible().contains(server);
        there.view.now = now;
        there.view.set_down(server, !sends);
        if there.view.eligible().contains(server) != was {
            there.policy.eligible_changed(&there.view, server);
        }
        if sends && hears_idle && self.servers[global as usize].present() == 0 {
            // What it said before it went down is forgotten by now.
            there.policy.idle(&there.view, server);
        }
        self.rotation_changed(global, sends);
        if self.services[at].store.is_some() {
            self.node_believed(at, front, local, sends);
        }
        if sends && central {
            self.refill(at, global);
        }
    }
}

impl Service {
    /// Returns how many of its balancers may ever send to a server.
    pub(super) fn fronts_for(&self, local: u32) -> u64 {
        match &self.zones {
            Some(zones) => zones.fronts_for(local),
            None => self.fronts.len() as u64,
        }
    }

    /// Returns how many of its balancers send to a server.
    pub(super) fn fronts_that_send_to(&self, local: u32) -> u64 {
        let sends = |front: &&super::Front| !front.view.is_down(ServerId(local));
        self.fronts.iter().filter(sends).count() as u64
    }
}
