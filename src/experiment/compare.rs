//! Variants of one scenario on the very same requests, and how surely one is better than another.

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::{
    Conduct, Results,
    baseline::more_is_better,
    campaign::{Campaign, workload_name},
    column,
    race::Race,
    run::{missed_precision, need, results, window},
    select::{End, OpenPair, Selection},
    warmup,
};
use crate::{
    scenario::{Replications, Scenario},
    stats::PairedDifference,
};

/// One thing to be compared: a scenario and how it differs from the others.
#[derive(Clone, Debug)]
pub struct Variant {
    /// `"power-of-d"`, or `"balancer=random, servers=12"`.
    pub label: String,
    /// The scenario as this variant has it.
    pub scenario: Scenario,
}

/// What variants are compared by.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    /// The thing: `"workload.shoppers"`.
    pub of: String,
    /// The measure: `"response.p99"`.
    pub measure: String,
    /// Whether more of it is better.
    pub more_is_better: bool,
}

/// What came out of a comparison.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// How the variants do in each measure; the first is what they are ranked by.
    pub contests: Vec<Contest>,
    /// The variants, best first.
    pub variants: Vec<VariantResults>,
    /// When it ended.
    pub ending: Ending,
    /// Whether someone interrupted.
    pub interrupted: bool,
    /// What the reader ought to know.
    pub notes: Vec<String>,
}

/// One variant's results.
#[derive(Clone, Debug)]
pub struct VariantResults {
    /// What it is called.
    pub label: String,
    /// Its results.
    pub results: Results,
}

/// How the variants do in one measure.
#[derive(Clone, Debug)]
pub struct Contest {
    /// The measure.
    pub by: Criterion,
    /// One for each variant, in the order of [`Comparison::variants`].
    pub places: Vec<Place>,
}

/// How one variant does in one measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// What is known of it.
    pub standing: Standing,
    /// The paired difference from the best in this measure, over the replications that both have, at a level at which all
    /// differences hold together. `None` for the best itself and where there is nothing to compare.
    pub difference: Option<PairedDifference>,
}

/// What is known of a variant in one measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The best as measured.
    Best,
    /// It may be as good as the best, or better.
    Close,
    /// Another one is surely better.
    Worse,
    /// There is nothing to judge it by, or it does not keep up with its load.
    Unknown,
}

/// When a comparison ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ending {
    /// After as many replications as were asked for.
    Asked,
    /// When the best was known to the precision that was wanted, as a share of the best.
    Decided(f64),
    /// Before that.
    Open(f64),
}

impl Comparison {
    /// Returns how the variants do in the measure that they are ranked by.
    pub fn ranking(&self) -> &Contest {
        &self.contests[0]
    }
    /// Whether every variant had as many replications as the best.
    pub fn is_even(&self) -> bool {
        let all = self.variants[0].results.replications;
        let mut others = self.variants.iter();
        others.all(|variant| variant.results.replications == all)
    }
}

impl Contest {
    /// Returns the variants that stand like this, by their places in [`Comparison::variants`].
    pub fn that_are(&self, standing: Standing) -> impl Iterator<Item = usize> {
        let places = self.places.iter().enumerate();
        places.filter_map(move |(at, place)| (place.standing == standing).then_some(at))
    }
}

impl Criterion {
    /// Returns what variants are compared by when nothing else is said and this is the first of them: every objective,
    /// first the one that is to stay low, or else the mean response of the first workload; over years the
    /// unavailability of the first service, or how likely a first store loses data.
    pub fn usual(scenario: &Scenario) -> Vec<Self> {
        let criterion = |of: String, measure: &str, more_is_better| Self {
            of,
            measure: measure.to_owned(),
            more_is_better,
        };
        if scenario.deployment.is_long() {
            let (measure, more_is_better) = column::headline(&scenario.deployment, 0);
            let of = scenario.deployment.services[0].path();
            return vec![criterion(of, measure, more_is_better)];
        }
        let objectives = scenario.objectives.iter();
        let mut all: Vec<Self> = objectives
            .map(|one| criterion(one.of.clone(), &one.measure, one.at_least))
            .collect();
        if let Some(first) = all.iter().position(|one| !one.more_is_better) {
            all[..=first].rotate_right(1);
        }
        if all.is_empty() {
            let of = workload_name(&scenario.deployment, 0);
            all.push(criterion(of, "response.mean", false));
        }
        all
    }

    /// Returns everything that variants of a scenario can be compared by. What is neither better when it is higher nor when it
    /// is lower is not among it.
    pub fn possible(scenario: &Scenario) -> Vec<Self> {
        let direction = |of: &str, measure: &str| {
            let mut objectives = scenario.objectives.iter();
            let objective = objectives.find(|one| one.of == of && one.measure == measure);
            objective.map_or_else(|| more_is_better(measure), |one| Some(one.at_least))
        };
        let columns = column::names(&scenario.deployment).into_iter();
        let criterion = columns.filter_map(|column| {
            Some(Self {
                more_is_better: direction(&column.of, &column.name)?,
                of: column.of,
                measure: column.name,
            })
        });
        criterion.collect()
    }

