use super::*;
use crate::theory::{
    machine_repair::MachineRepair,
    mmc::Mmc,
    operational,
    test_support::{assert_close, stationary},
};

fn queue(servers: u32, demand: f64) -> Station {
    Station::Queue { servers, demand }
}
fn delay(demand: f64) -> Station {
    Station::Delay { demand }
}

/// The recursion as it is written down, for one server at each station.
fn recursion(clients: u32, think: f64, demands: &[f64]) -> (f64, Vec<f64>) {
    let (mut throughput, mut queues) = (0.0, vec![0.0; demands.len()]);
    for n in 1..=clients {
        let responses: Vec<f64> = demands.iter().zip(&queues).map(|(d, q)| d * (1.0 + q)).collect();
        throughput = f64::from(n) / (think + responses.iter().sum::<f64>());
        queues = responses.iter().map(|r| throughput * r).collect();
    }
    (throughput, queues)
}

/// A processor of 2 s a round and disks of 3 s and 1 s, and 4 s of thinking: the worked example of Jain, *The Art of
/// Computer Systems Performance Analysis* (1991), ch. 34; here as fractions from the recursion by hand.
#[test]
fn a_central_server_matches_exact_fractions() {
    let stations = [queue(1, 2.0), queue(1, 3.0), queue(1, 1.0), delay(4.0)];
    let one = Closed::new(1, &stations).unwrap();
    assert_close(one.throughput(), 0.1, 1e-12);
    let two = Closed::new(2, &stations).unwrap();
    assert_close(two.throughput(), 10.0 / 57.0, 1e-12);
    for (load, expected) in two.stations().iter().zip([2.4, 3.9, 1.1, 4.0]) {
        assert_close(load.mean_response, expected, 1e-12);
    }
    let three = Closed::new(3, &stations).unwrap();
    for (load, expected) in three
        .stations()
        .iter()
        .zip([54.0 / 19.0, 96.0 / 19.0, 68.0 / 57.0])
    {
        assert_close(load.mean_response, expected, 1e-12);
    }
    assert_close(three.mean_round(), 4.0 + (54.0 + 96.0 + 68.0 / 3.0) / 19.0, 1e-12);
}

#[test]
fn single_servers_and_delays_agree_with_the_recursion() {
    let demands = [0.02, 0.005, 0.019, 0.000_1];
    for (clients, think) in [(1, 0.0), (7, 0.3), (60, 1.0), (900, 5.0), (900, 40.0)] {
        let mut stations: Vec<Station> = demands.iter().map(|&demand| queue(1, demand)).collect();
        stations.push(delay(think));
        let model = Closed::new(clients, &stations).unwrap();
        let (throughput, queues) = recursion(clients, think, &demands);
        assert_close(model.throughput(), throughput, 1e-12);
        for (load, queue) in model.stations().iter().zip(&queues) {
            assert_close(load.mean_in_system, *queue, 1e-12);
        }
        assert_close(model.stations()[0].utilisation, throughput * 0.02, 1e-12);
    }
}

/// Two servers, then one, then three, then a delay, and five requests: every division among them is a state.
#[test]
fn many_servers_agree_with_a_brute_force_chain() {
    let (clients, demands, servers) = (5_usize, [0.9, 0.4, 1.5, 0.7], [2, 1, 3, 99]);
    let side = clients + 1;
    let held = |state: usize| -> Option<[usize; 4]> {
        let three = [state % side, state / side % side, state / side / side];
        let rest = clients.checked_sub(three.iter().sum())?;
        Some([three[0], three[1], three[2], rest])
    };
    let code = |held: [usize; 4]| held[0] + side * (held[1] + side * held[2]);
    let count = side.pow(3);
    let moves = (0..count).flat_map(|state| match held(state) {
        Some(now) => (0..4)
            .filter(|&from| 0 < now[from])
            .map(|from| {
                let mut then = now;
                then[from] -= 1;
                then[(from + 1) % 4] += 1;
                (
                    state,
                    code(then),
                    now[from].min(servers[from]) as f64 / demands[from],
                )
            })
            .collect(),
        // Divisions that cannot be lead to one that can.
        None => vec![(state, 0, 1.0)],
    });
    let states = stationary(count, moves.collect::<Vec<_>>());
    let mean = |of: &dyn Fn([usize; 4]) -> f64| -> f64 {
        let possible = (0..count).filter_map(|state| Some(states[state] * of(held(state)?)));
        possible.sum()
    };
    let stations = [queue(2, 0.9), queue(1, 0.4), queue(3, 1.5), delay(0.7)];
    let model = Closed::new(clients as u32, &stations).unwrap();
    let throughput = mean(&|now| now[1].min(1) as f64 / 0.4);
    assert_close(model.throughput(), throughput, 1e-12);
    for (index, load) in model.stations().iter().enumerate() {
        assert_close(load.mean_in_system, mean(&|now| now[index] as f64), 1e-12);
    }
}

