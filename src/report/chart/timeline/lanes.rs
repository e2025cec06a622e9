//! What went wrong, as bars above the plots: a row for each where that can be, with its name beside it.

use super::{Cause, LEFT, RIGHT, Span};
use crate::report::chart::{
    axis::Axis,
    font::{Weight, ellipsize},
    frame::{Entry, Legend, Sample},
    scene::{Align, Rect, Scene, Stroke, Type},
    style::{self, Color, INK, LIMIT_DASH, MARGIN, Marker, SHADE, SMALL},
};

const ROW: f64 = 20.0;
const BAR: f64 = 11.0;
/// A bar of no time is this wide.
const LEAST: f64 = 3.0;
/// Rows for faults, and for failures.
const MOST: [usize; 2] = [10, 3];
/// Space between a bar and its name, and between what stands in one row.
const GAP: f64 = 8.0;
const LONGEST: f64 = 260.0;
/// Of more failures than this, moments are not marked one by one.
const FEW: usize = 12;
const RADIUS: f64 = 4.0;
const NAME: Type = Type {
    weight: Weight::Regular,
    size: SMALL,
    color: INK,
};
const TITLE: Type = Type {
    weight: Weight::SemiBold,
    size: 15.0,
    color: INK,
};
const HEADING: &str = "what went wrong";

/// Moments in the course of an incident: what they are called, their shape and their colour.
const MOMENTS: [(&str, Marker, usize); 3] = [
    ("out of rotation", Marker::Triangle, 1),
    ("failover", Marker::Diamond, 3),
    ("back", Marker::Circle, 2),
];

/// The bars in their rows.
pub(super) struct Lanes<'a> {
    time: &'a Axis,
    bars: Vec<Bar>,
    rows: usize,
    legend: Legend,
}

struct Bar {
    row: usize,
    left: f64,
    right: f64,
    cause: Cause,
    /// Places of the moments that came.
    moments: [Option<f64>; 3],
    /// The name and where it begins.
    name: Option<(String, f64)>,
}

impl<'a> Lanes<'a> {
    pub(super) fn new(spans: &[Span], time: &'a Axis, failures_are: &str) -> Self {
        let mut bars = Vec::new();
        let mut first = 0;
        for (cause, most) in [Cause::Fault, Cause::Failure].into_iter().zip(MOST) {
            let own = spans.iter().filter(|span| span.cause == cause);
            let own: Vec<&Span> = own.filter(|span| clamped(span, time).is_some()).collect();
            first += pack(&own, time, first, most, &mut bars);
        }
        let mut entries = Vec::new();
        for (cause, name) in [(Cause::Fault, "fault"), (Cause::Failure, failures_are)] {
            if bars.iter().any(|bar| bar.cause == cause) {
                let (color, opacity) = look(cause);
                entries.push(Entry {
                    name: name.to_owned(),
                    sample: Sample::Bar(color, opacity),
                });
            }
        }
        for (at, (name, marker, color)) in MOMENTS.into_iter().enumerate() {
            if bars.iter().any(|bar| bar.moments[at].is_some()) {
                entries.push(Entry {
                    name: name.to_owned(),
                    sample: Sample::Marker(marker, style::color(color)),
                });
            }
        }
        Self {
            time,
            bars,
            rows: first,
            legend: Legend::new(&entries, MARGIN + TITLE.size_of(HEADING).0 + 26.0, RIGHT),
        }
    }

    /// Returns the height of all of it, with some room below; nothing where nothing went wrong.
    pub(super) fn height(&self) -> f64 {
        if self.rows == 0 {
            return 0.0;
        }
        self.head() + self.rows as f64 * ROW + 14.0
    }

    fn head(&self) -> f64 {
        (self.legend.height() + 6.0).max(30.0)
    }

