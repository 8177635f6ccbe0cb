//! Any bytes as replies of a server: decoded, shown to a script in both versions of the protocol, turned into
//! a reply again, encoded, and decoded once more.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use resp::{Protocol, ReplyDecoder, encode};

fuzz_target!(|data: &[u8]| {
    let mut decoder = ReplyDecoder::default();
    decoder.feed(data);
    while let Ok(Some(reply)) = decoder.next() {
        for protocol in [Protocol::Resp2, Protocol::Resp3] {
            let mut bytes = Vec::new();
            encode(&reply, protocol, &mut bytes);
            let mut again = ReplyDecoder::default();
            again.feed(&bytes);
            assert!(matches!(again.next(), Ok(Some(_))), "{}", bytes.escape_ascii());
        }
        common::run("return redis.pcall('X')", &[], reply.clone());
        common::run("redis.setresp(3) return {redis.pcall('X')}", &[], reply);
    }
});
