//! Any bytes to `cmsgpack.unpack` and its kin: see `common::cmsgpack_unpack`.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|data: &[u8]| common::cmsgpack_unpack(data));
