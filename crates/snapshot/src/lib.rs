//! What all snapshots share: an envelope that says what is inside, and reading that no bytes can lead astray.
//!
//! ```text
//!   89 52 4d 53 4e 41 50 0a | kind | version | fingerprint | length | checksum | payload
//!   "\x89RMSNAP\n"            1      2         8             8        8
//! ```
//!
//! Numbers of the envelope are little-endian. The *kind* says what was saved, the *version* is that of the
//! payload's layout, the *fingerprint* that of what else must be equal on both sides (the bytecode). The checksum is
//! the CRC-64 (XZ) of all other bytes: it finds accidents, not malice. Whoever reads a payload therefore checks
//! everything in it, with a [`Reader`], which gives errors and never more than there is.
//!
//! ```
//! use snapshot::{Envelope, Reader, Writer};
//!
//! const SHELF: Envelope = Envelope { kind: 200, version: 1, fingerprint: 0 };
//! let mut writer = Writer::new();
//! writer.number(7);
//! writer.bytes(b"moon");
//! let bytes = SHELF.seal(&writer.into_bytes());
//!
//! let mut reader = Reader::new(SHELF.open(&bytes)?);
//! assert_eq!(reader.number()?, 7);
//! assert_eq!(reader.bytes()?, b"moon");
//! reader.finish()?;
//! # Ok::<(), snapshot::FormatError>(())
//! ```
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod envelope;
mod error;
mod reader;
mod writer;

pub use envelope::{Envelope, kind};
pub use error::FormatError;
pub use reader::Reader;
pub use writer::Writer;
