//! What can be read from a node: plain values, quantities, lists, and whatever declares itself a [`Value`].

use std::ops::Deref;

use super::{EntryInfo, FieldInfo, Node, Problems, Span, Tree};
use crate::units::{Bandwidth, Bytes, Power, Quantity, Rate, RateOrZero, Share, SimDuration};

/// Something that can be read from a node.
pub trait Value: Sized {
    /// What it looks like, for the schema and the reference.
    fn shape() -> Shape;
    /// Reads it; `None` says that a problem was added.
    fn read(node: &Node, problems: &Problems) -> Option<Self>;
    /// What an absent field means; `None` makes the field required.
    fn absent() -> Option<Self> {
        None
    }
}

/// What a value looks like, from which the JSON Schema and the reference are written.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Whatever the place takes that it is meant for.
    Any,
    /// Any text.
    Text,
    /// A whole number from `low` to `high`.
    Integer {
        /// The smallest.
        low: i64,
        /// The largest.
        high: i64,
    },
    /// A number without a unit.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A number with a unit.
    Quantity {
        /// `"a duration"`
        what: &'static str,
        /// The units it takes.
        units: Vec<&'static str>,
        /// A good one.
        example: &'static str,
    },
    /// One of a few words, each with its meaning.
    Word(Vec<(&'static str, &'static str)>),
    /// A list of values of one shape.
    List(Box<Shape>),
    /// A list of two values: `["08:00", "300 /s"]`.
    Pair(Box<Shape>, Box<Shape>),
    /// A table with these fields.
    Table {
        /// Its name in the reference.
        name: &'static str,
        /// What it describes.
        doc: String,
        /// What may stand in it.
        fields: Vec<FieldInfo>,
    },
    /// A table whose field `tag` names one member of a family, or (when `shorthand`) just that name.
    Family {
        /// `"a balancing policy"`
        what: &'static str,
        /// The field that names the member.
        tag: &'static str,
        /// Whether the bare name will do.
        shorthand: bool,
        /// The member that is meant when the tag is left out; `None` when it must be there.
        default: Option<&'static str>,
        /// Fields that every member has.
        common: Vec<FieldInfo>,
        /// The members.
        entries: Vec<EntryInfo>,
    },
    /// A table from certain names to values of one shape, with a word on the names.
    Map {
        /// What the names are.
        keys: &'static str,
        /// All of them, or none where any will do; in TOML one with a point may also stand as a table in a table.
        known: Vec<&'static str>,
        /// What the values are.
        values: Box<Shape>,
    },
    /// Any of these.
    OneOf(Vec<Shape>),
    /// A family or table described elsewhere in full, by its name in the reference; breaks cycles.
    Reference(&'static str),
}

impl Shape {
    /// Returns the shape of a family whose tag may be left out, and then means this member.
    #[must_use]
    pub fn with_default(mut self, member: &'static str) -> Self {
        if let Self::Family { default, .. } = &mut self {
            *default = Some(member);
        }
        self
    }
}

/// A value that remembers its place, for checks that come later.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

impl<T> Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Value> Value for Spanned<T> {
    fn shape() -> Shape {
        T::shape()
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        Some(Self {
            value: T::read(node, problems)?,
            span: node.span.clone(),
        })
    }
}

