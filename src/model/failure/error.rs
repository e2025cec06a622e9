//! Errors: requests are answered quickly and wrongly.
//!
//! The server looks idle, so a balancer that goes by loads sends it more and more: it becomes a black hole.

use super::Harm;
use crate::{
    config::{Entry, Section, Spanned, Table},
    dist::Dist,
    units::Share,
};

pub(super) const ENTRY: Entry<Harm> = Entry {
    name: "error",
    summary: "answers with errors, quickly",
    example: "share = \"50 %\"",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// A server that answers with errors.
    struct Settings: "error" {
        /// The share of requests that get an error; the others are answered as usual.
        share: Spanned<Share> = "100 %",
        /// The time in a slot that an error takes.
        takes: Dist = "1 ms",
    }
}

fn read(section: &Section<'_>) -> Option<Harm> {
    let Settings { share, takes } = Settings::read_fields(section)?;
    if share.get() <= 0.0 {
        let help = "leave the failure out, or write a share like \"20 %\"";
        section
            .problems()
            .error(&share.span, "a `share` of 0 fails nothing", "here", help);
        return None;
    }
    Some(Harm::Error {
        share: share.get(),
        takes,
    })
}
