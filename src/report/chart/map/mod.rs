//! A map of a plane: one measure by two axes of numbers, cell by cell, with the lines on which objectives are just met.

mod axis;
#[cfg(test)]
mod tests;

use super::{
    Unit,
    axis::Axis,
    frame::{Entry, LABEL, Legend, QUIET, Sample, contour},
    place::Placer,
    ramp,
    scene::{Align, Rect, Scene, Type},
    style::{AXIS, BLACK, Color, SMALL, WHITE},
    svg,
};
use crate::report::number::to_figures;

/// A measure over a plane.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlaneMap {
    /// What is measured.
    pub title: String,
    /// The unit of all values.
    pub unit: Unit,
    /// From left to right.
    pub x: MapAxis,
    /// From bottom to top.
    pub y: MapAxis,
    /// One for each value of `y`.
    pub rows: Vec<MapRow>,
    /// The lines on which objectives are just met.
    pub contours: Vec<Contour>,
    /// The limits of the measure itself, to be marked on the scale.
    pub limits: Vec<f64>,
}

/// The values of an axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapAxis {
    /// What it is.
    pub caption: String,
    /// Whether equal ratios are equally far apart.
    pub is_log: bool,
    /// Where the cells are, and what the places are called; by increasing number.
    pub values: Vec<(f64, String)>,
}

/// The cells of one value of the vertical axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapRow {
    /// Where the steady state is lost, or found.
    pub full: Option<f64>,
    /// One for each value of the horizontal axis.
    pub cells: Vec<MapCell>,
}

/// One point of the plane.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapCell {
    /// What was measured, if anything.
    pub value: Option<f64>,
    /// Whether more work comes in than is done, so that nothing could be measured.
    pub is_lost: bool,
    /// Where it is and what was measured, in words.
    pub told: String,
}

/// The lines on which one objective is just met.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contour {
    /// What is promised: `p99 ≤ 120 ms`.
    pub label: String,
    /// The lines, by the numbers of the axes.
    pub lines: Vec<Vec<(f64, f64)>>,
}

const BAR_HEIGHT: f64 = 12.0;
const BAR_WIDTH: f64 = 420.0;
/// Colours of the bar.
const BAR_STEPS: u32 = 60;
/// From this ratio of the largest to the smallest value on, times are coloured by their logarithm: one that is far off leaves
/// the others their colours.
const WIDE_SPREAD: f64 = 2.0;
/// So are shares that are all smaller than this.
const RARE: f64 = 0.1;
/// Room for the title and the bar with its numbers.
const HEAD: f64 = 66.0;
/// Room for the name of the vertical axis.
const NAME: f64 = 24.0;
/// Room for the numbers below, and the name of their axis.
const FOOT: f64 = 52.0;
/// Least space between the names of two columns, and room that a number needs around itself.
const GAP: f64 = 10.0;
const ROOM: f64 = 5.0;

/// Where everything is.
struct Layout {
    legend: Legend,
    plot: Rect,
    x: Axis,
    y: Axis,
    scale: Axis,
}

impl PlaneMap {
    /// Returns the map as an SVG picture of this width, for a page; its description is told to those who do not see it.
    pub fn svg(&self, width: f64, description: &str) -> String {
        let (left, right) = (4.0, width - 4.0);
        let mut scene = Scene::new(width, self.height(left, right) + 8.0);
        self.draw(&mut scene, (left, right), 4.0);
        svg::svg(&scene, description)
    }

    /// The height that it takes between these sides.
    pub(super) fn height(&self, left: f64, right: f64) -> f64 {
        self.layout((left, right), 0.0).plot.bottom + FOOT
    }

