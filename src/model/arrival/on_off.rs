//! On and off: Poisson while on, silent while off, as a batch job or a flaky link makes it.

use super::{
    ArrivalPlan,
    bursty::{self, Next},
};
use crate::{
    config::{Entry, Section, Spanned, Table},
    units::{Rate, SimDuration},
};

pub(super) const ENTRY: Entry<ArrivalPlan> = Entry {
    name: "on-off",
    summary: "Poisson while on, silent while off; both last exponential times",
    example: "rate = \"900 /s\", on = \"2 s\", off = \"6 s\"",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// Poisson by turns with silence.
    struct Settings: "on–off arrivals" {
        /// Requests per unit of time while on.
        rate: Rate,
        /// How long it is on, on average.
        on: Spanned<SimDuration>,
        /// How long it is off, on average.
        off: Spanned<SimDuration>,
    }
}

fn read(section: &Section<'_>) -> Option<ArrivalPlan> {
    let Settings { rate, on, off } = Settings::read_fields(section)?;
    let mut sound = true;
    for (what, time) in [("on", &on), ("off", &off)] {
        if time.value == SimDuration::ZERO {
            let fault = format!("`{what}` is zero");
            let help = "write how long it lasts, like \"2 s\"; `process = \"poisson\"` is never off";
            section
                .problems()
                .error(&time.span, fault, "no time at all", help);
            sound = false;
        }
    }
    if !sound {
        return None;
    }
    let states = [(rate.as_per_second(), on.as_secs_f64()), (0.0, off.as_secs_f64())];
    bursty::plan(ENTRY.name, &states, Next::InOrder, section)
}
