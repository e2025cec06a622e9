//! Where further attempts go: anywhere, where none has been yet, or where the one before was.

use super::World;
use crate::model::{
    balancer::ServerId,
    call::CallId,
    caller::retry::Which,
    request::{Request, RequestId},
};

impl World {
    /// Sends an attempt on its way.
    pub(super) fn dispatch_attempt(&mut self, id: CallId, request: RequestId, at: usize, is_hedge: bool) {
        let plan = &self.workloads[at].caller.as_ref().expect("it has policies").plan;
        let call = self.calls.get(id);
        let which = match (is_hedge, &plan.hedge, &plan.retry) {
            (true, Some(hedge), _) => hedge.server,
            (false, _, Some(retry)) if 1 < call.tries => retry.server,
            _ => Which::Any,
        };
        match (which, call.tried.last()) {
            (Which::Same, Some(server)) => self.dispatch_to(request, at, server),
            (Which::Another, _) => self.dispatch_elsewhere(id, request, at),
            (Which::Any | Which::Same, _) => self.dispatch(request, at),
        }
    }

    /// Sends an attempt to a server that has not been tried, as long as the balancer knows of one: those that have been
    /// are out of its choice for this once. Where requests wait at the balancer, any free server takes it from there.
    fn dispatch_elsewhere(&mut self, id: CallId, request: RequestId, at: usize) {
        let call = self.calls.get(id);
        let beside = call
            .under_way
            .into_iter()
            .filter(|&other| other != RequestId::NONE);
        let beside = beside.map(|other| self.requests[other].server);
        let tried: Vec<u32> = call.tried.iter().chain(beside).collect();
        let cell: &Request = &self.requests[request];
        let balancer = usize::from(cell.balancer);
        let service = &mut self.services[self.workloads[at].service as usize];
        let service_at = self.workloads[at].service as usize;
        let front = &mut service.fronts[balancer];
        front.view.set_now(self.sim.now());
        let mut aside = Vec::new();
        for server in tried {
            let Some(local) = server.checked_sub(service.first).map(ServerId) else {
                continue;
            };
            let eligible = front.view.eligible();
            if server != u32::MAX && eligible.contains(local) && 1 < eligible.len() {
                front.view.set_aside(local, true);
                front.policy.eligible_changed(&front.view, local);
                aside.push(local);
            }
        }
        self.dispatch(request, at);
        let front = &mut self.services[service_at].fronts[balancer];
        for local in aside {
            front.view.set_aside(local, false);
            if front.view.eligible().contains(local) {
                front.policy.eligible_changed(&front.view, local);
            }
        }
    }
}
