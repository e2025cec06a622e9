//! Checks of zones: that they exist, and that somebody stands in them.

use crate::{
    config::{Problems, Spanned, did_you_mean},
    scenario::{
        raw::{RawScenario, RawService},
        raw_store::RawStore,
    },
};

/// Returns the names of all zones, in the order of the file.
pub(super) fn names(scenario: &RawScenario) -> Vec<String> {
    scenario.zone.names().map(|name| name.value.clone()).collect()
}

/// Returns the number of the zone that is named, if one is; that there is none of this name is a problem.
pub(super) fn find(
    name: Option<&Spanned<String>>,
    scenario: &RawScenario,
    problems: &Problems,
) -> Option<usize> {
    let name = name?;
    let zones = names(scenario);
    let found = zones.iter().position(|zone| *zone == name.value);
    if found.is_none() {
        let hint = did_you_mean(name, zones.iter().map(String::as_str));
        let help = match &zones[..] {
            [] => "add `[[zone]]` tables, each with a `name`".to_owned(),
            zones => format!("zones: {}", zones.join(", ")),
        };
        let fault = format!("there is no zone `{}`{hint}", name.value);
        problems.error(&name.span, fault, "here", help);
    }
    found
}

/// Warns of zones in which no server stands.
pub(super) fn warn_of_empty(scenario: &RawScenario, problems: &Problems) {
    // What could not be read may stand anywhere.
    let Some(services) = super::all(scenario.service.0.iter().map(|table| table.read.as_ref())) else {
        return;
    };
    let Some(stores) = super::all(scenario.store.0.iter().map(|table| table.read.as_ref())) else {
        return;
    };
    let named = |service: &&RawService, name: &str| {
        let groups = service.group.iter().flatten();
        let zones = groups
            .map(|group| group.zone.as_ref())
            .chain([service.zone.as_ref()]);
        zones.flatten().any(|zone| zone.value == name)
    };
    let spread = |store: &&RawStore, name: &str| match (&store.group, &store.zones) {
        (Some(groups), _) => {
            let mut zones = groups.iter().filter_map(|group| group.zone.as_ref());
            zones.any(|zone| zone.value == name)
        }
        (None, Some(zones)) => zones.iter().any(|zone| zone.value == name),
        (None, None) => true,
    };
    let read = scenario.zone.0.iter().filter_map(|table| table.read.as_ref());
    for name in read.map(|zone| &zone.name) {
        let is_used = services.iter().any(|service| named(service, name))
            || stores.iter().any(|store| spread(store, name));
        if !is_used {
            let fault = format!("no server stands in zone `{}`", name.value);
            let help = format!("give a service or a group `zone = \"{}\"`", name.value);
            problems.warning(&name.span, fault, "empty", help);
        }
    }
}
