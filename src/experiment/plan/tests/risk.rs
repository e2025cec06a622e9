//! Plans whose inputs are uncertain: how likely it is to miss an objective follows from where each pool breaks.

use super::*;

/// Anything from 400 to 1200 /s may come.
fn uncertain(servers: &str) -> String {
    POOL.replace("\"750 /s\"", "{ between = [\"400 /s\", \"1200 /s\"] }")
        .replace("60 s", "15 s")
        .replace("warmup = \"10 s\"", "warmup = \"3 s\"")
        .replace("1..40", servers)
        .replace("[plan]", "[plan]\nrisk = \"20 %\"")
}

/// Returns the load at which the mean wait of so many servers is 2 ms.
fn breaks_at(servers: u32) -> f64 {
    let does = |rate: f64| Mmc::new(servers, rate, 100.0).is_ok_and(|pool| pool.mean_wait() <= 0.002);
    let (mut low, mut high) = (1.0, 100.0 * f64::from(servers));
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if does(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// Returns how likely so many servers are to be too few.
fn odds(servers: u32) -> f64 {
    ((1_200.0 - breaks_at(servers)) / 800.0).clamp(0.0, 1.0)
}

#[test]
fn the_cheapest_is_the_one_whose_risk_is_allowed() {
    let wanted = (4..20).find(|&servers| odds(servers) <= 0.2).unwrap();
    assert!(
        odds(wanted) < 0.17 && 0.23 < odds(wanted - 1),
        "{} {}",
        odds(wanted),
        odds(wanted - 1)
    );
    let plan = planned(&uncertain("6..20").replace("[plan]", "[plan]\ndraws = 1600"));
    assert_eq!(servers(&plan), Some(f64::from(wanted)));
    assert_eq!(
        plan.uncertain,
        ["workload.clients.arrivals.rate from 400 /s to 1200 /s"]
    );
    let mut told = 0;
    for candidate in &plan.candidates {
        let Some(risk) = candidate.risk else { continue };
        let servers: u32 = candidate.values[0].parse().unwrap();
        let exact = odds(servers);
        // Short runs blur where a pool breaks, by a few per cent of the load.
        assert!(
            risk.low - 0.03 <= exact && exact <= risk.high + 0.03,
            "{servers}: {exact} and {risk:?}"
        );
        told += 1;
    }
    assert!(2 <= told);
    // With so many times the load a fifth of all rates is beyond where the pool breaks.
    let growth = plan.growth.unwrap();
    let exact = |servers: u32| breaks_at(servers) / (400.0 + 0.8 * 800.0);
    assert!(
        (growth.met - exact(wanted)).abs() < 0.04,
        "{growth:?} and {}",
        exact(wanted)
    );
    let Next::Step(step) = growth.next else {
        panic!("there are larger pools")
    };
    let next: u32 = step.values[0].parse().unwrap();
    let beyond = growth.missed.unwrap();
    assert!(wanted < next && beyond < exact(next) + 0.04, "{step:?}");
    assert!(next == wanted + 1 || exact(next - 1) < beyond + 0.04, "{step:?}");
}

/// The density of a lognormal rate, integrated from where each pool breaks (Simpson's rule).
#[test]
fn the_risk_is_that_of_the_distribution_an_input_follows() {
    let beyond = |rate: f64, cv: f64| {
        let variance = (1.0 + cv * cv).ln();
        let middle = 750_f64.ln() - variance / 2.0;
        let density = |x: f64| (-(x - middle).powi(2) / (2.0 * variance)).exp();
        let (from, to) = (rate.ln(), middle + 9.0 * variance.sqrt());
        let step = (to - from) / 1_000.0;
        let inner: f64 = (1..1_000)
            .map(|at| density(from + f64::from(at) * step) * if at % 2 == 1 { 4.0 } else { 2.0 })
            .sum();
        let whole = (density(from) + inner + density(to)) * step / 3.0;
        whole / (2.0 * std::f64::consts::PI * variance).sqrt()
    };
    let lognormal = "{ uncertain = { distribution = \"lognormal\", mean = \"750 /s\", cv = 0.25 } }";
    let text = uncertain("8..14").replace("{ between = [\"400 /s\", \"1200 /s\"] }", lognormal);
    let plan = planned(&text);
    assert_eq!(
        plan.uncertain,
        ["workload.clients.arrivals.rate lognormal, mean = 750 /s, cv = 0.25"]
    );
    assert_eq!(plan.notes, [""; 0]);
    let mut told = 0;
    for candidate in &plan.candidates {
        let Some(risk) = candidate.risk else { continue };
        let servers: u32 = candidate.values[0].parse().unwrap();
        let covers = |exact: f64| risk.low - 0.02 <= exact && exact <= risk.high + 0.02;
        let (exact, decoy) = (beyond(breaks_at(servers), 0.25), beyond(breaks_at(servers), 0.6));
        assert!(covers(exact), "{servers}: {exact} and {risk:?}");
        told += usize::from(!covers(decoy));
    }
    assert!(0 < told, "a much wider distribution would do as well");
}

/// Almost half of all draws are more than can be had, and each candidate sees the same of those that are left.
#[test]
fn draws_that_make_no_sense_are_drawn_again_and_told_of() {
    let text = uncertain("8..14").replace(
        "queue = { at = \"balancer\" }",
        "queue = { at = \"balancer\", capacity = { uncertain = { distribution = \"uniform\", low = 0, high = 8e9 } } }",
    );
    let plan = planned(&text);
    let note = plan.notes.first().map_or("", |note| note.as_str());
    assert!(note.starts_with("inputs were drawn again "), "{note:?}");
    let times: f64 = note.split(' ').nth(4).unwrap().parse().unwrap();
    let runs: f64 = note.split(' ').nth(7).unwrap().parse().unwrap();
    assert!((0.7..1.4).contains(&(times / runs)), "{note}");
}

#[test]
fn what_varies_may_be_uncertain_itself() {
    let text = uncertain("8..14")
        .replace("{ between = [\"400 /s\", \"1200 /s\"] }", "\"750 /s\"")
        .replace(
            "vary = {",
            "vary = { \"service.web.work.mean\" = [\"10 ms\", { between = [\"9 ms\", \"12 ms\"] }],",
        );
    let plan = planned(&text);
    assert_eq!(plan.uncertain, ["service.web.work.mean from 9 ms to 12 ms"]);
    assert!(plan.candidates.iter().filter(|one| one.risk.is_some()).count() > 1);
}
