//! On and off: Poisson while on, silent while off, as a batch job or a flaky link makes it.

use super::{
    ArrivalPlan,
    bursty::{self, Next},
};
use crate::{
    config::{Entry, Section, Spanned, Table},
    dist::Dist,
    units::{Rate, SimDuration},
};

pub(super) const ENTRY: Entry<ArrivalPlan> = Entry {
    name: "on-off",
    summary: "Poisson while on, silent while off; both last exponential times",
    example: "rate = \"900 /s\", on = \"2 s\", off = \"6 s\"",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// Poisson by turns with silence.
    struct Settings: "on–off arrivals" {
        /// Requests per unit of time while on.
        rate: Rate,
        /// How long it is on, on average.
        on: Spanned<SimDuration>,
        /// How long it is off, on average.
        off: Spanned<SimDuration>,
    }
}

fn read(section: &Section<'_>) -> Option<ArrivalPlan> {
    let Settings { rate, on, off } = Settings::read_fields(section)?;
    let mut sound = true;
    for (what, time) in [("on", &on), ("off", &off)] {
        if time.value == SimDuration::ZERO {
            let fault = format!("`{what}` is zero");
            let help = "write how long it lasts, like \"2 s\"; `process = \"poisson\"` is never off";
            section
                .problems()
                .error(&time.span, fault, "no time at all", help);
            sound = false;
        }
    }
    if !sound {
        return None;
    }
    plan(rate, on.value, off.value).or_else(|| bursty::too_often(section))
}

/// Returns Poisson arrivals of this rate while on, for `on` on average, by turns with silence for `off` on average;
/// `None` unless both last, and it turns on or off at most a million times per request.
pub fn plan(rate: Rate, on: SimDuration, off: SimDuration) -> Option<ArrivalPlan> {
    let states = [(rate.as_per_second(), on.as_secs_f64()), (0.0, off.as_secs_f64())];
    bursty::made(ENTRY.name, &states, Next::InOrder)
}

/// Returns the gap of an interrupted Poisson process, which is a renewal process with hyperexponential gaps; `None` where
/// the numbers are too extreme for a distribution.
///
/// # Formula
/// ```text
/// with probability p exponential of rate k₁, else k₂,    p = (λ − k₂)/(k₁ − k₂)
/// k₁, k₂ = ½·(s ± √(s² − 4λω)),    s = λ + ω + γ,    γ = 1/on,    ω = 1/off
/// ```
/// # Source
/// Kuczura, *Bell System Technical Journal* 52(3), 1973.
pub(super) fn gap(rate: f64, on: f64, off: f64) -> Option<Dist> {
    let (gamma, omega) = (1.0 / on, 1.0 / off);
    // The discriminant as a sum of positive terms, and k₂ from the product of the roots: nothing cancels.
    let root = ((rate - omega).powi(2) + gamma * gamma + 2.0 * gamma * (rate + omega)).sqrt();
    let high = (rate + omega + gamma + root) / 2.0;
    let low = rate * omega / high;
    let phase = |weight: f64, rate: f64| Some((weight, Dist::exponential(1.0 / rate).ok()?));
    Dist::mixture([phase(rate - low, high)?, phase(high - rate, low)?]).ok()
}

#[cfg(test)]
mod tests {
    use crate::model::arrival::{
        Nature,
        testing::{agrees, complaints, dispersion, gap_moments, plan},
    };

    #[test]
    fn an_interrupted_poisson_process_is_known_to_be_renewal() {
        let plan = plan("process = \"on-off\"\nrate = \"900 /s\"\non = \"20 ms\"\noff = \"60 ms\"");
        let Nature::Renewal { gap } = &plan.nature else {
            panic!("{:?}", plan.nature);
        };
        assert!((gap.mean() - 1.0 / 225.0).abs() < 1e-12, "{}", gap.mean());
        let (mean, scv) = gap_moments(&plan, 400_000);
        agrees(mean, gap.mean(), 1.05 * gap.mean(), 0.02);
        agrees(scv, gap.scv(), 0.9 * gap.scv(), 0.03);
        // The asymptotic dispersion of the counts of a renewal process is the variation of its gaps.
        agrees(dispersion(&plan, 8.0, 4_000), gap.scv(), 0.85 * gap.scv(), 0.08);
    }

    #[test]
    fn no_time_on_or_off_is_refused() {
        insta::assert_snapshot!(complaints("process = \"on-off\"\nrate = \"9 /s\"\non = \"0 s\"\noff = \"0 s\""), @r#"
        `on` is zero (no time at all)
          help: write how long it lasts, like "2 s"; `process = "poisson"` is never off
        `off` is zero (no time at all)
          help: write how long it lasts, like "2 s"; `process = "poisson"` is never off
        "#);
    }
}
