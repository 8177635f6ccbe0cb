//! Which part of the server answers a command.

use redis_keyspace::command::{self, Command};
use redis_keyspace::{Keyspace, Session};
use redis_stdlib::Conditions;
use resp::{Protocol, Reply};

use crate::client::Client;
use crate::function;
use crate::multi;
use crate::script;
use crate::server::Server;

/// The version that the server says it is.
const VERSION: &str = "7.0.15";

const EXECABORT: &str = "EXECABORT Transaction discarded because of previous errors.";
const NESTED_MULTI: &str = "ERR MULTI calls can not be nested";
const EXEC_WITHOUT_MULTI: &str = "ERR EXEC without MULTI";
const DISCARD_WITHOUT_MULTI: &str = "ERR DISCARD without MULTI";
const WATCH_IN_MULTI: &str = "ERR WATCH inside MULTI is not allowed";
const NO_CLUSTER: &str = "ERR This instance has cluster support disabled";
const NOPROTO: &str = "NOPROTO unsupported protocol version";
const PROTO_INTEGER: &str = "ERR Protocol version is not an integer or out of range";

/// Runs a command, or queues it in a transaction.
pub(crate) fn execute(
    server: &mut Server,
    client: &mut Client,
    argv: &[&[u8]],
    now_ms: u64,
) -> Reply {
    let command = match command::resolve(argv) {
        Ok(command) => command,
        Err(refusal) => {
            client.transaction.is_spoilt |= client.transaction.queue.is_some();
            return refusal;
        }
    };
    let name = command.name();
    if let Some(text) = refusal(server, client, command) {
        return multi::refuse(client, name, text);
    }
    let runs_in_multi = matches!(name, "exec" | "discard" | "multi" | "watch" | "quit" | "reset");
    if !runs_in_multi && let Some(queue) = &mut client.transaction.queue {
        queue.push(argv.iter().map(|argument| argument.to_vec()).collect());
        return Reply::status("QUEUED");
    }
    if name == "config|set" && argv.len() == 4 && server.state.set(argv[2], argv[3]) {
        return Reply::OK;
    }
    if command.is_here() {
        return server.keyspace.execute(&mut client.session, argv, now_ms);
    }
    match name {
        "eval" | "eval_ro" | "evalsha" | "evalsha_ro" | "fcall" | "fcall_ro" => {
            script::call(server, client, name, argv, now_ms)
        }
        "multi" if client.transaction.queue.is_some() => Reply::error(NESTED_MULTI),
        "multi" => {
            client.transaction.queue = Some(Vec::new());
            Reply::OK
        }
        "exec" => exec(server, client, now_ms),
        "discard" if client.transaction.queue.is_none() => Reply::error(DISCARD_WITHOUT_MULTI),
        "discard" => {
            multi::take(client);
            Reply::OK
        }
        "watch" if client.transaction.queue.is_some() => Reply::error(WATCH_IN_MULTI),
        "watch" => {
            for key in argv.iter().skip(1) {
                let db = client.session.db;
                client.transaction.watch(&mut server.keyspace, db, key, now_ms);
            }
            Reply::OK
        }
        "unwatch" => {
            client.transaction.unwatch();
            Reply::OK
        }
        "hello" => hello(client, argv),
        "reset" => {
            let id = client.id;
            *client = Client::new(id);
            Reply::status("RESET")
        }
        "quit" => {
            client.wants_to_quit = true;
            Reply::OK
        }
        "client|id" => Reply::Integer(client.id as i64),
        "client|getname" => Reply::bulk(client.name.clone()),
        "client|setname" => {
            client.name = argv.get(2).copied().unwrap_or_default().to_vec();
            Reply::OK
        }
        _ if name.starts_with("function|") => function::function(server, name, argv, now_ms),
        "replicaof" | "slaveof" => {
            server.state.is_replica = !argv[1].eq_ignore_ascii_case(b"no");
            Reply::OK
        }
        _ if name.starts_with("script|") => script::script(server, name, argv),
        _ => elsewhere(&mut server.keyspace, &mut client.session, name, argv, now_ms)
            .unwrap_or_else(|| {
                Reply::Error(format!("ERR '{name}' is not supported here").into_bytes().into())
            }),
    }
}

/// Commands that the keyspace leaves to a server and that need nothing of one: a server without cluster,
/// slow log and subscribers answers them like this. `None` for all others.
pub(crate) fn elsewhere(
    keyspace: &mut Keyspace,
    session: &mut Session,
    name: &str,
    argv: &[&[u8]],
    now_ms: u64,
) -> Option<Reply> {
    Some(match name {
        "spublish" | "slowlog|len" => Reply::Integer(0),
        "slowlog|get" => Reply::empty_array(),
        "slowlog|reset" => Reply::OK,
        "script|help" => script::help(),
        "function|help" => function::help(),
        "asking" | "readonly" | "readwrite" => Reply::error(NO_CLUSTER),
        _ if name.starts_with("cluster|") => Reply::error(NO_CLUSTER),
        // In a script, nothing waits: what is not there now is not there.
        "blmpop" | "bzmpop" => {
            let pop: &[u8] = if name == "blmpop" { b"lmpop" } else { b"zmpop" };
            let argv: Vec<&[u8]> =
                std::iter::once(pop).chain(argv.iter().skip(2).copied()).collect();
            keyspace.execute(session, &argv, now_ms)
        }
        _ => return None,
    })
}

fn exec(server: &mut Server, client: &mut Client, now_ms: u64) -> Reply {
    let transaction = multi::take(client);
    let is_spoilt = transaction.is_spoilt;
    let is_stale = transaction.is_stale(&mut server.keyspace, now_ms);
    let Some(queue) = transaction.queue else { return Reply::error(EXEC_WITHOUT_MULTI) };
    if is_spoilt {
        return Reply::error(EXECABORT);
    }
    if is_stale {
        return Reply::NilArray;
    }
    run_queue(server, client, Vec::new(), queue.into_iter(), now_ms)
}

/// Runs the commands of a transaction. A script that is left after a first slice takes along what comes behind it.
pub(crate) fn run_queue(
    server: &mut Server,
    client: &mut Client,
    mut replies: Vec<Reply>,
    mut queue: multi::Queue,
    now_ms: u64,
) -> Reply {
    while let Some(argv) = queue.next() {
        let argv: Vec<&[u8]> = argv.iter().map(Vec::as_slice).collect();
        let reply = execute(server, client, &argv, now_ms);
        if let Some(run) = &mut server.run {
            run.transaction = Some((replies, queue));
            return Reply::Nil;
        }
        replies.push(reply);
    }
    replies.into()
}

/// Why the server takes no such command at the moment.
fn refusal(server: &mut Server, client: &Client, command: &Command) -> Option<&'static str> {
    if server.run.is_some() {
        return script::busy(server, command);
    }
    let conditions = server.state.conditions(server.engine.memory().used_bytes);
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

fn hello(client: &mut Client, argv: &[&[u8]]) -> Reply {
    if let Some(version) = argv.get(1) {
        client.session.resp = match resp::number::parse_i64(version) {
            Some(2) => Protocol::Resp2,
            Some(3) => Protocol::Resp3,
            Some(_) => return Reply::error(NOPROTO),
            None => return Reply::error(PROTO_INTEGER),
        };
    }
    let is_resp3 = client.session.resp == Protocol::Resp3;
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
