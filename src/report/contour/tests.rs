//! Lines over planes of which it is known where they are.

use super::*;

/// Rows of a function that is met from 0 on, on these grids.
fn plane(x: &[f64], y: &[f64], of: impl Fn(f64, f64) -> State) -> Vec<Row> {
    let row = |&y: &f64| {
        let points: Vec<(f64, State)> = x.iter().map(|&x| (x, of(x, y))).collect();
        Row::new(y, &points, None)
    };
    y.iter().map(row).collect()
}

fn grid(from: f64, to: f64, count: u32) -> Vec<f64> {
    let part = |at| f64::from(at) / f64::from(count - 1);
    (0..count).map(|at| from + (to - from) * part(at)).collect()
}

#[test]
fn the_line_of_a_slope_is_straight_and_exact() {
    let rows = plane(&grid(0.0, 4.0, 5), &[0.0, 1.0, 2.0], |x, y| {
        State::Level(1.5 + y - x)
    });
    let lines = lines(&rows);
    let [line] = &lines[..] else {
        panic!("{lines:?}");
    };
    assert_eq!(line.len(), 3, "{line:?}");
    for (x, y) in line {
        assert!((x - 1.5 - y).abs() < 1e-12, "{line:?}");
    }
}

#[test]
fn a_circle_closes_whatever_the_grid_and_stays_within_a_cell_of_itself() {
    for count in [9, 21, 40] {
        let ends = grid(-2.0, 2.0, count);
        let rows = plane(&ends, &ends, |x, y| State::Level(1.0 - x.hypot(y)));
        let lines = lines(&rows);
        let [line] = &lines[..] else {
            panic!("{count}: {lines:?}");
        };
        let (first, last) = (line[0], line[line.len() - 1]);
        assert!(
            (first.0 - last.0).hypot(first.1 - last.1) < 1e-6,
            "{first:?} {last:?}"
        );
        let off = line.iter().map(|(x, y)| (x.hypot(*y) - 1.0).abs());
        let most = off.fold(0.0, f64::max);
        let step = 4.0 / f64::from(count - 1);
        assert!(most < 0.3 * step, "{count}: {most}");
    }
}

/// The limit is below every row's end, so that no row is crossed: the line runs from side to side.
#[test]
fn a_line_between_rows_is_found_where_no_row_breaks() {
    let rows = plane(&grid(0.0, 3.0, 4), &[0.0, 1.0], |x, y| {
        State::Level(y - 0.25 - 0.1 * x)
    });
    let lines = lines(&rows);
    let [line] = &lines[..] else {
        panic!("{lines:?}");
    };
    assert_eq!(line.len(), 4);
    for (x, y) in line {
        assert!((y - 0.25 - 0.1 * x).abs() < 1e-12, "{line:?}");
    }
}

/// Rows break at 10 and at 20, and above 12 and 22 there is no steady state: nothing in between says where the line goes, and
/// it goes straight.
#[test]
fn neighbours_that_break_are_joined_across_what_has_no_steady_state() {
    let row = |y: f64, at: f64| {
        let state = |x: f64| {
            if x < at + 2.0 {
                State::Level(at - x)
            } else {
                State::Lost
            }
        };
        let points: Vec<(f64, State)> = grid(0.0, 30.0, 31).into_iter().map(|x| (x, state(x))).collect();
        Row::new(y, &points, Some(at + 1.5))
    };
    assert_eq!(
        lines(&[row(0.0, 10.0), row(1.0, 20.0)]),
        [[(10.0, 0.0), (20.0, 1.0)]]
    );
}

/// The upper row meets its objective to the end: the line turns aside and leaves at the right.
#[test]
fn a_line_leaves_the_plane_where_a_row_never_breaks() {
    let lost = [(0.0, 2.0), (1.0, 1.0), (2.0, -3.0)].map(|(x, level)| (x, State::Level(level)));
    let lost: Vec<(f64, State)> = lost
        .into_iter()
        .chain([(3.0, State::Lost), (4.0, State::Lost)])
        .collect();
    let fine: Vec<(f64, State)> = grid(0.0, 4.0, 5)
        .into_iter()
        .map(|x| (x, State::Level(1.0)))
        .collect();
    let rows = [Row::new(0.0, &lost, Some(2.5)), Row::new(1.0, &fine, None)];
    let lines = lines(&rows);
    assert_eq!(lines, [[(1.25, 0.0), (4.0, 0.5)]]);
}

/// A row that is met between two places, below one that never is: the line turns back.
#[test]
fn what_comes_in_on_a_row_may_go_out_on_it() {
    let met = [-1.0, 1.0, 1.0, -1.0].into_iter().enumerate();
    let met: Vec<(f64, State)> = met.map(|(x, level)| (x as f64, State::Level(level))).collect();
    let lost = [(0.0, State::Lost), (3.0, State::Lost)];
    let rows = [Row::new(0.0, &met, None), Row::new(1.0, &lost, None)];
    assert_eq!(lines(&rows), [[(0.5, 0.0), (2.5, 0.0)]]);
}

#[test]
fn what_is_missed_only_without_a_steady_state_has_no_line_of_its_own() {
    let rows = plane(&grid(0.0, 4.0, 5), &[0.0, 1.0], |x, y| {
        if x + y < 3.0 {
            State::Level(1.0)
        } else {
            State::Lost
        }
    });
    assert!(lines(&rows).is_empty());
    assert!(lines(&[]).is_empty());
}

#[test]
fn a_saddle_goes_by_its_middle() {
    let corners = |middle: f64| {
        let rows = plane(&[0.0, 1.0], &[0.0, 1.0], |x, y| {
            State::Level(if (x - y).abs() < 0.5 {
                1.0 + middle
            } else {
                middle - 1.0
            })
        });
        let mut lines = lines(&rows);
        assert_eq!(lines.len(), 2, "{lines:?}");
        for line in &mut lines {
            line.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        lines
    };
    // The two corners that meet it are joined, or each is alone.
    let joined = corners(0.5);
    assert!(
        joined.iter().any(|line| line.iter().all(|(x, y)| x - y > 0.0)),
        "{joined:?}"
    );
    let apart = corners(-0.5);
    assert!(
        apart.iter().any(|line| line.iter().all(|(x, y)| x + y < 1.0)),
        "{apart:?}"
    );
}
