//! Every limit of this crate.

/// Fuel of the first slice of a script that runs in slices: well under a millisecond.
pub const SLICE: u64 = 100_000;

/// Milliseconds after which a script in progress is slow, unless told otherwise (Redis `busy-reply-threshold`).
pub const BUSY_REPLY_THRESHOLD_MS: u64 = 5_000;
