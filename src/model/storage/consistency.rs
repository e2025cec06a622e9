//! How the replicas of a shard agree.
//!
//! Sources: quorums, Gifford, SOSP 1979; read repair, hinted handoff and anti-entropy, Amazon's Dynamo (SOSP 2007);
//! replication of a log by majority, Ongaro and Ousterhout, USENIX ATC 2014.

use super::Operation;
use crate::{
    config::{Entry, Family, Node, Problems, Section, Shape, Spanned, Table, Value, some_time},
    units::SimDuration,
};

/// How the replicas of a shard agree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Consistency {
    /// All are alike, and operations are complete when a quorum has answered.
    Leaderless {
        /// Whether a read that sees different versions brings the older ones up to date.
        read_repair: bool,
        /// Whether a write that misses a replica is kept for it until it is back.
        hinted_handoff: bool,
        /// The time between comparisons of replicas, which bring the older one up to date.
        anti_entropy: Option<SimDuration>,
    },
    /// One of them takes all writes and passes them on.
    Leader {
        /// When a write is acknowledged.
        replication: Replication,
        /// Who answers reads.
        reads: Reads,
        /// The time from the detection of a leader's failure until there is a new one.
        election: SimDuration,
        /// Whether writes of a former leader are refused.
        fencing: bool,
    },
}

crate::config_words! {
    /// When a leader acknowledges a write.
    pub enum Replication {
        /// when all followers have it
        Synchronous = "synchronous",
        /// when one follower has it
        SemiSynchronous = "semi-synchronous",
        /// at once, and followers get it later
        Asynchronous = "asynchronous",
        /// when a majority of the replicas has it in its log
        Majority = "majority",
    }
}

impl Replication {
    /// Returns how many followers a leader waits for where each shard has so many replicas and all are there.
    pub fn followers(self, replicas: u32) -> u32 {
        match self {
            Self::Synchronous => replicas - 1,
            Self::SemiSynchronous => 1.min(replicas - 1),
            Self::Asynchronous => 0,
            Self::Majority => replicas / 2,
        }
    }
}

crate::config_words! {
    /// Who answers reads where there is a leader.
    pub enum Reads {
        /// the leader alone
        Leader = "leader",
        /// any replica
        Any = "any",
    }
}

const LEADERLESS: Entry<Consistency> = Entry {
    name: "leaderless",
    summary: "all replicas are alike, and an operation is complete when its quorum has answered",
    example: "anti_entropy = \"10 min\"",
    fields: Leaderless::fields,
    read: read_leaderless,
};

const LEADER: Entry<Consistency> = Entry {
    name: "leader",
    summary: "one replica takes all writes and passes them on",
    example: "replication = \"majority\", election = \"2 s\"",
    fields: Leader::fields,
    read: read_leader,
};

crate::config_table! {
    /// All replicas are alike.
    struct Leaderless: "leaderless replication" {
        /// Whether a read that sees different versions brings the older ones up to date.
        read_repair: bool = true,
        /// Whether a write that misses a replica is kept for it until it is back.
        hinted_handoff: bool = true,
        /// The time between comparisons of replicas, which bring the older one up to date. Left out, there are none.
        anti_entropy: Option<Spanned<SimDuration>>,
    }
}

crate::config_table! {
    /// One replica leads.
    struct Leader: "replication by a leader" {
        /// When a write is acknowledged.
        replication: Replication = "majority",
        /// Who answers reads.
        reads: Reads = "leader",
        /// The time from the detection of a leader's failure until there is a new one.
        election: Spanned<SimDuration> = "2 s",
        /// Whether writes of a former leader are refused.
        fencing: bool = true,
    }
}

fn read_leaderless(section: &Section<'_>) -> Option<Consistency> {
    let Leaderless {
        read_repair,
        hinted_handoff,
        anti_entropy,
    } = Leaderless::read_fields(section)?;
    let anti_entropy = match &anti_entropy {
        Some(every) => Some(some_time(every, "`anti_entropy`", section.problems())?),
        None => None,
    };
    Some(Consistency::Leaderless {
        read_repair,
        hinted_handoff,
        anti_entropy,
    })
}

fn read_leader(section: &Section<'_>) -> Option<Consistency> {
    let Leader {
        replication,
        reads,
        election,
        fencing,
    } = Leader::read_fields(section)?;
    Some(Consistency::Leader {
        replication,
        reads,
        election: *election,
        fencing,
    })
}

impl Consistency {
    /// Returns how many of `replicas` must be up for an operation, where the mode says so; `None` where quorums do.
    ///
    /// With a majority in the log a leader needs one to be elected and to answer. Otherwise any replica that is up can
    /// lead: alone, or with as many followers as a write waits for.
    pub fn needed(&self, operation: Operation, replicas: u32) -> Option<u32> {
        let Self::Leader { replication, .. } = self else {
            return None;
        };
        let majority = *replication == Replication::Majority;
        Some(match operation {
            Operation::Read if !majority => 1,
            Operation::Read | Operation::Write => replication.followers(replicas) + 1,
        })
    }
}

impl Family for Consistency {
    const WHAT: &'static str = "a kind of consistency";
    const TAG: &'static str = "mode";
    fn entries() -> &'static [&'static Entry<Self>] {
        &[&LEADERLESS, &LEADER]
    }
}

impl Value for Consistency {
    fn shape() -> Shape {
        Self::family_shape(true, Vec::new())
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let section = Section::open_or_name(node, Self::WHAT, Self::TAG, problems)?;
        let consistency = Self::read_tagged(&section, None);
        section.finish();
        consistency
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse_value;

    fn read(text: &str) -> Consistency {
        let problems = Problems::default();
        let read = Consistency::read(&parse_value(text, 0).unwrap(), &problems);
        read.unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn every_member_is_read_from_its_name_and_from_its_example() {
        for entry in Consistency::entries() {
            read(&format!("\"{}\"", entry.name));
            read(&format!("{{ mode = \"{}\", {} }}", entry.name, entry.example));
        }
    }

    #[test]
    fn a_leader_says_how_many_replicas_it_takes_and_without_one_quorums_do() {
        let needed = |mode: &str, operation| {
            let text = format!("{{ mode = \"leader\", replication = \"{mode}\" }}");
            read(&text).needed(operation, 5)
        };
        for (mode, reads, writes) in [
            ("majority", 3, 3),
            ("synchronous", 1, 5),
            ("semi-synchronous", 1, 2),
            ("asynchronous", 1, 1),
        ] {
            assert_eq!(needed(mode, Operation::Read), Some(reads), "{mode}");
            assert_eq!(needed(mode, Operation::Write), Some(writes), "{mode}");
        }
        assert_eq!(read("\"leaderless\"").needed(Operation::Read, 5), None);
    }
}
