//! Values that nobody knows exactly: `{ between = ["800 /s", "1200 /s"] }` in the place of one.
//!
//! They are found in the tree of a file before it is read, and stand at their middle from then on, so that whatever is checked of a
//! scenario is checked of them. A plan draws others, and writes them into the scenario as any change from outside.

use super::{Override, axis};
use crate::config::{Member, Node, Problems, Tree, parse_value};

/// A value that nobody knows exactly.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Where it stands: `"workload.shoppers.arrivals.rate"`.
    pub path: String,
    /// The least that it may be.
    pub low: f64,
    /// The most.
    pub high: f64,
    /// What it is most likely; where that is not said, anything between is as likely.
    pub likely: Option<f64>,
    /// What stands behind the number: `" /s"`, or nothing.
    pub suffix: String,
    /// Whether only whole numbers make sense.
    pub whole: bool,
}

impl Input {
    /// Returns the value that is not exceeded with probability `share`, between 0 and 1: of a flat distribution, or of a triangle
    /// over the likeliest.
    pub fn at(&self, share: f64) -> f64 {
        let width = self.high - self.low;
        let value = match self.likely {
            None => self.low + share * width,
            Some(top) => {
                let left = (top - self.low) / width;
                if share < left {
                    self.low + (share * width * (top - self.low)).sqrt()
                } else {
                    self.high - ((1.0 - share) * width * (self.high - top)).sqrt()
                }
            }
        };
        if self.whole { value.round() } else { value }
    }

    /// Returns how a value is written into the scenario.
    pub fn write(&self, value: f64) -> String {
        format!("{value}{}", self.suffix)
    }

    /// Returns the change that puts one value in its place.
    pub fn change(&self, value: f64) -> Override {
        Override::new(&self.path, &self.write(value))
    }
}

const BETWEEN: &str = "between";
const LIKELY: &str = "likely";

/// Puts the middle in the place of each uncertain value; returns them all.
pub(super) fn settle(root: &mut Node, problems: &Problems) -> Vec<Input> {
    let mut inputs = Vec::new();
    if let Tree::Table(members) = &mut root.tree {
        // How a scenario is run and planned is certain.
        let deployed = members
            .iter_mut()
            .filter(|member| !matches!(member.key.as_str(), "run" | "plan"));
        for member in deployed {
            walk(&mut member.node, &member.key, &mut inputs, problems);
        }
    }
    inputs
}

fn walk(node: &mut Node, path: &str, inputs: &mut Vec<Input>, problems: &Problems) {
    if let (Tree::Table(members), Some(between)) = (&node.tree, node.member(BETWEEN)) {
        if let Some(input) = read(path, members, between, problems) {
            let middle = input.write(input.at(0.5));
            let written = parse_value(&middle, 0).map(|node| node.tree);
            node.tree = written.unwrap_or(Tree::Text(middle));
            inputs.push(input);
        }
        return;
    }
    match &mut node.tree {
        Tree::Table(members) => {
            for member in members {
                walk(
                    &mut member.node,
                    &format!("{path}.{}", member.key),
                    inputs,
                    problems,
                );
            }
        }
        Tree::List(items) => {
            for (at, item) in items.iter_mut().enumerate() {
                let name = match item.member("name").map(|name| &name.tree) {
                    Some(Tree::Text(name)) => name.clone(),
                    _ => (at + 1).to_string(),
                };
                walk(item, &format!("{path}.{name}"), inputs, problems);
            }
        }
        _ => {}
    }
}

