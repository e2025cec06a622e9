//! Load shedding at a service's queue, where requests meet it.

use plimsoll::{
    experiment::{self, Conduct},
    scenario,
};

use super::{nanos, replayed, response_sum};

/// The first request takes 10 s, and three quick ones come meanwhile.
const TRACE: [(f64, f64); 4] = [(0.0, 10.0), (1.0, 0.5), (2.0, 0.5), (9.5, 0.5)];

#[test]
fn who_has_waited_for_too_long_is_let_go() {
    let run = |shed: &str| {
        let service = format!("servers = 1\nqueue = {{ shed = {{ {shed} }} }}");
        replayed(&TRACE, "", &service)
    };
    // At 10 s the queue has not been empty for 9 s, and who has waited for more than 1 s is let go: all but the last.
    let overload = run("policy = \"controlled-delay\", target = \"1 s\", interval = \"5 s\"");
    assert_eq!((overload.done, overload.rejected), (2, 2));
    assert_eq!(response_sum(&overload), nanos(10.0) + nanos(1.0));
    // For 20 s that would be a burst, in which they may wait for as long.
    let burst = run("policy = \"controlled-delay\", target = \"1 s\", interval = \"20 s\"");
    assert_eq!((burst.done, burst.rejected), (4, 0));
    // The delay is first seen at 10 s, and no interval of bad delays has passed by then.
    let codel = run("policy = \"codel\", target = \"1 s\", interval = \"5 s\"");
    assert_eq!((codel.done, codel.rejected), (4, 0));
}

#[test]
fn the_last_come_goes_first_when_many_wait() {
    let service = "servers = 1\nqueue = { discipline = \"adaptive-lifo\", from = 3 }";
    let record = replayed(&TRACE, "", service);
    // Three wait at 10 s: the last goes until 10.5 s, then the first until 11 s and the second until 11.5 s.
    let sum = nanos(10.0) + nanos(1.0) + nanos(10.0) + nanos(9.5);
    assert_eq!((record.done, response_sum(&record)), (4, sum));
}

/// Half as much again as one server can do; of three equal classes the last is shed, and the first is not.
#[test]
fn the_least_urgent_are_shed_first() {
    let class = |priority: u32| {
        format!(
            r#"
            [[workload]]
            name = "class-{priority}"
            to = "web"
            priority = {priority}
            arrivals = {{ process = "poisson", rate = "50 /s" }}
            "#
        )
    };
    let text = format!(
        r#"
        [run]
        duration = "60 s"
        warmup = "10 s"
        replications = 4
        {}{}{}
        [[service]]
        name = "web"
        servers = 1
        work = {{ distribution = "exponential", mean = "10 ms" }}
        queue = {{ discipline = "priority", shed = {{ policy = "priority", levels = [
            {{ waiting = 10, keep = 1 }},
            {{ waiting = 40, keep = 0 }},
        ] }} }}
        "#,
        class(0),
        class(1),
        class(2)
    );
    let loaded = scenario::from_str("classes", &text, &[]).unwrap_or_else(|error| panic!("{error}"));
    let stop = std::sync::atomic::AtomicBool::new(false);
    let conduct = Conduct::new(&stop);
    let results = experiment::run(&loaded.scenario, &conduct);
    let rejected = |class: u32| {
        let measure = results
            .find(&format!("workload.class-{class}"), "rejected")
            .unwrap();
        measure.value.unwrap()
    };
    assert_eq!(rejected(0), 0.0);
    assert!(rejected(1) < 0.25, "{}", rejected(1));
    assert!(
        0.8 < rejected(2),
        "the service can carry two of three: {}",
        rejected(2)
    );
}
