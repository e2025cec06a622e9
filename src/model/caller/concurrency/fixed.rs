//! A limit that stays what it is: the size of a pool of connections.

use super::{ConcurrencyPlan, Limit};
use crate::config::{Entry, Section, Spanned, Table, at_least_one};

pub(super) const ENTRY: Entry<ConcurrencyPlan> = Entry {
    name: "fixed",
    summary: "always the same, as a pool of connections",
    example: "limit = 100",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// A limit that stays what it is.
    struct Settings: "a fixed limit" {
        /// Attempts under way at once, at least 1.
        limit: Spanned<u32>,
    }
}

fn read(section: &Section<'_>) -> Option<ConcurrencyPlan> {
    let Settings { limit } = Settings::read_fields(section)?;
    let limit = at_least_one(&limit, "the limit", section.problems())?;
    Some(plan(limit))
}

/// Returns a limit that stays what it is.
pub fn plan(limit: u32) -> ConcurrencyPlan {
    ConcurrencyPlan::new(ENTRY.name, move || Fixed(limit))
}

struct Fixed(u32);

impl Limit for Fixed {
    fn limit(&self) -> u32 {
        self.0
    }
}
