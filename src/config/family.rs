//! Families: how a policy is found by its name and reads its own settings.
//!
//! A new member is one file with its [`Entry`] and one line in the family's list; hints, `schema`, the reference and
//! the contract tests read the list and follow by themselves.

use super::{FieldInfo, Section, Shape, Tree, did_you_mean};

/// One member of a family: its name and how it is made from its settings.
pub struct Entry<T: 'static> {
    /// The name in a scenario, in kebab-case.
    pub name: &'static str,
    /// What it does, in half a line.
    pub summary: &'static str,
    /// Its settings as one might write them, without the tag: `"d = 2"`.
    pub example: &'static str,
    /// Its own fields.
    pub fields: fn() -> Vec<FieldInfo>,
    /// Reads its settings; `None` says that a problem was added.
    pub read: fn(&Section<'_>) -> Option<T>,
}

/// What the schema and the reference need to know of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryInfo {
    /// The name in a scenario.
    pub name: &'static str,
    /// What it does.
    pub summary: &'static str,
    /// Its settings as one might write them.
    pub example: &'static str,
    /// Its own fields.
    pub fields: Vec<FieldInfo>,
}

/// A set of things that a scenario chooses from by name.
pub trait Family: Sized + 'static {
    /// What a member is called, with its article: `"a balancing policy"`.
    const WHAT: &'static str;
    /// The field that holds the name: `"policy"`.
    const TAG: &'static str;
    /// The members, in the order of the reference.
    fn entries() -> &'static [&'static Entry<Self>];

    /// Returns the shape of a table that chooses a member; see [`Shape::Family`].
    fn family_shape(shorthand: bool, common: Vec<FieldInfo>) -> Shape {
        Self::shape_of_some(Self::WHAT, |_| true, shorthand, common)
    }

    /// Returns the shape of a table that is called `what` and chooses one of some members.
    fn shape_of_some(
        what: &'static str,
        among: fn(&str) -> bool,
        shorthand: bool,
        common: Vec<FieldInfo>,
    ) -> Shape {
        let info = |entry: &&Entry<Self>| EntryInfo {
            name: entry.name,
            summary: entry.summary,
            example: entry.example,
            fields: (entry.fields)(),
        };
        let some = Self::entries().iter().filter(|entry| among(entry.name));
        Shape::Family {
            what,
            tag: Self::TAG,
            shorthand,
            default: None,
            common,
            entries: some.map(info).collect(),
        }
    }

    /// Reads the tag of an open section and then the member's own fields; an absent tag means `default`.
    fn read_tagged(section: &Section<'_>, default: Option<&'static str>) -> Option<Self> {
        let name = match (section.node(Self::TAG), default) {
            (Some(node), _) => {
                let Tree::Text(name) = &node.tree else {
                    section.be_lenient();
                    super::value::wrong_kind(node, section.problems(), "a name", "put it in quotes");
                    return None;
                };
                (name.as_str(), &node.span)
            }
            (None, Some(name)) => (name, section.span()),
            (None, None) => {
                section.be_lenient();
                return section.field::<String>(Self::TAG, None).and(None);
            }
        };
        let entry = find::<Self>(name.0);
        if entry.is_none() {
            section.be_lenient();
            let known: Vec<&str> = Self::entries().iter().map(|entry| entry.name).collect();
            let hint = did_you_mean(name.0, known.iter().copied());
            section.problems().error(
                name.1,
                format!("`{}` is not {}{hint}", name.0, Self::WHAT),
                "not known",
                format!("known: {}", known.join(", ")),
            );
        }
        (entry?.read)(section)
    }
}

/// Returns the member of this name.
pub fn find<F: Family>(name: &str) -> Option<&'static Entry<F>> {
    F::entries().iter().copied().find(|entry| entry.name == name)
}
