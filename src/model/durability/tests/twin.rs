//! A second simulation of copying, as plain as it can be: every shard and every copy is looked at after every event.

use super::*;
use crate::{
    model::failure::process::{FailureEvent, FailureProcess, Steps, units},
    units::SimTime,
};

/// One replica of a shard.
#[derive(Clone, Copy)]
struct Replica {
    node: u32,
    gone: bool,
    /// Under way from a node to a node, until then.
    copy: Option<(u32, u32, u64)>,
}

struct Twin {
    shards: Vec<Vec<Replica>>,
    /// Since when each node is down.
    down: Vec<Option<u64>>,
    takes: u64,
    lost: u64,
    copies: u64,
    incomplete: u64,
}

impl Twin {
    fn is_up(&self, node: u32) -> bool {
        self.down[node as usize].is_none()
    }

    fn is_idle(&self, node: u32) -> bool {
        let all = self.shards.iter().flatten();
        let mut copies = all.filter_map(|replica| replica.copy);
        self.is_up(node) && !copies.any(|(from, to, _)| from == node || to == node)
    }

    /// Ends what is over at `now`, and breaks off what cannot go on.
    fn settle(&mut self, now: u64) {
        for shard in 0..self.shards.len() {
            for at in 0..self.shards[shard].len() {
                let replica = self.shards[shard][at];
                let Some((from, to, end)) = replica.copy else {
                    continue;
                };
                if !self.is_up(from) || !self.is_up(to) {
                    self.shards[shard][at].copy = None;
                } else if end == now {
                    self.shards[shard][at].copy = None;
                    self.copies += 1;
                    if replica.gone || !self.is_up(replica.node) {
                        self.shards[shard][at].node = to;
                        self.shards[shard][at].gone = false;
                    }
                }
            }
        }
    }

    /// Begins every copy that may begin: with as many nodes as replicas, each has only one place to go.
    fn begin(&mut self, now: u64) {
        for shard in 0..self.shards.len() {
            for at in 0..self.shards[shard].len() {
                let replica = self.shards[shard][at];
                let wants = replica.gone && self.is_up(replica.node) && replica.copy.is_none();
                if !wants || !self.is_idle(replica.node) {
                    continue;
                }
                let holders = self.shards[shard].clone();
                let mut holders = holders
                    .iter()
                    .filter(|other| !other.gone && self.is_idle(other.node));
                if let Some(source) = holders.next() {
                    self.shards[shard][at].copy = Some((source.node, replica.node, now + self.takes));
                }
            }
        }
    }

    fn loses(&mut self, node: u32) {
        for shard in &mut self.shards {
            for replica in shard.iter_mut().filter(|replica| replica.node == node) {
                replica.gone = true;
            }
            if shard.iter().all(|replica| replica.gone) {
                self.lost += 1;
                for replica in shard {
                    (replica.gone, replica.copy) = (false, None);
                }
            }
        }
    }

    /// Returns the time at which the next copy is complete.
    fn next(&self) -> Option<u64> {
        let all = self.shards.iter().flatten();
        all.filter_map(|replica| replica.copy)
            .map(|(_, _, end)| end)
            .min()
    }
}

/// Two nodes hold every shard: where copies come from and go to is then fixed, and their order makes no difference, so
/// that every measure must be the same, failure by failure, over thousands of them.
#[test]
fn copies_and_losses_are_those_of_a_plain_twin() {
    for (shards, seed) in [(1_u32, 3), (5, 4), (20, 5)] {
        let store = deployment(&format!(
            r#"
            [[store]]
            name = "orders"
            nodes = 2
            shards = {shards}
            replication = 2
            repair = {{ shard = "3.6 GB", bandwidth = "10 MB/s", after = "2 h" }}

            [[store.failure]]
            mode = "crash"
            after = {{ distribution = "exponential", mean = "4 h" }}
            repair = {{ distribution = "exponential", mean = "1 h" }}
            data_lost = "100 %"
            "#
        ));
        let seconds = YEAR / 2.0;
        let got = record(&store, seed, 0, (0.0, seconds));
        let twin = by_hand(&store, seed, seconds);
        assert!(
            100 < twin.lost && 100 < twin.copies,
            "{} {}",
            twin.lost,
            twin.copies
        );
        assert_eq!((got.copies * seconds).round() as u64, twin.copies, "{shards}");
        let incomplete = got.incomplete * f64::from(shards) * seconds * 1e9;
        assert!(
            (incomplete / twin.incomplete as f64 - 1.0).abs() < 1e-9,
            "{shards}"
        );
        // Failures are so frequent that no loss is rare: all are counted along the path itself.
        assert_eq!((got.shards_lost * seconds).round() as u64, twin.lost, "{shards}");
    }
}

fn by_hand(deployment: &Deployment, seed: u64, seconds: f64) -> Twin {
    let plan = &deployment.services[0];
    let store = plan.store.as_deref().unwrap();
    let repair = store.repair.as_ref().unwrap();
    let replica = |node| Replica {
        node,
        gone: false,
        copy: None,
    };
    let mut twin = Twin {
        shards: vec![(0..store.replication).map(replica).collect(); store.shards as usize],
        down: vec![None; plan.servers()],
        takes: repair.copy_takes().as_nanos(),
        lost: 0,
        copies: 0,
        incomplete: 0,
    };
    let failure = &plan.failures[0];
    let streams = Seed(seed).replication(0);
    let mut process = FailureProcess::new(failure, units(plan, failure.unit), "orders/failure/0", streams);
    let mut steps = Steps::default();
    process.start(SimTime::ZERO, &mut steps);
    let mut pending: Vec<(SimTime, FailureEvent)> = std::mem::take(&mut steps.schedule);
    let (mut now, end) = (0, (seconds * 1e9) as u64);
    while now < end {
        pending.sort_by_key(|(at, _)| *at);
        let failure = pending[0].0.as_nanos();
        let next = twin.next().unwrap_or(u64::MAX).min(failure).min(end);
        let is_incomplete = |shard: &&Vec<Replica>| shard.iter().any(|replica| replica.gone);
        twin.incomplete += (next - now) * twin.shards.iter().filter(is_incomplete).count() as u64;
        now = next;
        if now == failure && now < end {
            let (at, event) = pending.remove(0);
            steps.clear();
            process.happens(event, at, &mut steps);
            pending.append(&mut steps.schedule);
            for change in &steps.changes {
                twin.down[change.unit as usize] = change.down.then_some(now);
                if change.down {
                    twin.loses(change.unit);
                }
            }
        }
        twin.settle(now);
        twin.begin(now);
    }
    twin
}
