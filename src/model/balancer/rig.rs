//! What tests drive policies with: one balancer, its view, and requests that come and go.

use super::{Ask, Balancer, Policy, Pool, Report, ServerId, ServerInfo, View};
use crate::{
    config::{Family, Problems, Section, parse},
    rng::{Seed, Stream, mix},
    units::{SimDuration, SimTime},
};

/// A pool in which servers differ by their weight alone.
pub(super) fn pool_of_weights(weights: &[u32]) -> Pool {
    let servers: Vec<ServerInfo> = weights
        .iter()
        .map(|&weight| ServerInfo {
            weight,
            slots: 1,
            speed: 1.0,
        })
        .collect();
    Pool::new(servers)
}

/// Reads a policy as a scenario would give it.
pub(super) fn policy(text: &str) -> Result<Policy, Vec<String>> {
    let problems = Problems::default();
    let node = parse(text, 0, &problems);
    let section = Section::open(&node, "a balancer", &problems).expect("a document is a table");
    let policy = Policy::read_tagged(&section, None);
    section.finish();
    let messages: Vec<String> = problems
        .into_sorted()
        .into_iter()
        .map(|problem| problem.message)
        .collect();
    if messages.is_empty() {
        policy.ok_or(messages)
    } else {
        Err(messages)
    }
}

/// How far counts are from expected shares, squared and weighed; expected zeros must be zeros.
pub(super) fn chi_square(counts: &[u32], shares: &[f64]) -> f64 {
    let total: f64 = counts.iter().copied().map(f64::from).sum();
    let whole: f64 = shares.iter().sum();
    let distance = |(&count, &share): (&u32, &f64)| {
        let expected = total * share / whole;
        assert!(0.0 < share || count == 0, "{count} where none may be");
        if share == 0.0 {
            0.0
        } else {
            (f64::from(count) - expected).powi(2) / expected
        }
    };
    counts.iter().zip(shares).map(distance).sum()
}

/// One balancer and its requests. Time stands still but for [`Rig::wait`].
pub(super) struct Rig {
    pub(super) view: View,
    pub(super) balancer: Box<dyn Balancer>,
    pub(super) rng: Stream,
    /// Requests that have been sent and have not ended: where, what, and when.
    pub(super) in_flight: Vec<(ServerId, Ask, SimTime)>,
    /// Whether the balancer is told of loads, requests sent and answers, whether or not it listens.
    pub(super) tells: bool,
    /// Whether idle servers say so.
    hears_idle: bool,
    /// Requests asked for so far.
    asked: u32,
}

impl Rig {
    pub(super) fn new(policy: &Policy, pool: Pool, seed: u64) -> Self {
        let mut rig = Self {
            balancer: (policy.build)(&pool),
            view: View::new(pool),
            rng: Seed(seed).replication(0).stream("rig"),
            in_flight: Vec::new(),
            tells: true,
            hears_idle: policy.hears_idle,
            asked: 0,
        };
        if rig.hears_idle {
            for server in 0..rig.view.pool().len() as u32 {
                rig.balancer.idle(&rig.view, ServerId(server));
            }
        }
        rig
    }

    /// A request that differs from the ones before.
    pub(super) fn ask(&mut self) -> Ask {
        self.asked += 1;
        // The work must not depend on how many random numbers the policy has drawn.
        let work = SimDuration::from_nanos(1_000_000 + mix(u64::from(self.asked)) % 9_000_000);
        Ask {
            key: u64::from(self.asked),
            source: self.asked,
            work,
        }
    }
    /// Sends a new request where the policy says.
    pub(super) fn send(&mut self) -> Option<ServerId> {
        let ask = self.ask();
        self.send_this(ask)
    }
    pub(super) fn send_this(&mut self, ask: Ask) -> Option<ServerId> {
        let server = self.balancer.pick(&self.view, &ask, &mut self.rng)?;
        self.view.set_load(server, self.view.load(server) + 1);
        if self.tells {
            self.balancer.load_changed(&self.view, server);
            self.balancer.sent(&self.view, server, &ask);
        }
        self.in_flight.push((server, ask, self.view.now()));
        Some(server)
    }
    /// Sends this many and returns the servers as people number them.
    pub(super) fn send_many(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b'1' + self.send().expect("a server").0 as u8))
            .collect()
    }
    /// Ends the `at`-th request in flight.
    pub(super) fn end(&mut self, at: usize) {
        let (server, _, since) = self.in_flight.remove(at);
        self.view.set_load(server, self.view.load(server) - 1);
        if self.tells {
            let response = self.view.now().since(since);
            self.balancer.load_changed(&self.view, server);
            self.balancer.answered(&self.view, server, response);
        }
        if self.hears_idle && self.view.load(server) == 0 {
            self.balancer.idle(&self.view, server);
        }
    }
    pub(super) fn end_all(&mut self) {
        while !self.in_flight.is_empty() {
            self.end(0);
        }
    }
    /// Ends the first request in flight at this server, as people number it.
    pub(super) fn end_at(&mut self, number: u32) {
        let at = self
            .in_flight
            .iter()
            .position(|&(server, ..)| server.0 + 1 == number);
        self.end(at.expect("a request there"));
    }
    pub(super) fn set_eligible(&mut self, server: u32, eligible: bool) {
        if self.view.eligible().contains(ServerId(server)) != eligible {
            self.view.set_eligible(ServerId(server), eligible);
            self.balancer.eligible_changed(&self.view, ServerId(server));
        }
    }
    pub(super) fn set_full(&mut self, server: u32, full: bool) {
        self.view.set_full(ServerId(server), full);
        self.balancer.eligible_changed(&self.view, ServerId(server));
    }
    /// All servers report.
    pub(super) fn report(&mut self, reports: Vec<Report>) {
        *self.view.reports_mut() = reports;
        self.balancer.reported(&self.view);
    }
    pub(super) fn wait(&mut self, nanos: u64) {
        self.view
            .set_now(self.view.now() + SimDuration::from_nanos(nanos));
    }
}
