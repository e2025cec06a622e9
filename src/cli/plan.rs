//! `plimsoll plan`: the cheapest deployment that keeps its promises.

use std::path::PathBuf;

use plimsoll::{
    experiment::{
        self,
        sweep::{Axis, Made},
    },
    report::{self, Invocation, Output},
};

use super::{
    Failure, Format,
    conduct::{self, ExperimentArgs, Outcome, unwritable, unwritten},
    kept::Savings,
    tell::Teller,
    ui::Ui,
    vary,
};

/// Find the cheapest deployment that meets every objective, also on a bad day
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  plimsoll plan scenarios/three-zone-plan.toml
  plimsoll plan my.toml --set 'plan.survive=[\"zone:any\", \"load:1.3\"]' --replications 64

The scenario says under `[plan]` what may vary, what is to be small and what is to be survived.
Every candidate runs on the same random numbers, and on no more replications than it takes to decide:
at most what the scenario gives itself, `replications` or `max_replications`. What is finished is kept
in the output folder until all of it is: when a search is cut off, the same command goes on where it
was, and comes to the very same results.

Exit status: 0 found, 1 internal or machine failure, 2 unusable input, 3 nothing meets every objective,
130 interrupted.")]
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
    let folder = how.folder.folder(&scenario.name, 1);
    let mut output =
        Output::prepare(&folder, &report::names(report::PLAN)).map_err(|error| unwritable(&error))?;
    let mut junit = how.extra.junit("plan")?;
    let origin = how.extra.origin(std::slice::from_ref(&args.scenario));
    let inputs = scenario.inputs.iter().map(|input| Axis {
        path: input.path.clone(),
        values: Vec::new(),
        scale: None,
    });
    let axes: Vec<Axis> = planning.axes.iter().cloned().chain(inputs).collect();
    let savings = Savings::open(&folder, &ui);
    let make = |values: &[String]| -> Option<Made> { vary::make(&args.scenario, &axes, values, how).ok() };
    let (plan, wall_seconds) = how.conduct.carry_out(&scenario.name, &ui, |conduct| {
        experiment::plan(&scenario, &make, &savings.keeping(conduct))
    })?;
    let invocation = Invocation {
        command: "plan",
        wall_seconds,
        origin: origin.as_ref(),
    };
    let mut outcome = Outcome {
        interrupted: plan.interrupted,
        missed: plan.best.is_none(),
        ..Outcome::default()
    };
    if plan.measured().next().is_none() {
        ui.complain(if plan.interrupted {
            conduct::NOTHING_FINISHED
        } else {
            "more work comes in than any of the deployments can do: nothing was simulated, and no files were written\n"
        });
        savings.close(plan.interrupted, &ui);
        return Ok(outcome.code());
    }
    junit.document().plan(&plan, &invocation);
    let written = report::write(report::PLAN, &plan, &invocation, &mut output);
    let teller = Teller::new(&ui, how.output.format);
    match how.output.format {
        Format::Json => ui
            .print(&report::json::plan(&plan, &invocation))
            .map_err(Failure::stdout)?,
        Format::Text => {
            ui.print(&report::table::plan(&plan, &invocation, ui.style()))
                .map_err(Failure::stdout)?;
            teller.files(&output)?;
        }
    }
    junit.write(&teller)?;
    written.map_err(|error| unwritten(&error))?;
    savings.close(plan.interrupted, &ui);
    for results in plan.measured() {
        ui.complain(&outcome.complaints(results));
    }
    Ok(outcome.code())
}
