//! Charts that have a row for each thing and a dot with its interval in it, for whichever number is looked at.

use super::figure::{Dot, Figure, Line, Panel, Scale, View};
use crate::experiment::results::{Measure, Unit};

/// A chart with more rows would be a wall; the table beside it has all of them.
pub(super) const MOST_ROWS: usize = 40;

/// Returns a view of measures, row by row, with their formulas; nothing where there is none of them.
pub(super) fn of_measures(name: &str, label: &str, measures: &[Option<&Measure>]) -> Option<View> {
    let unit = measures.iter().flatten().next()?.unit;
    let rows = || (0_u32..).map(f64::from).zip(measures.iter().copied());
    let told = rows().map(|(row, measure)| {
        let first = measure.and_then(|measure| measure.theory.first());
        (row, first.map(|first| (first.value, None, None)))
    });
    let theory = Line {
        theory: true,
        ..Line::dots("theory", told)
    };
    view(
        name,
        label,
        unit,
        vec![Line::measured("measured", rows()), theory],
    )
}

/// The same of values with intervals.
pub(super) fn of_dots(name: &str, label: &str, unit: Unit, dots: Vec<Option<Dot>>) -> Option<View> {
    let rows = (0_u32..).map(f64::from).zip(dots);
    view(name, label, unit, vec![Line::dots("measured", rows)])
}

fn view(name: &str, label: &str, unit: Unit, mut lines: Vec<Line>) -> Option<View> {
    lines.retain(|line| !line.is_empty());
    (!lines.is_empty()).then(|| View::new(name, label, unit, lines))
}

/// Returns the chart with these rows; nothing where there is nothing to look at.
pub(super) fn figure(
    id: &str,
    title: &str,
    note: &str,
    rows: (&str, Vec<String>),
    views: impl IntoIterator<Item = Option<View>>,
) -> Option<Figure> {
    let views: Vec<View> = views.into_iter().flatten().collect();
    let (label, names) = rows;
    (!views.is_empty()).then(|| Figure {
        id: id.to_owned(),
        title: title.to_owned(),
        note: note.to_owned(),
        x: Scale {
            names,
            ..Scale::new(label, Unit::Count, false)
        },
        panels: vec![Panel {
            title: String::new(),
            views,
        }],
        ..Figure::default()
    })
}
