//! Long experiments keep what is finished, so that they can be cut off and go on.

use std::path::Path;

use plimsoll::experiment::{Conduct, Kept};

use super::ui::Ui;

/// What an experiment keeps while it is under way, if it can.
pub(super) struct Savings(Option<Kept>);

impl Savings {
    /// Opens what an experiment that reports to this folder has kept so far. Without it the experiment is as good, and cannot
    /// go on after it was cut off.
    pub(super) fn open(folder: &Path, ui: &Ui) -> Self {
        let kept = Kept::open(folder);
        if let Err(error) = &kept {
            ui.remark(&format!(
                "warning: what is finished cannot be kept, so that this cannot go on when it is cut off: {error}\n"
            ));
        }
        Self(kept.ok())
    }

    /// Returns how to conduct an experiment that keeps what is finished.
    pub(super) fn keeping<'a>(&'a self, conduct: &Conduct<'a>) -> Conduct<'a> {
        Conduct {
            keeper: self.0.as_ref().map(|kept| kept as _),
            ..*conduct
        }
    }

    /// The experiment has ended, and its report is written. What is kept is of use only if someone interrupted.
    pub(super) fn close(self, interrupted: bool, ui: &Ui) {
        let Some(mut kept) = self.0 else { return };
        let mut text = String::new();
        let (recalled, damaged) = (kept.recalled(), kept.damaged());
        if 0 < recalled {
            text += &format!("{} found finished by an earlier run\n", count_of(recalled));
        }
        if 0 < damaged {
            text += &format!(
                "warning: {} found damaged and carried out again\n",
                count_of(damaged)
            );
        }
        if let Some(error) = kept.failure() {
            text += &format!("warning: not everything that is finished could be kept: {error}\n");
        }
        if interrupted {
            text += "what is finished is kept: the same command goes on from here\n";
        } else if let Err(error) = kept.discard() {
            text += &format!("warning: what was kept could not be removed: {error}\n");
        }
        ui.remark(&text);
    }
}

fn count_of(replications: usize) -> String {
    match replications {
        1 => "1 replication was".to_owned(),
        many => format!("{many} replications were"),
    }
}
