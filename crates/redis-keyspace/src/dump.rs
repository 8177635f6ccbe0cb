//! `DUMP` and `RESTORE`: a value as the bytes that Redis writes to its files.
//!
//! ```text
//! type, 1 byte | value | version of the format, 2 bytes | CRC-64 of all before, 8 bytes; little-endian
//! ```
//!
//! What is written here Redis 7.0 reads, and byte for byte what it would write itself, as long as no list is
//! large enough for Redis to begin another node, and no entry of a stream has been deleted. What Redis writes is
//! read, compressed or not.
//!
//! # Source
//! Bytes observed on redis-server 7.0.15; the constants are those of `rdb.h` and `listpack.c`.

#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod listpack;
mod stream;

use ahash::RandomState;
use resp::crc64;
use resp::lzf::{self, Compressor};
use resp::number::{parse_i64, put_g17, put_i64};

use crate::settings::Thresholds;
use crate::value::{Hash, List, Set, SortedSet, StringValue, Value, sort_members};

/// The version of the format that 7.0 writes.
const VERSION: u16 = 10;
/// Size of the version and the checksum.
const FOOTER_SIZE: usize = 10;
/// Size of a list's node (`list-max-listpack-size -2`).
const LIST_NODE_SIZE_MAX: usize = 8192;

/// Size of a string that is compressed if that makes it shorter.
const COMPRESSED_FROM: usize = 21;

/// The types of values in the format.
mod kind {
    pub(super) const STRING: u8 = 0;
    pub(super) const LIST: u8 = 1;
    pub(super) const SET: u8 = 2;
    pub(super) const HASH: u8 = 4;
    pub(super) const ZSET: u8 = 5;
    pub(super) const INTSET: u8 = 11;
    pub(super) const HASH_LISTPACK: u8 = 16;
    pub(super) const ZSET_LISTPACK: u8 = 17;
    pub(super) const STREAM_6: u8 = 15;
    pub(super) const LIST_NODES: u8 = 18;
    pub(super) const STREAM: u8 = 19;
}

/// Why bytes are not restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The version is later, or the checksum is another.
    Footer,
    /// The value is not one that can be read.
    Content,
}

/// Bytes of a value in the making.
#[derive(Default)]
struct Writer {
    out: Vec<u8>,
    compressor: Compressor,
}

/// The bytes of a value.
pub(crate) fn dump(value: &Value) -> Vec<u8> {
    let mut writer = Writer::default();
    let out = &mut writer;
    match value {
        Value::String(string) => {
            out.push(kind::STRING);
            out.put_string(&string.bytes());
        }
        Value::List(list) => {
            out.push(kind::LIST_NODES);
            put_list(list, out);
        }
        Value::Set(set) => {
            if let Some(numbers) = set.integers() {
                out.push(kind::INTSET);
                out.put_string(&intset(numbers));
            } else {
                out.push(kind::SET);
                out.put_len(set.len());
                set.iter().for_each(|member| out.put_string(&member));
            }
        }
        Value::Hash(hash) if hash.encoding() == "listpack" => {
            out.push(kind::HASH_LISTPACK);
            let mut pack = listpack::Writer::default();
            for (field, value) in hash.iter() {
                pack.push(field);
                pack.push(value);
            }
            out.put_string(&pack.finish());
        }
        Value::Hash(hash) => {
            out.push(kind::HASH);
            out.put_len(hash.len());
            for (field, value) in hash.iter() {
                out.put_string(field);
                out.put_string(value);
            }
        }
        Value::SortedSet(set) if set.encoding() == "listpack" => {
            out.push(kind::ZSET_LISTPACK);
            let mut pack = listpack::Writer::default();
            for (member, score) in set.iter() {
                pack.push(member);
                let mut text = Vec::new();
                put_score(score, &mut text);
                pack.push(&text);
            }
            out.put_string(&pack.finish());
        }
        Value::SortedSet(set) => {
            out.push(kind::ZSET);
            out.put_len(set.len());
            for (member, score) in set.descending(0, set.len()) {
                out.put_string(member);
                out.out.extend_from_slice(&score.to_le_bytes());
            }
        }
        Value::Stream(stream) => {
            out.push(kind::STREAM);
            stream::put(stream, out);
        }
    }
    let mut out = writer.out;
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&crc64::checksum(&out).to_le_bytes());
    out
}

/// Whole scores as integers, others with 17 digits.
fn put_score(score: f64, out: &mut Vec<u8>) {
    if score.fract() == 0.0 && score.abs() < 4e18 {
        put_i64(score as i64, out);
    } else {
        put_g17(score, out);
    }
}

fn put_list(list: &List, out: &mut Writer) {
    /// A node of one large element, and one with many in a listpack.
    const PLAIN: usize = 1;
    const PACKED: usize = 2;
    let mut nodes: Vec<(usize, Vec<u8>)> = Vec::new();
    let mut pack = listpack::Writer::default();
    for element in list.iter() {
        let is_large = element.len() > LIST_NODE_SIZE_MAX;
        if !pack.is_empty() && (is_large || pack.size_with(element) > LIST_NODE_SIZE_MAX) {
            nodes.push((PACKED, std::mem::take(&mut pack).finish()));
        }
        if is_large {
            nodes.push((PLAIN, element.to_vec()));
        } else {
            pack.push(element);
        }
    }
    if !pack.is_empty() {
        nodes.push((PACKED, pack.finish()));
    }
    out.put_len(nodes.len());
    for (container, bytes) in nodes {
        out.put_len(container);
        out.put_string(&bytes);
    }
}

