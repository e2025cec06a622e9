//! Tables: their fields are declared once, and reading, hints, schema and reference follow.

use std::cell::{Cell, RefCell};

use super::{
    Label, Member, Node, Problem, Problems, Severity, Shape, Span, Tree, Value, did_you_mean, parse_value,
    value::wrong_kind,
};

/// What is known of one field of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldInfo {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub doc: String,
    /// What it looks like.
    pub shape: Shape,
    /// What it is when left out, as one would write it.
    pub default: Option<&'static str>,
    /// Whether it must be there.
    pub required: bool,
}

/// A table with declared fields; made by [`config_table!`](crate::config_table).
pub trait Table: Sized {
    /// The fields, in the order of the reference.
    fn fields() -> Vec<FieldInfo>;
    /// Reads the fields from an open section, which may hold others too.
    fn read_fields(section: &Section<'_>) -> Option<Self>;
}

/// A table being read: knows which of its members were asked for, so that the rest can be called unknown.
#[derive(Debug)]
pub struct Section<'a> {
    what: &'static str,
    members: Vec<&'a Member>,
    tag: Option<(&'static str, &'a Node)>,
    span: Span,
    problems: &'a Problems,
    known: RefCell<Vec<&'static str>>,
    /// Set when it is not known which fields belong here, so that none of them is called unknown.
    lenient: Cell<bool>,
}

impl<'a> Section<'a> {
    /// Opens a table; `what` names it in messages: `"a service"`.
    pub fn open(node: &'a Node, what: &'static str, problems: &'a Problems) -> Option<Self> {
        let Tree::Table(members) = &node.tree else {
            wrong_kind(
                node,
                problems,
                &format!("a table for {what}"),
                "write it as `[table]` or `{ … }`",
            );
            return None;
        };
        Some(Self {
            what,
            members: members.iter().collect(),
            tag: None,
            span: node.span.clone(),
            problems,
            known: RefCell::default(),
            lenient: Cell::new(false),
        })
    }

    /// Opens a table, or takes a bare name as a table that has only the field `tag`.
    pub fn open_or_name(
        node: &'a Node,
        what: &'static str,
        tag: &'static str,
        problems: &'a Problems,
    ) -> Option<Self> {
        match &node.tree {
            Tree::Text(_) => Some(Self {
                what,
                members: Vec::new(),
                tag: Some((tag, node)),
                span: node.span.clone(),
                problems,
                known: RefCell::default(),
                lenient: Cell::new(false),
            }),
            Tree::Table(_) => Self::open(node, what, problems),
            _ => {
                wrong_kind(node, problems, &format!("{what}, as a name or a table"), "");
                None
            }
        }
    }

    /// Returns where problems go.
    pub fn problems(&self) -> &'a Problems {
        self.problems
    }
    /// Returns where the table stands.
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// Returns the field as it was written, if it was, and notes that it is known.
    pub fn node(&self, name: &'static str) -> Option<&'a Node> {
        let mut known = self.known.borrow_mut();
        if !known.contains(&name) {
            known.push(name);
        }
        if let Some((tag, node)) = self.tag
            && tag == name
        {
            return Some(node);
        }
        self.members
            .iter()
            .find(|member| member.key == name)
            .map(|member| &member.node)
    }

    /// Reads a field; an absent one takes its default, and is a problem when it has none and is required.
    pub fn field<T: Value>(&self, name: &'static str, default: Option<&'static str>) -> Option<T> {
        if let Some(node) = self.node(name) {
            return T::read(node, self.problems);
        }
        if let Some(text) = default {
            let mut node = parse_value(text, 0).expect("a default is valid TOML");
            node.span = self.span.clone();
            return T::read(&node, self.problems);
        }
        let absent = T::absent();
        if absent.is_none() {
            self.problems.error(
                &self.span,
                format!("the field `{name}` is missing"),
                &format!("{} needs it", self.what),
                format!("add `{name} = …`"),
            );
        }
        absent
    }

    /// Gives up on telling known fields from unknown ones, because a mistake hides which fields belong here.
    pub fn be_lenient(&self) {
        self.lenient.set(true);
    }

    /// Ends the reading: every member that nobody asked for is a problem.
    pub fn finish(self) {
        if self.lenient.get() {
            return;
        }
        let known = self.known.into_inner();
        for member in self.members {
            if known.contains(&member.key.as_str()) {
                continue;
            }
            let hint = did_you_mean(&member.key, known.iter().copied());
            self.problems.push(Problem {
                severity: Severity::Error,
                message: format!("unknown field `{}`{hint}", member.key),
                labels: vec![Label {
                    span: member.key_span.clone(),
                    text: "not known here".to_owned(),
                }],
                help: Some(format!("fields of {}: {}", self.what, known.join(", "))),
            });
        }
    }
}

