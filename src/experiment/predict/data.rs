//! What formulas say of the data of a store over years: whether it can be read and written, and how soon some is lost.

use super::{
    life::{Component, Life, joined},
    tell::Teller,
};
use crate::{
    dist::Dist,
    model::{
        failure::{Target, Unit},
        storage::{StorePlan, placement::Placement},
    },
    scenario::Scenario,
    theory::{
        catalogue::{self, Formula},
        replicas::{
            copysets::{Copysets, random_loss},
            data_loss::ReplicaGroup,
            quorum::{ReplicasUp, Zone},
        },
    },
};

/// Seconds of a year.
const YEAR: f64 = 31_557_600.0;
/// Repairs longer than this share of them are of no account.
const NEGLIGIBLE: f64 = 1e-6;

/// Puts beside the measures of a store's data what formulas say of them.
pub(super) fn annotate(scenario: &Scenario, service: usize, life: &Life<'_>, teller: &mut Teller<'_>) {
    let Some(store) = life.plan.store.as_deref() else {
        return;
    };
    quorums(life, store, teller);
    if !scenario.deployment.loses_data(service) {
        return;
    }
    let told = match blow(scenario, service, life) {
        Some(blow) => blow_loses(life, store, &blow, teller),
        None => chain_loses(life, store, teller),
    };
    if told.is_none() {
        for name in ["durability.loss", "durability.mttdl"] {
            teller.explain(name, "nodes that lose data in several ways, or in part");
        }
    }
}

/// How much of the time a shard has its quorums.
fn quorums(life: &Life<'_>, store: &StorePlan, teller: &mut Teller<'_>) {
    let up = |unit: Unit| -> f64 {
        let of = life.components.iter().filter(|one| one.plan.unit == unit);
        of.map(|component| component.up).product()
    };
    let zones: std::collections::BTreeSet<_> = life.plan.groups.iter().map(|group| group.zone).collect();
    let by_zone = life.components.iter().any(|one| one.plan.unit == Unit::Zone);
    let spread = store.placement == Placement::ZoneAware && store.replication as usize <= zones.len();
    let mut doubts = life.doubts_of_shares();
    if life
        .components
        .iter()
        .any(|one| matches!(one.plan.unit, Unit::Group))
    {
        doubts.push("that groups fail as one".to_owned());
    }
    if by_zone && !spread {
        doubts.push("that replicas may share a zone".to_owned());
    }
    if life.components.iter().any(|one| 0.0 < one.plan.common_cause) {
        doubts.push("the common cause".to_owned());
    }
    let after = store.repair.as_ref().map(|repair| repair.after.as_secs_f64());
    let outlasts =
        |one: &Component<'_>| after.is_some_and(|after| NEGLIGIBLE < one.plan.repair.survival(after));
    if life.components.iter().any(outlasts) {
        doubts.push("copies on other nodes".to_owned());
    }
    if life.components.iter().any(|one| 0.0 < one.plan.data_lost) {
        doubts.push("the time until a node that is back empty has its copies".to_owned());
    }
    let zone = Zone {
        up: up(Unit::Zone),
        replicas: 1,
        replica_up: up(Unit::Server) * up(Unit::Group),
    };
    let Ok(replicas) = ReplicasUp::in_zones(&vec![zone; store.replication as usize]) else {
        return;
    };
    let whole = up(Unit::Service);
    let doubts = joined(&doubts);
    for (name, quorum) in [
        ("available.read", store.read.quorum),
        ("available.write", store.write.quorum),
    ] {
        let lost = 1.0 - whole + whole * replicas.below(quorum);
        let formula = &catalogue::QUORUM_AVAILABILITY;
        teller.predict(name, formula, 1.0 - lost, doubts.as_ref());
    }
}

/// Something that takes the data of some nodes at once, any of them.
struct Blow {
    /// How often a year it comes.
    a_year: f64,
    failed: u32,
    doubts: Vec<String>,
}

