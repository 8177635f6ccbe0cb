//! Command sequences against redis-server 7.0.15: live when it is installed, recorded always.
//!
//! `cases/*.txt` hold sequences, separated by empty lines; each starts with an empty keyspace. A line is a
//! command as one would type it to redis-cli. In front of it, `~` compares without order, `?` compares only
//! type and number of members, `@` all but times. `!sleep <ms>` lets time pass. `#` is a remark.
//!
//! The replies are in `cases/*.replies.jsonl`, one line a sequence. After changing a sequence, run
//! `RECORD_REPLIES=1 cargo test -p redmoon-redis-keyspace --test cases` where redis-server is installed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use redis_keyspace::{Config, Keyspace, Session};
use resp::Protocol;
use support::{Compare, Server, encoded};

/// 14 November 2023: the time at which recorded sequences run here.
const NOW_MS: u64 = 1_700_000_000_000;

struct Sequence {
    text: String,
    line: usize,
    steps: Vec<Step>,
}

enum Step {
    Sleep(u64),
    Command { argv: Vec<Vec<u8>>, compare: Compare },
}

fn parse(text: &str) -> Vec<Sequence> {
    let mut sequences = Vec::new();
    let mut current: Option<Sequence> = None;
    for (index, line) in text.lines().chain([""]).enumerate() {
        let line = line.trim();
        if line.is_empty() {
            sequences.extend(current.take());
        } else if !line.starts_with('#') {
            let sequence = current.get_or_insert_with(|| Sequence {
                text: String::new(),
                line: index + 1,
                steps: Vec::new(),
            });
            sequence.text += line;
            sequence.text.push('\n');
            sequence.steps.push(parse_step(line));
        }
    }
    sequences
}

fn parse_step(line: &str) -> Step {
    if let Some(milliseconds) = line.strip_prefix("!sleep ") {
        return Step::Sleep(milliseconds.parse().unwrap());
    }
    let (compare, line) = match line.split_at(1) {
        ("~", line) => (Compare::Unordered, line),
        ("?", line) => (Compare::Shape, line),
        ("@", line) => (Compare::Times, line),
        _ => (Compare::Bytes, line),
    };
    Step::Command { argv: resp::split_inline(line.as_bytes()).unwrap(), compare }
}

impl Sequence {
    fn run_here(&self, protocol: Protocol) -> Vec<Vec<u8>> {
        let mut keyspace = Keyspace::new(Config { seed: 7, ..Config::default() });
        let mut session = Session { resp: protocol, ..Session::default() };
        let mut now_ms = NOW_MS;
        let mut replies = Vec::new();
        for step in &self.steps {
            match step {
                Step::Sleep(milliseconds) => now_ms += milliseconds,
                Step::Command { argv, .. } => {
                    let reply = keyspace.execute(&mut session, argv, now_ms);
                    // On a connection, a command that would wait has waited.
                    let reply = keyspace.take_wait().map_or(reply, |wait| wait.timeout_reply());
                    replies.push(encoded(&reply, protocol));
                }
            }
        }
        replies
    }

    fn sleeps(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Sleep(_)))
    }

    fn run_there(&self, server: &Server, protocol: Protocol) -> Vec<Vec<u8>> {
        let mut connection = server.connect(protocol);
        connection.ask(&["FLUSHALL"]);
        let mut replies = Vec::new();
        for step in &self.steps {
            match step {
                Step::Sleep(milliseconds) => {
                    std::thread::sleep(Duration::from_millis(*milliseconds));
                }
                Step::Command { argv, .. } => replies.push(connection.ask(argv)),
            }
        }
        replies
    }

    /// The commands whose replies differ, with both replies.
    fn differences(&self, ours: Vec<Vec<u8>>, theirs: Vec<Vec<u8>>) -> String {
        let commands = self.steps.iter().filter_map(|step| match step {
            Step::Command { argv, compare } => Some((argv, *compare)),
            Step::Sleep(_) => None,
        });
        let mut text = String::new();
        for ((argv, compare), (ours, theirs)) in commands.zip(ours.into_iter().zip(theirs)) {
            let (ours, theirs) = (compare.normalize(ours), compare.normalize(theirs));
            if ours != theirs {
                let command: Vec<_> = argv.iter().map(|a| a.escape_ascii().to_string()).collect();
                let _ =
                    write!(text, "  {}\n    ours  {ours}\n    redis {theirs}\n", command.join(" "));
            }
        }
        text
    }
}

/// One character per byte, so that JSON can hold any reply.
fn to_text(replies: &[Vec<u8>]) -> serde_json::Value {
    replies.iter().map(|reply| reply.iter().map(|&b| char::from(b)).collect::<String>()).collect()
}

fn from_text(replies: &serde_json::Value) -> Vec<Vec<u8>> {
    let bytes = |text: &serde_json::Value| {
        text.as_str().unwrap().chars().map(|c| u32::from(c) as u8).collect()
    };
    replies.as_array().unwrap().iter().map(bytes).collect()
}

#[test]
fn replies_equal_those_of_redis() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    let server = Server::start();
    let is_recording = std::env::var_os("RECORD_REPLIES").is_some();
    let mut failures = String::new();
    let mut count = 0;
    for path in files {
        let sequences = parse(&std::fs::read_to_string(&path).unwrap());
        let recorded_path = path.with_extension("replies.jsonl");
        if is_recording {
            let server = server.as_ref().expect("recording needs redis-server");
            let mut lines = String::new();
            for sequence in &sequences {
                let line = serde_json::json!({
                    "commands": sequence.text,
                    "resp2": to_text(&sequence.run_there(server, Protocol::Resp2)),
                    "resp3": to_text(&sequence.run_there(server, Protocol::Resp3)),
                });
                let _ = writeln!(lines, "{line}");
            }
            std::fs::write(&recorded_path, lines).unwrap();
        }
        let recorded = std::fs::read_to_string(&recorded_path).unwrap_or_default();
        let recorded: Vec<serde_json::Value> =
            recorded.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(recorded.len(), sequences.len(), "{}: not recorded", path.display());
        for (sequence, recorded) in sequences.iter().zip(&recorded) {
            let place = format!("{}:{}", path.display(), sequence.line);
            assert_eq!(recorded["commands"], sequence.text, "{place}: not recorded");
            for (protocol, name) in [(Protocol::Resp2, "resp2"), (Protocol::Resp3, "resp3")] {
                let ours = sequence.run_here(protocol);
                let theirs = from_text(&recorded[name]);
                let differences = sequence.differences(ours.clone(), theirs);
                if !differences.is_empty() {
                    let _ = write!(failures, "{place} {name}\n{differences}");
                }
                if let Some(server) = &server
                    && !is_recording
                {
                    // A busy machine may be late where a sequence sleeps; then once more.
                    let tries = if sequence.sleeps() { 5 } else { 1 };
                    let differences = (0..tries)
                        .map(|_| sequence.run_there(server, protocol))
                        .map(|theirs| sequence.differences(ours.clone(), theirs))
                        .min_by_key(String::len)
                        .unwrap_or_default();
                    if !differences.is_empty() {
                        let _ = write!(failures, "{place} {name}, live\n{differences}");
                    }
                }
            }
            count += sequence.steps.len();
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
    assert!(count > 1400, "only {count} commands");
}
