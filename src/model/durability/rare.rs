//! Losses that are too rare to wait for.
//!
//! The state of a store has a level: the largest number of missing replicas of any shard. Whenever the path that is
//! simulated rises above a certain level, several copies of the whole state are let go from there, each with a future of its
//! own, until they are down at that level again; the losses above it are counted along the copies only, each for its
//! part. That is RESTART (Villén-Altamirano and Villén-Altamirano, ITC-13, 1991) with one threshold. A further failure
//! before a repair is done is rare all the same, and the rarer, the more copies it would take. So the failures that
//! would raise the level are hastened in the copies, by as much as makes one likely, and each loss is weighted by
//! how much likelier it was made (`model::failure::process::hasten`). Both leave the expected number of losses as it is,
//! whatever the threshold, the number of copies and the haste; these are chosen by a pilot run with streams of its own.
//!
//! A loss by a single blow, from the threshold or below it, is as rare as that blow, and is counted as it comes.

use super::{
    Losses,
    calendar::Event,
    state::{Setting, State},
};
use crate::{
    model::storage::layout::Layout,
    rng::{Stream, Streams},
    units::{SimDuration, SimTime},
};

/// The threshold is one above which the store spends no more than this share of the time.
const SELDOM: f64 = 0.2;
/// The pilot ends after so many rises above each level, or so many events.
const PILOT_RISES: u64 = 200;
const PILOT_EVENTS: u64 = 20_000;
/// Copies at each rise, at the most.
const MOST_COPIES: f64 = 16.0;
/// Copies over the whole run: as many as come to this many replicas, but within bounds.
const COPIES_BUDGET: (f64, f64) = (100.0, 20_000.0);
const REPLICAS_BUDGET: f64 = 5e5;
/// In the time that a level usually lasts, this many hastened failures are to be expected.
const AIM: f64 = 0.5;
/// Hastening ends when a level has lasted so many times as long as usual.
const PATIENCE: f64 = 8.0;

/// How rare losses are looked for.
pub(super) struct Rare {
    /// Above this level there are copies.
    base: usize,
    /// How long each level, or a higher one, lasts, in seconds.
    lasts: Vec<f64>,
    copies: u32,
    /// The chance that a rise is followed.
    chance: f64,
    seeds: Stream,
}

/// What a pilot run shows of the levels from 1 on.
struct Pilot {
    rises: Vec<u64>,
    seconds: Vec<f64>,
    until: f64,
}

impl Pilot {
    fn new(setting: &Setting<'_>, layout: &Layout, streams: Streams, until: SimTime) -> Self {
        let mut state = State::new(setting, layout, streams, "/pilot");
        state.start(SimTime::ZERO);
        let levels = setting.store.replication as usize;
        let (mut rises, mut seconds) = (vec![0; levels], vec![0.0; levels]);
        let (mut level, mut from, mut events) = (0, SimTime::ZERO, 0);
        while events < PILOT_EVENTS && rises[0] < PILOT_RISES && state.step(until).is_some() {
            events += 1;
            let passed = state.now.since(from).as_secs_f64();
            from = state.now;
            seconds[..level].iter_mut().for_each(|sum| *sum += passed);
            let now = state.shards.level();
            if level < now {
                rises[level..now].iter_mut().for_each(|count| *count += 1);
            }
            level = now;
        }
        let until = if events < PILOT_EVENTS && rises[0] < PILOT_RISES {
            until
        } else {
            state.now
        };
        Self {
            rises,
            seconds,
            until: until.as_secs_f64(),
        }
    }
}