    pub(super) fn draw(&self, scene: &mut Scene, top: f64) {
        if self.rows == 0 {
            return;
        }
        scene.text(HEADING, (MARGIN, top + 11.5), Align::Left, TITLE);
        self.legend.draw(scene, top);
        let plot = Rect {
            left: LEFT,
            top: top + self.head(),
            right: RIGHT,
            bottom: top + self.head() + self.rows as f64 * ROW,
        };
        self.time.draw_below(scene, plot, false);
        for bar in &self.bars {
            let middle = plot.top + (bar.row as f64 + 0.5) * ROW;
            let (color, opacity) = look(bar.cause);
            let rect = Rect {
                left: bar.left,
                top: middle - BAR / 2.0,
                right: bar.right,
                bottom: middle + BAR / 2.0,
            };
            scene.rect(rect, color, opacity);
            if let Some((name, left)) = &bar.name {
                scene.text(name, (*left, middle), Align::Left, NAME);
            }
        }
        // Above all bars, so that none hides a moment of another.
        for bar in &self.bars {
            let middle = plot.top + (bar.row as f64 + 0.5) * ROW;
            for (place, (_, marker, color)) in bar.moments.iter().zip(MOMENTS) {
                if let Some(x) = place {
                    scene.marker((*x, middle), marker, RADIUS, style::color(color));
                }
            }
        }
    }

    /// Draws the moments of faults through a plot below.
    pub(super) fn draw_moments(&self, scene: &mut Scene, plot: Rect) {
        for bar in self.bars.iter().filter(|bar| bar.cause == Cause::Fault) {
            for (place, (.., color)) in bar.moments.iter().zip(MOMENTS) {
                let Some(x) = *place else { continue };
                let stroke = Stroke {
                    color: style::color(color),
                    width: 1.1,
                    dash: LIMIT_DASH,
                };
                scene.line(vec![(x, plot.top), (x, plot.bottom)], stroke, plot);
            }
        }
    }
}

/// Draws a shade where something went wrong.
pub(super) fn shade(spans: &[Span], scene: &mut Scene, plot: Rect, time: &Axis) {
    for span in spans.iter().filter(|span| span.shades) {
        if let Some((left, right)) = clamped(span, time) {
            let (color, opacity) = match span.cause {
                Cause::Fault => (SHADE, 0.16),
                Cause::Failure => (look(Cause::Failure).0, 0.13),
            };
            scene.rect(Rect { left, right, ..plot }, color, opacity);
        }
    }
}

fn look(cause: Cause) -> (Color, f64) {
    match cause {
        Cause::Fault => (SHADE, 0.5),
        Cause::Failure => (style::color(5), 0.8),
    }
}

/// Returns the places of the part of a span that is on the axis; one of no time is wide enough to be seen.
fn clamped(span: &Span, time: &Axis) -> Option<(f64, f64)> {
    let (from, to) = (span.from.max(time.low), span.to.min(time.high));
    (from < to).then(|| {
        let (left, right) = (time.place(from), time.place(to));
        let right = right.max(left + LEAST).min(RIGHT);
        (left.min(right - LEAST), right)
    })
}

/// Puts spans into rows from `first` on, at most so many; returns how many rows it took.
fn pack(spans: &[&Span], time: &Axis, first: usize, most: usize, bars: &mut Vec<Bar>) -> usize {
    let mut spans = spans.to_vec();
    spans.sort_by(|a, b| a.from.total_cmp(&b.from));
    let few = spans.len() <= FEW || spans.iter().all(|span| span.cause == Cause::Fault);
    // In each row, all is taken up to here; and which bar came last.
    let mut rows: Vec<(f64, usize)> = Vec::new();
    for span in spans {
        let Some((left, right)) = clamped(span, time) else {
            continue;
        };
        let moment = |at: Option<f64>| at.filter(|&at| few && time.holds(at)).map(|at| time.place(at));
        let moments = [span.noticed, span.failover, span.restored].map(moment);
        let ends = moments.iter().flatten().map(|x| x + RADIUS + 1.5);
        let (begins, ends) = (left, ends.fold(right, f64::max));
        let named = named(&span.label, begins, ends);
        let begins = named.as_ref().map_or(begins, |(_, x, _)| begins.min(*x));
        let ends = named.as_ref().map_or(ends, |(.., end)| ends.max(*end));
        let mut bar = Bar {
            row: first,
            left,
            right,
            cause: span.cause,
            moments,
            name: named.map(|(name, x, _)| (name, x)),
        };
        match rows.iter().position(|(taken, _)| taken + GAP <= begins) {
            Some(row) => {
                rows[row] = (ends, bars.len());
                bar.row += row;
            }
            None if rows.len() < most => {
                bar.row += rows.len();
                rows.push((ends, bars.len()));
            }
            None => {
                // There is no more room: it shares the last row, without a name of its own.
                let last = rows.len() - 1;
                bar.row += last;
                bar.name = None;
                let before = &mut bars[rows[last].1];
                if bar.cause == Cause::Failure && bar.left <= before.right {
                    before.right = before.right.max(bar.right);
                    rows[last].0 = rows[last].0.max(ends);
                    continue;
                }
                rows[last] = (rows[last].0.max(ends), bars.len());
            }
        }
        bars.push(bar);
    }
    rows.len()
}

