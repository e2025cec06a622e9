//! The command line: one file per subcommand, its arguments first and then its steps.
//!
//! **Lives here:** arguments, exit codes, and everything that is printed.
//! **Lives elsewhere:** what the commands do (`scenario`, `experiment`, `report`).

mod baseline;
mod check;
mod compare;
mod completions;
mod conduct;
mod exit_code;
mod explore;
mod extra;
mod init;
mod kept;
mod lineup;
mod plan;
mod run;
mod schema;
mod spread;
mod sweep;
mod tell;
mod theory;
mod ui;
mod vary;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use plimsoll::scenario::Override;

use self::ui::Ui;

/// Find out how much load a deployment carries before you deploy it
#[derive(Debug, Parser)]
#[command(name = "plimsoll", version, max_term_width = 100, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  plimsoll init > my.toml        Start from a commented scenario
  plimsoll check my.toml         Find every mistake in it
  plimsoll run my.toml           Simulate it, and hold it against theory
  plimsoll compare my.toml --vary service.web.balancer=random,power-of-d
                                 Find out which variant is best, and by how much
  plimsoll sweep my.toml --vary workload.shoppers.arrivals.rate=100/s..1000/s
                                 Find out where it breaks
  plimsoll plan my.toml          Find the cheapest deployment that keeps its promises

Exit status: 0 done and every objective met, 1 internal or machine failure, 2 unusable input,
3 done but an objective is missed or something got worse, 130 interrupted.";

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::RunArgs),
    Compare(compare::CompareArgs),
    Sweep(sweep::SweepArgs),
    Plan(plan::PlanArgs),
    Theory(theory::TheoryArgs),
    Check(check::CheckArgs),
    Init(init::InitArgs),
    Schema(schema::SchemaArgs),
    Completions(completions::CompletionsArgs),
}

/// Changes to the scenario, for this run only.
#[derive(Debug, Args)]
struct ChangeArgs {
    /// Change a value of the scenario, as in `service.web.servers=12`; can be repeated
    #[arg(long = "set", value_name = "PATH=VALUE", help_heading = "Scenario")]
    changes: Vec<Override>,
}

/// How results are told.
#[derive(Debug, Args)]
struct OutputArgs {
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = "Output")]
    format: Format,
    /// Leave out progress, remarks and warnings
    #[arg(long, short, help_heading = "Output")]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON document
    Json,
}

/// Why a command could not be carried out.
#[derive(Debug)]
enum Failure {
    /// The user's mistake: told as it is, exit code 2.
    Unusable(String),
    /// The machine's failure: exit code 1.
    Machine(String),
}

impl Failure {
    #[expect(clippy::needless_pass_by_value, reason = "the form that `map_err` takes")]
    fn stdout(error: std::io::Error) -> Self {
        Self::Machine(format!("error: cannot write to standard output: {error}\n"))
    }
}

/// Carries out the command line and returns the exit code.
pub(crate) fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; a closed pipe keeps nobody from ending.
            let _ = error.print();
            let code = if error.use_stderr() {
                exit_code::UNUSABLE
            } else {
                exit_code::SUCCESS
            };
            return code.into();
        }
    };
    let result = match &cli.command {
        Command::Run(args) => run::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Sweep(args) => sweep::run(args),
        Command::Plan(args) => plan::run(args),
        Command::Theory(args) => theory::run(args),
        Command::Check(args) => check::run(args),
        Command::Init(args) => init::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Completions(args) => completions::run(args),
    };
    let (code, text) = match result {
        Ok(code) => return code.into(),
        Err(Failure::Unusable(text)) => (exit_code::UNUSABLE, text),
        Err(Failure::Machine(text)) => (exit_code::FAILURE, text),
    };
    Ui::new(false).complain(&text);
    code.into()
}
