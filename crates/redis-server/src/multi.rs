//! `MULTI`, `EXEC` and `WATCH`.

use redis_keyspace::Keyspace;

use crate::client::Client;

/// A command with its arguments, kept for later.
pub(crate) type Command = Vec<Vec<u8>>;

/// The transaction of a client.
#[derive(Debug, Default)]
pub(crate) struct Transaction {
    /// The commands so far, while one is open.
    pub(crate) queue: Option<Vec<Command>>,
    /// A command was refused when it was queued.
    pub(crate) is_spoilt: bool,
    /// Database, key, and version of each watched key.
    watched: Vec<(usize, Vec<u8>, Option<u64>)>,
}

impl Transaction {
    /// Remembers a key as it is.
    pub(crate) fn watch(&mut self, keyspace: &mut Keyspace, db: usize, key: &[u8], now_ms: u64) {
        if !self.watched.iter().any(|(other, name, _)| *other == db && name == key) {
            let version = keyspace.version(db, key, now_ms);
            self.watched.push((db, key.to_vec(), version));
        }
    }

    pub(crate) fn unwatch(&mut self) {
        self.watched.clear();
    }

    /// Whether a watched key is no longer as it was.
    pub(crate) fn is_stale(&self, keyspace: &mut Keyspace, now_ms: u64) -> bool {
        self.watched.iter().any(|(db, key, version)| keyspace.version(*db, key, now_ms) != *version)
    }
}

/// Ends the transaction of a client, and gives it.
pub(crate) fn take(client: &mut Client) -> Transaction {
    std::mem::take(&mut client.transaction)
}

/// A transaction that is being executed.
#[derive(Debug)]
pub(crate) struct Exec {
    commands: std::vec::IntoIter<Command>,
    current: Command,
}

impl Exec {
    pub(crate) fn new(queue: Vec<Command>) -> Self {
        Self { commands: queue.into_iter(), current: Command::new() }
    }

    /// Goes on to the next command; false at the end.
    pub(crate) fn advance(&mut self) -> bool {
        let next = self.commands.next();
        let is_there = next.is_some();
        self.current = next.unwrap_or_default();
        is_there
    }

    /// The command at work.
    pub(crate) fn current(&self) -> &Command {
        &self.current
    }
}
