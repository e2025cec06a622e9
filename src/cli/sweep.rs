//! `plimsoll sweep`: how measures change along an axis, where objectives break, and where the knee is.

use std::path::PathBuf;

use plimsoll::{
    experiment::{
        self, Results, Sweep,
        sweep::{Axis, Depth, Made},
    },
    report::{self, Invocation, Report, Style, junit::Document},
};

use super::{
    Failure,
    conduct::{self, ExperimentArgs},
    explore::{Findings, explore},
    spread,
    ui::Ui,
    vary,
};

/// Simulate a scenario along one axis or two, and find out where its objectives break
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  plimsoll sweep scenarios/web-tier.toml --vary workload.shoppers.arrivals.rate=100/s..1000/s:10
  plimsoll sweep my.toml --vary service.web.servers=4..16
  plimsoll sweep my.toml --vary workload.shoppers.arrivals.rate=100/s..900/s --vary service.web.slots=1,2,4
  plimsoll sweep my.toml --vary workload.shoppers.arrivals.rate=100/s..900/s --vary service.web.balancer=all

Every point runs on the same random numbers. Between the points of the grid, others are added until
the load at which each objective breaks is known to 1 %, for each value of a second axis, unless
--no-refine says not to. Points with more work than can be done are not simulated. `all` stands for
every balancer, or every discipline; two axes of numbers make a map.

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
    /// Simulate the points that are asked for and no others; where objectives break is then known as closely as these lie together
    #[arg(long, help_heading = "Scenario")]
    no_refine: bool,
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
    let (axes, left_out) = spread::suited(&args.scenario, &args.axes, how);
    vary::check(&args.scenario, &axes, how, &ui)?;
    let depth = if args.no_refine {
        Depth::Grid
    } else {
        Depth::Closer
    };
    let make = |values: &[String]| -> Option<Made> {
        vary::make(&args.scenario, vary::changes(&axes, values, how), how).ok()
    };
    explore((&args.scenario, &scenario.name), how, &ui, |conduct| {
        let mut sweep = experiment::sweep(&axes, &make, depth, conduct);
        sweep.notes.extend(left_out.iter().cloned());
        sweep
    })
}

impl Findings for Sweep {
    const COMMAND: &'static str = "sweep";
    const FILES: &'static [Report<Self>] = report::SWEEP;
    const NOTHING: &'static str = "at every point more work comes in than can be done: nothing was simulated, and no files were written\n";

    fn measured(&self) -> Vec<&Results> {
        self.measured().collect()
    }
    fn is_interrupted(&self) -> bool {
        self.interrupted
    }
    fn is_missed(&self) -> bool {
        !self.measured().any(Results::is_good)
    }
    fn text(&self, invocation: &Invocation<'_>, style: Style) -> String {
        report::table::sweep(self, invocation, style)
    }
    fn document(&self, invocation: &Invocation<'_>) -> String {
        report::json::sweep(self, invocation)
    }
    fn add_tests(&self, document: &mut Document, invocation: &Invocation<'_>) {
        document.sweep(self, invocation);
    }
}
