//! `timeline.png`: how the run went, in panels one above the other over one time axis.

mod panel;
mod strip;

use super::{
    ChartError, Unit,
    axis::Axis,
    frame::{Frame, LABEL},
    scene::{Align, Rect, Scene, Stroke},
    style::{self, INK, MARGIN, SHADE, WIDTH},
};

use self::strip::{Flag, Strip};

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
const PANEL_GAP: f64 = 14.0;
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
        let strip = Strip::new(&self.flags(&time));
        let mut top = frame.top();
        let mut parts = Vec::new();
        for (index, panel) in self.panels.iter().enumerate() {
            let legend = panel.legend();
            let strip_height = if index == 0 { strip.height() } else { 0.0 };
            let plot_top = top + panel::header_height(&legend) + strip_height;
            let plot = Rect {
                left: LEFT,
                top: plot_top,
                right: RIGHT,
                bottom: plot_top + PANEL_HEIGHT,
            };
            parts.push((panel, legend, top, plot));
            top = plot.bottom + PANEL_GAP;
        }
        let mut scene = Scene::new(WIDTH, top.max(frame.top() + 60.0) + 22.0 + frame.bottom());
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
        for (index, (panel, legend, header_top, plot)) in parts.iter().enumerate() {
            self.draw_shades(&mut scene, *plot, &time);
            time.draw_below(&mut scene, *plot, index == last);
            panel.draw_header(&mut scene, *header_top, legend);
            panel.draw(&mut scene, *plot, &self.times, &time);
            self.draw_marks(&mut scene, *plot, &time);
        }
        strip.draw(&mut scene, parts[0].3.top);
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
            unit: Unit::Seconds,
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
            scene.line(vec![(x, plot.top), (x, plot.bottom)], stroke, plot);
        }
    }

    /// What is written above the plots: spans at their beginning, marks where they are.
    fn flags(&self, time: &Axis) -> Vec<Flag<'_>> {
        let spans = self.spans.iter().filter_map(|span| {
            let (from, _) = clamped(span, time)?;
            Some((time.place(from), span.label.as_str(), false))
        });
        let marks = self.marks.iter().filter(|mark| time.holds(mark.at));
        let marks = marks.map(|mark| (time.place(mark.at), mark.label.as_str(), true));
        let flags = spans
            .chain(marks)
            .filter(|(_, label, _)| !label.trim().is_empty());
        flags
            .map(|(x, label, has_pole)| Flag { x, label, has_pole })
            .collect()
    }
}

/// Returns the part of a span that is on the axis.
fn clamped(span: &Span, time: &Axis) -> Option<(f64, f64)> {
    let (from, to) = (span.from.max(time.low), span.to.min(time.high));
    (from < to).then_some((from, to))
}
