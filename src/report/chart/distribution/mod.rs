//! `response.png`: how large a share of requests was slower than any given time, measured and by formula.
//!
//! Both axes are logarithmic, because what people promise lies in the tail: on a linear axis p99 and p99.9 are one
//! pixel apart.

mod curve;
mod labels;

use super::{
    ChartError, Objective, Percentile, Unit,
    axis::Axis,
    font::ellipsize,
    frame::{Entry, Frame, LABEL, Legend, QUIET, Sample},
    place::Placer,
    scene::{Align, Rect, Scene, Stroke},
    style::{AXIS, INK, LIMIT, LIMIT_DASH, MARGIN, WIDTH},
};

use crate::report::number::to_figures;

use self::curve::{draw_curve, draw_percentile_axis, measured_sample, theory_stroke};

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
const MARKER_RADIUS: f64 = 4.5;
/// Up to this many curves have their percentiles labelled.
const MOST_LABELLED: usize = 2;
const SHADE_OPACITY: f64 = 0.06;
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
            placer.avoid(&curve.points().map(map).collect::<Vec<_>>(), 1);
            placer.avoid(&curve.theory_points().map(map).collect::<Vec<_>>(), 1);
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
                    format!(", p99 {}", to_figures(Unit::Seconds, p99.value, 3))
                }
                _ => String::new(),
            };
            let name = ellipsize(LABEL.weight, &curve.name, LABEL.size, 200.0) + &remark;
            let measured = Entry {
                name,
                sample: measured_sample(index, count, curve),
            };
            std::iter::once(measured).chain(self.theory_entry(index))
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

    /// Returns the entry for the formula of a curve; curves of one formula share that of the last.
    fn theory_entry(&self, index: usize) -> Option<Entry> {
        let name = |curve: &Curve| curve.theory.as_ref().map(|theory| theory.name.clone());
        let own = name(&self.curves[index])?;
        let alike = |curves: &[Curve]| curves.iter().any(|curve| name(curve).as_ref() == Some(&own));
        if alike(&self.curves[index + 1..]) {
            return None;
        }
        let mut stroke = theory_stroke(index);
        if alike(&self.curves[..index]) {
            stroke.color = INK;
        }
        Some(Entry {
            name: format!("theory: {own}"),
            sample: Sample::Line(stroke),
        })
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
            Unit::Seconds,
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
