//! Open networks: requests come from outside, go from station to station by chance, and leave.

use crate::theory::{TheoryError, ensure, mmc::Mmc};

/// What a row of the routing matrix may miss of 1 by rounding alone.
const ROUNDING: f64 = 1e-12;

/// One station of an open network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Station {
    /// `c`, equal servers.
    pub servers: u32,
    /// `μ`, requests per second that one of them serves.
    pub service_rate: f64,
    /// `γ`, requests per second that come here first.
    pub external_rate: f64,
}

/// The station that fills up first as everything from outside grows in proportion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Saturation {
    /// Its index.
    pub station: usize,
    /// The requests per second from outside, all stations together, at which it is full.
    pub external_rate: f64,
}

/// Returns how many requests per second come to each station, from inside and outside.
///
/// # Formula
/// ```text
/// λ_j = γ_j + Σ_i λ_i·p_ij
/// ```
/// - `external`: `γ`, requests per second from outside, by station
/// - `routing`: `p_ij`, the probability that a request served at `i` goes to `j` next; what a row misses of 1 leaves
///
/// # Validity
/// Any network in which every request leaves in the end; flows need no further assumption. The equations are solved by
/// taking out one station after another, without a subtraction (as Grassmann, Taksar and Heyman, *Operations Research*
/// 33(5), 1985, do for chains), so that rare paths keep their figures. A row may sum to 1 only up to rounding.
///
/// # Source
/// Jackson, *Operations Research* 5(4), 1957.
pub fn traffic(external: &[f64], routing: &[Vec<f64>]) -> Result<Vec<f64>, TheoryError> {
    let n = external.len();
    ensure(0 < n, "there is no station")?;
    ensure(
        routing.len() == n && routing.iter().all(|row| row.len() == n),
        "the routing matrix has not a row and a column for each station",
    )?;
    let rate = |rate: &f64| rate.is_finite() && 0.0 <= *rate;
    ensure(
        external.iter().all(rate),
        "an external rate is negative or not finite",
    )?;
    ensure(
        routing.iter().flatten().all(rate),
        "a routing probability is negative or not finite",
    )?;
    let (mut next, mut flow) = (routing.to_vec(), external.to_vec());
    let mut leaves = Vec::with_capacity(n);
    for row in routing {
        let rest = 1.0 - row.iter().sum::<f64>();
        ensure(
            -ROUNDING <= rest,
            "the routing probabilities of a station sum to more than 1",
        )?;
        leaves.push(if rest < ROUNDING { 0.0 } else { rest });
    }
    // Take out the last station: what went there goes on to where it leads.
    for last in (0..n).rev() {
        let onward = leaves[last] + next[last][..last].iter().sum::<f64>();
        ensure(0.0 < onward, "some requests would never leave the network")?;
        let (before, rest) = next.split_at_mut(last);
        let row = &rest[0];
        let again = onward.recip();
        for (station, upper) in before.iter_mut().enumerate() {
            upper[last] *= again;
            let into = upper[last];
            for (p, onward) in upper[..last].iter_mut().zip(row) {
                *p += into * onward;
            }
            leaves[station] += into * leaves[last];
        }
        flow[last] *= again;
        let from_outside = flow[last];
        for (rate, onward) in flow[..last].iter_mut().zip(row) {
            *rate += from_outside * onward;
        }
    }
    // Each flow holds what comes without the stations before it; now they are known one by one.
    for station in 1..n {
        let (before, rest) = flow.split_at_mut(station);
        let terms = before.iter().zip(&next);
        rest[0] += terms.map(|(rate, row)| rate * row[station]).sum::<f64>();
    }
    Ok(flow)
}

