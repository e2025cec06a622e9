//! Closed networks: a fixed number of requests goes round between stations for ever.

use crate::theory::{
    TheoryError, ensure,
    numeric::{poisson, root_within, unimodal},
};

/// One station of a closed network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Station {
    /// Equal servers with one queue.
    Queue {
        /// `c`, the servers.
        servers: u32,
        /// `D`, the service that one round needs here, in seconds: visits times mean service time.
        demand: f64,
    },
    /// A place where nobody waits: thinking, a network, more servers than requests.
    Delay {
        /// `Z`, the time that one round spends here, in seconds.
        demand: f64,
    },
}

/// What holds at one station.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// The mean number of requests there, waiting or in service.
    pub mean_in_system: f64,
    /// The mean time there in one round, all visits together, in seconds.
    pub mean_response: f64,
    /// The share of time each server works; for a delay the mean number there.
    pub utilisation: f64,
}

/// A closed network of one class of requests, by exact mean-value analysis.
///
/// # Formula
/// ```text
/// R_i(N) = D_i·(1 + Q_i(N − 1))                               one server
/// R_i(N) = Σ_{n=1..N} n·D_i/min(n, c_i)·p_i(n − 1 | N − 1)    c servers
/// R_i(N) = D_i                                                delay
/// X(N) = N / Σ R_i(N),    Q_i(N) = X(N)·R_i(N)
/// ```
/// The recursion for many servers subtracts what is nearly equal and fails (Reiser 1981), so the same numbers are worked
/// out in another way: the closed network is an open one, with throughput `α` at each station, given that it holds
/// exactly `N`. With `α` such that it holds `N` on average, all probabilities are of a size that floats can hold:
/// ```text
/// G(n) = (f_1 * … * f_M)(n),    X(N) = α·G(N − 1)/G(N),    Q_i = Σ_j j·f_i(j)·G_without_i(N − j) / G(N)
/// ```
/// with `f_i` the distribution of M/M/c or M/G/∞ with load `α·D_i`. All terms are positive.
///
/// # Validity
/// One class; routing by chance; exponential service where a queue is first come, first served; a delay may have any
/// distribution, and so may a queue that is shared evenly. Relative error below 1e-12. Takes time in proportion to
/// the requests, the stations and the servers of each.
///
/// # Source
/// Reiser and Lavenberg, *J. ACM* 27(2), 1980. Product form: Gordon and Newell, *Operations Research* 15(2), 1967;
/// convolution: Buzen, *Comm. ACM* 16(9), 1973; the trouble with many servers: Reiser, *Performance Evaluation* 1, 1981.
#[derive(Clone, Debug)]
pub struct Closed {
    clients: f64,
    throughput: f64,
    loads: Vec<Load>,
}

impl Closed {
    /// Makes the model from the number of requests that go round, and the stations.
    pub fn new(clients: u32, stations: &[Station]) -> Result<Self, TheoryError> {
        ensure(0 < clients, "a closed network needs a client")?;
        check(stations)?;
        let most = clients as usize;
        let tilt = tilt(f64::from(clients), stations);
        let weights: Vec<Weights> = stations
            .iter()
            .map(|station| Weights::of(station, tilt, most))
            .collect();
        // What all stations before each one hold together, and then, from the other end, all behind it.
        let mut before = vec![unit(most)];
        for weight in &weights {
            before.push(weight.spread(&before[before.len() - 1]).0);
        }
        let all = &before[stations.len()];
        let throughput = tilt * all[most - 1] / all[most];
        let (mut behind, mut loads) = (unit(most), Vec::with_capacity(stations.len()));
        for (index, (station, weight)) in stations.iter().zip(&weights).enumerate().rev() {
            let weighted = weight.spread(&before[index]).1;
            let terms = weighted.iter().zip(behind.iter().rev());
            let mean = terms.map(|(a, b)| a * b).sum::<f64>() / all[most];
            loads.push(load(station, throughput, mean));
            behind = weight.spread(&behind).0;
        }
        loads.reverse();
        Ok(Self {
            clients: f64::from(clients),
            throughput,
            loads,
        })
    }
    /// Returns the rounds per second of all requests together.
    pub fn throughput(&self) -> f64 {
        self.throughput
    }
    /// Returns the mean time of one round, delays included, in seconds.
    pub fn mean_round(&self) -> f64 {
        self.clients / self.throughput
    }
    /// Returns what holds at each station.
    pub fn stations(&self) -> &[Load] {
        &self.loads
    }
}

