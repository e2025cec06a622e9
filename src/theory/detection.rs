//! Detection: how long it takes until others know that a server has failed, or is back.
//!
//! A failure falls somewhere between two looks, with equal chances anywhere, so detection times are uniform between a
//! least and a most.

use super::{TheoryError, ensure};

/// A time spread evenly between two bounds, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The least.
    pub least: f64,
    /// The most.
    pub most: f64,
}

impl Spread {
    /// Returns the mean.
    pub fn mean(&self) -> f64 {
        f64::midpoint(self.least, self.most)
    }
    /// Returns the time that a share `p` does not exceed, `0 ≤ p ≤ 1`.
    pub fn quantile(&self, p: f64) -> f64 {
        self.least + p.clamp(0.0, 1.0) * (self.most - self.least)
    }
}

/// Active health checks of one server.
///
/// # Formula
/// ```text
/// refused (crash):     U + (f − 1)·T                    U uniform on (0, T)
/// no answer (hang):    U + f·τ + (f − 1)·T
/// back again:          U + (r − 1)·T
/// ```
/// - `interval`: `T`, seconds from the end of a check to the start of the next
/// - `timeout`: `τ`, seconds after which a check without an answer has failed
/// - `fall`, `rise`: `f`, `r`, failures and successes in a row before the server counts as down, as up
///
/// # Validity
/// Answers and refusals take no time beside the interval; nothing is lost on the way. The failure does not depend on the
/// rhythm of the checks, and lasts long enough. A check that is under way when a server hangs, has its answer.
///
/// # Source
/// Arithmetic. That checks follow each other from end to start is how HAProxy does it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HealthCheck {
    interval: f64,
    timeout: f64,
    fall: u32,
    rise: u32,
}

impl HealthCheck {
    /// Makes the checks from interval and timeout in seconds, and the results in a row that count.
    pub fn new(interval: f64, timeout: f64, fall: u32, rise: u32) -> Result<Self, TheoryError> {
        ensure(
            interval.is_finite() && 0.0 < interval,
            "the interval of the checks is not positive and finite",
        )?;
        ensure(
            timeout.is_finite() && 0.0 <= timeout,
            "the timeout of the checks is negative or not finite",
        )?;
        ensure(0 < fall && 0 < rise, "no check in a row tells nothing")?;
        Ok(Self {
            interval,
            timeout,
            fall,
            rise,
        })
    }
    /// Returns how long after a crash, whose checks are refused at once, the server counts as down.
    pub fn crash(&self) -> Spread {
        self.spread(self.fall, 0.0)
    }
    /// Returns how long after it began to hang, and answers no check, the server counts as down.
    pub fn hang(&self) -> Spread {
        self.spread(self.fall, self.timeout)
    }
    /// Returns how long after it is back the server counts as up.
    pub fn recovery(&self) -> Spread {
        self.spread(self.rise, 0.0)
    }

    fn spread(&self, in_a_row: u32, takes: f64) -> Spread {
        let (n, between) = (f64::from(in_a_row), f64::from(in_a_row - 1) * self.interval);
        let least = n * takes + between;
        Spread {
            least,
            most: least + self.interval,
        }
    }
}

/// A lease that heartbeats renew.
///
/// # Formula
/// ```text
/// m·T − U,    U uniform on (0, T)
/// ```
/// # Validity
/// Heartbeats every `interval` `T` seconds take no time on their way and none is lost; the holder counts as gone when
/// `missed` `m` intervals have passed since the last one.
///
/// # Source
/// Arithmetic; leases: Gray and Cheriton, SOSP 1989.
pub fn lease(interval: f64, missed: u32) -> Result<Spread, TheoryError> {
    ensure(
        interval.is_finite() && 0.0 < interval,
        "the interval of the heartbeats is not positive and finite",
    )?;
    ensure(0 < missed, "no missed heartbeat tells nothing")?;
    Ok(Spread {
        least: f64::from(missed - 1) * interval,
        most: f64::from(missed) * interval,
    })
}

/// A virtual router's standby, as in VRRP version 3.
///
/// # Formula
/// ```text
/// Skew_Time = (256 − priority)·A/256,    Active_Down_Interval = 3·A + Skew_Time
/// after a crash: Active_Down_Interval − U, U uniform on (0, A);    after a handover: Skew_Time
/// ```
/// - `advertisement`: `A`, seconds between the active router's advertisements
/// - `priority`: of the standby, 1 to 254; 255 is the owner of the address
///
/// # Validity
/// Advertisements take no time on their way and none is lost; one standby.
///
/// # Source
/// RFC 9568 (2024), sections 6.1 and 6.4.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vrrp {
    advertisement: f64,
    skew: f64,
}

