//! Power of `d` choices: look at a few random servers and take the least busy.
//!
//! In a large pool P(queue ≥ k) falls as ρ^(2^k − 1) for d = 2, against ρ^k for random choice.
//! Source: Mitzenmacher, *IEEE Trans. Parallel Distrib. Syst.* 12(10), 2001.

use super::{Ask, Balancer, Law, Policy, ServerId, View};
use crate::{
    config::{Entry, Section, Spanned, Table},
    rng::Stream,
};

pub(super) const ENTRY: Entry<Policy> = Entry {
    name: "power-of-d",
    summary: "sample `d` servers and send to the one with the fewest requests",
    example: "d = 2",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// Power of `d` choices.
    struct Settings: "power-of-d" {
        /// Servers sampled for each request.
        d: Spanned<u32> = 2,
    }
}

fn read(section: &Section<'_>) -> Option<Policy> {
    let Settings { d } = Settings::read_fields(section)?;
    if *d < 2 {
        let help = "use `policy = \"random\"` for a single choice";
        section.problems().error(&d.span, "`d` is below 2", "here", help);
        return None;
    }
    Some(plan(*d))
}

/// Returns the power of `d ≥ 1` choices.
pub fn plan(d: u32) -> Policy {
    Policy::new(ENTRY.name, Law::PowerOfD(d), move |_| PowerOfD { d })
}

struct PowerOfD {
    d: u32,
}

impl Balancer for PowerOfD {
    fn pick(&mut self, view: &View, _: &Ask, rng: &mut Stream) -> Option<ServerId> {
        let mut best = view.eligible().sample(rng)?;
        for _ in 1..self.d {
            let other = view.eligible().sample(rng)?;
            // Ties go to the server sampled first, so no number is favoured.
            if view.load(other) < view.load(best) {
                best = other;
            }
        }
        Some(best)
    }
}
