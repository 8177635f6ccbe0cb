//! Any bytes to `cjson.decode`; what it accepts is encoded, and what that gives decodes again.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use resp::Reply;

const SCRIPT: &str = "
local ok, value = pcall(cjson.decode, ARGV[1])
if not ok then return value end
local ok, text = pcall(cjson.encode, value)
if not ok then return text end
local again = cjson.encode(cjson.decode(text))
assert(#again == #text, 'encoding changes')
return again";

fuzz_target!(|data: &[u8]| common::run(SCRIPT, &[data], Reply::Nil));
