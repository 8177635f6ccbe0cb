//! Consumer groups: `XGROUP`, what is pending, and who has it.

use resp::Reply;

use super::read::{no_group_text, until_nul};
use super::{bulk_id, entry, interval_end, interval_start, loose_id, strict_id};
use crate::command::server::help;
use crate::context::{Answer, Args, Context, at_most, count, truth};
use crate::messages::*;
use crate::notice::class;
use crate::value::{Group, Stream, StreamId};

/// `MKSTREAM` and `ENTRIESREAD` behind the id of `XGROUP CREATE` and `SETID`.
#[derive(Default)]
struct Options {
    make: bool,
    entries_read: Option<i64>,
}

impl Options {
    fn parse(args: Args<'_>, is_create: bool) -> Result<Self, Failure> {
        let mut options = Self::default();
        let mut index = 5;
        while index < args.len() {
            if is_create && args.is(index, "mkstream") {
                options.make = true;
                index += 1;
            } else if args.is(index, "entriesread") && index + 1 < args.len() {
                let number = args.integer(index + 1)?;
                if number < -1 {
                    return Err(ENTRIESREAD.into());
                }
                options.entries_read = (number >= 0).then_some(number);
                index += 2;
            } else {
                return Err(wrong_use(args, "XGROUP"));
            }
        }
        Ok(options)
    }
}

/// The error for options that a subcommand does not know.
pub(super) fn wrong_use(args: Args<'_>, command: &str) -> Failure {
    let mut text = b"ERR unknown subcommand or wrong number of arguments for '".to_vec();
    text.extend(until_nul(args.at(1)).take(128));
    text.extend_from_slice(format!("'. Try {command} HELP.").as_bytes());
    text.into()
}

/// The error for a group that is not there, in a stream that is.
pub(super) fn no_group(args: Args<'_>) -> Failure {
    let mut text = b"NOGROUP No such consumer group '".to_vec();
    text.extend(until_nul(args.at(3)));
    text.extend_from_slice(b"' for key name '");
    text.extend(until_nul(args.at(2)));
    text.push(b'\'');
    text.into()
}

pub(in crate::command) fn xgroup_create(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let options = Options::parse(args, true)?;
    let (key, name) = (args.at(2), args.at(3));
    let stream = cx.stream(key)?;
    if stream.is_none() && !options.make {
        return Err(XGROUP_NO_KEY.into());
    }
    let id = match args.at(4) {
        b"$" => stream.map_or(StreamId::MIN, |stream| stream.last_id),
        id => strict_id(id)?,
    };
    if stream.is_some_and(|stream| stream.groups.contains_key(name)) {
        return Err(GROUP_EXISTS.into());
    }
    let group = Group::new(id, options.entries_read);
    cx.stream_or_new(key)?.groups.insert(name, group);
    Ok(Reply::OK)
}

pub(in crate::command) fn xgroup_setid(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let options = Options::parse(args, false)?;
    let last_id = cx.stream(args.at(2))?.ok_or(XGROUP_NO_KEY)?.last_id;
    // The group comes first, the id afterwards.
    let group = group_mut(cx, args)?;
    let id = match args.at(4) {
        b"$" => last_id,
        id => loose_id(id, 0)?,
    };
    group.last_id = id;
    group.entries_read = options.entries_read;
    Ok(Reply::OK)
}

pub(in crate::command) fn xgroup_destroy(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let stream = cx.stream(args.at(2))?.ok_or(XGROUP_NO_KEY)?;
    if !stream.groups.contains_key(args.at(3)) {
        return Ok(truth(false));
    }
    let removed = cx.stream_mut(args.at(2))?.and_then(|stream| stream.groups.remove(args.at(3)));
    Ok(truth(removed.is_some()))
}

pub(in crate::command) fn xgroup_createconsumer(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let now_ms = cx.now_ms;
    let group = group_mut(cx, args)?;
    let is_there = group.consumers().contains_key(args.at(4));
    let is_new = !is_there && group.see(args.at(4), now_ms);
    if is_new {
        say_consumer_made(cx, args.at(2));
    }
    Ok(truth(is_new))
}

