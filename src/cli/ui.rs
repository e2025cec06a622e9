//! What goes where: data to standard output, the rest to standard error.

use std::io::{self, IsTerminal, Write};

use plimsoll::report::Style;

/// The two ways out of the program. Only `cli` has them.
#[derive(Debug)]
pub(super) struct Ui {
    stdout: io::Stdout,
    stderr: io::Stderr,
    color_stderr: bool,
    color_stdout: bool,
    quiet: bool,
}

impl Ui {
    /// Looks at where the output goes: colour is for terminals, and yields to `NO_COLOR` (<https://no-color.org>).
    pub(super) fn new(quiet: bool) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let able = std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self {
            stdout: io::stdout(),
            stderr: io::stderr(),
            color_stderr: wanted && able && io::stderr().is_terminal(),
            color_stdout: wanted && able && io::stdout().is_terminal(),
            quiet,
        }
    }

    /// Returns whether text on standard error may have colours.
    pub(super) fn color_stderr(&self) -> bool {
        self.color_stderr
    }

    /// Returns how text on standard output may look.
    pub(super) fn style(&self) -> Style {
        if self.color_stdout {
            Style::Ansi
        } else {
            Style::Plain
        }
    }

    /// Returns whether someone is there to watch a progress bar.
    pub(super) fn shows_progress(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// Writes data to standard output. That the reader has gone (`plimsoll … | head`) is not a failure.
    pub(super) fn print(&self, text: &str) -> io::Result<()> {
        let mut stdout = self.stdout.lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }

    /// Says something that the user asked not to hear when `--quiet` is given: warnings, what was written where.
    pub(super) fn remark(&self, text: &str) {
        if !self.quiet {
            self.complain(text);
        }
    }

    /// Says what is wrong.
    pub(super) fn complain(&self, text: &str) {
        // Nobody is left to be told when standard error is closed.
        let _ = self.stderr.lock().write_all(text.as_bytes());
    }
}
