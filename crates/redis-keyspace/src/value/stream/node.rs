//! A run of entries, and the bytes that it would have as one of Redis's packed nodes.
//!
//! A packed node is a listpack:
//!
//! ```text
//! live | deleted | number of fields | field ... | 0        the entry that began the node, values left out
//! flags | ms - ms of the node | seq - seq of the node | ...  an entry, then
//!     value ... | elements                                 when its fields are those of the node
//!     number of fields | field | value ... | elements      otherwise
//! ```

use snapshot::{FormatError, Reader, Writer};

use super::{Fields, StreamId};

/// Where a node ends (`stream-node-max-bytes`, `stream-node-max-entries`); 0 is no limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NodeLimits {
    pub(crate) size_max: usize,
    pub(crate) len_max: usize,
}

/// Size of a node without limit.
const SIZE_MAX: usize = 1 << 30;

#[derive(Debug, Clone)]
pub(crate) struct Node {
    id: StreamId,
    /// Ascending; deleted entries keep their place.
    entries: Vec<Entry>,
    deleted: usize,
    /// The listpack's size without the two counts at its beginning.
    size: usize,
    /// The names in `entries[0].fields`, which a deletion does not change.
    names: Box<[Box<[u8]>]>,
}

#[derive(Debug, Clone)]
struct Entry {
    id: StreamId,
    fields: Option<Fields>,
}

impl Node {
    pub(super) fn new(id: StreamId, fields: Fields) -> Self {
        let mut node = Self::empty(id, fields.iter().step_by(2).cloned().collect());
        node.push(id, fields);
        node
    }

    /// A node without entries: `id` is that of the entry that began it, `names` are its fields.
    pub(crate) fn empty(id: StreamId, names: Box<[Box<[u8]>]>) -> Self {
        // Header and end of a listpack, the number of names, the names, 0.
        let size = 7
            + integer_size(names.len() as i64)
            + names.iter().map(|name| element_size(name)).sum::<usize>()
            + integer_size(0);
        Self { id, entries: Vec::new(), deleted: 0, size, names }
    }

    /// The id of the entry that began it.
    pub(crate) fn id(&self) -> StreamId {
        self.id
    }

    /// The fields of the entry that began it.
    pub(crate) fn names(&self) -> &[Box<[u8]>] {
        &self.names
    }