/// Size of a number, count, numbers.
fn intset(numbers: &[i64]) -> Vec<u8> {
    let fits = |min: i64, max: i64| numbers.iter().all(|number| (min..=max).contains(number));
    let size: u32 = if fits(i16::MIN.into(), i16::MAX.into()) {
        2
    } else if fits(i32::MIN.into(), i32::MAX.into()) {
        4
    } else {
        8
    };
    let mut bytes = size.to_le_bytes().to_vec();
    bytes.extend_from_slice(&(numbers.len() as u32).to_le_bytes());
    for number in numbers {
        bytes.extend(number.to_le_bytes().into_iter().take(size as usize));
    }
    bytes
}

impl Writer {
    fn push(&mut self, byte: u8) {
        self.out.push(byte);
    }

    fn put_len(&mut self, len: usize) {
        self.put_number(len as u64);
    }

    fn put_number(&mut self, number: u64) {
        match number {
            0..=0x3f => self.out.push(number as u8),
            0x40..=0x3fff => {
                self.out.extend_from_slice(&(0x4000 | number as u16).to_be_bytes());
            }
            _ => {
                if let Ok(number) = u32::try_from(number) {
                    self.out.push(0x80);
                    self.out.extend_from_slice(&number.to_be_bytes());
                } else {
                    self.out.push(0x81);
                    self.out.extend_from_slice(&number.to_be_bytes());
                }
            }
        }
    }

    /// A string: as an integer, compressed, or as it is.
    fn put_string(&mut self, bytes: &[u8]) {
        let number = if bytes.len() <= 11 { parse_i64(bytes) } else { None };
        if let Some(number) = number.and_then(|number| i8::try_from(number).ok()) {
            self.out.push(0xc0);
            self.out.extend_from_slice(&number.to_le_bytes());
        } else if let Some(number) = number.and_then(|number| i16::try_from(number).ok()) {
            self.out.push(0xc1);
            self.out.extend_from_slice(&number.to_le_bytes());
        } else if let Some(number) = number.and_then(|number| i32::try_from(number).ok()) {
            self.out.push(0xc2);
            self.out.extend_from_slice(&number.to_le_bytes());
        } else if bytes.len() >= COMPRESSED_FROM
            && let Some(block) = self.compressor.compress(bytes, bytes.len().saturating_sub(4))
        {
            self.out.push(0xc3);
            self.put_len(block.len());
            self.put_len(bytes.len());
            self.out.extend_from_slice(&block);
        } else {
            self.put_len(bytes.len());
            self.out.extend_from_slice(bytes);
        }
    }
}

/// The value that [`dump`], or Redis's `DUMP`, made these bytes from.
pub(crate) fn restore(
    bytes: &[u8],
    hasher: &RandomState,
    thresholds: &Thresholds,
) -> Result<Value, Refusal> {
    let content_size = bytes.len().checked_sub(FOOTER_SIZE).ok_or(Refusal::Footer)?;
    let footer = bytes.get(content_size..).unwrap_or_default();
    let version = footer.first_chunk().map_or(u16::MAX, |bytes| u16::from_le_bytes(*bytes));
    let noted = footer.last_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let checked = bytes.get(..content_size.saturating_add(2)).unwrap_or_default();
    if version > VERSION || crc64::checksum(checked) != noted {
        return Err(Refusal::Footer);
    }
    // Redis does not mind where the value ends, not even behind the footer's beginning.
    let mut reader = Reader { rest: bytes };
    let value = reader.value(hasher, thresholds).ok_or(Refusal::Content)?;
    // No aggregate is empty.
    if value.is_empty() { Err(Refusal::Content) } else { Ok(value) }
}

struct Reader<'a> {
    rest: &'a [u8],
}

/// A length, or how a string is encoded.
enum Len {
    Plain(u64),
    Special(u8),
}

impl<'a> Reader<'a> {
    fn take(&mut self, size: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(size)?;
        self.rest = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.first_chunk().copied()
    }

    fn len_or_special(&mut self) -> Option<Len> {
        let [first] = self.array()?;
        Some(Len::Plain(match first >> 6 {
            0 => u64::from(first),
            1 => {
                let [second] = self.array()?;
                u64::from(u16::from_be_bytes([first & 0x3f, second]))
            }
            2 if first == 0x80 => u64::from(u32::from_be_bytes(self.array()?)),
            2 if first == 0x81 => u64::from_be_bytes(self.array()?),
            3 => return Some(Len::Special(first & 0x3f)),
            _ => return None,
        }))
    }

    /// A length of no more than what could still come.
    fn len(&mut self) -> Option<usize> {
        let len = usize::try_from(self.number()?).ok()?;
        (len <= self.rest.len()).then_some(len)
    }

