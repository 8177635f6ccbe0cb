//! What can go wrong inside the machine, in one byte or two.
//!
//! The error value of a raise lies in the heap (`Heap::raised`), so that results stay small.

use crate::heap::charge::OutOfMemory;
use crate::table::SetError;

/// Why a native function or an instruction did not finish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A Lua error, which `pcall` catches; its value is set.
    Raised,
    /// The memory limit: the machine raises "not enough memory".
    Memory,
    /// The run ends; no script can catch it.
    Ended(Ending),
}

/// Why a run was ended from outside its own control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// It used all the fuel that its limits allow.
    Fuel,
    /// The host killed it.
    Killed,
    /// An invariant of the machine did not hold: a defect of ours.
    Internal,
}

impl From<OutOfMemory> for Failure {
    fn from(_: OutOfMemory) -> Self {
        Failure::Memory
    }
}

impl From<Ending> for Failure {
    fn from(ending: Ending) -> Self {
        Failure::Ended(ending)
    }
}

impl From<SetError> for Failure {
    /// For keys that the machine makes itself, which are neither nil nor NaN.
    fn from(_: SetError) -> Self {
        Failure::Memory
    }
}
