//! The clients that wait: for a key, or for a moment.
//!
//! The keyspace tries a command that may wait once, and says what it would wait for. Here that is entered under
//! each of its keys; as keys are touched, those that wait are served in the order in which the keys were, and
//! for each key in the order in which they began to wait (Redis `blocked.c`).

use std::collections::VecDeque;

use ordered::{ByteMap, IdMap, IdSet};
use redis_keyspace::Keyspace;
use redis_keyspace::blocking::Wait as KeyWait;
use resp::{Protocol, Reply};

/// What a client waits for.
#[derive(Debug)]
pub(crate) enum Wait {
    /// A key.
    ForKey {
        wait: KeyWait,
        /// What is answered where nobody can wait: in a script or a transaction.
        refused: Reply,
    },
    /// A moment, in Unix milliseconds; the reply is `OK`.
    Until(u64),
}

impl Wait {
    /// What is answered when the time is over.
    pub(crate) fn timed_out(&self) -> Reply {
        match self {
            Wait::ForKey { wait, .. } => wait.timeout_reply(),
            Wait::Until(_) => Reply::OK,
        }
    }

    /// What is answered where nobody can wait.
    pub(crate) fn refused(self) -> Reply {
        match self {
            Wait::ForKey { refused, .. } => refused,
            Wait::Until(_) => Reply::OK,
        }
    }

    fn until_ms(&self) -> Option<u64> {
        match self {
            Wait::ForKey { wait, .. } => wait.deadline_ms(),
            Wait::Until(until_ms) => Some(*until_ms),
        }
    }
}

/// The clients that wait.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    waits: IdMap<u64, (Wait, Protocol)>,
    /// By database and key, in the order in which they began to wait.
    by_key: IdMap<usize, ByteMap<VecDeque<u64>>>,
    by_time: IdSet<(u64, u64)>,
}

impl Waiting {
    pub(crate) fn len(&self) -> usize {
        self.waits.len()
    }

    /// Whether a client waits for a key.
    pub(crate) fn is_for_keys(&self) -> bool {
        !self.by_key.is_empty()
    }

    pub(crate) fn insert(
        &mut self,
        keyspace: &mut Keyspace,
        id: u64,
        wait: Wait,
        protocol: Protocol,
    ) {
        if let Wait::ForKey { wait, .. } = &wait {
            keyspace.watch(wait);
            for key in wait.keys() {
                self.by_key.with_default(wait.db(), |keys| {
                    keys.with_default(key, |waiting| {
                        if waiting.back() != Some(&id) {
                            waiting.push_back(id);
                        }
                    });
                });
            }
        }
        if let Some(until_ms) = wait.until_ms() {
            self.by_time.insert((until_ms, id));
        }
        self.waits.insert(id, (wait, protocol));
    }

    pub(crate) fn remove(&mut self, keyspace: &mut Keyspace, id: u64) -> Option<Wait> {
        let (wait, _) = self.waits.remove(id)?;
        if let Wait::ForKey { wait, .. } = &wait {
            keyspace.unwatch(wait);
            for key in wait.keys() {
                self.leave(wait.db(), key, id);
            }
        }
        if let Some(until_ms) = wait.until_ms() {
            self.by_time.remove((until_ms, id));
        }
        Some(wait)
    }

    /// A client does not wait for a key any more.
    fn leave(&mut self, db: usize, key: &[u8], id: u64) {
        let Some(keys) = self.by_key.get_mut(db) else { return };
        let Some(waiting) = keys.get_mut(key) else { return };
        waiting.retain(|other| *other != id);
        if waiting.is_empty() {
            keys.remove(key);
        }
        if keys.is_empty() {
            self.by_key.remove(db);
        }
    }

    /// When the next wait is over.
    pub(crate) fn next_ms(&self) -> Option<u64> {
        self.by_time.first().map(|(until_ms, _)| until_ms)
    }

    /// A client that has waited long enough.
    pub(crate) fn next_over(&self, now_ms: u64) -> Option<u64> {
        self.by_time.first().filter(|(until_ms, _)| *until_ms <= now_ms).map(|(_, id)| id)
    }

    /// Serves those who wait for a key that has been touched: their numbers, and their replies.
    pub(crate) fn serve(
        &mut self,
        keyspace: &mut Keyspace,
        db: usize,
        key: Box<[u8]>,
        now_ms: u64,
    ) -> Vec<(u64, Reply)> {
        let ids = self.by_key.get(db).and_then(|keys| keys.get(&key)).cloned().unwrap_or_default();
        let mut served = Vec::new();
        for id in ids {
            let Some((Wait::ForKey { wait, .. }, protocol)) = self.waits.get(id) else { continue };
            if let Some(reply) = keyspace.retry(wait, &key, *protocol, now_ms) {
                self.remove(keyspace, id);
                served.push((id, reply));
            }
        }
        served
    }
}
