//! Strings: interned bytes, the pool that interns them, and the hash that decides a table's order.
//!
//! Two hashes, for two purposes. The pool uses ahash with seeds from the host, so that chosen strings
//! cannot degrade it. Tables use the hash of Redis's Lua (every byte counts), since the order of `pairs`
//! depends on it; it is computed when a short string is made and for a long one when a table first asks.

use core::cell::Cell;
use core::hash::{BuildHasher, Hasher};
use core::ops::Range;

use crate::handle::StringIndex;
use crate::heap::arena::{Arena, Mark, Object, arena_index};
use crate::heap::charge::{Budget, OutOfMemory};
use crate::value::Value;

/// Longest string whose hash travels in the value.
const SHORT_MAX: usize = 32;
/// Longest string that needs no block of its own.
const INLINE_MAX: usize = 22;

/// The bytes of a string.
#[derive(Debug)]
enum Bytes {
    Inline { len: u8, bytes: [u8; INLINE_MAX] },
    Block(Box<[u8]>),
}

/// The bytes of a string to be.
enum Content<'a> {
    /// [`INLINE_MAX`] at most.
    Inline(&'a [u8]),
    /// Paid for.
    Block(Box<[u8]>),
}

/// An interned string.
#[derive(Debug)]
pub(crate) struct LuaString {
    bytes: Bytes,
    /// Next string in the pool's bucket.
    next: StringIndex,
    /// The pool's hash.
    strong_hash: u32,
    /// The hash of Redis's Lua; of a long string only when `hash_known`.
    table_hash: Cell<u32>,
    hash_known: Cell<bool>,
    mark: Mark,
}

const _: () = assert!(size_of::<LuaString>() == 40);

impl LuaString {
    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Inline { len, bytes } => &bytes[..(*len as usize).min(INLINE_MAX)],
            Bytes::Block(block) => block,
        }
    }
}

impl Object for LuaString {
    fn empty() -> Self {
        LuaString {
            bytes: Bytes::Inline { len: 0, bytes: [0; INLINE_MAX] },
            next: StringIndex::NONE,
            strong_hash: 0,
            table_hash: Cell::new(0),
            hash_known: Cell::new(false),
            mark: Mark::FREE,
        }
    }
    fn mark(&self) -> Mark {
        self.mark
    }
    fn set_mark(&mut self, mark: Mark) {
        self.mark = mark;
    }
    fn outside_bytes(&self) -> usize {
        match &self.bytes {
            Bytes::Inline { .. } => 0,
            Bytes::Block(block) => block.len(),
        }
    }
}

arena_index! { LuaString, StringIndex; }

/// The hash by which tables place strings: Lua 5.1's, with a step of one for every length, as Redis's
/// Lua has it (`../redis7/iteration-order.md`).
pub(crate) fn table_hash(bytes: &[u8]) -> u32 {
    let mut hash = bytes.len() as u32;
    for &byte in bytes.iter().rev() {
        hash ^= (hash << 5).wrapping_add(hash >> 2).wrapping_add(u32::from(byte));
    }
    hash
}

/// `a == b`; without a call for short ones, which most are.
#[inline]
fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    if let (Some(head), Some(other)) = (a.first_chunk::<8>(), b.first_chunk::<8>()) {
        let tails_equal = a.last_chunk::<8>() == b.last_chunk::<8>();
        return head == other && tails_equal && (a.len() <= 16 || a[8..] == b[8..]);
    }
    if let (Some(head), Some(other)) = (a.first_chunk::<4>(), b.first_chunk::<4>()) {
        return head == other && a.last_chunk::<4>() == b.last_chunk::<4>();
    }
    a.iter().zip(b).all(|(a, b)| a == b)
}

/// The string pool.
#[derive(Debug)]
pub(crate) struct Strings {
    pub(crate) arena: Arena<LuaString>,
    /// First string of each bucket; a power of two of them.
    buckets: Vec<StringIndex>,
    hasher: ahash::RandomState,
    /// The 256 strings of one byte, and after them the empty string.
    single: Vec<Value>,
    empty: Value,
    /// The colour that new objects get.
    pub(crate) white: Mark,
}

const BUCKETS_MIN: usize = 512;

