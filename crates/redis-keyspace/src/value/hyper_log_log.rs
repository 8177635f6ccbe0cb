//! A HyperLogLog: how many different elements were added, about, in a string of at most 12 KB.
//!
//! 16384 registers of six bits. An element's hash chooses a register by its lower 14 bits; the register
//! keeps the greatest number of trailing zeros, plus one, that the rest of such a hash had.
//!
//! ```text
//! "HYLL" | form | 0 0 0 | cardinality, 8 bytes, little-endian; the highest bit: not up to date | registers
//!
//! dense (0)    six bits each, lowest bits first
//! sparse (1)   00nnnnnn                   n + 1 registers are 0
//!              01nnnnnn nnnnnnnn          n + 1 registers are 0
//!              1vvvvvnn                   n + 1 registers are v + 1
//! ```
//!
//! # Source
//! Bytes observed on redis-server 7.0.15; the layout is described at the top of `hyperloglog.c`. The estimate
//! is that of Otmar Ertl, *New cardinality estimation algorithms for HyperLogLog sketches*, section 4.

const REGISTERS: usize = 1 << INDEX_BITS;
const INDEX_BITS: u32 = 14;
/// Bits of a hash that are searched for the first one.
const COUNTED_BITS: u32 = 64 - INDEX_BITS;
const REGISTER_BITS: usize = 6;
const HEADER_SIZE: usize = 16;
const DENSE_SIZE: usize = HEADER_SIZE + REGISTERS * REGISTER_BITS / 8;
/// The highest value of a register in the sparse form.
const SPARSE_VALUE_MAX: u8 = 32;
/// Registers of a short run of zeros, and of a run of equal values.
const ZEROS_MAX: usize = 64;
const VALUES_MAX: usize = 4;

const STALE: u64 = 1 << 63;

/// Why a string is no HyperLogLog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotOne {
    /// It does not begin like one.
    Header,
    /// It ends too early or too late.
    Corrupt,
}

#[derive(Debug, Clone)]
pub(crate) struct HyperLogLog {
    registers: Box<[u8]>,
    is_sparse: bool,
    /// The latest estimate; its highest bit says that it is not up to date.
    noted: u64,
}

impl HyperLogLog {
    pub(crate) fn new() -> Self {
        Self { registers: vec![0; REGISTERS].into(), is_sparse: true, noted: STALE }
    }

    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, NotOne> {
        let (header, body) = bytes.split_at_checked(HEADER_SIZE).ok_or(NotOne::Header)?;
        let is_sparse = match header {
            [b'H', b'Y', b'L', b'L', 0, ..] if bytes.len() == DENSE_SIZE => false,
            [b'H', b'Y', b'L', b'L', 1, ..] => true,
            _ => return Err(NotOne::Header),
        };
        let noted = header.last_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let mut registers = Vec::with_capacity(REGISTERS);
        if is_sparse {
            let mut rest = body.iter();
            while let Some(&first) = rest.next() {
                let (value, len) = match first {
                    0..64 => (0, usize::from(first) + 1),
                    64..128 => {
                        let second = *rest.next().ok_or(NotOne::Corrupt)?;
                        (0, usize::from(first & 63) * 256 + usize::from(second) + 1)
                    }
                    128.. => ((first >> 2 & 31) + 1, usize::from(first & 3) + 1),
                };
                if registers.len() + len > REGISTERS {
                    return Err(NotOne::Corrupt);
                }
                registers.resize(registers.len() + len, value);
            }
        } else {
            let byte = |at: usize| u16::from(body.get(at).copied().unwrap_or(0));
            registers.extend((0..REGISTERS).map(|index| {
                let (at, shift) = (index * REGISTER_BITS / 8, index * REGISTER_BITS % 8);
                ((byte(at) | byte(at + 1) << 8) >> shift & 63) as u8
            }));
        }
        if registers.len() != REGISTERS {
            return Err(NotOne::Corrupt);
        }
        Ok(Self { registers: registers.into(), is_sparse, noted })
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = b"HYLL".to_vec();
        bytes.extend_from_slice(&[u8::from(self.is_sparse), 0, 0, 0]);
        bytes.extend_from_slice(&self.noted.to_le_bytes());
        if self.is_sparse {
            self.runs(|value, len| put_run(value, len, &mut bytes));
        } else {
            let mut waiting = 0_u32;
            let mut bits = 0;
            for &register in &self.registers {
                waiting |= u32::from(register) << bits;
                bits += REGISTER_BITS;
                while bits >= 8 {
                    bytes.push(waiting as u8);
                    waiting >>= 8;
                    bits -= 8;
                }
            }
        }
        bytes
    }

