//! The JSON Schema of the scenario language, by which an editor completes and checks a file.
//!
//! Written from the same declarations that read a scenario, so that it knows exactly what the reader knows. Tables and
//! families stand once under `$defs`, because some are used in several places and distributions contain distributions.

use serde_json::{Map, Value as Json, json};

use super::{shape, uncertain};
use crate::{
    config::{EntryInfo, Family, FieldInfo, Shape, Tree, parse_value},
    dist::Dist,
};

/// Returns the JSON Schema (draft 2020-12) of a scenario.
pub fn json_schema() -> Json {
    let (shape, mut writer) = (shape(), Writer::default());
    // What stands in tables is described once, so those that are certain come first.
    if let Shape::Table { fields, .. } = &shape {
        let certain = fields
            .iter()
            .filter(|info| uncertain::CERTAIN.contains(&info.name));
        for info in certain {
            writer.describe(&info.shape);
        }
    }
    writer.values = Values::Uncertain;
    let root = writer.describe(&shape);
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

/// What may stand in the place of a number, with or without a unit.
#[derive(Clone, Copy, Default, PartialEq)]
enum Values {
    /// Only that.
    #[default]
    Certain,
    /// A table that says how likely it is what, as well.
    Uncertain,
    /// In the distribution of an uncertain value: a number with the unit of that value.
    OfOneUnit,
}

#[derive(Default)]
struct Writer {
    defs: Map<String, Json>,
    values: Values,
}

impl Writer {
    fn describe(&mut self, shape: &Shape) -> Json {
        match shape {
            Shape::Any => json!({}),
            Shape::Text => json!({ "type": "string" }),
            Shape::Integer { low, high } => {
                let whole = json!({ "type": "integer" });
                let certain = json!({ "type": "integer", "minimum": low, "maximum": high });
                self.value(certain, "a whole number", &whole)
            }
            Shape::Number => {
                let number = json!({ "type": "number" });
                self.value(number.clone(), "a number", &number)
            }
            Shape::Boolean => json!({ "type": "boolean" }),
            Shape::Quantity { .. } if self.values == Values::OfOneUnit => {
                let text = json!({ "type": "string", "pattern": r"^\s*[+]?[0-9]" });
                json!({ "anyOf": [text, { "type": "number" }] })
            }
            Shape::Quantity { what, units, example } => {
                let quantity = json!({
                    "type": "string",
                    "title": what,
                    "pattern": format!(r"^\s*[+-]?[0-9._]+([eE][+-]?[0-9]+)?\s*({})\s*$", units.join("|")),
                    "examples": [example],
                });
                self.value(quantity.clone(), what, &quantity)
            }
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
            Shape::Reference(name) => self.reference(name),
            Shape::Table { name, doc, fields } => self.define(name, |writer| {
                let mut table = writer.table(fields, &[]);
                table.insert("description".to_owned(), json!(doc));
                Json::Object(table)
            }),
            Shape::Family { what, .. } => self.define(what, |writer| writer.family(shape)),
        }
    }

    /// Describes a value; where it may be uncertain, `end` is what it may lie between.
    fn value(&mut self, certain: Json, what: &str, end: &Json) -> Json {
        if self.values != Values::Uncertain {
            return certain;
        }
        let uncertain = self.define(&format!("uncertain {}", slug(what)), |writer| {
            let follows = writer.follows();
            json!({ "anyOf": [between(end), follows] })
        });
        json!({ "anyOf": [certain, uncertain] })
    }

    /// Describes a value that follows a distribution.
    fn follows(&mut self) -> Json {
        self.define("follows a distribution", |writer| {
            let before = std::mem::replace(&mut writer.values, Values::OfOneUnit);
            let mut law = writer.describe(&Dist::family_shape(false, Vec::new()));
            writer.values = before;
            law["description"] =
                json!("The distribution that it follows, with its unit in place of a time's.");
            json!({
                "type": "object",
                "description": "A value that nobody knows exactly: it follows a distribution.",
                "properties": {
                    "uncertain": law,
                    "unit": { "type": "string", "description": "The unit of numbers that stand in a file." },
                },
                "required": ["uncertain"],
                "additionalProperties": false,
            })
        })
    }

    fn reference(&self, name: &str) -> Json {
        json!({ "$ref": format!("#/$defs/{}", self.key(name)) })
    }

    /// Returns under what name something is described.
    fn key(&self, name: &str) -> String {
        match self.values {
            Values::OfOneUnit => slug(name) + "-of-values",
            _ => slug(name),
        }
    }

    /// Describes something once and refers to it.
    fn define(&mut self, name: &str, describe: impl FnOnce(&mut Self) -> Json) -> Json {
        let key = self.key(name);
        if !self.defs.contains_key(&key) {
            // Taken before the description is there, because it may refer to itself.
            self.defs.insert(key.clone(), Json::Null);
            let described = describe(self);
            self.defs.insert(key, described);
        }
        self.reference(name)
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

/// Describes a value that lies between two others.
fn between(end: &Json) -> Json {
    json!({
        "type": "object",
        "description": "A value that nobody knows exactly: it lies between two others.",
        "properties": {
            "between": {
                "type": "array",
                "description": "The least that it may be, and the most.",
                "prefixItems": [end, end],
                "items": false,
                "minItems": 2,
            },
            "likely": {
                "anyOf": [end],
                "description": "What it is most likely; left out, anything between is as likely.",
            },
        },
        "required": ["between"],
        "additionalProperties": false,
    })
}

/// Makes a name that can stand in a link: `"a balancing policy"` becomes `balancing-policy`.
pub(super) fn slug(name: &str) -> String {
    let words = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !matches!(*word, "" | "a" | "an"));
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

#[cfg(test)]
mod tests;
