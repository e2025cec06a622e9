//! What stands on pages, without a browser.

mod looks;
mod parts;

use serde_json::Value;

use super::*;
use crate::{
    experiment::{Results, baseline::against},
    report::{Invocation, baseline, fixture, json},
};

const RUN: Invocation<'_> = Invocation {
    command: "run",
    wall_seconds: 1.4,
    origin: None,
};

fn origin() -> Origin {
    Origin {
        command: "plimsoll run web-tier.toml --html".to_owned(),
        scenarios: vec![("web-tier.toml".to_owned(), "[run]\nseed = 42\n".to_owned())],
    }
}

fn page(results: &Results, origin: &Origin) -> String {
    String::from_utf8(run(results, &RUN, origin)).unwrap()
}

/// What stands in the element that begins with this.
fn within<'a>(page: &'a str, begin: &str, end: &str) -> &'a str {
    let (_, rest) = page.split_once(begin).unwrap_or_else(|| panic!("no {begin}"));
    rest.split_once(end).unwrap().0
}

fn data(page: &str, id: &str) -> Value {
    let begin = format!("<script type=\"application/json\" id=\"{id}\">");
    serde_json::from_str(within(page, &begin, "</script>")).unwrap()
}

/// Everything that could make a browser fetch something.
fn assert_loads_nothing(page: &str) {
    assert!(page.contains(
        "content=\"default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:\""
    ));
    for word in [
        "src=",
        "<link",
        "@import",
        "url(",
        "fetch(",
        "XMLHttpRequest",
        "<iframe",
        "<img",
    ] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn a_page_holds_the_document_the_scenario_and_the_command() {
    let results = fixture::web_tier();
    let page = page(&results, &origin());
    assert_loads_nothing(&page);
    let document: Value = serde_json::from_str(&json::run(&results, &RUN)).unwrap();
    assert_eq!(data(&page, "document"), document);
    assert_eq!(
        within(&page, "<pre id=\"command\" tabindex=\"0\">", "</pre>"),
        "plimsoll run web-tier.toml --html"
    );
    assert!(page.contains("<pre class=\"scenario\" tabindex=\"0\">[run]\nseed = 42</pre>"));
    for text in [
        "✓ all 2 objectives are met",
        "52.0 ms, 2.3 × to spare",
        "15.21 ms ± 0.04",
        "M/M/c ≈",
    ] {
        assert!(page.contains(text), "{text}");
    }
    for measure in document["measures"].as_array().unwrap() {
        let place = format!(
            "data-of=\"{}\" data-measure=\"{}\">",
            measure["of"].as_str().unwrap(),
            measure["measure"].as_str().unwrap()
        );
        let row = within(&page, &place, "</tr>");
        let value = format!("data-v=\"{}\"", measure["value"].as_f64().unwrap());
        assert!(row.contains(&value), "{row}");
    }
}

#[test]
fn charts_show_what_was_measured() {
    let page = page(&fixture::web_tier(), &origin());
    let figures = data(&page, "chart-data")["figures"].clone();
    let ids: Vec<&str> = figures
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["response", "timeline"]);
    for id in ids {
        assert!(page.contains(&format!("<figure id=\"{id}\">")));
    }
    let slowest = &figures[0]["panels"][0]["views"][0]["lines"][0];
    let shares: Vec<f64> = slowest["y"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_f64)
        .collect();
    assert!(
        10 < shares.len() && shares.is_sorted_by(|a, b| a >= b),
        "{shares:?}"
    );
    assert_eq!(figures[0]["marks"][0]["label"], "p99 ≤ 120 ms");
    let over_time = figures[1]["panels"].as_array().unwrap();
    let response = over_time
        .iter()
        .find(|panel| panel["title"] == "response time")
        .unwrap();
    let views: Vec<&str> = response["views"]
        .as_array()
        .unwrap()
        .iter()
        .map(|view| view["name"].as_str().unwrap())
        .collect();
    assert_eq!(views, ["all", "p99", "p95", "median", "mean"]);
}

#[test]
fn nothing_that_a_scenario_says_gets_out_of_its_place() {
    let nasty = "</script></pre></title><script>alert(1)</script><!--<img src=x onerror=alert(1)>\"'&";
    let mut results = fixture::web_tier();
    results.scenario = nasty.to_owned();
    results.description = nasty.to_owned();
    results.notes = vec![nasty.to_owned()];
    for measure in &mut results.measures {
        measure.of = format!("workload.{nasty}");
    }
    for verdict in &mut results.verdicts {
        verdict.of = format!("workload.{nasty}");
    }
    results.distributions[0].of = format!("workload.{nasty}");
    results.timeline[0].of = format!("workload.{nasty}");
    let origin = Origin {
        command: nasty.to_owned(),
        scenarios: vec![(nasty.to_owned(), nasty.to_owned())],
    };
    let tame = page(&fixture::web_tier(), &self::origin());
    let page = page(&results, &origin);
    for tag in ["<script", "</script", "<pre", "</pre", "</title", "<!--", "<img"] {
        assert_eq!(page.matches(tag).count(), tame.matches(tag).count(), "{tag}");
    }
    assert_eq!(data(&page, "document")["scenario"], nasty);
}

