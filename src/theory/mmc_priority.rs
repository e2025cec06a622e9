//! M/M/c with priorities: classes served before others, on several equal servers.
//! Classes are given most important first; requests of one class are served in order of arrival.

use num_complex::Complex64;

use super::{
    TheoryError, ensure, ensure_arrival_rate, ensure_service_rate, ensure_stable, inversion,
    mg1_priority::Class,
    mg1_priority_times::{Place, Services},
    mmc,
    mmc::Mmc,
};

/// Returns the mean wait of each class on several servers without preemption, from the classes' arrival rates.
///
/// # Formula
/// ```text
/// W_k = C/(cμ) / ((1 − s_{k−1})·(1 − s_k)),    s_k = (λ_1 + … + λ_k)/(cμ),    C = Erlang C of the total load
/// ```
/// # Validity
/// Poisson arrivals, exponential service with the same rate `μ` for all classes, `c` equal servers.
///
/// # Source
/// Cobham (1954); Kella and Yechiali, *Naval Research Logistics* 32 (1985).
pub fn nonpreemptive_waits(
    servers: u32,
    arrival_rates: &[f64],
    service_rate: f64,
) -> Result<Vec<f64>, TheoryError> {
    let full_rate = check(servers, arrival_rates, service_rate)?;
    let total: f64 = arrival_rates.iter().sum();
    let base = mmc::prob_wait(servers, total / service_rate)? / full_rate;
    let mut with = 0.0;
    let waits = arrival_rates.iter().map(|rate| {
        let above = with;
        with += rate / full_rate;
        base / ((1.0 - above) * (1.0 - with))
    });
    Ok(waits.collect())
}

/// How the times of one class are distributed on several servers without preemption.
///
/// # Formula
/// ```text
/// P(wait > t) = C/ρ·P(wait at one server of rate cμ > t),    C = Erlang C of the total load, ρ = its share of cμ
/// ```
/// While all servers are busy they work off the queue like one server that is `c` times as fast, so that those who wait at
/// all wait as they would there; see [`Place`].
///
/// # Validity
/// As [`nonpreemptive_waits`]; FIFO within the class. Tails invert the transform: see [`inversion::tail`].
///
/// # Source
/// Davis, *Oper. Res.* 14(1), 1966; Kella and Yechiali, *Naval Research Logistics* 32 (1985).
#[derive(Clone, Copy, Debug)]
pub struct ClassTimes {
    at_one: Place,
    full_rate: f64,
    service_rate: f64,
    /// `C/ρ`.
    share: f64,
}

