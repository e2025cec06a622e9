//! Words: a setting that is one of a few names, declared once for the reader, the schema and the reference.

use super::{Node, Problems, Tree, did_you_mean, value::wrong_kind};

/// Reads one of `words`; for the use of [`config_words!`](crate::config_words).
pub fn read_word<T: Copy>(node: &Node, problems: &Problems, words: &[(&'static str, T)]) -> Option<T> {
    let known: Vec<&str> = words.iter().map(|&(word, _)| word).collect();
    let help = format!("known: {}", known.join(", "));
    let Tree::Text(written) = &node.tree else {
        wrong_kind(node, problems, "a word in quotes", &help);
        return None;
    };
    let found = words.iter().find(|(word, _)| word == written);
    if found.is_none() {
        let hint = did_you_mean(written, known.iter().copied());
        let message = format!("`{written}` is not one of the words that may stand here{hint}");
        problems.error(&node.span, message, "not known", help);
    }
    found.map(|&(_, value)| value)
}

/// Declares an enumeration whose members are written as words in a scenario. The doc comment of a member is its
/// meaning in the reference and the schema.
///
/// ```
/// use plimsoll::config::{Problems, Value, parse_value};
///
/// plimsoll::config_words! {
///     /// Which end of a queue is served.
///     pub enum End {
///         /// the one that waited longest
///         Front = "front",
///         /// the one that came last
///         Back = "back",
///     }
/// }
///
/// let problems = Problems::default();
/// assert_eq!(End::read(&parse_value("\"back\"", 0).unwrap(), &problems), Some(End::Back));
///
/// assert_eq!(End::read(&parse_value("\"frond\"", 0).unwrap(), &problems), None);
/// let message = &problems.into_sorted()[0].message;
/// assert_eq!(message, "`frond` is not one of the words that may stand here, did you mean `front`?");
/// ```
#[macro_export]
macro_rules! config_words {
    (
        $(#[doc = $doc:literal])*
        $vis:vis enum $name:ident { $( $(#[doc = $meaning:literal])* $member:ident = $word:literal ),* $(,)? }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis enum $name { $( $(#[doc = $meaning])* $member ),* }

        impl $crate::config::Value for $name {
            fn shape() -> $crate::config::Shape {
                $crate::config::Shape::Word(vec![$( ($word, concat!($($meaning),*).trim_start()) ),*])
            }
            fn read(node: &$crate::config::Node, problems: &$crate::config::Problems) -> Option<Self> {
                $crate::config::read_word(node, problems, &[$( ($word, Self::$member) ),*])
            }
        }
    };
}
