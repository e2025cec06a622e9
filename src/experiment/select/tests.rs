//! Does the procedure keep what it promises? Hundreds of small experiments on variants whose order is known, and decoys
//! that must fail where it holds.

use rand_distr::{Distribution, StandardNormal};

use super::*;
use crate::{
    rng::{Seed, Stream},
    stats::Tally,
};

/// Experiments of each kind.
const MANY: u64 = 600;

/// What 95 % is at least, in so many experiments: less three standard errors.
const AT_LEAST: f64 = 0.95 - 3.0 * 0.0089;

/// Variants whose replications are normal draws around known means, with a common part.
struct Draws {
    /// By measure and variant.
    means: Vec<Vec<f64>>,
    /// By variant and measure.
    drawn: Vec<Vec<Vec<f64>>>,
    finished: Vec<usize>,
    /// A measure that is the same in every replication.
    equal: Option<usize>,
    rng: Stream,
}

impl Draws {
    fn new(means: &[&[f64]], experiment: u64) -> Self {
        let variants = means[0].len();
        Self {
            means: means.iter().map(|means| means.to_vec()).collect(),
            drawn: vec![vec![Vec::new(); means.len()]; variants],
            finished: vec![0; variants],
            equal: None,
            rng: Seed(2027).replication(experiment).stream("draws"),
        }
    }

    /// Draws one replication of every variant, wanted or not: the common part is the same, whoever takes part.
    fn draw(&mut self) {
        for measure in 0..self.means.len() {
            let scale = if self.equal == Some(measure) { 0.0 } else { 1.0 };
            let mut normal =
                || -> f64 { scale * Distribution::<f64>::sample(&StandardNormal, &mut self.rng) };
            let common = 2.0 * normal();
            for (drawn, mean) in self.drawn.iter_mut().zip(&self.means[measure]) {
                drawn[measure].push(mean + common + normal());
            }
        }
    }

    fn work(&self) -> usize {
        self.finished.iter().sum()
    }
}

impl Field for Draws {
    fn variants(&self) -> usize {
        self.finished.len()
    }
    fn extend(&mut self, counts: &[usize]) -> bool {
        let most = counts.iter().copied().max().unwrap();
        while self.drawn[0][0].len() < most {
            self.draw();
        }
        self.finished = counts.to_vec();
        true
    }
    fn finished(&self, variant: usize) -> usize {
        self.finished[variant]
    }
    fn is_steady(&self, _: usize) -> bool {
        true
    }
    fn values(&self, variant: usize, measure: usize) -> Vec<Option<f64>> {
        let values = &self.drawn[variant][measure][..self.finished[variant]];
        values.iter().copied().map(Some).collect()
    }
    fn value(&self, variant: usize, measure: usize) -> Option<f64> {
        let values = &self.drawn[variant][measure][..self.finished[variant]];
        Some(values.iter().sum::<f64>() / values.len() as f64)
    }
    fn precise_at(&self, variant: usize, _: f64, _: usize) -> usize {
        self.finished[variant]
    }
}

const UNTIL: Replications = Replications::Until {
    precision: 0.05,
    first: 5,
    cap: 100_000,
};

/// Carries out one experiment; less is better in every measure.
fn chosen(means: &[&[f64]], wanted: Replications, experiment: u64) -> (Selection, Draws) {
    let mut field = Draws::new(means, experiment);
    let directions = vec![false; means.len()];
    let mut selection = Selection::new(field.variants(), directions, wanted, 0.95);
    let (end, whole) = selection.carry_out(&mut field);
    assert!(whole);
    let expected = match wanted {
        Replications::Fixed(_) => End::Asked,
        Replications::Until { .. } => End::Decided,
    };
    assert_eq!(end, expected);
    (selection, field)
}

