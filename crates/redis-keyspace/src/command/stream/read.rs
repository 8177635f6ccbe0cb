//! `XREAD` and `XREADGROUP`, and what they do when they have waited.

use resp::Reply;

use super::group::say_consumer_made;
use super::{bulk_id, entry, strict_id};
use crate::blocking::{Attempt, Wait};
use crate::command::blocking;
use crate::context::{Answer, Args, Context, at_most};
use crate::messages::*;
use crate::value::{Group, Stream, StreamId, Value};

/// The options in front of `STREAMS`.
#[derive(Default)]
struct Options<'a> {
    /// 0 without bound.
    count: usize,
    timeout: Option<&'a [u8]>,
    deadline_ms: Option<u64>,
    reader: Option<Reader<'a>>,
}

/// On whose behalf `XREADGROUP` reads.
#[derive(Clone, Copy)]
struct Reader<'a> {
    group: &'a [u8],
    consumer: &'a [u8],
    no_ack: bool,
}

/// Where reading one stream begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    /// Behind this entry; for a group, among what is pending for the consumer.
    Behind(StreamId),
    /// With what the group has not seen: `>`.
    New,
}

pub(in crate::command) fn xread(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    read(cx, args, false)
}

pub(in crate::command) fn xreadgroup(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    read(cx, args, true)
}

fn read(cx: &mut Context<'_>, args: Args<'_>, is_group: bool) -> Answer {
    let (options, streams) = parse(cx, args, is_group)?;
    let (keys, ids) = streams.split_at(streams.len() / 2);
    let mut from = Vec::with_capacity(ids.len());
    for (key, id) in keys.iter().zip(ids) {
        from.push(beginning(cx, key, id, options.reader)?);
    }
    let mut found = Vec::new();
    for (key, &from) in keys.iter().zip(&from) {
        let entries = match (options.reader, from) {
            (None, From::Behind(id)) => entries_behind(cx, key, id, options.count)?,
            (None, From::New) => None,
            (Some(reader), From::New) => new_for_group(cx, key, reader, options.count)?,
            (Some(reader), From::Behind(id)) => {
                Some(pending_for_consumer(cx, key, reader, id, options.count)?)
            }
        };
        if let Some(entries) = entries {
            found.push((Reply::bulk(*key), entries));
        }
    }
    if !found.is_empty() {
        return Ok(by_key(cx, found));
    }
    if options.timeout.is_some() {
        let attempt = match options.reader {
            None => {
                let after = from.iter().map(|from| match from {
                    From::Behind(id) => *id,
                    From::New => StreamId::MAX,
                });
                Attempt::Read { after: after.collect(), count: options.count }
            }
            Some(reader) => Attempt::ReadGroup {
                group: reader.group.into(),
                consumer: reader.consumer.into(),
                count: options.count,
                no_ack: reader.no_ack,
            },
        };
        blocking::wait(cx, keys, options.deadline_ms, attempt);
    }
    Ok(Reply::NilArray)
}

