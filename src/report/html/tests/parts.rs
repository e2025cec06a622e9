//! Tables and charts of stores, calls, hops, incidents and years: their numbers are those of the document.

use serde_json::Value;

use super::{RUN, data, origin, page, within};
use crate::{
    experiment::{
        Results,
        loads::StoreLoads,
        performability::{Fare, Performability, YearInState, YearOfWorkload},
        results::Unit,
    },
    report::{
        fixture::{self, measure, with},
        html::run,
    },
    theory::catalogue::JACKSON,
};

/// A store with two nodes and three shards that is asked for both, and may lose data.
fn store() -> Results {
    let mut results = fixture::web_tier();
    let of = "store.orders";
    let loss = measure(of, "durability.loss", Unit::Share, 5e-9, 1e-9);
    results.measures.extend([
        measure(of, "available.read", Unit::Share, 0.999_99, 0.000_001),
        measure(of, "available.write", Unit::Share, 0.999, 0.000_1),
        with(
            measure(of, "read.mean", Unit::Seconds, 0.004, 0.000_1),
            &JACKSON,
            0.003_9,
        ),
        measure(of, "read.p99", Unit::Seconds, 0.02, 0.001),
        measure(of, "write.mean", Unit::Seconds, 0.006, 0.000_1),
        with(loss, &JACKSON, 4e-9),
        measure(
            "call.web>orders.read",
            "response.mean",
            Unit::Seconds,
            0.004,
            0.000_1,
        ),
        measure("call.web>orders.read", "throughput", Unit::PerSecond, 120.0, 1.0),
        measure("replica.orders.read", "response.mean", Unit::Seconds, 0.05, 0.001),
    ]);
    results.stores = vec![StoreLoads {
        of: of.to_owned(),
        nodes: vec![1.25, 0.75],
        shards: vec![1.5, 1.0, 0.5],
        by_age: vec![(0.0, 100, 40), (0.001, 30, 10), (0.002, 70, 10)],
        theory: vec![(0.0, 0.5), (0.001, 0.3), (0.002, 0.1)],
    }];
    results
}

fn year() -> Results {
    let fare = |availability, of_the_loss| Fare {
        availability,
        p99: Some(0.25),
        of_the_loss,
    };
    let state = |name: &str, share: f64, fare| YearInState {
        name: name.to_owned(),
        share,
        visits: 3.5,
        lasts: 7_200.0,
        overloaded: 0,
        workloads: vec![fare],
    };
    Results {
        performability: Some(Performability {
            years: 400.0,
            cut: 1e-7,
            workloads: vec![YearOfWorkload {
                of: "workload.shoppers".to_owned(),
                availability: Some(0.999_98),
                interval: Some((0.999_97, 0.999_99)),
                p50: Some(0.01),
                p99: Some(0.26),
            }],
            states: vec![
                state("all well", 0.99, fare(Some(1.0), Some(0.0))),
                state("1 crashed", 0.01, fare(Some(0.998), Some(1.0))),
            ],
        }),
        ..fixture::web_tier()
    }
}

/// Checks every cell that tells where its number stands in the document; returns how many there are.
fn traced(page: &str) -> usize {
    let document = data(page, "document");
    let mut count = 0;
    for tag in page.split('<').filter(|tag| tag.contains(" data-from=\"")) {
        let tag = tag.split('>').next().unwrap();
        let place = within(tag, "data-from=\"", "\"");
        let mut told = &document;
        for key in place.split('.') {
            let index = key.parse::<usize>().ok().filter(|_| told.is_array());
            told = index.map_or_else(|| &told[key], |at| &told[at]);
        }
        let told = if told.is_object() { &told["value"] } else { told };
        let here = tag
            .contains(" data-v=\"")
            .then(|| within(tag, " data-v=\"", "\"").parse::<f64>().unwrap());
        assert_eq!(here, told.as_f64(), "{place}");
        count += 1;
    }
    count
}

fn figure(page: &str, id: &str) -> Value {
    let figures = data(page, "chart-data")["figures"].clone();
    let figures = figures.as_array().unwrap().clone();
    let found = figures.into_iter().find(|figure| figure["id"] == id);
    found.unwrap_or_else(|| panic!("no {id}"))
}

fn numbers(line: &Value, key: &str) -> Vec<f64> {
    let values = line[key].as_array().unwrap();
    values
        .iter()
        .map(|value| value.as_f64().unwrap_or(f64::NAN))
        .collect()
}

