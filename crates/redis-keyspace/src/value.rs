//! What a key holds: one of six types, each with the encodings that Redis names.

use ahash::RandomState;
use snapshot::{FormatError, Reader, Writer};

mod string;
pub(crate) use string::StringValue;

mod hyper_log_log;
pub(crate) use hyper_log_log::{HyperLogLog, NotOne};

mod list;
pub(crate) use list::List;

mod set;
pub(crate) use set::Set;

mod hash;
pub(crate) use hash::Hash;

mod skip_list;
pub(crate) use skip_list::sort_members;

mod sorted_set;
pub(crate) use sorted_set::SortedSet;

mod stream;
pub(crate) use stream::{Fields, Group, Node, NodeLimits, Stream, StreamId, Trim};

/// The value of a key.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    String(StringValue),
    List(Box<List>),
    Set(Box<Set>),
    Hash(Box<Hash>),
    SortedSet(Box<SortedSet>),
    Stream(Box<Stream>),
}

impl Value {
    /// What `TYPE` answers.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Value::String(_) => "string",
            Value::List(_) => "list",
            Value::Set(_) => "set",
            Value::Hash(_) => "hash",
            Value::SortedSet(_) => "zset",
            Value::Stream(_) => "stream",
        }
    }

    /// What `OBJECT ENCODING` answers.
    pub(crate) fn encoding(&self) -> &'static str {
        match self {
            Value::String(string) => string.encoding(),
            Value::List(_) => "quicklist",
            Value::Set(set) => set.encoding(),
            Value::Hash(hash) => hash.encoding(),
            Value::SortedSet(set) => set.encoding(),
            Value::Stream(_) => "stream",
        }
    }

    /// Bytes of the content, about, with a little for every element. Takes the same time for values of any size.
    pub(crate) fn size(&self) -> usize {
        const ELEMENT: usize = 16;
        const SCORED: usize = 40;
        const AGGREGATE: usize = 64;
        let many = |len: usize, element: usize, content: usize| {
            AGGREGATE + len.saturating_mul(element).saturating_add(content)
        };
        match self {
            Value::String(StringValue::Integer(_)) => 0,
            Value::String(string) => string.len(),
            Value::List(list) => many(list.len(), ELEMENT, list.content_size()),
            Value::Set(set) if set.integers().is_some() => many(0, 0, set.content_size()),
            Value::Set(set) => many(set.len(), ELEMENT, set.content_size()),
            Value::Hash(hash) => many(hash.len(), 2 * ELEMENT, hash.content_size()),
            Value::SortedSet(set) => many(set.len(), SCORED, set.content_size()),
            Value::Stream(stream) => many(0, 0, stream.content_size()),
        }
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        match self {
            Value::String(string) => {
                out.byte(0);
                string.save(out);
            }
            Value::List(list) => {
                out.byte(1);
                out.len(list.len());
                list.iter().for_each(|element| out.bytes(element));
            }
            Value::Set(set) => {
                out.byte(2);
                set.save(out);
            }
            Value::Hash(hash) => {
                out.byte(3);
                hash.save(out);
            }
            Value::SortedSet(set) => {
                out.byte(4);
                set.save(out);
            }
            Value::Stream(stream) => {
                out.byte(5);
                stream.save(out);
            }
        }
    }

    /// Reads what [`Self::save`] wrote, from bytes that may be anything.
    pub(crate) fn load(input: &mut Reader<'_>, hasher: &RandomState) -> Result<Self, FormatError> {
        Ok(match input.byte()? {
            0 => StringValue::load(input)?.into(),
            1 => {
                let mut list = List::new();
                for _ in 0..input.count(1)? {
                    list.push_back(input.bytes()?.into());
                }
                list.into()
            }
            2 => Set::load(input, hasher)?.into(),
            3 => Hash::load(input, hasher)?.into(),
            4 => SortedSet::load(input, hasher)?.into(),
            5 => Stream::load(input)?.into(),
            _ => return Err(input.malformed("a value of no type")),
        })
    }

    /// Whether nothing is left, so that the key must go. Strings and streams may be empty.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Value::String(_) | Value::Stream(_) => false,
            Value::List(list) => list.is_empty(),
            Value::Set(set) => set.is_empty(),
            Value::Hash(hash) => hash.is_empty(),
            Value::SortedSet(set) => set.is_empty(),
        }
    }
}

impl From<StringValue> for Value {
    fn from(value: StringValue) -> Self {
        Value::String(value)
    }
}

impl From<List> for Value {
    fn from(value: List) -> Self {
        Value::List(Box::new(value))
    }
}

impl From<Set> for Value {
    fn from(value: Set) -> Self {
        Value::Set(Box::new(value))
    }
}

impl From<Hash> for Value {
    fn from(value: Hash) -> Self {
        Value::Hash(Box::new(value))
    }
}

impl From<SortedSet> for Value {
    fn from(value: SortedSet) -> Self {
        Value::SortedSet(Box::new(value))
    }
}

impl From<Stream> for Value {
    fn from(value: Stream) -> Self {
        Value::Stream(Box::new(value))
    }
}
