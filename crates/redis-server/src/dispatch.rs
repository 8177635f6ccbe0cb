//! Which part of the server answers a command, and whether it is answered at all.

use redis_keyspace::command::{self, Command, Flag};
use redis_stdlib::{Conditions, Slot};
use resp::{Protocol, Reply, Text};

use crate::admin;
use crate::blocking::Wait;
use crate::client::Client;
use crate::clients;
use crate::function;
use crate::help;
use crate::multi;
use crate::pubsub::{self, Kind};
use crate::script;
use crate::server::Server;
use crate::slot;

/// The version that the server says it is.
const VERSION: &str = "7.0.15";

const EXECABORT: &str = "EXECABORT Transaction discarded because of previous errors.";
const NESTED_MULTI: &str = "ERR MULTI calls can not be nested";
const EXEC_WITHOUT_MULTI: &str = "ERR EXEC without MULTI";
const DISCARD_WITHOUT_MULTI: &str = "ERR DISCARD without MULTI";
const WATCH_IN_MULTI: &str = "ERR WATCH inside MULTI is not allowed";
const NOT_IN_MULTI: &str = "ERR Command not allowed inside a transaction";
const NO_CLUSTER: &str = "ERR This instance has cluster support disabled";
const NOPROTO: &str = "NOPROTO unsupported protocol version";
const PROTO_INTEGER: &str = "ERR Protocol version is not an integer or out of range";
const SYNTAX: &str = "ERR syntax error";
const NOAUTH: &str = "NOAUTH Authentication required.";
const NOAUTH_HELLO: &str = "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time";
const WRONGPASS: &str = "WRONGPASS invalid username-password pair or user is disabled.";
const NO_PASSWORD: &str = "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?";
const CROSSSLOT: &str = "CROSSSLOT Keys in request don't hash to the same slot";
const MONITORS: &str = "ERR Replica can't interact with the keyspace";

/// What a command came to.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Its reply.
    Reply(Reply),
    /// One reply for each thing it was about.
    Replies(Vec<Reply>),
    /// No reply.
    Nothing,
    /// The client is to wait.
    Wait(Wait),
    /// A script has been started; it has yet to run.
    Script,
    /// These commands are to be executed.
    Exec(Vec<multi::Command>),
}

impl From<Reply> for Outcome {
    fn from(reply: Reply) -> Self {
        Outcome::Reply(reply)
    }
}

/// Runs a command, queues it in a transaction, or refuses it.
pub(crate) fn execute(
    server: &mut Server,
    client: &mut Client,
    argv: &[&[u8]],
    now_ms: u64,
) -> Outcome {
    let command = match command::resolve(argv) {
        Ok(command) => command,
        Err(refusal) => {
            client.transaction.is_spoilt |= client.transaction.queue.is_some();
            if let Reply::Error(text) = &refusal {
                let known = argv.first().and_then(|name| command::lookup(name));
                match known.filter(|command| command.subcommands().is_empty()) {
                    Some(command) => server.stats.rejected(command.name(), text),
                    None => server.stats.failed(text),
                }
            }
            return refusal.into();
        }
    };
    client.command = command.name();
    if let Some(refusal) = refusal(server, client, command, argv) {
        server.stats.rejected(command.name(), &refusal);
        return refuse(client, command, refusal).into();
    }
    let name = command.name();
    let runs_in_multi = matches!(name, "exec" | "discard" | "multi" | "watch" | "quit" | "reset");
    if !runs_in_multi && let Some(queue) = &mut client.transaction.queue {
        if command.has(Flag::NoMulti) {
            client.transaction.is_spoilt = true;
            server.stats.rejected(name, NOT_IN_MULTI.as_bytes());
            return Reply::error(NOT_IN_MULTI).into();
        }
        queue.push(argv.iter().map(|argument| argument.to_vec()).collect());
        return Reply::status("QUEUED").into();
    }
    run(server, client, command, argv, now_ms)
}

/// Why a command is not looked at now, if that is so.
fn refusal(
    server: &mut Server,
    client: &Client,
    command: &Command,
    argv: &[&[u8]],
) -> Option<Text> {
    if !client.is_authenticated && !command.has(Flag::NoAuth) {
        return Some(NOAUTH.as_bytes().into());
    }
    if let Some(name) = &client.user {
        match server.users.get(name) {
            Some(user) => {
                if let Some(text) = user.refusal(command, argv) {
                    return Some(text);
                }
            }
            None if command.has(Flag::NoAuth) => {}
            // The user has been deleted.
            None => return Some(NOAUTH.as_bytes().into()),
        }
    }
    if server.state.is_cluster && slot::of_command(command, argv) == Slot::Elsewhere {
        return Some(CROSSSLOT.as_bytes().into());
    }
    if client.only_listens() && !may_come_while_listening(command.name()) {
        let text = format!(
            "ERR Can't execute '{}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context",
            command.name()
        );
        return Some(text.into_bytes().into());
    }
    if let Some(text) = script::busy(server, command) {
        return Some(text.as_bytes().into());
    }
    if client.is_monitor && (command.key_positions().first != 0 || command.has(Flag::MovableKeys)) {
        return Some(MONITORS.as_bytes().into());
    }
    let refusal = condition(server, client, command)?;
    Some(refusal.as_bytes().into())
}

