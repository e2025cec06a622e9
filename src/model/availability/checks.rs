//! Health checks, one by one while they may tell something new.

use super::{
    rhythm::Beat,
    server::{Reach, Server},
    watch::{Alarm, CHECKS, Change, Next, Watch},
};
use crate::{
    model::{
        detection::health_check::{HealthCheck, Probe},
        failure::Harm,
    },
    units::{SimDuration, SimTime},
};

impl Watch {
    fn health_check(&self) -> &HealthCheck {
        self.plan
            .health_check
            .as_ref()
            .expect("only who checks is asked how")
    }

    /// Returns the time that a check of a server takes that answers.
    fn answer(&self, server: &Server) -> SimDuration {
        let plan = self.health_check();
        match plan.probe {
            Probe::Connect => SimDuration::ZERO,
            Probe::Request => plan.work.scaled(1.0 / server.speed).min(*plan.timeout),
        }
    }

    /// Returns whether checks of a server in this state all succeed or all fail, and how long each takes.
    fn outcome(&self, reach: Reach, server: &Server) -> Option<(bool, SimDuration)> {
        let plan = self.health_check();
        let answer = self.answer(server);
        match (reach, plan.probe) {
            (Reach::Refuses, _) => Some((false, SimDuration::ZERO)),
            (_, Probe::Connect) | (Reach::Well, Probe::Request) => Some((answer < *plan.timeout, answer)),
            (Reach::Silent, Probe::Request) => Some((false, *plan.timeout)),
            (Reach::Wrong(..), Probe::Request) => None,
        }
    }

    pub(super) fn change_for_checks(
        &mut self,
        at: u32,
        change: Change,
        reach: Reach,
        now: SimTime,
        server: &Server,
        next: &mut Next,
    ) {
        let timeout = *self.health_check().timeout;
        let answer = self.answer(server);
        if !self.cells[at as usize].awake {
            let takes = self
                .outcome(change.before, server)
                .map_or(SimDuration::ZERO, |(_, takes)| takes);
            let pause = self.pause(at);
            let beat = Beat {
                takes,
                pause,
                jitter: self.health_check().jitter.get(),
            };
            let cell = &mut self.cells[at as usize];
            let (last, coming) = beat.around(cell.next, now, &mut self.rng);
            cell.awake = true;
            cell.running = last.filter(|&last| now < last + takes);
            cell.next = coming;
            if cell.running.is_none() {
                cell.wait_for(coming, Alarm::Check, next);
                return;
            }
        }
        let cell = &mut self.cells[at as usize];
        let Some(started) = cell.running else {
            return;
        };
        // The connection of a check breaks with all others; a server that goes on where it stood answers it.
        let (end, good) = match reach {
            Reach::Refuses => (now, false),
            _ if change.restarts => (now, false),
            Reach::Silent => (started + timeout, false),
            Reach::Well | Reach::Wrong(..) => (now + answer, true),
        };
        cell.wait_for(
            end.min((started + timeout).max(now)),
            Alarm::CheckEnds(good),
            next,
        );
    }

    /// Returns the usual time from the end of a check of a server to the next.
    fn pause(&self, at: u32) -> SimDuration {
        let (plan, cell) = (self.health_check(), &self.cells[at as usize]);
        match (&plan.fast_interval, &plan.down_interval) {
            (Some(fast), _) if 0 < cell.streak => **fast,
            (_, Some(down)) if cell.down => **down,
            _ => *plan.interval,
        }
    }

    pub(super) fn check(&mut self, at: u32, now: SimTime, server: &Server, harms: &[Harm], next: &mut Next) {
        let reach = server.reach(harms);
        let (good, takes) = match (self.outcome(reach, server), reach) {
            (Some(outcome), _) => outcome,
            (None, Reach::Wrong(share, harm)) if self.rng.open01() < share => {
                let takes = match &harms[harm as usize] {
                    Harm::Error { takes, .. } => takes.sample(&mut self.rng),
                    _ => 0.0,
                };
                let timeout = *self.health_check().timeout;
                (false, SimDuration::from_secs_f64(takes).min(timeout))
            }
            (None, _) => (true, self.answer(server)),
        };
        if takes == SimDuration::ZERO {
            return self.checked(at, good, now, server, harms, next);
        }
        let cell = &mut self.cells[at as usize];
        cell.running = Some(now);
        cell.wait_for(now + takes, Alarm::CheckEnds(good), next);
    }

    /// The balancer draws its conclusion from a check.
    pub(super) fn checked(
        &mut self,
        at: u32,
        good: bool,
        now: SimTime,
        server: &Server,
        harms: &[Harm],
        next: &mut Next,
    ) {
        let (fall, rise) = (*self.health_check().fall, *self.health_check().rise);
        let cell = &mut self.cells[at as usize];
        cell.running = None;
        if good == cell.down {
            cell.streak += 1;
            if cell.streak == if good { rise } else { fall } {
                cell.down = !good;
                cell.streak = 0;
                next.beliefs.push((CHECKS, cell.down));
            }
        } else {
            cell.streak = 0;
        }
        let beat = Beat {
            takes: SimDuration::ZERO,
            pause: self.pause(at),
            jitter: self.health_check().jitter.get(),
        };
        let coming = now + beat.draw(&mut self.rng);
        let outcome = self.outcome(server.reach(harms), server);
        let cell = &mut self.cells[at as usize];
        cell.next = coming;
        // What all later checks will say is what is believed already.
        let settled = cell.streak == 0 && outcome.is_some_and(|(good, _)| good != cell.down);
        if settled {
            cell.awake = false;
            cell.stamps[Alarm::Check.kind()] += 1;
        } else {
            cell.wait_for(coming, Alarm::Check, next);
        }
    }
}
