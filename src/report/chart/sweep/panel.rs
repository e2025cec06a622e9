//! One panel of a sweep: its legend, its vertical axis and its lines.

use super::{SweepLine, SweepPanel};
use crate::report::chart::{
    Interval, Unit,
    axis::Axis,
    frame::{Entry, Legend, Sample},
    place::Placer,
    scene::{Point, Rect, Scene, Stroke},
    style::{self, MARGIN, THEORY_DASH, WIDTH},
};

/// From this ratio of the largest to the smallest value on, times get a logarithmic axis.
const WIDE_SPREAD: f64 = 8.0;
/// Shares below, and above, have an axis that shows them.
const RARE: f64 = 0.1;
const CERTAIN: f64 = 0.99;

impl SweepPanel {
    pub(super) fn legend(&self) -> Legend {
        let mut entries: Vec<Entry> = Vec::new();
        for (index, line) in self.lines.iter().enumerate() {
            entries.push(Entry {
                name: line.name.clone(),
                sample: Sample::MarkedLine(stroke(index), style::marker(index)),
            });
        }
        if self.lines.iter().any(|line| !line.theory.is_empty()) {
            entries.push(Entry {
                name: "formula".to_owned(),
                sample: Sample::Line(Stroke {
                    color: style::INK,
                    width: 1.6,
                    dash: THEORY_DASH,
                }),
            });
        }
        Legend::new(&entries, MARGIN, WIDTH - MARGIN)
    }

    pub(super) fn axis(&self, plot: Rect) -> Axis {
        let measured = self.lines.iter().flat_map(|line| &line.points);
        let measured = measured.flat_map(|(_, interval)| [interval.value, interval.high]);
        let bounds = self.objectives.iter().map(|objective| objective.value);
        let most = measured
            .clone()
            .filter(|value| value.is_finite())
            .fold(0.0, f64::max);
        // A promise far above everything would press the curves to the ground.
        let bounds = bounds.filter(|&bound| bound < 5.0 * most);
        let all: Vec<f64> = measured.chain(bounds).filter(|value| value.is_finite()).collect();
        let high = all.iter().copied().fold(0.0, f64::max);
        let low = all
            .iter()
            .copied()
            .filter(|&value| 0.0 < value)
            .fold(f64::INFINITY, f64::min);
        let points = self.lines.iter().flat_map(|line| &line.points);
        let floor = points.map(|(_, interval)| interval.low).fold(low, f64::min);
        let (from, to) = (plot.bottom, plot.top);
        match self.unit {
            // What is rare spreads over decades; of what is nearly certain only the last part is of interest.
            Unit::Share if high < RARE && WIDE_SPREAD < high / low => {
                Axis::log(Unit::Share, all.into_iter(), from, to)
            }
            Unit::Share => Axis {
                unit: Unit::Share,
                is_log: false,
                low: if CERTAIN < floor && floor < 1.0 {
                    1.1 * floor - 0.1
                } else {
                    0.0
                },
                high: if 0.0 < high && high < RARE {
                    1.1 * high
                } else {
                    1.0
                },
                from,
                to,
            },
            Unit::Seconds if WIDE_SPREAD < high / low => {
                let axis = Axis::log(Unit::Seconds, all.into_iter(), from, to);
                Axis {
                    low: axis.low / 1.15,
                    high: axis.high * 1.15,
                    ..axis
                }
            }
            unit => Axis::from_zero(unit, high, 6, from, to),
        }
    }
}

impl SweepLine {
    pub(super) fn draw(
        &self,
        scene: &mut Scene,
        plot: Rect,
        (x, y): (&Axis, &Axis),
        index: usize,
        placer: &mut Placer,
    ) {
        let clip = plot.grown(2.0);
        let color = style::color(index);
        let points: Vec<(f64, Interval)> = self
            .points
            .iter()
            .filter(|(_, interval)| interval.value.is_finite())
            .copied()
            .collect();
        let edge = |end: fn(&Interval) -> f64| {
            points
                .iter()
                .map(move |(at, one)| (x.place(*at), y.place(end(one))))
        };
        let band: Vec<Point> = edge(|one| one.high).chain(edge(|one| one.low).rev()).collect();
        scene.area(band, color, 0.22, clip);
        let middle: Vec<Point> = edge(|one| one.value).collect();
        placer.avoid(&middle, 2);
        let theory: Vec<Point> = self
            .theory
            .iter()
            .filter(|(_, value)| value.is_finite() && *value < 4.0 * y.high)
            .map(|&(at, value)| (x.place(at), y.place(value)))
            .collect();
        scene.line(middle.clone(), stroke(index), clip);
        let dashed = Stroke {
            color: color.dark(),
            width: 1.6,
            dash: THEORY_DASH,
        };
        scene.line(theory, dashed, clip);
        for at in middle {
            scene.marker(at, style::marker(index), 3.2, color);
        }
    }
}

fn stroke(index: usize) -> Stroke {
    Stroke {
        color: style::color(index),
        width: 2.0,
        dash: &[],
    }
}
