//! The bottleneck of a graph of services: a sentence for people, and an entry of the document.

use super::{
    number::{finite, to_figures},
    words::name_of,
};
use crate::experiment::{
    Results,
    bottleneck::{Bottleneck, Held},
    hottest::Hottest,
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
    /// Only where one server is full long before the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    hottest: Option<HottestEntry>,
    held: Vec<HeldEntry<'a>>,
    slowest_of: Option<&'a str>,
    slowest_queueing: Option<f64>,
    text: String,
}

#[derive(Serialize)]
struct HottestEntry {
    what: &'static str,
    /// From 1, where it is the same in every replication.
    number: Option<usize>,
    utilisation: Option<f64>,
    shard: Option<usize>,
    shard_share: Option<f64>,
    one_key: Option<bool>,
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
        hottest: told.hottest.as_ref().map(|hottest| HottestEntry {
            what: kind(hottest),
            number: hottest.number,
            utilisation: finite(hottest.utilisation),
            shard: hottest.shard.as_ref().map(|shard| shard.number),
            shard_share: hottest.shard.as_ref().and_then(|shard| finite(shard.share)),
            one_key: hottest.shard.as_ref().map(|shard| shard.one_key),
        }),
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
    parts.extend(told.hottest.as_ref().map(heat));
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

fn kind(hottest: &Hottest) -> &'static str {
    if hottest.is_node { "node" } else { "server" }
}

/// Tells of the busiest server, and why it is that.
fn heat(hottest: &Hottest) -> String {
    let (kind, busy) = (kind(hottest), share(hottest.utilisation));
    let which = match hottest.number {
        Some(number) => format!("{kind} {number}, the busiest,"),
        None => format!("its busiest {kind}"),
    };
    let why = hottest.shard.as_ref().map_or_else(String::new, |shard| {
        let mostly = if shard.one_key {
            ", most of them for one key"
        } else {
            ""
        };
        let part = to_figures(Unit::Share, shard.share, 2);
        format!("; of all operations {part} go to shard {}{mostly}", shard.number)
    });
    format!("{which} is {busy} busy, and full before the others{why}")
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
    use crate::experiment::hottest::HotShard;

    fn orders() -> Bottleneck {
        Bottleneck {
            of: "service.orders".to_owned(),
            utilisation: 0.4,
            own: 1.0,
            rate: 300.0,
            full_at: 750.0,
            hottest: None,
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
        let hot = Bottleneck {
            hottest: Some(Hottest {
                is_node: true,
                number: None,
                utilisation: 0.9,
                shard: Some(HotShard {
                    number: 17,
                    share: 0.236,
                    one_key: true,
                }),
            }),
            full_at: 333.0,
            slowest: None,
            ..orders()
        };
        assert_eq!(
            sentence(&hot),
            "`orders` is 40 % busy with 300 /s and full at about 333 /s; its busiest node is 90 % busy, and full before the \
             others; of all operations 24 % go to shard 17, most of them for one key"
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
