//! Which shard a key belongs to.
//!
//! Keys are numbered by their popularity, the most popular first. A hash scatters them; ranges keep neighbours together,
//! so that what is popular meets in the first shards, as the latest entries do in a store that is ordered by time.
//! Source of the ring: Karger and others, STOC 1997.

use crate::{
    config::{Entry, Family, Node, Problems, Section, Shape, Spanned, Table, Value, at_least_one},
    model::{Popularity, Skew},
    rng::mix,
};

/// How keys are divided among shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Partition {
    /// By a hash: each key anywhere.
    Hash,
    /// As many neighbouring keys in each.
    Range,
    /// By a ring on which each shard has this many points: a key belongs to the next point.
    Ring(u32),
}

const HASH: Entry<Partition> = Entry {
    name: "hash",
    summary: "by a hash of the key: shards get about as many keys each",
    example: "",
    fields: Vec::new,
    read: |_| Some(Partition::Hash),
};

const RANGE: Entry<Partition> = Entry {
    name: "range",
    summary: "as many neighbouring keys in each shard; the most popular ones are neighbours",
    example: "",
    fields: Vec::new,
    read: |_| Some(Partition::Range),
};

const RING: Entry<Partition> = Entry {
    name: "ring",
    summary: "by consistent hashing: each shard has points on a ring, and a key belongs to the next one",
    example: "virtual_nodes = 16",
    fields: Ring::fields,
    read: read_ring,
};

crate::config_table! {
    /// Consistent hashing.
    struct Ring: "a ring" {
        /// The points of each shard on the ring: the more there are, the more alike are the shards.
        virtual_nodes: Spanned<u32> = 16,
    }
}

fn read_ring(section: &Section<'_>) -> Option<Partition> {
    let Ring { virtual_nodes } = Ring::read_fields(section)?;
    let points = at_least_one(&virtual_nodes, "`virtual_nodes`", section.problems())?;
    if 1_000 < points {
        let help = "write one from 1 to 1_000";
        let problems = section.problems();
        problems.error(&virtual_nodes.span, "these are too many points", "here", help);
        return None;
    }
    Some(Partition::Ring(points))
}

impl Family for Partition {
    const WHAT: &'static str = "a partition";
    const TAG: &'static str = "by";
    fn entries() -> &'static [&'static Entry<Self>] {
        &[&HASH, &RANGE, &RING]
    }
}

impl Value for Partition {
    fn shape() -> Shape {
        Self::family_shape(true, Vec::new())
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let section = Section::open_or_name(node, Self::WHAT, Self::TAG, problems)?;
        let partition = Self::read_tagged(&section, None);
        section.finish();
        partition
    }
}

/// The shards of a store, to be asked for that of a key.
#[derive(Clone, Debug)]
pub struct Shards {
    count: u32,
    keys: u32,
    partition: Partition,
    /// The points of a ring and their shards, in order.
    points: Vec<(u64, u32)>,
}

impl Shards {
    /// Returns `count` shards for `keys` keys; there is at least one of each.
    pub fn new(partition: Partition, count: u32, keys: u32) -> Self {
        let mut points = Vec::new();
        if let Partition::Ring(each) = partition {
            let of = |shard: u32| {
                (0..each).map(move |point| (mix(mix(u64::from(shard) + 1) ^ u64::from(point)), shard))
            };
            points = (0..count).flat_map(of).collect();
            points.sort_unstable();
        }
        Self {
            count,
            keys,
            partition,
            points,
        }
    }

    /// Returns how many shards there are.
    pub fn count(&self) -> u32 {
        self.count
    }
    /// Returns how many keys there are.
    pub fn keys(&self) -> u32 {
        self.keys
    }
    /// Returns the shard of a key.
    pub fn of(&self, key: u32) -> u32 {
        match self.partition {
            Partition::Hash => ((u128::from(mix(u64::from(key))) * u128::from(self.count)) >> 64) as u32,
            Partition::Range => (u64::from(key) * u64::from(self.count) / u64::from(self.keys)) as u32,
            Partition::Ring(_) => {
                let place = mix(u64::from(key));
                let next = self.points.partition_point(|&(point, _)| point < place);
                self.points[if next == self.points.len() { 0 } else { next }].1
            }
        }
    }

