//! How an uncertain value is written: as two others that it lies between, or as a distribution.
//!
//! A distribution is read as one of times, by the very same reader; before that, the unit of the value is exchanged for seconds.

use super::{Input, Spread};
use crate::{
    config::{Family, Member, Node, Problems, Shape, Span, Tree, Value},
    dist::Dist,
    scenario::axis,
};

const BETWEEN: &str = "between";
const LIKELY: &str = "likely";
const UNCERTAIN: &str = "uncertain";
const UNIT: &str = "unit";

const HELP_BETWEEN: &str = "write it like `{ between = [\"800 /s\", \"1200 /s\"] }`, with `likely = \"900 /s\"` if one is likelier than others";
const HELP_LAW: &str =
    "write it like `{ uncertain = { distribution = \"lognormal\", mean = \"1000 /s\", cv = 0.2 } }`";

/// Returns whether an uncertain value stands here.
pub(super) fn is_uncertain(node: &Node) -> bool {
    node.member(BETWEEN).is_some() || node.member(UNCERTAIN).is_some()
}

/// Reads an uncertain value; `shape` is that of the place where it stands, as far as it is known.
pub(super) fn read(path: &str, node: &Node, shape: Option<&Shape>, problems: &Problems) -> Option<Input> {
    let Tree::Table(members) = &node.tree else {
        return None;
    };
    let (known, help) = match node.member(BETWEEN) {
        Some(_) => ([BETWEEN, LIKELY], HELP_BETWEEN),
        None => ([UNCERTAIN, UNIT], HELP_LAW),
    };
    if let Some(other) = members.iter().find(|one| !known.contains(&one.key.as_str())) {
        let fault = format!("`{}` is nothing of an uncertain value", other.key);
        problems.error(&other.key_span, fault, "here", help);
        return None;
    }
    let (spread, suffix, is_whole) = match (node.member(BETWEEN), node.member(UNCERTAIN)) {
        (Some(ends), _) => between(ends, node.member(LIKELY), shape, problems)?,
        (None, law) => follows(law?, node.member(UNIT), shape, problems)?,
    };
    Some(Input {
        path: path.to_owned(),
        spread,
        suffix,
        whole: is_whole,
    })
}

/// How likely a value is what, what stands behind its number, and whether that is whole.
type Told = (Spread, String, bool);

fn between(ends: &Node, likely: Option<&Node>, shape: Option<&Shape>, problems: &Problems) -> Option<Told> {
    let wrong = |node: &Node, fault: &str| {
        problems.error(&node.span, fault, "here", HELP_BETWEEN);
        None
    };
    let pair = match &ends.tree {
        Tree::List(nodes) => <&[Node; 2]>::try_from(&nodes[..]).ok(),
        _ => None,
    };
    let Some([first, last]) = pair else {
        return wrong(ends, "an uncertain value lies between two others");
    };
    let (Some((low, unit)), Some((high, suffix))) = (number(first), number(last)) else {
        return wrong(ends, "these are no numbers of one unit");
    };
    if unit.trim() != suffix.trim() || high <= low {
        return wrong(ends, "the second of these is no larger number of the same unit");
    }
    let is_integer = |node: &Node| matches!(node.tree, Tree::Integer(_));
    let written_whole = is_integer(first) && is_integer(last);
    let whole = shape.map_or(written_whole, super::is_whole);
    if whole && !written_whole {
        return wrong(ends, "only whole numbers make sense here");
    }
    let likely = match likely {
        None => None,
        Some(node) => match number(node).filter(|(_, unit)| unit.trim() == suffix.trim()) {
            Some((top, _)) if (low..=high).contains(&top) => Some(top),
            _ => return wrong(node, "this does not lie between the two"),
        },
    };
    let spread = Spread::Between { low, high, likely };
    Some((spread, suffix, whole))
}

fn follows(law: &Node, unit: Option<&Node>, shape: Option<&Shape>, problems: &Problems) -> Option<Told> {
    let Tree::Table(members) = &law.tree else {
        let fault = format!("expected a distribution, found {}", law.kind());
        problems.error(&law.span, fault, "here", HELP_LAW);
        return None;
    };
    let words = words(members);
    let laws = Dist::family_shape(false, Vec::new());
    let mut law = law.clone();
    let mut found = Vec::new();
    each_quantity(&mut law, &laws, &laws, &mut |node| {
        found.push((node.span.clone(), number(node)));
    });
    let suffix = suffix(&found, unit, problems)?;
    let numbers = found.iter().filter_map(|(_, told)| Some(told.as_ref()?.0));
    let scale = scale(numbers);
    each_quantity(&mut law, &laws, &laws, &mut |node| {
        if let Some((value, _)) = number(node) {
            node.tree = Tree::Text(format!("{} s", value * scale));
        }
    });
    let read = Dist::read(&law, problems)?;
    if found.is_empty() && unit.is_none() && matches!(shape, Some(Shape::Quantity { .. })) {
        let help = "say it beside the distribution, as in `{ uncertain = { … }, unit = \"/s\" }`";
        problems.error(&law.span, "the numbers in the file have no unit", "here", help);
        return None;
    }
    let law = if scale == 1.0 {
        read
    } else {
        read.scaled(scale.recip())
    };
    let whole = shape.is_some_and(super::is_whole);
    Some((Spread::Law { law, words }, suffix, whole))
}

