//! The times of requests that wait for a number of departures from busy exponential servers, and are then served.

use super::numeric::poisson;

/// First come, first served by `c` exponential servers, from what requests find.
///
/// The tails count departures with a Poisson clock of rate `cμ` (uniformisation: Jensen, *Skandinavisk
/// Aktuarietidskrift* 36, 1953): every term is positive.
#[derive(Clone, Debug)]
pub(super) struct Stages {
    servers: f64,
    service_rate: f64,
    /// P(a request waits for exactly `k` departures).
    exactly: Vec<f64>,
    /// P(a request waits for at least `k` departures), summed from the far end.
    at_least: Vec<f64>,
}

impl Stages {
    pub(super) fn new(servers: u32, service_rate: f64, exactly: Vec<f64>) -> Self {
        let mut at_least = exactly.clone();
        for k in (1..at_least.len()).rev() {
            at_least[k - 1] += at_least[k];
        }
        Self {
            servers: f64::from(servers),
            service_rate,
            exactly,
            at_least,
        }
    }
    pub(super) fn prob_wait(&self) -> f64 {
        self.more_than(0)
    }
    pub(super) fn mean_wait(&self) -> f64 {
        self.moment(|k| k) / (self.servers * self.service_rate)
    }
    pub(super) fn wait_variance(&self) -> f64 {
        let second = self.moment(|k| k * (k + 1.0)) / (self.servers * self.service_rate).powi(2);
        second - self.mean_wait().powi(2)
    }
    pub(super) fn wait_tail(&self, t: f64) -> f64 {
        if t < 0.0 {
            return 1.0;
        }
        // It still waits if fewer departures have happened than it needs.
        let (first, clock) = poisson(self.servers * self.service_rate * t);
        let departures = clock.iter().zip(first..);
        departures.map(|(p, done)| p * self.more_than(done)).sum()
    }
    pub(super) fn response_tail(&self, t: f64) -> f64 {
        let (first, clock) = poisson(self.servers * self.service_rate * t.max(0.0));
        // Once in service, each tick of the clock is its own departure with probability 1/c.
        let stays = 1.0 - self.servers.recip();
        // Of who entered so many ticks before, next to none are left.
        let begin = first.saturating_sub((40.0 * self.servers) as usize);
        let (mut serving, mut tail) = (0.0, 0.0);
        for ticks in begin..first + clock.len() {
            serving = stays * serving + self.exactly.get(ticks).copied().unwrap_or(0.0);
            if first <= ticks {
                tail += clock[ticks - first] * (self.more_than(ticks) + serving);
            }
        }
        tail
    }
    /// P(a request waits for more than this many departures).
    fn more_than(&self, departures: usize) -> f64 {
        self.at_least.get(departures + 1).copied().unwrap_or(0.0)
    }
    fn moment(&self, moment: impl Fn(f64) -> f64) -> f64 {
        let terms = self.exactly.iter().enumerate();
        terms.map(|(k, p)| p * moment(k as f64)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::test_support::assert_close;

    /// One server: a wait for `k` departures and the own service are `k + 1` equal stages.
    #[test]
    fn one_server_gives_erlang_times() {
        let stages = Stages::new(1, 2.0, vec![0.25, 0.0, 0.75]);
        let x = 2.0 * 0.8_f64;
        let expected = (-x).exp() * (0.25 + 0.75 * (1.0 + x + x * x / 2.0));
        assert_close(stages.response_tail(0.8), expected, 1e-14);
        assert_close(stages.wait_tail(0.8), (-x).exp() * 0.75 * (1.0 + x), 1e-14);
        assert_close(stages.mean_wait(), 0.75, 1e-15);
        assert_close(stages.wait_variance(), 0.75 * 6.0 / 4.0 - 0.75 * 0.75, 1e-15);
        assert_close(stages.prob_wait(), 0.75, 1e-15);
    }
}
