//! Strings.

mod lcs;
pub(super) use lcs::lcs;

use resp::Reply;

use crate::context::{Answer, Args, Context, count, integer, truth};
use crate::keyspace::{NEVER, Object};
use crate::long_double::{LongDouble, Parsed};
use crate::messages::*;
use crate::value::{StringValue, Value};

pub(super) fn get(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(Reply::opt_bulk(cx.string(args.at(1))?.map(StringValue::to_vec)))
}

pub(super) fn set(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let options = Options::parse(args, 3, true)?;
    let expires_at_ms = match &options.expiry {
        Expiry::At(time) => time.resolve(cx, "set")?,
        _ => NEVER,
    };
    let key = args.at(1);
    let old = if options.get { Some(get(cx, args)?) } else { None };
    if options.condition.is_some_and(|must_exist| must_exist != cx.exists(key)) {
        return Ok(old.unwrap_or(Reply::Nil));
    }
    let expires_at_ms = match options.expiry {
        Expiry::Keep => cx.object(key).map_or(NEVER, Object::expires_at_ms),
        _ => expires_at_ms,
    };
    cx.set(key, StringValue::new(args.at(2)), expires_at_ms);
    Ok(old.unwrap_or(Reply::OK))
}

pub(super) fn setnx(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let is_new = !cx.exists(args.at(1));
    if is_new {
        cx.set(args.at(1), StringValue::new(args.at(2)), NEVER);
    }
    Ok(truth(is_new))
}

pub(super) fn setex(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let time = Time { text: args.at(2), is_seconds: true, is_relative: true };
    set_with_time(cx, args, time, "setex")
}

pub(super) fn psetex(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let time = Time { text: args.at(2), is_seconds: false, is_relative: true };
    set_with_time(cx, args, time, "psetex")
}

fn set_with_time(cx: &mut Context<'_>, args: Args<'_>, time: Time<'_>, name: &str) -> Answer {
    let expires_at_ms = time.resolve(cx, name)?;
    cx.set(args.at(1), StringValue::new(args.at(3)), expires_at_ms);
    Ok(Reply::OK)
}

pub(super) fn getset(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let old = get(cx, args)?;
    cx.set(args.at(1), StringValue::new(args.at(2)), NEVER);
    Ok(old)
}

pub(super) fn getdel(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let old = get(cx, args)?;
    cx.remove(args.at(1));
    Ok(old)
}

pub(super) fn getex(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let options = Options::parse(args, 2, false)?;
    let key = args.at(1);
    let value = get(cx, args)?;
    let Some(slot) = cx.find(key) else { return Ok(value) };
    let db = cx.session.db;
    match options.expiry {
        Expiry::At(time) => {
            let expires_at_ms = time.resolve(cx, "getex")?;
            if expires_at_ms <= cx.now_ms {
                cx.remove(key);
            } else {
                cx.keyspace.set_expiry(db, slot, expires_at_ms);
            }
        }
        Expiry::Persist => {
            if cx.object(key).is_some_and(|object| object.expires_at_ms() != NEVER) {
                cx.keyspace.set_expiry(db, slot, NEVER);
            }
        }
        Expiry::None | Expiry::Keep => {}
    }
    Ok(value)
}

pub(super) fn mget(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let get = |key: &&[u8]| match cx.value(key) {
        Some(Value::String(string)) => Reply::Bulk(string.to_vec()),
        _ => Reply::Nil,
    };
    Ok(args.from(1).iter().map(get).collect())
}

pub(super) fn mset(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    set_all(cx, args, "ERR wrong number of arguments for 'mset' command")?;
    Ok(Reply::OK)
}

pub(super) fn msetnx(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let is_new = args.from(1).iter().step_by(2).all(|key| !cx.exists(key));
    if is_new || args.len().is_multiple_of(2) {
        set_all(cx, args, "ERR wrong number of arguments for 'msetnx' command")?;
    }
    Ok(truth(is_new))
}

