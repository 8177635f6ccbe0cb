//! Snapshots: what a machine does after one is what it would have done.
#![cfg(feature = "snapshot")]
#![expect(clippy::unwrap_used, reason = "tests may")]

mod corpus;
mod errors;
mod hostile;
mod programs;
mod support;