#[test]
fn cells_hold_the_numbers_of_the_document() {
    for (results, least) in [
        (fixture::graph(), 18),
        (fixture::drill(), 40),
        (store(), 3),
        (year(), 14),
    ] {
        let page = page(&results, &origin());
        let count = traced(&page);
        assert!(least <= count, "{count} of {least}");
        assert!(!page.contains("<pre tabindex"), "what can be a table is one");
    }
    let page = page(&fixture::graph(), &origin());
    let table = within(&page, "<table id=\"hops-table-0\"", "</table>");
    assert!(
        table.contains("<tr data-more><th scope=\"row\">shop&gt;prices</th>"),
        "{table}"
    );
    let sum = within(table, "<tfoot>", "</tfoot>");
    assert!(sum.contains("in all") && sum.contains("20.1 ms"), "{sum}");
}

#[test]
fn the_chart_of_operations_has_a_row_for_each_and_a_view_for_each_measure() {
    let page = page(&store(), &origin());
    let chart = figure(&page, "operations");
    assert_eq!(
        chart["x"]["names"],
        serde_json::json!(["orders: read", "orders: write"])
    );
    let views = chart["panels"][0]["views"].as_array().unwrap();
    let names: Vec<&str> = views.iter().map(|view| view["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["mean", "p99", "available"]);
    assert_eq!(numbers(&views[0]["lines"][0], "y"), [0.004, 0.006]);
    assert!((numbers(&views[0]["lines"][0], "high")[1] - 0.006_1).abs() < 1e-9);
    assert_eq!(views[0]["lines"][1]["theory"], true);
    assert_eq!(numbers(&views[0]["lines"][1], "y")[0], 0.003_9);
    let calls = figure(&page, "calls-chart");
    assert_eq!(
        calls["x"]["names"],
        serde_json::json!(["web>orders.read", "orders.read at replicas"])
    );
    assert_eq!(
        numbers(&calls["panels"][0]["views"][0]["lines"][0], "y"),
        [0.004, 0.05]
    );
}

#[test]
fn charts_of_stores_show_their_load_their_freshness_and_their_losses() {
    let page = page(&store(), &origin());
    let first = |id: &str| figure(&page, id)["panels"][0]["views"][0]["lines"].clone();
    let loads = first("store-loads");
    assert_eq!(numbers(&loads[0], "y"), [1.25, 0.75]);
    assert_eq!(numbers(&loads[0], "x"), [0.25, 0.75]);
    assert_eq!(numbers(&loads[1], "y"), [1.5, 1.0, 0.5]);
    // The thirty reads of the second age are too few for a point of their own.
    let fresh = first("freshness");
    assert_eq!(numbers(&fresh[0], "y"), [0.6, 0.8]);
    assert_eq!(numbers(&fresh[0], "x"), [1e-6, 0.002]);
    assert_eq!(numbers(&fresh[1], "y"), [0.5, 0.7, 0.9]);
    let lost = first("durability");
    let (years, value, high) = (
        numbers(&lost[0], "x"),
        numbers(&lost[0], "y"),
        numbers(&lost[0], "high"),
    );
    let last = years.len() - 1;
    assert_eq!((years[0], years[last]), (1.0, 100.0));
    assert!((value[0] / 5e-9 - 1.0).abs() < 1e-6 && (value[last] / 5e-7 - 1.0).abs() < 1e-6);
    assert!((high[0] / 6e-9 - 1.0).abs() < 1e-6);
    assert_eq!(lost[1]["theory"], true);
}

#[test]
fn the_charts_of_incidents_and_of_a_year_have_a_row_for_each() {
    let drill = fixture::drill();
    let chart = figure(&page(&drill, &origin()), "incidents-chart");
    let names = chart["x"]["names"].as_array().unwrap();
    assert_eq!((names[0].as_str(), names.len()), (Some("hang zone:a, 15 min"), 8));
    let failed = &chart["panels"][0]["views"][0];
    assert_eq!(failed["name"], "failed");
    assert_eq!(numbers(&failed["lines"][0], "y")[0], 2_310.0);
    assert_eq!(numbers(&failed["lines"][0], "low")[0], 2_270.0);
    let page = String::from_utf8(run(&year(), &RUN, &origin())).unwrap();
    let chart = figure(&page, "year-0");
    assert_eq!(chart["x"]["names"], serde_json::json!(["1 crashed", "all well"]));
    let table = within(&page, "<table id=\"year-table-0\"", "</table>");
    assert!(
        within(table, "<tfoot>", "</tfoot>").contains("the whole year"),
        "{table}"
    );
}