    /// Adds an element; answers whether that changed a register.
    pub(crate) fn add(&mut self, element: &[u8], sparse_size_max: usize) -> bool {
        let hash = murmur64a(element);
        let index = hash as usize % REGISTERS;
        let rest = hash >> INDEX_BITS | 1 << COUNTED_BITS;
        self.raise(index, rest.trailing_zeros() as u8 + 1, sparse_size_max)
    }

    /// Takes over whatever is higher in the other; becomes dense when the other is.
    pub(crate) fn merge(&mut self, other: &Self, sparse_size_max: usize) {
        self.is_sparse &= other.is_sparse;
        for (index, &value) in other.registers.iter().enumerate() {
            self.raise(index, value, sparse_size_max);
        }
        self.noted |= STALE;
    }

    fn raise(&mut self, index: usize, value: u8, sparse_size_max: usize) -> bool {
        let is_sparse = self.is_sparse;
        let Some(register) = self.registers.get_mut(index).filter(|old| **old < value) else {
            return false;
        };
        *register = value;
        self.noted |= STALE;
        if is_sparse && (value > SPARSE_VALUE_MAX || self.sparse_size() > sparse_size_max) {
            self.is_sparse = false;
        }
        true
    }

    /// Size of the registers in the sparse form.
    fn sparse_size(&self) -> usize {
        let mut size = 0;
        self.runs(|value, len| {
            size +=
                if value > 0 { len.div_ceil(VALUES_MAX) } else { 1 + usize::from(len > ZEROS_MAX) };
        });
        size
    }

    /// Shows every longest run of equal registers: value and length.
    fn runs(&self, mut show: impl FnMut(u8, usize)) {
        for run in self.registers.chunk_by(|a, b| a == b) {
            show(run.first().copied().unwrap_or(0), run.len());
        }
    }

    pub(crate) fn forget_cardinality(&mut self) {
        self.noted |= STALE;
    }

    /// The estimate if it is up to date.
    pub(crate) fn known_cardinality(&self) -> Option<u64> {
        (self.noted & STALE == 0).then_some(self.noted)
    }

    /// The estimate, which is noted.
    pub(crate) fn count(&mut self) -> u64 {
        let mut histogram = [0_u32; 64];
        for &register in &self.registers {
            histogram[usize::from(register & 63)] += 1;
        }
        let m = REGISTERS as f64;
        let highest = COUNTED_BITS as usize + 1;
        let mut z = m * tau((m - f64::from(histogram[highest])) / m);
        for &count in histogram[1..highest].iter().rev() {
            z = (z + f64::from(count)) * 0.5;
        }
        z += m * sigma(f64::from(histogram[0]) / m);
        let estimate = (ALPHA * m * m / z).round() as u64;
        self.noted = estimate;
        estimate
    }
}

/// `1 / (2 ln 2)`.
const ALPHA: f64 = 0.721_347_520_444_481_7;

/// Corrects for registers that could not count further.
fn tau(mut x: f64) -> f64 {
    if x == 0.0 || x == 1.0 {
        return 0.0;
    }
    let (mut y, mut z) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = z;
        y *= 0.5;
        z -= (1.0 - x) * (1.0 - x) * y;
        if before == z {
            return z / 3.0;
        }
    }
}

/// Corrects for registers that are still 0.
fn sigma(mut x: f64) -> f64 {
    if x == 1.0 {
        return f64::INFINITY;
    }
    let (mut y, mut z) = (1.0, x);
    loop {
        x *= x;
        let before = z;
        z += x * y;
        y += y;
        if before == z {
            return z;
        }
    }
}

fn put_run(value: u8, mut len: usize, bytes: &mut Vec<u8>) {
    match (value, len) {
        (0, ..=ZEROS_MAX) => bytes.push((len - 1) as u8),
        (0, _) => bytes.extend_from_slice(&(0x4000 | (len - 1) as u16).to_be_bytes()),
        _ => {
            while len > 0 {
                let part = len.min(VALUES_MAX);
                bytes.push(0x80 | (value - 1) << 2 | (part - 1) as u8);
                len -= part;
            }
        }
    }
}

/// MurmurHash2, 64 bits, by Austin Appleby, with the seed that Redis uses.
fn murmur64a(bytes: &[u8]) -> u64 {
    const MULTIPLIER: u64 = 0xc6a4_a793_5bd1_e995;
    const SEED: u64 = 0xadc8_3b19;
    let mut hash = SEED ^ (bytes.len() as u64).wrapping_mul(MULTIPLIER);
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        let word = u64::from_le_bytes(*word).wrapping_mul(MULTIPLIER);
        hash ^= (word ^ word >> 47).wrapping_mul(MULTIPLIER);
        hash = hash.wrapping_mul(MULTIPLIER);
    }
    if !rest.is_empty() {
        let word = rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
        hash = (hash ^ word).wrapping_mul(MULTIPLIER);
    }
    hash = (hash ^ hash >> 47).wrapping_mul(MULTIPLIER);
    hash ^ hash >> 47
}
