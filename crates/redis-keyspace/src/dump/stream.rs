//! A stream as bytes: its nodes, what it remembers, its groups.
//!
//! ```text
//! nodes: count, then for each its id and a listpack
//!     listpack: live | deleted | fields: count, names | 0 | entry ...
//!     entry: flags | ms - ms of the node | seq - seq of the node | values, or count, fields and values | elements
//! number of entries | last id | first id | greatest deleted id | entries ever added      the last three since 7.0
//! groups: count, then for each
//!     name | last id | entries read (since 7.0)
//!     pending: count, then for each its id | time of delivery | deliveries
//!     consumers: count, then for each its name | when it was seen | ids that are pending for it
//! ```
//!
//! Ids of nodes and of what is pending have 16 bytes, big-endian; times 8, little-endian; all other numbers are lengths.
//! Deleted entries are not written: their bytes are gone.

#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use ordered::IdMap;

use super::{Reader, Writer, listpack};
use crate::value::{Fields, Group, Node, Stream, StreamId};

/// An entry that is there no more.
const DELETED: i64 = 1;
/// What the names of fields may grow to when each entry has its own: so many bytes for each of the payload, but so many
/// at least. Nodes as Redis makes them stay far below.
const UNPACKED_PER_BYTE: usize = 64;
const UNPACKED_MIN: usize = 1 << 20;
/// An entry with the fields of the one that began the node.
const SAME_FIELDS: i64 = 2;

pub(super) fn put(stream: &Stream, out: &mut Writer) {
    out.put_len(stream.nodes_len());
    for node in stream.nodes() {
        out.put_string(&node.id().to_bytes());
        out.put_string(&pack(node));
    }
    out.put_len(stream.len());
    for id in [stream.last_id, stream.first_id(), stream.max_deleted_id] {
        put_id(id, out);
    }
    out.put_number(stream.entries_added as u64);
    out.put_len(stream.groups.len());
    for (name, group) in stream.groups.iter() {
        out.put_string(name);
        put_id(group.last_id, out);
        out.put_number(group.entries_read.unwrap_or(-1) as u64);
        out.put_len(group.pending().len());
        for (id, pending) in group.pending().iter() {
            out.out.extend_from_slice(&id.to_bytes());
            out.out.extend_from_slice(&pending.delivered_at_ms.to_le_bytes());
            out.put_number(pending.deliveries);
        }
        out.put_len(group.consumers().len());
        for (name, consumer) in group.consumers().iter() {
            out.put_string(name);
            out.out.extend_from_slice(&consumer.seen_at_ms.to_le_bytes());
            out.put_len(consumer.pending.len());
            for id in consumer.pending.iter() {
                out.out.extend_from_slice(&id.to_bytes());
            }
        }
    }
}

fn put_id(id: StreamId, out: &mut Writer) {
    out.put_number(id.ms);
    out.put_number(id.seq);
}

fn pack(node: &Node) -> Vec<u8> {
    let mut pack = listpack::Writer::default();
    pack.push_integer(node.live() as i64);
    pack.push_integer(0);
    pack.push_integer(node.names().len() as i64);
    node.names().iter().for_each(|name| pack.push(name));
    pack.push_integer(0);
    for (id, fields) in node.entries() {
        let pairs = fields.len() / 2;
        let is_same = pairs == node.names().len() && fields.iter().step_by(2).eq(node.names());
        pack.push_integer(if is_same { SAME_FIELDS } else { 0 });
        pack.push_integer(id.ms.wrapping_sub(node.id().ms) as i64);
        pack.push_integer(id.seq.wrapping_sub(node.id().seq) as i64);
        let elements = if is_same {
            fields.iter().skip(1).step_by(2).for_each(|value| pack.push(value));
            pairs.saturating_add(3)
        } else {
            pack.push_integer(pairs as i64);
            fields.iter().for_each(|field| pack.push(field));
            fields.len().saturating_add(4)
        };
        pack.push_integer(elements as i64);
    }
    pack.finish()
}

