//! Requests whose server hung when they could have gone on: they do so when it is back.

use super::{Event, Mode, World, event::Due};
use crate::model::{
    request::{Phase, RequestId},
    visit::VisitId,
};

impl World {
    /// A request goes on at this instant, after what happens now.
    fn schedule_resumption(&mut self, visit: VisitId) {
        self.visits.get(visit).pending += 1;
        let event = Event::Due(Due::Resume, visit.0).packed();
        self.sim.schedule_at(self.sim.now(), event);
    }

    /// A request goes on, unless it was lost meanwhile.
    pub(super) fn resume(&mut self, visit: VisitId) {
        let cell = self.visits.get(visit);
        cell.pending -= 1;
        if cell.request == RequestId::NONE {
            return self.visits.let_go(visit);
        }
        self.proceed(visit);
    }

    /// A server does not hang any more: what could have gone on meanwhile goes on.
    pub(super) fn goes_on(&mut self, at: usize, global: u32) {
        let service = &self.services[at];
        let Some(graph) = &service.graph else { return };
        let local = (global - service.first) as usize;
        let mut here = graph.away[local].clone();
        if let Mode::Tracked(tracked) = &service.mode {
            here.extend(&tracked.running[local]);
        }
        for id in here {
            if self.requests[id].phase != Phase::Calling {
                continue;
            }
            let visit = self.requests[id].visit;
            if std::mem::take(&mut self.visits.get(visit).stalled) {
                self.schedule_resumption(visit);
            }
        }
    }
}
