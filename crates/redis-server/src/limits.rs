//! Every limit of this crate.

/// Fuel of the first slice of a script that runs in slices: well under a millisecond.
pub const SLICE: u64 = 100_000;

/// Milliseconds after which a script in progress is slow, unless told otherwise (Redis `busy-reply-threshold`).
pub const BUSY_REPLY_THRESHOLD_MS: u64 = 5_000;

/// Milliseconds between two looks at keys whose time has come and that nobody asks for (Redis `hz 10`).
pub const EXPIRY_INTERVAL_MS: u64 = 100;

/// Keys that are removed at once because their time has come; the rest waits for the next look.
pub const EXPIRED_AT_ONCE: usize = 1_000;

/// Codes of errors that `INFO errorstats` tells apart.
pub const ERROR_CODES_MAX: usize = 128;

/// Errors of a script's commands that are remembered, so that the script's own error is not counted again.
pub const SCRIPT_ERRORS_MAX: usize = 8;

/// Keys that go before one command when memory has run out; if that is not enough, the command is refused.
pub const EVICTED_AT_ONCE: usize = 10_000;