/// Returns the one thing that takes data, if it strikes all nodes at once.
fn blow(scenario: &Scenario, service: usize, life: &Life<'_>) -> Option<Blow> {
    let nodes = life.plan.servers() as f64;
    let losing = life.components.iter().filter(|one| 0.0 < one.plan.data_lost);
    let faults = scenario.deployment.faults.iter();
    let faults =
        faults.filter(|fault| 0.0 < fault.data_lost && scenario.deployment.strikes(fault.target, service));
    let (losing, faults): (Vec<_>, Vec<_>) = (losing.collect(), faults.collect());
    let years = scenario.run.duration.as_secs_f64() / YEAR;
    let (a_year, share, memory) = match (&losing[..], &faults[..]) {
        ([only], []) if only.plan.unit == Unit::Service => {
            let a_year = only.up * only.rate * YEAR;
            (a_year, only.plan.data_lost, !only.plan.after.is_exponential())
        }
        ([], [fault]) if fault.target == Target::Service(service) => (1.0 / years, fault.data_lost, true),
        _ => return None,
    };
    let mut doubts = Vec::new();
    if memory {
        doubts.push("when it comes".to_owned());
    }
    if NEGLIGIBLE < (nodes * share).fract() {
        doubts.push("that it is not always as many nodes".to_owned());
    }
    Some(Blow {
        a_year,
        failed: (nodes * share).round() as u32,
        doubts,
    })
}

fn blow_loses(life: &Life<'_>, store: &StorePlan, blow: &Blow, teller: &mut Teller<'_>) -> Option<()> {
    let nodes = life.plan.servers() as u32;
    let mut doubts = blow.doubts.clone();
    let (formula, chance): (&'static Formula, f64) = match store.placement {
        Placement::Random => {
            let shards = u64::from(store.shards);
            let chance = random_loss(nodes, blow.failed, store.replication, shards).ok()?;
            (&catalogue::RANDOM_PLACEMENT, chance)
        }
        Placement::ZoneAware => {
            let shards = u64::from(store.shards);
            doubts.push("that replicas are in different zones".to_owned());
            let chance = random_loss(nodes, blow.failed, store.replication, shards).ok()?;
            (&catalogue::RANDOM_PLACEMENT, chance)
        }
        Placement::Copysets { scatter_width } => {
            let copysets = Copysets::new(nodes, store.replication, scatter_width).ok()?;
            doubts.push("sets that come about by repair".to_owned());
            // With many shards for each set hardly any set is without.
            if f64::from(store.shards) < 10.0 * copysets.sets() as f64 {
                doubts.push("sets without any shard".to_owned());
            }
            if life.plan.groups.iter().any(|group| group.zone.is_some()) {
                doubts.push("zones".to_owned());
            }
            (&catalogue::COPYSETS, copysets.loss(blow.failed))
        }
    };
    let doubts = joined(&doubts);
    let a_year = blow.a_year * chance;
    teller.predict("durability.loss", formula, -(-a_year).exp_m1(), doubts.as_ref());
    teller.predict("durability.mttdl", formula, YEAR / a_year, doubts.as_ref());
    let share = random_loss(nodes, blow.failed, store.replication, 1).ok()?;
    let bytes = store.repair.as_ref()?.shard.get() * f64::from(store.shards);
    teller.predict(
        "durability.bytes_lost",
        formula,
        blow.a_year * share * bytes,
        doubts.as_ref(),
    );
    Some(())
}

