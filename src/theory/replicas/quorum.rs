//! Whether enough replicas are up: for reads, and for writes.

use crate::theory::{
    TheoryError,
    domains::{Domain, Holds, servers_up},
    ensure,
    k_of_n::KOfN,
};

/// The replicas in one zone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zone {
    /// The share of time that the zone is up; with it all of its replicas go down.
    pub up: f64,
    /// How many replicas stand in it.
    pub replicas: u32,
    /// The share of time that each of them is up while the zone is.
    pub replica_up: f64,
}

/// How often reads and writes find too few replicas, as shares of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shortfall {
    /// P(fewer replicas are up than a read needs).
    pub reads: f64,
    /// P(fewer replicas are up than a write needs).
    pub writes: f64,
}

/// How many replicas of a group are up.
///
/// # Formula
/// ```text
/// P(an operation finds its quorum) = P(at least q of n are up),    q = R for reads, W for writes
/// independent:  Binomial(n, a), Poisson–binomial where shares differ
/// repaired:     the birth and death process of KOfN, where crews are few
/// in zones:     the convolution of  up · Binomial(n_z, a_z) + (1 − up) · (none)  over all zones
/// ```
/// # Validity
/// What is called independent is: replicas of each other and of zones, zones of each other. Shares of time hold for times
/// up and down of any distribution; with crews these are exponential. Who is down is known at once. All terms are
/// positive, so that rare shortfalls keep their figures.
///
/// # Source
/// Barlow and Proschan, *Mathematical Theory of Reliability* (1965), ch. 2; quorums: Gifford, *Proc. 7th ACM SOSP*, 1979.
#[derive(Clone, Debug)]
pub struct ReplicasUp {
    /// P(exactly so many are up).
    exactly: Vec<f64>,
}