    fn layout(&self, (left, right): (f64, f64), top: f64) -> Layout {
        let legend = Legend::new(&self.entries(), left, right);
        let names = self.y.values.iter().map(|(_, name)| QUIET.size_of(name).0);
        let names = names.fold(0.0, f64::max).clamp(16.0, 0.3 * (right - left));
        let top = top + HEAD + legend.height() + NAME;
        let each = ((right - left) / 14.0).clamp(30.0, 46.0);
        let plot = Rect {
            left: left + names + 10.0,
            top,
            right: right - 2.0,
            bottom: top + (each * self.y.values.len() as f64).clamp(4.0 * each, 9.0 * each),
        };
        let bar = Rect {
            left: plot.left,
            right: right.min(plot.left + BAR_WIDTH) - 24.0,
            ..plot
        };
        Layout {
            legend,
            plot,
            x: self.x.axis(plot.left, plot.right),
            y: self.y.axis(plot.bottom, plot.top),
            scale: self.scale(bar.left, bar.right),
        }
    }

    fn entries(&self) -> Vec<Entry> {
        let contours = self.contours.iter().enumerate();
        let mut entries: Vec<Entry> = contours
            .map(|(index, contour)| Entry {
                name: contour.label.clone(),
                sample: Sample::Contour(index),
            })
            .collect();
        if self.cells().any(|cell| cell.is_lost) {
            entries.push(Entry {
                name: "more work than can be done".to_owned(),
                sample: Sample::Hatch,
            });
        }
        entries
    }

    fn cells(&self) -> impl Iterator<Item = &MapCell> {
        self.rows.iter().flat_map(|row| &row.cells)
    }

    /// The colours, as an axis.
    fn scale(&self, from: f64, to: f64) -> Axis {
        let values = || {
            self.cells()
                .filter_map(|cell| cell.value)
                .filter(|value| value.is_finite())
        };
        let low = values().fold(f64::INFINITY, f64::min);
        let high = values().fold(f64::NEG_INFINITY, f64::max);
        let is_small = self.unit == Unit::Seconds || self.unit == Unit::Share && high < RARE;
        if is_small && 0.0 < low && WIDE_SPREAD * low < high {
            return Axis::log(self.unit, values(), from, to);
        }
        // Numbers that are all alike need room to be told as one.
        let (low, high) = match (low, high) {
            (low, high) if low < high => (low, high),
            (low, high) if low == high && low != 0.0 => (low - 0.05 * low.abs(), high + 0.05 * low.abs()),
            _ => (0.0, 1.0),
        };
        Axis {
            unit: self.unit,
            is_log: false,
            low,
            high,
            from,
            to,
        }
    }

    pub(super) fn draw(&self, scene: &mut Scene, (left, right): (f64, f64), top: f64) {
        let layout = self.layout((left, right), top);
        let plot = layout.plot;
        scene.text_within(&self.title, (left, top + 8.0), Align::Left, LABEL, right - left);
        self.draw_bar(scene, &layout, top + 24.0);
        layout.legend.draw(scene, top + HEAD);
        let name = (left, plot.top - 12.0);
        scene.text_within(
            &format!("↑ {}", self.y.caption),
            name,
            Align::Left,
            QUIET,
            right - left,
        );
        let name = (plot.middle().0, plot.bottom + 36.0);
        scene.text_within(&self.x.caption, name, Align::Center, LABEL, plot.width());
        let cells = self.placed(&layout);
        for (rect, cell, color) in &cells {
            match color {
                Some(color) => scene.rect(*rect, *color, 1.0),
                None if cell.is_lost => scene.hatch(*rect),
                None => {}
            }
        }
        scene.frame_of(plot, AXIS);
        let mut placer = Placer::new(plot);
        self.draw_contours(scene, &layout, &mut placer);
        self.draw_numbers(scene, &cells, &mut placer);
        self.x.draw_below(scene, &layout.x, plot);
        self.y.draw_left(scene, &layout.y, plot);
        for (rect, cell, _) in cells {
            scene.tip(rect, &cell.told);
        }
    }

