//! `plimsoll check`: is the file right?

use std::path::{Path, PathBuf};

use plimsoll::{
    config::Severity,
    scenario::{self, Finding, LoadError, Loaded, Scenario},
    units::figures,
};
use serde_json::{Value as Json, json};

use super::{ChangeArgs, Failure, Format, OutputArgs, exit_code, ui::Ui};

/// Check scenario files and show every mistake in them
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  plimsoll check scenarios/*.toml
  plimsoll check my.toml --set service.web.servers=12 --format json

Exit status: 0 all files are right, 2 some are not.")]
pub(super) struct CheckArgs {
    /// Scenario files
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &CheckArgs) -> Result<u8, Failure> {
    let ui = Ui::new(args.output.quiet);
    let (mut code, mut documents) = (exit_code::SUCCESS, Vec::new());
    for path in &args.scenarios {
        let result = scenario::load(path, &args.change.changes);
        if result.is_err() {
            code = exit_code::UNUSABLE;
        }
        match args.output.format {
            Format::Json => documents.push(document(path, &result)),
            Format::Text => tell(path, &result, &ui).map_err(Failure::stdout)?,
        }
    }
    if args.output.format == Format::Json {
        let whole = json!({ "plimsoll": env!("CARGO_PKG_VERSION"), "command": "check", "files": documents });
        ui.print(&format!("{whole:#}\n")).map_err(Failure::stdout)?;
    }
    Ok(code)
}

fn tell(path: &Path, result: &Result<Loaded, LoadError>, ui: &Ui) -> std::io::Result<()> {
    match result {
        Ok(loaded) => {
            if !loaded.warnings.is_empty() {
                ui.remark(&loaded.warnings.render(ui.color_stderr()));
            }
            ui.print(&format!(
                "{}: ok ({})\n",
                path.display(),
                outline(&loaded.scenario)
            ))
        }
        Err(error) => {
            ui.complain(&error.render(ui.color_stderr()));
            Ok(())
        }
    }
}

/// `"1 workload, 1 service of 10 servers, load 85 %"`.
fn outline(scenario: &Scenario) -> String {
    let deployment = &scenario.deployment;
    let servers: usize = deployment
        .services
        .iter()
        .map(plimsoll::model::ServicePlan::servers)
        .sum();
    let mut text = format!(
        "{}, {} of {}",
        count(deployment.workloads.len(), "workload"),
        count(deployment.services.len(), "service"),
        count(servers, "server")
    );
    if let Some(load) = highest_load(scenario) {
        let what = if deployment.services.len() == 1 {
            "load"
        } else {
            "highest load"
        };
        text = format!("{text}, {what} {} %", figures(100.0 * load, 3));
    }
    if !scenario.inputs.is_empty() {
        let inputs = count(scenario.inputs.len(), "uncertain value");
        text = format!("{text}, {inputs} at the middle");
    }
    text
}

fn highest_load(scenario: &Scenario) -> Option<f64> {
    let services = 0..scenario.deployment.services.len();
    services
        .filter_map(|service| scenario.load(service))
        .reduce(f64::max)
}

fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

fn document(path: &Path, result: &Result<Loaded, LoadError>) -> Json {
    let findings = |findings: &mut dyn Iterator<Item = Finding>| {
        findings.map(|found| finding(&found)).collect::<Vec<_>>()
    };
    let name = path.to_string_lossy();
    match result {
        Ok(loaded) => json!({
            "file": name,
            "ok": true,
            "scenario": loaded.scenario.name,
            "workloads": loaded.scenario.deployment.workloads.len(),
            "services": loaded.scenario.deployment.services.len(),
            "servers": loaded.scenario.deployment.services.iter().map(plimsoll::model::ServicePlan::servers).sum::<usize>(),
            "load": highest_load(&loaded.scenario),
            "findings": findings(&mut loaded.warnings.findings()),
        }),
        Err(LoadError::Invalid(diagnosis)) => json!({
            "file": name,
            "ok": false,
            "findings": findings(&mut diagnosis.findings()),
        }),
        Err(LoadError::Unreadable { reason, help, .. }) => json!({
            "file": name,
            "ok": false,
            "findings": [{ "severity": "error", "message": format!("cannot read it: {reason}"), "place": null, "help": help }],
        }),
    }
}

fn finding(found: &Finding) -> Json {
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let place = found
        .place
        .as_ref()
        .map(|place| json!({ "source": place.source, "line": place.line, "column": place.column }));
    json!({ "severity": severity, "message": found.message, "place": place, "help": found.help })
}
