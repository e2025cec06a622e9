//! Random order: any of those waiting, with equal chances.

use super::{Discipline, DisciplinePlan, Order, Queue};
use crate::{
    config::Entry,
    model::request::{RequestId, Requests},
    rng::Stream,
};

pub(super) const ENTRY: Entry<DisciplinePlan> = Entry {
    name: "random",
    summary: "any of those waiting, with equal chances",
    example: "",
    fields: Vec::new,
    read: |_| Some(plan()),
};

/// Returns service in random order.
pub fn plan() -> DisciplinePlan {
    DisciplinePlan::new(ENTRY.name, Order::Random, |queues| Random {
        queues: vec![Vec::new(); queues],
    })
}

/// Each request remembers in its link where in the queue it stands, so that leaving takes no search.
struct Random {
    queues: Vec<Vec<RequestId>>,
}

impl Random {
    /// Takes out the request at `place` and lets the last one fill the gap.
    fn take(&mut self, queue: usize, place: usize, requests: &mut Requests) -> RequestId {
        let waiting = &mut self.queues[queue];
        let taken = waiting.swap_remove(place);
        if let Some(&moved) = waiting.get(place) {
            requests[moved].next = RequestId(place as u32);
        }
        taken
    }
}

impl Discipline for Random {
    fn push(&mut self, queue: Queue<'_>, request: RequestId, requests: &mut Requests) {
        let waiting = &mut self.queues[queue.number];
        requests[request].next = RequestId(waiting.len() as u32);
        waiting.push(request);
    }
    fn pop(&mut self, queue: Queue<'_>, requests: &mut Requests, rng: &mut Stream) -> Option<RequestId> {
        let count = self.queues[queue.number].len();
        // A single request is taken without a draw: a short queue costs no randomness.
        match count {
            0 => None,
            1 => Some(self.take(queue.number, 0, requests)),
            _ => Some(self.take(queue.number, rng.below(count), requests)),
        }
    }
    fn remove(&mut self, queue: Queue<'_>, request: RequestId, requests: &mut Requests) {
        let place = requests[request].next.0 as usize;
        debug_assert_eq!(self.queues[queue.number][place], request, "not in this queue");
        self.take(queue.number, place, requests);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{
            discipline::testing::{Queues, waiting},
            request::Needs,
        },
        rng::Seed,
    };

    /// How often each of five waiting requests is taken first, as a chi-square against equal chances.
    fn chi_square(mut pick: impl FnMut(&mut Stream) -> usize) -> f64 {
        let mut rng = Seed(11).replication(0).stream("order");
        let (rounds, mut counts) = (20_000, [0_u32; 5]);
        for _ in 0..rounds {
            counts[pick(&mut rng)] += 1;
        }
        let expected = f64::from(rounds) / 5.0;
        counts
            .iter()
            .map(|&count| (f64::from(count) - expected).powi(2) / expected)
            .sum()
    }

    #[test]
    fn everybody_waiting_has_the_same_chance() {
        // The 99.9 % point of chi-square with 4 degrees of freedom.
        let limit = 18.47;
        let got = chi_square(|rng| {
            let mut requests = Requests::new(Needs::default());
            let ids: Vec<RequestId> = (0..6).map(|_| waiting(&mut requests, 0, 1)).collect();
            let mut random = Queues::new((plan().build)(2), 2);
            for &id in &ids {
                random.push(1, id, &mut requests);
            }
            // One leaves, so that a filled gap takes part as well.
            random.remove(1, ids[2], &mut requests);
            let first = random.pop(1, &mut requests, rng).unwrap().0 as usize;
            if 2 < first { first - 1 } else { first }
        });
        // A decoy that favours one request by a tenth.
        let decoy = chi_square(|rng| if rng.below(50) == 0 { 0 } else { rng.below(5) });
        assert!(got < limit, "{got} looks uneven");
        assert!(limit < decoy, "{decoy} would pass for even");
    }
}
