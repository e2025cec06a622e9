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
mod tests;
