//! `response.png`: how large a share of requests was slower than any given time, measured and by formula.
//!
//! Both axes are logarithmic, because what people promise lies in the tail: on a linear axis p99 and p99.9 are one
//! pixel apart.

use super::{
    ChartError, Objective, Percentile, Unit,
    axis::{Axis, TICK_TYPE},
    format,
    frame::{Entry, Frame, LABEL, Legend, QUIET, Sample},
    place::Placer,
    scene::{Align, Point, Rect, Scene, Stroke, Type},
    style::{self, AXIS, LIMIT, LIMIT_DASH, MARGIN, MUTED, THEORY_DASH, WHITE, WIDTH},
};

/// The distribution of response times of one or more workloads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DistributionChart {
    /// What the picture shows.
    pub title: String,
    /// Of what: scenario, replications, seed.
    pub subtitle: String,
    /// A remark below the picture.
    pub note: String,
    /// What is on the time axis, such as `response time`.
    pub quantity: String,
    /// One for each workload or variant.
    pub curves: Vec<Curve>,
    /// Limits, each a vertical line.
    pub objectives: Vec<Objective>,
}

/// One measured distribution, and what theory says of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// Its name in the legend.
    pub name: String,
    /// Points by increasing time; empty if no request was completed.
    pub measured: Vec<CurvePoint>,
    /// The curve by formula, if there is one.
    pub theory: Option<TheoryCurve>,
    /// Measured percentiles to mark and label, in seconds.
    pub percentiles: Vec<Percentile>,
}

/// A theoretical distribution.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TheoryCurve {
    /// The formula's name, such as `M/M/c`.
    pub name: String,
    /// Points by increasing time.
    pub points: Vec<CurvePoint>,
}

/// One point of a distribution.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CurvePoint {
    /// A time in seconds.
    pub seconds: f64,
    /// The share of requests slower than that, from 0 to 1.
    pub slower: f64,
    /// The lower and upper end of the share's interval.
    pub band: Option<(f64, f64)>,
}

impl CurvePoint {
    /// Returns a point without an interval.
    pub fn at(seconds: f64, slower: f64) -> Self {
        Self {
            seconds,
            slower,
            band: None,
        }
    }
}

/// The least share the axis reaches down to; below it there is nothing to read.
const LEAST_SHARE: f64 = 1e-5;
const PLOT_HEIGHT: f64 = 420.0;
/// Up to this many curves have their percentiles labelled.
const MOST_LABELLED: usize = 2;
const SHADE_OPACITY: f64 = 0.06;
const MARKER_RADIUS: f64 = 4.5;
/// A label further than this from its point is tied to it by a line.
const LEADER_FROM: f64 = 17.0;
/// Room for labels above the line of 100 %.
const HEADROOM: f64 = 26.0;

impl DistributionChart {
    /// Draws the picture and returns it as PNG.
    pub fn draw(&self) -> Result<Vec<u8>, ChartError> {
        self.compose().encode()
    }

