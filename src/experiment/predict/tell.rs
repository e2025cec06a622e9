//! From what formulas say of a service to predictions of its measures.

use super::{
    law::{Law, Outlook, Times},
    one_queue::Reason,
    pool::{Assessment, assess},
    station::Station,
};
use crate::{
    experiment::{
        campaign::workload_name,
        column::QUANTILES,
        results::{Distribution, Measure, Prediction},
    },
    model::{Group, QueuePlace, ServicePlan, balancer::Law as Policy, discipline::Order},
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
    for service in 0..scenario.deployment.services.len() {
        let station = Station::new(&scenario.deployment, service, 1.0);
        let assessment = assess(&station);
        let mut teller = Teller {
            of: String::new(),
            measures,
        };
        for (at, stream) in station.streams.iter().enumerate() {
            teller.of = workload_name(&scenario.deployment, stream.workload);
            teller.times(&assessment, at);
            teller.flow(scenario, &station, &assessment, at);
            let times = assessment.outlooks.first().map(|outlook| &outlook.times[at]);
            if let Some(times) = times {
                draw(&times.response, &mut distributions[stream.workload]);
            }
        }
        teller.of = format!("service.{}", station.plan.name);
        teller.levels(scenario, &station, &assessment);
    }
}

/// Finds measures and puts predictions beside them.
struct Teller<'a> {
    of: String,
    measures: &'a mut [Measure],
}

impl Teller<'_> {
    fn measure(&mut self, name: &str) -> Option<&mut Measure> {
        let of = &self.of;
        self.measures
            .iter_mut()
            .find(|measure| measure.of == *of && measure.name == name)
    }

    fn predict(&mut self, name: &str, formula: &'static Formula, value: f64, leaves_out: Option<&String>) {
        if let Some(measure) = self.measure(name).filter(|_| value.is_finite()) {
            measure.theory.push(Prediction {
                formula,
                value,
                leaves_out: leaves_out.cloned(),
            });
        }
    }

    /// Says why there is no formula, where one might expect it and there is none.
    fn explain(&mut self, name: &str, reason: &str) {
        let unexplained = |measure: &&mut Measure| measure.theory.is_empty();
        if let Some(measure) = self.measure(name).filter(unexplained) {
            measure.no_theory = Some(reason.to_owned());
        }
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
        let flow = match flow(scenario, station, assessment) {
            Ok(flow) => flow,
            Err(reason) => {
                for name in ["throughput", "goodput", "availability"] {
                    self.explain(name, &reason);
                }
                return;
            }
        };
        let leaves_out = flow.leaves_out.as_ref();
        let rate = stream.rate.or(flow.closed_rate);
        if let Some(rate) = rate {
            self.predict("throughput", flow.formula, rate * flow.answered, leaves_out);
        }
        if flow.closed_rate.is_none() {
            self.predict("availability", flow.formula, flow.answered, leaves_out);
        }
        if let Some(lost_as) = flow.lost_as {
            self.predict(lost_as, flow.formula, 1.0 - flow.answered, leaves_out);
        }
        let deadline = scenario.deployment.workloads[stream.workload].deadline;
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
        match busy(scenario, station, assessment) {
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
            let level = |of: fn(&Times) -> &Law| {
                let streams = station.streams.iter().zip(&outlook.times);
                let levels = streams.map(|(stream, times)| {
                    let rate = stream.rate.or_else(|| closed_rate(station, outlook))?;
                    Some(operational::mean_in_system(
                        rate * outlook.answered,
                        of(times).mean,
                    ))
                });
                levels
                    .sum::<Option<f64>>()
                    .map(|level| level + outlook.waiting_in_vain)
            };
            let leaves_out = outlook.leaves_out.as_ref();
            if let Some(level) = level(|times| &times.response) {
                self.predict("in_system.mean", formula, level, leaves_out);
            }
            let waits = station.plan.queue.discipline.order != Order::Shared;
            if let Some(level) = level(|times| &times.wait).filter(|_| waits) {
                self.predict("queue.mean", formula, level, leaves_out);
            }
        }
        if let Some(reason) = &assessment.reason {
            self.explain("in_system.mean", reason);
            self.explain("queue.mean", reason);
        }
    }
}

