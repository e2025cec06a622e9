//! A store at one moment, and what happens to it next.

use super::{
    account::Account,
    calendar::{Calendar, Event},
    copies::Copies,
    shards::Shards,
};
use crate::{
    model::{
        Deployment, ServicePlan,
        failure::{
            Harm, Unit,
            process::{self, FailureProcess, Steps},
        },
        storage::{
            Operation, StorePlan,
            layout::{Layout, zones},
        },
    },
    rng::{Stream, Streams},
    units::{SimDuration, SimTime},
};

/// What does not change while a store is simulated.
pub(super) struct Setting<'a> {
    pub deployment: &'a Deployment,
    pub service: &'a ServicePlan,
    pub store: &'a StorePlan,
    pub zones: Vec<Option<usize>>,
    /// How many replicas of a shard must be up to read it, and to write it.
    pub needed: [u8; 2],
    /// The nodes that each fault brings down.
    struck: Vec<Vec<u32>>,
    /// Of each process, the share of nodes that lose their data.
    pub data_lost: Vec<f64>,
}

/// A node of the store.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// How many things are wrong with it that keep it down.
    pub down: u32,
    /// Changes whenever it goes down or comes up.
    pub stamp: u32,
    /// Whether it has been down for so long that its shards are copied to others.
    pub away: bool,
    /// The slots that are its own and were copied to others while it was away, and whether its disk had them then.
    pub left_behind: Vec<(u32, bool)>,
    /// Whether it has lost all its data since.
    pub empty: bool,
    /// The slots of the copies that it takes part in.
    pub copying: Vec<u32>,
}

impl Node {
    pub(super) fn is_up(&self) -> bool {
        self.down == 0
    }
}

/// A store at one moment. A copy of it may have another future.
#[derive(Clone)]
pub(super) struct State<'a> {
    pub setting: &'a Setting<'a>,
    pub now: SimTime,
    pub calendar: Calendar,
    pub processes: Vec<FailureProcess>,
    pub nodes: Vec<Node>,
    pub shards: Shards,
    pub copies: Copies,
    /// Which nodes lose their data, and where new replicas go.
    pub data_rng: Stream,
    pub repair_rng: Stream,
    /// What is measured; nothing of a copy.
    pub account: Option<Box<Account>>,
    /// The shards that the last event lost.
    pub lost: Vec<u32>,
    /// Whether any data was lost in this year.
    pub lost_this_year: bool,
    /// Whether replicas have gone missing since somebody looked.
    pub stirred: bool,
    steps: Steps,
}

impl<'a> Setting<'a> {
    pub(super) fn new(deployment: &'a Deployment, service: usize, store: &'a StorePlan) -> Self {
        let plan = &deployment.services[service];
        let needed = |operation, quorum: u32| {
            let needed = store.consistency.needed(operation, store.replication);
            needed.unwrap_or(quorum) as u8
        };
        let struck = |fault: &crate::model::failure::FaultPlan| {
            if brings_down(&fault.harm) {
                process::struck(plan, service, fault.target)
            } else {
                Vec::new()
            }
        };
        Self {
            deployment,
            service: plan,
            store,
            zones: zones(plan),
            needed: [
                needed(Operation::Read, store.read.quorum),
                needed(Operation::Write, store.write.quorum),
            ],
            struck: deployment.faults.iter().map(struck).collect(),
            data_lost: plan.failures.iter().map(|failure| failure.data_lost).collect(),
        }
    }
}

fn brings_down(harm: &Harm) -> bool {
    matches!(harm, Harm::Crash | Harm::Hang { .. })
}

