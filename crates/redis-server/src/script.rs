//! Scripts on the keyspace: the host of the engine, and the commands about scripts.

use redis_keyspace::{Keyspace, Session, command};
use redis_stdlib::{Answer, Argv, Call, Command, Commands, Host, Refusal, Request, Sha1};
use resp::Reply;
use smallvec::SmallVec;

use crate::client::Client;
use crate::dispatch;
use crate::server::Server;

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
            && let Some(reply) = dispatch::elsewhere(
                self.keyspace,
                &mut self.session,
                command.name(),
                &argv,
                self.now_ms,
            )
        {
            return Answer::Reply(reply);
        }
        Answer::Reply(self.keyspace.execute(&mut self.session, &argv, self.now_ms))
    }
}

/// What the keyspace's table of commands says.
#[derive(Clone, Copy, Debug, Default)]
pub struct TableCommands;

impl Commands for TableCommands {
    fn find(&self, argv: &Argv) -> Result<Command, Refusal> {
        let argv: SmallVec<[&[u8]; 8]> = argv.iter().collect();
        match command::resolve(&argv) {
            Ok(command) => Ok(Command {
                is_write: command.is_write() || may_replicate(command),
                is_noscript: command.is_noscript(),
                is_elsewhere: !command.is_here(),
            }),
            Err(Reply::Error(text)) if text.starts_with(b"ERR wrong number of arguments") => {
                Err(Refusal::WrongArity)
            }
            Err(_) => Err(Refusal::Unknown),
        }
    }
}

/// Commands that change no key, yet count as writing in a read-only script.
fn may_replicate(command: &command::Command) -> bool {
    matches!(command.name(), "publish" | "spublish" | "pfcount")
}

/// The texts of this file, as Redis 7.0.15 words them.
const NOT_AN_INTEGER: &str = "ERR value is not an integer or out of range";
const TOO_MANY_KEYS: &str = "ERR Number of keys can't be greater than number of args";
const NEGATIVE_KEYS: &str = "ERR Number of keys can't be negative";
const NOSCRIPT: &str = "NOSCRIPT No matching script. Please use EVAL.";
const NOT_BUSY: &str = "NOTBUSY No scripts in execution right now.";
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

/// `EVAL`, `EVALSHA` and their `_RO` forms.
pub(crate) fn eval(
    server: &mut Server,
    client: &Client,
    argv: &[&[u8]],
    now_ms: u64,
    by_digest: bool,
    read_only: bool,
) -> Reply {
    let (text, count, rest) = match argv {
        [_, text, count, rest @ ..] => (*text, *count, rest),
        _ => return Reply::error(NOT_AN_INTEGER),
    };
    // Redis looks at the length of the digest before anything else.
    if by_digest && text.len() != 40 {
        return Reply::error(NOSCRIPT);
    }
    let Some(count) = resp::number::parse_i64(count) else {
        return Reply::error(NOT_AN_INTEGER);
    };
    if count > rest.len() as i64 {
        return Reply::error(TOO_MANY_KEYS);
    }
    let Ok(count) = usize::try_from(count) else { return Reply::error(NEGATIVE_KEYS) };
    let (keys, args) = rest.split_at(count.min(rest.len()));
    let request = if by_digest { Request::digest_text(text) } else { Request::source(text) };
    let mut request = request.keys(keys).args(args);
    if read_only {
        request = request.read_only();
    }
    let mut host = KeyspaceHost { keyspace: &mut server.keyspace, session: client.session, now_ms };
    match server.engine.eval(&mut host, &request) {
        Ok(reply) => reply,
        Err(error) => error.into_reply(),
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
        "script|kill" => Reply::error(NOT_BUSY),
        "script|debug" => {
            let known = [&b"NO"[..], b"YES", b"SYNC"];
            match args {
                [mode] if known.iter().any(|known| mode.eq_ignore_ascii_case(known)) => Reply::OK,
                _ => Reply::error(DEBUG_OPTION),
            }
        }
        _ => HELP.iter().map(|line| Reply::status(line)).collect(),
    }
}
