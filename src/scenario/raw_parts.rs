//! Parts of the tables that a plain declaration cannot describe.

use std::marker::PhantomData;

use crate::{
    config::{
        Family, Label, Member, Node, Problem, Problems, Section, Severity, Shape, Span, Spanned, Table, Tree,
        Value,
    },
    model::{
        QueuePlace, balancer::Policy, discipline::DisciplinePlan, failure::takeover::Standby, shed::ShedPlan,
    },
    scenario::check::objective::Promises,
    units::{Rate, Share, SimDuration},
};

/// A value whose failure does not hide its neighbours: the checks go on with what could be read.
#[derive(Clone, Debug)]
pub(super) struct Attempt<T>(pub Option<T>);

impl<T: Value> Value for Attempt<T> {
    fn shape() -> Shape {
        T::shape()
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        Some(Self(T::read(node, problems)))
    }
}

/// `[[tables]]` with names, of which there may be none.
#[derive(Clone, Debug)]
pub(super) struct Tables<T>(pub Vec<NamedTable<T>>);

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct NamedTable<T> {
    /// Its name, even if the rest could not be read.
    pub name: Option<Spanned<String>>,
    /// What could be read.
    pub read: Option<T>,
}

impl<T> Tables<T> {
    /// Returns the names, in order; of those that have one.
    pub(super) fn names(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.0.iter().filter_map(|table| table.name.as_ref())
    }
}

impl<T: Value> Value for Tables<T> {
    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let Tree::List(nodes) = &node.tree else {
            let found = format!("expected a list of tables, found {}", node.kind());
            problems.error(
                &node.span,
                found,
                "here",
                "write its heading in double brackets, `[[…]]`",
            );
            return None;
        };
        let named = |node: &Node| {
            let name = node.member("name").and_then(|name| match &name.tree {
                Tree::Text(text) => Some(Spanned {
                    value: text.clone(),
                    span: name.span.clone(),
                }),
                _ => None,
            });
            NamedTable {
                name,
                read: T::read(node, problems),
            }
        };
        Some(Self(nodes.iter().map(named).collect()))
    }
    fn absent() -> Option<Self> {
        Some(Self(Vec::new()))
    }
}

crate::config_table! {
    /// What every queue has.
    struct QueueFields: "a queue" {
        /// Where requests wait.
        at: QueuePlace = "server",
        /// How many may wait, in each queue; one more is rejected. A balancer passes over full servers, but for those
        /// that tie requests to servers, as hashes and sticky sessions do. Left out, there is no end.
        capacity: Option<u32>,
        /// With the queue at the balancer: requests that a server may hold at once. Left out, its slots.
        limit: Option<Spanned<u32>>,
        /// How long a request may wait before it is turned away.
        timeout: Option<Spanned<SimDuration>>,
        /// What sheds load from it before that: a policy's name, or a table with settings. What is shed has been
        /// rejected.
        shed: Option<Spanned<ShedPlan>>,
    }
}

/// A queue as it is written.
#[derive(Clone, Debug)]
pub(super) struct RawQueue {
    pub at: Spanned<QueuePlace>,
    pub discipline: Spanned<DisciplinePlan>,
    pub capacity: Option<u32>,
    pub limit: Option<Spanned<u32>>,
    pub timeout: Option<Spanned<SimDuration>>,
    pub shed: Option<Spanned<ShedPlan>>,
}

impl RawQueue {
    const DEFAULT: &'static str = "fifo";
}

impl Value for RawQueue {
    fn shape() -> Shape {
        DisciplinePlan::family_shape(true, QueueFields::fields()).with_default(Self::DEFAULT)
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let section = Section::open_or_name(node, "a queue", DisciplinePlan::TAG, problems)?;
        let place_of = |field| section.node(field).map_or(&node.span, |node| &node.span).clone();
        let fields = QueueFields::read_fields(&section);
        let at_span = place_of("at");
        let span = place_of(DisciplinePlan::TAG);
        let discipline = DisciplinePlan::read_tagged(&section, Some(Self::DEFAULT));
        section.finish();
        let (
            QueueFields {
                at,
                capacity,
                limit,
                timeout,
                shed,
            },
            value,
        ) = (fields?, discipline?);
        Some(Self {
            at: Spanned {
                value: at,
                span: at_span,
            },
            discipline: Spanned { value, span },
            capacity,
            limit,
            timeout,
            shed,
        })
    }
}

