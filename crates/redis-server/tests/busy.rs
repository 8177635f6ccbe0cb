//! What other clients are told while a script runs for long, and who can end it: as recorded from redis-server
//! 7.0.15 (`conformance/recorded/busy.jsonl`).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::PathBuf;

use redis_server::{Client, Config, Server};
use resp::{Reply, encode};
use serde_json::Value;

const NOW_MS: u64 = 1_700_000_000_000;

fn bytes(text: &Value) -> Vec<u8> {
    text.as_str().unwrap_or_default().chars().map(|c| c as u32 as u8).collect()
}

fn commands(list: &Value) -> Vec<Vec<Vec<u8>>> {
    let command = |argv: &Value| argv.as_array().unwrap().iter().map(bytes).collect();
    list.as_array().unwrap().iter().map(command).collect()
}

fn shown(reply: &Reply, client: &Client) -> String {
    let mut out = Vec::new();
    encode(reply, client.protocol(), &mut out);
    out.escape_ascii().to_string()
}

#[test]
fn a_long_script_makes_the_server_busy() {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../conformance/recorded/busy.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let mut server = Server::new(Config::default()).unwrap();
        server.set_busy_reply_threshold(50);
        let (mut client, mut other) = (Client::new(1), Client::new(2));
        let mut run = commands(&case["run"]);
        let last = run.pop().unwrap();
        for argv in commands(&case["setup"]).iter().chain(&run) {
            server.execute(&mut client, argv, NOW_MS);
        }
        let mut now_ms = NOW_MS;
        assert!(server.begin(&mut client, &last, now_ms).is_none(), "{line}");
        assert!(!server.is_slow(now_ms));
        now_ms += 300;
        assert!(server.is_slow(now_ms));
        let mut reply = None;
        for (argv, expected) in
            std::iter::zip(commands(&case["cmds"]), case["resp2"].as_array().unwrap())
        {
            // A script that has been killed ends before another command is served.
            while reply.is_none() && argv[0] == b"PING" && now_ms > NOW_MS + 300 {
                reply = server.step(&mut client, 10_000, now_ms);
            }
            let got = server.execute(&mut other, &argv, now_ms);
            let expected = bytes(expected).escape_ascii().to_string();
            assert_eq!(shown(&got, &other), expected, "{} in {line}", argv.concat().escape_ascii());
            if argv.len() > 1 && argv[1] == b"KILL" {
                now_ms += 1;
            }
        }
        for _ in 0..1000 {
            if reply.is_some() {
                break;
            }
            now_ms += 100;
            reply = server.step(&mut client, 10_000, now_ms);
        }
        let expected = bytes(&case["reply"]).escape_ascii().to_string();
        assert_eq!(shown(&reply.unwrap(), &client), expected, "{line}");
        assert!(!server.is_running());
        assert_eq!(server.execute(&mut other, &["PING"], now_ms), Reply::status("PONG"));
    }
}

#[test]
fn statistics_tell_of_the_function_in_progress() {
    let mut server = Server::new(Config::default()).unwrap();
    let (mut client, mut other) = (Client::new(1), Client::new(2));
    let library = "#!lua name=l\nredis.register_function('f', function() while true do end end)";
    server.execute(&mut client, &["FUNCTION", "LOAD", library], NOW_MS);
    assert!(server.begin(&mut client, &["FCALL", "f", "0"], NOW_MS).is_none());
    let stats = server.execute(&mut other, &["FUNCTION", "STATS"], NOW_MS + 528);
    // `../redis7/errors.md`, "Long running scripts".
    let expected = "*4\\r\\n$14\\r\\nrunning_script\\r\\n*6\\r\\n$4\\r\\nname\\r\\n$1\\r\\nf\\r\\n$7\\r\\ncommand\\r\\n*3\\r\\n$5\\r\\nFCALL\
        \\r\\n$1\\r\\nf\\r\\n$1\\r\\n0\\r\\n$11\\r\\nduration_ms\\r\\n:528\\r\\n$7\\r\\nengines\\r\\n";
    assert!(shown(&stats, &other).starts_with(expected), "{}", shown(&stats, &other));
    server.abort();
    assert_eq!(server.execute(&mut other, &["PING"], NOW_MS), Reply::status("PONG"));
}
