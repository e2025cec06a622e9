//! `plimsoll compare`: which variant is best, by how much, and is the difference real?

use std::path::PathBuf;

use plimsoll::{
    experiment::{self, results::Verdict, sweep::Axis},
    report::{self, Invocation, Output},
};

use super::{
    Failure, Format,
    conduct::{self, ExperimentArgs, Outcome, unwritable, unwritten},
    lineup,
    tell::Teller,
    ui::Ui,
};

/// Run variants of a scenario, or several scenarios, on the very same requests and rank them
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  plimsoll compare scenarios/web-tier.toml --vary service.web.balancer=all
  plimsoll compare my.toml --vary service.web.servers=8,10,12 --vary service.web.slots=1,2
  plimsoll compare today.toml proposal.toml

`all` stands for every balancer or every discipline; those that do not suit the scenario are left out, and named.
Variants are compared by the objectives of the first scenario, or else by the mean response, and ranked by the first of
them. Several files are run as the first one is: its duration, its seed, its replications.

Exit status: 0 done and the best variant meets every objective, 1 internal or machine failure,
2 unusable input, 3 done but even the best variant misses an objective, 130 interrupted.")]
pub(super) struct CompareArgs {
    /// Scenario files
    #[arg(value_name = "SCENARIO", required = true)]
    scenarios: Vec<PathBuf>,
    /// Values to compare, as in `service.web.servers=8,10,12`; several make all combinations
    #[arg(long = "vary", value_name = "PATH=A,B,…", help_heading = "Scenario")]
    axes: Vec<Axis>,
    /// Compare by this measure, as `workload.shoppers.response.p99`; give it several times for several, the first ranks
    #[arg(long = "measure", value_name = "PATH", help_heading = "Scenario")]
    measures: Vec<String>,
    #[command(flatten)]
    experiment: ExperimentArgs,
}

pub(super) fn run(args: &CompareArgs) -> Result<u8, Failure> {
    let how = &args.experiment;
    let ui = Ui::new(how.output.quiet);
    let lineup = lineup::load(&args.scenarios, &args.axes, &args.measures, how, &ui)?;
    let folder = how.folder.folder(&lineup.name, 1);
    let mut output =
        Output::prepare(&folder, &report::names(report::COMPARE)).map_err(|error| unwritable(&error))?;
    let mut junit = how.extra.junit("compare")?;
    let origin = how.extra.origin(&args.scenarios);
    let (mut comparison, wall_seconds) = how.conduct.carry_out(&lineup.name, &ui, |conduct| {
        experiment::compare(&lineup.variants, &lineup.criteria, conduct)
    })?;
    comparison.notes.splice(0..0, lineup.notes);
    let invocation = Invocation {
        command: "compare",
        wall_seconds,
        origin: origin.as_ref(),
    };
    let written = if 0 < comparison.variants[0].results.replications {
        junit.document().compare(&comparison, &invocation);
        report::write(report::COMPARE, &comparison, &invocation, &mut output)
    } else {
        ui.complain(conduct::NOTHING_FINISHED);
        Ok(())
    };
    let teller = Teller::new(&ui, how.output.format);
    match how.output.format {
        Format::Json => ui
            .print(&report::json::compare(&comparison, &invocation))
            .map_err(Failure::stdout)?,
        Format::Text => {
            ui.print(&report::table::compare(&comparison, &invocation, ui.style()))
                .map_err(Failure::stdout)?;
            teller.files(&output)?;
        }
    }
    junit.write(&teller)?;
    written.map_err(|error| unwritten(&error))?;
    let best = &comparison.variants[0].results;
    let mut outcome = Outcome {
        interrupted: comparison.interrupted,
        missed: !best.verdicts.iter().all(Verdict::is_met),
        ..Outcome::default()
    };
    for variant in &comparison.variants {
        ui.complain(&outcome.complaints(&variant.results));
    }
    Ok(outcome.code())
}
