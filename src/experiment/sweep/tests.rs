//! Sweeps of deployments of which formulas know where they break.

use std::sync::atomic::AtomicBool;

use super::*;
use crate::scenario::{Override, from_str};

/// One server of 10 ms, exponential all, and a mean response that is to stay below 50 ms: it breaks at 80 /s, and is full at 100 /s.
const QUEUE: &str = r#"
[run]
duration = "400 s"
warmup = "20 s"
replications = 10

[[workload]]
name = "clients"
to = "web"
arrivals = { process = "poisson", rate = "50 /s" }
slo = { "response.mean" = "50 ms" }

[[service]]
name = "web"
servers = 1
work = { distribution = "exponential", mean = "10 ms" }
"#;

fn swept(threads: usize, text: &str, axes: &[&str]) -> Sweep {
    swept_to(Depth::Closer, threads, text, axes)
}

fn swept_to(depth: Depth, threads: usize, text: &str, axes: &[&str]) -> Sweep {
    let axes: Vec<Axis> = axes.iter().map(|axis| axis.parse().unwrap()).collect();
    let make = |values: &[String]| {
        let mut changes: Vec<Override> = axes
            .iter()
            .zip(values)
            .map(|(axis, value)| Override::new(&axis.path, value))
            .collect();
        if let Ok(loaded) = from_str("queue", text, &changes) {
            return Some(Made::Sound(Box::new(loaded.scenario)));
        }
        changes.push(Override::new("run.allow_overload", "true"));
        let loose = from_str("queue", text, &changes).ok()?;
        Some(Made::Overloaded(Box::new(loose.scenario)))
    };
    let stop = AtomicBool::new(false);
    crate::experiment::with_threads(threads, || {
        let conduct = Conduct::new(&stop);
        sweep(&axes, &make, depth, &conduct)
    })
    .unwrap()
}

const RATE: &str = "workload.clients.arrivals.rate=10/s..130/s:7";

/// The mean of M/M/1 is 1/(μ − λ); throughput over it, λ (μ − λ), is largest at half of μ.
#[test]
fn breaks_knee_and_capacity_are_where_the_formulas_of_one_queue_say() {
    let sweep = swept(2, QUEUE, &[RATE]);
    let slice = &sweep.slices[0];
    let [found] = &slice.breaks[..] else {
        panic!("{:?}", slice.breaks);
    };
    assert!((found.at / 80.0 - 1.0).abs() < 0.02, "{found:?}");
    assert!(found.low <= 80.0 && 80.0 <= found.high, "{found:?}");
    assert!(
        found.above && found.missed - found.met <= 0.01 * found.missed,
        "{found:?}"
    );
    // As precise as it is, it rejects a service a tenth faster or slower, which would break at 91 or at 69 /s.
    assert!(70.0 < found.low && found.high < 91.0, "{found:?}");
    let knee = slice.knee.unwrap().at;
    assert!((knee / 50.0 - 1.0).abs() < 0.1, "{knee}");
    assert!(
        (slice.full.unwrap() / 100.0 - 1.0).abs() < 1e-3,
        "{:?}",
        slice.full
    );
    assert!(
        slice
            .points
            .iter()
            .filter(|point| point.results.is_none())
            .count()
            >= 2
    );
}

#[test]
fn the_curve_of_formulas_goes_through_what_was_measured() {
    let sweep = swept(2, QUEUE, &[RATE]);
    let slice = &sweep.slices[0];
    assert!(20 < slice.curve.len(), "{}", slice.curve.len());
    for (rate, results) in &slice.curve {
        let told = results.find("workload.clients", "response.mean").unwrap().theory[0].value;
        assert!((told * (100.0 - rate) - 1.0).abs() < 1e-9, "{rate}: {told}");
    }
    let covered = slice.points.iter().filter_map(|point| {
        let measure = point.steady()?.find("workload.clients", "response.mean")?;
        let exact = 1.0 / (100.0 - point.x?);
        Some(measure.low? <= exact && exact <= measure.high?)
    });
    let covered: Vec<bool> = covered.collect();
    let missed = covered.iter().filter(|covers| !**covers).count();
    assert!(8 < covered.len() && missed <= 2, "{missed} of {}", covered.len());
}

