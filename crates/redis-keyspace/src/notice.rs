//! Keyspace notifications: what happened to which key, in the words of `notify-keyspace-events`.
//!
//! The few methods through which everything changes (see [`crate::keyspace`]) note what happened to a key. Once a
//! command is through, [`Keyspace::tell`] puts that into Redis's words: a table says how a command's change is
//! called, and the rest follows from what happened (`new`, `del`, `expire`). Only what a key does not show by itself,
//! such as a consumer that is new, is [said](Keyspace::say) by the command.
//!
//! Nothing is noted unless a host [collects](Keyspace::collect_notices) and the setting asks for it.

use resp::Reply;

use crate::context::Args;
use crate::keyspace::Keyspace;

/// Something that happened to a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Index of the database.
    pub db: usize,
    /// What happened: `set`, `lpush`, `expired` …
    pub event: &'static str,
    /// The key.
    pub key: Box<[u8]>,
    classes: u32,
}

impl Notice {
    /// The messages that Redis publishes: channel and text. One for the key, one for the event, as the setting asks.
    pub fn messages(&self) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
        let channel = |kind: &str, rest: &[u8]| {
            [format!("__{kind}@{}__:", self.db).as_bytes(), rest].concat()
        };
        let event = self.event.as_bytes();
        let of_key = (self.classes & class::KEYSPACE != 0)
            .then(|| (channel("keyspace", &self.key), event.to_vec()));
        let of_event = (self.classes & class::KEYEVENT != 0)
            .then(|| (channel("keyevent", event), self.key.to_vec()));
        of_key.into_iter().chain(of_event)
    }
}

/// Classes of events: a bit for each letter of the setting.
pub(crate) mod class {
    pub(crate) const KEYSPACE: u32 = 1 << 0;
    pub(crate) const KEYEVENT: u32 = 1 << 1;
    pub(crate) const GENERIC: u32 = 1 << 2;
    pub(crate) const STRING: u32 = 1 << 3;
    pub(crate) const LIST: u32 = 1 << 4;
    pub(crate) const SET: u32 = 1 << 5;
    pub(crate) const HASH: u32 = 1 << 6;
    pub(crate) const ZSET: u32 = 1 << 7;
    pub(crate) const EXPIRED: u32 = 1 << 8;
    pub(crate) const EVICTED: u32 = 1 << 9;
    pub(crate) const STREAM: u32 = 1 << 10;
    pub(crate) const MISS: u32 = 1 << 11;
    pub(crate) const NEW: u32 = 1 << 12;

    /// The classes that these letters name. A setting without `K` and `E` asks for nothing.
    pub(super) fn parse(letters: &[u8]) -> u32 {
        const ALL: u32 = GENERIC | STRING | LIST | SET | HASH | ZSET | EXPIRED | EVICTED | STREAM;
        let classes = letters.iter().fold(0, |classes, letter| {
            classes
                | match letter {
                    b'K' => KEYSPACE,
                    b'E' => KEYEVENT,
                    b'g' => GENERIC,
                    b'$' => STRING,
                    b'l' => LIST,
                    b's' => SET,
                    b'h' => HASH,
                    b'z' => ZSET,
                    b'x' => EXPIRED,
                    b'e' => EVICTED,
                    b't' => STREAM,
                    b'm' => MISS,
                    b'n' => NEW,
                    b'A' => ALL,
                    _ => 0,
                }
        });
        if classes & (KEYSPACE | KEYEVENT) == 0 { 0 } else { classes }
    }
}

/// What happened to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happened {
    /// It has come to be.
    Made,
    Changed,
    /// It is to expire, or to stay.
    ExpirySet {
        stays: bool,
    },
    Removed,
    /// It was asked for and not there.
    Missed,
    /// What the command itself says.
    Said(u32, &'static str),
}

/// What has happened during the command in progress, and what is to be told.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    is_collected: bool,
    asked: u32,
    /// The classes that are noted; 0 unless they are collected.
    classes: u32,
    noted: Vec<(usize, Box<[u8]>, Happened)>,
    told: Vec<Notice>,
}

impl Notices {
    pub(crate) fn set_classes(&mut self, letters: &[u8]) {
        self.asked = class::parse(letters);
        self.classes = if self.is_collected { self.asked } else { 0 };
    }

