//! Changes to a scenario from outside its file: `service.web.servers=12`.
//!
//! A change is made on the tree of the file before it is read, so that everything that is checked in a file is checked
//! in a change, and a mistake in it is shown in its own text.

#[cfg(test)]
mod tests;

use std::{fmt, str::FromStr};

use super::source::Sources;
use crate::config::{
    FieldInfo, Label, Member, Node, Problem, Problems, Severity, Shape, Span, Tree, did_you_mean, parse_value,
};

/// One value of a scenario, changed for one run.
///
/// The path names the tables down to the value, and entries of lists by their `name`, or by their number from 1 if
/// they have none, or all of them at once by `*`. The value is read as TOML, and as plain text if it is not TOML: `900 /s` needs no quotes.
///
/// ```
/// use plimsoll::scenario::Override;
///
/// let change: Override = "service.web.balancer.d = 3".parse()?;
/// assert_eq!(change, Override::new("service.web.balancer.d", "3"));
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    path: String,
    value: String,
}

impl Override {
    /// Returns the change of the value at `path` to `value`.
    pub fn new(path: &str, value: &str) -> Self {
        Self {
            path: path.trim().to_owned(),
            value: value.trim().to_owned(),
        }
    }
    /// Returns where the value stands.
    pub fn path(&self) -> &str {
        &self.path
    }
    /// Returns what it is changed to, as it was written.
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl FromStr for Override {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((path, value)) if !path.trim().is_empty() => Ok(Self::new(path, value)),
            _ => Err("write PATH=VALUE, as in `service.web.servers=12`".to_owned()),
        }
    }
}

impl fmt::Display for Override {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.path, self.value)
    }
}

/// Makes a change; its text is added to the sources.
pub(super) fn apply(
    change: &Override,
    root: &mut Node,
    shape: &Shape,
    sources: &mut Sources,
    problems: &Problems,
) {
    let start = sources.add(format!("--set {}", change.path), change.to_string());
    let Some(path) = segments(&change.path, start) else {
        let span = start..start + change.path.len();
        let help = "write up to 32 names with dots between them, as in `service.web.servers`";
        problems.error(&span, "this is not a path to a value", "here", help);
        return;
    };
    let value_start = start + change.path.len() + 1;
    let value = parse_value(&change.value, value_start).unwrap_or_else(|| Node {
        span: value_start..value_start + change.value.len(),
        tree: Tree::Text(change.value.clone()),
    });
    if let Err(problem) = set(root, Some(shape), &path, value) {
        problems.push(problem);
    }
}

/// Names every entry of a list.
const ALL: &str = "*";

/// Returns what is wrong with a path that stands at `span`, in a scenario that is of this shape; a value there is not
/// looked at.
pub(super) fn fault_of(path: &str, span: &Span, root: &Node, shape: &Shape) -> Option<Problem> {
    let Some(parts) = segments(path, 0) else {
        return Some(Problem {
            severity: Severity::Error,
            message: format!("`{path}` is no path to a value"),
            labels: vec![Label {
                span: span.clone(),
                text: "here".to_owned(),
            }],
            help: Some("write names with dots between them, as in `service.web.servers`".to_owned()),
        });
    };
    let value = Node {
        span: span.clone(),
        tree: Tree::Boolean(true),
    };
    let mut problem = set(&mut root.clone(), Some(shape), &parts, value).err()?;
    for label in &mut problem.labels {
        label.span = span.clone();
    }
    Some(problem)
}

/// One name in a path.
struct Segment {
    name: String,
    span: Span,
}

/// Cuts a path at its dots, but not at those in quotes.
fn segments(path: &str, start: usize) -> Option<Vec<Segment>> {
    let mut parts = Vec::new();
    let (mut from, mut quoted) = (0, false);
    for (at, c) in path.char_indices().chain([(path.len(), '.')]) {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted || at == path.len() => {
                parts.push(Segment {
                    name: path[from..at].trim().trim_matches('"').to_owned(),
                    span: start + from..start + at,
                });
                from = at + 1;
            }
            _ => {}
        }
    }
    let good = parts.len() <= 32 && parts.iter().all(|part| !part.name.is_empty());
    good.then_some(parts)
}

/// Sets the value at `path`; `shape` is what stands at `node`, as far as it is known.
fn set(node: &mut Node, shape: Option<&Shape>, path: &[Segment], value: Node) -> Result<(), Problem> {
    // A bare name of a family's member becomes a table that names it.
    if let (
        Tree::Text(_),
        Some(&Shape::Family {
            tag, shorthand: true, ..
        }),
    ) = (&node.tree, shape)
    {
        let name = node.clone();
        node.tree = Tree::Table(vec![Member {
            key: tag.to_owned(),
            key_span: name.span.clone(),
            node: name,
        }]);
    }
    match &mut node.tree {
        Tree::Table(members) => set_member(members, shape, path, value),
        Tree::List(items) => {
            let inner = match shape {
                Some(Shape::List(inner)) => Some(&**inner),
                _ => None,
            };
            set_item(items, inner, path, value)
        }
        _ => {
            let message = format!("{} has no field `{}`", node.kind(), path[0].name);
            Err(fault(&path[0], message, "end the path before it"))
        }
    }
}

