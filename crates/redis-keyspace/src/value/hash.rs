//! A hash: fields and values in the order in which the fields were added.
//!
//! That is the order of Redis's listpack, which scripts see. Redis walks a hash that has outgrown the
//! listpack in the order of its secret hash function; ours keeps the order of insertion.

use ahash::RandomState;
use snapshot::{FormatError, Reader, Writer};

use crate::dict::Dict;
use crate::random::Random;
use crate::settings::Thresholds;

#[derive(Debug, Clone)]
pub(crate) struct Hash {
    fields: Dict<Box<[u8]>>,
    /// Bytes of all values together.
    values_size: usize,
    /// Once outgrown, a listpack does not come back.
    is_listpack: bool,
}

impl Hash {
    pub(crate) fn new(hasher: &RandomState) -> Self {
        Self { fields: Dict::new(hasher), values_size: 0, is_listpack: true }
    }

    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    /// Bytes of all fields and values together.
    pub(crate) fn content_size(&self) -> usize {
        self.fields.keys_size() + self.values_size
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub(crate) fn get(&self, field: &[u8]) -> Option<&[u8]> {
        self.fields.get(field).map(|value| &**value)
    }

    pub(crate) fn contains(&self, field: &[u8]) -> bool {
        self.fields.contains(field)
    }

    /// Answers whether the field is new.
    pub(crate) fn set(&mut self, field: &[u8], value: &[u8], thresholds: &Thresholds) -> bool {
        let size_max = thresholds.hash_size_max;
        if field.len() > size_max || value.len() > size_max {
            self.is_listpack = false;
        }
        if let Some(old) = self.fields.find(field).and_then(|slot| self.fields.value_mut(slot)) {
            self.values_size = self.values_size - old.len() + value.len();
            *old = value.into();
            return false;
        }
        self.values_size += value.len();
        self.fields.insert(field, value.into());
        if self.fields.len() > thresholds.hash_len_max {
            self.is_listpack = false;
        }
        true
    }

    /// Makes this a hashtable when one of `arguments` would not fit a listpack, as `HSET` does before it
    /// sets anything.
    pub(crate) fn make_room_for(&mut self, arguments: &[&[u8]], thresholds: &Thresholds) {
        if arguments.iter().any(|argument| argument.len() > thresholds.hash_size_max) {
            self.is_listpack = false;
        }
    }

    /// Answers whether the field was there.
    pub(crate) fn remove(&mut self, field: &[u8]) -> bool {
        let Some(slot) = self.fields.find(field) else { return false };
        if let Some((_, value)) = self.fields.remove(slot) {
            self.values_size -= value.len();
        }
        self.fields.tidy();
        true
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.fields.iter().map(|(field, value)| (field, &**value))
    }

    pub(crate) fn random(&self, random: &mut Random) -> Option<(&[u8], &[u8])> {
        let slot = self.fields.random(random)?;
        Some((self.fields.key(slot)?, self.fields.value(slot)?))
    }

    pub(crate) fn scan<'a>(
        &'a self,
        cursor: u64,
        count: usize,
        mut show: impl FnMut(&'a [u8], &'a [u8]),
    ) -> u64 {
        // A listpack is shown as a whole, whatever the cursor.
        let (cursor, count) = if self.is_listpack { (0, usize::MAX) } else { (cursor, count) };
        self.fields.scan(cursor, count, |field, value| show(field, value))
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        out.flag(self.is_listpack);
        self.fields.save(out, |out, value| out.bytes(value));
    }

    pub(crate) fn load(input: &mut Reader<'_>, hasher: &RandomState) -> Result<Self, FormatError> {
        let is_listpack = input.flag()?;
        let fields = Dict::load(input, hasher, |input| Ok(input.bytes()?.into()))?;
        let mut hash = Self { fields, values_size: 0, is_listpack };
        hash.values_size = hash.iter().map(|(_, value)| value.len()).sum();
        Ok(hash)
    }

    pub(crate) fn encoding(&self) -> &'static str {
        if self.is_listpack { "listpack" } else { "hashtable" }
    }
}