/// Returns the uncertain value that a table with `between` describes.
fn read(path: &str, members: &[Member], between: &Node, problems: &Problems) -> Option<Input> {
    let help = "write it like `{ between = [\"800 /s\", \"1200 /s\"] }`, with `likely = \"900 /s\"` if one is likelier than others";
    let wrong = |node: &Node, fault: &str| {
        problems.error(&node.span, fault, "here", help);
        None
    };
    if let Some(other) = members
        .iter()
        .find(|member| ![BETWEEN, LIKELY].contains(&member.key.as_str()))
    {
        problems.error(
            &other.key_span,
            format!("`{}` is nothing of an uncertain value", other.key),
            "here",
            help,
        );
        return None;
    }
    let Tree::List(ends) = &between.tree else {
        return wrong(between, "an uncertain value lies between two others");
    };
    let [first, last] = &ends[..] else {
        return wrong(between, "an uncertain value lies between two others");
    };
    let (Some(low), Some(high)) = (number(first), number(last)) else {
        return wrong(between, "these are no numbers of one unit");
    };
    if low.1.trim() != high.1.trim() || high.0 <= low.0 {
        return wrong(
            between,
            "the second of these is no larger number of the same unit",
        );
    }
    let top = members.iter().find(|member| member.key == LIKELY);
    let likely = match top {
        None => None,
        Some(member) => match number(&member.node).filter(|top| top.1.trim() == high.1.trim()) {
            Some((top, _)) if (low.0..=high.0).contains(&top) => Some(top),
            _ => return wrong(&member.node, "this does not lie between the two"),
        },
    };
    let is_whole = |node: &Node| matches!(node.tree, Tree::Integer(_));
    Some(Input {
        path: path.to_owned(),
        low: low.0,
        high: high.0,
        likely,
        suffix: high.1,
        whole: is_whole(first) && is_whole(last),
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::from_str;

    const SHOP: &str = r#"
[run]
duration = "60 s"
[[workload]]
name = "clients"
to = "web"
arrivals = { process = "poisson", rate = { between = ["40 /s", "80 /s"] } }
[[service]]
name = "web"
servers = { between = [2, 4] }
work = { distribution = "exponential", mean = { between = ["5 ms", "20 ms"], likely = "8 ms" } }
"#;

    #[test]
    fn an_uncertain_value_stands_at_its_middle_and_can_be_changed_like_any() {
        let load = |text: &str, changes: &[Override]| {
            let loaded = from_str("shop", text, changes);
            loaded.unwrap_or_else(|error| panic!("{error}")).scenario
        };
        let scenario = load(SHOP, &[]);
        let paths: Vec<&str> = scenario.inputs.iter().map(|input| input.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "workload.clients.arrivals.rate",
                "service.web.servers",
                "service.web.work.mean"
            ]
        );
        assert_eq!(
            scenario.deployment.workloads[0].arrivals.nature.rate(),
            Some(60.0)
        );
        assert_eq!(scenario.deployment.services[0].servers(), 3);
        let change = scenario.inputs[0].change(70.0);
        let changed = load(SHOP, &[change]);
        assert_eq!(changed.deployment.workloads[0].arrivals.nature.rate(), Some(70.0));
        assert_eq!(changed.inputs.len(), 2, "what is given is certain");
    }

    #[test]
    fn values_are_spread_as_they_are_likely() {
        let flat = Input {
            path: String::new(),
            low: 5.0,
            high: 20.0,
            likely: None,
            suffix: String::new(),
            whole: false,
        };
        assert_eq!([0.0, 0.2, 1.0].map(|share| flat.at(share)), [5.0, 8.0, 20.0]);
        let peaked = Input {
            likely: Some(8.0),
            ..flat
        };
        // A triangle has a fifth of its area left of 8, and its mean is that of its corners.
        assert!((peaked.at(0.2) - 8.0).abs() < 1e-12 && peaked.at(0.0) == 5.0 && peaked.at(1.0) == 20.0);
        let mean: f64 = (0..10_000)
            .map(|at| peaked.at((f64::from(at) + 0.5) / 1e4))
            .sum::<f64>()
            / 1e4;
        assert!((mean - 11.0).abs() < 1e-3, "{mean}");
    }

    #[test]
    fn what_is_wrong_with_an_uncertain_value_is_said() {
        for (value, expected) in [
            (
                "{ between = [\"80 /s\", \"40 /s\"] }",
                "the second of these is no larger number of the same unit",
            ),
            (
                "{ between = [\"40 /s\"] }",
                "an uncertain value lies between two others",
            ),
            (
                "{ between = [\"40 /s\", \"80 /min\"] }",
                "no larger number of the same unit",
            ),
            (
                "{ between = [\"40 /s\", \"80 /s\"], likely = \"90 /s\" }",
                "this does not lie between the two",
            ),
            (
                "{ between = [\"40 /s\", \"80 /s\"], mode = 1 }",
                "`mode` is nothing of an uncertain value",
            ),
        ] {
            let text = SHOP.replace("{ between = [\"40 /s\", \"80 /s\"] }", value);
            let error = from_str("shop", &text, &[]).unwrap_err().to_string();
            assert!(error.contains(expected), "{value}: {error}");
        }
    }
}
