//! Every bound that bytes from outside can meet.

/// What a decoder accepts before it answers with an error; [`Limits::default`] is Redis's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of one bulk string. Redis: `proto-max-bulk-len`.
    pub bulk_size_max: usize,
    /// Items in one array, set or push; pairs in one map; arguments of one request.
    pub items_max: usize,
    /// Aggregates inside one another in a reply. Requests have one level.
    pub depth_max: usize,
    /// Size of a line: a header, a status, an error, an inline request.
    pub line_size_max: usize,
}

/// `proto-max-bulk-len` as Redis ships it: 512 MB.
pub const BULK_SIZE_MAX: usize = 512 * 1024 * 1024;

/// Arguments of one request, and items of one aggregate.
pub const ITEMS_MAX: usize = i32::MAX as usize;

/// Deeper than the 8,000 levels at which a script's reply ends in "reached lua stack limit".
pub const DEPTH_MAX: usize = 10_000;

/// Size of an inline request or of a header line (Redis: `PROTO_INLINE_MAX_SIZE`).
pub const LINE_SIZE_MAX: usize = 64 * 1024;

/// Arguments for which room is made on the word of a header alone; beyond it memory follows bytes received.
pub(crate) const RESERVED_ARGUMENTS_MAX: usize = 64;

/// Size of the shortest reply, `_` CR LF: a header is believed about as many members as could have come.
pub(crate) const REPLY_SIZE_MIN: usize = 3;

impl Default for Limits {
    fn default() -> Self {
        Self {
            bulk_size_max: BULK_SIZE_MAX,
            items_max: ITEMS_MAX,
            depth_max: DEPTH_MAX,
            line_size_max: LINE_SIZE_MAX,
        }
    }
}