impl ClassTimes {
    /// Makes the model of class `at` from the servers, the classes' arrival rates and the service rate of one server.
    pub fn nonpreemptive(
        servers: u32,
        arrival_rates: &[f64],
        service_rate: f64,
        at: usize,
    ) -> Result<Self, TheoryError> {
        let full_rate = check(servers, arrival_rates, service_rate)?;
        let class = |&arrival_rate: &f64| Class {
            arrival_rate,
            mean_service: full_rate.recip(),
            scv: 1.0,
        };
        let classes: Vec<Class> = arrival_rates.iter().map(class).collect();
        let load = arrival_rates.iter().sum::<f64>() / service_rate;
        let busy = mmc::prob_wait(servers, load)?;
        Ok(Self {
            at_one: Place::nonpreemptive(&classes, at)?,
            full_rate,
            service_rate,
            share: if busy == 0.0 {
                0.0
            } else {
                busy * f64::from(servers) / load
            },
        })
    }
    /// Returns P(wait > t).
    pub fn wait_tail(&self, t: f64) -> f64 {
        if t < 0.0 {
            return 1.0;
        }
        self.at_fast_server(|services| self.share * self.at_one.wait_tail(t, services))
    }
    /// Returns P(response > t).
    pub fn response_tail(&self, t: f64) -> f64 {
        if t <= 0.0 {
            return 1.0;
        }
        let wait = |s| self.at_fast_server(|services| self.at_one.wait_transform(s, services));
        inversion::tail(t, |s| {
            (1.0 - self.share * (1.0 - wait(s))) * self.service_rate / (self.service_rate + s)
        })
    }
    fn at_fast_server<T>(&self, of: impl FnOnce(&Services<'_>) -> T) -> T {
        let service = |s: Complex64| self.full_rate / (self.full_rate + s);
        of(&Services {
            above: &service,
            own: &service,
            below: &service,
            one: &service,
        })
    }
}

/// Returns the mean response time of each class on several servers with preemption (and resumption).
///
/// # Formula
/// ```text
/// R_k = (L(λ_1 + … + λ_k) − L(λ_1 + … + λ_{k−1})) / λ_k,    L = mean number in M/M/c
/// ```
/// The classes down to `k` never notice the rest, and together they are an M/M/c.
///
/// # Validity
/// Poisson arrivals, exponential service with the same rate for all classes, every class with a positive rate.
///
/// # Source
/// Buzen and Bondi, *Oper. Res.* 31(3), 1983.
pub fn preemptive_responses(
    servers: u32,
    arrival_rates: &[f64],
    service_rate: f64,
) -> Result<Vec<f64>, TheoryError> {
    check(servers, arrival_rates, service_rate)?;
    ensure(
        arrival_rates.iter().all(|&rate| 0.0 < rate),
        "a class has no arrivals",
    )?;
    let (mut rate_so_far, mut in_system) = (0.0, 0.0);
    let response = |rate: &f64| {
        rate_so_far += rate;
        let before = std::mem::replace(
            &mut in_system,
            Mmc::new(servers, rate_so_far, service_rate)?.mean_in_system(),
        );
        Ok((in_system - before) / rate)
    };
    arrival_rates.iter().map(response).collect()
}

/// Returns the rate of all servers together.
fn check(servers: u32, arrival_rates: &[f64], service_rate: f64) -> Result<f64, TheoryError> {
    ensure(0 < servers, "there is no server")?;
    ensure_service_rate(service_rate)?;
    for &rate in arrival_rates {
        ensure_arrival_rate(rate)?;
    }
    let load = arrival_rates.iter().sum::<f64>() / service_rate;
    ensure_stable(load, f64::from(servers))?;
    Ok(f64::from(servers) * service_rate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{
        mg1_priority,
        numeric::integral,
        test_support::{assert_close, stationary},
    };

    #[test]
    fn one_class_is_mmc_and_one_server_is_cobham() {
        let several = Mmc::new(3, 2.0, 1.0).unwrap();
        assert_close(
            nonpreemptive_waits(3, &[2.0], 1.0).unwrap()[0],
            several.mean_wait(),
            1e-14,
        );
        assert_close(
            preemptive_responses(3, &[2.0], 1.0).unwrap()[0],
            several.mean_response(),
            1e-14,
        );
        let class = |arrival_rate| Class {
            arrival_rate,
            mean_service: 0.5,
            scv: 1.0,
        };
        let (classes, rates) = ([class(0.4), class(0.5), class(0.6)], [0.4, 0.5, 0.6]);
        let pairs = [
            (
                nonpreemptive_waits(1, &rates, 2.0),
                mg1_priority::nonpreemptive_waits(&classes),
            ),
            (
                preemptive_responses(1, &rates, 2.0),
                mg1_priority::preemptive_responses(&classes),
            ),
        ];
        for (several, one) in pairs {
            for (got, expected) in several.unwrap().iter().zip(one.unwrap()) {
                assert_close(*got, expected, 1e-13);
            }
        }
    }

    /// Two classes and two servers as a chain: with preemption over the numbers present, without over
    /// the numbers waiting while all servers are busy.
    #[test]
    fn several_servers_match_brute_force_chains() {
        let (c, rates, room) = (2_usize, [0.3, 0.5], 24);
        let at = |high: usize, low: usize| high * room + low;
        let all = || (0..room).flat_map(|high| (0..room).map(move |low| (high, low)));
        let preemptive = all().flat_map(|(high, low)| {
            let working_high = high.min(c);
            let working_low = low.min(c - working_high);
            [
                (high + 1 < room, at(high + 1, low), rates[0]),
                (low + 1 < room, at(high, low + 1), rates[1]),
                (
                    0 < working_high,
                    at(high.saturating_sub(1), low),
                    working_high as f64,
                ),
                (
                    0 < working_low,
                    at(high, low.saturating_sub(1)),
                    working_low as f64,
                ),
            ]
            .into_iter()
            .filter(|&(possible, ..)| possible)
            .map(move |(_, to, rate)| (at(high, low), to, rate))
        });
        let states = stationary(room * room, preemptive);
        let mean = |count: &dyn Fn(usize, usize) -> usize| -> f64 {
            all()
                .map(|(high, low)| states[at(high, low)] * count(high, low) as f64)
                .sum()
        };
        let responses = preemptive_responses(2, &rates, 1.0).unwrap();
        assert_close(responses[0], mean(&|high, _| high) / rates[0], 1e-6);
        assert_close(responses[1], mean(&|_, low| low) / rates[1], 1e-6);

        // Without preemption: the state while all are busy is who waits; the wait law given "busy" is
        // a chain by itself, entered and left at (0, 0).
        let waiting = all().flat_map(|(high, low)| {
            let next = if 0 < high {
                Some(at(high - 1, low))
            } else {
                low.checked_sub(1).map(|l| at(0, l))
            };
            [
                (high + 1 < room).then(|| (at(high + 1, low), rates[0])),
                (low + 1 < room).then(|| (at(high, low + 1), rates[1])),
                next.map(|to| (to, c as f64)),
            ]
            .into_iter()
            .flatten()
            .map(move |(to, rate)| (at(high, low), to, rate))
        });
        let busy = mmc::prob_wait(2, 0.8).unwrap();
        let states = stationary(room * room, waiting);
        let mean = |count: &dyn Fn(usize, usize) -> usize| -> f64 {
            all()
                .map(|(high, low)| states[at(high, low)] * count(high, low) as f64)
                .sum()
        };
        let waits = nonpreemptive_waits(2, &rates, 1.0).unwrap();
        assert_close(waits[0], busy * mean(&|high, _| high) / rates[0], 1e-6);
        assert_close(waits[1], busy * mean(&|_, low| low) / rates[1], 1e-6);
    }

    #[test]
    fn the_times_of_classes_have_the_means_of_classes() {
        let rates = [0.9, 0.0, 0.8, 0.7];
        let waits = nonpreemptive_waits(3, &rates, 1.0).unwrap();
        for (at, mean) in waits.into_iter().enumerate() {
            let model = ClassTimes::nonpreemptive(3, &rates, 1.0, at).unwrap();
            let area = |tail: &dyn Fn(f64) -> f64| -> f64 {
                let ends = [0.0, 0.5, 2.0, 8.0, 32.0, 128.0];
                ends.windows(2).map(|ends| integral(ends[0], ends[1], tail)).sum()
            };
            assert_close(area(&|t| model.wait_tail(t)), mean, 1e-6);
            assert_close(area(&|t| model.response_tail(t)), mean + 1.0, 1e-6);
        }
    }

    /// The first class waits exponentially, if at all; and a single class is M/M/c.
    #[test]
    fn the_times_of_the_first_class_and_of_a_single_one_have_closed_forms() {
        let first = ClassTimes::nonpreemptive(3, &[0.9, 1.5], 1.0, 0).unwrap();
        let busy = mmc::prob_wait(3, 2.4).unwrap();
        let (single, plain) = (
            ClassTimes::nonpreemptive(3, &[2.4], 1.0, 0).unwrap(),
            Mmc::new(3, 2.4, 1.0).unwrap(),
        );
        for t in [0.0, 0.1, 1.0, 5.0_f64] {
            assert!(
                (first.wait_tail(t) - busy * (-2.1 * t).exp()).abs() < 1e-8,
                "t = {t}"
            );
            assert!((single.wait_tail(t) - plain.wait_tail(t)).abs() < 1e-8, "t = {t}");
            assert!(
                (single.response_tail(t) - plain.response_tail(t)).abs() < 1e-8,
                "t = {t}"
            );
        }
        assert_eq!(first.wait_tail(-0.1), 1.0);
        let idle = ClassTimes::nonpreemptive(3, &[0.0, 0.0], 1.0, 1).unwrap();
        assert_eq!((idle.wait_tail(0.0), idle.wait_tail(1.0)), (0.0, 0.0));
        assert!((idle.response_tail(2.0) - (-2.0_f64).exp()).abs() < 1e-8);
        assert!(ClassTimes::nonpreemptive(3, &[1.0, 2.0], 1.0, 0).is_err());
    }

    #[test]
    fn the_edges_are_no_classes_an_empty_class_and_full_load() {
        assert!(nonpreemptive_waits(2, &[], 1.0).unwrap().is_empty());
        assert!(preemptive_responses(2, &[0.0, 1.0], 1.0).is_err());
        assert!(nonpreemptive_waits(0, &[1.0], 1.0).is_err());
        assert!(matches!(
            nonpreemptive_waits(2, &[1.0, 1.0], 1.0),
            Err(TheoryError::Unstable { .. })
        ));
        assert!(preemptive_responses(2, &[1.0, 1.0], 1.0).is_err());
    }
}
