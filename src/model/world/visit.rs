//! Servers call others: what follows when the own work on a request is done, and what when an answer comes back.
//!
//! What a call brings is drawn from a stream of its own, found by the request that it belongs to, the call, and its number:
//! two variants of a scenario see the very same calls, whatever else happens in them.

use std::ops::Range;

use super::{
    Mode, World,
    graph::{Asker, CallPhase},
    service_of,
};
use crate::{
    model::{
        balancer::ServerId,
        cache::Asked,
        join::Join,
        link::{Bond, Leg, Took},
        request::{CHECK, Phase, RequestId},
        trace::TraceId,
        visit::{Kind, VisitId},
    },
    rng::mix,
};

impl World {
    /// The own work on a request is done; returns whether its server calls others now, and it has not ended yet.
    pub(super) fn goes_calling(&mut self, at: usize, global: u32, id: RequestId) -> bool {
        let request = &self.requests[id];
        if request.workload == CHECK || request.wrong {
            return false;
        }
        if self.services[at].store.is_some() {
            return self.replica_worked(at, global, id);
        }
        let followed = request.trace != TraceId::NONE;
        let visit = self.visits.open(id, global, followed, self.sim.now());
        self.requests[id].visit = visit;
        self.waits(at, global, id);
        self.proceed(visit);
        true
    }

    /// A request waits for others, in its slot or out of it.
    pub(super) fn waits(&mut self, at: usize, global: u32, id: RequestId) {
        self.notes_own_work(at, global, id);
        if let Mode::Tracked(_) = self.services[at].mode {
            self.requests.detail_mut(id).finish = None;
        }
        self.requests[id].phase = Phase::Calling;
        if !self.holds_slot(at) {
            self.steps_aside(at, global, id);
        }
    }

    /// A request has called, and its server has worked on it for so long.
    pub(super) fn notes_own_work(&mut self, at: usize, global: u32, id: RequestId) {
        let mut work = self.requests[id].work;
        if let Mode::Tracked(_) = self.services[at].mode {
            work += self.requests.detail(id).done;
        }
        let own = self.servers[global as usize].time_for(work);
        self.visits.get(self.requests[id].visit).own = own;
    }

    /// A request gives up its slot while it waits for calls.
    fn steps_aside(&mut self, at: usize, global: u32, id: RequestId) {
        let now = self.sim.now();
        let service = &mut self.services[at];
        let local = (global - service.first) as usize;
        if service.stops {
            let graph = service.graph.as_mut().expect("it calls");
            graph.away[local].push(id);
        }
        if service.is_shared() {
            // Its share of the server has gone to the others already.
            return;
        }
        service.audit.worked(self.requests[id].began, now);
        if let Mode::Tracked(_) = service.mode {
            service.stops_running(id, global);
        }
        let server = &mut self.servers[global as usize];
        if let Some(next) = service.pass_slot(server, global, &mut self.requests, now) {
            self.goes_next(at, next, global);
        }
        if self.services[at].follows_ends {
            self.after_end(at, global);
        }
    }

    /// Sends the calls of the next phase, and of those after it as long as nothing has to be waited for.
    pub(super) fn proceed(&mut self, visit: VisitId) {
        loop {
            let id = self.visits.get(visit).request;
            let request = &self.requests[id];
            let (at, global) = (
                service_of(&self.workloads, &self.servers, request),
                request.server,
            );
            if self.servers[global as usize].frozen {
                self.visits.get(visit).stalled = true;
                return;
            }
            let graph = self.services[at].graph.as_ref().expect("it calls");
            let cell = self.visits.get(visit);
            let phase = graph.phases.get(usize::from(cell.phase)).cloned();
            let Some(calls) = phase.filter(|_| !cell.failed) else {
                return self.returns(at, global, id, visit);
            };
            if !self.send_phase(visit, id, calls) {
                return;
            }
            self.visits.get(visit).phase += 1;
        }
    }

    /// Sends the calls of a phase; returns whether that was all, because nothing has to be waited for.
    fn send_phase(&mut self, visit: VisitId, id: RequestId, CallPhase { calls, single }: CallPhase) -> bool {
        let now = self.sim.now();
        let asker = self.asker(id);
        let cell = self.visits.get(visit);
        cell.sending = true;
        cell.phase_began = now;
        if single {
            self.visits.set_single(visit, calls.len());
            for sender in calls {
                self.send_call(sender as usize, 0, visit, &asker);
            }
        } else {
            self.send_drawn(visit, &asker, calls);
        }
        let cell = self.visits.get(visit);
        cell.sending = false;
        cell.failed || cell.open == 0
    }

    /// Sends calls that go out any number of times, or that nobody waits for.
    #[inline(never)]
    fn send_drawn(&mut self, visit: VisitId, asker: &Asker, calls: Range<u32>) {
        self.visits.get(visit).open = 0;
        for (place, sender) in calls.clone().enumerate() {
            let edge = self.workloads[sender as usize]
                .edge
                .as_ref()
                .expect("it is a call");
            let times = edge.draw(asker.family);
            let needed = if edge.awaited {
                edge.enough.unwrap_or(times).min(times)
            } else {
                0
            };
            self.visits.get(visit).open += u16::from(0 < needed);
            let join = Join {
                needed: needed as u16,
                possible: times as u16,
            };
            self.visits.set_join(visit, place, join);
        }
        for (place, sender) in calls.enumerate() {
            // None of them has ended so far, so all of them are still possible.
            for number in 0..self.visits.join(visit, place).possible {
                self.send_call(sender as usize, u32::from(number), visit, asker);
            }
        }
    }

