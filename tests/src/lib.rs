//! Tests that cross crates, and what they share.
//!
//! Reading order: [`runner`] runs programs, ours and others, and compares outcomes; [`oracle`] says who
//! judges and what happens where the judge is not installed; [`corpus`] reads the Lua files of
//! `tests/lua` and `tests/hostile`; [`sandbox`] runs them inside this process; [`generator`] writes random
//! programs. The tests are in `tests/tests`.

pub mod runner;
pub mod sandbox;

pub mod oracle;

pub mod corpus;
pub mod generator;
