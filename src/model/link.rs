//! What a request brings from whoever sent it, where services call each other, messages take time, or there are stores.

use super::{cache::Asked, network::Place, probe::Failure, storage::versions::Version, visit::VisitId};
use crate::units::SimDuration;

/// Who waits for a request, and what it brings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    /// The visit that waits for its answer.
    pub parent: VisitId,
    /// Where the chance in its calls comes from.
    pub family: u64,
    /// Whether it is followed.
    pub followed: bool,
    pub leg: Leg,
}

/// Who waits for a request, and what its calls will bring.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bond {
    /// The visit that waits for its answer.
    pub parent: VisitId,
    /// Where the chance in its calls comes from.
    pub family: u64,
    /// Whether it is followed.
    pub followed: bool,
}

/// What only the network, stores and caches ask of a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leg {
    /// The time that messages were under way for it.
    pub network: SimDuration,
    /// How long its server took, and the failure if it is one, of an answer that is under way.
    pub reply: (Took, Option<Failure>),
    /// Where its sender stands.
    pub from: Place,
    /// Which attempt it is: no two share their luck on the network.
    pub attempt: u32,
    /// If it goes to a replica: the place of that among those of its shard.
    pub place: u8,
    /// If it goes to a replica: the key.
    pub key: u32,
    /// If it goes to a replica: the version that it brings, or that it has found there.
    pub version: Version,
    /// Whether it brings a replica what it missed, and the next follows when it has ended.
    pub handing: bool,
    /// What it asks for, past a cache that did not know.
    pub asked: Asked,
}

/// How long a request was at its server, its waiting not counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Took {
    /// In a slot, or waiting for what it had called.
    pub alone: SimDuration,
    /// Being worked on.
    pub own: SimDuration,
}

impl Took {
    pub(super) const NOTHING: Self = Self {
        alone: SimDuration::ZERO,
        own: SimDuration::ZERO,
    };

    /// A request that called nobody.
    #[inline]
    pub(super) fn work(own: SimDuration) -> Self {
        Self { alone: own, own }
    }
}

impl Link {
    /// A request that nobody calls for.
    pub(super) const NONE: Self = Self {
        parent: VisitId::NONE,
        family: 0,
        followed: false,
        leg: Leg::NONE,
    };
}

impl Link {
    #[inline]
    pub(super) fn bond(&self) -> Bond {
        Bond {
            parent: self.parent,
            family: self.family,
            followed: self.followed,
        }
    }
}

impl Bond {
    /// Returns the link with this leg.
    pub(super) fn with(self, leg: Leg) -> Link {
        let Self {
            parent,
            family,
            followed,
        } = self;
        Link {
            parent,
            family,
            followed,
            leg,
        }
    }
}

impl Leg {
    /// Nothing of all that.
    pub(super) const NONE: Self = Self {
        network: SimDuration::ZERO,
        reply: (Took::NOTHING, None),
        from: Place::Nowhere,
        attempt: 0,
        place: 0,
        key: 0,
        version: Version::FIRST,
        handing: false,
        asked: Asked::NOTHING,
    };
}
