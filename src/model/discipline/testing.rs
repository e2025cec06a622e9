//! What tests of several disciplines share.

use crate::{
    model::request::{Request, RequestId, Requests},
    units::{SimDuration, SimTime},
};

/// Takes in a request that waits, with this priority and work.
pub(super) fn waiting(requests: &mut Requests, priority: u8, work_ms: u64) -> RequestId {
    let work = SimDuration::from_nanos(work_ms * 1_000_000);
    let mut request = Request::new(SimTime::ZERO, work, 0, 0, priority);
    request.server = 0;
    requests.insert(request)
}
