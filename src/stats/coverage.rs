//! Do the intervals cover as often as they say? Many small experiments with a known truth, and decoys.

use rand_distr::{Distribution, Exp1, StandardNormal};

use super::{Estimate, Histogram, PairedDifference, quantile};
use crate::rng::{Seed, Stream};

/// The seed of every statistical test of this module, chosen before looking.
pub(super) fn stream(replication: u64, name: &str) -> Stream {
    Seed(2026).replication(replication).stream(name)
}

/// An exponential time of mean 1.
fn exponential(source: &mut Stream) -> f64 {
    Exp1.sample(source)
}

/// An autoregressive series of order 1: mean 0, variance 1, stationary from its first value.
pub(super) struct Ar1 {
    correlation: f64,
    value: f64,
    source: Stream,
}

impl Ar1 {
    pub(super) fn new(correlation: f64, mut source: Stream) -> Self {
        let value = StandardNormal.sample(&mut source);
        Self {
            correlation,
            value,
            source,
        }
    }

    pub(super) fn draw(&mut self) -> f64 {
        let noise: f64 = StandardNormal.sample(&mut self.source);
        let share = (1.0 - self.correlation * self.correlation).sqrt();
        self.value = self.correlation * self.value + share * noise;
        self.value
    }
}

/// How often an interval covered.
#[derive(Default)]
pub(crate) struct Tally {
    covered: u32,
    tried: u32,
}

impl Tally {
    pub(crate) fn count(&mut self, covers: bool) {
        self.tried += 1;
        self.covered += u32::from(covers);
    }

    pub(crate) fn fraction(&self) -> f64 {
        f64::from(self.covered) / f64::from(self.tried)
    }

    pub(super) fn assert_near_95_percent(&self, what: &str) {
        assert_eq!(
            self.tried, 1_000,
            "{what}: the bounds are meant for 1000 experiments"
        );
        let fraction = self.fraction();
        assert!(
            (0.93..=0.97).contains(&fraction),
            "{what}: 95 % intervals cover {fraction}"
        );
    }
}

/// Offered load of the test queue, and customers counted in a replication. A busier queue or a shorter run
/// leaves the means skewed (at load 0.5 and 1 000 customers, 95 % intervals cover about 93.3 %).
const LOAD: f64 = 0.3;
const CUSTOMERS: u32 = 2_000;

/// Waits in an M/M/1 queue with mean service 1, by Lindley's recursion: W' = max(0, W + S − A).
struct Waits {
    wait: f64,
    gaps: Stream,
    work: Stream,
}

impl Waits {
    /// Past its warm-up: at this load three hundred customers are many relaxation times.
    fn warm(replication: u64) -> Self {
        let (gaps, work) = (stream(replication, "gaps"), stream(replication, "work"));
        let mut waits = Self {
            wait: 0.0,
            gaps,
            work,
        };
        for _ in 0..300 {
            waits.next();
        }
        waits
    }

    fn next(&mut self) -> f64 {
        let gap = exponential(&mut self.gaps) / LOAD;
        let work = exponential(&mut self.work);
        self.wait = (self.wait + work - gap).max(0.0);
        self.wait
    }

    fn mean(&mut self, n: u32) -> f64 {
        (0..n).map(|_| self.next()).sum::<f64>() / f64::from(n)
    }
}

#[test]
fn means_of_a_queue_cover_as_often_as_they_say() {
    let truth = LOAD / (1.0 - LOAD); // mean wait ρ/(1 − ρ), in mean services
    let (mut tally, mut decoy) = (Tally::default(), Tally::default());
    for experiment in 0..1_000 {
        let waits: Vec<f64> = (0..10)
            .map(|i| Waits::warm(experiment * 10 + i).mean(CUSTOMERS))
            .collect();
        let estimate = Estimate::from_replications(&waits, 0.95).unwrap();
        tally.count(estimate.covers(truth));
        // Many of so many intervals must notice a wait 6 % longer.
        decoy.count(estimate.covers(1.06 * truth));
    }
    tally.assert_near_95_percent("M/M/1 mean wait");
    assert!(
        decoy.fraction() < 0.93,
        "cannot tell a wait 6 % longer: {}",
        decoy.fraction()
    );
}

