//! The search: from what formulas expect, candidate by candidate, to the cheapest that will do.

use std::sync::atomic::Ordering;

use super::{
    Candidate, Cost, Fate, Growth, Plan,
    field::{self, Field},
    growth, hope,
    judge::{Court, Judgement},
};
use crate::{
    experiment::{
        Conduct, Results,
        results::{Measure, Unit},
        sweep::{Made, Make},
    },
    model::ServicePlan,
    scenario::{Goal, Input, Planning, Scenario},
};

/// A search under way.
pub(super) struct Search<'a> {
    planning: &'a Planning,
    make: &'a Make<'a>,
    conduct: &'a Conduct<'a>,
    field: Field,
    court: Court<'a>,
    candidates: Vec<Candidate>,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        scenario: &'a Scenario,
        planning: &'a Planning,
        make: &'a Make<'a>,
        conduct: &'a Conduct<'a>,
    ) -> Self {
        let look = |values: &[String]| match make(values) {
            Some(Made::Sound(scenario)) => Some((*scenario, false)),
            Some(Made::Overloaded(scenario)) => Some((*scenario, true)),
            None => None,
        };
        let field = Field::new(&planning.axes, |values| {
            let (scenario, overloaded) = look(values)?;
            let tied = scenario
                .deployment
                .services
                .iter()
                .any(|plan| plan.balancer.ties_to_server);
            Some(field::Look {
                cost: least_cost(&planning.minimise, &scenario),
                overloaded,
                tied,
            })
        });
        Self {
            planning,
            make,
            conduct,
            field,
            court: Court::new(scenario, planning, conduct),
            candidates: Vec::new(),
        }
    }

    fn scenario(&self, values: &[String]) -> Option<Scenario> {
        match (self.make)(values)? {
            Made::Sound(scenario) => Some(*scenario),
            Made::Overloaded(_) => None,
        }
    }

    pub(super) fn carry_out(mut self) -> Plan {
        self.look_at_formulas();
        let mut best: Option<(usize, f64)> = None;
        let mut kept: Option<Scenario> = None;
        while let Some(spot) = self.field.next() {
            if self.conduct.stop.load(Ordering::Relaxed) {
                break;
            }
            let values = self.field.values(spot);
            let Some(scenario) = self.scenario(&values) else {
                self.turn_down_unseen(spot, values);
                continue;
            };
            let judgement = if self.court.inputs.is_empty() {
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
        let interrupted = self.conduct.stop.load(Ordering::Relaxed);
        let best = best.map(|(at, _)| at);
        let replications = self.court.replications;
        let growth = match (best, kept) {
            (Some(at), Some(scenario)) if !interrupted && scenario.inputs.is_empty() => {
                growth::growth(&scenario, &self.candidates[at], self.planning, self.conduct)
            }
            _ => None,
        };
        self.finish(best, growth, replications, interrupted)
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
        interrupted: bool,
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
        Plan {
            axes: self.planning.axes.clone(),
            goal,
            unit,
            cases: self.planning.cases.iter().map(|case| case.name.clone()).collect(),
            confidence: self.planning.confidence,
            uncertain: self.court.inputs.iter().map(told).collect(),
            risk: self.planning.risk,
            total: self.field.len(),
            candidates: self.candidates,
            best,
            growth,
            replications,
            most: self.court.cap,
            interrupted,
            notes: self.court.notes,
        }
    }

    /// Lets formulas say where to look first.
    fn look_at_formulas(&mut self) {
        let mut rough = self.field.clone();
        while let Some(spot) = rough.next() {
            let scenario = self.scenario(&self.field.values(spot));
            let hope = match &scenario {
                Some(scenario) => hope::hope(scenario, self.planning),
                None => hope::Hope::None,
            };
            match hope {
                hope::Hope::Open => rough.leave(spot),
                hope::Hope::Good => {
                    rough.settle(spot, true);
                    if let Some(cost) = rough.cost(spot) {
                        rough.drop_from(cost);
                    }
                }
                hope::Hope::Bad => rough.settle(spot, false),
                hope::Hope::None => {
                    rough.settle(spot, false);
                    self.field.rule_out(spot);
                }
            }
        }
        self.field.believe(&rough);
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
fn measured_cost(goal: &Goal, results: &Results) -> Option<Cost> {
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
fn told(input: &Input) -> String {
    let likely = input.likely.map_or_else(String::new, |likely| {
        format!(", most likely {}", input.write(likely))
    });
    format!(
        "{} from {} to {}{likely}",
        input.path,
        input.write(input.low),
        input.write(input.high)
    )
}

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
