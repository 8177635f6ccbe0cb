//! A stream: entries by id, in nodes as large as Redis's, and consumer groups.
//!
//! Redis packs about a hundred entries into one node of a radix tree. Approximate trimming drops whole
//! nodes, so which entries it leaves depends on where nodes end. Ours hold the entries unpacked, but count
//! the bytes that a packed node would have, and end where Redis's do.

mod group;
mod id;
mod node;

pub(crate) use group::Group;
pub(crate) use id::StreamId;
pub(crate) use node::{Node, NodeLimits};

use ordered::{ByteMap, IdMap};

/// Fields and values in turn.
pub(crate) type Fields = Box<[Box<[u8]>]>;

/// Entries in the order of their ids.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stream {
    /// Nodes by the id of the entry that began them.
    nodes: IdMap<StreamId, Node>,
    /// Entries that are not deleted.
    len: usize,
    /// Bytes of all nodes together.
    size: usize,
    /// The greatest id that was ever given, or set with `XSETID`.
    pub(crate) last_id: StreamId,
    pub(crate) max_deleted_id: StreamId,
    /// Entries ever added.
    pub(crate) entries_added: i64,
    pub(crate) groups: ByteMap<Group>,
}

/// Which entries a trim removes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trim {
    /// The oldest, until so many are left.
    MaxLen(usize),
    /// Those with a smaller id.
    MinId(StreamId),
}

impl Stream {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Bytes of all entries and of what is pending, about; groups behind the first few are taken to be as those.
    pub(crate) fn content_size(&self) -> usize {
        const GROUPS: usize = 16;
        const GROUP: usize = 128;
        const PENDING: usize = 96;
        let looked_at = self.groups.len().clamp(1, GROUPS);
        let pending: usize = self.groups.values().take(GROUPS).map(|g| g.pending().len()).sum();
        let pending = pending.saturating_mul(self.groups.len()) / looked_at;
        self.size + self.groups.len() * GROUP + pending.saturating_mul(PENDING)
    }

