//! `plimsoll theory`: what do the formulas alone say?

use std::path::PathBuf;

use plimsoll::{
    experiment,
    report::{self, Invocation},
};

use super::{ChangeArgs, Failure, Format, OutputArgs, conduct, exit_code, run::one_document, ui::Ui};

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
    let mut documents = Vec::new();
    for (at, path) in args.scenarios.iter().enumerate() {
        let scenario = conduct::load(path, &args.change, &args.output, &ui)?;
        let results = experiment::theory_only(&scenario);
        let invocation = Invocation {
            command: "theory",
            wall_seconds: 0.0,
        };
        match args.output.format {
            Format::Json => documents.push(report::json::run(&results, &invocation)),
            Format::Text => {
                let gap = if at == 0 { "" } else { "\n" };
                let text = report::table::run(&results, &invocation, ui.style());
                ui.print(&format!("{gap}{text}")).map_err(Failure::stdout)?;
            }
        }
    }
    if args.output.format == Format::Json {
        ui.print(&one_document(&documents, args.scenarios.len()))
            .map_err(Failure::stdout)?;
    }
    Ok(exit_code::SUCCESS)
}
