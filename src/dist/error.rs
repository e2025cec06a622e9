//! What can be wrong with a distribution's parameters, all of it at once.

use std::fmt;

/// The parameters do not make a distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct DistError(Vec<Fault>);

/// One wrong parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Its name, the same in a scenario and in a constructor.
    pub parameter: &'static str,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// A word or two to stand beside it.
    pub label: &'static str,
    /// The way out.
    pub help: &'static str,
}

impl DistError {
    /// Returns every fault that was found; there is at least one.
    pub fn faults(&self) -> &[Fault] {
        &self.0
    }

    /// Lays the faults at the door of another parameter, from which the wrong ones were made.
    pub(super) fn within(mut self, parameter: &'static str, place: &str) -> Self {
        for fault in &mut self.0 {
            fault.parameter = parameter;
            fault.message = format!("{place}: {}", fault.message);
        }
        self
    }
}

impl fmt::Display for DistError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            let between = if index == 0 { "" } else { "; " };
            write!(f, "{between}{} ({})", fault.message, fault.help)?;
        }
        Ok(())
    }
}

impl std::error::Error for DistError {}

/// The shortest and the longest time a parameter may be, in seconds. Wide enough for anything on the simulated
/// clock, and narrow enough for third moments to stay clear of underflow and overflow.
const TIMES: (f64, f64) = (1e-12, 1e12);

/// The coefficients of variation that the formulas are tested for.
const CVS: (f64, f64) = (1e-3, 100.0);

/// Collects faults, so that one wrong parameter does not hide another.
#[derive(Default)]
pub(super) struct Check(Vec<Fault>);

impl Check {
    /// Notes a fault unless `holds`.
    pub(super) fn that(
        &mut self,
        holds: bool,
        parameter: &'static str,
        message: impl Into<String>,
        label: &'static str,
        help: &'static str,
    ) {
        if !holds {
            self.0.push(Fault {
                parameter,
                message: message.into(),
                label,
                help,
            });
        }
    }

    /// Checks a time that must be greater than zero.
    pub(super) fn time(&mut self, parameter: &'static str, value: f64) {
        let help = "write a time greater than zero, like \"10 ms\"";
        if value == 0.0 {
            let message = format!("`{parameter}` is zero");
            self.that(false, parameter, message, "no time at all", help);
        } else {
            self.usable(parameter, value, help);
        }
    }

    /// Checks a time that may be zero.
    pub(super) fn time_or_zero(&mut self, parameter: &'static str, value: f64) {
        if value != 0.0 {
            self.usable(parameter, value, "write zero, or a time from 1e-12 s to 1e12 s");
        }
    }

    fn usable(&mut self, parameter: &'static str, value: f64, help: &'static str) {
        let message = format!("`{parameter}` is {value} s, which is no usable time");
        let fits = (TIMES.0..=TIMES.1).contains(&value);
        self.that(fits, parameter, message, "out of range", help);
    }

    /// Checks a coefficient of variation.
    pub(super) fn cv(&mut self, value: f64) {
        if value == 0.0 {
            let help = "use `distribution = \"constant\"` for a time that never varies";
            self.that(false, "cv", "`cv` cannot be 0", "no variation", help);
        } else {
            let fits = (CVS.0..=CVS.1).contains(&value);
            let help = "write the standard deviation over the mean, from 0.001 to 100";
            self.that(
                fits,
                "cv",
                format!("`cv` cannot be {value}"),
                "out of range",
                help,
            );
        }
    }

    /// Goes on if nothing was wrong.
    pub(super) fn done<T>(self, make: impl FnOnce() -> T) -> Result<T, DistError> {
        if self.0.is_empty() {
            Ok(make())
        } else {
            Err(DistError(self.0))
        }
    }
}