fn check(stations: &[Station]) -> Result<(), TheoryError> {
    let mut total = 0.0;
    for station in stations {
        let demand = match *station {
            Station::Queue { servers, demand } => {
                ensure(0 < servers, "there is no server")?;
                demand
            }
            Station::Delay { demand } => demand,
        };
        ensure(
            demand.is_finite() && 0.0 <= demand,
            "a demand is negative or not finite",
        )?;
        total += demand;
    }
    ensure(0.0 < total, "a round takes no time")
}

fn load(station: &Station, throughput: f64, mean_in_system: f64) -> Load {
    let (demand, servers) = match *station {
        Station::Queue { servers, demand } => (demand, f64::from(servers)),
        Station::Delay { demand } => (demand, 1.0),
    };
    Load {
        mean_in_system,
        mean_response: mean_in_system / throughput,
        utilisation: throughput * demand / servers,
    }
}

/// Returns the throughput at which the open network would hold about so many requests.
fn tilt(clients: f64, stations: &[Station]) -> f64 {
    // A queue of many servers holds little more than its load until it is nearly full: one server that is as fast as all
    // of them together, behind that load, is near enough. Any tilt gives the same answer while floats can hold the terms.
    let held = |rate: f64| -> f64 {
        let number = |station: &Station| match *station {
            Station::Queue { servers, demand } => {
                let busy = rate * demand / f64::from(servers);
                let queue = if busy < 1.0 {
                    busy / (1.0 - busy)
                } else {
                    f64::INFINITY
                };
                rate * demand + queue - busy
            }
            Station::Delay { demand } => rate * demand,
        };
        stations.iter().map(number).sum()
    };
    let full = stations.iter().filter_map(|station| match *station {
        Station::Queue { servers, demand } => Some(f64::from(servers) / demand),
        Station::Delay { .. } => None,
    });
    let round: f64 = stations
        .iter()
        .map(|station| match *station {
            Station::Queue { demand, .. } | Station::Delay { demand } => demand,
        })
        .sum();
    // No more than all can do that never wait, and than the bottleneck can.
    let most = full.fold(clients / round, f64::min);
    root_within(0.0, most, 1e-9, |rate| clients - held(rate))
}

/// The distribution that holds nothing.
fn unit(most: usize) -> Vec<f64> {
    let mut unit = vec![0.0; most + 1];
    unit[0] = 1.0;
    unit
}

/// How likely a station holds so many, up to a factor.
struct Weights {
    /// From `first` on.
    first: usize,
    listed: Vec<f64>,
    /// By this they fall after the last that is listed.
    ratio: f64,
}

impl Weights {
    fn of(station: &Station, rate: f64, most: usize) -> Self {
        let (load, servers) = match *station {
            Station::Queue { servers, demand } => (rate * demand, servers as usize),
            Station::Delay { demand } => (rate * demand, usize::MAX),
        };
        if load == 0.0 {
            let (first, listed, ratio) = (0, vec![1.0], 0.0);
            return Self { first, listed, ratio };
        }
        if most < servers {
            let (first, mut listed) = poisson(load);
            listed.truncate((most + 1).saturating_sub(first).max(1));
            return Self {
                first,
                listed,
                ratio: 0.0,
            };
        }
        // One entry for each number of busy servers; after them the weights fall geometrically. Where the list ends before
        // the last server, its end is too small to matter, and so is what follows.
        let mode = (load as usize).min(servers);
        let (first, listed) = unimodal(mode, servers, |n| load / n as f64);
        let ratio = load / servers as f64;
        Self { first, listed, ratio }
    }

    /// Returns the convolution of `before` with the weights `f(j)`, and with `j·f(j)`.
    fn spread(&self, before: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let (mut plain, mut weighted) = (vec![0.0; before.len()], vec![0.0; before.len()]);
        for (j, weight) in (self.first..).zip(&self.listed) {
            for (n, p) in before.iter().enumerate() {
                if before.len() <= n + j {
                    break;
                }
                plain[n + j] += weight * p;
                weighted[n + j] += j as f64 * weight * p;
            }
        }
        // What comes behind the list: Σ_{i ≥ 1} f(last)·r^i·before(n − last − i), with and without its j.
        let last = self.first + self.listed.len() - 1;
        let (mut tail, mut tail_weighted) = (0.0, 0.0);
        for n in last + 1..before.len() {
            let enters = self.listed[last - self.first] * before[n - last - 1];
            (tail, tail_weighted) = (
                self.ratio * (tail + enters),
                self.ratio * (tail_weighted + tail + (last + 1) as f64 * enters),
            );
            plain[n] += tail;
            weighted[n] += tail_weighted;
        }
        (plain, weighted)
    }
}

#[cfg(test)]
mod tests;
