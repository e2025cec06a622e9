//! Do two experiments differ that nobody paired? The difference of their means, from what is kept of each: its interval.

use super::student;

/// What is known of a mean: its estimate, its interval, and what that rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// The estimate.
    pub value: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end of its interval.
    pub high: f64,
    /// Probability that the interval covers the true value, between 0 and 1.
    pub level: f64,
    /// How many independent values it rests on, at least 2.
    pub n: usize,
}

/// How far one mean lies from another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The second minus the first.
    pub value: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end of its interval.
    pub high: f64,
}

/// A difference this small beside the values themselves is one of rounding.
const ROUNDING: f64 = 1e-9;

impl Difference {
    /// Compares two independent means, with an interval at `level`.
    ///
    /// # Formula
    /// ```text
    /// d = v − b,    d − t·√(l_v² + u_b²) … d + t·√(u_v² + l_b²),    l, u: the arms of each interval ÷ its own quantile
    /// ν = (v + b)²/(v²/(n_v − 1) + b²/(n_b − 1)) of the squared arms v and b, rounded down
    /// ```
    /// For intervals that are as wide on both sides this is Welch's test. Where they lean to one side, the arms that face
    /// each other decide.
    ///
    /// # Validity
    /// Independent means, each about normal. Means that went up and down together, because they met the same requests,
    /// differ by less than this allows for: then it claims too little, never too much.
    ///
    /// # Source
    /// Welch, *Biometrika* 34 (1947) 28–35; for intervals that lean Zou and Donner, *Statistics in Medicine* 27 (2008)
    /// 1693–1702.
    pub fn between(before: &Sample, after: &Sample, level: f64) -> Self {
        let value = after.value - before.value;
        let below = reach(after, after.value - after.low, before, before.high - before.value);
        let above = reach(after, after.high - after.value, before, before.value - before.low);
        Self {
            value,
            low: value - width(below, level),
            high: value + width(above, level),
        }
    }

    /// Whether the interval leaves out 0 by more than rounding, beside means of the size of `scale`.
    pub fn is_significant(&self, scale: f64) -> bool {
        let slack = ROUNDING * scale.abs();
        slack < self.low || self.high < -slack
    }
}

/// The squared standard error in one direction, and its degrees of freedom.
fn reach(one: &Sample, one_arm: f64, other: &Sample, other_arm: f64) -> (f64, usize) {
    let part = |sample: &Sample, arm: f64| {
        let freedom = sample.n.max(2) - 1;
        let error = arm.max(0.0) / student::critical_value(sample.level, freedom);
        (error * error, freedom as f64)
    };
    let ((one, one_freedom), (other, other_freedom)) = (part(one, one_arm), part(other, other_arm));
    let total = one + other;
    // In shares of the whole, whose squares neither vanish nor overflow.
    let (one, other) = (one / total, other / total);
    let freedom = 1.0 / (one * one / one_freedom + other * other / other_freedom);
    // The rounding of a whole number must not cost a degree.
    let freedom = (freedom * (1.0 + ROUNDING)).floor();
    (
        total,
        if freedom.is_finite() { freedom as usize } else { 1 }.max(1),
    )
}

fn width((squared, freedom): (f64, usize), level: f64) -> f64 {
    if squared == 0.0 {
        return 0.0;
    }
    student::critical_value(level, freedom) * squared.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Estimate;

    fn sample(values: &[f64]) -> Sample {
        let estimate = Estimate::from_replications(values, 0.95).unwrap();
        Sample {
            value: estimate.mean,
            low: estimate.low().unwrap(),
            high: estimate.high().unwrap(),
            level: 0.95,
            n: values.len(),
        }
    }

    /// By hand: means 3 and 6, variances of the means 0.5 and 2, so ν = 2.5²/(0.25/4 + 4/4) = 5.88, and t of 5 is 2.571.
    #[test]
    fn two_samples_are_compared_as_welch_does() {
        let (before, after) = (
            sample(&[1.0, 2.0, 3.0, 4.0, 5.0]),
            sample(&[2.0, 4.0, 6.0, 8.0, 10.0]),
        );
        let got = Difference::between(&before, &after, 0.95);
        let half = 2.570_582 * 2.5_f64.sqrt();
        assert!((got.value - 3.0).abs() < 1e-12, "{got:?}");
        assert!((got.high - got.value - half).abs() < 1e-5, "{got:?}");
        assert!((got.value - got.low - half).abs() < 1e-5, "{got:?}");
        assert!(!got.is_significant(6.0), "{got:?}");
    }

    #[test]
    fn the_arms_that_face_each_other_decide() {
        // Surely at most 1, but perhaps a good deal less.
        let whole = Sample {
            value: 1.0,
            low: 0.99,
            high: 1.0,
            level: 0.95,
            n: 10,
        };
        let below = Sample {
            value: 0.98,
            low: 0.979,
            high: 0.981,
            ..whole
        };
        let fell = Difference::between(&whole, &below, 0.95);
        let rose = Difference::between(&below, &whole, 0.95);
        assert!((fell.low + rose.high).abs() < 1e-12 && (fell.high + rose.low).abs() < 1e-12);
        assert!(fell.is_significant(1.0) && fell.high - fell.value > 5.0 * (fell.value - fell.low));
    }

    #[test]
    fn constants_differ_for_certain_but_for_their_rounding() {
        let constant = |value: f64| Sample {
            value,
            low: value,
            high: value,
            level: 0.95,
            n: 4,
        };
        let differs =
            |after: f64| Difference::between(&constant(1.0), &constant(after), 0.95).is_significant(1.0);
        assert!(differs(1.001) && differs(0.999));
        assert!(!differs(1.0) && !differs(1.0 + 1e-12));
    }

    /// Of experiments that do not differ, no more are told to differ than the level allows.
    #[test]
    fn what_is_the_same_is_told_apart_no_more_often_than_promised() {
        use rand::{RngExt, SeedableRng};
        let mut random = rand_xoshiro::Xoshiro256PlusPlus::seed_from_u64(7);
        let mut draw = |n: usize, spread: f64| -> Vec<f64> {
            let sum = |random: &mut rand_xoshiro::Xoshiro256PlusPlus| {
                (0..12).map(|_| random.random::<f64>()).sum::<f64>()
            };
            (0..n).map(|_| spread * (sum(&mut random) - 6.0)).collect()
        };
        let (mut wrong, tries) = (0, 4_000);
        for _ in 0..tries {
            let (before, after) = (sample(&draw(5, 1.0)), sample(&draw(9, 3.0)));
            wrong += i32::from(Difference::between(&before, &after, 0.95).is_significant(1.0));
        }
        // 5 % of 4000 are 200, give or take 14.
        assert!((130..245).contains(&wrong), "{wrong} of {tries}");
    }
}
