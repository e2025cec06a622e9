//! From what formulas say of a service to predictions of its measures.

use super::{
    breakdowns, caches, flow, health,
    law::{Law, Outlook, Times},
    network::Legs,
    pool::{Assessment, assess},
    quorums, redundancy, retrials, rules,
    station::Station,
    years,
};
use crate::{
    experiment::{
        campaign::sender_name,
        column::QUANTILES,
        results::{Distribution, Measure, Prediction},
    },
    model::discipline::Order,
    scenario::Scenario,
    theory::{
        catalogue::{self, Formula, Kind},
        operational,
    },
};

/// Puts beside each measure what formulas say of it, or why none does, and beside each distribution its curve.
pub(in crate::experiment) fn annotate(
    scenario: &Scenario,
    measures: &mut [Measure],
    distributions: &mut [Distribution],
) {
    if scenario.deployment.is_long() {
        years::annotate(scenario, measures);
        return;
    }
    for service in 0..scenario.deployment.services.len() {
        let station = Station::new(&scenario.deployment, service, 1.0);
        let mut assessment = assess(&station);
        for times in assessment
            .outlooks
            .iter_mut()
            .flat_map(|outlook| &mut outlook.times)
        {
            *times = times.tabulated();
        }
        let mut teller = Teller {
            of: String::new(),
            measures,
        };
        teller.returns(&station);
        teller.breakdowns(&station);
        teller.copies(&station);
        for (at, stream) in station.streams.iter().enumerate() {
            teller.of = sender_name(&stream.sender);
            teller.times(&assessment, at);
            teller.flow(scenario, &station, &assessment, at);
            let times = assessment.outlooks.first().map(|outlook| &outlook.times[at]);
            // Only workloads have pictures.
            if let (Some(times), Some(distribution)) = (times, distributions.get_mut(stream.at)) {
                draw(&times.response, distribution);
            }
        }
        teller.of = station.plan.path();
        teller.levels(scenario, &station, &assessment);
        health::annotate(scenario, service, &mut teller);
        quorums::annotate(&scenario.deployment, service, &mut teller);
    }
    let mut teller = Teller {
        of: String::new(),
        measures,
    };
    caches::annotate(&scenario.deployment, &mut teller);
    if scenario.run.rules_of_thumb {
        rules::annotate(scenario, measures);
    }
}

/// Finds measures and puts predictions beside them.
pub(super) struct Teller<'a> {
    pub(super) of: String,
    pub(super) measures: &'a mut [Measure],
}

