//! Hedged requests: where an answer is slow to come, a second attempt is sent beside the first, and the first answer
//! counts.
//!
//! Dean and Barroso, *The Tail at Scale*, Communications of the ACM 56(2), 2013, who wait for the 95th percentile of
//! the usual response time, so that hedges add a twentieth to the load.

use super::{budget::BudgetPlan, retry::Which};
use crate::{
    config::{Node, Problems, Shape, Spanned, Tree, Value},
    stats::CoarseHistogram,
    units::{Quantity, Share, SimDuration},
};

crate::config_table! {
    /// A second attempt where the first is slow.
    struct Settings: "a hedge" {
        /// How long an attempt has gone unanswered when a second one is sent: a duration, or a percentile of the
        /// caller's own attempts like `"p95"`. A percentile is that of the last five hundred or so, and nothing is hedged
        /// before there are enough.
        after: After,
        /// Whether the attempts that are left when one is answered are withdrawn; otherwise their work is done to no
        /// use.
        cancel: bool = true,
        /// The server that a hedge goes to.
        server: Spanned<Which> = "another",
        /// What hedges may add to the load: a share of all requests like `"2 %"`, or a table. Left out, there is no
        /// bound.
        budget: Option<BudgetPlan>,
    }
}

/// When a hedge is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum After {
    /// A time after the attempt.
    Fixed(SimDuration),
    /// The quantile, between 0 and 1, of the times that attempts took.
    Quantile(f64),
}

impl Value for After {
    fn shape() -> Shape {
        Shape::OneOf(vec![SimDuration::shape(), Shape::Text])
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let Tree::Text(text) = &node.tree else {
            return Some(Self::Fixed(SimDuration::read(node, problems)?));
        };
        let Some(percent) = text.strip_prefix('p') else {
            let duration = SimDuration::parse(text);
            if let Err(fault) = &duration {
                let help = "write a duration like \"20 ms\", or a percentile like \"p95\"";
                problems.error(&node.span, fault.clone(), "here", help);
            }
            return duration.ok().map(Self::Fixed);
        };
        let quantile = Share::parse(&format!("{percent} %")).ok().map(Share::get);
        let quantile = quantile.filter(|q| (0.01..=0.9999).contains(q));
        if quantile.is_none() {
            let fault = format!("`{text}` is not a percentile from p1 to p99.99");
            problems.error(&node.span, fault, "here", "write one like \"p95\"");
        }
        quantile.map(Self::Quantile)
    }
}

/// A second attempt where the first is slow.
#[derive(Clone, Debug, PartialEq)]
pub struct HedgePlan {
    /// When it is sent.
    pub after: After,
    /// Whether what is left is withdrawn when one is answered.
    pub cancel: bool,
    /// Where it goes; not to the same server.
    pub server: Which,
    /// What hedges may add.
    pub budget: Option<BudgetPlan>,
}

impl Value for HedgePlan {
    fn shape() -> Shape {
        Settings::shape()
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let Settings {
            after,
            cancel,
            server,
            budget,
        } = Settings::read(node, problems)?;
        if *server == Which::Same {
            let help = "use \"another\", or \"any\" to leave it to the balancer";
            problems.error(
                &server.span,
                "a hedge at the same server waits behind what it is to overtake",
                "here",
                help,
            );
            return None;
        }
        Some(Self {
            after,
            cancel,
            server: *server,
            budget,
        })
    }
}

/// Times kept in each of the two halves of the window, at least.
const HALF: u64 = 250;
/// Times beyond the quantile in a half of the window, at least.
const BEYOND: f64 = 10.0;

/// When hedges are due, as a caller learns it from its own attempts.
#[derive(Clone, Debug)]
pub struct Clock {
    after: After,
    /// The times that came last, and those before them.
    halves: [CoarseHistogram; 2],
    half: u64,
    due: Option<SimDuration>,
}

