//! Services whose requests wait for several others at once, against the formulas of fork–join.

use plimsoll::{
    rng::Seed,
    scenario::{RunPlan, Scenario},
};

use crate::{
    graphs::{read, told},
    theory::{agree, simulate},
};

/// A service that splits requests into parts for equal single servers.
fn split(parts: usize) -> String {
    let call = |at| format!("  [[service.call]]\n  to = \"part-{at}\"\n");
    let part = |at| {
        let work = "work = { distribution = \"exponential\", mean = \"2 ms\" }";
        format!("[[service]]\nname = \"part-{at}\"\nservers = 1\n{work}\nbalancer = \"random\"\n")
    };
    let calls: String = (1..=parts).map(call).collect();
    let services: String = (1..=parts).map(part).collect();
    let web = "[[service]]\nname = \"web\"\nservers = 1\nslots = 2\nwork = { distribution = \"exponential\", mean = \"1 ms\" }\n\
               balancer = \"random\"\nslot_during_calls = \"released\"\n";
    format!("{web}{calls}{services}")
}

#[test]
fn requests_that_are_split_take_as_long_as_their_formulas_say() {
    let formula = |name: &str| match name {
        "workload.a.response.mean" => "fork–join of two",
        _ => "open network, Jackson",
    };
    let measures = ["workload.a.response.mean", "call.web>part-1.response.mean"];
    let two = |rate| Scenario {
        run: RunPlan {
            seed: Seed(1984),
            ..read(&split(2), rate, 400).run
        },
        ..read(&split(2), rate, 400)
    };
    agree(two, 300.0, formula, &measures);
    let results = simulate(&read(&split(5), 300.0, 60));
    let mean = results.find("workload.a", "response.mean").unwrap();
    let theory = &mean.theory[0];
    assert_eq!(theory.formula.name, "fork–join, Nelson–Tantawi");
    let apart = mean.value.unwrap() / theory.value - 1.0;
    assert!(apart.abs() < 0.03, "{apart}");
    // One server that is faster is no equal part.
    let unequal = split(2).replacen("mean = \"2 ms\"", "mean = \"1 ms\"", 1);
    let told = told(&unequal, "workload.a", "response.mean");
    assert_eq!(told, "calls that go out together, or are not waited for");
}
