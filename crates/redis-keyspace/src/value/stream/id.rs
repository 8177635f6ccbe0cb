//! The id of an entry: a time in milliseconds and a number.

use std::cell::Cell;

use ordered::Id;
use snapshot::{FormatError, Reader, Writer};

/// `<ms>-<seq>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub(crate) struct StreamId {
    pub(crate) ms: u64,
    pub(crate) seq: u64,
}

impl Id for StreamId {
    fn to_bits(self) -> u128 {
        (self.ms, self.seq).to_bits()
    }

    fn from_bits(bits: u128) -> Self {
        let (ms, seq) = Id::from_bits(bits);
        Self { ms, seq }
    }
}

impl StreamId {
    pub(crate) const MIN: Self = Self { ms: 0, seq: 0 };
    pub(crate) const MAX: Self = Self { ms: u64::MAX, seq: u64::MAX };

    /// The id right behind this one, unless it is the last.
    pub(crate) fn next(self) -> Option<Self> {
        match self.seq.checked_add(1) {
            Some(seq) => Some(Self { seq, ..self }),
            None => Some(Self { ms: self.ms.checked_add(1)?, seq: 0 }),
        }
    }

    /// The id right before this one, unless it is the first.
    pub(crate) fn previous(self) -> Option<Self> {
        match self.seq.checked_sub(1) {
            Some(seq) => Some(Self { seq, ..self }),
            None => Some(Self { ms: self.ms.checked_sub(1)?, seq: u64::MAX }),
        }
    }

    pub(crate) fn save(self, out: &mut Writer) {
        out.number(self.ms);
        out.number(self.seq);
    }

    pub(crate) fn load(input: &mut Reader<'_>) -> Result<Self, FormatError> {
        Ok(Self { ms: input.number()?, seq: input.number()? })
    }

    pub(crate) fn to_text(self) -> Vec<u8> {
        let mut digits = itoa::Buffer::new();
        let mut text = Vec::with_capacity(24);
        text.extend_from_slice(digits.format(self.ms).as_bytes());
        text.push(b'-');
        text.extend_from_slice(digits.format(self.seq).as_bytes());
        text
    }

    /// Big-endian: the order of the bytes is that of the ids.
    pub(crate) fn to_bytes(self) -> [u8; 16] {
        self.to_bits().to_be_bytes()
    }

    /// Undoes [`Self::to_bytes`].
    pub(crate) fn from_bytes(bytes: [u8; 16]) -> Self {
        let both = u128::from_be_bytes(bytes);
        Self { ms: (both >> 64) as u64, seq: both as u64 }
    }

    /// Reads `<ms>` or `<ms>-<seq>`; `seq` is what a missing number stands for.
    pub(crate) fn parse(text: &[u8], seq: u64) -> Option<Self> {
        let missing = Cell::new(false);
        Self::parse_open(text, seq, &missing).filter(|_| !missing.get())
    }

    /// Reads an id that may be `<ms>-*`; then `is_open` is set and the number is 0.
    pub(crate) fn parse_open(text: &[u8], seq: u64, is_open: &Cell<bool>) -> Option<Self> {
        if text.len() > ID_SIZE_MAX {
            return None;
        }
        // C sees the text up to its first NUL.
        let text = text.split(|&byte| byte == 0).next()?;
        let Some(at) = memchr::memchr(b'-', text) else {
            return Some(Self { ms: unsigned(text)?, seq });
        };
        let (ms, seq) = (unsigned(&text[..at])?, &text[at + 1..]);
        if seq == b"*" {
            is_open.set(true);
            return Some(Self { ms, seq: 0 });
        }
        Some(Self { ms, seq: unsigned(seq)? })
    }
}

/// Longest text that is read as an id.
const ID_SIZE_MAX: usize = 127;

/// A number as C's `strtoull` reads it: spaces and a plus in front, leading zeros. A minus cannot be there.
fn unsigned(text: &[u8]) -> Option<u64> {
    let spaces = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t'..=b'\r')).count();
    let digits = text[spaces..].strip_prefix(b"+").unwrap_or(&text[spaces..]);
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, digit| {
        let digit = digit.checked_sub(b'0').filter(|&digit| digit < 10)?;
        number.checked_mul(10)?.checked_add(digit.into())
    })
}
