//! From plans to the state of a run.

use super::{
    Event, Front, Mode, Packed, RunSpec, Service, Tracked, Workload, World, belief::Beliefs, cache::Hits,
    caller::Caller, detect::Watch, event::SMALL_LIMIT, graph::Graph, handed::Handed, harm::Trouble,
    incident::Log, near::Zones, network::Network, sender::Own, store::Store, surge::Warp,
};
use crate::{
    engine::Simulation,
    model::{
        Deployment, QueuePlace, ServicePlan,
        audit::Audit,
        balancer::{Law, Pool, Report, ServerInfo, View},
        call::Calls,
        discipline::{Order, list::List},
        failure::takeover::Pair,
        probe::Areas,
        request::{Needs, Requests},
        server::Server,
        sharing::Shared,
        trace::{Told, Traces},
        visit::Visits,
    },
    rng::Streams,
    stats::TimeAverage,
    units::SimTime,
};

impl World {
    pub(super) fn new(deployment: &Deployment, spec: &RunSpec<'_>) -> Self {
        let mut sim = Simulation::new();
        let begin = SimTime::ZERO + spec.warmup;
        let mut servers = Vec::new();
        let mut first_call = deployment.workloads.len() as u32;
        let services = deployment.services.iter().enumerate().map(|(at, plan)| {
            let traits = Traits {
                leaves: deployment.leaves(at),
                stops: deployment.stops(at),
                sifts: deployment.sifts(at),
                first_call,
            };
            first_call += plan.calls.len() as u32;
            let mut service = Service::new(plan, servers.len() as u32, traits, &mut sim, spec.streams);
            service.store = Store::new(deployment, at, plan, spec.streams);
            servers.extend(plan.all_servers(at as u16));
            service
        });
        let services: Vec<Service> = services.collect();
        assert!(
            servers.len() < SMALL_LIMIT as usize,
            "more servers than an event can name"
        );
        // Lanes are looked at again and again: calls, which never come by themselves, share one.
        let idle_lane = deployment.is_linked().then(|| sim.add_lane());
        let workloads: Vec<Workload> = deployment
            .senders()
            .enumerate()
            .map(|(index, sender)| {
                let lane = match (sender.arrivals, idle_lane) {
                    (None, Some(lane)) => lane,
                    _ => sim.add_lane(),
                };
                let caller = Caller::new(&sender, &mut sim, spec.streams);
                let own = Own {
                    lane,
                    caller,
                    warp: Warp::new(deployment, index, begin),
                    duration: spec.duration.as_secs_f64(),
                };
                Workload::new(&sender, own, deployment, begin, spec.streams)
            })
            .collect();
        // A policy that reads keys or sources does so of every request, whether or not its workload has any.
        let detailed = workloads.iter().any(|workload| workload.detailed)
            || services.iter().any(|service| service.reads_details);
        let trouble = Trouble::new(deployment, &services, &servers, spec.streams, begin);
        Self {
            sim,
            trouble,
            log: Log::default(),
            requests: Requests::new(Needs {
                detailed,
                linked: deployment.is_linked(),
                legged: deployment.is_legged(),
            }),
            network: Network::new(deployment, begin),
            traces: Traces::default(),
            hits: Hits::default(),
            told: Told::default(),
            workloads,
            roots: deployment.workloads.len(),
            services,
            servers,
            calls: Calls::default(),
            visits: Visits::default(),
            handed: Handed::default(),
            begin,
            until: begin + spec.duration,
            bucket: spec.bucket,
        }
    }

