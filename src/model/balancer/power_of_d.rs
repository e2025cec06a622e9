//! Power of `d` choices: look at a few random servers and take the least busy.
//!
//! In a large pool P(queue ≥ k) falls as ρ^((d^k − 1)/(d − 1)), against ρ^k for random choice.
//! Source: Mitzenmacher, *IEEE Trans. Parallel Distrib. Syst.* 12(10), 2001; Vvedenskaya, Dobrushin and Karpelevich,
//! *Problems Inform. Transmission* 32(1), 1996. With memory: Mitzenmacher, Prabhakar and Shah, FOCS 2002.
//!
//! HAProxy's `random(d)` is the same idea: it draws on its ring, with replacement and by weight, compares requests over
//! weight, and ties go to the *later* draw. Here draws are exact (see `random`) and ties go to the earlier one.

use super::{Ask, Balancer, Law, Policy, Pool, ServerId, View, sampler::Sampler};
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
        /// Servers sampled for each request, in proportion to their weight and with replacement.
        d: Spanned<u32> = 2,
        /// Whether the best server that the last request left behind is looked at as well.
        memory: bool = false,
    }
}

fn read(section: &Section<'_>) -> Option<Policy> {
    let Settings { d, memory } = Settings::read_fields(section)?;
    if *d < 2 && !memory {
        let help = "use `policy = \"random\"` for a single choice, or set `memory = true`";
        section.problems().error(&d.span, "`d` is below 2", "here", help);
        return None;
    }
    if !(1..=64).contains(&*d) {
        let help = "use `policy = \"least-connections\"` to look at all of them";
        section
            .problems()
            .error(&d.span, "`d` is not between 1 and 64", "here", help);
        return None;
    }
    Some(if memory { plan_with_memory(*d) } else { plan(*d) })
}

/// Returns the power of `d ≥ 1` choices.
pub fn plan(d: u32) -> Policy {
    Policy::new(ENTRY.name, Law::PowerOfD(d), move |pool| {
        PowerOfD::new(pool, d, Memory::Without)
    })
}

/// Returns the power of `d ≥ 1` choices and the best server that the last request left behind.
pub fn plan_with_memory(d: u32) -> Policy {
    Policy::new(ENTRY.name, Law::Other, move |pool| {
        PowerOfD::new(pool, d, Memory::Empty)
    })
}

struct PowerOfD {
    d: u32,
    servers: Sampler,
    memory: Memory,
    /// Whether weights are equal and there is no memory.
    plain: bool,
}

/// The server that is looked at again.
#[derive(Clone, Copy, PartialEq)]
enum Memory {
    Without,
    Empty,
    Holds(ServerId),
}

impl PowerOfD {
    fn new(pool: &Pool, d: u32, memory: Memory) -> Self {
        Self {
            d,
            servers: Sampler::by_weight(pool),
            memory,
            plain: pool.has_equal_weights() && memory == Memory::Without,
        }
    }

    /// Equal weights and no memory, without what only the other cases need.
    #[inline]
    fn pick_plain(&self, view: &View, rng: &mut Stream) -> Option<ServerId> {
        let mut best = view.eligible().sample(rng)?;
        let mut load = view.load(best);
        for _ in 1..self.d {
            let other = view.eligible().sample(rng)?;
            let its_load = view.load(other);
            // Ties go to the server sampled first, so no number is favoured. The outcome cannot be foretold, so there
            // is no branch on it.
            best = if its_load < load { other } else { best };
            load = load.min(its_load);
        }
        Some(best)
    }
}

impl Balancer for PowerOfD {
    fn listens(&self) -> bool {
        false
    }
    fn pick(&mut self, view: &View, _: &Ask, rng: &mut Stream) -> Option<ServerId> {
        if self.plain {
            return self.pick_plain(view, rng);
        }
        let mut seen = Seen {
            best: self.servers.sample(view, rng)?,
            second: None,
        };
        for _ in 1..self.d {
            seen.look_at(view, self.servers.sample(view, rng)?);
        }
        if let Memory::Holds(server) = self.memory
            && view.eligible().contains(server)
        {
            seen.look_at(view, server);
        }
        if self.memory != Memory::Without {
            self.memory = Memory::Holds(seen.left_behind(view));
        }
        Some(seen.best)
    }
    fn eligible_changed(&mut self, view: &View, server: ServerId) {
        self.servers.eligible_changed(view, server);
    }
}

/// The two least busy of the servers that were looked at.
struct Seen {
    best: ServerId,
    second: Option<ServerId>,
}

impl Seen {
    #[inline]
    fn look_at(&mut self, view: &View, other: ServerId) {
        // Ties go to the server sampled first, so no number is favoured.
        if is_less_busy(view, other, self.best, 0) {
            self.second = Some(self.best);
            self.best = other;
        } else if other != self.best
            && self
                .second
                .is_none_or(|second| is_less_busy(view, other, second, 0))
        {
            self.second = Some(other);
        }
    }
    /// The least busy once the best has got one more request.
    fn left_behind(&self, view: &View) -> ServerId {
        let beats = |&second: &ServerId| is_less_busy(view, second, self.best, 1);
        self.second.filter(beats).unwrap_or(self.best)
    }
}

/// Whether `a` has fewer requests for its weight than `b` would have with `more`.
#[inline]
fn is_less_busy(view: &View, a: ServerId, b: ServerId, more: u64) -> bool {
    let (load_a, load_b) = (u64::from(view.load(a)), u64::from(view.load(b)) + more);
    let weight = |server| u64::from(view.pool().server(server).weight);
    load_a * weight(b) < load_b * weight(a)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::balancer::rig::{Rig, pool_of_weights};

    /// A thousand requests to a thousand servers: the sum of squared loads tells how crowded it gets.
    #[test]
    fn a_second_look_helps_and_so_does_memory() {
        let crowding = |policy: Policy| {
            let mut rig = Rig::new(&policy, pool_of_weights(&[1; 1_000]), 3);
            for _ in 0..1_000 {
                rig.send().unwrap();
            }
            (0..1_000)
                .map(|at| rig.view.load(ServerId(at)).pow(2))
                .sum::<u32>()
        };
        let all = [plan(2), plan_with_memory(2), plan_with_memory(1), plan(1)].map(crowding);
        let [two, two_and_memory, one_and_memory, one] = all;
        // Independent calculations gave about 1490, 1390, 1830 and 2010, with a standard deviation of 30.
        assert!(two_and_memory + 40 < two, "{all:?}");
        assert!(two + 200 < one_and_memory && one_and_memory + 80 < one, "{all:?}");
    }

    #[test]
    fn loads_count_for_their_weight() {
        // Draws follow the weights too, so even at rest the heavy server gets three of four.
        let mut rig = Rig::new(&plan(8), pool_of_weights(&[1, 3]), 3);
        for _ in 0..400 {
            rig.send().unwrap();
        }
        let light = rig.view.load(ServerId(0));
        assert!(light.abs_diff(100) <= 2, "{light}");
    }
}