fn set_member(
    members: &mut Vec<Member>,
    shape: Option<&Shape>,
    path: &[Segment],
    value: Node,
) -> Result<(), Problem> {
    // A key may hold dots itself, like `response.p99`: the longest that fits is meant.
    let joined = |upto: usize| {
        let names: Vec<&str> = path[..upto].iter().map(|part| part.name.as_str()).collect();
        names.join(".")
    };
    let found = (1..=path.len()).rev().find_map(|upto| {
        let key = joined(upto);
        let at = members.iter().position(|member| member.key == key)?;
        Some((upto, at))
    });
    let below = |key: &str| shape.and_then(|shape| field_shape(shape, key));
    let (upto, at) = match found {
        Some(found) => found,
        None if 1 < path.len() && matches!(below(&path[0].name), Some(Shape::List(_))) => {
            let message = format!("there is no `{}` yet, so none can be changed", path[0].name);
            return Err(fault(
                &path[0],
                message,
                "set the whole list, or write it into the file",
            ));
        }
        None => {
            let node = Node {
                span: path[0].span.clone(),
                tree: Tree::Table(Vec::new()),
            };
            members.push(Member {
                key: path[0].name.clone(),
                key_span: path[0].span.clone(),
                node,
            });
            (1, members.len() - 1)
        }
    };
    let member = &mut members[at];
    if upto == path.len() {
        member.key_span = path[0].span.start..path[upto - 1].span.end;
        member.node = value;
        return Ok(());
    }
    set(
        &mut member.node,
        below(&member.key).as_ref(),
        &path[upto..],
        value,
    )
}

/// Returns the name by which an entry of a list is found.
pub(super) fn name_of(entry: &Node) -> Option<String> {
    // A call without a name of its own goes by that of the service it is sent to.
    match &entry.member("name").or(entry.member("to"))?.tree {
        Tree::Text(name) => Some(name.clone()),
        _ => None,
    }
}

fn set_item(items: &mut [Node], shape: Option<&Shape>, path: &[Segment], value: Node) -> Result<(), Problem> {
    let names: Vec<String> = items.iter().filter_map(name_of).collect();
    let wanted = &path[0].name;
    if wanted == ALL && 1 < path.len() && !items.is_empty() {
        return items
            .iter_mut()
            .try_for_each(|item| set(item, shape, &path[1..], value.clone()));
    }
    if 1 < names.iter().filter(|name| *name == wanted).count() {
        let message = format!("there are several `{wanted}` in this list");
        let help = "give each a `name` of its own, or use its number, from 1";
        return Err(fault(&path[0], message, help));
    }
    let by_name = items
        .iter()
        .position(|item| name_of(item).as_ref() == Some(wanted));
    let by_number = wanted
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    let Some(item) = by_name.or(by_number).and_then(|at| items.get_mut(at)) else {
        let hint = did_you_mean(wanted, names.iter().map(String::as_str));
        let message = format!("there is no `{wanted}` in this list{hint}");
        let known = match (names.is_empty(), items.len()) {
            (_, 0) => "the list is empty".to_owned(),
            (true, count) => format!("its entries are numbered from 1 to {count}"),
            (false, count) => {
                let alike = names
                    .iter()
                    .enumerate()
                    .any(|(at, name)| names[..at].contains(name));
                let numbers = if alike {
                    format!("; or a number from 1 to {count}")
                } else {
                    String::new()
                };
                format!("known: {}{numbers}", names.join(", "))
            }
        };
        return Err(fault(&path[0], message, &known));
    };
    if path.len() == 1 {
        *item = value;
        return Ok(());
    }
    set(item, shape, &path[1..], value)
}

/// Returns the shape of a field, if it is known.
fn field_shape(shape: &Shape, field: &str) -> Option<Shape> {
    let among = |fields: &[FieldInfo]| {
        let info = fields.iter().find(|info| info.name == field)?;
        Some(info.shape.clone())
    };
    match shape {
        Shape::Table { fields, .. } => among(fields),
        Shape::Family { common, entries, .. } => {
            among(common).or_else(|| entries.iter().find_map(|entry| among(&entry.fields)))
        }
        Shape::OneOf(shapes) => shapes.iter().find_map(|shape| field_shape(shape, field)),
        Shape::Map { values, .. } => Some((**values).clone()),
        _ => None,
    }
}

fn fault(part: &Segment, message: String, help: &str) -> Problem {
    Problem {
        severity: Severity::Error,
        message,
        labels: vec![Label {
            span: part.span.clone(),
            text: "here".to_owned(),
        }],
        help: Some(help.to_owned()),
    }
}
