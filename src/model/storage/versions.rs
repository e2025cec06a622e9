//! What each replica holds of each key, as versions: enough to tell how old an answer is, and whether a write was lost.
//!
//! Only keys that were written take memory beside an index, so it follows what is touched and ends at the number of keys.

use super::partition::Shards;
use crate::units::SimTime;

/// A version of a key's value. Of two, the later one is the larger; 0 is what there was before the run.
///
/// Where there are leaders, what a later leader writes comes after anything of an earlier one, so the leader's term stands
/// in the upper bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(u64);

impl Version {
    const COUNT_BITS: u32 = 40;

    /// What there was before the run.
    pub const FIRST: Self = Self(0);

    /// Returns the version that follows, written in a leader's term; 0 where there are no leaders.
    #[must_use]
    pub fn next(self, term: u32) -> Self {
        Self(u64::from(term) << Self::COUNT_BITS | (self.count() + 1))
    }
    /// Returns how many versions there were up to this one.
    pub fn count(self) -> u64 {
        self.0 & ((1 << Self::COUNT_BITS) - 1)
    }
    /// Returns the term of the leader that wrote it.
    pub fn term(self) -> u32 {
        (self.0 >> Self::COUNT_BITS) as u32
    }
}

/// The versions of all keys.
#[derive(Debug)]
pub(crate) struct Versions {
    replication: usize,
    shards: Shards,
    /// The keys of each shard that were written, in the order of their first writes.
    written: Vec<Vec<u32>>,
    /// Where the entry of a key stands, plus one; 0 where it was never written.
    index: Vec<u32>,
    entries: Vec<Entry>,
    /// The versions that replicas hold, entry after entry.
    held: Vec<Version>,
}

#[derive(Debug)]
struct Entry {
    /// The last version that was begun.
    begun: Version,
    /// The last version that was acknowledged to a client.
    acknowledged: Version,
    acknowledged_at: SimTime,
    /// The last version that enough followers of a leader have.
    committed: Version,
    /// Writes that are neither acknowledged nor failed.
    open: u32,
}

impl Versions {
    /// Returns the versions of all keys of these shards, of which nothing was written yet.
    pub(crate) fn new(shards: Shards, replication: u32) -> Self {
        let (keys, count) = (shards.keys(), shards.count());
        Self {
            replication: replication as usize,
            shards,
            written: vec![Vec::new(); count as usize],
            index: vec![0; keys as usize],
            entries: Vec::new(),
            held: Vec::new(),
        }
    }

    fn entry(&self, key: u32) -> Option<usize> {
        (self.index[key as usize] as usize).checked_sub(1)
    }
    fn make_entry(&mut self, key: u32) -> usize {
        if let Some(at) = self.entry(key) {
            return at;
        }
        self.entries.push(Entry {
            begun: Version::FIRST,
            acknowledged: Version::FIRST,
            acknowledged_at: SimTime::ZERO,
            committed: Version::FIRST,
            open: 0,
        });
        self.held
            .resize(self.entries.len() * self.replication, Version::FIRST);
        self.written[self.shards.of(key) as usize].push(key);
        self.index[key as usize] = self.entries.len() as u32;
        self.entries.len() - 1
    }

    /// A client begins a write; returns how many others of this key are under way.
    pub(crate) fn opens(&mut self, key: u32) -> u32 {
        let at = self.make_entry(key);
        self.entries[at].open += 1;
        self.entries[at].open - 1
    }
    /// A client's write has ended.
    pub(crate) fn closes(&mut self, key: u32) {
        let at = self.make_entry(key);
        self.entries[at].open -= 1;
    }
    /// Returns the version of a write that begins now, where nobody leads.
    pub(crate) fn begins(&mut self, key: u32) -> Version {
        let at = self.make_entry(key);
        let entry = &mut self.entries[at];
        entry.begun = entry.begun.next(0);
        entry.begun
    }