#[test]
fn means_of_five_correlated_series_cover_and_a_normal_quantile_does_not() {
    let (mut tally, mut decoy) = (Tally::default(), Tally::default());
    for experiment in 0..1_000 {
        let means: Vec<f64> = (0..5)
            .map(|i| {
                let mut series = Ar1::new(0.9, stream(experiment * 5 + i, "five"));
                (0..200).map(|_| series.draw()).sum::<f64>() / 200.0
            })
            .collect();
        let student = Estimate::from_replications(&means, 0.95).unwrap();
        let normal = Estimate {
            half_width: student.half_width * 1.959_964 / 2.776_445,
            ..student
        };
        tally.count(student.covers(0.0));
        decoy.count(normal.covers(0.0));
    }
    tally.assert_near_95_percent("Student, n = 5");
    assert!(
        decoy.fraction() < 0.93,
        "a normal quantile at n = 5 passes too: {}",
        decoy.fraction()
    );
}

/// The 95th percentile of an M/M/1 wait: 1 − ρ·exp(−(1 − ρ)·w) = 0.95.
#[test]
fn sectioned_quantiles_cover_as_often_as_they_say() {
    let truth = (LOAD / 0.05).ln() / (1.0 - LOAD);
    let (mut tally, mut decoy) = (Tally::default(), Tally::default());
    for experiment in 0..1_000 {
        let mut pooled = Histogram::new();
        let mut own = Histogram::new();
        let mut sections = Vec::new();
        for i in 0..10 {
            own.clear();
            let mut waits = Waits::warm(experiment * 10 + i);
            for _ in 0..CUSTOMERS {
                own.record((waits.next() * 1e9) as u64);
            }
            sections.push(own.quantile(0.95).unwrap() / 1e9);
            pooled.merge(&own);
        }
        let estimate = quantile::sectioned(&sections, pooled.quantile(0.95).unwrap() / 1e9, 0.95).unwrap();
        tally.count(estimate.covers(truth));
        decoy.count(estimate.covers(truth * 1.05));
    }
    tally.assert_near_95_percent("M/M/1 95th percentile");
    assert!(
        decoy.fraction() < 0.93,
        "cannot tell a percentile 5 % higher: {}",
        decoy.fraction()
    );
}

/// Two queues on the same arrivals and work, the second server 5 % faster.
#[test]
fn paired_differences_cover_as_often_as_they_say_and_beat_independent_ones() {
    // W = ρ/(μ − λ), with μ = 1 and with μ = 1.05.
    let (slow, fast) = (LOAD / (1.0 - LOAD), LOAD / 1.05 / (1.05 - LOAD));
    let (truth, relative_truth) = (fast - slow, fast / slow - 1.0);
    let (mut absolute, mut relative) = (Tally::default(), Tally::default());
    let (mut paired_width, mut apart_width) = (0.0, 0.0);
    for experiment in 0..1_000 {
        let replications = experiment * 10..experiment * 10 + 10;
        let (slow, fast): (Vec<f64>, Vec<f64>) = replications.map(two_speeds).unzip();
        let paired = PairedDifference::new(&slow, &fast, 0.95).unwrap();
        absolute.count(paired.difference.covers(truth));
        relative.count(paired.relative.unwrap().covers(relative_truth));
        let mut others = fast;
        others.rotate_left(1); // breaks the pairs
        paired_width += paired.difference.half_width;
        apart_width += PairedDifference::new(&slow, &others, 0.95)
            .unwrap()
            .difference
            .half_width;
    }
    absolute.assert_near_95_percent("paired difference");
    relative.assert_near_95_percent("relative difference");
    assert!(
        3.0 * paired_width < apart_width,
        "pairs gain little: {paired_width} vs {apart_width}"
    );
}

fn two_speeds(replication: u64) -> (f64, f64) {
    let (mut gaps, mut work) = (stream(replication, "gaps"), stream(replication, "work"));
    let (mut slow, mut fast) = (0.0_f64, 0.0_f64);
    let (mut slow_sum, mut fast_sum) = (0.0, 0.0);
    for customer in 0..300 + CUSTOMERS {
        let (gap, work) = (exponential(&mut gaps) / LOAD, exponential(&mut work));
        slow = (slow + work - gap).max(0.0);
        fast = (fast + work / 1.05 - gap).max(0.0);
        if 300 <= customer {
            slow_sum += slow;
            fast_sum += fast;
        }
    }
    (slow_sum / f64::from(CUSTOMERS), fast_sum / f64::from(CUSTOMERS))
}
