//! The φ accrual detector: suspicion grows with silence, on the scale of how regular beats have been.
//!
//! φ = −log₁₀ P(a beat comes later than this), with the mean and spread of the last intervals.
//! Source: Hayashibara, Défago, Yared and Katayama, *SRDS* 2004.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::{
    config::Spanned,
    units::{Share, SimDuration, SimTime},
};

crate::config_table! {
    /// Detection by heartbeats whose silence is unlikely.
    pub struct PhiAccrual: "phi accrual" {
        /// The time between beats.
        pub interval: Spanned<SimDuration> = "1 s",
        /// The most by which an interval is longer or shorter, as a share of it.
        pub jitter: Spanned<Share> = "10 %",
        /// The suspicion at which a server counts as down: 8 is wrong once in 10⁸ beats.
        pub threshold: Spanned<f64> = 8.0,
        /// Intervals that are remembered.
        pub window: Spanned<u32> = 100,
        /// The least spread of intervals that is assumed.
        pub min_deviation: Spanned<SimDuration> = "100 ms",
    }
}

impl PhiAccrual {
    /// Returns the silence at which a server counts as down whose remembered beats came as evenly as they should.
    pub(in crate::model) fn usual_silence(&self) -> SimDuration {
        // Jitter spreads intervals evenly, with this standard deviation.
        let spread = self.interval.as_secs_f64() * self.jitter.get() / 3_f64.sqrt();
        let least = self.min_deviation.as_secs_f64();
        let deviations = -Normal::standard().inverse_cdf(10_f64.powf(-*self.threshold));
        SimDuration::from_secs_f64(self.interval.as_secs_f64() + deviations * spread.max(least))
    }
}

/// What is known of the beats of one server.
#[derive(Clone, Debug)]
pub(in crate::model) struct Suspicion {
    /// The last intervals in seconds, the oldest at `oldest` once there are as many as are remembered.
    intervals: Vec<f64>,
    oldest: usize,
    window: usize,
    last: Option<SimTime>,
    /// Silence less its mean, in standard deviations, at which suspicion is enough.
    deviations: f64,
    least_deviation: f64,
    usual: f64,
}

impl Suspicion {
    pub(in crate::model) fn new(plan: &PhiAccrual) -> Self {
        let normal = Normal::standard();
        Self {
            intervals: Vec::new(),
            oldest: 0,
            window: *plan.window as usize,
            last: None,
            deviations: -normal.inverse_cdf(10_f64.powf(-*plan.threshold)),
            least_deviation: plan.min_deviation.as_secs_f64(),
            usual: plan.interval.as_secs_f64(),
        }
    }

    /// Hears a beat; returns the silence after it at which the server counts as down.
    pub(in crate::model) fn beat(&mut self, now: SimTime) -> SimDuration {
        if let Some(last) = self.last.replace(now) {
            let interval = now.since(last).as_secs_f64();
            if self.intervals.len() < self.window {
                self.intervals.push(interval);
            } else {
                self.intervals[self.oldest] = interval;
                self.oldest = (self.oldest + 1) % self.window;
            }
        }
        let count = self.intervals.len() as f64;
        let (mean, deviation) = if self.intervals.is_empty() {
            (self.usual, 0.0)
        } else {
            let mean = self.intervals.iter().sum::<f64>() / count;
            let square = |interval: &f64| (interval - mean).powi(2);
            (
                mean,
                (self.intervals.iter().map(square).sum::<f64>() / count).sqrt(),
            )
        };
        SimDuration::from_secs_f64(mean + self.deviations * deviation.max(self.least_deviation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Problems, Value, parse_value};

    fn suspicion(text: &str) -> Suspicion {
        let plan = PhiAccrual::read(&parse_value(text, 0).unwrap(), &Problems::default()).unwrap();
        Suspicion::new(&plan)
    }

    /// Beats of exactly a second: the least deviation of 0.1 s counts. φ = 3 is one in a thousand, 3.0902 deviations.
    #[test]
    fn the_silence_that_is_suspected_follows_from_the_normal_distribution() {
        let mut regular = suspicion("{ threshold = 3.0 }");
        let mut silence = SimDuration::ZERO;
        for second in 0..20 {
            silence = regular.beat(SimTime::from_nanos(second * 1_000_000_000));
        }
        let expected = 1.0 + 0.1 * 3.090_232_306;
        assert!((silence.as_secs_f64() - expected).abs() < 1e-8, "{silence}");
    }

    /// Intervals of 1 s and 3 s in turn: mean 2, deviation 1; only the last four are remembered.
    #[test]
    fn the_window_forgets_what_is_old() {
        let mut irregular = suspicion("{ threshold = 3.0, window = 4 }");
        let (mut now, mut silence) = (0, SimDuration::ZERO);
        for step in 0..20 {
            silence = irregular.beat(SimTime::from_nanos(now));
            now += if step < 10 { 50 } else { [1, 3][step % 2] } * 1_000_000_000;
        }
        let expected = 2.0 + 3.090_232_306;
        assert!((silence.as_secs_f64() - expected).abs() < 1e-8, "{silence}");
    }
}
