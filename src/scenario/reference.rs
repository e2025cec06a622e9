//! The reference of the scenario language, as Markdown, from the same declarations that read a scenario.

use std::fmt::Write;

use super::{schema::slug, shape};
use crate::config::{EntryInfo, FieldInfo, Shape};

const INTRODUCTION: &str = "\
# The scenario language

A scenario is a TOML file. This page is written by `plimsoll schema --reference` from the declarations that read the
file, so it knows every field there is. `plimsoll init` prints a scenario to start from, `plimsoll check` reads one and
tells every mistake in it, and `plimsoll schema` prints a JSON Schema for editors.

Every quantity carries its unit. Unknown fields are errors. Tables are linked by their names. On the command line,
`--set PATH=VALUE` changes a value for one run: a path like `service.web.balancer.d` names the tables down to the value,
and entries of lists by their `name`, or by their number from 1 if they have none.
";

/// Returns the reference of the scenario language as Markdown.
pub fn reference() -> String {
    let mut pages = Pages::default();
    pages.visit(&shape(), "", "");
    let mut text = INTRODUCTION.to_owned();
    let mut at = 0;
    // Describing a page may find more of them.
    while at < pages.found.len() {
        let page = pages.found[at].clone();
        text += &pages.page(&page);
        at += 1;
    }
    text += &units(&pages.quantities);
    text
}

#[derive(Default)]
struct Pages {
    found: Vec<Page>,
    quantities: Vec<Shape>,
}

/// A table or a family that has a section of its own.
#[derive(Clone)]
struct Page {
    name: &'static str,
    heading: String,
    /// The path of the table in a file, as in a heading: `service.group`.
    path: String,
    shape: Shape,
}

impl Pages {
    /// Notes what has a section of its own and returns what the value is called, with links.
    fn visit(&mut self, shape: &Shape, path: &str, brackets: &str) -> String {
        match shape {
            Shape::Any => "values".to_owned(),
            Shape::Text => "text".to_owned(),
            Shape::Integer { .. } => "whole number".to_owned(),
            Shape::Number => "number".to_owned(),
            Shape::Boolean => "`true` or `false`".to_owned(),
            Shape::Quantity { what, .. } => {
                if !self.quantities.contains(shape) {
                    self.quantities.push(shape.clone());
                }
                format!("[{}](#quantities)", bare(what))
            }
            Shape::Word(words) => {
                let names: Vec<String> = words
                    .iter()
                    .map(|(name, meaning)| format!("`\"{name}\"` ({meaning})"))
                    .collect();
                names.join(", ")
            }
            Shape::List(inner) => match &**inner {
                Shape::Any => "list of values".to_owned(),
                Shape::Table { .. } => self.visit(inner, path, "[["),
                _ => format!("list: {}", self.visit(inner, path, "")),
            },
            Shape::Pair(first, second) => {
                let (first, second) = (self.visit(first, path, ""), self.visit(second, path, ""));
                format!("pair of {first} and {second}")
            }
            Shape::Map { keys, values, .. } => {
                format!("table from {keys} to {}", self.visit(values, path, ""))
            }
            Shape::OneOf(shapes) => {
                let any: Vec<String> = shapes.iter().map(|shape| self.visit(shape, path, "")).collect();
                any.join(" or ")
            }
            Shape::Reference(name) => format!("[{}](#{})", bare(name), slug(name)),
            Shape::Table { name, .. } => {
                let heading = match (path, brackets) {
                    ("", _) => "The file".to_owned(),
                    (path, "[[") => format!("`[[{path}]]`"),
                    (path, _) => format!("`[{path}]`"),
                };
                self.add(name, heading, path, shape)
            }
            Shape::Family { what, .. } => {
                let name = bare(what);
                let heading = name[..1].to_uppercase() + &name[1..];
                self.add(what, heading, path, shape)
            }
        }
    }

    fn add(&mut self, name: &'static str, heading: String, path: &str, shape: &Shape) -> String {
        let link = match shape {
            Shape::Family { .. } => format!("[{}](#{})", bare(name), slug(name)),
            _ => format!("[{heading}](#{})", slug(name)),
        };
        if self.found.iter().all(|page| page.name != name) {
            let path = path.to_owned();
            self.found.push(Page {
                name,
                heading,
                path,
                shape: shape.clone(),
            });
        }
        link
    }

