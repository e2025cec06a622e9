//! The search: from what formulas expect, candidate by candidate, to the cheapest that will do.

use std::{cell::RefCell, sync::atomic::Ordering};

use super::{
    Candidate, Cost, Fate, Growth, Make, Plan,
    field::{self, Field},
    growth::Outlook,
    hope,
    judge::{Court, Judgement},
};
use crate::{
    experiment::{
        Conduct, Results,
        results::{Measure, Unit},
        sweep::Made,
    },
    model::ServicePlan,
    scenario::{Goal, Planning, Scenario},
};

/// A search under way.
pub(super) struct Search<'a> {
    planning: &'a Planning,
    make: &'a Make<'a>,
    conduct: &'a Conduct<'a>,
    field: Field,
    court: Court<'a>,
    /// What is uncertain in any candidate.
    uncertain: Vec<String>,
    candidates: Vec<Candidate>,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        scenario: &'a Scenario,
        planning: &'a Planning,
        make: &'a Make<'a>,
        conduct: &'a Conduct<'a>,
    ) -> Self {
        let uncertain = RefCell::new(Vec::new());
        let field = Field::new(&planning.axes, |values| {
            let made = make(values, &[])?;
            note_inputs(made.scenario(), &mut uncertain.borrow_mut());
            Some(look(&planning.minimise, &made))
        });
        Self {
            planning,
            make,
            conduct,
            field,
            court: Court::new(scenario, planning, conduct),
            uncertain: uncertain.into_inner(),
            candidates: Vec::new(),
        }
    }

    pub(super) fn carry_out(mut self) -> Plan {
        let (planning, make) = (self.planning, self.make);
        hope::look_first(&mut self.field, planning, |values| sound(make, values));
        let mut best: Option<(usize, f64)> = None;
        let mut kept: Option<Scenario> = None;
        while let Some(spot) = self.field.next() {
            if self.conduct.stop.load(Ordering::Relaxed) {
                break;
            }
            let values = self.field.values(spot);
            let Some(scenario) = sound(self.make, &values) else {
                self.turn_down_unseen(spot, values);
                continue;
            };
            let judgement = if self.uncertain.is_empty() {
                self.court.judge(&scenario)
            } else {
                self.court.weigh(&values, &scenario, self.make)
            };
            if judgement.interrupted {
                break;
            }
            let meets = judgement.fate == Fate::Meets;
            let candidate = self.candidate(spot, values, judgement);
            let cost = candidate.cost.map(|cost| cost.value);
            self.candidates.push(candidate);
            self.field.settle(spot, meets);
            if let Some(cost) = cost.filter(|_| meets)
                && best.is_none_or(|(_, least)| cost < least)
            {
                best = Some((self.candidates.len() - 1, cost));
                kept = Some(scenario);
                self.field.drop_from(cost);
            }
        }
        let finished = !self.conduct.stop.load(Ordering::Relaxed);
        let best = best.map(|(at, _)| at);
        let replications = self.court.replications;
        let growth = match (best, kept) {
            (Some(at), Some(scenario)) if finished => self.growth(&scenario, at),
            _ => None,
        };
        self.finish(best, growth, replications, finished)
    }

    /// Returns how much the load may grow, and what comes then.
    fn growth(&self, scenario: &Scenario, answer: usize) -> Option<Growth> {
        let answer = &self.candidates[answer];
        let outlook = Outlook::new(&self.court, self.make, answer)?;
        let mut growth = outlook.growth(scenario, answer)?;
        if let Some(load) = growth.missed {
            growth.next = outlook.next(load, &answer.values, &self.field);
        }
        Some(growth)
    }

    /// Notes a candidate to which more work comes than it can do.
    fn turn_down_unseen(&mut self, spot: usize, values: Vec<String>) {
        let candidate = Candidate {
            values,
            cost: self
                .field
                .cost(spot)
                .map(exact)
                .filter(|_| self.planning.minimise != Goal::Energy),
            fate: Fate::Overloaded,
            miss: None,
            case: 0,
            risk: None,
            outcomes: Vec::new(),
        };
        self.candidates.push(candidate);
        self.field.settle(spot, false);
    }

    fn candidate(&self, spot: usize, values: Vec<String>, judgement: Judgement) -> Candidate {
        let goal = &self.planning.minimise;
        let usual = judgement.outcomes.iter().find(|(case, _)| *case == 0);
        let cost = match goal {
            Goal::Servers | Goal::Cost => self.field.cost(spot).map(exact),
            Goal::Energy | Goal::Measure { .. } => {
                usual.and_then(|(_, results)| measured_cost(goal, results))
            }
        };
        Candidate {
            values,
            cost,
            fate: judgement.fate,
            miss: judgement.miss,
            case: judgement.case,
            risk: judgement.risk,
            outcomes: judgement.outcomes,
        }
    }

    fn finish(
        self,
        best: Option<usize>,
        growth: Option<Growth>,
        replications: usize,
        finished: bool,
    ) -> Plan {
        let (goal, unit) = match &self.planning.minimise {
            Goal::Servers => ("servers".to_owned(), Unit::Count),
            Goal::Cost => ("cost".to_owned(), Unit::PerHour),
            Goal::Energy => ("energy".to_owned(), Unit::Watts),
            Goal::Measure { of, measure } => {
                let found = self.candidates.iter().flat_map(|one| &one.outcomes);
                let unit = found
                    .into_iter()
                    .find_map(|(_, results)| Some(results.find(of, measure)?.unit));
                (format!("{of}.{measure}"), unit.unwrap_or(Unit::Count))
            }
        };
        let is_uncertain = !self.uncertain.is_empty();
        Plan {
            axes: self.planning.axes.clone(),
            goal,
            unit,
            cases: self.planning.cases.iter().map(|case| case.name.clone()).collect(),
            confidence: self.planning.confidence,
            smallest_risk: is_uncertain.then(|| self.planning.smallest_risk(self.court.judged.max(1))),
            uncertain: self.uncertain,
            risk: self.planning.risk,
            total: self.field.len(),
            candidates: self.candidates,
            best,
            growth,
            replications,
            most: if is_uncertain {
                self.planning.draws
            } else {
                self.court.cap
            },
            finished,
            interrupted: self.conduct.stop.load(Ordering::Relaxed),
            notes: self.court.notes(),
        }
    }
}

