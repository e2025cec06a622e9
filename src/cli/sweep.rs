//! `plimsoll sweep`: how measures change along an axis, where objectives break, and where the knee is.

use std::path::PathBuf;

use plimsoll::{
    experiment::{
        self, Results, Sweep,
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

/// Simulate a scenario along one axis or two, and find out where its objectives break
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  plimsoll sweep scenarios/web-tier.toml --vary workload.shoppers.arrivals.rate=100/s..1000/s:10
  plimsoll sweep my.toml --vary service.web.servers=4..16
  plimsoll sweep my.toml --vary workload.shoppers.arrivals.rate=100/s..900/s --vary service.web.slots=1,2,4

Every point runs on the same random numbers. Between the points of the grid, others are added until
the load at which each objective breaks is known to 1 %. Points with more work than can be done are
not simulated.

What is finished is kept in the output folder until all of it is: when a sweep is cut off, the same
command goes on where it was, and comes to the very same results.

Exit status: 0 done, 1 internal or machine failure, 2 unusable input, 3 done but no point meets every
objective, 130 interrupted.")]
pub(super) struct SweepArgs {
    /// Scenario file
    scenario: PathBuf,
    /// Values to go through: a range, as in `service.web.servers=4..16` or `…rate=100/s..1000/s:10` (with `:log` for
    /// equal ratios), or a list; a second makes a plane
    #[arg(
        long = "vary",
        value_name = "PATH=LOW..HIGH",
        required = true,
        help_heading = "Scenario"
    )]
    axes: Vec<Axis>,
    #[command(flatten)]
    experiment: ExperimentArgs,
}

/// Axes that a sweep may have.
const MOST_AXES: usize = 2;

pub(super) fn run(args: &SweepArgs) -> Result<u8, Failure> {
    let how = &args.experiment;
    let ui = Ui::new(how.output.quiet);
    if MOST_AXES < args.axes.len() {
        let text =
            "error: more than two axes\nhelp: sweep over one or two, and change the others with `--set`\n";
        return Err(Failure::Unusable(text.to_owned()));
    }
    let scenario = conduct::load_loosely(&args.scenario, &how.change, &how.output, &ui)?;
    vary::check(&args.scenario, &args.axes, how, &ui)?;
    let folder = how.folder.folder(&scenario.name, 1);
    let mut output =
        Output::prepare(&folder, &report::names(report::SWEEP)).map_err(|error| unwritable(&error))?;
    let mut junit = how.extra.junit("sweep")?;
    let savings = Savings::open(&folder, &ui);
    let origin = how.extra.origin(std::slice::from_ref(&args.scenario));
    let make =
        |values: &[String]| -> Option<Made> { vary::make(&args.scenario, &args.axes, values, how).ok() };
    let (sweep, wall_seconds) = how.conduct.carry_out(&scenario.name, &ui, |conduct| {
        experiment::sweep(&args.axes, &make, &savings.keeping(conduct))
    })?;
    let invocation = Invocation {
        command: "sweep",
        wall_seconds,
        origin: origin.as_ref(),
    };
    if sweep.measured().next().is_none() {
        ui.complain(nothing(&sweep));
        savings.close(sweep.interrupted, &ui);
        return Ok(Outcome {
            interrupted: sweep.interrupted,
            missed: true,
            ..Outcome::default()
        }
        .code());
    }
    junit.document().sweep(&sweep, &invocation);
    let written = report::write(report::SWEEP, &sweep, &invocation, &mut output);
    let teller = Teller::new(&ui, how.output.format);
    match how.output.format {
        Format::Json => ui
            .print(&report::json::sweep(&sweep, &invocation))
            .map_err(Failure::stdout)?,
        Format::Text => {
            ui.print(&report::table::sweep(&sweep, &invocation, ui.style()))
                .map_err(Failure::stdout)?;
            teller.files(&output)?;
        }
    }
    junit.write(&teller)?;
    written.map_err(|error| unwritten(&error))?;
    let mut outcome = Outcome {
        interrupted: sweep.interrupted,
        missed: !sweep.measured().any(Results::is_good),
        ..Outcome::default()
    };
    savings.close(sweep.interrupted, &ui);
    for results in sweep.measured() {
        ui.complain(&outcome.complaints(results));
    }
    Ok(outcome.code())
}

fn nothing(sweep: &Sweep) -> &'static str {
    if sweep.interrupted {
        conduct::NOTHING_FINISHED
    } else {
        "at every point more work comes in than can be done: nothing was simulated, and no files were written\n"
    }
}
