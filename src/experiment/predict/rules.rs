//! Rules of thumb from articles, on request beside theory and measurement.
//!
//! They hold for nothing in particular, so they are matched to no shape: any workload with a steady rate that has a
//! service of equal servers to itself will do, with one slot each, because the rules know of no others.

use super::station::Station;
use crate::{
    experiment::{
        campaign::sender_name,
        results::{Measure, Prediction},
    },
    scenario::Scenario,
    theory::{
        article::{self, CASE, Case, PRINTED},
        catalogue::{self, Formula},
    },
};

/// Puts the rules' values behind those of theory, and for the worked case also what is printed there.
pub(super) fn annotate(scenario: &Scenario, measures: &mut [Measure]) {
    for service in 0..scenario.deployment.services.len() {
        let station = Station::new(&scenario.deployment, service, 1.0);
        let Some(case) = case(&station).filter(|_| !station.is_in_graph()) else {
            continue;
        };
        let of = sender_name(&station.streams[0].sender);
        let mut add = |name: &str, formula: &'static Formula, value: f64| {
            let mut found = measures
                .iter_mut()
                .filter(|measure| measure.of == of && measure.name == name);
            if let Some(measure) = found.next() {
                let leaves_out = (name == "response.mean")
                    .then(|| "its unit: it has none, and is shown as if in seconds".to_owned());
                measure.theory.push(Prediction {
                    formula,
                    value,
                    leaves_out,
                });
            }
        };
        add(
            "response.mean",
            &catalogue::ARTICLE_RESPONSE,
            article::response_time(&case),
        );
        add(
            "throughput",
            &catalogue::ARTICLE_THROUGHPUT,
            article::throughput(&case),
        );
        if is_the_worked_case(&case) {
            add(
                "response.mean",
                &catalogue::ARTICLE_RESPONSE_PRINTED,
                PRINTED.response_time,
            );
            add(
                "throughput",
                &catalogue::ARTICLE_THROUGHPUT_PRINTED,
                PRINTED.throughput,
            );
        }
    }
}

/// Reads `λ`, `μ` and `c` off a station; what else a case has is of no account for these rules.
fn case(station: &Station<'_>) -> Option<Case> {
    let plan = station.plan;
    let [stream] = station.streams.as_slice() else {
        return None;
    };
    let is_plain = plan.groups.iter().all(|group| group.slots == 1);
    let speed = station.speed().filter(|_| is_plain)?;
    Some(Case {
        arrival_rate: stream.rate?,
        service_rate: speed / stream.work.mean(),
        capacity: plan.servers() as f64,
        ..CASE
    })
}

fn is_the_worked_case(case: &Case) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * b;
    near(case.arrival_rate, CASE.arrival_rate)
        && near(case.service_rate, CASE.service_rate)
        && near(case.capacity, CASE.capacity)
}

#[cfg(test)]
mod tests {
    use crate::{experiment::theory_only, scenario, theory::catalogue::Kind};

    const TEXT: &str = include_str!("../../../scenarios/article-case.toml");

    /// What the rules say of a measure of the worked case, changed by `changes`.
    fn rules(measure: &str, changes: &[&str]) -> Vec<f64> {
        let changes: Vec<_> = changes.iter().map(|change| change.parse().unwrap()).collect();
        let loaded = scenario::from_str("case", TEXT, &changes).unwrap();
        let results = theory_only(&loaded.scenario);
        let measure = results
            .measures
            .into_iter()
            .find(|found| found.name == measure)
            .unwrap();
        assert!(
            measure.theory.is_empty() || measure.theory[0].formula.kind != Kind::RuleOfThumb,
            "theory goes first"
        );
        let rules = measure
            .theory
            .into_iter()
            .filter(|said| said.formula.kind == Kind::RuleOfThumb);
        rules.map(|said| (said.value * 1e6).round() / 1e6).collect()
    }

    #[test]
    fn the_worked_case_has_its_rules_and_what_is_printed() {
        assert_eq!(rules("response.mean", &[]), [22.01, 3.2]);
        assert_eq!(rules("throughput", &[]), [95.238_095, 10.0]);
    }

    #[test]
    fn another_case_has_no_printed_value() {
        let busier = ["workload.clients.arrivals.rate=200 /s"];
        assert_eq!(rules("response.mean", &busier), [21.005]);
    }

    #[test]
    fn rules_are_shown_on_request_only_and_where_they_can_be_put_into_numbers() {
        assert!(rules("response.mean", &["run.rules_of_thumb=false"]).is_empty());
        assert!(rules("response.mean", &["service.servers.slots=2"]).is_empty());
    }
}
