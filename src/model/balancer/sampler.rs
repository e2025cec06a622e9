//! A random eligible server, in proportion to tickets: what several policies begin with.
//!
//! With equal tickets the eligible set itself is sampled. Otherwise an alias table over all servers gives one in
//! constant time, and what is not eligible is drawn again; when that fails several times, few are eligible, and the
//! running totals of their tickets give one exactly in logarithmic time. Either way the chances are exact.
//!
//! Source: alias method, Walker, *ACM Trans. Math. Softw.* 3(3), 1977; the table is filled in one sweep as in
//! Hübschle-Schneider and Sanders, *ACM Trans. Math. Softw.* 48(3), 2022.

use rand::Rng;

use super::{Pool, ServerId, View, fenwick::Fenwick};
use crate::rng::Stream;

/// Draws from the alias table before the running totals are asked.
const TRIES: usize = 8;

/// Chooses servers in proportion to their tickets.
pub(super) enum Sampler {
    /// All have the same.
    Equal,
    /// They differ.
    Weighted(Box<Weighted>),
}

/// The tickets of servers and what makes choosing by them fast.
pub(super) struct Weighted {
    tickets: Vec<u32>,
    /// For each server the share of its cell, of 2^32, that is its own, and whose the rest is.
    cells: Vec<(u32, u32)>,
    /// The tickets of eligible servers.
    totals: Fenwick,
}

impl Sampler {
    /// Returns a sampler in which a server has as many tickets as its weight.
    pub(super) fn by_weight(pool: &Pool) -> Self {
        if pool.has_equal_weights() {
            return Self::Equal;
        }
        Self::Weighted(Box::new(Weighted::new(pool)))
    }

    /// Hears that a server has become eligible or has ceased to be.
    pub(super) fn eligible_changed(&mut self, view: &View, server: ServerId) {
        if let Self::Weighted(weighted) = self {
            weighted.eligible_changed(view, server);
        }
    }

    /// Chooses an eligible server.
    #[inline]
    pub(super) fn sample(&self, view: &View, rng: &mut Stream) -> Option<ServerId> {
        match self {
            Self::Equal => view.eligible().sample(rng),
            Self::Weighted(weighted) => weighted.sample(view, rng),
        }
    }
}

impl Weighted {
    /// Returns a sampler in which a server has as many tickets as its weight, and all are eligible.
    pub(super) fn new(pool: &Pool) -> Self {
        let tickets: Vec<u32> = pool.iter().map(|server| server.weight).collect();
        let mut weighted = Self {
            cells: vec![(0, 0); tickets.len()],
            totals: Fenwick::new(tickets.iter().map(|&tickets| u64::from(tickets))),
            tickets,
        };
        weighted.fill_cells();
        weighted
    }

    /// Gives every server new tickets, at least one each.
    pub(super) fn set_tickets(&mut self, view: &View, tickets: impl Fn(ServerId) -> u32) {
        for (at, own) in self.tickets.iter_mut().enumerate() {
            *own = tickets(ServerId(at as u32));
        }
        let eligible = view.eligible();
        self.totals
            .rebuild(self.tickets.iter().enumerate().map(|(at, &tickets)| {
                if eligible.contains(ServerId(at as u32)) {
                    u64::from(tickets)
                } else {
                    0
                }
            }));
        self.fill_cells();
    }

    /// Hears that a server has become eligible or has ceased to be.
    pub(super) fn eligible_changed(&mut self, view: &View, server: ServerId) {
        let tickets = i64::from(self.tickets[server.index()]);
        let by = if view.eligible().contains(server) {
            tickets
        } else {
            -tickets
        };
        self.totals.change(server.index(), by);
    }

    /// Chooses an eligible server.
    pub(super) fn sample(&self, view: &View, rng: &mut Stream) -> Option<ServerId> {
        if view.eligible().is_empty() {
            return None;
        }
        for _ in 0..TRIES {
            // The whole part of the product is the cell; its fraction is evenly spread and falls into one of the parts.
            let wide = u128::from(rng.next_u64()) * self.cells.len() as u128;
            let (cell, fraction) = ((wide >> 64) as usize, (wide >> 32) as u32);
            let (own, other) = self.cells[cell];
            let server = ServerId(if fraction < own { cell as u32 } else { other });
            if view.eligible().contains(server) {
                return Some(server);
            }
        }
        let unit = rng.below(self.totals.total() as usize) as u64;
        Some(ServerId(self.totals.find(unit) as u32))
    }

