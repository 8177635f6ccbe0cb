//! Any bytes as Lua: what compiles verifies, is listed, encodes, decodes to the same, and runs within limits.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use resp::Reply;

fuzz_target!(|data: &[u8]| {
    if let Ok(proto) = lua_compiler::compile(data, b"=fuzz") {
        let bytes = lua_compiler::encode::encode(&proto);
        let again = lua_compiler::encode::decode(&bytes).expect("what was encoded decodes");
        assert_eq!(lua_compiler::listing::list(&proto), lua_compiler::listing::list(&again));
    }
    // Bytes that claim to be compiled are foreign: nothing but an error or a prototype that verifies.
    let _ = lua_compiler::encode::decode(data);
    common::run("return pcall(loadstring(ARGV[1]) or error)", &[data], Reply::Nil);
});
