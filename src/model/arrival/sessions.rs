//! Sessions: users come as a Poisson process, each asks several times, thinking in between, and leaves.
//!
//! A partly open system (Schroeder, Wierman and Harchol-Balter, *NSDI* 2006): open at its door, closed within a
//! session.

use super::{Arrival, ArrivalPlan, Arrivals, Nature, count::Count, poisson::Poisson};
use crate::{
    config::{Entry, Section, Table},
    dist::Dist,
    rng::Stream,
    units::{Rate, SimDuration, SimTime},
};

pub(super) const ENTRY: Entry<ArrivalPlan> = Entry {
    name: "sessions",
    summary: "users who come, ask several times with thinking in between, and leave",
    example: "rate = \"20 /s\", requests = { mean = 8 }, think = { distribution = \"exponential\", mean = \"3 s\" }",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// Users who ask several times.
    struct Settings: "sessions" {
        /// Sessions (not requests) that begin per unit of time.
        rate: Rate,
        /// Requests of a session: a whole number, or `{ mean = 4.5 }` for a geometric one.
        requests: Count,
        /// The time from an answer to the user's next request.
        think: Dist,
    }
}

fn read(section: &Section<'_>) -> Option<ArrivalPlan> {
    let Settings {
        rate,
        requests,
        think,
    } = Settings::read_fields(section)?;
    Some(plan(rate, requests, think))
}

/// Returns sessions that begin at this rate.
pub fn plan(rate: Rate, requests: Count, think: Dist) -> ArrivalPlan {
    let rate = rate.as_per_second();
    let nature = Nature::Sessions {
        rate: rate * requests.mean(),
    };
    let plan = ArrivalPlan::new(ENTRY.name, nature, move |_| Sessions {
        begins: Poisson::new(rate),
        requests,
        think: think.clone(),
        live: Vec::new(),
        free: Vec::new(),
        arrival: Arrival::SINGLE,
    });
    ArrivalPlan {
        answers: true,
        ..plan
    }
}

struct Sessions {
    begins: Poisson,
    requests: Count,
    think: Dist,
    /// By client; the place of an ended session is used again.
    live: Vec<Session>,
    free: Vec<u32>,
    arrival: Arrival,
}

/// What is left of a session. It has a stream of its own, so that its think times are the same in every variant of a
/// scenario, however fast the answers are.
struct Session {
    requests_left: u32,
    stream: Stream,
}

impl Arrivals for Sessions {
    fn next(&mut self, rng: &mut Stream) -> Option<SimTime> {
        let at = self.begins.advance(rng);
        let session = Session {
            requests_left: self.requests.sample(rng) - 1,
            stream: rng.fork(),
        };
        let client = if let Some(client) = self.free.pop() {
            self.live[client as usize] = session;
            client
        } else {
            self.live.push(session);
            self.live.len() as u32 - 1
        };
        self.arrival.client = client;
        Some(at)
    }

    fn arrival(&self) -> Option<&Arrival> {
        Some(&self.arrival)
    }

    fn answered(&mut self, client: u32, now: SimTime) -> Option<SimTime> {
        let session = &mut self.live[client as usize];
        if session.requests_left == 0 {
            self.free.push(client);
            return None;
        }
        session.requests_left -= 1;
        let think = self.think.sample(&mut session.stream);
        Some(now + SimDuration::from_secs_f64(think))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::arrival::testing::{agrees, plan, serve, times},
        rng::Seed,
    };

    fn sessions(requests: &str) -> ArrivalPlan {
        let think = "{ distribution = \"exponential\", mean = \"2 s\" }";
        plan(&format!(
            "process = \"sessions\"\nrate = \"10 /s\"\nrequests = {requests}\nthink = {think}"
        ))
    }

    #[test]
    fn sessions_are_as_long_as_they_should_be() {
        for requests in ["6", "{ mean = 6 }"] {
            let plan = sessions(requests);
            assert_eq!(plan.nature.rate(), Some(60.0));
            let served = serve(&plan, 0.5, 400_000);
            let rate = served.requests as f64 / served.end.as_secs_f64();
            agrees(rate, 60.0, 62.0, 0.015);
        }
    }

    #[test]
    fn memory_follows_the_sessions_that_are_live() {
        // Little's law: 10 /s times 6 answers of half a second and 5 thoughts of two seconds are 130 live ones.
        let served = serve(&sessions("6"), 0.5, 200_000);
        assert!((130..260).contains(&served.client_max), "{}", served.client_max);
    }

    #[test]
    fn the_speed_of_answers_moves_no_session() {
        let begins = times(&sessions("{ mean = 6 }"), 1_000);
        for response in [0.1, 3.0] {
            assert_eq!(
                serve(&sessions("{ mean = 6 }"), response, 20_000).begins[..1_000],
                begins
            );
        }
    }

    #[test]
    fn a_session_of_one_request_ends_with_its_answer() {
        let mut arrivals = (sessions("1").build)(SimTime::ZERO);
        let mut rng = Seed(1).replication(0).stream("gaps");
        for _ in 0..100 {
            let at = arrivals.next(&mut rng).unwrap();
            let client = arrivals.arrival().unwrap().client;
            assert_eq!(client, 0, "the place of the ended session is used again");
            assert_eq!(arrivals.answered(0, at), None);
        }
    }
}