impl<'a> State<'a> {
    /// All is well. `part` keeps the streams of pilot runs apart from those of others, which share theirs with the same
    /// failures as they are simulated for services.
    pub(super) fn new(setting: &'a Setting<'a>, layout: &Layout, streams: Streams, part: &str) -> Self {
        let name = &setting.service.name;
        let nodes = setting.service.servers();
        let process = |(at, plan): (usize, &crate::model::failure::FailurePlan)| {
            let units = match (brings_down(&plan.harm), plan.unit) {
                (false, _) | (_, Unit::Balancer) => Vec::new(),
                _ => process::units(setting.service, plan.unit),
            };
            FailureProcess::new(plan, units, &format!("{name}{part}/failure/{at}"), streams)
        };
        let failures = setting.service.failures.iter().enumerate();
        Self {
            setting,
            now: SimTime::ZERO,
            calendar: Calendar::default(),
            processes: failures.map(process).collect(),
            nodes: vec![Node::default(); nodes],
            shards: Shards::new(layout, nodes, setting.store.replication),
            copies: Copies::new(nodes),
            data_rng: streams.stream(&format!("{name}{part}/data")),
            repair_rng: streams.stream(&format!("{name}{part}/repair")),
            account: None,
            lost: Vec::new(),
            lost_this_year: false,
            stirred: false,
            steps: Steps::default(),
        }
    }

    /// Everything begins; faults count from `begin`.
    pub(super) fn start(&mut self, begin: SimTime) {
        for (at, fault) in (0..).zip(&self.setting.deployment.faults) {
            self.calendar.add(begin + fault.at, Event::FaultBegins(at));
        }
        for at in 0..self.processes.len() {
            let mut steps = std::mem::take(&mut self.steps);
            steps.clear();
            self.processes[at].start(SimTime::ZERO, &mut steps);
            self.schedule(at, &steps);
            self.steps = steps;
        }
    }

    fn schedule(&mut self, process: usize, steps: &Steps) {
        for &(at, event) in &steps.schedule {
            let process = process as u32;
            self.calendar.add(at, Event::Failure { process, event });
        }
    }

    /// Draws all that is still to come again.
    pub(super) fn redraw(&mut self, seeds: &mut Stream) {
        self.calendar.forget_failures();
        for (at, process) in (0..).zip(&mut self.processes) {
            process.redraw(self.now, seeds);
            for (due, event) in process.pending() {
                self.calendar.add(due, Event::Failure { process: at, event });
            }
        }
        (self.data_rng, self.repair_rng) = (seeds.fork(), seeds.fork());
    }

    /// Hastens the failures of nodes that `matters` says, of a process that loses data.
    pub(super) fn hasten(&mut self, process: usize, matters: impl Fn(&[u32]) -> bool, factor: f64) {
        let mut steps = std::mem::take(&mut self.steps);
        steps.clear();
        self.processes[process].hasten(matters, factor, self.now, &mut steps);
        self.schedule(process, &steps);
        self.steps = steps;
    }

    /// Lets the next event happen; returns it, or `None` when there is none by `until`.
    pub(super) fn step(&mut self, until: SimTime) -> Option<Event> {
        let (at, event) = self.calendar.pop(until)?;
        if let Some(account) = &mut self.account {
            account.pass(at, self.shards.incomplete());
        }
        self.now = at;
        self.lost.clear();
        match event {
            Event::Failure { process, event } => {
                let at = process as usize;
                let mut steps = std::mem::take(&mut self.steps);
                steps.clear();
                self.processes[at].happens(event, self.now, &mut steps);
                self.schedule(at, &steps);
                for change in &steps.changes {
                    let members = self.processes[at].members(change.unit).to_vec();
                    self.strike(&members, change.down, self.setting.data_lost[at]);
                }
                self.steps = steps;
            }
            Event::FaultBegins(fault) => {
                let plan = &self.setting.deployment.faults[fault as usize];
                self.calendar.add(at + plan.lasts, Event::FaultEnds(fault));
                self.strike(&self.setting.struck[fault as usize], true, plan.data_lost);
            }
            Event::FaultEnds(fault) => self.strike(&self.setting.struck[fault as usize], false, 0.0),
            Event::Away { node, stamp } => self.give_up(node, stamp),
            Event::Copied { slot, stamp } => self.copied(slot, stamp),
            Event::Year => self.lost_this_year = false,
            Event::Calm { .. } => {}
        }
        self.begin_all();
        self.lost_this_year |= !self.lost.is_empty();
        Some(event)
    }

    /// Returns how long a copy takes, where copies are made.
    pub(super) fn copy_takes(&self) -> Option<SimDuration> {
        let repair = self.setting.store.repair.as_ref();
        repair.map(crate::model::storage::RepairPlan::copy_takes)
    }
}
