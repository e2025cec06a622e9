use super::*;
use crate::theory::{
    mm1::Mm1,
    test_support::{assert_close, stationary},
};

fn station(servers: u32, service_rate: f64, external_rate: f64) -> Station {
    Station {
        servers,
        service_rate,
        external_rate,
    }
}

/// λ = 1 through μ = 2 and then μ = 4: one request at the first, a third at the second.
#[test]
fn a_tandem_matches_exact_fractions() {
    let stations = [station(1, 2.0, 1.0), station(1, 4.0, 0.0)];
    let routing = [vec![0.0, 1.0], vec![0.0, 0.0]];
    let model = Jackson::new(&stations, &routing).unwrap();
    assert_close(model.mean_in_system(), 4.0 / 3.0, 1e-15);
    assert_close(model.mean_response(), 4.0 / 3.0, 1e-15);
    assert_close(model.mean_wait(), 1.0 / 2.0 + 1.0 / 12.0, 1e-15);
    assert_eq!(model.visits(), [1.0, 1.0]);
    let full = saturation(&stations, &routing).unwrap();
    assert_eq!((full.station, full.external_rate), (0, 2.0));
}

/// A gateway calls a store 1/0.2 − 1 = 4 times for each request: visits 5 and 4.
#[test]
fn a_server_that_calls_another_is_visited_again_and_again() {
    let stations = [station(2, 400.0, 100.0), station(1, 450.0, 0.0)];
    let routing = [vec![0.0, 0.8], vec![1.0, 0.0]];
    let model = Jackson::new(&stations, &routing).unwrap();
    for (got, expected) in model.visits().iter().zip([5.0, 4.0]) {
        assert_close(*got, expected, 1e-14);
    }
    let full = saturation(&stations, &routing).unwrap();
    assert_eq!(full.station, 1);
    assert_close(full.external_rate, 112.5, 1e-14);
    // The load at which it saturates is also told where it is passed already.
    let flood = [station(2, 400.0, 1e4), station(1, 450.0, 0.0)];
    assert_close(saturation(&flood, &routing).unwrap().external_rate, 112.5, 1e-14);
    assert!(matches!(
        Jackson::new(&flood, &routing),
        Err(TheoryError::Unstable { .. })
    ));
}

/// Two stations with feedback, every pair of numbers a state, the second with two servers.
#[test]
fn a_brute_force_chain_agrees() {
    let (room, gamma, mu) = (24, [0.3, 0.2], [1.5, 0.8]);
    let routing = [vec![0.1, 0.5], vec![0.3, 0.2]];
    let at = |i: usize, j: usize| i * room + j;
    let moves = (0..room * room).flat_map(|state| {
        let (i, j) = (state / room, state % room);
        let work = [if 0 < i { mu[0] } else { 0.0 }, mu[1] * j.min(2) as f64];
        let up = |n: usize| (n + 1).min(room - 1);
        let (less_i, less_j) = (i.saturating_sub(1), j.saturating_sub(1));
        [
            (at(up(i), j), gamma[0]),
            (at(i, up(j)), gamma[1]),
            (at(less_i, up(j)), work[0] * 0.5),
            (at(less_i, j), work[0] * 0.4),
            (at(up(i), less_j), work[1] * 0.3),
            (at(i, less_j), work[1] * 0.5),
        ]
        .into_iter()
        .filter(move |&(to, _)| to != state)
        .map(move |(to, rate)| (state, to, rate))
    });
    let states = stationary(room * room, moves);
    let mean: f64 = states
        .iter()
        .enumerate()
        .map(|(s, p)| p * (s / room + s % room) as f64)
        .sum();
    let stations = [station(1, mu[0], gamma[0]), station(2, mu[1], gamma[1])];
    let model = Jackson::new(&stations, &routing).unwrap();
    assert_close(model.mean_in_system(), mean, 1e-6);
}

#[test]
fn flows_balance_in_a_network_without_any_pattern() {
    let n = 7;
    let p = |i: usize, j: usize| ((i * 31 + j * 17 + i * j * 7) % 23) as f64 / 170.0;
    let routing: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| p(i, j)).collect()).collect();
    let external: Vec<f64> = (0..n).map(|i| (i % 3) as f64).collect();
    let rates = traffic(&external, &routing).unwrap();
    for j in 0..n {
        let inside: f64 = (0..n).map(|i| rates[i] * routing[i][j]).sum();
        assert_close(rates[j], external[j] + inside, 1e-14);
    }
}

/// Feedback makes M/M/1 an M/M/1 with as many more visits; one station without it is M/M/c.
#[test]
fn one_station_is_mmc() {
    let alone = Jackson::new(&[station(3, 1.0, 2.0)], &[vec![0.0]]).unwrap();
    let plain = Mmc::new(3, 2.0, 1.0).unwrap();
    assert_close(alone.mean_response(), plain.mean_response(), 1e-15);
    let again = Jackson::new(&[station(1, 1.0, 0.2)], &[vec![0.75]]).unwrap();
    let busy = Mm1::new(0.8, 1.0).unwrap();
    assert_close(again.mean_in_system(), busy.mean_in_system(), 1e-13);
    assert_close(again.mean_response(), 4.0 * busy.mean_response(), 1e-13);
}

#[test]
fn the_edges_are_rows_that_sum_to_one_rare_exits_and_circles() {
    // Ten tenths sum to a last figure less than 1, and that figure is no exit.
    let ring: Vec<Vec<f64>> = (0..10).map(|_| vec![0.1; 10]).collect();
    assert!(traffic(&[1.0; 10], &ring).is_err());
    let mut one_way_out = ring;
    one_way_out[0] = vec![0.0; 10];
    assert_close(traffic(&[1.0; 10], &one_way_out).unwrap()[0], 10.0, 1e-13);
    let rare = traffic(&[1.0, 0.0], &[vec![0.0, 1e-200], vec![0.0, 0.0]]).unwrap();
    assert_close(rare[1], 1e-200, 1e-15);
    assert!(traffic(&[], &[]).is_err() && traffic(&[1.0], &[vec![1.1]]).is_err());
    assert!(traffic(&[1.0], &[vec![]]).is_err() && traffic(&[-1.0], &[vec![0.0]]).is_err());
    assert!(Jackson::new(&[station(1, 1.0, 0.0)], &[vec![0.0]]).is_err());
    assert!(saturation(&[station(0, 1.0, 1.0)], &[vec![0.0]]).is_err() && saturation(&[], &[]).is_err());
}
