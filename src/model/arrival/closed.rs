//! A closed loop: a fixed number of clients, each of which waits for its answer, thinks, and asks again.

use super::{Arrival, ArrivalPlan, Arrivals, Nature};
use crate::{
    config::{Entry, Section, Spanned, Table},
    dist::Dist,
    rng::Stream,
    units::{SimDuration, SimTime},
};

pub(super) const ENTRY: Entry<ArrivalPlan> = Entry {
    name: "closed",
    summary: "a fixed number of clients, each thinking between an answer and its next request",
    example: "clients = 50, think = { distribution = \"exponential\", mean = \"1 s\" }",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// Clients that wait for an answer before they ask again.
    struct Settings: "a closed loop" {
        /// How many clients there are.
        clients: Spanned<u32>,
        /// The time from an answer to the client's next request, and before its first.
        think: Dist,
    }
}

fn read(section: &Section<'_>) -> Option<ArrivalPlan> {
    let Settings { clients, think } = Settings::read_fields(section)?;
    if clients.value == 0 {
        section.problems().error(
            &clients.span,
            "a closed loop without clients sends nothing",
            "no clients",
            "write at least 1, or leave the workload out",
        );
        return None;
    }
    Some(plan(clients.value, think))
}

/// Returns a closed loop of so many clients.
pub fn plan(clients: u32, think: Dist) -> ArrivalPlan {
    let nature = Nature::Closed {
        clients,
        think: think.clone(),
    };
    let plan = ArrivalPlan::new(ENTRY.name, nature, move |_| Closed {
        clients,
        think: think.clone(),
        streams: Vec::new(),
        first: Vec::new(),
        arrival: Arrival::SINGLE,
    });
    ArrivalPlan {
        answers: true,
        ..plan
    }
}

/// Each client has a stream of its own, so that its `k`-th think time is the same in every variant of a scenario,
/// however fast the answers are.
struct Closed {
    clients: u32,
    think: Dist,
    streams: Vec<Stream>,
    /// The clients that have not yet sent anything, the earliest last.
    first: Vec<(SimTime, u32)>,
    arrival: Arrival,
}

impl Closed {
    fn begin(&mut self, rng: &mut Stream) {
        self.streams = (0..self.clients).map(|_| rng.fork()).collect();
        let first = |(client, stream): (usize, &mut Stream)| {
            let think = SimDuration::from_secs_f64(self.think.sample(stream));
            (SimTime::ZERO + think, client as u32)
        };
        self.first = self.streams.iter_mut().enumerate().map(first).collect();
        self.first.sort_unstable_by(|a, b| b.cmp(a));
    }
}

impl Arrivals for Closed {
    fn next(&mut self, rng: &mut Stream) -> Option<SimTime> {
        if self.streams.is_empty() {
            self.begin(rng);
        }
        let Some((at, client)) = self.first.pop() else {
            // All have begun, and the list is not needed again.
            self.first = Vec::new();
            return None;
        };
        self.arrival.client = client;
        Some(at)
    }

    fn arrival(&self) -> Option<&Arrival> {
        Some(&self.arrival)
    }

    fn answered(&mut self, client: u32, now: SimTime) -> Option<SimTime> {
        let think = self.think.sample(&mut self.streams[client as usize]);
        Some(now + SimDuration::from_secs_f64(think))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::arrival::testing::{agrees, complaints, plan, serve},
        rng::Seed,
    };

    const LOOP: &str =
        "process = \"closed\"\nclients = 20\nthink = { distribution = \"exponential\", mean = \"1 s\" }";

    #[test]
    fn there_are_never_more_requests_than_clients() {
        let served = serve(&plan(LOOP), 4.0, 50_000);
        assert_eq!(served.outstanding_max, 20);
        // Each client's cycle is a think time and an answer of four seconds.
        let rate = served.requests as f64 / served.end.as_secs_f64();
        agrees(rate, 20.0 / 5.0, 20.0 / 4.8, 0.02);
    }

    #[test]
    fn every_client_sends_first_after_a_think_time_of_its_own() {
        let mut arrivals = (plan(LOOP).build)(SimTime::ZERO);
        let mut rng = Seed(3).replication(0).stream("gaps");
        let (mut first, mut clients) = (Vec::new(), Vec::new());
        while let Some(at) = arrivals.next(&mut rng) {
            first.push(at);
            clients.push(arrivals.arrival().unwrap().client);
        }
        assert!(first.is_sorted());
        assert!(!clients.is_sorted(), "the order of sending is a matter of chance");
        clients.sort_unstable();
        assert_eq!(clients, (0..20).collect::<Vec<u32>>());
    }

    /// The order in which others are answered moves nobody's think times.
    #[test]
    fn think_times_do_not_depend_on_the_order_of_answers() {
        let thinks = |order: [u32; 2]| {
            let mut arrivals = (plan(LOOP).build)(SimTime::ZERO);
            let mut rng = Seed(3).replication(0).stream("gaps");
            while arrivals.next(&mut rng).is_some() {}
            let mut thought = order.map(|client| (client, arrivals.answered(client, SimTime::ZERO)));
            thought.sort_unstable();
            thought
        };
        assert_eq!(thinks([4, 9]), thinks([9, 4]));
    }

    #[test]
    fn a_loop_without_clients_is_refused() {
        insta::assert_snapshot!(complaints("process = \"closed\"\nclients = 0\nthink = \"1 s\""), @r#"
        a closed loop without clients sends nothing (no clients)
          help: write at least 1, or leave the workload out
        "#);
        insta::assert_snapshot!(complaints("process = \"closed\"\nclients = 5"), @r#"
        the field `think` is missing (an arrival process needs it)
          help: add `think = …`
        "#);
    }
}
