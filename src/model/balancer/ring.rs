//! Consistent hashing: servers and keys are points on a ring, and a key belongs to the next server.
//!
//! Source: Karger, Lehman, Leighton, Panigrahy, Levine and Lewin, STOC 1997; with bounded loads: Mirrokni, Thorup and
//! Zadimoghaddam, SODA 2018.
//!
//! HAProxy takes the nearer of the two neighbours and not the next one; its points lie elsewhere, but the shares of
//! servers are about as uneven for the same number of points.

use super::{Ask, Balancer, Pool, ServerId, View, bits::Bits};
use crate::rng::{Stream, mix};

/// Points of servers on a ring, in order. Holds 16 bytes and two bits a point.
pub(super) struct Ring {
    /// The place of a point and its server.
    points: Vec<(u64, u32)>,
    /// The points of each server, as places in `points`, server by server.
    own: Vec<u32>,
    /// Where in `own` the points of each server begin, and where they end.
    begin: Vec<u32>,
    /// The points of eligible servers.
    open: Bits,
}

impl Ring {
    /// Returns the ring with this many points for each unit of weight, at least one.
    pub(super) fn new(pool: &Pool, points_per_weight: u32) -> Self {
        let mut begin = vec![0];
        let mut points = Vec::new();
        for (server, info) in (0..).zip(pool.iter()) {
            let count = u64::from(info.weight) * u64::from(points_per_weight);
            points.extend((0..count).map(|point| (mix(mix(u64::from(server) + 1) ^ point), server)));
            begin.push(points.len() as u32);
        }
        points.sort_unstable();
        let mut filled = begin.clone();
        let mut own = vec![0; points.len()];
        for (place, &(_, server)) in (0..).zip(&points) {
            own[filled[server as usize] as usize] = place;
            filled[server as usize] += 1;
        }
        Self {
            open: Bits::full(points.len()),
            points,
            own,
            begin,
        }
    }

    /// Returns the points of eligible servers from this place on, once around and without end; none when no server
    /// is eligible.
    fn from(&self, place: u64) -> impl Iterator<Item = ServerId> {
        let first = self.points.partition_point(|&(at, _)| at < place);
        let mut next = self.open.at_or_after_cyclic(first);
        std::iter::from_fn(move || {
            let point = next?;
            next = self.open.at_or_after_cyclic(point + 1);
            Some(ServerId(self.points[point].1))
        })
    }

    fn eligible_changed(&mut self, view: &View, server: ServerId) {
        let eligible = view.eligible().contains(server);
        let own = self.begin[server.index()] as usize..self.begin[server.index() + 1] as usize;
        for &place in &self.own[own] {
            self.open.set(place as usize, eligible);
        }
    }
}

/// The next server on the ring.
pub(super) struct Nearest(pub(super) Ring);

impl Balancer for Nearest {
    fn listens(&self) -> bool {
        false
    }
    fn pick(&mut self, _: &View, ask: &Ask, _: &mut Stream) -> Option<ServerId> {
        self.0.from(mix(ask.key)).next()
    }
    fn eligible_changed(&mut self, view: &View, server: ServerId) {
        self.0.eligible_changed(view, server);
    }
}

/// The next server on the ring whose load is within the bound.
///
/// With `m` requests in flight at eligible servers and one to come, a server of share `s` of their weight may have
/// `⌈bound · (m + 1) · s⌉`. Then there is always one below its bound, and with bound 1 + ε it takes about 1/ε² steps to
/// find it, however many servers there are.
pub(super) struct Bounded {
    ring: Ring,
    bound: f64,
    /// The load of each eligible server, and 0 for others.
    loads: Vec<u32>,
    load_total: u64,
    weight_total: u64,
}

impl Bounded {
    pub(super) fn new(pool: &Pool, ring: Ring, bound: f64) -> Self {
        Self {
            ring,
            bound,
            loads: vec![0; pool.len()],
            load_total: 0,
            weight_total: pool.iter().map(|server| u64::from(server.weight)).sum(),
        }
    }

    /// Returns the requests that a server may have when one more has come.
    pub(super) fn cap(&self, view: &View, server: ServerId) -> f64 {
        let share = f64::from(view.pool().server(server).weight) / self.weight_total as f64;
        (self.bound * (self.load_total + 1) as f64 * share).ceil()
    }

    fn set_load(&mut self, server: ServerId, load: u32) {
        let old = std::mem::replace(&mut self.loads[server.index()], load);
        self.load_total = self.load_total - u64::from(old) + u64::from(load);
    }
}

impl Balancer for Bounded {
    fn pick(&mut self, view: &View, ask: &Ask, _: &mut Stream) -> Option<ServerId> {
        let has_room = |server: &ServerId| f64::from(view.load(*server)) < self.cap(view, *server);
        self.ring.from(mix(ask.key)).find(has_room)
    }
    fn load_changed(&mut self, view: &View, server: ServerId) {
        if view.eligible().contains(server) {
            self.set_load(server, view.load(server));
        }
    }
    fn eligible_changed(&mut self, view: &View, server: ServerId) {
        self.ring.eligible_changed(view, server);
        let weight = u64::from(view.pool().server(server).weight);
        if view.eligible().contains(server) {
            self.weight_total += weight;
            self.set_load(server, view.load(server));
        } else {
            self.weight_total -= weight;
            self.set_load(server, 0);
        }
    }
}
