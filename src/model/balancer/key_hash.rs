//! Every key at one server, so that a server's cache holds what it is asked for.
//!
//! The methods differ in how evenly keys are spread, in how many move when a server comes or goes, and in whether a
//! busy server may pass a key on:
//!
//! | method | evenness | keys of other servers that move |
//! | --- | --- | --- |
//! | `modulo` | exact | nearly all: (n − 1)/n − 1/(n (n − 1)) or so |
//! | `ring` | coefficient of variation about 1/√points | none |
//! | `bounded-ring` | the same, and never above `bound` times the mean | those that a busy server passes on |
//! | `maglev` | within one place of the table | none |
//!
//! A key stays at its server even when that is full: the server turns the request away, as HAProxy's do when their
//! `maxqueue` is reached. The bounded ring is there to pass keys on, and does so from full servers as well.
//!
//! Popular keys make servers uneven whatever the method; only `bounded-ring` does something about it. With the default
//! of 16 points for each unit of weight, as in HAProxy, a ring of servers of weight 1 is quite uneven: use more.

use super::{
    Ask, Balancer, Law, Policy, ServerId, View,
    maglev::{Maglev, is_prime, prime_from},
    ring::{Bounded, Nearest, Ring},
    shares::Shares,
};
use crate::{
    config::{Entry, Section, Spanned, Table},
    rng::{Stream, mix},
};

pub(super) const ENTRY: Entry<Policy> = Entry {
    name: "key-hash",
    summary: "every key at one server, so that caches stay warm",
    example: "method = \"ring\"",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// Every key at one server.
    struct Settings: "key-hash" {
        /// How a key finds its server.
        method: Method = "ring",
        /// Points on the ring for each unit of weight: more of them spread keys more evenly. For both rings.
        points: Spanned<u32> = 16,
        /// The greatest load of a server, as a multiple of the mean. For the bounded ring.
        bound: Spanned<f64> = 1.25,
        /// Places in the table, a prime. For Maglev; 65537, or ten for each server if that is more, when left out.
        table: Option<Spanned<u32>>,
    }
}

crate::config_words! {
    /// How a key finds its server.
    pub enum Method {
        /// its hash modulo the total weight
        Modulo = "modulo",
        /// the next server on a ring
        Ring = "ring",
        /// the next server on a ring that is not much busier than others
        BoundedRing = "bounded-ring",
        /// a table that all servers fill evenly
        Maglev = "maglev",
    }
}

fn read(section: &Section<'_>) -> Option<Policy> {
    let Settings {
        method,
        points,
        bound,
        table,
    } = Settings::read_fields(section)?;
    let rings: &[Method] = &[Method::Ring, Method::BoundedRing];
    let mut good = true;
    for (field, methods) in [
        ("points", rings),
        ("bound", &[Method::BoundedRing]),
        ("table", &[Method::Maglev]),
    ] {
        if let Some(node) = section.node(field)
            && !methods.contains(&method)
        {
            let message = format!("this method does not know `{field}`");
            section.problems().error(
                &node.span,
                message,
                "here",
                "leave it out, or choose another `method`",
            );
            good = false;
        }
    }
    if !(1..=10_000).contains(&*points) {
        section.problems().error(
            &points.span,
            "`points` is not between 1 and 10000",
            "here",
            "try 100",
        );
        good = false;
    }
    if !(1.0 < *bound && bound.is_finite()) {
        let help = "1.25 allows a quarter more than the mean";
        section
            .problems()
            .error(&bound.span, "`bound` is not above 1", "here", help);
        good = false;
    }
    if let Some(table) = &table
        && !(is_prime(**table) && (3..100_000_000).contains(&**table))
    {
        let help = "the next prime is 65537 for small services, 655373 for large ones";
        section.problems().error(
            &table.span,
            "`table` is not a prime from 3 to 100 million",
            "here",
            help,
        );
        good = false;
    }
    let table = table.map(|table| table.value);
    good.then(|| plan(method, *points, *bound, table))
}

/// Returns key hashing: with this many `points` for each unit of weight on a ring, loads up to `bound` times the mean on
/// a bounded one, and this many places in a Maglev `table`, a prime that is raised where there are more servers.
pub fn plan(method: Method, points: u32, bound: f64, table: Option<u32>) -> Policy {
    let mut policy = match method {
        Method::Modulo => Policy::new(ENTRY.name, Law::Other, |pool| Modulo {
            shares: Shares::new(pool),
        }),
        Method::Ring => Policy::new(ENTRY.name, Law::Other, move |pool| {
            Nearest(Ring::new(pool, points))
        }),
        Method::BoundedRing => Policy::new(ENTRY.name, Law::Other, move |pool| {
            Bounded::new(pool, Ring::new(pool, points), bound)
        }),
        Method::Maglev => Policy::new(ENTRY.name, Law::Other, move |pool| {
            let servers = pool.len() as u32;
            let places = table.map_or(65_537.max(10 * servers), |table| table.max(servers + 1));
            Maglev::new(pool, prime_from(places))
        }),
    };
    policy.reads_key = true;
    policy.ties_to_server = true;
    policy.heeds_room = method == Method::BoundedRing;
    policy
}