impl Teller<'_> {
    fn measure(&mut self, name: &str) -> Option<&mut Measure> {
        let of = &self.of;
        self.measures
            .iter_mut()
            .find(|measure| measure.of == *of && measure.name == name)
    }

    pub(super) fn predict(
        &mut self,
        name: &str,
        formula: &'static Formula,
        value: f64,
        leaves_out: Option<&String>,
    ) {
        if let Some(measure) = self.measure(name).filter(|_| value.is_finite()) {
            measure.theory.push(Prediction {
                formula,
                value,
                leaves_out: leaves_out.cloned(),
            });
        }
    }

    /// Says why there is no formula, where one might expect it and there is none.
    pub(super) fn explain(&mut self, name: &str, reason: &str) {
        let unexplained = |measure: &&mut Measure| measure.theory.is_empty();
        if let Some(measure) = self.measure(name).filter(unexplained) {
            measure.no_theory = Some(reason.to_owned());
        }
    }

    /// What formulas say where clients come back.
    fn returns(&mut self, station: &Station<'_>) {
        let Some(returns) = retrials::of(station) else {
            return;
        };
        let leaves_out = returns.leaves_out.as_ref();
        self.of = sender_name(&station.streams[0].sender);
        for (name, value) in returns.workload {
            self.predict(name, returns.formula, value, leaves_out);
        }
        self.of = station.plan.path();
        self.predict("utilisation", returns.formula, returns.utilisation, leaves_out);
    }

    /// What a formula says where servers hang and resume.
    fn breakdowns(&mut self, station: &Station<'_>) {
        let Some(hanging) = breakdowns::of(station) else {
            return;
        };
        let (model, first) = (hanging.model, Some(&hanging.leaves_out));
        for stream in &station.streams {
            self.of = sender_name(&stream.sender);
            for (name, value) in [
                ("response.mean", model.mean_response()),
                ("wait.mean", model.mean_wait()),
            ] {
                self.predict(name, &catalogue::BREAKDOWNS, value, first);
            }
        }
        self.of = station.plan.path();
        let in_system = f64::from(hanging.queues) * model.mean_in_system();
        self.predict("in_system.mean", &catalogue::BREAKDOWNS, in_system, first);
    }

    /// What a formula says where every request goes to two servers at once.
    fn copies(&mut self, station: &Station<'_>) {
        let Ok(model) = redundancy::of(station) else {
            return;
        };
        let (formula, doubts) = (&catalogue::REDUNDANCY, station.leaves_out());
        for stream in &station.streams {
            self.of = sender_name(&stream.sender);
            self.predict("response.mean", formula, model.mean_response(), doubts.as_ref());
            if let Some(rate) = stream.rate {
                self.predict("throughput", &catalogue::FLOW_BALANCE, rate, doubts.as_ref());
            }
        }
        self.of = station.plan.path();
        self.predict("utilisation", formula, model.utilisation(), doubts.as_ref());
    }

    fn times(&mut self, assessment: &Assessment, at: usize) {
        for outlook in &assessment.outlooks {
            let Times { response, wait } = &outlook.times[at];
            self.law("response", outlook, response);
            self.law("wait", outlook, wait);
        }
        let reason = assessment.reason.as_deref().unwrap_or("only the mean is known");
        for what in ["response", "wait"] {
            self.explain(&format!("{what}.mean"), reason);
            for (name, _) in QUANTILES {
                self.explain(&format!("{what}.{name}"), reason);
            }
        }
    }

    fn law(&mut self, what: &str, outlook: &Outlook, law: &Law) {
        let leaves_out = outlook.leaves_out.as_ref();
        self.predict(&format!("{what}.mean"), outlook.formula, law.mean, leaves_out);
        if let Some(sd) = law.sd {
            self.predict(&format!("{what}.sd"), outlook.formula, sd, leaves_out);
        }
        let Some(tail) = &law.tail else { return };
        for (name, q) in QUANTILES {
            if let Some(value) = law.quantile(q) {
                self.predict(&format!("{what}.{name}"), tail.formula, value, leaves_out);
            }
        }
    }

    /// What becomes of the requests of one workload.
    fn flow(&mut self, scenario: &Scenario, station: &Station<'_>, assessment: &Assessment, at: usize) {
        let stream = &station.streams[at];
        let flow = match flow::of(scenario, station, assessment) {
            Ok(flow) => flow,
            Err(reason) => {
                for name in ["throughput", "goodput", "availability"] {
                    self.explain(name, &reason);
                }
                return;
            }
        };
        let leaves_out = flow.leaves_out.as_ref();
        let rate = stream.rate.or(flow.rounds.map(|rounds| rounds * stream.visits));
        if let Some(rate) = rate {
            self.predict("throughput", flow.formula, rate * flow.answered, leaves_out);
        }
        if flow.rounds.is_none() {
            self.predict("availability", flow.formula, flow.answered, leaves_out);
        }
        if let Some(lost_as) = flow.lost_as {
            self.predict(lost_as, flow.formula, 1.0 - flow.answered, leaves_out);
        }
        let deadline = stream.sender.deadline;
        let outlook = assessment.outlooks.first();
        match (deadline, outlook, rate) {
            (None, _, Some(rate)) => self.predict("goodput", flow.formula, rate * flow.answered, leaves_out),
            (Some(deadline), Some(outlook), Some(rate)) => {
                if let Some(tail) = &outlook.times[at].response.tail {
                    let in_time = 1.0 - tail.at(deadline.as_secs_f64());
                    let value = rate * flow.answered * in_time;
                    self.predict("goodput", tail.formula, value, outlook.leaves_out.as_ref());
                }
            }
            _ => {}
        }
        self.explain(
            "goodput",
            assessment.reason.as_deref().unwrap_or("only the mean is known"),
        );
    }

    /// The levels of a service.
    fn levels(&mut self, scenario: &Scenario, station: &Station<'_>, assessment: &Assessment) {
        match flow::busy(scenario, station, assessment) {
            Ok((formula, busy, leaves_out)) => {
                let share = busy / f64::from(station.slots());
                self.predict("utilisation", formula, share, leaves_out.as_ref());
            }
            Err(reason) => self.explain("utilisation", &reason),
        }
        for outlook in &assessment.outlooks {
            let exact = outlook.formula.kind == Kind::Exact;
            let formula = if exact {
                &catalogue::LITTLE
            } else {
                outlook.formula
            };
            // A request spends the way back in no service.
            let level = |of: fn(&Times) -> &Law, elsewhere: fn(&Legs) -> f64| {
                let streams = station.streams.iter().zip(&outlook.times).enumerate();
                let levels = streams.map(|(at, (stream, times))| {
                    let rounds = || Some(outlook.rounds? * stream.visits);
                    let rate = stream.rate.or_else(rounds)?;
                    let here = of(times).mean - assessment.legs.get(at).map_or(0.0, elsewhere);
                    Some(operational::mean_in_system(rate * outlook.answered, here))
                });
                levels
                    .sum::<Option<f64>>()
                    .map(|level| level + outlook.waiting_in_vain)
            };
            let leaves_out = outlook.leaves_out.as_ref();
            if let Some(level) = level(|times| &times.response, |legs| legs.back) {
                self.predict("in_system.mean", formula, level, leaves_out);
            }
            let waits = station.plan.queue.discipline.order != Order::Shared;
            if let Some(level) = level(|times| &times.wait, |_| 0.0).filter(|_| waits) {
                self.predict("queue.mean", formula, level, leaves_out);
            }
        }
        if let Some(reason) = &assessment.reason {
            self.explain("in_system.mean", reason);
            self.explain("queue.mean", reason);
        }
    }
}

/// Points of a distribution's curve.
const POINTS: i32 = 200;

/// Draws the formula's curve beside the measured distribution.
fn draw(response: &Law, distribution: &mut Distribution) {
    let Some(tail) = &response.tail else { return };
    let (Some(low), Some(high)) = (response.quantile(0.001), response.quantile(0.9999)) else {
        return;
    };
    let low = low.max(high * 1e-6);
    let step = (high / low).ln() / f64::from(POINTS - 1);
    let point = |at: i32| {
        let t = low * (step * f64::from(at)).exp();
        (t, tail.at(t))
    };
    distribution.theory = (0..POINTS).map(point).collect();
    distribution.formula = Some(tail.formula);
}
