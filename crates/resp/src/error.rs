//! What can be wrong with bytes that claim to be RESP.

use std::fmt;

/// Bytes that are no reply or no request: where, and why.
///
/// A decoder that has answered with one stays in that state: what follows has no boundaries.
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<(u64, DecodeErrorKind)>);

const _: () = assert!(size_of::<DecodeError>() == size_of::<usize>());

/// Why decoding stopped; `Display` gives Redis's own text where a server would send one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The number of arguments of a request is no number, or above `items_max`.
    InvalidMultibulkLength,
    /// The size of an argument or of a bulk string is no number, or above `bulk_size_max`.
    InvalidBulkLength,
    /// An argument of a request began with this byte.
    ExpectedDollar(u8),
    /// The line with the number of arguments is longer than `line_size_max`.
    MultibulkCountTooLong,
    /// The line with the size of an argument is longer than `line_size_max`.
    BulkCountTooLong,
    /// An inline request is longer than `line_size_max`.
    InlineTooLong,
    /// A quote of an inline request is not closed, or something follows it without a space.
    UnbalancedQuotes,
    /// A reply began with this byte.
    UnknownType(u8),
    /// A line of a reply is longer than `line_size_max`.
    LineTooLong,
    /// A line of a reply does not end with CR LF, or a bulk string is not followed by it.
    MissingCrLf,
    /// An integer is not one, or does not fit 64 bits.
    InvalidInteger,
    /// A double is not one.
    InvalidDouble,
    /// A big number holds something else than digits.
    InvalidBigNumber,
    /// A boolean is neither `t` nor `f`.
    InvalidBoolean,
    /// Something follows the `_` of a null.
    InvalidNull,
    /// A verbatim string has no format.
    InvalidVerbatim,
    /// The number of members of an aggregate is no number, or above `items_max`.
    InvalidLength,
    /// Aggregates are nested deeper than `depth_max`.
    TooDeep,
}

impl DecodeError {
    pub(crate) fn new(offset: u64, kind: DecodeErrorKind) -> Self {
        Self(Box::new((offset, kind)))
    }

    /// Index, in all bytes ever fed, of the element that is wrong.
    pub fn offset(&self) -> u64 {
        self.0.0
    }

    /// What is wrong there.
    pub fn kind(&self) -> DecodeErrorKind {
        self.0.1
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DecodeError({}, {:?})", self.offset(), self.kind())
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Protocol error: {} (byte {})", self.kind(), self.offset())
    }
}

impl std::error::Error for DecodeError {}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ExpectedDollar(got) => {
                return write!(f, "expected '$', got '{}'", char::from(*got));
            }
            Self::UnknownType(got) => {
                return write!(f, "got \"{}\" as reply type byte", got.escape_ascii());
            }
            Self::InvalidMultibulkLength => "invalid multibulk length",
            Self::InvalidBulkLength => "invalid bulk length",
            Self::MultibulkCountTooLong => "too big mbulk count string",
            Self::BulkCountTooLong => "too big bulk count string",
            Self::InlineTooLong => "too big inline request",
            Self::UnbalancedQuotes => "unbalanced quotes in request",
            Self::LineTooLong => "line is too long",
            Self::MissingCrLf => "line does not end with CR LF",
            Self::InvalidInteger => "bad integer value",
            Self::InvalidDouble => "bad double value",
            Self::InvalidBigNumber => "bad big number value",
            Self::InvalidBoolean => "bad bool value",
            Self::InvalidNull => "bad null value",
            Self::InvalidVerbatim => "verbatim string needs 4 bytes of content type",
            Self::InvalidLength => "multi-bulk length out of range",
            Self::TooDeep => "nesting is too deep",
        })
    }
}
