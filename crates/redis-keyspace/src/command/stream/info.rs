//! `XINFO`.

use resp::Reply;

use super::group::{no_group, wrong_use};
use super::{bulk_id, entry};
use crate::command::server::help;
use crate::context::{Answer, Args, Context, at_most, count};
use crate::messages::*;
use crate::value::{Group, Stream, StreamId};

pub(in crate::command) fn xinfo_stream(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let is_resp3 = cx.is_resp3();
    let stream = cx.stream(args.at(2))?.ok_or(NO_SUCH_KEY)?;
    if args.len() == 3 {
        return Ok(summary(stream, is_resp3));
    }
    if args.len() == 5 || args.len() > 6 || !args.is(3, "full") {
        return Err(wrong_use(args, "XINFO"));
    }
    let mut shown_max = 10;
    if args.len() == 6 {
        if !args.is(4, "count") {
            return Err(wrong_use(args, "XINFO"));
        }
        shown_max = match args.integer(5)? {
            0 => usize::MAX,
            ..0 => 10,
            number => at_most(number),
        };
    }
    Ok(full(stream, shown_max, is_resp3))
}

/// Names and values: a map, or in RESP2 an array.
fn map(items: Vec<(&'static str, Reply)>, is_resp3: bool) -> Reply {
    let items: Vec<Reply> =
        items.into_iter().flat_map(|(name, value)| [Reply::bulk(name), value]).collect();
    if is_resp3 { Reply::Map(items.into()) } else { items.into() }
}

/// What both forms begin with.
fn facts(stream: &Stream) -> Vec<(&'static str, Reply)> {
    vec![
        ("length", count(stream.len())),
        ("radix-tree-keys", count(stream.nodes_len())),
        ("radix-tree-nodes", count(stream.radix_nodes_len())),
        ("last-generated-id", bulk_id(stream.last_id)),
        ("max-deleted-entry-id", bulk_id(stream.max_deleted_id)),
        ("entries-added", Reply::Integer(stream.entries_added)),
        ("recorded-first-entry-id", bulk_id(stream.first_id())),
    ]
}

fn summary(stream: &Stream, is_resp3: bool) -> Reply {
    let mut entries = stream.range(StreamId::MIN, StreamId::MAX);
    let first = entries.next();
    let last = entries.next_back().or(first);
    let show = |found: Option<_>| found.map_or(Reply::Nil, |(id, fields)| entry(id, fields));
    let mut items = facts(stream);
    items.push(("groups", count(stream.groups.len())));
    items.push(("first-entry", show(first)));
    items.push(("last-entry", show(last)));
    map(items, is_resp3)
}

fn full(stream: &Stream, shown_max: usize, is_resp3: bool) -> Reply {
    let entries = stream.range(StreamId::MIN, StreamId::MAX);
    let entries = entries.take(shown_max).map(|(id, fields)| entry(id, fields)).collect();
    let groups = stream
        .groups
        .iter()
        .map(|(name, group)| full_group(stream, name, group, shown_max, is_resp3))
        .collect();
    let mut items = facts(stream);
    items.push(("entries", entries));
    items.push(("groups", groups));
    map(items, is_resp3)
}

fn full_group(
    stream: &Stream,
    name: &[u8],
    group: &Group,
    shown_max: usize,
    is_resp3: bool,
) -> Reply {
    let pending = group.pending().iter().take(shown_max).map(|(id, pending)| {
        Reply::from(vec![
            bulk_id(id),
            Reply::bulk(&*pending.consumer),
            Reply::Integer(pending.delivered_at_ms as i64),
            Reply::Integer(pending.deliveries as i64),
        ])
    });
    let consumers = group.consumers().iter().map(|(name, consumer)| {
        let pending = consumer.pending.iter().take(shown_max).filter_map(|id| {
            let pending = group.pending().get(id)?;
            Some(Reply::from(vec![
                bulk_id(id),
                Reply::Integer(pending.delivered_at_ms as i64),
                Reply::Integer(pending.deliveries as i64),
            ]))
        });
        let items = vec![
            ("name", Reply::bulk(name)),
            ("seen-time", Reply::Integer(consumer.seen_at_ms as i64)),
            ("pel-count", count(consumer.pending.len())),
            ("pending", pending.collect()),
        ];
        map(items, is_resp3)
    });
    let items = vec![
        ("name", Reply::bulk(name)),
        ("last-delivered-id", bulk_id(group.last_id)),
        ("entries-read", opt_integer(group.entries_read)),
        ("lag", opt_integer(stream.lag(group))),
        ("pel-count", count(group.pending().len())),
        ("pending", pending.collect()),
        ("consumers", consumers.collect()),
    ];
    map(items, is_resp3)
}

fn opt_integer(number: Option<i64>) -> Reply {
    number.map_or(Reply::Nil, Reply::Integer)
}

pub(in crate::command) fn xinfo_groups(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let is_resp3 = cx.is_resp3();
    let stream = cx.stream(args.at(2))?.ok_or(NO_SUCH_KEY)?;
    let groups = stream.groups.iter().map(|(name, group)| {
        let items = vec![
            ("name", Reply::bulk(name)),
            ("consumers", count(group.consumers().len())),
            ("pending", count(group.pending().len())),
            ("last-delivered-id", bulk_id(group.last_id)),
            ("entries-read", opt_integer(group.entries_read)),
            ("lag", opt_integer(stream.lag(group))),
        ];
        map(items, is_resp3)
    });
    Ok(groups.collect())
}

pub(in crate::command) fn xinfo_consumers(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (is_resp3, now_ms) = (cx.is_resp3(), cx.now_ms);
    let stream = cx.stream(args.at(2))?.ok_or(NO_SUCH_KEY)?;
    let group = stream.groups.get(args.at(3)).ok_or_else(|| no_group(args))?;
    let consumers = group.consumers().iter().map(|(name, consumer)| {
        let items = vec![
            ("name", Reply::bulk(name)),
            ("pending", count(consumer.pending.len())),
            ("idle", Reply::Integer(now_ms.saturating_sub(consumer.seen_at_ms) as i64)),
        ];
        map(items, is_resp3)
    });
    Ok(consumers.collect())
}

pub(in crate::command) fn xinfo_help(_: &mut Context<'_>, _: Args<'_>) -> Answer {
    Ok(help(&[
        "XINFO <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "CONSUMERS <key> <groupname>",
        "    Show consumers of <groupname>.",
        "GROUPS <key>",
        "    Show the stream consumer groups.",
        "STREAM <key> [FULL [COUNT <count>]",
        "    Show information about the stream.",
        "HELP",
        "    Prints this help.",
    ]))
}