/// Returns a bar's name, where it begins and where it ends: to the right of the bar, to its left, or on it.
fn named(label: &str, begins: f64, ends: f64) -> Option<(String, f64, f64)> {
    if label.trim().is_empty() {
        return None;
    }
    let fits = |room: f64| {
        let text = ellipsize(NAME.weight, label, NAME.size, LONGEST.min(room));
        let width = NAME.size_of(&text).0;
        (width <= room).then_some((text, width))
    };
    let whole = NAME.size_of(label).0.min(LONGEST);
    let (right, left) = (RIGHT - ends - GAP, begins - LEFT - GAP);
    if whole <= right || left <= right && 60.0 <= right {
        let (text, width) = fits(right)?;
        return Some((text, ends + GAP, ends + GAP + width));
    }
    if whole <= left || 60.0 <= left {
        let (text, width) = fits(left)?;
        return Some((text, begins - GAP - width, begins - GAP));
    }
    let (text, width) = fits(ends - begins - 2.0 * GAP)?;
    let from = f64::midpoint(begins, ends) - width / 2.0;
    Some((text, from, from + width))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::Unit;

    const TIME: Axis = Axis {
        unit: Unit::Seconds,
        is_log: false,
        low: 0.0,
        high: 2_400.0,
        from: LEFT,
        to: RIGHT,
    };

    fn fault(from: f64, to: f64) -> Span {
        Span {
            from,
            to,
            label: "zone:a hung".to_owned(),
            shades: true,
            ..Span::default()
        }
    }

    #[test]
    fn a_fault_of_a_second_in_forty_minutes_is_seen_and_named() {
        let lanes = Lanes::new(&[fault(900.0, 901.0)], &TIME, "");
        assert_eq!(lanes.bars.len(), 1);
        assert!(LEAST <= lanes.bars[0].right - lanes.bars[0].left);
        assert!(lanes.bars[0].name.is_some());
    }

    #[test]
    fn faults_up_to_the_edges_stay_inside_with_their_names() {
        for (from, to) in [(0.0, 1.0), (2_399.0, 9_999.0), (-5.0, 9_999.0), (0.0, 2_400.0)] {
            let lanes = Lanes::new(&[fault(from, to)], &TIME, "");
            let bar = &lanes.bars[0];
            assert!(
                LEFT <= bar.left && bar.left < bar.right && bar.right <= RIGHT,
                "{from} to {to}"
            );
            let (name, left) = bar.name.as_ref().unwrap();
            assert!(
                LEFT <= *left && left + NAME.size_of(name).0 <= RIGHT,
                "{name:?} at {left} for {from} to {to}"
            );
        }
        assert_eq!(Lanes::new(&[fault(2_500.0, 2_600.0)], &TIME, "").height(), 0.0);
    }

    #[test]
    fn faults_one_after_the_other_share_rows_and_those_at_once_do_not() {
        let apart: Vec<Span> = (0..5)
            .map(|i| fault(480.0 * f64::from(i), 480.0 * f64::from(i) + 60.0))
            .collect();
        assert_eq!(Lanes::new(&apart, &TIME, "").rows, 1);
        let at_once: Vec<Span> = (0..5).map(|_| fault(900.0, 1_200.0)).collect();
        assert_eq!(Lanes::new(&at_once, &TIME, "").rows, 5);
        let crowd: Vec<Span> = (0..50).map(|_| fault(900.0, 1_200.0)).collect();
        assert_eq!(Lanes::new(&crowd, &TIME, "").rows, MOST[0]);
    }

    #[test]
    fn thousands_of_failures_take_three_rows_and_few_bars() {
        let failure = |i: u32| Span {
            from: f64::from(i),
            to: f64::from(i) + 30.0,
            cause: Cause::Failure,
            ..Span::default()
        };
        let lanes = Lanes::new(&(0..2_000).map(failure).collect::<Vec<_>>(), &TIME, "failures");
        assert_eq!(lanes.rows, MOST[1]);
        assert!(lanes.bars.len() < 300, "{} bars", lanes.bars.len());
        assert!(lanes.bars.iter().all(|bar| bar.moments == [None; 3]));
    }
}
