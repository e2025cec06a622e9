//! What is measured of a service: who is up, who is in rotation, and what a request would meet.

use super::watch::DRAINED;
use crate::{
    model::{
        ServicePlan,
        record::{HealthRecord, OutageRecord, ServiceRecord},
    },
    stats::Moments,
    units::SimTime,
};

/// Shares of requests below this are none: sums of shares may miss 0 by a rounding error.
const NOTHING: f64 = 1e-9;

/// The books of one service.
pub(super) struct Account {
    cells: Vec<Cell>,
    /// In rotation, of the regular servers and of the backups.
    pools: [Pool; 2],
    /// The share of requests that reach a balancer that works.
    reach: f64,
    /// Until when time has been counted.
    until: SimTime,
    begin: SimTime,
    up: usize,
    /// What a request would meet now.
    works: f64,
    outage_since: Option<SimTime>,
    time_with: Vec<u64>,
    /// Nanoseconds times the share of requests that would be answered.
    answered: f64,
    failures: u64,
    down: Moments,
    detection: Moments,
    readmission: Moments,
    false_alarms: u64,
    outages: u64,
    outage: Moments,
    outage_max: f64,
}

#[derive(Clone, Debug)]
struct Cell {
    backup: bool,
    weight: f64,
    works: f64,
    reasons: u8,
    up: bool,
    /// Since when it has been up or down, where that is news to the balancer.
    since: SimTime,
    unnoticed: bool,
}

/// Servers that a balancer sends to.
#[derive(Clone, Copy, Debug, Default)]
struct Pool {
    count: u32,
    weight: f64,
    works: f64,
}

impl Account {
    pub(super) fn new(plan: &ServicePlan) -> Self {
        let each = |group: &crate::model::Group| {
            let cell = Cell {
                backup: group.backup,
                weight: f64::from(group.weight),
                works: 1.0,
                reasons: 0,
                up: true,
                since: SimTime::ZERO,
                unnoticed: false,
            };
            std::iter::repeat_n(cell, group.servers as usize)
        };
        let cells: Vec<Cell> = plan.groups.iter().flat_map(each).collect();
        let mut account = Self {
            pools: [Pool::default(); 2],
            reach: 1.0,
            until: SimTime::ZERO,
            begin: SimTime::ZERO,
            up: cells.len(),
            works: 1.0,
            outage_since: None,
            time_with: vec![0; cells.len() + 1],
            answered: 0.0,
            failures: 0,
            down: Moments::default(),
            detection: Moments::default(),
            readmission: Moments::default(),
            false_alarms: 0,
            outages: 0,
            outage: Moments::default(),
            outage_max: 0.0,
            cells,
        };
        for at in 0..account.cells.len() {
            account.enter(at, 1.0);
        }
        account
    }

    /// Measuring begins.
    pub(super) fn begin(&mut self, now: SimTime) {
        (self.until, self.begin) = (now, now);
        self.time_with.fill(0);
        self.answered = 0.0;
        (self.failures, self.false_alarms, self.outages) = (0, 0, 0);
        (self.down, self.detection) = (Moments::default(), Moments::default());
        (self.readmission, self.outage) = (Moments::default(), Moments::default());
        self.outage_max = 0.0;
        if let Some(since) = &mut self.outage_since {
            *since = now;
            self.outages = 1;
        }
    }

    fn count_time(&mut self, now: SimTime) {
        let passed = now.since(self.until).as_nanos();
        self.time_with[self.up] += passed;
        self.answered += passed as f64 * self.works;
        self.until = now;
    }

    /// A server fails or is up again; nobody knows yet.
    pub(super) fn truth(&mut self, server: u32, is_up: bool, now: SimTime) {
        self.count_time(now);
        let cell = &mut self.cells[server as usize];
        if is_up {
            self.up += 1;
            self.down.record(now.since(cell.since).as_secs_f64());
        } else {
            self.up -= 1;
            self.failures += 1;
        }
        cell.up = is_up;
        cell.since = now;
        // Where the balancer believes that already, there is nothing for it to notice.
        cell.unnoticed = (cell.reasons == 0) != is_up;
    }

