//! What the server around the engine cannot do at the moment, and which scripts and commands that refuses.
//!
//! The engine does not find out by itself: its host says so ([`ScriptEngine::set_conditions`]).
//!
//! [`ScriptEngine::set_conditions`]: crate::ScriptEngine::set_conditions

use crate::host::Command;
use crate::messages;
use crate::script::Flags;

/// States of a server in which it refuses some scripts or commands. All false: it refuses none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// It holds more memory than `maxmemory` allows.
    pub is_out_of_memory: bool,
    /// It cannot write its data to disk, and is told to take no writes then.
    pub cannot_persist: bool,
    /// It has fewer replicas than `min-replicas-to-write` asks for.
    pub lacks_replicas: bool,
    /// It is a replica, and takes writes from its master only.
    pub is_replica: bool,
    /// It is a replica without a link to its master, and does not serve what may be outdated.
    pub is_stale: bool,
    /// It is a node of a cluster.
    pub is_cluster: bool,
    /// The user who runs scripts may not do everything: [`Commands::permits`] is asked of each command.
    ///
    /// [`Commands::permits`]: crate::Commands::permits
    pub is_restricted: bool,
}

impl Conditions {
    /// Why a command of a client is refused, as an error reply.
    pub fn refusal(&self, command: Command) -> Option<&'static str> {
        // A replica leaves it to its master to keep within memory.
        if command.is_denyoom && self.is_out_of_memory && !self.is_replica {
            return Some(messages::OOM);
        }
        if command.is_write
            && let Some(text) = self.write_refusal()
        {
            return Some(text);
        }
        (self.is_stale && !command.is_stale_allowed).then_some(messages::MASTERDOWN)
    }

    /// Why a script with these flags is refused before it is looked at any further.
    pub(crate) fn flags_refusal(&self, flags: Flags) -> Option<&'static str> {
        if !flags.declared {
            return None;
        }
        self.refusal(Command {
            is_write: !flags.no_writes,
            is_denyoom: !flags.no_writes && !flags.allow_oom,
            is_stale_allowed: flags.allow_stale,
            ..Command::default()
        })
    }

    /// Why a script that compiles is not begun: with flags it is judged by them as a whole.
    pub(crate) fn script_refusal(&self, flags: Flags, is_read_only: bool) -> Option<&'static str> {
        if !flags.declared {
            return self.is_stale.then_some(messages::MASTERDOWN);
        }
        if let Some(text) = self.flags_refusal(flags) {
            return Some(text);
        }
        if self.is_cluster && flags.no_cluster {
            return Some(messages::NO_CLUSTER);
        }
        (is_read_only && !flags.no_writes).then_some(messages::READ_ONLY_COMMAND)
    }

    /// Why nothing may be written.
    pub(crate) fn write_refusal(&self) -> Option<&'static str> {
        if self.is_replica {
            return Some(messages::READONLY);
        }
        if self.cannot_persist {
            return Some(messages::MISCONF);
        }
        self.lacks_replicas.then_some(messages::NOREPLICAS)
    }
}
