//! `stores.png`: how unevenly nodes and shards are used, and how soon reads see writes.

use super::{
    ChartError, Unit,
    axis::Axis,
    frame::{Entry, Frame, LABEL, Legend, QUIET, Sample},
    scene::{Align, Rect, Scene, Stroke},
    style::{self, AXIS, MARGIN, WIDTH},
};

/// The loads of stores and the freshness of what they answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoresChart {
    /// What the picture shows.
    pub title: String,
    /// Of what: scenario, replications, seed.
    pub subtitle: String,
    /// A remark below the picture.
    pub note: String,
    /// One row of panels for each store.
    pub stores: Vec<StorePanel>,
}

/// One store.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StorePanel {
    /// Its name.
    pub name: String,
    /// Operations at each node over the mean, the busiest first.
    pub nodes: Vec<f64>,
    /// Operations on each shard over the mean, the busiest first.
    pub shards: Vec<f64>,
    /// The share of reads that saw the last acknowledged write, by the seconds since that; empty where it was not measured.
    pub fresh: Vec<(f64, f64)>,
    /// The same by a formula; empty where none holds.
    pub theory: Vec<(f64, f64)>,
}

const PANEL_HEIGHT: f64 = 250.0;
const PANEL_GAP: f64 = 84.0;
/// Stores that are drawn; of more, the first.
const MOST_STORES: usize = 6;

impl StoresChart {
    /// Draws the picture and returns it as PNG.
    pub fn draw(&self) -> Result<Vec<u8>, ChartError> {
        self.compose().encode()
    }

    pub(super) fn compose(&self) -> Scene {
        let frame = Frame::new(&self.title, &self.subtitle, &self.note);
        let legend = Legend::new(&self.legend_entries(), MARGIN, WIDTH - MARGIN);
        let stores = &self.stores[..self.stores.len().min(MOST_STORES)];
        let first = frame.top() + legend.height() + 40.0;
        let height = stores.len() as f64 * (PANEL_HEIGHT + PANEL_GAP);
        let mut scene = Scene::new(WIDTH, first + height + frame.bottom() - 24.0);
        frame.draw(&mut scene);
        legend.draw(&mut scene, frame.top());
        for (at, store) in stores.iter().enumerate() {
            let top = first + at as f64 * (PANEL_HEIGHT + PANEL_GAP);
            let all = Rect {
                left: MARGIN + 52.0,
                top,
                right: WIDTH - MARGIN - 8.0,
                bottom: top + PANEL_HEIGHT,
            };
            if store.fresh.is_empty() {
                store.draw_loads(&mut scene, all);
                continue;
            }
            let middle = all.middle().0;
            let left = Rect {
                right: middle - 24.0,
                ..all
            };
            let right = Rect {
                left: middle + 52.0,
                ..all
            };
            store.draw_loads(&mut scene, left);
            store.draw_freshness(&mut scene, right);
        }
        scene
    }

    fn legend_entries(&self) -> Vec<Entry> {
        let entry = |name: &str, sample| Entry {
            name: name.to_owned(),
            sample,
        };
        let mut entries = vec![
            entry("nodes", Sample::Bar(style::color(0), 0.5)),
            entry("shards", Sample::Line(stroke(1))),
        ];
        if self.stores.iter().any(|store| !store.theory.is_empty()) {
            entries.push(entry("reads", Sample::Line(stroke(2))));
            entries.push(entry(
                "reads by theory: t-visibility",
                Sample::Line(theory_stroke(2)),
            ));
        }
        entries
    }
}

/// The line of a formula beside one that is measured.
fn theory_stroke(index: usize) -> Stroke {
    Stroke {
        color: style::color(index).dark(),
        width: 1.6,
        dash: style::THEORY_DASH,
    }
}

fn stroke(index: usize) -> Stroke {
    Stroke {
        color: style::color(index),
        width: 2.2,
        dash: &[],
    }
}

