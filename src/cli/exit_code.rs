//! How a command ended, for scripts and pipelines.

/// Done, and every objective met.
pub(super) const SUCCESS: u8 = 0;
/// An internal or machine failure: a bug, a full disk.
pub(super) const FAILURE: u8 = 1;
/// The request cannot be carried out: a mistake on the command line, in a scenario, or in another input.
pub(super) const UNUSABLE: u8 = 2;
/// Done, but an objective is missed, so that a pipeline can gate on it.
pub(super) const OBJECTIVE_MISSED: u8 = 3;
/// Interrupted by Ctrl-C; what was finished is reported and written.
pub(super) const INTERRUPTED: u8 = 130;