    pub(super) fn compose(&self) -> Scene {
        let frame = Frame::new(&self.title, &self.subtitle, &self.note);
        let legend = Legend::new(&self.legend_entries(), MARGIN, WIDTH - MARGIN);
        let top = frame.top() + legend.height() + 34.0;
        let plot = Rect {
            left: MARGIN + 62.0,
            top,
            right: WIDTH - MARGIN - 54.0,
            bottom: top + PLOT_HEIGHT,
        };
        let mut scene = Scene::new(WIDTH, plot.bottom + 50.0 + frame.bottom());
        frame.draw(&mut scene);
        legend.draw(&mut scene, frame.top());
        scene.text(
            "share of requests slower than this",
            (MARGIN, plot.top - 16.0),
            Align::Left,
            QUIET,
        );
        let quantity_at = (plot.middle().0, plot.bottom + 38.0);
        scene.text_within(&self.quantity, quantity_at, Align::Center, LABEL, plot.width());
        if self.curves.iter().all(|curve| curve.points().next().is_none()) {
            scene.rule((plot.left, plot.bottom), (plot.right, plot.bottom), AXIS, 1.0);
            let middle = plot.middle();
            scene.text("no requests completed", middle, Align::Center, LABEL);
            return scene;
        }
        let (x, y) = self.axes(plot);
        x.draw_below(&mut scene, plot, true);
        y.draw_left(&mut scene, plot);
        draw_percentile_axis(&mut scene, plot, &y);
        let map = |point: &CurvePoint| (x.place(point.seconds), y.place(point.slower));
        self.draw_limits(&mut scene, plot, &x, &y);
        for (index, curve) in self.curves.iter().enumerate() {
            draw_curve(&mut scene, plot, (index, self.curves.len()), curve, &x, &y);
        }
        let mut placer = Placer::new(plot);
        for curve in &self.curves {
            placer.avoid(&curve.points().map(map).collect::<Vec<_>>());
            placer.avoid(&curve.theory_points().map(map).collect::<Vec<_>>());
        }
        self.draw_labels(&mut scene, plot, (&x, &y), &mut placer);
        scene
    }

    /// With many curves, labels beside the points could no longer be told apart: the legend carries the p99 instead.
    fn legend_entries(&self) -> Vec<Entry> {
        let count = self.curves.len();
        let entries = self.curves.iter().enumerate().flat_map(|(index, curve)| {
            let p99 = curve.percentiles.iter().find(|p| (p.share - 0.99).abs() < 1e-9);
            let remark = match p99 {
                _ if curve.points().next().is_none() => " (no requests completed)".into(),
                Some(p99) if MOST_LABELLED < count => {
                    format!(", p99 {}", format::value(Unit::Duration, p99.value))
                }
                _ => String::new(),
            };
            let name = super::font::ellipsize(LABEL.weight, &curve.name, LABEL.size, 200.0) + &remark;
            let measured = Entry {
                name,
                sample: measured_sample(index, count, curve),
            };
            let theory = curve.theory.as_ref().map(|theory| Entry {
                name: format!("theory: {}", theory.name),
                sample: Sample::Line(theory_stroke(index)),
            });
            std::iter::once(measured).chain(theory)
        });
        let shaded = self
            .objectives
            .iter()
            .any(|objective| self.forbidden_share(objective).is_some());
        let beyond = Entry {
            name: "beyond the objective".into(),
            sample: Sample::Bar(LIMIT, 2.0 * SHADE_OPACITY),
        };
        entries.chain(shaded.then_some(beyond)).collect()
    }

    /// Returns the share of requests that may be slower than the objective, if it is clear which curve it is for.
    fn forbidden_share(&self, objective: &Objective) -> Option<f64> {
        let share = objective.share.filter(|share| 0.0 < *share && *share < 1.0)?;
        (self.curves.len() == 1).then_some(1.0 - share)
    }

    /// The time axis starts where the first two per cent are done and ends with the last point worth showing.
    fn axes(&self, plot: Rect) -> (Axis, Axis) {
        let shares = self
            .curves
            .iter()
            .flat_map(|curve| curve.points().map(|point| point.slower));
        let least = shares
            .filter(|share| 0.0 < *share)
            .fold(1.0, f64::min)
            .clamp(LEAST_SHARE, 1e-2);
        let floor = 10f64.powf((least.log10() + 1e-9).floor()).max(LEAST_SHARE);
        let y = Axis {
            unit: Unit::Share,
            is_log: true,
            low: floor,
            high: 1.0,
            from: plot.bottom,
            to: plot.top + HEADROOM,
        };
        let body = self.curves.iter().flat_map(|curve| {
            let is_body = |point: &&CurvePoint| point.slower <= 0.98 && floor <= point.slower;
            let body = curve.points().filter(is_body).map(|point| point.seconds);
            // The largest of all is kept for a curve so steep that no point falls between.
            let last = curve
                .points()
                .filter(|point| floor <= point.slower)
                .last()
                .map(|point| point.seconds);
            body.chain(last)
        });
        let percentiles = self
            .curves
            .iter()
            .flat_map(|curve| curve.percentiles.iter().map(|p| p.value));
        let limits = self.objectives.iter().map(|objective| objective.value);
        let mut x = Axis::log(
            Unit::Duration,
            body.chain(percentiles).chain(limits),
            plot.left,
            plot.right,
        );
        x.low /= 1.05;
        x.high *= 1.15;
        (x, y)
    }

