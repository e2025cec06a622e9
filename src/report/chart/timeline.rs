//! `timeline.png`: how the run went, in panels one above the other over one time axis.

use super::{
    ChartError, Unit,
    axis::Axis,
    font::Weight,
    frame::{Entry, Frame, LABEL, Legend, QUIET, Sample},
    scene::{Align, Point, Rect, Scene, Stroke, Type},
    style::{self, AXIS, INK, MARGIN, MUTED, Marker, SHADE, SMALL, WIDTH},
};

/// Several quantities over the time of one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimelineChart {
    /// What the picture shows.
    pub title: String,
    /// Of what: scenario, replications, seed.
    pub subtitle: String,
    /// A remark below the picture.
    pub note: String,
    /// The middle of each time bucket in seconds, increasing.
    pub times: Vec<f64>,
    /// From top to bottom.
    pub panels: Vec<Panel>,
    /// Shaded stretches of time, such as the warm-up or an outage.
    pub spans: Vec<Span>,
    /// Labelled instants, such as a crash.
    pub marks: Vec<Mark>,
}

/// One quantity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panel {
    /// What is shown, such as `requests in system`.
    pub title: String,
    /// How its numbers are written. Shares run from 0 to 100 %; a time gets a logarithmic axis where it spreads wide.
    pub unit: Unit,
    /// Its lines.
    pub lines: Vec<PanelLine>,
}

/// One line in a panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PanelLine {
    /// Its name in the legend.
    pub name: String,
    /// One value for each of the chart's times; `None` leaves a gap.
    pub values: Vec<Option<f64>>,
}

/// A stretch of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Span {
    /// Its beginning, in seconds.
    pub from: f64,
    /// Its end, in seconds.
    pub to: f64,
    /// What it is.
    pub label: String,
}

/// An instant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mark {
    /// When, in seconds.
    pub at: f64,
    /// What happened.
    pub label: String,
}

const PANEL_HEIGHT: f64 = 128.0;
const HEADER_HEIGHT: f64 = 30.0;
const PANEL_GAP: f64 = 14.0;
/// The labels of spans and marks stand in rows above the panels.
const STRIP_LINE: f64 = 18.0;
const MOST_STRIP_ROWS: usize = 4;
/// From this ratio of the largest to the smallest value on, times get a logarithmic axis.
const WIDE_SPREAD: f64 = 20.0;
/// Space between the title of a panel and its legend.
const TITLE_GAP: f64 = 26.0;
const LEFT: f64 = MARGIN + 62.0;
const RIGHT: f64 = WIDTH - MARGIN - 20.0;

impl TimelineChart {
    /// Draws the picture and returns it as PNG.
    pub fn draw(&self) -> Result<Vec<u8>, ChartError> {
        self.compose().encode()
    }

    pub(super) fn compose(&self) -> Scene {
        let frame = Frame::new(&self.title, &self.subtitle, &self.note);
        let time = self.time_axis();
        let strip = self.strip(&time);
        let strip_rows = strip.iter().map(|label| label.row + 1).max().unwrap_or(0);
        let strip_bottom = frame.top() + strip_rows as f64 * STRIP_LINE + 2.0;
        let mut top = strip_bottom;
        let mut parts = Vec::new();
        for panel in &self.panels {
            let legend = panel.legend();
            let header = HEADER_HEIGHT.max(legend.height() + 6.0);
            let plot = Rect {
                left: LEFT,
                top: top + header,
                right: RIGHT,
                bottom: top + header + PANEL_HEIGHT,
            };
            parts.push((panel, legend, plot));
            top = plot.bottom + PANEL_GAP;
        }
        let mut scene = Scene::new(WIDTH, top.max(strip_bottom + 60.0) + 22.0 + frame.bottom());
        frame.draw(&mut scene);
        let has_data = self
            .panels
            .iter()
            .any(|panel| panel.points(&self.times).next().is_some());
        if !has_data {
            scene.text(
                "no requests completed",
                (WIDTH / 2.0, scene.height / 2.0),
                Align::Center,
                LABEL,
            );
            return scene;
        }
        let last = parts.len() - 1;
        for (index, (panel, legend, plot)) in parts.iter().enumerate() {
            self.draw_shades(&mut scene, *plot, &time);
            time.draw_below(&mut scene, *plot, index == last);
            panel.draw(&mut scene, *plot, legend, &self.times, &time);
            self.draw_marks(&mut scene, *plot, &time);
        }
        for label in &strip {
            let y = strip_bottom - (label.row as f64 + 0.5) * STRIP_LINE;
            scene.text(label.text, (label.left, y), Align::Left, STRIP_TYPE);
        }
        scene
    }

