//! Any bytes to `cmsgpack.unpack`, `unpack_one` and `unpack_limit`; what they give is packed again.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use resp::Reply;

const SCRIPT: &str = "
local n = ARGV[1]:byte() or 0
local all = {pcall(cmsgpack.unpack, ARGV[1])}
if all[1] then pcall(cmsgpack.unpack, cmsgpack.pack(unpack(all, 2, math.min(#all + 1, 100)))) end
pcall(cmsgpack.unpack_one, ARGV[1], n)
pcall(cmsgpack.unpack_limit, ARGV[1], n % 7, n % 5)
return #all";

fuzz_target!(|data: &[u8]| common::run(SCRIPT, &[data], Reply::Nil));
