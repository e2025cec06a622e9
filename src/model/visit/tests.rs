//! Visits, and how far their calls are.

use super::*;

/// Those that have room in the cell and those that have not, against a plain list.
#[test]
fn calls_of_any_number_and_any_width_are_counted_alike() {
    let mut visits = Visits::default();
    for width in [1, 253, 254, 255, 256, 700] {
        let id = visits.open(RequestId(1), 0, false, SimTime::ZERO);
        let mut plain: Vec<Join> = (0..20)
            .map(|place| Join {
                needed: width - place % width.min(3),
                possible: width,
            })
            .collect();
        for (place, &join) in plain.iter().enumerate() {
            visits.set_join(id, place, join);
        }
        visits.get(id).pending = 20 * u32::from(width);
        visits.get(id).open = 20;
        for step in 0..20 * usize::from(width) {
            // Each is answered `width` times, most of them well; a failed one does not matter, being optional.
            let (place, good) = (step * 7 % 20, step % 11 != 0);
            let complete = plain[place].ended(good, true) == Progress::Complete;
            let open = visits.get(id).open - u16::from(complete);
            let over = visits.ended(id, (0, place as u32), good, true);
            assert_eq!((visits.get(id).open, over), (open, complete && open == 0));
            assert_eq!(visits.join(id, place), plain[place]);
        }
        assert!(plain.iter().all(|join| join.possible == 0));
        assert_eq!((visits.get(id).open, visits.get(id).pending), (0, 0));
        visits.close(id);
    }
}

#[test]
fn single_calls_wait_for_one_answer_each() {
    let mut visits = Visits::default();
    for calls in [1, 9, 10, 30] {
        let id = visits.open(RequestId(1), 0, false, SimTime::ZERO);
        visits.set_single(id, calls);
        visits.get(id).pending = calls as u32;
        let over: Vec<bool> = (0..calls as u32)
            .map(|place| visits.ended(id, (0, place), true, false))
            .collect();
        assert!(
            over.iter()
                .enumerate()
                .all(|(place, &over)| over == (place + 1 == calls))
        );
        visits.close(id);
    }
}

#[test]
fn a_call_that_fails_ends_the_phase_unless_it_is_optional() {
    for optional in [false, true] {
        let mut visits = Visits::default();
        let id = visits.open(RequestId(1), 0, false, SimTime::ZERO);
        visits.set_single(id, 2);
        visits.get(id).pending = 3;
        // One of a phase that is over does not matter.
        assert!(!visits.ended(id, (7, 0), false, optional));
        assert_eq!(visits.ended(id, (0, 0), false, optional), !optional);
        assert_eq!(visits.get(id).failed, !optional);
        // Nothing that follows a failure matters either.
        assert_eq!(visits.ended(id, (0, 1), true, optional), optional);
    }
}

#[test]
fn a_visit_fits_into_one_line_of_the_cache() {
    assert_eq!(size_of::<Visit>(), 64);
}

#[test]
fn a_visit_stays_until_its_last_call_has_come_back() {
    let mut visits = Visits::default();
    let first = visits.open(RequestId(3), 0, false, SimTime::ZERO);
    visits.get(first).pending = 2;
    visits.close(first);
    let second = visits.open(RequestId(4), 0, false, SimTime::ZERO);
    assert_ne!(first, second);
    for _ in 0..2 {
        visits.get(first).pending -= 1;
        visits.let_go(first);
    }
    assert_eq!(visits.open(RequestId(5), 0, false, SimTime::ZERO), first);
}