struct Modulo {
    shares: Shares,
}

impl Balancer for Modulo {
    fn listens(&self) -> bool {
        false
    }
    fn pick(&mut self, view: &View, ask: &Ask, _: &mut Stream) -> Option<ServerId> {
        self.shares.at(view, mix(ask.key))
    }
    fn eligible_changed(&mut self, view: &View, server: ServerId) {
        self.shares.eligible_changed(view, server);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::balancer::rig::{Rig, pool_of_weights};

    const KEYS: u64 = 20_000;

    fn rig(method: Method, points: u32, weights: &[u32]) -> Rig {
        Rig::new(&plan(method, points, 1.25, None), pool_of_weights(weights), 1)
    }
    /// Where all keys belong; nothing is sent.
    fn homes(rig: &mut Rig) -> Vec<ServerId> {
        let mut home = |key| {
            let ask = Ask { key, ..rig.ask() };
            rig.balancer.pick(&rig.view, &ask, &mut rig.rng).unwrap()
        };
        (0..KEYS).map(&mut home).collect()
    }
    /// The share of each server.
    fn shares(homes: &[ServerId], servers: usize) -> Vec<f64> {
        let mut shares = vec![0.0; servers];
        for server in homes {
            shares[server.index()] += 1.0 / KEYS as f64;
        }
        shares
    }

    #[test]
    fn a_lost_server_moves_its_own_keys_alone_unless_by_modulo() {
        let cases = [
            (Method::Modulo, 0.84..0.88), // HAProxy moves 86 %
            (Method::Ring, 0.0..1e-9),
            (Method::BoundedRing, 0.0..1e-9),
            (Method::Maglev, 0.0..1e-9),
        ];
        for (method, expected) in cases {
            let mut rig = rig(method, 100, &[1; 8]);
            let before = homes(&mut rig);
            rig.set_eligible(3, false);
            let during = homes(&mut rig);
            rig.set_eligible(3, true);
            assert_eq!(homes(&mut rig), before, "{method:?}");

            let (mut others, mut moved, mut taken) = (0.0, 0.0, [0; 8]);
            for (&before, &during) in before.iter().zip(&during) {
                if before == ServerId(3) {
                    taken[during.index()] += 1;
                } else {
                    others += 1.0;
                    moved += f64::from(u8::from(before != during));
                }
            }
            assert!(
                expected.contains(&(moved / others)),
                "{method:?}: {}",
                moved / others
            );
            // Its keys are spread over all that are left.
            assert_eq!(
                taken.iter().filter(|&&taken| 50 < taken).count(),
                7,
                "{method:?}: {taken:?}"
            );
        }
    }

    #[test]
    fn the_methods_are_as_even_as_they_say() {
        let weights = [1, 2, 1, 3, 1];
        let cases = [
            (Method::Modulo, 1, 0.05),
            (Method::Maglev, 1, 0.05),
            (Method::Ring, 2_000, 0.12),
        ];
        for (method, points, within) in cases {
            let shares = shares(&homes(&mut rig(method, points, &weights)), 5);
            for (share, weight) in shares.iter().zip(weights) {
                let expected = f64::from(weight) / 8.0;
                assert!((share / expected - 1.0).abs() < within, "{method:?}: {shares:?}");
            }
        }
        // With 16 points a server of weight 1 may be off by tens of per cent, as in HAProxy.
        let uneven = shares(&homes(&mut rig(Method::Ring, 16, &[1; 8])), 8);
        let spread = uneven
            .iter()
            .map(|share| (share * 8.0 - 1.0).abs())
            .fold(0.0, f64::max);
        assert!(0.1 < spread && spread < 1.0, "{uneven:?}");
    }

    /// One key is as popular as all others together, and the servers still share.
    #[test]
    fn no_server_of_a_bounded_ring_exceeds_its_bound() {
        let weights = [1, 1, 2, 4, 1, 1];
        let mut rig = rig(Method::BoundedRing, 20, &weights);
        let popular = Ask { key: 7, ..rig.ask() };
        let home = rig.balancer.pick(&rig.view, &popular, &mut rig.rng);
        let mut passed_on = 0;
        for step in 0..4_000_u64 {
            if step % 50 == 0 {
                rig.set_eligible((step / 50 % 6) as u32, step % 3 == 0);
            }
            let ask = if step % 2 == 0 { popular } else { rig.ask() };
            let members = rig.view.eligible().members();
            let load: u32 = members.iter().map(|&server| rig.view.load(server)).sum();
            let weight: u32 = members.iter().map(|server| weights[server.index()]).sum();
            let Some(server) = rig.send_this(ask) else {
                assert_eq!(weight, 0);
                continue;
            };
            let share = f64::from(weights[server.index()]) / f64::from(weight);
            let bound = (1.25 * f64::from(load + 1) * share).ceil();
            assert!(f64::from(rig.view.load(server)) <= bound, "step {step}");
            passed_on += u32::from(ask == popular && Some(server) != home);
            if 200 < rig.in_flight.len() {
                rig.end((step * 7 % 200) as usize);
            }
        }
        assert!(500 < passed_on, "{passed_on}");
    }
}
