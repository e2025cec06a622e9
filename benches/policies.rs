//! What a decision costs: pick, send, and the end of an earlier request, for each policy and size of the pool.
//!
//! The pool holds about one request for every two servers, as a service at half its capacity does.

use std::{collections::VecDeque, hint::black_box};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use plimsoll::{
    config::{Family, Problems, Section, parse},
    model::balancer::{Ask, Balancer, Policy, Pool, ServerId, ServerInfo, View},
    rng::{Seed, Stream, mix},
    units::SimDuration,
};

const POLICIES: [&str; 21] = [
    "policy = 'round-robin'",
    "policy = 'round-robin' # weights",
    "policy = 'weighted-round-robin'",
    "policy = 'weighted-round-robin' # weights",
    "policy = 'random'",
    "policy = 'random' # weights",
    "policy = 'least-connections'",
    "policy = 'least-connections' # weights",
    "policy = 'least-connections'\nties = 'random'",
    "policy = 'least-connections'\nties = 'random' # weights",
    "policy = 'power-of-d'",
    "policy = 'join-idle-queue'",
    "policy = 'least-response-time'",
    "policy = 'least-work'",
    "policy = 'first-fit'",
    "policy = 'source-hash'",
    "policy = 'key-hash'\nmethod = 'ring'",
    "policy = 'key-hash'\nmethod = 'bounded-ring'",
    "policy = 'key-hash'\nmethod = 'maglev'",
    "policy = 'sticky'",
    "policy = 'load-report'",
];

struct Front {
    balancer: Box<dyn Balancer>,
    hears_idle: bool,
    view: View,
    rng: Stream,
    in_flight: VecDeque<ServerId>,
    sent: u64,
}

impl Front {
    fn new(text: &str, servers: usize) -> Self {
        let problems = Problems::default();
        let node = parse(text, 0, &problems);
        let section = Section::open(&node, "a balancer", &problems).expect("a table");
        let policy = Policy::read_tagged(&section, None).expect("a good policy");
        let weighted = text.ends_with("# weights");
        let info = |server| {
            let weight = if weighted { 1 + server as u32 % 7 } else { 1 };
            ServerInfo {
                weight,
                slots: 1,
                speed: 1.0,
            }
        };
        let pool = Pool::new((0..servers).map(info).collect::<Vec<_>>());
        let mut front = Self {
            balancer: (policy.build)(&pool),
            hears_idle: policy.hears_idle,
            view: View::new(pool),
            rng: Seed(1).replication(0).stream("balancer"),
            in_flight: VecDeque::new(),
            sent: 0,
        };
        if front.hears_idle {
            (0..servers).for_each(|server| front.balancer.idle(&front.view, ServerId(server as u32)));
        }
        (0..servers.div_ceil(2)).for_each(|_| front.send());
        front
    }

    fn send(&mut self) {
        self.sent += 1;
        let ask = Ask {
            key: self.sent,
            source: (mix(self.sent) % 100_000) as u32,
            work: SimDuration::from_nanos(1_000_000),
        };
        let server = self
            .balancer
            .pick(&self.view, &ask, &mut self.rng)
            .expect("a server");
        self.view.set_load(server, self.view.load(server) + 1);
        self.balancer.load_changed(&self.view, server);
        self.balancer.sent(&self.view, server, &ask);
        self.in_flight.push_back(server);
    }

    fn end(&mut self) {
        let server = self.in_flight.pop_front().expect("a request in flight");
        self.view.set_load(server, self.view.load(server) - 1);
        self.balancer.load_changed(&self.view, server);
        self.balancer
            .answered(&self.view, server, SimDuration::from_nanos(1_000_000));
        if self.hears_idle && self.view.load(server) == 0 {
            self.balancer.idle(&self.view, server);
        }
    }
}

fn decisions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decision");
    group.sample_size(10);
    group.warm_up_time(std::time::Duration::from_millis(100));
    group.measurement_time(std::time::Duration::from_millis(300));
    for text in POLICIES {
        let name = text.replace("policy = ", "").replace(['\n', '\''], " ");
        for servers in [10, 1_000, 100_000] {
            let mut front = Front::new(text, servers);
            group.bench_function(BenchmarkId::new(name.trim(), servers), |bencher| {
                bencher.iter(|| {
                    front.send();
                    front.end();
                    black_box(&front.view);
                });
            });
        }
    }
}

criterion_group!(benches, decisions);
criterion_main!(benches);