impl<T: Value> Value for Option<T> {
    fn shape() -> Shape {
        T::shape()
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        T::read(node, problems).map(Some)
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Value> Value for Vec<T> {
    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let Tree::List(nodes) = &node.tree else {
            wrong_kind(
                node,
                problems,
                "a list",
                "write it in brackets, as in `[a, b]`, or as `[[…]]` tables",
            );
            return None;
        };
        // Every element is read before any failure counts, so that all mistakes are found.
        let read: Vec<Option<T>> = nodes.iter().map(|node| T::read(node, problems)).collect();
        read.into_iter().collect()
    }
}

impl<A: Value, B: Value> Value for (A, B) {
    fn shape() -> Shape {
        Shape::Pair(Box::new(A::shape()), Box::new(B::shape()))
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let Tree::List(nodes) = &node.tree else {
            wrong_kind(node, problems, "a pair", "write it as a list of two");
            return None;
        };
        let [a, b] = nodes.as_slice() else {
            let fault = format!("a pair has two values, and this list has {}", nodes.len());
            problems.error(&node.span, fault, "here", "");
            return None;
        };
        let (a, b) = (A::read(a, problems), B::read(b, problems));
        Some((a?, b?))
    }
}

impl Value for String {
    fn shape() -> Shape {
        Shape::Text
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        if let Tree::Text(text) = &node.tree {
            return Some(text.clone());
        }
        wrong_kind(node, problems, "a text", "put it in quotes");
        None
    }
}

impl Value for bool {
    fn shape() -> Shape {
        Shape::Boolean
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        if let Tree::Boolean(boolean) = node.tree {
            return Some(boolean);
        }
        wrong_kind(node, problems, "`true` or `false`", "write it without quotes");
        None
    }
}

impl Value for f64 {
    fn shape() -> Shape {
        Shape::Number
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        match node.tree {
            Tree::Float(number) if number.is_finite() => Some(number),
            Tree::Integer(number) => Some(number as f64),
            Tree::Float(_) => {
                problems.error(&node.span, "this number is not finite", "here", "");
                None
            }
            _ => {
                wrong_kind(
                    node,
                    problems,
                    "a plain number",
                    "write it without quotes and unit",
                );
                None
            }
        }
    }
}

macro_rules! whole_number {
    ($($type:ty: $high:expr),*) => {$(
        impl Value for $type {
            fn shape() -> Shape {
                Shape::Integer { low: 0, high: $high }
            }
            fn read(node: &Node, problems: &Problems) -> Option<Self> {
                match node.tree {
                    Tree::Integer(number) => match <$type>::try_from(number) {
                        Ok(number) => return Some(number),
                        Err(_) => problems.error(&node.span, format!("{number} is out of range"), "here",
                            format!("write a whole number from 0 to {}", $high)),
                    },
                    // What a whole number of TOML cannot hold is read as another number.
                    Tree::Float(number) if 1e18 <= number.abs() => {
                        problems.error(&node.span, "this number is out of range", "here",
                            format!("write a whole number from 0 to {}", $high));
                    }
                    Tree::Float(_) => problems.error(&node.span, "this is not a whole number", "here",
                        format!("write a whole number from 0 to {}", $high)),
                    _ => wrong_kind(node, problems, "a whole number", "write it without quotes and unit"),
                }
                None
            }
        }
    )*};
}
whole_number!(u32: i64::from(u32::MAX), u64: i64::MAX, usize: i64::MAX);

macro_rules! quantity {
    ($($type:ty),*) => {$(
        impl Value for $type {
            fn shape() -> Shape {
                Shape::Quantity {
                    what: Self::WHAT,
                    units: Self::UNITS.iter().map(|&(name, _)| name).collect(),
                    example: Self::EXAMPLE,
                }
            }
            fn read(node: &Node, problems: &Problems) -> Option<Self> {
                read_quantity(node, problems)
            }
        }
    )*};
}
quantity!(SimDuration, Rate, RateOrZero, Share, Bytes, Bandwidth, Power);

fn read_quantity<T: Quantity>(node: &Node, problems: &Problems) -> Option<T> {
    match &node.tree {
        Tree::Text(text) => match T::parse(text) {
            Ok(quantity) => return Some(quantity),
            Err(fault) => problems.error(&node.span, fault, "here", ""),
        },
        Tree::Integer(_) | Tree::Float(_) => problems.error(
            &node.span,
            format!("{} needs its unit, and this is a bare number", T::WHAT),
            "no unit",
            format!("write it like \"{}\", in quotes", T::EXAMPLE),
        ),
        _ => wrong_kind(
            node,
            problems,
            T::WHAT,
            &format!("write it like \"{}\"", T::EXAMPLE),
        ),
    }
    None
}

pub(super) fn wrong_kind(node: &Node, problems: &Problems, expected: &str, help: &str) {
    problems.error(
        &node.span,
        format!("expected {expected}, found {}", node.kind()),
        "here",
        help,
    );
}
