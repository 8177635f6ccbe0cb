//! Listpacks: byte strings and integers in one run of bytes.
//!
//! ```text
//! size of all, 4 bytes | number of elements, 2 bytes | element ... | ff       little-endian
//!
//! element    0nnnnnnn                    integer, 0 to 127
//!            10nnnnnn bytes              string of n
//!            110nnnnn nnnnnnnn           integer, 13 bits
//!            1110nnnn nnnnnnnn bytes     string of n
//!            f0 n n n n bytes            string of n
//!            f1 f2 f3 f4                 integer of 2, 3, 4, 8 bytes
//! ```
//!
//! Behind each element comes its size, in groups of seven bits, highest first; all but the first byte have
//! their highest bit set.

use resp::number::{parse_i64, put_i64};

/// The number of elements when there are too many to say.
const LEN_UNKNOWN: u16 = u16::MAX;
const HEADER_SIZE: usize = 6;

/// A listpack that grows.
#[derive(Default)]
pub(super) struct Writer {
    elements: Vec<u8>,
    len: usize,
}

impl Writer {
    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The size with one more element, or a little more.
    pub(super) fn size_with(&self, element: &[u8]) -> usize {
        self.elements.len().saturating_add(element.len()).saturating_add(HEADER_SIZE + 11)
    }

    pub(super) fn push(&mut self, element: &[u8]) {
        let before = self.elements.len();
        if let Some(number) = parse_i64(element) {
            put_integer(number, &mut self.elements);
        } else {
            match element.len() {
                len @ 0..0x40 => self.elements.push(0x80 | len as u8),
                len @ 0x40..0x1000 => {
                    self.elements.extend_from_slice(&(0xe000 | len as u16).to_be_bytes());
                }
                len => {
                    self.elements.push(0xf0);
                    self.elements.extend_from_slice(&(len as u32).to_le_bytes());
                }
            }
            self.elements.extend_from_slice(element);
        }
        let size = self.elements.len().saturating_sub(before);
        let groups = back_size(size);
        for group in (0..groups).rev() {
            let bits = (size >> group.saturating_mul(7) & 0x7f) as u8;
            let is_first = group.saturating_add(1) == groups;
            self.elements.push(if is_first { bits } else { bits | 0x80 });
        }
        self.len = self.len.saturating_add(1);
    }

    /// Adds an integer.
    pub(super) fn push_integer(&mut self, number: i64) {
        self.push(itoa::Buffer::new().format(number).as_bytes());
    }

    pub(super) fn finish(self) -> Vec<u8> {
        let size = self.elements.len().saturating_add(HEADER_SIZE + 1);
        let mut bytes = (size as u32).to_le_bytes().to_vec();
        let len = u16::try_from(self.len).unwrap_or(LEN_UNKNOWN);
        bytes.extend_from_slice(&len.to_le_bytes());
        bytes.extend(self.elements);
        bytes.push(0xff);
        bytes
    }
}

fn put_integer(number: i64, out: &mut Vec<u8>) {
    let bytes = number.to_le_bytes();
    let mut tagged = |tag: u8, size: usize| {
        out.push(tag);
        out.extend(bytes.into_iter().take(size));
    };
    match number {
        0..=127 => out.push(number as u8),
        -4096..=4095 => {
            out.extend_from_slice(&(0xc000 | (number as u16 & 0x1fff)).to_be_bytes());
        }
        -32_768..=32_767 => tagged(0xf1, 2),
        -8_388_608..=8_388_607 => tagged(0xf2, 3),
        -2_147_483_648..=2_147_483_647 => tagged(0xf3, 4),
        _ => tagged(0xf4, 8),
    }
}

/// Bytes that say the size of an element behind it.
fn back_size(size: usize) -> usize {
    match size {
        0..=127 => 1,
        128..16_383 => 2,
        16_383..2_097_151 => 3,
        2_097_151..268_435_455 => 4,
        _ => 5,
    }
}

/// The elements of a listpack; `None` when it is none.
pub(super) fn read(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let (header, mut rest) = bytes.split_at_checked(HEADER_SIZE)?;
    let size = header.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
    let len = header.last_chunk().map_or(0, |bytes| u16::from_le_bytes(*bytes));
    if size as usize != bytes.len() {
        return None;
    }
    let mut elements = Vec::new();
    while rest != [0xff] {
        let before = rest.len();
        elements.push(element(&mut rest)?);
        let size = before.saturating_sub(rest.len());
        take(&mut rest, back_size(size))?;
    }
    let is_len_right = len == LEN_UNKNOWN || usize::from(len) == elements.len();
    is_len_right.then_some(elements)
}

fn take<'a>(rest: &mut &'a [u8], size: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(size)?;
    *rest = left;
    Some(taken)
}

fn element(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let first = *take(rest, 1)?.first()?;
    let mut next = |size: usize| take(rest, size);
    let number = match first {
        0..0x80 => i64::from(first),
        0x80..0xc0 => return next(usize::from(first & 0x3f)).map(<[u8]>::to_vec),
        0xc0..0xe0 => {
            let low = *next(1)?.first()?;
            let bits = i16::from_be_bytes([first & 0x1f, low]);
            // Thirteen bits with a sign.
            i64::from(bits << 3 >> 3)
        }
        0xe0..0xf0 => {
            let low = *next(1)?.first()?;
            return next(usize::from(u16::from_be_bytes([first & 0xf, low]))).map(<[u8]>::to_vec);
        }
        0xf0 => {
            let len = u32::from_le_bytes(*next(4)?.first_chunk()?);
            return next(len as usize).map(<[u8]>::to_vec);
        }
        0xf1 => signed(next(2)?),
        0xf2 => signed(next(3)?),
        0xf3 => signed(next(4)?),
        0xf4 => signed(next(8)?),
        _ => return None,
    };
    let mut text = Vec::new();
    put_i64(number, &mut text);
    Some(text)
}

/// A little-endian number of at most eight bytes.
fn signed(bytes: &[u8]) -> i64 {
    let is_negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let fill = if is_negative { -1 } else { 0 };
    bytes.iter().rev().fold(fill, |number: i64, &byte| number << 8 | i64::from(byte))
}
