//! What `all` stands for where values are varied: every balancer, or every discipline.

use std::path::Path;

use plimsoll::{
    experiment::sweep::Axis,
    model::{balancer, discipline},
};

use super::{
    conduct::ExperimentArgs,
    vary::{changes, make, reason},
};

/// The value that stands for every member of a family.
const ALL: &str = "all";

/// Replaces `all` by the names of all balancers, or of all disciplines; returns whether there was anything to replace.
pub(super) fn spread(axes: &[Axis]) -> (Vec<Axis>, bool) {
    let mut spread = axes.to_vec();
    let mut is_any = false;
    for axis in &mut spread {
        let names: Vec<String> = match axis.path.rsplit('.').next() {
            _ if axis.values != [ALL] => continue,
            Some("balancer") => names(balancer::REGISTRY.iter().map(|entry| entry.name)),
            Some("discipline") => names(discipline::REGISTRY.iter().map(|entry| entry.name)),
            _ => continue,
        };
        (axis.values, is_any) = (names, true);
    }
    (spread, is_any)
}

fn names(names: impl Iterator<Item = &'static str>) -> Vec<String> {
    names.map(str::to_owned).collect()
}

/// The same for axes of which every combination is wanted: of what `all` stands for, those that do not suit the scenario are left
/// out, each with a note. If none does, they stay, so that their mistakes are told.
pub(super) fn suited(path: &Path, axes: &[Axis], how: &ExperimentArgs) -> (Vec<Axis>, Vec<String>) {
    let (mut spread, _) = spread(axes);
    let mut notes = Vec::new();
    let mut firsts: Vec<String> = spread.iter().map(|axis| axis.values[0].clone()).collect();
    for at in 0..axes.len() {
        if spread[at].values == axes[at].values {
            continue;
        }
        let mut left_out = Vec::new();
        let suits = |value: &String| {
            let mut values = firsts.clone();
            values[at].clone_from(value);
            let error = make(path, changes(&spread, &values, how), how).err()?;
            Some(format!("`{value}` is left out: {}", reason(&error)))
        };
        let suited: Vec<String> = spread[at]
            .values
            .iter()
            .filter(|value| {
                let wrong = suits(value);
                let is_fine = wrong.is_none();
                left_out.extend(wrong);
                is_fine
            })
            .cloned()
            .collect();
        if let Some(first) = suited.first() {
            firsts[at].clone_from(first);
            spread[at].values = suited;
            notes.extend(left_out);
        }
    }
    (spread, notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_stands_for_every_balancer_or_discipline_and_for_nothing_else() {
        let spread_out = |axis: &str| {
            let (axes, is_any) = spread(&[axis.parse().unwrap()]);
            (axes[0].values.clone(), is_any)
        };
        let (balancers, is_any) = spread_out("service.web.balancer=all");
        assert!(
            is_any && balancers.len() == balancer::REGISTRY.len(),
            "{balancers:?}"
        );
        let (disciplines, _) = spread_out("service.web.queue.discipline=all");
        assert!(disciplines.contains(&"lifo".to_owned()), "{disciplines:?}");
        for axis in ["service.web.name=all", "service.web.balancer=all,random"] {
            assert!(!spread_out(axis).1, "{axis}");
        }
    }
}
