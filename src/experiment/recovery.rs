//! Whether a system comes back to its former state when a shock is over.
//!
//! A system is *metastable* when it stays down though what brought it down is gone, because it now works for retries, or
//! against empty caches (Bronson, Aghayev, Charapko and Zhu, *Workshop on Hot Topics in Operating Systems* 2021). What
//! shows it is goodput: the share of requests that are answered in time, before the first fault and after the last.
//!
//! A system is back from the moment on after which no bucket of the time series shows less than 95 % of the former
//! share, beyond what chance explains. So the time is told to a bucket (`run.timeline`).

use crate::{
    model::{Bucket, Deployment},
    units::SimDuration,
};

/// The part of the former goodput that counts as being back.
const ENOUGH: f64 = 0.95;
/// Standard deviations below it that chance may explain.
const DEVIATIONS: f64 = 3.0;

/// How a workload came out of the faults.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Recovery {
    /// Its goodput was back so many seconds after the last fault was over.
    After(f64),
    /// Its goodput was not back when the run ended.
    Never,
}

/// Returns when the first fault begins and when the last one is over, since measuring began.
pub(super) fn shock(deployment: &Deployment) -> Option<(SimDuration, SimDuration)> {
    // What was there all along is nothing to recover from.
    let faults = || deployment.faults.iter().filter(|fault| !fault.from_start);
    let begin = faults().map(|fault| fault.at).min()?;
    let end = faults().map(|fault| fault.at + fault.lasts).max()?;
    Some((begin, end))
}

/// Judges the time series of one run; `None` where there is nothing before the first fault or after the last to judge by.
pub(super) fn judge(
    buckets: &[Bucket],
    width: SimDuration,
    (begin, end): (SimDuration, SimDuration),
) -> Option<Recovery> {
    let width = width.as_nanos();
    let before = &buckets[..buckets.len().min((begin.as_nanos() / width) as usize)];
    let sum = |count: fn(&Bucket) -> u64| before.iter().map(count).sum::<u64>() as f64;
    let former = sum(|bucket| bucket.in_time) / sum(|bucket| bucket.offered);
    // The last bucket may not be whole, and some of its requests have had no time to be answered.
    let whole = buckets.len().saturating_sub(1);
    let first = end.as_nanos().div_ceil(width) as usize;
    // Nothing that arrived is not a number.
    if former.is_nan() || former <= 0.0 || whole <= first {
        return None;
    }
    let is_low = |bucket: &Bucket| {
        let offered = bucket.offered as f64;
        (bucket.in_time as f64) < ENOUGH * former * offered - DEVIATIONS * offered.sqrt()
    };
    Some(match buckets[first..whole].iter().rposition(is_low) {
        None => Recovery::After(0.0),
        Some(last) if first + last + 1 == whole => Recovery::Never,
        Some(last) => {
            let back = (first + last + 1) as u64 * width;
            Recovery::After(SimDuration::from_nanos(back - end.as_nanos()).as_secs_f64())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> SimDuration {
        SimDuration::from_nanos(seconds * 1_000_000_000)
    }

    /// Ten-second buckets of 10 000 requests each, of which these shares are answered in time.
    fn judged(shares: &[f64], from: u64, to: u64) -> Option<Recovery> {
        let bucket = |&share: &f64| Bucket {
            offered: 10_000,
            in_time: (10_000.0 * share) as u64,
            ..Bucket::default()
        };
        let buckets: Vec<Bucket> = shares.iter().map(bucket).collect();
        judge(&buckets, seconds(10), (seconds(from), seconds(to)))
    }

    #[test]
    fn a_system_is_back_when_no_later_bucket_is_low() {
        let shares = [1.0, 1.0, 0.3, 0.2, 0.5, 0.97, 0.9, 1.0, 1.0, 0.4];
        // The fault is over at 35 s; the bucket from 60 s to 70 s is the last low one.
        assert_eq!(judged(&shares, 20, 35), Some(Recovery::After(35.0)));
        // Nine in ten were in time before as well: that of 97 % and all others are as good.
        let modest = [0.9, 0.9, 0.3, 0.2, 0.9, 0.88, 0.9, 0.86, 0.4];
        assert_eq!(judged(&modest, 20, 35), Some(Recovery::After(0.0)));
    }

    #[test]
    fn a_system_that_stays_down_never_is_back() {
        let shares = [1.0, 1.0, 0.3, 0.2, 0.1, 0.1, 0.1, 1.0];
        assert_eq!(judged(&shares, 20, 35), Some(Recovery::Never));
        let better_at_last = [1.0, 1.0, 0.3, 0.2, 0.1, 0.1, 1.0, 0.2];
        assert_eq!(judged(&better_at_last, 20, 35), Some(Recovery::After(25.0)));
    }

    #[test]
    fn without_a_before_or_an_after_there_is_no_verdict() {
        let shares = [1.0; 6];
        assert_eq!(judged(&shares, 5, 20), None, "no whole bucket before");
        assert_eq!(judged(&shares, 20, 50), None, "no whole bucket after");
        assert_eq!(judged(&[0.0; 6], 20, 30), None, "nothing was in time before");
    }
}
