//! Roots: handles that the host keeps across calls.
//!
//! A root is an index and a generation. The host's handle registers it when made and its drop is queued,
//! since a handle may be dropped while the machine runs; the collector works the queue off. A root that
//! comes back is checked: one that was dropped, or of another machine, is an error and never another object.

use std::cell::RefCell;
use std::rc::Rc;

use crate::value::Value;

/// Names a value that the collector keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RootId {
    index: u32,
    generation: u32,
}

#[derive(Debug)]
struct Entry {
    value: Value,
    generation: u32,
    used: bool,
}

/// Roots whose handles were dropped.
pub(crate) type DropQueue = Rc<RefCell<Vec<RootId>>>;

/// The table of roots.
#[derive(Debug)]
pub(crate) struct Roots {
    entries: Vec<Entry>,
    free: Vec<u32>,
    dropped: DropQueue,
    /// Values that the host converts at the moment: a stack, whose user takes off what it has put on.
    pub(crate) pinned: Vec<Value>,
}

impl Roots {
    pub(crate) fn new() -> Self {
        Self {
            entries: Vec::new(),
            free: Vec::new(),
            dropped: DropQueue::default(),
            pinned: Vec::new(),
        }
    }

    /// Where handles leave word of their end.
    pub(crate) fn drop_queue(&self) -> DropQueue {
        self.dropped.clone()
    }

    /// Keeps a value.
    pub(crate) fn add(&mut self, value: Value) -> RootId {
        self.apply_drops();
        if let Some(index) = self.free.pop() {
            let entry = &mut self.entries[index as usize];
            entry.value = value;
            entry.used = true;
            return RootId { index, generation: entry.generation };
        }
        self.entries.push(Entry { value, generation: 0, used: true });
        RootId { index: self.entries.len() as u32 - 1, generation: 0 }
    }

    /// The value that a root keeps; none when it is stale.
    pub(crate) fn get(&self, id: RootId) -> Option<Value> {
        let entry = self.entries.get(id.index as usize)?;
        (entry.used && entry.generation == id.generation).then_some(entry.value)
    }

    /// Another heap comes: a root of one of these tables is one of the table that takes its place, all others are
    /// stale from now on.
    #[cfg(feature = "snapshot")]
    pub(crate) fn move_to(&mut self, tables: [(Value, Value); 2]) {
        self.apply_drops();
        self.pinned.clear();
        for (index, entry) in (0..).zip(&mut self.entries) {
            if !entry.used {
                continue;
            }
            if let Some((_, after)) = tables.iter().find(|(before, _)| *before == entry.value) {
                entry.value = *after;
                continue;
            }
            entry.used = false;
            entry.value = Value::NIL;
            entry.generation = entry.generation.wrapping_add(1);
            self.free.push(index);
        }
    }

    /// Frees the roots whose handles were dropped.
    pub(crate) fn apply_drops(&mut self) {
        for id in self.dropped.take() {
            if let Some(entry) = self.entries.get_mut(id.index as usize)
                && entry.used
                && entry.generation == id.generation
            {
                entry.used = false;
                entry.value = Value::NIL;
                entry.generation = entry.generation.wrapping_add(1);
                self.free.push(id.index);
            }
        }
    }

    /// The values kept.
    pub(crate) fn values(&self) -> impl Iterator<Item = Value> {
        let rooted = self.entries.iter().filter(|entry| entry.used).map(|entry| entry.value);
        rooted.chain(self.pinned.iter().copied())
    }
}
