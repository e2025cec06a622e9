//! Writes the trace that `scenarios/trace.toml` replays: requests to a service that scales images.
//!
//! It is made up, and has what recorded traces have: a rate that drifts, bursts from single clients, few keys that are
//! asked for often and many that are asked for once, and work that goes with the key. The seed is fixed, so that it
//! comes out the same wherever it is written.
//!
//! ```text
//! cargo run --example make_trace | gzip -9n > scenarios/data/requests.csv.gz
//! ```

use std::{fmt::Write as _, io::Write as _};

use plimsoll::rng::{Seed, Stream};
use rand_distr::{Distribution, Exp1, StandardNormal, Zipf};

/// The length of the trace in seconds.
const LENGTH: f64 = 1_200.0;
const KEYS: u32 = 5_000;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(trace().as_bytes())
}

/// Returns the trace as CSV.
pub(crate) fn trace() -> String {
    let streams = Seed(1876).replication(0);
    let (mut gaps, mut picks, mut noise) = (
        streams.stream("gaps"),
        streams.stream("keys"),
        streams.stream("work"),
    );
    let size = sizes(&mut streams.stream("sizes"));
    let popularity = Zipf::new(f64::from(KEYS), 0.9).expect("a valid exponent");
    let mut text = String::from("timestamp,work,key,class\n");
    for (at, in_burst) in times(&mut gaps) {
        let key = popularity.sample(&mut picks) as usize;
        // The same image takes about as long again: a normal factor of ±10 %, never below half.
        let normal: f64 = StandardNormal.sample(&mut noise);
        let work = size[key - 1] * (1.0 + 0.1 * normal).max(0.5);
        writeln!(text, "{at:.3},{work:.3},{key},{}", u8::from(in_burst)).expect("a string takes everything");
    }
    text
}

/// The work of every key in seconds: lognormal with mean 0.12 s and a coefficient of variation of 1.2.
fn sizes(rng: &mut Stream) -> Vec<f64> {
    let (mean, cv) = (0.12_f64, 1.2_f64);
    let variance = (cv * cv).ln_1p();
    let log_mean = mean.ln() - variance / 2.0;
    let draw = |_| {
        let normal: f64 = StandardNormal.sample(rng);
        (log_mean + variance.sqrt() * normal).exp()
    };
    (0..KEYS).map(draw).collect()
}

/// Returns when requests come, and whether they are part of a burst.
fn times(rng: &mut Stream) -> Vec<(f64, bool)> {
    let mut all = Vec::new();
    // People: a Poisson process whose rate swings once around 14 per second, by thinning one of the highest rate.
    let mut at = 0.0;
    loop {
        at += exponential(rng) / 20.0;
        if LENGTH <= at {
            break;
        }
        let rate = 14.0 - 6.0 * (std::f64::consts::TAU * at / LENGTH).cos();
        if rng.open01() * 20.0 < rate {
            all.push((at, false));
        }
    }
    // Programs: every minute and a half or so one asks for some fifty images, twenty-five of them a second.
    let mut begin = 0.0;
    loop {
        begin += 90.0 * exponential(rng);
        if LENGTH <= begin {
            break;
        }
        let (mut at, end) = (begin, (begin + 2.0 * exponential(rng)).min(LENGTH));
        while at < end {
            all.push((at, true));
            at += exponential(rng) / 25.0;
        }
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all
}

fn exponential(rng: &mut Stream) -> f64 {
    Exp1.sample(rng)
}
