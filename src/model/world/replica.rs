//! What replicas do with operations: they read, apply, and pass on; and what follows when they have answered.

use super::World;
use crate::model::{
    ReplicaRole,
    join::{Join, Progress},
    link::Link,
    probe::Failure,
    request::RequestId,
    storage::{
        Operation,
        consistency::{Consistency, Reads, Replication},
    },
    visit::{Kind, Op, VisitId},
};

impl World {
    /// A node has done its work on a request for one of its replicas. Returns whether it waits for others now, because it
    /// leads and passes a write on.
    pub(super) fn replica_worked(&mut self, at: usize, global: u32, id: RequestId) -> bool {
        let Some(role) = self.workloads[usize::from(self.requests[id].workload)].replica else {
            return false;
        };
        let link = self.requests.link(id);
        let place = usize::from(link.leg.place);
        let store = self.store(at);
        let leads = store.has_leaders();
        match role {
            ReplicaRole::Read => {
                let mut version = store.versions.held(link.leg.key, place);
                if let Consistency::Leader {
                    replication: Replication::Majority,
                    reads: Reads::Leader,
                    ..
                } = store.plan.consistency
                {
                    // What a majority does not have yet may never come to pass.
                    version = version.min(store.versions.committed(link.leg.key));
                }
                let by_leader = matches!(
                    store.plan.consistency,
                    Consistency::Leader {
                        reads: Reads::Leader,
                        ..
                    }
                );
                self.requests.leg_mut(id).version = version;
                self.requests[id].wrong = by_leader && self.is_deposed(at, &link);
            }
            ReplicaRole::Write if leads => return self.leader_writes(at, global, id),
            ReplicaRole::Follow if self.is_outdated(at, &link) => self.requests[id].wrong = true,
            ReplicaRole::Write | ReplicaRole::Follow | ReplicaRole::Repair => {
                self.store(at)
                    .versions
                    .gets(link.leg.key, place, link.leg.version);
            }
        }
        false
    }

    /// A leader has applied a write: it passes it on, and answers when enough followers have it.
    fn leader_writes(&mut self, at: usize, global: u32, id: RequestId) -> bool {
        let link = self.requests.link(id);
        if self.is_deposed(at, &link) {
            self.requests[id].wrong = true;
            return false;
        }
        let now = self.sim.now();
        let op = self.visits.op(link.parent);
        let view = self.view_of_replica(at, op.shard, link.leg.place);
        let mut followers = self.present(at, view, op.shard);
        followers.retain(|&place| place != link.leg.place);
        let store = self.store(at);
        let term = store.chiefs[op.shard as usize].led[usize::from(link.leg.place)];
        let version = store
            .versions
            .held(op.key, usize::from(link.leg.place))
            .next(term);
        store.versions.gets(op.key, usize::from(link.leg.place), version);
        let Consistency::Leader { replication, .. } = store.plan.consistency else {
            unreachable!("only where there are leaders")
        };
        let needed = match replication {
            // All that are there.
            Replication::Synchronous => followers.len() as u32,
            _ => replication.followers(store.plan.replication),
        };
        self.requests.leg_mut(id).version = version;
        let op = Op { version, ..op };
        let visit = self.visits.open_part(id, now, Kind::Replication, op);
        self.requests[id].visit = visit;
        let (needed, possible) = (needed as u16, followers.len() as u16);
        let cell = self.visits.get(visit);
        cell.failed = possible < needed;
        cell.sending = true;
        cell.open = u16::from(0 < needed);
        self.visits.set_join(visit, 0, Join { needed, possible });
        let mut there = followers.clone();
        there.push(link.leg.place);
        self.note_absent(at, &op, &there);
        for place in followers {
            self.ask_replica(ReplicaRole::Follow, visit, id, place, version);
        }
        let cell = self.visits.get(visit);
        cell.sending = false;
        if cell.failed {
            self.requests[id].wrong = true;
            return false;
        }
        if cell.open == 0 {
            self.notes_own_work(at, global, id);
            return false;
        }
        self.waits(at, global, id);
        true
    }

    /// A replica has answered, or has failed to.
    pub(super) fn replica_over(&mut self, sender: usize, link: &Link, good: bool) {
        let now = self.sim.now();
        let visit = link.parent;
        if visit == VisitId::NONE {
            if link.leg.handing {
                let at = self.workloads[sender].service as usize;
                self.handed_over(at, link, good);
            }
            return self.told.forget(&mut self.traces);
        }
        let cell = self.visits.get(visit);
        cell.pending -= 1;
        if good {
            let answer = (link.leg.place, link.leg.version);
            self.visits.part(visit).answers.push(answer);
        }
        let op = self.visits.op(visit);
        let cell = self.visits.get(visit);
        let waits = cell.request != RequestId::NONE && !cell.failed && 0 < cell.open;
        let progress = if waits {
            self.visits.answered(visit, 0, good)
        } else {
            Progress::None
        };
        if progress == Progress::Complete && self.visits.get(visit).kind == Kind::Replication {
            self.store(usize::from(op.service))
                .versions
                .commits(op.key, op.version);
        }
        let cell = self.visits.get(visit);
        let (id, began, sending, kind) = (cell.request, cell.phase_began, cell.sending, cell.kind);
        match progress {
            Progress::None => {}
            Progress::Complete => {
                cell.open = 0;
                self.extend_path(id, sender, now.since(began));
            }
            Progress::Failed => cell.failed = true,
        }
        self.told.forget(&mut self.traces);
        if !good && op.operation == Operation::Write {
            self.misses(usize::from(op.service), op.shard, link);
        }
        if progress != Progress::None && !sending {
            return match (kind, progress) {
                (Kind::Operation, Progress::Complete) => self.operation_done(visit),
                (Kind::Operation, _) => self.operation_fails(visit, Failure::Wrong),
                _ => self.proceed(visit),
            };
        }
        let cell = self.visits.get(visit);
        if cell.pending == 0 && cell.request == RequestId::NONE {
            self.all_answered(visit);
            self.visits.let_go(visit);
        }
    }

    /// All replicas that were asked have answered or failed: a read that has seen different versions brings the older ones
    /// up to date.
    pub(super) fn all_answered(&mut self, visit: VisitId) {
        let part = self.visits.part(visit);
        let (op, latest) = (part.op, part.latest());
        if self.visits.get(visit).kind != Kind::Operation || op.operation != Operation::Read {
            return;
        }
        let at = usize::from(op.service);
        let Consistency::Leaderless {
            read_repair: true, ..
        } = self.store(at).plan.consistency
        else {
            return;
        };
        for (place, version) in std::mem::take(&mut self.visits.part(visit).answers) {
            if version < latest {
                self.store(at).record.read_repairs += 1;
                self.bring(at, op.key, place, latest, false);
            }
        }
    }
}
