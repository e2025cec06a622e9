//! `durability.png`: how likely data is lost within so many years, on logarithmic axes, with formulas beside it.

use super::{
    ChartError, Interval, Unit,
    axis::Axis,
    frame::{Entry, Frame, LABEL, Legend, Sample},
    scene::{Align, Rect, Scene, Stroke},
    style::{self, AXIS, MARGIN, THEORY_DASH, WIDTH},
};

/// How likely stores lose data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DurabilityChart {
    /// What the picture shows.
    pub title: String,
    /// Of what: scenario, replications, seed.
    pub subtitle: String,
    /// A remark below the picture.
    pub note: String,
    /// One curve for each store.
    pub stores: Vec<LossCurve>,
}

/// How likely one store loses data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LossCurve {
    /// Its name.
    pub name: String,
    /// The probability in a year; `None` where no loss was found.
    pub yearly: Option<Interval>,
    /// The formula's name, and the probability in a year that it gives.
    pub theory: Option<(String, f64)>,
}

const HEIGHT: f64 = 360.0;
/// Stores that are drawn; of more, the first.
const MOST_STORES: usize = 6;
/// The years that curves reach to.
const YEARS: f64 = 100.0;
const POINTS: u32 = 60;

impl DurabilityChart {
    /// Draws the picture and returns it as PNG.
    pub fn draw(&self) -> Result<Vec<u8>, ChartError> {
        self.compose().encode()
    }

    pub(super) fn compose(&self) -> Scene {
        let frame = Frame::new(&self.title, &self.subtitle, &self.note);
        let stores = &self.stores[..self.stores.len().min(MOST_STORES)];
        let legend = Legend::new(&legend_entries(stores), MARGIN, WIDTH - MARGIN);
        let top = frame.top() + legend.height() + 16.0;
        let plot = Rect {
            left: MARGIN + 84.0,
            top,
            right: WIDTH - MARGIN - 16.0,
            bottom: top + HEIGHT,
        };
        let mut scene = Scene::new(WIDTH, plot.bottom + 50.0 + frame.bottom());
        frame.draw(&mut scene);
        legend.draw(&mut scene, frame.top());
        let ends = |yearly: f64| [yearly, within(yearly, YEARS)];
        let values = stores.iter().flat_map(|store| {
            let measured = store.yearly.iter().flat_map(|yearly| [yearly.value, yearly.high]);
            measured
                .chain(store.theory.iter().map(|(_, yearly)| *yearly))
                .flat_map(ends)
        });
        let y = Axis::log(Unit::Share, values, plot.bottom, plot.top);
        let x = Axis::log(Unit::Count, [1.0, YEARS].into_iter(), plot.left, plot.right);
        x.draw_below(&mut scene, plot, true);
        y.draw_left(&mut scene, plot);
        scene.rule((plot.left, plot.bottom), (plot.right, plot.bottom), AXIS, 1.0);
        for (index, store) in stores.iter().enumerate() {
            store.draw(&mut scene, index, (&x, &y), plot);
        }
        let at = (plot.middle().0, plot.bottom + 38.0);
        let caption = "years, one as dangerous as the other";
        scene.text_within(caption, at, Align::Center, LABEL, plot.width());
        scene
    }
}

/// The probability within so many years from that within one, where all years are alike and independent.
fn within(yearly: f64, years: f64) -> f64 {
    -(years * (-yearly.clamp(0.0, 1.0)).ln_1p()).exp_m1()
}

fn legend_entries(stores: &[LossCurve]) -> Vec<Entry> {
    let entries = stores.iter().enumerate().flat_map(|(index, store)| {
        let measured = store.yearly.map(|_| Entry {
            name: format!("{}, with its interval", store.name),
            sample: Sample::Line(stroke(index)),
        });
        let theory = store.theory.as_ref().map(|(formula, _)| Entry {
            name: format!("{} by theory: {formula}", store.name),
            sample: Sample::Line(theory_stroke(index)),
        });
        measured.into_iter().chain(theory)
    });
    entries.collect()
}

fn stroke(index: usize) -> Stroke {
    Stroke {
        color: style::color(index),
        width: 3.0,
        dash: &[],
    }
}

fn theory_stroke(index: usize) -> Stroke {
    Stroke {
        color: style::color(index).dark(),
        width: 1.6,
        dash: THEORY_DASH,
    }
}

impl LossCurve {
    /// Returns the curve of this probability in a year: years, and the probability within them.
    pub(in crate::report) fn over_years(yearly: f64) -> impl Iterator<Item = (f64, f64)> {
        let years = (0..=POINTS).map(|at| YEARS.powf(f64::from(at) / f64::from(POINTS)));
        years.map(move |years| (years, within(yearly, years)))
    }

    fn draw(&self, scene: &mut Scene, index: usize, (x, y): (&Axis, &Axis), plot: Rect) {
        let curve = |yearly: f64| -> Vec<(f64, f64)> {
            let points = Self::over_years(yearly);
            points
                .map(|(years, share)| (x.place(years), y.place(share)))
                .collect()
        };
        if let Some(yearly) = self.yearly {
            // An interval that reaches down to nothing has no end on this axis.
            let mut band = if 0.0 < yearly.low {
                curve(yearly.low)
            } else {
                vec![(plot.left, plot.bottom), (plot.right, plot.bottom)]
            };
            band.extend(curve(yearly.high).into_iter().rev());
            scene.area(band, style::color(index), 0.22, plot);
            scene.line(curve(yearly.value), stroke(index), plot.grown(2.0));
        }
        if let Some((_, yearly)) = self.theory {
            scene.line(curve(yearly), theory_stroke(index), plot.grown(2.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> DurabilityChart {
        let yearly = Interval {
            value: 5e-9,
            low: 4e-9,
            high: 6e-9,
        };
        let store = LossCurve {
            name: "orders".to_owned(),
            yearly: Some(yearly),
            theory: Some(("data loss within a time".to_owned(), 5.5e-9)),
        };
        let unsure = LossCurve {
            name: "files".to_owned(),
            yearly: Some(Interval {
                value: 3e-4,
                low: 0.0,
                high: 9e-4,
            }),
            theory: None,
        };
        DurabilityChart {
            title: "durable-store: loss of data".to_owned(),
            subtitle: "20 replications × 20 y".to_owned(),
            note: "plimsoll".to_owned(),
            stores: vec![store, unsure],
        }
    }

    #[test]
    fn years_add_up_to_certainty() {
        assert!((within(1e-12, 50.0) / 5e-11 - 1.0).abs() < 1e-9);
        assert!((within(0.5, 2.0) - 0.75).abs() < 1e-12 && within(1.0, 1.0) == 1.0);
    }

    #[test]
    fn every_curve_has_its_entry_and_no_text_covers_another() {
        let scene = chart().compose();
        let boxes = scene.text_boxes();
        for (at, (rect, text)) in boxes.iter().enumerate() {
            assert!(scene.frame().contains(*rect), "{text}");
            for (other, beside) in &boxes[..at] {
                assert!(!rect.overlaps(*other), "{text} over {beside}");
            }
        }
        let told = |part: &str| boxes.iter().any(|(_, text)| text.contains(part));
        assert!(told("orders by theory") && told("files, with its interval"));
        assert!(!told("files by theory"));
        assert_eq!(&chart().draw().unwrap()[1..4], b"PNG");
    }
}
