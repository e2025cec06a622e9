//! Values that nobody knows exactly: `{ between = ["800 /s", "1200 /s"] }` in the place of one, or
//! `{ uncertain = { distribution = "lognormal", mean = "1000 /s", cv = 0.2 } }`.
//!
//! They are found in the tree of a file before it is read (how each is written: `read`), and stand at their middle from then on, so
//! that whatever is checked of a scenario is checked of them. A plan draws others, and writes them into the scenario as any change
//! from outside.

mod read;
#[cfg(test)]
mod tests;

use super::{Override, Scenario, overrides::name_of};
use crate::{
    config::{Member, Node, Problems, Shape, Tree, parse_value},
    dist::Dist,
    rng::Stream,
};

/// A value that nobody knows exactly.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Where it stands: `"workload.shoppers.arrivals.rate"`.
    pub path: String,
    /// How likely it is what.
    pub spread: Spread,
    /// What stands behind the number: `" /s"`, or nothing.
    pub suffix: String,
    /// Whether only whole numbers make sense.
    pub whole: bool,
}

/// How likely a value is what.
#[derive(Clone, Debug, PartialEq)]
pub enum Spread {
    /// It lies between two others.
    Between {
        /// The least that it may be.
        low: f64,
        /// The most.
        high: f64,
        /// What it is most likely; where that is not said, anything between is as likely.
        likely: Option<f64>,
    },
    /// It follows a distribution.
    Law {
        /// Which one.
        law: Dist,
        /// In the words of the file: `"lognormal, mean = 1000 /s, cv = 0.2"`.
        words: String,
    },
}

impl Input {
    /// Draws a value.
    pub fn draw(&self, stream: &mut Stream) -> f64 {
        match &self.spread {
            Spread::Between { .. } => self.at(stream.open01()),
            Spread::Law { law, .. } => self.rounded(law.sample(stream)),
        }
    }

    /// Returns the value that is as likely exceeded as not.
    pub fn middle(&self) -> f64 {
        match &self.spread {
            Spread::Between { .. } => self.at(0.5),
            Spread::Law { law, .. } => self.rounded(median(law)),
        }
    }

    /// Returns the value that is not exceeded with probability `share`, where it lies between two others.
    fn at(&self, share: f64) -> f64 {
        let Spread::Between { low, high, likely } = self.spread else {
            unreachable!("only what lies between two others is found by its share");
        };
        let width = high - low;
        match likely {
            // Each whole number is as likely as the next, the ends included.
            None if self.whole => low + (share * (width + 1.0)).floor().min(width),
            None => low + share * width,
            Some(top) if share < (top - low) / width => {
                self.rounded(low + (share * width * (top - low)).sqrt())
            }
            Some(top) => self.rounded(high - ((1.0 - share) * width * (high - top)).sqrt()),
        }
    }

    fn rounded(&self, value: f64) -> f64 {
        if self.whole { value.round() } else { value }
    }

    /// Returns the ends, where there are two.
    pub fn ends(&self) -> Option<[f64; 2]> {
        match self.spread {
            Spread::Between { low, high, .. } => Some([low, high]),
            Spread::Law { .. } => None,
        }
    }

