//! Draining: a server is taken out of the balancers' choice on purpose, and ends what it holds.

use super::Harm;
use crate::config::{Entry, Section, Table};

pub(super) const ENTRY: Entry<Harm> = Entry {
    name: "drain",
    summary: "gets no new requests and ends those that it has: a planned removal",
    example: "",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// A planned removal.
    struct Settings: "drain" {}
}

fn read(section: &Section<'_>) -> Option<Harm> {
    let Settings {} = Settings::read_fields(section)?;
    Some(Harm::Drain)
}
