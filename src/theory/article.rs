//! Rules of thumb that articles on enterprise deployment print, kept under their own names beside theory.
//!
//! They are shown on request only, because people do meet them and ought to see how far off they are. None is a
//! result of queueing theory, several mix quantities that cannot be added, and [`PRINTED`] holds the results
//! given with them for [`CASE`], some of which do not follow from the rules themselves.
//! Everything is computed as written: a negative "reliability" is what the rule yields, not a mistake here.

/// The numbers of a worked case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    /// `λ`, arrivals per second.
    pub arrival_rate: f64,
    /// `μ`, requests served per second.
    pub service_rate: f64,
    /// `N`, shards or nodes.
    pub nodes: f64,
    /// `d`, the detection delay, in seconds.
    pub detection_delay: f64,
    /// `v`, the "failover speed", in no stated unit.
    pub failover_speed: f64,
    /// `c`, the "capacity", in no stated unit; mostly read as a number of servers.
    pub capacity: f64,
    /// `t`, the copying time, in seconds.
    pub copying_time: f64,
}

/// The worked case that comes with the rules.
pub const CASE: Case = Case {
    arrival_rate: 100.0,
    service_rate: 200.0,
    nodes: 10.0,
    detection_delay: 1.0,
    failover_speed: 2.0,
    capacity: 10.0,
    copying_time: 1.0,
};

/// The eight factors whose product is printed as the support effect of the case.
pub const SUPPORT_FACTORS: [f64; 8] = [0.2, 0.8, 0.7, 0.9, 0.6, 0.4, 0.9, 0.8];

/// What the rules give for a case, or what is printed in their place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Results {
    /// See [`response_time`].
    pub response_time: f64,
    /// See [`throughput`].
    pub throughput: f64,
    /// See [`storage_speed`].
    pub storage_speed: f64,
    /// See [`reliability`].
    pub reliability: f64,
    /// See [`failover_time`].
    pub failover_time: f64,
    /// See [`recovery_rate`].
    pub recovery_rate: f64,
    /// See [`support_effect`].
    pub support_effect: f64,
}

/// What is printed for [`CASE`].
pub const PRINTED: Results = Results {
    response_time: 3.2,
    throughput: 10.0,
    storage_speed: 0.316,
    reliability: 0.95,
    failover_time: 0.65,
    recovery_rate: 2.01,
    support_effect: 0.93,
};

/// Returns what the rules themselves give for a case, with [`SUPPORT_FACTORS`] for the support effect.
pub fn results(case: &Case) -> Results {
    Results {
        response_time: response_time(case),
        throughput: throughput(case),
        storage_speed: storage_speed(case),
        reliability: reliability(case),
        failover_time: failover_time(case),
        recovery_rate: recovery_rate(case),
        support_effect: support_effect(&[&SUPPORT_FACTORS]),
    }
}

/// Returns the rule's "response time": `R = 1/λ + μ/λ + μ/c`.
///
/// It has no unit: the first term is in seconds, the second is a pure number, the third a rate per server. It
/// grows with the speed of service and falls with the load, the wrong way round both times.
pub fn response_time(case: &Case) -> f64 {
    case.arrival_rate.recip() + case.service_rate / case.arrival_rate + case.service_rate / case.capacity
}

/// Returns the rule's "throughput": `T = λ·c / (c + ρ)`, `ρ = λ/μ`, per second.
///
/// The unit is right, but a stable system's throughput is its arrival rate `λ`: flow balance. The rule loses
/// requests at every load.
pub fn throughput(case: &Case) -> f64 {
    let load = case.arrival_rate / case.service_rate;
    case.arrival_rate * case.capacity / (case.capacity + load)
}

/// Returns the rule's "storage access speed": `S = 1/√N`.
///
/// A pure number called a speed; it falls as shards are added.
pub fn storage_speed(case: &Case) -> f64 {
    case.nodes.sqrt().recip()
}

