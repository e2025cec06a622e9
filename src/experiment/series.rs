//! Time series averaged over replications.

use super::results::TimelineBucket;
use crate::{
    model::{Bucket, Errors},
    units::SimDuration,
};

/// The sums of one workload's buckets over replications.
#[derive(Clone, Debug, Default)]
pub(super) struct Series {
    buckets: Vec<Sums>,
}

#[derive(Clone, Debug, Default)]
struct Sums {
    replications: f64,
    offered: u64,
    done: u64,
    in_time: u64,
    errors: Errors,
    in_system: f64,
    utilisation: f64,
    /// Replications in which something was answered, and the sums of their mean and percentiles.
    answered: f64,
    response_mean: f64,
    quantiles: [f64; 3],
}

impl Series {
    /// Adds the series of one replication.
    pub(super) fn add(&mut self, buckets: &[Bucket]) {
        if self.buckets.len() < buckets.len() {
            self.buckets.resize(buckets.len(), Sums::default());
        }
        for (sums, bucket) in self.buckets.iter_mut().zip(buckets) {
            sums.replications += 1.0;
            sums.offered += bucket.offered;
            sums.done += bucket.done;
            sums.in_time += bucket.in_time;
            sums.errors.rejected += bucket.errors.rejected;
            sums.errors.timeouts += bucket.errors.timeouts;
            sums.errors.abandoned += bucket.errors.abandoned;
            sums.errors.failed += bucket.errors.failed;
            sums.in_system += bucket.in_system;
            sums.utilisation += bucket.utilisation;
            if let Some((mean, quantiles)) = bucket.response_mean.zip(bucket.response_quantiles) {
                sums.answered += 1.0;
                sums.response_mean += mean;
                for (sum, quantile) in sums.quantiles.iter_mut().zip(quantiles) {
                    *sum += quantile;
                }
            }
        }
    }

    /// Returns the means over replications of buckets this wide, the last cut at `duration`.
    pub(super) fn means(&self, bucket: SimDuration, duration: SimDuration) -> Vec<TimelineBucket> {
        let (width, end) = (bucket.as_secs_f64(), duration.as_secs_f64());
        let mean = |(at, sums): (usize, &Sums)| {
            let start = at as f64 * width;
            let until = (start + width).min(end);
            let rate = |count: u64| count as f64 / sums.replications / (until - start);
            let response = |sum: f64| (0.0 < sums.answered).then(|| sum / sums.answered);
            TimelineBucket {
                start,
                end: until,
                offered: rate(sums.offered),
                completed: rate(sums.done),
                failed: rate(sums.errors.all()),
                goodput: rate(sums.in_time),
                rejected: rate(sums.errors.rejected),
                timeouts: rate(sums.errors.timeouts),
                abandoned: rate(sums.errors.abandoned),
                lost_to_failures: rate(sums.errors.failed),
                response_mean: response(sums.response_mean),
                response_p50: response(sums.quantiles[0]),
                response_p95: response(sums.quantiles[1]),
                response_p99: response(sums.quantiles[2]),
                in_system: sums.in_system / sums.replications,
                utilisation: sums.utilisation / sums.replications,
            }
        };
        self.buckets.iter().enumerate().map(mean).collect()
    }
}