/// Tells who listens that a group of this stream has a new consumer.
pub(super) fn say_consumer_made(cx: &mut Context<'_>, key: &[u8]) {
    cx.keyspace.say(cx.session.db, key, class::STREAM, "xgroup-createconsumer");
}

pub(in crate::command) fn xgroup_delconsumer(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let group = group_mut(cx, args)?;
    let was_there = group.consumers().contains_key(args.at(4));
    let pending = group.remove_consumer(args.at(4));
    if was_there {
        cx.keyspace.say(cx.session.db, args.at(2), class::STREAM, "xgroup-delconsumer");
    }
    Ok(count(pending))
}

/// The group of `XGROUP <subcommand> <key> <group>`, to be changed.
fn group_mut<'a>(cx: &'a mut Context<'_>, args: Args<'_>) -> Result<&'a mut Group, Failure> {
    let stream = cx.stream(args.at(2))?.ok_or(XGROUP_NO_KEY)?;
    if !stream.groups.contains_key(args.at(3)) {
        return Err(no_group(args));
    }
    let stream = cx.stream_mut(args.at(2))?.ok_or(XGROUP_NO_KEY)?;
    stream.groups.get_mut(args.at(3)).ok_or_else(|| no_group(args))
}

pub(in crate::command) fn xgroup_help(_: &mut Context<'_>, _: Args<'_>) -> Answer {
    Ok(help(&[
        "XGROUP <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "CREATE <key> <groupname> <id|$> [option]",
        "    Create a new consumer group. Options are:",
        "    * MKSTREAM",
        "      Create the empty stream if it does not exist.",
        "    * ENTRIESREAD entries_read",
        "      Set the group's entries_read counter (internal use).",
        "CREATECONSUMER <key> <groupname> <consumer>",
        "    Create a new consumer in the specified group.",
        "DELCONSUMER <key> <groupname> <consumer>",
        "    Remove the specified consumer.",
        "DESTROY <key> <groupname>",
        "    Remove the specified group.",
        "SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]",
        "    Set the current group ID and entries_read counter.",
        "HELP",
        "    Prints this help.",
    ]))
}

pub(in crate::command) fn xack(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (key, name) = (args.at(1), args.at(2));
    let Some(group) = cx.stream(key)?.and_then(|stream| stream.groups.get(name)) else {
        return Ok(count(0));
    };
    let ids = args.from(3).iter().map(|id| strict_id(id)).collect::<Result<Vec<_>, _>>()?;
    if !ids.iter().any(|id| group.pending().contains_key(*id)) {
        return Ok(count(0));
    }
    let Some(group) = cx.stream_mut(key)?.and_then(|stream| stream.groups.get_mut(name)) else {
        return Ok(count(0));
    };
    Ok(count(ids.into_iter().filter(|&id| group.acknowledge(id)).count()))
}

pub(in crate::command) fn xpending(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (key, name) = (args.at(1), args.at(2));
    if args.len() == 3 {
        let group = cx.stream(key)?.and_then(|stream| stream.groups.get(name));
        return Ok(pending_summary(group.ok_or_else(|| no_group_text(key, name))?));
    }
    if !(6..=9).contains(&args.len()) {
        return Err(SYNTAX.into());
    }
    let mut at = 3;
    let mut idle_min = 0;
    if args.is(3, "idle") {
        idle_min = args.integer(4)?;
        if args.len() < 8 {
            return Err(SYNTAX.into());
        }
        at = 5;
    }
    let mut left = at_most(args.integer(at + 2)?);
    let start = interval_start(args.at(at))?;
    let end = interval_end(args.at(at + 1))?;
    let now_ms = cx.now_ms;
    let group = cx.stream(key)?.and_then(|stream| stream.groups.get(name));
    let group = group.ok_or_else(|| no_group_text(key, name))?;
    let consumer = args.0.get(at + 3);
    let mut found = Vec::new();
    if start > end {
        return Ok(found.into());
    }
    for (id, pending) in group.pending().range(start, end) {
        if left == 0 {
            break;
        }
        if consumer.is_some_and(|consumer| *pending.consumer != **consumer) {
            continue;
        }
        let idle = idle_ms(now_ms, pending.delivered_at_ms);
        if idle_min != 0 && idle < idle_min {
            continue;
        }
        left -= 1;
        found.push(
            vec![
                bulk_id(id),
                Reply::bulk(&*pending.consumer),
                Reply::Integer(idle.max(0)),
                Reply::Integer(pending.deliveries as i64),
            ]
            .into(),
        );
    }
    Ok(found.into())
}

