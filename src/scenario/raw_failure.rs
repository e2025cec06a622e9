//! Failures and faults as they are written: a mode with its settings, and when and where it strikes.

use crate::{
    config::{Family, Node, Problems, Section, Shape, Spanned, Table, Value},
    dist::Dist,
    model::failure::{Harm, Unit},
    units::{Share, SimDuration},
};

crate::config_table! {
    /// What every failure has.
    struct FailureFields: "a failure" {
        /// What fails as one.
        of: Spanned<Unit> = "server",
        /// The time from a repair (or the beginning) to the next failure of a unit.
        after: Spanned<Dist>,
        /// The time that a repair takes.
        repair: Spanned<Dist>,
        /// How many units can be under repair at once; the others wait in the order in which they failed. Left out, all.
        crews: Option<Spanned<u32>>,
        /// The share of a unit's failures that hit all units of the service at once (the beta factor).
        common_cause: Spanned<Share> = "0 %",
        /// Of a store: the share of the nodes struck that come back without their data.
        data_lost: Spanned<Share> = "0 %",
    }
}

/// A failure as it is written.
#[derive(Clone, Debug)]
pub(super) struct RawFailure {
    pub harm: Spanned<Harm>,
    pub of: Spanned<Unit>,
    pub after: Spanned<Dist>,
    pub repair: Spanned<Dist>,
    pub crews: Option<Spanned<u32>>,
    pub common_cause: Spanned<Share>,
    pub data_lost: Spanned<Share>,
}

impl RawFailure {
    const WHAT: &'static str = "a failure";

    /// Returns whether harm of this name can come by itself.
    pub(super) fn may_come(mode: &str) -> bool {
        !matches!(mode, "drain" | "partition" | "surge")
    }
}

impl Value for RawFailure {
    fn shape() -> Shape {
        Harm::shape_of_some(Self::WHAT, Self::may_come, false, FailureFields::fields())
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let section = Section::open(node, Self::WHAT, problems)?;
        let (harm, fields) = (read_harm(&section), FailureFields::read_fields(&section));
        section.finish();
        let fields = fields?;
        Some(Self {
            harm: harm?,
            of: fields.of,
            after: fields.after,
            repair: fields.repair,
            crews: fields.crews,
            common_cause: fields.common_cause,
            data_lost: fields.data_lost,
        })
    }
}

crate::config_table! {
    /// What every fault has.
    struct FaultFields: "a fault" {
        /// When it begins, since measuring began.
        at: Spanned<SimDuration>,
        /// How long it lasts.
        r#for: Spanned<SimDuration>,
        /// What it strikes: `"server:api.3"` (they are numbered from 1), `"group:api.fast"` (or its number),
        /// `"zone:a"`, `"service:api"`, `"balancer:api.1"` or `"workload:shoppers"`; of a store, `"node:orders.3"`,
        /// `"group:orders.1"` or `"store:orders"`.
        target: Spanned<String>,
        /// Of stores: the share of the nodes struck that come back without their data.
        data_lost: Spanned<Share> = "0 %",
        /// Its name, by which `[plan]` finds it.
        name: Option<Spanned<String>>,
    }
}

/// A fault as it is written.
#[derive(Clone, Debug)]
pub(super) struct RawFault {
    pub harm: Spanned<Harm>,
    pub at: Spanned<SimDuration>,
    pub lasts: Spanned<SimDuration>,
    pub target: Spanned<String>,
    pub data_lost: Spanned<Share>,
    pub name: Option<Spanned<String>>,
}

impl RawFault {
    const WHAT: &'static str = "a fault";
}

impl Value for RawFault {
    fn shape() -> Shape {
        Harm::shape_of_some(Self::WHAT, |_| true, false, FaultFields::fields())
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let section = Section::open(node, Self::WHAT, problems)?;
        let (harm, fields) = (read_harm(&section), FaultFields::read_fields(&section));
        section.finish();
        let fields = fields?;
        Some(Self {
            harm: harm?,
            at: fields.at,
            lasts: fields.r#for,
            target: fields.target,
            data_lost: fields.data_lost,
            name: fields.name,
        })
    }
}

/// Reads the mode; its place is that of its name.
fn read_harm(section: &Section<'_>) -> Option<Spanned<Harm>> {
    let value = Harm::read_tagged(section, None)?;
    let span = section
        .node(Harm::TAG)
        .map_or(section.span(), |node| &node.span)
        .clone();
    Some(Spanned { value, span })
}