    fn number(&mut self) -> Option<u64> {
        match self.len_or_special()? {
            Len::Plain(number) => Some(number),
            Len::Special(_) => None,
        }
    }

    fn string(&mut self) -> Option<Vec<u8>> {
        let number = match self.len_or_special()? {
            Len::Plain(len) => return self.take(usize::try_from(len).ok()?).map(<[u8]>::to_vec),
            Len::Special(0) => i64::from(i8::from_le_bytes(self.array()?)),
            Len::Special(1) => i64::from(i16::from_le_bytes(self.array()?)),
            Len::Special(2) => i64::from(i32::from_le_bytes(self.array()?)),
            Len::Special(3) => {
                let packed_size = self.len()?;
                let size = usize::try_from(self.number()?).ok()?;
                return lzf::decompress(self.take(packed_size)?, size);
            }
            Len::Special(_) => return None,
        };
        let mut text = Vec::new();
        put_i64(number, &mut text);
        Some(text)
    }

    fn value(&mut self, hasher: &RandomState, thresholds: &Thresholds) -> Option<Value> {
        let [kind] = self.array()?;
        Some(match kind {
            kind::STRING => StringValue::new(&self.string()?).into(),
            kind::LIST => {
                let mut list = List::new();
                for _ in 0..self.len()? {
                    list.push_back(self.string()?.into());
                }
                list.into()
            }
            kind::LIST_NODES => self.list_nodes()?.into(),
            kind::SET | kind::INTSET => {
                let members = if kind == kind::SET {
                    let len = self.len()?;
                    (0..len).map(|_| self.string()).collect::<Option<Vec<_>>>()?
                } else {
                    read_intset(&self.string()?)?
                };
                let mut set = Set::new(hasher);
                if !members.iter().all(|member| set.insert(member, thresholds)) {
                    return None;
                }
                set.into()
            }
            kind::HASH | kind::HASH_LISTPACK => {
                let items = self.items(kind == kind::HASH_LISTPACK)?;
                let mut hash = Hash::new(hasher);
                let (pairs, _) = items.as_chunks::<2>();
                if !pairs.iter().all(|[field, value]| hash.set(field, value, thresholds)) {
                    return None;
                }
                hash.into()
            }
            kind::ZSET => {
                let mut members = Vec::new();
                for _ in 0..self.len()? {
                    let member = self.string()?;
                    members.push((member, f64::from_le_bytes(self.array()?)));
                }
                sorted_set(members, hasher, thresholds)?.into()
            }
            kind::ZSET_LISTPACK => {
                let items = self.items(true)?;
                let (pairs, _) = items.as_chunks::<2>();
                let members = pairs
                    .iter()
                    .map(|[member, score]| {
                        Some((member.clone(), crate::number::parse_double(score)?))
                    })
                    .collect::<Option<Vec<_>>>()?;
                sorted_set(members, hasher, thresholds)?.into()
            }
            kind::STREAM | kind::STREAM_6 => stream::read(self, kind == kind::STREAM)?.into(),
            _ => return None,
        })
    }

    /// An even number of items, in a listpack or one by one.
    fn items(&mut self, is_packed: bool) -> Option<Vec<Vec<u8>>> {
        let items = if is_packed {
            listpack::read(&self.string()?)?
        } else {
            let len = self.len()?.checked_mul(2)?;
            (0..len).map(|_| self.string()).collect::<Option<Vec<_>>>()?
        };
        items.len().is_multiple_of(2).then_some(items)
    }

    fn list_nodes(&mut self) -> Option<List> {
        let mut list = List::new();
        for _ in 0..self.len()? {
            let container = self.len()?;
            let bytes = self.string()?;
            match container {
                1 => list.push_back(bytes.into()),
                2 => list.extend(listpack::read(&bytes)?.into_iter().map(Vec::into_boxed_slice)),
                _ => return None,
            }
        }
        Some(list)
    }
}

fn sorted_set(
    mut members: Vec<(Vec<u8>, f64)>,
    hasher: &RandomState,
    thresholds: &Thresholds,
) -> Option<SortedSet> {
    if members.iter().any(|(_, score)| score.is_nan()) {
        return None;
    }
    sort_members(&mut members);
    let set = SortedSet::from_sorted(hasher, &members, thresholds);
    // Otherwise a member came twice.
    (set.len() == members.len()).then_some(set)
}

fn read_intset(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut reader = Reader { rest: bytes };
    let size = u32::from_le_bytes(reader.array()?);
    let len = u32::from_le_bytes(reader.array()?) as usize;
    if len > bytes.len() {
        return None;
    }
    let mut members = Vec::with_capacity(len);
    for _ in 0..len {
        let number = match size {
            2 => i16::from_le_bytes(reader.array()?).into(),
            4 => i32::from_le_bytes(reader.array()?).into(),
            8 => i64::from_le_bytes(reader.array()?),
            _ => return None,
        };
        let mut text = Vec::new();
        put_i64(number, &mut text);
        members.push(text);
    }
    reader.rest.is_empty().then_some(members)
}
