//! Commands that wait: what a host does when there is nothing to answer yet.
//!
//! [`Keyspace::execute`] never waits. A blocking command (`BLPOP`, `BRPOP`, `BLMOVE`, `BRPOPLPUSH`, `BLMPOP`,
//! `BZPOPMIN`, `BZPOPMAX`, `BZMPOP`, `XREAD` and `XREADGROUP` with `BLOCK`) tries once, and without success
//! answers nil as it does in a script or in `MULTI`. A host with connections then asks
//! [`Keyspace::take_wait`] what the command would wait for:
//!
//! ```
//! use redis_keyspace::{Config, Keyspace, Session};
//! use resp::{Protocol, Reply};
//!
//! let mut keyspace = Keyspace::new(Config::default());
//! let (mut waiting, mut pushing) = (Session::default(), Session::default());
//! let reply = keyspace.execute(&mut waiting, &["BLPOP", "jobs", "5"], 1_000);
//! // Outside of scripts and of `MULTI`: do not send `reply`, keep the wait and have its keys watched.
//! let wait = keyspace.take_wait().expect("there is no job");
//! assert_eq!((reply, wait.deadline_ms()), (wait.timeout_reply(), Some(6_000)));
//! keyspace.watch(&wait);
//!
//! // After every command, script or transaction of anyone:
//! keyspace.execute(&mut pushing, &["RPUSH", "jobs", "a"], 2_000);
//! for (db, key) in keyspace.take_touched() {
//!     // For every client that waits for this key, the longest waiting first.
//!     assert_eq!((db, &*key), (0, &b"jobs"[..]));
//!     let reply = keyspace.retry(&wait, &key, Protocol::Resp2, 2_000);
//!     assert_eq!(reply, Some(vec![Reply::bulk("jobs"), Reply::bulk("a")].into()));
//!     keyspace.unwatch(&wait); // it waits no longer
//! }
//! ```
//!
//! A retry may touch other keys (`BLMOVE`), so a host asks [`Keyspace::take_touched`] again until it is
//! empty. A client whose deadline has passed is sent [`Wait::timeout_reply`] and its wait is
//! [unwatched](Keyspace::unwatch).

use ordered::{ByteMap, ByteSet, IdMap};
use resp::{Protocol, Reply};

use crate::command;
use crate::context::{Args, Context};
use crate::keyspace::{Keyspace, Session};
use crate::value::StreamId;

/// What a blocking command waits for. See the [module](self).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    pub(crate) db: usize,
    pub(crate) keys: Vec<Box<[u8]>>,
    pub(crate) deadline_ms: Option<u64>,
    pub(crate) attempt: Attempt,
}

/// What is tried again when a key has been touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// `BLPOP`, `BRPOP`.
    Pop { left: bool },
    /// `BLMPOP`.
    PopSome { left: bool, count: usize },
    /// `BLMOVE`, `BRPOPLPUSH`.
    Move { to: Box<[u8]>, from_left: bool, to_left: bool },
    /// `BZPOPMIN`, `BZPOPMAX`.
    PopScored { highest: bool },
    /// `BZMPOP`.
    PopSomeScored { highest: bool, count: usize },
    /// `XREAD`: entries behind these ids, one for each key.
    Read { after: Vec<StreamId>, count: usize },
    /// `XREADGROUP`: entries that the group has not seen.
    ReadGroup { group: Box<[u8]>, consumer: Box<[u8]>, count: usize, no_ack: bool },
}

impl Wait {
    /// The database that the keys are in.
    pub fn db(&self) -> usize {
        self.db
    }

    /// The keys, in the order of the command; one may come twice.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.keys.iter().map(|key| &**key)
    }

    /// Unix milliseconds at which the wait ends without success; `None` when it never does.
    pub fn deadline_ms(&self) -> Option<u64> {
        self.deadline_ms
    }

    /// What the client is sent when the deadline has passed.
    pub fn timeout_reply(&self) -> Reply {
        Reply::NilArray
    }
}

