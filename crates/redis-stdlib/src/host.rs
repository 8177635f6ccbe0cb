//! What a script asks of the world around it.

use std::fmt;
use std::pin::Pin;

use resp::{Protocol, Reply};

use crate::argv::Argv;

/// Answers the commands of scripts: at once, as a future, or by and by. It is the same trait for all three; who drives
/// the run chooses how.
///
/// | The host says | [`eval`](crate::ScriptEngine::eval) | [`eval_async`](crate::ScriptEngine::eval_async) | [`step_with`](crate::ScriptEngine::step_with) |
/// | --- | --- | --- | --- |
/// | [`Answer::Reply`] | goes on | goes on | goes on |
/// | [`Answer::Later`] | an error | awaits it | [`Step::Call`](crate::Step::Call) |
/// | [`Answer::Pending`] | an error | an error | [`Step::Call`](crate::Step::Call) |
pub trait Host {
    /// Runs a command now, or says that the answer comes later.
    fn call(&mut self, call: &Call<'_>) -> Answer;
}

/// A command that a script calls.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The name of the command, in any case, and its arguments.
    pub argv: &'a Argv,
    /// What is known of the command, as the engine's [`Commands`] told.
    pub command: Command,
    /// The protocol that the script has chosen with `redis.setresp`: some commands answer differently.
    pub protocol: Protocol,
}

/// What a host says to a [`Call`].
pub enum Answer {
    /// The reply. An error is raised by `redis.call` and returned by `redis.pcall`.
    Reply(Reply),
    /// The reply is this future's. It is awaited by [`ScriptEngine::eval_async`](crate::ScriptEngine::eval_async).
    Later(Pin<Box<dyn Future<Output = Reply>>>),
    /// The reply comes later, through [`ScriptEngine::answer`](crate::ScriptEngine::answer).
    Pending,
}

impl Answer {
    /// The reply of a future, which owns what it needs.
    pub fn later(reply: impl Future<Output = Reply> + 'static) -> Self {
        Answer::Later(Box::pin(reply))
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Reply(reply) => f.debug_tuple("Reply").field(reply).finish(),
            Answer::Later(_) => f.write_str("Later"),
            Answer::Pending => f.write_str("Pending"),
        }
    }
}

/// Knows the commands that scripts may call, before a host sees them.
pub trait Commands {
    /// What a command is.
    ///
    /// # Errors
    /// There is no such command, or not with so many arguments.
    fn find(&self, argv: &Argv) -> Result<Command, Refusal>;

    /// Whether the user who runs the script may call it with these arguments. Asked only under
    /// [`Conditions::is_restricted`](crate::Conditions::is_restricted).
    ///
    /// # Errors
    /// What the user lacks.
    fn permits(&self, argv: &Argv) -> Result<(), Denial> {
        let _ = argv;
        Ok(())
    }

    /// Where the keys of a command lie in a cluster. Asked only under
    /// [`Conditions::is_cluster`](crate::Conditions::is_cluster).
    fn slot(&self, argv: &Argv) -> Slot {
        let _ = argv;
        Slot::Any
    }

    /// The slot of a key of the script in a cluster. Asked only there.
    fn slot_of_key(&self, key: &[u8]) -> Slot {
        let _ = key;
        Slot::Any
    }
}

/// Where keys lie in a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// There are no keys.
    Any,
    /// All in this slot, which is here.
    Here(u16),
    /// Not all of them in one slot that is here.
    Elsewhere,
}

/// What the engine has to know of a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// It may change the keyspace, so read-only scripts may not call it.
    pub is_write: bool,
    /// It changes no key, but what it does reaches replicas: read-only scripts may not call it either.
    pub may_replicate: bool,
    /// Scripts may not call it.
    pub is_noscript: bool,
    /// It may use more memory, so it is refused when there is none left.
    pub is_denyoom: bool,
    /// It may be called on a replica whose data are outdated.
    pub is_stale_allowed: bool,
    /// A mark for the host: it answers the command somewhere else than most.
    pub is_elsewhere: bool,
    /// A number for the host, so that it need not look the command up again.
    pub tag: u32,
}

/// What a user may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// Call this command or subcommand.
    Command,
    /// Touch one of the keys.
    Key,
    /// Publish to the channel.
    Channel,
}

/// Why a command is not even tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No command has this name.
    Unknown,
    /// It takes another number of arguments.
    WrongArity,
}

/// The [`Commands`] of a host that decides for itself: every one is there, and none is known to write.
#[derive(Clone, Copy, Debug, Default)]
pub struct EveryCommand;

impl Commands for EveryCommand {
    fn find(&self, _argv: &Argv) -> Result<Command, Refusal> {
        Ok(Command::default())
    }
}

/// How important a line of `redis.log` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// `redis.LOG_DEBUG`
    Debug,
    /// `redis.LOG_VERBOSE`
    Verbose,
    /// `redis.LOG_NOTICE`
    Notice,
    /// `redis.LOG_WARNING`
    Warning,
}

impl LogLevel {
    /// The level with this number, as the script gives it.
    pub(crate) fn from_number(number: i64) -> Option<LogLevel> {
        Some(match number {
            0 => LogLevel::Debug,
            1 => LogLevel::Verbose,
            2 => LogLevel::Notice,
            3 => LogLevel::Warning,
            _ => return None,
        })
    }
}
