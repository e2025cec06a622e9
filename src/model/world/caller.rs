//! The policies of one sender, at work in one run.

use super::Packed;
use crate::{
    engine::{LaneId, Simulation},
    model::{
        Sender,
        caller::{
            CallerPlan,
            breaker::{Breaker, Permit},
            bucket::Bucket,
            budget::Budget,
            concurrency::{Ended, Limit},
            hedge::{After, Clock},
        },
        record::CallerRecord,
    },
    rng::{Stream, Streams},
    units::{SimDuration, SimTime},
};

pub(super) struct Caller {
    pub(super) plan: CallerPlan,
    /// How long a request may take in all.
    pub(super) deadline: Option<SimDuration>,
    pub(super) retry_budget: Option<Budget>,
    pub(super) hedge_budget: Option<Budget>,
    pub(super) hedge_clock: Option<Clock>,
    breaker: Option<Breaker>,
    limit: Option<Box<dyn Limit>>,
    rate: Option<Bucket>,
    /// Attempts that it waits for.
    under_way: u32,
    pub(super) timeout_lane: Option<LaneId>,
    pub(super) deadline_lane: Option<LaneId>,
    /// Where hedges wait that are due after a time that is always the same.
    pub(super) hedge_lane: Option<LaneId>,
    pub(super) backoff_rng: Stream,
    /// Where the work of further attempts is drawn from.
    pub(super) work_rng: Stream,
    pub(super) record: CallerRecord,
    /// Attempts that are at a server or a balancer, waited for or not.
    in_flight: u64,
}

/// Whose fault it is that an attempt was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Rate,
    Limit,
    Breaker,
}

/// How an attempt went, as its caller sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Went {
    Well,
    Badly,
    /// It was overtaken by another, and nobody knows.
    Unknown,
}

impl Caller {
    /// Returns the policies of a sender; `None` where it does nothing.
    pub(super) fn new(
        sender: &Sender<'_>,
        sim: &mut Simulation<Packed>,
        streams: Streams,
    ) -> Option<Box<Self>> {
        let plan = sender.caller;
        if plan.is_idle() {
            return None;
        }
        let after = plan.hedge.as_ref().map(|hedge| hedge.after);
        let budget = |plan: Option<_>| plan.as_ref().map(crate::model::caller::budget::BudgetPlan::build);
        let stream = |role| streams.stream(&format!("{}/{role}", sender.name));
        Some(Box::new(Self {
            plan: plan.clone(),
            deadline: sender.deadline,
            retry_budget: budget(plan.retry.as_ref().and_then(|retry| retry.budget)),
            hedge_budget: budget(plan.hedge.as_ref().and_then(|hedge| hedge.budget)),
            hedge_clock: after.map(Clock::new),
            breaker: plan.breaker.map(Breaker::new),
            limit: plan.concurrency.as_ref().map(|plan| (plan.build)()),
            rate: plan.rate_limit.map(|plan| plan.bucket()),
            under_way: 0,
            timeout_lane: plan.timeout.map(|_| sim.add_lane()),
            deadline_lane: sender.deadline.map(|_| sim.add_lane()),
            hedge_lane: matches!(after, Some(After::Fixed(_))).then(|| sim.add_lane()),
            backoff_rng: stream("backoff"),
            work_rng: stream("attempts"),
            record: CallerRecord::default(),
            in_flight: 0,
        }))
    }

    /// Measuring begins.
    pub(super) fn begin(&mut self) {
        self.record = CallerRecord {
            carried_in: self.in_flight,
            ..CallerRecord::default()
        };
    }

    /// Measuring has ended.
    pub(super) fn finish(mut self) -> CallerRecord {
        self.record.unfinished = self.in_flight;
        self.record
    }

    /// A request has come.
    pub(super) fn request(&mut self) {
        let budgets = [&mut self.retry_budget, &mut self.hedge_budget];
        for budget in budgets.into_iter().flatten() {
            budget.request();
        }
    }

    /// Asks whether an attempt may be sent now; it is under way if so.
    pub(super) fn ask(&mut self, now: SimTime) -> Result<Permit, Held> {
        let held = self.held(now);
        let record = &mut self.record;
        match held {
            Ok(_) => {
                record.attempts += 1;
                self.under_way += 1;
                self.in_flight += 1;
            }
            Err(Held::Rate) => record.held_by_rate += 1,
            Err(Held::Limit) => record.held_by_limit += 1,
            Err(Held::Breaker) => record.held_by_breaker += 1,
        }
        held
    }

    /// A token is taken only where nothing else stands in the way; the breaker is asked last, because it counts.
    fn held(&mut self, now: SimTime) -> Result<Permit, Held> {
        if let Some(rate) = &mut self.rate
            && !rate.has_one(now)
        {
            return Err(Held::Rate);
        }
        if let Some(limit) = &self.limit
            && limit.limit() <= self.under_way
        {
            return Err(Held::Limit);
        }
        let permit = match &mut self.breaker {
            Some(breaker) => breaker.ask(now).ok_or(Held::Breaker)?,
            None => Permit::default(),
        };
        if let Some(rate) = &mut self.rate {
            rate.take(now);
        }
        Ok(permit)
    }

    /// The caller waits for an attempt no longer: it was answered, it failed, or it was let go.
    pub(super) fn hears(&mut self, permit: Permit, began: SimTime, now: SimTime, went: Went) {
        if let Some(breaker) = &mut self.breaker {
            match went {
                Went::Well => breaker.ended(permit, false, now),
                Went::Badly => breaker.ended(permit, true, now),
                Went::Unknown => breaker.forgotten(permit),
            }
        }
        if let Some(limit) = &mut self.limit
            && went != Went::Unknown
        {
            limit.ended(&Ended {
                began,
                now,
                failed: went == Went::Badly,
                under_way: self.under_way,
            });
        }
        self.under_way -= 1;
    }

    /// An attempt has ended, on which slots have spent some time; `taken` where its answer was of use.
    pub(super) fn over(&mut self, spent: SimDuration, taken: bool) {
        self.in_flight -= 1;
        self.record.ended += 1;
        let spent = u128::from(spent.as_nanos());
        self.record.work += spent;
        if !taken {
            self.record.wasted += spent;
        }
    }

    /// Returns how long after an attempt its hedge is due, if hedges are sent and that is known.
    pub(super) fn hedge_due(&self) -> Option<SimDuration> {
        self.hedge_clock.as_ref()?.due()
    }

    /// The first attempt of a request took this long, or longer.
    pub(super) fn took(&mut self, time: SimDuration) {
        if let Some(clock) = &mut self.hedge_clock {
            clock.took(time);
        }
    }

    /// Returns whether the attempts that are left are withdrawn when one is answered.
    pub(super) fn withdraws_losers(&self) -> bool {
        self.plan.hedge.as_ref().is_some_and(|hedge| hedge.cancel)
    }
}