/// The options, and what follows `STREAMS`: keys and as many ids.
fn parse<'a>(
    cx: &Context<'_>,
    args: Args<'a>,
    is_group: bool,
) -> Result<(Options<'a>, &'a [&'a [u8]]), Failure> {
    let mut options = Options::default();
    let mut no_ack = false;
    let mut index = 1;
    loop {
        if index >= args.len() {
            return Err(SYNTAX.into());
        }
        let more = args.len() - index - 1;
        if args.is(index, "block") && more > 0 {
            if cx.session.in_script {
                let mut text = b"ERR ".to_vec();
                text.extend(until_nul(args.at(0)));
                text.extend_from_slice(b" command is not allowed with BLOCK option from scripts");
                return Err(text.into());
            }
            index += 1;
            options.timeout = Some(args.at(index));
            options.deadline_ms = blocking::deadline_ms(cx, args.at(index))?;
        } else if args.is(index, "count") && more > 0 {
            index += 1;
            options.count = at_most(args.integer(index)?);
        } else if args.is(index, "streams") && more > 0 {
            break;
        } else if args.is(index, "group") && more >= 2 {
            if !is_group {
                return Err(XREAD_GROUP.into());
            }
            let (group, consumer) = (args.at(index + 1), args.at(index + 2));
            options.reader = Some(Reader { group, consumer, no_ack: false });
            index += 2;
        } else if args.is(index, "noack") {
            if !is_group {
                return Err(XREAD_NOACK.into());
            }
            no_ack = true;
        } else {
            return Err(SYNTAX.into());
        }
        index += 1;
    }
    let streams = args.from(index + 1);
    if !streams.len().is_multiple_of(2) {
        let (name, sign) = if is_group { ("XREADGROUP", '>') } else { ("XREAD", '$') };
        return Err(format!(
            "ERR Unbalanced {name} list of streams: for each stream key an ID or '{sign}' must be specified."
        )
        .into());
    }
    if is_group && options.reader.is_none() {
        return Err(XREADGROUP_NO_GROUP.into());
    }
    if let Some(reader) = &mut options.reader {
        reader.no_ack = no_ack;
    }
    Ok((options, streams))
}

/// What an id means for a key.
fn beginning(
    cx: &mut Context<'_>,
    key: &[u8],
    id: &[u8],
    reader: Option<Reader<'_>>,
) -> Result<From, Failure> {
    let stream = cx.stream(key)?;
    if let Some(reader) = reader
        && stream.is_none_or(|stream| !stream.groups.contains_key(reader.group))
    {
        let mut text = no_group_text(key, reader.group);
        text.extend_from_slice(b" in XREADGROUP with GROUP option");
        return Err(text.into());
    }
    match (id, reader.is_some()) {
        (b"$", true) => Err(XREADGROUP_LAST.into()),
        (b"$", false) => Ok(From::Behind(stream.map_or(StreamId::MIN, |stream| stream.last_id))),
        (b">", true) => Ok(From::New),
        (b">", false) => Err(XREAD_NEW.into()),
        _ => match strict_id(id)? {
            StreamId::MAX if reader.is_some() => Ok(From::New),
            id => Ok(From::Behind(id)),
        },
    }
}

/// The beginning of the error for a key or a group that is not there.
pub(super) fn no_group_text(key: &[u8], group: &[u8]) -> Vec<u8> {
    let mut text = b"NOGROUP No such key '".to_vec();
    text.extend(until_nul(key));
    text.extend_from_slice(b"' or consumer group '");
    text.extend(until_nul(group));
    text.push(b'\'');
    text
}

pub(super) fn until_nul(text: &[u8]) -> impl Iterator<Item = u8> {
    text.iter().copied().take_while(|&byte| byte != 0)
}

/// Entries behind `id`; `None` when there are none.
fn entries_behind(
    cx: &mut Context<'_>,
    key: &[u8],
    id: StreamId,
    count: usize,
) -> Result<Option<Reply>, Failure> {
    let Some(stream) = cx.stream(key)? else { return Ok(None) };
    if stream.len() == 0 || stream.last_live_id() <= id {
        return Ok(None);
    }
    let Some(start) = id.next() else { return Ok(None) };
    let entries = stream.range(start, StreamId::MAX);
    Ok(Some(entries.take(bound(count)).map(|(id, fields)| entry(id, fields)).collect()))
}

/// A count of 0 is none.
fn bound(count: usize) -> usize {
    if count == 0 { usize::MAX } else { count }
}

/// Entries that the group has not seen, which are pending for the consumer from now on; `None` when there
/// are none.
fn new_for_group(
    cx: &mut Context<'_>,
    key: &[u8],
    reader: Reader<'_>,
    count: usize,
) -> Result<Option<Reply>, Failure> {
    let Some(stream) = cx.stream(key)? else { return Ok(None) };
    let Some(group) = stream.groups.get(reader.group) else { return Ok(None) };
    if stream.len() == 0 || stream.last_live_id() <= group.last_id {
        return Ok(None);
    }
    let is_known = group.consumers().contains_key(reader.consumer);
    let now_ms = cx.now_ms;
    if !is_known {
        say_consumer_made(cx, key);
    }
    let Some(stream) = cx.stream_mut(key)? else { return Ok(None) };
    Ok(Some(give(stream, reader, count, now_ms)))
}

/// Gives the consumer what the group has not seen.
fn give(stream: &mut Stream, reader: Reader<'_>, count: usize, now_ms: u64) -> Reply {
    // The group is taken out of the stream while the stream is asked about.
    let Some((name, mut group)) = stream.groups.remove_entry(reader.group) else {
        return Reply::empty_array();
    };
    group.see(reader.consumer, now_ms);
    let mut entries = Vec::new();
    if let Some(start) = group.last_id.next() {
        for (id, fields) in stream.range(start, StreamId::MAX).take(bound(count)) {
            group.entries_read = match group.entries_read {
                // As far as a script may have set it, the counter wraps around.
                Some(read) if !stream.has_hole_from(id) => Some(read.wrapping_add(1)),
                read if stream.entries_added == 0 => read,
                _ => stream.estimate_read(id),
            };
            group.last_id = id;
            entries.push(entry(id, fields));
            if !reader.no_ack {
                group.assign(id, reader.consumer, now_ms, 1);
            }
        }
    }
    stream.groups.insert(name, group);
    entries.into()
}

/// What is pending for the consumer behind `id`: given out once more.
fn pending_for_consumer(
    cx: &mut Context<'_>,
    key: &[u8],
    reader: Reader<'_>,
    id: StreamId,
    count: usize,
) -> Answer {
    let now_ms = cx.now_ms;
    let Some(stream) = cx.stream_mut(key)? else { return Ok(Reply::empty_array()) };
    let Some((name, mut group)) = stream.groups.remove_entry(reader.group) else {
        return Ok(Reply::empty_array());
    };
    let is_new = group.see(reader.consumer, now_ms);
    let ids = pending_ids(&group, reader.consumer, id, count);
    let mut entries = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(fields) = stream.get(id) {
            entries.push(entry(id, fields));
            let deliveries = group.pending().get(id).map_or(0, |pending| pending.deliveries);
            group.assign(id, reader.consumer, now_ms, deliveries.saturating_add(1));
        } else {
            entries.push(vec![bulk_id(id), Reply::NilArray].into());
        }
    }
    stream.groups.insert(name, group);
    if is_new {
        say_consumer_made(cx, key);
    }
    Ok(entries.into())
}

