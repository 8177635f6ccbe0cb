//! `redis`: commands, replies, logging, and the constants.
//!
//! `redis.call` leaves its command in the [`Session`](crate::session::Session) and suspends the machine;
//! the engine asks the host and lets the machine go on. So a host may take its time, wherever in the
//! script the call stands.

use lua_core::continuation::Continuation;
use lua_core::error::Failure;
use lua_core::native::{CallContext, Library, Outcome};
use lua_core::number::NumberText;
use lua_core::value::Value;
use resp::{Protocol, Reply};
use sha1_smol::Sha1;

use crate::conditions::Conditions;
use crate::convert;
use crate::host::{Command, Denial, LogLevel, Refusal, Slot};
use crate::limits;
use crate::messages;
use crate::session::{Session, session};

type Native = Result<Outcome, Failure>;

/// `redis`, as EVAL sees it. Redis 7.0.15, `../redis7/environment.md`.
pub(crate) const REDIS: Library = lua_core::library!("redis", {
    "call" => call,
    "pcall" => pcall,
    "log" => log,
    "setresp" => setresp,
    "error_reply" => error_reply,
    "status_reply" => status_reply,
    "sha1hex" => sha1hex,
    "set_repl" => set_repl,
    "acl_check_cmd" => acl_check_cmd,
    "replicate_commands" => replicate_commands,
    "breakpoint" => breakpoint,
    "debug" => debug,
});

/// The numbers among the fields of `redis`.
pub(crate) const NUMBERS: &[(&str, f64)] = &[
    ("LOG_DEBUG", 0.0),
    ("LOG_VERBOSE", 1.0),
    ("LOG_NOTICE", 2.0),
    ("LOG_WARNING", 3.0),
    ("REPL_NONE", 0.0),
    ("REPL_AOF", 1.0),
    ("REPL_SLAVE", 2.0),
    ("REPL_REPLICA", 2.0),
    ("REPL_ALL", 3.0),
    ("REDIS_VERSION_NUM", 458_767.0),
];

/// `redis.REDIS_VERSION`
pub(crate) const VERSION: &str = "7.0.15";

// ---- commands ------------------------------------------------------------------------------------

/// Who called a command: it decides what an error does.
const RAISES: u32 = 0;
const RETURNS: u32 = 1;

fn call(cx: &mut CallContext<'_>) -> Native {
    command(cx, RAISES)
}

fn pcall(cx: &mut CallContext<'_>) -> Native {
    command(cx, RETURNS)
}

fn command(cx: &mut CallContext<'_>, style: u32) -> Native {
    let session = match gather(cx)? {
        Ok(session) => session,
        Err(text) => return fail(cx, style, text.as_bytes(), false),
    };
    let found = session.commands.find(&session.argv);
    let command = found.unwrap_or_default();
    if let Some(text) = refusal(session, found) {
        if session.refused.len() < limits::REFUSED_MAX {
            session.refused.push((command, text));
        }
        return fail(cx, style, text.as_bytes(), true);
    }
    session.has_written |= command.is_write;
    session.command = command;
    cx.ask_host(Box::new(()));
    Ok(Outcome::Host { then: Continuation::Step(answered, style) })
}

/// Why a script may not call a command now; the first reason counts.
fn refusal(session: &mut Session, found: Result<Command, Refusal>) -> Option<&'static str> {
    let rights = session.rights;
    let command = match found {
        Ok(command) if !command.is_noscript || rights.any_command => command,
        Ok(_) => return Some(messages::NOT_FROM_SCRIPT),
        Err(_) if rights.any_command => Command { is_stale_allowed: true, ..Command::default() },
        Err(Refusal::Unknown) => return Some(messages::UNKNOWN_COMMAND),
        Err(Refusal::WrongArity) => return Some(messages::WRONG_ARITY),
    };
    let conditions = &rights.conditions;
    if conditions.is_stale && !command.is_stale_allowed {
        return Some(messages::STALE_COMMAND);
    }
    if conditions.is_restricted
        && let Err(denial) = session.commands.permits(&session.argv)
    {
        return Some(match denial {
            Denial::Command => messages::DENIED_COMMAND,
            Denial::Key => messages::DENIED_KEY,
            Denial::Channel => messages::DENIED_CHANNEL,
        });
    }
    if rights.read_only && (command.is_write || command.may_replicate) {
        return Some(messages::WRITE_IN_READ_ONLY);
    }
    if *conditions == Conditions::default() {
        return None;
    }
    if command.is_write
        && let Some(text) = conditions.write_refusal()
    {
        return Some(text);
    }
    // What has been written before is not to remain half done.
    let is_out_of_memory = conditions.is_out_of_memory && !conditions.is_replica;
    if command.is_denyoom && is_out_of_memory && !rights.allow_oom && !session.has_written {
        return Some(messages::OOM);
    }
    conditions.is_cluster.then(|| slot_refusal(session)).flatten()
}

