//! Streams. Reading and waiting, consumer groups and `XINFO` have files of their own.

mod group;
mod info;
mod read;

pub(super) use group::{
    xack, xautoclaim, xclaim, xgroup_create, xgroup_createconsumer, xgroup_delconsumer,
    xgroup_destroy, xgroup_help, xgroup_setid, xpending,
};
pub(super) use info::{xinfo_consumers, xinfo_groups, xinfo_help, xinfo_stream};
pub(super) use read::{retry, xread, xreadgroup};

use std::cell::Cell;

use resp::Reply;

use crate::context::{Answer, Args, Context, at_most, count};
use crate::limits::{STREAM_TRIM_MAX, STREAM_TRIM_NODES};
use crate::messages::*;
use crate::notice::class;
use crate::value::{Fields, NodeLimits, Stream, StreamId, Trim};

/// An id as an argument; `<ms>` alone means its first entry.
fn strict_id(text: &[u8]) -> Result<StreamId, Failure> {
    StreamId::parse(text, 0).ok_or_else(|| STREAM_ID.into())
}

/// An id, or `-` for the first and `+` for the last. `seq` completes an id without number.
fn loose_id(text: &[u8], seq: u64) -> Result<StreamId, Failure> {
    match text {
        b"-" => Ok(StreamId::MIN),
        b"+" => Ok(StreamId::MAX),
        _ => StreamId::parse(text, seq).ok_or_else(|| STREAM_ID.into()),
    }
}

/// The beginning of an interval; `(` leaves the id itself out.
fn interval_start(text: &[u8]) -> Result<StreamId, Failure> {
    match text {
        [b'(', id @ ..] if !id.is_empty() => {
            strict_id(id)?.next().ok_or_else(|| STREAM_START.into())
        }
        id => loose_id(id, 0),
    }
}

/// The end of an interval; `(` leaves the id itself out.
fn interval_end(text: &[u8]) -> Result<StreamId, Failure> {
    match text {
        [b'(', id @ ..] if !id.is_empty() => StreamId::parse(id, u64::MAX)
            .ok_or(STREAM_ID)?
            .previous()
            .ok_or_else(|| STREAM_END.into()),
        id => loose_id(id, u64::MAX),
    }
}

/// An id and its fields, as `XRANGE` shows an entry.
fn entry(id: StreamId, fields: &Fields) -> Reply {
    let fields: Reply = fields.iter().map(|field| Reply::bulk(&**field)).collect();
    vec![bulk_id(id), fields].into()
}

fn bulk_id(id: StreamId) -> Reply {
    Reply::Bulk(id.to_text())
}

/// The options of `XADD` and `XTRIM`.
#[derive(Default)]
struct Options {
    no_make: bool,
    trim: Option<Trim>,
    is_approximate: bool,
    /// `None` without `LIMIT`.
    limit: Option<i64>,
}

impl Options {
    /// Reads options from argument `index` on. In `XADD` they end with the id, whose index is answered.
    fn parse(args: Args<'_>, mut index: usize, is_add: bool) -> Result<(Self, usize), Failure> {
        let mut options = Self::default();
        while index < args.len() {
            let has_value = index + 1 < args.len();
            if is_add && args.at(index) == b"*" {
                break;
            } else if has_value && (args.is(index, "maxlen") || args.is(index, "minid")) {
                if options.trim.is_some() {
                    return Err(TRIM_TWICE.into());
                }
                let is_len = args.is(index, "maxlen");
                let operator = args.at(index + 1);
                let has_operator = index + 2 < args.len() && matches!(operator, b"~" | b"=");
                options.is_approximate = has_operator && operator == b"~";
                index += 1 + usize::from(has_operator);
                options.trim = Some(if is_len {
                    let len = args.integer(index)?;
                    if len < 0 {
                        return Err(TRIM_MAXLEN.into());
                    }
                    Trim::MaxLen(at_most(len))
                } else {
                    Trim::MinId(strict_id(args.at(index))?)
                });
            } else if has_value && args.is(index, "limit") {
                index += 1;
                let limit = args.integer(index)?;
                if limit < 0 {
                    return Err(TRIM_LIMIT.into());
                }
                options.limit = Some(limit);
            } else if is_add && args.is(index, "nomkstream") {
                options.no_make = true;
            } else if is_add {
                // The id, which has to be one.
                StreamId::parse_open(args.at(index), 0, &Cell::new(false)).ok_or(STREAM_ID)?;
                break;
            } else {
                return Err(SYNTAX.into());
            }
            index += 1;
        }
        if options.limit.is_some_and(|limit| limit > 0) && options.trim.is_none() {
            return Err(TRIM_LIMIT_ALONE.into());
        }
        if !is_add && options.trim.is_none() {
            return Err(TRIM_MISSING.into());
        }
        if options.limit.is_some() && !options.is_approximate {
            return Err(TRIM_LIMIT_EXACT.into());
        }
        Ok((options, index))
    }

    /// Trims, and answers how many entries are gone.
    fn trim(&self, stream: &mut Stream, limits: NodeLimits) -> usize {
        let limit = match (self.is_approximate, self.limit) {
            (false, _) | (true, Some(0)) => None,
            (true, Some(limit)) => Some(at_most(limit)),
            (true, None) => Some(match limits.len_max * STREAM_TRIM_NODES {
                0 => 100 * STREAM_TRIM_NODES,
                limit => limit.min(STREAM_TRIM_MAX),
            }),
        };
        self.trim.map_or(0, |trim| stream.trim(trim, self.is_approximate, limit))
    }
}

