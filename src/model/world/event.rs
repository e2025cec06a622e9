//! What can happen, and how it waits in the event set.

use std::num::NonZeroU64;

use crate::model::{failure::process::FailureEvent, request::RequestId};

/// Everything that can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// The next requests of a workload come.
    Arrival { workload: u32 },
    /// A client of a closed loop or a session sends again.
    Return { workload: u16, client: u32 },
    /// A slot of a server has done the work of a request. Both are named, so that both can be fetched at once.
    Finish { server: u32, request: RequestId },
    /// A shared server may have done the work of a request.
    SharedFinish { server: u32 },
    /// A waiting request is given up, or turned away.
    Leave { request: RequestId },
    /// The servers of a service report.
    Report { service: u32 },
    /// Measuring begins.
    Measure,
    /// A bucket of the time series is full.
    Tick,
    /// Something that the detectors of a service wait for.
    Alarm { alarm: Alarm, service: u32, which: u32 },
    /// A failure process has what it asked for.
    Failure { process: u32, event: FailureEvent },
    /// A fault begins.
    FaultBegins { fault: u32 },
    /// A fault is over.
    FaultEnds { fault: u32 },
    /// Something comes due for a call or one of its attempts, whose number this is.
    Due(Due, u32),
}

/// What comes due for a call or one of its attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// The time of an attempt is up.
    Expire,
    /// An attempt that was overtaken is withdrawn.
    Withdraw,
    /// A call is tried again.
    Retry,
    /// A hedge is sent beside an attempt.
    Hedge,
    /// The time of a call is up.
    Deadline,
    /// A request reaches its server.
    Arrive,
    /// An answer reaches its sender.
    Reply,
    /// A request whose server does not hang any more goes on; this is the number of its visit.
    Resume,
    /// A cache answers; this is the number of its answer.
    Known,
    /// A request has ended, and calls that were handed its deadline with it; this is the number of its visit.
    CallOff,
}

impl Due {
    const ALL: [Self; 10] = [
        Self::Expire,
        Self::Withdraw,
        Self::Retry,
        Self::Hedge,
        Self::Deadline,
        Self::Arrive,
        Self::Reply,
        Self::Resume,
        Self::Known,
        Self::CallOff,
    ];
}

/// What detectors wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alarm {
    /// A balancer checks a server; `which` is their cell.
    Check,
    /// A check has had no answer in time.
    CheckTimeout,
    /// A balancer takes an ejected server back.
    EjectionEnds,
    /// A server's lease has run out; `which` is the server in its service.
    LeaseRunsOut,
    /// A server sends a beat.
    Beat,
    /// A server has been silent for too long.
    Suspect,
    /// A balancer of a pair takes over; `which` is its side.
    Takeover,
    /// A shard of a store gets a new leader; `which` is the shard.
    Elect,
    /// A node of a store is brought the next of what it missed; `which` is the node.
    HandOver,
    /// Operations that wait for replicas are tried again.
    Wake,
    /// Two replicas of a shard are compared; `which` is the shard.
    Compare,
    /// A node of a store may have been gone for too long; `which` is the node.
    GiveUp,
    /// A replica of a store has been copied; `which` is its slot.
    Copied,
    /// A check reaches its server; `which` is the cell.
    CheckArrives,
    /// The answer to a check reaches its balancer; `which` is the cell.
    CheckReturns,
}

/// All of them, in the order of their numbers.
const ALARMS: [Alarm; 15] = [
    Alarm::Check,
    Alarm::CheckTimeout,
    Alarm::EjectionEnds,
    Alarm::LeaseRunsOut,
    Alarm::Beat,
    Alarm::Suspect,
    Alarm::Takeover,
    Alarm::Elect,
    Alarm::HandOver,
    Alarm::Wake,
    Alarm::Compare,
    Alarm::GiveUp,
    Alarm::Copied,
    Alarm::CheckArrives,
    Alarm::CheckReturns,
];
const ALARM_BITS: u32 = 4;

/// An event in one word: its kind in the low 4 bits, a number of 28 bits above them, one of 32 in the upper half. Never zero,
/// so that there being none fits the word as well.
///
/// So an entry of the event set is three words that move as they are, and an event or none comes back in a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packed(NonZeroU64);

const ARRIVAL: u32 = 1;
const RETURN: u32 = 2;
const FINISH: u32 = 3;
const SHARED_FINISH: u32 = 4;
const LEAVE: u32 = 5;
const REPORT: u32 = 6;
const MEASURE: u32 = 7;
const TICK: u32 = 8;
const FAULT_BEGINS: u32 = 9;
const FAULT_ENDS: u32 = 10;
const ALARM: u32 = 11;
const DUE: u32 = 12;
const FAILURE: u32 = 13;

const KIND_BITS: u32 = 4;
/// The numbers that fit between kind and upper half: more servers than there is memory for.
pub(super) const SMALL_LIMIT: u32 = 1 << (u32::BITS - KIND_BITS);

