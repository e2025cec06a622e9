//! `hops.png`: where the time of responses went, hop by hop, for the mean and beside it for the slowest.

use super::{
    ChartError, Unit,
    axis::Axis,
    font::Weight,
    frame::{Entry, Frame, LABEL, Legend, QUIET, Sample},
    scene::{Align, Rect, Scene, Type},
    style::{self, AXIS, GRID_MINOR, INK, MARGIN, TEXT, WIDTH},
};

/// Where the time of responses went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HopsChart {
    /// What the picture shows.
    pub title: String,
    /// Of what: scenario, replications, seed.
    pub subtitle: String,
    /// A remark below the picture.
    pub note: String,
    /// What time is spent on, in the order of the parts of a bar.
    pub activities: Vec<String>,
    /// One for each workload.
    pub sections: Vec<HopSection>,
}

/// The hops of one workload.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HopSection {
    /// Its name.
    pub name: String,
    /// The whole response in words: the mean, and that of the slowest.
    pub totals: [String; 2],
    /// The hops, in order.
    pub rows: Vec<HopRow>,
}

/// One hop.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HopRow {
    /// Its name.
    pub name: String,
    /// Seconds by activity: of the mean, and of the slowest.
    pub spent: [Vec<f64>; 2],
    /// The sums in words.
    pub remarks: [String; 2],
}

const ROW_HEIGHT: f64 = 28.0;
const BAR: f64 = 8.0;
/// Of a section: its heading above the rows, and the axes below them.
const HEADING: f64 = 30.0;
const AXES: f64 = 46.0;
/// No picture grows beyond what can be read.
const MOST_SECTIONS: usize = 12;
const MOST_ROWS: usize = 30;
const NAMES: f64 = 190.0;
/// Between the two columns, and for the words behind the longest bar.
const GUTTER: f64 = 34.0;
const REMARK: f64 = 74.0;
const TITLES: [&str; 2] = ["mean response", "slowest 1 % of responses"];

const STRONG: Type = Type {
    weight: Weight::SemiBold,
    size: TEXT,
    color: INK,
};

impl HopsChart {
    /// Draws the picture and returns it as PNG.
    pub fn draw(&self) -> Result<Vec<u8>, ChartError> {
        self.compose().encode()
    }

    pub(super) fn compose(&self) -> Scene {
        let frame = Frame::new(&self.title, &self.subtitle, &self.note);
        let legend = Legend::new(&self.legend_entries(), MARGIN, WIDTH - MARGIN);
        let sections = &self.sections[..self.sections.len().min(MOST_SECTIONS)];
        let top = frame.top() + legend.height() + 14.0;
        let heights: f64 = sections.iter().map(HopSection::height).sum();
        let mut scene = Scene::new(WIDTH, top + heights.max(80.0) + frame.bottom());
        frame.draw(&mut scene);
        legend.draw(&mut scene, frame.top());
        if sections.iter().all(|section| section.rows.is_empty()) {
            let middle = (WIDTH / 2.0, top + 40.0);
            scene.text("nothing was followed", middle, Align::Center, LABEL);
            return scene;
        }
        let mut y = top;
        for section in sections {
            section.draw(&mut scene, y);
            y += section.height();
        }
        scene
    }

    /// Activities that took any time.
    fn legend_entries(&self) -> Vec<Entry> {
        let rows = || self.sections.iter().flat_map(|section| &section.rows);
        let takes_time = |at: usize| {
            let mut times = rows().flat_map(|row| &row.spent);
            times.any(|times| times.get(at).is_some_and(|&time| 0.0 < time))
        };
        let named = self.activities.iter().enumerate();
        named
            .filter(|&(at, _)| takes_time(at))
            .map(|(at, name)| Entry {
                name: name.clone(),
                sample: Sample::Bar(color(at), 1.0),
            })
            .collect()
    }
}

/// Work is calm, queueing is what one looks for.
fn color(activity: usize) -> style::Color {
    style::color([1, 0, 2, 3][activity % 4])
}

impl HopSection {
    fn rows(&self) -> &[HopRow] {
        &self.rows[..self.rows.len().min(MOST_ROWS)]
    }
    fn height(&self) -> f64 {
        HEADING + self.rows().len().max(1) as f64 * ROW_HEIGHT + AXES
    }

    fn draw(&self, scene: &mut Scene, top: f64) {
        let rows = self.rows();
        let width = (WIDTH - 2.0 * MARGIN - NAMES - GUTTER) / TITLES.len() as f64;
        let (above, bottom) = (
            top + HEADING,
            top + HEADING + rows.len().max(1) as f64 * ROW_HEIGHT,
        );
        scene.text_within(
            &self.name,
            (MARGIN, top + 12.0),
            Align::Left,
            STRONG,
            NAMES - 16.0,
        );
        for index in (0..rows.len()).step_by(2) {
            let top = above + index as f64 * ROW_HEIGHT;
            let band = Rect {
                left: MARGIN - 8.0,
                top,
                right: WIDTH - MARGIN + 8.0,
                bottom: top + ROW_HEIGHT,
            };
            scene.rect(band, GRID_MINOR, 0.75);
        }
        for (row, index) in rows.iter().zip(0..) {
            let y = above + (f64::from(index) + 0.5) * ROW_HEIGHT;
            let at = (MARGIN + NAMES - 12.0, y);
            scene.text_within(&row.name, at, Align::Right, LABEL, NAMES - 16.0);
        }
        for (which, title) in TITLES.into_iter().enumerate() {
            let left = MARGIN + NAMES + which as f64 * (width + GUTTER);
            let plot = Rect {
                left,
                top: above,
                right: left + width - REMARK,
                bottom,
            };
            let heading = format!("{title}: {}", self.totals[which]);
            scene.text_within(&heading, (left, top + 12.0), Align::Left, LABEL, width);
            self.draw_bars(scene, plot, which);
        }
    }

    fn draw_bars(&self, scene: &mut Scene, plot: Rect, which: usize) {
        let counts = |time: &&f64| time.is_finite() && 0.0 < **time;
        let whole = |row: &HopRow| row.spent[which].iter().filter(counts).sum::<f64>();
        let longest = self.rows().iter().map(whole).fold(0.0, f64::max);
        let axis = Axis::from_zero(Unit::Seconds, longest, 5, plot.left, plot.right);
        let place = |seconds: f64| axis.place(seconds).min(plot.right);
        axis.draw_below(scene, plot, true);
        scene.rule((plot.left, plot.top), (plot.left, plot.bottom), AXIS, 1.0);
        for (row, index) in self.rows().iter().zip(0..) {
            let y = plot.top + (f64::from(index) + 0.5) * ROW_HEIGHT;
            let mut sum = 0.0;
            for (activity, &time) in row.spent[which].iter().enumerate() {
                if !counts(&&time) {
                    continue;
                }
                let part = Rect {
                    left: place(sum),
                    top: y - BAR,
                    right: place(sum + time),
                    bottom: y + BAR,
                };
                scene.rect(part, color(activity), 1.0);
                sum += time;
            }
            let end = (place(sum) + 8.0, y);
            scene.text_within(&row.remarks[which], end, Align::Left, QUIET, REMARK - 10.0);
        }
    }
}