/// Why the state that the server is in forbids a command.
fn condition(server: &mut Server, client: &Client, command: &Command) -> Option<&'static str> {
    // While a script runs, the conditions are those of its beginning.
    if server.engine.running().is_some() {
        return None;
    }
    let used_bytes = if server.state.maxmemory == 0 { 0 } else { server.make_room() };
    let mut conditions = server.state.conditions(used_bytes);
    if client.user.is_some() || server.users.acting.borrow().is_some() {
        let user = client.user.as_ref().and_then(|name| server.users.get(name)).cloned();
        conditions.is_restricted = user.is_some();
        server.users.acting.replace(user);
    }
    server.engine.set_conditions(conditions);
    if conditions == Conditions::default() {
        return None;
    }
    let mut asked = script::for_engine(command);
    match (&client.transaction.queue, command.name()) {
        (Some(_), "multi" | "discard" | "watch" | "unwatch" | "quit" | "reset") | (None, _) => {}
        (Some(queue), "exec") => {
            for queued in queue.iter().filter_map(|argv| command::resolve(argv).ok()) {
                asked.is_write |= queued.is_write();
                asked.is_denyoom |= queued.is_denyoom();
            }
        }
        // What is queued takes memory, whatever it is.
        (Some(_), _) => asked.is_denyoom = true,
    }
    conditions.refusal(asked)
}

fn may_come_while_listening(name: &str) -> bool {
    matches!(
        name,
        "subscribe"
            | "ssubscribe"
            | "psubscribe"
            | "unsubscribe"
            | "sunsubscribe"
            | "punsubscribe"
            | "ping"
            | "quit"
            | "reset"
    )
}

/// Refusing a command spoils the transaction that it would have joined, and ends the one it would have executed.
fn refuse(client: &mut Client, command: &Command, text: Text) -> Reply {
    if command.name() == "exec" {
        multi::take(client);
        let text = [b"EXECABORT Transaction discarded because of: ", &*text].concat();
        return Reply::Error(text.into());
    }
    client.transaction.is_spoilt |= client.transaction.queue.is_some();
    Reply::Error(text)
}

/// Runs a command that is neither refused nor queued, and counts it.
pub(crate) fn run(
    server: &mut Server,
    client: &mut Client,
    command: &Command,
    argv: &[&[u8]],
    now_ms: u64,
) -> Outcome {
    let name = command.name();
    let outcome = perform(server, client, command, argv, now_ms);
    match &outcome {
        Outcome::Reply(Reply::Error(text)) => server.stats.called(name, Some(text)),
        // It is counted when it ends.
        Outcome::Script => client.script_command = name,
        _ => server.stats.called(name, None),
    }
    outcome
}

