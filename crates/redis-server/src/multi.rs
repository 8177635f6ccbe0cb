//! `MULTI`, `EXEC` and `WATCH`.

use redis_keyspace::Keyspace;
use resp::Reply;

use crate::client::Client;

/// Commands of a transaction that is being carried out.
pub(crate) type Queue = std::vec::IntoIter<Vec<Vec<u8>>>;

/// The transaction of a client.
#[derive(Debug, Default)]
pub(crate) struct Transaction {
    /// The commands so far, while one is open.
    pub(crate) queue: Option<Vec<Vec<Vec<u8>>>>,
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

/// The error for a command that the server does not take: it spoils the transaction in which it is queued, and an
/// `EXEC` ends one.
pub(crate) fn refuse(client: &mut Client, name: &str, text: &'static str) -> Reply {
    if name == "exec" {
        take(client);
        let text = format!("EXECABORT Transaction discarded because of: {text}");
        return Reply::Error(text.into_bytes().into());
    }
    client.transaction.is_spoilt |= client.transaction.queue.is_some();
    Reply::error(text)
}