/// Why the keys of a command are refused in a cluster. The first keys of a script choose its slot.
fn slot_refusal(session: &mut Session) -> Option<&'static str> {
    match (session.commands.slot(&session.argv), session.rights.slot) {
        (Slot::Any, _) | (Slot::Here(_), None) => None,
        (Slot::Elsewhere, _) => Some(messages::NOT_LOCAL),
        (Slot::Here(slot), Some(Slot::Here(chosen))) if slot != chosen => {
            Some(messages::CROSS_SLOT)
        }
        (here @ Slot::Here(_), Some(_)) => {
            session.rights.slot = Some(here);
            None
        }
    }
}

/// The host has answered.
fn answered(cx: &mut CallContext<'_>, style: u32) -> Native {
    let session = session(cx)?;
    let protocol = session.protocol;
    match session.reply.take() {
        Some(Reply::Error(text)) => fail(cx, style, &text, true),
        Some(reply) => {
            let value = convert::to_lua(cx, &reply, protocol)?;
            cx.return1(value)
        }
        None => Err(Failure::Ended(lua_core::error::Ending::Internal)),
    }
}

/// Copies the arguments of the native to the session, which comes back. The inner error is the text for an
/// argument that is none.
fn gather<'a>(
    cx: &'a mut CallContext<'_>,
) -> Result<Result<&'a mut Session, &'static str>, Failure> {
    let count = cx.arg_count();
    if count == 0 {
        return Ok(Err(messages::NO_ARGUMENTS));
    }
    let mut argv = std::mem::take(&mut session(cx)?.argv);
    argv.clear();
    let mut is_text = true;
    for position in 1..=count {
        let value = cx.arg(position);
        if value.is_string() {
            argv.push(cx.bytes(value));
        } else if let Some(number) = value.as_number() {
            argv.push(NumberText::new_17(number).as_bytes());
        } else {
            is_text = false;
            break;
        }
    }
    let charged = cx.charge(4 + count as u64 + argv.size() as u64 / limits::BYTES_PER_FUEL);
    let session = session(cx)?;
    session.argv = argv;
    charged?;
    Ok(if is_text { Ok(session) } else { Err(messages::ARGUMENT_TYPE) })
}

/// An error of a command: raised or returned, as a table.
fn fail(cx: &mut CallContext<'_>, style: u32, text: &[u8], by_command: bool) -> Native {
    let names = session(cx)?.names;
    let table = cx.new_table(0, 0)?;
    let text = cx.string(text)?;
    cx.raw_set(table, names.err, text)?;
    if by_command {
        cx.raw_set(table, names.ignore_error_stats_update, Value::TRUE)?;
    }
    if style == RAISES { Err(cx.raise(table.into())) } else { cx.return1(table.into()) }
}

/// Raises an error of the API's own: a table with nothing but a text.
pub(crate) fn raise(cx: &mut CallContext<'_>, text: &str) -> Native {
    fail(cx, RAISES, text.as_bytes(), false)
}

fn acl_check_cmd(cx: &mut CallContext<'_>) -> Native {
    let session = match gather(cx)? {
        Ok(session) => session,
        Err(text) => return raise(cx, text),
    };
    if session.commands.find(&session.argv) == Err(Refusal::Unknown) {
        return raise(cx, messages::ACL_INVALID_COMMAND);
    }
    let is_permitted =
        !session.rights.conditions.is_restricted || session.commands.permits(&session.argv).is_ok();
    cx.return1(Value::boolean(is_permitted))
}

// ---- replies -------------------------------------------------------------------------------------

/// A table with one field, or the error reply for wrong arguments.
fn single_field(cx: &mut CallContext<'_>, is_error: bool) -> Native {
    let names = session(cx)?.names;
    let table = cx.new_table(0, 0)?;
    let given = cx.arg(1);
    if cx.arg_count() != 1 || !given.is_string() {
        let text = cx.string(messages::WRONG_ARGUMENTS.as_bytes())?;
        cx.raw_set(table, names.err, text)?;
    } else if is_error {
        let text = error_text(cx.bytes(given));
        let text = cx.string(&text)?;
        cx.raw_set(table, names.err, text)?;
    } else {
        cx.raw_set(table, names.ok, given)?;
    }
    cx.return1(table.into())
}

