//! What the engine promises, one promise a test; `twin` checks all of it at once on random steps.

use super::Simulation;
use crate::units::{SimDuration, SimTime};

fn at(nanos: u64) -> SimTime {
    SimTime::from_nanos(nanos)
}
fn drain<E>(simulation: &mut Simulation<E>) -> Vec<E> {
    std::iter::from_fn(|| simulation.pop()).collect()
}

#[test]
fn one_instant_keeps_the_order_of_scheduling_across_queue_tickets_and_lanes() {
    let mut simulation = Simulation::new();
    let lanes = [simulation.add_lane(), simulation.add_lane()];
    for round in 0..8 {
        simulation.schedule_in_lane(lanes[1], at(9), 10 * round);
        simulation.schedule_at(at(9), 10 * round + 1);
        simulation.schedule_cancellable_at(at(9), 10 * round + 2);
        simulation.schedule_in_lane(lanes[0], at(9), 10 * round + 3);
    }
    simulation.schedule_at(at(3), -1);
    let mut expected = vec![-1];
    expected.extend((0..8).flat_map(|round| (0..4).map(move |kind| 10 * round + kind)));
    assert_eq!(drain(&mut simulation), expected);
}

#[test]
fn an_event_scheduled_for_now_waits_for_those_already_due() {
    let mut simulation = Simulation::new();
    for name in ["first", "second"] {
        simulation.schedule_at(at(5), name);
    }
    assert_eq!(simulation.pop(), Some("first"));
    simulation.schedule_in(SimDuration::ZERO, "third");
    assert_eq!(drain(&mut simulation), ["second", "third"]);
}

#[test]
fn an_event_at_the_horizon_belongs_to_what_comes_after() {
    let mut simulation = Simulation::new();
    simulation.schedule_at(at(10), 'a');
    assert_eq!(simulation.pop_until(at(10)), None);
    assert_eq!((simulation.now(), simulation.pending()), (at(10), 1));
    assert_eq!(simulation.pop_until(at(11)), Some('a'));
    assert_eq!(simulation.now(), at(10));
    assert_eq!(simulation.pop_until(at(11)), None);
    assert_eq!(simulation.now(), at(11));
}

/// Looking ahead must not commit the queue: the gap between now and its first entry stays open.

#[test]
fn events_may_still_come_before_the_first_one_pending() {
    let mut simulation = Simulation::new();
    let lane = simulation.add_lane();
    simulation.schedule_at(at(1_000), 3);
    simulation.schedule_in_lane(lane, at(10), 1);
    assert_eq!(simulation.next_time(), Some(at(10)));
    assert_eq!(simulation.pop(), Some(1));
    assert_eq!(simulation.pop_until(at(20)), None);
    simulation.schedule_at(at(30), 2);
    assert_eq!(drain(&mut simulation), [2, 3]);
}

#[test]
fn events_may_still_come_before_cancelled_ones() {
    let mut simulation = Simulation::new();
    let id = simulation.schedule_cancellable_at(at(1_000), 'x');
    assert!(simulation.cancel(id));
    assert_eq!((simulation.pop(), simulation.now()), (None, at(0)));
    simulation.schedule_at(at(10), 'a');
    assert_eq!(drain(&mut simulation), ['a']);
}

#[test]
fn the_last_instant_of_the_clock_is_an_instant_like_any_other() {
    let mut simulation = Simulation::new();
    let lane = simulation.add_lane();
    simulation.schedule_at(SimTime::MAX, 1);
    simulation.schedule_in_lane(lane, SimTime::MAX, 2);
    let id = simulation.schedule_cancellable_at(SimTime::MAX, 0);
    simulation.schedule_in(SimDuration::from_nanos(u64::MAX), 3);
    assert!(simulation.cancel(id));
    assert_eq!(simulation.pop_until(SimTime::MAX), None);
    assert_eq!((simulation.now(), simulation.pending()), (SimTime::MAX, 3));
    assert_eq!(simulation.next_time(), Some(SimTime::MAX));
    assert_eq!(simulation.pop(), Some(1));
    simulation.schedule_in(SimDuration::from_nanos(7), 4);
    assert_eq!(drain(&mut simulation), [2, 3, 4]);
}

#[test]
#[should_panic(expected = "cannot be scheduled in the past")]
fn nothing_is_scheduled_in_the_past() {
    let mut simulation = Simulation::new();
    assert_eq!(simulation.pop_until(at(5)), None);
    simulation.schedule_at(at(4), ());
}

#[test]
#[should_panic(expected = "times within a lane never decrease")]
fn a_lane_takes_times_in_order_only() {
    let mut simulation = Simulation::new();
    let lane = simulation.add_lane();
    simulation.schedule_in_lane(lane, at(5), ());
    simulation.schedule_in_lane(lane, at(4), ());
}

/// Whoever wants to prepare for events must hear of them in time, and hearing of them changes nothing.
#[test]
fn most_events_are_told_of_before_they_come_and_not_long_before() {
    let mut delays = crate::rng::Seed(5).replication(0).stream("delays");
    let (mut telling, mut quiet) = (Simulation::new(), Simulation::new());
    let mut told_at = std::collections::BTreeMap::new();
    let mut schedule = |telling: &mut Simulation<u64>, quiet: &mut Simulation<u64>, name| {
        let delay = SimDuration::from_nanos(1 + delays.below(20_000_000) as u64);
        telling.schedule_in(delay, name);
        quiet.schedule_in(delay, name);
    };
    for name in 0..10_000 {
        schedule(&mut telling, &mut quiet, name);
    }
    let (mut in_time, mut close) = (0, 0);
    for step in 0..100_000_u64 {
        let horizon = at(u64::MAX);
        let event = telling.pop_until_telling(horizon, |soon| {
            for (_, &event) in soon.iter() {
                let (_, last) = told_at.entry(event).or_insert((step, step));
                *last = step;
            }
        });
        assert_eq!(event, quiet.pop_until(horizon));
        let event = event.expect("there are always ten thousand");
        if let Some((first, last)) = told_at.remove(&event) {
            in_time += u64::from(first < step && step <= first + 1_000);
            close += u64::from(step <= last + 16);
        }
        schedule(&mut telling, &mut quiet, 10_000 + step);
    }
    assert!(97_000 < in_time, "{in_time} of 100 000 were told of in time");
    assert!(80_000 < close, "{close} of 100 000 were told of shortly before");
}
