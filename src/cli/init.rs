//! `plimsoll init`: a commented scenario to start from.

use std::{io, path::PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser};
use plimsoll::{
    report::{self, FileError},
    scenario::{TEMPLATES, Template},
};

use super::{Failure, exit_code, ui::Ui};

/// Print a commented scenario to start from
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  plimsoll init > my.toml
  plimsoll init web-tier --out my.toml")]
pub(super) struct InitArgs {
    /// Which one
    #[arg(default_value = TEMPLATES[0].name, value_parser = names())]
    template: String,
    /// Write it to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Overwrite the file if it exists
    #[arg(long, requires = "out")]
    force: bool,
}

fn names() -> PossibleValuesParser {
    let value = |template: &Template| PossibleValue::new(template.name).help(template.summary());
    PossibleValuesParser::new(TEMPLATES.iter().map(value))
}

pub(super) fn run(args: &InitArgs) -> Result<u8, Failure> {
    let ui = Ui::new(false);
    let template = TEMPLATES.iter().find(|template| template.name == args.template);
    let text = template.expect("the parser takes only names of templates").text;
    let Some(path) = &args.out else {
        ui.print(text).map_err(Failure::stdout)?;
        return Ok(exit_code::SUCCESS);
    };
    report::write_file(path, text.as_bytes(), args.force).map_err(|error| cannot_write(&error))?;
    ui.remark(&format!("written: {}\n", path.display()));
    Ok(exit_code::SUCCESS)
}

fn cannot_write(error: &FileError) -> Failure {
    let (path, error) = (error.path.display(), &error.source);
    match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::Unusable(format!(
            "error: {path} exists\nhelp: add `--force` to overwrite it\n"
        )),
        io::ErrorKind::NotFound => {
            Failure::Unusable(format!("error: cannot write {path}: its folder does not exist\n"))
        }
        _ => Failure::Machine(format!("error: cannot write {path}: {error}\n")),
    }
}
