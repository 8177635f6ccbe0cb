//! `CLIENT` and its subcommands.

use ordered::IdMap;
use resp::{Protocol, Reply, Verbatim};

use crate::client::{Client, Replies};
use crate::connection::{Connection, Stand};
use crate::dispatch::Outcome;
use crate::help;
use crate::server::{Pause, Server};

pub(crate) const NOT_A_NAME: &str =
    "ERR Client names cannot contain spaces, newlines or special characters.";
const SYNTAX: &str = "ERR syntax error";
const NO_SUCH_CLIENT: &str = "ERR No such client";
const NOT_AN_INTEGER: &str = "ERR value is not an integer or out of range";
const TIMEOUT: &str = "ERR timeout is not an integer or out of range";
const NEGATIVE: &str = "ERR timeout is negative";
const PAUSE_MODE: &str = "ERR CLIENT PAUSE mode must be WRITE or ALL";
const CACHING: &str = "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled";
const UNBLOCK_REASON: &str = "ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR";
const UNBLOCKED: &str = "UNBLOCKED client unblocked via CLIENT UNBLOCK";
const CLIENT_ID: &str = "ERR Invalid client ID";
const KILL_ID: &str = "ERR client-id should be greater than 0";
/// Ours: nobody here is told which keys a client has read.
const NO_TRACKING: &str = "ERR client side caching (CLIENT TRACKING) is not supported here";

/// Whether a client may be called this: visible bytes only.
pub(crate) fn is_name(name: &[u8]) -> bool {
    name.iter().all(|byte| (b'!'..=b'~').contains(byte))
}

/// `CLIENT` with a subcommand.
pub(crate) fn client(
    server: &mut Server,
    client: &mut Client,
    subcommand: &str,
    argv: &[&[u8]],
    now_ms: u64,
) -> Outcome {
    let args = argv.get(2..).unwrap_or_default();
    let is =
        |at: usize, word: &[u8]| args.get(at).is_some_and(|arg| arg.eq_ignore_ascii_case(word));
    let reply = match subcommand {
        "client|id" => Reply::Integer(client.id as i64),
        "client|getname" if client.name.is_empty() => Reply::Nil,
        "client|getname" => Reply::bulk(client.name.clone()),
        "client|setname" => {
            let name = args.first().copied().unwrap_or_default();
            if is_name(name) {
                client.name = name.to_vec();
                Reply::OK
            } else {
                Reply::error(NOT_A_NAME)
            }
        }
        "client|info" => text(client, describe(client, None, now_ms)),
        "client|list" => list(server, client, args, now_ms),
        "client|kill" => kill(server, client, args),
        "client|pause" => pause(server, args, now_ms),
        "client|unpause" => {
            server.pause = None;
            server.wake_all();
            Reply::OK
        }
        "client|reply" => {
            client.replies = match () {
                () if is(0, b"ON") => Replies::On,
                () if is(0, b"OFF") => Replies::Off,
                () if is(0, b"SKIP") && client.replies != Replies::Off => Replies::SkipNext,
                () if is(0, b"SKIP") => Replies::Off,
                () => return Reply::error(SYNTAX).into(),
            };
            if client.replies != Replies::On {
                return Outcome::Nothing;
            }
            Reply::OK
        }
        "client|no-evict" if is(0, b"ON") || is(0, b"OFF") => {
            client.no_evict = is(0, b"ON");
            Reply::OK
        }
        "client|tracking" if is(0, b"ON") => Reply::error(NO_TRACKING),
        "client|tracking" if is(0, b"OFF") => Reply::OK,
        "client|no-evict" | "client|tracking" => Reply::error(SYNTAX),
        "client|trackinginfo" => {
            let off = vec![Reply::bulk("off")];
            let resp3 = client.protocol() == Protocol::Resp3;
            let set = |items: Vec<Reply>| {
                if resp3 { Reply::Set(items.into()) } else { items.into() }
            };
            let fields = vec![
                Reply::bulk("flags"),
                set(off),
                Reply::bulk("redirect"),
                Reply::Integer(-1),
                Reply::bulk("prefixes"),
                Reply::empty_array(),
            ];
            if resp3 { Reply::Map(fields.into()) } else { fields.into() }
        }
        "client|getredir" => Reply::Integer(-1),
        "client|caching" => Reply::error(CACHING),
        "client|unblock" => unblock(server, args),
        _ => help::reply(help::CLIENT),
    };
    reply.into()
}

