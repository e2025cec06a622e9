//! The bottleneck of a graph of services: a sentence for people, and an entry of the document.

use super::{
    number::{finite, to_figures},
    words::name_of,
};
use crate::experiment::{
    Results,
    bottleneck::{Bottleneck, Held},
    results::Unit,
};
use serde::Serialize;

/// The bottleneck, with its evidence.
#[derive(Serialize)]
pub(super) struct Entry<'a> {
    of: &'a str,
    utilisation: Option<f64>,
    /// Of what is taken of its slots, by its own work.
    own_work: Option<f64>,
    rate_per_s: Option<f64>,
    full_at_per_s: Option<f64>,
    held: Vec<HeldEntry<'a>>,
    slowest_of: Option<&'a str>,
    slowest_queueing: Option<f64>,
    text: String,
}

#[derive(Serialize)]
struct HeldEntry<'a> {
    of: &'a str,
    utilisation: Option<f64>,
    call: &'a str,
    waiting: Option<f64>,
}

/// Returns what the document says of it.
pub(super) fn entry(results: &Results) -> Option<Entry<'_>> {
    let told = results.bottleneck.as_ref()?;
    let held = told.held.iter().map(|step| HeldEntry {
        of: &step.of,
        utilisation: finite(step.utilisation),
        call: &step.call,
        waiting: finite(step.waiting),
    });
    Some(Entry {
        of: &told.of,
        utilisation: finite(told.utilisation),
        own_work: finite(told.own),
        rate_per_s: finite(told.rate),
        full_at_per_s: finite(told.full_at),
        held: held.collect(),
        slowest_of: told.slowest.as_ref().map(|(of, _)| of.as_str()),
        slowest_queueing: told.slowest.as_ref().and_then(|(_, share)| finite(*share)),
        text: sentence(told),
    })
}

/// Names it, with the evidence, in a sentence.
pub(super) fn sentence(told: &Bottleneck) -> String {
    let name = name_of(&told.of);
    let mut parts: Vec<String> = told.held.iter().map(step).collect();
    let subject = if parts.is_empty() {
        format!("`{name}` is")
    } else {
        "itself it is".to_owned()
    };
    let mut itself = format!("{subject} {} busy", share(told.utilisation));
    if told.own < 1.0 {
        let (own, rest) = (share(told.own), share(1.0 - told.own));
        itself += &format!(", {own} of that by its own work and {rest} by waiting for calls,");
    }
    let rate = |value: f64| to_figures(Unit::PerSecond, value, 3);
    if 0.0 < told.rate {
        itself += &format!(
            " with {} and full at about {}",
            rate(told.rate),
            rate(told.full_at)
        );
    }
    parts.push(itself);
    if let Some((of, slowest)) = &told.slowest {
        let whose = name_of(of);
        parts.push(format!(
            "the slowest 1 % of `{whose}` spend {} of their time queueing there",
            share(*slowest)
        ));
    }
    let whole = parts.join("; ");
    if told.held.is_empty() {
        whole
    } else {
        format!("`{name}`: {whole}")
    }
}

fn step(held: &Held) -> String {
    let (name, busy) = (name_of(&held.of), share(held.utilisation));
    let waiting = share(held.waiting);
    format!(
        "{busy} of the slots of `{name}` are taken, {waiting} of that by waiting for `{}`",
        held.call
    )
}

fn share(share: f64) -> String {
    to_figures(Unit::Share, share, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders() -> Bottleneck {
        Bottleneck {
            of: "service.orders".to_owned(),
            utilisation: 0.4,
            own: 1.0,
            rate: 300.0,
            full_at: 750.0,
            held: Vec::new(),
            slowest: Some(("workload.checkout".to_owned(), 0.123)),
        }
    }

    #[test]
    fn the_bottleneck_is_named_with_its_evidence() {
        assert_eq!(
            sentence(&orders()),
            "`orders` is 40 % busy with 300 /s and full at about 750 /s; the slowest 1 % of `checkout` spend 12 % of their time \
             queueing there"
        );
        let held = Held {
            of: "service.shop".to_owned(),
            utilisation: 0.92,
            call: "shop>orders".to_owned(),
            waiting: 0.88,
        };
        let through = Bottleneck {
            held: vec![held],
            slowest: None,
            ..orders()
        };
        assert_eq!(
            sentence(&through),
            "`orders`: 92 % of the slots of `shop` are taken, 88 % of that by waiting for `shop>orders`; itself it is 40 % \
             busy with 300 /s and full at about 750 /s"
        );
        let itself = Bottleneck {
            own: 0.75,
            slowest: None,
            ..orders()
        };
        assert_eq!(
            sentence(&itself),
            "`orders` is 40 % busy, 75 % of that by its own work and 25 % by waiting for calls, with 300 /s and full at about \
             750 /s"
        );
    }
}
