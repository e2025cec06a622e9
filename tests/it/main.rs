//! Whatever goes through files or the binary.

mod article;
mod caches;
mod callers;
mod cli;
mod closed;
mod copies;
mod errors;
mod flows;
mod full_servers;
mod fuzz;
mod graphs;
mod hops;
mod hot;
mod lineup;
mod lookups;
mod performability;
mod promises;
mod scenarios;
mod splits;
mod stores;
mod sweep;
mod theory;
mod threads;
mod tidy;
mod years;
mod zones;
