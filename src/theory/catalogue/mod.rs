//! Every formula by name: its family, whether it is exact, what it holds for and where it comes from.
//! The entries are data for whoever matches formulas to scenarios and prints them; the formulas are elsewhere.

mod cards;

pub use self::cards::*;

/// How far a formula is to be trusted where it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Right to the last figure of the arithmetic, or to a stated one far below what a simulation can tell.
    Exact,
    /// Near, as the formula's page says how near.
    Approximation,
    /// Never above the truth.
    LowerBound,
    /// Never below the truth.
    UpperBound,
    /// A rule of thumb without a derivation.
    RuleOfThumb,
}

impl Kind {
    /// Returns the mark put beside a value: `=`, `≈`, `≥` (the truth is at least this), `≤`, or `?`.
    pub const fn mark(self) -> char {
        match self {
            Self::Exact => '=',
            Self::Approximation => '≈',
            Self::LowerBound => '≥',
            Self::UpperBound => '≤',
            Self::RuleOfThumb => '?',
        }
    }
    /// Returns the word used in documents for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Approximation => "approximation",
            Self::LowerBound | Self::UpperBound => "bound",
            Self::RuleOfThumb => "rule-of-thumb",
        }
    }
}

/// What a formula is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Identities that hold for every system.
    Laws,
    /// One station: servers with one queue.
    Station,
    /// Ways to choose a server.
    Balancing,
    /// Several stations: requests that go from one to the next, or split and join.
    Networks,
    /// How many servers it takes.
    Sizing,
    /// Servers that fail and are repaired, and who notices.
    Availability,
    /// Copies of one thing: quorums, redundancy, loss and staleness.
    Replicas,
    /// Rules of thumb from articles; see [`super::article`].
    Article,
}

/// One formula's card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formula {
    /// What people call it, unique.
    pub name: &'static str,
    /// What it is about.
    pub family: Family,
    /// Whether it is exact, near, a bound or a guess.
    pub kind: Kind,
    /// The assumptions under which it holds.
    pub holds_for: &'static str,
    /// Authors and year.
    pub source: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_card_is_unique_and_complete() {
        assert!(40 < ALL.len());
        for (index, formula) in ALL.iter().enumerate() {
            assert!(
                ALL[..index].iter().all(|other| other.name != formula.name),
                "{} twice",
                formula.name
            );
            for text in [formula.name, formula.holds_for, formula.source] {
                assert!(
                    !text.is_empty() && text.trim() == text && !text.ends_with('.'),
                    "{formula:?}"
                );
            }
            let year = formula.source.split(' ').next_back().unwrap_or_default();
            let dated = year.parse::<u32>().is_ok_and(|year| (1900..2100).contains(&year));
            assert!(
                dated || formula.family == Family::Article,
                "{} has no year",
                formula.name
            );
            assert_eq!(
                formula.family == Family::Article,
                formula.kind == Kind::RuleOfThumb
            );
        }
    }

    #[test]
    fn families_stay_together_and_marks_tell_kinds_apart() {
        let mut families: Vec<Family> = ALL.iter().map(|formula| formula.family).collect();
        families.dedup();
        let all = [
            Family::Laws,
            Family::Station,
            Family::Balancing,
            Family::Networks,
            Family::Sizing,
            Family::Availability,
            Family::Replicas,
            Family::Article,
        ];
        assert_eq!(families, all);
        let marks = [
            Kind::Exact,
            Kind::Approximation,
            Kind::LowerBound,
            Kind::UpperBound,
            Kind::RuleOfThumb,
        ];
        assert_eq!(marks.map(Kind::mark), ['=', '≈', '≥', '≤', '?']);
        assert_eq!(KINGMAN.kind.word(), "bound");
    }
}
