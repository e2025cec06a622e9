//! Checks of what servers cost.

use crate::{
    config::{Problems, Spanned},
    model::cost::CostPlan,
};

pub(super) fn check(raw: Option<&Spanned<CostPlan>>, problems: &Problems) -> Option<CostPlan> {
    let raw = raw?;
    if !(0.0..1e12).contains(&raw.per_server_hour) {
        let fault = format!("a server cannot cost {} an hour", raw.per_server_hour);
        problems.error(
            &raw.span,
            fault,
            "here",
            "write money for each server and hour, like `per_server_hour = 0.19`",
        );
    }
    if raw.idle_power.is_none() && raw.busy_power.is_some() {
        let help = "add `idle_power`, like \"90 W\"";
        problems.error(
            &raw.span,
            "`busy_power` says nothing without `idle_power`",
            "needs both",
            help,
        );
    }
    if let (Some(idle), Some(busy)) = (raw.idle_power, raw.busy_power)
        && busy < idle
    {
        let help = "give the larger number as `busy_power`";
        problems.error(
            &raw.span,
            "a busy server draws less than an idle one",
            "here",
            help,
        );
    }
    if raw.per_server_hour == 0.0 && raw.idle_power.is_none() && raw.busy_power.is_none() {
        let help = "write `cost = { per_server_hour = 0.19 }`, or `idle_power` and `busy_power`";
        problems.error(&raw.span, "`cost` says nothing", "empty", help);
    }
    Some(raw.value.clone())
}