    /// Whether the setting asks for keys that are new, which it does not always show.
    pub(crate) fn asks_for_new(&self) -> bool {
        self.asked & class::NEW != 0
    }

    /// Whether anything is to be noted.
    pub(crate) fn is_on(&self) -> bool {
        self.classes != 0
    }

    #[cold]
    pub(crate) fn note(&mut self, db: usize, key: &[u8], happened: Happened) {
        if happened != Happened::Missed || self.classes & class::MISS != 0 {
            self.noted.push((db, key.into(), happened));
        }
    }

    /// Forgets what was noted last: it has another name.
    pub(crate) fn retract(&mut self) {
        self.noted.pop();
    }

    fn tell(&mut self, class: u32, event: &'static str, db: usize, key: &[u8]) {
        if self.classes & class != 0 {
            self.told.push(Notice { db, event, key: key.into(), classes: self.classes });
        }
    }
}

/// What there is to tell of a key: what follows from all that happened, or a class and an event that were said.
type Told = Result<Sum, (u32, &'static str)>;

/// All that happened to one key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    /// It has come to be, and was not there before.
    is_new: bool,
    is_made: bool,
    is_changed: bool,
    is_gone: bool,
    expiry: Option<bool>,
}

impl Keyspace {
    /// Whether to keep [notices](Self::take_notices) of what `notify-keyspace-events` asks for. Who has them kept must
    /// take them.
    pub fn collect_notices(&mut self, collects: bool) {
        self.notices.is_collected = collects;
        self.notices.classes = if collects { self.notices.asked } else { 0 };
    }

