//! A parsed TOML document in which every key and value remembers its place.

use std::{fmt, ops::Range};

use toml::de::{DeTable, DeValue};

use super::{Label, Problem, Problems, Severity};

/// A range of bytes in the text that was read.
pub type Span = Range<usize>;

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it stands.
    pub span: Span,
    /// What stands there.
    pub tree: Tree,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// `"text"`
    Text(String),
    /// `42`
    Integer(i64),
    /// `0.5`
    Float(f64),
    /// `true`
    Boolean(bool),
    /// A date or a time of TOML's own kind, which no field takes; kept so that it can be named in a message.
    Datetime(String),
    /// `[1, 2]` or `[[table]]`
    List(Vec<Node>),
    /// `{ key = 1 }` or `[table]`, in the order of the file
    Table(Vec<Member>),
}

/// One `key = value` of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub node: Node,
}

impl Node {
    /// Returns what the value is called in a message, with its article.
    pub fn kind(&self) -> &'static str {
        match self.tree {
            Tree::Text(_) => "a text",
            Tree::Integer(_) | Tree::Float(_) => "a bare number",
            Tree::Boolean(_) => "true or false",
            Tree::Datetime(_) => "a date or time",
            Tree::List(_) => "a list",
            Tree::Table(_) => "a table",
        }
    }

    /// Returns the member `key` of a table.
    pub fn member(&self, key: &str) -> Option<&Self> {
        match &self.tree {
            Tree::Table(members) => members
                .iter()
                .find(|member| member.key == key)
                .map(|member| &member.node),
            _ => None,
        }
    }
}

/// As it would be written in a file, on one line.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.tree {
            Tree::Text(text) => write!(f, "\"{}\"", text.escape_default()),
            Tree::Integer(number) => write!(f, "{number}"),
            Tree::Float(number) => write!(f, "{number}"),
            Tree::Boolean(boolean) => write!(f, "{boolean}"),
            Tree::Datetime(text) => write!(f, "{text}"),
            Tree::List(nodes) => {
                let nodes: Vec<String> = nodes.iter().map(Self::to_string).collect();
                write!(f, "[{}]", nodes.join(", "))
            }
            Tree::Table(members) => {
                let member = |one: &Member| format!("\"{}\" = {}", one.key.escape_default(), one.node);
                let members: Vec<String> = members.iter().map(member).collect();
                write!(f, "{{ {} }}", members.join(", "))
            }
        }
    }
}

/// Reads a whole document that stands `offset` bytes into all the text there is. Syntax errors go to `problems`;
/// what could be made out is returned all the same, so that other mistakes are found in the same pass.
pub fn parse(text: &str, offset: usize, problems: &Problems) -> Node {
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        problems.push(Problem {
            severity: Severity::Error,
            message: format!(
                "this is not TOML: {}",
                error.message().lines().collect::<Vec<_>>().join(", ")
            ),
            labels: vec![Label {
                span: span.start + offset..span.end + offset,
                text: "here".to_owned(),
            }],
            help: None,
        });
    }
    let span = document.span();
    convert(span, DeValue::Table(document.into_inner()), offset)
}

/// Reads one value, as it stands to the right of a `=`; `None` if it is not one.
pub fn parse_value(text: &str, offset: usize) -> Option<Node> {
    let value = DeValue::parse(text).ok()?;
    let span = value.span();
    Some(convert(span, value.into_inner(), offset))
}

fn convert(span: Span, value: DeValue<'_>, offset: usize) -> Node {
    let moved = |span: Span| span.start + offset..span.end + offset;
    let tree = match value {
        DeValue::String(text) => Tree::Text(text.into_owned()),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(integer) => Tree::Integer(integer),
            // Larger than 64 bits: no field takes it as a whole number, and as a float it fails its range check.
            Err(_) => Tree::Float(f64::INFINITY),
        },
        DeValue::Float(float) => Tree::Float(float.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(boolean) => Tree::Boolean(boolean),
        DeValue::Datetime(datetime) => Tree::Datetime(datetime.to_string()),
        DeValue::Array(nodes) => Tree::List(
            nodes
                .into_iter()
                .map(|node| convert(node.span(), node.into_inner(), offset))
                .collect(),
        ),
        DeValue::Table(table) => Tree::Table(
            table
                .into_iter()
                .map(|(key, node)| Member {
                    key_span: moved(key.span()),
                    key: key.into_inner().into_owned(),
                    node: convert(node.span(), node.into_inner(), offset),
                })
                .collect(),
        ),
    };
    Node {
        span: moved(span),
        tree,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_and_value_knows_its_place() {
        let problems = Problems::default();
        let text = "[run]\nseed = 42\n";
        let root = parse(text, 100, &problems);
        let seed = root.member("run").and_then(|run| run.member("seed")).unwrap();
        assert_eq!(seed.tree, Tree::Integer(42));
        assert_eq!(&text[seed.span.start - 100..seed.span.end - 100], "42");
        assert!(problems.is_empty());
    }

    #[test]
    fn broken_text_is_a_problem_and_the_rest_is_still_read() {
        let problems = Problems::default();
        let root = parse("a = 1\nb = = 2\nc = 3\n", 0, &problems);
        assert_eq!(root.member("a").map(|node| &node.tree), Some(&Tree::Integer(1)));
        assert!(!problems.is_empty());
    }
}