    fn draw_bar(&self, scene: &mut Scene, layout: &Layout, top: f64) {
        let scale = &layout.scale;
        let bar = Rect {
            left: scale.from,
            top,
            right: scale.to,
            bottom: top + BAR_HEIGHT,
        };
        scale.draw_below(scene, bar, true);
        for step in 0..BAR_STEPS {
            let part = |step: f64| step / f64::from(BAR_STEPS);
            // Each lies on the one before it, so that no seam is seen.
            let stripe = Rect {
                left: bar.left + part(f64::from(step)) * bar.width(),
                ..bar
            };
            scene.rect(stripe, ramp::color(part(f64::from(step) + 0.5)), 1.0);
        }
        for limit in self.limits.iter().filter(|limit| scale.holds(**limit)) {
            let at = scale.place(*limit);
            let across = vec![(at, bar.top - 3.0), (at, bar.bottom + 3.0)];
            let frame = scene.frame();
            contour(scene, across, 0, frame);
        }
    }

    /// Every cell with its place and, where something was measured, its colour.
    fn placed(&self, layout: &Layout) -> Vec<(Rect, &MapCell, Option<Color>)> {
        let scale = &layout.scale;
        let rows = self.y.edges();
        let mut placed = Vec::new();
        for (row, pair) in self.rows.iter().zip(rows.windows(2)) {
            let edges = self.x.edges_of(row);
            for (cell, ends) in row.cells.iter().zip(edges.windows(2)) {
                let rect = Rect {
                    left: layout.x.place(ends[0]),
                    right: layout.x.place(ends[1]),
                    top: layout.y.place(pair[1]),
                    bottom: layout.y.place(pair[0]),
                };
                let value = cell.value.filter(|value| value.is_finite());
                let part = value.map(|value| (scale.place(value) - scale.from) / (scale.to - scale.from));
                placed.push((rect, cell, part.map(ramp::color)));
            }
        }
        placed
    }

    fn draw_contours(&self, scene: &mut Scene, layout: &Layout, placer: &mut Placer) {
        for (index, one) in self.contours.iter().enumerate() {
            for line in &one.lines {
                let places = line.iter().map(|&(x, y)| (layout.x.place(x), layout.y.place(y)));
                let places: Vec<_> = places.collect();
                placer.avoid(&places, 4);
                contour(scene, places, index, layout.plot);
            }
        }
    }

    /// Writes the numbers into their cells, if all of them have room; each keeps off the lines as well as it can.
    fn draw_numbers(
        &self,
        scene: &mut Scene,
        cells: &[(Rect, &MapCell, Option<Color>)],
        placer: &mut Placer,
    ) {
        let texts: Vec<(Rect, String, Color)> = cells
            .iter()
            .filter_map(|(rect, cell, color)| Some((*rect, to_figures(self.unit, cell.value?, 3), (*color)?)))
            .collect();
        let fits = |(rect, text, _): &(Rect, String, Color)| {
            let (width, height) = NUMBER.size_of(text);
            width + ROOM <= rect.width() && height <= rect.height()
        };
        if !texts.iter().all(fits) {
            return;
        }
        for (rect, text, color) in texts {
            let (width, height) = NUMBER.size_of(&text);
            let free = (
                (rect.width() - width - ROOM) / 2.0,
                (rect.height() - height) / 2.0,
            );
            let (x, y) = rect.middle();
            // In the middle if that is free of lines.
            let ways = [(0.0, 0.0), (0.0, -1.0), (0.0, 1.0), (-1.0, 0.0), (1.0, 0.0)];
            let corners = [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)];
            let around = ways.into_iter().chain(corners).map(|(to_side, down)| {
                let middle = (x + to_side * free.0, y + 0.8 * down * free.1);
                Rect {
                    left: middle.0 - width / 2.0,
                    right: middle.0 + width / 2.0,
                    top: middle.1 - height / 2.0,
                    bottom: middle.1 + height / 2.0,
                }
            });
            let kind = Type {
                color: if ramp::is_dark(color) { WHITE } else { BLACK },
                ..NUMBER
            };
            if let Some(place) = placer.place(around) {
                scene.text_in(&text, place, kind);
            }
        }
    }
}

const NUMBER: Type = Type {
    size: SMALL - 1.0,
    ..QUIET
};