/// Returns which station is full first, also of a network that is overloaded already.
///
/// # Formula
/// ```text
/// the i with the least c_i·μ_i / λ_i;    Λ* = Σγ · c_i·μ_i / λ_i
/// ```
/// # Validity
/// As [`traffic`]; the shares of the stations in what comes from outside stay as they are.
///
/// # Source
/// The bottleneck of operational analysis: Denning and Buzen, *ACM Computing Surveys* 10(3), 1978.
pub fn saturation(stations: &[Station], routing: &[Vec<f64>]) -> Result<Saturation, TheoryError> {
    let external = external_rates(stations)?;
    let total: f64 = external.iter().sum();
    let capacity = |station: &Station| f64::from(station.servers) * station.service_rate;
    let rates = traffic(&external, routing)?;
    let growth = stations
        .iter()
        .zip(&rates)
        .map(|(station, rate)| capacity(station) / rate);
    let first = growth
        .enumerate()
        .min_by(|(_, a), (_, b)| a.total_cmp(b))
        .map(|(station, growth)| Saturation {
            station,
            external_rate: growth * total,
        });
    first.ok_or(TheoryError::Domain("there is no station"))
}

fn external_rates(stations: &[Station]) -> Result<Vec<f64>, TheoryError> {
    let rate = |rate: f64| rate.is_finite() && 0.0 < rate;
    ensure(
        stations
            .iter()
            .all(|station| 0 < station.servers && rate(station.service_rate)),
        "a station has no server or no positive service rate",
    )?;
    let external: Vec<f64> = stations.iter().map(|station| station.external_rate).collect();
    ensure(
        stations.is_empty() || rate(external.iter().sum()),
        "nothing comes from outside",
    )?;
    Ok(external)
}

/// An open network of queues in its steady state.
///
/// # Formula
/// ```text
/// P(n_1, …, n_M) = Π_i P(M/M/c_i with rate λ_i holds n_i),    N = Σ N_i,    R = N / Σγ_i
/// ```
/// # Validity
/// Poisson arrivals from outside, exponential service, drawn anew at each visit, FIFO, routing by chance whatever
/// happened before, room for all. The numbers at the stations at one instant are independent, and means hold station by
/// station; the times of one request at them are not independent in general. See [`traffic`] for the flows and
/// [`Mmc`] for the figures of one station.
///
/// # Source
/// Jackson, *Operations Research* 5(4), 1957, and *Management Science* 10(1), 1963.
#[derive(Clone, Debug)]
pub struct Jackson {
    stations: Vec<Mmc>,
    rates: Vec<f64>,
    external_rate: f64,
}

impl Jackson {
    /// Makes the model from the stations and the routing matrix; see [`traffic`].
    pub fn new(stations: &[Station], routing: &[Vec<f64>]) -> Result<Self, TheoryError> {
        let external = external_rates(stations)?;
        let rates = traffic(&external, routing)?;
        let model =
            |(station, &rate): (&Station, &f64)| Mmc::new(station.servers, rate, station.service_rate);
        let models: Result<Vec<Mmc>, TheoryError> = stations.iter().zip(&rates).map(model).collect();
        Ok(Self {
            stations: models?,
            rates,
            external_rate: external.iter().sum(),
        })
    }
    /// Returns each station as it would be by itself.
    pub fn stations(&self) -> &[Mmc] {
        &self.stations
    }
    /// Returns how often a request comes to each station on its way, on average: `λ_i / Σγ`.
    pub fn visits(&self) -> Vec<f64> {
        self.rates.iter().map(|rate| rate / self.external_rate).collect()
    }
    /// Returns the mean number of requests in the network.
    pub fn mean_in_system(&self) -> f64 {
        self.stations.iter().map(Mmc::mean_in_system).sum()
    }
    /// Returns the mean time from entering the network to leaving it, in seconds.
    pub fn mean_response(&self) -> f64 {
        self.mean_in_system() / self.external_rate
    }
    /// Returns the part of it spent waiting, at all stations together.
    pub fn mean_wait(&self) -> f64 {
        self.stations.iter().map(Mmc::mean_queue).sum::<f64>() / self.external_rate
    }
}

#[cfg(test)]
mod tests {
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
}
