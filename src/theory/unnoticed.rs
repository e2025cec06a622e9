//! What failures cost until they are noticed.

/// Something that fails as one, behind a balancer that does not know at first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// How often it fails, per second.
    pub failures: f64,
    /// The share of requests that it gets, from 0 to 1.
    pub share: f64,
    /// The mean time in seconds until nothing is sent to it any more.
    pub noticed: f64,
}

/// Returns the share of requests that go to parts that have failed and are not yet known to have.
///
/// # Formula
/// ```text
/// Σ f_i · s_i · d_i
/// ```
/// # Validity
/// To first order: failures are so rare that two are seldom unnoticed at once, or found while others are out. What
/// happens while nothing is up is not in it.
///
/// # Source
/// Arithmetic: a reward `s_i` for a time `d_i` in each cycle (renewal reward theorem; Ross, *Stochastic Processes*, 1996).
pub fn lost(parts: impl IntoIterator<Item = Part>) -> f64 {
    let parts = parts.into_iter();
    parts.map(|part| part.failures * part.share * part.noticed).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{
        active_standby::{ActiveStandby, Pair},
        test_support::assert_close,
    };

    #[test]
    fn each_part_loses_its_share_for_as_long_as_nobody_knows() {
        let part = |failures, share, noticed| Part {
            failures,
            share,
            noticed,
        };
        assert_close(lost([part(0.001, 0.25, 4.0), part(0.01, 0.5, 2.0)]), 0.011, 1e-15);
        assert_eq!(lost([]), 0.0);
        assert_eq!(lost([part(0.1, 1.0, 0.0)]), 0.0);
    }

    /// A pair of which one serves: while the takeover lasts, all is lost. Its chain says the same where failures are rare.
    #[test]
    fn a_rarely_failing_pair_loses_what_its_chain_says() {
        let pair = Pair {
            failure_rate: 1e-7,
            standby_failure_rate: 1e-7,
            repair_rate: 1e-3,
            crews: 2,
            coverage: 1.0,
            takeover: 5.0,
            by_hand: 1.0,
        };
        let chain = ActiveStandby::new(&pair).unwrap();
        let first_order = lost([Part {
            failures: 1e-7,
            share: 1.0,
            noticed: 5.0,
        }]);
        assert_close(first_order, chain.taking_over(), 0.006);
    }
}
