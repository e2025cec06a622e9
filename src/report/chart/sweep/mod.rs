//! `sweep.png`: measures along an axis, with their intervals, the formulas, and where objectives break.

mod panel;
#[cfg(test)]
mod tests;

use super::{
    ChartError, Interval, Objective, Unit,
    axis::Axis,
    frame::{Frame, LABEL, Legend, QUIET},
    map::PlaneMap,
    place::Placer,
    scene::{Align, Point, Rect, Scene, Stroke, Type},
    style::{AXIS, LIMIT, LIMIT_DASH, MARGIN, SHADE, WIDTH},
};

/// Measures along an axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SweepChart {
    /// What the picture shows.
    pub title: String,
    /// Of what: scenario, replications, seed.
    pub subtitle: String,
    /// A remark below the picture.
    pub note: String,
    /// The first measure over both axes, where there are two of numbers.
    pub map: Option<PlaneMap>,
    /// What the axis is: `workload.shoppers.arrivals.rate, /s`.
    pub caption: String,
    /// Whether equal ratios are equally far apart.
    pub is_log: bool,
    /// Whether only whole numbers make sense.
    pub is_whole: bool,
    /// The names of the values, in their order, where they are no numbers; points are at 0, 1, 2 … then.
    pub names: Vec<String>,
    /// Where more work comes in than can be done.
    pub full: Option<(f64, f64)>,
    /// Where something happens on the axis, and what: `p99 breaks 120 ms`.
    pub marks: Vec<(f64, String)>,
    /// One below the other.
    pub panels: Vec<SweepPanel>,
}

/// Measures of one unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SweepPanel {
    /// What is measured.
    pub title: String,
    /// The unit of all values.
    pub unit: Unit,
    /// What is measured, each along the axis.
    pub lines: Vec<SweepLine>,
    /// What was promised.
    pub objectives: Vec<Objective>,
}

/// One measure along the axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SweepLine {
    /// What it is called in the legend.
    pub name: String,
    /// What was measured, from left to right.
    pub points: Vec<(f64, Interval)>,
    /// What a formula says, from left to right; empty where none applies.
    pub theory: Vec<(f64, f64)>,
}

const PANEL_HEIGHT: f64 = 270.0;
const PANEL_GAP: f64 = 56.0;
const MAP_GAP: f64 = 22.0;
const LEFT: f64 = MARGIN + 58.0;
const RIGHT: f64 = WIDTH - MARGIN - 10.0;
const MARK: Type = Type {
    color: LIMIT,
    ..QUIET
};

impl SweepChart {
    /// Draws the picture and returns it as PNG.
    pub fn draw(&self) -> Result<Vec<u8>, ChartError> {
        self.compose().encode()
    }

    pub(super) fn compose(&self) -> Scene {
        let frame = Frame::new(&self.title, &self.subtitle, &self.note);
        let legends: Vec<Legend> = self.panels.iter().map(SweepPanel::legend).collect();
        let heads: f64 = legends.iter().map(|legend| legend.height() + 30.0).sum();
        let plots = self.panels.len() as f64 * (PANEL_HEIGHT + PANEL_GAP);
        let sides = (MARGIN, WIDTH - MARGIN);
        let map = self
            .map
            .as_ref()
            .map_or(0.0, |map| map.height(sides.0, sides.1) + MAP_GAP);
        let height = frame.top() + map + heads + plots + frame.bottom() + 6.0;
        let mut scene = Scene::new(WIDTH, height);
        frame.draw(&mut scene);
        let x = self.axis();
        let mut top = frame.top() + 8.0;
        if let Some(drawn) = &self.map {
            drawn.draw(&mut scene, sides, top);
            top += map;
        }
        for (at, (panel, legend)) in self.panels.iter().zip(&legends).enumerate() {
            scene.text_within(
                &panel.title,
                (MARGIN, top + 8.0),
                Align::Left,
                LABEL,
                WIDTH - 2.0 * MARGIN,
            );
            legend.draw(&mut scene, top + 22.0);
            top += 30.0 + legend.height();
            let plot = Rect {
                left: LEFT,
                top,
                right: RIGHT,
                bottom: top + PANEL_HEIGHT,
            };
            self.draw_panel(&mut scene, plot, panel, &x, at == 0);
            top = plot.bottom + PANEL_GAP;
        }
        let at = (f64::midpoint(LEFT, RIGHT), top - PANEL_GAP + 40.0);
        scene.text_within(&self.caption, at, Align::Center, LABEL, RIGHT - LEFT);
        scene
    }