fn set_all(cx: &mut Context<'_>, args: Args<'_>, refusal: &'static str) -> Result<(), Failure> {
    let (pairs, rest) = args.from(1).as_chunks::<2>();
    if !rest.is_empty() {
        return Err(refusal.into());
    }
    for [key, value] in pairs {
        cx.set(key, StringValue::new(value), NEVER);
    }
    Ok(())
}

pub(super) fn append(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (key, tail) = (args.at(1), args.at(2));
    let Some(size) = cx.string(key)?.map(StringValue::len) else {
        cx.set(key, StringValue::new(tail), NEVER);
        return Ok(count(tail.len()));
    };
    check_size(cx, size, tail.len())?;
    if let Some(string) = cx.string_mut(key)? {
        string.edit(|bytes| bytes.extend_from_slice(tail));
    }
    Ok(count(size + tail.len()))
}

/// Refuses a string that would end `size` bytes behind `offset` if that is too long.
pub(super) fn check_size(cx: &Context<'_>, offset: usize, size: usize) -> Result<(), Failure> {
    match offset.checked_add(size) {
        Some(sum) if sum <= cx.keyspace.config().string_size_max => Ok(()),
        _ => Err(STRING_TOO_LONG.into()),
    }
}

pub(super) fn strlen(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(count(cx.string(args.at(1))?.map_or(0, StringValue::len)))
}

pub(super) fn incr(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    add(cx, args.at(1), 1)
}

pub(super) fn decr(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    add(cx, args.at(1), -1)
}

pub(super) fn incrby(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let increment = args.integer(2)?;
    add(cx, args.at(1), increment)
}

pub(super) fn decrby(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let decrement = args.integer(2)?;
    add(cx, args.at(1), decrement.checked_neg().ok_or(DECREMENT_OVERFLOW)?)
}

fn add(cx: &mut Context<'_>, key: &[u8], increment: i64) -> Answer {
    let old = match cx.string(key)? {
        Some(string) => string.as_integer().ok_or(NOT_AN_INTEGER)?,
        None => 0,
    };
    let sum = old.checked_add(increment).ok_or(INCREMENT_OVERFLOW)?;
    match cx.string_mut(key)? {
        Some(string) => *string = StringValue::Integer(sum),
        None => cx.set(key, StringValue::Integer(sum), NEVER),
    }
    Ok(Reply::Integer(sum))
}

pub(super) fn incrbyfloat(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let key = args.at(1);
    let old = match cx.string(key)? {
        Some(string) => LongDouble::parse(&string.bytes()).ok_or(NOT_A_FLOAT)?,
        None => LongDouble::parse(b"0").ok_or(NOT_A_FLOAT)?,
    };
    let increment = LongDouble::parse(args.at(2)).ok_or(NOT_A_FLOAT)?;
    let text = add_floats(old, increment).ok_or(INCREMENT_NOT_FINITE)?;
    match cx.string_mut(key)? {
        Some(string) => *string = StringValue::text(&text),
        None => cx.set(key, StringValue::text(&text), NEVER),
    }
    Ok(Reply::Bulk(text))
}

/// The text of a sum; `None` when it is not finite.
pub(super) fn add_floats(left: Parsed, right: Parsed) -> Option<Vec<u8>> {
    match (left, right) {
        (Parsed::Finite(left), Parsed::Finite(right)) => left.add(right).map(LongDouble::to_text),
        _ => None,
    }
}

pub(super) fn setrange(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (key, patch) = (args.at(1), args.at(3));
    let offset = usize::try_from(args.integer(2)?).map_err(|_| OFFSET_OUT_OF_RANGE)?;
    let size = cx.string(key)?.map(StringValue::len);
    if patch.is_empty() {
        return Ok(count(size.unwrap_or(0)));
    }
    check_size(cx, offset, patch.len())?;
    edit_bytes(cx, key, offset + patch.len(), |bytes| {
        if let Some(room) = bytes.get_mut(offset..offset + patch.len()) {
            room.copy_from_slice(patch);
        }
        Ok(count(bytes.len()))
    })
}