impl Strings {
    /// An empty pool; `seeds` come from the host.
    pub(crate) fn new(seeds: [u64; 4], budget: &mut Budget) -> Result<Self, OutOfMemory> {
        let [a, b, c, d] = seeds;
        budget.charge(BUCKETS_MIN * size_of::<StringIndex>() + 256 * size_of::<Value>())?;
        let mut strings = Self {
            arena: Arena::new(),
            buckets: vec![StringIndex::NONE; BUCKETS_MIN],
            hasher: ahash::RandomState::with_seeds(a, b, c, d),
            single: Vec::new(),
            empty: Value::NIL,
            white: Mark::WHITE_A,
        };
        strings.empty = strings.intern_new(&[], budget)?;
        let mut single = Vec::with_capacity(256);
        for byte in 0..=u8::MAX {
            single.push(strings.intern_new(&[byte], budget)?);
        }
        strings.single = single;
        Ok(strings)
    }

    /// Values that live as long as the pool.
    pub(crate) fn fixed(&self) -> impl Iterator<Item = Value> {
        self.single.iter().copied().chain([self.empty])
    }

    #[inline]
    pub(crate) fn bytes(&self, index: StringIndex) -> &[u8] {
        self.arena[index].as_bytes()
    }

    /// The hash by which tables place the string.
    pub(crate) fn hash_of(&self, index: StringIndex) -> u32 {
        let string = &self.arena[index];
        if !string.hash_known.get() {
            string.table_hash.set(table_hash(string.as_bytes()));
            string.hash_known.set(true);
        }
        string.table_hash.get()
    }

    /// The hash by which the pool places the string: the same for the same bytes, but not from run to run.
    #[inline]
    pub(crate) fn pool_hash(&self, index: StringIndex) -> u32 {
        self.arena[index].strong_hash
    }

