//! Any bytes as replies of a server: see `common::replies`.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|data: &[u8]| common::replies(data));
