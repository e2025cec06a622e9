//! Operations on stores, from their beginning to the answer that completes them.

use super::{Event, World, event::Alarm, store::Store};
use crate::{
    model::{
        ReplicaRole,
        join::Join,
        link::{Leg, Link, Took},
        probe::Failure,
        request::{Phase, RequestId},
        storage::{
            Operation, Unavailable,
            consistency::{Consistency, Reads},
            versions::Version,
        },
        visit::{Kind, Op, VisitId},
    },
    rng::{Stream, fnv1a64, mix},
    units::SimDuration,
};

/// Tells the key that an operation draws from what else is drawn for it.
const KEY: u64 = 0x6b65_7900_0000_0000;

impl World {
    pub(super) fn store(&mut self, at: usize) -> &mut Store {
        self.services[at].store.as_mut().expect("it is a store")
    }

    /// An operation begins.
    #[inline(never)]
    pub(super) fn operate(&mut self, at: usize, id: RequestId) {
        let now = self.sim.now();
        let workload = &self.workloads[usize::from(self.requests[id].workload)];
        let operation = workload.operation.expect("whoever sends to a store says what");
        let asked = workload.hands_key.then(|| self.requests.detail(id).key);
        let request = &mut self.requests[id];
        request.phase = Phase::Calling;
        let mut stream = Stream::numbered(request.family ^ KEY);
        let store = self.services[at].store.as_mut().expect("it is a store");
        let key = store.key(asked, &mut stream);
        let shard = store.versions.shard_of(key);
        let mut op = Op {
            service: at as u16,
            operation,
            key,
            shard,
            begun: now,
            expected: store.versions.acknowledged(key),
            version: Version::FIRST,
        };
        let shards = store.layout.shards() as usize;
        store.record.shard_operations.resize(shards, 0);
        store.record.shard_operations[shard as usize] += 1;
        if operation == Operation::Write {
            let others = store.versions.opens(key);
            store.record.conflicts += u64::from(0 < others);
            if !store.has_leaders() {
                op.version = store.versions.begins(key);
            }
        }
        let lookup = store.lookup;
        let kind = if lookup.is_some() {
            Kind::Lookup
        } else {
            Kind::Operation
        };
        let visit = self.visits.open_part(id, now, kind, op);
        self.requests[id].visit = visit;
        match lookup {
            Some(lookup) => self.look_up(lookup, visit),
            None => self.try_operation(visit),
        }
    }

    /// Sends an operation to its replicas, or lets it wait or fail if there are not enough.
    pub(super) fn try_operation(&mut self, visit: VisitId) {
        let op = self.visits.op(visit);
        let at = usize::from(op.service);
        let from = self.requests.leg(self.visits.get(visit).request).from;
        let view = if self.is_split(at) {
            self.view_from(at, from)
        } else {
            0
        };
        let Some((places, needed)) = self.targets(at, view, &op) else {
            if self.store(at).plan.unavailable == Unavailable::Wait {
                self.visits.get(visit).pending += 1;
                return self.store(at).waiting.push(visit);
            }
            return self.operation_fails(visit, Failure::Rejected);
        };
        let role = match op.operation {
            Operation::Read => ReplicaRole::Read,
            Operation::Write => ReplicaRole::Write,
        };
        let cell = self.visits.get(visit);
        cell.sending = true;
        cell.open = 1;
        cell.phase_began = self.sim.now();
        let id = cell.request;
        let join = Join {
            needed: needed as u16,
            possible: places.len() as u16,
        };
        self.visits.set_join(visit, 0, join);
        if op.operation == Operation::Write && !self.store(at).has_leaders() {
            self.note_absent(at, &op, &places);
        }
        for place in places {
            self.ask_replica(role, visit, id, place, op.version);
        }
        let cell = self.visits.get(visit);
        cell.sending = false;
        if cell.failed {
            self.operation_fails(visit, Failure::Wrong);
        }
    }

    /// Returns the places of the replicas that an operation goes to and how many of them must answer; `None` where too few
    /// are believed to be there by those who ask.
    fn targets(&mut self, at: usize, view: usize, op: &Op) -> Option<(Vec<u8>, u32)> {
        let present = self.present(at, view, op.shard);
        let split = self.is_split(at);
        let store = self.store(at);
        let (quorum, reads) = (
            store.plan.operation(op.operation).quorum,
            op.operation == Operation::Read,
        );
        match store.plan.consistency {
            Consistency::Leaderless { .. } => (quorum as usize <= present.len()).then_some((present, quorum)),
            Consistency::Leader {
                reads: Reads::Any, ..
            } if reads => {
                let picked = (!present.is_empty()).then(|| present[store.rng.below(present.len())]);
                picked.map(|place| (vec![place], 1))
            }
            Consistency::Leader { .. } => {
                let chief = &store.chiefs[op.shard as usize];
                let (place, vacant, former) = (chief.place, chief.vacant, chief.former);
                let (leader, former) = if split {
                    // Whoever still sees a leader goes on asking it, whatever others have decided.
                    let sees = |place: &u8| present.contains(place);
                    (Some(place).filter(sees), former.filter(sees))
                } else {
                    let is_up = |&place: &u8| self.is_up_there(at, op.shard, place);
                    ((!vacant).then_some(place), former.filter(is_up))
                };
                let asked = match former {
                    // Whoever sees the next one has heard of it.
                    former if split => leader.or(former),
                    Some(former) if self.store(at).rng.below(2) == 0 => Some(former),
                    _ => leader,
                };
                asked.map(|place| (vec![place], 1))
            }
        }
    }

    /// Returns whether the node of a replica works, whatever is believed of it.
    fn is_up_there(&self, at: usize, shard: u32, place: u8) -> bool {
        let service = &self.services[at];
        let store = service.store.as_ref().expect("it is a store");
        let node = store.layout.replicas(shard)[usize::from(place)];
        self.servers[(service.first + node) as usize].is_up()
    }