impl Event {
    #[inline]
    pub(super) const fn packed(self) -> Packed {
        let (kind, small, large) = match self {
            Self::Arrival { workload } => (ARRIVAL, 0, workload),
            Self::Return { workload, client } => (RETURN, workload as u32, client),
            Self::Finish { server, request } => (FINISH, server, request.0),
            Self::SharedFinish { server } => (SHARED_FINISH, 0, server),
            Self::Leave { request } => (LEAVE, 0, request.0),
            Self::Report { service } => (REPORT, 0, service),
            Self::Measure => (MEASURE, 0, 0),
            Self::Tick => (TICK, 0, 0),
            Self::Alarm {
                alarm,
                service,
                which,
            } => (ALARM, service << ALARM_BITS | alarm as u32, which),
            Self::Failure { process, event } => {
                let (what, unit) = match event {
                    FailureEvent::Fails { unit } => (0, unit),
                    FailureEvent::Repaired { unit } => (1, unit),
                    FailureEvent::CommonCause => (2, 0),
                };
                (FAILURE, process << 2 | what, unit)
            }
            Self::FaultBegins { fault } => (FAULT_BEGINS, 0, fault),
            Self::FaultEnds { fault } => (FAULT_ENDS, 0, fault),
            Self::Due(due, id) => (DUE, due as u32, id),
        };
        debug_assert!(small < SMALL_LIMIT);
        let word = (large as u64) << 32 | (small << KIND_BITS | kind) as u64;
        Packed(NonZeroU64::new(word).expect("no kind is 0"))
    }
}

impl Packed {
    /// Returns the server and the request that is done there, if this is the end of its work.
    #[inline]
    pub(super) const fn finish(self) -> Option<(u32, RequestId)> {
        let (kind, small, large) = self.parts();
        if kind == FINISH {
            Some((small, RequestId(large)))
        } else {
            None
        }
    }

    #[inline]
    const fn parts(self) -> (u32, u32, u32) {
        let (low, large) = (self.0.get() as u32, (self.0.get() >> 32) as u32);
        (low % (1 << KIND_BITS), low >> KIND_BITS, large)
    }

    #[inline]
    pub(super) const fn unpacked(self) -> Event {
        let (kind, small, large) = self.parts();
        match kind {
            ARRIVAL => Event::Arrival { workload: large },
            FINISH => Event::Finish {
                server: small,
                request: RequestId(large),
            },
            RETURN => Event::Return {
                workload: small as u16,
                client: large,
            },
            SHARED_FINISH => Event::SharedFinish { server: large },
            LEAVE => Event::Leave {
                request: RequestId(large),
            },
            REPORT => Event::Report { service: large },
            MEASURE => Event::Measure,
            ALARM => Event::Alarm {
                alarm: ALARMS[(small % (1 << ALARM_BITS)) as usize],
                service: small >> ALARM_BITS,
                which: large,
            },
            FAILURE => Event::Failure {
                process: small >> 2,
                event: match small % 4 {
                    0 => FailureEvent::Fails { unit: large },
                    1 => FailureEvent::Repaired { unit: large },
                    _ => FailureEvent::CommonCause,
                },
            },
            FAULT_BEGINS => Event::FaultBegins { fault: large },
            FAULT_ENDS => Event::FaultEnds { fault: large },
            DUE => Event::Due(Due::ALL[small as usize], large),
            _ => Event::Tick,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_as_it_went_in() {
        let request = RequestId(u32::MAX - 1);
        let all = [
            Event::Arrival { workload: 70_000 },
            Event::Return {
                workload: 65_535,
                client: u32::MAX,
            },
            Event::Finish {
                server: SMALL_LIMIT - 1,
                request,
            },
            Event::SharedFinish { server: 99_999 },
            Event::Leave { request },
            Event::Report { service: 3 },
            Event::Measure,
            Event::Tick,
            Event::Alarm {
                alarm: Alarm::Suspect,
                service: 999,
                which: u32::MAX,
            },
            Event::Alarm {
                alarm: Alarm::Check,
                service: 0,
                which: 0,
            },
            Event::Failure {
                process: 9,
                event: FailureEvent::Fails { unit: u32::MAX },
            },
            Event::Failure {
                process: 9,
                event: FailureEvent::Repaired { unit: 3 },
            },
            Event::Failure {
                process: 9,
                event: FailureEvent::CommonCause,
            },
            Event::FaultBegins { fault: 7 },
            Event::FaultEnds { fault: 7 },
            Event::Due(Due::Expire, 7),
            Event::Due(Due::Withdraw, 7),
            Event::Due(Due::Retry, 7),
            Event::Due(Due::Hedge, 7),
            Event::Due(Due::Deadline, u32::MAX),
            Event::Due(Due::Resume, 7),
            Event::Due(Due::Arrive, 7),
            Event::Due(Due::Reply, 7),
            Event::Due(Due::CallOff, 7),
        ];
        for (at, event) in all.into_iter().enumerate() {
            assert_eq!(event.packed().unpacked(), event);
            assert!(all[..at].iter().all(|other| other.packed() != event.packed()));
        }
    }
}