    /// What has happened to keys since the last call, as far as `notify-keyspace-events` asks for it.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices.told)
    }

    /// Whether [`Self::take_notices`] has something to give.
    pub fn has_notices(&self) -> bool {
        !self.notices.told.is_empty()
    }

    /// Notes what a command says of a key.
    pub(crate) fn say(&mut self, db: usize, key: &[u8], class: u32, event: &'static str) {
        if self.notices.is_on() {
            self.notices.note(db, key, Happened::Said(class, event));
        }
    }

    /// Puts what has happened into words. `name` is the command that is through, in lower case.
    pub(crate) fn tell(&mut self, name: &str, args: Args<'_>, is_write: bool, reply: &Reply) {
        if self.notices.noted.is_empty() {
            return;
        }
        let noted = std::mem::take(&mut self.notices.noted);
        let mut seen: Vec<(usize, &[u8])> = Vec::new();
        let mut sums = Vec::new();
        for (db, key, happened) in &noted {
            match *happened {
                Happened::Said(class, event) => sums.push((*db, &**key, Err((class, event)))),
                Happened::Missed if !tells_of_miss(name, args, is_write, key) => {}
                Happened::Missed => {
                    // A command may look for a key more than once; it misses it as often as it is asked for it.
                    let missed = (*db, &**key, Err((class::MISS, "keymiss")));
                    let times = args.0.iter().filter(|argument| **argument == &**key).count();
                    if sums.iter().filter(|other| **other == missed).count() < times {
                        sums.push(missed);
                    }
                }
                _ if seen.contains(&(*db, key)) => {}
                _ => {
                    seen.push((*db, key));
                    let own = noted.iter().filter(|(d, k, _)| d == db && k == key);
                    sums.push((*db, &**key, Ok(Sum::of(own.map(|(.., happened)| *happened)))));
                }
            }
        }
        match name {
            "rename" | "renamenx" | "move" => self.tell_of_move(name == "move", &sums),
            "lmove" | "blmove" | "rpoplpush" | "brpoplpush" => {
                self.tell_of_list_move(name, args, &sums);
            }
            _ => {
                let row = row(name, args, reply);
                for (db, key, sum) in sums {
                    match sum {
                        Err((class, event)) => self.notices.tell(class, event, db, key),
                        Ok(sum) => self.tell_of_key(name, args, row, db, key, sum),
                    }
                }
            }
        }
        // The block is kept for the next command.
        self.notices.noted = noted;
        self.notices.noted.clear();
    }

    fn tell_of_key(
        &mut self,
        name: &str,
        args: Args<'_>,
        row: Option<(u32, &'static str)>,
        db: usize,
        key: &[u8],
        sum: Sum,
    ) {
        let notices = &mut self.notices;
        let replaces = matches!(name, "copy" | "restore");
        if sum.is_new || (replaces && sum.is_made) {
            notices.tell(class::NEW, "new", db, key);
        }
        if let Some((class, event)) = row
            && (sum.is_made || sum.is_changed || name == "spop")
        {
            let event = if name == "smove" && key == args.at(2) { "sadd" } else { event };
            notices.tell(class, event, db, key);
            if has_expiry(name, args) {
                notices.tell(class::GENERIC, "expire", db, key);
            }
        }
        match sum.expiry {
            _ if sum.is_gone => notices.tell(class::GENERIC, "del", db, key),
            Some(stays) if name.contains("expire") || name == "persist" || name == "getex" => {
                notices.tell(class::GENERIC, if stays { "persist" } else { "expire" }, db, key);
            }
            _ => {}
        }
    }

    /// A key has another name, or lies in another database.
    fn tell_of_move(&mut self, is_between: bool, sums: &[(usize, &[u8], Told)]) {
        let (from, to) =
            if is_between { ("move_from", "move_to") } else { ("rename_from", "rename_to") };
        let made = sums.iter().find(|(.., sum)| matches!(sum, Ok(sum) if sum.is_made));
        if let Some((db, key, _)) = made {
            self.notices.tell(class::NEW, "new", *db, key);
        }
        for (db, key, sum) in sums {
            match sum {
                Ok(sum) if sum.is_gone => self.notices.tell(class::GENERIC, from, *db, key),
                Err((class, event)) => self.notices.tell(*class, event, *db, key),
                Ok(_) => {}
            }
        }
        if let Some((db, key, _)) = made {
            self.notices.tell(class::GENERIC, to, *db, key);
        }
    }

    /// An element has gone from one list to another; its arrival is told first.
    fn tell_of_list_move(&mut self, name: &str, args: Args<'_>, sums: &[(usize, &[u8], Told)]) {
        let has_sides = matches!(name, "lmove" | "blmove");
        let pop = if has_sides && args.is(3, "left") { "lpop" } else { "rpop" };
        let push = if has_sides && args.is(4, "right") { "rpush" } else { "lpush" };
        for (db, key, sum) in sums {
            if let Err((class, event)) = sum {
                self.notices.tell(*class, event, *db, key);
            }
        }
        let sum_of = |wanted: &[u8]| {
            sums.iter().find_map(|(db, key, sum)| Some((*db, sum.ok()?)).filter(|_| *key == wanted))
        };
        let (from, to) = (args.at(1), args.at(2));
        let (Some((db, source)), Some((_, target))) = (sum_of(from), sum_of(to)) else { return };
        if target.is_new {
            self.notices.tell(class::NEW, "new", db, to);
        }
        self.notices.tell(class::LIST, push, db, to);
        self.notices.tell(class::LIST, pop, db, from);
        if source.is_gone {
            self.notices.tell(class::GENERIC, "del", db, from);
        }
    }
}

impl Sum {
    fn of(all: impl Iterator<Item = Happened>) -> Self {
        let mut sum = Self::default();
        let mut was_there = false;
        for happened in all {
            match happened {
                Happened::Made => {
                    sum.is_new |= !was_there;
                    (sum.is_made, sum.is_gone) = (true, false);
                }
                Happened::Changed => sum.is_changed = true,
                Happened::ExpirySet { stays } => sum.expiry = Some(stays),
                Happened::Removed => sum.is_gone = true,
                Happened::Missed | Happened::Said(..) => continue,
            }
            was_there = true;
        }
        sum
    }
}

/// Whether a command that has not found a key says so.
fn tells_of_miss(name: &str, args: Args<'_>, is_write: bool, key: &[u8]) -> bool {
    match name {
        "getdel" | "getex" | "getset" | "sort" => key == args.at(1),
        "pfmerge" => true,
        "bitop" => args.from(3).contains(&key),
        _ => !is_write && !name.starts_with("object|"),
    }
}

