//! A text in the making: bytes that are charged to the memory budget before they are allocated.

use crate::error::Failure;
use crate::heap::Heap;
use crate::heap::charge::Budget;
use crate::limits::STRING_LEN_MAX;
use crate::native::CallContext;
use crate::value::Value;

/// Capacity up to which the heap keeps its scratch buffer; it is charged to nobody.
const SCRATCH_KEPT: usize = 64 * 1024;
/// Capacity of the first block.
const FIRST_SIZE: usize = 256;

/// A growing text.
///
/// It begins with the heap's scratch buffer and must be given back with [`finish`](Self::finish) or
/// [`abandon`](Self::abandon), or the charged bytes are lost to the budget.
#[derive(Debug)]
pub(crate) struct Buffer {
    pub(crate) bytes: Vec<u8>,
    /// Bytes of capacity that were charged.
    charged: usize,
    /// Capacity up to which nothing is charged.
    free: usize,
}

impl Buffer {
    /// An empty text.
    #[inline]
    pub(crate) fn new(heap: &mut Heap) -> Self {
        let mut bytes = core::mem::take(&mut heap.scratch);
        bytes.clear();
        Self { bytes, charged: 0, free: SCRATCH_KEPT }
    }

    /// Makes room for `more` bytes.
    ///
    /// # Errors
    /// [`Failure::Memory`].
    #[inline(always)]
    pub(crate) fn reserve(&mut self, more: usize, budget: &mut Budget) -> Result<(), Failure> {
        if self.bytes.capacity() - self.bytes.len() >= more {
            Ok(())
        } else {
            self.grow(more, budget)
        }
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// [`Failure::Memory`].
    #[inline(always)]
    pub(crate) fn push(&mut self, bytes: &[u8], budget: &mut Budget) -> Result<(), Failure> {
        self.reserve(bytes.len(), budget)?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, more: usize, budget: &mut Budget) -> Result<(), Failure> {
        let needed = self.bytes.len().saturating_add(more);
        if needed > STRING_LEN_MAX {
            return Err(Failure::Memory);
        }
        let wish = needed.max(self.bytes.capacity() * 2).max(FIRST_SIZE);
        let size = if self.charge(wish, budget).is_ok() {
            wish
        } else {
            self.charge(needed, budget)?;
            needed
        };
        self.bytes.reserve_exact(size - self.bytes.len());
        Ok(())
    }

    /// Charges for a capacity of `size`.
    fn charge(&mut self, size: usize, budget: &mut Budget) -> Result<(), Failure> {
        let cost = if size > self.free { size } else { 0 };
        budget.charge_silently(cost.saturating_sub(self.charged))?;
        self.charged = self.charged.max(cost);
        Ok(())
    }

    /// Charges for all of it, since it is about to outlive the native that began it.
    ///
    /// # Errors
    /// [`Failure::Memory`].
    pub(crate) fn charge_all(&mut self, budget: &mut Budget) -> Result<(), Failure> {
        self.free = 0;
        self.charge(self.bytes.capacity(), budget)
    }

    /// Bytes that are charged for it.
    pub(crate) fn charged(&self) -> usize {
        self.charged
    }

    /// The text as a string.
    ///
    /// # Errors
    /// [`Failure::Memory`].
    #[inline]
    pub(crate) fn finish(self, heap: &mut Heap) -> Result<Value, Failure> {
        if self.bytes.capacity() > SCRATCH_KEPT {
            heap.budget.refund(self.charged);
            return heap.intern_owned(self.bytes);
        }
        let result = heap.intern(&self.bytes);
        self.abandon(heap);
        result
    }

    /// Gives back what it holds.
    #[inline]
    pub(crate) fn abandon(self, heap: &mut Heap) {
        heap.budget.refund(self.charged);
        let capacity = self.bytes.capacity();
        if capacity <= SCRATCH_KEPT && capacity > heap.scratch.capacity() {
            heap.scratch = self.bytes;
        }
    }
}

/// The string that `write` writes.
///
/// # Errors
/// Those of `write`; [`Failure::Memory`].
#[inline(always)]
pub(crate) fn build(
    cx: &mut CallContext<'_>,
    write: impl FnOnce(&mut CallContext<'_>, &mut Buffer) -> Result<(), Failure>,
) -> Result<Value, Failure> {
    let mut buffer = Buffer::new(cx.heap);
    match write(cx, &mut buffer) {
        Ok(()) => buffer.finish(cx.heap),
        Err(failure) => {
            buffer.abandon(cx.heap);
            Err(failure)
        }
    }
}
