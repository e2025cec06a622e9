//! Detectors at work: checks are sent, beats are heard, errors are counted, and balancers change their minds.

use super::{Event, World, belief::Reason, check::UnderWay, event::Alarm};
use crate::{
    engine::EventId,
    model::{
        ServicePlan,
        detection::{
            DetectionPlan, health_check::HealthCheck, lease::Lease, outlier_ejection::OutlierEjection,
            phi_accrual::Suspicion,
        },
        network::Place,
    },
    rng::{Stream, Streams},
    units::{SimDuration, SimTime},
};

/// The detectors of a service.
pub(super) struct Watch {
    pub(super) plan: DetectionPlan,
    pub(super) servers: usize,
    rng: Stream,
    /// Where each balancer stands.
    pub(super) places: Vec<Place>,
    /// The chance in the messages of checks.
    pub(super) network_rng: Stream,
    /// What each balancer knows of each server; balancer after balancer.
    pub(super) cells: Vec<Cell>,
    /// Of each server, where it sends beats under a lease.
    leases: Vec<Holder>,
    /// Of each server, where it sends beats whose silence is suspicious.
    suspicions: Vec<(Suspicion, Option<EventId>)>,
}

/// What one balancer knows of one server.
#[derive(Clone, Default)]
pub(super) struct Cell {
    /// The check that is under way.
    pub(super) check: Option<UnderWay>,
    /// Whether checks say that it is down.
    pub(super) down: bool,
    /// Checks in a row that say otherwise.
    pub(super) streak: u32,
    /// Requests in a row that have failed.
    errors: u32,
    /// How often it has been ejected.
    ejections: u32,
    ejected: bool,
}

/// A server under a lease. Its beats need no events: it is known when the last one was.
#[derive(Clone)]
struct Holder {
    /// A beat from which the others follow.
    first: SimTime,
    runs_out: Option<EventId>,
}

impl Watch {
    pub(super) fn new(plan: &ServicePlan, streams: Streams) -> Option<Box<Self>> {
        let detection = &plan.detection;
        if detection.is_empty() {
            return None;
        }
        let (servers, fronts) = (plan.servers(), plan.fronts() as usize);
        let holder = |lease: &Lease| {
            let spread = |at| lease.interval.scaled(at as f64 / servers as f64);
            let held = |at| Holder {
                first: SimTime::ZERO + spread(at),
                runs_out: None,
            };
            (0..servers).map(held).collect()
        };
        Some(Box::new(Self {
            servers,
            rng: streams.stream(&format!("{}/detection", plan.name)),
            places: plan.places_of_fronts(),
            network_rng: streams.stream(&format!("{}/detection/network", plan.name)),
            cells: vec![Cell::default(); servers * fronts],
            leases: detection.lease.as_ref().map_or_else(Vec::new, holder),
            suspicions: detection.phi_accrual.as_ref().map_or_else(Vec::new, |phi| {
                (0..servers).map(|_| (Suspicion::new(phi), None)).collect()
            }),
            plan: detection.clone(),
        }))
    }

    pub(super) fn health_check(&self) -> &HealthCheck {
        self.plan
            .health_check
            .as_ref()
            .expect("only who checks is asked how")
    }

    /// The time to the next check of a server.
    pub(super) fn pause(&mut self, cell: usize) -> SimDuration {
        let state = &self.cells[cell];
        let plan = self.health_check();
        let changing = 0 < state.streak;
        let chosen = match (&plan.fast_interval, &plan.down_interval) {
            (Some(fast), _) if changing => **fast,
            (_, Some(down)) if state.down => **down,
            _ => *plan.interval,
        };
        let jitter = plan.jitter.get();
        if jitter == 0.0 {
            return chosen;
        }
        chosen.scaled(1.0 + jitter * (2.0 * self.rng.open01() - 1.0))
    }

    /// Returns whether one more server may be ejected by this balancer.
    fn may_eject(&self, plan: &OutlierEjection, front: usize) -> bool {
        let cells = &self.cells[front * self.servers..][..self.servers];
        let ejected = cells.iter().filter(|cell| cell.ejected).count();
        ejected == 0 || ((ejected + 1) as f64) <= plan.max_ejected.get() * self.servers as f64
    }
}

impl World {
    /// Schedules the first checks and beats of a service. First checks are spread over an interval, as HAProxy does.
    pub(super) fn start_watching(&mut self, at: usize) {
        let Some(watch) = &self.services[at].watch else {
            return;
        };
        let spread = |interval: SimDuration, cell, of| interval.scaled(f64::from(cell) / f64::from(of));
        if let Some(plan) = &watch.plan.health_check {
            let cells = watch.cells.len() as u32;
            let (servers, fronts) = (watch.servers as u32, cells / watch.servers as u32);
            for cell in 0..cells {
                // Server after server, and of one server balancer after balancer.
                let turn = cell % servers * fronts + cell / servers;
                let event = Event::Alarm {
                    alarm: Alarm::Check,
                    service: at as u32,
                    which: cell,
                };
                self.sim
                    .schedule_in(spread(*plan.interval, turn, cells), event.packed());
            }
        }
        if let Some(plan) = &watch.plan.phi_accrual {
            for server in 0..watch.servers as u32 {
                let event = Event::Alarm {
                    alarm: Alarm::Beat,
                    service: at as u32,
                    which: server,
                };
                let first = spread(*plan.interval, server, watch.servers as u32);
                self.sim.schedule_in(first, event.packed());
            }
        }
    }

