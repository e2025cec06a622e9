//! Timelines worked by hand, and shares of time that have a closed form.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::*;
use crate::{model::failure::Harm, rng::Seed};

/// Drives a process to `until`; returns what changed, with its time in whole seconds.
fn drive(plan: &FailurePlan, count: usize, until: f64) -> Vec<(u64, u32, bool)> {
    let members = (0..count as u32).map(|server| vec![server]).collect();
    let mut process = FailureProcess::new(plan, members, "api/failure/0", Seed(5).replication(0));
    let (mut steps, mut due, mut order) = (Steps::default(), BinaryHeap::new(), 0_u64);
    let mut pending = Vec::new();
    let mut story = Vec::new();
    process.start(SimTime::ZERO, &mut steps);
    loop {
        for (at, event) in steps.schedule.drain(..) {
            pending.push(event);
            due.push(Reverse((at, order)));
            order += 1;
        }
        let Some(Reverse((now, at))) = due.pop() else {
            break;
        };
        if until < now.as_secs_f64() {
            break;
        }
        steps.clear();
        process.happens(pending[at as usize], now, &mut steps);
        let seconds = now.as_secs_f64().round() as u64;
        story.extend(
            steps
                .changes
                .iter()
                .map(|change| (seconds, change.unit, change.down)),
        );
    }
    story
}

fn plan(after: Dist, repair: Dist) -> FailurePlan {
    FailurePlan {
        harm: Harm::Crash,
        unit: Unit::Server,
        after,
        repair,
        crews: None,
        common_cause: 0.0,
        data_lost: 0.0,
    }
}

fn constant(seconds: f64) -> Dist {
    Dist::constant(seconds).unwrap()
}

#[test]
fn a_unit_fails_a_while_after_each_repair() {
    let story = drive(&plan(constant(100.0), constant(10.0)), 1, 240.0);
    assert_eq!(
        story,
        [(100, 0, true), (110, 0, false), (210, 0, true), (220, 0, false)]
    );
}

#[test]
fn units_wait_for_a_crew_in_the_order_in_which_they_failed() {
    let one = FailurePlan {
        crews: Some(1),
        ..plan(constant(100.0), constant(10.0))
    };
    let story = drive(&one, 3, 205.0);
    let falls: Vec<_> = story
        .iter()
        .filter(|change| change.2)
        .map(|change| change.0)
        .collect();
    assert_eq!(falls[..3], [100, 100, 100]);
    let ups: Vec<_> = story.iter().filter(|change| !change.2).collect();
    assert_eq!(ups, [&(110, 0, false), &(120, 1, false), &(130, 2, false)]);
    let two = FailurePlan {
        crews: Some(2),
        ..one
    };
    let ups: Vec<_> = drive(&two, 3, 205.0)
        .into_iter()
        .filter(|change| !change.2)
        .collect();
    assert_eq!(ups, [(110, 0, false), (110, 1, false), (120, 2, false)]);
}

/// Half of all failures are common: own clocks of 100 s last 200 s, and so does the common one.
#[test]
fn a_common_cause_brings_down_all_that_are_up_and_stops_their_clocks() {
    let half = FailurePlan {
        common_cause: 0.5,
        ..plan(constant(150.0), constant(20.0))
    };
    // All clocks run out at 300 s at once; the common one is the last of them, finds everything down, and runs on.
    let story = drive(&half, 2, 700.0);
    assert_eq!(
        story,
        [
            (300, 0, true),
            (300, 1, true),
            (320, 0, false),
            (320, 1, false),
            (600, 0, true),
            (600, 1, true),
            (620, 0, false),
            (620, 1, false),
        ]
    );
    // Without forgetting, the own clocks wound up at 320 s would have brought the units down again at exactly 620 s.
    let later = drive(&half, 2, 899.0);
    assert_eq!(later.len(), 8);
}

#[test]
fn what_never_fails_asks_for_nothing() {
    let never = plan(constant(1e12), constant(1.0));
    assert_eq!(drive(&never, 4, 1e9), []);
}

#[test]
fn a_unit_draws_the_same_times_whatever_the_others_do() {
    let random = plan(
        Dist::exponential(100.0).unwrap(),
        Dist::exponential(10.0).unwrap(),
    );
    let of_first = |count| -> Vec<_> {
        let story = drive(&random, count, 10_000.0);
        story.into_iter().filter(|change| change.1 == 0).collect()
    };
    let alone = of_first(1);
    assert!(50 < alone.len(), "{}", alone.len());
    assert_eq!(alone, of_first(7));
}

#[test]
fn zones_gather_the_servers_of_their_groups() {
    let group = |servers, zone| crate::model::Group {
        servers,
        slots: 1,
        speed: 1.0,
        weight: 1,
        name: None,
        zone,
        backup: false,
    };
    let groups = vec![
        group(2, Some(4)),
        group(1, None),
        group(1, Some(0)),
        group(1, Some(4)),
    ];
    let text = crate::scenario::TEMPLATES[0];
    let mut service = crate::scenario::from_str(text.name, text.text, &[])
        .unwrap()
        .scenario
        .deployment
        .services
        .remove(0);
    service.groups = groups;
    service.balancers = 2;
    assert_eq!(units(&service, Unit::Zone), [vec![0, 1, 4], vec![3]]);
    assert_eq!(
        units(&service, Unit::Group),
        [vec![0, 1], vec![2], vec![3], vec![4]]
    );
    assert_eq!(units(&service, Unit::Service), [vec![0, 1, 2, 3, 4]]);
    assert_eq!(units(&service, Unit::Server).len(), 5);
    assert_eq!(units(&service, Unit::Balancer), [vec![0], vec![1]]);
}
