//! A surge: for a while, a workload sends more than usual (or, with a factor below 1, less).

use super::Harm;
use crate::config::{Entry, Section, Spanned, Table};

pub(super) const ENTRY: Entry<Harm> = Entry {
    name: "surge",
    summary: "a workload sends more than usual",
    example: "factor = 2.0",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// A workload that sends more than usual.
    struct Settings: "surge" {
        /// Rate over usual rate, from 0.01 to 1000.
        factor: Spanned<f64>,
    }
}

fn read(section: &Section<'_>) -> Option<Harm> {
    let Settings { factor } = Settings::read_fields(section)?;
    if !(0.01..=1_000.0).contains(&*factor) {
        let help = "2.0 sends twice as much";
        section.problems().error(
            &factor.span,
            "`factor` is not between 0.01 and 1000",
            "here",
            help,
        );
        return None;
    }
    Some(Harm::Surge { factor: *factor })
}