    fn axis(&self) -> Axis {
        if !self.names.is_empty() {
            // Each has a column of its own, and stands in the middle of it.
            return Axis {
                unit: Unit::Count,
                is_log: false,
                low: -0.5,
                high: self.names.len() as f64 - 0.5,
                from: LEFT,
                to: RIGHT,
            };
        }
        let lines = self.panels.iter().flat_map(|panel| &panel.lines);
        let places = lines.flat_map(|line| line.points.iter().map(|&(x, _)| x));
        let ends = self.full.into_iter().flat_map(|(low, high)| [low, high]);
        let all: Vec<f64> = places.chain(ends).filter(|x| x.is_finite()).collect();
        let low = all.iter().copied().fold(f64::INFINITY, f64::min);
        let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (low, high) = if low < high {
            (low, high)
        } else if low == high {
            (low - 0.5, high + 0.5)
        } else {
            (0.0, 1.0)
        };
        if self.is_log && 0.0 < low {
            return Axis::log(Unit::Count, [low, high].into_iter(), LEFT + 10.0, RIGHT - 10.0);
        }
        Axis {
            unit: Unit::Count,
            is_log: false,
            low,
            high,
            from: LEFT + 14.0,
            to: RIGHT - 14.0,
        }
    }

    fn draw_panel(&self, scene: &mut Scene, plot: Rect, panel: &SweepPanel, x: &Axis, is_first: bool) {
        let y = panel.axis(plot);
        let mut placer = Placer::new(plot);
        if let Some((low, high)) = self.full {
            let (left, right) = (x.place(low), x.place(high));
            let shade = Rect {
                left: left.max(plot.left),
                right: right.min(plot.right),
                ..plot
            };
            scene.rect(shade, SHADE, 0.12);
            let labels = ["more work than can be done", "overload"];
            let fits = |label: &&str| QUIET.size_of(label).0 + 6.0 < shade.width();
            if let Some(label) = labels.iter().copied().find(fits).filter(|_| is_first) {
                let at = (shade.middle().0, plot.bottom - 14.0);
                placer.take(scene.text(label, at, Align::Center, QUIET));
            }
        }
        self.draw_below(scene, plot, x);
        y.draw_left(scene, plot);
        scene.rule((plot.left, plot.top), (plot.left, plot.bottom), AXIS, 1.0);
        for (index, line) in panel.lines.iter().enumerate() {
            line.draw(scene, plot, (x, &y), index, &mut placer);
        }
        let promised = || panel.objectives.iter().filter(|one| y.holds(one.value));
        // Labels keep off all lines, so all lines come first.
        for objective in promised() {
            let at = y.place(objective.value);
            placer.avoid(&[(plot.left, at), (plot.right, at)], 4);
        }
        for (place, _) in &self.marks {
            let at = x.place(*place);
            placer.avoid(&[(at, plot.top), (at, plot.bottom)], 4);
        }
        for objective in promised() {
            let at = y.place(objective.value);
            let stroke = Stroke {
                color: LIMIT,
                width: 1.6,
                dash: LIMIT_DASH,
            };
            scene.line(vec![(plot.left, at), (plot.right, at)], stroke, plot);
            place(scene, &mut placer, &objective.label, (plot.left + 6.0, at));
        }
        for (place_at, text) in &self.marks {
            let at = x.place(*place_at);
            let stroke = Stroke {
                color: LIMIT,
                width: 1.2,
                dash: LIMIT_DASH,
            };
            scene.line(vec![(at, plot.top), (at, plot.bottom)], stroke, plot);
            if is_first {
                place(scene, &mut placer, text, (at, plot.top + 16.0));
            }
        }
    }

    fn draw_below(&self, scene: &mut Scene, plot: Rect, x: &Axis) {
        if self.names.is_empty() && self.is_whole {
            return x.draw_whole_below(scene, plot);
        }
        if self.names.is_empty() {
            return x.draw_below(scene, plot, true);
        }
        let room = plot.width() / self.names.len() as f64 - 8.0;
        for (at, name) in self.names.iter().enumerate() {
            let at = (x.place(at as f64), plot.bottom + 15.0);
            scene.text_within(name, at, Align::Center, QUIET, room);
        }
        scene.rule((plot.left, plot.bottom), (plot.right, plot.bottom), AXIS, 1.0);
    }
}

/// Writes a label near a point, where there is room.
fn place(scene: &mut Scene, placer: &mut Placer, text: &str, at: Point) {
    if let Some(rect) = placer.place_near(at, MARK.size_of(text)) {
        scene.text_in(text, rect, MARK);
    }
}
