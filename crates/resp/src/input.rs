//! The bytes a decoder has been fed and not yet used up.

use crate::error::{DecodeError, DecodeErrorKind};

/// Room beyond this is given back once it is not needed.
const KEPT_SIZE_MAX: usize = 1 << 20;

/// A queue of bytes that remembers how far it has looked for the end of a line, so that a line fed
/// byte by byte costs no more than one fed at once.
#[derive(Debug, Default)]
pub(crate) struct Input {
    bytes: Vec<u8>,
    /// Index in `bytes` of the first unused byte.
    start: usize,
    /// Index in `bytes` of the first byte that is still looked at: of a used byte, while the element that it
    /// belongs to is held.
    kept: usize,
    is_holding: bool,
    /// Unused bytes from `start` on that do not end the line.
    searched: usize,
    /// Index of `bytes[0]` in all bytes ever fed.
    dropped: u64,
}

impl Input {
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        // Used bytes are dropped when they are the greater part, so each byte moves twice at most.
        let unneeded = if self.is_holding { self.kept } else { self.start };
        if unneeded > self.bytes.len() / 2 {
            self.bytes.drain(..unneeded);
            self.dropped += unneeded as u64;
            self.start -= unneeded;
            self.kept = self.kept.saturating_sub(unneeded);
            if self.bytes.is_empty() && self.bytes.capacity() > KEPT_SIZE_MAX {
                self.bytes = Vec::new();
            }
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Keeps what comes from here on, used or not, until [`Self::release`].
    pub(crate) fn hold(&mut self) {
        self.kept = self.start;
        self.is_holding = true;
    }

    /// Used bytes may go again.
    pub(crate) fn release(&mut self) {
        self.is_holding = false;
    }

    /// Bytes used since [`Self::hold`].
    pub(crate) fn held_size(&self) -> usize {
        self.start.saturating_sub(self.kept)
    }

    /// A part of what is held, by its place from the first byte held.
    pub(crate) fn held(&self, start: usize, end: usize) -> &[u8] {
        let range = self.kept.saturating_add(start)..self.kept.saturating_add(end);
        self.bytes.get(range).unwrap_or_default()
    }

    /// Number of bytes not used yet.
    pub(crate) fn unused_size(&self) -> usize {
        self.bytes.len().saturating_sub(self.start)
    }

    /// What is left.
    pub(crate) fn rest(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// Marks `count` bytes as used.
    pub(crate) fn advance(&mut self, count: usize) {
        self.start = (self.start + count).min(self.bytes.len());
        self.searched = 0;
    }

    /// Size of the next line, up to the byte `end` but without it; `None` when that has not come yet.
    /// Must be asked with the same `end` until the line is used up.
    ///
    /// # Errors
    /// `too_long` when the line has more than `size_max` bytes, whether or not its end has come.
    pub(crate) fn line_size(
        &mut self,
        end: u8,
        size_max: usize,
        too_long: DecodeErrorKind,
    ) -> Result<Option<usize>, DecodeError> {
        let rest = self.rest();
        let unsearched = rest.get(self.searched..).unwrap_or_default();
        let found = memchr::memchr(end, unsearched).map(|at| self.searched + at);
        let size = found.unwrap_or(rest.len());
        if size > size_max {
            return Err(self.error(too_long));
        }
        self.searched = size;
        Ok(found)
    }

    /// An error about the element that begins at the first unused byte.
    pub(crate) fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError::new(self.dropped + self.start as u64, kind)
    }
}
