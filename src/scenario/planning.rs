//! What a plan searches, checked.

use super::{Axis, Case};

/// What is varied to find the cheapest deployment that keeps its promises.
#[derive(Clone, Debug, PartialEq)]
pub struct Planning {
    /// What may be changed, each to one of its values.
    pub axes: Vec<Axis>,
    /// What is to be as small as can be.
    pub minimise: Goal,
    /// In which cases the promises must be kept; the first is the deployment as it is.
    pub cases: Vec<Case>,
    /// How sure the answer is to be, between 0 and 1.
    pub confidence: f64,
    /// Where inputs are uncertain: how likely an objective may be missed, between 0 and 1.
    pub risk: f64,
    /// The most draws of uncertain inputs, each a run of its own in every case, that a candidate is given.
    pub draws: usize,
}

/// Draws before the first look; each further look has twice as many.
const FIRST_DRAWS: usize = 25;

impl Planning {
    /// Returns the numbers of draws after which it is looked at what they show.
    pub fn looks(&self) -> Vec<usize> {
        let doubled = std::iter::successors(Some(FIRST_DRAWS), |count| Some(2 * count));
        let mut looks: Vec<usize> = doubled.take_while(|&count| count < self.draws).collect();
        looks.push(self.draws);
        looks
    }

    /// Returns the share of the whole doubt that the `number`-th candidate may take, counted from 1: whoever is asked, they add up
    /// to all of it.
    pub fn doubt(&self, number: usize) -> f64 {
        let number = number as f64;
        (1.0 - self.confidence) / (number * (number + 1.0))
    }

    /// Returns the smallest risk that all draws can show for the `number`-th candidate: the upper end of the interval where none of
    /// them misses anything (Clopper and Pearson).
    pub fn smallest_risk(&self, number: usize) -> f64 {
        let doubt = self.doubt(number) / self.looks().len() as f64;
        -(doubt.ln() / self.draws as f64).exp_m1()
    }
}

/// What is to be as small as can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The servers of all services and the nodes of all stores.
    Servers,
    /// Money per hour, of all services and stores.
    Cost,
    /// The power that all of them draw.
    Energy,
    /// A measure: `"workload.shoppers"` and `"response.mean"`.
    Measure {
        /// Of what.
        of: String,
        /// Which.
        measure: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_looked_at_at_doubling_numbers_and_at_last() {
        let plan = |draws| Planning {
            axes: Vec::new(),
            minimise: Goal::Servers,
            cases: Vec::new(),
            confidence: 0.95,
            risk: 0.05,
            draws,
        };
        assert_eq!(plan(400).looks(), [25, 50, 100, 200, 400]);
        assert_eq!(plan(1_000).looks(), [25, 50, 100, 200, 400, 800, 1_000]);
        assert_eq!(plan(25).looks(), [25]);
        // A risk r goes unseen by n draws with probability (1 − r)^n: by half of 5 % over five looks at the first, 0.5 %.
        let smallest = plan(400).smallest_risk(1);
        assert!(((1.0 - smallest).powi(400) - 0.005).abs() < 1e-9, "{smallest}");
        let all: f64 = (1..100_000).map(|number| plan(400).doubt(number)).sum();
        assert!(0.0499 < all && all < 0.05, "{all}");
    }
}
