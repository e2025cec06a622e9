//! How a distribution is read from a scenario.

use super::{
    Dist, DistError, combined, constant, empirical, exponential, gamma, lognormal, pareto, uniform, weibull,
};
use crate::{
    config::{Entry, Family, Node, Problems, Section, Shape, Tree, Value, find},
    units::{Quantity, SimDuration},
};

/// The distributions that a scenario can name, in the order of the reference.
pub const REGISTRY: &[&Entry<Dist>] = &[
    &constant::ENTRY,
    &exponential::EXPONENTIAL,
    &uniform::ENTRY,
    &gamma::ERLANG,
    &gamma::GAMMA,
    &exponential::HYPEREXPONENTIAL,
    &lognormal::ENTRY,
    &weibull::ENTRY,
    &pareto::PARETO,
    &pareto::BOUNDED_PARETO,
    &combined::MIXTURE,
    &combined::SHIFTED,
    &empirical::ENTRY,
];

impl Family for Dist {
    const WHAT: &'static str = "a distribution";
    const TAG: &'static str = "distribution";
    fn entries() -> &'static [&'static Entry<Self>] {
        REGISTRY
    }
}

/// A table that names a distribution of times, or a bare duration, which is a constant.
impl Value for Dist {
    fn shape() -> Shape {
        Shape::OneOf(vec![SimDuration::shape(), Self::family_shape(false, Vec::new())])
    }

    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let help = "write `{ distribution = \"exponential\", mean = \"10 ms\" }`, or a bare \"10 ms\" for a constant";
        match &node.tree {
            Tree::Table(_) => {
                let section = Section::open(node, Self::WHAT, problems)?;
                let read = Self::read_tagged(&section, None);
                section.finish();
                read
            }
            Tree::Text(text) => match (SimDuration::parse(text), find::<Self>(text)) {
                (Ok(duration), _) => Self::constant(duration.as_secs_f64()).ok(),
                (Err(_), Some(entry)) => {
                    let help = format!(
                        "write `{{ {} = \"{}\", {} }}`",
                        Self::TAG,
                        entry.name,
                        entry.example
                    );
                    let fault = format!("the distribution `{}` needs its settings", entry.name);
                    problems.error(&node.span, fault, "only its name", help);
                    None
                }
                (Err(fault), None) => {
                    problems.error(&node.span, fault, "neither a duration nor a table", help);
                    None
                }
            },
            _ => {
                let fault = format!("expected a distribution, found {}", node.kind());
                problems.error(&node.span, fault, "here", help);
                None
            }
        }
    }
}

/// Turns the faults of a constructor into problems, each at the field that it is about.
pub(super) fn report(section: &Section<'_>, made: Result<Dist, DistError>) -> Option<Dist> {
    let error = match made {
        Ok(dist) => return Some(dist),
        Err(error) => error,
    };
    for fault in error.faults() {
        let span = section
            .node(fault.parameter)
            .map_or(section.span(), |node| &node.span);
        section
            .problems()
            .error(span, fault.message.clone(), fault.label, fault.help);
    }
    None
}
