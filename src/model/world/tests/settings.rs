//! Settings of detectors that change how well, not whether, they notice.

use super::{run_for, strikes, two_servers};
use crate::{
    config::{Problems, Value, parse_value},
    model::{Deployment, failure::Harm},
};

fn with_checks(settings: &str) -> Deployment {
    let mut deployment = two_servers();
    let node = parse_value(settings, 0).unwrap();
    deployment.services[0].detection.health_check = Value::read(&node, &Problems::default());
    assert!(deployment.services[0].detection.health_check.is_some());
    deployment
}

/// A tenth of a second of work every 1.1 s or a little more, because checks wait their turn.
#[test]
fn the_work_of_checks_keeps_servers_busy() {
    let busy = |settings| run_for(&with_checks(settings), 1_000.0).services[0].utilisation;
    let more = busy("{ interval = \"1 s\", work = \"100 ms\" }") - busy("{ interval = \"1 s\" }");
    assert!((0.06..=0.0910).contains(&more), "{more}");
}

/// Three checks after 10.25 s, each 1.6 s to 2.4 s after the one before; without jitter they come at 11, 13 and 15 s.
#[test]
fn jitter_moves_checks_within_its_bounds() {
    let noticed = |jitter: &str| {
        let mut deployment = with_checks(&format!("{{ interval = \"2 s\", jitter = \"{jitter}\" }}"));
        deployment.faults = vec![strikes(Harm::Crash, 30.0)];
        run_for(&deployment, 40.0).incidents[0]
            .noticed
            .unwrap()
            .as_secs_f64()
    };
    assert_eq!(noticed("0 %").to_bits(), 15.0_f64.to_bits());
    let moved = noticed("20 %");
    assert!(
        (13.45..=17.45).contains(&moved) && moved.to_bits() != 15.0_f64.to_bits(),
        "{moved}"
    );
}

/// A server that stays dead is tried again after each ejection: the longer these get, the less it costs.
#[test]
fn ejections_grow_up_to_a_limit() {
    let failed = |most: u32| {
        let mut deployment = two_servers();
        let settings = format!(
            "{{ consecutive_errors = 1, ejection_time = \"4 s\", max_ejection_time = \"{most} s\" }}"
        );
        let node = parse_value(&settings, 0).unwrap();
        deployment.services[0].detection.outlier_ejection = Value::read(&node, &Problems::default());
        deployment.faults = vec![strikes(Harm::Crash, 100.0)];
        run_for(&deployment, 110.0).workloads[0].failed
    };
    let (always_four, up_to_eight, up_to_forty) = (failed(4), failed(8), failed(40));
    assert!(
        up_to_forty < up_to_eight && up_to_eight < always_four,
        "{up_to_forty} {up_to_eight} {always_four}"
    );
    // Ejections of 4, 8, 12, … s: after 4 + 8 + … + 4n s, and seven of these are 112 s.
    assert!((6..=7).contains(&up_to_forty), "{up_to_forty}");
}
