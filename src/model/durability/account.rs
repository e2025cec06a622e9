//! What is measured of a store along one path: who can be read and written, and what repair moves.

use crate::units::SimTime;

/// The books.
#[derive(Clone)]
pub(super) struct Account {
    begin: SimTime,
    /// Until when time has been counted.
    until: SimTime,
    needed: [u8; 2],
    /// Of each shard, since when too few replicas are within reach to read it, and to write it.
    short_since: Vec<[Option<SimTime>; 2]>,
    /// Nanoseconds of that.
    short: Vec<[u64; 2]>,
    /// Nanoseconds times shards that miss a replica.
    incomplete: f64,
    copies: u64,
}

/// What the books say at the end.
pub(super) struct Balance {
    /// The share of time in which a shard can be read, and written: the mean over shards, and the least.
    pub available: [(f64, f64); 2],
    /// The share of shards that miss a replica, as a mean over time.
    pub incomplete: f64,
    /// Copies that were completed.
    pub copies: u64,
}

impl Account {
    pub(super) fn new(shards: usize, needed: [u8; 2]) -> Self {
        Self {
            begin: SimTime::ZERO,
            until: SimTime::ZERO,
            needed,
            short_since: vec![[None; 2]; shards],
            short: vec![[0; 2]; shards],
            incomplete: 0.0,
            copies: 0,
        }
    }

    /// Measuring begins.
    pub(super) fn start(&mut self, now: SimTime) {
        (self.begin, self.until) = (now, now);
        self.short.fill([0; 2]);
        for since in self.short_since.iter_mut().flatten().flatten() {
            *since = now;
        }
        (self.incomplete, self.copies) = (0.0, 0);
    }

    /// Time passes with so many shards that miss a replica.
    pub(super) fn pass(&mut self, now: SimTime, incomplete: usize) {
        self.incomplete += now.since(self.until).as_nanos() as f64 * incomplete as f64;
        self.until = now;
    }

    /// Other replicas of a shard are within reach than before.
    pub(super) fn reach(&mut self, shard: u32, before: u8, after: u8, now: SimTime) {
        for (at, &needed) in self.needed.iter().enumerate() {
            let since = &mut self.short_since[shard as usize][at];
            match (before < needed, after < needed) {
                (false, true) => *since = Some(now),
                (true, false) => {
                    if let Some(since) = since.take() {
                        self.short[shard as usize][at] += now.since(since).as_nanos();
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn copied(&mut self) {
        self.copies += 1;
    }

    pub(super) fn close(mut self, now: SimTime, incomplete: usize) -> Balance {
        self.pass(now, incomplete);
        for (short, since) in self.short.iter_mut().zip(&self.short_since) {
            for (short, since) in short.iter_mut().zip(since) {
                *short += since.map_or(0, |since| now.since(since).as_nanos());
            }
        }
        let span = (now.since(self.begin).as_nanos() as f64).max(1.0);
        let shards = self.short.len() as f64;
        let available = [0, 1].map(|at| {
            let shares = self.short.iter().map(|short| short[at] as f64 / span);
            let worst = shares.clone().fold(0.0, f64::max);
            (1.0 - shares.sum::<f64>() / shards, 1.0 - worst)
        });
        Balance {
            available,
            incomplete: self.incomplete / span / shards,
            copies: self.copies,
        }
    }
}
