//! `plimsoll run`: how will it behave?

use std::path::PathBuf;

use plimsoll::{
    experiment::{self, results::Verdict},
    report::{self, Invocation, Origin, Output},
    scenario::Scenario,
};

use super::{
    Failure,
    baseline::BaselineArgs,
    conduct::{self, ExperimentArgs, Outcome, unwritable},
    tell::Teller,
    ui::Ui,
};

/// Simulate scenarios and hold them against theory and their objectives
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  plimsoll run scenarios/web-tier.toml
  plimsoll run my.toml --set service.web.servers=12 --replications 40
  plimsoll run my.toml --html
  plimsoll run my.toml --baseline baseline.json --tolerance 5% --junit capacity.xml
  plimsoll run my.toml --format json | jq '.measures[] | select(.measure == \"response.p99\")'

Exit status: 0 done and every objective met, 1 internal or machine failure, 2 unusable input,
3 done but an objective is missed, or something got worse than the baseline,
130 interrupted (what was finished is reported).")]
pub(super) struct RunArgs {
    /// Scenario files
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    #[command(flatten)]
    baseline: BaselineArgs,
    #[command(flatten)]
    experiment: ExperimentArgs,
}

pub(super) fn run(args: &RunArgs) -> Result<u8, Failure> {
    let how = &args.experiment;
    let ui = Ui::new(how.output.quiet);
    let scenarios = load_all(args, &ui)?;
    let baselines = args.baseline.read(&scenarios)?;
    // All folders are tried before the first run, which may take long.
    let folder = |scenario: &Scenario| how.folder.folder(&scenario.name, scenarios.len());
    let outputs: Result<Vec<Output>, _> = scenarios
        .iter()
        .map(|scenario| Output::prepare(&folder(scenario), &report::names(report::RUN)))
        .collect();
    let outputs = outputs.map_err(|error| unwritable(&error))?;
    let mut junit = how.extra.junit("run")?;
    let origins = args
        .scenarios
        .iter()
        .map(|path| how.extra.origin(std::slice::from_ref(path)));
    let origins: Vec<Option<Origin>> = origins.collect();
    let (mut outcome, mut unwritten) = (Outcome::default(), None);
    let mut teller = Teller::new(&ui, how.output.format);
    let all = scenarios.iter().zip(&baselines).zip(&origins).zip(outputs);
    for (((scenario, baseline), origin), mut output) in all {
        let (mut results, wall_seconds) = how
            .conduct
            .carry_out(&scenario.name, &ui, |conduct| experiment::run(scenario, conduct))?;
        let invocation = Invocation {
            command: "run",
            wall_seconds,
            origin: origin.as_ref(),
        };
        outcome.missed |= args.baseline.compare(&mut results, baseline.as_ref());
        teller.results(&results, &invocation)?;
        // A full disk takes the files, not what can still be told.
        if 0 < results.replications {
            junit.document().run(&results, &invocation);
            if let Err(error) = report::write(report::RUN, &results, &invocation, &mut output) {
                unwritten = unwritten.or(Some(conduct::unwritten(&error)));
            }
        }
        teller.files(&output)?;
        ui.complain(&outcome.complaints(&results));
        outcome.missed |= !results.verdicts.iter().all(Verdict::is_met);
        outcome.interrupted |= results.interrupted;
        if outcome.interrupted {
            if results.replications == 0 {
                ui.complain(conduct::NOTHING_FINISHED);
            }
            break;
        }
    }
    junit.write(&teller)?;
    teller.finish(scenarios.len())?;
    unwritten.map_or_else(|| Ok(outcome.code()), Err)
}

/// Loads all scenarios, so that mistakes in the last one show before the first one has run.
fn load_all(args: &RunArgs, ui: &Ui) -> Result<Vec<Scenario>, Failure> {
    let how = &args.experiment;
    let (mut scenarios, mut mistakes): (Vec<Scenario>, String) = (Vec::new(), String::new());
    for path in &args.scenarios {
        match conduct::load(path, &how.change, &how.output, ui) {
            Ok(mut scenario) => {
                if scenarios.iter().any(|other| other.name == scenario.name) {
                    mistakes += &format!(
                        "error: two scenario files are called `{}`, and their results would go to one folder\nhelp: run \
                         them one after the other, with `--out`\n",
                        scenario.name
                    );
                }
                how.conduct.apply(&mut scenario);
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