    fn time_axis(&self) -> Axis {
        let times = self.times.iter().copied().filter(|time| time.is_finite());
        let spans = self
            .spans
            .iter()
            .map(|span| span.to)
            .filter(|time| time.is_finite());
        let (first, last) = times.fold((f64::INFINITY, 0f64), |(a, b), t| (a.min(t), b.max(t)));
        let half_bucket = if self.times.len() > 1 {
            (last - first) / (self.times.len() - 1) as f64 / 2.0
        } else {
            0.0
        };
        let data_end = last + half_bucket;
        let high = if data_end > 0.0 {
            data_end
        } else {
            spans.fold(0.0, f64::max)
        };
        let high = if high.is_normal() { high.min(1e300) } else { 1.0 };
        Axis {
            unit: Unit::Duration,
            is_log: false,
            low: 0.0,
            high,
            from: LEFT,
            to: RIGHT,
        }
    }

    fn draw_shades(&self, scene: &mut Scene, plot: Rect, time: &Axis) {
        for (from, to) in self.spans.iter().filter_map(|span| clamped(span, time)) {
            scene.rect(
                Rect {
                    left: time.place(from),
                    right: time.place(to),
                    ..plot
                },
                SHADE,
                0.14,
            );
        }
    }

    fn draw_marks(&self, scene: &mut Scene, plot: Rect, time: &Axis) {
        for mark in self.marks.iter().filter(|mark| time.holds(mark.at)) {
            let x = time.place(mark.at);
            let stroke = Stroke {
                color: INK,
                width: 1.2,
                dash: style::LIMIT_DASH,
            };
            scene.line(vec![(x, plot.top - 4.0), (x, plot.bottom)], stroke, scene.frame());
        }
    }

    /// Puts the labels of spans and marks side by side, and into higher rows where they would overlap. What finds no
    /// room keeps its line and goes without a label.
    fn strip(&self, time: &Axis) -> Vec<StripLabel<'_>> {
        let spans = self.spans.iter().filter_map(|span| {
            let (from, to) = clamped(span, time)?;
            Some((
                f64::midpoint(time.place(from), time.place(to)),
                span.label.as_str(),
            ))
        });
        let marks = self.marks.iter().filter(|mark| time.holds(mark.at));
        let marks = marks.map(|mark| (time.place(mark.at), mark.label.as_str()));
        let mut wanted: Vec<(f64, &str)> = spans
            .chain(marks)
            .filter(|(_, label)| !label.is_empty())
            .collect();
        wanted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut ends = [f64::NEG_INFINITY; MOST_STRIP_ROWS];
        let mut placed = Vec::new();
        for (center, text) in wanted {
            let width = STRIP_TYPE.size_of(text).0;
            if WIDTH - 2.0 * MARGIN < width {
                continue;
            }
            let left = (center - width / 2.0).clamp(MARGIN, WIDTH - MARGIN - width);
            if let Some(row) = ends.iter().position(|&end| end + 10.0 <= left) {
                ends[row] = left + width;
                placed.push(StripLabel { text, left, row });
            }
        }
        placed
    }
}

const STRIP_TYPE: Type = Type {
    weight: Weight::Regular,
    size: SMALL,
    color: MUTED,
};
const PANEL_TITLE: Type = Type {
    weight: Weight::SemiBold,
    size: 15.0,
    color: INK,
};

struct StripLabel<'a> {
    text: &'a str,
    left: f64,
    row: usize,
}

/// Returns the part of a span that is on the axis.
fn clamped(span: &Span, time: &Axis) -> Option<(f64, f64)> {
    let (from, to) = (span.from.max(time.low), span.to.min(time.high));
    (from < to).then_some((from, to))
}

impl Panel {
    /// A line's name is needed only where there are several.
    fn legend(&self) -> Legend {
        let lines = if self.lines.len() == 1 {
            &[][..]
        } else {
            &self.lines[..]
        };
        let entry = |(index, line): (usize, &PanelLine)| Entry {
            name: line.name.clone(),
            sample: Sample::Line(stroke(index)),
        };
        let entries: Vec<Entry> = lines.iter().enumerate().map(entry).collect();
        Legend::new(&entries, MARGIN + self.title_width() + TITLE_GAP, RIGHT)
    }

    fn title_width(&self) -> f64 {
        PANEL_TITLE.size_of(&self.title_text()).0
    }