/// Keys that somebody waits for, and which of them have been touched.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    /// How many wait, by database and key.
    waiting: IdMap<usize, ByteMap<usize>>,
    /// In the order of the first touch.
    touched: Vec<(usize, Box<[u8]>)>,
    seen: IdMap<usize, ByteSet>,
}

impl Watched {
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// A key is there, is gone or has changed.
    pub(crate) fn touch(&mut self, db: usize, key: &[u8]) {
        if self.waiting.get(db).is_some_and(|keys| keys.contains_key(key))
            && self.seen.with_default(db, |keys| keys.insert(key))
        {
            self.touched.push((db, key.into()));
        }
    }

    /// All keys of a database may have changed.
    pub(crate) fn touch_all(&mut self, db: usize) {
        let keys: Vec<Box<[u8]>> =
            self.waiting.get(db).into_iter().flat_map(ByteMap::keys).map(Box::from).collect();
        for key in keys {
            self.touch(db, &key);
        }
    }
}

impl Keyspace {
    /// What the command just [executed](Keyspace::execute) would wait for; `None` when it has its answer.
    pub fn take_wait(&mut self) -> Option<Wait> {
        self.wait.take().map(|wait| *wait)
    }

    /// From now on [`take_touched`](Self::take_touched) tells when one of the wait's keys is touched.
    pub fn watch(&mut self, wait: &Wait) {
        self.watched.waiting.with_default(wait.db, |keys| {
            for key in &wait.keys {
                keys.with_default(key, |count| *count += 1);
            }
        });
    }

    /// Undoes one [`watch`](Self::watch).
    pub fn unwatch(&mut self, wait: &Wait) {
        let Some(keys) = self.watched.waiting.get_mut(wait.db) else { return };
        for key in &wait.keys {
            if let Some(count) = keys.get_mut(key) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    keys.remove(key);
                }
            }
        }
        if keys.is_empty() {
            self.watched.waiting.remove(wait.db);
        }
    }

    /// Database and name of the watched keys that have been touched since the last call, the first touched
    /// first. Touched means changed, made or removed; also by a transaction that was rolled back.
    pub fn take_touched(&mut self) -> Vec<(usize, Box<[u8]>)> {
        self.watched.seen.clear();
        std::mem::take(&mut self.watched.touched)
    }

    /// Tries again after `key` has been touched: the reply for the client, or `None` when it waits on.
    ///
    /// The reply may be an error: a consumer group that is gone, a target of another type.
    pub fn retry(
        &mut self,
        wait: &Wait,
        key: &[u8],
        protocol: Protocol,
        now_ms: u64,
    ) -> Option<Reply> {
        let mut session = Session { db: wait.db, resp: protocol, in_script: false };
        let mut context = Context::new(self, &mut session, now_ms);
        let reply =
            command::retry(&mut context, wait, key).unwrap_or_else(|failure| Some(failure.into()));
        if self.notices.is_on() {
            let side = |left: bool| if left { &b"left"[..] } else { b"right" };
            let (name, argv): (_, Vec<&[u8]>) = match &wait.attempt {
                Attempt::Pop { left: true } | Attempt::PopSome { left: true, .. } => {
                    ("lpop", vec![])
                }
                Attempt::Pop { .. } | Attempt::PopSome { .. } => ("rpop", vec![]),
                Attempt::Move { to, from_left, to_left } => {
                    ("lmove", vec![b"", key, to, side(*from_left), side(*to_left)])
                }
                Attempt::PopScored { highest } | Attempt::PopSomeScored { highest, .. } => {
                    (if *highest { "zpopmax" } else { "zpopmin" }, vec![])
                }
                Attempt::Read { .. } | Attempt::ReadGroup { .. } => ("", vec![]),
            };
            self.tell(name, Args(&argv), true, reply.as_ref().unwrap_or(&Reply::Nil));
        }
        reply
    }
}
