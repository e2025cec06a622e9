//! The balancers themselves: several that share the requests, or an active one and its standby.

use crate::{
    model::{
        ServicePlan,
        failure::takeover::{Pair, Side},
    },
    units::SimTime,
};

/// The balancers of one service.
pub(super) struct Fronts {
    /// Of each, how many things are wrong with it.
    wrong: Vec<u32>,
    up: usize,
    pair: Option<Pair>,
    /// What is waited for carries this stamp; an older one is out of date.
    pub stamp: u32,
}

impl Fronts {
    pub(super) fn new(plan: &ServicePlan) -> Self {
        let count = plan.fronts() as usize;
        Self {
            wrong: vec![0; count],
            up: count,
            pair: plan.standby.as_ref().map(Pair::new),
            stamp: 0,
        }
    }

    /// Something is wrong with a balancer from now on, or no longer; one that is shut down properly says so.
    pub(super) fn change(&mut self, number: u32, begins: bool, properly: bool, now: SimTime) {
        let side = number as usize;
        let was_well = self.wrong[side] == 0;
        self.wrong[side] = if begins {
            self.wrong[side] + 1
        } else {
            self.wrong[side] - 1
        };
        let is_well = self.wrong[side] == 0;
        match (was_well, is_well) {
            (true, false) => self.up -= 1,
            (false, true) => self.up += 1,
            _ => return,
        }
        if let Some(pair) = &mut self.pair {
            if is_well {
                pair.comes(side, now);
            } else {
                pair.goes(side, properly, now);
            }
        }
    }

    /// A balancer of the pair has waited long enough.
    pub(super) fn takes_over(&mut self, side: Side, now: SimTime) {
        let pair = self.pair.as_mut().expect("only of a pair one takes over");
        pair.takes_over(side, now);
    }

    /// Returns who takes over next, and when, as things are.
    pub(super) fn next(&mut self) -> Option<(SimTime, Side, u32)> {
        self.stamp += 1;
        let (due, side) = self.pair.as_ref()?.next()?;
        Some((due, side, self.stamp))
    }

    /// Returns the share of requests that reach a balancer that works.
    pub(super) fn share(&self) -> f64 {
        match &self.pair {
            Some(pair) => f64::from(u8::from(pair.active().is_some())),
            None => self.up as f64 / self.wrong.len() as f64,
        }
    }
}
