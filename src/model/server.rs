//! A server's own state, kept small because there may be a hundred thousand of them.

use crate::{
    model::{Group, discipline::list::List},
    units::{SimDuration, SimTime},
};

/// What is hot about a server, in one line of the cache.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(super) struct Server {
    /// Requests in work.
    pub(super) running: u32,
    /// Requests in its queue.
    pub(super) waiting: u32,
    /// Requests it works on at once; a shared server works on more, each at a part of the speed.
    pub(super) slots: u32,
    /// Requests it takes in while it is well.
    pub(super) room: u32,
    /// Requests under way to it, for which it keeps room.
    pub(super) coming: u32,
    /// The ends of that queue, where it is a list.
    pub(super) ends: List,
    /// Seconds it needs for a second of work: one over its speed.
    pub(super) slowness: f64,
    /// The service it belongs to.
    pub(super) service: u16,
    /// Whether it works on nothing, because it hangs.
    pub(super) frozen: bool,
    /// Whether connections are refused.
    pub(super) crashed: bool,
    /// When `busy_nanos` was last brought up to date.
    since: SimTime,
    /// Nanoseconds its slots were busy since measuring began; a slot's 584 years fit.
    busy_nanos: u64,
    /// Requests it ended since measuring began.
    pub(super) served: u64,
}

impl Server {
    pub(super) fn new(service: u16, group: &Group, room: u32) -> Self {
        Self {
            running: 0,
            waiting: 0,
            slots: group.slots,
            room,
            coming: 0,
            ends: List::default(),
            slowness: 1.0 / group.speed,
            service,
            frozen: false,
            crashed: false,
            since: SimTime::ZERO,
            busy_nanos: 0,
            served: 0,
        }
    }

    /// Requests at the server, in work and waiting, and on the way to it.
    #[inline]
    pub(super) fn present(&self) -> u32 {
        self.running + self.waiting + self.coming
    }
    /// Whether one more finds room, as far as balancers can know that.
    #[inline]
    pub(super) fn has_room(&self) -> bool {
        self.present() < self.room
    }
    /// Whether it takes in one more.
    #[inline]
    pub(super) fn admits(&self) -> bool {
        !self.crashed && self.has_room()
    }
    /// Whether it works: it is neither crashed nor hung.
    pub(super) fn is_up(&self) -> bool {
        !self.frozen && !self.crashed
    }
    /// Slots in use.
    #[inline]
    pub(super) fn busy(&self) -> u32 {
        self.running.min(self.slots)
    }
    /// Changes the number in work.
    #[inline]
    pub(super) fn set_running(&mut self, running: u32, now: SimTime) {
        self.busy_nanos += u64::from(self.busy()) * now.since(self.since).as_nanos();
        self.since = now;
        self.running = running;
    }
    /// Returns the nanoseconds its slots were busy since measuring began.
    pub(super) fn busy_nanos(&self, now: SimTime) -> u64 {
        self.busy_nanos + u64::from(self.busy()) * now.since(self.since).as_nanos()
    }
    /// Measuring begins.
    pub(super) fn begin(&mut self, now: SimTime) {
        self.busy_nanos = 0;
        self.since = now;
        self.served = 0;
    }
    /// Returns how long this server takes for some work.
    #[inline]
    pub(super) fn time_for(&self, work: SimDuration) -> SimDuration {
        // The plain case is exact, and saves two conversions.
        if self.slowness == 1.0 {
            work
        } else {
            work.scaled(self.slowness)
        }
    }
    /// Returns how much work this server does in some time.
    pub(super) fn work_in(&self, time: SimDuration) -> SimDuration {
        if self.frozen {
            SimDuration::ZERO
        } else if self.slowness == 1.0 {
            time
        } else {
            time.scaled(1.0 / self.slowness)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_takes_at_most_a_hundred_bytes() {
        assert!(size_of::<Server>() <= 64, "{}", size_of::<Server>());
    }
}
