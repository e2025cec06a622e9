//! What a balancer knows: the pool, the loads it sees, and which servers it may choose.

use std::sync::Arc;

use rand::Rng;

use super::bits::Bits;
use crate::{
    rng::{Stream, below},
    units::SimTime,
};

/// A server of a service, numbered from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerId(pub u32);

impl ServerId {
    /// Returns the number as an index.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What is written in the balancer's own configuration about a server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ServerInfo {
    /// The share it should get beside others.
    pub weight: u32,
    /// Requests it works on at once.
    pub slots: u32,
    /// How fast it works; for policies that are bounds for the others, not for real ones.
    pub speed: f64,
}

/// The servers of a service. Never empty.
#[derive(Clone, Debug)]
pub struct Pool {
    servers: Arc<[ServerInfo]>,
    uniform: bool,
}

impl Pool {
    /// Returns a pool of these servers, at least one.
    pub fn new(servers: impl Into<Arc<[ServerInfo]>>) -> Self {
        let servers = servers.into();
        assert!(!servers.is_empty(), "a pool has at least one server");
        let valid = |server: &ServerInfo| 0 < server.weight && 0 < server.slots && 0.0 < server.speed;
        assert!(
            servers.iter().all(valid),
            "weight, slots and speed are above zero"
        );
        let uniform = servers.iter().all(|server| server.weight == servers[0].weight);
        Self { servers, uniform }
    }
    /// Returns how many servers there are.
    #[inline]
    #[expect(clippy::len_without_is_empty, reason = "a pool is never empty")]
    pub fn len(&self) -> usize {
        self.servers.len()
    }
    /// Returns what is known of a server.
    #[inline]
    pub fn server(&self, server: ServerId) -> &ServerInfo {
        &self.servers[server.index()]
    }
    /// Returns all servers in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ServerInfo> {
        self.servers.iter()
    }
    /// Returns whether all weights are equal.
    #[inline]
    pub fn has_equal_weights(&self) -> bool {
        self.uniform
    }
}

/// What a server says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Report {
    /// Requests at the server when it reported.
    pub in_system: u32,
    /// The share of its slots that was busy since the report before, from 0 to 1.
    pub utilisation: f64,
}

/// What one balancer knows.
#[derive(Clone, Debug)]
// What every request touches stands first.
#[repr(C)]
pub struct View {
    pub(in crate::model) now: SimTime,
    loads: Vec<u32>,
    eligible: Eligible,
    pool: Pool,
    reports: Vec<Report>,
    /// Which servers are full; empty until one is.
    full: Vec<bool>,
    /// Which servers are believed to be down, or out for another reason than room; empty until one is.
    down: Vec<bool>,
    /// How many of them.
    downs: usize,
}

impl View {
    /// Returns the view of a balancer before the first request: all servers eligible and without load.
    pub fn new(pool: Pool) -> Self {
        let servers = pool.len();
        Self {
            now: SimTime::ZERO,
            loads: vec![0; servers],
            reports: Vec::new(),
            eligible: Eligible::all(servers),
            full: Vec::new(),
            down: Vec::new(),
            downs: 0,
            pool,
        }
    }

    /// Returns the time.
    #[inline]
    pub fn now(&self) -> SimTime {
        self.now
    }
    /// Returns what is known of the servers beforehand.
    #[inline]
    pub fn pool(&self) -> &Pool {
        &self.pool
    }
    /// Returns the requests that this balancer believes to be at `server`, in work and waiting: those it sent itself
    /// and that have not ended, or, where servers report, those the last report told of.
    #[inline]
    pub fn load(&self, server: ServerId) -> u32 {
        self.loads[server.index()]
    }
    /// Returns the servers that may be chosen.
    #[inline]
    pub fn eligible(&self) -> &Eligible {
        &self.eligible
    }
    /// Returns whether `server` is not eligible for the only reason that it has no room.
    #[inline]
    pub fn is_full(&self, server: ServerId) -> bool {
        !self.has_room(server) && !self.is_down(server)
    }
    /// Returns whether every server is believed to be down.
    pub fn is_deserted(&self) -> bool {
        self.downs == self.pool.len()
    }
    /// Returns whether `server` has room, as far as this balancer was told.
    #[inline]
    pub fn has_room(&self, server: ServerId) -> bool {
        !self.full.get(server.index()).is_some_and(|&full| full)
    }
    /// Returns whether `server` is believed to be down, or is out of rotation on purpose.
    #[inline]
    pub fn is_down(&self, server: ServerId) -> bool {
        self.down.get(server.index()).is_some_and(|&down| down)
    }
    /// Returns the last report of `server`, once servers have reported.
    #[inline]
    pub fn report(&self, server: ServerId) -> Option<&Report> {
        self.reports.get(server.index())
    }