/// Milliseconds since a delivery; negative when it lies in the future.
fn idle_ms(now_ms: u64, delivered_at_ms: u64) -> i64 {
    (now_ms as i64).wrapping_sub(delivered_at_ms as i64)
}

fn pending_summary(group: &Group) -> Reply {
    let (first, last) = (group.pending().first(), group.pending().last());
    let (Some((first, _)), Some((last, _))) = (first, last) else {
        return vec![count(0), Reply::Nil, Reply::Nil, Reply::NilArray].into();
    };
    let consumers = group.consumers().iter().filter(|(_, consumer)| !consumer.pending.is_empty());
    let consumers = consumers.map(|(name, consumer)| {
        let len = consumer.pending.len().to_string();
        Reply::from(vec![Reply::bulk(name), Reply::bulk(len)])
    });
    vec![count(group.pending().len()), bulk_id(first), bulk_id(last), consumers.collect()].into()
}

/// The options of `XCLAIM`.
#[derive(Default)]
struct Claim {
    delivered_at_ms: Option<i64>,
    deliveries: Option<i64>,
    force: bool,
    just_id: bool,
    last_id: StreamId,
}

impl Claim {
    fn parse(cx: &Context<'_>, args: Args<'_>, mut index: usize) -> Result<Self, Failure> {
        let mut claim = Self::default();
        let number = |index: usize, refusal: &'static str| {
            args.integer(index).map_err(|_| Failure::from(refusal))
        };
        while index < args.len() {
            let has_value = index + 1 < args.len();
            if args.is(index, "force") {
                claim.force = true;
            } else if args.is(index, "justid") {
                claim.just_id = true;
            } else if args.is(index, "idle") && has_value {
                index += 1;
                let idle = number(index, XCLAIM_IDLE)?;
                claim.delivered_at_ms = Some((cx.now_ms as i64).wrapping_sub(idle));
            } else if args.is(index, "time") && has_value {
                index += 1;
                claim.delivered_at_ms = Some(number(index, XCLAIM_TIME)?);
            } else if args.is(index, "retrycount") && has_value {
                index += 1;
                claim.deliveries = Some(number(index, XCLAIM_RETRYCOUNT)?);
            } else if args.is(index, "lastid") && has_value {
                index += 1;
                claim.last_id = strict_id(args.at(index))?;
            } else {
                let mut text = b"ERR Unrecognized XCLAIM option '".to_vec();
                text.extend(until_nul(args.at(index)));
                text.push(b'\'');
                return Err(text.into());
            }
            index += 1;
        }
        Ok(claim)
    }
}

/// The group that is to be changed together with its stream, taken out of it, or the error for none.
fn take_group<'a>(
    cx: &'a mut Context<'_>,
    args: Args<'_>,
) -> Result<(&'a mut Stream, Box<[u8]>, Group), Failure> {
    let (key, name) = (args.at(1), args.at(2));
    let no_group = || Failure::from(no_group_text(key, name));
    let stream = cx.stream_mut(key)?.ok_or_else(no_group)?;
    let (name, group) = stream.groups.remove_entry(name).ok_or_else(no_group)?;
    Ok((stream, name, group))
}

fn check_group(cx: &mut Context<'_>, args: Args<'_>) -> Result<(), Failure> {
    let (key, name) = (args.at(1), args.at(2));
    match cx.stream(key)? {
        Some(stream) if stream.groups.contains_key(name) => Ok(()),
        _ => Err(no_group_text(key, name).into()),
    }
}