/// `has_counts`: in the form of 7.0, not of 5.0.
pub(super) fn read(reader: &mut Reader<'_>, has_counts: bool) -> Option<Stream> {
    let mut stream = Stream::default();
    let mut budget =
        reader.rest.len().saturating_mul(UNPACKED_PER_BYTE).saturating_add(UNPACKED_MIN);
    for _ in 0..reader.len()? {
        let id = StreamId::from_bytes(*reader.string()?.as_array()?);
        if !stream.push_node(unpack(id, &reader.string()?, &mut budget)?) {
            return None;
        }
    }
    if reader.number()? != stream.len() as u64 {
        return None;
    }
    stream.last_id = read_id(reader)?;
    if has_counts {
        read_id(reader)?;
        stream.max_deleted_id = read_id(reader)?;
        stream.entries_added = reader.number()? as i64;
    } else {
        stream.entries_added = stream.len() as i64;
    }
    if stream.last_live_id() > stream.last_id {
        return None;
    }
    for _ in 0..reader.len()? {
        let name = reader.string()?;
        let group = read_group(reader, &stream, has_counts)?;
        if stream.groups.insert(name, group).is_some() {
            return None;
        }
    }
    Some(stream)
}

fn read_id(reader: &mut Reader<'_>) -> Option<StreamId> {
    Some(StreamId { ms: reader.number()?, seq: reader.number()? })
}

fn read_group(reader: &mut Reader<'_>, stream: &Stream, has_counts: bool) -> Option<Group> {
    let last_id = read_id(reader)?;
    let entries_read = if has_counts {
        Some(reader.number()? as i64).filter(|read| *read != -1)
    } else {
        stream.estimate_read(last_id)
    };
    let mut group = Group::new(last_id, entries_read);
    let mut pending = IdMap::default();
    for _ in 0..reader.len()? {
        let id = StreamId::from_bytes(reader.array()?);
        let delivered_at_ms = u64::from_le_bytes(reader.array()?);
        if pending.insert(id, (delivered_at_ms, reader.number()?)).is_some() {
            return None;
        }
    }
    for _ in 0..reader.len()? {
        let name = reader.string()?;
        if !group.see(&name, u64::from_le_bytes(reader.array()?)) {
            return None;
        }
        for _ in 0..reader.len()? {
            let id = StreamId::from_bytes(reader.array()?);
            let (delivered_at_ms, deliveries) = pending.remove(id)?;
            group.assign(id, &name, delivered_at_ms, deliveries);
        }
    }
    // What is pending is pending for someone.
    pending.is_empty().then_some(group)
}

/// `budget` is for the names that entries share in a listpack and not here.
fn unpack(id: StreamId, bytes: &[u8], budget: &mut usize) -> Option<Node> {
    let mut rest = listpack::read(bytes)?.into_iter();
    let mut next = || rest.next();
    let integer = |text: Option<Vec<u8>>| resp::number::parse_i64(&text?);
    let live = usize::try_from(integer(next())?).ok()?;
    let deleted = usize::try_from(integer(next())?).ok()?;
    let names = integer(next())?;
    let names: Box<[Box<[u8]>]> =
        (0..names).map(|_| next().map(Vec::into_boxed_slice)).collect::<Option<_>>()?;
    if integer(next())? != 0 {
        return None;
    }
    let names_size = names.iter().map(|name| name.len().saturating_add(1)).sum::<usize>();
    let mut node = Node::empty(id, names.clone());
    for _ in 0..live.checked_add(deleted)? {
        let flags = integer(next())?;
        let own = StreamId {
            ms: id.ms.wrapping_add(integer(next())? as u64),
            seq: id.seq.wrapping_add(integer(next())? as u64),
        };
        if own < id || (node.live() > 0 && own <= node.last_id()) {
            return None;
        }
        let mut fields: Vec<Box<[u8]>> = Vec::new();
        if flags & SAME_FIELDS != 0 {
            *budget = budget.checked_sub(names_size)?;
            for name in &names {
                fields.extend([name.clone(), next()?.into()]);
            }
        } else {
            for _ in 0..integer(next())?.checked_mul(2)? {
                fields.push(next()?.into());
            }
        }
        // How many elements the entry has: for reading backwards.
        integer(next())?;
        node.push(own, Fields::from(fields));
        if flags & DELETED != 0 {
            node.delete(own);
        }
    }
    (node.live() == live && next().is_none()).then_some(node)
}