    #[inline]
    fn strong_hash(&self, bytes: &[u8]) -> u32 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(bytes);
        hasher.finish() as u32
    }

    /// The string of one byte; costs nothing.
    #[inline(always)]
    pub(crate) fn single(&self, byte: u8) -> Value {
        self.single[byte as usize]
    }

    /// The string with these bytes, made if there is none.
    #[inline]
    pub(crate) fn intern(
        &mut self,
        bytes: &[u8],
        budget: &mut Budget,
    ) -> Result<Value, OutOfMemory> {
        match bytes {
            [] => Ok(self.empty),
            [byte] => Ok(self.single[*byte as usize]),
            _ => self.intern_new(bytes, budget),
        }
    }

    fn value_of(&self, index: StringIndex, len: usize) -> Value {
        if len <= SHORT_MAX {
            Value::short_string(index, self.arena[index].table_hash.get())
        } else {
            Value::long_string(index)
        }
    }

    #[inline]
    fn find(&mut self, bytes: &[u8], strong_hash: u32) -> Option<Value> {
        let index = self.locate(bytes, strong_hash)?;
        Some(self.revive(index, bytes.len()))
    }

    /// The string with these bytes, if the pool has it.
    #[inline]
    fn locate(&self, bytes: &[u8], strong_hash: u32) -> Option<StringIndex> {
        let bucket = strong_hash as usize & (self.buckets.len() - 1);
        let mut index = self.buckets[bucket];
        while index.is_some() {
            let string = &self.arena[index];
            if string.strong_hash == strong_hash && equal(string.as_bytes(), bytes) {
                return Some(index);
            }
            index = string.next;
        }
        None
    }

    /// A string that the sweep has not reached yet may be dead: it lives again.
    #[inline]
    fn revive(&mut self, index: StringIndex, len: usize) -> Value {
        let white = self.white;
        let string = &mut self.arena[index];
        if string.mark.is_white() {
            string.mark = white;
        }
        self.value_of(index, len)
    }

    /// The string with the bytes of a part of another one; what lies outside of it is left out.
    #[inline]
    pub(crate) fn intern_part(
        &mut self,
        index: StringIndex,
        range: Range<usize>,
        budget: &mut Budget,
    ) -> Result<Value, OutOfMemory> {
        let whole = self.arena[index].as_bytes();
        let part = whole.get(range).unwrap_or_default();
        let len = part.len();
        match part {
            [] => return Ok(self.empty),
            [byte] => return Ok(self.single[*byte as usize]),
            _ if len == whole.len() => return Ok(self.value_of(index, len)),
            _ => {}
        }
        let strong_hash = self.strong_hash(part);
        if let Some(found) = self.locate(part, strong_hash) {
            return Ok(self.revive(found, len));
        }
        if len <= INLINE_MAX {
            let mut inline = [0; INLINE_MAX];
            inline[..len].copy_from_slice(part);
            return self.insert(Content::Inline(&inline[..len]), strong_hash, budget);
        }
        budget.charge(len)?;
        self.insert(Content::Block(part.into()), strong_hash, budget)
    }

    /// The string with these bytes; a long one keeps their block.
    pub(crate) fn intern_owned(
        &mut self,
        bytes: Vec<u8>,
        budget: &mut Budget,
    ) -> Result<Value, OutOfMemory> {
        if bytes.len() <= INLINE_MAX {
            return self.intern(&bytes, budget);
        }
        let strong_hash = self.strong_hash(&bytes);
        if let Some(value) = self.find(&bytes, strong_hash) {
            return Ok(value);
        }
        budget.charge(bytes.len())?;
        self.insert(Content::Block(bytes.into_boxed_slice()), strong_hash, budget)
    }

    fn intern_new(&mut self, bytes: &[u8], budget: &mut Budget) -> Result<Value, OutOfMemory> {
        let strong_hash = self.strong_hash(bytes);
        if let Some(value) = self.find(bytes, strong_hash) {
            return Ok(value);
        }
        let content = if bytes.len() <= INLINE_MAX {
            Content::Inline(bytes)
        } else {
            budget.charge(bytes.len())?;
            Content::Block(bytes.into())
        };
        self.insert(content, strong_hash, budget)
    }

    /// Adds a string that the pool does not have. It is written where it is to stay: one that is made elsewhere
    /// and copied has to be read again before the processor is done with writing it.
    fn insert(
        &mut self,
        content: Content<'_>,
        strong_hash: u32,
        budget: &mut Budget,
    ) -> Result<Value, OutOfMemory> {
        let text = match &content {
            Content::Inline(text) => text,
            Content::Block(block) => &**block,
        };
        let len = text.len();
        let short = len <= SHORT_MAX;
        let table_hash = if short { table_hash(text) } else { 0 };
        let index = match self.arena.allocate(budget) {
            Ok(index) => StringIndex(index),
            Err(error) => {
                if len > INLINE_MAX {
                    budget.refund(len);
                }
                return Err(error);
            }
        };
        let bucket = strong_hash as usize & (self.buckets.len() - 1);
        let next = core::mem::replace(&mut self.buckets[bucket], index);
        let white = self.white;
        let string = &mut self.arena[index];
        string.next = next;
        string.strong_hash = strong_hash;
        string.table_hash.set(table_hash);
        string.hash_known.set(short);
        string.mark = white;
        match content {
            Content::Inline(text) => {
                if let Bytes::Inline { len, bytes } = &mut string.bytes {
                    *len = text.len() as u8;
                    bytes[..text.len()].copy_from_slice(text);
                }
            }
            Content::Block(block) => string.bytes = Bytes::Block(block),
        }
        if self.arena.live() > self.buckets.len() {
            self.grow(budget);
        }
        Ok(if short { Value::short_string(index, table_hash) } else { Value::long_string(index) })
    }

    #[cold]
    fn grow(&mut self, budget: &mut Budget) {
        let len = self.buckets.len() * 2;
        // Without memory for it the pool only gets slower.
        if budget.charge_silently(self.buckets.len() * size_of::<StringIndex>()).is_err() {
            return;
        }
        self.spread(len);
    }

    /// Gives back what the strings that are left do not need, to the last slot.
    pub(crate) fn fit(&mut self, budget: &mut Budget) {
        self.arena.fit(budget);
        let before = self.buckets.len();
        let wish = (2 * self.arena.live()).next_power_of_two().max(BUCKETS_MIN);
        if wish < before {
            self.spread(wish);
            budget.refund((before - wish) * size_of::<StringIndex>());
        }
    }

    /// Bytes that are kept for strings to come.
    pub(crate) fn spare_bytes(&self) -> usize {
        self.arena.spare_bytes()
    }

    /// An empty pool with the same hash, whose strings are put in their slots one by one.
    #[cfg(feature = "snapshot")]
    pub(crate) fn emptied(
        &self,
        arena: Arena<LuaString>,
        buckets: usize,
        budget: &mut Budget,
    ) -> Result<Self, OutOfMemory> {
        let buckets = buckets.max(BUCKETS_MIN);
        budget.charge(buckets * size_of::<StringIndex>() + 256 * size_of::<Value>())?;
        Ok(Self {
            arena,
            buckets: vec![StringIndex::NONE; buckets],
            hasher: self.hasher.clone(),
            single: Vec::new(),
            empty: Value::NIL,
            white: Mark::WHITE_A,
        })
    }

    /// Number of buckets.
    #[cfg(feature = "snapshot")]
    pub(crate) fn bucket_count(&self) -> usize {
        self.buckets.len()
    }

    /// The string in a slot as a value.
    #[cfg(feature = "snapshot")]
    pub(crate) fn value_at(&self, index: StringIndex) -> Value {
        self.value_of(index, self.arena[index].as_bytes().len())
    }

    /// Puts a string in a slot that waits for one. `None` when another slot has the same bytes.
    #[cfg(feature = "snapshot")]
    pub(crate) fn place(
        &mut self,
        index: StringIndex,
        bytes: &[u8],
        budget: &mut Budget,
    ) -> Result<Option<Value>, OutOfMemory> {
        let strong_hash = self.strong_hash(bytes);
        if self.locate(bytes, strong_hash).is_some() {
            return Ok(None);
        }
        let content = if bytes.len() <= INLINE_MAX {
            let mut inline = [0; INLINE_MAX];
            inline[..bytes.len()].copy_from_slice(bytes);
            Bytes::Inline { len: bytes.len() as u8, bytes: inline }
        } else {
            budget.charge(bytes.len())?;
            Bytes::Block(bytes.into())
        };
        let short = bytes.len() <= SHORT_MAX;
        let bucket = strong_hash as usize & (self.buckets.len() - 1);
        self.arena[index] = LuaString {
            bytes: content,
            next: self.buckets[bucket],
            strong_hash,
            table_hash: Cell::new(if short { table_hash(bytes) } else { 0 }),
            hash_known: Cell::new(short),
            mark: self.white,
        };
        self.buckets[bucket] = index;
        Ok(Some(self.value_of(index, bytes.len())))
    }

    /// Finds the strings that every pool has, when all are in place.
    #[cfg(feature = "snapshot")]
    pub(crate) fn find_fixed(&mut self, budget: &mut Budget) -> Result<(), OutOfMemory> {
        self.empty = self.intern_new(&[], budget)?;
        for byte in 0..=u8::MAX {
            let value = self.intern_new(&[byte], budget)?;
            self.single.push(value);
        }
        Ok(())
    }

    /// Gives back what the strings that are left do not need.
    pub(crate) fn trim(&mut self, budget: &mut Budget) {
        self.arena.trim(budget);
        let before = self.buckets.len();
        let wish = (2 * self.arena.live()).next_power_of_two().max(BUCKETS_MIN);
        // Not for what the next cycle needs again.
        if wish <= before / 16 {
            self.spread(wish);
            budget.refund((before - wish) * size_of::<StringIndex>());
        }
    }

    /// Puts all strings into `len` buckets, a power of two.
    fn spread(&mut self, len: usize) {
        let old = core::mem::replace(&mut self.buckets, vec![StringIndex::NONE; len]);
        for mut index in old {
            while index.is_some() {
                let string = &mut self.arena[index];
                let bucket = string.strong_hash as usize & (len - 1);
                let next = core::mem::replace(&mut string.next, self.buckets[bucket]);
                self.buckets[bucket] = index;
                index = next;
            }
        }
    }

    /// Takes a dead string out of the pool and frees it; returns the bytes that were outside its slot.
    pub(crate) fn release(&mut self, index: StringIndex) -> usize {
        let dead = &self.arena[index];
        let (bucket, next) = (dead.strong_hash as usize & (self.buckets.len() - 1), dead.next);
        let mut at = self.buckets[bucket];
        if at == index {
            self.buckets[bucket] = next;
        } else {
            while at.is_some() {
                let string = &mut self.arena[at];
                if string.next == index {
                    string.next = next;
                    break;
                }
                at = string.next;
            }
        }
        self.arena.release(index.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bytes_are_one_string() {
        let mut budget = Budget::new(usize::MAX);
        let mut strings = Strings::new([1, 2, 3, 4], &mut budget).unwrap();
        for len in 0..100 {
            let bytes = vec![b'x'; len];
            let first = strings.intern(&bytes, &mut budget).unwrap();
            assert_eq!(first, strings.intern(&bytes, &mut budget).unwrap());
            assert_eq!(strings.bytes(first.as_string().unwrap()), bytes);
        }
    }

    #[test]
    fn the_pool_grows_and_forgets() {
        let mut budget = Budget::new(usize::MAX);
        let mut strings = Strings::new([1, 2, 3, 4], &mut budget).unwrap();
        let all: Vec<Value> = (0..5000)
            .map(|n| strings.intern(format!("string number {n}").as_bytes(), &mut budget).unwrap())
            .collect();
        for (n, value) in all.iter().enumerate().step_by(2) {
            strings.release(value.as_string().unwrap());
            let again = strings.intern(format!("string number {}", n + 1).as_bytes(), &mut budget);
            assert_eq!(again.unwrap(), all[n + 1]);
        }
    }
}
