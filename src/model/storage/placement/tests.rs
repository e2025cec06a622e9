//! What every placement keeps to, and in what they differ.

use super::*;
use crate::{config::parse_value, rng::Seed};
use std::collections::BTreeSet;

fn read(text: &str) -> Placement {
    let problems = Problems::default();
    Placement::read(&parse_value(text, 0).unwrap(), &problems).unwrap_or_else(|| panic!("{text}"))
}

fn all() -> Vec<Placement> {
    let text =
        |entry: &&Entry<Placement>| read(&format!("{{ policy = \"{}\", {} }}", entry.name, entry.example));
    REGISTRY.iter().map(text).collect()
}

fn rng() -> Stream {
    Seed(11).replication(0).stream("orders/placement")
}

/// `each` nodes in each of `zones` zones.
fn zones(zones: usize, each: usize) -> Vec<Option<usize>> {
    (0..zones * each).map(|node| Some(node / each)).collect()
}

fn sets(replicas: &[u32], replication: usize) -> BTreeSet<Vec<u32>> {
    let sorted = |set: &[u32]| {
        let mut set = set.to_vec();
        set.sort_unstable();
        set
    };
    replicas.chunks(replication).map(sorted).collect()
}

#[test]
fn replicas_are_on_different_nodes_and_nodes_have_about_as_many() {
    for placement in all() {
        for (nodes, replication) in [(3, 3), (12, 3), (50, 2), (7, 1), (9, 5)] {
            let zones = vec![None; nodes];
            let shards = 20_000;
            let replicas = placement.place(&zones, shards, replication, &mut rng());
            assert_eq!(replicas.len(), (shards * replication) as usize, "{placement:?}");
            let mut held = vec![0_u32; nodes];
            for set in replicas.chunks(replication as usize) {
                assert_eq!(
                    set.iter().collect::<BTreeSet<_>>().len(),
                    set.len(),
                    "{placement:?}"
                );
                for &node in set {
                    held[node as usize] += 1;
                }
            }
            let mean = f64::from(shards * replication) / nodes as f64;
            let most = f64::from(*held.iter().max().unwrap());
            // Copysets leave out the end of each permutation, and nodes are in as many sets as they happen to be.
            let bound = if matches!(placement, Placement::Copysets { .. }) {
                2.1
            } else {
                1.15
            };
            assert!(most <= bound * mean, "{placement:?}: {held:?}");
        }
    }
}

#[test]
fn every_node_is_as_often_the_first_replica_which_leads_as_it_is_any_other() {
    for placement in all() {
        for (nodes, replication) in [(5, 3), (12, 3), (9, 5)] {
            let zones = vec![None; nodes];
            let replicas = placement.place(&zones, 20_000, replication, &mut rng());
            let (mut leads, mut held) = (vec![0_f64; nodes], vec![0_f64; nodes]);
            for set in replicas.chunks(replication as usize) {
                leads[set[0] as usize] += 1.0;
                for &node in set {
                    held[node as usize] += 1.0;
                }
            }
            for (leads, held) in leads.iter().zip(held) {
                let of_them = leads * f64::from(replication) / held;
                assert!(
                    held == 0.0 || (0.9..1.1).contains(&of_them),
                    "{placement:?} {nodes}: {of_them}"
                );
            }
        }
    }
}

#[test]
fn those_that_know_zones_use_as_many_as_they_can() {
    for placement in all() {
        let knows = placement != Placement::Random;
        for (count, each, replication) in [(3, 4, 3), (5, 2, 3), (2, 6, 3), (3, 4, 5)] {
            let zones = zones(count, each);
            let replicas = placement.place(&zones, 500, replication, &mut rng());
            let most_in_one = |set: &[u32]| {
                let in_zone = |zone| {
                    set.iter()
                        .filter(|&&node| zones[node as usize] == Some(zone))
                        .count()
                };
                (0..count).map(in_zone).max().unwrap()
            };
            let worst = replicas
                .chunks(replication as usize)
                .map(most_in_one)
                .max()
                .unwrap();
            let best = (replication as usize).div_ceil(count);
            assert_eq!(
                worst == best,
                knows,
                "{placement:?} {count} {each} {replication}: {worst}"
            );
        }
    }
}

#[test]
fn copysets_are_few_and_reach_their_scatter_width() {
    let nodes = vec![None; 60];
    for (scatter_width, replication) in [(2, 3), (4, 3), (10, 3), (4, 5), (3, 2)] {
        let placement = Placement::Copysets { scatter_width };
        let replicas = placement.place(&nodes, 50_000, replication, &mut rng());
        let few = sets(&replicas, replication as usize);
        let permutations = scatter_width.div_ceil(replication - 1);
        assert_eq!(few.len() as u32, permutations * 60 / replication);
        let mut partners = vec![BTreeSet::<u32>::new(); 60];
        for set in &few {
            for &node in set {
                partners[node as usize].extend(set.iter().filter(|&&other| other != node));
            }
        }
        // Two permutations may repeat a pair.
        let mean = partners.iter().map(BTreeSet::len).sum::<usize>() as f64 / 60.0;
        let asked = f64::from(permutations * (replication - 1));
        assert!(
            0.8 * asked < mean && mean <= asked,
            "{scatter_width} {replication}: {mean}"
        );
        let random = Placement::Random.place(&nodes, 50_000, replication, &mut rng());
        assert!(5 * few.len() < sets(&random, replication as usize).len());
    }
}

/// All sets equally often, by a chi-square test on four nodes.
#[test]
fn random_sets_are_even() {
    let replicas = Placement::Random.place(&[None; 4], 60_000, 2, &mut rng());
    let mut counts = std::collections::BTreeMap::<Vec<u32>, f64>::new();
    for set in replicas.chunks(2) {
        let mut set = set.to_vec();
        set.sort_unstable();
        *counts.entry(set).or_default() += 1.0;
    }
    let fit: f64 = counts
        .values()
        .map(|count| (count - 10_000.0).powi(2) / 10_000.0)
        .sum();
    // The 99.9 % point of chi-square with 5 degrees of freedom is 20.5.
    assert!(counts.len() == 6 && fit < 20.5, "{counts:?}");
}

#[test]
fn a_lost_node_is_replaced_by_an_open_one_in_another_zone_and_copysets_stay_few() {
    let zones = zones(3, 4);
    let open = [1, 2, 5, 6, 9];
    let is_open = |node| open.contains(&node);
    let mut rng = rng();
    for placement in all() {
        let new = placement.replace(&zones, &[0, 4], is_open, &mut rng).unwrap();
        assert!(open.contains(&new));
        assert_eq!(placement.replace(&zones, &[0, 4], |_| false, &mut rng), None);
        if placement != Placement::Random {
            assert_eq!(new, 9, "{placement:?}: the only zone that is free");
        }
    }
    let copysets = Placement::Copysets { scatter_width: 4 };
    let none = vec![None; 12];
    let one = copysets.replace(&none, &[0, 4], is_open, &mut rng);
    assert_eq!(one, copysets.replace(&none, &[4, 0], is_open, &mut rng));
}
