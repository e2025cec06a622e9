//! Pictures a person would put into a design document: plain data in, PNG bytes out.
//!
//! **Lives here:** [`DistributionChart`], [`TimelineChart`], [`ComparisonChart`], [`HopsChart`], [`PlanChart`],
//! [`ShortageChart`], [`StoresChart`] and [`SweepChart`] with its [`PlaneMap`], what they share, and the drawing beneath them.
//! Each `draw` composes a list of shapes and texts (`scene`) and then has plotters paint it (`paint`),
//! so that tests can look at the layout without painting. A map is written as SVG as well (`svg`), for pages.
//! **Lives elsewhere:** what the numbers mean (`stats`, `experiment`), where the bytes go (`report`).
//! **Invariant:** the same data give the same bytes, and no data make a chart panic, clip a text or overlap two.
//! No font of the system is needed: the typeface is embedded.
//!
//! Colours are those of Okabe and Ito, *Color Universal Design* (2008), which people with any common colour
//! vision tell apart; lines also differ by dash and marker.
//!
//! ```
//! use plimsoll::report::chart::{CurvePoint, Curve, DistributionChart};
//! let points = (0..50).map(|i| f64::from(i) * 0.002).map(|seconds| CurvePoint::at(seconds, (-seconds / 0.01).exp()));
//! let chart = DistributionChart {
//!     title: "Response time".into(),
//!     curves: vec![Curve { name: "shoppers".into(), measured: points.collect(), ..Curve::default() }],
//!     ..DistributionChart::default()
//! };
//! let png = chart.draw()?;
//! assert_eq!(&png[1..4], b"PNG");
//! # Ok::<(), plimsoll::report::chart::ChartError>(())
//! ```

mod axis;
mod comparison;
mod distribution;
mod durability;
mod font;
mod format;
mod frame;
mod hops;
mod map;
mod outline;
mod paint;
mod pixels;
mod place;
mod plan;
mod ramp;
mod scene;
mod shortage;
mod stores;
mod style;
mod svg;
mod sweep;
#[cfg(test)]
mod tests;
mod ticks;
mod timeline;

pub use comparison::{ComparisonChart, ComparisonRow};
pub use distribution::{Curve, CurvePoint, DistributionChart, TheoryCurve};
pub use durability::{DurabilityChart, LossCurve};
pub use hops::{HopRow, HopSection, HopsChart};
pub use map::{Contour, MapAxis, MapCell, MapRow, PlaneMap};
pub use plan::{DotGroup, PlanChart};
pub use shortage::{ShortageChart, ShortageRow};
pub use stores::{StorePanel, StoresChart};
pub use sweep::{SweepChart, SweepLine, SweepPanel};
pub use timeline::{Cause, Panel, PanelLine, Span, TimelineChart};

pub use crate::experiment::results::Unit;

/// A measured value with the ends of its interval, all in one unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Interval {
    /// The estimate itself.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// One percentile of a distribution.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Percentile {
    /// The share of observations at or below `value`, such as 0.99.
    pub share: f64,
    /// The percentile, in the unit of the chart.
    pub value: f64,
}

/// A limit that the scenario promises to keep.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Objective {
    /// What is promised, such as `p99 ≤ 120 ms`.
    pub label: String,
    /// The limit, in the unit of the chart.
    pub value: f64,
    /// The percentile the limit is for, such as 0.99; `None` for a mean.
    pub share: Option<f64>,
}

/// Why a picture could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// The encoder refused the picture.
    #[error("could not encode the picture as PNG")]
    Encode(#[from] png::EncodingError),
}
