//! A partition: messages between a zone and others are lost while it lasts. Servers on both sides go on.

use super::Harm;
use crate::config::{Entry, Section, Table};

pub(super) const ENTRY: Entry<Harm> = Entry {
    name: "partition",
    summary: "messages to and from a zone are lost, and sent again until it is over",
    example: "from = [\"b\"]",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// A zone that is cut off.
    struct Settings: "partition" {
        /// The zones that it is cut off from. Left out, everything else: all other zones, and clients and balancers that
        /// stand in none.
        from: Option<Vec<String>>,
    }
}

fn read(section: &Section<'_>) -> Option<Harm> {
    let Settings { from } = Settings::read_fields(section)?;
    Some(Harm::Partition { from })
}
