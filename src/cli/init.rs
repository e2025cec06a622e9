//! `plimsoll init`: a commented scenario to start from.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::builder::{PossibleValue, PossibleValuesParser};
use plimsoll::scenario::{TEMPLATES, Template};

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
    let file = open(path, args.force).map_err(|error| cannot_write(path, &error))?;
    write(file, text).map_err(|error| cannot_write(path, &error))?;
    ui.remark(&format!("written: {}\n", path.display()));
    Ok(exit_code::SUCCESS)
}

fn open(path: &Path, force: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true);
    if force {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    options.open(path)
}

fn write(mut file: File, text: &str) -> io::Result<()> {
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
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
