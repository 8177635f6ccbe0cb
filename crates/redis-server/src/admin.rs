//! What a server says about itself, and what only its operator asks.

use std::borrow::Cow;

use resp::{Reply, Verbatim};

use crate::blocking::Wait;
use crate::client::Client;
use crate::dispatch::{Outcome, unknown_subcommand};
use crate::server::Server;
use crate::stats::Stats;

const SYNTAX: &str = "ERR syntax error";
const NOT_AN_INTEGER: &str = "ERR value is not an integer or out of range";
const NO_SHUTDOWN: &str = "ERR No shutdown in progress.";
const NO_CONFIG_FILE: &str = "ERR The server is running without a config file";
/// Ours: everything is in memory, and stays there.
const NO_FILES: &str = "ERR nothing is written to files here";
/// Ours.
const NO_REPLICATION: &str = "ERR replication is not supported here";
const PROTOCOL_TYPES: &str = "ERR Wrong protocol type name. Please use one of the following: string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false";

/// Commands about the server; `None` for all others.
pub(crate) fn run(
    server: &mut Server,
    client: &mut Client,
    name: &str,
    argv: &[&[u8]],
    now_ms: u64,
) -> Option<Outcome> {
    let args = argv.get(1..).unwrap_or_default();
    let reply = match name {
        "role" => vec![Reply::bulk("master"), Reply::Integer(0), Reply::empty_array()].into(),
        "lastsave" => last_save(server.started_ms),
        "wait" => match (args.first(), args.get(1)) {
            (Some(replicas), Some(timeout))
                if resp::number::parse_i64(replicas).is_some()
                    && resp::number::parse_i64(timeout).is_some() =>
            {
                Reply::Integer(0)
            }
            _ => Reply::error(NOT_AN_INTEGER),
        },
        "save" | "bgsave" | "bgrewriteaof" => Reply::error(NO_FILES),
        "config|rewrite" => Reply::error(NO_CONFIG_FILE),
        "replicaof" | "slaveof" => {
            let is_no = args.first().is_some_and(|word| word.eq_ignore_ascii_case(b"no"));
            server.state.is_replica = !is_no;
            Reply::OK
        }
        "sync" | "psync" => Reply::error(NO_REPLICATION),
        "acl|whoami" => Reply::bulk(client.user.as_deref().unwrap_or(b"default")),
        "acl|users" => server.users.names(),
        "acl|setuser" => server.users.set(args.get(1..).unwrap_or_default()),
        "acl|deluser" => server.users.remove(args.get(1..).unwrap_or_default()),
        "acl|list" => {
            let pass = if server.password.is_some() { "" } else { "nopass " };
            vec![Reply::bulk(format!("user default on {pass}~* &* +@all"))].into()
        }
        "latency|latest" | "latency|history" | "module|list" => Reply::empty_array(),
        "latency|reset" => Reply::Integer(0),
        "shutdown" => return Some(shutdown(server, client, args)),
        "monitor" if client.peer.is_some() => {
            if !client.is_monitor {
                client.is_monitor = true;
                server.monitors.push(client.id);
            }
            Reply::OK
        }
        "debug" => return Some(debug(server, client, argv, now_ms)),
        _ => return None,
    };
    Some(reply.into())
}

/// `LASTSAVE`: nothing is written, so as for Redis without a save it is when the server began.
pub(crate) fn last_save(started_ms: u64) -> Reply {
    Reply::Integer((started_ms / 1000) as i64)
}

fn shutdown(server: &mut Server, client: &mut Client, args: &[&[u8]]) -> Outcome {
    let mut aborts = false;
    let mut others = 0;
    for word in args {
        match word.to_ascii_lowercase().as_slice() {
            b"abort" => aborts = true,
            b"nosave" | b"save" | b"now" | b"force" => others += 1,
            _ => return Reply::error(SYNTAX).into(),
        }
    }
    if aborts {
        return Reply::error(if others > 0 { SYNTAX } else { NO_SHUTDOWN }).into();
    }
    server.is_shut_down = true;
    client.wants_to_quit = true;
    Outcome::Nothing
}