    /// Returns what the calls of a request at a server take over from it.
    fn asker(&self, caller: RequestId) -> Asker {
        let request = &self.requests[caller];
        let (key, source) = self.requests.asks_for(caller);
        Asker {
            family: request.family,
            followed: request.trace != TraceId::NONE,
            from: self.place_of(request.server),
            number: request.server,
            priority: request.priority,
            key,
            source,
        }
    }

    /// Sends one call.
    pub(super) fn send_call(&mut self, at: usize, number: u32, visit: VisitId, asker: &Asker) {
        let workload = &mut self.workloads[at];
        let edge = workload.edge.as_ref().expect("it is a call");
        let told_who = edge.told_who;
        let (awaited, priority) = (edge.awaited, edge.priority.unwrap_or(asker.priority));
        let family = mix(asker.family ^ mix(edge.salt.wrapping_add(1 + u64::from(number))));
        let (work, key) = workload.draw_call(family, asker.key);
        let followed = awaited && asker.followed;
        let mut asked = Asked::NOTHING;
        if told_who {
            asked = Asked {
                by: asker.number,
                key,
            };
            if self.is_known(at, asked, family, (visit, followed)) {
                return;
            }
        }
        let workload = &mut self.workloads[at];
        workload.probe.offered();
        let bond = Bond {
            parent: if awaited { visit } else { VisitId::NONE },
            family,
            followed,
        };
        let leg = || Leg {
            from: asker.from,
            asked,
            ..Leg::NONE
        };
        if awaited {
            self.visits.get(visit).pending += 1;
        }
        if workload.caller.is_some() {
            let link = bond.with(leg());
            return self.begin_called(at, (key, asker.source), link, work, priority);
        }
        let detailed = workload.detailed;
        let id = self.insert(at, work, priority, bond);
        self.requests.set_leg(id, leg);
        if detailed {
            let detail = self.requests.detail_mut(id);
            detail.begin();
            (detail.key, detail.source) = (key, asker.source);
        }
        self.dispatch(id, at);
    }

    /// A call has been answered, or has failed for good.
    #[inline]
    pub(super) fn call_over(&mut self, visit: VisitId, sender: usize, good: bool) {
        let goes_on = self.counts(visit, sender, good);
        self.told.forget(&mut self.traces);
        if goes_on {
            let cell = self.visits.get(visit);
            if cell.kind == Kind::Lookup {
                return self.looked_up(visit);
            }
            cell.phase += 1;
            self.proceed(visit);
        }
    }

    /// Counts the end of a call; returns whether its request can go on.
    #[inline]
    fn counts(&mut self, visit: VisitId, sender: usize, good: bool) -> bool {
        let edge = self.workloads[sender].edge.as_ref().expect("it is a call");
        let place = (edge.phase, edge.place);
        if !self.visits.ended(visit, place, good, edge.optional) {
            return false;
        }
        let cell = self.visits.get(visit);
        // Whoever is still sending the phase looks at it in the end.
        let (id, began, goes_on) = (cell.request, cell.phase_began, !cell.sending);
        if cell.followed {
            self.extend_path(id, sender, self.sim.now().since(began));
        }
        self.waited_for(sender, began);
        goes_on
    }

    /// Everything that a request waited for has come, or something has failed for good: its server answers.
    fn returns(&mut self, at: usize, global: u32, id: RequestId, visit: VisitId) {
        if self.visits.get(visit).failed {
            self.requests[id].wrong = true;
        }
        if self.holds_slot(at) {
            return self.finish_careful(at, global, id);
        }
        let now = self.sim.now();
        let request = &self.requests[id];
        let (arrived, balancer) = (request.arrived, request.balancer);
        self.is_back(at, global, id);
        let service = &mut self.services[at];
        self.servers[global as usize].served += 1;
        service.audit.left(arrived, now);
        service.in_system.add(now.as_nanos(), -1);
        let (server, response) = (ServerId(global - service.first), now.since(arrived));
        service.told_ended(usize::from(balancer), server, Some(response), now);
        let sees = service.watch.is_some();
        let took = self.closes_visit(id).expect("it has called others");
        if self.requests[id].wrong {
            return self.ends_otherwise(id, global);
        }
        if sees {
            self.saw(at, balancer, global, true);
        }
        self.answer(id, response, took);
    }

    /// A request that gave up its slot is not away any more.
    pub(super) fn is_back(&mut self, at: usize, global: u32, id: RequestId) {
        let service = &mut self.services[at];
        if !service.stops {
            return;
        }
        let local = (global - service.first) as usize;
        let away = &mut service.graph.as_mut().expect("it calls").away[local];
        let place = away.iter().position(|&other| other == id);
        away.swap_remove(place.expect("it is away"));
    }

    /// A request ends; returns how long its server took if it has called others.
    pub(super) fn closes_visit(&mut self, id: RequestId) -> Option<Took> {
        let now = self.sim.now();
        let request = &mut self.requests[id];
        let visit = std::mem::replace(&mut request.visit, VisitId::NONE);
        if visit == VisitId::NONE {
            return None;
        }
        let at = usize::from(self.servers[request.server as usize].service);
        self.waits_in_vain(at, visit);
        if self.handed.has_calls(visit) {
            self.schedule_call_off(visit);
        }
        let cell = self.visits.get(visit);
        let (own, began) = (cell.own, cell.began);
        self.visits.close(visit);
        Some(Took {
            alone: own + now.since(began),
            own,
        })
    }
}
