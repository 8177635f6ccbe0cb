//! What a server says about itself, and what only its operator asks.

use resp::{Protocol, Reply, Verbatim};

use crate::blocking::Wait;
use crate::client::Client;
use crate::dispatch::{Outcome, unknown_subcommand};
use crate::server::Server;

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
        "lastsave" => Reply::Integer((server.started_ms / 1000) as i64),
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
        "memory|purge" => Reply::OK,
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
            let seconds = std::str::from_utf8(seconds).ok().and_then(|text| text.parse().ok());
            let seconds: f64 = seconds.filter(|seconds| *seconds > 0.0).unwrap_or(0.0);
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

/// The text of a section of `INFO`, at a time.
type Section = fn(&Server, u64) -> String;

/// `INFO`: the sections that clients read, those about keys by the keyspace.
pub(crate) fn info(server: &mut Server, client: &mut Client, argv: &[&[u8]], now_ms: u64) -> Reply {
    const ALL: [&str; 4] = ["default", "all", "everything", ""];
    let args = argv.get(1..).unwrap_or_default();
    let is = |word: &[u8], name: &str| word.eq_ignore_ascii_case(name.as_bytes());
    let wants = |section: &str| {
        args.is_empty()
            || args.iter().any(|word| is(word, section) || ALL.iter().any(|name| is(word, name)))
    };
    let mut sections = Vec::new();
    let own: [(&str, Section); 6] = [
        ("server", info_server),
        ("clients", info_clients),
        ("memory", info_memory),
        ("persistence", |_, _| "# Persistence\r\nloading:0\r\naof_enabled:0\r\n".to_owned()),
        ("stats", info_stats),
        ("cluster", |_, _| "# Cluster\r\ncluster_enabled:0\r\n".to_owned()),
    ];
    sections
        .extend(own.iter().filter(|(name, _)| wants(name)).map(|(_, text)| text(server, now_ms)));
    for name in ["replication", "keyspace"].into_iter().filter(|name| wants(name)) {
        let argv = [&b"INFO"[..], name.as_bytes()];
        let reply = server.keyspace.execute(&mut client.session, &argv, now_ms);
        let (Reply::Bulk(text) | Reply::Verbatim(Verbatim { text, .. })) = reply else { continue };
        sections.push(String::from_utf8_lossy(&text).into_owned());
    }
    let text = sections.join("\r\n").into_bytes();
    match client.protocol() {
        Protocol::Resp2 => Reply::Bulk(text),
        Protocol::Resp3 => Reply::Verbatim(Verbatim { format: *b"txt", text }),
    }
}

fn info_server(server: &Server, now_ms: u64) -> String {
    let uptime = now_ms.saturating_sub(server.started_ms) / 1000;
    let version = crate::dispatch::VERSION;
    format!(
        "# Server\r\nredis_version:{version}\r\nredis_mode:standalone\r\narch_bits:64\r\nserver_time_usec:{}\r\nuptime_in_seconds:{uptime}\r\nuptime_in_days:{}\r\nserver_name:redmoon\r\n",
        now_ms * 1000,
        uptime / 86_400,
    )
}

fn info_clients(server: &Server, _: u64) -> String {
    format!(
        "# Clients\r\nconnected_clients:{}\r\nmaxclients:10000\r\nblocked_clients:{}\r\ntracking_clients:0\r\n",
        server.connections.len(),
        server.waiting.len(),
    )
}

fn info_memory(server: &Server, _: u64) -> String {
    let scripts = server.engine.memory();
    format!(
        "# Memory\r\nused_memory_vm_eval:{}\r\nnumber_of_cached_scripts:{}\r\nmaxmemory:{}\r\nmaxmemory_policy:noeviction\r\n",
        scripts.used_bytes,
        server.engine.script_count(),
        server.state.maxmemory,
    )
}

fn info_stats(server: &Server, _: u64) -> String {
    let (channels, patterns, shards) = server.pubsub.counts();
    format!(
        "# Stats\r\ntotal_connections_received:{}\r\npubsub_channels:{channels}\r\npubsub_patterns:{patterns}\r\npubsubshard_channels:{shards}\r\n",
        server.connections.last_id(),
    )
}

/// `CONFIG GET`, `SET` and `RESETSTAT`.
pub(crate) fn config(
    server: &mut Server,
    client: &mut Client,
    name: &str,
    argv: &[&[u8]],
    now_ms: u64,
) -> Reply {
    if let ("config|set", [_, _, setting, value]) = (name, argv)
        && server.state.set(setting, value)
    {
        return Reply::OK;
    }
    server.keyspace.execute(&mut client.session, argv, now_ms)
}
