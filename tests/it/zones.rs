//! Balancers that keep requests in their zone: by the clock, and by the share that stays.

use plimsoll::{
    experiment::Results,
    scenario::{self, Override},
};

use crate::theory::simulate;

/// One server in each of two zones; clients in the first one, a message every 4 ms. It takes 1 ms within a zone and 10 ms
/// between zones.
const CLOCK: &str = r#"
[run]
duration = "20 s"
warmup = "1 s"
replications = 2

[network]
within_zone = "1 ms"
between_zones = "10 ms"

[[zone]]
name = "a"
[[zone]]
name = "b"

[[workload]]
name = "clients"
to = "web"
zone = "a"
arrivals = { process = "constant", rate = "250 /s" }

[[service]]
name = "web"
work = "2 ms"
balancer = { policy = "round-robin", zone_local = true }
health_check = { interval = "100 ms" }
  [[service.group]]
  name = "near"
  servers = 1
  zone = "a"
  [[service.group]]
  name = "far"
  servers = 1
  zone = "b"
"#;

fn results(text: &str, changes: &[&str]) -> Results {
    let changes: Vec<Override> = changes.iter().map(|change| change.parse().unwrap()).collect();
    let loaded =
        scenario::from_str("zones", text, &changes).unwrap_or_else(|error| panic!("{error}\n{text}"));
    simulate(&loaded.scenario)
}

fn value(results: &Results, of: &str, name: &str) -> f64 {
    let measure = results.find(of, name).unwrap_or_else(|| panic!("no {of} {name}"));
    measure
        .value
        .unwrap_or_else(|| panic!("nothing was measured of {of} {name}"))
}

fn clients(results: &Results, name: &str) -> f64 {
    value(results, "workload.clients", name)
}

fn stayed(results: &Results) -> f64 {
    value(results, "service.web", "in_zone")
}

#[test]
fn requests_stay_in_their_zone_by_the_clock() {
    let near = results(CLOCK, &[]);
    assert!((clients(&near, "response.max") - 0.004).abs() < 1e-9);
    assert_eq!(stayed(&near).to_bits(), 1.0_f64.to_bits());
    let anywhere = results(CLOCK, &["service.web.balancer.zone_local=false"]);
    assert!((clients(&anywhere, "response.mean") - f64::midpoint(0.004, 0.022)).abs() < 1e-5);
    assert!(anywhere.find("service.web", "in_zone").is_none());
    // From outside of all zones all are equally near.
    let outside = results(&CLOCK.replacen("zone = \"a\"\narrivals", "arrivals", 1), &[]);
    assert!((value(&outside, "service.web", "share.max") - 0.5).abs() < 0.01);
}

#[test]
fn requests_spill_over_where_their_zone_has_enough_to_do() {
    // Six hundred a second are more than the 500 that one server can do.
    let more = [
        "workload.clients.arrivals.rate=600 /s",
        "service.web.balancer.spill_over=3",
    ];
    let spilling = results(CLOCK, &more);
    // The near one is hardly ever idle, and the rest goes to both in turn.
    let share = stayed(&spilling);
    assert!((0.75..0.9).contains(&share), "{share} stayed");
    assert!(value(&spilling, "service.web", "utilisation.1") > 0.95);
    assert!(clients(&spilling, "response.max") < 0.06);
}

#[test]
fn requests_go_elsewhere_while_no_server_is_left_at_home_and_come_back() {
    let fault = "\n[[fault]]\nat = \"5 s\"\nfor = \"5 s\"\ntarget = \"group:web.near\"\nmode = \"crash\"\n";
    let results = results(&format!("{CLOCK}{fault}"), &[]);
    // A quarter of the time, less the fraction of a second until checks tell.
    let share = stayed(&results);
    assert!((0.75..0.78).contains(&share), "{share} stayed");
    assert!((clients(&results, "response.max") - 0.022).abs() < 1e-9);
    let failed = clients(&results, "failed");
    assert!(0.0 < failed && failed < 0.03, "{failed} failed");
}

#[test]
fn what_services_call_stays_in_the_zone_of_the_caller() {
    let call = "balancer = { policy = \"round-robin\", zone_local = true }\nhealth_check = { interval = \"100 ms\" }\n";
    let text = CLOCK.replacen(
        call,
        "balancer = \"round-robin\"\ncall = [{ to = \"stock\" }]\n",
        1,
    ) + &format!(
        "\n[[service]]\nname = \"stock\"\nwork = \"1 ms\"\n{call}group = [{{ servers = 2, zone = \"a\" }}, {{ servers = 1, \
             zone = \"b\" }}]\n"
    );
    let results = results(&text, &[]);
    assert_eq!(
        value(&results, "service.stock", "in_zone").to_bits(),
        1.0_f64.to_bits()
    );
    // Half of the requests are in each zone, and one zone has two servers.
    assert!((value(&results, "service.stock", "share.3") - 0.5).abs() < 0.01);
    assert!((value(&results, "service.stock", "share.1") - 0.25).abs() < 0.01);
    let call = value(&results, "call.web>stock", "response.mean");
    assert!((call - 0.003).abs() < 1e-9, "{call}");
}
