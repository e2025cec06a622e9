//! What the schema accepts, and what it does not.

use super::*;
use crate::{
    config::{Node, Problems, parse},
    scenario::template::TEMPLATES,
};

/// Judges by the few keywords that the schema uses; patterns are left to editors.
fn accepts(schema: &Json, root: &Json, node: &Node) -> bool {
    if let Some(link) = schema["$ref"].as_str() {
        let name = link.strip_prefix("#/$defs/").unwrap();
        return accepts(&root["$defs"][name], root, node);
    }
    for any in ["anyOf", "oneOf"] {
        if let Some(schemas) = schema[any].as_array() {
            return schemas.iter().any(|schema| accepts(schema, root, node));
        }
    }
    if let Some(word) = schema["const"].as_str() {
        return node.tree == Tree::Text(word.to_owned());
    }
    match (schema["type"].as_str().unwrap(), &node.tree) {
        ("string", Tree::Text(_))
        | ("boolean", Tree::Boolean(_))
        | ("number", Tree::Float(_) | Tree::Integer(_)) => true,
        ("integer", Tree::Integer(number)) => {
            let (low, high) = (schema["minimum"].as_i64(), schema["maximum"].as_i64());
            low.is_none_or(|low| low <= *number) && high.is_none_or(|high| *number <= high)
        }
        ("array", Tree::List(nodes)) => nodes.iter().enumerate().all(|(at, node)| {
            let item = schema["prefixItems"].get(at).unwrap_or(&schema["items"]);
            accepts(item, root, node)
        }),
        ("object", Tree::Table(members)) => {
            let required = schema["required"].as_array().into_iter().flatten();
            let complete = required
                .map(|name| name.as_str().unwrap())
                .all(|name| node.member(name).is_some());
            complete
                && members.iter().all(|member| {
                    let property = schema["properties"]
                        .get(&member.key)
                        .unwrap_or(&schema["additionalProperties"]);
                    property.is_object() && accepts(property, root, &member.node)
                })
        }
        _ => false,
    }
}

#[test]
fn the_schema_accepts_every_shipped_scenario_and_no_misspelt_one() {
    let schema = json_schema();
    for template in TEMPLATES {
        let accepts_text = |text: &str| {
            let problems = Problems::default();
            let root = parse(text, 0, &problems);
            assert!(problems.is_empty());
            accepts(&schema, &schema, &root)
        };
        assert!(accepts_text(template.text), "{}", template.name);
        let table = if template.text.contains("[[service]]") {
            ("[[service]]", "[[servce]]")
        } else {
            ("[[store]]", "[[stroe]]")
        };
        for (right, wrong) in [("duration", "duraton"), table, ("name ", "nmae ")] {
            assert!(template.text.contains(right));
            assert!(
                !accepts_text(&template.text.replace(right, wrong)),
                "{wrong} in {}",
                template.name
            );
        }
    }
}

#[test]
fn the_schema_knows_the_measures_that_can_be_promised() {
    let schema = json_schema();
    let with_promise = |promise: &str| {
        let text = TEMPLATES[0]
            .text
            .replace("\"response.p99\" = \"120 ms\"", promise);
        assert!(text.contains(promise));
        let root = parse(&text, 0, &Problems::default());
        accepts(&schema, &schema, &root)
    };
    assert!(with_promise("\"wait.p99.9\" = \"1 s\""));
    assert!(with_promise("throughput = \"1 /s\""));
    assert!(!with_promise("\"response.p98\" = \"1 s\""));
    assert!(!with_promise("responce = \"1 s\""));
}

#[test]
fn the_schema_knows_distributions_within_distributions() {
    let schema = json_schema();
    let nested = |innermost: &str| {
        let part = |of: &str| format!("{{ weight = 1, distribution = \"mixture\", parts = [{of}] }}");
        let twice = part(&part(innermost));
        let text = format!(
            r#"
            [run]
            duration = "1 min"
            [[workload]]
            name = "a"
            to = "b"
            arrivals = {{ process = "poisson", rate = "1 /s" }}
            [[service]]
            name = "b"
            servers = 1
            work = {{ distribution = "shifted", by = "1 ms", of = {{ distribution = "mixture", parts = [{twice}] }} }}
            "#
        );
        let problems = Problems::default();
        let root = parse(&text, 0, &problems);
        assert!(problems.is_empty(), "{text}");
        let read = crate::scenario::from_str("nested", &text, &[]).is_ok();
        (read, accepts(&schema, &schema, &root))
    };
    let good = r#"{ weight = 2, distribution = "exponential", mean = "1 ms" }"#;
    assert_eq!(nested(good), (true, true));
    assert_eq!(nested(&good.replace("weight", "wait")), (false, false));
    assert_eq!(nested(&good.replace("exponential", "exponental")), (false, false));
}

