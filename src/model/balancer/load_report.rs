//! Weights from load reports: collect, analyse, allocate, adjust.
//!
//! Servers report at intervals how busy they have been and how many requests they have (*collect*). From that the
//! balancer works out the capacity that each has to spare (*analyse*): its configured weight times the share of time it
//! was idle, less when requests wait. Shares in proportion to what is spare (*allocate*) are what it moves towards, by
//! the part `gain` of the way at each report (*adjust*), so that one odd report does not turn everything over. In
//! between, requests are spread at random by these shares, without any look at the servers.
//!
//! A server that has nothing to spare keeps a hundredth, so that it can show that it has recovered.

use super::{Ask, Balancer, Law, Policy, Pool, Report, ServerId, ServerInfo, View, sampler::Weighted};
use crate::{
    config::{Entry, Section, Spanned, Table},
    rng::Stream,
    units::SimDuration,
};

pub(super) const ENTRY: Entry<Policy> = Entry {
    name: "load-report",
    summary: "random by weights that are worked out anew whenever servers report their load",
    example: "every = \"1 s\"",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// Weights from load reports.
    struct Settings: "load-report" {
        /// How often servers report, unless the service says so itself.
        every: Spanned<SimDuration> = "1 s",
        /// How far shares move at each report towards what it asks for: 1 is all the way.
        gain: Spanned<f64> = 0.3,
    }
}

fn read(section: &Section<'_>) -> Option<Policy> {
    let Settings { every, gain } = Settings::read_fields(section)?;
    if every.value == SimDuration::ZERO {
        let help = "for loads that are always up to date use `policy = \"least-connections\"`";
        section
            .problems()
            .error(&every.span, "`every` is zero", "here", help);
        return None;
    }
    if !(0.0 < *gain && *gain <= 1.0) {
        let help = "0.3 smooths over about three reports";
        section
            .problems()
            .error(&gain.span, "`gain` is not above 0 and at most 1", "here", help);
        return None;
    }
    Some(plan(every.value, *gain))
}

/// Returns weights from load reports that come `every` so often, each moving shares by the part `gain` of the way.
pub fn plan(every: SimDuration, gain: f64) -> Policy {
    let policy = Policy::new(ENTRY.name, Law::Other, move |pool| LoadReport::new(pool, gain));
    Policy {
        report_every: Some(every),
        ..policy
    }
}

/// The least part of its capacity that a server is taken to have to spare.
const SPARE_LEAST: f64 = 0.01;
/// Tickets of a server with the mean share.
const TICKETS: f64 = 65_536.0;

struct LoadReport {
    gain: f64,
    /// The share of each server as a multiple of the mean.
    shares: Vec<f64>,
    servers: Weighted,
}

impl LoadReport {
    fn new(pool: &Pool, gain: f64) -> Self {
        let weight_total: f64 = pool.iter().map(|server| f64::from(server.weight)).sum();
        let scale = pool.len() as f64 / weight_total;
        Self {
            gain,
            shares: pool
                .iter()
                .map(|server| f64::from(server.weight) * scale)
                .collect(),
            servers: Weighted::new(pool),
        }
    }
}

/// The capacity that a server has to spare, in units of its weight.
fn spare(info: &ServerInfo, report: &Report) -> f64 {
    let slots = f64::from(info.slots);
    let waiting = (f64::from(report.in_system) - slots).max(0.0) / slots;
    f64::from(info.weight) * (1.0 - report.utilisation).max(SPARE_LEAST) / (1.0 + waiting)
}

impl Balancer for LoadReport {
    fn pick(&mut self, view: &View, _: &Ask, rng: &mut Stream) -> Option<ServerId> {
        self.servers.sample(view, rng)
    }
    fn eligible_changed(&mut self, view: &View, server: ServerId) {
        self.servers.eligible_changed(view, server);
    }
    fn reported(&mut self, view: &View) {
        let spare_of = |at: usize| {
            let server = ServerId(at as u32);
            view.report(server)
                .map_or(0.0, |report| spare(view.pool().server(server), report))
        };
        let spare_total: f64 = (0..self.shares.len()).map(spare_of).sum();
        let scale = self.shares.len() as f64 / spare_total;
        for (at, share) in self.shares.iter_mut().enumerate() {
            *share += self.gain * (spare_of(at) * scale - *share);
        }
        let shares = &self.shares;
        self.servers
            .set_tickets(view, |server| (shares[server.index()] * TICKETS).max(1.0) as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::balancer::rig::{Rig, chi_square, pool_of_weights};

    fn report(in_system: u32, utilisation: f64) -> Report {
        Report {
            in_system,
            utilisation,
        }
    }

    #[test]
    fn what_is_spare_decides_and_queues_count() {
        let info = ServerInfo {
            weight: 2,
            slots: 4,
            speed: 1.0,
        };
        assert!((spare(&info, &report(3, 0.75)) - 0.5).abs() < 1e-12);
        assert!((spare(&info, &report(8, 0.75)) - 0.25).abs() < 1e-12);
        assert!((spare(&info, &report(4, 1.0)) - 0.02).abs() < 1e-12);
    }

    #[test]
    fn shares_move_part_of_the_way_at_each_report() {
        let mut rig = Rig::new(
            &plan(SimDuration::from_nanos(1), 0.5),
            pool_of_weights(&[1, 1, 2]),
            4,
        );
        let mut shares_now = |reports: Option<[Report; 3]>, away: Option<u32>| {
            if let Some(reports) = reports {
                rig.report(reports.to_vec());
            }
            if let Some(server) = away {
                rig.set_eligible(server, false);
            }
            let mut counts = [0; 3];
            (0..20_000).for_each(|_| counts[rig.send().unwrap().index()] += 1);
            if let Some(server) = away {
                rig.set_eligible(server, true);
            }
            counts
        };
        // Before any report the weights count: a quarter, a quarter, a half.
        let begin = shares_now(None, None);
        // Spare are 0.5, 0.2 and 2 · 0.15: half the way from (0.25, 0.25, 0.5) to (0.5, 0.2, 0.3).
        let reports = [report(0, 0.5), report(0, 0.8), report(0, 0.85)];
        let once = shares_now(Some(reports), None);
        let twice = shares_now(Some(reports), Some(2));
        let cases = [
            (begin, [0.25, 0.25, 0.5]),
            (once, [0.375, 0.225, 0.4]),
            (twice, [0.4375, 0.2125, 0.0]),
        ];
        for (counts, shares) in cases {
            // The 99.9 % point of chi-square with 2 degrees of freedom is 13.8; the decoy is 5 % off.
            assert!(
                chi_square(&counts, &shares) < 13.8,
                "{counts:?} against {shares:?}"
            );
            let decoy = [shares[0] * 1.05, shares[1] * 0.95, shares[2]];
            assert!(13.8 < chi_square(&counts, &decoy), "{counts:?} against {decoy:?}");
        }
    }
}
