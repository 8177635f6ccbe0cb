//! Commands that wait: for a list, for a sorted set, and how long.
//!
//! Such a command is first tried without waiting. When there is nothing, the connection is entered here under
//! each of its keys; as keys come to be, those that wait are served in the order in which the keys came, and
//! for each key in the order in which they began to wait (Redis `blocked.c`).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use redis_keyspace::{Keyspace, Session};
use resp::Reply;
use smallvec::SmallVec;

use crate::multi::Command;

const NOT_A_FLOAT: &str = "ERR timeout is not a float or out of range";
const NEGATIVE: &str = "ERR timeout is negative";
const SYNTAX: &str = "ERR syntax error";
const NUMKEYS: &str = "ERR numkeys should be greater than 0";
const COUNT: &str = "ERR count should be greater than 0";

/// What a client waits for.
#[derive(Debug)]
pub(crate) struct Wait {
    pub(crate) session: Session,
    keys: Vec<Vec<u8>>,
    /// When it has waited long enough.
    pub(crate) until_ms: Option<u64>,
    want: Want,
}

/// What a client wants of a key.
#[derive(Debug, Clone, PartialEq)]
enum Want {
    /// One element, named after its key: the command that takes it.
    Element(&'static str),
    /// Some elements: the command that takes them, and what follows its key.
    Elements(&'static str, Command),
    /// One element, moved to another key: what follows the key of `LMOVE`.
    Move(Command),
    /// Nothing but time.
    Time,
}

/// What a command that may wait came to.
#[derive(Debug)]
pub(crate) enum Tried {
    Reply(Reply),
    Nothing(Wait),
}

impl Wait {
    /// Waits for a moment; the reply is `OK`.
    pub(crate) fn for_time(session: Session, until_ms: u64) -> Wait {
        Wait { session, keys: Vec::new(), until_ms: Some(until_ms), want: Want::Time }
    }

    /// What is answered when the time is over.
    pub(crate) fn timed_out(&self) -> Reply {
        if self.want == Want::Time { Reply::OK } else { Reply::NilArray }
    }

    /// What is answered where nobody can wait: in a script or a transaction.
    pub(crate) fn refused(&self) -> Reply {
        match self.want {
            Want::Move(_) => Reply::Nil,
            _ => self.timed_out(),
        }
    }

    /// Tries to get what is wanted of a key; `None` when there is nothing.
    fn attempt(&mut self, keyspace: &mut Keyspace, key: &[u8], now_ms: u64) -> Option<Reply> {
        let reply = match &self.want {
            Want::Time => return None,
            Want::Element(command) => {
                keyspace.execute(&mut self.session, &[command.as_bytes(), key], now_ms)
            }
            Want::Elements(command, rest) => {
                let mut argv: SmallVec<[&[u8]; 8]> = SmallVec::new();
                argv.extend([command.as_bytes(), b"1", key]);
                argv.extend(rest.iter().map(Vec::as_slice));
                keyspace.execute(&mut self.session, &argv, now_ms)
            }
            Want::Move(rest) => {
                let mut argv: SmallVec<[&[u8]; 8]> = SmallVec::new();
                argv.extend([b"LMOVE", key]);
                argv.extend(rest.iter().map(Vec::as_slice));
                keyspace.execute(&mut self.session, &argv, now_ms)
            }
        };
        let is_element = matches!(self.want, Want::Element(_));
        match reply {
            Reply::Nil | Reply::NilArray => None,
            Reply::Array(items) if items.is_empty() => None,
            Reply::Bulk(element) if is_element => {
                Some(vec![Reply::bulk(key), Reply::Bulk(element)].into())
            }
            Reply::Array(items) if is_element => {
                Some(std::iter::once(Reply::bulk(key)).chain(items.into_vec()).collect())
            }
            reply => Some(reply),
        }
    }

    /// Tries all keys in turn, as the command does when it comes.
    fn try_all(mut self, keyspace: &mut Keyspace, now_ms: u64) -> Tried {
        for key in std::mem::take(&mut self.keys) {
            if let Some(reply) = self.attempt(keyspace, &key, now_ms) {
                return Tried::Reply(reply);
            }
            self.keys.push(key);
        }
        Tried::Nothing(self)
    }
}

/// Tries a command that may wait; `None` when it is none.
pub(crate) fn attempt(
    keyspace: &mut Keyspace,
    session: Session,
    name: &str,
    argv: &[&[u8]],
    now_ms: u64,
) -> Option<Tried> {
    let wait = match name {
        "blpop" => pop(session, "LPOP", argv, now_ms),
        "brpop" => pop(session, "RPOP", argv, now_ms),
        "bzpopmin" => pop(session, "ZPOPMIN", argv, now_ms),
        "bzpopmax" => pop(session, "ZPOPMAX", argv, now_ms),
        "blmpop" => pop_some(session, "LMPOP", [b"LEFT", b"RIGHT"], argv, now_ms),
        "bzmpop" => pop_some(session, "ZMPOP", [b"MIN", b"MAX"], argv, now_ms),
        "blmove" => move_one(session, argv, now_ms),
        "brpoplpush" => move_last(session, argv, now_ms),
        _ => return None,
    };
    Some(match wait {
        Ok(wait) => wait.try_all(keyspace, now_ms),
        Err(refusal) => Tried::Reply(refusal),
    })
}

/// `BLPOP key [key ...] timeout` and kin.
fn pop(
    session: Session,
    command: &'static str,
    argv: &[&[u8]],
    now_ms: u64,
) -> Result<Wait, Reply> {
    let Some((timeout, [_, keys @ ..])) = argv.split_last() else {
        return Err(Reply::error(SYNTAX));
    };
    let until_ms = until(timeout, now_ms)?;
    let keys = keys.iter().map(|key| key.to_vec()).collect();
    Ok(Wait { session, keys, until_ms, want: Want::Element(command) })
}

/// `BLMPOP timeout numkeys key [key ...] LEFT|RIGHT [COUNT count]` and its kin for sorted sets.
fn pop_some(
    session: Session,
    command: &'static str,
    sides: [&[u8]; 2],
    argv: &[&[u8]],
    now_ms: u64,
) -> Result<Wait, Reply> {
    let [_, timeout, count, rest @ ..] = argv else { return Err(Reply::error(SYNTAX)) };
    let count = resp::number::parse_i64(count).filter(|count| *count > 0);
    let Some(count) = count.and_then(|count| usize::try_from(count).ok()) else {
        return Err(Reply::error(NUMKEYS));
    };
    let Some((keys, [side, options @ ..])) = rest.split_at_checked(count) else {
        return Err(Reply::error(SYNTAX));
    };
    if !sides.iter().any(|known| side.eq_ignore_ascii_case(known)) {
        return Err(Reply::error(SYNTAX));
    }
    match options {
        [] => {}
        [word, count] if word.eq_ignore_ascii_case(b"COUNT") => {
            if resp::number::parse_i64(count).is_none_or(|count| count <= 0) {
                return Err(Reply::error(COUNT));
            }
        }
        _ => return Err(Reply::error(SYNTAX)),
    }
    let until_ms = until(timeout, now_ms)?;
    let tail = std::iter::once(side).chain(options).map(|word| word.to_vec()).collect();
    let keys = keys.iter().map(|key| key.to_vec()).collect();
    Ok(Wait { session, keys, until_ms, want: Want::Elements(command, tail) })
}

/// `BLMOVE source destination LEFT|RIGHT LEFT|RIGHT timeout`.
fn move_one(session: Session, argv: &[&[u8]], now_ms: u64) -> Result<Wait, Reply> {
    let [_, source, destination, from, to, timeout] = argv else {
        return Err(Reply::error(SYNTAX));
    };
    let is_side =
        |word: &[u8]| word.eq_ignore_ascii_case(b"LEFT") || word.eq_ignore_ascii_case(b"RIGHT");
    if !is_side(from) || !is_side(to) {
        return Err(Reply::error(SYNTAX));
    }
    let until_ms = until(timeout, now_ms)?;
    let rest = vec![destination.to_vec(), from.to_vec(), to.to_vec()];
    Ok(Wait { session, keys: vec![source.to_vec()], until_ms, want: Want::Move(rest) })
}

/// `BRPOPLPUSH source destination timeout`.
fn move_last(session: Session, argv: &[&[u8]], now_ms: u64) -> Result<Wait, Reply> {
    let [_, source, destination, timeout] = argv else { return Err(Reply::error(SYNTAX)) };
    move_one(session, &[b"BLMOVE", source, destination, b"RIGHT", b"LEFT", timeout], now_ms)
}

/// When a timeout in seconds is over; never for 0.
fn until(timeout: &[u8], now_ms: u64) -> Result<Option<u64>, Reply> {
    let seconds = std::str::from_utf8(timeout).ok().and_then(|text| text.parse::<f64>().ok());
    let Some(seconds) = seconds.filter(|seconds| !seconds.is_nan()) else {
        return Err(Reply::error(NOT_A_FLOAT));
    };
    // What does not fit C's `long long` has become its least value there.
    if seconds < 0.0 || seconds * 1000.0 >= i64::MAX as f64 {
        return Err(Reply::error(NEGATIVE));
    }
    let ms = (seconds * 1000.0).ceil() as u64;
    Ok((ms > 0).then(|| now_ms.saturating_add(ms)))
}

/// The clients that wait.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    waits: BTreeMap<u64, Wait>,
    /// By database and key, in the order in which they began to wait.
    by_key: BTreeMap<(usize, Vec<u8>), VecDeque<u64>>,
    by_time: BTreeSet<(u64, u64)>,
}

impl Waiting {
    pub(crate) fn len(&self) -> usize {
        self.waits.len()
    }

