//! How text becomes checked settings, and every mistake in it one kind message.
//!
//! **Lives here:** the [`Node`] tree with its places, the [`Problems`] found on the way, the [`Value`]s that can be
//! read from a node, the [`config_table!`](crate::config_table) that declares a table's fields once for the reader, the JSON
//! Schema and the reference, and [`Family`], by which a policy is found by name.
//! **Lives elsewhere:** which tables a scenario has and how they fit together (`scenario`).
//! **Invariant:** reading never stops at the first mistake, and a field that was not declared cannot be read.
//!
//! Serde is not used for this because it gives up at the first mistake and forgets where a value stood; here one
//! declaration serves reading, "did you mean", the schema and the reference, so that they cannot drift apart.

mod bounds;
mod family;
mod file;
mod node;
mod problem;
mod table;
mod value;
mod word;

pub use self::{
    bounds::{at_least_one, some_time},
    family::{Entry, EntryInfo, Family, find},
    node::{Member, Node, Span, Tree, parse, parse_value},
    problem::{Label, Problem, Problems, Severity, did_you_mean},
    table::{FieldInfo, Section, Table, doc_text, field_name},
    value::{Shape, Spanned, Value},
    word::read_word,
};