/// Joins the lines of a doc comment into one paragraph; for the use of [`config_table!`](crate::config_table).
pub fn doc_text(lines: &[&str]) -> String {
    lines
        .iter()
        .map(|line| line.trim())
        .collect::<Vec<_>>()
        .join(" ")
        .trim()
        .to_owned()
}

/// Returns a field's name in a scenario; a Rust keyword is declared as `r#for`. For the use of
/// [`config_table!`](crate::config_table).
pub fn field_name(declared: &'static str) -> &'static str {
    declared.strip_prefix("r#").unwrap_or(declared)
}

/// Declares a table: a struct whose fields are read from a scenario.
///
/// A field with `= value` has that default, written as in a scenario; an [`Option`] may be absent; any other field is
/// required. The doc comments become the reference and the schema. With `with name: Other` behind what
/// it is called, the fields of another declared table belong to it as well.
///
/// ```
/// use plimsoll::{config::{self, Problems, Value}, units::SimDuration};
///
/// plimsoll::config_table! {
///     /// How long to wait.
///     pub struct Patience: "patience" {
///         /// The time after which a client leaves.
///         pub after: SimDuration = "2 s",
///         /// Whether it says so.
///         pub loud: bool,
///     }
/// }
///
/// let problems = Problems::default();
/// let node = config::parse("loud = true", 0, &problems);
/// let patience = Patience::read(&node, &problems).unwrap();
/// assert_eq!(patience.after, SimDuration::from_nanos(2_000_000_000));
///
/// let node = config::parse("laud = true", 0, &problems);
/// assert!(Patience::read(&node, &problems).is_none());
/// let messages: Vec<String> = problems.into_sorted().into_iter().map(|problem| problem.message).collect();
/// assert_eq!(messages, ["the field `loud` is missing", "unknown field `laud`, did you mean `loud`?"]);
/// ```
#[macro_export]
macro_rules! config_table {
    (
        $(#[doc = $doc:literal])*
        $vis:vis struct $name:ident: $what:literal $(with $shared:ident: $shared_type:ty)? {
            $( $(#[doc = $field_doc:literal])* $field_vis:vis $field:ident: $type:ty $(= $default:expr)? ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug)]
        $vis struct $name {
            $( $(#[doc = $field_doc])* $field_vis $field: $type, )*
            $( $vis $shared: $shared_type )?
        }

        impl $crate::config::Table for $name {
            fn fields() -> Vec<$crate::config::FieldInfo> {
                let own = vec![$({
                    let default: Option<&'static str> = None $( .or(Some(stringify!($default))) )?;
                    $crate::config::FieldInfo {
                        name: $crate::config::field_name(stringify!($field)),
                        doc: $crate::config::doc_text(&[$($field_doc),*]),
                        shape: <$type as $crate::config::Value>::shape(),
                        default,
                        required: default.is_none() && <$type as $crate::config::Value>::absent().is_none(),
                    }
                }),*];
                $( let own = [own, <$shared_type as $crate::config::Table>::fields()].concat(); )?
                own
            }
            fn read_fields(section: &$crate::config::Section<'_>) -> Option<Self> {
                let _ = section; // a table may have no fields
                $(
                    let name = $crate::config::field_name(stringify!($field));
                    let $field = section.field::<$type>(name, None $( .or(Some(stringify!($default))) )?);
                )*
                $( let $shared = <$shared_type as $crate::config::Table>::read_fields(section); )?
                Some(Self { $( $field: $field?, )* $( $shared: $shared? )? })
            }
        }

        impl $crate::config::Value for $name {
            fn shape() -> $crate::config::Shape {
                $crate::config::Shape::Table {
                    name: $what,
                    doc: $crate::config::doc_text(&[$($doc),*]),
                    fields: <Self as $crate::config::Table>::fields(),
                }
            }
            fn read(node: &$crate::config::Node, problems: &$crate::config::Problems) -> Option<Self> {
                let section = $crate::config::Section::open(node, $what, problems)?;
                let read = <Self as $crate::config::Table>::read_fields(&section);
                section.finish();
                read
            }
        }
    };
}
