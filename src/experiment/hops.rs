//! Where the time of responses went, hop by hop: for the mean, and for the slowest.

use super::campaign::workload_name;
pub use crate::model::Activity;
use crate::{
    model::{Breakdown, Deployment, Record, Sender},
    stats::Estimate,
};

/// The share of responses that are the slowest.
pub const SLOWEST: f64 = 0.01;

/// Where the time of the responses of one workload went.
#[derive(Clone, Debug, PartialEq)]
pub struct Hops {
    /// `"workload.checkout"`.
    pub of: String,
    /// How many responses were followed, in all replications.
    pub followed: u64,
    /// The parts that make up a response, hop after hop; those that take no time are left out.
    pub parts: Vec<HopPart>,
}

/// What one hop spent on one activity.
#[derive(Clone, Debug, PartialEq)]
pub struct HopPart {
    /// The service that the workload sends to, `"web"`, or a call, `"web>orders"`, or what is sent to replicas of a store.
    pub hop: String,
    /// The service that it goes to: `"service.orders"`.
    pub at: String,
    /// What the time was spent on.
    pub activity: Activity,
    /// Seconds of the mean response.
    pub mean: Spent,
    /// Seconds of the mean response of the slowest.
    pub slowest: Spent,
}

/// Seconds, with their interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spent {
    /// The mean over replications.
    pub value: f64,
    /// The lower end of its interval; `None` with fewer than two replications.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

impl Spent {
    fn estimate(values: &[f64], level: f64) -> Self {
        let Some(estimate) = Estimate::from_replications(values, level) else {
            return Self::default();
        };
        Self {
            value: estimate.mean,
            low: estimate.low().map(|low| low.max(0.0)),
            high: estimate.high(),
        }
    }
}

/// What has been collected so far, workload by workload.
#[derive(Debug)]
pub(super) struct Ledger(Vec<OfWorkload>);

#[derive(Clone, Debug, Default)]
struct OfWorkload {
    followed: u64,
    /// Replications in which any was followed.
    replications: usize,
    /// By sender and activity: seconds of each replication, for the mean and for the slowest. Many stay without any.
    cells: Vec<[[Vec<f64>; 2]; Activity::ALL.len()]>,
}

impl Ledger {
    pub(super) fn new(deployment: &Deployment) -> Self {
        Self(vec![OfWorkload::default(); deployment.workloads.len()])
    }

    pub(super) fn add(&mut self, record: &Record) {
        for (mine, workload) in self.0.iter_mut().zip(&record.workloads) {
            if let Some(breakdown) = &workload.breakdown {
                mine.add(breakdown);
            }
        }
    }

    /// Returns what was collected of workloads of which any request was followed.
    pub(super) fn report(&self, deployment: &Deployment, level: f64) -> Vec<Hops> {
        let place = |sender: Sender<'_>| {
            (
                hop_name(deployment, &sender),
                deployment.services[sender.service].path(),
            )
        };
        let names: Vec<(String, String)> = deployment.senders().map(place).collect();
        let own = |at: usize| deployment.services[deployment.workloads[at].service].name.clone();
        let seen = self.0.iter().enumerate().filter(|(_, mine)| 0 < mine.followed);
        let report = |(at, mine): (usize, &OfWorkload)| {
            let mut parts = Vec::new();
            for (sender, activities) in mine.cells.iter().enumerate() {
                let cells = Activity::ALL.into_iter().zip(activities);
                for (activity, cell) in cells.filter(|(_, cell)| !cell[0].is_empty()) {
                    let [mean, slowest] = [0, 1].map(|which| {
                        let mut values = cell[which].clone();
                        values.resize(mine.replications, 0.0);
                        Spent::estimate(&values, level)
                    });
                    let hop = if sender == at {
                        own(at)
                    } else {
                        names[sender].0.clone()
                    };
                    parts.push(HopPart {
                        hop,
                        at: names[sender].1.clone(),
                        activity,
                        mean,
                        slowest,
                    });
                }
            }
            Hops {
                of: workload_name(deployment, at),
                followed: mine.followed,
                parts,
            }
        };
        seen.map(report).collect()
    }
}

impl OfWorkload {
    fn add(&mut self, breakdown: &Breakdown) {
        let (Some(all), Some(slowest)) = (breakdown.slowest(1.0), breakdown.slowest(SLOWEST)) else {
            return;
        };
        self.followed += breakdown.count();
        self.cells
            .resize(all.len(), std::array::from_fn(|_| [Vec::new(), Vec::new()]));
        for ((cells, all), slowest) in self.cells.iter_mut().zip(&all).zip(&slowest) {
            for ((cell, &mean), &slowest) in cells.iter_mut().zip(all).zip(slowest) {
                if mean == 0.0 {
                    continue;
                }
                for (values, value) in cell.iter_mut().zip([mean, slowest]) {
                    // It took no time in the replications before.
                    values.resize(self.replications, 0.0);
                    values.push(value);
                }
            }
        }
        self.replications += 1;
    }
}

/// Returns what a sender is called as a hop; requests of a workload itself go by the name of its service.
fn hop_name(deployment: &Deployment, sender: &Sender<'_>) -> String {
    match sender.replica {
        Some((store, role)) => format!(
            "{}: {} at a replica",
            deployment.services[store].name,
            role.name()
        ),
        None => sender.name.to_owned(),
    }
}