impl StorePanel {
    /// Nodes as bars and shards as a line, both from the busiest on the left to the idlest on the right.
    fn draw_loads(&self, scene: &mut Scene, plot: Rect) {
        let title = format!("{}: operations, the mean being 1", self.name);
        heading(scene, plot, &title);
        let most = self.nodes.iter().chain(&self.shards).copied().fold(1.0, f64::max);
        let y = Axis::from_zero(Unit::Count, most, 6, plot.bottom, plot.top);
        y.draw_left(scene, plot);
        scene.rule((plot.left, plot.bottom), (plot.right, plot.bottom), AXIS, 1.0);
        let width = plot.width() / self.nodes.len().max(1) as f64;
        let gap = (0.15 * width).min(4.0);
        for (at, &load) in self.nodes.iter().enumerate() {
            let left = plot.left + at as f64 * width;
            let bar = Rect {
                left: left + gap,
                top: y.place(load),
                right: left + width - gap,
                bottom: plot.bottom,
            };
            scene.rect(bar, style::color(0), 0.5);
        }
        let step = plot.width() / self.shards.len().max(1) as f64;
        let line = self.shards.iter().enumerate();
        let line = line.map(|(at, &load)| (plot.left + (at as f64 + 0.5) * step, y.place(load)));
        scene.line(line.collect(), stroke(1), plot);
        let below = format!(
            "{} nodes and {} shards, the busiest first",
            self.nodes.len(),
            self.shards.len()
        );
        caption(scene, plot, &below);
    }

    /// The share of reads that see the last write, by its age.
    fn draw_freshness(&self, scene: &mut Scene, plot: Rect) {
        heading(scene, plot, "share of reads that see the last acknowledged write");
        let ages = self.fresh.iter().map(|&(age, _)| age.max(1e-6));
        let x = Axis::log(Unit::Seconds, ages, plot.left + 6.0, plot.right - 6.0);
        let y = Axis::from_zero(Unit::Share, 1.0, 5, plot.bottom, plot.top);
        x.draw_below(scene, plot, true);
        y.draw_left(scene, plot);
        let points = self.fresh.iter();
        let points = points.map(|&(age, share)| (x.place(age.max(1e-6)), y.place(share)));
        scene.line(points.collect(), stroke(2), plot.grown(2.0));
        let theory = self.theory.iter();
        let theory = theory.map(|&(age, share)| (x.place(age.max(1e-6)), y.place(share)));
        scene.line(theory.collect(), theory_stroke(2), plot.grown(2.0));
        caption(scene, plot, "time since it was acknowledged");
    }
}

fn heading(scene: &mut Scene, plot: Rect, text: &str) {
    let at = (plot.left - 40.0, plot.top - 18.0);
    scene.text_within(text, at, Align::Left, QUIET, plot.width() + 40.0);
}

fn caption(scene: &mut Scene, plot: Rect, text: &str) {
    let at = (plot.middle().0, plot.bottom + 38.0);
    scene.text_within(text, at, Align::Center, LABEL, plot.width());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> StoresChart {
        let store = StorePanel {
            name: "orders".to_owned(),
            nodes: vec![1.3, 1.1, 0.9, 0.7],
            shards: (0..64).map(|at| 2.0 - f64::from(at) / 32.0).collect(),
            fresh: vec![(0.0, 0.4), (0.001, 0.8), (0.004, 1.0)],
            theory: vec![(0.0, 0.5), (0.001, 0.7), (0.004, 0.9)],
        };
        StoresChart {
            title: "order-store: stores".to_owned(),
            subtitle: "8 replications × 5 min".to_owned(),
            note: "plimsoll".to_owned(),
            stores: vec![
                store.clone(),
                StorePanel {
                    fresh: Vec::new(),
                    ..store
                },
            ],
        }
    }

    #[test]
    fn no_text_covers_another_or_leaves_the_picture() {
        let scene = chart().compose();
        let boxes = scene.text_boxes();
        for (at, (rect, text)) in boxes.iter().enumerate() {
            assert!(scene.frame().contains(*rect), "{text}");
            for (other, beside) in &boxes[..at] {
                assert!(!rect.overlaps(*other), "{text} over {beside}");
            }
        }
        assert!(
            boxes
                .iter()
                .any(|(_, text)| text.contains("4 nodes and 64 shards"))
        );
    }

    #[test]
    fn the_picture_is_a_png() {
        assert_eq!(&chart().draw().unwrap()[1..4], b"PNG");
    }
}
