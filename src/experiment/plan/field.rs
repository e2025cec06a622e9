//! Candidates and what is known of them: which one to look at next tells most about all that are left.

use crate::scenario::Axis;

/// Everything that may be chosen: one value of each axis.
#[derive(Clone, Debug)]
pub(super) struct Field {
    axes: Vec<Axis>,
    spots: Vec<Spot>,
}

/// One candidate.
#[derive(Clone, Debug)]
struct Spot {
    /// The number of its value on each axis.
    at: Vec<usize>,
    /// What it costs, if that is known without measuring.
    cost: Option<f64>,
    state: State,
    /// How likely it is to do, as far as formulas tell.
    hope: f64,
    /// Whether a smaller one may be better, so that none speaks for another.
    tied: bool,
}

/// What is known of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing yet.
    Open,
    /// It will do.
    Good,
    /// It will not do.
    Bad,
    /// It is of no interest any more.
    Left,
}

/// What is known of a candidate before anything is simulated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// What it costs, if that takes no measuring.
    pub(super) cost: Option<f64>,
    /// Whether more work comes than it can do.
    pub(super) overloaded: bool,
    /// Whether requests belong to servers, so that more servers may be worse.
    pub(super) tied: bool,
}

/// Of these, more is never worse: a larger one could leave the rest idle and do what the smaller one does.
const MORE_IS_BETTER: [&str; 4] = ["servers", "nodes", "slots", "speed"];

/// What formulas are trusted with, either way, until they are wrong once.
const TRUST: f64 = 0.99;

impl Field {
    /// Returns all combinations; `look` returns `None` for one that makes no sense.
    pub(super) fn new(axes: &[Axis], look: impl Fn(&[String]) -> Option<Look>) -> Self {
        let mut field = Self {
            axes: axes.to_vec(),
            spots: Vec::new(),
        };
        let count: usize = axes.iter().map(|axis| axis.values.len()).product();
        for number in 0..count {
            let mut rest = number;
            let mut at: Vec<usize> = axes
                .iter()
                .rev()
                .map(|axis| {
                    let value = rest % axis.values.len();
                    rest /= axis.values.len();
                    value
                })
                .collect();
            at.reverse();
            let spot = Spot {
                at,
                cost: None,
                state: State::Left,
                hope: 0.5,
                tied: true,
            };
            field.spots.push(spot);
            if let Some(look) = look(&field.values(number)) {
                let spot = &mut field.spots[number];
                spot.cost = look.cost;
                spot.tied = look.tied;
                spot.state = State::Open;
                spot.hope = if look.overloaded { 0.0 } else { 0.5 };
            }
        }
        field
    }

    pub(super) fn len(&self) -> usize {
        self.spots.len()
    }

    pub(super) fn cost(&self, spot: usize) -> Option<f64> {
        self.spots[spot].cost
    }

    /// Returns the values of a candidate, one for each axis.
    pub(super) fn values(&self, spot: usize) -> Vec<String> {
        let values = self.axes.iter().zip(&self.spots[spot].at);
        values.map(|(axis, &at)| axis.values[at].clone()).collect()
    }

    /// Returns whether the first candidate is surely no worse than the second: as large in every respect in which more is never
    /// worse, and the same in all others.
    fn is_above(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.spots[one], &self.spots[other]);
        let tied = one.tied || other.tied;
        let mut pairs = self.axes.iter().zip(one.at.iter().zip(&other.at));
        pairs.all(|(axis, (one, other))| {
            if !tied && is_monotone(axis) {
                other <= one
            } else {
                one == other
            }
        })
    }

    /// Returns the candidate to look at next: the one that is to settle most of those that are open, by whether it will do.
    /// Without formulas and along one axis that is the middle one.
    pub(super) fn next(&self) -> Option<usize> {
        let open: Vec<usize> = (0..self.spots.len())
            .filter(|&spot| self.spots[spot].state == State::Open)
            .collect();
        let score = |spot: usize| {
            let cost = self.spots[spot].cost;
            let count =
                |settles: &dyn Fn(usize) -> bool| open.iter().filter(|&&other| settles(other)).count() as f64;
            let if_good = count(&|other| other == spot || cost.is_some() && cost <= self.spots[other].cost);
            let if_bad = count(&|other| self.is_above(spot, other));
            let hope = self.spots[spot].hope;
            hope * if_good.ln() + (1.0 - hope) * if_bad.ln()
        };
        let scored = open.iter().map(|&spot| (spot, score(spot)));
        let best = scored.reduce(|best, other| if best.1 < other.1 { other } else { best });
        best.map(|(spot, _)| spot)
    }

    /// Notes whether a candidate will do, and what follows for others.
    pub(super) fn settle(&mut self, spot: usize, good: bool) {
        self.spots[spot].state = if good { State::Good } else { State::Bad };
        let hope = self.spots[spot].hope;
        // Whoever was wrong here is trusted half as much elsewhere.
        if good && hope < 0.5 || !good && 0.5 < hope {
            for other in &mut self.spots {
                other.hope = f64::midpoint(other.hope, 0.5);
            }
        }
        if !good {
            for other in 0..self.spots.len() {
                if self.spots[other].state == State::Open && self.is_above(spot, other) {
                    self.spots[other].state = State::Bad;
                }
            }
        }
    }

    /// Leaves a candidate as it is, and looks at it no more.
    pub(super) fn leave(&mut self, spot: usize) {
        self.spots[spot].state = State::Left;
    }

    /// Lets go of everything that costs as much, or more.
    pub(super) fn drop_from(&mut self, cost: f64) {
        for spot in &mut self.spots {
            if spot.state == State::Open && spot.cost.is_some_and(|other| cost <= other) {
                spot.state = State::Left;
            }
        }
    }

    /// Looks no more at one candidate, nor at any that was turned down in another field of the same.
    pub(super) fn turn_down(&mut self, values: &[String], before: &Self) {
        for number in 0..self.spots.len() {
            if before.spots[number].state == State::Bad || self.values(number) == values {
                self.spots[number].state = State::Bad;
            }
        }
    }

    /// Notes that a candidate surely will not do.
    pub(super) fn rule_out(&mut self, spot: usize) {
        self.spots[spot].hope = 0.0;
    }

    /// Takes over what a search by formulas has found, as hopes.
    pub(super) fn believe(&mut self, rough: &Self) {
        for spot in 0..self.spots.len() {
            let told = |state: State, above: &dyn Fn(usize) -> bool| {
                (0..rough.spots.len()).any(|other| rough.spots[other].state == state && above(other))
            };
            self.spots[spot].hope = if self.spots[spot].hope == 0.0 {
                0.0
            } else if rough.spots[spot].state == State::Bad {
                1.0 - TRUST
            } else if told(State::Good, &|other| rough.is_above(spot, other)) {
                TRUST
            } else {
                0.5
            };
        }
    }
}

