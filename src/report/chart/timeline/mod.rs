//! `timeline.png`: how the run went, in panels one above the other over one time axis.

mod lanes;
mod panel;

use super::{
    ChartError, Unit,
    axis::Axis,
    frame::{Frame, LABEL},
    scene::{Align, Rect, Scene},
    style::{MARGIN, WIDTH},
};

use self::lanes::Lanes;

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
    /// What went wrong meanwhile.
    pub spans: Vec<Span>,
    /// What failures that come by themselves are called in the legend.
    pub failures_are: String,
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

/// A stretch of time in which something was wrong. All times are in seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Span {
    /// Its beginning.
    pub from: f64,
    /// Its end.
    pub to: f64,
    /// What it is; may be empty.
    pub label: String,
    /// What brought it about.
    pub cause: Cause,
    /// When those struck were out of rotation.
    pub noticed: Option<f64>,
    /// When others took their place.
    pub failover: Option<f64>,
    /// When they were back.
    pub restored: Option<f64>,
    /// Whether the plots are shaded meanwhile.
    pub shades: bool,
}

/// What brings trouble about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cause {
    /// It came on time.
    #[default]
    Fault,
    /// It came by itself.
    Failure,
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
        let lanes = Lanes::new(&self.spans, &time, &self.failures_are);
        let mut top = frame.top() + lanes.height();
        let mut parts = Vec::new();
        for panel in &self.panels {
            let legend = panel.legend();
            let plot_top = top + panel::header_height(&legend);
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
            lanes::shade(&self.spans, &mut scene, *plot, &time);
            time.draw_below(&mut scene, *plot, index == last);
            panel.draw_header(&mut scene, *header_top, legend);
            panel.draw(&mut scene, *plot, &self.times, &time);
            lanes.draw_moments(&mut scene, *plot);
        }
        lanes.draw(&mut scene, frame.top());
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
}
