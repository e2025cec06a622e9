//! What becomes of the data of a store over years: nodes fail, replicas are copied, and now and then the last one is lost.
//!
//! **Lives here:** the run of one store without requests ([`simulate`]): who holds what (`shards`), what is copied where
//! (`copies`), the state and its events (`state`, `calendar`, `strike`), what is measured (`account`), and losses that are too rare
//! to wait for (`rare`).
//! **Lives elsewhere:** when nodes fail (`failure::process`); how many are up, and who notices (`availability`).
//! **Invariant:** a replica is on one node, or gone, and a shard is lost exactly when the last of its replicas is gone.
//!
//! A node that fails is down until it is repaired; a share of such failures takes its data. Replicas that are gone are
//! copied to their node when it is back, or to another one when it has been away for long. A node that is back with its
//! data is as good as before: writes that it has missed are a matter of requests.

mod account;
mod calendar;
mod copies;
mod rare;
mod shards;
mod state;
mod strike;
#[cfg(test)]
mod tests;

use std::sync::atomic::Ordering;

use self::{
    account::Account,
    calendar::Event,
    rare::Rare,
    state::{Setting, State},
};
use super::{Deployment, RunSpec, storage::layout::Layout};
use crate::units::{SimDuration, SimTime};

/// Seconds of a year.
const YEAR: f64 = 31_557_600.0;
/// Events between two looks at the outside.
const EVENTS_PER_LOOK: u64 = 1 << 10;

/// What one run has to tell of the data of a store.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct DurabilityRecord {
    /// The share of whole years in which any data was lost; `None` if no year is over.
    pub loss: Option<f64>,
    /// How often data was lost, a second; of several shards at once it is once.
    pub incidents: f64,
    /// Shards that were lost, a second.
    pub shards_lost: f64,
    /// Copies that were completed, a second.
    pub copies: f64,
    /// The share of shards that miss a replica, as a mean over time.
    pub incomplete: f64,
    /// The share of time in which a shard can be read: the mean over shards, and that of the worst.
    pub read: (f64, f64),
    /// The share of time in which a shard can be written: the mean over shards, and that of the worst.
    pub write: (f64, f64),
    /// The load of the busiest node over the mean, by the popularity of the keys on it.
    pub imbalance: f64,
    /// Events handled.
    pub events: u64,
}

/// Losses, each with its weight.
struct Losses {
    begin: SimTime,
    /// When the last whole year is over.
    years_end: SimTime,
    years: f64,
    incidents: f64,
    shards: f64,
}

impl Losses {
    /// So many shards are lost at once.
    fn note(&mut self, now: SimTime, shards: usize, first_this_year: bool, weight: f64) {
        if now < self.begin {
            return;
        }
        self.incidents += weight;
        self.shards += weight * shards as f64;
        if first_this_year && now < self.years_end {
            self.years += weight;
        }
    }
}

/// Simulates the data of a store, the `service`-th of a deployment, without requests; `None` if it is none.
pub(super) fn simulate(
    deployment: &Deployment,
    service: usize,
    spec: &RunSpec<'_>,
) -> Option<DurabilityRecord> {
    let plan = &deployment.services[service];
    let store = plan.store.as_deref()?;
    let setting = Setting::new(deployment, service, store);
    let layout = Layout::new(plan, store, spec.streams);
    let begin = SimTime::ZERO + spec.warmup;
    let until = begin + spec.duration;
    let mut rare = Rare::new(&setting, &layout, spec.streams, until);
    let mut state = State::new(&setting, &layout, spec.streams, "");
    state.account = Some(Box::new(Account::new(state.shards.count(), setting.needed)));
    let years = (spec.duration.as_secs_f64() / YEAR + 1e-9).floor();
    let year_begins = |year: f64| begin + SimDuration::from_secs_f64(year * YEAR);
    for year in 0..=years as u32 {
        state.calendar.add(year_begins(f64::from(year)), Event::Year);
    }
    state.start(begin);
    let mut losses = Losses {
        begin,
        years_end: year_begins(years),
        years: 0.0,
        incidents: 0.0,
        shards: 0.0,
    };
    let mut events = 0;
    loop {
        let (level, lost_before) = (state.shards.level(), state.lost_this_year);
        let Some(event) = state.step(until) else { break };
        events += 1;
        if matches!(event, Event::Year)
            && state.now == begin
            && let Some(account) = &mut state.account
        {
            account.start(begin);
        }
        if !state.lost.is_empty() && rare.as_ref().is_none_or(|rare| rare.is_plain(level)) {
            losses.note(state.now, state.lost.len(), !lost_before, 1.0);
        }
        if let Some(rare) = &mut rare
            && rare.is_plain(level)
            && !rare.is_plain(state.shards.level())
        {
            events += rare.explore(&mut state, until, &mut losses);
        }
        if events % EVENTS_PER_LOOK == 0 && spec.stop.load(Ordering::Relaxed) {
            break;
        }
    }
    let balance = state.account.take()?.close(until, state.shards.incomplete());
    let seconds = spec.duration.as_secs_f64();
    Some(DurabilityRecord {
        loss: (1.0 <= years).then(|| losses.years / years),
        incidents: losses.incidents / seconds,
        shards_lost: losses.shards / seconds,
        copies: balance.copies as f64 / seconds,
        incomplete: balance.incomplete,
        read: balance.available[0],
        write: balance.available[1],
        imbalance: store.imbalance(&layout, setting.zones.len()),
        events,
    })
}
