//! Keys of any type: existence, expiry, names.

use resp::{Items, Reply};

use crate::command::connection::{database, int};
use crate::command::scan;
use crate::command::server::help;
use crate::command::string::invalid_expire_time;
use crate::context::{Answer, Args, Context, count, scanned, truth};
use crate::keyspace::{NEVER, Object};
use crate::messages::*;
use crate::pattern;
use crate::value::{StringValue, Value};

pub(super) fn del(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(count(args.from(1).iter().filter(|key| cx.remove(key)).count()))
}

pub(super) fn unlink(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    del(cx, args)
}

pub(super) fn exists(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(count(args.from(1).iter().filter(|key| cx.exists(key)).count()))
}

pub(super) fn touch(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(count(args.from(1).iter().filter(|key| cx.value(key).is_some()).count()))
}

pub(super) fn type_of(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(Reply::status(cx.peek(args.at(1)).map_or("none", Value::type_name)))
}

pub(super) fn expire(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    set_expiry(cx, args, "expire", 1000, true)
}

pub(super) fn pexpire(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    set_expiry(cx, args, "pexpire", 1, true)
}

pub(super) fn expireat(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    set_expiry(cx, args, "expireat", 1000, false)
}

pub(super) fn pexpireat(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    set_expiry(cx, args, "pexpireat", 1, false)
}

fn set_expiry(
    cx: &mut Context<'_>,
    args: Args<'_>,
    name: &str,
    unit_ms: i64,
    is_relative: bool,
) -> Answer {
    let options = ExpireOptions::parse(args)?;
    let base = if is_relative { cx.now_ms as i64 } else { 0 };
    let at = args
        .integer(2)?
        .checked_mul(unit_ms)
        .and_then(|ms| ms.checked_add(base))
        .ok_or_else(|| invalid_expire_time(name))?;
    // A time before 1970 is as past as one in it.
    let at = at.max(0) as u64;
    let db = cx.session.db;
    let Some(slot) = cx.find(args.at(1)) else { return Ok(truth(false)) };
    let current = cx.keyspace.object(db, slot).map_or(NEVER, Object::expires_at_ms);
    let refused = (options.nx && current != NEVER)
        || (options.xx && current == NEVER)
        || (options.gt && at <= current)
        || (options.lt && at >= current);
    if refused {
        return Ok(truth(false));
    }
    if at <= cx.now_ms {
        cx.keyspace.remove(db, slot);
    } else {
        cx.keyspace.set_expiry(db, slot, at);
    }
    Ok(truth(true))
}

/// `NX`, `XX`, `GT`, `LT`. A key that does not expire counts as expiring last.
#[derive(Default)]
struct ExpireOptions {
    nx: bool,
    xx: bool,
    gt: bool,
    lt: bool,
}

impl ExpireOptions {
    fn parse(args: Args<'_>) -> Result<Self, Failure> {
        let mut options = Self::default();
        for index in 3..args.len() {
            if args.is(index, "nx") {
                options.nx = true;
            } else if args.is(index, "xx") {
                options.xx = true;
            } else if args.is(index, "gt") {
                options.gt = true;
            } else if args.is(index, "lt") {
                options.lt = true;
            } else {
                let mut text = b"ERR Unsupported option ".to_vec();
                text.extend(args.at(index).iter().take_while(|&&byte| byte != 0));
                return Err(text.into());
            }
        }
        if options.nx && (options.xx || options.gt || options.lt) {
            return Err(NX_AND_OTHERS.into());
        }
        if options.gt && options.lt {
            return Err(GT_AND_LT.into());
        }
        Ok(options)
    }
}

pub(super) fn ttl(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let now_ms = cx.now_ms;
    Ok(expiry(cx, args, |at| (at.saturating_sub(now_ms) + 500) / 1000))
}

pub(super) fn pttl(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let now_ms = cx.now_ms;
    Ok(expiry(cx, args, |at| at.saturating_sub(now_ms)))
}

