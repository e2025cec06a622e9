//! Values that nobody knows exactly: how they are written, where they stand, and how they are drawn.

use statrs::function::erf::erf;

use super::*;
use crate::{config::Family, rng::Seed, scenario::from_str};

const SHOP: &str = r#"
[run]
duration = "60 s"
[[workload]]
name = "clients"
to = "web"
arrivals = { process = "poisson", rate = { between = ["40 /s", "80 /s"] } }
[[service]]
name = "web"
servers = { between = [2, 4] }
work = { distribution = "exponential", mean = { between = ["5 ms", "20 ms"], likely = "8 ms" } }
"#;

#[test]
fn an_uncertain_value_stands_at_its_middle_and_can_be_changed_like_any() {
    let load = |text: &str, changes: &[Override]| {
        let loaded = from_str("shop", text, changes);
        loaded.unwrap_or_else(|error| panic!("{error}")).scenario
    };
    let scenario = load(SHOP, &[]);
    let paths: Vec<&str> = scenario.inputs.iter().map(|input| input.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "workload.clients.arrivals.rate",
            "service.web.servers",
            "service.web.work.mean"
        ]
    );
    assert_eq!(
        scenario.deployment.workloads[0].arrivals.nature.rate(),
        Some(60.0)
    );
    assert_eq!(scenario.deployment.services[0].servers(), 3);
    let change = scenario.inputs[0].change(70.0);
    let changed = load(SHOP, &[change]);
    assert_eq!(changed.deployment.workloads[0].arrivals.nature.rate(), Some(70.0));
    assert_eq!(changed.inputs.len(), 2, "what is given is certain");
}

#[test]
fn values_are_spread_as_they_are_likely() {
    let between = |likely| Input {
        path: String::new(),
        spread: Spread::Between {
            low: 5.0,
            high: 20.0,
            likely,
        },
        suffix: String::new(),
        whole: false,
    };
    let (flat, peaked) = (between(None), between(Some(8.0)));
    assert_eq!([0.0, 0.2, 1.0].map(|share| flat.at(share)), [5.0, 8.0, 20.0]);
    // A triangle has a fifth of its area left of 8, and its mean is that of its corners.
    assert!((peaked.at(0.2) - 8.0).abs() < 1e-12 && peaked.at(0.0) == 5.0 && peaked.at(1.0) == 20.0);
    let mean: f64 = (0..10_000)
        .map(|at| peaked.at((f64::from(at) + 0.5) / 1e4))
        .sum::<f64>()
        / 1e4;
    assert!((mean - 11.0).abs() < 1e-3, "{mean}");
    let whole = Input { whole: true, ..flat };
    let shares = (0..1_600).map(|at| whole.at((f64::from(at) + 0.5) / 1_600.0));
    let mut counts = [0; 26];
    shares.for_each(|value| counts[value as usize] += 1);
    assert!(counts[..5] == [0; 5] && counts[5..21] == [100; 16], "{counts:?}");
}

#[test]
fn what_is_wrong_with_an_uncertain_value_is_said() {
    for (value, expected) in [
        (
            "{ between = [\"80 /s\", \"40 /s\"] }",
            "the second of these is no larger number of the same unit",
        ),
        (
            "{ between = [\"40 /s\"] }",
            "an uncertain value lies between two others",
        ),
        (
            "{ between = [\"40 /s\", \"80 /min\"] }",
            "no larger number of the same unit",
        ),
        (
            "{ between = [\"40 /s\", \"80 /s\"], likely = \"90 /s\" }",
            "this does not lie between the two",
        ),
        (
            "{ between = [\"40 /s\", \"80 /s\"], mode = 1 }",
            "`mode` is nothing of an uncertain value",
        ),
        (
            "{ uncertain = \"40 /s\" }",
            "expected a distribution, found a text",
        ),
        (
            "{ uncertain = { distribution = \"lognormall\", mean = \"40 /s\", cv = 1 } }",
            "did you mean `lognormal`?",
        ),
        (
            "{ uncertain = { distribution = \"uniform\", low = \"40 /s\", high = \"80 /min\" } }",
            "this has another unit than the one before it",
        ),
        (
            "{ uncertain = { distribution = \"uniform\", low = \"-40 /s\", high = \"80 /s\" } }",
            "distributions are of numbers that are never negative",
        ),
        (
            "{ uncertain = { distribution = \"uniform\", low = \"few\", high = \"80 /s\" } }",
            "this is no number, with or without a unit",
        ),
        (
            "{ uncertain = { distribution = \"exponential\", mean = \"40 /s\" }, unit = \"/s\" }",
            "`unit` is for numbers in a file",
        ),
        (
            "{ uncertain = { distribution = \"exponential\", mean = 40 } }",
            "a bare number",
        ),
    ] {
        let text = SHOP.replace("{ between = [\"40 /s\", \"80 /s\"] }", value);
        let error = from_str("shop", &text, &[]).unwrap_err().to_string();
        assert!(error.contains(expected), "{value}: {error}");
        assert!(error.contains("1 mistake in shop"), "{error}");
    }
}

/// Returns the uncertain rate of the shop.
fn rate(written: &str) -> Input {
    let text = SHOP.replace("{ between = [\"40 /s\", \"80 /s\"] }", written);
    let change = Override::new("run.allow_overload", "true");
    let loaded = from_str("shop", &text, &[change]);
    let scenario = loaded
        .unwrap_or_else(|error| panic!("{written}: {error}"))
        .scenario;
    scenario.inputs[0].clone()
}

