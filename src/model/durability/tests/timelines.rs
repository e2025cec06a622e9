//! Repair, step by step, with times that are known.

use super::*;

/// Six nodes in three zones, and what happens to them on time. A copy takes 100 s.
fn faults(more: &str, faults: &[(f64, f64, &str, &str)]) -> Deployment {
    in_parallel(1, more, faults)
}

fn in_parallel(parallel: u32, more: &str, faults: &[(f64, f64, &str, &str)]) -> Deployment {
    let fault = |&(at, lasts, target, lost): &(f64, f64, &str, &str)| {
        format!(
            "[[fault]]\nmode = \"crash\"\nat = \"{at} s\"\nfor = \"{lasts} s\"\ntarget = \"{target}\"\ndata_lost = \"{lost}\"\n"
        )
    };
    let faults: Vec<String> = faults.iter().map(fault).collect();
    deployment(&format!(
        r#"
        [[zone]]
        name = "a"
        [[zone]]
        name = "b"
        [[zone]]
        name = "c"

        [[store]]
        name = "orders"
        nodes = 6
        replication = 3
        placement = "zone-aware"
        repair = {{ after = "1000 s", shard = "10 GB", bandwidth = "100 MB/s", parallel = {parallel} }}
        {more}

        {}
        "#,
        faults.join("\n")
    ))
}

fn of_day(deployment: &Deployment) -> DurabilityRecord {
    record(deployment, 5, 0, (0.0, 86_400.0))
}

/// What a whole day counts for.
const DAY: f64 = 86_400.0;

#[test]
fn a_node_that_is_back_in_time_with_its_data_costs_no_copy() {
    let record = of_day(&faults("shards = 12", &[(100.0, 999.0, "node:orders.1", "0 %")]));
    assert_eq!((record.copies, record.incomplete), (0.0, 0.0));
    // A zone of two nodes holds a replica of every shard; half of them were on this node, or so.
    assert_eq!(record.read, (1.0, 1.0), "two of three are enough");
}

#[test]
fn a_node_that_is_away_for_long_is_copied_shard_by_shard() {
    let record = of_day(&faults(
        "shards = 12",
        &[(100.0, 50_000.0, "node:orders.1", "0 %")],
    ));
    let copies = (record.copies * DAY).round();
    assert!((1.0..12.0).contains(&copies), "{copies}");
    assert_eq!(record.incomplete, 0.0, "its disk is well");
    let gone = of_day(&faults(
        "shards = 12",
        &[(100.0, 50_000.0, "node:orders.1", "100 %")],
    ));
    assert_eq!(
        (gone.copies * DAY).round(),
        2.0 * copies,
        "the same shards, and back again to the empty disk"
    );
    // Its only neighbour in the zone takes one after the other: missing for 1000 s and 100 s more each.
    let missing = copies * 1_000.0 + 100.0 * copies * (copies + 1.0) / 2.0;
    let expected = missing / 12.0 / DAY;
    assert!(
        (gone.incomplete / expected - 1.0).abs() < 1e-6,
        "{} {expected}",
        gone.incomplete
    );
}

#[test]
fn a_node_that_is_back_empty_is_filled_at_once_and_in_parallel() {
    let fault = [(100.0, 10.0, "node:orders.1", "100 %")];
    let one = of_day(&faults("shards = 12", &fault));
    let copies = (one.copies * DAY).round();
    let missing = copies * 10.0 + 100.0 * copies * (copies + 1.0) / 2.0;
    assert!((one.incomplete * 12.0 * DAY / missing - 1.0).abs() < 1e-6);
    // Twice as many at once, each half as fast: the last one is done as soon, the first one later.
    let all_at_once = of_day(&in_parallel(12, "shards = 12", &fault));
    assert_eq!(all_at_once.copies, one.copies);
    let last = copies * (10.0 + 1_200.0);
    assert!(
        (all_at_once.incomplete * 12.0 * DAY / last - 1.0).abs() < 1e-6,
        "{}",
        all_at_once.incomplete
    );
}

#[test]
fn a_zone_without_quorum_is_a_time_without_reads() {
    // Two of three zones are down for an hour.
    let two = [
        (1_000.0, 3_600.0, "zone:a", "0 %"),
        (1_000.0, 3_600.0, "zone:b", "0 %"),
    ];
    let record = of_day(&faults(
        "shards = 50\nwrite = { quorum = 3 }\nread = { quorum = 1 }",
        &two,
    ));
    let down = 3_600.0 / DAY;
    assert_eq!(record.read, (1.0, 1.0));
    let (mean, worst) = record.write;
    // After 1000 s the replicas away are copied to the zone that is left, which has one node free for each shard: two of
    // three are up then, and never three.
    assert!(
        (mean - (1.0 - down)).abs() < 1e-9 && (worst - mean).abs() < 1e-9,
        "{record:?}"
    );
    let quorum = of_day(&faults("shards = 50", &two));
    assert!(
        1.0 - down < quorum.read.0 && quorum.read.0 < 1.0 - 1_000.0 / DAY,
        "{quorum:?}"
    );
    assert!(quorum.read.1 < quorum.read.0);
}

#[test]
fn what_loses_its_last_replica_is_lost_once_and_begins_anew() {
    let all = [(1_000.0, 3_600.0, "store:orders", "100 %")];
    let record = of_day(&faults("shards = 20", &all));
    assert_eq!((record.incidents * DAY).round(), 1.0);
    assert_eq!((record.shards_lost * DAY).round(), 20.0);
    assert_eq!(record.incomplete, 0.0, "all begin anew");
    assert_eq!(record.loss, None, "no year is over");
    // Half of the nodes lose their data, in one zone and a half: nobody loses all three.
    let half = of_day(&faults("shards = 20", &[(1_000.0, 60.0, "store:orders", "17 %")]));
    assert_eq!(half.incidents, 0.0);
    assert!(0.0 < half.copies);
}
