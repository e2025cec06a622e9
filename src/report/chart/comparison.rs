//! `compare.png`: the variants of a comparison on one axis, the headline measure with its interval in front.

use super::{
    ChartError, Interval, Objective, Percentile, Unit,
    axis::Axis,
    font::Weight,
    format,
    frame::{Entry, Frame, LABEL, Legend, QUIET, Sample},
    scene::{Align, Rect, Scene, Stroke, Type},
    style::{self, AXIS, GRID_MINOR, INK, LIMIT, LIMIT_DASH, MARGIN, MUTED, Marker, TEXT, WIDTH},
};

/// Variants of a scenario side by side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComparisonChart {
    /// What the picture shows.
    pub title: String,
    /// Of what: scenario, replications, seed.
    pub subtitle: String,
    /// A remark below the picture.
    pub note: String,
    /// What is on the axis, such as `response time`.
    pub quantity: String,
    /// How its numbers are written.
    pub unit: Unit,
    /// The measure the variants are ordered by, such as `p99`.
    pub headline: String,
    /// One for each variant, best first.
    pub rows: Vec<ComparisonRow>,
    /// The limit of the headline measure, if one is promised.
    pub objective: Option<Objective>,
}

/// One variant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComparisonRow {
    /// What varies, such as `least-connections`.
    pub name: String,
    /// Its distribution: a bar spans the lowest to the highest, the median and those from p90 on are marked.
    pub percentiles: Vec<Percentile>,
    /// The headline measure; `None` if no request was completed.
    pub headline: Option<Interval>,
    /// A remark at the end of the row, such as `+12 % ± 3`.
    pub remark: String,
}

const ROW_HEIGHT: f64 = 32.0;
const MOST_ROWS: usize = 60;
const BAR: style::Color = style::Color(0x56, 0xb4, 0xe9);
const HEADLINE: style::Color = style::Color(0xd5, 0x5e, 0x00);
const TAIL: style::Color = style::Color(0x00, 0x72, 0xb2);
/// From this ratio of the worst to the best headline on, the axis is logarithmic.
const WIDE_SPREAD: f64 = 12.0;

/// Where the columns of the table around the plot begin and end.
struct Columns {
    name_right: f64,
    plot: Rect,
    value_left: f64,
    value_right: f64,
    remark_left: f64,
}

impl ComparisonChart {
    /// Draws the picture and returns it as PNG.
    pub fn draw(&self) -> Result<Vec<u8>, ChartError> {
        self.compose().encode()
    }

    pub(super) fn compose(&self) -> Scene {
        let frame = Frame::new(&self.title, &self.subtitle, &self.note);
        let legend = Legend::new(&self.legend_entries(), MARGIN, WIDTH - MARGIN);
        let rows = &self.rows[..self.rows.len().min(MOST_ROWS)];
        let more = self.rows.len() - rows.len();
        let columns = self.columns(rows, frame.top() + legend.height() + 36.0);
        let more_height = if more > 0 { 24.0 } else { 0.0 };
        let mut scene = Scene::new(WIDTH, columns.plot.bottom + 50.0 + more_height + frame.bottom());
        frame.draw(&mut scene);
        legend.draw(&mut scene, frame.top());
        let plot = columns.plot;
        if rows
            .iter()
            .all(|row| row.headline.is_none() && row.values().next().is_none())
        {
            let text = if rows.is_empty() {
                "no variants"
            } else {
                "no requests completed"
            };
            let middle = plot.middle();
            scene.text(text, middle, Align::Center, LABEL);
            return scene;
        }
        for (index, _) in rows.iter().enumerate().filter(|(index, _)| index % 2 == 0) {
            let top = plot.top + index as f64 * ROW_HEIGHT;
            let band = Rect {
                left: MARGIN - 8.0,
                top,
                right: WIDTH - MARGIN + 8.0,
                bottom: top + ROW_HEIGHT,
            };
            scene.rect(band, GRID_MINOR, 0.75);
        }
        let axis = self.axis(rows, plot);
        axis.draw_below(&mut scene, plot, true);
        scene.rule((plot.left, plot.top), (plot.left, plot.bottom), AXIS, 1.0);
        if let Some(objective) = self
            .objective
            .as_ref()
            .filter(|objective| axis.holds(objective.value))
        {
            let x = axis.place(objective.value);
            let stroke = Stroke {
                color: LIMIT,
                width: 1.6,
                dash: LIMIT_DASH,
            };
            scene.line(vec![(x, plot.top - 6.0), (x, plot.bottom)], stroke, scene.frame());
        }
        let headline_at = (columns.value_left, plot.top - 16.0);
        scene.text_within(
            &self.headline,
            headline_at,
            Align::Left,
            QUIET,
            columns.value_right - columns.value_left,
        );
        for (index, row) in rows.iter().enumerate() {
            let y = plot.top + (index as f64 + 0.5) * ROW_HEIGHT;
            self.draw_row(&mut scene, row, index, y, &axis, &columns);
        }
        let quantity_at = (plot.middle().0, plot.bottom + 38.0);
        scene.text_within(&self.quantity, quantity_at, Align::Center, LABEL, plot.width());
        if more > 0 {
            let text = format!("and {more} more variants that are not shown");
            scene.text(&text, (MARGIN, plot.bottom + 62.0), Align::Left, QUIET);
        }
        scene
    }

