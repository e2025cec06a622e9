//! `plan.png`: deployments side by side, each with what was measured of it. Nothing lies between two of them, so no line does.

use super::{
    ChartError, Interval, Objective, Unit,
    axis::Axis,
    font::{Weight, wrap},
    frame::{Entry, Frame, LABEL, Legend, QUIET, Sample},
    place::Placer,
    scene::{Align, Point, Rect, Scene, Stroke, Type},
    style::{self, AXIS, Color, LIMIT, LIMIT_DASH, MARGIN, MUTED, WIDTH},
};

/// Deployments side by side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlanChart {
    /// What the picture shows.
    pub title: String,
    /// Of what: scenario, replications, seed.
    pub subtitle: String,
    /// A remark below the picture.
    pub note: String,
    /// What is measured.
    pub heading: String,
    /// The unit of all values.
    pub unit: Unit,
    /// What stands side by side.
    pub caption: String,
    /// The deployments, from left to right.
    pub names: Vec<String>,
    /// Which of them is the answer.
    pub answer: Option<usize>,
    /// What was measured: one group for each case.
    pub groups: Vec<DotGroup>,
    /// What was promised, or is allowed.
    pub limits: Vec<Objective>,
    /// The least of all up to a deployment, drawn as stairs, and what that is; often none.
    pub stairs: Option<(String, Vec<(usize, f64)>)>,
}

/// What was measured of deployments in one respect.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DotGroup {
    /// What it is called in the legend.
    pub name: String,
    /// The number of the deployment, and what was measured.
    pub dots: Vec<(usize, Interval)>,
}

const PLOT_HEIGHT: f64 = 270.0;
const LEFT: f64 = MARGIN + 58.0;
const RIGHT: f64 = WIDTH - MARGIN - 10.0;
/// Lines of a name; what is longer is cut.
const NAME_LINES: usize = 3;
const NAME_LINE: f64 = 17.0;
/// How far the groups of a deployment stand apart at most.
const APART: f64 = 16.0;
/// Half the width of the end of an interval.
const CAP: f64 = 6.0;
const STAIRS: Stroke = Stroke {
    color: MUTED,
    width: 1.4,
    dash: &[],
};
const MARK: Type = Type {
    color: LIMIT,
    ..QUIET
};

impl PlanChart {
    /// Draws the picture and returns it as PNG.
    pub fn draw(&self) -> Result<Vec<u8>, ChartError> {
        self.compose().encode()
    }

    fn compose(&self) -> Scene {
        let frame = Frame::new(&self.title, &self.subtitle, &self.note);
        let legend = self.legend();
        let room = (RIGHT - LEFT) / self.names.len().max(1) as f64 - 8.0;
        let names: Vec<Vec<String>> = self
            .names
            .iter()
            .map(|name| wrap(Weight::Regular, name, QUIET.size, room, NAME_LINES))
            .collect();
        let below = names.iter().map(Vec::len).max().unwrap_or(0) as f64 * NAME_LINE;
        let heights = legend.height() + 30.0 + PLOT_HEIGHT + below + 40.0;
        let mut scene = Scene::new(WIDTH, frame.top() + 8.0 + heights + frame.bottom());
        frame.draw(&mut scene);
        let top = frame.top() + 8.0;
        scene.text_within(
            &self.heading,
            (MARGIN, top + 8.0),
            Align::Left,
            LABEL,
            WIDTH - 2.0 * MARGIN,
        );
        legend.draw(&mut scene, top + 22.0);
        let top = top + 30.0 + legend.height();
        let plot = Rect {
            left: LEFT,
            top,
            right: RIGHT,
            bottom: top + PLOT_HEIGHT,
        };
        self.draw_plot(&mut scene, plot);
        for (at, lines) in names.iter().enumerate() {
            for (line, text) in lines.iter().enumerate() {
                let place = (
                    self.column(plot, at),
                    plot.bottom + 15.0 + line as f64 * NAME_LINE,
                );
                scene.text_within(text, place, Align::Center, QUIET, room);
            }
        }
        let at = (f64::midpoint(LEFT, RIGHT), plot.bottom + below + 26.0);
        scene.text_within(&self.caption, at, Align::Center, LABEL, RIGHT - LEFT);
        scene
    }

    /// Returns the middle of a deployment's column.
    fn column(&self, plot: Rect, at: usize) -> f64 {
        plot.left + (at as f64 + 0.5) * plot.width() / self.names.len().max(1) as f64
    }

    /// Returns where a group stands in a column, beside its middle.
    fn beside(&self, plot: Rect, group: usize) -> f64 {
        let count = self.groups.len() as f64;
        let apart = APART.min(0.7 * plot.width() / self.names.len().max(1) as f64 / count);
        (group as f64 - (count - 1.0) / 2.0) * apart
    }