fn text(client: &Client, text: String) -> Reply {
    let text = text.into_bytes();
    match client.protocol() {
        Protocol::Resp2 => Reply::Bulk(text),
        Protocol::Resp3 => Reply::Verbatim(Verbatim { format: *b"txt", text }),
    }
}

/// One line of `CLIENT LIST`. What a server without Redis's buffers cannot know is 0.
fn describe(client: &Client, connection: Option<&Connection>, now_ms: u64) -> String {
    let peer = client.peer.clone().unwrap_or_default();
    let mut flags = String::new();
    let mut flag = |applies: bool, letter: char| {
        if applies {
            flags.push(letter);
        }
    };
    flag(client.is_monitor, 'O');
    flag(!client.subscriptions.is_empty(), 'P');
    flag(client.transaction.queue.is_some(), 'x');
    flag(connection.is_some_and(|connection| connection.stand == Stand::Waiting), 'b');
    flag(client.wants_to_quit, 'c');
    flag(client.no_evict, 'e');
    if flags.is_empty() {
        flags.push('N');
    }
    let queue = client.transaction.queue.as_ref();
    let subscriptions = &client.subscriptions;
    format!(
        "id={} addr={} laddr={} fd={} name={} age={} idle={} flags={flags} db={} sub={} psub={} ssub={} multi={} qbuf={} qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl={} oll=0 omem=0 tot-mem=0 events=r cmd={} user=default redir=-1 resp={}\n",
        client.id,
        peer.address,
        peer.local_address,
        client.id + 7,
        String::from_utf8_lossy(&client.name),
        now_ms.saturating_sub(client.connected_ms) / 1000,
        now_ms.saturating_sub(client.active_ms) / 1000,
        client.session.db,
        subscriptions.channels.len(),
        subscriptions.patterns.len(),
        subscriptions.shards.len(),
        queue.map_or(-1, |queue| queue.len() as i64),
        connection.map_or(0, |connection| connection.decoder.pending_size()),
        connection.map_or(0, |connection| connection.output.len()),
        client.command,
        if client.protocol() == Protocol::Resp3 { 3 } else { 2 },
    )
}

/// The types that clients are of, as far as there are any here.
fn is_type(word: &[u8]) -> bool {
    ["normal", "master", "replica", "slave", "pubsub"]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
}

fn has_type(client: &Client, word: &[u8]) -> bool {
    let own: &[u8] = if client.subscriptions.is_empty() { b"normal" } else { b"pubsub" };
    word.eq_ignore_ascii_case(own)
}

fn unknown_type(word: &[u8]) -> Reply {
    let text = format!("ERR Unknown client type '{}'", String::from_utf8_lossy(word));
    Reply::Error(text.into_bytes().into())
}

fn list(server: &Server, client: &Client, args: &[&[u8]], now_ms: u64) -> Reply {
    let mut ids = None;
    let mut kind = None;
    match args {
        [] => {}
        [option, word] if option.eq_ignore_ascii_case(b"TYPE") => {
            if !is_type(word) {
                return unknown_type(word);
            }
            kind = Some(*word);
        }
        [option, numbers @ ..] if option.eq_ignore_ascii_case(b"ID") && !numbers.is_empty() => {
            let parsed: Option<Vec<i64>> =
                numbers.iter().map(|number| resp::number::parse_i64(number)).collect();
            let Some(parsed) = parsed else { return Reply::error(CLIENT_ID) };
            ids = Some(parsed);
        }
        _ => return Reply::error(SYNTAX),
    }
    let wanted = |other: &Client| {
        ids.as_ref().is_none_or(|ids| ids.contains(&(other.id as i64)))
            && kind.is_none_or(|kind| has_type(other, kind))
    };
    // The client that asks is not among the connections at rest.
    let mut lines: IdMap<u64, String> = server
        .connections
        .iter()
        .filter(|other| wanted(&other.client))
        .map(|other| (other.client.id, describe(&other.client, Some(other), now_ms)))
        .collect();
    if wanted(client) {
        lines.insert(client.id, describe(client, None, now_ms));
    }
    text(client, lines.into_values().collect())
}

