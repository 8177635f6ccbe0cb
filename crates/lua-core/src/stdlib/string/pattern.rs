//! Lua 5.1 patterns: `string.find`, `match`, `gmatch` and `gsub` search with this.
//!
//! A [`Pattern`] is compiled once, cheaply, and then matched any number of times by a [`Matcher`]. The matcher is a loop
//! over the pattern's ops with an explicit list of choices to come back to. A pattern has no alternatives and no
//! repeated groups, so the list holds at most one choice per op: its memory is bounded by the pattern, not by the
//! subject, and captures need no undoing, because every way to the end sets them again.
//!
//! # Source
//! Lua 5.1 manual §5.4.1; what it leaves open, and the texts and moments of errors, are those of PUC 5.1.5 `lstrlib.c`.

mod byte_set;
mod cache;
mod matcher;
mod parse;
mod replace;

use byte_set::ByteSet;
use std::ops::Range;

pub use cache::PatternCache;
pub use matcher::Matcher;
pub use replace::{Replacement, substitute};

use super::meter::Stop;

/// Captures in one pattern; one more raises "too many captures" (PUC `luaconf.h`, `LUA_MAXCAPTURES`).
pub const CAPTURES_MAX: usize = 32;

/// What makes `string.find` search with a pattern; without any of these it searches plainly. `)` and `]` are not among
/// them, and the search for them ends at a NUL (PUC `lstrlib.c`, `SPECIALS`).
const SPECIALS: &[u8] = b"^$*+?.([%-";

/// [`SPECIALS`] and the NUL at which the search for them ends.
const SPECIALS_AND_END: ByteSet = {
    let mut set = ByteSet::EMPTY;
    set.insert(0);
    let mut index = 0;
    while index < SPECIALS.len() {
        set.insert(SPECIALS[index]);
        index += 1;
    }
    set
};

/// Whether `string.find` takes `pattern` as plain text although it was not asked to.
#[inline]
pub fn is_plain(pattern: &[u8]) -> bool {
    matches!(pattern.iter().find(|&&byte| SPECIALS_AND_END.contains(byte)), None | Some(0))
}

/// What a `^` at the beginning of a pattern means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Caret {
    /// Match at the first position only: `find`, `match`, `gsub`.
    Anchors,
    /// Itself: `gmatch` in 5.1.
    Literal,
}

/// A compiled pattern: plain data that knows neither its text nor a subject.
#[derive(Clone, Debug, Default)]
pub struct Pattern {
    /// Ends with [`Op::Done`] or [`Op::Fail`].
    ops: Vec<Op>,
    sets: Vec<ByteSet>,
    literals: Vec<u8>,
    captures: Vec<CaptureKind>,
    anchored: bool,
    start: First,
    /// The item of the repetition that the pattern begins with, when a failure at one place of a run of it means a failure at
    /// all that are left of the run: from there it could only end at places that have been tried.
    first_run: Option<FirstRun>,
}

impl Pattern {
    /// The most bytes of heap that a pattern of `size` bytes takes, its matcher's list of choices included.
    pub const fn memory_max(size: usize) -> usize {
        size.saturating_mul(2 * (size_of::<Op>() + size_of::<matcher::Choice>()))
    }

    /// Whether it matches at the first position only.
    pub fn is_anchored(&self) -> bool {
        self.anchored
    }

    /// How many captures the pattern has. A match without any gives its whole text instead.
    pub fn capture_count(&self) -> usize {
        self.captures.len()
    }
}

/// One step of a pattern.
#[derive(Clone, Copy, Debug)]
enum Op {
    Byte(u8),
    /// `literals[start..start + len]`, at least two bytes.
    Literal {
        start: u32,
        len: u32,
    },
    One(Item),
    /// `?`
    Optional(Item),
    /// `*` and `+`: as many as there are, then fewer.
    Greedy {
        item: Item,
        least: u8,
        after: After,
    },
    /// `-`: none, then more.
    Lazy {
        item: Item,
        after: After,
    },
    /// `(`
    Open {
        index: u8,
    },
    /// `)`
    Close {
        index: u8,
    },
    /// `()`
    Position {
        index: u8,
    },
    /// `%1`
    BackReference {
        index: u8,
    },
    /// `%bxy`
    Balance {
        open: u8,
        close: u8,
    },
    /// `%f[set]`
    Frontier {
        set: u32,
    },
    /// `$`
    AtEnd,
    /// Matches nowhere.
    Never,
    Done,
    Fail(PatternError),
}

/// What matches a single byte.
#[derive(Clone, Copy, Debug)]
enum Item {
    Any,
    Byte(u8),
    /// An index of [`Pattern::sets`].
    Set(u32),
}

