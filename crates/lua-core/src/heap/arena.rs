//! One arena per kind of object: a vector of slots, and the slots that are free.
//!
//! A slot that was freed holds an empty object with the mark [`Mark::FREE`], so an index that is out of
//! date reads an empty object, never another one's memory.

use crate::heap::charge::{Budget, OutOfMemory};

/// The collector's colour of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark(pub(crate) u8);

impl Mark {
    pub(crate) const FREE: Mark = Mark(0);
    pub(crate) const WHITE_A: Mark = Mark(1);
    pub(crate) const WHITE_B: Mark = Mark(2);
    pub(crate) const GREY: Mark = Mark(4);
    pub(crate) const BLACK: Mark = Mark(8);

    pub(crate) fn is_white(self) -> bool {
        self.0 & (Self::WHITE_A.0 | Self::WHITE_B.0) != 0
    }

    pub(crate) fn other_white(self) -> Mark {
        Mark(self.0 ^ (Self::WHITE_A.0 | Self::WHITE_B.0))
    }
}

/// What an arena needs to know of its objects.
pub(crate) trait Object {
    /// Bytes that every slot in use holds outside itself, whatever the object.
    const BOXED_BYTES: usize = 0;
    /// Makes a slot what a free one is.
    fn reset(&mut self)
    where
        Self: Sized,
    {
        *self = Self::empty();
    }
    /// What a free slot holds.
    fn empty() -> Self;
    fn mark(&self) -> Mark;
    fn set_mark(&mut self, mark: Mark);
    /// Bytes outside the slot.
    fn outside_bytes(&self) -> usize;
}

/// A vector of slots of one kind.
#[derive(Debug)]
pub(crate) struct Arena<T> {
    pub(crate) slots: Vec<T>,
    free: Vec<u32>,
}

/// Slots that an arena grows by at least, so that small heaps stay small.
const GROWTH_MIN: usize = 16;

/// Slots that an arena keeps, however few are in use.
const SLOTS_KEPT_MIN: usize = 256;

impl<T: Object> Arena<T> {
    pub(crate) const fn new() -> Self {
        Self { slots: Vec::new(), free: Vec::new() }
    }

    /// Puts an object, whose outside bytes are already charged, into a slot.
    #[inline]
    pub(crate) fn insert(&mut self, object: T, budget: &mut Budget) -> Result<u32, OutOfMemory> {
        budget.debt += (size_of::<T>() + T::BOXED_BYTES) as isize;
        if let Some(index) = self.free.pop() {
            self.slots[index as usize] = object;
            return Ok(index);
        }
        if self.slots.len() == self.slots.capacity() {
            self.grow(budget)?;
        }
        let index = self.slots.len() as u32;
        self.slots.push(object);
        Ok(index)
    }

    /// A slot that holds an empty object, to be filled in place.
    #[inline]
    pub(crate) fn allocate(&mut self, budget: &mut Budget) -> Result<u32, OutOfMemory> {
        match self.free.pop() {
            // What a free slot holds is empty.
            Some(index) => {
                budget.debt += (size_of::<T>() + T::BOXED_BYTES) as isize;
                Ok(index)
            }
            None => self.insert(T::empty(), budget),
        }
    }

    #[cold]
    fn grow(&mut self, budget: &mut Budget) -> Result<(), OutOfMemory> {
        let len = self.slots.len();
        if len >= (u32::MAX - 1) as usize {
            return Err(OutOfMemory);
        }
        let slot = size_of::<T>() + size_of::<u32>() + T::BOXED_BYTES;
        // Half as much again, or what the limit still allows.
        let wish = (len / 2).max(GROWTH_MIN);
        let room = budget.room() / slot;
        let more = wish.min(room);
        if more == 0 {
            return Err(OutOfMemory);
        }
        budget.charge_silently(more * slot)?;
        self.slots.reserve_exact(more);
        self.free.reserve_exact(self.slots.capacity() - self.free.len());
        Ok(())
    }