/// `CLIENT KILL address`, or with options.
fn kill(server: &mut Server, client: &mut Client, args: &[&[u8]]) -> Reply {
    let is_old = args.len() == 1;
    let mut wanted_id = None;
    let mut address = None;
    let mut local_address = None;
    let mut kind = None;
    let mut skip_me = true;
    if let [old] = args {
        address = Some(*old);
        skip_me = false;
    } else {
        let (pairs, []) = args.as_chunks::<2>() else { return Reply::error(SYNTAX) };
        for [option, value] in pairs {
            match option.to_ascii_lowercase().as_slice() {
                b"id" => match resp::number::parse_i64(value).filter(|id| *id > 0) {
                    Some(id) => wanted_id = Some(id as u64),
                    None => return Reply::error(KILL_ID),
                },
                b"addr" => address = Some(*value),
                b"laddr" => local_address = Some(*value),
                b"type" if is_type(value) => kind = Some(*value),
                b"type" => return unknown_type(value),
                b"user" if *value == b"default" => {}
                b"user" => {
                    let text = format!("ERR No such user '{}'", String::from_utf8_lossy(value));
                    return Reply::Error(text.into_bytes().into());
                }
                b"skipme" if value.eq_ignore_ascii_case(b"yes") => skip_me = true,
                b"skipme" if value.eq_ignore_ascii_case(b"no") => skip_me = false,
                _ => return Reply::error(SYNTAX),
            }
        }
    }
    let is_wanted = |other: &Client| {
        let peer = other.peer.clone().unwrap_or_default();
        wanted_id.is_none_or(|id| id == other.id)
            && address.is_none_or(|address| address == peer.address.as_bytes())
            && local_address.is_none_or(|address| address == peer.local_address.as_bytes())
            && kind.is_none_or(|kind| has_type(other, kind))
    };
    let ids: Vec<u64> = server
        .connections
        .iter()
        .filter(|other| is_wanted(&other.client))
        .map(|other| other.client.id)
        .collect();
    let mut killed = ids.len() as i64;
    for id in ids {
        server.connections.with(id, |connection| connection.is_broken = true);
    }
    if !skip_me && is_wanted(client) {
        killed += 1;
        client.wants_to_quit = true;
    }
    match (is_old, killed) {
        (true, 0) => Reply::error(NO_SUCH_CLIENT),
        (true, _) => Reply::OK,
        (false, killed) => Reply::Integer(killed),
    }
}

fn pause(server: &mut Server, args: &[&[u8]], now_ms: u64) -> Reply {
    let (timeout, mode) = match args {
        [timeout] => (timeout, None),
        [timeout, mode] => (timeout, Some(mode)),
        _ => return Reply::error(SYNTAX),
    };
    let writes_only = match mode {
        None => false,
        Some(mode) if mode.eq_ignore_ascii_case(b"ALL") => false,
        Some(mode) if mode.eq_ignore_ascii_case(b"WRITE") => true,
        Some(_) => return Reply::error(PAUSE_MODE),
    };
    let Some(timeout) = resp::number::parse_i64(timeout) else { return Reply::error(TIMEOUT) };
    let Ok(timeout) = u64::try_from(timeout) else { return Reply::error(NEGATIVE) };
    server.pause = Some(Pause { until_ms: now_ms.saturating_add(timeout), writes_only });
    Reply::OK
}

fn unblock(server: &mut Server, args: &[&[u8]]) -> Reply {
    let (id, with_error) = match args {
        [id] => (id, false),
        [id, reason] if reason.eq_ignore_ascii_case(b"TIMEOUT") => (id, false),
        [id, reason] if reason.eq_ignore_ascii_case(b"ERROR") => (id, true),
        [_, _] => return Reply::error(UNBLOCK_REASON),
        _ => return Reply::error(SYNTAX),
    };
    let Some(id) = resp::number::parse_i64(id) else { return Reply::error(NOT_AN_INTEGER) };
    let Some(wait) =
        u64::try_from(id).ok().and_then(|id| server.waiting.remove(&mut server.keyspace, id))
    else {
        return Reply::Integer(0);
    };
    let reply = if with_error { Reply::error(UNBLOCKED) } else { wait.timed_out() };
    server.end_wait(id as u64, &reply);
    Reply::Integer(1)
}
