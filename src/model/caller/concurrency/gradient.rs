//! A limit that follows response times: it grows while they are what they were without load, and shrinks as they rise.
//!
//! After Netflix's *concurrency-limits* (2018; its `GradientLimit`), whose arithmetic this is: over a number of answers,
//! with the mean time `t` and the least such mean `t₀` so far,
//!
//! ```text
//! gradient = clamp(tolerance·t₀/t, 1/2, 1),    limit ← limit·gradient + √limit,
//! ```
//!
//! where a step down is smoothed, by a fifth at a time. A time of failures halves the limit instead. The least mean is
//! kept for good, so a service that becomes slower for good is taken for one that is overloaded.

use super::{ConcurrencyPlan, Ended, Limit, Range};
use crate::config::{Entry, Section, Spanned, Table, at_least_one};

pub(super) const ENTRY: Entry<ConcurrencyPlan> = Entry {
    name: "gradient",
    summary: "grows while response times stay what they were without load, and shrinks as they rise",
    example: "start = 20, tolerance = 1.5",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// A limit that follows response times.
    struct Settings: "a gradient limit" {
        /// The limit at the beginning.
        start: Spanned<u32> = 20,
        /// The least that it becomes, at least 1.
        least: Spanned<u32> = 1,
        /// The most that it becomes.
        most: Spanned<u32> = 1_000,
        /// How much longer than without load responses may take before the limit shrinks, from 1.
        tolerance: Spanned<f64> = 2,
        /// Answers whose mean is looked at, at least 1.
        samples: Spanned<u32> = 50,
    }
}

fn read(section: &Section<'_>) -> Option<ConcurrencyPlan> {
    let raw = Settings::read_fields(section)?;
    let problems = section.problems();
    let range = Range::checked(&raw.start, &raw.least, &raw.most, problems)?;
    let samples = at_least_one(&raw.samples, "the number of `samples`", problems)?;
    let tolerance = *raw.tolerance;
    if !(1.0..=100.0).contains(&tolerance) {
        let help = "2 lets responses take twice as long as without load";
        problems.error(
            &raw.tolerance.span,
            "the `tolerance` is not between 1 and 100",
            "here",
            help,
        );
        return None;
    }
    Some(ConcurrencyPlan::new(ENTRY.name, move || Gradient {
        range,
        tolerance,
        samples,
        limit: range.start,
        best: f64::INFINITY,
        window: Window::default(),
    }))
}

/// How much of a step down is taken at a time.
const SMOOTHING: f64 = 0.2;

struct Gradient {
    range: Range,
    tolerance: f64,
    samples: u32,
    limit: f64,
    /// The least mean so far, in nanoseconds.
    best: f64,
    window: Window,
}

/// What has ended since the limit was last looked at.
#[derive(Default)]
struct Window {
    answers: u32,
    nanos: f64,
    failed: bool,
    under_way: u32,
}

impl Limit for Gradient {
    fn limit(&self) -> u32 {
        self.limit as u32
    }
    fn ended(&mut self, ended: &Ended) {
        let window = &mut self.window;
        window.answers += 1;
        window.nanos += ended.took().as_nanos() as f64;
        window.failed |= ended.failed;
        window.under_way = window.under_way.max(ended.under_way);
        if window.answers < self.samples {
            return;
        }
        let window = std::mem::take(window);
        let mean = (window.nanos / f64::from(window.answers)).max(1.0);
        if !window.failed {
            self.best = self.best.min(mean);
        }
        let slack = self.limit.sqrt();
        let aim = if window.failed {
            self.limit / 2.0
        } else if f64::from(window.under_way) + slack < self.limit {
            return; // a limit that is not used says nothing
        } else {
            self.limit * (self.tolerance * self.best / mean).clamp(0.5, 1.0) + slack
        };
        let step = aim - self.limit;
        let step = if step < 0.0 { SMOOTHING * step } else { step };
        self.limit = self.range.clamp(self.limit + step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimTime;

    fn gradient(start: f64, tolerance: f64) -> Gradient {
        Gradient {
            range: Range {
                start,
                least: 1.0,
                most: 1_000.0,
            },
            tolerance,
            samples: 1,
            limit: start,
            best: f64::INFINITY,
            window: Window::default(),
        }
    }
    fn ended(took: f64, failed: bool, under_way: u32) -> Ended {
        Ended {
            began: SimTime::ZERO,
            now: SimTime::from_nanos(took as u64),
            failed,
            under_way,
        }
    }

    /// Worked by hand.
    #[test]
    fn it_grows_by_its_root_and_shrinks_by_a_fifth_of_what_it_should() {
        let mut limit = gradient(16.0, 2.0);
        limit.ended(&ended(100.0, false, 16));
        assert!((limit.limit - 20.0).abs() < 1e-12, "16 + √16");
        limit.ended(&ended(100.0, false, 15));
        assert!((limit.limit - 20.0).abs() < 1e-12, "15 under way leave it unused");
        // Three times as long: 20 · 2/3 + √20 = 17.805, a fifth of the way there.
        limit.ended(&ended(300.0, false, 20));
        assert!((limit.limit - 19.561_094).abs() < 1e-6, "{}", limit.limit);
        limit.ended(&ended(300.0, true, 20));
        assert!(
            (limit.limit - 0.9 * 19.561_094).abs() < 1e-6,
            "half, a fifth of the way"
        );
    }

    /// A service with room for 100 at once that takes 1 ms, and longer in proportion to what is beyond. Where growth and
    /// gradient balance, limit = limit·(2·100/limit) + √limit, so limit = 200 + √limit = 214.65.
    #[test]
    fn it_settles_where_growth_and_gradient_balance() {
        let mut limit = gradient(10.0, 2.0);
        for _ in 0..1_000 {
            let under_way = limit.limit();
            let took = 1e6 * (f64::from(under_way) / 100.0).max(1.0);
            limit.ended(&ended(took, false, under_way));
        }
        assert!((limit.limit - 214.65).abs() < 1.5, "{}", limit.limit);
    }
}
