//! How a server is: everything that is wrong with it at once.

use super::census::badness;
use crate::model::{ServicePlan, failure::Harm};

/// One server.
#[derive(Clone, Debug, Default)]
pub(super) struct Server {
    /// What is wrong with it now, by the number of the harm; one harm may be there several times, by several faults.
    active: Vec<u32>,
    /// The time that a check takes it, in seconds of the reference server.
    pub speed: f64,
}

/// What a check of a server meets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reach {
    /// An answer.
    Well,
    /// A refusal, at once.
    Refuses,
    /// Nothing.
    Silent,
    /// With this chance an error, after the time that the harm of this number says.
    Wrong(f64, u32),
}

impl Server {
    pub(super) fn all(plan: &ServicePlan) -> Vec<Self> {
        let each = |group: &crate::model::Group| {
            let server = Self {
                active: Vec::new(),
                speed: group.speed,
            };
            std::iter::repeat_n(server, group.servers as usize)
        };
        plan.groups.iter().flat_map(each).collect()
    }

    pub(super) fn change(&mut self, harm: usize, begins: bool) {
        if begins {
            self.active.push(harm as u32);
        } else {
            let place = self.active.iter().position(|&other| other as usize == harm);
            self.active.swap_remove(place.expect("what is over has begun"));
        }
    }

    fn any(&self, harms: &[Harm], is: impl Fn(&Harm) -> bool) -> bool {
        self.active.iter().any(|&harm| is(&harms[harm as usize]))
    }

    /// Returns whether it neither crashed nor hangs.
    pub(super) fn is_up(&self, harms: &[Harm]) -> bool {
        !self.any(harms, |harm| matches!(harm, Harm::Crash | Harm::Hang { .. }))
    }

    pub(super) fn is_drained(&self, harms: &[Harm]) -> bool {
        self.any(harms, |harm| matches!(harm, Harm::Drain))
    }

    /// Returns the worst of what is wrong with it.
    pub(super) fn worst(&self, harms: &[Harm]) -> Option<usize> {
        let worst = self.active.iter().max_by_key(|&&harm| {
            // Of equals the first, whatever came first.
            (badness(&harms[harm as usize]), std::cmp::Reverse(harm))
        });
        worst.map(|&harm| harm as usize)
    }

    pub(super) fn reach(&self, harms: &[Harm]) -> Reach {
        let mut reach = Reach::Well;
        for &index in &self.active {
            match (&harms[index as usize], reach) {
                (Harm::Crash, _) => return Reach::Refuses,
                (Harm::Hang { .. }, _) => reach = Reach::Silent,
                (Harm::Error { .. }, Reach::Silent) => {}
                (Harm::Error { share, .. }, Reach::Wrong(worst, _)) if *share <= worst => {}
                (Harm::Error { share, .. }, _) => reach = Reach::Wrong(*share, index),
                _ => {}
            }
        }
        reach
    }

    /// Returns the share of requests that it would answer well.
    pub(super) fn works(&self, harms: &[Harm]) -> f64 {
        match self.reach(harms) {
            Reach::Well => 1.0,
            Reach::Refuses | Reach::Silent => 0.0,
            Reach::Wrong(share, _) => 1.0 - share,
        }
    }
}