/// How many requests are answered.
struct Flow {
    formula: &'static Formula,
    answered: f64,
    lost_as: Option<&'static str>,
    leaves_out: Option<String>,
    /// The bound on the throughput where arrivals wait for answers.
    closed_rate: Option<f64>,
}

/// The bound on the throughput where arrivals wait for answers.
fn closed_rate(station: &Station<'_>, outlook: &Outlook) -> Option<f64> {
    station.closed()?;
    Some(outlook.busy * station.speed()? / station.streams[0].work.mean())
}

fn flow(scenario: &Scenario, station: &Station<'_>, assessment: &Assessment) -> Result<Flow, Reason> {
    if station.loses() {
        let outlook = assessment.outlooks.first();
        let outlook = outlook.ok_or_else(|| assessment.reason.clone().unwrap_or_default())?;
        return Ok(Flow {
            formula: outlook.formula,
            answered: outlook.answered,
            lost_as: outlook.lost_as,
            leaves_out: outlook.leaves_out.clone(),
            closed_rate: None,
        });
    }
    if let Some(outlook) = assessment.outlooks.first()
        && let Some(rate) = closed_rate(station, outlook)
    {
        return Ok(Flow {
            formula: &catalogue::ASYMPTOTIC_THROUGHPUT,
            answered: 1.0,
            lost_as: None,
            leaves_out: None,
            closed_rate: Some(rate),
        });
    }
    balance(scenario, station)?;
    Ok(Flow {
        formula: &catalogue::FLOW_BALANCE,
        answered: 1.0,
        lost_as: None,
        leaves_out: doubt(station.plan),
        closed_rate: None,
    })
}

/// Whether what comes in goes out again in the long run, and the run is such a one.
fn balance(scenario: &Scenario, station: &Station<'_>) -> Result<(), Reason> {
    if let Some(reason) = station.unsteady(scenario.run.duration.as_secs_f64()) {
        return Err(reason.to_owned());
    }
    let offered = station.offered().ok_or("arrivals wait for answers")?;
    let full = "more load than the servers can carry";
    if station.plan.capacity() <= offered {
        return Err(full.to_owned());
    }
    let fits = |group: &Group| {
        let share = station.fixed_share(group);
        share.is_none_or(|share| share * offered < f64::from(group.slots) * group.speed)
    };
    if station.has_own_queues() && !station.plan.groups.iter().all(fits) {
        return Err(full.to_owned());
    }
    Ok(())
}

/// What flow balance takes for granted of a policy: that it drowns no server while others are idle.
fn doubt(plan: &ServicePlan) -> Option<String> {
    let fair = match plan.balancer.law {
        Policy::RandomSplit | Policy::WeightedSplit | Policy::RoundRobin => true,
        Policy::ShortestQueue | Policy::LeastWork => true,
        Policy::PowerOfD(_) | Policy::JoinIdle => plan.is_homogeneous(),
        Policy::Other => false,
    };
    let central = plan.queue.at == QueuePlace::Balancer || plan.servers() == 1;
    (!fair && !central).then(|| "whether each server keeps up with its part".to_owned())
}

/// The mean number of busy slots, the formula that says so and what it leaves out.
fn busy(
    scenario: &Scenario,
    station: &Station<'_>,
    assessment: &Assessment,
) -> Result<(&'static Formula, f64, Option<String>), Reason> {
    let exact = assessment
        .outlooks
        .iter()
        .find(|outlook| outlook.formula.kind == Kind::Exact && outlook.leaves_out.is_none());
    if station.loses() {
        let outlook = exact.ok_or_else(|| assessment.reason.clone().unwrap_or_default())?;
        return Ok((outlook.formula, outlook.busy, None));
    }
    if station.closed().is_some()
        && let Some(outlook) = assessment.outlooks.first()
    {
        // The bound on the response is one on the throughput, from the other side.
        return Ok((&catalogue::ASYMPTOTIC_THROUGHPUT, outlook.busy, None));
    }
    balance(scenario, station)?;
    let busy = match (exact, station.speed(), station.offered()) {
        (Some(outlook), ..) => outlook.busy,
        (None, Some(speed), Some(offered)) => offered / speed,
        _ => return Err("servers of different speeds".to_owned()),
    };
    Ok((&catalogue::UTILISATION_LAW, busy, doubt(station.plan)))
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
