//! The engine against its twin: a list of everything pending, searched from end to end for the next event.

use proptest::{prelude::*, test_runner::RngSeed};

use super::{EventId, LaneId, Simulation};
use crate::units::{SimDuration, SimTime};

const LANES: usize = 3;

/// Something a model can do to a simulation; what refers to the past picks from it by a number.
#[derive(Clone, Copy, Debug)]
enum Step {
    Schedule(SimDuration),
    ScheduleCancellable(SimDuration),
    ScheduleInLane(usize, SimDuration),
    Cancel(prop::sample::Index),
    Pop,
    PopUntil(SimDuration),
}

/// Delays of every size, so that ties are common and all buckets see work.
fn delays() -> impl Strategy<Value = SimDuration> {
    let nanos = prop_oneof![
        3 => Just(0_u64),
        6 => 1_u64..5,
        4 => 0_u64..2_000,
        4 => 0_u64..2_000_000_000,
        1 => (0_u32..64).prop_map(|bit| 1 << bit),
    ];
    nanos.prop_map(SimDuration::from_nanos)
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => delays().prop_map(Step::Schedule),
        3 => delays().prop_map(Step::ScheduleCancellable),
        3 => (0..LANES, delays()).prop_map(|(lane, delay)| Step::ScheduleInLane(lane, delay)),
        4 => any::<prop::sample::Index>().prop_map(Step::Cancel),
        4 => Just(Step::Pop),
        1 => delays().prop_map(Step::PopUntil),
    ]
}

/// What the engine promises, written down as plainly as it can be.
#[derive(Default)]
struct Twin {
    now: SimTime,
    /// Time and name of everything pending, in order of scheduling.
    pending: Vec<(SimTime, u32)>,
}

impl Twin {
    fn next(&self) -> Option<(SimTime, u32)> {
        // `min_by_key` answers the first of equals, which is the one scheduled first.
        self.pending.iter().copied().min_by_key(|&(time, _)| time)
    }
    fn pop_if(&mut self, fits: impl Fn(SimTime) -> bool) -> Option<u32> {
        let (time, name) = self.next().filter(|&(time, _)| fits(time))?;
        self.now = time;
        self.pending.retain(|&(_, other)| other != name);
        Some(name)
    }
    fn cancel(&mut self, name: u32) -> bool {
        let before = self.pending.len();
        self.pending.retain(|&(_, other)| other != name);
        self.pending.len() < before
    }
}

/// Both at once; every event is called by a number of its own.
struct Pair {
    simulation: Simulation<u32>,
    twin: Twin,
    lanes: [LaneId; LANES],
    lane_times: [SimTime; LANES],
    names: u32,
    cancellable: Vec<(EventId, u32)>,
}

impl Pair {
    fn new() -> Self {
        let mut simulation = Simulation::new();
        let lanes = std::array::from_fn(|_| simulation.add_lane());
        Self {
            simulation,
            twin: Twin::default(),
            lanes,
            lane_times: [SimTime::ZERO; LANES],
            names: 0,
            cancellable: Vec::new(),
        }
    }

    fn expect(&mut self, at: SimTime) -> u32 {
        self.names += 1;
        self.twin.pending.push((at, self.names));
        self.names
    }

    fn take(&mut self, step: Step) {
        let now = self.twin.now;
        match step {
            Step::Schedule(delay) => {
                let name = self.expect(now + delay);
                self.simulation.schedule_in(delay, name);
            }
            Step::ScheduleCancellable(delay) => {
                let name = self.expect(now + delay);
                let id = self.simulation.schedule_cancellable_at(now + delay, name);
                self.cancellable.push((id, name));
            }
            Step::ScheduleInLane(lane, delay) => {
                let at = self.lane_times[lane].max(now + delay);
                self.lane_times[lane] = at;
                let name = self.expect(at);
                let id = self.simulation.schedule_in_lane(self.lanes[lane], at, name);
                self.cancellable.push((id, name));
            }
            Step::Cancel(which) if !self.cancellable.is_empty() => {
                let (id, name) = self.cancellable[which.index(self.cancellable.len())];
                assert_eq!(self.simulation.cancel(id), self.twin.cancel(name));
            }
            Step::Cancel(_) => {}
            Step::Pop => assert_eq!(self.simulation.pop(), self.twin.pop_if(|_| true)),
            Step::PopUntil(delay) => {
                let horizon = now + delay;
                let expected = self.twin.pop_if(|time| time < horizon);
                if expected.is_none() {
                    self.twin.now = horizon;
                }
                assert_eq!(self.simulation.pop_until(horizon), expected);
            }
        }
        assert_eq!(self.simulation.now(), self.twin.now);
        assert_eq!(self.simulation.pending(), self.twin.pending.len());
        assert_eq!(
            self.simulation.next_time(),
            self.twin.next().map(|(time, _)| time)
        );
    }

    fn drain(&mut self) {
        while !self.twin.pending.is_empty() {
            self.take(Step::Pop);
        }
        self.take(Step::Pop);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 600,
        rng_seed: RngSeed::Fixed(1990),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn engine_and_twin_agree_on_every_step(steps in prop::collection::vec(steps(), 0..300)) {
        let mut pair = Pair::new();
        for step in steps {
            pair.take(step);
        }
        pair.drain();
    }

    /// Many schedules, then mostly cancels: the sweep must run, and must not change anything.
    #[test]
    fn engine_and_twin_agree_when_most_is_cancelled(
        schedules in prop::collection::vec(delays(), 200..400),
        cancels in prop::collection::vec(any::<prop::sample::Index>(), 300..600),
    ) {
        let mut pair = Pair::new();
        for delay in schedules {
            pair.take(Step::ScheduleCancellable(delay));
        }
        for (count, which) in cancels.into_iter().enumerate() {
            pair.take(Step::Cancel(which));
            if count % 10 == 0 {
                pair.take(Step::Pop);
                pair.take(Step::Schedule(SimDuration::from_nanos(count as u64)));
            }
        }
        pair.drain();
    }
}
