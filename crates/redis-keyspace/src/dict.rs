//! A map from byte strings that remembers the order of insertion.
//!
//! Entries lie in slots in the order they came; a removed one leaves an empty slot until [`Dict::tidy`]
//! closes the gaps. Each slot carries a number that only grows, so a scan can go on where it stopped
//! whatever has been inserted, removed or tidied since.

use ahash::RandomState;
use snapshot::{FormatError, Reader, Writer};

use crate::index::HashIndex;
use crate::limits::DICT_LINEAR_LEN_MAX;
use crate::random::Random;

/// Index of an entry; valid until it is removed or the dict is tidied.
pub(crate) type Slot = u32;

/// Byte strings to values, in the order of insertion.
#[derive(Debug, Clone)]
pub(crate) struct Dict<V> {
    slots: Vec<Entry<V>>,
    /// Empty while a search one by one is faster.
    index: HashIndex,
    is_indexed: bool,
    live: usize,
    /// Bytes of all keys together.
    keys_size: usize,
    next_serial: u64,
    hasher: RandomState,
}

#[derive(Debug, Clone)]
struct Entry<V> {
    /// Greater than that of every earlier slot.
    serial: u64,
    content: Option<(Box<[u8]>, V)>,
}

impl<V> Dict<V> {
    pub(crate) fn new(hasher: &RandomState) -> Self {
        Self {
            slots: Vec::new(),
            index: HashIndex::default(),
            is_indexed: false,
            live: 0,
            keys_size: 0,
            next_serial: 1,
            hasher: hasher.clone(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.live
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Bytes of all keys together.
    pub(crate) fn keys_size(&self) -> usize {
        self.keys_size
    }

    pub(crate) fn find(&self, key: &[u8]) -> Option<Slot> {
        if self.is_indexed {
            self.index.find(self.hash(key), |slot| self.key(slot) == Some(key))
        } else {
            self.slots
                .iter()
                .position(|slot| slot.content.as_ref().is_some_and(|(k, _)| **k == *key))
                .map(|at| at as Slot)
        }
    }

    pub(crate) fn key(&self, slot: Slot) -> Option<&[u8]> {
        let (key, _) = self.slots.get(slot as usize)?.content.as_ref()?;
        Some(key)
    }

    pub(crate) fn value(&self, slot: Slot) -> Option<&V> {
        let (_, value) = self.slots.get(slot as usize)?.content.as_ref()?;
        Some(value)
    }

    pub(crate) fn value_mut(&mut self, slot: Slot) -> Option<&mut V> {
        let (_, value) = self.slots.get_mut(slot as usize)?.content.as_mut()?;
        Some(value)
    }

    pub(crate) fn get(&self, key: &[u8]) -> Option<&V> {
        self.find(key).and_then(|slot| self.value(slot))
    }

    pub(crate) fn contains(&self, key: &[u8]) -> bool {
        self.find(key).is_some()
    }

    /// Adds an entry at the end. The key must be absent.
    pub(crate) fn insert(&mut self, key: &[u8], value: V) -> Slot {
        let slot = self.slots.len() as Slot;
        self.slots.push(Entry { serial: self.next_serial, content: Some((key.into(), value)) });
        self.next_serial += 1;
        self.live += 1;
        self.keys_size += key.len();
        if self.is_indexed {
            self.index.insert(self.hash(key), slot);
        } else if self.slots.len() > DICT_LINEAR_LEN_MAX {
            self.build_index();
        }
        slot
    }

    /// Takes an entry out and leaves its slot empty.
    pub(crate) fn remove(&mut self, slot: Slot) -> Option<(Box<[u8]>, V)> {
        let (key, value) = self.slots.get_mut(slot as usize)?.content.take()?;
        self.live -= 1;
        self.keys_size -= key.len();
        if self.is_indexed {
            self.index.remove(self.hash(&key), slot);
        }
        Some((key, value))
    }

    /// Undoes the latest [`insert`](Self::insert) that has not been undone yet: its slot, which must be
    /// the last one, is gone.
    pub(crate) fn undo_insert(&mut self, slot: Slot) {
        self.remove(slot);
        if self.slots.len() == slot as usize + 1 {
            self.slots.pop();
            self.next_serial -= 1;
        }
    }

    /// Undoes a [`remove`](Self::remove): the slot, which must be empty, has its entry back.
    pub(crate) fn undo_remove(&mut self, slot: Slot, key: Box<[u8]>, value: V) {
        let hash = self.hash(&key);
        if let Some(entry) = self.slots.get_mut(slot as usize) {
            self.keys_size += key.len();
            entry.content = Some((key, value));
            self.live += 1;
            if self.is_indexed {
                self.index.insert(hash, slot);
            }
        }
    }

    /// Closes the gaps when they are the greater part. Answers whether slots have changed.
    pub(crate) fn tidy(&mut self) -> bool {
        if self.slots.len() <= 2 * self.live + DICT_LINEAR_LEN_MAX {
            return false;
        }
        self.slots.retain(|slot| slot.content.is_some());
        self.slots.shrink_to(self.live * 2);
        self.index.clear();
        self.is_indexed = false;
        if self.slots.len() > DICT_LINEAR_LEN_MAX {
            self.build_index();
        }
        true
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &V)> {
        self.slots.iter().filter_map(|slot| {
            let (key, value) = slot.content.as_ref()?;
            Some((&**key, value))
        })
    }

    pub(crate) fn iter_slots(&self) -> impl Iterator<Item = (Slot, &V)> {
        self.slots
            .iter()
            .enumerate()
            .filter_map(|(at, slot)| Some((at as Slot, &slot.content.as_ref()?.1)))
    }

    /// Some entry, each with the same chance as long as most slots are in use.
    pub(crate) fn random(&self, random: &mut Random) -> Option<Slot> {
        const TRIES: usize = 64;
        if self.live == 0 {
            return None;
        }
        let mut at = 0;
        for _ in 0..TRIES {
            at = random.below(self.slots.len());
            if self.slots[at].content.is_some() {
                return Some(at as Slot);
            }
        }
        (at..self.slots.len())
            .chain(0..at)
            .find(|&at| self.slots[at].content.is_some())
            .map(|at| at as Slot)
    }

    /// Shows up to `count` entries from `cursor` on, where 0 is the beginning. Answers the cursor to go
    /// on with; 0 at the end.
    ///
    /// Whoever follows the cursors sees every entry that is there all the time exactly once.
    pub(crate) fn scan<'a>(
        &'a self,
        cursor: u64,
        count: usize,
        mut show: impl FnMut(&'a [u8], &'a V),
    ) -> u64 {
        let from = self.slots.partition_point(|slot| slot.serial < cursor);
        let mut left = count;
        for slot in &self.slots[from..] {
            let Some((key, value)) = &slot.content else { continue };
            if left == 0 {
                return slot.serial;
            }
            left -= 1;
            show(key, value);
        }
        0
    }

    /// Writes all slots with their numbers.
    pub(crate) fn save(&self, out: &mut Writer, value: impl Fn(&mut Writer, &V)) {
        out.number(self.next_serial);
        out.len(self.slots.len());
        let mut last = 0;
        for slot in &self.slots {
            out.number(slot.serial - last);
            last = slot.serial;
            out.option(slot.content.as_ref(), |out, (key, content)| {
                out.bytes(key);
                value(out, content);
            });
        }
    }

    /// Reads what [`Self::save`] wrote, from bytes that may be anything.
    ///
    /// # Errors
    /// They are something else.
    pub(crate) fn load(
        input: &mut Reader<'_>,
        hasher: &RandomState,
        mut value: impl FnMut(&mut Reader<'_>) -> Result<V, FormatError>,
    ) -> Result<Self, FormatError> {
        let mut dict = Self::new(hasher);
        let next_serial = input.number()?;
        input.check(next_serial <= crate::keyspace::COUNTER_MAX, "a slot's number")?;
        let mut serial = 0_u64;
        for _ in 0..input.count(2)? {
            let step = input.number()?;
            serial = serial.saturating_add(step);
            input.check(step > 0 && serial < next_serial, "a slot's number")?;
            dict.next_serial = serial;
            if input.flag()? {
                let key = input.bytes()?;
                let content = value(input)?;
                input.check(!dict.contains(key), "a key that is there twice")?;
                dict.insert(key, content);
            } else {
                dict.slots.push(Entry { serial, content: None });
            }
        }
        if !dict.is_indexed && dict.slots.len() > DICT_LINEAR_LEN_MAX {
            dict.build_index();
        }
        dict.next_serial = next_serial;
        Ok(dict)
    }

    fn hash(&self, key: &[u8]) -> u32 {
        // The upper half: ahash's lower bits are as good, but the choice must be one and the same.
        (self.hasher.hash_one(key) >> 32) as u32
    }

    fn build_index(&mut self) {
        self.is_indexed = true;
        self.index.clear();
        for at in 0..self.slots.len() {
            if let Some((key, _)) = &self.slots[at].content {
                self.index.insert(self.hash(key), at as Slot);
            }
        }
    }
}