/// Whether a string is set together with a time at which it expires.
fn has_expiry(name: &str, args: Args<'_>) -> bool {
    let options = ["ex", "px", "exat", "pxat"];
    match name {
        "setex" | "psetex" => true,
        "set" => (3..args.len()).any(|at| options.iter().any(|option| args.is(at, option))),
        _ => false,
    }
}

/// How the change that a command makes to a key is called; `None` when it has no name of its own.
fn row(name: &str, args: Args<'_>, reply: &Reply) -> Option<(u32, &'static str)> {
    use class::{GENERIC, HASH, LIST, SET, STREAM, STRING, ZSET};
    let has = |word: &str| (1..args.len()).any(|at| args.is(at, word));
    Some(match name {
        "set" | "setnx" | "setex" | "psetex" | "getset" | "mset" | "msetnx" | "bitop" => {
            (STRING, "set")
        }
        "append" => (STRING, "append"),
        "setrange" => (STRING, "setrange"),
        "incr" | "decr" | "incrby" | "decrby" => (STRING, "incrby"),
        "incrbyfloat" => (STRING, "incrbyfloat"),
        "setbit" | "bitfield" => (STRING, "setbit"),
        "pfadd" | "pfmerge" => (STRING, "pfadd"),
        "copy" => (GENERIC, "copy_to"),
        "restore" => (GENERIC, "restore"),
        "hset" | "hmset" | "hsetnx" => (HASH, "hset"),
        "hincrby" => (HASH, "hincrby"),
        "hincrbyfloat" => (HASH, "hincrbyfloat"),
        "hdel" => (HASH, "hdel"),
        "lpush" | "lpushx" => (LIST, "lpush"),
        "rpush" | "rpushx" => (LIST, "rpush"),
        "lpop" | "blpop" => (LIST, "lpop"),
        "rpop" | "brpop" => (LIST, "rpop"),
        "lmpop" | "blmpop" => (LIST, if has("left") { "lpop" } else { "rpop" }),
        "lset" => (LIST, "lset"),
        "lrem" => (LIST, "lrem"),
        "linsert" => (LIST, "linsert"),
        "ltrim" => (LIST, "ltrim"),
        "sort" => (LIST, "sortstore"),
        "sadd" => (SET, "sadd"),
        "srem" | "smove" => (SET, "srem"),
        "spop" => (SET, "spop"),
        "sinterstore" => (SET, "sinterstore"),
        "sunionstore" => (SET, "sunionstore"),
        "sdiffstore" => (SET, "sdiffstore"),
        "zadd" => (ZSET, if has("incr") { "zincr" } else { "zadd" }),
        "zincrby" => (ZSET, "zincr"),
        "geoadd" => (ZSET, "zadd"),
        "zrem" => (ZSET, "zrem"),
        "zpopmin" | "bzpopmin" => (ZSET, "zpopmin"),
        "zpopmax" | "bzpopmax" => (ZSET, "zpopmax"),
        "zmpop" | "bzmpop" => (ZSET, if has("min") { "zpopmin" } else { "zpopmax" }),
        "zremrangebyrank" => (ZSET, "zremrangebyrank"),
        "zremrangebyscore" => (ZSET, "zremrangebyscore"),
        "zremrangebylex" => (ZSET, "zremrangebylex"),
        "zunionstore" => (ZSET, "zunionstore"),
        "zinterstore" => (ZSET, "zinterstore"),
        "zdiffstore" => (ZSET, "zdiffstore"),
        "zrangestore" => (ZSET, "zrangestore"),
        "georadius" | "georadiusbymember" => (ZSET, "georadiusstore"),
        "geosearchstore" => (ZSET, "geosearchstore"),
        "xadd" => (STREAM, "xadd"),
        "xtrim" | "xdel" if *reply == Reply::Integer(0) => return None,
        "xtrim" => (STREAM, "xtrim"),
        "xdel" => (STREAM, "xdel"),
        "xsetid" => (STREAM, "xsetid"),
        "xgroup|create" => (STREAM, "xgroup-create"),
        "xgroup|setid" => (STREAM, "xgroup-setid"),
        "xgroup|destroy" => (STREAM, "xgroup-destroy"),
        _ => return None,
    })
}