pub(in crate::command) fn xclaim(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    check_group(cx, args)?;
    let idle_min = args.integer(4).map_err(|_| XCLAIM_IDLE_MIN)?;
    // Ids come first; the first argument that is none begins the options.
    let ids: Vec<StreamId> = args.from(5).iter().map_while(|id| StreamId::parse(id, 0)).collect();
    let claim = Claim::parse(cx, args, 5 + ids.len())?;
    let now_ms = cx.now_ms;
    let at_ms = match claim.delivered_at_ms {
        // -1 is how Redis notes that no time was given.
        Some(at) if at >= 0 && at <= now_ms as i64 => at as u64,
        _ => now_ms,
    };
    let consumer = args.at(3);
    let (stream, name, mut group) = take_group(cx, args)?;
    group.last_id = group.last_id.max(claim.last_id);
    let mut claimed = Vec::new();
    let mut has_new_consumer = false;
    for id in ids {
        let Some(fields) = stream.get(id) else {
            group.acknowledge(id);
            continue;
        };
        let before = group.pending().get(id);
        let deliveries = match before {
            None if !claim.force => continue,
            None => 1,
            Some(pending) => {
                if idle_min > 0 && idle_ms(now_ms, pending.delivered_at_ms) < idle_min {
                    continue;
                }
                pending.deliveries
            }
        };
        let deliveries = match claim.deliveries {
            Some(deliveries) if deliveries >= 0 => deliveries as u64,
            _ if claim.just_id => deliveries,
            _ => deliveries.saturating_add(1),
        };
        has_new_consumer |= group.see(consumer, now_ms);
        group.assign(id, consumer, at_ms, deliveries);
        claimed.push(if claim.just_id { bulk_id(id) } else { entry(id, fields) });
    }
    stream.groups.insert(name, group);
    if has_new_consumer {
        say_consumer_made(cx, args.at(1));
    }
    Ok(claimed.into())
}

/// Pending entries that one `XAUTOCLAIM` looks at, for each that it may claim.
const AUTOCLAIM_TRIES: usize = 10;

pub(in crate::command) fn xautoclaim(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let idle_min = args.integer(4).map_err(|_| XAUTOCLAIM_IDLE_MIN)?;
    let start = interval_start(args.at(5))?;
    let mut left = 100;
    let mut just_id = false;
    let mut index = 6;
    while index < args.len() {
        if args.is(index, "count") && index + 1 < args.len() {
            index += 1;
            left = resp::number::parse_i64(args.at(index))
                .filter(|count| (1..=CLAIM_MAX).contains(count))
                .map(at_most)
                .ok_or(CLAIM_COUNT)?;
        } else if args.is(index, "justid") {
            just_id = true;
        } else {
            return Err(SYNTAX.into());
        }
        index += 1;
    }
    check_group(cx, args)?;
    let now_ms = cx.now_ms;
    let consumer = args.at(3);
    let (stream, name, mut group) = take_group(cx, args)?;
    let mut tries = left.saturating_mul(AUTOCLAIM_TRIES);
    let mut claimed = Vec::new();
    let mut deleted = Vec::new();
    let mut has_new_consumer = false;
    let mut next = Some(start);
    let cursor = loop {
        let found = next.and_then(|next| group.pending().range(next, StreamId::MAX).next());
        let Some((id, pending)) = found else { break StreamId::MIN };
        if tries == 0 || left == 0 {
            break id;
        }
        tries -= 1;
        next = id.next();
        let Some(fields) = stream.get(id) else {
            group.acknowledge(id);
            deleted.push(bulk_id(id));
            left -= 1;
            continue;
        };
        if idle_min > 0 && idle_ms(now_ms, pending.delivered_at_ms) < idle_min {
            continue;
        }
        let deliveries = pending.deliveries.saturating_add(u64::from(!just_id));
        has_new_consumer |= group.see(consumer, now_ms);
        group.assign(id, consumer, now_ms, deliveries);
        claimed.push(if just_id { bulk_id(id) } else { entry(id, fields) });
        left -= 1;
    };
    stream.groups.insert(name, group);
    if has_new_consumer {
        say_consumer_made(cx, args.at(1));
    }
    Ok(vec![bulk_id(cursor), claimed.into(), deleted.into()].into())
}

/// The highest count that `XAUTOCLAIM` takes: as many ids as an allocation of Redis holds.
const CLAIM_MAX: i64 = i64::MAX / 16;