    /// Draws the line of each objective and shades what it forbids.
    fn draw_limits(&self, scene: &mut Scene, plot: Rect, x: &Axis, y: &Axis) {
        for objective in self
            .objectives
            .iter()
            .filter(|objective| x.holds(objective.value))
        {
            let at = x.place(objective.value);
            if let Some(share) = self.forbidden_share(objective) {
                let bottom = y.place(share).clamp(plot.top, plot.bottom);
                scene.rect(
                    Rect {
                        left: at,
                        top: plot.top,
                        right: plot.right,
                        bottom,
                    },
                    LIMIT,
                    SHADE_OPACITY,
                );
            }
            let stroke = Stroke {
                color: LIMIT,
                width: 1.5,
                dash: LIMIT_DASH,
            };
            scene.line(vec![(at, plot.top), (at, plot.bottom)], stroke, plot);
        }
    }

    /// Marks percentiles and labels them, but objectives first: their labels have their own place at the top.
    fn draw_labels(&self, scene: &mut Scene, plot: Rect, (x, y): (&Axis, &Axis), placer: &mut Placer) {
        let marked = |curve: &Curve| -> Vec<(Percentile, Point)> {
            let shown = curve
                .percentiles
                .iter()
                .filter(|p| x.holds(p.value) && y.holds(1.0 - p.share));
            shown
                .map(|&p| (p, (x.place(p.value), y.place(1.0 - p.share))))
                .collect()
        };
        for (index, curve) in self.curves.iter().enumerate() {
            for (_, at) in marked(curve) {
                scene.marker(at, style::marker(index), MARKER_RADIUS, style::color(index));
                placer.take(Rect::around(at, MARKER_RADIUS));
            }
        }
        let limits = || {
            self.objectives
                .iter()
                .filter(|objective| x.holds(objective.value))
        };
        for at in limits().map(|objective| x.place(objective.value)) {
            placer.avoid(&[(at, plot.top), (at, plot.bottom)]);
        }
        for objective in limits() {
            draw_limit_label(scene, plot, objective, x.place(objective.value), placer);
        }
        if MOST_LABELLED < self.curves.len() {
            return;
        }
        for (index, curve) in self.curves.iter().enumerate() {
            let style = Type {
                color: style::color(index).deep(),
                ..LABEL
            };
            for (percentile, at) in marked(curve) {
                let value = format::value(Unit::Duration, percentile.value);
                let text = format!("{} {value}", format::percentile(percentile.share));
                if let Some(rect) = placer.place_near(at, style.size_of(&text)) {
                    draw_leader(scene, at, rect, style.color);
                    label(scene, &text, rect, style);
                }
            }
        }
    }
}

impl Curve {
    /// The measured points that can be drawn.
    fn points(&self) -> impl Iterator<Item = &CurvePoint> {
        self.measured.iter().filter(|point| point.is_drawable())
    }

    fn theory_points(&self) -> impl Iterator<Item = &CurvePoint> {
        self.theory
            .iter()
            .flat_map(|theory| theory.points.iter().filter(|point| point.is_drawable()))
    }
}

impl CurvePoint {
    fn is_drawable(&self) -> bool {
        self.seconds.is_finite() && 0.0 <= self.seconds && (0.0..=1.0).contains(&self.slower)
    }
}

