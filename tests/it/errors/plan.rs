//! Mistakes in what is to be planned: each has its place, and all are told at once.

use super::{told, with};

fn planned(plan: &str) -> String {
    told(&with(&format!("\n[plan]\n{plan}\n")), &[])
}

#[test]
fn every_mistake_of_a_plan_has_its_place() {
    let text = planned(
        "vary = { \"service.webb.servers\" = \"2..9\", \"service.web.slots\" = \"9..2\", \"run.duration\" = [\"1 s\"] }\n\
         minimise = \"server\"\nsurvive = [\"zone:any\", \"server:0\", \"load:much\", \"fault:switch\", \"rain\"]\nconfidence = \"10 %\"",
    );
    for expected in [
        "there is no `webb` in this list, did you mean `web`?",
        "a range goes upwards, and `9..2` does not",
        "`run` is no part of what is deployed",
        "`server` is nothing that can be minimised, did you mean `servers`?",
        "there are no zones",
        "`0` is no number of servers",
        "`much` is no multiple of the load",
        "there is no fault `switch`",
        "`rain` is no case to survive",
        "this is no useful confidence level",
        "shop.toml:18:",
        "shop.toml:20:",
        "10 mistakes",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn a_plan_needs_something_to_vary_and_something_to_keep() {
    let nothing = planned("vary = {}");
    assert!(nothing.contains("nothing may vary"), "{nothing}");
    let missing = planned("survive = []");
    assert!(missing.contains("the field `vary` is missing"), "{missing}");
    let kind = planned("vary = { \"service.web.servers\" = 4 }");
    assert!(
        kind.contains("expected a range or a list, found a bare number"),
        "{kind}"
    );
    let empty = planned("vary = { \"service.web.servers\" = [] }");
    assert!(empty.contains("this list is empty"), "{empty}");
    let many = planned("vary = { \"service.web.servers\" = \"1..900\", \"service.web.slots\" = \"1..900\" }");
    assert!(
        many.contains("there are 810000 deployments to choose from"),
        "{many}"
    );
    let parts = planned("vary = { \"service.web.speed\" = \"0.5..2\" }");
    assert!(parts.contains("write it like `0.5..2:10`"), "{parts}");
    let plan = with("\n[plan]\nvary = { \"service.web.servers\" = \"2..9\" }\n");
    let unpromised = told(
        &plan.replace("slo = { \"response.p99\" = \"200 ms\" }\n", ""),
        &[],
    );
    assert!(unpromised.contains("nothing is promised"), "{unpromised}");
}

#[test]
fn what_is_lost_unnoticed_or_uncounted_is_said() {
    let text = planned("vary = { \"service.web.servers\" = \"2..9\" }\nsurvive = [\"server:1\"]");
    assert!(
        text.contains("warning: nobody notices that servers of `web` are lost"),
        "{text}"
    );
    assert!(
        text.contains("warning: no objective counts the requests that fail then"),
        "{text}"
    );
    let good = "\nvary = { \"service.web.servers\" = \"2..9\" }\nsurvive = [\"load:1.3\"]";
    assert_eq!(planned(good), "");
    let twice =
        planned("vary = { \"service.web.servers\" = \"2..9\" }\nsurvive = [\"load:2\", \"load:2.0\"]");
    assert!(twice.contains("this case is there twice"), "{twice}");
}

/// Without quotes a path is a table in a table, and a value of several words is written as a table.
#[test]
fn paths_may_do_without_quotes_and_values_may_have_settings() {
    let text = planned(
        "[plan.vary]\nservice.web.servers = \"2..9\"\n\"service.web.balancer\" = [\"random\", { policy = \"power-of-d\", d = 3 }]",
    );
    assert_eq!(text, "");
}

#[test]
fn what_servers_cost_is_checked() {
    let priced = |cost: &str| {
        told(
            &super::changed(&[("servers = 2", &format!("servers = 2\ncost = {cost}"))]),
            &[],
        )
    };
    for (cost, expected) in [
        ("{ per_server_hour = -1 }", "a server cannot cost -1 an hour"),
        (
            "{ busy_power = \"90 W\" }",
            "`busy_power` says nothing without `idle_power`",
        ),
        (
            "{ idle_power = \"90 W\", busy_power = \"80 W\" }",
            "a busy server draws less than an idle one",
        ),
        ("{}", "`cost` says nothing"),
        (
            "{ idle_power = \"90\" }",
            "`90` has no unit; a power is written in W, kW, MW, like \"90 W\"",
        ),
    ] {
        let text = priced(cost);
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    assert_eq!(priced("{ per_server_hour = 0.19, idle_power = \"90 W\" }"), "");
    let unsaid = planned("vary = { \"service.web.servers\" = \"2..9\" }\nminimise = \"energy\"");
    assert!(
        unsaid.contains("nothing is said of the energy of servers"),
        "{unsaid}"
    );
}

/// None of n runs misses anything with probability (1 − risk)^n.
#[test]
fn a_risk_that_so_many_draws_cannot_show_is_refused_with_the_number_that_can() {
    let plan = |more: &str| {
        planned(&format!(
            "vary = {{ \"service.web.servers\" = \"2..9\" }}\n{more}"
        ))
    };
    let small = plan("risk = \"1 %\"");
    for expected in [
        "400 draws cannot show so small a risk",
        "the smallest that they can show is 1.3 %: allow that, or write `draws = ",
    ] {
        assert!(small.contains(expected), "{expected}\n{small}");
    }
    let few = plan("draws = 24");
    assert!(few.contains("these are no usable `draws`"), "{few}");
    let large = plan("risk = \"60 %\"");
    assert!(large.contains("this `risk` is as good as none"), "{large}");
}