fn perform(
    server: &mut Server,
    client: &mut Client,
    command: &Command,
    argv: &[&[u8]],
    now_ms: u64,
) -> Outcome {
    let name = command.name();
    if !server.monitors.is_empty() && !command.has(Flag::Admin) && name != "exec" {
        let origin = client.peer.as_ref().map_or("", |peer| &peer.address).to_owned();
        server.tell_monitors(&client.session, &origin, name, argv, now_ms);
    }
    if command.is_here() {
        return match name {
            "ping" if client.only_listens() => {
                let message = Reply::bulk(argv.get(1).copied().unwrap_or_default());
                Reply::from(vec![Reply::bulk("pong"), message]).into()
            }
            "publish" => {
                let (channel, message) = two(argv);
                Reply::Integer(server.pubsub.publish(channel, message)).into()
            }
            "info" => admin::info(server, client, argv, now_ms).into(),
            "config|get" | "config|set" | "config|resetstat" => {
                admin::config(server, client, name, argv, now_ms).into()
            }
            _ if command.has(Flag::Blocking) => {
                let reply =
                    server.keyspace.execute_resolved(&mut client.session, command, argv, now_ms);
                match server.keyspace.take_wait() {
                    Some(wait) => Outcome::Wait(Wait::ForKey { wait, refused: reply }),
                    None => reply.into(),
                }
            }
            _ => {
                server.keyspace.execute_resolved(&mut client.session, command, argv, now_ms).into()
            }
        };
    }
    let rest = argv.get(1..).unwrap_or_default();
    match name {
        "eval" | "eval_ro" | "evalsha" | "evalsha_ro" | "fcall" | "fcall_ro" => {
            script::start(server, name, argv)
        }
        "multi" if client.transaction.queue.is_some() => Reply::error(NESTED_MULTI).into(),
        "multi" => {
            client.transaction.queue = Some(Vec::new());
            Reply::OK.into()
        }
        "exec" => {
            let outcome = exec(server, client, now_ms);
            if !server.monitors.is_empty() && !matches!(outcome, Outcome::Exec(_)) {
                let origin = client.peer.as_ref().map_or("", |peer| &peer.address).to_owned();
                server.tell_monitors(&client.session, &origin, name, argv, now_ms);
            }
            outcome
        }
        "discard" if client.transaction.queue.is_none() => {
            Reply::error(DISCARD_WITHOUT_MULTI).into()
        }
        "discard" => {
            multi::take(client);
            Reply::OK.into()
        }
        "watch" if client.transaction.queue.is_some() => Reply::error(WATCH_IN_MULTI).into(),
        "watch" => {
            for key in rest {
                let db = client.session.db;
                client.transaction.watch(&mut server.keyspace, db, key, now_ms);
            }
            Reply::OK.into()
        }
        "unwatch" => {
            client.transaction.unwatch();
            Reply::OK.into()
        }
        "subscribe" | "psubscribe" | "ssubscribe" if client.peer.is_none() => not_here(name).into(),
        "subscribe" => listen(server, client, Kind::Channel, rest),
        "psubscribe" => listen(server, client, Kind::Pattern, rest),
        "ssubscribe" => listen(server, client, Kind::Shard, rest),
        "unsubscribe" => stop_listening(server, client, Kind::Channel, rest),
        "punsubscribe" => stop_listening(server, client, Kind::Pattern, rest),
        "sunsubscribe" => stop_listening(server, client, Kind::Shard, rest),
        "spublish" => {
            let (channel, message) = two(argv);
            Reply::Integer(server.pubsub.publish_to_shard(channel, message)).into()
        }
        "hello" => hello(server, client, argv).into(),
        "auth" => match rest {
            [password] => auth(server, client, None, password).into(),
            [user, password] => auth(server, client, Some(user), password).into(),
            _ => Reply::error(SYNTAX).into(),
        },
        "reset" => {
            reset(server, client);
            Reply::status("RESET").into()
        }
        "quit" => {
            client.wants_to_quit = true;
            Reply::OK.into()
        }
        _ if name.starts_with("pubsub|") => pubsub::pubsub(&server.pubsub, name, argv).into(),
        _ if name.starts_with("client|") => clients::client(server, client, name, argv, now_ms),
        _ if name.starts_with("function|") => function::function(server, name, argv, now_ms).into(),
        _ if name.starts_with("script|") => script::script(server, name, argv).into(),
        _ => admin::run(server, client, name, argv, now_ms)
            .or_else(|| elsewhere(name).map(Outcome::Reply))
            .unwrap_or_else(|| not_here(name).into()),
    }
}

fn two<'a>(argv: &[&'a [u8]]) -> (&'a [u8], &'a [u8]) {
    match argv {
        [_, first, second, ..] => (first, second),
        _ => (&[], &[]),
    }
}

fn not_here(name: &str) -> Reply {
    Reply::Error(format!("ERR '{name}' is not supported here").into_bytes().into())
}

/// The error of a container whose subcommand is known, but not with such arguments.
pub(crate) fn unknown_subcommand(argv: &[&[u8]]) -> Reply {
    let word = |at: usize| String::from_utf8_lossy(argv.get(at).copied().unwrap_or_default());
    let text = format!(
        "ERR unknown subcommand or wrong number of arguments for '{}'. Try {} HELP.",
        word(1),
        word(0).to_ascii_uppercase()
    );
    Reply::Error(text.into_bytes().into())
}

fn listen(server: &mut Server, client: &mut Client, kind: Kind, names: &[&[u8]]) -> Outcome {
    Outcome::Replies(pubsub::subscribe(&mut server.pubsub, client, kind, names))
}

fn stop_listening(
    server: &mut Server,
    client: &mut Client,
    kind: Kind,
    names: &[&[u8]],
) -> Outcome {
    Outcome::Replies(pubsub::unsubscribe(&mut server.pubsub, client, kind, names))
}

