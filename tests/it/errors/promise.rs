//! Mistakes in what clients do with a store, and in what it promises them.

use super::{store::with, told};

/// The service is no part of what clients do with the store beside it.
#[test]
fn clients_may_use_a_store_beside_a_service_and_bring_no_work_of_their_own() {
    let service = "\n[[service]]\nname = \"web\"\nservers = 1\nwork = \"1 ms\"\n[[service.call]]\nto = \"orders\"\noperation = \"read\"\n";
    let text = promising("{}") + service;
    let told_of = told(&text, &[]);
    assert!(
        told_of.contains("nothing is sent to service `web`") && !told_of.contains("error"),
        "{told_of}"
    );
    let worked = told(
        &text.replace(
            "operation = \"read\"\narrivals",
            "operation = \"read\"\nwork = \"1 ms\"\npatience = \"1 s\"\narrivals",
        ),
        &[],
    );
    for field in ["work", "patience"] {
        let warning = format!("warning: `{field}` means nothing to the operations of store `orders`");
        assert!(worked.contains(&warning), "{worked}");
    }
}

/// A store that is read, with these objectives.
fn promising(slo: &str) -> String {
    let work = "work = \"2 ms\"";
    format!(
        "[run]\nduration = \"10 s\"\n\n[[workload]]\nname = \"a\"\nto = \"orders\"\noperation = \"read\"\n\
         arrivals = {{ process = \"poisson\", rate = \"9 /s\" }}\n\n[[store]]\nname = \"orders\"\nnodes = 6\nshards = 64\n\
         read = {{ {work} }}\nwrite = {{ {work} }}\nslo = {slo}\n"
    )
}

#[test]
fn a_store_promises_what_is_measured_of_it() {
    let told_of = |slo: &str| told(&promising(slo), &[]);
    assert_eq!(
        told_of("{ \"read.p99\" = \"20 ms\", available.write = \"99 %\" }"),
        ""
    );
    let unknown = told_of("{ \"response.p99\" = \"20 ms\" }");
    assert!(
        unknown.contains("`response.p99` is no measure that can be promised"),
        "{unknown}"
    );
    let unmeasured = told_of("{ \"staleness.stale\" = \"1 %\" }");
    assert!(
        unmeasured.contains("`staleness.stale` is not measured"),
        "{unmeasured}"
    );
    let unit = told_of("{ \"read.p99\" = \"20 %\", \"available.read\" = \"1 s\" }");
    assert!(unit.contains("2 mistakes"), "{unit}");
    let nobody = told(&with("slo = { \"read.p99\" = \"20 ms\" }"), &[]);
    assert!(
        nobody.contains("there are no operations to promise anything of"),
        "{nobody}"
    );
}
