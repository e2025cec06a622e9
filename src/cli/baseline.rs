//! `--baseline`: an earlier result, read before anything is simulated.

use std::{fs, path::PathBuf};

use plimsoll::{
    experiment::{
        Results,
        baseline::{self, Baseline},
    },
    report,
    scenario::{Replications, Scenario},
    units::{Quantity, Share},
};

use super::Failure;

/// What results are compared with.
#[derive(Debug, clap::Args)]
pub(super) struct BaselineArgs {
    /// Tell what has changed since an earlier run, by its `summary.json`; exit with 3 if something that matters got
    /// worse: what objectives are about or, without any, mean response, availability and throughput
    #[arg(long, value_name = "FILE", help_heading = "Baseline")]
    baseline: Option<PathBuf>,
    /// Worsening that is accepted, as in `5%`, beyond what chance explains; of an availability, it counts for what is
    /// missing
    #[arg(long, value_name = "SHARE", value_parser = <Share as Quantity>::parse, requires = "baseline", help_heading = "Baseline")]
    tolerance: Option<Share>,
}

impl BaselineArgs {
    /// Reads the baseline of each scenario, or of none; tells every mistake.
    pub(super) fn read(&self, scenarios: &[Scenario]) -> Result<Vec<Option<Baseline>>, Failure> {
        let Some(path) = &self.baseline else {
            return Ok(scenarios.iter().map(|_| None).collect());
        };
        let name = path.display();
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                return Err(Failure::Unusable(format!(
                    "error: cannot read the baseline {name}: {error}\nhelp: name a `summary.json` that `plimsoll run` wrote\n"
                )));
            }
        };
        let (mut baselines, mut mistakes) = (Vec::new(), String::new());
        for scenario in scenarios {
            if scenario.run.replications == Replications::Fixed(1) {
                mistakes += &format!(
                    "error: `{}` is run once, which gives no intervals to compare with the baseline\nhelp: run several \
                     replications\n",
                    scenario.name
                );
            }
            match report::baseline::read(&text, &scenario.name) {
                Ok(baseline) => baselines.push(Some(baseline)),
                Err(error) => {
                    mistakes += &format!(
                        "error: the baseline {name} {}\nhelp: {}\n",
                        error.fault, error.help
                    );
                }
            }
        }
        if mistakes.is_empty() {
            Ok(baselines)
        } else {
            Err(Failure::Unusable(mistakes))
        }
    }

    /// Holds results against a baseline, if there is one and something was measured; returns whether they are worse.
    pub(super) fn compare(&self, results: &mut Results, baseline: Option<&Baseline>) -> bool {
        let Some(baseline) = baseline.filter(|_| 0 < results.replications) else {
            return false;
        };
        let against = baseline::against(results, baseline, self.tolerance.map_or(0.0, Share::get));
        let is_worse = against.is_worse();
        results.baseline = Some(against);
        is_worse
    }
}
