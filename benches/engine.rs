//! What the engine costs by itself: nanoseconds an event, against the standard library's heap.
//!
//! *Hold* is the usual measure of an event set (Jones, *Commun. ACM* 29(4), 1986): with so many pending, take the
//! next event and schedule another one. Delays are drawn beforehand, so the generator costs nothing here.

use std::{cmp::Reverse, collections::BinaryHeap, hint::black_box, time::Duration};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use plimsoll::{
    engine::{EventId, LaneId, Simulation},
    rng::{Seed, Stream},
    units::{SimDuration, SimTime},
};
use rand_distr::{Distribution, Exp1};

/// Eight bytes with a spare bit pattern, as a model's events are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Arrival(u32),
    Departure(u32),
    Timeout(u32),
}

/// Delays drawn beforehand, handed out in a circle.
struct Delays {
    drawn: Vec<SimDuration>,
    at: usize,
}

impl Delays {
    const COUNT: usize = 1 << 16;

    fn new(draw: impl Fn(&mut Stream) -> f64) -> Self {
        let mut rng = Seed(1).replication(0).stream("delays");
        let drawn = (0..Self::COUNT).map(|_| SimDuration::from_secs_f64(draw(&mut rng)));
        Self {
            drawn: drawn.collect(),
            at: 0,
        }
    }
    /// Exponential, with a mean of one second.
    fn exponential() -> Self {
        Self::new(|rng| Exp1.sample(rng))
    }
    /// The same, but one in ten is a thousand times as long.
    fn heavy_tailed() -> Self {
        Self::new(|rng| {
            let short: f64 = Exp1.sample(rng);
            if rng.below(10) == 0 {
                1_000.0 * short
            } else {
                short
            }
        })
    }
    fn next(&mut self) -> SimDuration {
        self.at = (self.at + 1) % Self::COUNT;
        self.drawn[self.at]
    }
}

/// What an event set must do to be held.
trait EventSet {
    fn schedule(&mut self, delay: SimDuration, event: Event);
    fn next(&mut self) -> Option<Event>;
}

impl EventSet for Simulation<Event> {
    fn schedule(&mut self, delay: SimDuration, event: Event) {
        self.schedule_in(delay, event);
    }
    fn next(&mut self) -> Option<Event> {
        self.pop_until(SimTime::MAX)
    }
}

/// The way most people would write it: the standard library's heap of structs, and a sequence number.
#[derive(Default)]
struct Plain {
    now: SimTime,
    scheduled: u64,
    heap: BinaryHeap<Reverse<(SimTime, u64, Event)>>,
}

impl EventSet for Plain {
    fn schedule(&mut self, delay: SimDuration, event: Event) {
        self.scheduled += 1;
        self.heap.push(Reverse((self.now + delay, self.scheduled, event)));
    }
    fn next(&mut self) -> Option<Event> {
        let Reverse((time, _, event)) = self.heap.pop()?;
        self.now = time;
        Some(event)
    }
}

/// Measures one hold operation with this many pending, once the schedule has settled.
fn hold(c: &mut Criterion, name: &str, pending: u32, mut set: impl EventSet, mut delays: Delays) {
    for id in 0..pending {
        set.schedule(delays.next(), Event::Arrival(id));
    }
    let mut step = || {
        let event = set.next().expect("as many come as go");
        set.schedule(delays.next(), event);
        event
    };
    for _ in 0..4 * pending {
        step();
    }
    c.bench_with_input(BenchmarkId::new(name, pending), &(), |b, ()| b.iter(&mut step));
}

fn holds(c: &mut Criterion) {
    for pending in [2, 100, 1_000, 10_000, 100_000, 1_000_000] {
        hold(
            c,
            "hold/engine",
            pending,
            Simulation::new(),
            Delays::exponential(),
        );
        hold(c, "hold/std", pending, Plain::default(), Delays::exponential());
    }
    for pending in [100, 10_000] {
        hold(
            c,
            "hold_heavy_tailed/engine",
            pending,
            Simulation::new(),
            Delays::heavy_tailed(),
        );
        hold(
            c,
            "hold_heavy_tailed/std",
            pending,
            Plain::default(),
            Delays::heavy_tailed(),
        );
    }
}

/// How each request is guarded against taking too long.
#[derive(Clone, Copy)]
enum Guard {
    None,
    Lane,
    Queue,
}

/// A station with no queue: requests come at a constant rate, each takes its time, and almost none times out.
struct Station {
    simulation: Simulation<Event>,
    arrivals: LaneId,
    timeouts: LaneId,
    guard: Guard,
    guards: Vec<Option<EventId>>,
    work: Delays,
}

impl Station {
    const IN_FLIGHT: u64 = 100;
    const TIMEOUT: SimDuration = SimDuration::from_nanos(20_000_000_000);

    fn new(guard: Guard) -> Self {
        let mut simulation = Simulation::new();
        let (arrivals, timeouts) = (simulation.add_lane(), simulation.add_lane());
        simulation.schedule_in_lane(arrivals, SimTime::ZERO, Event::Arrival(0));
        Self {
            simulation,
            arrivals,
            timeouts,
            guard,
            guards: vec![None; 1 << 16],
            work: Delays::exponential(),
        }
    }

    /// Runs until a request has been answered.
    fn serve(&mut self) -> u32 {
        loop {
            match self.simulation.pop_until(SimTime::MAX) {
                Some(Event::Arrival(id)) => {
                    let now = self.simulation.now();
                    let gap = SimDuration::from_nanos(1_000_000_000 / Self::IN_FLIGHT);
                    let next = Event::Arrival((id + 1) % (1 << 16));
                    self.simulation.schedule_in_lane(self.arrivals, now + gap, next);
                    self.simulation
                        .schedule_in(self.work.next(), Event::Departure(id));
                    let (at, timeout) = (now + Self::TIMEOUT, Event::Timeout(id));
                    self.guards[id as usize] = match self.guard {
                        Guard::None => None,
                        Guard::Lane => Some(self.simulation.schedule_in_lane(self.timeouts, at, timeout)),
                        Guard::Queue => Some(self.simulation.schedule_cancellable_at(at, timeout)),
                    };
                }
                Some(Event::Departure(id)) => {
                    if let Some(guard) = self.guards[id as usize].take() {
                        self.simulation.cancel(guard);
                    }
                    return id;
                }
                Some(Event::Timeout(id)) => return id,
                None => unreachable!("there is always a next arrival"),
            }
        }
    }
}

fn timeouts(c: &mut Criterion) {
    for (name, guard) in [
        ("none", Guard::None),
        ("lane", Guard::Lane),
        ("queue", Guard::Queue),
    ] {
        let mut station = Station::new(guard);
        for _ in 0..100_000 {
            station.serve();
        }
        c.bench_function(&format!("request_with_timeout/{name}"), |b| {
            b.iter(|| black_box(station.serve()));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(500));
    targets = holds, timeouts
}
criterion_main!(benches);
