//! `plimsoll run`: how will it behave?

use std::path::PathBuf;

use plimsoll::{
    experiment::{self, results::Verdict},
    report::{self, Invocation, Output},
    scenario::Scenario,
};

use super::{
    ChangeArgs, Failure, Format, OutputArgs,
    conduct::{self, ConductArgs, FolderArgs, Outcome, unwritable, unwritten},
    ui::Ui,
};

/// Simulate scenarios and hold them against theory and their objectives
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  plimsoll run scenarios/web-tier.toml
  plimsoll run my.toml --set service.web.servers=12 --replications 40
  plimsoll run my.toml --format json | jq '.measures[] | select(.measure == \"response.p99\")'

Exit status: 0 done and every objective met, 1 internal or machine failure, 2 unusable input,
3 done but an objective is missed, 130 interrupted (what was finished is reported).")]
pub(super) struct RunArgs {
    /// Scenario files
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    conduct: ConductArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    folder: FolderArgs,
}

pub(super) fn run(args: &RunArgs) -> Result<u8, Failure> {
    let ui = Ui::new(args.output.quiet);
    let scenarios = load_all(args, &ui)?;
    // All folders are tried before the first run, which may take long.
    let folder = |scenario: &Scenario| args.folder.folder(&scenario.name, scenarios.len());
    let outputs: Result<Vec<Output>, _> = scenarios
        .iter()
        .map(|scenario| Output::prepare(&folder(scenario), &report::names(report::RUN)))
        .collect();
    let outputs = outputs.map_err(|error| unwritable(&error))?;
    let (mut outcome, mut documents) = (Outcome::default(), Vec::new());
    for (at, (scenario, mut output)) in scenarios.iter().zip(outputs).enumerate() {
        let (results, wall_seconds) = args
            .conduct
            .carry_out(&scenario.name, &ui, |conduct| experiment::run(scenario, conduct))?;
        let invocation = Invocation {
            command: "run",
            wall_seconds,
        };
        if 0 < results.replications {
            report::write(report::RUN, &results, &invocation, &mut output)
                .map_err(|error| unwritten(&error))?;
        }
        match args.output.format {
            Format::Json => documents.push(report::json::run(&results, &invocation)),
            Format::Text => {
                let gap = if at == 0 { "" } else { "\n" };
                let text = report::table::run(&results, &invocation, ui.style());
                ui.print(&format!("{gap}{text}")).map_err(Failure::stdout)?;
                tell_files(&output, &ui)?;
            }
        }
        outcome.tell_violations(&results, &ui);
        outcome.missed |= !results.verdicts.iter().all(Verdict::is_met);
        outcome.interrupted |= results.interrupted;
        if outcome.interrupted {
            break;
        }
    }
    if args.output.format == Format::Json {
        ui.print(&one_document(&documents, scenarios.len()))
            .map_err(Failure::stdout)?;
    }
    Ok(outcome.code())
}

/// Tells which files were written.
pub(super) fn tell_files(output: &Output, ui: &Ui) -> Result<(), Failure> {
    let Some(listing) = output.listing() else {
        return Ok(());
    };
    ui.print(&format!("\nwritten: {listing}\n"))
        .map_err(Failure::stdout)
}

/// One scenario makes an object, several make a list of them.
pub(super) fn one_document(documents: &[String], scenarios: usize) -> String {
    if scenarios == 1 {
        return documents.concat();
    }
    let documents: Vec<&str> = documents.iter().map(|document| document.trim_end()).collect();
    format!("[{}]\n", documents.join(",\n"))
}

/// Loads all scenarios, so that mistakes in the last one show before the first one has run.
fn load_all(args: &RunArgs, ui: &Ui) -> Result<Vec<Scenario>, Failure> {
    let (mut scenarios, mut mistakes): (Vec<Scenario>, String) = (Vec::new(), String::new());
    for path in &args.scenarios {
        match conduct::load(path, &args.change, &args.output, ui) {
            Ok(mut scenario) => {
                if scenarios.iter().any(|other| other.name == scenario.name) {
                    mistakes += &format!(
                        "error: two scenario files are called `{}`, and their results would go to one folder\nhelp: run \
                         them one after the other, with `--out`\n",
                        scenario.name
                    );
                }
                args.conduct.apply(&mut scenario);
                scenarios.push(scenario);
            }
            Err(Failure::Unusable(text)) => mistakes += &text,
            Err(failure) => return Err(failure),
        }
    }
    if mistakes.is_empty() {
        Ok(scenarios)
    } else {
        Err(Failure::Unusable(mistakes))
    }
}
