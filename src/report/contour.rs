//! Where an objective is just met, over the plane of two axes: the lines that a map shows.
//!
//! Each value of the second axis is a row, along which it is known where the objective breaks. Where neighbouring rows break as
//! often, a line goes straight from the one place to the other. Elsewhere it is looked for cell by cell. What is taken to be
//! straight between two points is how far they are from the limit; next to a row without a steady state it is the line itself.
//!
//! # Source
//! Lorensen and Cline, *Marching Cubes*, SIGGRAPH (1987), in the plane; a saddle goes by the middle of its cell.

/// A place on the plane.
pub(super) type Point = (f64, f64);

/// What became of an objective at a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum State {
    /// How far it is from the limit, which it meets from 0 on.
    Level(f64),
    /// There is no steady state, so that nothing is met, and nobody knows by how much.
    Lost,
}

/// The points along one value of the second axis.
#[derive(Clone, Debug)]
pub(super) struct Row {
    y: f64,
    /// From left to right; where the steady state is lost, two at one place.
    points: Vec<(f64, State)>,
}

impl State {
    fn is_met(self) -> bool {
        matches!(self, State::Level(level) if 0.0 <= level)
    }

    /// Returns how much of the way to another it takes to the limit, if that lies between.
    fn way_to(self, other: State) -> Option<f64> {
        if self.is_met() == other.is_met() {
            return None;
        }
        let way = match (self, other) {
            (State::Level(one), State::Level(other)) => one / (one - other),
            _ => 0.5,
        };
        Some(if way.is_finite() { way } else { 0.5 })
    }
}

impl Row {
    /// A row of points from left to right; `full` is where the steady state is lost or found, if that is known.
    pub(super) fn new(y: f64, points: &[(f64, State)], full: Option<f64>) -> Self {
        let mut all: Vec<(f64, State)> = Vec::with_capacity(points.len() + 2);
        for &(x, state) in points {
            if let Some(&(before, last)) = all.last()
                && (last == State::Lost) != (state == State::Lost)
            {
                let known = full.filter(|&full| before <= full && full <= x);
                let at = known.unwrap_or_else(|| f64::midpoint(before, x));
                all.extend([(at, last), (at, state)]);
            }
            all.push((x, state));
        }
        Self { y, points: all }
    }

    /// The places at which the objective ceases or begins to be met.
    fn crossings(&self) -> Vec<f64> {
        let pairs = self.points.windows(2);
        let crossing = |pair: &[(f64, State)]| {
            let ((from, one), (to, other)) = (pair[0], pair[1]);
            Some(from + one.way_to(other)? * (to - from))
        };
        pairs.filter_map(crossing).collect()
    }

    fn begins_met(&self) -> bool {
        self.points.first().is_some_and(|(_, state)| state.is_met())
    }

    /// Returns the states at both ends of a stretch between two neighbouring places.
    fn within(&self, from: f64, to: f64) -> [State; 2] {
        let middle = f64::midpoint(from, to);
        let mut pairs = self.points.windows(2);
        let around = pairs.find(|pair| pair[0].0 < pair[1].0 && pair[0].0 <= middle && middle <= pair[1].0);
        let Some([(left, State::Level(one)), (right, State::Level(other))]) = around else {
            return [State::Lost; 2];
        };
        [from, to].map(|x| State::Level(one + (other - one) * (x - left) / (right - left)))
    }
}

/// Returns the lines on which an objective is just met; none if it is missed only where there is no steady state.
pub(super) fn lines(rows: &[Row]) -> Vec<Vec<Point>> {
    let points = || rows.iter().flat_map(|row| &row.points);
    if !points().any(|(_, state)| matches!(state, State::Level(level) if *level < 0.0)) {
        return Vec::new();
    }
    let pieces = rows.windows(2).flat_map(|pair| strip(&pair[0], &pair[1]));
    let width = span(points().map(|(x, _)| *x));
    let height = span(rows.iter().map(|row| row.y));
    chained(pieces.collect(), (CLOSE * width, CLOSE * height))
}

/// As a share of the plane: what is closer together is one place.
const CLOSE: f64 = 1e-6;

fn span(values: impl Iterator<Item = f64>) -> f64 {
    let ends = (f64::INFINITY, f64::NEG_INFINITY);
    let (low, high) = values.fold(ends, |(low, high), value| (low.min(value), high.max(value)));
    high - low
}

