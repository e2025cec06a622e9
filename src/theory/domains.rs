//! Servers in groups in zones: each level fails as one, and a server is up while all that hold it are.

use super::{TheoryError, ensure};

/// One level of a tree of failure domains.
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    /// The share of time that it is up, as far as it can fail as one; 1 if it cannot.
    pub up: f64,
    /// What stands in it.
    pub holds: Holds,
}

/// What stands in a failure domain.
#[derive(Clone, Debug, PartialEq)]
pub enum Holds {
    /// So many equal servers, each up this share of time by itself.
    Servers {
        /// How many.
        count: u32,
        /// The share of time that each is up, where nothing around it is down.
        up: f64,
    },
    /// Smaller domains.
    Domains(Vec<Domain>),
}

/// The most servers for which the distribution is worked out; it takes time by the square of their number.
pub const MOST_SERVERS: u32 = 10_000;

/// Returns P(exactly so many servers are up), for each number from 0 to all.
///
/// # Formula
/// ```text
/// servers:  binomial;    domain:  up · (convolution of what it holds) + (1 − up) · (none)
/// ```
/// # Validity
/// All parts fail and are repaired independently, with times of any distribution: in the long run each is up for its
/// mean time up over its mean cycle. At most [`MOST_SERVERS`] servers. All terms are positive, so rare states keep their
/// figures.
///
/// # Source
/// Arithmetic of independent alternating renewal processes: Barlow and Proschan, *Mathematical Theory of Reliability*
/// (1965), ch. 3 and 5.
pub fn servers_up(domain: &Domain) -> Result<Vec<f64>, TheoryError> {
    ensure(
        domain.servers() <= u64::from(MOST_SERVERS),
        "there are too many servers",
    )?;
    ensure(
        (0.0..=1.0).contains(&domain.up),
        "a share of time is not from 0 to 1",
    )?;
    let inside = match &domain.holds {
        Holds::Servers { count, up } => {
            ensure((0.0..=1.0).contains(up), "a share of time is not from 0 to 1")?;
            binomial(*count, *up)
        }
        Holds::Domains(domains) => {
            let mut all = vec![1.0];
            for domain in domains {
                all = convolved(&all, &servers_up(domain)?);
            }
            all
        }
    };
    let mut all: Vec<f64> = inside.into_iter().map(|p| p * domain.up).collect();
    all[0] += 1.0 - domain.up;
    Ok(all)
}

impl Domain {
    fn servers(&self) -> u64 {
        match &self.holds {
            Holds::Servers { count, .. } => u64::from(*count),
            Holds::Domains(domains) => domains.iter().map(Self::servers).sum(),
        }
    }
}

fn binomial(count: u32, up: f64) -> Vec<f64> {
    let log = |share: f64, times: u32| {
        if times == 0 {
            0.0
        } else {
            f64::from(times) * share.ln()
        }
    };
    let mut ways = 0.0; // the logarithm of the binomial coefficient
    let mut all = Vec::with_capacity(count as usize + 1);
    for k in 0..=count {
        all.push((ways + log(up, k) + log(1.0 - up, count - k)).exp());
        ways += (f64::from(count - k) / f64::from(k + 1)).ln();
    }
    all
}

fn convolved(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            sums[i + j] += x * y;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{k_of_n::KOfN, test_support::assert_close};

    fn servers(count: u32, up: f64, around: f64) -> Domain {
        Domain {
            up: around,
            holds: Holds::Servers { count, up },
        }
    }

    #[test]
    fn servers_alone_are_k_of_n() {
        let all = servers_up(&servers(5, 0.9, 1.0)).unwrap();
        let plain = KOfN::new(5, 1.0, 9.0, 5).unwrap();
        for k in 1..=5 {
            let at_least: f64 = all[k..].iter().sum();
            assert_close(at_least, plain.at_least(k as u32), 1e-13);
        }
    }

    /// Two zones, up 9/10 of the time, with a server each that is up 4/5 of the time, in a service up half of the time.
    #[test]
    fn levels_multiply() {
        let zone = || servers(1, 0.8, 0.9);
        let service = Domain {
            up: 0.5,
            holds: Holds::Domains(vec![zone(), zone()]),
        };
        let all = servers_up(&service).unwrap();
        let one = 0.72;
        for (got, expected) in all.iter().zip([
            0.5 + 0.5 * (1.0 - one) * (1.0 - one),
            0.5 * 2.0 * one * (1.0 - one),
            0.5 * one * one,
        ]) {
            assert_close(*got, expected, 1e-14);
        }
    }

    #[test]
    fn what_is_certain_stays_certain_and_what_is_rare_keeps_its_figures() {
        assert_eq!(servers_up(&servers(3, 1.0, 1.0)).unwrap(), [0.0, 0.0, 0.0, 1.0]);
        assert_eq!(servers_up(&servers(2, 0.5, 0.0)).unwrap(), [1.0, 0.0, 0.0]);
        let rare = servers_up(&servers(4, 1e-40, 1.0)).unwrap();
        assert_close(rare[4], 1e-160, 1e-12);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert!(servers_up(&servers(3, 1.1, 1.0)).is_err());
        assert!(servers_up(&servers(3, 0.5, f64::NAN)).is_err());
        assert!(servers_up(&servers(MOST_SERVERS + 1, 0.5, 1.0)).is_err());
    }
}