/// Changes the bytes of a string, new or not; zeros are added up to `size_min` before.
pub(super) fn edit_bytes(
    cx: &mut Context<'_>,
    key: &[u8],
    size_min: usize,
    change: impl FnOnce(&mut Vec<u8>) -> Answer,
) -> Answer {
    if cx.string(key)?.is_none() {
        let mut bytes = vec![0; size_min];
        let answer = change(&mut bytes)?;
        cx.set(key, StringValue::Changed(bytes), NEVER);
        return Ok(answer);
    }
    cx.string_mut(key)?.ok_or(WRONGTYPE)?.edit(|bytes| {
        if bytes.len() < size_min {
            bytes.resize(size_min, 0);
        }
        change(bytes)
    })
}

pub(super) fn getrange(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (start, end) = (args.integer(2)?, args.integer(3)?);
    let Some(string) = cx.string(args.at(1))? else { return Ok(Reply::bulk("")) };
    let bytes = string.bytes();
    if start < 0 && end < 0 && start > end {
        return Ok(Reply::bulk(""));
    }
    // Unlike elsewhere, an end before the beginning means the first byte.
    let size = bytes.len() as i64;
    let from_end = |index: i64| if index < 0 { index.saturating_add(size).max(0) } else { index };
    let (start, end) = (from_end(start), from_end(end).min(size - 1));
    if start > end {
        return Ok(Reply::bulk(""));
    }
    Ok(Reply::bulk(bytes.get(start as usize..=end as usize).unwrap_or_default()))
}

pub(super) fn substr(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    getrange(cx, args)
}

/// The options of `SET` and `GETEX`.
struct Options<'a> {
    /// `NX` (must not exist) or `XX` (must exist).
    condition: Option<bool>,
    get: bool,
    expiry: Expiry<'a>,
}

enum Expiry<'a> {
    None,
    Keep,
    Persist,
    At(Time<'a>),
}

/// A time as an argument.
struct Time<'a> {
    text: &'a [u8],
    is_seconds: bool,
    is_relative: bool,
}

impl<'a> Options<'a> {
    fn parse(args: Args<'a>, mut index: usize, is_set: bool) -> Result<Self, Failure> {
        let mut options = Self { condition: None, get: false, expiry: Expiry::None };
        // The time option seen; it may be repeated, but not mixed with another.
        let mut unit = None;
        while index < args.len() {
            let time = [
                ("ex", true, true),
                ("px", false, true),
                ("exat", true, false),
                ("pxat", false, false),
            ]
            .into_iter()
            .find(|(name, ..)| args.is(index, name));
            if is_set && args.is(index, "nx") && options.condition != Some(true) {
                options.condition = Some(false);
            } else if is_set && args.is(index, "xx") && options.condition != Some(false) {
                options.condition = Some(true);
            } else if is_set && args.is(index, "get") {
                options.get = true;
            } else if is_set && args.is(index, "keepttl") && unit.is_none() {
                options.expiry = Expiry::Keep;
            } else if !is_set && args.is(index, "persist") && unit.is_none() {
                options.expiry = Expiry::Persist;
            } else if let Some((name, is_seconds, is_relative)) = time
                && index + 1 < args.len()
                && unit.is_none_or(|other| other == name)
                && !matches!(options.expiry, Expiry::Keep | Expiry::Persist)
            {
                unit = Some(name);
                index += 1;
                options.expiry = Expiry::At(Time { text: args.at(index), is_seconds, is_relative });
            } else {
                return Err(SYNTAX.into());
            }
            index += 1;
        }
        Ok(options)
    }
}

impl Time<'_> {
    /// The moment in Unix milliseconds.
    fn resolve(&self, cx: &Context<'_>, command: &str) -> Result<u64, Failure> {
        let number = integer(self.text)?;
        let milliseconds = if self.is_seconds { number.checked_mul(1000) } else { Some(number) };
        let base = if self.is_relative { cx.now_ms as i64 } else { 0 };
        milliseconds
            .filter(|&ms| ms > 0)
            .and_then(|ms| ms.checked_add(base))
            .map(|ms| ms as u64)
            .ok_or_else(|| invalid_expire_time(command))
    }
}

pub(super) fn invalid_expire_time(command: &str) -> Failure {
    format!("ERR invalid expire time in '{command}' command").into()
}
