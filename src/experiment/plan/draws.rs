//! Inputs that are uncertain, drawn for one run.

use super::Make;
use crate::{
    experiment::{Results, sweep::Made},
    scenario::Scenario,
};

/// How often the inputs of a run are drawn at most; they stand at their middle if none of that makes sense.
const TRIES: usize = 100;

/// Draws the inputs of the run of this number, the same for all candidates; values that the scenario cannot have are drawn again.
/// `middle` is the candidate with all of them at their middle. Returns what the draw makes of it, and how often it took another one.
pub(super) fn draw(run: u64, values: &[String], middle: &Scenario, make: &Make<'_>) -> (Made, usize) {
    let mut draws = middle.draws(run).take(TRIES).enumerate();
    let made = draws.find_map(|(redrawn, drawn)| Some((make(values, &drawn)?, redrawn)));
    made.unwrap_or_else(|| (Made::Sound(Box::new(middle.clone())), TRIES))
}

/// Takes formulas away from what was measured over many inputs: they are for one value of each.
pub(super) fn without_formulas(mut results: Results) -> Results {
    for measure in &mut results.measures {
        if !measure.theory.is_empty() {
            measure.theory.clear();
            measure.no_theory = Some("inputs are uncertain".to_owned());
        }
    }
    for distribution in &mut results.distributions {
        distribution.theory.clear();
        distribution.formula = None;
    }
    results
}

/// How often inputs were drawn again because the scenario cannot have such values, over how many runs.
#[derive(Clone, Copy, Default)]
pub(super) struct Redrawn {
    pub(super) runs: usize,
    pub(super) times: usize,
}

impl Redrawn {
    /// Returns what there is to say of it. All candidates see the same draws, so those with most runs tell all there is.
    pub(super) fn told(self) -> Option<String> {
        let Self { runs, times } = self;
        (0 < times).then(|| {
            format!(
                "inputs were drawn again {times} times in {runs} runs, since the scenario cannot have such values: their \
                 distributions are cut off there"
            )
        })
    }
}
