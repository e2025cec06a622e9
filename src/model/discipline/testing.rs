//! What tests of several disciplines share.

use crate::{
    model::request::{Phase, Request, RequestId, Requests},
    units::{SimDuration, SimTime},
};

/// Takes in a request that waits, with this priority and work.
pub(super) fn waiting(requests: &mut Requests, priority: u8, work_ms: u64) -> RequestId {
    let work = SimDuration::from_nanos(work_ms * 1_000_000);
    requests.insert(Request {
        arrived: SimTime::ZERO,
        began: SimTime::ZERO,
        work,
        server: 0,
        next: RequestId::NONE,
        prev: RequestId::NONE,
        workload: 0,
        balancer: 0,
        priority,
        phase: Phase::Waiting,
    })
}
