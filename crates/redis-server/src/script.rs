//! Scripts on the keyspace: the host of the engine, the commands that start scripts and functions, and the
//! commands about scripts.

use std::sync::LazyLock;

use redis_keyspace::command::Flag;
use redis_keyspace::{Keyspace, Session, command};
use redis_stdlib::{
    Answer, Argv, Call, Command, Commands, Conditions, Host, Refusal, Request, Running,
    ScriptError, Sha1, Slot,
};
use resp::Reply;
use smallvec::SmallVec;

use crate::admin;
use crate::dispatch::{self, Outcome};
use crate::pubsub::{self, PubSub};
use crate::server::Server;
use crate::slot;

/// Answers the commands of scripts from a keyspace.
#[derive(Debug)]
pub struct KeyspaceHost<'a> {
    /// The keyspace.
    pub keyspace: &'a mut Keyspace,
    /// The database that the script has selected.
    pub session: Session,
    /// Unix time in milliseconds.
    pub now_ms: u64,
}

impl Host for KeyspaceHost<'_> {
    fn call(&mut self, call: &Call<'_>) -> Answer {
        self.session.resp = call.protocol;
        self.session.in_script = true;
        let argv: SmallVec<[&[u8]; 8]> = call.argv.iter().collect();
        if call.command.is_elsewhere
            && let Ok(command) = command::resolve(&argv)
            && let Some(reply) = self.alone(command.name(), &argv)
        {
            return Answer::Reply(reply);
        }
        Answer::Reply(match tagged(call) {
            Some(command) => {
                self.keyspace.execute_resolved(&mut self.session, command, &argv, self.now_ms)
            }
            None => self.keyspace.execute(&mut self.session, &argv, self.now_ms),
        })
    }
}

/// The command that [`TableCommands`] has found for a call, when it has no subcommands.
fn tagged(call: &Call<'_>) -> Option<&'static command::Command> {
    let index = call.command.tag.checked_sub(1)?;
    command::all().get(index as usize)
}

impl KeyspaceHost<'_> {
    /// What a server without connections answers, which has begun to run now.
    fn alone(&self, name: &str, argv: &[&[u8]]) -> Option<Reply> {
        match name {
            "lastsave" => Some(admin::last_save(self.now_ms)),
            _ if name.starts_with("pubsub|") => {
                Some(pubsub::pubsub(&PubSub::default(), name, argv))
            }
            _ => dispatch::elsewhere(name),
        }
    }
}

/// What the keyspace's table of commands says. The tag of a command is its place in the table, from 1 on; 0 is that
/// of subcommands.
#[derive(Clone, Copy, Debug, Default)]
pub struct TableCommands;

impl Commands for TableCommands {
    fn find(&self, argv: &Argv) -> Result<Command, Refusal> {
        if let Some(index) = argv.get(0).and_then(command::index_of)
            && let Some(command) = command::all().get(index)
            && command.subcommands().is_empty()
            && command.accepts(argv.len())
            && let Some(command) = FOR_ENGINE.get(index)
        {
            return Ok(*command);
        }
        let argv: SmallVec<[&[u8]; 8]> = argv.iter().collect();
        match command::resolve(&argv) {
            Ok(command) => Ok(for_engine(command)),
            Err(Reply::Error(text)) if text.starts_with(b"ERR wrong number of arguments") => {
                Err(Refusal::WrongArity)
            }
            Err(_) => Err(Refusal::Unknown),
        }
    }

    fn slot(&self, argv: &Argv) -> Slot {
        let argv: SmallVec<[&[u8]; 8]> = argv.iter().collect();
        command::resolve(&argv).map_or(Slot::Any, |command| slot::of_command(command, &argv))
    }

    fn slot_of_key(&self, key: &[u8]) -> Slot {
        Slot::Here(slot::key_slot(key))
    }
}

/// What the engine has to know of each command of the table.
static FOR_ENGINE: LazyLock<Vec<Command>> = LazyLock::new(|| {
    let commands = command::all().iter().enumerate();
    commands.map(|(at, command)| Command { tag: at as u32 + 1, ..for_engine(command) }).collect()
});

/// What the engine has to know of a command.
pub(crate) fn for_engine(command: &command::Command) -> Command {
    Command {
        is_write: command.is_write(),
        may_replicate: matches!(command.name(), "publish" | "spublish" | "pfcount"),
        is_noscript: command.is_noscript(),
        is_denyoom: command.is_denyoom(),
        is_stale_allowed: command.has(Flag::Stale),
        is_elsewhere: !command.is_here() || command.name() == "publish",
        tag: 0,
    }
}

/// The texts of this file, as Redis 7.0.15 words them.
const NOT_AN_INTEGER: &str = "ERR value is not an integer or out of range";
const TOO_MANY_KEYS: &str = "ERR Number of keys can't be greater than number of args";
const NEGATIVE_KEYS: &str = "ERR Number of keys can't be negative";
const NOSCRIPT: &str = "NOSCRIPT No matching script. Please use EVAL.";
const BAD_KEYS: &str = "ERR Bad number of keys provided";
const NO_FUNCTION: &str = "ERR Function not found";
const BUSY_SCRIPT: &str =
    "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";
const BUSY_FUNCTION: &str =
    "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.";
const FLUSH_OPTION: &str = "ERR SCRIPT FLUSH only support SYNC|ASYNC option";
const DEBUG_OPTION: &str = "ERR Use SCRIPT DEBUG YES/SYNC/NO";