    /// Returns how likely it is what, in words: `from 800 /s to 1200 /s`.
    pub fn words(&self) -> String {
        match &self.spread {
            Spread::Between { low, high, likely } => {
                let likely = likely.map_or_else(String::new, |likely| {
                    format!(", most likely {}", self.write(likely))
                });
                format!("from {} to {}{likely}", self.write(*low), self.write(*high))
            }
            Spread::Law { words, .. } => words.clone(),
        }
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

impl Scenario {
    /// Returns draws of all uncertain values for the run of this number, one after the other. Each value has a stream of its own, so
    /// that what else is uncertain changes nothing.
    pub fn draws(&self, run: u64) -> impl Iterator<Item = Vec<Override>> {
        let streams = self.run.seed.replication(run);
        let mut inputs: Vec<(&Input, Stream)> = self
            .inputs
            .iter()
            .map(|input| (input, streams.stream(&format!("inputs/{}", input.path))))
            .collect();
        std::iter::repeat_with(move || {
            let draw = |(input, stream): &mut (&Input, Stream)| input.change(input.draw(stream));
            inputs.iter_mut().map(draw).collect()
        })
    }
}

/// Returns the number that is as likely exceeded as not, to six digits, so that it can be read where it stands.
fn median(law: &Dist) -> f64 {
    let (mut low, mut high) = (0.0, law.mean().max(f64::MIN_POSITIVE));
    while 0.5 < law.survival(high) {
        high *= 2.0;
    }
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if law.survival(middle) <= 0.5 {
            high = middle;
        } else {
            low = middle;
        }
    }
    let text = format!("{high:.5e}");
    text.parse().unwrap_or(high)
}

/// How a scenario is run and planned is certain.
pub(super) const CERTAIN: [&str; 2] = ["run", "plan"];

/// Puts the middle in the place of each uncertain value of a file that is of this shape; returns them all, or nothing where one of
/// them is none.
pub(super) fn settle(root: &mut Node, shape: &Shape, problems: &Problems) -> Option<Vec<Input>> {
    let mut inputs = Vec::new();
    if let Tree::Table(members) = &mut root.tree {
        let is_deployed = |member: &&mut Member| !CERTAIN.contains(&member.key.as_str());
        for member in members.iter_mut().filter(is_deployed) {
            let shape = field(shape, None, &member.key);
            walk(&mut member.node, shape, &member.key, &mut inputs, problems);
        }
    }
    inputs.into_iter().collect()
}

/// Looks for uncertain values in and below a node; `shape` is what stands there, as far as it is known.
fn walk(
    node: &mut Node,
    shape: Option<&Shape>,
    path: &str,
    inputs: &mut Vec<Option<Input>>,
    problems: &Problems,
) {
    if read::is_uncertain(node) {
        let input = read::read(path, node, shape, problems);
        let middle = input.as_ref().map(|input| input.write(input.middle()));
        // One that cannot be read leaves something behind that can be: what is wrong with it has been said.
        if let Some(middle) = middle.or_else(|| example(shape?)) {
            let written = parse_value(&middle, 0).map(|node| node.tree);
            node.tree = written.unwrap_or(Tree::Text(middle));
        }
        inputs.push(input);
        return;
    }
    let named = shape.and_then(|shape| member_of(shape, node));
    match &mut node.tree {
        Tree::Table(members) => {
            for member in members {
                let below = shape.and_then(|shape| field(shape, named.as_deref(), &member.key));
                let path = format!("{path}.{}", member.key);
                walk(&mut member.node, below, &path, inputs, problems);
            }
        }
        Tree::List(items) => {
            for at in 0..items.len() {
                let below = match shape {
                    Some(Shape::List(inner)) => Some(&**inner),
                    _ => None,
                };
                let path = format!("{path}.{}", name_among(items, at));
                walk(&mut items[at], below, &path, inputs, problems);
            }
        }
        _ => {}
    }
}

/// Returns which member of a family a table names.
fn member_of(shape: &Shape, node: &Node) -> Option<String> {
    match shape {
        Shape::Family { tag, default, .. } => match node.member(tag).map(|node| &node.tree) {
            Some(Tree::Text(name)) => Some(name.clone()),
            _ => default.map(str::to_owned),
        },
        Shape::OneOf(shapes) => shapes.iter().find_map(|shape| member_of(shape, node)),
        _ => None,
    }
}

/// Returns by what name a change finds an entry of a list: its own, or its number where that would not do.
fn name_among(items: &[Node], at: usize) -> String {
    let own = name_of(&items[at]);
    let alike = items.iter().filter(|item| name_of(item) == own).count();
    own.filter(|name| alike == 1 && !name.contains('.'))
        .unwrap_or_else(|| (at + 1).to_string())
}

/// Returns the shape of a field; in a family, of the member that is named.
fn field<'s>(shape: &'s Shape, member: Option<&str>, name: &str) -> Option<&'s Shape> {
    let found = match shape {
        Shape::Table { fields, .. } => fields.iter().find(|info| info.name == name),
        Shape::Family { common, entries, .. } => {
            let entry = entries.iter().find(|entry| Some(entry.name) == member);
            let own = entry.iter().flat_map(|entry| &entry.fields);
            common.iter().chain(own).find(|info| info.name == name)
        }
        Shape::OneOf(shapes) => return shapes.iter().find_map(|shape| field(shape, member, name)),
        Shape::Map { values, .. } => return Some(values),
        _ => None,
    };
    found.map(|info| &info.shape)
}

/// Returns something that may stand in a place.
fn example(shape: &Shape) -> Option<String> {
    match shape {
        Shape::Integer { low, .. } => Some(low.to_string()),
        Shape::Number => Some("1.0".to_owned()),
        Shape::Quantity { example, .. } => Some((*example).to_owned()),
        Shape::OneOf(shapes) => shapes.iter().find_map(example),
        _ => None,
    }
}

/// Returns whether a place takes whole numbers only.
fn is_whole(shape: &Shape) -> bool {
    match shape {
        Shape::Integer { .. } => true,
        Shape::OneOf(shapes) => {
            shapes.iter().any(is_whole) && !shapes.iter().any(|shape| matches!(shape, Shape::Number))
        }
        _ => false,
    }
}