impl ReplicasUp {
    /// Makes it from the share of time that each replica is up, by itself.
    pub fn independent(shares: &[f64]) -> Result<Self, TheoryError> {
        let alone = |&replica_up: &f64| Zone {
            up: 1.0,
            replicas: 1,
            replica_up,
        };
        Self::in_zones(&shares.iter().map(alone).collect::<Vec<_>>())
    }
    /// Makes it from nodes that fail and are repaired by a number of crews.
    pub fn repaired(nodes: &KOfN) -> Self {
        let mut exactly = vec![0.0; nodes.machines() as usize + 1];
        let last = exactly.len() - 1;
        for (down, p) in nodes.states() {
            exactly[last - down] = p;
        }
        Self { exactly }
    }
    /// Makes it from the zones over which the replicas are spread.
    pub fn in_zones(zones: &[Zone]) -> Result<Self, TheoryError> {
        ensure(zones.iter().any(|zone| 0 < zone.replicas), "there is no replica")?;
        let domain = |zone: &Zone| Domain {
            up: zone.up,
            holds: Holds::Servers {
                count: zone.replicas,
                up: zone.replica_up,
            },
        };
        let exactly = servers_up(&Domain {
            up: 1.0,
            holds: Holds::Domains(zones.iter().map(domain).collect()),
        })?;
        Ok(Self { exactly })
    }
    /// Returns the number of replicas, up or not.
    pub fn replicas(&self) -> u32 {
        self.exactly.len() as u32 - 1
    }
    /// Returns P(at least `quorum` replicas are up).
    pub fn at_least(&self, quorum: u32) -> f64 {
        self.exactly.iter().skip(quorum as usize).sum()
    }
    /// Returns P(fewer than `quorum` replicas are up); it keeps its figures where [`at_least`](Self::at_least) has none left.
    pub fn below(&self, quorum: u32) -> f64 {
        self.exactly.iter().take(quorum as usize).sum()
    }
    /// Returns how often reads and writes with these quorums find too few.
    pub fn shortfall(&self, read: u32, write: u32) -> Result<Shortfall, TheoryError> {
        let possible = 1..=self.replicas();
        ensure(
            possible.contains(&read) && possible.contains(&write),
            "a quorum is not from 1 to the replicas",
        )?;
        Ok(Shortfall {
            reads: self.below(read),
            writes: self.below(write),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::test_support::assert_close;

    fn zone(up: f64, replicas: u32, replica_up: f64) -> Zone {
        Zone {
            up,
            replicas,
            replica_up,
        }
    }

    /// Three replicas, each up nine tenths of the time: one is there but for 1/1000, two but for 28/1000.
    #[test]
    fn three_replicas_match_exact_fractions() {
        let up = ReplicasUp::independent(&[0.9; 3]).unwrap();
        let short = up.shortfall(1, 2).unwrap();
        assert_close(short.reads, 0.001, 1e-13);
        assert_close(short.writes, 0.028, 1e-13);
        assert_close(up.at_least(3), 0.729, 1e-14);
        assert_eq!(up.replicas(), 3);
        // In three zones up 9/10 of the time: 0.81 each. In one zone they fall together.
        let apart = ReplicasUp::in_zones(&[zone(0.9, 1, 0.9); 3]).unwrap();
        assert_close(apart.below(1), 0.19_f64.powi(3), 1e-13);
        let together = ReplicasUp::in_zones(&[zone(0.9, 3, 0.9)]).unwrap();
        assert_close(together.below(1), 0.1 + 0.9 * 0.001, 1e-13);
    }

    /// Every set of zones up, and in it every set of replicas up.
    #[test]
    fn zones_agree_with_all_subsets() {
        let zones = [zone(0.95, 2, 0.9), zone(0.8, 1, 0.7), zone(0.99, 3, 0.85)];
        let home = [0, 0, 1, 2, 2, 2];
        let mut brute = [0.0; 7];
        for up in 0..1_u32 << 3 {
            for alive in 0..1_u32 << 6 {
                let of = |is: bool, share: f64| if is { share } else { 1.0 - share };
                let around: f64 = (0..3).map(|z| of(up >> z & 1 == 1, zones[z].up)).product();
                let each = |(r, &z): (usize, &usize)| of(alive >> r & 1 == 1, zones[z].replica_up);
                let inside: f64 = home.iter().enumerate().map(each).product();
                let counted = (0..6).filter(|&r| alive >> r & 1 == 1 && up >> home[r] & 1 == 1);
                brute[counted.count()] += around * inside;
            }
        }
        let model = ReplicasUp::in_zones(&zones).unwrap();
        for quorum in 1..=6 {
            assert_close(model.below(quorum as u32), brute[..quorum].iter().sum(), 1e-13);
            assert_close(model.at_least(quorum as u32), brute[quorum..].iter().sum(), 1e-13);
        }
    }

    #[test]
    fn zones_that_never_fail_change_nothing_and_a_crew_for_each_is_independence() {
        let alone = ReplicasUp::independent(&[0.8; 5]).unwrap();
        let zoned = ReplicasUp::in_zones(&[zone(1.0, 2, 0.8), zone(1.0, 3, 0.8)]).unwrap();
        let crews = ReplicasUp::repaired(&KOfN::new(5, 1.0, 4.0, 5).unwrap());
        let one_crew = ReplicasUp::repaired(&KOfN::new(5, 1.0, 4.0, 1).unwrap());
        for quorum in 1..=5 {
            assert_close(zoned.below(quorum), alone.below(quorum), 1e-13);
            assert_close(crews.below(quorum), alone.below(quorum), 1e-13);
            assert!(alone.below(quorum) < one_crew.below(quorum));
        }
    }

    #[test]
    fn the_edges_are_rare_shortfalls_and_quorums_that_cannot_be() {
        let safe = ReplicasUp::repaired(&KOfN::new(5, 1e-40, 1.0, 5).unwrap());
        assert_close(safe.below(1), 1e-200, 1e-12);
        assert_close(safe.at_least(5), 1.0, 1e-15);
        let sure = ReplicasUp::independent(&[1.0, 1.0]).unwrap();
        assert!(sure.below(2) == 0.0 && sure.at_least(0) == 1.0);
        assert!(sure.shortfall(0, 1).is_err() && sure.shortfall(1, 3).is_err());
        assert!(ReplicasUp::independent(&[]).is_err() && ReplicasUp::independent(&[1.5]).is_err());
        assert!(ReplicasUp::in_zones(&[zone(0.9, 0, 0.9)]).is_err());
    }
}