    /// Its entries, deleted ones left out.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (StreamId, &Fields)> {
        self.entries.iter().filter_map(|entry| Some((entry.id, entry.fields.as_ref()?)))
    }

    /// Whether an entry with this many bytes in its fields and values belongs to this node, not to a new one.
    pub(super) fn has_room(&self, raw_size: usize, limits: NodeLimits) -> bool {
        let size_max = match limits.size_max {
            1..SIZE_MAX => limits.size_max,
            _ => SIZE_MAX,
        };
        let size = self.size + integer_size(self.live() as i64) + integer_size(self.deleted as i64);
        size + raw_size < size_max && (limits.len_max == 0 || self.entries.len() < limits.len_max)
    }

    pub(super) fn save(&self, out: &mut Writer) {
        out.len(self.size);
        out.len(self.names.len());
        self.names.iter().for_each(|name| out.bytes(name));
        out.len(self.entries.len());
        for entry in &self.entries {
            entry.id.save(out);
            out.option(entry.fields.as_ref(), |out, fields| {
                out.len(fields.len());
                fields.iter().for_each(|field| out.bytes(field));
            });
        }
    }

    /// Reads what [`Self::save`] wrote: a node whose entries come after `last_id`, and some of them are there.
    pub(super) fn load(input: &mut Reader<'_>, last_id: StreamId) -> Result<Self, FormatError> {
        // Nodes end far below this.
        let size = input.below(1 << 31, "a node that is too large")?;
        let names = load_list(input)?;
        let mut entries: Vec<Entry> = Vec::new();
        let mut deleted = 0;
        let mut last_id = last_id;
        for _ in 0..input.count(3)? {
            let id = StreamId::load(input)?;
            input.check(last_id < id, "entries out of order")?;
            last_id = id;
            let fields = input.option(load_list)?;
            let is_even = fields.as_ref().is_none_or(|fields| fields.len() % 2 == 0);
            input.check(is_even, "a field without a value")?;
            deleted += usize::from(fields.is_none());
            entries.push(Entry { id, fields });
        }
        input.check(deleted < entries.len(), "a node without entries")?;
        let id = entries.first().map_or(StreamId::MIN, |entry| entry.id);
        Ok(Self { id, entries, deleted, size, names })
    }

    /// The bytes that Redis's node would have.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Adds an entry; answers by how much that makes the node larger.
    pub(crate) fn push(&mut self, id: StreamId, fields: Fields) -> usize {
        let pairs = fields.len() / 2;
        let has_same_names =
            pairs == self.names.len() && fields.iter().step_by(2).eq(self.names.iter());
        let mut size = integer_size(0)
            + integer_size(id.ms.wrapping_sub(self.id.ms) as i64)
            + integer_size(id.seq.wrapping_sub(self.id.seq) as i64);
        let mut elements = 3 + pairs;
        if has_same_names {
            size +=
                fields.iter().skip(1).step_by(2).map(|value| element_size(value)).sum::<usize>();
        } else {
            elements += 1 + pairs;
            size += integer_size(pairs as i64);
            size += fields.iter().map(|field| element_size(field)).sum::<usize>();
        }
        size += integer_size(elements as i64);
        self.size += size;
        self.entries.push(Entry { id, fields: Some(fields) });
        size
    }

    pub(crate) fn live(&self) -> usize {
        self.entries.len() - self.deleted
    }

    /// The id of the last entry, deleted or not.
    pub(crate) fn last_id(&self) -> StreamId {
        self.entries.last().map_or(self.id, |entry| entry.id)
    }

    pub(super) fn get(&self, id: StreamId) -> Option<&Fields> {
        let at = self.entries.binary_search_by_key(&id, |entry| entry.id).ok()?;
        self.entries.get(at)?.fields.as_ref()
    }

    pub(super) fn range(
        &self,
        start: StreamId,
        end: StreamId,
    ) -> impl DoubleEndedIterator<Item = (StreamId, &Fields)> {
        let from = self.entries.partition_point(|entry| entry.id < start);
        let to = self.entries.partition_point(|entry| entry.id <= end);
        let entries = self.entries.get(from..to).unwrap_or_default();
        entries.iter().filter_map(|entry| Some((entry.id, entry.fields.as_ref()?)))
    }

    /// Answers whether the entry was there.
    pub(crate) fn delete(&mut self, id: StreamId) -> bool {
        let Ok(at) = self.entries.binary_search_by_key(&id, |entry| entry.id) else { return false };
        let was_there = self.entries.get_mut(at).is_some_and(|entry| entry.fields.take().is_some());
        self.deleted += usize::from(was_there);
        was_there
    }

    /// Deletes the first `count` entries that are there; answers how many.
    pub(super) fn trim_len(&mut self, count: usize) -> usize {
        self.trim(count, |_| true)
    }

    /// Deletes the entries below `id`; answers how many.
    pub(super) fn trim_below(&mut self, id: StreamId) -> usize {
        self.trim(usize::MAX, |other| other < id)
    }

    fn trim(&mut self, count: usize, goes: impl Fn(StreamId) -> bool) -> usize {
        let gone = self
            .entries
            .iter_mut()
            .take_while(|entry| goes(entry.id))
            .filter(|entry| entry.fields.is_some())
            .take(count)
            .map(|entry| entry.fields = None)
            .count();
        self.deleted += gone;
        gone
    }
}

fn load_list(input: &mut Reader<'_>) -> Result<Box<[Box<[u8]>]>, FormatError> {
    let mut list = Vec::new();
    for _ in 0..input.count(1)? {
        list.push(input.bytes()?.into());
    }
    Ok(list.into())
}

/// Size of an integer in a listpack.
fn integer_size(number: i64) -> usize {
    let size = match number {
        0..=127 => 1,
        -4096..=4095 => 2,
        -32_768..=32_767 => 3,
        -8_388_608..=8_388_607 => 4,
        -2_147_483_648..=2_147_483_647 => 5,
        _ => 9,
    };
    size + 1
}

/// Size of a byte string in a listpack; one that spells an integer is kept as that.
fn element_size(bytes: &[u8]) -> usize {
    if let Some(number) = resp::number::parse_i64(bytes) {
        return integer_size(number);
    }
    let size = bytes.len()
        + match bytes.len() {
            0..64 => 1,
            64..4096 => 2,
            _ => 5,
        };
    let back = match size {
        0..=127 => 1,
        128..16_383 => 2,
        16_383..2_097_151 => 3,
        2_097_151..268_435_455 => 4,
        _ => 5,
    };
    size + back
}
