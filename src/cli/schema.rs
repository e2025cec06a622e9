//! `plimsoll schema`: the scenario language, for editors and for readers.

use plimsoll::scenario;

use super::{Failure, exit_code, ui::Ui};

/// Print a JSON Schema by which an editor completes and checks scenario files
#[derive(Debug, clap::Args)]
pub(super) struct SchemaArgs {
    /// Print the reference of the language instead, as Markdown
    #[arg(long)]
    reference: bool,
}

pub(super) fn run(args: &SchemaArgs) -> Result<u8, Failure> {
    let text = if args.reference {
        scenario::reference()
    } else {
        format!("{:#}\n", scenario::json_schema())
    };
    Ui::new(false).print(&text).map_err(Failure::stdout)?;
    Ok(exit_code::SUCCESS)
}