/// The parts of `DEBUG` that tests of clients use.
fn debug(server: &mut Server, client: &mut Client, argv: &[&[u8]], now_ms: u64) -> Outcome {
    let word = argv.get(1).map(|word| word.to_ascii_lowercase()).unwrap_or_default();
    let args = argv.get(2..).unwrap_or_default();
    let reply = match (word.as_slice(), args) {
        (b"sleep", [seconds]) => {
            let seconds = decimal::parse(seconds).filter(|seconds| *seconds > 0.0).unwrap_or(0.0);
            let until_ms = now_ms.saturating_add((seconds * 1000.0) as u64);
            if until_ms == now_ms || client.peer.is_none() {
                return Reply::OK.into();
            }
            server.sleeps_until_ms = Some(until_ms);
            return Outcome::Wait(Wait::Until(until_ms));
        }
        (b"jmap" | b"change-repl-id" | b"reload" | b"loadaof", _)
        | (
            b"set-active-expire"
            | b"quicklist-packed-threshold"
            | b"log"
            | b"set-skip-checksum-validation"
            | b"pause-cron",
            [_],
        ) => Reply::OK,
        (b"error", [text]) => Reply::Error(text.to_vec().into()),
        (b"protocol", [kind]) => protocol(kind),
        (b"object", [key]) => {
            let encoding = server.keyspace.execute(
                &mut client.session,
                &[&b"OBJECT"[..], b"ENCODING", key],
                now_ms,
            );
            match encoding {
                Reply::Bulk(encoding) => {
                    let encoding = String::from_utf8_lossy(&encoding);
                    let text = format!(
                        "Value at:0x0 refcount:1 encoding:{encoding} serializedlength:0 lru:0 lru_seconds_idle:0"
                    );
                    Reply::Status(text.into_bytes().into())
                }
                _ => Reply::error("ERR no such key"),
            }
        }
        _ => unknown_subcommand(argv),
    };
    reply.into()
}

/// A reply of the kind that is named: `DEBUG PROTOCOL`.
fn protocol(kind: &[u8]) -> Reply {
    let three = || (0..3).map(Reply::Integer).collect::<Vec<_>>();
    match kind.to_ascii_lowercase().as_slice() {
        b"string" => Reply::bulk("Hello World"),
        b"integer" => Reply::Integer(12345),
        b"double" => Reply::Double(3141.0 / 1000.0),
        b"null" => Reply::Nil,
        b"array" => three().into(),
        b"set" => Reply::Set(three().into()),
        b"map" => {
            let pairs = (0..3).flat_map(|at| [Reply::Integer(at), Reply::Boolean(at == 1)]);
            Reply::Map(pairs.collect())
        }
        b"attrib" => Reply::Attribute(
            vec![
                Reply::bulk("key-popularity"),
                vec![Reply::bulk("key:123"), Reply::Integer(90)].into(),
                Reply::bulk("Some real reply following the attribute"),
            ]
            .into(),
        ),
        b"push" => Reply::Push(vec![Reply::bulk("server-cpu-usage"), Reply::Integer(42)].into()),
        b"true" => Reply::Boolean(true),
        b"false" => Reply::Boolean(false),
        b"verbatim" => {
            let text = b"This is a verbatim\nstring".to_vec();
            Reply::Verbatim(Verbatim { format: *b"txt", text })
        }
        b"bignum" => Reply::BigNumber(b"1234567999999999999999999999999999999".to_vec()),
        _ => Reply::error(PROTOCOL_TYPES),
    }
}

/// `INFO`: what the keyspace says, and in its sections what only a server knows.
pub(crate) fn info(server: &mut Server, client: &mut Client, argv: &[&[u8]], now_ms: u64) -> Reply {
    let reply = server.keyspace.execute(&mut client.session, argv, now_ms);
    let (is_verbatim, text) = match reply {
        Reply::Bulk(text) => (false, text),
        Reply::Verbatim(Verbatim { text, .. }) => (true, text),
        reply => return reply,
    };
    let used_bytes = server.used_bytes();
    let mut out = String::new();
    for section in String::from_utf8_lossy(&text).split("\r\n\r\n") {
        let own = own_facts(server, section.lines().next().unwrap_or_default(), used_bytes, now_ms);
        out += if out.is_empty() { "" } else { "\r\n" };
        for line in section.lines() {
            let name = line.split_once(':').map(|(name, _)| name);
            if !own.iter().any(|(own, _)| Some(&**own) == name) {
                out += line;
                out += "\r\n";
            }
        }
        for (name, value) in own {
            for part in [&*name, ":", &value, "\r\n"] {
                out += part;
            }
        }
    }
    let text = out.into_bytes();
    if is_verbatim {
        Reply::Verbatim(Verbatim { format: *b"txt", text })
    } else {
        Reply::Bulk(text)
    }
}

/// What the server adds to a section of `INFO`, or knows better.
fn own_facts(
    server: &Server,
    heading: &str,
    used_bytes: usize,
    now_ms: u64,
) -> Vec<(Cow<'static, str>, String)> {
    match heading {
        "# Commandstats" => return owned(server.stats.command_lines()),
        "# Errorstats" => return owned(server.stats.error_lines()),
        _ => {}
    }
    let facts = facts(server, heading, used_bytes, now_ms);
    facts.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect()
}

