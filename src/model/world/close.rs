//! The end of a run: the books are closed and the laws are checked.

use super::{Mode, Service, Workload, World, service_of};
use crate::{
    model::{
        audit,
        record::{End, Record, ServiceRecord, WorkloadRecord},
        request::{Phase, Request},
        server::Server,
        visit::{Kind, VisitId},
    },
    units::SimTime,
};

impl World {
    /// The run is over: the books are closed and the laws checked.
    pub(super) fn close(mut self, end: End, events: u64) -> Record {
        let now = self.sim.now();
        let mut violations = Vec::new();
        if now <= self.begin {
            // It gave up before measuring began: nothing was measured.
            self.measure();
        }
        if self
            .services
            .first()
            .is_some_and(|service| service.areas.at < now)
        {
            self.close_buckets();
        }
        for (_, request) in self.requests.iter() {
            let operates = request.phase == Phase::Calling && request.server == u32::MAX;
            if operates || request.phase == Phase::Replying {
                continue;
            }
            let at = service_of(&self.workloads, &self.servers, request);
            let holds = request.phase == Phase::Calling && self.holds_slot(at);
            let service = &mut self.services[at];
            service.audit.left(request.arrived, now);
            if holds || request.phase == Phase::Running {
                service.audit.worked(request.began, now);
            }
        }
        self.end_waiting();
        let (incidents, incidents_forgotten) = self.log_closes();
        let servers = &self.servers;
        let services = self
            .services
            .iter_mut()
            .map(|service| service.record(servers, now, self.begin, &mut violations));
        let services = services.collect();
        let span = now.since(self.begin.min(now)).as_nanos() as f64;
        let workloads = self.workloads.into_iter();
        let workloads = workloads.map(|workload| workload.record(span, &mut violations));
        let workloads = workloads.collect();
        Record {
            end,
            events,
            bucket: self.bucket,
            begin: self.begin.min(now),
            until: now,
            workloads,
            services,
            incidents,
            incidents_forgotten,
            violations,
        }
    }

    /// Counts how long requests have waited for calls that have not come back.
    fn end_waiting(&mut self) {
        let calls = |request: &Request| request.phase == Phase::Calling;
        let waiting: Vec<(usize, VisitId)> = self
            .requests
            .iter()
            .filter(|(_, request)| calls(request))
            .map(|(_, request)| {
                let at = service_of(&self.workloads, &self.servers, request);
                (at, request.visit)
            })
            .collect();
        for (at, visit) in waiting {
            if visit != VisitId::NONE && self.visits.get(visit).kind != Kind::Operation {
                self.waits_in_vain(at, visit);
            }
        }
    }
}

impl Workload {
    /// Closes the books on a run of so many nanoseconds.
    fn record(self, span: f64, violations: &mut Vec<String>) -> WorkloadRecord {
        let mut record = self.probe.finish();
        record.breakdown = self.follow.map(|follow| follow.breakdown);
        if let Some(edge) = self.edge.filter(|_| 0.0 < span) {
            record.waiting = edge.waited as f64 / span;
            record.cache = edge.cache.map(|cache| cache.record());
        }
        if let Some(caller) = self.caller {
            record.caller = caller.finish();
            let caller = &record.caller;
            let (before, came, left) = (caller.carried_in, caller.attempts, caller.unfinished);
            let what = format!("{}, its attempts", self.name);
            audit::flow_balance(&what, before, came, caller.ended, left, violations);
        }
        let (before, came, left) = (record.carried_in, record.offered, record.unfinished);
        audit::flow_balance(&self.name, before, came, record.ended(), left, violations);
        record
    }
}

impl Service {
    fn record(
        &mut self,
        servers: &[Server],
        now: SimTime,
        begin: SimTime,
        violations: &mut Vec<String>,
    ) -> ServiceRecord {
        let at = now.as_nanos();
        let busy = match self.mode {
            Mode::Slots | Mode::Tracked(_) => Some(self.busy.area(at)),
            // Which slot of a shared server works for whom is not defined; the audit counts its work instead.
            Mode::Shared(_) => None,
        };
        self.audit
            .verify(&self.name, self.in_system.area(at), busy, violations);
        let span = now.since(begin.min(now)).as_nanos() as f64;
        let servers = &servers[self.first as usize..][..self.fronts[0].view.pool().len()];
        let utilisation = |server: &Server| {
            let all = span * f64::from(server.slots);
            if all == 0.0 {
                0.0
            } else {
                server.busy_nanos(now) as f64 / all
            }
        };
        ServiceRecord {
            in_system_mean: self.in_system.mean(at).unwrap_or_default(),
            queue_mean: self.waiting.mean(at).unwrap_or_default(),
            queue_max: self.waiting.max(),
            utilisation: self.busy.mean(at).unwrap_or_default() / self.slots as f64,
            served: servers.iter().map(|server| server.served).collect(),
            server_utilisation: servers.iter().map(utilisation).collect(),
            health: self.beliefs.as_mut().map(|beliefs| beliefs.record(now)),
            outage: None,
            in_zone: self.zones.as_ref().and_then(|zones| zones.stayed()),
            store: self.store.as_mut().map(|store| std::mem::take(&mut store.record)),
            durability: None,
        }
    }
}
