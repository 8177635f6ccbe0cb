//! Writing a payload.

/// A payload in the making.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// An empty payload.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Bytes written so far.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// One byte.
    #[inline(never)]
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// `true` or `false`.
    #[inline(never)]
    pub fn flag(&mut self, flag: bool) {
        self.bytes.push(flag.into());
    }

    /// A whole number in groups of seven bits, the lowest first, the high bit saying that more follow.
    #[inline(never)]
    pub fn number(&mut self, number: u64) {
        let mut rest = number;
        while rest >= 0x80 {
            self.bytes.push(0x80 | (rest & 0x7f) as u8);
            rest >>= 7;
        }
        self.bytes.push(rest as u8);
    }

    /// A size or an index.
    #[inline(never)]
    pub fn len(&mut self, len: usize) {
        self.number(len as u64);
    }

    /// A whole number with a sign: small ones of either sign are short.
    #[inline(never)]
    pub fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)) as u64);
    }

    /// Eight bytes.
    #[inline(never)]
    pub fn fixed(&mut self, number: u64) {
        self.bytes.extend_from_slice(&number.to_le_bytes());
    }

    /// A double, bit for bit.
    #[inline(never)]
    pub fn double(&mut self, number: f64) {
        self.fixed(number.to_bits());
    }

    /// Bytes with their length in front.
    #[inline(never)]
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    /// Whether there is something, and what there is.
    pub fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
    }
}
