//! `plimsoll theory`: what do the formulas alone say?

use std::path::PathBuf;

use plimsoll::{experiment, report::Invocation};

use super::{ChangeArgs, Failure, OutputArgs, conduct, exit_code, tell::Teller, ui::Ui};

/// Print what the formulas say, without simulating, and the load at which each objective breaks
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  plimsoll theory scenarios/web-tier.toml
  plimsoll theory my.toml --set service.web.servers=12 --format json

Exit status: 0 done, 1 machine failure, 2 unusable input.")]
pub(super) struct TheoryArgs {
    /// Scenario files
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &TheoryArgs) -> Result<u8, Failure> {
    let ui = Ui::new(args.output.quiet);
    let mut teller = Teller::new(&ui, args.output.format);
    for path in &args.scenarios {
        let scenario = conduct::load(path, &args.change, &args.output, &ui)?;
        let invocation = Invocation {
            command: "theory",
            wall_seconds: 0.0,
            origin: None,
        };
        teller.results(&experiment::theory_only(&scenario), &invocation)?;
    }
    teller.finish(args.scenarios.len())?;
    Ok(exit_code::SUCCESS)
}
