//! The order that the event set promises, and the space that it takes.

use super::*;
use crate::rng::{Seed, Stream};

/// Delays that are usually short and now and then a thousand times as long, as service times can be.
fn heavy_tailed(rng: &mut Stream) -> u64 {
    let short = 1 + rng.below(1_000_000) as u64;
    if rng.below(10) == 0 { 1_000 * short } else { short }
}

#[test]
fn a_heavy_tailed_schedule_leaves_in_order() {
    let (mut heap, mut rng) = (BucketQueue::new(), Seed(11).replication(0).stream("delays"));
    let (mut popped, mut seq) = (Key { time: 0, seq: 0 }, 0);
    for step in 0..200_000 {
        if step < 1_000 || step % 2 == 0 {
            seq += 1;
            let time = popped.time + heavy_tailed(&mut rng);
            heap.push(Key { time, seq }, seq);
        } else {
            let next = heap.first();
            assert_eq!(heap.pop(), Some(next.seq));
            assert!(popped < next, "{popped:?} before {next:?}");
            popped = next;
        }
    }
    assert!(1_000_000 < popped.time, "the clock has run: {popped:?}");
}

/// Times on a coarse grid, so that most are shared: equals must leave in the order in which they came.
#[test]
fn equal_times_leave_first_come_first_out() {
    let (mut heap, mut rng) = (BucketQueue::new(), Seed(12).replication(0).stream("delays"));
    let (mut popped, mut ties) = (Key { time: 0, seq: 0 }, 0);
    for seq in 1..=100_000 {
        let time = popped.time + 1_024 * rng.below(20) as u64;
        heap.push(Key { time, seq }, seq);
        if 500 < heap.len() {
            let next = heap.first();
            assert_eq!(heap.pop(), Some(next.seq));
            assert!(popped < next, "{popped:?} before {next:?}");
            ties += u32::from(popped.time == next.time);
            popped = next;
        }
    }
    assert!(50_000 < ties, "only {ties} ties");
}

/// Most delays are far shorter than the time between two entries, so that much is pushed among the first.
#[test]
fn what_is_pushed_among_the_first_finds_its_place() {
    let (mut heap, mut rng) = (BucketQueue::new(), Seed(14).replication(0).stream("delays"));
    let (mut popped, mut seq) = (Key { time: 0, seq: 0 }, 0);
    let (mut alone, mut among) = (0, 0);
    for step in 0..200_000 {
        // Spells of growth and of decay: few entries and many.
        if heap.len() == 0 || rng.below(100) < if step / 1_000 % 2 == 0 { 60 } else { 40 } {
            seq += 1;
            let time = popped.time + (rng.below(4) << rng.below(40)) as u64;
            if time < heap.front_until {
                *if heap.front.len() <= ALONE {
                    &mut alone
                } else {
                    &mut among
                } += 1;
            }
            heap.push(Key { time, seq }, seq);
        } else {
            let next = heap.first();
            assert_eq!(heap.first_time(), next.time);
            assert_eq!(heap.pop(), Some(next.seq));
            assert!(popped < next, "{popped:?} before {next:?}");
            popped = next;
        }
    }
    assert!(1_000 < alone && 1_000 < among, "{alone} and {among}");
}

/// A crowd that moves past one power of two after the other: without cutting back, every one of them would
/// leave a bucket as large as the crowd.
#[test]
fn space_stays_a_small_multiple_of_what_is_waiting() {
    let (mut heap, mut rng) = (BucketQueue::new(), Seed(13).replication(0).stream("delays"));
    let (crowd, mut seq, mut widest) = (20_000, 0, 0);
    for bit in 30..63 {
        for _ in 0..crowd {
            seq += 1;
            let time = (1 << bit) + heavy_tailed(&mut rng);
            heap.push(Key { time, seq }, ());
            if crowd < seq {
                heap.pop().expect("the crowd is waiting");
            }
            widest = widest.max(heap.space());
        }
    }
    let bound = 2 * SPACE_LIMIT * crowd as usize + BUCKETS * KEPT;
    assert!(widest < bound, "{widest} of {bound}");
}
