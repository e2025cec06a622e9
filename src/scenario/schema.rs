//! The JSON Schema of the scenario language, by which an editor completes and checks a file.
//!
//! Written from the same declarations that read a scenario, so that it knows exactly what the reader knows. Tables and
//! families stand once under `$defs`, because some are used in several places and distributions contain distributions.

use serde_json::{Map, Value as Json, json};

use super::shape;
use crate::config::{EntryInfo, FieldInfo, Shape, Tree, parse_value};

/// Returns the JSON Schema (draft 2020-12) of a scenario.
pub fn json_schema() -> Json {
    let mut writer = Writer::default();
    let root = writer.describe(&shape());
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Plimsoll scenario",
        "$ref": root["$ref"],
        "$defs": writer.defs,
    })
}

/// Returns the properties of a table with these names. `response.p99` without quotes is a table in a table; what may
/// stand in that one is left to the reader of scenarios.
fn named(known: &[&str], value: &Json) -> Map<String, Json> {
    let whole = known.iter().map(|&name| {
        let mut described = value.clone();
        described["description"] = json!(format!("The bound on `{name}`."));
        (name.to_owned(), described)
    });
    let first = known.iter().filter_map(|name| name.split_once('.'));
    let tables = first.map(|(first, _)| {
        let description = format!("Bounds on `{first}`, as a table.");
        (
            first.to_owned(),
            json!({ "type": "object", "description": description }),
        )
    });
    whole.chain(tables).collect()
}

#[derive(Default)]
struct Writer {
    defs: Map<String, Json>,
}

impl Writer {
    fn describe(&mut self, shape: &Shape) -> Json {
        match shape {
            Shape::Any => json!({}),
            Shape::Text => json!({ "type": "string" }),
            Shape::Integer { low, high } => json!({ "type": "integer", "minimum": low, "maximum": high }),
            Shape::Number => json!({ "type": "number" }),
            Shape::Boolean => json!({ "type": "boolean" }),
            Shape::Quantity { what, units, example } => json!({
                "type": "string",
                "title": what,
                "pattern": format!(r"^\s*[+-]?[0-9._]+([eE][+-]?[0-9]+)?\s*({})\s*$", units.join("|")),
                "examples": [example],
            }),
            Shape::Word(words) => {
                let word = |(name, meaning): &(&str, &str)| json!({ "const": name, "description": meaning });
                json!({ "oneOf": words.iter().map(word).collect::<Vec<_>>() })
            }
            Shape::List(inner) => json!({ "type": "array", "items": self.describe(inner) }),
            Shape::Pair(first, second) => json!({
                "type": "array",
                "prefixItems": [self.describe(first), self.describe(second)],
                "items": false,
                "minItems": 2,
            }),
            Shape::Map { keys, known, values } if known.is_empty() => json!({
                "type": "object",
                "description": format!("A table whose keys are {keys}."),
                "additionalProperties": self.describe(values),
            }),
            Shape::Map { keys, known, values } => json!({
                "type": "object",
                "description": format!("A table whose keys are {keys}."),
                "properties": named(known, &self.describe(values)),
                "additionalProperties": false,
            }),
            Shape::OneOf(shapes) => {
                let any: Vec<Json> = shapes.iter().map(|shape| self.describe(shape)).collect();
                json!({ "anyOf": any })
            }
            Shape::Reference(name) => reference(name),
            Shape::Table { name, doc, fields } => self.define(name, |writer| {
                let mut table = writer.table(fields, &[]);
                table.insert("description".to_owned(), json!(doc));
                Json::Object(table)
            }),
            Shape::Family { what, .. } => self.define(what, |writer| writer.family(shape)),
        }
    }

    /// Describes something once and refers to it.
    fn define(&mut self, name: &str, describe: impl FnOnce(&mut Self) -> Json) -> Json {
        let key = slug(name);
        if !self.defs.contains_key(&key) {
            // Taken before the description is there, because it may refer to itself.
            self.defs.insert(key.clone(), Json::Null);
            let described = describe(self);
            self.defs.insert(key, described);
        }
        reference(name)
    }

    fn table(&mut self, fields: &[FieldInfo], more: &[FieldInfo]) -> Map<String, Json> {
        let all = || fields.iter().chain(more);
        let properties: Map<String, Json> = all()
            .map(|info| (info.name.to_owned(), self.field(info)))
            .collect();
        let required: Vec<&str> = all().filter(|info| info.required).map(|info| info.name).collect();
        let mut table = Map::new();
        table.insert("type".to_owned(), json!("object"));
        table.insert("properties".to_owned(), Json::Object(properties));
        table.insert("required".to_owned(), json!(required));
        table.insert("additionalProperties".to_owned(), json!(false));
        table
    }

    fn field(&mut self, info: &FieldInfo) -> Json {
        let mut described = self.describe(&info.shape);
        described["description"] = json!(info.doc);
        if let Some(default) = info.default.and_then(|text| parse_value(text, 0)) {
            described["default"] = match default.tree {
                Tree::Text(text) => json!(text),
                Tree::Integer(number) => json!(number),
                Tree::Float(number) => json!(number),
                Tree::Boolean(boolean) => json!(boolean),
                _ => Json::Null,
            };
        }
        described
    }

    fn family(&mut self, shape: &Shape) -> Json {
        let Shape::Family {
            tag,
            shorthand,
            default,
            common,
            entries,
            ..
        } = shape
        else {
            return Json::Null;
        };
        let mut any = Vec::new();
        if *shorthand {
            let settled = |entry: &&EntryInfo| entry.fields.iter().all(|field| !field.required);
            let names = entries.iter().filter(settled);
            any.extend(names.map(|entry| json!({ "const": entry.name, "description": entry.summary })));
        }
        for entry in entries {
            let mut table = self.table(&entry.fields, common);
            table["properties"][tag] = json!({ "const": entry.name, "description": entry.summary });
            if *default != Some(entry.name)
                && let Some(required) = table["required"].as_array_mut()
            {
                required.push(json!(tag));
            }
            any.push(Json::Object(table));
        }
        json!({ "anyOf": any })
    }
}

fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/$defs/{}", slug(name)) })
}

/// Makes a name that can stand in a link: `"a balancing policy"` becomes `balancing-policy`.
pub(super) fn slug(name: &str) -> String {
    let words = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !matches!(*word, "" | "a" | "an"));
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
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
                schema["minimum"].as_i64().unwrap() <= *number
                    && *number <= schema["maximum"].as_i64().unwrap()
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
}