pub(super) fn xadd(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (options, at) = Options::parse(args, 2, true)?;
    let (pairs, rest) = args.from(at + 1).as_chunks::<2>();
    if pairs.is_empty() || !rest.is_empty() {
        return Err(XADD_ARITY.into());
    }
    let is_open = Cell::new(false);
    let wanted = match args.at(at) {
        b"*" => None,
        id => Some(StreamId::parse_open(id, 0, &is_open).ok_or(STREAM_ID)?),
    };
    if wanted == Some(StreamId::MIN) && !is_open.get() {
        return Err(XADD_ZERO.into());
    }
    let key = args.at(1);
    let last = match cx.stream(key)? {
        None if options.no_make => return Ok(Reply::Nil),
        None => StreamId::MIN,
        Some(stream) => stream.last_id,
    };
    if last == StreamId::MAX {
        return Err(XADD_EXHAUSTED.into());
    }
    let id = match wanted {
        None if cx.now_ms > last.ms => Some(StreamId { ms: cx.now_ms, seq: 0 }),
        None => last.next(),
        Some(id) if is_open.get() && id.ms == last.ms => {
            Some(StreamId { seq: last.seq.checked_add(1).ok_or(XADD_NUMBERS_USED)?, ..id })
        }
        Some(id) => Some(id),
    };
    let id = id.filter(|&id| id > last).ok_or(XADD_SMALL)?;
    let fields: Fields = pairs.as_flattened().iter().map(|&field| field.into()).collect();
    let limits = cx.thresholds().stream_node;
    let stream = cx.stream_or_new(key)?;
    stream.push(id, fields, limits);
    if options.trim(stream, limits) > 0 {
        cx.keyspace.say(cx.session.db, key, class::STREAM, "xtrim");
    }
    Ok(bulk_id(id))
}

pub(super) fn xtrim(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (options, _) = Options::parse(args, 2, false)?;
    let limits = cx.thresholds().stream_node;
    Ok(count(cx.stream_mut(args.at(1))?.map_or(0, |stream| options.trim(stream, limits))))
}

pub(super) fn xlen(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(count(cx.stream(args.at(1))?.map_or(0, Stream::len)))
}

pub(super) fn xdel(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let key = args.at(1);
    if cx.stream(key)?.is_none() {
        return Ok(count(0));
    }
    let ids = args.from(2).iter().map(|id| strict_id(id)).collect::<Result<Vec<_>, _>>()?;
    let is_there = |stream: &Stream| ids.iter().any(|&id| stream.get(id).is_some());
    if !cx.stream(key)?.is_some_and(is_there) {
        return Ok(count(0));
    }
    let Some(stream) = cx.stream_mut(key)? else { return Ok(count(0)) };
    Ok(count(ids.into_iter().filter(|&id| stream.delete(id)).count()))
}

pub(super) fn xrange(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    range(cx, args, args.at(2), args.at(3), false)
}

pub(super) fn xrevrange(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    range(cx, args, args.at(3), args.at(2), true)
}

fn range(
    cx: &mut Context<'_>,
    args: Args<'_>,
    start: &[u8],
    end: &[u8],
    is_reversed: bool,
) -> Answer {
    let start = interval_start(start)?;
    let end = interval_end(end)?;
    let mut wanted = usize::MAX;
    let mut index = 4;
    while index < args.len() {
        if !args.is(index, "count") || index + 1 >= args.len() {
            return Err(SYNTAX.into());
        }
        wanted = at_most(args.integer(index + 1)?);
        index += 2;
    }
    let Some(stream) = cx.stream(args.at(1))? else { return Ok(Reply::empty_array()) };
    if wanted == 0 {
        return Ok(Reply::NilArray);
    }
    let entries = stream.range(start, end);
    let show = |(id, fields): (StreamId, &Fields)| entry(id, fields);
    Ok(if is_reversed {
        entries.rev().take(wanted).map(show).collect()
    } else {
        entries.take(wanted).map(show).collect()
    })
}

pub(super) fn xsetid(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let id = strict_id(args.at(2))?;
    let mut added = None;
    let mut deleted = StreamId::MIN;
    let mut index = 3;
    while index < args.len() {
        let has_value = index + 1 < args.len();
        if args.is(index, "entriesadded") && has_value {
            let number = args.integer(index + 1)?;
            if number < 0 {
                return Err(XSETID_ADDED.into());
            }
            added = Some(number);
        } else if args.is(index, "maxdeletedid") && has_value {
            deleted = strict_id(args.at(index + 1))?;
            if id < deleted {
                return Err(XSETID_DELETED.into());
            }
        } else {
            return Err(SYNTAX.into());
        }
        index += 2;
    }
    let key = args.at(1);
    let stream = cx.stream(key)?.ok_or(NO_SUCH_KEY)?;
    if stream.len() > 0 {
        if id < stream.last_live_id() {
            return Err(XSETID_TOP.into());
        }
        if added.is_some_and(|added| stream.len() as i64 > added) {
            return Err(XSETID_LENGTH.into());
        }
    }
    if let Some(stream) = cx.stream_mut(key)? {
        stream.last_id = id;
        if let Some(added) = added {
            stream.entries_added = added;
        }
        if deleted != StreamId::MIN {
            stream.max_deleted_id = deleted;
        }
    }
    Ok(Reply::OK)
}
