//! A gray failure: the server answers everything, and more slowly. Work in progress slows down with it.

use super::Harm;
use crate::config::{Entry, Section, Spanned, Table};

pub(super) const ENTRY: Entry<Harm> = Entry {
    name: "slow",
    summary: "works more slowly",
    example: "factor = 5.0",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// A server that is slower than usual.
    struct Settings: "slow" {
        /// Time over usual time, from 1 to 1 000 000.
        factor: Spanned<f64>,
    }
}

fn read(section: &Section<'_>) -> Option<Harm> {
    let Settings { factor } = Settings::read_fields(section)?;
    if !(1.0..=1e6).contains(&*factor) {
        let help =
            "5.0 makes everything take five times as long; use `mode = \"hang\"` for a server that stops";
        section.problems().error(
            &factor.span,
            "`factor` is not between 1 and 1 000 000",
            "here",
            help,
        );
        return None;
    }
    Some(Harm::Slow { factor: *factor })
}
