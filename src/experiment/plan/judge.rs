//! Whether one candidate keeps its promises in every case, and how sure that is.
//!
//! Each objective in each case is decided as soon as its interval lies on one side of the bound. All of these decisions hold
//! together with the confidence of the plan: the `k`-th candidate may err with 1/(k (k + 1)) of the risk, which makes the whole
//! risk however many there are, and that is divided evenly between its objectives, cases and looks (Bonferroni). Of an interval
//! only one end can mislead, so each end may take all of that.

use std::sync::atomic::Ordering;

use crate::{
    experiment::{
        Conduct, Results,
        campaign::Campaign,
        plan::{draws::Redrawn, risk::Risk, spare},
        recovery,
        results::Verdict,
        run::{results, window},
        warmup,
    },
    scenario::{InCase, Objective, Planning, Replications, Scenario},
};

/// What became of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It meets every objective in every case.
    Meets,
    /// It surely misses one.
    Misses,
    /// All replications left it open whether it meets one, and it surely misses none: it is not taken.
    Undecided,
    /// In some case more work comes than it can do, so nothing was simulated.
    Overloaded,
}

/// Replications before the first look; each further look has twice as many.
const FIRST: usize = 4;

/// What was found out about a candidate.
pub(super) struct Judgement {
    pub(super) fate: Fate,
    pub(super) miss: Option<Verdict>,
    pub(super) case: usize,
    pub(super) outcomes: Vec<(usize, Results)>,
    pub(super) risk: Option<Risk>,
    pub(super) interrupted: bool,
}

/// Judges one candidate after the other.
pub(super) struct Court<'a> {
    pub(super) planning: &'a Planning,
    pub(super) conduct: &'a Conduct<'a>,
    /// The most replications of a candidate in a case.
    pub(super) cap: usize,
    /// Replications so far.
    pub(super) replications: usize,
    /// What is to be known of objectives.
    remarks: Vec<String>,
    /// Where inputs are uncertain, how often values that make no sense were drawn.
    pub(super) redrawn: Redrawn,
    /// The cases, those first in which candidates have failed last.
    order: Vec<usize>,
    /// How many candidates were judged.
    pub(super) judged: usize,
}

/// How an objective stands in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Met,
    Missed,
    Open,
}

impl<'a> Court<'a> {
    pub(super) fn new(scenario: &'a Scenario, planning: &'a Planning, conduct: &'a Conduct<'a>) -> Self {
        let cap = match scenario.run.replications {
            Replications::Fixed(count) => count,
            Replications::Until { cap, .. } => cap,
        };
        Self {
            planning,
            conduct,
            cap: (cap as usize).max(2),
            replications: 0,
            remarks: Vec::new(),
            redrawn: Redrawn::default(),
            order: (0..planning.cases.len()).collect(),
            judged: 0,
        }
    }

    /// Returns what the reader ought to know.
    pub(super) fn notes(self) -> Vec<String> {
        self.remarks.into_iter().chain(self.redrawn.told()).collect()
    }

    /// Returns the numbers of replications at which intervals are looked at.
    fn looks(&self) -> Vec<usize> {
        let doubled = std::iter::successors(Some(FIRST), |count| Some(2 * count));
        let mut looks: Vec<usize> = doubled.take_while(|&count| count < self.cap).collect();
        looks.push(self.cap);
        looks
    }

    /// Returns the level of the intervals of the next candidate, of which so many decide.
    pub(super) fn next_level(&mut self, decisions: usize) -> f64 {
        self.judged += 1;
        1.0 - 2.0 * self.planning.doubt(self.judged) / decisions as f64
    }

    pub(super) fn judge(&mut self, scenario: &Scenario) -> Judgement {
        let cases: Vec<InCase> = self
            .planning
            .cases
            .iter()
            .map(|case| scenario.in_case(case))
            .collect();
        let full = |case: &InCase| case.settled.as_ref().is_some_and(Scenario::is_overloaded);
        if let Some(case) = cases.iter().position(full) {
            return Judgement {
                fate: Fate::Overloaded,
                miss: None,
                case,
                outcomes: Vec::new(),
                risk: None,
                interrupted: false,
            };
        }
        let decisions = scenario.objectives.len() * self.planning.cases.len() * self.looks().len();
        let mut trial = Trial {
            level: self.next_level(decisions),
            cases: &cases,
            campaigns: cases.iter().map(|_| None).collect(),
        };
        let outcome = self.hear(&mut trial);
        for note in trial.notes() {
            if !self.remarks.contains(&note) {
                self.remarks.push(note);
            }
        }
        let finished = trial.campaigns.iter().enumerate();
        let outcomes: Vec<(usize, Results)> = finished
            .filter_map(|(case, campaign)| Some((case, results(campaign.as_ref()?, false, Vec::new()))))
            .filter(|(_, results)| 0 < results.replications)
            .collect();
        self.replications += outcomes
            .iter()
            .map(|(_, results)| results.replications)
            .sum::<usize>();
        if let Some((_, case, _)) = &outcome {
            self.order.retain(|other| other != case);
            self.order.insert(0, *case);
        }
        let (fate, case, miss) = outcome.unwrap_or((Fate::Meets, 0, None));
        Judgement {
            fate,
            miss,
            case,
            outcomes,
            risk: None,
            interrupted: self.conduct.stop.load(Ordering::Relaxed),
        }
    }