    /// Returns what a replica holds.
    pub(crate) fn held(&self, key: u32, place: usize) -> Version {
        let at = self.entry(key);
        at.map_or(Version::FIRST, |at| self.held[at * self.replication + place])
    }
    /// A replica gets a version; it keeps the later one. Returns whether this was it.
    pub(crate) fn gets(&mut self, key: u32, place: usize, version: Version) -> bool {
        let at = self.make_entry(key);
        let held = &mut self.held[at * self.replication + place];
        let later = *held < version;
        *held = version.max(*held);
        later
    }
    /// A replica is made to hold a version, be it an earlier one.
    pub(crate) fn set(&mut self, key: u32, place: usize, version: Version) {
        let at = self.make_entry(key);
        self.held[at * self.replication + place] = version;
    }
    /// Returns the latest version that any of these replicas holds.
    pub(crate) fn latest(&self, key: u32, places: impl Iterator<Item = usize>) -> Version {
        places
            .map(|place| self.held(key, place))
            .max()
            .unwrap_or_default()
    }

    /// A write was acknowledged.
    pub(crate) fn acknowledges(&mut self, key: u32, version: Version, now: SimTime) {
        let at = self.make_entry(key);
        let entry = &mut self.entries[at];
        if entry.acknowledged < version {
            (entry.acknowledged, entry.acknowledged_at) = (version, now);
        }
    }
    /// Returns the latest version that was acknowledged, and when; a read that begins now must return it or a later one.
    pub(crate) fn acknowledged(&self, key: u32) -> (Version, SimTime) {
        let nothing = (Version::FIRST, SimTime::ZERO);
        self.entry(key).map_or(nothing, |at| {
            (self.entries[at].acknowledged, self.entries[at].acknowledged_at)
        })
    }

    /// Enough followers of a leader have a version.
    pub(crate) fn commits(&mut self, key: u32, version: Version) {
        let at = self.make_entry(key);
        let committed = &mut self.entries[at].committed;
        *committed = version.max(*committed);
    }
    /// Returns the last version that enough followers of a leader have.
    pub(crate) fn committed(&self, key: u32) -> Version {
        self.entry(key)
            .map_or(Version::FIRST, |at| self.entries[at].committed)
    }

    /// Returns the shard of a key.
    pub(crate) fn shard_of(&self, key: u32) -> u32 {
        self.shards.of(key)
    }
    /// Returns the keys of a shard that were written, in the order of their first writes.
    pub(crate) fn written_in(&self, shard: u32) -> &[u32] {
        &self.written[shard as usize]
    }
    /// A new leader of a shard holds less of a key than was acknowledged: what that was is lost, and nobody expects it any
    /// more. Returns whether it was so.
    pub(crate) fn loses(&mut self, key: u32, held: Version) -> bool {
        let at = self.make_entry(key);
        let entry = &mut self.entries[at];
        let lost = held < entry.acknowledged;
        entry.acknowledged = held.min(entry.acknowledged);
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::storage::partition::Partition;

    fn versions(keys: u32, replication: u32) -> Versions {
        Versions::new(Shards::new(Partition::Hash, 1, keys), replication)
    }

    #[test]
    fn a_later_term_comes_after_everything_of_an_earlier_one() {
        let (old, new) = (Version::FIRST.next(1).next(1).next(1), Version::FIRST.next(2));
        assert!(old < new && Version::FIRST < old);
        assert_eq!((old.count(), old.term(), new.term()), (3, 1, 2));
    }

    #[test]
    fn replicas_keep_the_later_version_and_untouched_keys_take_nothing() {
        let mut versions = versions(10, 3);
        let first = versions.begins(7);
        let second = versions.begins(7);
        assert!(versions.gets(7, 1, second));
        assert!(!versions.gets(7, 1, first), "it came late");
        assert_eq!(
            (versions.held(7, 0), versions.held(7, 1)),
            (Version::FIRST, second)
        );
        assert_eq!(versions.latest(7, 0..3), second);
        assert_eq!(versions.latest(3, 0..3), Version::FIRST);
        assert_eq!(versions.written_in(0), [7]);
        versions.set(7, 1, first);
        assert_eq!(versions.held(7, 1), first);
    }

    #[test]
    fn an_earlier_version_that_is_acknowledged_late_changes_nothing() {
        let mut versions = versions(2, 1);
        let (first, second) = (versions.begins(0), versions.begins(0));
        let at = |nanos| SimTime::from_nanos(nanos);
        versions.acknowledges(0, second, at(5));
        versions.acknowledges(0, first, at(9));
        assert_eq!(versions.acknowledged(0), (second, at(5)));
        assert_eq!(versions.acknowledged(1).0, Version::FIRST);
        assert_eq!((versions.opens(0), versions.opens(0)), (0, 1));
        versions.closes(0);
        assert_eq!(versions.opens(0), 1);
    }
}
