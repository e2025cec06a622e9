//! `compare.png`: the variants of a comparison on one axis, the headline measure with its interval in front.

mod table;

use super::{
    ChartError, Interval, Objective, Percentile, Unit,
    font::Weight,
    format,
    frame::{Entry, Frame, LABEL, Legend, QUIET, Sample},
    scene::{Align, Rect, Scene, Stroke, Type},
    style::{self, AXIS, GRID_MINOR, INK, LIMIT, LIMIT_DASH, MARGIN, Marker, WIDTH},
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
    /// Whether it is the best, or not told apart from it: such rows are marked where others are not among them.
    pub may_be_best: bool,
}

const ROW_HEIGHT: f64 = 32.0;
const MOST_ROWS: usize = 60;
const BAR: style::Color = style::Color(0x56, 0xb4, 0xe9);
const HEADLINE: style::Color = style::Color(0xd5, 0x5e, 0x00);
/// The mark of those that may be the best.
const FRONT: style::Color = style::Color(0x00, 0x9e, 0x73);
const TAIL: style::Color = style::Color(0x00, 0x72, 0xb2);
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
        self.draw_bands(&mut scene, rows, plot);
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

    /// Every second row stands on a band, so that the eye keeps to its row; those that may be the best have a mark.
    fn draw_bands(&self, scene: &mut Scene, rows: &[ComparisonRow], plot: Rect) {
        for (index, row) in rows.iter().enumerate() {
            let top = plot.top + index as f64 * ROW_HEIGHT;
            let band = Rect {
                left: MARGIN - 8.0,
                top,
                right: WIDTH - MARGIN + 8.0,
                bottom: top + ROW_HEIGHT,
            };
            if index % 2 == 0 {
                scene.rect(band, GRID_MINOR, 0.75);
            }
            if row.may_be_best && self.tells_apart() {
                let right = band.left + 4.0;
                scene.rect(Rect { right, ..band }, FRONT, 1.0);
            }
        }
    }

    /// Whether some variants may be the best and others not.
    fn tells_apart(&self) -> bool {
        let mut rows = self.rows.iter();
        rows.any(|row| row.may_be_best) && self.rows.iter().any(|row| !row.may_be_best)
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
        for kind in [Marker::Square, Marker::Circle, Marker::Triangle, Marker::Diamond] {
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
        if self.tells_apart() {
            entries.push(entry("may be the best".to_owned(), Sample::Bar(FRONT, 1.0)));
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

/// The median is square, p90 and p95 are round, p99 is a triangle, and what lies further out a diamond; the rest is
/// unmarked.
fn marker(share: f64) -> Option<Marker> {
    if (share - 0.5).abs() < 1e-9 {
        Some(Marker::Square)
    } else if 0.995 < share {
        Some(Marker::Diamond)
    } else if 0.985 < share {
        Some(Marker::Triangle)
    } else if 0.89 < share {
        Some(Marker::Circle)
    } else {
        None
    }
}