fn pending_ids(group: &Group, consumer: &[u8], behind: StreamId, count: usize) -> Vec<StreamId> {
    let (Some(consumer), Some(start)) = (group.consumers().get(consumer), behind.next()) else {
        return Vec::new();
    };
    consumer.pending.range(start, StreamId::MAX).take(bound(count)).collect()
}

/// Keys and their entries: pairs, or in RESP3 a map.
fn by_key(cx: &Context<'_>, found: Vec<(Reply, Reply)>) -> Reply {
    if cx.is_resp3() {
        return Reply::Map(found.into_iter().flat_map(|(key, entries)| [key, entries]).collect());
    }
    found.into_iter().map(|(key, entries)| vec![key, entries].into()).collect()
}

/// Tries a read again after `key` has been touched.
pub(in crate::command) fn retry(
    cx: &mut Context<'_>,
    wait: &Wait,
    key: &[u8],
) -> Result<Option<Reply>, Failure> {
    let is_stream = matches!(cx.value(key), Some(Value::Stream(_)));
    let entries = match &wait.attempt {
        Attempt::Read { after, count } => {
            let after = wait.keys.iter().zip(after).find(|(name, _)| ***name == *key);
            let (true, Some((_, &after))) = (is_stream, after) else { return Ok(None) };
            entries_behind(cx, key, after, *count)?
        }
        Attempt::ReadGroup { group, consumer, count, no_ack } => {
            if !is_stream {
                return Err(STREAM_GONE.into());
            }
            if cx.stream(key)?.is_none_or(|stream| !stream.groups.contains_key(group)) {
                return Err(GROUP_GONE.into());
            }
            let reader = Reader { group, consumer, no_ack: *no_ack };
            new_for_group(cx, key, reader, *count)?
        }
        _ => None,
    };
    Ok(entries.map(|entries| by_key(cx, vec![(Reply::bulk(key), entries)])))
}
