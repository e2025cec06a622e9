//! The rows of a comparison: their columns, the axis of the plot between them, and what is drawn in each.

use super::{BAR, ComparisonChart, ComparisonRow, HEADLINE, ROW_HEIGHT, TAIL, bold, marker};
use crate::report::{
    chart::{
        Unit,
        axis::Axis,
        frame::{LABEL, QUIET},
        scene::{Align, Rect, Scene, Stroke, Type},
        style::{MARGIN, MUTED, TEXT, WIDTH},
    },
    number::measured,
};

/// From this ratio of the worst to the best headline on, the axis is logarithmic.
const WIDE_SPREAD: f64 = 12.0;

/// Where the columns of the table around the plot begin and end.
pub(super) struct Columns {
    pub(super) name_right: f64,
    pub(super) plot: Rect,
    pub(super) value_left: f64,
    pub(super) value_right: f64,
    pub(super) remark_left: f64,
}

impl ComparisonChart {
    /// Gives names and values the room they need and the plot the rest.
    pub(super) fn columns(&self, rows: &[ComparisonRow], top: f64) -> Columns {
        let widest = |texts: &mut dyn Iterator<Item = String>| {
            // Half a unit more keeps a text that fits exactly from being shortened.
            texts
                .map(|text| bold(LABEL).size_of(&text).0 + 0.5)
                .fold(0.0, f64::max)
        };
        let short = |text: &str| text.chars().take(80).collect::<String>();
        let names = widest(&mut rows.iter().map(|row| short(&row.name))).clamp(40.0, 250.0);
        let values =
            widest(&mut rows.iter().map(|row| self.value_text(row))).clamp(self.headline_width(), 180.0);
        let remarks = widest(&mut rows.iter().map(|row| short(&row.remark))).min(170.0);
        let remark_gap = if remarks > 0.5 { 16.0 } else { 0.0 };
        let remark_left = WIDTH - MARGIN - remarks;
        let value_right = remark_left - remark_gap;
        let value_left = value_right - values;
        let name_right = MARGIN + names;
        let height = rows.len().max(2) as f64 * ROW_HEIGHT;
        let plot = Rect {
            left: name_right + 14.0,
            top,
            right: value_left - 26.0,
            bottom: top + height,
        };
        Columns {
            name_right,
            plot,
            value_left,
            value_right,
            remark_left,
        }
    }

    /// The heading of the values has a say in the width of their column.
    fn headline_width(&self) -> f64 {
        (QUIET.size_of(&self.headline).0 + 0.5).clamp(60.0, 180.0)
    }

    pub(super) fn axis(&self, rows: &[ComparisonRow], plot: Rect) -> Axis {
        let headlines = || {
            rows.iter()
                .filter_map(|row| row.headline)
                .map(|headline| headline.value)
        };
        let ends = rows
            .iter()
            .filter_map(|row| row.headline)
            .flat_map(|headline| [headline.low, headline.high]);
        let percentiles = rows.iter().flat_map(|row| row.values().map(|p| p.value));
        let values: Vec<f64> = percentiles
            .chain(ends)
            .chain(headlines())
            .filter(|v| v.is_finite())
            .collect();
        let positive = || headlines().filter(|value| 0.0 < *value && value.is_finite());
        let spread = positive().fold(0.0, f64::max) / positive().fold(f64::INFINITY, f64::min);
        let highest = values.iter().copied().fold(0.0, f64::max);
        // An objective far beyond everything measured would squeeze the variants together; the legend still names it.
        let limit = self.objective.iter().map(|objective| objective.value);
        let (from, to) = (plot.left, plot.right);
        if self.unit != Unit::Share && WIDE_SPREAD < spread {
            let axis = Axis::log(self.unit, values.into_iter().chain(limit), from, to);
            return Axis {
                low: axis.low / 1.15,
                high: axis.high * 1.15,
                ..axis
            };
        }
        let limit = limit.filter(|limit| *limit < 3.0 * highest).fold(0.0, f64::max);
        let lowest = values
            .iter()
            .copied()
            .fold(if limit > 0.0 { limit } else { highest }, f64::min);
        let has_bars = rows.iter().any(|row| row.values().next().is_some());
        if !has_bars && 0.5 * highest < lowest && lowest < highest.max(limit) && highest < 1e300 {
            // Marks alone need no zero to stand on, and availabilities differ in the third digit.
            let margin = 0.06 * (highest.max(limit) - lowest);
            let (low, high) = (lowest - margin, highest.max(limit) + margin);
            let high = if self.unit == Unit::Share {
                high.min(1.0)
            } else {
                high
            };
            return Axis {
                unit: self.unit,
                is_log: false,
                low,
                high,
                from,
                to,
            };
        }
        let high = highest.max(limit) * 1.04;
        let high = if self.unit == Unit::Share {
            high.min(1.0)
        } else {
            high
        };
        Axis::from_zero(self.unit, high, 8, from, to)
    }

    pub(super) fn draw_row(
        &self,
        scene: &mut Scene,
        row: &ComparisonRow,
        index: usize,
        y: f64,
        axis: &Axis,
        columns: &Columns,
    ) {
        let name_type = if index == 0 { bold(LABEL) } else { LABEL };
        let room = columns.name_right - MARGIN;
        scene.text_within(&row.name, (columns.name_right, y), Align::Right, name_type, room);
        let value_room = columns.value_right - columns.value_left;
        let value_type = if row.headline.is_some() { name_type } else { QUIET };
        let value_at = (columns.value_left, y);
        scene.text_within(
            &self.value_text(row),
            value_at,
            Align::Left,
            value_type,
            value_room,
        );
        let remark_room = WIDTH - MARGIN - columns.remark_left;
        let remark_type = Type {
            size: TEXT,
            color: MUTED,
            ..QUIET
        };
        scene.text_within(
            &row.remark,
            (columns.remark_left, y),
            Align::Left,
            remark_type,
            remark_room,
        );
        let clip = columns.plot.grown(1.0);
        let values = row.values().map(|p| axis.place(p.value));
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
            (low.min(x), high.max(x))
        });
        if low < high {
            scene.rect(upright(low, high, y, 7.0).common(clip), BAR, 0.45);
        }
        for percentile in row.values().filter(|p| axis.holds(p.value)) {
            if let Some(kind) = marker(percentile.share) {
                scene.marker((axis.place(percentile.value), y), kind, 4.0, TAIL);
            }
        }
        if let Some(headline) = row.headline.filter(|headline| axis.holds(headline.value)) {
            let (low, at, high) = (
                axis.place(headline.low),
                axis.place(headline.value),
                axis.place(headline.high),
            );
            scene.rect(upright(low, high, y, 11.0).common(clip), HEADLINE, 0.35);
            let stroke = Stroke {
                color: HEADLINE,
                width: 2.4,
                dash: &[],
            };
            scene.line(vec![(at, y - 11.0), (at, y + 11.0)], stroke, clip);
        }
    }

    fn value_text(&self, row: &ComparisonRow) -> String {
        row.headline.map_or_else(
            || "no requests completed".into(),
            |headline| measured(self.unit, headline.value, Some(headline.low), Some(headline.high)),
        )
    }
}

/// Returns the rectangle between two places, `reach` above and below `y`.
fn upright(left: f64, right: f64, y: f64, reach: f64) -> Rect {
    Rect {
        left,
        top: y - reach,
        right,
        bottom: y + reach,
    }
}