    /// A server answers this share of requests well from now on.
    pub(super) fn works(&mut self, server: u32, works: f64, now: SimTime) {
        let at = server as usize;
        if self.cells[at].works == works {
            return;
        }
        self.count_time(now);
        self.enter(at, -1.0);
        self.cells[at].works = works;
        self.enter(at, 1.0);
        self.meet(now);
    }

    /// The balancer has a reason not to send to a server, or has it no longer.
    pub(super) fn believe(&mut self, server: u32, reason: u8, holds: bool, now: SimTime) {
        let at = server as usize;
        let before = self.cells[at].reasons;
        let after = if holds { before | reason } else { before & !reason };
        if before == after {
            return;
        }
        self.count_time(now);
        self.enter(at, -1.0);
        self.cells[at].reasons = after;
        self.enter(at, 1.0);
        self.meet(now);
        if reason != DRAINED && (before == 0) != (after == 0) {
            self.note(at, after == 0, now);
        }
    }

    /// Returns whether the balancer sends nothing to a server.
    pub(super) fn is_out(&self, server: u32) -> bool {
        self.cells[server as usize].reasons != 0
    }

    /// The balancer has noticed something, rightly or not.
    fn note(&mut self, at: usize, back: bool, now: SimTime) {
        let cell = &mut self.cells[at];
        let delay = now.since(cell.since).as_secs_f64();
        match (cell.unnoticed, cell.up, back) {
            (true, false, false) => self.detection.record(delay),
            (true, true, true) => self.readmission.record(delay),
            (_, true, false) if cell.works == 1.0 => self.false_alarms += 1,
            _ => return,
        }
        cell.unnoticed = false;
    }

    /// Of all requests this share reaches a balancer that works from now on.
    pub(super) fn reach(&mut self, share: f64, now: SimTime) {
        self.count_time(now);
        self.reach = share;
        self.meet(now);
    }

    /// Adds a server to its pool (`sign` 1), or takes it out (−1), if it is in rotation.
    fn enter(&mut self, at: usize, sign: f64) {
        let cell = &self.cells[at];
        if cell.reasons != 0 {
            return;
        }
        let pool = &mut self.pools[usize::from(cell.backup)];
        pool.count = if 0.0 < sign {
            pool.count + 1
        } else {
            pool.count - 1
        };
        pool.weight += sign * cell.weight;
        pool.works += sign * cell.weight * cell.works;
    }

    /// Works out what a request would meet now.
    fn meet(&mut self, now: SimTime) {
        let [regular, backups] = self.pools;
        let pool = if 0 < regular.count { regular } else { backups };
        let servers = if 0 < pool.count {
            pool.works / pool.weight
        } else {
            0.0
        };
        let works = servers * self.reach;
        self.works = if works < NOTHING { 0.0 } else { works };
        match (self.works == 0.0, self.outage_since) {
            (true, None) => {
                self.outage_since = Some(now);
                self.outages += 1;
            }
            (false, Some(since)) => {
                let lasted = now.since(since).as_secs_f64();
                self.outage.record(lasted);
                self.outage_max = self.outage_max.max(lasted);
                self.outage_since = None;
            }
            _ => {}
        }
    }

    pub(super) fn record(&mut self, now: SimTime) -> ServiceRecord {
        self.count_time(now);
        if let Some(since) = self.outage_since {
            self.outage_max = self.outage_max.max(now.since(since).as_secs_f64());
        }
        let span = now.since(self.begin).as_nanos() as f64;
        let servers = self.cells.len() as f64;
        let share = |&nanos: &u64| if span == 0.0 { 0.0 } else { nanos as f64 / span };
        let time_with: Vec<f64> = self.time_with.iter().map(share).collect();
        let up = time_with.iter().enumerate().map(|(up, share)| up as f64 * share);
        ServiceRecord {
            health: Some(HealthRecord {
                up: up.sum::<f64>() / servers,
                time_with,
                detection: self.detection,
                false_alarms: self.false_alarms,
            }),
            outage: Some(OutageRecord {
                availability: if span == 0.0 { 0.0 } else { self.answered / span },
                failures: self.failures,
                down: self.down,
                readmission: self.readmission,
                outages: self.outages,
                outage: self.outage,
                outage_max: self.outage_max,
            }),
            ..ServiceRecord::default()
        }
    }
}