#[test]
fn one_queue_and_a_delay_are_machine_repair() {
    for (servers, clients, think) in [(1, 12, 7.0), (3, 9, 0.4), (50, 2_000, 30.0), (400, 3_000, 6.0)] {
        let plain = MachineRepair::new(servers, clients, think, 1.0).unwrap();
        let model = Closed::new(clients, &[delay(think), queue(servers, 1.0)]).unwrap();
        assert_close(model.throughput(), plain.throughput(), 1e-12);
        assert_close(model.stations()[1].mean_response, plain.mean_response(), 1e-12);
        assert_close(model.stations()[0].mean_in_system, plain.mean_thinking(), 1e-12);
        assert_close(model.stations()[1].utilisation, plain.utilisation(), 1e-12);
    }
}

/// Where the recursion for many servers breaks down: each is one of many, busy, and never idle as a whole.
#[test]
fn many_busy_servers_keep_all_figures() {
    let stations = [queue(16, 1.0), queue(16, 1.0), delay(2.0)];
    let model = Closed::new(300, &stations).unwrap();
    let [first, second, thinking] = model.stations() else {
        panic!("three stations")
    };
    assert_close(first.mean_in_system, second.mean_in_system, 1e-12);
    let held = first.mean_in_system + second.mean_in_system + thinking.mean_in_system;
    assert_close(held, 300.0, 1e-12);
    assert!(model.throughput() < 16.0 && 15.9 < model.throughput());
}

/// `M` equal stations: each request finds the others spread evenly.
#[test]
fn a_balanced_network_has_a_closed_form() {
    for (stations, clients) in [(1, 4), (5, 1), (6, 40), (3, 2_000)] {
        let model = Closed::new(clients, &vec![queue(1, 0.25); stations]).unwrap();
        let expected = f64::from(clients) / (0.25 * (f64::from(clients) + stations as f64 - 1.0));
        assert_close(model.throughput(), expected, 1e-12);
    }
}

#[test]
fn operational_bounds_hold_and_many_who_think_long_are_an_open_network() {
    let stations = [queue(1, 0.1), queue(1, 0.3), delay(5.0)];
    let model = Closed::new(20, &stations).unwrap();
    let bounds = operational::Closed::new(20, 5.0, &[0.1, 0.3]).unwrap();
    assert!(model.throughput() < bounds.throughput_upper());
    assert!(bounds.throughput_lower() < model.throughput());
    let crowd = Closed::new(20_000, &[queue(3, 1.0), delay(10_000.0)]).unwrap();
    let open = Mmc::new(3, crowd.throughput(), 1.0).unwrap();
    assert_close(crowd.stations()[0].mean_response, open.mean_response(), 2e-3);
}

#[test]
fn the_edges_are_one_client_no_wait_and_no_time() {
    let alone = Closed::new(1, &[queue(1, 0.5), queue(4, 1.5), delay(2.0)]).unwrap();
    assert_close(alone.mean_round(), 4.0, 1e-12);
    let free = Closed::new(50, &[delay(2.0), delay(3.0), queue(50, 5.0)]).unwrap();
    assert_close(free.throughput(), 5.0, 1e-12);
    assert_close(free.stations()[2].utilisation, 0.5, 1e-12);
    let unused = Closed::new(5, &[queue(1, 0.0), queue(1, 1.0)]).unwrap();
    assert_close(unused.throughput(), 1.0, 1e-12);
    assert!(unused.stations()[0].mean_in_system == 0.0);
    assert!(Closed::new(0, &[queue(1, 1.0)]).is_err() && Closed::new(1, &[]).is_err());
    assert!(Closed::new(1, &[queue(0, 1.0)]).is_err() && Closed::new(1, &[delay(f64::NAN)]).is_err());
    assert!(Closed::new(1, &[queue(1, 0.0)]).is_err());
}