    /// Frees a slot; returns the bytes that lay outside it.
    pub(crate) fn release(&mut self, index: u32) -> usize {
        let slot = &mut self.slots[index as usize];
        let bytes = slot.outside_bytes();
        slot.reset();
        slot.set_mark(Mark::FREE);
        self.free.push(index);
        bytes
    }

    /// Gives free slots at the end back, when there are far more slots than objects. Called when a sweep is
    /// over, so every index in use is of a live object.
    pub(crate) fn trim(&mut self, budget: &mut Budget) {
        let capacity = self.slots.capacity();
        if self.live() > capacity / 8 || capacity < 2 * SLOTS_KEPT_MIN {
            return;
        }
        let kept = (2 * self.used_len()).max(SLOTS_KEPT_MIN);
        if kept <= capacity / 2 {
            self.keep(kept, budget);
        }
    }

    /// Gives all free slots at the end back but for the least that an arena keeps, so that a heap with the same
    /// objects has the same size. Called like [`Self::trim`].
    pub(crate) fn fit(&mut self, budget: &mut Budget) {
        let kept = self.used_len().max(SLOTS_KEPT_MIN);
        if kept < self.slots.capacity() {
            self.keep(kept, budget);
        }
    }

    /// Slots up to the last one in use.
    fn used_len(&self) -> usize {
        self.slots.iter().rposition(|slot| slot.mark() != Mark::FREE).map_or(0, |last| last + 1)
    }

    fn keep(&mut self, kept: usize, budget: &mut Budget) {
        let capacity = self.slots.capacity();
        self.slots.truncate(kept);
        // The lowest are used first, so that the end stays free.
        let free = (0..kept.min(self.slots.len())).rev();
        let free = free.filter(|&slot| self.slots[slot].mark() == Mark::FREE);
        self.free.clear();
        self.free.extend(free.map(|slot| slot as u32));
        self.slots.shrink_to(kept);
        self.free.shrink_to(kept);
        let slot = size_of::<T>() + size_of::<u32>() + T::BOXED_BYTES;
        budget.refund((capacity - self.slots.capacity()) * slot);
    }

    /// Bytes of the slots that are free.
    pub(crate) fn spare_bytes(&self) -> usize {
        let slot = size_of::<T>() + size_of::<u32>() + T::BOXED_BYTES;
        self.slots.capacity().saturating_sub(self.live()) * slot
    }

    /// The slots that are free; the last is used first.
    #[cfg(feature = "snapshot")]
    pub(crate) fn free(&self) -> &[u32] {
        &self.free
    }

    /// An arena of `len` empty slots, with room for `capacity`, of which these are free. The others are filled in
    /// by the caller.
    #[cfg(feature = "snapshot")]
    pub(crate) fn with_slots(
        len: usize,
        capacity: usize,
        free: &[u32],
        budget: &mut Budget,
    ) -> Result<Self, OutOfMemory> {
        let slot = size_of::<T>() + size_of::<u32>() + T::BOXED_BYTES;
        let capacity = capacity.max(len);
        budget.charge_silently(capacity.checked_mul(slot).ok_or(OutOfMemory)?)?;
        let mut arena = Self::new();
        arena.slots.reserve_exact(capacity);
        arena.slots.resize_with(len, T::empty);
        arena.free.reserve_exact(capacity);
        arena.free.extend_from_slice(free);
        Ok(arena)
    }

    pub(crate) fn live(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Bytes of slots that objects have left.
    pub(crate) fn free_bytes(&self) -> usize {
        self.free.len() * size_of::<T>()
    }
}

macro_rules! arena_index {
    ($($object:ty, $index:ident;)*) => {$(
        impl core::ops::Index<$crate::handle::$index> for $crate::heap::arena::Arena<$object> {
            type Output = $object;
            #[inline(always)]
            fn index(&self, index: $crate::handle::$index) -> &$object {
                &self.slots[index.slot()]
            }
        }
        impl core::ops::IndexMut<$crate::handle::$index> for $crate::heap::arena::Arena<$object> {
            #[inline(always)]
            fn index_mut(&mut self, index: $crate::handle::$index) -> &mut $object {
                &mut self.slots[index.slot()]
            }
        }
    )*};
}
pub(crate) use arena_index;