#[test]
fn a_baseline_has_a_table_of_what_changed() {
    let mut results = fixture::web_tier();
    let kept = baseline::read(&json::run(&results, &RUN), "web-tier").unwrap();
    let p99 = results
        .measures
        .iter_mut()
        .find(|one| one.name == "response.p99")
        .unwrap();
    (p99.value, p99.low, p99.high) = (Some(0.073), Some(0.072_7), Some(0.073_3));
    results.baseline = Some(against(&results, &kept, 0.0));
    let page = page(&results, &origin());
    assert!(
        page.contains("<p class=\"verdict bad\">✓ all 2 objectives are met; ✗ worse than the baseline</p>")
    );
    let changes = within(&page, "<table id=\"changes\"", "</table>");
    assert!(
        changes.contains(">+40 % (+39 to +42)</td><td class=\"bad\">✗ worse</td>"),
        "{changes}"
    );
}

#[test]
fn years_and_graphs_have_pages_too() {
    for results in [fixture::graph(), fixture::drill()] {
        let page = page(&results, &origin());
        assert_loads_nothing(&page);
        assert!(page.contains("<table id=\"all-measures\""));
    }
    let graph = page(&fixture::graph(), &origin());
    assert!(graph.contains("<h2 id=\"hops-title\">Where the time goes</h2>"));
}

#[test]
fn a_comparison_ranks_its_variants_and_has_a_row_for_each() {
    let comparison = fixture::comparison();
    let invocation = Invocation {
        command: "compare",
        ..RUN
    };
    let page = String::from_utf8(compare(&comparison, &invocation, &origin())).unwrap();
    assert_loads_nothing(&page);
    let document: Value = serde_json::from_str(&json::compare(&comparison, &invocation)).unwrap();
    assert_eq!(data(&page, "document"), document);
    let table = within(&page, "<table id=\"variants\"", "</table>");
    for variant in &comparison.variants {
        assert!(
            table.contains(&format!("data-variant=\"{}\"", variant.label)),
            "{table}"
        );
    }
    assert!(table.contains(">best</td>"), "{table}");
    let sets = within(&page, "<table id=\"all-sets\"", "</table>");
    assert!(
        sets.contains("<td>least-connections</td><td>join-idle-queue</td><td>power-of-d</td><td>–</td>"),
        "{sets}"
    );
    let chart = &data(&page, "chart-data")["figures"][0];
    let names: Vec<&str> = chart["x"]["names"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    assert_eq!(names.len(), comparison.variants.len());
    let line = &chart["panels"][0]["views"][0]["lines"][0];
    let best = comparison.variants[0]
        .results
        .find(&comparison.ranking().by.of, &comparison.ranking().by.measure)
        .unwrap();
    assert_eq!(line["y"][0].as_f64(), best.value);
}

#[test]
fn a_plane_has_a_map_a_table_of_it_and_its_load_line() {
    let plane = fixture::plane();
    let invocation = Invocation {
        command: "sweep",
        ..RUN
    };
    let page = String::from_utf8(sweep(&plane, &invocation, &origin()).unwrap()).unwrap();
    assert_loads_nothing(&page);
    let map = within(&page, "<section id=\"map\"", "</section>");
    assert_eq!(
        map.matches("<svg ").count(),
        2,
        "one for a desk and one for a phone"
    );
    assert_eq!(
        map.matches("<title>rate=600/s, servers=10: response p99 11.50 ms ± 0.23</title>")
            .count(),
        2
    );
    let table = within(map, "<table id=\"plane\"", "</table>");
    assert!(
        table.contains("<td class=\"number\" data-v=\"0.0115\" data-u=\"s\">11.50 ms ± 0.23</td>"),
        "{table}"
    );
    assert!(
        table.contains(">✗ 23.0 ms ± 0.5</td>") && table.contains("too much work"),
        "{table}"
    );
    let x = &data(&page, "chart-data")["figures"][0]["x"];
    assert_eq!(
        (&x["whole"], &x["suffix"]),
        (&Value::Bool(false), &Value::from("/s"))
    );
    let limits = within(&page, "<table id=\"limits\"", "</table>");
    assert!(
        limits.contains(">up to 759.7/s (749.7/s to 769.7/s)</td>"),
        "{limits}"
    );
}

#[test]
fn the_library_ends_no_script() {
    let licence = include_str!("../../../assets/uplot/LICENSE");
    assert!(!licence.contains("*/"));
    for text in [
        licence,
        include_str!("../../../assets/uplot/uPlot.iife.min.js"),
        include_str!("charts.js"),
        include_str!("page.js"),
    ] {
        assert!(!text.contains("</") && !text.contains("<!--"));
    }
}