impl Item {
    #[inline(always)]
    fn accepts(self, byte: u8, sets: &[ByteSet]) -> bool {
        match self {
            Self::Any => true,
            Self::Byte(own) => own == byte,
            Self::Set(index) => sets.get(index as usize).is_some_and(|set| set.contains(byte)),
        }
    }

    /// The bytes that it accepts; `None` for every byte.
    fn set(self, sets: &[ByteSet]) -> Option<ByteSet> {
        match self {
            Self::Any => None,
            Self::Byte(byte) => {
                let mut set = ByteSet::EMPTY;
                set.insert(byte);
                Some(set)
            }
            Self::Set(index) => sets.get(index as usize).copied(),
        }
    }
}

/// What is known of the byte after a repetition, so that hopeless ways to go on are not tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Unknown,
    Byte(u8),
    /// For a lazy repetition.
    Set {
        set: u32,
        or_end: bool,
    },
    /// A greedy repetition that gave up a byte could not go on: what follows never begins with that byte.
    Settled,
}

/// What must stand at the place where an op begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum First {
    #[default]
    Unknown,
    Byte(u8),
    /// One of these bytes or, if `or_end`, the end of the subject.
    Set {
        set: u32,
        or_end: bool,
    },
}

/// See [`Pattern::first_run`].
#[derive(Clone, Copy, Debug)]
struct FirstRun {
    item: Item,
    /// Whether the pattern can begin with none of it, so that the end of the run has been tried too.
    or_none: bool,
}

/// What a capture holds after a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CaptureKind {
    Text,
    Position,
    /// Opened and never closed: a match succeeds, but taking the capture raises.
    Unfinished,
}

/// A capture of a successful match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Capture {
    /// The bytes of the subject in this range.
    Text(Range<usize>),
    /// A position, from 1: the number that `()` gives.
    Position(usize),
}

/// What is wrong with a pattern, or with a replacement of `gsub`. The text is that of PUC 5.1.5 `lstrlib.c`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternError {
    /// A `%` without anything after it.
    EndsWithEscape,
    /// A `[` without its `]`.
    MissingBracket,
    /// `%b` without two bytes after it.
    Unbalanced,
    /// `%f` without a set after it.
    FrontierWithoutSet,
    /// A `)` that closes nothing.
    CloseWithoutOpen,
    /// `%1` for a capture that does not exist or is not finished, in a pattern or in a replacement.
    CaptureIndex,
    /// More than [`CAPTURES_MAX`].
    TooManyCaptures,
    /// A capture that was opened, never closed, and is now wanted.
    UnfinishedCapture,
}

impl PatternError {
    /// The error's text.
    pub const fn message(self) -> &'static str {
        match self {
            Self::EndsWithEscape => "malformed pattern (ends with '%')",
            Self::MissingBracket => "malformed pattern (missing ']')",
            Self::Unbalanced => "unbalanced pattern",
            Self::FrontierWithoutSet => "missing '[' after '%f' in pattern",
            Self::CloseWithoutOpen => "invalid pattern capture",
            Self::CaptureIndex => "invalid capture index",
            Self::TooManyCaptures => "too many captures",
            Self::UnfinishedCapture => "unfinished capture",
        }
    }
}

/// Why a search ended without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchError {
    /// The script's fault, which it may catch.
    Pattern(PatternError),
    /// The result of a substitution is larger than there is room for.
    NoRoom,
    /// The meter's word, which it may not.
    Stop,
}

impl From<PatternError> for MatchError {
    fn from(error: PatternError) -> Self {
        Self::Pattern(error)
    }
}

impl From<Stop> for MatchError {
    fn from(_: Stop) -> Self {
        Self::Stop
    }
}

/// The index of the first `needle` in `haystack` at or after `from`; an empty one is found at once.
///
/// # Fuel
/// One unit per [`PLAIN_BYTES_PER_UNIT`] bytes of `haystack` looked at.
///
/// # Errors
/// [`Stop`] when the meter says so.
pub fn find_plain(
    haystack: &[u8],
    needle: &[u8],
    from: usize,
    meter: &mut impl super::meter::Meter,
) -> Result<Option<usize>, Stop> {
    let rest = haystack.get(from..).unwrap_or_default();
    let found = match needle {
        [] => Some(0),
        [byte] => memchr::memchr(*byte, rest),
        _ => memchr::memmem::find(rest, needle),
    };
    meter.charge((found.unwrap_or(rest.len()) / PLAIN_BYTES_PER_UNIT) as u64)?;
    Ok(found.map(|at| at + from))
}

/// Bytes that a plain search looks at for one unit of fuel.
pub const PLAIN_BYTES_PER_UNIT: usize = 256;

#[cfg(test)]
mod tests;
