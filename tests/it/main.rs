//! Whatever goes through files or the binary.

mod cli;
mod errors;
mod fuzz;
mod theory;
