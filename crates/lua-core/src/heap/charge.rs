//! The memory budget: every allocation is charged here before it happens.
//!
//! `used` counts bytes as the allocator hands them out (whole arenas, with their free slots); `debt`
//! counts what was allocated since the collector last worked, and paces it.

/// The limit on memory would be passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory;

/// Bytes used, bytes allowed, and the collector's clock.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    /// Bytes handed out and not given back.
    pub(crate) used: usize,
    /// Most bytes that may be used.
    pub(crate) limit: usize,
    /// Most bytes that were ever used.
    pub(crate) peak: usize,
    /// Bytes allocated since the collector's last step, less what it may wait for: work is due when positive.
    pub(crate) debt: isize,
}

impl Budget {
    pub(crate) fn new(limit: usize) -> Self {
        Self { used: 0, limit, peak: 0, debt: 0 }
    }

    /// Takes `bytes` from the budget.
    #[inline]
    pub(crate) fn charge(&mut self, bytes: usize) -> Result<(), OutOfMemory> {
        self.charge_silently(bytes)?;
        self.debt += bytes as isize;
        Ok(())
    }

    /// Takes `bytes` that are no object's (slots of arenas): the collector's clock does not move.
    #[inline]
    pub(crate) fn charge_silently(&mut self, bytes: usize) -> Result<(), OutOfMemory> {
        let used = self.used.saturating_add(bytes);
        if used > self.limit {
            return Err(OutOfMemory);
        }
        self.used = used;
        if used > self.peak {
            self.peak = used;
        }
        Ok(())
    }

    /// Gives `bytes` back.
    #[inline]
    pub(crate) fn refund(&mut self, bytes: usize) {
        self.used = self.used.saturating_sub(bytes);
    }

    /// Bytes that may still be taken.
    pub(crate) fn room(&self) -> usize {
        self.limit.saturating_sub(self.used)
    }
}
