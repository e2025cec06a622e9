//! From values to places: linear and logarithmic axes, their grid and their labels.

use super::{
    Unit,
    font::Weight,
    scene::{Align, Rect, Scene, Stroke, Type},
    style::{AXIS, GRID, GRID_MINOR, MUTED, SMALL},
    ticks::{self, Tick},
};

/// How labels of ticks are set.
pub(super) const TICK_TYPE: Type = Type {
    weight: Weight::Regular,
    size: SMALL,
    color: MUTED,
};
/// Least space between two labels along a horizontal and along a vertical axis.
const GAP: f64 = 14.0;
const GAP_VERTICAL: f64 = 6.0;

/// The values from `low` to `high`, laid out from one place to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    pub(super) unit: Unit,
    pub(super) is_log: bool,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) from: f64,
    pub(super) to: f64,
}

impl Axis {
    /// Returns an axis from zero to a tick no less than `high`.
    pub(super) fn from_zero(unit: Unit, high: f64, most: usize, from: f64, to: f64) -> Self {
        let high = if high.is_normal() && 0.0 < high {
            high.min(1e300)
        } else {
            1.0
        };
        Self {
            unit,
            is_log: false,
            low: 0.0,
            high: ticks::linear_top(unit, high, most),
            from,
            to,
        }
    }

    /// Returns a logarithmic axis over the values, which are widened where they are too close together to be told
    /// apart. Values that are not positive have no place on it; without any, it runs from one to ten.
    pub(super) fn log(unit: Unit, values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let positive = values.filter(|value| 1e-300 < *value && *value < 1e300);
        let (low, high) = positive.fold((f64::INFINITY, 0f64), |(low, high), v| (low.min(v), high.max(v)));
        let (mut low, mut high) = if high == 0.0 { (1.0, 10.0) } else { (low, high) };
        if high / low < 1.6 {
            let middle = (low.ln() / 2.0 + high.ln() / 2.0).exp();
            (low, high) = (middle / 1.3, middle * 1.3);
        }
        Self {
            unit,
            is_log: true,
            low,
            high,
            from,
            to,
        }
    }

    /// Returns where a value lies; one far outside lies a little outside, so that no place is out of this world.
    pub(super) fn place(&self, value: f64) -> f64 {
        let part = if self.is_log {
            (value.max(f64::MIN_POSITIVE).ln() - self.low.ln()) / (self.high.ln() - self.low.ln())
        } else {
            (value - self.low) / (self.high - self.low)
        };
        let part = if part.is_nan() { 0.0 } else { part.clamp(-0.5, 1.5) };
        self.from + part * (self.to - self.from)
    }

    /// Returns whether a value is within the range of the axis.
    pub(super) fn holds(&self, value: f64) -> bool {
        self.low <= value * (1.0 + 1e-12) && value <= self.high * (1.0 + 1e-12)
    }

    /// Returns the ticks, those that get a label marked as major; `size_of` is the room one label takes on the axis.
    fn ticks(&self, size_of: impl Fn(&str) -> f64, gap: f64, most: usize) -> Vec<Tick> {
        let fits = |ticks: &[&Tick]| {
            ticks.windows(2).all(|pair| {
                let apart = (self.place(pair[1].value) - self.place(pair[0].value)).abs();
                f64::midpoint(size_of(&pair[0].label), size_of(&pair[1].label)) + gap <= apart
            })
        };
        let linear = || {
            let tries = (1..=most)
                .rev()
                .map(|most| ticks::linear(self.unit, self.low, self.high, most));
            tries
                .into_iter()
                .find(|ticks| fits(&ticks.iter().collect::<Vec<_>>()))
                .unwrap_or_default()
        };
        if !self.is_log {
            return linear();
        }
        let mut ticks = ticks::log(self.unit, self.low, self.high);
        if ticks.len() < 4 {
            return linear();
        }
        let majors = ticks.iter().filter(|tick| tick.is_major).count();
        // Four decades are read by their powers of ten; a vertical axis with every 2 and 5 as well is a thicket.
        let is_thicket = gap < GAP && 4 <= majors;
        if (fits(&ticks.iter().collect::<Vec<_>>()) && !is_thicket) || majors < 2 {
            let mut last = f64::NEG_INFINITY;
            for tick in &mut ticks {
                let (at, size) = ((self.place(tick.value) - self.from).abs(), size_of(&tick.label));
                tick.is_major = last + gap <= at - size / 2.0;
                last = if tick.is_major { at + size / 2.0 } else { last };
            }
            return ticks;
        }
        let chosen = |every: usize| ticks.iter().filter(|tick| tick.is_major).step_by(every);
        let every = (1..=majors)
            .find(|&every| fits(&chosen(every).collect::<Vec<_>>()))
            .unwrap_or(majors);
        let labelled: Vec<f64> = chosen(every).map(|tick| tick.value).collect();
        if every > 2 {
            ticks.retain(|tick| tick.is_major);
        }
        for tick in &mut ticks {
            tick.is_major = labelled.contains(&tick.value);
        }
        ticks
    }

    /// Draws a horizontal axis below `plot`, with its grid, and its labels if they are wanted.
    pub(super) fn draw_below(&self, scene: &mut Scene, plot: Rect, labels: bool) {
        let most = (plot.width() / 70.0) as usize;
        self.draw_below_with(scene, plot, labels, most.max(2));
    }