/// Returns the largest distance of the distribution of draws from another (Kolmogorov and Smirnov), times the root of their number:
/// above 1.95 once in a thousand times where the two are the same.
fn distance(input: &Input, cdf: impl Fn(f64) -> f64) -> f64 {
    let mut stream = Seed(7).replication(0).stream("draws");
    let mut drawn: Vec<f64> = (0..4_000).map(|_| input.draw(&mut stream)).collect();
    drawn.sort_by(f64::total_cmp);
    let share = |at: usize| (at + 1) as f64 / drawn.len() as f64;
    // Of values that are drawn several times, the last tells the share of all that are no larger.
    let last = |&(at, value): &(usize, &f64)| drawn.get(at + 1).is_none_or(|next| value < next);
    let gaps = drawn.iter().enumerate().filter(last);
    let largest = gaps.map(|(at, &value)| (share(at) - cdf(value)).abs());
    largest.fold(0.0, f64::max) * (drawn.len() as f64).sqrt()
}

#[test]
fn draws_follow_the_distribution_that_is_named() {
    let input = rate("{ uncertain = { distribution = \"lognormal\", mean = \"60 /s\", cv = 0.2 } }");
    assert_eq!(input.words(), "lognormal, mean = 60 /s, cv = 0.2");
    let lognormal = |cv: f64| {
        let variance = (1.0 + cv * cv).ln();
        let middle = 60_f64.ln() - variance / 2.0;
        move |x: f64| 0.5 * (1.0 + erf((x.ln() - middle) / (2.0 * variance).sqrt()))
    };
    let (right, wrong) = (
        distance(&input, lognormal(0.2)),
        distance(&input, lognormal(0.22)),
    );
    assert!(right < 1.95, "{right}");
    assert!(1.95 < wrong, "{wrong} would also be a wider one");
    assert!(
        (lognormal(0.2)(input.middle()) - 0.5).abs() < 1e-4,
        "{}",
        input.middle()
    );
}

/// The examples of the reference are of times; the same numbers are as good for rates.
#[test]
fn a_value_may_follow_any_distribution_that_times_may() {
    for entry in Dist::entries() {
        let table = format!("{{ distribution = \"{}\", {} }}", entry.name, entry.example);
        let node = parse_value(&table, 0).unwrap();
        let times = crate::config::Value::read(&node, &Problems::default());
        let times: Dist = times.unwrap_or_else(|| panic!("{table}"));
        let (unit, seconds) = if table.contains(" d\"") {
            (" d\"", 86_400.0)
        } else {
            (" ms\"", 1e-3)
        };
        let numbers = table.replace("\"10 s\"", "\"10000 ms\"").replace(unit, " /s\"");
        let input = rate(&format!("{{ uncertain = {numbers} }}"));
        let gap = distance(&input, |rate| times.cdf(rate * seconds * (1.0 + 1e-9)));
        assert!(gap < 1.95, "{}: {gap}", entry.name);
        if !times.is_constant() {
            let gap = distance(&input, |rate| times.cdf(rate * seconds * 0.9));
            assert!(
                1.95 < gap,
                "{} would also be one a tenth wider: {gap}",
                entry.name
            );
        }
    }
}

#[test]
fn numbers_far_from_one_are_as_exact_as_others() {
    for (numbers, mean) in [
        ("low = 2e-9, high = 4e-9", 3e-9),
        ("low = 2e15, high = 4e15", 3e15),
    ] {
        let text = format!("uncertain = {{ distribution = \"uniform\", {numbers} }}");
        let problems = Problems::default();
        let node = crate::config::parse(&text, 0, &problems);
        let input = read::read("x", &node, Some(&Shape::Number), &problems).unwrap();
        assert!((input.middle() / mean - 1.0).abs() < 1e-5, "{input:?}");
    }
}

#[test]
fn whole_numbers_are_drawn_where_only_they_make_sense() {
    let read = |servers: &str, cv: &str| {
        let text = SHOP.replace("{ between = [2, 4] }", servers).replace(
            "distribution = \"exponential\", mean",
            &format!("distribution = \"lognormal\", cv = {cv}, mean"),
        );
        let loaded = from_str("shop", &text, &[]).unwrap_or_else(|error| panic!("{error}"));
        let inputs = loaded.scenario.inputs;
        let find = |path: &str| inputs.iter().find(|input| input.path == path).unwrap().whole;
        (find("service.web.servers"), find("service.web.work.cv"))
    };
    let uniform = |low: &str, high: &str| {
        format!("{{ uncertain = {{ distribution = \"uniform\", low = {low}, high = {high} }} }}")
    };
    assert_eq!(
        read("{ between = [2, 4] }", "{ between = [1, 3] }"),
        (true, false)
    );
    assert_eq!(read(&uniform("2", "6.5"), &uniform("1", "3")), (true, false));
    let text = SHOP.replace("between = [2, 4]", "between = [2.5, 4]");
    let error = from_str("shop", &text, &[]).unwrap_err().to_string();
    assert!(error.contains("only whole numbers make sense here"), "{error}");
}

#[test]
fn values_of_a_file_may_be_drawn_and_say_their_unit_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rates.csv"), "value\n50\n60\n70\n").unwrap();
    let file = "uncertain = { distribution = \"empirical\", file = \"rates.csv\" }";
    let load = |rate: &str| {
        let path = folder.path().join("shop.toml");
        let text = SHOP.replace("between = [\"40 /s\", \"80 /s\"]", rate);
        std::fs::write(&path, text).unwrap();
        crate::scenario::load(&path, &[])
    };
    let loaded = load(&format!("{file}, unit = \"/s\"")).unwrap_or_else(|error| panic!("{error}"));
    let input = &loaded.scenario.inputs[0];
    assert_eq!(input.write(input.middle()), "60/s");
    let error = load(file).unwrap_err().to_string();
    assert!(error.contains("the numbers in the file have no unit"), "{error}");
}