impl Rare {
    /// Finds out how to look for losses in a run until then; `None` where they are not rare, or cannot be.
    pub(super) fn new(
        setting: &Setting<'_>,
        layout: &Layout,
        streams: Streams,
        until: SimTime,
    ) -> Option<Self> {
        let replication = setting.store.replication as usize;
        if replication < 2 || setting.data_lost.iter().all(|&share| share == 0.0) {
            return None;
        }
        let pilot = Pilot::new(setting, layout, streams, until);
        let base = (0..replication - 1).find(|&base| pilot.seconds[base] <= SELDOM * pilot.until)?;
        let mut lasts = vec![usual_repair(setting)];
        for (rises, seconds) in pilot.rises.iter().zip(&pilot.seconds) {
            let before = lasts[lasts.len() - 1];
            lasts.push(if *rises == 0 {
                before
            } else {
                seconds / *rises as f64
            });
        }
        let rises = pilot.rises[base].max(1) as f64 * until.as_secs_f64() / pilot.until.max(1e-9);
        let size = f64::from(setting.store.shards) * replication as f64 + 10.0 * setting.zones.len() as f64;
        let budget = (REPLICAS_BUDGET / size).clamp(COPIES_BUDGET.0, COPIES_BUDGET.1);
        let name = &setting.service.name;
        Some(Self {
            base,
            lasts,
            copies: (budget / rises).clamp(1.0, MOST_COPIES) as u32,
            chance: (budget / rises).min(1.0),
            seeds: streams.stream(&format!("{name}/copies")),
        })
    }

    /// Returns whether losses at this level are counted along the path itself.
    pub(super) fn is_plain(&self, level: usize) -> bool {
        level <= self.base
    }

    /// The path has risen above the threshold: copies of it are let go.
    pub(super) fn explore(&mut self, state: &mut State<'_>, until: SimTime, losses: &mut Losses) -> u64 {
        if self.chance < 1.0 && self.chance <= self.seeds.open01() {
            return 0;
        }
        let account = state.account.take();
        let mut events = 0;
        for _ in 0..self.copies {
            let mut copy = state.clone();
            copy.redraw(&mut self.seeds);
            events += self.follow(&mut copy, until, losses);
        }
        state.account = account;
        events
    }

    fn follow(&self, copy: &mut State<'_>, until: SimTime, losses: &mut Losses) -> u64 {
        let part = 1.0 / (f64::from(self.copies) * self.chance);
        let (mut events, mut stamp, mut level) = (0, 0, 0);
        loop {
            // Who has the last replicas of a shard changes with every copy that is completed, but only fewer do.
            if copy.stirred || level != copy.shards.level() {
                (copy.stirred, level) = (false, copy.shards.level());
                stamp += 1;
                self.hasten(copy, stamp);
            }
            let lost_before = copy.lost_this_year;
            let Some(event) = copy.step(until) else { break };
            events += 1;
            if !copy.lost.is_empty() {
                let logs = copy.processes.iter().map(|process| process.log_weight(copy.now));
                let weight = part * libm::exp(logs.sum());
                losses.note(copy.now, copy.lost.len(), !lost_before, weight);
            }
            if self.is_plain(copy.shards.level()) {
                break;
            }
            if matches!(event, Event::Calm { stamp: old } if old == stamp) {
                for process in 0..copy.processes.len() {
                    copy.hasten(process, |_| false, 1.0);
                }
            }
        }
        events
    }

    /// Hastens the failures that would take the last replicas of a shard, or the last but few.
    fn hasten(&self, copy: &mut State<'_>, stamp: u32) {
        let holders = copy.shards.last_holders();
        let matters = |members: &[u32]| members.iter().any(|node| holders.contains(node));
        let lasts = self.lasts[copy.shards.level()];
        let loses = |process: &usize| 0.0 < copy.setting.data_lost[*process];
        let losing: Vec<usize> = (0..copy.processes.len()).filter(loses).collect();
        let hazards = losing
            .iter()
            .map(|&process| copy.processes[process].hazard(matters));
        let hazard: f64 = hazards.sum();
        let factor = AIM / (hazard * lasts);
        let factor = if factor.is_finite() { factor } else { 1.0 };
        for process in losing {
            copy.hasten(process, matters, factor);
        }
        let due = copy.now + SimDuration::from_secs_f64(PATIENCE * lasts);
        copy.calendar.add(due, Event::Calm { stamp });
    }
}

/// Returns about how long a replica is missing, in seconds.
fn usual_repair(setting: &Setting<'_>) -> f64 {
    let repairs = setting.service.failures.iter();
    let repairs = repairs.filter(|failure| 0.0 < failure.data_lost);
    let mean = repairs.map(|failure| failure.repair.mean()).fold(0.0, f64::max);
    let repair = setting.store.repair.as_ref();
    let after = repair.map_or(f64::INFINITY, |repair| repair.after.as_secs_f64());
    let copying = repair.map_or(0.0, |repair| repair.copy_takes().as_secs_f64());
    mean.min(after) + copying
}