    /// The nodes in the order of their ids.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.values()
    }

    /// Adds a node behind all others. Answers false, and adds nothing, when it does not belong there or is empty.
    pub(crate) fn push_node(&mut self, node: Node) -> bool {
        let last = self.nodes.last().map(|(_, node)| node.last_id());
        if node.live() == 0 || last.is_some_and(|last| node.id() <= last) {
            return false;
        }
        self.len += node.live();
        self.size += node.size();
        self.nodes.insert(node.id(), node);
        true
    }

    /// Adds an entry, whose id must be above [`last_id`](Self::last_id).
    pub(crate) fn push(&mut self, id: StreamId, fields: Fields, limits: NodeLimits) {
        let raw_size: usize = fields.iter().map(|field| field.len()).sum();
        let last = self.nodes.last_mut().filter(|node| node.has_room(raw_size, limits));
        self.size += if let Some(node) = last {
            node.push(id, fields)
        } else {
            let node = Node::new(id, fields);
            let size = node.size();
            self.nodes.insert(id, node);
            size
        };
        self.len += 1;
        self.last_id = id;
        self.entries_added = self.entries_added.wrapping_add(1);
    }

    pub(crate) fn get(&self, id: StreamId) -> Option<&Fields> {
        self.nodes.get(self.nodes.last_key_up_to(id)?)?.get(id)
    }

    /// Answers whether the entry was there.
    pub(crate) fn delete(&mut self, id: StreamId) -> bool {
        let Some(key) = self.nodes.last_key_up_to(id) else { return false };
        let Some(node) = self.nodes.get_mut(key) else { return false };
        if !node.delete(id) {
            return false;
        }
        if node.live() == 0 {
            self.size -= node.size();
            self.nodes.remove(key);
        }
        self.len -= 1;
        self.max_deleted_id = self.max_deleted_id.max(id);
        true
    }

    /// The id of the oldest entry; 0-0 in an empty stream.
    pub(crate) fn first_id(&self) -> StreamId {
        self.range(StreamId::MIN, StreamId::MAX).next().map_or(StreamId::MIN, |(id, _)| id)
    }

    /// The id of the latest entry that is still there; 0-0 in an empty stream.
    pub(crate) fn last_live_id(&self) -> StreamId {
        self.range(StreamId::MIN, StreamId::MAX).next_back().map_or(StreamId::MIN, |(id, _)| id)
    }

    /// The entries from `start` to `end`, both included.
    pub(crate) fn range(
        &self,
        start: StreamId,
        end: StreamId,
    ) -> impl DoubleEndedIterator<Item = (StreamId, &Fields)> {
        // The node in which `start` lies began before it.
        let first = self.nodes.last_key_up_to(start).unwrap_or(start);
        self.nodes.range(first, end).flat_map(move |(_, node)| node.range(start, end))
    }

    /// Removes old entries and answers how many. An approximate trim removes only whole nodes, and ends
    /// before the node that would make it more than `limit` entries.
    pub(crate) fn trim(&mut self, trim: Trim, is_approximate: bool, limit: Option<usize>) -> usize {
        let mut removed = 0;
        loop {
            if matches!(trim, Trim::MaxLen(len_max) if self.len <= len_max) {
                break;
            }
            let Some((key, first)) = self.nodes.first() else { break };
            let live = first.live();
            if limit.is_some_and(|limit| removed + live > limit) {
                break;
            }
            let goes_whole = match trim {
                Trim::MaxLen(len_max) => self.len - live >= len_max,
                Trim::MinId(id) => first.last_id() < id,
            };
            if goes_whole {
                self.size -= first.size();
                self.nodes.remove(key);
                self.len -= live;
                removed += live;
                continue;
            }
            if !is_approximate && let Some(first) = self.nodes.first_mut() {
                let gone = match trim {
                    Trim::MaxLen(len_max) => first.trim_len(self.len - len_max),
                    Trim::MinId(id) => first.trim_below(id),
                };
                self.len -= gone;
                removed += gone;
            }
            break;
        }
        removed
    }

    /// How many nodes there are.
    pub(crate) fn nodes_len(&self) -> usize {
        self.nodes.len()
    }

    /// How many nodes a radix tree of the nodes' ids has: what `XINFO STREAM` calls `radix-tree-nodes`.
    pub(crate) fn radix_nodes_len(&self) -> usize {
        let keys: Vec<[u8; 16]> = self.nodes.keys().map(id::StreamId::to_bytes).collect();
        radix_nodes(&keys, 0)
    }

    /// How many entries were ever added up to `id`, as far as that can be told.
    ///
    /// # Source
    /// Observed on redis-server 7.0.15 as `entries-read` and `lag` of `XINFO GROUPS`.
    pub(crate) fn estimate_read(&self, id: StreamId) -> Option<i64> {
        if self.entries_added == 0 {
            return Some(0);
        }
        if self.len == 0 && id <= self.last_id {
            return Some(self.entries_added);
        }
        if id >= self.last_id {
            return (id == self.last_id).then_some(self.entries_added);
        }
        let first = self.first_id();
        if self.max_deleted_id != StreamId::MIN && self.max_deleted_id >= first {
            return None;
        }
        // No hole between the first entry and the last.
        let before_first = self.entries_added.wrapping_sub(self.len as i64);
        match id.cmp(&first) {
            std::cmp::Ordering::Less => Some(before_first),
            std::cmp::Ordering::Equal => Some(before_first.wrapping_add(1)),
            std::cmp::Ordering::Greater => None,
        }
    }

    /// Whether an entry at or behind `start` has been deleted while one before it is still there.
    pub(crate) fn has_hole_from(&self, start: StreamId) -> bool {
        let last_hole = self.max_deleted_id;
        self.len > 0
            && last_hole != StreamId::MIN
            && start <= last_hole
            && self.first_id() <= last_hole
    }

    /// How many entries a group has not been given yet, as far as that can be told.
    pub(crate) fn lag(&self, group: &Group) -> Option<i64> {
        if self.entries_added == 0 {
            return Some(0);
        }
        match group.entries_read {
            Some(read) if !self.has_hole_from(group.last_id) => {
                Some(self.entries_added.wrapping_sub(read))
            }
            _ => {
                self.estimate_read(group.last_id).map(|read| self.entries_added.wrapping_sub(read))
            }
        }
    }

    pub(crate) fn save(&self, out: &mut snapshot::Writer) {
        self.last_id.save(out);
        self.max_deleted_id.save(out);
        out.signed(self.entries_added);
        out.len(self.nodes.len());
        self.nodes.values().for_each(|node| node.save(out));
        out.len(self.groups.len());
        for (name, group) in self.groups.iter() {
            out.bytes(name);
            group.save(out);
        }
    }

    /// Reads what [`Self::save`] wrote, from bytes that may be anything.
    pub(crate) fn load(input: &mut snapshot::Reader<'_>) -> Result<Self, snapshot::FormatError> {
        let mut stream = Self { last_id: StreamId::load(input)?, ..Self::default() };
        stream.max_deleted_id = StreamId::load(input)?;
        stream.entries_added = input.signed()?;
        // No entry has the least id of all.
        let mut last_id = StreamId::MIN;
        for _ in 0..input.count(6)? {
            let node = Node::load(input, last_id)?;
            last_id = node.last_id();
            stream.len += node.live();
            let size = stream.size.checked_add(node.size());
            stream.size = size.ok_or_else(|| input.malformed("nodes that are too large"))?;
            stream.nodes.insert(node.id(), node);
        }
        input.check(last_id <= stream.last_id, "an entry behind the last")?;
        for _ in 0..input.count(6)? {
            let name = input.bytes()?;
            let group = Group::load(input)?;
            let is_new = stream.groups.insert(name, group).is_none();
            input.check(is_new, "a group that is there twice")?;
        }
        Ok(stream)
    }
}

/// Nodes of a compressed radix tree of these sorted keys, whose first `depth` bytes are equal and used up:
/// one for every run of bytes without a branch, one for every branch and leaf. A key has 16 bytes, and so
/// many levels are the most.
fn radix_nodes(keys: &[[u8; 16]], depth: usize) -> usize {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return 1 };
    let common = first.iter().zip(last).skip(depth).take_while(|(a, b)| a == b).count();
    let branch = depth + common;
    let own = 1 + usize::from(common > 0);
    let byte = |key: &[u8; 16]| key.get(branch).copied();
    if byte(first).is_none() {
        return own;
    }
    own + keys
        .chunk_by(|a, b| byte(a) == byte(b))
        .map(|keys| radix_nodes(keys, branch + 1))
        .sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radix_trees_have_the_nodes_of_redis() {
        let count = |ids: &[u64]| {
            let keys: Vec<[u8; 16]> =
                ids.iter().map(|&ms| StreamId { ms, seq: 1 }.to_bytes()).collect();
            radix_nodes(&keys, 0)
        };
        assert_eq!(count(&[]), 1);
        assert_eq!(count(&[1]), 2);
        assert_eq!(count(&[1, 2]), 6);
        assert_eq!(count(&[1, 256]), 6);
        assert_eq!(count(&[1, 2, 256]), 9);
    }
}
