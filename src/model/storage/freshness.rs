//! How old the answers to reads are.

use crate::{
    model::storage::versions::Version,
    units::{SimDuration, SimTime},
};

/// What reads returned, compared with what was acknowledged before they began.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Freshness {
    /// Reads that were answered.
    pub reads: u64,
    /// Those that returned an older version than one that was acknowledged before they began.
    pub stale: u64,
    /// By how many versions these were too old, in all.
    pub versions_behind: u64,
    /// Reads by the time since the last acknowledged write of their key, and how many of them were stale.
    ages: Vec<(u64, u64)>,
}

impl Default for Freshness {
    fn default() -> Self {
        Self {
            reads: 0,
            stale: 0,
            versions_behind: 0,
            ages: vec![(0, 0); Self::STEPS * Self::DOUBLINGS],
        }
    }
}

impl Freshness {
    /// Steps in which ages double.
    const STEPS: usize = 4;
    /// Doublings of a microsecond: up to two weeks.
    const DOUBLINGS: usize = 40;

    /// A read that began at `began`, when `expected` had been acknowledged at `since`, returned `version`.
    pub(crate) fn read(&mut self, began: SimTime, (expected, since): (Version, SimTime), version: Version) {
        self.reads += 1;
        let is_stale = version < expected;
        if is_stale {
            self.stale += 1;
            // A leader's count begins where it knew of; a version of an earlier term may have counted further.
            self.versions_behind += expected.count().saturating_sub(version.count()).max(1);
        }
        if expected != Version::FIRST {
            let (all, stale) = &mut self.ages[Self::step(began.since(since))];
            *all += 1;
            *stale += u64::from(is_stale);
        }
    }

    fn step(age: SimDuration) -> usize {
        let micros = age.as_nanos() as f64 / 1e3;
        let step = Self::STEPS as f64 * libm::log2(micros.max(1.0));
        (step as usize).min(Self::STEPS * Self::DOUBLINGS - 1)
    }

    /// Adds what was seen elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.reads += other.reads;
        self.stale += other.stale;
        self.versions_behind += other.versions_behind;
        for (mine, theirs) in self.ages.iter_mut().zip(&other.ages) {
            mine.0 += theirs.0;
            mine.1 += theirs.1;
        }
    }

    /// Returns the ages at which steps begin, in seconds, with the reads of each and the stale ones among them; only steps
    /// with reads.
    pub fn by_age(&self) -> impl Iterator<Item = (f64, u64, u64)> {
        let from = |step: usize| {
            if step == 0 {
                0.0
            } else {
                1e-6 * libm::exp2(step as f64 / Self::STEPS as f64)
            }
        };
        let steps = self.ages.iter().enumerate();
        steps
            .filter(|(_, (all, _))| 0 < *all)
            .map(move |(step, &(all, stale))| (from(step), all, stale))
    }

    /// Returns the age in seconds from which on at least `share` of the reads return the last acknowledged write or a later
    /// one, older reads taken together: the end of the last step in which fewer do. `None` where there is no such age.
    pub fn visible_after(&self, share: f64) -> Option<f64> {
        if self.ages.iter().all(|&(all, _)| all == 0) {
            return None;
        }
        let misses = |&(all, stale): &(u64, u64)| (all as f64) * (1.0 - share) < stale as f64;
        let Some(last) = self.ages.iter().rposition(misses) else {
            return Some(0.0);
        };
        let after = self.ages[last + 1..].iter().any(|&(all, _)| 0 < all);
        after.then(|| 1e-6 * libm::exp2((last + 1) as f64 / Self::STEPS as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> SimTime {
        SimTime::from_nanos(1_000_000 * ms)
    }

    /// A write is acknowledged at 100 ms; reads miss it for 5 ms.
    #[test]
    fn reads_see_a_write_from_some_age_on() {
        let mut freshness = Freshness::default();
        let (old, new) = (Version::FIRST.next(0), Version::FIRST.next(0).next(0));
        for ms in 0..50 {
            let seen = if ms < 5 { old } else { new };
            freshness.read(at(100 + ms), (new, at(100)), seen);
        }
        assert_eq!(
            (freshness.reads, freshness.stale, freshness.versions_behind),
            (50, 5, 5)
        );
        let visible = freshness.visible_after(0.999).unwrap();
        assert!((0.004..0.0048).contains(&visible), "{visible}");
        assert_eq!(freshness.visible_after(0.0), Some(0.0));
        let total: u64 = freshness.by_age().map(|(_, all, _)| all).sum();
        assert_eq!(total, 50);
    }

    #[test]
    fn nobody_can_be_late_before_the_first_write() {
        let mut freshness = Freshness::default();
        freshness.read(at(1), (Version::FIRST, SimTime::ZERO), Version::FIRST);
        assert_eq!((freshness.stale, freshness.visible_after(0.9)), (0, None));
    }
}