    fn legend_entries(&self) -> Vec<Entry> {
        let shares = || self.rows.iter().flat_map(|row| row.values().map(|p| p.share));
        let (low, high) = shares().fold((1.0f64, 0.0f64), |(low, high), s| (low.min(s), high.max(s)));
        let entry = |name: String, sample: Sample| Entry { name, sample };
        let mut entries = Vec::new();
        if low < high {
            let name = format!("{} to {}", format::percentile(low), format::percentile(high));
            entries.push(entry(name, Sample::Bar(BAR, 0.45)));
        }
        let mut marked: Vec<f64> = shares().filter(|&share| marker(share).is_some()).collect();
        marked.sort_by(f64::total_cmp);
        marked.dedup();
        // Percentiles of one kind share their marker, so the legend names the kind once.
        for kind in [Marker::Square, Marker::Circle, Marker::Triangle] {
            let names = marked
                .iter()
                .filter(|&&share| marker(share) == Some(kind))
                .map(|&share| format::percentile(share));
            let names: Vec<String> = names.collect();
            if !names.is_empty() {
                entries.push(entry(names.join(", "), Sample::Marker(kind, TAIL)));
            }
        }
        if self.rows.iter().any(|row| row.headline.is_some()) {
            entries.push(entry(
                format!("{} with its interval", self.headline),
                Sample::Interval(HEADLINE),
            ));
        }
        if let Some(objective) = &self.objective {
            let stroke = Stroke {
                color: LIMIT,
                width: 1.6,
                dash: LIMIT_DASH,
            };
            entries.push(entry(
                format!("objective {}", objective.label),
                Sample::Line(stroke),
            ));
        }
        entries
    }

    /// Gives names and values the room they need and the plot the rest.
    fn columns(&self, rows: &[ComparisonRow], top: f64) -> Columns {
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

    fn axis(&self, rows: &[ComparisonRow], plot: Rect) -> Axis {
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

    fn draw_row(
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
            let bar = [(low, y - 7.0), (high, y - 7.0), (high, y + 7.0), (low, y + 7.0)];
            scene.area(bar.to_vec(), BAR, 0.45, clip);
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
            let interval = [
                (low, y - 11.0),
                (high, y - 11.0),
                (high, y + 11.0),
                (low, y + 11.0),
            ];
            scene.area(interval.to_vec(), HEADLINE, 0.35, clip);
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
            |headline| format::estimate(self.unit, headline.value, (headline.high - headline.low) / 2.0),
        )
    }
}

impl ComparisonRow {
    /// The percentiles that can be drawn.
    fn values(&self) -> impl Iterator<Item = Percentile> + '_ {
        self.percentiles
            .iter()
            .copied()
            .filter(|p| (0.0..=1.0).contains(&p.share) && p.value.is_finite())
    }
}

fn bold(style: Type) -> Type {
    Type {
        weight: Weight::SemiBold,
        color: INK,
        ..style
    }
}

/// The median is square, p90 and p95 are round, and what lies further out is a triangle; the rest is unmarked.
fn marker(share: f64) -> Option<Marker> {
    if (share - 0.5).abs() < 1e-9 {
        Some(Marker::Square)
    } else if 0.985 < share {
        Some(Marker::Triangle)
    } else if 0.89 < share {
        Some(Marker::Circle)
    } else {
        None
    }
}