/// Returns what stands behind all numbers of a distribution, or what is said to where they stand in a file.
fn suffix(
    found: &[(Span, Option<(f64, String)>)],
    unit: Option<&Node>,
    problems: &Problems,
) -> Option<String> {
    let wrong = |span: &Span, fault: &str| {
        problems.error(span, fault, "here", HELP_LAW);
        None
    };
    let unit = match unit.map(|node| (&node.tree, &node.span)) {
        None => None,
        Some((Tree::Text(text), span)) if found.is_empty() => Some((text.clone(), span)),
        Some((_, span)) => {
            return wrong(
                span,
                "`unit` is for numbers in a file; others have theirs behind them",
            );
        }
    };
    let mut suffix: Option<&String> = unit.as_ref().map(|(text, _)| text);
    for (span, told) in found {
        let Some((value, behind)) = told else {
            return wrong(span, "this is no number, with or without a unit");
        };
        if *value < 0.0 {
            return wrong(span, "distributions are of numbers that are never negative");
        }
        if suffix.is_some_and(|suffix| suffix.trim() != behind.trim()) {
            return wrong(span, "this has another unit than the one before it");
        }
        suffix = Some(behind);
    }
    Some(suffix.cloned().unwrap_or_default())
}

/// Returns by what the numbers of a distribution are multiplied while they are read as seconds: whole nanoseconds must tell them
/// apart, and not be too many.
fn scale(numbers: impl Iterator<Item = f64> + Clone) -> f64 {
    let most = numbers.clone().fold(0.0, f64::max);
    let least = numbers.filter(|&value| 0.0 < value).fold(f64::INFINITY, f64::min);
    if most < 1e9 && 1e-3 < least || most == 0.0 || !most.is_finite() {
        1.0
    } else {
        10_f64.powi(6 - most.log10().floor() as i32)
    }
}

/// Shows all numbers with a unit in a distribution; `shape` is that of the node, and `all` that of any distribution.
fn each_quantity(node: &mut Node, shape: &Shape, all: &Shape, look: &mut dyn FnMut(&mut Node)) {
    match shape {
        Shape::Quantity { .. } => look(node),
        Shape::List(inner) => {
            if let Tree::List(items) = &mut node.tree {
                for item in items {
                    each_quantity(item, inner, all, look);
                }
            }
        }
        Shape::OneOf(shapes) => {
            let is_table = matches!(node.tree, Tree::Table(_));
            let takes = |shape: &&Shape| matches!(shape, Shape::Quantity { .. }) != is_table;
            if let Some(shape) = shapes.iter().find(takes) {
                each_quantity(node, shape, all, look);
            }
        }
        // Within distributions nothing is referred to but distributions.
        Shape::Reference(_) => each_quantity(node, all, all, look),
        Shape::Family { .. } => {
            let member = super::member_of(shape, node);
            if let Tree::Table(members) = &mut node.tree {
                for one in members {
                    if let Some(shape) = super::field(shape, member.as_deref(), &one.key) {
                        each_quantity(&mut one.node, shape, all, look);
                    }
                }
            }
        }
        _ => {}
    }
}

/// Returns a distribution in the words of the file: `lognormal, mean = 1000 /s, cv = 0.2`.
fn words(members: &[Member]) -> String {
    let (tag, rest): (Vec<&Member>, Vec<&Member>) =
        members.iter().partition(|member| member.key == Dist::TAG);
    let name = tag.first().map(|member| plain(&member.node));
    let rest = rest
        .iter()
        .map(|member| format!("{} = {}", member.key, plain(&member.node)));
    name.into_iter().chain(rest).collect::<Vec<_>>().join(", ")
}

fn plain(node: &Node) -> String {
    match &node.tree {
        Tree::Text(text) => text.clone(),
        _ => node.to_string(),
    }
}

/// Returns a number and what stands behind it.
fn number(node: &Node) -> Option<(f64, String)> {
    match &node.tree {
        Tree::Integer(number) => Some((*number as f64, String::new())),
        Tree::Float(number) => Some((*number, String::new())),
        Tree::Text(text) => axis::split(text).map(|(number, suffix)| (number, suffix.to_owned())),
        _ => None,
    }
}
