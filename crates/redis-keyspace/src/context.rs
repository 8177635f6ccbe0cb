//! What a command sees: its arguments, and the selected database at a given moment.

use ahash::RandomState;
use resp::{Items, Protocol, Reply};

use crate::dict::Slot;
use crate::keyspace::{Keyspace, NEVER, Object, Session};
use crate::messages::{Failure, NOT_AN_INTEGER, WRONGTYPE};
use crate::random::Random;
use crate::settings::Thresholds;
use crate::value::{Hash, List, Set, SortedSet, Stream, StringValue, Value};

/// What a command answers, or why it refuses.
pub(crate) type Answer = Result<Reply, Failure>;

/// The keyspace through the eyes of one command.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) keyspace: &'a mut Keyspace,
    pub(crate) session: &'a mut Session,
    pub(crate) now_ms: u64,
}

impl<'a> Context<'a> {
    pub(crate) fn new(keyspace: &'a mut Keyspace, session: &'a mut Session, now_ms: u64) -> Self {
        Self { keyspace, session, now_ms }
    }

    pub(crate) fn is_resp3(&self) -> bool {
        self.session.resp == Protocol::Resp3
    }

    /// Keys and values in turn: a map, or in RESP2 an array.
    pub(crate) fn map(&self, items: Vec<Reply>) -> Reply {
        if self.is_resp3() { Reply::Map(items.into()) } else { items.into() }
    }

    /// Members: a set, or in RESP2 an array.
    pub(crate) fn set_of(&self, items: Vec<Reply>) -> Reply {
        if self.is_resp3() { Reply::Set(items.into()) } else { items.into() }
    }

    /// A double, or in RESP2 its text.
    pub(crate) fn double(&self, number: f64) -> Reply {
        if self.is_resp3() {
            return Reply::Double(number);
        }
        let mut text = Vec::with_capacity(24);
        resp::number::put_g17(number, &mut text);
        Reply::Bulk(text)
    }

    pub(crate) fn hasher(&self) -> &RandomState {
        self.keyspace.hasher()
    }

    pub(crate) fn thresholds(&self) -> Thresholds {
        self.keyspace.thresholds()
    }

    pub(crate) fn random(&mut self) -> &mut Random {
        &mut self.keyspace.random
    }

    pub(crate) fn find(&mut self, key: &[u8]) -> Option<Slot> {
        self.keyspace.find(self.session.db, key, self.now_ms)
    }

    pub(crate) fn exists(&mut self, key: &[u8]) -> bool {
        self.find(key).is_some()
    }

    pub(crate) fn object(&mut self, key: &[u8]) -> Option<&Object> {
        let slot = self.find(key)?;
        self.keyspace.object(self.session.db, slot)
    }

    /// A key's value, to be used: from now on nobody has used it for 0 seconds.
    pub(crate) fn value(&mut self, key: &[u8]) -> Option<&Value> {
        let Some(slot) = self.find(key) else {
            self.keyspace.statistics.misses += 1;
            return None;
        };
        let db = self.session.db;
        self.keyspace.note_use(db, slot);
        self.keyspace.object(db, slot).map(|object| &object.value)
    }

    /// A key's value, without using it.
    pub(crate) fn peek(&mut self, key: &[u8]) -> Option<&Value> {
        self.object(key).map(|object| &object.value)
    }

    /// Sets a key whatever it held before; its expiry is `expires_at_ms`.
    pub(crate) fn set(&mut self, key: &[u8], value: impl Into<Value>, expires_at_ms: u64) {
        let db = self.session.db;
        match self.find(key) {
            Some(slot) => {
                if let Some(old) = self.keyspace.object_mut(db, slot) {
                    *old = value.into();
                }
                let before = self.keyspace.object(db, slot).map(Object::expires_at_ms);
                if before != Some(expires_at_ms) {
                    self.keyspace.set_expiry(db, slot, expires_at_ms);
                }
            }
            None => {
                self.keyspace.insert(db, key, Object::new(value, expires_at_ms));
            }
        }
    }

    /// Sets a key without expiry, or removes it when the value is an empty aggregate.
    /// Answers the number of elements.
    pub(crate) fn store(&mut self, key: &[u8], value: impl Into<Value>, len: usize) -> i64 {
        if len == 0 {
            self.remove(key);
        } else {
            // A stored result is a new key, and so the latest in the order of keys.
            self.remove(key);
            self.set(key, value, NEVER);
        }
        len as i64
    }

    /// Answers whether the key was there.
    pub(crate) fn remove(&mut self, key: &[u8]) -> bool {
        let slot = self.find(key);
        if let Some(slot) = slot {
            self.keyspace.remove(self.session.db, slot);
        }
        slot.is_some()
    }

    /// Removes a key whose aggregate has lost its last element.
    pub(crate) fn remove_if_empty(&mut self, key: &[u8]) {
        if self.peek(key).is_some_and(Value::is_empty) {
            self.remove(key);
        }
    }
}

