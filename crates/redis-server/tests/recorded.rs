//! What needs a server in a state of its own, as recorded from redis-server 7.0.15: what other clients are told
//! while a script runs for long, and who can end it (`tests/recorded/busy.jsonl`); a node of a cluster
//! (`tests/recorded/cluster.jsonl`). `conformance/` has all the rest.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::PathBuf;

use redis_server::{Config, Peer, Server};
use serde_json::Value;

const NOW_MS: u64 = 1_700_000_000_000;

fn bytes(text: &Value) -> Vec<u8> {
    text.as_str().unwrap_or_default().chars().map(|c| c as u32 as u8).collect()
}

/// A command as a client sends it.
fn request(argv: &Value) -> Vec<u8> {
    let argv = argv.as_array().unwrap();
    let mut out = format!("*{}\r\n", argv.len()).into_bytes();
    for argument in argv {
        let argument = bytes(argument);
        out.extend(format!("${}\r\n", argument.len()).into_bytes());
        out.extend(argument);
        out.extend(b"\r\n");
    }
    out
}

fn recorded(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn a_node_of_a_cluster_keeps_to_one_slot() {
    for line in recorded("cluster.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        for (version, replies) in [("2", "resp2"), ("3", "resp3")] {
            let mut server = server(5000);
            server.set_cluster(true);
            let client = server.connect(Peer::default(), NOW_MS);
            server.receive(client, &request(&serde_json::json!(["HELLO", version])), NOW_MS);
            output(&mut server, client);
            let commands = case["cmds"].as_array().unwrap();
            for (argv, expected) in commands.iter().zip(case[replies].as_array().unwrap()) {
                server.receive(client, &request(argv), NOW_MS);
                let got = output(&mut server, client);
                assert_eq!(got, bytes(expected).escape_ascii().to_string(), "{argv} in {line}");
            }
        }
    }
}

fn output(server: &mut Server, id: u64) -> String {
    let mut out = Vec::new();
    server.take_output(id, &mut out);
    out.escape_ascii().to_string()
}

fn server(threshold_ms: u64) -> Server {
    let config = Config { busy_reply_threshold_ms: threshold_ms, ..Config::default() };
    Server::new(config).unwrap()
}

#[test]
fn a_long_script_makes_the_server_busy() {
    for line in recorded("busy.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let list = |name: &str| case[name].as_array().unwrap().clone();
        let mut server = server(50);
        let [client, other] = [(); 2].map(|()| server.connect(Peer::default(), NOW_MS));
        for argv in list("setup") {
            server.receive(client, &request(&argv), NOW_MS);
        }
        let mut run = list("run");
        let last = run.pop().unwrap();
        for argv in &run {
            server.receive(client, &request(argv), NOW_MS);
        }
        output(&mut server, client);
        let mut now_ms = NOW_MS;
        server.receive(client, &request(&last), now_ms);
        now_ms += 300;
        server.advance(now_ms);
        for (argv, expected) in std::iter::zip(list("cmds"), list("resp2")) {
            server.receive(other, &request(&argv), now_ms);
            let mut got = output(&mut server, other);
            if got.is_empty() {
                // The script has been killed, and ends before another command is answered.
                server.advance(now_ms);
                got = output(&mut server, other);
            }
            assert_eq!(got, bytes(&expected).escape_ascii().to_string(), "{argv} in {line}");
            if argv[1] == "KILL" {
                server.advance(now_ms);
            }
        }
        let mut reply = String::new();
        for _ in 0..1000 {
            reply.push_str(&output(&mut server, client));
            now_ms += 100;
            server.advance(now_ms);
        }
        assert!(
            reply.ends_with(&bytes(&case["reply"]).escape_ascii().to_string()),
            "{reply} in {line}"
        );
    }
}

#[test]
fn statistics_tell_of_the_function_in_progress() {
    let mut server = server(50);
    let [client, other] = [(); 2].map(|()| server.connect(Peer::default(), NOW_MS));
    let library = "#!lua name=l\nredis.register_function('f', function() while true do end end)";
    for argv in [vec!["FUNCTION", "LOAD", library], vec!["FCALL", "f", "0"]] {
        server.receive(client, &request(&argv.into()), NOW_MS);
    }
    server.advance(NOW_MS + 528);
    server.receive(other, b"FUNCTION STATS\r\n", NOW_MS + 528);
    // `../redis7/errors.md`, "Long running scripts".
    let expected = "*4\\r\\n$14\\r\\nrunning_script\\r\\n*6\\r\\n$4\\r\\nname\\r\\n$1\\r\\nf\\r\\n$7\\r\\ncommand\\r\\n\
        *3\\r\\n$5\\r\\nFCALL\\r\\n$1\\r\\nf\\r\\n$1\\r\\n0\\r\\n$11\\r\\nduration_ms\\r\\n:528\\r\\n$7\\r\\nengines\\r\\n";
    let stats = output(&mut server, other);
    assert!(stats.starts_with(expected), "{stats}");
}