/// The best of eight is ahead of all others by just the zone of indifference, where the choice is hardest.
#[test]
fn the_best_is_chosen_as_often_as_it_is_said() {
    let mut means = [10.5; 8];
    means[3] = 10.0;
    let (mut right, mut hasty) = (Tally::default(), Tally::default());
    let mut most = 0;
    for experiment in 0..MANY {
        let (selection, field) = chosen(&[&means], UNTIL, experiment);
        right.count(selection.best(0) == 3);
        most = most.max(field.finished[selection.best(0)]);
        let few = Replications::Fixed(5);
        hasty.count(chosen(&[&means], few, experiment).0.best(0) == 3);
    }
    assert!(AT_LEAST <= right.fraction(), "{}", right.fraction());
    assert!(
        hasty.fraction() < AT_LEAST,
        "the best of five replications would do: {}",
        hasty.fraction()
    );
    assert!((20..2_000).contains(&most), "{most}");
}

/// Means all over the place: what is chosen is never further from the best than the precision, nor is the best dropped.
#[test]
fn what_is_chosen_lies_within_the_precision_of_the_best() {
    let means: [&[f64]; 2] = [
        &[10.0, 10.1, 10.2, 10.6, 11.0, 15.0],
        &[12.0, 11.0, 10.0, 10.0, 10.1, 15.0],
    ];
    let (mut good, mut kept, mut hasty) = (Tally::default(), Tally::default(), Tally::default());
    for experiment in 0..MANY {
        let within = |selection: &Selection| {
            // A twentieth of the best's mean.
            (0..2).all(|measure| means[measure][selection.best(measure)] <= 10.5)
        };
        let (selection, _) = chosen(&means, UNTIL, experiment);
        good.count(within(&selection));
        kept.count(!selection.is_worse(0, 0) && !selection.is_worse(1, 2) && !selection.is_worse(1, 3));
        hasty.count(within(&chosen(&means, Replications::Fixed(2), experiment).0));
    }
    assert!(AT_LEAST <= good.fraction(), "{}", good.fraction());
    assert!(AT_LEAST <= kept.fraction(), "{}", kept.fraction());
    assert!(
        hasty.fraction() < AT_LEAST,
        "the best of two replications would do: {}",
        hasty.fraction()
    );
}

/// All differences that are reported at once, of two measures and whoever was dropped when.
#[test]
fn all_intervals_hold_together() {
    let means: [&[f64]; 2] = [
        &[10.0, 10.1, 10.3, 10.5, 11.0, 14.0],
        &[11.0, 10.0, 10.2, 10.1, 10.0, 14.0],
    ];
    let (mut together, mut single) = (Tally::default(), Tally::default());
    for experiment in 0..MANY {
        let (selection, _) = chosen(&means, UNTIL, experiment);
        let all_cover = |level: Option<f64>| {
            (0..2).all(|measure| {
                let best = selection.best(measure);
                (0..6).filter(|&variant| variant != best).all(|variant| {
                    let truth = means[measure][variant] - means[measure][best];
                    let difference = selection.difference(measure, best, variant).unwrap();
                    let difference = level.map_or(difference, |level| {
                        let values = |variant: usize| &selection.values[measure][variant];
                        let both = values(best).iter().zip(values(variant));
                        let (from, to): (Vec<f64>, Vec<f64>) =
                            both.filter_map(|(from, to)| from.zip(*to)).unzip();
                        PairedDifference::new(&from, &to, level).unwrap()
                    });
                    difference.difference.covers(truth)
                })
            })
        };
        together.count(all_cover(None));
        single.count(all_cover(Some(0.95)));
    }
    assert!(AT_LEAST <= together.fraction(), "{}", together.fraction());
    assert!(
        single.fraction() < AT_LEAST,
        "intervals that hold one by one would do: {}",
        single.fraction()
    );
}