impl Vrrp {
    /// Makes the standby from the advertisement interval in seconds and its priority.
    pub fn new(advertisement: f64, priority: u8) -> Result<Self, TheoryError> {
        ensure(
            advertisement.is_finite() && 0.0 < advertisement,
            "the advertisement interval is not positive and finite",
        )?;
        ensure(0 < priority, "priority 0 says that a router gives up its part")?;
        Ok(Self {
            advertisement,
            skew: (256.0 - f64::from(priority)) * advertisement / 256.0,
        })
    }
    /// Returns `Skew_Time` in seconds: how long the standby waits after a handover.
    pub fn skew_time(&self) -> f64 {
        self.skew
    }
    /// Returns `Active_Down_Interval` in seconds: how long after the last advertisement the standby takes over.
    pub fn active_down_interval(&self) -> f64 {
        3.0 * self.advertisement + self.skew
    }
    /// Returns how long after a crash of the active router the standby takes over.
    pub fn takeover(&self) -> Spread {
        Spread {
            least: self.active_down_interval() - self.advertisement,
            most: self.active_down_interval(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        rng::{Seed, Stream},
        theory::test_support::assert_close,
    };

    /// HAProxy's defaults, checks every two seconds, fall 3 and rise 2, with a timeout of a second.
    #[test]
    fn checks_by_hand() {
        let check = HealthCheck::new(2.0, 1.0, 3, 2).unwrap();
        assert_eq!(
            check.crash(),
            Spread {
                least: 4.0,
                most: 6.0
            }
        );
        assert_eq!(
            check.hang(),
            Spread {
                least: 7.0,
                most: 9.0
            }
        );
        assert_eq!(
            check.recovery(),
            Spread {
                least: 2.0,
                most: 4.0
            }
        );
        assert_close(check.crash().mean(), 5.0, 1e-15);
        assert_close(check.crash().quantile(0.99), 5.98, 1e-15);
    }

    /// RFC 9568: with an interval of a second and the default priority of 100, the skew is 156/256 s.
    #[test]
    fn vrrp_by_the_arithmetic_of_the_rfc() {
        let standby = Vrrp::new(1.0, 100).unwrap();
        assert_close(standby.skew_time(), 0.609_375, 1e-15);
        assert_close(standby.active_down_interval(), 3.609_375, 1e-15);
        assert_close(standby.takeover().mean(), 3.109_375, 1e-15);
        // The higher the priority, the sooner; with 255 there is next to no skew.
        let owner = Vrrp::new(1.0, 255).unwrap();
        assert_close(owner.takeover().most, 3.0 + 1.0 / 256.0, 1e-15);
    }

    /// Checks looked at one by one, from a failure at any point of the rhythm.
    #[test]
    fn a_timetable_agrees() {
        let (interval, timeout, fall) = (2.0, 0.3, 4);
        let check = HealthCheck::new(interval, timeout, fall, 1).unwrap();
        let detected = |failure: f64, takes: f64| {
            let (mut at, mut failures) = (0.0, 0);
            loop {
                let ends = if failure < at { at + takes } else { at };
                failures += u32::from(failure < at);
                if failures == fall {
                    return ends - failure;
                }
                at = ends + interval;
            }
        };
        let mut rng: Stream = Seed(9).replication(0).stream("failures");
        let mut seen = [(f64::INFINITY, 0.0_f64); 2];
        for _ in 0..20_000 {
            let failure = 100.0 * interval + interval * rng.open01();
            for (seen, takes) in seen.iter_mut().zip([0.0, timeout]) {
                let time = detected(failure, takes);
                *seen = (seen.0.min(time), seen.1.max(time));
            }
        }
        for (seen, spread) in seen.into_iter().zip([check.crash(), check.hang()]) {
            assert!(spread.least <= seen.0 + 1e-9 && seen.1 <= spread.most + 1e-9);
            assert_close(seen.0, spread.least, 1e-3);
            assert_close(seen.1, spread.most, 1e-3);
        }
    }

    #[test]
    fn a_lease_of_three_beats_runs_out_in_the_third() {
        let gone = lease(0.5, 3).unwrap();
        assert_eq!(
            gone,
            Spread {
                least: 1.0,
                most: 1.5
            }
        );
        assert_eq!(lease(0.5, 1).unwrap().least, 0.0);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert!(HealthCheck::new(0.0, 1.0, 1, 1).is_err());
        assert!(HealthCheck::new(1.0, -1.0, 1, 1).is_err());
        assert!(HealthCheck::new(1.0, 1.0, 0, 1).is_err());
        assert!(lease(1.0, 0).is_err());
        assert!(Vrrp::new(1.0, 0).is_err());
    }
}