    /// Whether a client waits for a key.
    pub(crate) fn is_for_keys(&self) -> bool {
        !self.by_key.is_empty()
    }

    pub(crate) fn insert(&mut self, id: u64, wait: Wait) {
        for key in &wait.keys {
            let waiting = self.by_key.entry((wait.session.db, key.clone())).or_default();
            if waiting.back() != Some(&id) {
                waiting.push_back(id);
            }
        }
        if let Some(until_ms) = wait.until_ms {
            self.by_time.insert((until_ms, id));
        }
        self.waits.insert(id, wait);
    }

    pub(crate) fn remove(&mut self, id: u64) -> Option<Wait> {
        let wait = self.waits.remove(&id)?;
        for key in &wait.keys {
            let place = (wait.session.db, key.clone());
            if let Some(waiting) = self.by_key.get_mut(&place) {
                waiting.retain(|other| *other != id);
                if waiting.is_empty() {
                    self.by_key.remove(&place);
                }
            }
        }
        if let Some(until_ms) = wait.until_ms {
            self.by_time.remove(&(until_ms, id));
        }
        Some(wait)
    }

    /// When the next wait is over.
    pub(crate) fn next_ms(&self) -> Option<u64> {
        self.by_time.first().map(|(until_ms, _)| *until_ms)
    }

    /// A client that has waited long enough.
    pub(crate) fn next_over(&self, now_ms: u64) -> Option<u64> {
        self.by_time.first().filter(|(until_ms, _)| *until_ms <= now_ms).map(|(_, id)| *id)
    }

    /// Serves those who wait for a key that has come to be: their numbers, and their replies.
    pub(crate) fn serve(
        &mut self,
        keyspace: &mut Keyspace,
        db: usize,
        key: &[u8],
        now_ms: u64,
    ) -> Vec<(u64, Reply)> {
        let place = (db, key.to_vec());
        let ids = self.by_key.get(&place).cloned().unwrap_or_default();
        let mut served = Vec::new();
        for id in ids {
            let Some(wait) = self.waits.get_mut(&id) else { continue };
            match wait.attempt(keyspace, key, now_ms) {
                // Of another type than wanted: it is not what this client waits for.
                Some(Reply::Error(text)) if !matches!(wait.want, Want::Move(_)) => drop(text),
                Some(reply) => {
                    self.remove(id);
                    served.push((id, reply));
                }
                // The key is gone: nobody else finds it either.
                None => break,
            }
        }
        served
    }
}