    /// Whether a scenario has it.
    pub fn is_in(&self, scenario: &Scenario) -> bool {
        let mut columns = column::names(&scenario.deployment).into_iter();
        columns.any(|column| column.of == self.of && column.name == self.measure)
    }

    /// Returns how it is called in a scenario: `"workload.shoppers.response.p99"`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.of, self.measure)
    }
}

/// Runs every variant on the same requests, or over years on the same failures; ranks them by the first of the criteria, and
/// tells of each which variants may be the best.
pub fn compare(variants: &[Variant], criteria: &[Criterion], conduct: &Conduct<'_>) -> Comparison {
    assert!(
        !variants.is_empty() && !criteria.is_empty(),
        "there is something to compare, by something"
    );
    let mut notes = Vec::new();
    // One warm-up for all, the longest that any of them needs: the same requests must be measured.
    let warmups = variants
        .iter()
        .map(|variant| warmup::choose(&variant.scenario, conduct));
    let warmup = warmups.map(|(warmup, note)| {
        notes.extend(note.filter(|note| !notes.contains(note)));
        warmup
    });
    let warmup = warmup.max().unwrap_or_default();
    let campaigns = variants
        .iter()
        .map(|variant| Campaign::new(&variant.scenario, window(&variant.scenario, warmup)));
    let mut race = Race {
        campaigns: campaigns.collect(),
        criteria,
        conduct,
    };
    let run = &variants[0].scenario.run;
    let directions = criteria.iter().map(|one| one.more_is_better).collect();
    let mut selection = Selection::new(variants.len(), directions, run.replications, run.level);
    let (end, whole) = selection.carry_out(&mut race);
    let order = selection.ranking(&race, 0);
    let contests = criteria.iter().enumerate().map(|(measure, by)| Contest {
        by: by.clone(),
        places: order
            .iter()
            .map(|&at| place(&selection, &race, measure, at))
            .collect(),
    });
    let contests = contests.collect();
    if let Replications::Until { precision, .. } = run.replications
        && whole
    {
        notes.extend(own_precision(&race.campaigns[selection.best(0)], precision));
        if let End::Open(open) = &end {
            notes.extend(open_questions(&race, variants, open, precision));
        }
    }
    // Formulas take their time as well.
    let ranked = order.par_iter().with_max_len(1).map(|&at| VariantResults {
        label: variants[at].label.clone(),
        results: results(&race.campaigns[at], !whole, Vec::new()),
    });
    Comparison {
        contests,
        variants: ranked.collect(),
        ending: match (run.replications, end) {
            (Replications::Until { precision, .. }, End::Decided) => Ending::Decided(precision),
            (Replications::Until { precision, .. }, _) => Ending::Open(precision),
            (Replications::Fixed(_), _) => Ending::Asked,
        },
        interrupted: !whole,
        notes,
    }
}

fn place(selection: &Selection, race: &Race<'_>, measure: usize, variant: usize) -> Place {
    let best = selection.best(measure);
    let known = race.campaigns[variant].is_steady() && race.has(variant, measure);
    let standing = match () {
        () if !known => Standing::Unknown,
        () if variant == best => Standing::Best,
        () if selection.is_worse(measure, variant) => Standing::Worse,
        () => Standing::Close,
    };
    let difference = (variant != best).then(|| selection.difference(measure, best, variant));
    Place {
        standing,
        difference: difference.flatten(),
    }
}

/// Says that the best itself is not as precise as was wanted.
fn own_precision(best: &Campaign<'_>, precision: f64) -> Option<String> {
    let count = best.finished();
    if !best.is_steady() || count == 0 {
        return None;
    }
    let need = need(best, precision, count, count)?;
    Some(missed_precision(
        best,
        need.column,
        need.missed?,
        precision,
        count,
    ))
}

/// Says of which variants it is not known whether they are as good as the best.
fn open_questions(race: &Race<'_>, variants: &[Variant], open: &[OpenPair], precision: f64) -> Vec<String> {
    let by_measure = open.chunk_by(|one, other| one.measure == other.measure);
    let note = |pairs: &[OpenPair]| {
        let names: Vec<String> = pairs
            .iter()
            .map(|pair| format!("`{}`", variants[pair.variant].label))
            .collect();
        let widest = pairs.iter().map(|pair| pair.half_width).fold(0.0, f64::max);
        let (verb, intervals) = match pairs {
            [_] => ("differs", "the interval of the difference is"),
            _ => ("differ", "the intervals of the differences are up to"),
        };
        format!(
            "whether {} {verb} from the best in {} is still open after {} replications: {intervals} ±{:.1} % of the best, \
             and {} % was wanted; allow more (`max_replications`), or a longer `duration`",
            names.join(", "),
            race.criteria[pairs[0].measure].path(),
            race.campaigns[pairs[0].variant].finished(),
            widest * 100.0,
            crate::units::figures(precision * 100.0, 3),
        )
    };
    by_measure.map(note).collect()
}