fn draw_curve(scene: &mut Scene, plot: Rect, (index, of): (usize, usize), curve: &Curve, x: &Axis, y: &Axis) {
    let edge = |end: fn((f64, f64)) -> f64| {
        let points = curve
            .points()
            .filter_map(move |point| Some((point.seconds, end(point.band?))));
        points
            .map(|(seconds, share)| (x.place(seconds), y.place(share)))
            .collect::<Vec<Point>>()
    };
    let mut band = edge(|band| band.0);
    band.extend(edge(|band| band.1).into_iter().rev());
    scene.area(band, style::color(index), 0.22, plot);
    let map = |point: &CurvePoint| (x.place(point.seconds), y.place(point.slower));
    let points: Vec<Point> = curve.points().map(map).collect();
    if let [only] = points[..] {
        scene.marker(only, style::marker(index), MARKER_RADIUS, style::color(index));
    }
    scene.line(points, measured_stroke(index, of), plot);
    scene.line(
        curve.theory_points().map(map).collect(),
        theory_stroke(index),
        plot,
    );
}

/// Up to four curves differ by their markers, and a full line reads best; of more, neighbours differ by dash as well.
fn measured_stroke(index: usize, of: usize) -> Stroke {
    Stroke {
        color: style::color(index),
        width: 2.5,
        dash: if of <= 4 { &[] } else { style::dash(index) },
    }
}

/// The formula's curve is thinner and darker, so that it stays visible where it lies on the measured one.
fn theory_stroke(index: usize) -> Stroke {
    Stroke {
        color: style::color(index).deep(),
        width: 1.6,
        dash: THEORY_DASH,
    }
}

fn measured_sample(index: usize, of: usize, curve: &Curve) -> Sample {
    if curve.percentiles.is_empty() {
        Sample::Line(measured_stroke(index, of))
    } else {
        Sample::MarkedLine(measured_stroke(index, of), style::marker(index))
    }
}

/// Names the decades of the share axis on its other side by the percentiles people speak of.
fn draw_percentile_axis(scene: &mut Scene, plot: Rect, y: &Axis) {
    for (share, name) in [
        (0.5, "p50"),
        (0.1, "p90"),
        (0.01, "p99"),
        (1e-3, "p99.9"),
        (1e-4, "p99.99"),
        (1e-5, "p99.999"),
    ] {
        if y.holds(share) {
            let style = Type {
                color: MUTED,
                ..TICK_TYPE
            };
            scene.text(name, (plot.right + 8.0, y.place(share)), Align::Left, style);
        }
    }
}

/// Labels an objective beside its line, as far up as there is room.
fn draw_limit_label(scene: &mut Scene, plot: Rect, objective: &Objective, at: f64, placer: &mut Placer) {
    let style = Type {
        color: LIMIT,
        ..LABEL
    };
    let text = super::font::ellipsize(
        style.weight,
        &objective.label,
        style.size,
        plot.width() / 2.0 - 10.0,
    );
    let (width, height) = style.size_of(&text);
    let rows = (0..12).map(|row| plot.top + 3.0 + f64::from(row) * (height + 4.0));
    let rects = rows.flat_map(|top| {
        let rect = |left: f64| Rect {
            left,
            top,
            right: left + width,
            bottom: top + height,
        };
        [rect(at + 6.0), rect(at - 6.0 - width)]
    });
    if let Some(rect) = placer.place(rects) {
        label(scene, &text, rect, style);
    }
}

/// Ties a label that found no room close by to its point.
fn draw_leader(scene: &mut Scene, (x, y): Point, rect: Rect, color: style::Color) {
    let end = (x.clamp(rect.left, rect.right), y.clamp(rect.top, rect.bottom));
    if LEADER_FROM < (end.0 - x).hypot(end.1 - y) {
        scene.rule((x, y), end, color, 1.0);
    }
}

/// Sets a label on a pale ground, so that the grid and lines beneath do not run through it.
fn label(scene: &mut Scene, text: &str, rect: Rect, style: Type) {
    scene.rect(rect.grown(1.0), WHITE, 0.85);
    scene.text_in(text, rect, style);
}