fn owned(lines: Vec<(String, String)>) -> Vec<(Cow<'static, str>, String)> {
    lines.into_iter().map(|(name, value)| (Cow::Owned(name), value)).collect()
}

fn facts(
    server: &Server,
    heading: &str,
    used_bytes: usize,
    now_ms: u64,
) -> Vec<(&'static str, String)> {
    match heading {
        "# Server" => {
            let uptime = now_ms.saturating_sub(server.started_ms) / 1000;
            vec![
                ("uptime_in_seconds", uptime.to_string()),
                ("uptime_in_days", (uptime / 86_400).to_string()),
            ]
        }
        "# Clients" => vec![
            ("connected_clients", server.connections.len().to_string()),
            ("blocked_clients", server.waiting_count().to_string()),
        ],
        "# Memory" => {
            let scripts = server.engine.memory().used_bytes;
            let (peak, maxmemory) = (server.used_peak, server.state.maxmemory);
            vec![
                ("used_memory", used_bytes.to_string()),
                ("used_memory_human", human_size(used_bytes as u64)),
                ("used_memory_rss", used_bytes.to_string()),
                ("used_memory_rss_human", human_size(used_bytes as u64)),
                ("used_memory_peak", peak.to_string()),
                ("used_memory_peak_human", human_size(peak as u64)),
                ("used_memory_dataset", used_bytes.saturating_sub(scripts).to_string()),
                ("used_memory_vm_eval", scripts.to_string()),
                ("used_memory_lua", scripts.to_string()),
                ("used_memory_lua_human", human_size(scripts as u64)),
                ("used_memory_scripts", scripts.to_string()),
                ("number_of_cached_scripts", server.engine.script_count().to_string()),
                ("maxmemory", maxmemory.to_string()),
                ("maxmemory_human", human_size(maxmemory)),
            ]
        }
        "# Stats" => {
            let (channels, patterns, shards) = server.pubsub.counts();
            vec![
                ("total_connections_received", server.connections.last_id().to_string()),
                ("total_commands_processed", server.stats.calls.to_string()),
                ("total_error_replies", server.stats.error_replies.to_string()),
                ("pubsub_channels", channels.to_string()),
                ("pubsub_patterns", patterns.to_string()),
                ("pubsubshard_channels", shards.to_string()),
            ]
        }
        _ => Vec::new(),
    }
}

/// A number of bytes as `INFO` shows it to people: `1.00M`.
fn human_size(bytes: u64) -> String {
    const UNITS: [u8; 5] = *b"KMGTP";
    if bytes < 1024 {
        return format!("{bytes}B");
    }
    let mut size = bytes as f64 / 1024.0;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    let mut text = Vec::new();
    decimal::put_fixed(size, 2, &mut text);
    text.push(UNITS.get(unit).copied().unwrap_or(b'B'));
    String::from_utf8_lossy(&text).into_owned()
}

/// `CONFIG GET`, `SET` and `RESETSTAT`.
pub(crate) fn config(
    server: &mut Server,
    client: &mut Client,
    name: &str,
    argv: &[&[u8]],
    now_ms: u64,
) -> Reply {
    let reply = server.keyspace.execute(&mut client.session, argv, now_ms);
    if name == "config|resetstat" {
        server.stats = Stats::default();
        server.used_peak = 0;
    }
    if name != "config|set" {
        return reply;
    }
    let is_known = !reply.is_error();
    let mut is_ours = false;
    for pair in argv.get(2..).unwrap_or_default().chunks_exact(2) {
        let [setting, value] = pair else { continue };
        // The keyspace has read sizes such as 100mb; what it does not know, the server may.
        let get = [&b"CONFIG"[..], b"GET", setting];
        let read = match server.keyspace.execute(&mut client.session, &get, now_ms).items() {
            Some(items) if is_known => match items.last() {
                Some(Reply::Bulk(read)) => read.clone(),
                _ => value.to_vec(),
            },
            _ => value.to_vec(),
        };
        let may_set = is_known || argv.len() == 4;
        is_ours |= may_set && server.state.set(setting, &read);
        if is_known && setting.eq_ignore_ascii_case(b"requirepass") {
            // Who has said the old one, or needed none, stays in.
            server.password = (!value.is_empty()).then(|| value.to_vec());
        }
    }
    if server.state.maxmemory != 0 {
        server.make_room();
    }
    if is_ours { Reply::OK } else { reply }
}
