//! A crash: connections are refused, and work in progress is lost.
//!
//! What waited in the server's own queue is lost with what was worked on: the caller's connection breaks, and it learns
//! of that at once. What waits at the balancer stays there. A crashed server comes back empty.

use super::Harm;
use crate::config::{Entry, Section, Table};

pub(super) const ENTRY: Entry<Harm> = Entry {
    name: "crash",
    summary: "refuses new requests at once and loses what it held",
    example: "",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// A crash.
    struct Settings: "crash" {}
}

fn read(section: &Section<'_>) -> Option<Harm> {
    let Settings {} = Settings::read_fields(section)?;
    Some(Harm::Crash)
}
