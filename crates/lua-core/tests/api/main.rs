//! The embedding API: conversions, handles, errors, limits, runs that wait, futures.

#![expect(clippy::unwrap_used, reason = "tests may")]

mod support;

mod conversion;
mod table;

mod error;
mod function;
mod handle;
mod userdata;

mod future;
mod limits;
mod run;
