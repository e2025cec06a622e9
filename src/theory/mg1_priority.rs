//! M/G/1 with priorities: classes served before others, on one server.
//! Classes are given most important first; requests of one class are served in order of arrival.

use super::{TheoryError, ensure_arrival_rate, ensure_mean_service, ensure_scv, ensure_stable};

/// One class of requests.
#[derive(Clone, Copy, Debug)]
pub struct Class {
    /// Arrivals per second.
    pub arrival_rate: f64,
    /// Mean service time, in seconds.
    pub mean_service: f64,
    /// Squared coefficient of variation of service.
    pub scv: f64,
}

impl Class {
    pub(super) fn load(&self) -> f64 {
        self.arrival_rate * self.mean_service
    }
    /// Mean service still to do, seen at a random instant: `λ·E[S²]/2`.
    fn residual(&self) -> f64 {
        self.load() * self.mean_service * (1.0 + self.scv) / 2.0
    }
}

/// Returns the mean wait of each class where a service once begun is finished (non-preemptive, M/G/1).
///
/// # Formula
/// ```text
/// W_k = W_0 / ((1 − s_{k−1})·(1 − s_k)),    W_0 = Σ_i λ_i·E[S_i²]/2,    s_k = ρ_1 + … + ρ_k
/// ```
/// # Validity
/// Poisson arrivals, any service, one server, total load below 1; [`TheoryError::Unstable`] otherwise. The mean
/// response of a class adds its mean service.
///
/// # Source
/// Cobham, *Oper. Res.* 2(1), 1954.
pub fn nonpreemptive_waits(classes: &[Class]) -> Result<Vec<f64>, TheoryError> {
    check(classes)?;
    let residual: f64 = classes.iter().map(Class::residual).sum();
    Ok(levels(classes)
        .map(|(_, above, with)| residual / ((1.0 - above) * (1.0 - with)))
        .collect())
}

/// Returns the mean response time of each class where a more important request interrupts, and the interrupted
/// service later resumes where it stopped (preemptive-resume, M/G/1).
///
/// # Formula
/// ```text
/// R_k = E[S_k]/(1 − s_{k−1}) + Σ_{i≤k} λ_i·E[S_i²]/2 / ((1 − s_{k−1})·(1 − s_k))
/// ```
/// # Validity
/// As [`nonpreemptive_waits`].
///
/// # Source
/// Kleinrock, *Queueing Systems* II (1976), §3.4.
pub fn preemptive_responses(classes: &[Class]) -> Result<Vec<f64>, TheoryError> {
    check(classes)?;
    let mut residual = 0.0;
    let responses = levels(classes).map(|(class, above, with)| {
        residual += class.residual();
        class.mean_service / (1.0 - above) + residual / ((1.0 - above) * (1.0 - with))
    });
    Ok(responses.collect())
}

/// Each class with the load of the classes above it, and the load including its own.
fn levels(classes: &[Class]) -> impl Iterator<Item = (&Class, f64, f64)> {
    let mut with = 0.0;
    classes.iter().map(move |class| {
        let above = with;
        with += class.load();
        (class, above, with)
    })
}

pub(super) fn check(classes: &[Class]) -> Result<(), TheoryError> {
    for class in classes {
        ensure_arrival_rate(class.arrival_rate)?;
        ensure_mean_service(class.mean_service)?;
        ensure_scv(class.scv)?;
    }
    ensure_stable(classes.iter().map(Class::load).sum(), 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{mg1::Mg1, test_support::assert_close};

    const CLASSES: [Class; 3] = [
        Class {
            arrival_rate: 0.2,
            mean_service: 1.0,
            scv: 0.0,
        },
        Class {
            arrival_rate: 0.1,
            mean_service: 2.0,
            scv: 1.0,
        },
        Class {
            arrival_rate: 0.5,
            mean_service: 0.4,
            scv: 4.0,
        },
    ];

    /// Loads of 0.2 each, and 0.1 + 0.4 + 0.2 = 0.7 left of the service in progress, worked by hand.
    #[test]
    fn waits_match_exact_fractions_and_the_conservation_law() {
        let waits = nonpreemptive_waits(&CLASSES).unwrap();
        for (got, expected) in waits
            .iter()
            .zip([0.7 / 0.8, 0.7 / (0.8 * 0.6), 0.7 / (0.6 * 0.4)])
        {
            assert_close(*got, expected, 1e-14);
        }
        // Kleinrock's conservation law: no priority changes Σ ρ_k W_k.
        let kept: f64 = CLASSES
            .iter()
            .zip(&waits)
            .map(|(class, wait)| class.load() * wait)
            .sum();
        assert_close(kept, 0.6 * 0.7 / 0.4, 1e-14);
        let responses = preemptive_responses(&CLASSES).unwrap();
        let expected = [1.0 + 0.1 / 0.8, 2.0 / 0.8 + 0.5 / 0.48, 0.4 / 0.6 + 0.7 / 0.24];
        for (got, expected) in responses.iter().zip(expected) {
            assert_close(*got, expected, 1e-14);
        }
    }

    #[test]
    fn a_single_class_is_plain_fifo() {
        let one = [Class {
            arrival_rate: 0.7,
            mean_service: 1.0,
            scv: 2.0,
        }];
        let plain = Mg1::new(0.7, 1.0, 2.0).unwrap();
        assert_close(nonpreemptive_waits(&one).unwrap()[0], plain.mean_wait(), 1e-14);
        assert_close(
            preemptive_responses(&one).unwrap()[0],
            plain.mean_response(),
            1e-14,
        );
    }

    #[test]
    fn the_edges_are_no_load_and_full_load() {
        assert!(nonpreemptive_waits(&[]).unwrap().is_empty());
        let heavy = [
            CLASSES[0],
            Class {
                arrival_rate: 0.8,
                mean_service: 1.0,
                scv: 1.0,
            },
        ];
        assert!(matches!(
            nonpreemptive_waits(&heavy),
            Err(TheoryError::Unstable { .. })
        ));
        assert!(preemptive_responses(&heavy).is_err());
    }
}
