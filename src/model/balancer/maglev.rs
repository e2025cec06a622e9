//! Maglev hashing: a table of servers in which every server fills its share, evenly and with little memory of its own.
//!
//! Each server has its own order of all places, and servers take turns by weight to claim the next place in their order
//! that is free. Source: Eisenbud et al., *Maglev: a fast and reliable software network load balancer*, NSDI 2016.
//!
//! Maglev fills its table again when a server comes or goes, which moves a few keys of the others too. Here the
//! table stays, and a key whose server is not eligible is hashed again until it meets one that is: no other key
//! moves.

use super::{Ask, Balancer, Pool, ServerId, View};
use crate::rng::{Stream, mix};

/// Times that a key is hashed again before the next eligible server by number gets it.
const TRIES: u32 = 64;

/// The table of servers. Holds 4 bytes a place.
pub(super) struct Maglev {
    table: Vec<u32>,
}

impl Maglev {
    /// Returns the table with this many places, a prime above the number of servers.
    pub(super) fn new(pool: &Pool, places: u32) -> Self {
        let size = u64::from(places);
        let heaviest = pool
            .iter()
            .map(|server| u64::from(server.weight))
            .max()
            .unwrap_or(1);
        let mut table = vec![u32::MAX; places as usize];
        let mut claims: Vec<Claim> = (0..pool.len() as u64)
            .map(|server| Claim::new(server, size))
            .collect();
        let mut free = size;
        while 0 < free {
            for (server, (claim, info)) in (0..).zip(claims.iter_mut().zip(pool.iter())) {
                // In each round the heaviest claims a place, and others when their part of it has grown to a whole.
                claim.credit += u64::from(info.weight);
                if claim.credit < heaviest || free == 0 {
                    continue;
                }
                claim.credit -= heaviest;
                while table[claim.place as usize] != u32::MAX {
                    claim.place = (claim.place + claim.skip) % size;
                }
                table[claim.place as usize] = server;
                free -= 1;
            }
        }
        Self { table }
    }
}

/// Where a server is in its order of places.
struct Claim {
    place: u64,
    skip: u64,
    /// In units of the greatest weight.
    credit: u64,
}

impl Claim {
    fn new(server: u64, size: u64) -> Self {
        let hash = mix(server + 1);
        Self {
            place: hash % size,
            skip: mix(hash) % (size - 1) + 1,
            credit: 0,
        }
    }
}

impl Balancer for Maglev {
    fn listens(&self) -> bool {
        false
    }
    fn pick(&mut self, view: &View, ask: &Ask, _: &mut Stream) -> Option<ServerId> {
        let mut hash = mix(ask.key);
        for _ in 0..TRIES {
            let server = ServerId(self.table[(hash % self.table.len() as u64) as usize]);
            if view.eligible().contains(server) {
                return Some(server);
            }
            hash = mix(hash);
        }
        // Hardly any server is eligible.
        view.eligible()
            .at_or_after_cyclic((hash % view.pool().len() as u64) as usize)
    }
}

/// Returns the smallest prime that is at least `from`.
pub(super) fn prime_from(from: u32) -> u32 {
    let mut number = from;
    while !is_prime(number) {
        number += 1;
    }
    number
}

/// Returns whether a number is prime.
pub(super) fn is_prime(number: u32) -> bool {
    2 <= number && (2..=number.isqrt()).all(|factor| !number.is_multiple_of(factor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::balancer::rig::pool_of_weights;

    #[test]
    fn every_server_fills_its_share_of_the_table() {
        let cases: [(&[u32], f64); 3] = [(&[1; 10], 1.0), (&[7; 100], 1.0), (&[1, 5, 2, 8], 2.0)];
        for (weights, within) in cases {
            let maglev = Maglev::new(&pool_of_weights(weights), 997);
            let total: u32 = weights.iter().sum();
            for (server, &weight) in (0..).zip(weights) {
                let places = maglev.table.iter().filter(|&&at| at == server).count() as f64;
                let share = 997.0 * f64::from(weight) / f64::from(total);
                assert!(
                    (places - share).abs() <= within,
                    "{weights:?}: {places} for {share}"
                );
            }
        }
    }

    #[test]
    fn primes_are_known() {
        let primes: Vec<u32> = (0..32).filter(|&number| is_prime(number)).collect();
        assert_eq!(primes, [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31]);
        assert_eq!((prime_from(65_537), prime_from(1_000_000)), (65_537, 1_000_003));
        assert!(!is_prime(65_535 * 65_535) && is_prime(4_294_967_291));
    }
}
