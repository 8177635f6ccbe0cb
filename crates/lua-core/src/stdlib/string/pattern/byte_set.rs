//! Sets of bytes: the classes of a pattern (`%a`) and its bracket sets (`[%w_]`), one bit a byte.

/// A set of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ByteSet([u64; 4]);

impl ByteSet {
    pub(super) const EMPTY: Self = Self([0; 4]);

    #[inline(always)]
    pub(super) const fn contains(&self, byte: u8) -> bool {
        self.0[(byte >> 6) as usize] >> (byte & 63) & 1 != 0
    }

    pub(super) const fn insert(&mut self, byte: u8) {
        self.0[(byte >> 6) as usize] |= 1 << (byte & 63);
    }

    /// Inserts every byte of `low..=high`; nothing when they are out of order.
    pub(super) const fn insert_range(&mut self, low: u8, high: u8) {
        let mut byte = low as u16;
        while byte <= high as u16 {
            self.insert(byte as u8);
            byte += 1;
        }
    }

    pub(super) const fn insert_all(&mut self, other: &Self) {
        let mut word = 0;
        while word < 4 {
            self.0[word] |= other.0[word];
            word += 1;
        }
    }

    pub(super) const fn complement(&self) -> Self {
        Self([!self.0[0], !self.0[1], !self.0[2], !self.0[3]])
    }

    /// The one byte of a set that has only one.
    pub(super) fn only(&self) -> Option<u8> {
        let count: u32 = self.0.iter().map(|word| word.count_ones()).sum();
        let word = self.0.iter().position(|&word| word != 0)?;
        (count == 1).then(|| (word * 64) as u8 + self.0[word].trailing_zeros() as u8)
    }

    pub(super) fn is_disjoint(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a & b == 0)
    }
}

/// The class that the letter after a `%` names, as the C locale defines it; an upper-case letter is the rest. `None` for
/// what is not a class: then the byte stands for itself.
///
/// # Source
/// Lua 5.1 manual §5.4.1; `%z` is the NUL byte, and 5.1 has no `%g`.
pub(super) const fn class(letter: u8) -> Option<ByteSet> {
    let set = match letter.to_ascii_lowercase() {
        b'a' => ALPHA,
        b'c' => CONTROL,
        b'd' => DIGIT,
        b'l' => LOWER,
        b'p' => PUNCTUATION,
        b's' => SPACE,
        b'u' => UPPER,
        b'w' => ALPHANUMERIC,
        b'x' => HEX_DIGIT,
        b'z' => NUL,
        _ => return None,
    };
    Some(if letter.is_ascii_uppercase() { set.complement() } else { set })
}

/// A set from the ASCII bytes that pass a test.
macro_rules! ascii {
    ($test:ident) => {{
        let mut set = ByteSet::EMPTY;
        let mut byte = 0u8;
        while byte < 128 {
            if byte.$test() {
                set.insert(byte);
            }
            byte += 1;
        }
        set
    }};
}

const ALPHA: ByteSet = ascii!(is_ascii_alphabetic);
const CONTROL: ByteSet = ascii!(is_ascii_control);
const DIGIT: ByteSet = ascii!(is_ascii_digit);
const LOWER: ByteSet = ascii!(is_ascii_lowercase);
const PUNCTUATION: ByteSet = ascii!(is_ascii_punctuation);
const UPPER: ByteSet = ascii!(is_ascii_uppercase);
const ALPHANUMERIC: ByteSet = ascii!(is_ascii_alphanumeric);
const HEX_DIGIT: ByteSet = ascii!(is_ascii_hexdigit);
// Unlike `is_ascii_whitespace`, C's `isspace` takes the vertical tab.
const SPACE: ByteSet = {
    let mut set = ByteSet::EMPTY;
    set.insert_range(b'\t', b'\r');
    set.insert(b' ');
    set
};
const NUL: ByteSet = {
    let mut set = ByteSet::EMPTY;
    set.insert(0);
    set
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_complements() {
        let mut set = ByteSet::EMPTY;
        set.insert_range(b'z', b'a');
        assert_eq!(set, ByteSet::EMPTY);
        set.insert_range(250, 255);
        set.insert_range(0, 1);
        for byte in 0..=255u8 {
            assert_eq!(set.contains(byte), !(2..250).contains(&byte));
            assert_ne!(set.contains(byte), set.complement().contains(byte));
        }
        assert!(set.is_disjoint(&set.complement()));
        assert!(!set.is_disjoint(&set));
        assert_eq!(set.only(), None);
        assert_eq!(ByteSet::EMPTY.only(), None);
        for byte in 0..=255u8 {
            let mut set = ByteSet::EMPTY;
            set.insert(byte);
            assert_eq!(set.only(), Some(byte));
        }
    }

    #[test]
    fn vertical_tab_is_space_and_high_bytes_are_nothing() {
        assert!(class(b's').unwrap().contains(0x0b));
        for letter in *b"acdlpsuwxz" {
            assert!(!class(letter).unwrap().contains(0xe4));
        }
        assert!(class(b'g').is_none());
    }
}
