//! `plimsoll plan`: the cheapest deployment that keeps its promises.

use std::path::PathBuf;

use plimsoll::{
    experiment::{self, Plan, Results, sweep::Made},
    report::{self, Invocation, Report, Style, junit::Document},
    scenario::Override,
};

use super::{
    Failure,
    conduct::{self, ExperimentArgs},
    explore::{Findings, explore},
    ui::Ui,
    vary,
};

/// Find the cheapest deployment that meets every objective, also on a bad day
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  plimsoll plan scenarios/three-zone-plan.toml
  plimsoll plan my.toml --set 'plan.survive=[\"zone:any\", \"load:1.3\"]' --replications 64
  plimsoll plan my.toml --set 'workload.shoppers.arrivals.rate={ between = [\"800 /s\", \"1200 /s\"] }'

The scenario says under `[plan]` what may vary, what is to be small and what is to be survived.
Every candidate runs on the same random numbers, and on no more replications than it takes to
decide: at most what the scenario gives itself, `replications` or `max_replications`. What is
finished is kept in the output folder until all of it is: when a search is cut off, the same command
goes on where it was, and comes to the very same results.

Where values are uncertain, as in the last example, or follow a distribution, as in
`{ uncertain = { distribution = \"lognormal\", mean = \"1000 /s\", cv = 0.2 } }`, each run draws its
own. Then the cheapest deployment is taken that misses something in no more runs than `risk` of
`[plan]` allows, 5 %.

Exit status: 0 found, 1 internal or machine failure, 2 unusable input, 3 nothing meets every
objective, 130 interrupted.")]
pub(super) struct PlanArgs {
    /// Scenario file
    scenario: PathBuf,
    #[command(flatten)]
    experiment: ExperimentArgs,
}

pub(super) fn run(args: &PlanArgs) -> Result<u8, Failure> {
    let how = &args.experiment;
    let ui = Ui::new(how.output.quiet);
    let mut scenario = conduct::load_uncertain(&args.scenario, &how.change, &how.output, &ui)?;
    how.conduct.apply(&mut scenario);
    let Some(planning) = &scenario.planning else {
        let text = "error: the scenario does not say what may vary\nhelp: add a table like\n\n    [plan]\n    vary = { \
                    \"service.web.servers\" = \"4..40\" }\n\n";
        return Err(Failure::Unusable(text.to_owned()));
    };
    vary::check_each(&args.scenario, &planning.axes, how, &ui)?;
    vary::check_ends(&args.scenario, &scenario.inputs, how, &ui)?;
    let make = |values: &[String], drawn: &[Override]| -> Option<Made> {
        let mut changes = vary::changes(&planning.axes, values, how);
        changes.extend_from_slice(drawn);
        vary::make(&args.scenario, changes, how).ok()
    };
    explore((&args.scenario, &scenario.name), how, &ui, |conduct| {
        experiment::plan(&scenario, &make, conduct)
    })
}

impl Findings for Plan {
    const COMMAND: &'static str = "plan";
    const FILES: &'static [Report<Self>] = report::PLAN;
    const NOTHING: &'static str = "more work comes in than any of the deployments can do: nothing was simulated, and no files were written\n";

    fn measured(&self) -> Vec<&Results> {
        self.measured().collect()
    }
    fn is_interrupted(&self) -> bool {
        self.interrupted
    }
    fn is_missed(&self) -> bool {
        self.best.is_none()
    }
    fn text(&self, invocation: &Invocation<'_>, style: Style) -> String {
        report::table::plan(self, invocation, style)
    }
    fn document(&self, invocation: &Invocation<'_>) -> String {
        report::json::plan(self, invocation)
    }
    fn add_tests(&self, document: &mut Document, invocation: &Invocation<'_>) {
        document.plan(self, invocation);
    }
}
