//! What comes when there is more load than the answer carries.

use super::*;

fn step(plan: &Plan) -> (f64, &Next) {
    let growth = plan.growth.as_ref().expect("an answer");
    (growth.missed.expect("a load that breaks it"), &growth.next)
}

/// Returns the smallest pool that waits no longer than 2 ms with so many times the load.
fn pool(load: f64) -> u32 {
    let does =
        |&servers: &u32| Mmc::new(servers, 750.0 * load, 100.0).is_ok_and(|pool| pool.mean_wait() <= 0.002);
    (1..41).find(does).unwrap()
}

#[test]
fn the_next_step_is_the_smallest_pool_that_carries_what_the_answer_does_not() {
    let plan = planned(POOL);
    let (load, next) = step(&plan);
    let Next::Step(step) = next else {
        panic!("{next:?}")
    };
    let needed: u32 = step.values[0].parse().unwrap();
    assert!(pool(1.0) < needed);
    // Estimates blur the load at which a pool breaks, by less than three per cent.
    assert!(
        (pool(0.97 * load)..=pool(1.03 * load)).contains(&needed),
        "{needed} at {load}"
    );
    assert_eq!(step.cost.value, f64::from(needed));
    assert_eq!(step.outcomes.len(), 1);
}

/// Servers are what is counted: a faster one costs no more, and only if the answer is fast already is another one needed.
#[test]
fn the_next_step_may_cost_no_more() {
    let text = POOL
        .replace("750 /s", "50 /s")
        .replace("wait.mean\" = \"2 ms", "response.mean\" = \"40 ms")
        .replace(
            "\"service.web.servers\" = \"1..40\"",
            "\"service.web.servers\" = \"1..3\", \"service.web.speed\" = [1, 2]",
        )
        .replace("60 s", "200 s");
    let plan = planned(&text);
    let answer = plan.answer().unwrap();
    let (load, next) = step(&plan);
    let carries = |servers: u32, speed: f64| {
        let pool = Mmc::new(servers, 50.0 * load, 100.0 * speed);
        pool.is_ok_and(|pool| pool.mean_wait() + 0.01 / speed <= 0.04)
    };
    let all = (1..=3).flat_map(|servers| [(servers, 1.0), (servers, 2.0)]);
    let others = all.filter(|(servers, speed)| {
        [servers.to_string(), speed.to_string()] != answer.values[..] && carries(*servers, *speed)
    });
    let expected = others.map(|(servers, _)| servers).min().unwrap();
    let Next::Step(step) = next else {
        panic!("{next:?}")
    };
    assert_eq!(
        step.cost.value,
        f64::from(expected),
        "{step:?} after {:?}",
        answer.values
    );
}

#[test]
fn where_nothing_carries_more_that_is_known() {
    let largest = pool(1.0);
    let plan = planned(&POOL.replace("1..40", &format!("1..{largest}")));
    assert_eq!(servers(&plan), Some(f64::from(largest)));
    assert!(matches!(step(&plan).1, Next::None));
}
