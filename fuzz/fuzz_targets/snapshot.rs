//! Any bytes as a snapshot, and changes of a real one: see `common::snapshot`.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|data: &[u8]| common::snapshot::snapshot(data));
