//! Caches in front of a call: what a server knows already it does not ask for.

use std::collections::BTreeMap;

use crate::{
    config::{Node, Problems, Shape, Spanned, Value},
    units::{Share, SimDuration, SimTime},
};

/// What stands in front of a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CachePlan {
    /// What it knows.
    pub knows: Knows,
    /// How long it takes to answer what it knows.
    pub takes: SimDuration,
}

/// What a cache knows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Knows {
    /// The answer to this share of calls, by chance.
    Share(f64),
    /// The answers that its server got last, by the key of the call.
    Recent {
        /// How many; the one that was asked for the longest time ago makes room for the next.
        entries: u32,
        /// How long an answer is good for.
        ttl: Option<SimDuration>,
    },
}

crate::config_words! {
    /// Which answers a cache keeps.
    enum CachePolicy {
        /// those that were asked for last (least recently used goes first); each server has such a cache of its own, which is
        /// empty at first and after a crash
        Lru = "lru",
    }
}

crate::config_table! {
    /// What answers some of a call's requests before they are sent.
    struct Settings: "a cache" {
        /// The share of calls that it answers, each by chance; in place of `policy`.
        hit: Option<Spanned<Share>>,
        /// Which answers it keeps, by the key of the call.
        policy: Option<Spanned<CachePolicy>>,
        /// With `policy`: how many answers.
        entries: Option<Spanned<u32>>,
        /// With `policy`: how long an answer is good for, from when it came. Left out, as long as it is kept.
        ttl: Option<Spanned<SimDuration>>,
        /// How long it takes to answer.
        takes: SimDuration = "0 s",
    }
}

impl Value for CachePlan {
    fn shape() -> Shape {
        Settings::shape()
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let raw = Settings::read(node, problems)?;
        let wrong = |span, fault: &str, help: &str| {
            problems.error(span, fault, "here", help);
            None
        };
        let takes = raw.takes;
        if let Some(hit) = &raw.hit {
            let beside = [
                raw.policy.as_ref().map(|policy| &policy.span),
                raw.entries.as_ref().map(|entries| &entries.span),
                raw.ttl.as_ref().map(|ttl| &ttl.span),
            ];
            if let Some(span) = beside.into_iter().flatten().next() {
                let help = "leave it out, or `hit`: then it follows from the keys";
                return wrong(span, "how often this cache knows the answer is given", help);
            }
            let knows = Knows::Share(hit.get());
            return Some(Self { knows, takes });
        }
        if raw.policy.is_none() {
            let help = "write `hit = \"90 %\"`, or `policy = \"lru\"` with `entries`";
            return wrong(&node.span, "nothing says what this cache knows", help);
        }
        let Some(entries) = raw.entries.as_ref().filter(|entries| 0 < ***entries) else {
            let span = raw.entries.as_ref().map_or(&node.span, |entries| &entries.span);
            let help = "write how many answers it keeps, like `entries = 10_000`";
            return wrong(span, "this cache has no room", help);
        };
        if let Some(ttl) = raw.ttl.as_ref().filter(|ttl| ttl.as_nanos() == 0) {
            let help = "leave it out for answers that are good for ever";
            return wrong(&ttl.span, "an answer that is good for no time is none", help);
        }
        let knows = Knows::Recent {
            entries: **entries,
            ttl: raw.ttl.as_ref().map(|ttl| **ttl),
        };
        Some(Self { knows, takes })
    }
}

/// Who asked for what that no cache knew.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// The server, as a number among all servers, or a workload, behind them; [`u32::MAX`] if that does not matter.
    pub(super) by: u32,
    pub(super) key: u64,
}

impl Asked {
    pub(super) const NOTHING: Self = Self { by: u32::MAX, key: 0 };
}

/// The answers that one server got last.
#[derive(Clone, Debug)]
pub(super) struct Recent {
    room: usize,
    ttl: Option<SimDuration>,
    /// Where each key stands.
    places: BTreeMap<u64, u32>,
    cells: Vec<Cell>,
    /// The one that was asked for last, and the one that goes next; [`NONE`] where there is none.
    first: u32,
    last: u32,
}

