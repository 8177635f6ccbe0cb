//! LZF: the compression of long strings in what `DUMP` and `FUNCTION DUMP` answer.
//!
//! A block is a chain of literal runs and back references:
//!
//! ```text
//!   000LLLLL  L+1 literal bytes follow
//!   LLLooooo oooooooo            L in 1..=6: copy L+2 bytes from o+1 bytes back
//!   111ooooo LLLLLLLL oooooooo   copy L+9 bytes from o+1 bytes back
//! ```
//!
//! Which references a compressor finds is its own affair; [`compress`] finds those that Redis finds, so that
//! dumps are equal byte for byte: it remembers the last place of each hash of three bytes, and after a reference
//! only the last two places that it covered.

/// Longest literal run.
const LITERALS_MAX: usize = 32;
/// Furthest back reference.
const DISTANCE_MAX: usize = 1 << 13;
/// Longest back reference.
const REFERENCE_MAX: usize = (1 << 8) + (1 << 3);
/// Bits of the hash of three bytes.
const HASH_BITS: u32 = 16;

/// Compresses `input` into at most `size_max` bytes; `None` when it does not fit. Who has many inputs to compress uses
/// one [`Compressor`].
pub fn compress(input: &[u8], size_max: usize) -> Option<Vec<u8>> {
    Compressor::default().compress(input, size_max)
}

/// Compresses one input after another, with one table for all.
#[derive(Clone, Debug, Default)]
pub struct Compressor {
    /// Position of the last three bytes with a hash, counted from 1 through all inputs; empty before the first.
    places: Vec<u32>,
    /// Bytes of all inputs before: places up to there are none of this input.
    passed: u32,
}

impl Compressor {
    /// Compresses `input` into at most `size_max` bytes; `None` when it does not fit.
    pub fn compress(&mut self, input: &[u8], size_max: usize) -> Option<Vec<u8>> {
        let size = u32::try_from(input.len()).ok()?;
        let is_full = self.passed.checked_add(size).is_none_or(|end| end == u32::MAX);
        if self.places.is_empty() || is_full {
            self.passed = 0;
            self.places = vec![0; 1 << HASH_BITS];
        }
        let block = compress_after(input, size_max, &mut self.places, self.passed);
        self.passed = self.passed.saturating_add(size);
        block
    }
}

fn compress_after(
    input: &[u8],
    size_max: usize,
    places: &mut [u32],
    passed: u32,
) -> Option<Vec<u8>> {
    let mut writer = Writer { out: Vec::with_capacity(size_max), size_max, literals_at: 0 };
    let mut at = 0;
    while let Some(three) = input.get(at..at + 3) {
        let place = &mut places[hash(three)];
        let before = (*place as usize).checked_sub(passed as usize + 1);
        *place = passed + at as u32 + 1;
        let found = before.filter(|&before| {
            // The first byte of the input is never referred to.
            before > 0
                && at - before <= DISTANCE_MAX
                && input.get(before..before + 3) == Some(three)
        });
        let Some(before) = found else {
            writer.literal(&input[at..=at])?;
            at += 1;
            continue;
        };
        let len_max = (input.len() - at - 2).min(REFERENCE_MAX);
        let len = (3..len_max).find(|&len| input[before + len] != input[at + len]);
        let len = len.unwrap_or(len_max.max(3));
        writer.reference(at - before, len)?;
        at += len;
        if at >= input.len() - 2 {
            break;
        }
        for covered in [at - 2, at - 1] {
            if let Some(three) = input.get(covered..covered + 3) {
                places[hash(three)] = passed + covered as u32 + 1;
            }
        }
    }
    // Redis gives up here already when the last three bytes might not fit.
    if writer.out.len() + usize::from(writer.literals_at == 0) + 3 > size_max {
        return None;
    }
    for position in at..input.len() {
        writer.literal(&input[position..=position])?;
    }
    Some(writer.out)
}

fn hash(three: &[u8]) -> usize {
    let value = three.iter().fold(0_u32, |value, &byte| value << 8 | u32::from(byte));
    ((value >> (24 - HASH_BITS)).wrapping_sub(value.wrapping_mul(5)) & ((1 << HASH_BITS) - 1))
        as usize
}

struct Writer {
    out: Vec<u8>,
    size_max: usize,
    /// Length of the literal run that is open; its first byte counts them.
    literals_at: usize,
}

impl Writer {
    fn literal(&mut self, byte: &[u8]) -> Option<()> {
        if self.literals_at == 0 {
            self.out.push(0);
        }
        self.out.extend_from_slice(byte);
        self.literals_at += 1;
        let first = self.out.len() - 1 - self.literals_at;
        self.out[first] = self.literals_at as u8 - 1;
        if self.literals_at == LITERALS_MAX {
            self.literals_at = 0;
        }
        (self.out.len() <= self.size_max).then_some(())
    }

    fn reference(&mut self, distance: usize, len: usize) -> Option<()> {
        self.literals_at = 0;
        // Room for the longest form and for the next run's first byte is asked for, needed or not.
        if self.out.len() + 3 + 1 >= self.size_max {
            return None;
        }
        let (distance, len) = (distance - 1, len - 2);
        let high = (distance >> 8) as u8;
        if len < 7 {
            self.out.push(high | (len as u8) << 5);
        } else {
            self.out.extend([high | 7 << 5, (len - 7) as u8]);
        }
        self.out.push(distance as u8);
        Some(())
    }
}

/// Undoes [`compress`]. `size` is the size of the result; `None` when the block does not give so many bytes.
pub fn decompress(block: &[u8], size: usize) -> Option<Vec<u8>> {
    // No block grows more than this, so a false size reserves nothing.
    if size > block.len().saturating_mul(REFERENCE_MAX) {
        return None;
    }
    let mut out = Vec::with_capacity(size);
    let mut rest = block.iter();
    while let Some(&first) = rest.next() {
        let len = usize::from(first >> 5);
        if len == 0 {
            let (run, behind) = rest.as_slice().split_at_checked(usize::from(first) + 1)?;
            out.extend_from_slice(run);
            rest = behind.iter();
        } else {
            let len = if len == 7 { len + usize::from(*rest.next()?) } else { len } + 2;
            let distance = (usize::from(first & 31) << 8 | usize::from(*rest.next()?)) + 1;
            let from = out.len().checked_sub(distance)?;
            // It may overlap what it makes.
            for at in from..from + len {
                out.push(out[at]);
            }
        }
        if out.len() > size {
            return None;
        }
    }
    (out.len() == size).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn there_and_back(bytes in proptest::collection::vec(0_u8..4, 0..2000)) {
            if let Some(block) = compress(&bytes, bytes.len()) {
                prop_assert_eq!(decompress(&block, bytes.len()), Some(bytes));
            }
        }

        /// What was compressed before does not show.
        #[test]
        fn one_after_the_other(
            inputs in proptest::collection::vec(proptest::collection::vec(0_u8..3, 0..200), 1..9),
        ) {
            let mut compressor = Compressor::default();
            for input in inputs {
                prop_assert_eq!(compressor.compress(&input, input.len()), compress(&input, input.len()));
            }
        }

        #[test]
        fn any_block_is_refused_or_read(block in proptest::collection::vec(any::<u8>(), 0..300), size in 0_usize..5000) {
            if let Some(bytes) = decompress(&block, size) {
                prop_assert_eq!(bytes.len(), size);
            }
        }
    }
}
