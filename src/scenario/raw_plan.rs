//! `[plan]` as it is written: paths and the values that may stand there.

use crate::{
    config::{Member, Node, Problems, Shape, Span, Spanned, Tree, Value, parse_value},
    units::Share,
};

crate::config_table! {
    /// What `plimsoll plan` searches: the cheapest deployment that meets every objective in every case, with a stated confidence.
    pub(super) struct RawPlan: "`[plan]`" {
        /// What may vary, and how: a path as `--set` takes it, in quotes, and a range of whole numbers (`"4..40"`), a range of
        /// so many values (`"0.5..2:4"`), or a list of values. `*` names all entries of a list:
        /// `"service.web.group.*.servers"`.
        pub vary: Vary,
        /// What is to be as small as can be: `"servers"`, `"cost"` or `"energy"` of all services that say what their servers cost
        /// and draw, or a measure like `"workload.shoppers.response.mean"`.
        pub minimise: Spanned<String> = "servers",
        /// In which cases the objectives must hold, besides the usual one. `"zone:any"`: each zone in turn is lost for the
        /// whole run; `"zone:a"`: this one. `"server:2"`: the two largest servers of a service are, each service in turn.
        /// `"load:1.3"`: 1.3 times as many requests come. `"fault:switch"`: the fault of this name happens, and only then.
        pub survive: Option<Vec<Spanned<String>>>,
        /// How sure the answer is to be: that it keeps its promises, and that nothing cheaper does.
        pub confidence: Spanned<Share> = "95 %",
        /// Where values are uncertain, as in `rate = { between = ["800 /s", "1200 /s"] }`: the share of runs, each with values of its
        /// own, that may miss an objective.
        pub risk: Spanned<Share> = "5 %",
        /// The most such runs that a deployment is given, from 25 to 1 000 000. Few of them cannot show a small risk: with 400 the
        /// smallest is 1.3 %.
        pub draws: Spanned<u32> = 400,
    }
}

/// What may vary, in the order of the file.
#[derive(Clone, Debug)]
pub(super) struct Vary(pub Vec<Varied>);

/// One value that may vary.
#[derive(Clone, Debug)]
pub(super) struct Varied {
    /// Where it stands: `service.web.servers`.
    pub path: String,
    /// The place of the path.
    pub span: Span,
    /// What may stand there.
    pub values: Choice,
    /// The place of that.
    pub values_span: Span,
}

/// What may stand somewhere.
#[derive(Clone, Debug)]
pub(super) enum Choice {
    /// A range, to be read yet.
    Range(String),
    /// Values, as they are written into a scenario.
    List(Vec<String>),
}

impl Value for Vary {
    fn shape() -> Shape {
        Shape::Map {
            keys: "paths",
            known: Vec::new(),
            values: Box::new(Shape::OneOf(vec![Shape::Text, Shape::List(Box::new(Shape::Any))])),
        }
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let Tree::Table(members) = &node.tree else {
            let fault = format!("expected a table of paths, found {}", node.kind());
            problems.error(
                &node.span,
                fault,
                "here",
                "write it like `vary = { \"service.web.servers\" = \"4..40\" }`",
            );
            return None;
        };
        let mut varied = Vec::new();
        let good = flatten("", members, &mut varied, problems);
        good.then_some(Self(varied))
    }
}

/// A path without quotes is a table in a table; it is taken for what is meant. Returns whether all of it could be read.
fn flatten(prefix: &str, members: &[Member], varied: &mut Vec<Varied>, problems: &Problems) -> bool {
    let mut good = true;
    for member in members {
        let path = format!("{prefix}{}", member.key);
        let values = match &member.node.tree {
            Tree::Table(inner) => {
                good &= flatten(&format!("{path}."), inner, varied, problems);
                continue;
            }
            Tree::Text(range) => Choice::Range(range.clone()),
            Tree::List(values) => Choice::List(values.iter().map(written).collect()),
            _ => {
                let fault = format!("expected a range or a list, found {}", member.node.kind());
                let help = "write a range like \"4..40\", or a list like [4, 8, 16]";
                problems.error(&member.node.span, fault, "here", help);
                good = false;
                continue;
            }
        };
        varied.push(Varied {
            path,
            span: member.key_span.clone(),
            values,
            values_span: member.node.span.clone(),
        });
    }
    good
}

/// Returns a value as `--set` would be given it.
fn written(node: &Node) -> String {
    match &node.tree {
        // A word that stands for itself needs no quotes; one that would be read as a number does.
        Tree::Text(text) if parse_value(text, 0).is_none() => text.clone(),
        _ => node.to_string(),
    }
}
