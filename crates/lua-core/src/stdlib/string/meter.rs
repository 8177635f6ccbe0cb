//! The fuel that string functions burn while they work.
//!
//! A pattern can backtrack for longer than anybody waits, so the matcher asks its [`Meter`] again and again whether it
//! may go on. It asks in chunks, and the same work always costs the same.

/// The meter refused: the work ends here, without a result. Not an error of the script, so `pcall` does not see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop;

/// What work is charged to.
pub trait Meter {
    /// Takes `units` of fuel.
    ///
    /// # Errors
    /// [`Stop`] when the caller must not go on.
    fn charge(&mut self, units: u64) -> Result<(), Stop>;
}

/// A meter that never stops anybody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unmetered;

impl Meter for Unmetered {
    #[inline]
    fn charge(&mut self, _units: u64) -> Result<(), Stop> {
        Ok(())
    }
}

/// A meter that counts, and stops the work that goes over its limit.
#[derive(Clone, Copy, Debug)]
pub struct Counter {
    /// Units taken so far, those that were refused included.
    pub spent: u64,
    /// The most that may be taken.
    pub limit: u64,
}

impl Counter {
    /// A counter with nothing spent yet.
    pub fn new(limit: u64) -> Self {
        Self { spent: 0, limit }
    }
}

impl Meter for Counter {
    #[inline]
    fn charge(&mut self, units: u64) -> Result<(), Stop> {
        self.spent = self.spent.saturating_add(units);
        if self.spent > self.limit { Err(Stop) } else { Ok(()) }
    }
}
