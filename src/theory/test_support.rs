//! What the tests of formulas share: closeness, and chains to check closed forms against.

pub(super) use super::chain::stationary;

/// Asserts that `got` is within the relative (for `expected` = 0: absolute) error of `expected`.
#[track_caller]
pub(super) fn assert_close(got: f64, expected: f64, error: f64) {
    let scale = if expected == 0.0 { 1.0 } else { expected.abs() };
    assert!(
        (got - expected).abs() <= error * scale,
        "{got} is not within {error:e} of {expected}"
    );
}

/// Returns how many are in an M/D/c at multiples of its service time, below `room`: the servers and the load in erlangs
/// say how many leave and come from one to the next.
pub(super) fn service_time_chain(servers: usize, load: f64, room: usize) -> Vec<f64> {
    let mut arrivals = vec![f64::exp(-load)];
    for k in 1..room {
        arrivals.push(arrivals[k - 1] * load / k as f64);
    }
    let moves = (0..room).flat_map(|n| {
        let (left, arrivals) = (n.saturating_sub(servers), &arrivals);
        (left..room)
            .filter(move |&to| to != n)
            .map(move |to| (n, to, arrivals[to - left]))
    });
    stationary(room, moves.collect::<Vec<_>>())
}

/// Returns the stationary distribution of a birth–death chain on `0..len`.
pub(super) fn birth_death(
    len: usize,
    birth: impl Fn(usize) -> f64,
    death: impl Fn(usize) -> f64,
) -> Vec<f64> {
    let up = (1..len).map(|n| (n - 1, n, birth(n - 1)));
    let down = (1..len).map(|n| (n, n - 1, death(n)));
    stationary(len, up.chain(down))
}

#[test]
fn the_brute_force_solver_solves_a_chain_worked_by_hand() {
    // A one-way ring: the time spent in a state is the inverse of its rate.
    let ring = stationary(3, [(0, 1, 1.0), (1, 2, 2.0), (2, 0, 4.0)]);
    for (got, expected) in ring.iter().zip([4.0 / 7.0, 2.0 / 7.0, 1.0 / 7.0]) {
        assert_close(*got, expected, 1e-15);
    }
}

/// Laplace–Stieltjes transforms of distributions.
pub(super) mod transforms {
    use num_complex::Complex64;

    use crate::dist::Dist;

    pub(in super::super) fn constant(value: f64) -> impl Fn(Complex64) -> Complex64 {
        let dist = Dist::constant(value).unwrap();
        move |s| dist.laplace(s)
    }
    pub(in super::super) fn exponential(mean: f64) -> impl Fn(Complex64) -> Complex64 {
        gamma(mean, 1.0)
    }
    pub(in super::super) fn erlang(stages: u32, mean: f64) -> impl Fn(Complex64) -> Complex64 {
        gamma(mean, f64::from(stages).recip())
    }
    pub(in super::super) fn gamma(mean: f64, scv: f64) -> impl Fn(Complex64) -> Complex64 {
        let dist = Dist::gamma(mean, scv.sqrt()).unwrap();
        move |s| dist.laplace(s)
    }
    pub(in super::super) fn hyperexponential(mean: f64, scv: f64) -> impl Fn(Complex64) -> Complex64 {
        let dist = Dist::hyperexponential(mean, scv.sqrt()).unwrap();
        move |s| dist.laplace(s)
    }
}