crate::config_table! {
    /// What every balancer has.
    struct BalancerFields: "a balancer" {
        /// How many independent balancers stand in front; each knows only its own connections.
        balancers: Spanned<u32> = 1,
        /// A second balancer that takes over when the first one fails.
        standby: Option<Spanned<Standby>>,
        /// Whether requests stay in the zone of their sender while any server there is in rotation. Each zone has a balancer
        /// of its own then, which knows its own connections, and one more is for all zones.
        zone_local: Spanned<bool> = false,
        /// With `zone_local`: the connections per slot, at the server chosen in the zone, from which on a request may go to
        /// any zone. Left out, it does so only when no server in its zone is in rotation.
        spill_over: Option<Spanned<f64>>,
        /// How often servers report their load. With it, the policy sees loads that are this old.
        report_every: Option<Spanned<SimDuration>>,
    }
}

/// A balancer as it is written.
#[derive(Clone, Debug)]
pub(super) struct RawBalancer {
    pub policy: Spanned<Policy>,
    pub balancers: Spanned<u32>,
    pub standby: Option<Spanned<Standby>>,
    pub zone_local: Spanned<bool>,
    pub spill_over: Option<Spanned<f64>>,
    pub report_every: Option<Spanned<SimDuration>>,
}

impl Value for RawBalancer {
    fn shape() -> Shape {
        Policy::family_shape(true, BalancerFields::fields())
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let section = Section::open_or_name(node, "a balancer", Policy::TAG, problems)?;
        let span = section
            .node(Policy::TAG)
            .map_or(&node.span, |node| &node.span)
            .clone();
        let policy = Policy::read_tagged(&section, None);
        let fields = BalancerFields::read_fields(&section);
        section.finish();
        let (
            BalancerFields {
                balancers,
                standby,
                zone_local,
                spill_over,
                report_every,
            },
            value,
        ) = (fields?, policy?);
        Some(Self {
            policy: Spanned { value, span },
            balancers,
            standby,
            zone_local,
            spill_over,
            report_every,
        })
    }
}

/// The objectives of a workload, a call or a store as they are written.
#[derive(Clone, Debug)]
pub(super) struct Slo<K> {
    pub promises: Vec<Promise>,
    of: PhantomData<K>,
}

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Promise {
    /// The measure: `response.p99`.
    pub measure: String,
    /// Where the measure stands.
    pub span: Span,
    /// The bound, to be read once it is known what is measured.
    pub bound: Node,
}

impl<K> Slo<K> {
    fn new(promises: Vec<Promise>) -> Self {
        Self {
            promises,
            of: PhantomData,
        }
    }
}

impl<K: Promises> Value for Slo<K> {
    fn shape() -> Shape {
        let bounds = vec![SimDuration::shape(), Rate::shape(), Share::shape()];
        Shape::Map {
            keys: "measures",
            known: K::MEASURES.iter().map(|&(name, _)| name).collect(),
            values: Box::new(Shape::OneOf(bounds)),
        }
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let Tree::Table(members) = &node.tree else {
            problems.push(Problem {
                severity: Severity::Error,
                message: format!("expected a table of objectives, found {}", node.kind()),
                labels: vec![Label {
                    span: node.span.clone(),
                    text: "here".to_owned(),
                }],
                help: Some("write it like `slo = { \"response.p99\" = \"120 ms\" }`".to_owned()),
            });
            return None;
        };
        let mut promises = Vec::new();
        flatten("", members, &mut promises);
        Some(Self::new(promises))
    }
    fn absent() -> Option<Self> {
        Some(Self::new(Vec::new()))
    }
}

/// In TOML `response.p99 = …` without quotes is a table in a table; it is taken for what is meant.
fn flatten(prefix: &str, members: &[Member], promises: &mut Vec<Promise>) {
    for member in members {
        let measure = format!("{prefix}{}", member.key);
        match &member.node.tree {
            Tree::Table(inner) => flatten(&format!("{measure}."), inner, promises),
            _ => promises.push(Promise {
                measure,
                span: member.key_span.clone(),
                bound: member.node.clone(),
            }),
        }
    }
}
