//! The gaps between arrivals at a queue, after a balancer has passed on only some of them.

use num_complex::Complex64;

use crate::dist::Dist;

/// Independent gaps between arrivals.
#[derive(Clone, Debug)]
pub(super) enum Gaps {
    /// Poisson arrivals with this rate per second.
    Poisson { rate: f64 },
    /// Gaps of one distribution.
    Renewal { gap: Dist },
    /// Every `n`-th of renewal arrivals, as round robin passes them on.
    EveryNth { gap: Dist, n: u32 },
    /// Each of renewal arrivals with a probability, as random choice passes them on.
    Thinned { gap: Dist, share: f64 },
}

impl Gaps {
    /// Returns arrivals per second.
    pub(super) fn rate(&self) -> f64 {
        match self {
            Self::Poisson { rate } => *rate,
            Self::Renewal { gap } => gap.mean().recip(),
            Self::EveryNth { gap, n } => (gap.mean() * f64::from(*n)).recip(),
            Self::Thinned { gap, share } => share / gap.mean(),
        }
    }
    /// Returns the squared coefficient of variation of the gaps.
    pub(super) fn scv(&self) -> f64 {
        match self {
            Self::Poisson { .. } => 1.0,
            Self::Renewal { gap } => gap.scv(),
            Self::EveryNth { gap, n } => gap.scv() / f64::from(*n),
            Self::Thinned { gap, share } => share * gap.scv() + 1.0 - share,
        }
    }
    /// Returns the transform of the gaps, the mean of `exp(−s·gap)`.
    pub(super) fn transform(&self, s: Complex64) -> Complex64 {
        match self {
            Self::Poisson { rate } => rate / (rate + s),
            Self::Renewal { gap } => gap.laplace(s),
            Self::EveryNth { gap, n } => gap.laplace(s).powu(*n),
            // A geometric number of gaps until one is passed on.
            Self::Thinned { gap, share } => {
                let one = gap.laplace(s);
                share * one / (1.0 - (1.0 - share) * one)
            }
        }
    }
    pub(super) fn is_poisson(&self) -> bool {
        matches!(self, Self::Poisson { .. })
    }
    fn gap(&self) -> Dist {
        match self {
            Self::Poisson { rate } => {
                Dist::exponential(rate.recip()).expect("a rate is positive, and so is the mean gap")
            }
            Self::Renewal { gap } | Self::EveryNth { gap, .. } | Self::Thinned { gap, .. } => gap.clone(),
        }
    }
    /// Returns what one of `n` servers sees that are served in turn.
    pub(super) fn every_nth(&self, n: u32) -> Self {
        if n == 1 {
            self.clone()
        } else {
            Self::EveryNth { gap: self.gap(), n }
        }
    }
    /// Returns what a server sees that is chosen for this share of arrivals, each time anew.
    pub(super) fn thinned(&self, share: f64) -> Self {
        match self {
            Self::Poisson { rate } => Self::Poisson { rate: rate * share },
            whole if 1.0 <= share => whole.clone(),
            part => Self::Thinned {
                gap: part.gap(),
                share,
            },
        }
    }
}
