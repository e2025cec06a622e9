//! Checks of zones that are cut off: that they are zones, and that someone can find out.

use super::{Checked, label};
use crate::{
    config::{Problem, Problems, Severity, Span, did_you_mean},
    model::{
        Deployment, Place,
        failure::{Harm, Target},
    },
    scenario::raw_failure::RawFault,
};

pub(super) fn check(fault: &RawFault, target: Target, deployment: &Deployment, problems: &Problems) {
    let Harm::Partition { from } = &*fault.harm else {
        return;
    };
    let Target::Zone(zone) = target else {
        problems.push(Problem {
            severity: Severity::Error,
            message: "only zones are cut off".to_owned(),
            labels: vec![
                label(&fault.target.span, "this is struck"),
                label(&fault.harm.span, "this is done to it"),
            ],
            help: Some(
                "write a target like \"zone:a\", or use `mode = \"hang\"` for a server that is silent"
                    .to_owned(),
            ),
        });
        return;
    };
    if deployment.is_long() {
        let help = "add a `[[workload]]`, or leave the fault out";
        let wrong = "over years nobody sends messages that could be lost";
        return problems.error(&fault.harm.span, wrong, "here", help);
    }
    let zones = deployment.zones.iter().map(String::as_str);
    for name in from.iter().flatten() {
        if *name == deployment.zones[zone] {
            let wrong = format!("zone `{name}` is not cut off from itself");
            problems.error(&fault.harm.span, wrong, "`from` names it", "name other zones");
        } else if !deployment.zones.contains(name) {
            let hint = did_you_mean(name, zones.clone());
            let help = format!("zones: {}", deployment.zones.join(", "));
            let wrong = format!("there is no zone `{name}`{hint}");
            problems.error(&fault.harm.span, wrong, "`from` names it", help);
        }
    }
    if from.as_ref().is_some_and(Vec::is_empty) {
        let help = "name zones, or leave `from` out for everything else";
        problems.error(
            &fault.harm.span,
            "it is cut off from nothing",
            "`from` is empty",
            help,
        );
    }
}

/// Beats are taken to get through: whoever goes by them would not notice.
pub(super) fn check_detection(tables: &Checked<'_>, problems: &Problems) {
    let cuts = tables.deployment.cuts();
    for (service, plan) in tables.deployment.services.iter().enumerate() {
        let places = plan
            .groups
            .iter()
            .map(|group| group.zone.map_or(Place::Nowhere, |zone| Place::Zone(zone as u16)));
        let fronts = plan.places_of_fronts();
        let mut pairs = places.flat_map(|place| fronts.iter().map(move |&front| (front, place)));
        if !pairs.any(|(front, place)| cuts.iter().any(|(_, cut)| cut.separates(front, place))) {
            continue;
        }
        for (name, is_used) in [
            ("lease", plan.detection.lease.is_some()),
            ("phi_accrual", plan.detection.phi_accrual.is_some()),
        ] {
            if is_used {
                let span: Span = tables.place_of(service, &[name]);
                let fault =
                    format!("beats are not lost where a zone is cut off, so `{name}` would not notice");
                let help = "use `health_check` instead";
                problems.error(&span, fault, "here", help);
            }
        }
    }
}
