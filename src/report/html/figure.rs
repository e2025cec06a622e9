//! Charts as data for `charts.js`.

use serde::{Serialize, Serializer};

use crate::{
    experiment::results::{Measure, Unit},
    report::chart,
};

/// From this ratio of the largest to the smallest value on, times get a logarithmic axis.
const WIDE_SPREAD: f64 = 8.0;

/// A chart, or several below one another that have their horizontal axis in common.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Figure {
    pub(super) id: String,
    pub(super) title: String,
    /// How to read it, in a sentence.
    pub(super) note: String,
    pub(super) x: Scale,
    pub(super) panels: Vec<Panel>,
    /// Where something happens on the horizontal axis.
    pub(super) marks: Vec<Mark>,
    /// What is shaded.
    pub(super) spans: Vec<Span>,
}

/// One chart of a figure.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Panel {
    pub(super) title: String,
    /// What its reader can switch between.
    pub(super) views: Vec<View>,
}

/// One way to look at a panel.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct View {
    pub(super) name: String,
    pub(super) y: Scale,
    pub(super) lines: Vec<Line>,
    /// Whether the lines are parts of bars.
    pub(super) stacked: bool,
    pub(super) limits: Vec<Mark>,
}

/// An axis.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Scale {
    pub(super) label: String,
    #[serde(serialize_with = "symbol")]
    pub(super) unit: Unit,
    pub(super) log: bool,
    /// Instead of numbers at 0, 1, 2 …; then rows are drawn, from top to bottom.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) names: Vec<String>,
    /// How far it reaches at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) extent: Option<(f64, f64)>,
    /// Stands behind numbers that have the unit of a scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suffix: Option<String>,
    /// Whether only whole numbers make sense.
    pub(super) whole: bool,
}

/// One line, by increasing `x`.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Line {
    pub(super) name: String,
    #[serde(serialize_with = "short")]
    pub(super) x: Vec<Option<f64>>,
    #[serde(serialize_with = "short")]
    pub(super) y: Vec<Option<f64>>,
    /// The ends of intervals, if there are any.
    #[serde(serialize_with = "short", skip_serializing_if = "Vec::is_empty")]
    pub(super) low: Vec<Option<f64>>,
    #[serde(serialize_with = "short", skip_serializing_if = "Vec::is_empty")]
    pub(super) high: Vec<Option<f64>>,
    /// A formula's, of the line before it.
    pub(super) theory: bool,
    /// Whether it has points that were measured one by one.
    pub(super) points: bool,
    /// Whether it is shown only on request.
    pub(super) hidden: bool,
}

/// Something at one place of an axis.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Mark {
    pub(super) at: f64,
    pub(super) label: String,
}

/// Something that lasts.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Span {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) label: String,
}

/// A value and the ends of its interval, as far as they are known.
pub(super) type Dot = (f64, Option<f64>, Option<f64>);

impl Scale {
    pub(super) fn new(label: impl Into<String>, unit: Unit, log: bool) -> Self {
        Self {
            label: label.into(),
            unit,
            log,
            ..Self::default()
        }
    }
}

impl View {
    /// A view without limits; times that spread wide have a logarithmic axis.
    pub(super) fn new(
        name: impl Into<String>,
        label: impl Into<String>,
        unit: Unit,
        mut lines: Vec<Line>,
    ) -> Self {
        let values = lines.iter().flat_map(|line| line.y.iter().flatten().copied());
        let (low, high) = values
            .filter(|value| 0.0 < *value)
            .fold((f64::INFINITY, 0.0_f64), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        let log = unit == Unit::Seconds && WIDE_SPREAD * low < high;
        if log {
            lines.iter_mut().for_each(Line::keep_above_nothing);
        }
        Self {
            name: name.into(),
            y: Scale::new(label, unit, log),
            lines,
            ..Self::default()
        }
    }
}

impl Line {
    pub(super) fn new(name: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let (x, y) = points.into_iter().map(|(x, y)| (Some(x), Some(y))).unzip();
        Self {
            name: name.into(),
            x,
            y,
            ..Self::default()
        }
    }

    /// A line through measures, with their intervals; a measure without a value leaves a gap.
    pub(super) fn measured<'a>(
        name: impl Into<String>,
        points: impl IntoIterator<Item = (f64, Option<&'a Measure>)>,
    ) -> Self {
        let ends = |measure: &'a Measure| Some((measure.value?, measure.low, measure.high));
        let points = points.into_iter();
        Self::dots(name, points.map(|(x, measure)| (x, measure.and_then(ends))))
    }

    /// Points that were measured one by one, each with the ends of its interval.
    pub(super) fn dots(
        name: impl Into<String>,
        points: impl IntoIterator<Item = (f64, Option<Dot>)>,
    ) -> Self {
        let mut line = Self {
            name: name.into(),
            points: true,
            ..Self::default()
        };
        for (x, dot) in points {
            line.x.push(Some(x));
            line.y.push(dot.map(|(value, ..)| value));
            line.low.push(dot.and_then(|(_, low, _)| low));
            line.high.push(dot.and_then(|(.., high)| high));
        }
        line
    }

    /// Leaves out what a logarithm has no place for; an interval that reaches down to nothing ends within sight.
    pub(super) fn keep_above_nothing(&mut self) {
        for y in &mut self.y {
            *y = y.filter(|y| 0.0 < *y);
        }
        for (low, y) in self.low.iter_mut().zip(&self.y) {
            *low = y.and_then(|y| Some(low.as_ref()?.max(y / 10.0)));
        }
        for (high, y) in self.high.iter_mut().zip(&self.y) {
            *high = high.filter(|_| y.is_some());
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.y.iter().all(Option::is_none)
    }
}

impl From<&chart::Objective> for Mark {
    fn from(objective: &chart::Objective) -> Self {
        Self {
            at: objective.value,
            label: objective.label.clone(),
        }
    }
}

/// What a number is called in `page.js`: shares and counts have the same symbol in documents, but are not told alike.
pub(super) fn symbol_of(unit: Unit) -> &'static str {
    match unit {
        Unit::Share => "%",
        other => other.symbol(),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde takes")]
fn symbol<S: Serializer>(unit: &Unit, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(symbol_of(*unit))
}

/// Seven figures are more than any screen shows, and half as long as all of them.
fn short<S: Serializer>(values: &[Option<f64>], serializer: S) -> Result<S::Ok, S::Error> {
    let rounded = |value: f64| format!("{value:.6e}").parse().unwrap_or(value);
    let finite = |value: &Option<f64>| value.filter(|value| value.is_finite()).map(rounded);
    serializer.collect_seq(values.iter().map(finite))
}