    fn legend(&self) -> Legend {
        let mut entries: Vec<Entry> = self
            .groups
            .iter()
            .enumerate()
            .map(|(at, group)| Entry {
                name: group.name.clone(),
                sample: Sample::Marker(style::marker(at), style::color(at)),
            })
            .collect();
        if let Some((name, _)) = &self.stairs {
            entries.push(Entry {
                name: name.clone(),
                sample: Sample::Line(STAIRS),
            });
        }
        Legend::new(&entries, MARGIN, WIDTH - MARGIN)
    }

    fn axis(&self, plot: Rect) -> Axis {
        let dots = self.groups.iter().flat_map(|group| &group.dots);
        let ends = dots.flat_map(|(_, interval)| [interval.value, interval.high]);
        let limits = self.limits.iter().map(|limit| 1.15 * limit.value);
        let all = ends.chain(limits).filter(|value| value.is_finite());
        let mut high = all.fold(0.0, f64::max);
        if self.unit == Unit::Share {
            high = high.min(1.0);
        }
        Axis::from_zero(self.unit, high, 6, plot.bottom, plot.top)
    }

    fn draw_plot(&self, scene: &mut Scene, plot: Rect) {
        let y = self.axis(plot);
        let mut placer = Placer::new(plot);
        y.draw_left(scene, plot);
        scene.rule((plot.left, plot.top), (plot.left, plot.bottom), AXIS, 1.0);
        scene.rule((plot.left, plot.bottom), (plot.right, plot.bottom), AXIS, 1.0);
        if let Some((_, stairs)) = &self.stairs {
            let points = self.steps(plot, &y, stairs);
            placer.avoid(&points, 2);
            scene.line(points, STAIRS, plot.grown(2.0));
        }
        let clip = plot.grown(2.0);
        for (index, group) in self.groups.iter().enumerate() {
            for (at, interval) in &group.dots {
                let x = self.column(plot, *at) + self.beside(plot, index);
                draw_dot(scene, x, interval, &y, (index, clip), &mut placer);
            }
        }
        for limit in self.limits.iter().filter(|limit| y.holds(limit.value)) {
            let at = y.place(limit.value);
            let stroke = Stroke {
                color: LIMIT,
                width: 1.6,
                dash: LIMIT_DASH,
            };
            scene.line(vec![(plot.left, at), (plot.right, at)], stroke, plot);
            placer.avoid(&[(plot.left, at), (plot.right, at)], 4);
            place(scene, &mut placer, &limit.label, (plot.left + 6.0, at));
        }
        if let Some(answer) = self.answer {
            // Behind the answer, as wide as its column, so that it hides nothing.
            let half = 0.5 * plot.width() / self.names.len().max(1) as f64;
            let middle = self.column(plot, answer);
            let column = Rect {
                left: middle - half,
                right: middle + half,
                ..plot
            };
            scene.rect(column, LIMIT, 0.06);
            place(scene, &mut placer, "answer", (column.left + 6.0, plot.top + 14.0));
        }
    }

    /// Returns the corners of stairs, each step from the middle of its column to that of the next.
    fn steps(&self, plot: Rect, y: &Axis, stairs: &[(usize, f64)]) -> Vec<Point> {
        let mut points: Vec<Point> = Vec::new();
        for &(at, value) in stairs {
            let (x, height) = (self.column(plot, at), y.place(value));
            if let Some(&(_, before)) = points.last() {
                points.push((x, before));
            }
            points.push((x, height));
        }
        if let Some(&(_, last)) = points.last() {
            points.push((plot.right, last));
        }
        points
    }
}

fn draw_dot(
    scene: &mut Scene,
    x: f64,
    interval: &Interval,
    y: &Axis,
    (index, clip): (usize, Rect),
    placer: &mut Placer,
) {
    if !interval.value.is_finite() {
        return;
    }
    let color: Color = style::color(index);
    let (low, high) = (y.place(interval.low), y.place(interval.high));
    if low.is_finite() && high.is_finite() {
        let stroke = Stroke {
            color,
            width: 1.8,
            dash: &[],
        };
        scene.line(vec![(x, low), (x, high)], stroke, clip);
        for end in [low, high] {
            scene.line(vec![(x - CAP, end), (x + CAP, end)], stroke, clip);
        }
        placer.avoid(&[(x, low), (x, high)], 4);
    }
    scene.marker((x, y.place(interval.value)), style::marker(index), 3.6, color);
}

/// Writes a label near a point, where there is room.
fn place(scene: &mut Scene, placer: &mut Placer, text: &str, at: Point) {
    if let Some(rect) = placer.place_near(at, MARK.size_of(text)) {
        scene.text_in(text, rect, MARK);
    }
}

#[cfg(test)]
mod tests;
