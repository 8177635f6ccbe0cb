//! Tests that cross crates.

pub mod generator;