/// An error as Redis keeps it: a code, a space, and a message without line ends around it. What comes before
/// the first space is the code; without a space the code is `ERR`. The text ends at a NUL, as in C.
fn error_text(given: &[u8]) -> Vec<u8> {
    let given = convert::until_nul(given);
    let text = given.strip_prefix(b"-").unwrap_or(given);
    let (code, mut message) = match memchr::memchr(b' ', text) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (&b"ERR"[..], text),
    };
    while let [b'\r' | b'\n', rest @ ..] | [rest @ .., b'\r' | b'\n'] = message {
        message = rest;
    }
    [code, b" ", message].concat()
}

fn error_reply(cx: &mut CallContext<'_>) -> Native {
    single_field(cx, true)
}

fn status_reply(cx: &mut CallContext<'_>) -> Native {
    single_field(cx, false)
}

fn setresp(cx: &mut CallContext<'_>) -> Native {
    if cx.arg_count() != 1 {
        return raise(cx, messages::SETRESP_ARGUMENTS);
    }
    let version = cx.to_number(cx.arg(1)).map_or(0, lua_core::number::number_to_integer);
    let protocol = match version {
        2 => Protocol::Resp2,
        3 => Protocol::Resp3,
        _ => return raise(cx, messages::SETRESP_VERSION),
    };
    session(cx)?.protocol = protocol;
    cx.return0()
}

// ---- the rest ------------------------------------------------------------------------------------

fn sha1hex(cx: &mut CallContext<'_>) -> Native {
    if cx.arg_count() != 1 {
        return raise(cx, messages::WRONG_ARGUMENT_COUNT);
    }
    let given = cx.arg(1);
    let digest = if let Some(number) = given.as_number() {
        Sha1::from(NumberText::new(number).as_bytes()).digest()
    } else {
        cx.charge(1 + cx.bytes(given).len() as u64 / 16)?;
        Sha1::from(cx.bytes(given)).digest()
    };
    let text = cx.string(&crate::script::hex(&digest.bytes()))?;
    cx.return1(text)
}

pub(crate) fn log(cx: &mut CallContext<'_>) -> Native {
    let count = cx.arg_count();
    if count < 2 {
        return raise(cx, messages::LOG_ARGUMENTS);
    }
    let Some(level) = cx.to_number(cx.arg(1)) else {
        return raise(cx, messages::LOG_LEVEL_TYPE);
    };
    let Some(level) = LogLevel::from_number(lua_core::number::number_to_integer(level)) else {
        return raise(cx, messages::LOG_LEVEL);
    };
    let mut line = Vec::new();
    for position in 2..=count {
        let value = cx.arg(position);
        if !(value.is_string() || value.is_number()) {
            continue;
        }
        if position > 2 {
            line.push(b' ');
        }
        if let Some(number) = value.as_number() {
            line.extend_from_slice(NumberText::new(number).as_bytes());
        } else {
            let room = limits::LOG_SIZE_MAX.saturating_sub(line.len());
            let bytes = cx.bytes(value);
            line.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        }
        if line.len() >= limits::LOG_SIZE_MAX {
            line.truncate(limits::LOG_SIZE_MAX);
            break;
        }
    }
    cx.charge(count as u64 + line.len() as u64 / limits::BYTES_PER_FUEL)?;
    let log = session(cx)?.log.clone();
    if let Ok(mut log) = log.try_borrow_mut() {
        log(level, &line);
    }
    cx.return0()
}

fn set_repl(cx: &mut CallContext<'_>) -> Native {
    const REPL_ALL: i64 = 3;
    if cx.arg_count() != 1 {
        return raise(cx, messages::SET_REPL_ARGUMENTS);
    }
    let flags = cx.to_number(cx.arg(1)).map_or(0, lua_core::number::number_to_integer);
    // Nothing is replicated; the argument is checked all the same.
    if flags & !REPL_ALL != 0 {
        return raise(cx, messages::SET_REPL_FLAGS);
    }
    cx.return0()
}

fn replicate_commands(cx: &mut CallContext<'_>) -> Native {
    cx.return1(Value::TRUE)
}

/// Only the debugger of Redis stops here.
fn breakpoint(cx: &mut CallContext<'_>) -> Native {
    cx.return1(Value::FALSE)
}

/// Only the debugger of Redis prints this.
fn debug(cx: &mut CallContext<'_>) -> Native {
    cx.return0()
}