/// By Erlang's formula 9 servers are the fewest that keep a wait below 5 ms at 750 /s.
#[test]
fn the_fewest_servers_are_those_of_erlang() {
    let text = QUEUE
        .replace("50 /s", "750 /s")
        .replace("50 ms", "15 ms")
        .replace("servers = 1", "servers = 1\nqueue = { at = \"balancer\" }");
    let wanted = (8..20).find(|&servers: &u32| {
        let pool = crate::theory::mmc::Mmc::new(servers, 750.0, 100.0).unwrap();
        pool.mean_response() <= 0.015
    });
    let sweep = swept(2, &text, &["service.web.servers=4..16"]);
    let slice = &sweep.slices[0];
    let found = &slice.breaks[0];
    assert_eq!(Some(found.met as u32), wanted, "{found:?}");
    assert_eq!((found.met - found.missed, found.above), (1.0, false));
    assert_eq!(slice.full, Some(7.0));
}

#[test]
fn a_second_axis_makes_a_slice_of_each_of_its_values() {
    let sweep = swept(
        2,
        QUEUE,
        &[
            "workload.clients.arrivals.rate=10/s..220/s:8",
            "service.web.servers=1,2",
        ],
    );
    let at: Vec<f64> = sweep.slices.iter().map(|slice| slice.breaks[0].at).collect();
    assert_eq!(sweep.slices[1].fixed.as_deref(), Some("2"));
    assert!((at[0] / 80.0 - 1.0).abs() < 0.02 && 115.0 < at[1], "{at:?}");
}

/// What is found on the grid alone lies between its points, and is not known as closely.
#[test]
fn without_looking_closer_only_the_grid_is_simulated() {
    let sweep = swept_to(Depth::Grid, 2, QUEUE, &[RATE]);
    let slice = &sweep.slices[0];
    assert_eq!(slice.points.len(), 7);
    assert!(slice.points.iter().all(|point| point.on_grid));
    let found = &slice.breaks[0];
    assert_eq!((found.met, found.missed), (70.0, 90.0));
    assert!(70.0 < found.at && found.at < 90.0, "{found:?}");
}

#[test]
fn one_thread_and_eight_give_the_same_numbers() {
    let told = |threads| {
        let sweep = swept(threads, QUEUE, &[RATE]);
        let slice = &sweep.slices[0];
        let values = slice.points.iter().filter_map(|point| {
            let measure = point.results.as_ref()?.find("workload.clients", "response.p99")?;
            Some((point.value.clone(), measure.value?.to_bits()))
        });
        (values.collect::<Vec<_>>(), slice.breaks.clone())
    };
    assert_eq!(told(1), told(8));
}

/// More load cannot make the very same requests faster: with common random numbers not even by chance.
#[test]
fn neighbours_share_their_chance_so_that_curves_rise() {
    let sweep = swept(2, QUEUE, &["workload.clients.arrivals.rate=60/s..64/s:9"]);
    let means: Vec<f64> = sweep.slices[0]
        .points
        .iter()
        .filter_map(|point| point.steady()?.find("workload.clients", "response.mean")?.value)
        .collect();
    assert!(
        9 <= means.len() && means.windows(2).all(|pair| pair[0] < pair[1]),
        "{means:?}"
    );
}

/// 130 /s is too much for one server; the points keep the places that they were given all the same.
#[test]
fn values_without_numbers_keep_their_order_and_their_places() {
    let axis = "workload.clients.arrivals.rate=60 /s,130 /s,20 /s";
    let sweep = swept(2, QUEUE, &[axis]);
    let points = &sweep.slices[0].points;
    let values: Vec<&str> = points.iter().map(|point| point.value.as_str()).collect();
    assert_eq!(values, ["60 /s", "130 /s", "20 /s"]);
    let full: Vec<bool> = points.iter().map(|point| point.results.is_none()).collect();
    assert_eq!(full, [false, true, false]);
    let places = points
        .iter()
        .map(|point| point.place(&sweep.axes[0].values) as usize);
    assert_eq!(places.collect::<Vec<_>>(), [0, 1, 2]);
    assert!(sweep.axes[0].scale.is_none() && sweep.slices[0].breaks.is_empty());
}
