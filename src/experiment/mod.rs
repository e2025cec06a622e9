//! Scenarios × seeds in, results out.
//!
//! **Lives here:** replications in parallel, warm-up, precision, measures, the formulas that fit, paired comparison.
//! **Lives elsewhere:** one run (`model`), estimators (`stats`), formulas (`theory`), the look of it all (`report`).
//! **Invariant:** results do not depend on the number of threads. Only this module starts threads.

pub mod results;