/// The line between two neighbouring rows.
fn strip(below: &Row, above: &Row) -> Vec<[Point; 2]> {
    let (from, to) = (below.crossings(), above.crossings());
    if from.len() == to.len() && !from.is_empty() && below.begins_met() == above.begins_met() {
        let ends = from.into_iter().zip(to);
        return ends.map(|(from, to)| [(from, below.y), (to, above.y)]).collect();
    }
    let rows = [below, above];
    if rows
        .iter()
        .flat_map(|row| &row.points)
        .any(|(_, state)| *state == State::Lost)
    {
        return across(rows);
    }
    let mut columns: Vec<f64> = rows.iter().flat_map(|row| &row.points).map(|(x, _)| *x).collect();
    columns.sort_by(f64::total_cmp);
    columns.dedup();
    let cell = |pair: &[f64]| {
        let corners = rows.map(|row| row.within(pair[0], pair[1]));
        cell([pair[0], pair[1]], [below.y, above.y], corners)
    };
    columns.windows(2).flat_map(cell).collect()
}

/// Where a row has no steady state, nothing is known between it and its neighbour but where the line comes in and goes out: it
/// goes straight from the one place to the other, and where there are more, the shortest way.
fn across(rows: [&Row; 2]) -> Vec<[Point; 2]> {
    let [below, above] = rows;
    let side = |end: fn(&Row) -> Option<&(f64, State)>| {
        let (&(x, one), &(_, other)) = end(below).zip(end(above))?;
        Some((x, below.y + one.way_to(other)? * (above.y - below.y)))
    };
    // Once around, from the lower left corner.
    let mut places: Vec<Point> = below.crossings().into_iter().map(|x| (x, below.y)).collect();
    places.extend(side(|row| row.points.last()));
    places.extend(above.crossings().into_iter().rev().map(|x| (x, above.y)));
    places.extend(side(|row| row.points.first()));
    let width = span(rows.iter().flat_map(|row| &row.points).map(|(x, _)| *x));
    let pairs = |places: &[Point]| -> Vec<[Point; 2]> {
        places.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect()
    };
    let length = |pieces: &[[Point; 2]]| {
        let one =
            |[from, to]: &[Point; 2]| ((to.0 - from.0) / width).hypot((to.1 - from.1) / (above.y - below.y));
        pieces.iter().map(one).sum::<f64>()
    };
    let one = pairs(&places);
    if !places.is_empty() {
        places.rotate_left(1);
    }
    let other = pairs(&places);
    if length(&one) <= length(&other) {
        one
    } else {
        other
    }
}

/// The pieces of the line within a cell, whose corners are those of its bottom and of its top.
fn cell(x: [f64; 2], y: [f64; 2], [bottom, top]: [[State; 2]; 2]) -> Vec<[Point; 2]> {
    let between = |way: f64, ends: [f64; 2]| ends[0] + way * (ends[1] - ends[0]);
    let crossed = [
        bottom[0].way_to(bottom[1]).map(|way| (between(way, x), y[0])),
        bottom[1].way_to(top[1]).map(|way| (x[1], between(way, y))),
        top[0].way_to(top[1]).map(|way| (between(way, x), y[1])),
        bottom[0].way_to(top[0]).map(|way| (x[0], between(way, y))),
    ];
    let all: Vec<Point> = crossed.into_iter().flatten().collect();
    match all[..] {
        [one, other] => vec![[one, other]],
        [below, right, above, left] => {
            let level = |state: State| match state {
                State::Level(level) => level,
                State::Lost => f64::NEG_INFINITY,
            };
            let middle: f64 = [bottom, top].into_iter().flatten().map(level).sum();
            if bottom[0].is_met() == (0.0 <= middle) {
                vec![[below, right], [above, left]]
            } else {
                vec![[below, left], [above, right]]
            }
        }
        _ => Vec::new(),
    }
}

/// Puts pieces that touch one another together.
fn chained(mut pieces: Vec<[Point; 2]>, close: Point) -> Vec<Vec<Point>> {
    let touch =
        |one: Point, other: Point| (one.0 - other.0).abs() <= close.0 && (one.1 - other.1).abs() <= close.1;
    pieces.retain(|[from, to]| !touch(*from, *to));
    let mut lines = Vec::new();
    while let Some([from, to]) = pieces.pop() {
        let mut line = vec![from, to];
        // One end after the other.
        for _ in 0..2 {
            while let Some(&end) = line.last()
                && let Some(at) = pieces
                    .iter()
                    .position(|piece| piece.iter().any(|one| touch(*one, end)))
            {
                let [one, other] = pieces.swap_remove(at);
                line.push(if touch(one, end) { other } else { one });
            }
            line.reverse();
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests;