    /// Schedules what happens first.
    pub(super) fn start(&mut self) {
        self.sim.schedule_at(self.begin, Event::Measure.packed());
        self.schedule_faults();
        self.start_failing();
        for at in 0..self.services.len() {
            for front in 0..self.services[at].fronts.len() {
                self.set_reserve(at, front, true);
            }
            self.keep_to_zones(at);
            self.start_watching(at);
            self.start_comparing(at);
        }
        for workload in 0..self.roots {
            self.schedule_arrival(workload);
        }
        for at in 0..self.services.len() {
            let service = &mut self.services[at];
            if let Some(every) = service.report_every {
                self.sim
                    .schedule_in(every, Event::Report { service: at as u32 }.packed());
            }
            if service.hears_idle {
                for server in 0..service.fronts[0].view.pool().len() as u32 {
                    service.tell_idle(server);
                }
            }
        }
    }
}

/// What may happen to the requests of a service.
#[derive(Clone, Copy)]
struct Traits {
    leaves: bool,
    stops: bool,
    sifts: bool,
    /// The sender that is the first of its calls.
    first_call: u32,
}

impl Deployment {
    /// Whether requests may leave the queues of a service by themselves.
    pub(super) fn leaves(&self, service: usize) -> bool {
        self.services[service].queue.timeout.is_some()
            || self.senders_to(service).any(|sender| sender.patience.is_some())
    }

    /// Whether servers of a service look at what they take from a queue before they begin it.
    pub(super) fn sifts(&self, service: usize) -> bool {
        self.services[service].queue.shed.is_some()
            || self.senders_to(service).any(|sender| sender.caller.drops())
    }

    /// Whether requests of a service may be stopped before they end, so that it must be known who runs where.
    pub(super) fn stops(&self, service: usize) -> bool {
        let plan = &self.services[service];
        !plan.failures.is_empty()
            || !plan.detection.is_empty()
            || !self.faults.is_empty()
            || self.senders_to(service).any(|sender| sender.caller.withdraws())
    }
}

impl ServicePlan {
    fn all_servers(&self, service: u16) -> impl Iterator<Item = Server> {
        self.groups.iter().flat_map(move |group| {
            let room = match self.queue.at {
                QueuePlace::Server => self
                    .queue
                    .capacity
                    .map_or(u32::MAX, |capacity| group.slots.saturating_add(capacity)),
                QueuePlace::Balancer => self.queue.limit.unwrap_or(group.slots),
            };
            (0..group.servers).map(move |_| Server::new(service, group, room))
        })
    }

    /// What is known of its servers, where anything can happen to them.
    fn beliefs(&self, stops: bool) -> Option<Beliefs> {
        let of_group =
            |group: &super::super::Group| std::iter::repeat_n(group.backup, group.servers as usize);
        let backup: Vec<bool> = self.groups.iter().flat_map(of_group).collect();
        let needed =
            stops || !self.detection.is_empty() || backup.contains(&true) || self.zone_local.is_some();
        needed.then(|| Beliefs::new(self.fronts() as usize, backup))
    }

    /// The balancers before the first request.
    fn fresh_fronts(&self, pool: &Pool, streams: Streams) -> Vec<Front> {
        let (name, report_every) = (&self.name, self.report_every.or(self.balancer.report_every));
        let front = |at| {
            let mut view = View::new(pool.clone());
            if report_every.is_some() {
                view.reports_mut().resize(pool.len(), Report::default());
            }
            let special = self.store.is_some() || self.zone_local.is_some();
            let rng = streams.stream(&format!("{name}/balancer/{at}"));
            let policy = (self.balancer.build)(pool);
            Front {
                view,
                listens: policy.listens(),
                policy,
                rng,
                warming: Vec::new(),
                warm_rng: streams.stream(&format!("{name}/slow-start/{at}")),
                in_charge: self.standby.is_none() || at == 0,
                plain: (self.standby.is_none() || at == 0) && !special,
                failures: 0,
                special,
                draws: match self.balancer.law {
                    Law::WeightedSplit if pool.has_equal_weights() => 1,
                    // Of many that are drawn only one is gone to, and it is seldom among the two that are foretold.
                    Law::PowerOfD(d @ ..=4) if pool.has_equal_weights() => d,
                    _ => 0,
                },
            }
        };
        (0..self.fronts()).map(front).collect()
    }

