//! Where inputs are uncertain: how likely a candidate is to miss an objective.
//!
//! Each run draws its own inputs, the same for all candidates, and either keeps every promise in every case or misses one. So runs are
//! independent trials, and the share of those that miss one has an exact interval (Clopper and Pearson). A candidate is taken when
//! that lies below the risk that is allowed, at a level that holds for all decisions together, as for certain inputs.

use std::sync::atomic::Ordering;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::judge::{Court, Fate, Judgement};
use crate::{
    experiment::{
        Results,
        campaign::{Campaign, Window},
        keep::replicate,
        plan::spare,
        results::Verdict,
        run::{results, window},
        sweep::{Made, Make},
        warmup,
    },
    model::{End, Record},
    scenario::{InCase, Scenario},
    stats::{Proportion, proportion},
};

/// How likely a candidate is to miss an objective.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Risk {
    /// The share of runs that missed one.
    pub value: f64,
    /// The lower end of its interval, at the level of the scenario.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How many runs there were.
    pub runs: usize,
}

/// Runs before the first look; each further look has twice as many.
const FIRST: usize = 25;
/// The most runs of a candidate.
const MOST: usize = 400;
/// Runs that are folded together.
const ROUND: usize = 25;

/// One run: its records, case by case, and what was missed by most.
struct Run {
    records: Vec<(usize, Record)>,
    missed: Missed,
}

/// What came of all runs so far.
#[derive(Default)]
struct Tally {
    runs: usize,
    missed: u64,
    worst: Missed,
}

impl Tally {
    fn add(&mut self, run: Run, campaigns: &mut [Campaign<'_>]) {
        for (case, record) in &run.records {
            campaigns[*case].add(record);
        }
        self.runs += 1;
        self.missed += u64::from(run.missed.is_some());
        self.worst = worse(self.worst.take(), run.missed);
    }

    fn share(&self, level: f64) -> Proportion {
        proportion::proportion(self.missed, self.runs as u64, level).expect("there were runs")
    }
}

impl Court<'_> {
    /// Judges a candidate with these values whose inputs are uncertain. `middle` is the candidate with all of them at their middle.
    pub(super) fn weigh(&mut self, values: &[String], middle: &Scenario, make: &Make<'_>) -> Judgement {
        let cases: Vec<InCase> = self
            .planning
            .cases
            .iter()
            .map(|case| middle.in_case(case))
            .collect();
        let windows: Vec<Window> = cases
            .iter()
            .map(|case| window(&case.scenario, warmup::choose(&case.scenario, self.conduct).0))
            .collect();
        let mut campaigns: Vec<Campaign<'_>> = cases
            .iter()
            .zip(&windows)
            .map(|(case, window)| Campaign::new(&case.scenario, *window))
            .collect();
        let looks: Vec<usize> = std::iter::successors(Some(FIRST), |count| Some(2 * count))
            .take_while(|count| *count <= MOST)
            .collect();
        let level = self.next_level(looks.len());
        let mut tally = Tally::default();
        let mut fate = Fate::Undecided;
        for count in looks {
            while tally.runs < count {
                let some: Vec<Run> = (tally.runs..tally.runs + ROUND)
                    .into_par_iter()
                    .map(|index| self.one(index as u64, values, make, &windows))
                    .collect();
                if self.conduct.stop.load(Ordering::Relaxed) {
                    return stopped();
                }
                for run in some {
                    tally.add(run, &mut campaigns);
                }
            }
            let share = tally.share(level);
            if share.high <= self.planning.risk || self.planning.risk < share.low {
                let good = share.high <= self.planning.risk;
                fate = if good { Fate::Meets } else { Fate::Misses };
                break;
            }
        }
        let told = tally.share(middle.run.level);
        let finished = campaigns
            .iter()
            .enumerate()
            .filter(|(_, campaign)| 0 < campaign.finished());
        let outcomes: Vec<(usize, Results)> = finished
            .map(|(case, campaign)| (case, results(campaign, false, Vec::new())))
            .collect();
        self.replications += outcomes
            .iter()
            .map(|(_, results)| results.replications)
            .sum::<usize>();
        let (case, miss) = tally.worst.unwrap_or((0, None));
        Judgement {
            fate,
            miss: miss.filter(|_| fate != Fate::Meets),
            case,
            outcomes,
            risk: Some(Risk {
                value: told.value,
                low: told.low,
                high: told.high,
                runs: tally.runs,
            }),
            interrupted: false,
        }
    }

    /// Carries out one run with inputs of its own, in every case.
    fn one(&self, index: u64, values: &[String], make: &Make<'_>, windows: &[Window]) -> Run {
        let mut stream = self.run.seed.replication(index).stream("inputs");
        let drawn = self
            .inputs
            .iter()
            .map(|input| input.write(input.at(stream.open01())));
        let all: Vec<String> = values.iter().cloned().chain(drawn).collect();
        let mut run = Run {
            records: Vec::new(),
            missed: None,
        };
        let Some(Made::Sound(scenario)) = make(&all) else {
            run.missed = Some((0, None));
            return run;
        };
        for (case, &window) in windows.iter().enumerate() {
            let there = scenario.in_case(&self.planning.cases[case]);
            if there.settled.as_ref().is_some_and(Scenario::is_overloaded) {
                run.missed = worse(run.missed, Some((case, None)));
                continue;
            }
            let there_is = &there.scenario;
            let record = replicate(there_is, &there_is.deployment, window, index, self.conduct);
            if record.end == End::Stopped {
                return run;
            }
            run.missed = worse(
                run.missed,
                missed(&there.scenario, window, &record).map(|verdict| (case, verdict)),
            );
            run.records.push((case, record));
        }
        run
    }
}

/// Returns the objective that one run misses by most, `Some(None)` where it does not keep up.
#[expect(
    clippy::option_option,
    reason = "a run that misses may have nothing to show for it"
)]
fn missed(scenario: &Scenario, window: Window, record: &Record) -> Option<Option<Verdict>> {
    let mut campaign = Campaign::new(scenario, window);
    campaign.add(record);
    if !campaign.is_steady() {
        return Some(None);
    }
    let verdicts = scenario.objectives.iter().filter_map(|objective| {
        let column = campaign.column(&objective.of, &objective.measure)?;
        Some(Verdict::new(objective, &campaign.measure(column)))
    });
    let missed = verdicts.filter(|verdict| !verdict.is_met());
    missed
        .min_by(|one, other| spare(one).total_cmp(&spare(other)))
        .map(Some)
}

type Missed = Option<(usize, Option<Verdict>)>;

/// Returns what is missed by more.
fn worse(one: Missed, other: Missed) -> Missed {
    let room = |missed: &(usize, Option<Verdict>)| missed.1.as_ref().map_or(f64::INFINITY, spare);
    match (one, other) {
        (Some(one), Some(other)) => Some(if room(&other) < room(&one) { other } else { one }),
        (one, other) => one.or(other),
    }
}

fn stopped() -> Judgement {
    Judgement {
        fate: Fate::Undecided,
        miss: None,
        case: 0,
        outcomes: Vec::new(),
        risk: None,
        interrupted: true,
    }
}
