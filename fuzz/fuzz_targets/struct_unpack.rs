//! A format, up to the first line end, and data for `struct`: sizes, unpacking, and packing again.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use resp::Reply;

const SCRIPT: &str = "
local format, data = ARGV[1], ARGV[2]
pcall(struct.size, format)
pcall(struct.unpack, format, data, #data % 9 - 1)
local values = {pcall(struct.unpack, format, data)}
if values[1] then pcall(struct.pack, format, unpack(values, 2, #values - 1)) end
return #values";

fuzz_target!(|data: &[u8]| {
    let at = data.iter().position(|&byte| byte == b'\n').unwrap_or(data.len());
    let (format, rest) = data.split_at(at);
    common::run(SCRIPT, &[format, rest], Reply::Nil);
});