pub(super) fn expiretime(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(expiry(cx, args, |at| (at + 500) / 1000))
}

pub(super) fn pexpiretime(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(expiry(cx, args, |at| at))
}

/// -2 without the key, -1 without expiry, else what `show` makes of the time.
fn expiry(cx: &mut Context<'_>, args: Args<'_>, show: impl Fn(u64) -> u64) -> Reply {
    Reply::Integer(match cx.object(args.at(1)).map(Object::expires_at_ms) {
        None => -2,
        Some(NEVER) => -1,
        Some(at) => show(at) as i64,
    })
}

pub(super) fn persist(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let key = args.at(1);
    let expires = cx.object(key).is_some_and(|object| object.expires_at_ms() != NEVER);
    if expires && let Some(slot) = cx.find(key) {
        cx.keyspace.set_expiry(cx.session.db, slot, NEVER);
    }
    Ok(truth(expires))
}

pub(super) fn rename(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (from, to) = (args.at(1), args.at(2));
    if !cx.exists(from) {
        return Err(NO_SUCH_KEY.into());
    }
    if from != to {
        cx.remove(to);
        move_object(cx, from, cx.session.db, to);
    }
    Ok(Reply::OK)
}

pub(super) fn renamenx(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (from, to) = (args.at(1), args.at(2));
    if !cx.exists(from) {
        return Err(NO_SUCH_KEY.into());
    }
    if cx.exists(to) {
        return Ok(truth(false));
    }
    move_object(cx, from, cx.session.db, to);
    Ok(truth(true))
}

/// Gives a key another name, maybe in another database, where it does not exist.
fn move_object(cx: &mut Context<'_>, from: &[u8], to_db: usize, to: &[u8]) {
    let Some(slot) = cx.find(from) else { return };
    let Some(object) = cx.keyspace.take(cx.session.db, slot) else { return };
    cx.keyspace.insert(to_db, to, object);
}

pub(super) fn move_key(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let key = args.at(1);
    let to_db = database(cx, int(args.at(2))?).ok_or(DB_OUT_OF_RANGE)?;
    if to_db == cx.session.db {
        return Err(SAME_OBJECT.into());
    }
    if !cx.exists(key) || cx.keyspace.find(to_db, key, cx.now_ms).is_some() {
        return Ok(truth(false));
    }
    move_object(cx, key, to_db, key);
    Ok(truth(true))
}

pub(super) fn copy(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (from, to) = (args.at(1), args.at(2));
    let mut to_db = cx.session.db;
    let mut replace = false;
    let mut index = 3;
    while index < args.len() {
        if args.is(index, "replace") {
            replace = true;
        } else if args.is(index, "db") && index + 1 < args.len() {
            index += 1;
            to_db = database(cx, int(args.at(index))?).ok_or(DB_OUT_OF_RANGE)?;
        } else {
            return Err(SYNTAX.into());
        }
        index += 1;
    }
    if to_db == cx.session.db && from == to {
        return Err(SAME_OBJECT.into());
    }
    let Some(object) = cx.object(from).cloned() else { return Ok(truth(false)) };
    if let Some(slot) = cx.keyspace.find(to_db, to, cx.now_ms) {
        if !replace {
            return Ok(truth(false));
        }
        cx.keyspace.remove(to_db, slot);
    }
    cx.keyspace.insert(to_db, to, object);
    Ok(truth(true))
}

pub(super) fn keys(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let Some(database) = cx.keyspace.database(cx.session.db) else {
        return Ok(Reply::empty_array());
    };
    Ok(database
        .keys
        .iter()
        .filter(|(_, object)| object.expires_at_ms() > cx.now_ms)
        .filter(|(key, _)| pattern::matches(args.at(1), key))
        .map(|(key, _)| Reply::bulk(key))
        .collect())
}