    /// Sends a request to one replica of the shard of an operation, or of a write that its leader passes on.
    pub(super) fn ask_replica(
        &mut self,
        role: ReplicaRole,
        visit: VisitId,
        caller: RequestId,
        place: u8,
        version: Version,
    ) {
        let op = self.visits.op(visit);
        self.visits.get(visit).pending += 1;
        let (link, server) = (self.requests.link(caller), self.requests[caller].server);
        let from = if server == u32::MAX {
            link.leg.from
        } else {
            self.place_of(server)
        };
        let asks = Link {
            parent: visit,
            family: mix(link.family ^ mix(fnv1a64(role.name().as_bytes()) + u64::from(place))),
            followed: link.followed,
            leg: Leg {
                from,
                place,
                key: op.key,
                version,
                ..Leg::NONE
            },
        };
        let priority = self.requests[caller].priority;
        self.send_to_replica(usize::from(op.service), role, op.shard, asks, priority);
    }

    /// Sends a request to a replica.
    pub(super) fn send_to_replica(
        &mut self,
        at: usize,
        role: ReplicaRole,
        shard: u32,
        link: Link,
        priority: u8,
    ) {
        let store = self.store(at);
        let (sender, node) = (
            store.sender(role),
            store.layout.replicas(shard)[usize::from(link.leg.place)],
        );
        let workload = &mut self.workloads[sender];
        workload.probe.offered();
        let work = SimDuration::from_secs_f64(workload.work.sample_numbered(link.family));
        let id = self.insert(sender, work, priority, link.bond());
        if self.is_split(at) {
            self.requests[id].balancer = self.view_from(at, link.leg.from) as u16;
        }
        self.requests.set_leg(id, || link.leg);
        self.requests.detail_mut(id).begin();
        let global = self.services[at].first + node;
        self.dispatch_to(id, sender, global);
    }

    /// Enough replicas have answered an operation.
    pub(super) fn operation_done(&mut self, visit: VisitId) {
        let now = self.sim.now();
        let op = self.visits.op(visit);
        let version = self.visits.part(visit).latest();
        let store = self.store(usize::from(op.service));
        let took = now.since(op.begun);
        match op.operation {
            Operation::Read => {
                store.record.freshness.read(op.begun, op.expected, version);
            }
            Operation::Write => {
                let lost = store.chiefs.get(op.shard as usize).is_some_and(|chief| {
                    let held = store.versions.held(op.key, usize::from(chief.place));
                    chief.loses(version, op.begun, held)
                });
                if lost {
                    store.record.lost_writes += 1;
                } else {
                    store.versions.acknowledges(op.key, version, now);
                }
            }
        }
        store.record.of(op.operation).answered(took);
        let id = self.end_operation(visit, Some(version));
        let took = Took {
            alone: took,
            own: SimDuration::ZERO,
        };
        self.answer(id, now.since(self.requests[id].arrived), took);
    }

    /// An operation cannot be done any more.
    pub(super) fn operation_fails(&mut self, visit: VisitId, failure: Failure) {
        let op = self.visits.op(visit);
        self.store(usize::from(op.service)).record.of(op.operation).failed += 1;
        let id = self.end_operation(visit, None);
        self.fail(id, failure);
    }

    /// An operation ends: nobody waits for its replicas any more. Returns its request.
    pub(super) fn end_operation(&mut self, visit: VisitId, version: Option<Version>) -> RequestId {
        let op = self.visits.op(visit);
        let cell = self.visits.get(visit);
        let id = cell.request;
        if cell.kind == Kind::Lookup {
            self.waits_in_vain(usize::from(op.service), visit);
            if self.handed.has_calls(visit) {
                self.schedule_call_off(visit);
            }
        }
        #[cfg(test)]
        self.remember(&op, version);
        #[cfg(not(test))]
        let _ = version;
        let store = self.store(usize::from(op.service));
        if op.operation == Operation::Write {
            store.versions.closes(op.key);
        }
        if self.visits.get(visit).pending == 0 {
            self.all_answered(visit);
        }
        self.requests[id].visit = VisitId::NONE;
        self.visits.close(visit);
        id
    }

    /// The client of an operation does not wait for it any more.
    pub(super) fn call_off_operation(&mut self, id: RequestId) {
        let visit = self.requests[id].visit;
        let op = self.visits.op(visit);
        self.store(usize::from(op.service)).record.of(op.operation).failed += 1;
        self.end_operation(visit, None);
    }

    #[cfg(test)]
    fn remember(&mut self, op: &Op, version: Option<Version>) {
        let ended = self.sim.now();
        let done = crate::model::record::Done {
            operation: op.operation,
            key: op.key,
            began: op.begun,
            ended,
            version,
        };
        self.store(usize::from(op.service)).record.history.push(done);
    }

    /// Operations that wait are tried again after what happens now.
    pub(super) fn schedule_wake(&mut self, at: usize) {
        if self.store(at).waiting.is_empty() {
            return;
        }
        let wake = Event::Alarm {
            alarm: Alarm::Wake,
            service: at as u32,
            which: 0,
        };
        self.sim.schedule_in(SimDuration::ZERO, wake.packed());
    }

    /// Nodes are back, or someone leads again: operations that wait are tried again.
    pub(super) fn wake_waiting(&mut self, at: usize) {
        for visit in std::mem::take(&mut self.store(at).waiting) {
            let cell = self.visits.get(visit);
            cell.pending -= 1;
            if cell.request == RequestId::NONE {
                self.visits.let_go(visit);
            } else {
                self.try_operation(visit);
            }
        }
    }
}