#[test]
fn every_reference_leads_somewhere_and_every_field_is_described() {
    fn walk(json: &Json, root: &Json, seen: &mut usize) {
        if let Some(link) = json["$ref"].as_str() {
            let name = link.strip_prefix("#/$defs/").unwrap();
            assert!(root["$defs"][name].is_object(), "{link}");
            *seen += 1;
        }
        for (name, property) in json["properties"].as_object().into_iter().flatten() {
            let description = property["description"].as_str().unwrap_or_default();
            assert!(8 < description.len(), "`{name}` is not described");
        }
        match json {
            Json::Object(members) => members.values().for_each(|inner| walk(inner, root, seen)),
            Json::Array(items) => items.iter().for_each(|inner| walk(inner, root, seen)),
            _ => {}
        }
    }
    let (schema, mut seen) = (json_schema(), 0);
    walk(&schema, &schema, &mut seen);
    assert!(10 < seen, "only {seen} references");
}

/// Wherever a number may stand in a deployment, it may be uncertain.
#[test]
fn the_schema_knows_uncertain_values() {
    let schema = json_schema();
    let plan = TEMPLATES
        .iter()
        .find(|template| template.name == "three-zone-plan");
    let plan = plan.unwrap().text;
    let accepts_with = |right: &str, other: &str| {
        assert!(plan.contains(right), "{right}");
        let text = plan.replace(right, other);
        let problems = Problems::default();
        let root = parse(&text, 0, &problems);
        assert!(problems.is_empty(), "{text}");
        (
            accepts(&schema, &schema, &root),
            crate::scenario::from_str("plan", &text, &[]).is_ok(),
        )
    };
    let lognormal = "{ uncertain = { distribution = \"lognormal\", mean = \"900 /s\", cv = 0.2 } }";
    let mixture = "{ uncertain = { distribution = \"mixture\", parts = [{ weight = 1, distribution = \"uniform\", low = \"5 ms\", high \
                   = \"9 ms\" }, { weight = 1, distribution = \"shifted\", by = \"5 ms\", of = { distribution = \"exponential\", mean = \
                   \"2 ms\" } }] } }";
    for (right, other) in [
        ("\"900 /s\"", "{ between = [\"800 /s\", \"1000 /s\"] }"),
        ("\"900 /s\"", lognormal),
        (
            "\"10 ms\"",
            "{ between = [\"9 ms\", \"11 ms\"], likely = \"10 ms\" }",
        ),
        ("\"10 ms\"", mixture),
        ("fall = 3", "fall = { between = [2, 4] }"),
        ("\"99.9 %\"", "{ between = [\"99 %\", \"99.9 %\"] }"),
    ] {
        assert_eq!(accepts_with(right, other), (true, true), "{other}");
    }
    for (right, wrong) in [
        ("\"900 /s\"", "{ betwen = [\"800 /s\", \"1000 /s\"] }"),
        ("\"900 /s\"", "{ between = \"800 /s\" }"),
        (
            "\"900 /s\"",
            "{ between = [\"800 /s\", \"1000 /s\"], mode = \"900 /s\" }",
        ),
        ("\"900 /s\"", &lognormal.replace("lognormal", "lognorml")),
        ("\"900 /s\"", &lognormal.replace("mean", "median")),
        ("\"10 ms\"", &mixture.replace("weight", "wait")),
        ("\"shoppers\"", "{ between = [\"a\", \"b\"] }"),
        ("\"2 min\"", "{ between = [\"1 min\", \"2 min\"] }"),
    ] {
        assert_eq!(accepts_with(right, wrong), (false, false), "{wrong}");
    }
}