#[test]
fn equal_variants_are_hardly_ever_declared_different() {
    for equals in [2, 6] {
        let means = vec![10.0; equals];
        let (mut mistakes, mut eager) = (Tally::default(), Tally::default());
        for experiment in 0..MANY {
            let (selection, field) = chosen(&[&means], UNTIL, experiment);
            mistakes.count((0..equals).any(|variant| selection.is_worse(0, variant)));
            // The decoy looks at the same runs whenever there are as many more, at 95 % each time.
            let first = |variant: usize, count: usize| field.drawn[variant][0][..count].to_vec();
            let looks = [5, 10, 20, 40]
                .into_iter()
                .filter(|&count| count <= field.drawn[0][0].len());
            let mut differ = looks.flat_map(|count| (1..equals).map(move |other| (count, other)));
            eager.count(differ.any(|(count, other)| {
                let difference = PairedDifference::new(&first(0, count), &first(other, count), 0.95);
                difference.unwrap().is_significant()
            }));
        }
        let most = 1.0 - AT_LEAST;
        assert!(mistakes.fraction() <= most, "{equals}: {}", mistakes.fraction());
        assert!(
            most < eager.fraction(),
            "{equals}: eager looks would do, {}",
            eager.fraction()
        );
    }
}

/// Twelve hopeless variants cost the replications of the first look or two.
#[test]
fn hopeless_variants_cost_little() {
    let mut means = [14.0; 14];
    (means[0], means[1]) = (10.0, 10.05);
    let (mut work, mut even) = (0, 0);
    for experiment in 0..100 {
        let (selection, field) = chosen(&[&means], UNTIL, experiment);
        work += field.work();
        even += means.len() * field.finished[selection.best(0)];
    }
    assert!(3 * work < even, "{work} of {even}");
}

/// A variant that is the best in one measure stays in the race, however bad it is in the other.
#[test]
fn only_what_nobody_needs_gets_no_more_replications() {
    let means: [&[f64]; 2] = [&[10.0, 14.0, 14.0], &[14.0, 10.0, 14.0]];
    let (selection, field) = chosen(&means, UNTIL, 1);
    assert_eq!((selection.best(0), selection.best(1)), (0, 1));
    assert!(selection.is_worse(0, 1) && selection.is_worse(1, 0));
    let is_dropped: Vec<bool> = selection.resting.iter().map(Option::is_some).collect();
    assert_eq!(is_dropped, [false, false, true]);
    assert_eq!(field.finished[0], field.finished[1]);
    // What is the same for all in one measure needs no more of those that are worse in the other.
    let mut field = Draws::new(&[&[10.0, 10.05, 14.0], &[1.0, 1.0, 1.0]], 1);
    field.equal = Some(1);
    let mut selection = Selection::new(3, vec![false, true], UNTIL, 0.95);
    assert_eq!(selection.carry_out(&mut field).0, End::Decided);
    assert!(selection.is_worse(0, 2) && !selection.is_worse(1, 2));
    assert_eq!(selection.best(1), selection.best(0));
    assert!(4 * field.finished[2] < field.finished[0], "{:?}", field.finished);
}

/// More is better, and a tie that no replication tells apart.
#[test]
fn the_other_direction_and_exact_ties_are_understood() {
    let mut field = Draws::new(&[&[10.0, 20.0, 30.0]], 1);
    field.drawn[1][0] = vec![29.0, 31.0, 30.5, 30.0, 29.5];
    field.drawn[2][0] = field.drawn[1][0].clone();
    field.drawn[0][0] = vec![9.0, 10.0, 11.0, 10.0, 9.5];
    let mut selection = Selection::new(3, vec![true], UNTIL, 0.95);
    assert_eq!(selection.carry_out(&mut field).0, End::Decided);
    assert_eq!(selection.ranking(&field, 0), [1, 2, 0]);
    assert!(selection.is_worse(0, 0) && !selection.is_worse(0, 2));
    let same = selection.difference(0, 1, 2).unwrap().difference;
    assert_eq!((same.mean, same.half_width), (0.0, 0.0));
}