pub(super) fn randomkey(cx: &mut Context<'_>, _: Args<'_>) -> Answer {
    let db = cx.session.db;
    // Each turn ends the search or removes an expired key.
    loop {
        let mut random = cx.keyspace.random;
        let Some(database) = cx.keyspace.database(db) else { return Ok(Reply::Nil) };
        let slot = database.keys.random(&mut random);
        cx.keyspace.random = random;
        let Some(slot) = slot else { return Ok(Reply::Nil) };
        let Some(database) = cx.keyspace.database(db) else { return Ok(Reply::Nil) };
        let key = database.keys.key(slot).unwrap_or_default().to_vec();
        if cx.exists(&key) {
            return Ok(Reply::Bulk(key));
        }
    }
}

pub(super) fn scan(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let cursor = scan::cursor(args.at(1))?;
    let options = scan::Options::parse(args, 2, true)?;
    let now_ms = cx.now_ms;
    let mut found = Items::default();
    let Some(database) = cx.keyspace.database(cx.session.db) else {
        return Ok(scanned(0, found));
    };
    let next = database.keys.scan(cursor, options.count, |key, object| {
        let is_type = options
            .type_name
            .is_none_or(|name| name.eq_ignore_ascii_case(object.value.type_name().as_bytes()));
        if is_type && object.expires_at_ms() > now_ms && options.admits(key) {
            found.push(Reply::bulk(key));
        }
    });
    Ok(scanned(next, found))
}

pub(super) fn object_encoding(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(Reply::opt_bulk(cx.peek(args.at(2)).map(Value::encoding)))
}

/// Integers up to here are objects that all keys share.
const SHARED_INTEGERS: std::ops::Range<i64> = 0..10_000;

pub(super) fn object_refcount(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(match cx.peek(args.at(2)) {
        None => Reply::Nil,
        Some(Value::String(StringValue::Integer(number))) if SHARED_INTEGERS.contains(number) => {
            Reply::Integer(i32::MAX.into())
        }
        Some(_) => Reply::Integer(1),
    })
}

pub(super) fn object_idletime(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    if !cx.exists(args.at(2)) {
        return Ok(Reply::Nil);
    }
    if counts_uses(cx) {
        return Err("ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when \
             switching between policies at runtime LRU and LFU data will take some time to adjust."
            .into());
    }
    let db = cx.session.db;
    let Some(slot) = cx.find(args.at(2)) else { return Ok(Reply::Nil) };
    let idle_s = cx.keyspace.object(db, slot).map_or(0, |object| cx.keyspace.idle_s(object));
    Ok(Reply::Integer(idle_s.into()))
}

pub(super) fn object_freq(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    if !cx.exists(args.at(2)) {
        return Ok(Reply::Nil);
    }
    if counts_uses(cx) {
        return Ok(Reply::Integer(0));
    }
    Err("ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that \
         when switching between policies at runtime LRU and LFU data will take some time to adjust."
        .into())
}

/// Whether keys with few uses would go first when memory runs out. Nothing is counted here.
fn counts_uses(cx: &Context<'_>) -> bool {
    cx.keyspace.setting("maxmemory-policy").is_some_and(|policy| policy.ends_with("lfu"))
}

pub(super) fn object_help(_: &mut Context<'_>, _: Args<'_>) -> Answer {
    Ok(help(&[
        "OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "ENCODING <key>",
        "    Return the kind of internal representation used in order to store the value",
        "    associated with a <key>.",
        "FREQ <key>",
        "    Return the access frequency index of the <key>. The returned integer is",
        "    proportional to the logarithm of the recent access frequency of the key.",
        "IDLETIME <key>",
        "    Return the idle time of the <key>, that is the approximated number of",
        "    seconds elapsed since the last access to the key.",
        "REFCOUNT <key>",
        "    Return the number of references of the value associated with the specified",
        "    <key>.",
        "HELP",
        "    Prints this help.",
    ]))
}
