//! Any bytes to `cjson.decode`: see `common::cjson_decode`.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|data: &[u8]| common::cjson_decode(data));
