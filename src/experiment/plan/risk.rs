//! Where inputs are uncertain: how likely a candidate is to miss an objective.
//!
//! Each run draws its own inputs, the same for all candidates, and either keeps every promise in every case or misses one. So runs are
//! independent trials, and the share of those that miss one has an exact interval (Clopper and Pearson). A candidate is taken when
//! that lies below the risk that is allowed, at a level that holds for all decisions together, as for certain inputs.

use std::sync::atomic::Ordering;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::{
    draws::{Redrawn, draw, without_formulas},
    growth::{Look, grown},
    judge::{Court, Fate, Judgement},
};
use crate::{
    experiment::{
        Results,
        campaign::{Campaign, Window},
        keep::replicate,
        plan::{Make, spare},
        results::Verdict,
        run::{results, window},
        sweep::Made,
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

/// Runs that are folded together.
const ROUND: usize = 25;
/// Runs at each load that the growth is looked for at.
const GROWTH_RUNS: usize = 100;

/// One run: its records, case by case, what was missed by most, and how often its inputs were drawn again.
struct Run {
    records: Vec<(usize, Record)>,
    missed: Missed,
    redrawn: usize,
}

/// What came of all runs so far.
#[derive(Default)]
struct Tally {
    runs: usize,
    missed: u64,
    worst: Missed,
    redrawn: usize,
}

impl Tally {
    fn add(&mut self, run: Run, campaigns: &mut [Campaign<'_>]) {
        for (case, record) in &run.records {
            campaigns[*case].add(record);
        }
        self.runs += 1;
        self.redrawn += run.redrawn;
        self.missed += u64::from(run.missed.is_some());
        self.worst = worse(self.worst.take(), run.missed);
    }

    fn share(&self, level: f64) -> Proportion {
        proportion::proportion(self.missed, self.runs as u64, level).expect("there were runs")
    }
}

/// The runs of one candidate, with so many times the load.
struct Series<'s> {
    values: &'s [String],
    /// The candidate with all inputs at their middle.
    middle: &'s Scenario,
    make: &'s Make<'s>,
    load: f64,
    campaigns: Vec<Campaign<'s>>,
    windows: Vec<Window>,
    tally: Tally,
}

impl Series<'_> {
    fn outcomes(&self) -> Vec<(usize, Results)> {
        let all = self.campaigns.iter().enumerate();
        all.filter(|(_, campaign)| 0 < campaign.finished())
            .map(|(case, campaign)| (case, without_formulas(results(campaign, false, Vec::new()))))
            .collect()
    }
}

impl Court<'_> {
    fn in_cases(&self, middle: &Scenario) -> Vec<InCase> {
        let cases = self.planning.cases.iter();
        cases.map(|case| middle.in_case(case)).collect()
    }

    fn series<'s>(
        &self,
        values: &'s [String],
        middle: &'s Scenario,
        cases: &'s [InCase],
        make: &'s Make<'s>,
    ) -> Series<'s> {
        let window = |case: &InCase| window(&case.scenario, warmup::choose(&case.scenario, self.conduct).0);
        let windows: Vec<Window> = cases.iter().map(window).collect();
        let campaigns = cases.iter().zip(&windows);
        Series {
            values,
            middle,
            make,
            load: 1.0,
            campaigns: campaigns
                .map(|(case, window)| Campaign::new(&case.scenario, *window))
                .collect(),
            windows,
            tally: Tally::default(),
        }
    }

    /// Carries out runs until there are so many; returns whether nobody interrupted.
    fn extend(&self, series: &mut Series<'_>, count: usize) -> bool {
        while series.tally.runs < count {
            let from = series.tally.runs;
            let some: Vec<Run> = (from..count.min(from + ROUND))
                .into_par_iter()
                .map(|index| self.one(index as u64, series))
                .collect();
            if self.conduct.stop.load(Ordering::Relaxed) {
                return false;
            }
            for run in some {
                series.tally.add(run, &mut series.campaigns);
            }
        }
        true
    }

    /// Judges a candidate with these values whose inputs are uncertain. `middle` is the candidate with all of them at their middle.
    pub(super) fn weigh(&mut self, values: &[String], middle: &Scenario, make: &Make<'_>) -> Judgement {
        let cases = self.in_cases(middle);
        let mut series = self.series(values, middle, &cases, make);
        let looks = self.planning.looks();
        let level = self.next_level(looks.len());
        let mut fate = Fate::Undecided;
        for count in looks {
            if !self.extend(&mut series, count) {
                return stopped();
            }
            let share = series.tally.share(level);
            if share.high <= self.planning.risk || self.planning.risk < share.low {
                let good = share.high <= self.planning.risk;
                fate = if good { Fate::Meets } else { Fate::Misses };
                break;
            }
        }
        let outcomes = series.outcomes();
        let tally = series.tally;
        if self.redrawn.runs < tally.runs {
            self.redrawn = Redrawn {
                runs: tally.runs,
                times: tally.redrawn,
            };
        }
        let told = tally.share(middle.run.level);
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

    /// Looks at a candidate with so many times the load, whatever the inputs are: well is what misses something in no more of a few
    /// runs than is allowed. `None` when someone interrupted.
    pub(super) fn look(
        &self,
        values: &[String],
        middle: &Scenario,
        make: &Make<'_>,
        load: f64,
    ) -> Option<Look> {
        let cases = self.in_cases(middle);
        let mut series = self.series(values, middle, &cases, make);
        series.load = load;
        let allowed = self.planning.risk * GROWTH_RUNS as f64;
        for count in (ROUND..=GROWTH_RUNS).step_by(ROUND) {
            if !self.extend(&mut series, count) {
                return None;
            }
            if allowed < series.tally.missed as f64 {
                return Some(Look::Bad(None));
            }
        }
        Some(Look::Good(series.outcomes()))
    }

    /// Carries out one run with inputs of its own, in every case.
    fn one(&self, index: u64, series: &Series<'_>) -> Run {
        let (made, redrawn) = draw(index, series.values, series.middle, series.make);
        let mut run = Run {
            records: Vec::new(),
            missed: None,
            redrawn,
        };
        let Made::Sound(mut scenario) = made else {
            run.missed = Some((0, None));
            return run;
        };
        if series.load != 1.0 {
            *scenario = grown(&scenario, series.load);
        }
        for (case, &window) in series.windows.iter().enumerate() {
            let there = scenario.in_case(&self.planning.cases[case]);
            if there.settled.as_ref().is_some_and(Scenario::is_overloaded) {
                run.missed = worse(run.missed, Some((case, None)));
                continue;
            }
            let there = &there.scenario;
            let record = replicate(there, &there.deployment, window, index, self.conduct);
            if record.end == End::Stopped {
                return run;
            }
            let verdict = missed(there, window, &record).map(|verdict| (case, verdict));
            run.missed = worse(run.missed, verdict);
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