/// Commands that the keyspace leaves to a server and that need nothing of one: a server without cluster,
/// slow log and subscribers answers them like this. `None` for all others.
pub(crate) fn elsewhere(name: &str) -> Option<Reply> {
    Some(match name {
        "spublish" | "slowlog|len" => Reply::Integer(0),
        "slowlog|get" => Reply::empty_array(),
        "slowlog|reset" | "memory|purge" => Reply::OK,
        "script|help" => script::help(),
        "function|help" => function::help(),
        "asking" | "readonly" | "readwrite" => Reply::error(NO_CLUSTER),
        _ if name.starts_with("cluster|") => Reply::error(NO_CLUSTER),
        _ => return help::of(name),
    })
}

fn exec(server: &mut Server, client: &mut Client, now_ms: u64) -> Outcome {
    let transaction = multi::take(client);
    if transaction.queue.is_none() {
        return Reply::error(EXEC_WITHOUT_MULTI).into();
    }
    if transaction.is_spoilt {
        return Reply::error(EXECABORT).into();
    }
    if transaction.is_stale(&mut server.keyspace, now_ms) {
        return Reply::NilArray.into();
    }
    Outcome::Exec(transaction.queue.unwrap_or_default())
}

/// Everything that a client has chosen is as at its beginning.
fn reset(server: &mut Server, client: &mut Client) {
    server.pubsub.forget(client);
    if client.is_monitor {
        server.monitors.retain(|id| *id != client.id);
    }
    let is_authenticated = server.password.is_none();
    *client = Client {
        peer: client.peer.take(),
        connected_ms: client.connected_ms,
        active_ms: client.active_ms,
        command: client.command,
        no_evict: client.no_evict,
        is_authenticated,
        ..Client::new(client.id)
    };
}

fn auth(server: &Server, client: &mut Client, user: Option<&[u8]>, password: &[u8]) -> Reply {
    if let Some(name) = user
        && server.users.log_in(name, password)
    {
        client.user = Some(name.to_vec());
        client.is_authenticated = true;
        return Reply::OK;
    }
    let Some(expected) = &server.password else {
        return match user {
            None => Reply::error(NO_PASSWORD),
            // The default user takes any password as long as it has none.
            Some(b"default") => {
                client.user = None;
                Reply::OK
            }
            Some(_) => Reply::error(WRONGPASS),
        };
    };
    if user.is_some_and(|user| user != b"default") || !is_same(expected, password) {
        return Reply::error(WRONGPASS);
    }
    client.is_authenticated = true;
    client.user = None;
    Reply::OK
}

/// Compares in a time that does not tell how much is right.
pub(crate) fn is_same(expected: &[u8], given: &[u8]) -> bool {
    let difference = expected.iter().zip(given).fold(0, |all, (a, b)| all | (a ^ b));
    difference == 0 && expected.len() == given.len()
}

fn hello(server: &Server, client: &mut Client, argv: &[&[u8]]) -> Reply {
    let protocol = match argv.get(1).map(|version| resp::number::parse_i64(version)) {
        None => client.session.resp,
        Some(Some(2)) => Protocol::Resp2,
        Some(Some(3)) => Protocol::Resp3,
        Some(Some(_)) => return Reply::error(NOPROTO),
        Some(None) => return Reply::error(PROTO_INTEGER),
    };
    let mut rest = argv.get(2..).unwrap_or_default();
    let mut name = None;
    loop {
        match rest {
            [] => break,
            [option, user, password, more @ ..] if option.eq_ignore_ascii_case(b"AUTH") => {
                let reply = auth(server, client, Some(user), password);
                if reply.is_error() {
                    return reply;
                }
                rest = more;
            }
            [option, value, more @ ..] if option.eq_ignore_ascii_case(b"SETNAME") => {
                if !clients::is_name(value) {
                    return Reply::error(clients::NOT_A_NAME);
                }
                name = Some(*value);
                rest = more;
            }
            [option, ..] => {
                let option = String::from_utf8_lossy(option);
                let text = format!("ERR Syntax error in HELLO option '{option}'");
                return Reply::Error(text.into_bytes().into());
            }
        }
    }
    if !client.is_authenticated {
        return Reply::error(NOAUTH_HELLO);
    }
    if let Some(name) = name {
        client.name = name.to_vec();
    }
    client.session.resp = protocol;
    let is_resp3 = protocol == Protocol::Resp3;
    let fields = vec![
        Reply::bulk("server"),
        Reply::bulk("redis"),
        Reply::bulk("version"),
        Reply::bulk(VERSION),
        Reply::bulk("proto"),
        Reply::Integer(if is_resp3 { 3 } else { 2 }),
        Reply::bulk("id"),
        Reply::Integer(client.id as i64),
        Reply::bulk("mode"),
        Reply::bulk("standalone"),
        Reply::bulk("role"),
        Reply::bulk("master"),
        Reply::bulk("modules"),
        Reply::empty_array(),
    ];
    if is_resp3 { Reply::Map(fields.into()) } else { fields.into() }
}
