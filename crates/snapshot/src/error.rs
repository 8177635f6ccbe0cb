//! What can be wrong with the bytes of a snapshot.

use core::fmt;

/// Why bytes are not the snapshot that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormatError {
    /// They do not begin as a snapshot does.
    NotASnapshot,
    /// They are a snapshot of something else.
    Kind {
        /// What it says that it is of (see [`crate::kind`]).
        found: u8,
    },
    /// Another version of the engine wrote them in another layout.
    Version {
        /// Their layout's version.
        found: u16,
        /// The one that is read.
        expected: u16,
    },
    /// An engine with another instruction set wrote them.
    Bytecode,
    /// They end too early, or something follows.
    Length,
    /// They are damaged: the checksum is not theirs.
    Checksum,
    /// Their content is not what a snapshot can hold.
    Malformed {
        /// Where, in bytes of the payload, at most.
        offset: u32,
        /// What is wrong.
        what: &'static str,
    },
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FormatError::NotASnapshot => f.write_str("not a snapshot"),
            FormatError::Kind { found } => write!(f, "a snapshot of another kind ({found})"),
            FormatError::Version { found, expected } => {
                write!(f, "a snapshot of version {found}, where {expected} is read")
            }
            FormatError::Bytecode => {
                f.write_str("a snapshot of an engine with another instruction set")
            }
            FormatError::Length => f.write_str("a snapshot of another length than it says"),
            FormatError::Checksum => f.write_str("a damaged snapshot: its checksum is another one"),
            FormatError::Malformed { offset, what } => {
                write!(f, "a malformed snapshot: {what} at byte {offset}")
            }
        }
    }
}

impl core::error::Error for FormatError {}