/// An answer, in a list from the one that was asked for last to the one that goes next.
#[derive(Clone, Copy, Debug)]
struct Cell {
    key: u64,
    came: SimTime,
    before: u32,
    after: u32,
}

const NONE: u32 = u32::MAX;

impl Recent {
    pub(super) fn new(entries: u32, ttl: Option<SimDuration>) -> Self {
        Self {
            room: entries as usize,
            ttl,
            places: BTreeMap::new(),
            cells: Vec::new(),
            first: NONE,
            last: NONE,
        }
    }

    /// Returns whether the answer is known, which has been asked for by now.
    pub(super) fn knows(&mut self, key: u64, now: SimTime) -> bool {
        let Some(&at) = self.places.get(&key) else {
            return false;
        };
        let came = self.cells[at as usize].came;
        let good = self.ttl.is_none_or(|ttl| now < came + ttl);
        if good {
            self.take_out(at);
            self.put_first(at);
        }
        good
    }

    /// An answer has come.
    pub(super) fn fill(&mut self, key: u64, now: SimTime) {
        let at = if let Some(&at) = self.places.get(&key) {
            self.take_out(at);
            at
        } else if self.cells.len() < self.room {
            self.cells.push(Cell {
                key,
                came: now,
                before: NONE,
                after: NONE,
            });
            self.cells.len() as u32 - 1
        } else {
            let at = self.last;
            self.take_out(at);
            self.places.remove(&self.cells[at as usize].key);
            at
        };
        self.places.insert(key, at);
        let cell = &mut self.cells[at as usize];
        (cell.key, cell.came) = (key, now);
        self.put_first(at);
    }

    /// Its server has crashed.
    pub(super) fn forget(&mut self) {
        self.places.clear();
        self.cells.clear();
        (self.first, self.last) = (NONE, NONE);
    }

    fn take_out(&mut self, at: u32) {
        let Cell { before, after, .. } = self.cells[at as usize];
        match before {
            NONE => self.first = after,
            before => self.cells[before as usize].after = after,
        }
        match after {
            NONE => self.last = before,
            after => self.cells[after as usize].before = before,
        }
    }

    fn put_first(&mut self, at: u32) {
        let first = std::mem::replace(&mut self.first, at);
        let cell = &mut self.cells[at as usize];
        (cell.before, cell.after) = (NONE, first);
        match first {
            NONE => self.last = at,
            first => self.cells[first as usize].before = at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    fn at(ms: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_nanos(1_000_000 * ms)
    }

    /// Against a list that is sorted anew each time.
    #[test]
    fn what_was_asked_for_the_longest_time_ago_makes_room() {
        let mut stream = Seed(5).replication(0).stream("keys");
        for room in [1, 2, 7] {
            let (mut cache, mut twin) = (Recent::new(room, None), Vec::new());
            let mut hits = 0;
            for step in 0..5_000 {
                let key = stream.below(12) as u64;
                let known = twin.iter().position(|&other| other == key);
                assert_eq!(cache.knows(key, at(step)), known.is_some(), "{room} {step}");
                if let Some(place) = known {
                    hits += 1;
                    twin.remove(place);
                } else {
                    cache.fill(key, at(step));
                }
                twin.insert(0, key);
                twin.truncate(room as usize);
            }
            assert!(100 < hits && hits < 4_900, "{hits}");
        }
    }

    #[test]
    fn answers_are_good_for_a_time_from_when_they_came_and_a_crash_loses_them() {
        let mut cache = Recent::new(2, Some(SimDuration::from_nanos(10_000_000)));
        cache.fill(1, at(0));
        assert!(cache.knows(1, at(9)) && !cache.knows(1, at(10)));
        cache.fill(1, at(12));
        assert!(cache.knows(1, at(21)));
        cache.forget();
        assert!(!cache.knows(1, at(21)));
        cache.fill(2, at(22));
        assert!(cache.knows(2, at(23)));
    }
}
