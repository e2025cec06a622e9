//! What the formulas of a table take for granted, and what they leave out.

use super::{grid::wrapped, is_simulated};
use crate::{
    experiment::{Results, results::Prediction},
    report::{
        style::{Style, Tone},
        words::one_line,
    },
};

/// Returns a line for each formula that is not simply right; where nothing was simulated, for every one. Its mark comes first.
pub(in crate::report) fn described(results: &Results) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    let predictions = results.measures.iter().flat_map(|measure| &measure.theory);
    for prediction in predictions {
        let text = describe(prediction, is_simulated(results));
        if let Some(text) = text.filter(|text| !told.contains(text)) {
            told.push(text);
        }
    }
    told
}

/// Returns them below their heading; without any, nothing.
pub(super) fn lines(results: &Results, style: Style) -> Vec<String> {
    let told = described(results);
    if told.is_empty() {
        return told;
    }
    let heading = std::iter::once(style.paint(Tone::Heading, "formulas"));
    heading
        .chain(told.iter().flat_map(|text| {
            let (mark, text) = text.split_once(' ').expect("a mark comes first");
            wrapped(&format!("  {mark} "), text)
        }))
        .collect()
}

fn describe(prediction: &Prediction, only_caveats: bool) -> Option<String> {
    let formula = prediction.formula;
    let mark = prediction.kind().mark();
    let leaves_out = prediction.leaves_out.as_deref().map(one_line);
    if only_caveats && mark == '=' {
        return None;
    }
    let mut text = format!(
        "{mark} {} ({}): for {}",
        formula.name, formula.source, formula.holds_for
    );
    if let Some(leaves_out) = leaves_out {
        text += "; here it leaves out ";
        text += &leaves_out;
    }
    Some(text)
}