    fn title_text(&self) -> String {
        super::font::ellipsize(PANEL_TITLE.weight, &self.title, PANEL_TITLE.size, 330.0)
    }

    /// All values there are, with their times.
    fn points<'a>(&'a self, times: &'a [f64]) -> impl Iterator<Item = Point> + 'a {
        self.lines.iter().flat_map(|line| line.points(times).flatten())
    }

    fn draw(&self, scene: &mut Scene, plot: Rect, legend: &Legend, times: &[f64], time: &Axis) {
        let header_top = plot.top - HEADER_HEIGHT.max(legend.height() + 6.0);
        scene.text(
            &self.title_text(),
            (MARGIN, header_top + 11.5),
            Align::Left,
            PANEL_TITLE,
        );
        legend.draw(scene, header_top);
        scene.rule((plot.left, plot.top), (plot.left, plot.bottom), AXIS, 1.0);
        if self.points(times).next().is_none() {
            let middle = plot.middle();
            scene.text("no data", middle, Align::Center, QUIET);
            return;
        }
        let axis = self.axis(plot, times);
        axis.draw_left(scene, plot);
        for (index, line) in self.lines.iter().enumerate() {
            // Half a line's width must show at the edges, where a utilisation of 100 % lies.
            let clip = plot.grown(2.0);
            for run in line.runs(times) {
                let points: Vec<Point> = run
                    .iter()
                    .map(|&(t, value)| (time.place(t), axis.place(value)))
                    .collect();
                match points[..] {
                    [only] => scene.marker(only, Marker::Circle, 2.5, stroke(index).color),
                    _ => scene.line(points, stroke(index), clip),
                }
            }
        }
    }

    fn axis(&self, plot: Rect, times: &[f64]) -> Axis {
        let values = || self.points(times).map(|(_, value)| value);
        let (from, to) = (plot.bottom, plot.top);
        let high = values().fold(0.0, f64::max);
        let low = values()
            .filter(|value| 0.0 < *value)
            .fold(f64::INFINITY, f64::min);
        match self.unit {
            Unit::Share => Axis {
                unit: self.unit,
                is_log: false,
                low: 0.0,
                high: 1.0,
                from,
                to,
            },
            Unit::Duration if WIDE_SPREAD < high / low => {
                let axis = Axis::log(self.unit, values(), from, to);
                Axis {
                    low: axis.low / 1.1,
                    high: axis.high * 1.1,
                    ..axis
                }
            }
            _ => Axis::from_zero(self.unit, high, 5, from, to),
        }
    }
}

impl PanelLine {
    /// One entry for each time, `None` where there is nothing to draw.
    fn points<'a>(&'a self, times: &'a [f64]) -> impl Iterator<Item = Option<Point>> + 'a {
        let pairs = times.iter().zip(&self.values);
        pairs.map(|(&time, &value)| {
            value
                .filter(|v| v.is_finite() && time.is_finite())
                .map(|value| (time, value))
        })
    }

    /// The stretches between gaps.
    fn runs(&self, times: &[f64]) -> Vec<Vec<Point>> {
        let points: Vec<Option<Point>> = self.points(times).collect();
        let runs = points.split(Option::is_none).filter(|run| !run.is_empty());
        runs.map(|run| run.iter().copied().flatten().collect()).collect()
    }
}

fn stroke(index: usize) -> Stroke {
    Stroke {
        color: style::color(index),
        width: 1.9,
        dash: style::dash(index),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_bucket_splits_the_line_and_is_not_zero() {
        let values = vec![Some(1.0), Some(2.0), None, Some(f64::NAN), Some(3.0)];
        let line = PanelLine {
            name: String::new(),
            values,
        };
        let runs = line.runs(&[0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(runs, [vec![(0.0, 1.0), (1.0, 2.0)], vec![(4.0, 3.0)]]);
    }

    #[test]
    fn times_that_spread_wide_get_a_logarithmic_axis() {
        let plot = Rect {
            left: 0.0,
            top: 0.0,
            right: 100.0,
            bottom: 100.0,
        };
        let panel = |values: [f64; 2]| Panel {
            lines: vec![PanelLine {
                name: String::new(),
                values: values.map(Some).to_vec(),
            }],
            ..Panel::default()
        };
        assert!(!panel([0.01, 0.1]).axis(plot, &[0.0, 1.0]).is_log);
        assert!(panel([0.01, 1.0]).axis(plot, &[0.0, 1.0]).is_log);
    }
}