/// Returns whether more of what an axis counts is never worse.
fn is_monotone(axis: &Axis) -> bool {
    axis.scale.is_some() && MORE_IS_BETTER.contains(&axis.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field of servers and slots in which the product decides, and servers are what is paid for.
    fn search(
        hopes: bool,
        axes: &[(&str, &str)],
        good: impl Fn(&[f64]) -> bool,
    ) -> (Option<f64>, usize, usize) {
        let axes: Vec<Axis> = axes
            .iter()
            .map(|(path, values)| Axis::of(path, values).unwrap())
            .collect();
        let numbers = |values: &[String]| {
            values
                .iter()
                .map(|value| value.parse().unwrap())
                .collect::<Vec<f64>>()
        };
        let mut field = Field::new(&axes, |values| {
            Some(Look {
                cost: Some(numbers(values)[0]),
                overloaded: false,
                tied: false,
            })
        });
        let carry_out = |field: &mut Field| {
            let (mut best, mut looks) = (None, 0);
            while let Some(spot) = field.next() {
                looks += 1;
                let does = good(&numbers(&field.values(spot)));
                field.settle(spot, does);
                if let Some(cost) = field.cost(spot).filter(|_| does) {
                    best = Some(cost);
                    field.drop_from(cost);
                }
            }
            (best, looks)
        };
        if hopes {
            let mut rough = field.clone();
            carry_out(&mut rough);
            field.believe(&rough);
        }
        let (best, looks) = carry_out(&mut field);
        (best, looks, field.len())
    }

    #[test]
    fn one_axis_is_halved_again_and_again() {
        for least in [1.0, 7.0, 33.0, 64.0] {
            let (best, looks, all) = search(false, &[("service.web.servers", "1..64")], |at| least <= at[0]);
            assert_eq!((best, all), (Some(least), 64));
            assert!(looks <= 7, "{least}: {looks}");
        }
        let (none, looks, _) = search(false, &[("service.web.servers", "1..64")], |_| false);
        assert!(none.is_none() && looks <= 7, "{looks}");
    }

    #[test]
    fn a_formula_that_is_right_leaves_two_to_look_at() {
        let (best, looks, _) = search(true, &[("service.web.servers", "1..64")], |at| 23.0 <= at[0]);
        assert_eq!((best, looks), (Some(23.0), 2));
    }

    /// Formulas say 23, and it takes 50.
    #[test]
    fn a_formula_that_is_wrong_costs_little() {
        let axis = Axis::of("service.web.servers", "1..64").unwrap();
        let look = |_: &[String]| {
            Some(Look {
                cost: None,
                overloaded: false,
                tied: false,
            })
        };
        let mut field = Field::new(std::slice::from_ref(&axis), look);
        for spot in 0..64 {
            field.spots[spot].cost = Some(spot as f64);
            field.spots[spot].hope = if 22 <= spot { TRUST } else { 1.0 - TRUST };
        }
        let mut looks = 0;
        while let Some(spot) = field.next() {
            looks += 1;
            field.settle(spot, 49 <= spot);
            if 49 <= spot {
                field.drop_from(spot as f64);
            }
        }
        assert!(field.spots[49].state == State::Good && looks <= 10, "{looks}");
    }

    #[test]
    fn two_axes_are_searched_along_the_stairs() {
        let axes = [("service.web.servers", "1..30"), ("service.web.slots", "1..30")];
        let (best, looks, all) = search(false, &axes, |at| 200.0 <= at[0] * at[1]);
        assert_eq!((best, all), (Some(7.0), 900));
        assert!(looks < 30, "{looks}");
    }

    #[test]
    fn an_axis_on_which_more_may_be_worse_is_read_line_by_line() {
        let axes = [("service.web.queue.capacity", "1..20")];
        let (best, looks, _) = search(false, &axes, |at| at[0] % 7.0 == 6.0);
        assert_eq!(best, Some(6.0));
        assert!(5 < looks, "{looks}");
    }
}
