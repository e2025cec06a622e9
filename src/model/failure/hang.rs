//! A hang: requests are taken in, and none is worked on.
//!
//! When it is over, what the server holds is either lost (it was restarted, and every connection breaks at that moment) or
//! goes on where it stood (it was only stopped, by a long collection of garbage or a full disk).

use super::Harm;
use crate::config::{Entry, Section, Table};

pub(super) const ENTRY: Entry<Harm> = Entry {
    name: "hang",
    summary: "takes requests in and answers none",
    example: "",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// A hang.
    struct Settings: "hang" {
        /// Whether the server goes on where it stood when the hang is over. Otherwise what it holds then is lost.
        resumes: bool = false,
    }
}

fn read(section: &Section<'_>) -> Option<Harm> {
    let Settings { resumes } = Settings::read_fields(section)?;
    Some(Harm::Hang { resumes })
}