    /// Cuts the tickets into as many cells of equal size as there are servers, each shared by at most two of them.
    fn fill_cells(&mut self) {
        let servers = self.tickets.len();
        let size: u64 = self.tickets.iter().map(|&tickets| u64::from(tickets)).sum();
        // In these units a server has `servers` for each ticket, and a cell holds `size`: both sums are the same.
        let units = |at: usize| u64::from(self.tickets[at]) * servers as u64;
        let next = |from: usize, heavy: bool| (from..servers).find(|&at| (size < units(at)) == heavy);
        let part =
            |units: u64| ((u128::from(units) << 32) / u128::from(size)).min(u128::from(u32::MAX)) as u32;

        // What fills a cell exactly keeps it; so does whoever is left at the end.
        for (at, cell) in self.cells.iter_mut().enumerate() {
            *cell = (u32::MAX, at as u32);
        }
        let mut light = next(0, false);
        let Some(mut heavy) = next(0, true) else { return };
        let mut left = units(heavy);
        loop {
            if size < left {
                // The heavy one fills up the cell of a light one.
                let Some(at) = light else { return };
                self.cells[at] = (part(units(at)), heavy as u32);
                left -= size - units(at);
                light = next(at + 1, false);
            } else {
                // It has become light itself, and the next heavy one fills up its cell.
                let Some(other) = next(heavy + 1, true) else {
                    return;
                };
                self.cells[heavy] = (part(left), other as u32);
                left = units(other) - (size - left);
                heavy = other;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::balancer::rig::{chi_square, pool_of_weights},
        rng::Seed,
    };

    #[test]
    fn the_cells_hold_exactly_the_tickets() {
        let mut rng = Seed(5).replication(0).stream("test");
        for servers in [2, 3, 10, 333] {
            let weights: Vec<u32> = (0..servers).map(|_| 1 + rng.below(100) as u32).collect();
            let weighted = Weighted::new(&pool_of_weights(&weights));
            let total: u32 = weights.iter().sum();
            let mut held = vec![0.0; servers];
            for (at, &(own, other)) in weighted.cells.iter().enumerate() {
                let own = f64::from(own) / f64::from(u32::MAX);
                held[at] += own;
                held[other as usize] += 1.0 - own;
            }
            for (held, weight) in held.iter().zip(weights) {
                let expected = f64::from(weight) / f64::from(total) * servers as f64;
                assert!((held - expected).abs() < 1e-6, "{held} against {expected}");
            }
        }
    }

    #[test]
    fn shares_follow_the_tickets_however_few_are_eligible() {
        let weights = [1, 2, 3, 4, 9, 5];
        let pool = pool_of_weights(&weights);
        for gone in [vec![], vec![0], vec![4], vec![0, 1, 2, 4]] {
            let mut view = View::new(pool.clone());
            let mut weighted = Weighted::new(&pool);
            let mut expected: Vec<f64> = weights.map(f64::from).to_vec();
            for &server in &gone {
                view.set_eligible(ServerId(server), false);
                weighted.eligible_changed(&view, ServerId(server));
                expected[server as usize] = 0.0;
            }
            let mut rng = Seed(9).replication(0).stream("test");
            let mut counts = vec![0_u32; weights.len()];
            for _ in 0..20_000 {
                counts[weighted.sample(&view, &mut rng).unwrap().index()] += 1;
            }
            // The 99.9 % point of chi-square with 5 degrees of freedom is 20.5.
            let fit = chi_square(&counts, &expected);
            assert!(fit < 20.5, "{gone:?}: {fit}");
            // The decoy gives one server 10 % more than its due and another 10 % less.
            expected[5] *= 1.1;
            expected[3] *= 0.9;
            let decoy = chi_square(&counts, &expected);
            assert!(20.5 < decoy, "{gone:?}: {decoy}");
        }
    }
}
