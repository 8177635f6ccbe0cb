//! Reading a payload that nobody vouches for.

use crate::error::FormatError;

type Read<T> = Result<T, FormatError>;

// None of these is worth a copy at each of its hundreds of uses: snapshots are rare, and the module is downloaded.

/// Reads a payload from front to back. Nothing that it gives is larger than what is left of the bytes, unless the
/// caller sets another bound.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    left: &'a [u8],
    size: usize,
}

impl<'a> Reader<'a> {
    /// Reads these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { left: bytes, size: bytes.len() }
    }

    /// An error about the place that was read last.
    #[cold]
    #[inline(never)]
    pub fn malformed(&self, what: &'static str) -> FormatError {
        let offset = self.size.saturating_sub(self.left.len());
        FormatError::Malformed { offset: u32::try_from(offset).unwrap_or(u32::MAX), what }
    }

    /// An error unless `holds`.
    ///
    /// # Errors
    /// [`FormatError::Malformed`], as for everything here.
    #[inline(never)]
    pub fn check(&self, holds: bool, what: &'static str) -> Read<()> {
        if holds { Ok(()) } else { Err(self.malformed(what)) }
    }

    /// Bytes that are left.
    pub fn left(&self) -> usize {
        self.left.len()
    }

    /// Nothing may be left.
    ///
    /// # Errors
    /// Something is.
    pub fn finish(&self) -> Read<()> {
        self.check(self.left.is_empty(), "something follows")
    }

    /// One byte.
    ///
    /// # Errors
    /// None is left.
    #[inline(never)]
    pub fn byte(&mut self) -> Read<u8> {
        match self.left.split_first() {
            Some((&byte, rest)) => {
                self.left = rest;
                Ok(byte)
            }
            None => Err(self.malformed("the end")),
        }
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// Neither is there.
    #[inline(never)]
    pub fn flag(&mut self) -> Read<bool> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.malformed("a flag that is neither 0 nor 1")),
        }
    }

    /// A whole number.
    ///
    /// # Errors
    /// It does not fit 64 bits, or is written in a longer way than it has to be.
    #[inline(never)]
    pub fn number(&mut self) -> Read<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            let group = u64::from(byte & 0x7f);
            if (group << shift) >> shift != group || (byte == 0 && shift > 0) {
                break;
            }
            number |= group << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(self.malformed("a bad number"))
    }

    /// A whole number with a sign.
    ///
    /// # Errors
    /// As for [`Self::number`].
    #[inline(never)]
    pub fn signed(&mut self) -> Read<i64> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ (number & 1).wrapping_neg() as i64)
    }

    /// A number of 32 bits.
    ///
    /// # Errors
    /// It is larger.
    #[inline(never)]
    pub fn small(&mut self) -> Read<u32> {
        u32::try_from(self.number()?).map_err(|_| self.malformed("a number that is too large"))
    }

    /// A number that is less than `limit`.
    ///
    /// # Errors
    /// It is not.
    #[inline(never)]
    pub fn below(&mut self, limit: usize, what: &'static str) -> Read<usize> {
        match usize::try_from(self.number()?) {
            Ok(number) if number < limit => Ok(number),
            _ => Err(self.malformed(what)),
        }
    }

    /// How many items follow. Each takes at least `item_size` bytes, so there are not more than fit in what is
    /// left.
    ///
    /// # Errors
    /// There would be more.
    #[inline(never)]
    pub fn count(&mut self, item_size: usize) -> Read<usize> {
        let max = self.left.len().checked_div(item_size).unwrap_or(self.left.len());
        self.below(max.saturating_add(1), "more items than bytes")
    }

    /// Eight bytes.
    ///
    /// # Errors
    /// They are not there.
    #[inline(never)]
    pub fn fixed(&mut self) -> Read<u64> {
        match self.left.split_first_chunk() {
            Some((bytes, rest)) => {
                self.left = rest;
                Ok(u64::from_le_bytes(*bytes))
            }
            None => Err(self.malformed("the end")),
        }
    }

    /// A double, bit for bit: a NaN may carry anything.
    ///
    /// # Errors
    /// It is not there.
    #[inline(never)]
    pub fn double(&mut self) -> Read<f64> {
        Ok(f64::from_bits(self.fixed()?))
    }

    /// Bytes with their length in front.
    ///
    /// # Errors
    /// There are not so many.
    #[inline(never)]
    pub fn bytes(&mut self) -> Read<&'a [u8]> {
        let len = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        match self.left.split_at_checked(len) {
            Some((bytes, rest)) => {
                self.left = rest;
                Ok(bytes)
            }
            None => Err(self.malformed("more bytes than there are")),
        }
    }

    /// What there is, if there is something.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<Option<T>> {
        if self.flag()? { read(self).map(Some) } else { Ok(None) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Writer;

    proptest! {
        #[test]
        fn numbers_come_back(number: u64, signed: i64, bytes: Vec<u8>) {
            let mut writer = Writer::new();
            writer.number(number);
            writer.signed(signed);
            writer.bytes(&bytes);
            let written = writer.into_bytes();
            let mut reader = Reader::new(&written);
            prop_assert_eq!(reader.number(), Ok(number));
            prop_assert_eq!(reader.signed(), Ok(signed));
            prop_assert_eq!(reader.bytes(), Ok(&bytes[..]));
            prop_assert_eq!(reader.finish(), Ok(()));
        }

        #[test]
        fn any_bytes_are_read_within_bounds(bytes: Vec<u8>) {
            let mut reader = Reader::new(&bytes);
            while reader.left() > 0 {
                let left = reader.left();
                let result = match left % 4 {
                    0 => reader.number().map(|_| ()),
                    1 => reader.bytes().map(|_| ()),
                    2 => reader.count(3).map(|_| ()),
                    _ => reader.fixed().map(|_| ()),
                };
                if result.is_err() {
                    break;
                }
                prop_assert!(reader.left() < left);
            }
        }
    }

    #[test]
    fn a_number_has_one_form() {
        assert!(Reader::new(&[0x80, 0x00]).number().is_err());
        assert!(Reader::new(&[0xff; 10]).number().is_err());
        assert_eq!(
            Reader::new(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]).number(),
            Ok(u64::MAX)
        );
    }
}