/// Returns the rule's "data reliability": `R = 1 − λ²t²/(2N)`.
///
/// Meant as a probability, but far below 0 for the case, as `λ` there is a rate of requests: it could only pass for
/// a small `λ·t` of failures.
pub fn reliability(case: &Case) -> f64 {
    1.0 - (case.arrival_rate * case.copying_time).powi(2) / (2.0 * case.nodes)
}

/// Returns the rule's "failover time": `T_f = d/v + c/λ`.
///
/// Seconds if `v` is a pure number and `c` a number of requests. Nothing that a server does when it fails depends on
/// the arrival rate in this way.
pub fn failover_time(case: &Case) -> f64 {
    case.detection_delay / case.failover_speed + case.capacity / case.arrival_rate
}

/// Returns the rule's "recovery rate": `R_r = 1/λ + μ/λ`.
///
/// Called a rate, but its first term is in seconds and its second a pure number; no failure or repair enters it.
pub fn recovery_rate(case: &Case) -> f64 {
    case.arrival_rate.recip() + case.service_rate / case.arrival_rate
}

/// Returns the rule's "support effect": `E = Σ w_i·F_i·E_i·D_i·V_i`, a sum over areas of the product of the
/// factors of each.
///
/// A pure number; with weights that sum to 1 and factors below 1 it is below the smallest factor of its best area.
pub fn support_effect(areas: &[&[f64]]) -> f64 {
    areas.iter().map(|factors| factors.iter().product::<f64>()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{mmc::Mmc, test_support::assert_close};

    #[test]
    fn the_rules_give_these_values_for_the_case() {
        let got = results(&CASE);
        let cases = [
            (got.response_time, 22.01),
            (got.throughput, 1_000.0 / 10.5),
            (got.storage_speed, 0.1_f64.sqrt()),
            (got.reliability, -499.0),
            (got.failover_time, 0.6),
            (got.recovery_rate, 2.01),
            (got.support_effect, 0.017_418_24),
        ];
        for (got, expected) in cases {
            assert_close(got, expected, 1e-12);
        }
    }

    /// Two of the seven printed values follow from the rules, to the figures printed.
    #[test]
    fn most_printed_values_do_not_follow_from_the_rules() {
        let got = results(&CASE);
        let follows = |printed: f64, got: f64| (printed - got).abs() < 0.005;
        assert!(follows(PRINTED.storage_speed, got.storage_speed));
        assert!(follows(PRINTED.recovery_rate, got.recovery_rate));
        assert!(!follows(PRINTED.response_time, got.response_time));
        assert!(!follows(PRINTED.throughput, got.throughput));
        assert!(!follows(PRINTED.reliability, got.reliability));
        assert!(!follows(PRINTED.failover_time, got.failover_time));
        assert!(!follows(PRINTED.support_effect, got.support_effect));
    }

    /// Read the one way that makes sense, ten servers of rate 200 under 100 requests a second.
    #[test]
    fn queueing_theory_answers_in_milliseconds_where_the_rule_says_twenty_two() {
        let theory = Mmc::new(10, CASE.arrival_rate, CASE.service_rate).unwrap();
        assert_close(theory.mean_response(), 0.005, 1e-6);
        // Double the load and theory's response grows, while the rule's falls.
        let busier = Case {
            arrival_rate: 1_900.0,
            ..CASE
        };
        assert!(theory.mean_response() < Mmc::new(10, 1_900.0, 200.0).unwrap().mean_response());
        assert!(response_time(&busier) < response_time(&CASE));
    }

    #[test]
    fn the_edges_are_endless_capacity_and_no_areas() {
        let endless = Case {
            capacity: f64::INFINITY,
            ..CASE
        };
        assert_close(response_time(&endless), recovery_rate(&endless), 1e-15);
        assert_close(
            reliability(&Case {
                copying_time: 0.0,
                ..CASE
            }),
            1.0,
            0.0,
        );
        assert!(support_effect(&[]) == 0.0);
    }
}
