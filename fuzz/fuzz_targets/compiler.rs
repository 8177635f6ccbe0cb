//! Any bytes as Lua: see `common::compiler`.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|data: &[u8]| common::compiler(data));