    fn page(&mut self, page: &Page) -> String {
        let mut text = format!("\n<a id=\"{}\"></a>\n\n## {}\n\n", slug(page.name), page.heading);
        match &page.shape {
            Shape::Table { doc, fields, .. } => {
                let _ = write!(text, "{doc}\n\n");
                text += &self.fields(fields, &page.path);
            }
            Shape::Family {
                tag,
                shorthand,
                default,
                common,
                entries,
                ..
            } => {
                let _ = write!(text, "A table whose field `{tag}` names one of these");
                text += if *shorthand { ", or just that name" } else { "" };
                text += &default.map_or(String::new(), |name| format!("; left out, it is `\"{name}\"`"));
                text += ".\n\n";
                if !common.is_empty() {
                    text += "Each of them has also these fields:\n\n";
                    text += &self.fields(common, &page.path);
                    text.push('\n');
                }
                if let Some((other, all)) = self.same_members(page, tag, entries) {
                    if entries.len() < all {
                        let names: Vec<String> =
                            entries.iter().map(|entry| format!("`{}`", entry.name)).collect();
                        let _ = writeln!(text, "These are {}.", names.join(", "));
                    }
                    let _ = writeln!(
                        text,
                        "Their own fields are those of a [{}](#{}).",
                        bare(other),
                        slug(other)
                    );
                } else {
                    for entry in entries {
                        text += &self.entry(tag, entry, &page.path);
                    }
                }
                text = text.trim_end().to_owned() + "\n";
            }
            _ => {}
        }
        text
    }

    /// Returns the family, described before, that has the same members and more, so that they need not be repeated, and
    /// how many it has.
    fn same_members(&self, page: &Page, tag: &str, entries: &[EntryInfo]) -> Option<(&'static str, usize)> {
        let before = self.found.iter().take_while(|other| other.name != page.name);
        let mut same = before.filter_map(|other| match &other.shape {
            Shape::Family {
                tag: others_tag,
                entries: others,
                ..
            } if *others_tag == tag && entries.iter().all(|entry| others.contains(entry)) => {
                Some((other.name, others.len()))
            }
            _ => None,
        });
        same.next()
    }

    fn entry(&mut self, tag: &str, entry: &EntryInfo, path: &str) -> String {
        let settings = if entry.example.is_empty() {
            String::new()
        } else {
            format!(", {}", entry.example)
        };
        let mut text = format!("**`{}`**: {}.\n", entry.name, entry.summary);
        let _ = writeln!(text, "As in `{{ {tag} = \"{}\"{settings} }}`.\n", entry.name);
        if !entry.fields.is_empty() {
            text += &self.fields(&entry.fields, path);
            text.push('\n');
        }
        text
    }

    fn fields(&mut self, fields: &[FieldInfo], path: &str) -> String {
        let mut text = "| field | value | left out | meaning |\n| --- | --- | --- | --- |\n".to_owned();
        for info in fields {
            let inner = if path.is_empty() {
                info.name.to_owned()
            } else {
                format!("{path}.{}", info.name)
            };
            let value = self.visit(&info.shape, &inner, "[");
            let left_out = match (info.default, info.required) {
                (Some(default), _) => format!("`{default}`"),
                (None, true) => "an error".to_owned(),
                (None, false) => "–".to_owned(),
            };
            // A bar would end the cell.
            let doc = info.doc.replace('|', "\\|");
            let _ = writeln!(text, "| `{}` | {value} | {left_out} | {doc} |", info.name);
        }
        text
    }
}

fn units(quantities: &[Shape]) -> String {
    let mut text = "\n<a id=\"quantities\"></a>\n\n## Quantities\n\n\
        A number and a unit in quotes, with or without a space between them.\n\n\
        | quantity | units | as in |\n| --- | --- | --- |\n"
        .to_owned();
    for shape in quantities {
        if let Shape::Quantity { what, units, example } = shape {
            let units: Vec<String> = units.iter().map(|unit| format!("`{unit}`")).collect();
            let _ = writeln!(
                text,
                "| {} | {} | `\"{example}\"` |",
                bare(what),
                units.join(", ")
            );
        }
    }
    text
}

/// Takes the article off: `"a duration"` becomes `duration`.
fn bare(what: &str) -> &str {
    what.strip_prefix("an ")
        .or_else(|| what.strip_prefix("a "))
        .unwrap_or(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A change of the language that does not show in its reference must not go unnoticed.
    #[test]
    fn the_reference_is_up_to_date() {
        let written = include_str!("../../docs/reference.md");
        assert!(
            written == reference(),
            "docs/reference.md is not what the code says; write it anew with\n    \
             cargo run -- schema --reference > docs/reference.md"
        );
    }

    #[test]
    fn every_link_leads_to_a_section() {
        let text = reference();
        let links: Vec<&str> = text
            .split("](#")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
            .collect();
        assert!(10 < links.len(), "{links:?}");
        for link in links {
            assert!(text.contains(&format!("<a id=\"{link}\">")), "nothing at #{link}");
        }
    }
}
