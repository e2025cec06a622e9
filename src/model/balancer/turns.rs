//! Turns by weight, smoothly: the order of HAProxy's `roundrobin`.
//!
//! The turns of a server are total/weight apart, counted from its first. Whoever's turn has come goes, the longest due
//! first; in between, servers that have not had their first turn start, heaviest first. After 16 turns for each unit of
//! weight a round ends, and all start afresh.

use std::cmp::Reverse;

use super::{Pool, ServerId, View};
use crate::model::heap::IndexedHeap;

/// Turns in a round for each unit of weight.
const ROUND: u64 = 16;

/// Whose turn it is. Holds about 60 bytes a server.
pub(super) struct Turns {
    pool: Pool,
    total: u64,
    /// Turns taken in this round.
    taken: u64,
    round: u32,
    /// Servers that are under way in this round.
    under_way: IndexedHeap<Turn>,
    /// Servers that wait for a first turn: the round in which they may have it, and their weight.
    fresh: IndexedHeap<(u32, Reverse<u32>)>,
    /// Where each server is, whether it is eligible or not.
    marks: Vec<Mark>,
}

/// The next turn of a server that is under way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    due: u64,
    /// Of turns that are due at once, whose server is the heavier, less what it has been rounded down so far.
    lead: Reverse<u32>,
    /// Then, who has had a turn the longest ago.
    last: u32,
}

/// How far a server has come.
#[derive(Clone, Copy)]
struct Mark {
    /// When its next turn is due, in turns of this round.
    due: u64,
    /// What rounding down has cost it, in units of 1/weight of a turn.
    rest: u32,
    /// The round it is in, or waits for.
    round: u32,
    under_way: bool,
}

impl Turns {
    pub(super) fn new(pool: &Pool) -> Self {
        let servers = pool.len();
        let mut turns = Self {
            pool: pool.clone(),
            total: pool.iter().map(|server| u64::from(server.weight)).sum(),
            taken: 0,
            round: 0,
            under_way: IndexedHeap::new(servers),
            fresh: IndexedHeap::new(servers),
            marks: vec![
                Mark {
                    due: 0,
                    rest: 0,
                    round: 0,
                    under_way: false
                };
                servers
            ],
        };
        for server in 0..servers as u32 {
            turns.insert(server);
        }
        turns
    }

    /// Takes the next turn of all.
    pub(super) fn next(&mut self) -> Option<ServerId> {
        let server = loop {
            let under_way = self.under_way.first();
            if let Some((server, turn)) = under_way
                && turn.due <= self.taken
            {
                break server;
            }
            match (self.fresh.first(), under_way) {
                (Some((server, (round, _))), _) if round <= self.round => {
                    self.fresh.remove(server);
                    let mark = &mut self.marks[server as usize];
                    *mark = Mark {
                        due: self.taken,
                        rest: 0,
                        round: self.round,
                        under_way: true,
                    };
                    break server;
                }
                (_, Some((server, _))) => break server,
                (Some((_, (round, _))), None) => {
                    self.round = round;
                    self.taken = 0;
                }
                (None, None) => return None,
            }
        };
        self.advance(server);
        Some(ServerId(server))
    }

    /// Hears that a server has become eligible or has ceased to be. One that comes back keeps the place of its next
    /// turn, and what it has missed is gone.
    pub(super) fn eligible_changed(&mut self, view: &View, server: ServerId) {
        if view.eligible().contains(server) {
            // While servers are away, the turns of others come faster than they are counted.
            let now = self
                .under_way
                .first()
                .map_or(0, |(_, turn)| turn.due)
                .max(self.taken);
            let mark = &mut self.marks[server.index()];
            mark.under_way &= mark.round == self.round;
            mark.due = mark.due.max(now);
            self.insert(server.0);
        } else {
            self.under_way.remove(server.0);
            self.fresh.remove(server.0);
        }
    }

    fn advance(&mut self, server: u32) {
        let weight = self.weight(server);
        let mark = &mut self.marks[server as usize];
        mark.due += self.total / u64::from(weight);
        // Both parts are below the weight, but their sum may be above what 32 bits hold.
        let rest = u64::from(mark.rest) + self.total % u64::from(weight);
        let carried = u64::from(weight) <= rest;
        mark.due += u64::from(carried);
        mark.rest = (rest - if carried { u64::from(weight) } else { 0 }) as u32;
        self.taken += 1;
        if ROUND * self.total <= mark.due {
            mark.under_way = false;
            mark.round = self.round + 1;
            self.under_way.remove(server);
        }
        self.insert(server);
    }

    fn insert(&mut self, server: u32) {
        let weight = self.weight(server);
        let mark = self.marks[server as usize];
        if mark.under_way {
            let lead = Reverse(weight - mark.rest);
            self.under_way.set(
                server,
                Turn {
                    due: mark.due,
                    lead,
                    last: self.taken as u32,
                },
            );
        } else {
            self.fresh.set(server, (mark.round, Reverse(weight)));
        }
    }

    fn weight(&self, server: u32) -> u32 {
        self.pool.server(ServerId(server)).weight
    }
}
