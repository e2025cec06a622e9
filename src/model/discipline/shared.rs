//! Processor sharing: a server works on all its requests at once, each with an equal part of it.
//!
//! How the parts are worked out is the server's business. Requests wait only where a limit says how many a server
//! takes at once, and then in the order in which they came.

use super::{DisciplinePlan, Order, fifo::Fifo};
use crate::config::Entry;

pub(super) const ENTRY: Entry<DisciplinePlan> = Entry {
    name: "processor-sharing",
    summary: "all at once, each with an equal part of the server",
    example: "",
    fields: Vec::new,
    read: |_| Some(plan()),
};

/// Returns processor sharing.
pub fn plan() -> DisciplinePlan {
    DisciplinePlan::new(ENTRY.name, Order::Shared, |_| Fifo)
}
