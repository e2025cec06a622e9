//! What is paid for.

use super::*;

/// Two kinds of servers: the fast ones cost more by the hour, and less for what they do; and each draws by what it does.
#[test]
fn money_and_power_are_minimised_as_the_formulas_say() {
    let text = POOL.replace(
        "\"service.web.servers\" = \"1..40\"",
        "\"service.web.servers\" = \"1..20\", \"service.web.speed\" = [1, 2]",
    );
    let priced = |goal: &str| {
        let cost =
            "cost = { per_server_hour = 0.25, idle_power = \"100 W\", busy_power = \"300 W\" }\nservers = 10";
        text.replace("servers = 10", cost)
            .replace("[plan]", &format!("[plan]\nminimise = \"{goal}\""))
    };
    // Twice as fast at the same price: only fast ones.
    let least = (1..20)
        .find(|&servers: &u32| Mmc::new(servers, 750.0, 200.0).is_ok_and(|pool| pool.mean_wait() <= 0.002));
    let least = f64::from(least.unwrap());
    let plan = planned(&priced("cost"));
    assert_eq!((servers(&plan), plan.unit), (Some(0.25 * least), Unit::PerHour));
    assert_eq!(plan.answer().unwrap().values[1], "2");
    let plan = planned(&priced("energy"));
    let answer = plan.answer().unwrap();
    // 3.75 of them are busy on average, and draw 200 W more than the others.
    let exact = 100.0 * least + 200.0 * 3.75;
    let cost = answer.cost.unwrap();
    let (low, high) = cost.interval.unwrap();
    assert_eq!(answer.values, [least.to_string(), "2".to_owned()]);
    assert!(
        low <= exact && exact <= high && high - low < 0.02 * exact,
        "{exact}: {cost:?}"
    );
}