/// The three ways to a key of one type: to read, to change what is there, to change what is there or new.
macro_rules! typed {
    ($variant:ident, $type:ty, $read:ident, $change:ident $(, $make:ident, $new:expr)?) => {
        impl Context<'_> {
            pub(crate) fn $read(&mut self, key: &[u8]) -> Result<Option<&$type>, Failure> {
                match self.value(key) {
                    None => Ok(None),
                    Some(Value::$variant(value)) => Ok(Some(value)),
                    Some(_) => Err(WRONGTYPE.into()),
                }
            }

            pub(crate) fn $change(&mut self, key: &[u8]) -> Result<Option<&mut $type>, Failure> {
                let db = self.session.db;
                let Some(slot) = self.find(key) else { return Ok(None) };
                match self.keyspace.object(db, slot).map(|object| &object.value) {
                    Some(Value::$variant(_)) => {}
                    _ => return Err(WRONGTYPE.into()),
                }
                match self.keyspace.object_mut(db, slot) {
                    Some(Value::$variant(value)) => Ok(Some(value)),
                    _ => Ok(None),
                }
            }

            $(
                pub(crate) fn $make(&mut self, key: &[u8]) -> Result<&mut $type, Failure> {
                    let db = self.session.db;
                    let slot = match self.find(key) {
                        Some(slot) => {
                            match self.keyspace.object(db, slot).map(|object| &object.value) {
                                Some(Value::$variant(_)) => slot,
                                _ => return Err(WRONGTYPE.into()),
                            }
                        }
                        None => {
                            let new: fn(&RandomState) -> $type = $new;
                            let value = new(self.hasher());
                            self.keyspace.insert(db, key, Object::new(value, NEVER))
                        }
                    };
                    match self.keyspace.object_mut(db, slot) {
                        Some(Value::$variant(value)) => Ok(value),
                        _ => Err(WRONGTYPE.into()),
                    }
                }
            )?
        }
    };
}

typed!(String, StringValue, string, string_mut);
typed!(List, List, list, list_mut, list_or_new, |_| List::new());
typed!(Set, Set, set_value, set_mut, set_or_new, Set::new);
typed!(Hash, Hash, hash, hash_mut, hash_or_new, Hash::new);
typed!(SortedSet, SortedSet, sorted_set, sorted_set_mut, sorted_set_or_new, SortedSet::new);
typed!(Stream, Stream, stream, stream_mut, stream_or_new, |_| Stream::default());

/// The arguments of a command, its name first. An index behind the end gives an empty argument.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Args<'a>(pub(crate) &'a [&'a [u8]]);

impl<'a> Args<'a> {
    pub(crate) fn len(self) -> usize {
        self.0.len()
    }

    pub(crate) fn at(self, index: usize) -> &'a [u8] {
        self.0.get(index).copied().unwrap_or_default()
    }

    /// The arguments from `index` on.
    pub(crate) fn from(self, index: usize) -> &'a [&'a [u8]] {
        self.0.get(index..).unwrap_or_default()
    }

    /// Whether the argument is this word, in any case.
    pub(crate) fn is(self, index: usize, word: &str) -> bool {
        self.at(index).eq_ignore_ascii_case(word.as_bytes())
    }

    pub(crate) fn integer(self, index: usize) -> Result<i64, Failure> {
        integer(self.at(index))
    }
}

pub(crate) fn integer(text: &[u8]) -> Result<i64, Failure> {
    resp::number::parse_i64(text).ok_or_else(|| NOT_AN_INTEGER.into())
}

/// An integer reply of a truth value.
pub(crate) fn truth(value: bool) -> Reply {
    Reply::Integer(value.into())
}

/// An integer reply of a number of things.
pub(crate) fn count(number: usize) -> Reply {
    Reply::Integer(number as i64)
}

/// A number of things asked for, as far as this machine can count; 0 for a negative one.
pub(crate) fn at_most(number: i64) -> usize {
    if number < 0 { 0 } else { usize::try_from(number).unwrap_or(usize::MAX) }
}

/// Turns the indices that commands take, negative ones counted from the end, into a range within `len`.
pub(crate) fn range(start: i64, end: i64, len: usize) -> std::ops::Range<usize> {
    let len = len as i64;
    let from_end = |index: i64| if index < 0 { index.saturating_add(len) } else { index };
    let start = from_end(start).max(0);
    let end = from_end(end).min(len - 1);
    if start > end { 0..0 } else { start as usize..end as usize + 1 }
}

/// The answer of `SCAN` and kin.
pub(crate) fn scanned(cursor: u64, items: Items) -> Reply {
    let mut text = Vec::new();
    // Cursors are numbers of insertions: far below `i64::MAX`.
    resp::number::put_i64(cursor as i64, &mut text);
    Reply::from(vec![Reply::Bulk(text), Reply::Array(items)])
}
