//! Inputs that are uncertain, drawn for one run.

use super::Make;
use crate::{
    experiment::sweep::Made,
    rng::{Stream, Streams},
    scenario::{Input, Override, Scenario},
};

/// How often the inputs of a run are drawn at most; they stand at their middle if none of that makes sense.
const TRIES: usize = 100;

/// Draws the inputs of a run, each from a stream of its own, so that all candidates see the same; values that the scenario cannot have
/// are drawn again. `middle` is the candidate with all of them at their middle. Returns what the draw makes of it, and how often it took
/// another one.
pub(super) fn draw(streams: Streams, values: &[String], middle: &Scenario, make: &Make<'_>) -> (Made, usize) {
    let inputs = middle.inputs.iter();
    let mut inputs: Vec<(&Input, Stream)> = inputs
        .map(|input| (input, streams.stream(&format!("inputs/{}", input.path))))
        .collect();
    for redrawn in 0..TRIES {
        let drawn: Vec<Override> = inputs
            .iter_mut()
            .map(|(input, stream)| input.change(input.draw(stream)))
            .collect();
        if let Some(made) = make(values, &drawn) {
            return (made, redrawn);
        }
    }
    (Made::Sound(Box::new(middle.clone())), TRIES)
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
