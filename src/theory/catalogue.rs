//! What is known of each formula: its name, how exact it is, what it holds for, and where it comes from.

/// A formula as it is shown beside a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formula {
    /// Its name: `"M/M/c (Erlang C)"`.
    pub name: &'static str,
    /// How its value relates to the truth where it holds.
    pub kind: Kind,
    /// What it holds for.
    pub holds_for: &'static str,
    /// Author and year.
    pub source: &'static str,
}

/// How a formula's value relates to the truth where it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is the truth.
    Exact,
    /// It is near the truth.
    Approximation,
    /// The truth is at most this.
    UpperBound,
    /// The truth is at least this.
    LowerBound,
}

impl Kind {
    /// Returns the sign before a number: `=`, `≈`, `≤` or `≥`.
    pub const fn mark(self) -> char {
        match self {
            Self::Exact => '=',
            Self::Approximation => '≈',
            Self::UpperBound => '≤',
            Self::LowerBound => '≥',
        }
    }
    /// Returns the word that documents use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Approximation => "approximation",
            Self::UpperBound | Self::LowerBound => "bound",
        }
    }
}