/// Nodes that lose all they have, one by one.
fn chain_loses(life: &Life<'_>, store: &StorePlan, teller: &mut Teller<'_>) -> Option<()> {
    let losing: Vec<_> = life
        .components
        .iter()
        .filter(|one| 0.0 < one.plan.data_lost)
        .collect();
    let [only] = losing[..] else { return None };
    let plan = only.plan;
    if plan.unit != Unit::Server || plan.common_cause != 0.0 || !life.sudden.is_empty() {
        return None;
    }
    let repair = store.repair.as_ref()?;
    let nodes = life.plan.servers() as u32;
    let after = repair.after.as_secs_f64();
    let copying = repair.copy_takes().as_secs_f64();
    let mut doubts = life.doubts.clone();
    if !(plan.after.is_exponential() && plan.repair.is_exponential()) {
        doubts.push("the shapes of the times".to_owned());
    }
    if NEGLIGIBLE < plan.repair.survival(after) {
        doubts.push("copies on other nodes".to_owned());
    }
    if NEGLIGIBLE * plan.repair.mean() < copying {
        doubts.push("that copies wait for each other".to_owned());
    }
    if 1 < life.components.len() {
        doubts.push("failures that keep the data".to_owned());
    }
    let sets = match store.placement {
        _ if nodes == store.replication => 1,
        Placement::Copysets { scatter_width } => Copysets::new(nodes, store.replication, scatter_width)
            .ok()?
            .sets(),
        Placement::ZoneAware => sets_over(&zone_sizes(life), store.replication).min(u64::from(store.shards)),
        Placement::Random => choose(nodes, store.replication).min(u64::from(store.shards)),
    };
    if 1 < sets {
        doubts.push("that nodes belong to several sets".to_owned());
    }
    let crews = plan.crews.unwrap_or(u32::MAX);
    if crews < nodes && nodes != store.replication {
        doubts.push("the crews".to_owned());
    }
    // A replica is missing until its node is repaired, or given up, and the copy is made.
    let missing = mean_up_to(&plan.repair, after) + copying;
    let rate = only.rate * plan.data_lost;
    let group = ReplicaGroup::new(store.replication, rate, 1.0 / missing, crews).ok()?;
    let doubts = joined(&doubts);
    let mean = group.mean_time_to_loss() / sets as f64;
    let formula = &catalogue::TIME_TO_DATA_LOSS;
    teller.predict("durability.mttdl", formula, mean, doubts.as_ref());
    let loss = group.any_loss_within(sets, YEAR);
    teller.predict("durability.loss", &catalogue::DATA_LOSS, loss, doubts.as_ref());
    let bytes = repair.shard.get() * f64::from(store.shards) / sets as f64;
    let lost = bytes * YEAR / mean;
    teller.predict("durability.bytes_lost", formula, lost, doubts.as_ref());
    Some(())
}

/// How many sets of `of` nodes there are, or the largest number.
fn choose(nodes: u32, of: u32) -> u64 {
    sets_over(&vec![1; nodes as usize], of)
}

/// How many nodes stand in each zone; those without a zone are alone.
fn zone_sizes(life: &Life<'_>) -> Vec<u32> {
    let mut sizes: Vec<(Option<usize>, u32)> = Vec::new();
    for group in &life.plan.groups {
        let same = |(zone, _): &&mut (Option<usize>, u32)| group.zone.is_some() && *zone == group.zone;
        match sizes.iter_mut().find(same) {
            Some((_, size)) => *size += group.servers,
            None if group.zone.is_some() => sizes.push((group.zone, group.servers)),
            None => sizes.extend((0..group.servers).map(|_| (None, 1))),
        }
    }
    sizes.into_iter().map(|(_, size)| size).collect()
}

/// How many sets of `of` nodes there are with no two in one zone (of any, where there are too few zones).
fn sets_over(zones: &[u32], of: u32) -> u64 {
    if zones.len() < of as usize {
        return choose(zones.iter().sum(), of);
    }
    // The elementary symmetric polynomials of the sizes.
    let mut sets = vec![0.0; of as usize + 1];
    sets[0] = 1.0;
    for &size in zones {
        for at in (1..sets.len()).rev() {
            sets[at] += sets[at - 1] * f64::from(size);
        }
    }
    // A float too large for a whole number becomes the largest.
    sets[of as usize] as u64
}

/// The mean of a time that is cut off.
fn mean_up_to(time: &Dist, end: f64) -> f64 {
    const PIECES: u32 = 1_000;
    if time.survival(end) < NEGLIGIBLE {
        return time.mean();
    }
    let piece = end / f64::from(PIECES);
    let tail = |at: u32| time.survival((f64::from(at) + 0.5) * piece);
    (0..PIECES).map(|at| tail(at) * piece).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_counted() {
        assert_eq!(
            (choose(12, 3), choose(5, 5), choose(1_000, 3)),
            (220, 1, 166_167_000)
        );
        // Two of three zones, and one node of each: 4·5 + 4·6 + 5·6.
        assert_eq!((sets_over(&[4, 5, 6], 2), sets_over(&[4, 5, 6], 3)), (74, 120));
        assert_eq!(sets_over(&[3, 3], 3), 20);
    }

    #[test]
    fn a_time_that_is_cut_off_is_shorter() {
        let day = Dist::exponential(1.0).unwrap();
        assert!((mean_up_to(&day, 1.0) - (1.0 - (-1.0_f64).exp())).abs() < 1e-6);
        assert!((mean_up_to(&day, 100.0) - 1.0).abs() < 1e-12);
    }
}