    /// The same where there are only whole numbers, and nothing between them.
    pub(super) fn draw_whole_below(&self, scene: &mut Scene, plot: Rect) {
        let most = (plot.width() / 70.0).min(self.high - self.low) as usize;
        self.draw_below_with(scene, plot, true, most.max(1));
    }

    fn draw_below_with(&self, scene: &mut Scene, plot: Rect, labels: bool, most: usize) {
        for tick in self.ticks(|label| TICK_TYPE.size_of(label).0, GAP, most) {
            let x = self.place(tick.value);
            grid(scene, [(x, plot.top), (x, plot.bottom)], tick.is_major);
            if labels && tick.is_major {
                scene.text(&tick.label, (x, plot.bottom + 15.0), Align::Center, TICK_TYPE);
            }
        }
        scene.rule((plot.left, plot.bottom), (plot.right, plot.bottom), AXIS, 1.0);
    }

    /// Draws a vertical axis to the left of `plot`, with its grid and its labels.
    pub(super) fn draw_left(&self, scene: &mut Scene, plot: Rect) {
        let most = (plot.height() / 25.0) as usize;
        let room = plot.left - 8.0;
        for tick in self.ticks(|_| TICK_TYPE.size, GAP_VERTICAL, most.max(2)) {
            let y = self.place(tick.value);
            grid(scene, [(plot.left, y), (plot.right, y)], tick.is_major);
            if tick.is_major {
                scene.text_within(&tick.label, (plot.left - 8.0, y), Align::Right, TICK_TYPE, room);
            }
        }
    }
}

fn grid(scene: &mut Scene, line: [(f64, f64); 2], is_major: bool) {
    let color = if is_major { GRID } else { GRID_MINOR };
    let frame = scene.frame();
    scene.line(
        line.to_vec(),
        Stroke {
            color,
            width: 1.0,
            dash: &[],
        },
        frame,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<String> {
        let ticks = axis.ticks(|label| TICK_TYPE.size_of(label).0, GAP, 8);
        ticks
            .into_iter()
            .filter(|tick| tick.is_major)
            .map(|tick| tick.label)
            .collect()
    }

    #[test]
    fn a_log_axis_labels_as_much_as_fits() {
        let wide = Axis::log(Unit::Seconds, [0.001, 0.1].into_iter(), 0.0, 800.0);
        assert_eq!(
            labels(&wide),
            ["1 ms", "2 ms", "5 ms", "10 ms", "20 ms", "50 ms", "100 ms"]
        );
        let narrow = Axis { to: 250.0, ..wide };
        assert_eq!(labels(&narrow), ["1 ms", "10 ms", "100 ms"]);
        let vast = Axis::log(Unit::Count, [1e-12, 1e12].into_iter(), 0.0, 500.0);
        assert!((3..=9).contains(&labels(&vast).len()), "{:?}", labels(&vast));
    }

    #[test]
    fn a_log_axis_over_a_narrow_range_has_plain_steps() {
        let axis = Axis::log(Unit::Seconds, [0.0100, 0.0101].into_iter(), 0.0, 800.0);
        assert!(labels(&axis).len() >= 4, "{:?}", labels(&axis));
        assert!(axis.low < 0.0100 && 0.0101 < axis.high);
    }

    #[test]
    fn an_axis_of_whole_numbers_has_no_ticks_between_them() {
        for (high, expected) in [(3.0, &["2", "3"][..]), (5.0, &["2", "3", "4", "5"])] {
            let axis = Axis {
                unit: Unit::Count,
                is_log: false,
                low: 2.0,
                high,
                from: 0.0,
                to: 800.0,
            };
            let mut scene = Scene::new(900.0, 100.0);
            let plot = Rect {
                left: 0.0,
                top: 0.0,
                right: 800.0,
                bottom: 50.0,
            };
            axis.draw_whole_below(&mut scene, plot);
            let texts: Vec<&str> = scene.text_boxes().iter().map(|(_, text)| text.as_str()).collect();
            assert_eq!(texts, expected);
        }
    }

    #[test]
    fn places_stay_near_the_axis_whatever_the_value() {
        for axis in [
            Axis::log(Unit::Seconds, [1e-3, 1.0].into_iter(), 10.0, 110.0),
            Axis::log(Unit::Seconds, std::iter::empty(), 10.0, 110.0),
            Axis::from_zero(Unit::PerSecond, 5.0, 5, 10.0, 110.0),
            Axis::from_zero(Unit::PerSecond, 0.0, 5, 10.0, 110.0),
            Axis::from_zero(Unit::PerSecond, f64::INFINITY, 5, 10.0, 110.0),
        ] {
            for value in [0.0, -1.0, 1e308, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
                assert!((-40.0..=160.0).contains(&axis.place(value)), "{axis:?} {value}");
            }
        }
    }

    #[test]
    fn a_value_halfway_on_a_log_axis_is_the_geometric_mean() {
        let axis = Axis::log(Unit::Seconds, [1e-3, 1e-1].into_iter(), 0.0, 100.0);
        assert!((axis.place(1e-2) - 50.0).abs() < 1e-9);
    }
}