impl Clock {
    /// Returns a clock at the beginning of a run.
    pub fn new(after: After) -> Self {
        let (due, half) = match after {
            After::Fixed(due) => (Some(due), 0),
            After::Quantile(q) => (None, HALF.max((BEYOND / (1.0 - q)).ceil() as u64)),
        };
        Self {
            after,
            halves: [CoarseHistogram::new(), CoarseHistogram::new()],
            half,
            due,
        }
    }
    /// Returns how long after an attempt a hedge is due, once that is known.
    pub fn due(&self) -> Option<SimDuration> {
        self.due
    }
    /// A first attempt took this long, or at least this long if it was overtaken or given up. Those must count as well:
    /// a percentile of only what was quick enough would creep down.
    pub fn took(&mut self, time: SimDuration) {
        let After::Quantile(q) = self.after else { return };
        self.halves[0].record(time.as_nanos());
        if self.halves[0].count() < self.half {
            return;
        }
        let [last, before] = &mut self.halves;
        before.merge(last);
        let quantile = before.quantile(q).expect("it holds some");
        self.due = Some(SimDuration::from_nanos(quantile as u64));
        before.clear();
        std::mem::swap(last, before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse_value;

    fn read(text: &str) -> Result<HedgePlan, String> {
        let problems = Problems::default();
        let plan = HedgePlan::read(&parse_value(text, 0).unwrap(), &problems);
        plan.ok_or_else(|| problems.into_sorted()[0].message.clone())
    }

    #[test]
    fn a_hedge_is_due_after_a_time_or_at_a_percentile() {
        let after = |text: &str| read(&format!("{{ after = {text} }}")).map(|plan| plan.after);
        assert_eq!(
            after("\"20 ms\""),
            Ok(After::Fixed(SimDuration::from_nanos(20_000_000)))
        );
        assert_eq!(after("\"p95\""), Ok(After::Quantile(0.95)));
        assert_eq!(after("\"p99.9\""), Ok(After::Quantile(0.999)));
        for text in ["\"p0\"", "\"p100\"", "\"p\"", "\"pony\"", "\"95 %\"", "95"] {
            assert!(after(text).is_err(), "{text}");
        }
        assert!(read("{}").is_err());
        let same = read("{ after = \"p95\", server = \"same\" }");
        assert!(same.unwrap_err().starts_with("a hedge at the same server"));
    }

    #[test]
    fn a_percentile_is_known_once_there_are_enough_and_follows_the_times() {
        let mut clock = Clock::new(After::Quantile(0.9));
        let feed = |clock: &mut Clock, base: u64, count: u64| {
            for at in 0..count {
                clock.took(SimDuration::from_nanos(base + at % 100));
            }
        };
        feed(&mut clock, 1_000, 249);
        assert_eq!(clock.due(), None);
        feed(&mut clock, 1_000, 1);
        let due = clock.due().unwrap().as_nanos() as f64;
        assert!((due / 1_090.0 - 1.0).abs() < 0.032, "{due}");
        // Half of what it looks at is ten times as long, and then all of it.
        feed(&mut clock, 10_000, 250);
        assert!(10_000 <= clock.due().unwrap().as_nanos());
        feed(&mut clock, 1_000, 500);
        let due = clock.due().unwrap().as_nanos() as f64;
        assert!((due / 1_090.0 - 1.0).abs() < 0.032, "{due}");
    }

    #[test]
    fn a_far_percentile_waits_for_more() {
        let mut clock = Clock::new(After::Quantile(0.999));
        for _ in 0..9_999 {
            clock.took(SimDuration::from_nanos(5));
        }
        assert_eq!(clock.due(), None);
        clock.took(SimDuration::from_nanos(5));
        // Ten thousand, or one more where the division rounds up.
        clock.took(SimDuration::from_nanos(5));
        assert_eq!(clock.due(), Some(SimDuration::from_nanos(5)));
    }
}
