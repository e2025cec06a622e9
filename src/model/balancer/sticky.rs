//! Sticky sessions: a client stays with the server that it was first sent to.
//!
//! Another policy makes the first choice, among servers that have room, and a new one when the client's server is gone.
//! A server that is full is not gone: it turns its clients away, as HAProxy's do when their `maxqueue` is reached. Clients are remembered in a
//! table of limited size, as in HAProxy's `stick-table`: two clients whose numbers are equal modulo the size share a
//! place, and the later one takes it.

use super::{Ask, Balancer, Law, Policy, Pool, ServerId, View, least_connections, random, round_robin};
use crate::{
    config::{Entry, Section, Spanned, Table},
    rng::Stream,
    units::SimDuration,
};

pub(super) const ENTRY: Entry<Policy> = Entry {
    name: "sticky",
    summary: "a client stays with the server it was first sent to",
    example: "first = \"round-robin\"",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// Sticky sessions.
    struct Settings: "sticky" {
        /// Which server a client is sent to first.
        first: First = "least-connections",
        /// Clients that are remembered at once.
        table: Spanned<u32> = 1_000_000,
    }
}

crate::config_words! {
    /// Which server a client is sent to first.
    pub enum First {
        /// the one with the fewest requests
        LeastConnections = "least-connections",
        /// any, in proportion to its weight
        Random = "random",
        /// the next in turn
        RoundRobin = "round-robin",
    }
}

fn read(section: &Section<'_>) -> Option<Policy> {
    let Settings { first, table } = Settings::read_fields(section)?;
    if *table == 0 {
        let help = "one place for each client that is active at once";
        section
            .problems()
            .error(&table.span, "`table` is zero", "here", help);
        return None;
    }
    Some(plan(first, *table))
}

/// Returns sticky sessions for up to `table ≥ 1` clients.
pub fn plan(first: First, table: u32) -> Policy {
    let first = match first {
        First::LeastConnections => least_connections::plan(least_connections::Ties::Oldest),
        First::Random => random::plan(),
        First::RoundRobin => round_robin::plan(),
    };
    let policy = Policy::new(ENTRY.name, Law::Other, move |pool| {
        Sticky::new(pool, &first, table)
    });
    Policy {
        reads_source: true,
        ties_to_server: true,
        ..policy
    }
}

struct Sticky {
    first: Box<dyn Balancer>,
    /// Clients and their servers, each at its number modulo `size`; grows up to that.
    table: Vec<Option<(u32, ServerId)>>,
    size: u32,
}

impl Sticky {
    fn new(pool: &Pool, first: &Policy, size: u32) -> Self {
        Self {
            first: (first.build)(pool),
            table: Vec::new(),
            size,
        }
    }
    fn place(&self, ask: &Ask) -> usize {
        (ask.source % self.size) as usize
    }
}

impl Balancer for Sticky {
    fn pick(&mut self, view: &View, ask: &Ask, rng: &mut Stream) -> Option<ServerId> {
        if let Some(&Some((source, server))) = self.table.get(self.place(ask))
            && source == ask.source
            && (view.eligible().contains(server) || view.is_full(server))
        {
            return Some(server);
        }
        self.first.pick(view, ask, rng)
    }
    fn sent(&mut self, view: &View, server: ServerId, ask: &Ask) {
        let place = self.place(ask);
        if self.table.len() <= place {
            self.table.resize(place + 1, None);
        }
        self.table[place] = Some((ask.source, server));
        self.first.sent(view, server, ask);
    }
    fn load_changed(&mut self, view: &View, server: ServerId) {
        self.first.load_changed(view, server);
    }
    fn eligible_changed(&mut self, view: &View, server: ServerId) {
        self.first.eligible_changed(view, server);
    }
    fn answered(&mut self, view: &View, server: ServerId, response: SimDuration) {
        self.first.answered(view, server, response);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::balancer::rig::{Rig, pool_of_weights};

    fn send(rig: &mut Rig, source: u32) -> u32 {
        let ask = Ask { source, ..rig.ask() };
        rig.send_this(ask).unwrap().0 + 1
    }

    #[test]
    fn a_client_stays_until_its_server_goes() {
        let mut rig = Rig::new(&plan(First::RoundRobin, 100), pool_of_weights(&[1; 3]), 1);
        assert_eq!(
            [7, 8, 9, 8, 8, 7].map(|source| send(&mut rig, source)),
            [1, 2, 3, 2, 2, 1]
        );
        rig.set_eligible(1, false);
        assert_eq!(send(&mut rig, 8), 1);
        rig.set_eligible(1, true);
        assert_eq!([8, 9].map(|source| send(&mut rig, source)), [1, 3]);
    }

    #[test]
    fn a_full_server_keeps_its_clients_and_gets_no_new_ones() {
        let mut rig = Rig::new(&plan(First::RoundRobin, 100), pool_of_weights(&[1; 3]), 1);
        assert_eq!([7, 8, 9].map(|source| send(&mut rig, source)), [1, 2, 3]);
        rig.set_full(1, true);
        assert_eq!(
            [8, 1, 2, 3, 8].map(|source| send(&mut rig, source)),
            [2, 1, 3, 1, 2]
        );
        rig.set_full(1, false);
        assert_eq!([4, 8].map(|source| send(&mut rig, source)), [2, 2]);
    }

    #[test]
    fn the_first_choice_is_that_of_the_other_policy() {
        let mut rig = Rig::new(&plan(First::LeastConnections, 100), pool_of_weights(&[1; 3]), 1);
        // Client 1 keeps its server busy; new clients avoid it.
        assert_eq!(
            [1, 1, 1, 2, 3, 4, 5].map(|source| send(&mut rig, source)),
            [1, 1, 1, 2, 3, 2, 3]
        );
    }

    #[test]
    fn clients_beyond_the_table_push_others_out() {
        let mut rig = Rig::new(&plan(First::RoundRobin, 2), pool_of_weights(&[1; 5]), 1);
        assert_eq!(
            [0, 1, 0, 2, 0, 1].map(|source| send(&mut rig, source)),
            [1, 2, 1, 3, 4, 2]
        );
    }
}
