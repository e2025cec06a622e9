//! How popular things are: the keys that requests ask for, the clients that they come from.

use crate::{
    config::{Entry, Family, Node, Problems, Section, Shape, Spanned, Table, Value},
    model::{Popularity, Skew},
    units::Share,
};

/// More would take memory that no scenario is worth: a few bytes each, for each workload.
const MOST: u32 = 10_000_000;

const UNIFORM: Entry<Popularity> = Entry {
    name: "uniform",
    summary: "all of them alike",
    example: "count = 1_000",
    fields: Uniform::fields,
    read: read_uniform,
};

const ZIPF: Entry<Popularity> = Entry {
    name: "zipf",
    summary: "the `k`-th most popular in proportion to `k^−exponent` (Zipf 1949)",
    example: "count = 1_000, exponent = 0.9",
    fields: Zipf::fields,
    read: read_zipf,
};

const HOT: Entry<Popularity> = Entry {
    name: "hot",
    summary: "one gets `share` of all requests, and the others are alike",
    example: "count = 1_000, share = \"20 %\"",
    fields: Hot::fields,
    read: read_hot,
};

crate::config_table! {
    /// All of them alike.
    struct Uniform: "uniform popularity" {
        /// How many there are, from 1 to 10 000 000.
        count: Spanned<u32>,
    }
}

crate::config_table! {
    /// A few asked for often, most of them hardly ever.
    struct Zipf: "Zipf's law" {
        /// How many there are, from 1 to 10 000 000.
        count: Spanned<u32>,
        /// How uneven they are: 0 is uniform, web pages come to about 0.8. From 0 to 10.
        exponent: Spanned<f64> = 1.0,
    }
}

crate::config_table! {
    /// One that is asked for far more often than any other.
    struct Hot: "one hot key" {
        /// How many there are, from 2 to 10 000 000.
        count: Spanned<u32>,
        /// The share of requests that ask for the hot one.
        share: Spanned<Share>,
    }
}

fn read_uniform(section: &Section<'_>) -> Option<Popularity> {
    let Uniform { count } = Uniform::read_fields(section)?;
    let count = checked_count(&count, section.problems())?;
    Some(Popularity {
        count,
        skew: Skew::Zipf(0.0),
    })
}

fn read_zipf(section: &Section<'_>) -> Option<Popularity> {
    let Zipf { count, exponent } = Zipf::read_fields(section)?;
    let count = checked_count(&count, section.problems());
    if !(0.0..=10.0).contains(&*exponent) {
        let problems = section.problems();
        problems.error(
            &exponent.span,
            "the exponent is not between 0 and 10",
            "here",
            "write one like 0.9",
        );
        return None;
    }
    Some(Popularity {
        count: count?,
        skew: Skew::Zipf(*exponent),
    })
}

fn read_hot(section: &Section<'_>) -> Option<Popularity> {
    let Hot { count, share } = Hot::read_fields(section)?;
    let problems = section.problems();
    if *count == 1 {
        let help = "write 2 or more";
        problems.error(&count.span, "one hot key needs others beside it", "here", help);
        return None;
    }
    let even = 1.0 / f64::from((*count).max(1));
    if share.get() < even {
        let fault = "the hot key would be asked for less often than the others";
        let help = format!("write more than {} %", crate::units::figures(100.0 * even, 3));
        problems.error(&share.span, fault, "here", help);
        return None;
    }
    Some(Popularity {
        count: checked_count(&count, problems)?,
        skew: Skew::Hot(share.get()),
    })
}

fn checked_count(count: &Spanned<u32>, problems: &Problems) -> Option<u32> {
    if (1..=MOST).contains(&**count) {
        return Some(**count);
    }
    let help = "write a number like 1_000";
    problems.error(
        &count.span,
        "the count is not between 1 and 10 000 000",
        "here",
        help,
    );
    None
}

impl Family for Popularity {
    const WHAT: &'static str = "a popularity";
    const TAG: &'static str = "popularity";
    fn entries() -> &'static [&'static Entry<Self>] {
        &[&UNIFORM, &ZIPF, &HOT]
    }
}

impl Value for Popularity {
    fn shape() -> Shape {
        Self::family_shape(false, Vec::new()).with_default(UNIFORM.name)
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let section = Section::open(node, Self::WHAT, problems)?;
        let popularity = Self::read_tagged(&section, Some(UNIFORM.name));
        section.finish();
        popularity
    }
}
