//! `availability.png`: how often so many servers are down, on a logarithmic axis, with formulas beside it.

use super::{
    ChartError, Interval, Unit,
    axis::Axis,
    frame::{Entry, Frame, LABEL, Legend, QUIET, Sample},
    scene::{Align, Rect, Scene},
    style::{self, AXIS, GRID_MINOR, MARGIN, Marker, WIDTH},
};

/// How often too few are there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShortageChart {
    /// What the picture shows.
    pub title: String,
    /// Of what: scenario, replications, seed.
    pub subtitle: String,
    /// A remark below the picture.
    pub note: String,
    /// The formula, or its name where there are several.
    pub theory: String,
    /// One for each shortage, the least first.
    pub rows: Vec<ShortageRow>,
}

/// One shortage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShortageRow {
    /// What is short, such as `2 or more down`.
    pub name: String,
    /// The share of time; `None` if it never came.
    pub measured: Option<Interval>,
    /// What a formula says of it.
    pub theory: Option<f64>,
    /// The measured share in words.
    pub remark: String,
}

const ROW_HEIGHT: f64 = 30.0;
const MOST_ROWS: usize = 40;
const MEASURED: style::Color = style::Color(0x00, 0x72, 0xb2);
const THEORY: style::Color = style::Color(0xd5, 0x5e, 0x00);
/// Room for names on the left and for remarks on the right.
const NAMES: f64 = 190.0;
const REMARKS: f64 = 190.0;

impl ShortageChart {
    /// Draws the picture and returns it as PNG.
    pub fn draw(&self) -> Result<Vec<u8>, ChartError> {
        self.compose().encode()
    }

    pub(super) fn compose(&self) -> Scene {
        let frame = Frame::new(&self.title, &self.subtitle, &self.note);
        let legend = Legend::new(&self.legend_entries(), MARGIN, WIDTH - MARGIN);
        let rows = &self.rows[..self.rows.len().min(MOST_ROWS)];
        let top = frame.top() + legend.height() + 14.0;
        let plot = Rect {
            left: MARGIN + NAMES,
            top,
            right: WIDTH - MARGIN - REMARKS,
            bottom: top + rows.len().max(2) as f64 * ROW_HEIGHT,
        };
        let mut scene = Scene::new(WIDTH, plot.bottom + 50.0 + frame.bottom());
        frame.draw(&mut scene);
        legend.draw(&mut scene, frame.top());
        let values = || {
            let ends = rows.iter().filter_map(|row| row.measured);
            let ends = ends.flat_map(|measured| [measured.low, measured.value, measured.high]);
            ends.chain(rows.iter().filter_map(|row| row.theory))
        };
        if !values().any(|value| 0.0 < value) {
            scene.text("nothing was down", plot.middle(), Align::Center, LABEL);
            return scene;
        }
        for index in (0..rows.len()).step_by(2) {
            let top = plot.top + index as f64 * ROW_HEIGHT;
            let band = Rect {
                left: MARGIN - 8.0,
                top,
                right: WIDTH - MARGIN + 8.0,
                bottom: top + ROW_HEIGHT,
            };
            scene.rect(band, GRID_MINOR, 0.75);
        }
        let axis = Axis::log(Unit::Share, values(), plot.left + 12.0, plot.right - 12.0);
        axis.draw_below(&mut scene, plot, true);
        scene.rule((plot.left, plot.top), (plot.left, plot.bottom), AXIS, 1.0);
        for (index, row) in rows.iter().enumerate() {
            let y = plot.top + (index as f64 + 0.5) * ROW_HEIGHT;
            row.draw(&mut scene, &axis, plot, y);
        }
        let at = (plot.middle().0, plot.bottom + 38.0);
        scene.text_within("share of time", at, Align::Center, LABEL, plot.width());
        scene
    }

    fn legend_entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        if self.rows.iter().any(|row| row.measured.is_some()) {
            entries.push(Entry {
                name: "measured, with its interval".to_owned(),
                sample: Sample::Interval(MEASURED),
            });
        }
        if self.rows.iter().any(|row| row.theory.is_some()) {
            entries.push(Entry {
                name: format!("theory: {}", self.theory),
                sample: Sample::Marker(Marker::Diamond, THEORY),
            });
        }
        entries
    }
}

impl ShortageRow {
    fn draw(&self, scene: &mut Scene, axis: &Axis, plot: Rect, y: f64) {
        let name_at = (plot.left - 12.0, y);
        scene.text_within(&self.name, name_at, Align::Right, LABEL, NAMES - 16.0);
        let remark_at = (plot.right + 12.0, y);
        scene.text_within(&self.remark, remark_at, Align::Left, QUIET, REMARKS - 16.0);
        if let Some(measured) = self.measured.filter(|measured| 0.0 < measured.value) {
            // An interval that reaches down to nothing has no end on this axis.
            let end = |value: f64| axis.place(value).clamp(plot.left, plot.right);
            let band = Rect {
                left: if 0.0 < measured.low {
                    end(measured.low)
                } else {
                    plot.left
                },
                top: y - 8.0,
                right: end(measured.high),
                bottom: y + 8.0,
            };
            scene.rect(band, MEASURED, 0.35);
            let x = axis.place(measured.value);
            scene.rule((x, y - 8.0), (x, y + 8.0), MEASURED, 2.4);
        }
        if let Some(theory) = self.theory.filter(|theory| 0.0 < *theory) {
            scene.marker((axis.place(theory), y), Marker::Diamond, 4.5, THEORY);
        }
    }
}
