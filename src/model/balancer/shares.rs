//! A number taken modulo the total weight: the oldest way to keep a key or a client at one server.

use super::{Pool, ServerId, View, fenwick::Fenwick};

/// The eligible servers laid end to end in order, each as long as its weight. Holds 8 bytes a server.
///
/// HAProxy deals the places of a server out over its map instead; the shares are the same, and with equal weights so
/// are the places. Whenever a server comes or goes, nearly all numbers get another server.
pub(super) struct Shares {
    lengths: Fenwick,
    /// What all weights can be divided by.
    unit: u32,
    /// Whether all lengths are 1.
    equal: bool,
}

impl Shares {
    pub(super) fn new(pool: &Pool) -> Self {
        let unit = pool
            .iter()
            .fold(0, |unit, server| greatest_common_divisor(unit, server.weight));
        let lengths = Fenwick::new(pool.iter().map(|server| u64::from(server.weight / unit)));
        Self {
            lengths,
            unit,
            equal: pool.has_equal_weights(),
        }
    }

    /// Returns the eligible server at this number, modulo the total.
    pub(super) fn at(&self, view: &View, number: u64) -> Option<ServerId> {
        let place = number.checked_rem(self.lengths.total())?;
        if self.equal && view.eligible().is_everyone() {
            return Some(ServerId(place as u32));
        }
        Some(ServerId(self.lengths.find(place) as u32))
    }

    /// Hears that a server has become eligible or has ceased to be.
    pub(super) fn eligible_changed(&mut self, view: &View, server: ServerId) {
        let length = i64::from(view.pool().server(server).weight / self.unit);
        let by = if view.eligible().contains(server) {
            length
        } else {
            -length
        };
        self.lengths.change(server.index(), by);
    }
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}
