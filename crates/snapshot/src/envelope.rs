//! The envelope: what a snapshot is of, and whether its bytes are whole.

use std::sync::LazyLock;

use crc::{CRC_64_XZ, Crc, Table};

use crate::error::FormatError;

/// How every snapshot starts: a byte that is no text, a name, and a line end that careless copying changes.
const MAGIC: [u8; 8] = *b"\x89RMSNAP\n";

/// Magic, kind, version, fingerprint and length.
const HEAD_SIZE: usize = 8 + 1 + 2 + 8 + 8;
const CHECKSUM_SIZE: usize = 8;

/// Made at its first use: two thousand steps take less than it would to download the table.
static CRC: LazyLock<Crc<u64, Table<1>>> = LazyLock::new(|| Crc::<u64, Table<1>>::new(&CRC_64_XZ));

/// What snapshots are of.
pub mod kind {
    /// A Lua machine.
    pub const MACHINE: u8 = 1;
    /// A script engine.
    pub const SCRIPTS: u8 = 2;
    /// A keyspace.
    pub const KEYSPACE: u8 = 3;
    /// A server.
    pub const SERVER: u8 = 4;
    /// An instance of the WebAssembly module: a server, and an engine for plain Lua.
    pub const INSTANCE: u8 = 5;
}

/// What must be equal for a payload to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// What it is of: one of [`kind`].
    pub kind: u8,
    /// Version of the payload's layout.
    pub version: u16,
    /// What else must be equal: of the bytecode, or 0.
    pub fingerprint: u64,
}

impl Envelope {
    fn head(self, len: usize) -> Vec<u8> {
        let mut head = Vec::with_capacity(HEAD_SIZE);
        head.extend_from_slice(&MAGIC);
        head.push(self.kind);
        head.extend_from_slice(&self.version.to_le_bytes());
        head.extend_from_slice(&self.fingerprint.to_le_bytes());
        head.extend_from_slice(&(len as u64).to_le_bytes());
        head
    }

    /// A payload with the envelope around it.
    pub fn seal(self, payload: &[u8]) -> Vec<u8> {
        let mut bytes = self.head(payload.len());
        let checksum = checksum(&bytes, payload);
        bytes.reserve_exact(payload.len().saturating_add(CHECKSUM_SIZE));
        bytes.extend_from_slice(&checksum.to_le_bytes());
        bytes.extend_from_slice(payload);
        bytes
    }

    /// The payload of an envelope that is like this one, whole and undamaged.
    ///
    /// # Errors
    /// Every [`FormatError`] but [`FormatError::Malformed`].
    pub fn open(self, bytes: &[u8]) -> Result<&[u8], FormatError> {
        let magic = bytes.get(..MAGIC.len()).ok_or(FormatError::NotASnapshot)?;
        if magic != MAGIC {
            return Err(FormatError::NotASnapshot);
        }
        let (head, rest) = bytes.split_at_checked(HEAD_SIZE).ok_or(FormatError::Length)?;
        let field = |at: usize| head.get(at..).and_then(<[u8]>::first_chunk::<8>);
        let kind = head.get(8).copied().ok_or(FormatError::Length)?;
        if kind != self.kind {
            return Err(FormatError::Kind { found: kind });
        }
        let version = head.get(9..).and_then(<[u8]>::first_chunk::<2>);
        let version = u16::from_le_bytes(*version.ok_or(FormatError::Length)?);
        if version != self.version {
            return Err(FormatError::Version { found: version, expected: self.version });
        }
        if u64::from_le_bytes(*field(11).ok_or(FormatError::Length)?) != self.fingerprint {
            return Err(FormatError::Bytecode);
        }
        let len = u64::from_le_bytes(*field(19).ok_or(FormatError::Length)?);
        let (expected, payload) =
            rest.split_first_chunk::<CHECKSUM_SIZE>().ok_or(FormatError::Length)?;
        if payload.len() as u64 != len {
            return Err(FormatError::Length);
        }
        if u64::from_le_bytes(*expected) != checksum(head, payload) {
            return Err(FormatError::Checksum);
        }
        Ok(payload)
    }

    /// Puts the right checksum into bytes whose payload was changed: for tests of what reads payloads.
    pub fn reseal(bytes: &mut [u8]) {
        if let Some((head, rest)) = bytes.split_at_mut_checked(HEAD_SIZE)
            && let Some((field, payload)) = rest.split_first_chunk_mut::<CHECKSUM_SIZE>()
        {
            if let Some(len) = head.last_chunk_mut::<8>() {
                *len = (payload.len() as u64).to_le_bytes();
            }
            *field = checksum(head, payload).to_le_bytes();
        }
    }
}

fn checksum(head: &[u8], payload: &[u8]) -> u64 {
    let mut digest = CRC.digest();
    digest.update(head);
    digest.update(payload);
    digest.finalize()
}

#[cfg(test)]
#[expect(clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    const ENVELOPE: Envelope = Envelope { kind: 9, version: 3, fingerprint: 77 };

    #[test]
    fn every_difference_is_refused() {
        let bytes = ENVELOPE.seal(b"payload");
        assert_eq!(ENVELOPE.open(&bytes), Ok(&b"payload"[..]));
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 0x10;
            assert!(ENVELOPE.open(&other).is_err(), "byte {at}");
            assert!(ENVELOPE.open(&bytes[..at]).is_err(), "cut at {at}");
        }
        assert_eq!(
            Envelope { version: 4, ..ENVELOPE }.open(&bytes),
            Err(FormatError::Version { found: 3, expected: 4 })
        );
        assert_eq!(
            Envelope { fingerprint: 0, ..ENVELOPE }.open(&bytes),
            Err(FormatError::Bytecode)
        );
        assert_eq!(ENVELOPE.open(b"{}"), Err(FormatError::NotASnapshot));
    }

    #[test]
    fn a_changed_payload_is_sealed_again() {
        let mut bytes = ENVELOPE.seal(b"payload");
        bytes.pop();
        Envelope::reseal(&mut bytes);
        assert_eq!(ENVELOPE.open(&bytes), Ok(&b"payloa"[..]));
    }
}