    /// Sets the time. These setters are for whoever drives a policy; the policy itself only borrows the view.
    pub fn set_now(&mut self, now: SimTime) {
        self.now = now;
    }
    /// Sets the load that is believed to be at `server`; the policy is to be told by [`Balancer::load_changed`].
    ///
    /// [`Balancer::load_changed`]: super::Balancer::load_changed
    #[inline]
    pub fn set_load(&mut self, server: ServerId, load: u32) {
        self.loads[server.index()] = load;
    }
    /// Sets whether `server` may be chosen; the policy is to be told by [`Balancer::eligible_changed`].
    ///
    /// [`Balancer::eligible_changed`]: super::Balancer::eligible_changed
    pub fn set_eligible(&mut self, server: ServerId, eligible: bool) {
        self.eligible.set(server, eligible);
    }
    /// Sets whether `server` is full, and so not eligible; the policy is to be told by [`Balancer::eligible_changed`].
    ///
    /// [`Balancer::eligible_changed`]: super::Balancer::eligible_changed
    pub fn set_full(&mut self, server: ServerId, full: bool) {
        if self.full.is_empty() {
            self.full.resize(self.pool.len(), false);
        }
        self.full[server.index()] = full;
        self.eligible.set(server, !full && !self.is_down(server));
    }
    /// Sets whether `server` is believed to be down, and so not eligible; the policy is to be told by
    /// [`Balancer::eligible_changed`] if that has changed.
    ///
    /// [`Balancer::eligible_changed`]: super::Balancer::eligible_changed
    pub fn set_down(&mut self, server: ServerId, down: bool) {
        if self.down.is_empty() {
            self.down.resize(self.pool.len(), false);
        }
        if self.down[server.index()] != down {
            self.downs = if down { self.downs + 1 } else { self.downs - 1 };
        }
        self.down[server.index()] = down;
        self.eligible.set(server, !down && self.has_room(server));
    }
    /// Takes `server` out of the choice for one decision that must not fall on it, or puts it back; the policy is to be
    /// told by [`Balancer::eligible_changed`] if that has changed.
    ///
    /// [`Balancer::eligible_changed`]: super::Balancer::eligible_changed
    pub fn set_aside(&mut self, server: ServerId, aside: bool) {
        self.eligible
            .set(server, !aside && self.has_room(server) && !self.is_down(server));
    }
    /// Returns the reports, to be written; empty until servers report.
    pub fn reports_mut(&mut self) -> &mut Vec<Report> {
        &mut self.reports
    }
}

/// A set of servers: a random member in constant time, the next member after a given one in logarithmic time.
#[derive(Clone, Debug)]
pub struct Eligible {
    /// The members, in no order.
    members: Vec<ServerId>,
    /// Where in `members` a server stands, or `ABSENT`.
    place: Vec<u32>,
    /// The same set in order.
    bits: Bits,
}

const ABSENT: u32 = u32::MAX;

impl Eligible {
    fn all(servers: usize) -> Self {
        let members = (0..servers as u32).map(ServerId).collect();
        Self {
            members,
            place: (0..servers as u32).collect(),
            bits: Bits::full(servers),
        }
    }

    /// Returns how many servers are in the set.
    #[inline]
    pub fn len(&self) -> usize {
        self.members.len()
    }
    /// Returns whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
    /// Returns whether every server is in the set.
    #[inline]
    pub fn is_everyone(&self) -> bool {
        self.members.len() == self.place.len()
    }
    /// Returns whether `server` is in the set.
    #[inline]
    pub fn contains(&self, server: ServerId) -> bool {
        self.place[server.index()] != ABSENT
    }
    /// Returns the members, in no order.
    #[inline]
    pub fn members(&self) -> &[ServerId] {
        &self.members
    }
    /// Returns a member, each with the same chance.
    #[inline]
    pub fn sample(&self, rng: &mut Stream) -> Option<ServerId> {
        if self.members.is_empty() {
            return None;
        }
        Some(self.sampled(rng.next_u64()))
    }

    /// Returns the member that [`sample`](Self::sample) takes with these random bits; there must be one.
    #[inline]
    pub(crate) fn sampled(&self, bits: u64) -> ServerId {
        let at = below(bits, self.members.len());
        // Of everyone any will do by its own number, which spares a look at the list.
        if self.is_everyone() {
            ServerId(at as u32)
        } else {
            self.members[at]
        }
    }

    /// Returns the member with the lowest number that is at least `from`.
    #[inline]
    pub fn at_or_after(&self, from: usize) -> Option<ServerId> {
        self.bits.at_or_after(from).map(|at| ServerId(at as u32))
    }

    /// Returns the first member at or after `from`, going round at the end.
    #[inline]
    pub fn at_or_after_cyclic(&self, from: usize) -> Option<ServerId> {
        self.at_or_after(from).or_else(|| self.at_or_after(0))
    }

    fn set(&mut self, server: ServerId, eligible: bool) {
        if self.contains(server) == eligible {
            return;
        }
        if eligible {
            self.place[server.index()] = self.members.len() as u32;
            self.members.push(server);
        } else {
            let place = self.place[server.index()] as usize;
            self.members.swap_remove(place);
            if let Some(&moved) = self.members.get(place) {
                self.place[moved.index()] = place as u32;
            }
            self.place[server.index()] = ABSENT;
        }
        self.bits.set(server.index(), eligible);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    #[test]
    fn the_eligible_set_agrees_with_a_plain_one() {
        let mut rng = Seed(1).replication(0).stream("test");
        for servers in [1, 63, 64, 65, 4_097] {
            let mut set = Eligible::all(servers);
            let mut plain = vec![true; servers];
            for _ in 0..2_000 {
                let at = rng.below(servers);
                plain[at] = rng.below(3) == 0;
                set.set(ServerId(at as u32), plain[at]);
                let from = rng.below(servers);
                let expected = (from..servers)
                    .find(|&at| plain[at])
                    .map(|at| ServerId(at as u32));
                assert_eq!(set.at_or_after(from), expected);
                assert_eq!(set.len(), plain.iter().filter(|&&member| member).count());
                let mut members: Vec<usize> = set.members().iter().map(|server| server.index()).collect();
                members.sort_unstable();
                assert!(members.iter().all(|&at| plain[at]));
            }
            assert_eq!(set.at_or_after(servers), None);
        }
    }
}
