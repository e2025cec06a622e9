//! Processor sharing: a server works on all its requests at once, each at an equal part of its speed.
//!
//! All present requests get work at the same rate, so one number tells how much each has got since the server was
//! last empty: its *attained* work. A request that brings work `w` when that number is `a` ends when it is `a + w`;
//! a heap holds these marks, and an arrival or an end costs O(log n) however many share. One event stands for the
//! next end. Arrivals only delay it, so it is moved when it fires too early; only an earlier end reschedules it.

use std::{cmp::Reverse, collections::BinaryHeap};

use crate::{
    engine::EventId,
    model::request::RequestId,
    units::{SimDuration, SimTime},
};

/// A server whose requests share it.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Work in nanoseconds that every present request would have got since the server was last empty.
    attained: f64,
    /// When `attained` was last brought up to date.
    since: SimTime,
    /// The marks at which requests end, as bits (in order for non-negative numbers), with a number against ties.
    marks: BinaryHeap<Reverse<(u64, u64, RequestId)>>,
    joined: u64,
    /// The event that stands for the next end.
    pub(super) next: Option<(SimTime, EventId)>,
    /// Work given and brought since the server was last empty, in nanoseconds, for the audit.
    given: f64,
    brought: f64,
    ended: u64,
}

impl Shared {
    /// Brings the attained work up to date, at `rate` nanoseconds of work a nanosecond for each.
    pub(super) fn advance(&mut self, now: SimTime, rate: f64) {
        let attained = rate * now.since(self.since).as_nanos() as f64;
        self.attained += attained;
        self.given += attained * self.marks.len() as f64;
        self.since = now;
    }

    /// A request joins; the attained work must be up to date.
    pub(super) fn join(&mut self, request: RequestId, work: SimDuration) {
        let mark = self.attained + work.as_nanos() as f64;
        self.joined += 1;
        self.marks.push(Reverse((mark.to_bits(), self.joined, request)));
        self.brought += work.as_nanos() as f64;
    }

    /// Takes out a request whose mark has been reached, to within half a nanosecond of work.
    pub(super) fn take_ended(&mut self) -> Option<RequestId> {
        let &Reverse((mark, _, request)) = self.marks.peek()?;
        if self.attained + 0.5 < f64::from_bits(mark) {
            return None;
        }
        self.marks.pop();
        self.ended += 1;
        Some(request)
    }

    /// Takes out a request before its end and returns the nanoseconds of work that are left of it; the attained work must
    /// be up to date.
    pub(super) fn withdraw(&mut self, request: RequestId) -> u64 {
        let mut left = 0.0;
        self.marks.retain(|&Reverse((mark, _, other))| {
            if other == request {
                left = (f64::from_bits(mark) - self.attained).max(0.0);
            }
            other != request
        });
        self.brought -= left;
        self.ended += 1;
        (left + 0.5) as u64
    }

    /// Returns the requests that share the server, those that joined first first.
    pub(super) fn present(&self) -> Vec<RequestId> {
        let mut present: Vec<_> = self
            .marks
            .iter()
            .map(|&Reverse((_, joined, id))| (joined, id))
            .collect();
        present.sort_unstable_by_key(|&(joined, _)| joined);
        present.into_iter().map(|(_, id)| id).collect()
    }

    /// Returns when the next request ends if nobody comes or goes before.
    pub(super) fn next_end(&self, rate: f64) -> Option<SimTime> {
        let &Reverse((mark, _, _)) = self.marks.peek()?;
        let left = (f64::from_bits(mark) - self.attained).max(0.0);
        // Rounded up, so that the mark is reached when the event fires.
        Some(self.since + SimDuration::from_nanos((left / rate).ceil() as u64))
    }

    /// If the server is empty, starts counting anew and returns work given, work brought and the number of requests.
    pub(super) fn settle(&mut self) -> Option<(f64, f64, u64)> {
        if !self.marks.is_empty() {
            return None;
        }
        let settled = (self.given, self.brought, self.ended);
        (self.attained, self.given, self.brought, self.ended, self.joined) = (0.0, 0.0, 0.0, 0, 0);
        Some(settled)
    }
}
