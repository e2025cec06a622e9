//! `plimsoll completions`: the shell completes commands and options.

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, Failure, exit_code, ui::Ui};

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  plimsoll completions bash > ~/.local/share/bash-completion/completions/plimsoll")]
pub(super) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "plimsoll", &mut script);
    Ui::new(false)
        .print(&String::from_utf8_lossy(&script))
        .map_err(Failure::stdout)?;
    Ok(exit_code::SUCCESS)
}