    fn pool(&self) -> Pool {
        let info = |group: &super::super::Group| {
            let info = ServerInfo {
                weight: group.weight,
                slots: group.slots,
                speed: group.speed,
            };
            std::iter::repeat_n(info, group.servers as usize)
        };
        Pool::new(self.groups.iter().flat_map(info).collect::<Vec<_>>())
    }
}

impl Service {
    fn new(
        plan: &ServicePlan,
        first: u32,
        Traits {
            leaves,
            stops,
            sifts,
            first_call,
        }: Traits,
        sim: &mut Simulation<Packed>,
        streams: Streams,
    ) -> Self {
        let name = &plan.name;
        let slots = |group: &super::super::Group| u64::from(group.servers) * u64::from(group.slots);
        let pool = plan.pool();
        let central = plan.queue.at == QueuePlace::Balancer;
        let report_every = plan.report_every.or(plan.balancer.report_every);
        let fronts = plan.fresh_fronts(&pool, streams);
        let order = plan.queue.discipline.order;
        let mode = match order {
            Order::Shared => Mode::Shared(std::iter::repeat_with(Shared::default).take(pool.len()).collect()),
            Order::Priority { preemptive: true } => Mode::Tracked(Tracked {
                running: vec![Vec::new(); pool.len()],
                preempts: true,
            }),
            _ if stops => Mode::Tracked(Tracked {
                running: vec![Vec::new(); pool.len()],
                preempts: false,
            }),
            _ => Mode::Slots,
        };
        let queues = if central { 1 + pool.len() } else { pool.len() };
        let bounded = plan.queue.capacity.is_some();
        // Of several balancers none can know whether a server is full, and some policies do not care: the server
        // itself turns requests away.
        let alone = plan.balancers == 1 && plan.zone_local.is_none();
        let watches_room = alone && (central || bounded && plan.balancer.heeds_room);
        Self {
            name: name.clone(),
            first,
            slots: plan.groups.iter().map(slots).sum(),
            central,
            capacity: plan.queue.capacity.unwrap_or(u32::MAX),
            central_waiting: 0,
            timeout: plan.queue.timeout,
            timeout_lane: plan.queue.timeout.map(|_| sim.add_lane()),
            leaves,
            reads_details: plan.balancer.reads_key || plan.balancer.reads_source,
            fronts,
            front_rng: streams.stream(&format!("{name}/balancers")),
            watches_room,
            hears_idle: plan.balancer.hears_idle,
            follows_ends: watches_room || plan.balancer.hears_idle || sifts,
            report_every,
            reported_busy: if report_every.is_some() {
                vec![0; pool.len()]
            } else {
                Vec::new()
            },
            queue: (plan.queue.discipline.build)(queues),
            central_ends: List::default(),
            queue_rng: streams.stream(&format!("{name}/queue")),
            simple: matches!(mode, Mode::Slots) && !plan.has_calls() && plan.store.is_none(),
            graph: Graph::new(plan, stops, first_call),
            store: None,
            mode,
            sifts,
            shed: plan.queue.shed.as_ref().map(|shed| (shed.build)(queues)),
            let_go: Vec::new(),
            stops,
            errors: if stops { vec![None; pool.len()] } else { Vec::new() },
            error_rng: streams.stream(&format!("{name}/errors")),
            beliefs: plan.beliefs(stops).map(Box::new),
            pair: plan.standby.as_ref().map(|standby| Box::new(Pair::new(standby))),
            zones: Zones::new(plan),
            takeover: None,
            watch: Watch::new(plan, streams),
            in_system: TimeAverage::new(0, 0),
            busy: TimeAverage::new(0, 0),
            waiting: TimeAverage::new(0, 0),
            audit: Audit::default(),
            areas: Areas::default(),
        }
    }
}