const HELP: &[&str] = &[
    "SCRIPT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "DEBUG (YES|SYNC|NO)",
    "    Set the debug mode for subsequent scripts executed.",
    "EXISTS <sha1> [<sha1> ...]",
    "    Return information about the existence of the scripts in the script cache.",
    "FLUSH [ASYNC|SYNC]",
    "    Flush the Lua scripts cache. Very dangerous on replicas.",
    "    When called without the optional mode argument, the behavior is determined by the",
    "    lazyfree-lazy-user-flush configuration directive. Valid modes are:",
    "    * ASYNC: Asynchronously flush the scripts cache.",
    "    * SYNC: Synchronously flush the scripts cache.",
    "KILL",
    "    Kill the currently executing Lua script.",
    "LOAD <script>",
    "    Load a script into the scripts cache without executing it.",
    "HELP",
    "    Prints this help.",
];

/// Starts the script or function of `EVAL`, `EVALSHA`, `FCALL` or one of their `_RO` forms.
pub(crate) fn start(server: &mut Server, name: &str, argv: &[&[u8]]) -> Outcome {
    match try_start(server, name, argv) {
        Ok(()) => Outcome::Script,
        Err(refusal) => refusal.into(),
    }
}

fn try_start(server: &mut Server, name: &str, argv: &[&[u8]]) -> Result<(), Reply> {
    let (text, count, rest) = match argv {
        [_, text, count, rest @ ..] => (*text, *count, rest),
        _ => return Err(Reply::error(NOT_AN_INTEGER)),
    };
    let request = match name {
        "eval" | "eval_ro" => Request::source(text),
        "fcall" | "fcall_ro" => Request::function(text),
        _ => Request::digest_text(text),
    };
    let request = if name.ends_with("_ro") { request.read_only() } else { request };
    if server.engine.conditions() != Conditions::default() {
        server.engine.admit(&request).map_err(ScriptError::into_reply)?;
    }
    let is_function = name.starts_with('f');
    // Redis looks at the length of the digest before anything else, and for the function.
    if name.starts_with("evalsha") && text.len() != 40 {
        return Err(Reply::error(NOSCRIPT));
    }
    if is_function && !server.engine.has_function(text) {
        return Err(Reply::error(NO_FUNCTION));
    }
    let Some(count) = resp::number::parse_i64(count) else {
        return Err(Reply::error(if is_function { BAD_KEYS } else { NOT_AN_INTEGER }));
    };
    if count > rest.len() as i64 {
        return Err(Reply::error(TOO_MANY_KEYS));
    }
    let Ok(count) = usize::try_from(count) else { return Err(Reply::error(NEGATIVE_KEYS)) };
    let (keys, args) = rest.split_at(count.min(rest.len()));
    let request = request.keys(keys).args(args);
    server.engine.start(&request).map_err(ScriptError::into_reply)
}

/// The error for a command that comes while a script is in progress; `None` when it may be answered.
pub(crate) fn busy(server: &mut Server, command: &command::Command) -> Option<&'static str> {
    if !server.is_busy() {
        return None;
    }
    let is_function = match server.engine.running()? {
        Running::Script(_) | Running::Program => false,
        Running::Function(_) => true,
    };
    let is_allowed = match command.name() {
        // What can no longer be killed says so to both.
        "script|kill" => !is_function || server.engine.has_written(),
        "function|kill" => is_function || server.engine.has_written(),
        "function|stats" => is_function,
        _ => command.has(Flag::AllowBusy),
    };
    (!is_allowed).then_some(if is_function { BUSY_FUNCTION } else { BUSY_SCRIPT })
}

/// `SCRIPT KILL` and `FUNCTION KILL`.
pub(crate) fn kill(server: &mut Server) -> Reply {
    match server.engine.kill() {
        Ok(()) => Reply::OK,
        Err(refusal) => refusal.into_reply(),
    }
}

/// `SCRIPT` with a subcommand.
pub(crate) fn script(server: &mut Server, subcommand: &str, argv: &[&[u8]]) -> Reply {
    let args = argv.get(2..).unwrap_or_default();
    match subcommand {
        "script|load" => match server.engine.load(args.first().copied().unwrap_or_default()) {
            Ok(sha) => Reply::bulk(sha.hex()),
            Err(error) => error.into_reply(),
        },
        "script|exists" => args
            .iter()
            .map(|text| Sha1::parse(text).is_some_and(|sha| server.engine.exists(&sha)))
            .map(|exists| Reply::Integer(exists.into()))
            .collect(),
        "script|flush" => {
            let is_mode = |text: &&[u8]| {
                text.eq_ignore_ascii_case(b"SYNC") || text.eq_ignore_ascii_case(b"ASYNC")
            };
            if args.len() > 1 || !args.iter().all(is_mode) {
                return Reply::error(FLUSH_OPTION);
            }
            match server.engine.flush() {
                Ok(()) => Reply::OK,
                Err(error) => error.into_reply(),
            }
        }
        "script|kill" => kill(server),
        "script|debug" => {
            let known = [&b"NO"[..], b"YES", b"SYNC"];
            match args {
                [mode] if known.iter().any(|known| mode.eq_ignore_ascii_case(known)) => Reply::OK,
                _ => Reply::error(DEBUG_OPTION),
            }
        }
        _ => help(),
    }
}

/// `SCRIPT HELP`.
pub(crate) fn help() -> Reply {
    HELP.iter().map(|line| Reply::status(line)).collect()
}