    /// Returns the share of all requests that each shard gets when keys are this popular.
    pub fn loads(&self, keys: Popularity) -> Vec<f64> {
        let mut loads = vec![0.0; self.count as usize];
        let weight = |key: u32| match keys.skew {
            Skew::Zipf(exponent) => (f64::from(key) + 1.0).powf(-exponent),
            Skew::Hot(share) if key == 0 => share,
            Skew::Hot(share) => (1.0 - share) / f64::from(keys.count - 1),
        };
        let mut total = 0.0;
        for key in 0..keys.count {
            let weight = weight(key);
            total += weight;
            loads[self.of(key) as usize] += weight;
        }
        for load in &mut loads {
            *load /= total;
        }
        loads
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse_value;

    const ALL: [Partition; 3] = [Partition::Hash, Partition::Range, Partition::Ring(16)];

    fn uniform(count: u32) -> Popularity {
        Popularity {
            count,
            skew: Skew::Zipf(0.0),
        }
    }

    #[test]
    fn every_member_is_read_from_its_example() {
        for entry in Partition::entries() {
            let text = format!("{{ by = \"{}\", {} }}", entry.name, entry.example);
            let problems = Problems::default();
            let read = Partition::read(&parse_value(&text, 0).unwrap(), &problems);
            assert!(read.is_some(), "{text}");
        }
    }

    #[test]
    fn every_key_has_a_shard_and_loads_add_up() {
        for partition in ALL {
            let shards = Shards::new(partition, 8, 10_000);
            let loads = shards.loads(uniform(10_000));
            assert_eq!(loads.len(), 8);
            assert!((loads.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            let most = loads.iter().copied().fold(0.0, f64::max) * 8.0;
            let bound = match partition {
                Partition::Range => 1.0 + 1e-9,
                Partition::Hash => 1.15,
                // The arcs of 16 points have a standard deviation of about a quarter.
                Partition::Ring(_) => 2.0,
            };
            assert!((1.0..=bound).contains(&most), "{partition:?}: {most}");
        }
    }

    #[test]
    fn more_points_on_a_ring_make_shards_more_alike() {
        let uneven = |points| {
            let loads = Shards::new(Partition::Ring(points), 32, 100_000).loads(uniform(100_000));
            loads.iter().map(|load| (load * 32.0 - 1.0).powi(2)).sum::<f64>()
        };
        assert!(uneven(256) < uneven(16) / 4.0 && uneven(16) < uneven(1) / 4.0);
    }

    #[test]
    fn ranges_keep_neighbours_together_and_a_hot_key_weighs_on_its_shard() {
        let shards = Shards::new(Partition::Range, 4, 100);
        let of: Vec<u32> = [0, 24, 25, 50, 99].map(|key| shards.of(key)).to_vec();
        assert_eq!(of, [0, 0, 1, 2, 3]);
        let hot = Popularity {
            count: 101,
            skew: Skew::Hot(0.2),
        };
        let loads = Shards::new(Partition::Range, 101, 101).loads(hot);
        assert!(
            (loads[0] - 0.2).abs() < 1e-12 && (loads[1] - 0.008).abs() < 1e-12,
            "{loads:?}"
        );
    }

    #[test]
    fn a_new_shard_takes_keys_from_all_others_on_a_ring_and_no_other_key_moves() {
        let (before, after) = (
            Shards::new(Partition::Ring(16), 9, 10_000),
            Shards::new(Partition::Ring(16), 10, 10_000),
        );
        let moved: Vec<u32> = (0..10_000)
            .filter(|&key| before.of(key) != after.of(key))
            .collect();
        assert!((300..2_500).contains(&moved.len()), "{}", moved.len());
        assert!(moved.iter().all(|&key| after.of(key) == 9));
    }
}