    /// Something that detectors wait for has come.
    pub(super) fn alarm(&mut self, alarm: Alarm, at: usize, which: u32) {
        match alarm {
            Alarm::Check => self.check(at, which),
            Alarm::CheckArrives => self.check_arrives(at, which),
            Alarm::CheckReturns => self.check_returns(at, which),
            Alarm::CheckTimeout => self.check_timed_out(at, which),
            Alarm::EjectionEnds => self.ejection_ends(at, which),
            Alarm::LeaseRunsOut => self.all_believe(at, which, Reason::Lease, true),
            Alarm::Beat => self.beat(at, which),
            Alarm::Takeover => self.takes_over(at, which as usize),
            Alarm::Elect => self.elect(at, which),
            Alarm::HandOver => self.hand_over(at, which),
            Alarm::Wake => self.wake_waiting(at),
            Alarm::Compare => self.compare(at, which),
            Alarm::GiveUp => self.give_up(at, which),
            Alarm::Copied => self.copied(at, which),
            Alarm::Suspect => self.all_believe(at, which, Reason::Suspicion, true),
        }
    }

    /// A balancer has seen a request of its end at a server.
    pub(super) fn saw(&mut self, at: usize, front: u16, global: u32, good: bool) {
        let service = &mut self.services[at];
        let local = global - service.first;
        let Some(watch) = &mut service.watch else { return };
        let Some(plan) = &watch.plan.outlier_ejection else {
            return;
        };
        let front = usize::from(front);
        let index = front * watch.servers + local as usize;
        if watch.cells.len() <= index {
            return;
        }
        if good {
            watch.cells[index].errors = 0;
            return;
        }
        watch.cells[index].errors += 1;
        let enough = *plan.consecutive_errors <= watch.cells[index].errors;
        if !enough || watch.cells[index].ejected || !watch.may_eject(plan, front) {
            return;
        }
        let (first, longest) = (plan.ejection_time.as_nanos(), plan.max_ejection_time.as_nanos());
        let cell = &mut watch.cells[index];
        cell.errors = 0;
        cell.ejected = true;
        cell.ejections += 1;
        let lasts = first
            .saturating_mul(u64::from(cell.ejections))
            .min(longest.max(first));
        let event = Event::Alarm {
            alarm: Alarm::EjectionEnds,
            service: at as u32,
            which: index as u32,
        };
        self.sim
            .schedule_in(SimDuration::from_nanos(lasts), event.packed());
        self.believe(at, front, local, Reason::Ejected, true);
    }

    fn ejection_ends(&mut self, at: usize, cell: u32) {
        let watch = self.services[at].watch.as_mut().expect("who ejects watches");
        watch.cells[cell as usize].ejected = false;
        watch.cells[cell as usize].errors = 0;
        let (front, local) = (cell as usize / watch.servers, cell % watch.servers as u32);
        self.believe(at, front, local, Reason::Ejected, false);
    }

    /// A server has failed, and its beats cease; or it is up, and they begin again.
    pub(super) fn beats_change(&mut self, at: usize, local: u32, is_up: bool) {
        let now = self.sim.now();
        let Some(watch) = &mut self.services[at].watch else {
            return;
        };
        let Some(plan) = &watch.plan.lease else { return };
        let interval = plan.interval.as_nanos();
        let holder = &mut watch.leases[local as usize];
        if is_up {
            holder.first = now;
            if let Some(event) = holder.runs_out.take() {
                self.sim.cancel(event);
            }
            self.all_believe(at, local, Reason::Lease, false);
        } else {
            let since = now.as_nanos().saturating_sub(holder.first.as_nanos());
            let last = holder.first.as_nanos() + since / interval * interval;
            let end = SimTime::from_nanos(last) + SimDuration::from_nanos(interval * u64::from(*plan.missed));
            let event = Event::Alarm {
                alarm: Alarm::LeaseRunsOut,
                service: at as u32,
                which: local,
            };
            holder.runs_out = Some(self.sim.schedule_cancellable_at(end.max(now), event.packed()));
        }
    }

    /// It is time for a server's beat; one that is down sends none.
    fn beat(&mut self, at: usize, local: u32) {
        let service = &mut self.services[at];
        let is_up = self.servers[(service.first + local) as usize].is_up();
        let watch = service.watch.as_mut().expect("who hears beats watches");
        let plan = watch
            .plan
            .phi_accrual
            .as_ref()
            .expect("only for these are beats sent");
        let stretch = 1.0 + plan.jitter.get() * (2.0 * watch.rng.open01() - 1.0);
        let pause = plan.interval.scaled(stretch);
        let event = Event::Alarm {
            alarm: Alarm::Beat,
            service: at as u32,
            which: local,
        };
        self.sim.schedule_in(pause, event.packed());
        if !is_up {
            return;
        }
        let now = self.sim.now();
        let (suspicion, alarm) = &mut watch.suspicions[local as usize];
        let silence = suspicion.beat(now);
        if let Some(alarm) = alarm.take() {
            self.sim.cancel(alarm);
        }
        let event = Event::Alarm {
            alarm: Alarm::Suspect,
            service: at as u32,
            which: local,
        };
        *alarm = Some(self.sim.schedule_cancellable_at(now + silence, event.packed()));
        self.all_believe(at, local, Reason::Suspicion, false);
    }

    fn all_believe(&mut self, at: usize, local: u32, reason: Reason, holds: bool) {
        for front in 0..self.services[at].fronts.len() {
            self.believe(at, front, local, reason, holds);
        }
    }
}
