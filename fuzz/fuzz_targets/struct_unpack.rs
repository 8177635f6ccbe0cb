//! A format and data for `struct`: see `common::struct_unpack`.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|data: &[u8]| common::struct_unpack(data));
