//! Results in, bytes out.

pub mod chart;
