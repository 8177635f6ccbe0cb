//! The checksum of what `DUMP` and `FUNCTION DUMP` give: CRC-64 with Redis's polynomial.

use std::sync::LazyLock;

use crc::{CRC_64_REDIS, Crc};

/// Made at its first use: two thousand steps take less than it would to download the table.
static CRC: LazyLock<Crc<u64>> = LazyLock::new(|| Crc::<u64>::new(&CRC_64_REDIS));

/// The checksum of these bytes.
///
/// ```
/// assert_eq!(resp::crc64::checksum(b"123456789"), 0xe9c6_d914_c4b8_d9ca);
/// ```
pub fn checksum(bytes: &[u8]) -> u64 {
    CRC.checksum(bytes)
}
