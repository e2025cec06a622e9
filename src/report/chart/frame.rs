//! What surrounds every plot: title, subtitle, legend and note.

use super::{
    font::{self, Weight, ellipsize},
    scene::{Align, Point, Rect, Scene, Stroke, Type},
    style::{self, AXIS, BLACK, Color, INK, MARGIN, MUTED, Marker, SMALL, TEXT, TITLE, WHITE, WIDTH},
};

pub(super) const LABEL: Type = Type {
    weight: Weight::Regular,
    size: TEXT,
    color: INK,
};
pub(super) const QUIET: Type = Type {
    weight: Weight::Regular,
    size: SMALL,
    color: MUTED,
};
const TITLE_TYPE: Type = Type {
    weight: Weight::SemiBold,
    size: TITLE,
    color: INK,
};
const SUBTITLE_TYPE: Type = Type {
    weight: Weight::Regular,
    size: TEXT,
    color: MUTED,
};

const LINE: f64 = 19.0;
const LEGEND_LINE: f64 = 23.0;
const SAMPLE_WIDTH: f64 = 30.0;
const SAMPLE_GAP: f64 = 8.0;
const ENTRY_GAP: f64 = 24.0;
/// No picture grows beyond what can be read: longer legends are cut, and say so.
const MOST_ENTRIES: usize = 40;

/// The texts above and below the plot, broken into lines.
pub(super) struct Frame {
    title: String,
    subtitle: Vec<String>,
    note: Vec<String>,
}

/// What stands in the legend before a name.
#[derive(Clone, Copy)]
pub(super) enum Sample {
    Line(Stroke),
    MarkedLine(Stroke, Marker),
    Marker(Marker, Color),
    Bar(Color, f64),
    Interval(Color),
    /// The line of a map with this index.
    Contour(usize),
    /// Where there is nothing to be measured.
    Hatch,
}

pub(super) struct Entry {
    pub(super) name: String,
    pub(super) sample: Sample,
}

impl Frame {
    pub(super) fn new(title: &str, subtitle: &str, note: &str) -> Self {
        let room = WIDTH - 2.0 * MARGIN;
        Self {
            title: ellipsize(Weight::SemiBold, title, TITLE, room),
            subtitle: font::wrap(Weight::Regular, subtitle, TEXT, room, 2),
            note: font::wrap(Weight::Regular, note, SMALL, room, 3),
        }
    }

    /// Returns the height of title and subtitle, with the margin above and some room below.
    pub(super) fn top(&self) -> f64 {
        let title = if self.title.is_empty() { 0.0 } else { 28.0 };
        MARGIN + title + self.subtitle.len() as f64 * LINE + 10.0
    }

    /// Returns the height of the note, with the margin below it.
    pub(super) fn bottom(&self) -> f64 {
        let note = if self.note.is_empty() {
            0.0
        } else {
            12.0 + self.note.len() as f64 * LINE
        };
        MARGIN - 4.0 + note
    }

    pub(super) fn draw(&self, scene: &mut Scene) {
        let mut y = MARGIN + 8.0;
        if !self.title.is_empty() {
            scene.text(&self.title, (MARGIN, y), Align::Left, TITLE_TYPE);
            y += 28.0;
        }
        for line in &self.subtitle {
            scene.text(line, (MARGIN, y), Align::Left, SUBTITLE_TYPE);
            y += LINE;
        }
        let mut y = scene.height - self.bottom() + 12.0 + LINE / 2.0;
        for line in &self.note {
            scene.text(line, (MARGIN, y), Align::Left, QUIET);
            y += LINE;
        }
    }
}

/// A legend broken into rows.
pub(super) struct Legend {
    /// Where each entry starts, from the left, and in which row; with its shortened name.
    entries: Vec<(f64, usize, String, Option<Sample>)>,
    rows: usize,
}

impl Legend {
    /// Lays the entries out in rows between `left` and `right`.
    pub(super) fn new(entries: &[Entry], left: f64, right: f64) -> Self {
        let mut placed = Vec::new();
        let (mut x, mut row) = (left, 0);
        let more = entries.len().saturating_sub(MOST_ENTRIES);
        let rest = (more > 0).then(|| (format!("and {more} more"), None));
        let shown = entries
            .iter()
            .take(MOST_ENTRIES)
            .map(|entry| (entry.name.clone(), Some(entry.sample)));
        for (name, sample) in shown.chain(rest) {
            let name = ellipsize(
                Weight::Regular,
                &name,
                TEXT,
                330.0f64.min(right - left - SAMPLE_WIDTH - SAMPLE_GAP),
            );
            let width = SAMPLE_WIDTH + SAMPLE_GAP + LABEL.size_of(&name).0;
            if left < x && right < x + width {
                (x, row) = (left, row + 1);
            }
            placed.push((x, row, name, sample));
            x += width + ENTRY_GAP;
        }
        let rows = if placed.is_empty() { 0 } else { row + 1 };
        Self {
            entries: placed,
            rows,
        }
    }

    pub(super) fn height(&self) -> f64 {
        self.rows as f64 * LEGEND_LINE
    }

    pub(super) fn draw(&self, scene: &mut Scene, top: f64) {
        for (x, row, name, sample) in &self.entries {
            let y = top + (*row as f64 + 0.5) * LEGEND_LINE;
            if let Some(sample) = sample {
                sample.draw(scene, *x, y);
            }
            scene.text(name, (x + SAMPLE_WIDTH + SAMPLE_GAP, y), Align::Left, LABEL);
        }
    }
}

impl Sample {
    fn draw(self, scene: &mut Scene, x: f64, y: f64) {
        let (frame, ends) = (scene.frame(), vec![(x, y), (x + SAMPLE_WIDTH, y)]);
        let center = (x + SAMPLE_WIDTH / 2.0, y);
        match self {
            Sample::Line(stroke) => scene.line(ends, stroke, frame),
            Sample::MarkedLine(stroke, marker) => {
                scene.line(ends, stroke, frame);
                scene.marker(center, marker, 4.5, stroke.color);
            }
            Sample::Marker(marker, color) => scene.marker((x + SAMPLE_WIDTH - 6.0, y), marker, 4.5, color),
            Sample::Bar(color, opacity) => {
                scene.rect(
                    Rect {
                        left: x,
                        top: y - 5.0,
                        right: x + SAMPLE_WIDTH,
                        bottom: y + 5.0,
                    },
                    color,
                    opacity,
                );
            }
            Sample::Contour(index) => contour(scene, ends, index, frame),
            Sample::Hatch => {
                let box_of = Rect {
                    left: x,
                    top: y - 6.0,
                    right: x + SAMPLE_WIDTH,
                    bottom: y + 6.0,
                };
                scene.hatch(box_of);
                scene.frame_of(box_of, AXIS);
            }
            Sample::Interval(color) => {
                let band = Rect {
                    left: center.0 + 1.0,
                    top: y - 8.0,
                    right: x + SAMPLE_WIDTH,
                    bottom: y + 8.0,
                };
                scene.rect(band, color, 0.35);
                let (middle, _) = band.middle();
                scene.rule((middle, band.top), (middle, band.bottom), color, 2.4);
            }
        }
    }
}

/// Draws the line of a map with this index: black with a white edge, so that it is seen on every colour.
pub(super) fn contour(scene: &mut Scene, points: Vec<Point>, index: usize, clip: Rect) {
    let stroke = |color: Color, width: f64, dash: &'static [f64]| Stroke { color, width, dash };
    scene.line(points.clone(), stroke(WHITE, 5.0, &[]), clip);
    scene.line(points, stroke(BLACK, 2.2, style::dash(index)), clip);
}