/// Returns what is known of a candidate before it is simulated.
pub(super) fn look(goal: &Goal, made: &Made) -> field::Look {
    let scenario = made.scenario();
    let services = &scenario.deployment.services;
    field::Look {
        cost: least_cost(goal, scenario),
        overloaded: matches!(made, Made::Overloaded(_)),
        tied: services.iter().any(|plan| plan.balancer.ties_to_server),
    }
}

/// Makes a candidate that can be simulated.
pub(super) fn sound(make: &Make<'_>, values: &[String]) -> Option<Scenario> {
    match make(values, &[])? {
        Made::Sound(scenario) => Some(*scenario),
        Made::Overloaded(_) => None,
    }
}

/// Notes what is uncertain in a candidate.
fn note_inputs(scenario: &Scenario, uncertain: &mut Vec<String>) {
    for input in &scenario.inputs {
        let told = format!("{} {}", input.path, input.words());
        if !uncertain.contains(&told) {
            uncertain.push(told);
        }
    }
}

/// Returns what a deployment costs at least, as far as that takes no measuring.
pub(super) fn least_cost(goal: &Goal, scenario: &Scenario) -> Option<f64> {
    let services = || scenario.deployment.services.iter();
    match goal {
        Goal::Servers => Some(services().map(ServicePlan::servers).sum::<usize>() as f64),
        Goal::Cost => {
            let each = services().filter_map(|plan| Some(plan.cost.as_ref()?.per_hour(plan.servers())));
            Some(each.sum())
        }
        Goal::Energy => Some(scenario.least_power()),
        Goal::Measure { .. } => None,
    }
}

/// Returns what was measured of a goal in the usual case.
pub(super) fn measured_cost(goal: &Goal, results: &Results) -> Option<Cost> {
    match goal {
        Goal::Servers | Goal::Cost => None,
        Goal::Measure { of, measure } => estimated(results.find(of, measure)?),
        Goal::Energy => {
            let all = results.measures.iter().filter(|measure| measure.name == "energy");
            // Where one service draws more another may well, too: the ends add up.
            let sum = |one: Cost, other: Cost| Cost {
                value: one.value + other.value,
                interval: one
                    .interval
                    .zip(other.interval)
                    .map(|(one, other)| (one.0 + other.0, one.1 + other.1)),
            };
            all.filter_map(estimated).reduce(sum)
        }
    }
}

/// Returns what is uncertain, in words.
fn exact(value: f64) -> Cost {
    Cost {
        value,
        interval: None,
    }
}

fn estimated(measure: &Measure) -> Option<Cost> {
    Some(Cost {
        value: measure.value?,
        interval: measure.low.zip(measure.high),
    })
}
