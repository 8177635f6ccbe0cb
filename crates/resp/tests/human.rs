//! Renderings against the recorded output of redis-cli 7.0.15.
//!
//! Each line of `redis-cli.jsonl` holds the bytes that a server sent and what redis-cli made of them on a
//! terminal, in a pipe and with `--json` (one character per byte).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use resp::{Reply, ReplyDecoder, human};

fn bytes(value: &serde_json::Value) -> Vec<u8> {
    value.as_str().unwrap().chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

fn decode(bytes: &[u8]) -> Reply {
    let mut decoder = ReplyDecoder::default();
    decoder.feed(bytes);
    decoder.next().unwrap().unwrap()
}

#[test]
fn renders_as_redis_cli() {
    let mut cases = 0;
    for line in include_str!("redis-cli.jsonl").lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let reply = decode(&bytes(&case["reply"]));
        for (field, put) in [
            ("tty", human::put_terminal as fn(&Reply, &mut Vec<u8>)),
            ("raw", human::put_raw),
            ("json", human::put_json),
        ] {
            let mut out = Vec::new();
            put(&reply, &mut out);
            assert_eq!(
                out.escape_ascii().to_string(),
                bytes(&case[field]).escape_ascii().to_string(),
                "{field} of {reply:?}"
            );
        }
        cases += 1;
    }
    assert!(cases > 45);
}

#[test]
fn attributes_and_big_numbers_have_a_form() {
    let mut out = Vec::new();
    human::put_terminal(
        &decode(b"*2\r\n(12345678901234567890\r\n|1\r\n+a\r\n:1\r\n:5\r\n"),
        &mut out,
    );
    assert_eq!(out, b"1) (big number) 12345678901234567890\n2) 1) (integer) 5\n");
}

#[test]
fn deep_replies_render_on_a_small_stack() {
    let work = || {
        let depth = 8_000;
        let mut wire = b"*1\r\n".repeat(depth);
        wire.extend_from_slice(b":1\r\n");
        let reply = decode(&wire);
        assert_eq!(reply, reply.clone());
        let mut out = Vec::new();
        human::put_terminal(&reply, &mut out);
        assert_eq!(out.len(), depth * 3 + "(integer) 1\n".len());
        out.clear();
        human::put_json(&reply, &mut out);
        human::put_raw(&reply, &mut out);
        assert!(format!("{reply:?}").len() > depth);
    };
    std::thread::Builder::new().stack_size(128 * 1024).spawn(work).unwrap().join().unwrap();
}