    /// Looks at all cases with more and more replications; returns why the candidate is not taken, if it is not.
    fn hear(&self, trial: &mut Trial<'_>) -> Option<(Fate, usize, Option<Verdict>)> {
        let mut open: Vec<usize> = self.order.clone();
        for count in self.looks() {
            for case in open.clone() {
                if !trial.extend(case, count, self.conduct) {
                    return None;
                }
                let at_last = self.cap <= count;
                if let Some(missed) = worst(trial.standings(case, at_last), Standing::Missed) {
                    return Some((Fate::Misses, case, missed.verdict));
                }
                if worst(trial.standings(case, at_last), Standing::Open).is_none() {
                    open.retain(|other| *other != case);
                }
            }
        }
        let undecided = open.into_iter().filter_map(|case| {
            let told = worst(trial.standings(case, true), Standing::Open)?;
            Some((told.spare(), (Fate::Undecided, case, told.verdict)))
        });
        let nearest = undecided.min_by(|one, other| one.0.total_cmp(&other.0));
        nearest.map(|(_, outcome)| outcome)
    }
}

/// How an objective stands in a case, and what was measured; nothing where it does not keep up.
struct Told {
    standing: Standing,
    verdict: Option<Verdict>,
}

impl Told {
    fn spare(&self) -> f64 {
        self.verdict.as_ref().map_or(0.0, spare)
    }
}

/// Returns the objective of those that stand like this that has least to spare.
fn worst(all: Vec<Told>, standing: Standing) -> Option<Told> {
    let alike = all.into_iter().filter(|one| one.standing == standing);
    alike.min_by(|one, other| one.spare().total_cmp(&other.spare()))
}

/// The simulation of one candidate.
struct Trial<'s> {
    level: f64,
    cases: &'s [InCase],
    campaigns: Vec<Option<Campaign<'s>>>,
}

impl Trial<'_> {
    /// Carries out replications of a case until there are so many; returns whether nobody interrupted.
    fn extend(&mut self, case: usize, count: usize, conduct: &Conduct<'_>) -> bool {
        let scenario = &self.cases[case].scenario;
        let campaign = self.campaigns[case].get_or_insert_with(|| {
            let (warmup, _) = warmup::choose(scenario, conduct);
            Campaign::new(scenario, window(scenario, warmup))
        });
        campaign.extend_to(count, conduct)
    }

    /// Returns how each objective stands in a case that was simulated, with the interval at the level of decisions where it is
    /// told; `at_last` says that there will be no further look.
    fn standings(&self, case: usize, at_last: bool) -> Vec<Told> {
        let Some(campaign) = &self.campaigns[case] else {
            return Vec::new();
        };
        if !campaign.is_steady() {
            return vec![Told {
                standing: Standing::Missed,
                verdict: None,
            }];
        }
        let objectives = campaign.scenario.objectives.iter();
        objectives
            .map(|objective| self.standing(campaign, objective, at_last))
            .collect()
    }

    fn standing(&self, campaign: &Campaign<'_>, objective: &Objective, at_last: bool) -> Told {
        let is_idle =
            objective.measure == "recovery" && recovery::shock(&campaign.scenario.deployment).is_none();
        let Some(column) = campaign
            .column(&objective.of, &objective.measure)
            .filter(|_| !is_idle)
        else {
            // There is nothing to recover from, so nothing is broken.
            return Told {
                standing: if is_idle { Standing::Met } else { Standing::Missed },
                verdict: None,
            };
        };
        let verdict = Verdict::new(objective, &campaign.measure_at(column, self.level));
        let told = Verdict::new(objective, &campaign.measure(column));
        let standing = match (verdict.value, verdict.low.zip(verdict.high)) {
            // Nothing came through that could be measured.
            (None, _) => Standing::Missed,
            (Some(_), None) if !at_last => Standing::Open,
            (Some(_), None) if verdict.is_met() => Standing::Met,
            (Some(_), None) => Standing::Missed,
            (Some(_), Some((low, high))) => {
                let (worse, better) = if objective.at_least {
                    (low, high)
                } else {
                    (-high, -low)
                };
                let bound = if objective.at_least {
                    objective.bound
                } else {
                    -objective.bound
                };
                if bound <= worse {
                    Standing::Met
                } else if better < bound {
                    Standing::Missed
                } else {
                    Standing::Open
                }
            }
        };
        Told {
            standing,
            verdict: Some(told),
        }
    }

    /// Returns what is to be known of objectives that cannot be decided properly.
    fn notes(&self) -> Vec<String> {
        let Some(campaign) = self
            .campaigns
            .iter()
            .flatten()
            .find(|campaign| 1 < campaign.finished())
        else {
            return Vec::new();
        };
        let bare = |objective: &&Objective| {
            let column = campaign.column(&objective.of, &objective.measure);
            let measure = column.map(|column| campaign.measure(column));
            measure.is_some_and(|measure| measure.value.is_some() && measure.low.is_none())
        };
        let objectives = campaign.scenario.objectives.iter().filter(bare);
        objectives
            .map(|objective| {
                format!(
                    "{} {} has no interval, so it is decided by what was seen and not with any confidence",
                    objective.of, objective.measure
                )
            })
            .collect()
    }
}
