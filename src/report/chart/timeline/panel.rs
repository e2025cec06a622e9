//! One panel of a timeline: its header, its axis and its lines.

use super::{Panel, PanelLine, RIGHT};
use crate::report::chart::{
    Unit,
    axis::Axis,
    font::{Weight, ellipsize},
    frame::{Entry, Legend, QUIET, Sample},
    scene::{Align, Point, Rect, Scene, Stroke, Type},
    style::{self, AXIS, INK, MARGIN, Marker},
};

/// From this ratio of the largest to the smallest value on, times get a logarithmic axis.
const WIDE_SPREAD: f64 = 20.0;
/// Space between the title of a panel and its legend.
const TITLE_GAP: f64 = 26.0;
const PANEL_TITLE: Type = Type {
    weight: Weight::SemiBold,
    size: 15.0,
    color: INK,
};

/// Returns the height of what stands above the plot.
pub(super) fn header_height(legend: &Legend) -> f64 {
    (legend.height() + 6.0).max(30.0)
}

impl Panel {
    /// A line's name is needed only where there are several.
    pub(super) fn legend(&self) -> Legend {
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
        ellipsize(PANEL_TITLE.weight, &self.title, PANEL_TITLE.size, 330.0)
    }

    /// All values there are, with their times.
    pub(super) fn points<'a>(&'a self, times: &'a [f64]) -> impl Iterator<Item = Point> + 'a {
        self.lines.iter().flat_map(|line| line.points(times).flatten())
    }

    /// Writes the title and the legend beside it.
    pub(super) fn draw_header(&self, scene: &mut Scene, top: f64, legend: &Legend) {
        scene.text(&self.title_text(), (MARGIN, top + 11.5), Align::Left, PANEL_TITLE);
        legend.draw(scene, top);
    }

    pub(super) fn draw(&self, scene: &mut Scene, plot: Rect, times: &[f64], time: &Axis) {
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
            Unit::Seconds if WIDE_SPREAD < high / low => {
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
