//! Slots of keys in a cluster (Redis Cluster specification, "Key distribution model").

use std::sync::LazyLock;

use crc::{CRC_16_XMODEM, Crc};
use redis_keyspace::command::Command;
use redis_stdlib::Slot;

/// Its table is made at its first use.
static CRC: LazyLock<Crc<u16>> = LazyLock::new(|| Crc::<u16>::new(&CRC_16_XMODEM));
/// Number of slots.
const SLOTS: u16 = 16_384;

/// The slot of a key: of the part in its first braces, if there is one.
pub fn key_slot(key: &[u8]) -> u16 {
    let tag = memchr::memchr(b'{', key).and_then(|open| {
        let rest = key.get(open + 1..)?;
        let close = memchr::memchr(b'}', rest)?;
        rest.get(..close).filter(|tag| !tag.is_empty())
    });
    CRC.checksum(tag.unwrap_or(key)) % SLOTS
}

/// Where the keys of a command lie, on a node that has all slots.
pub(crate) fn of_command(command: &Command, argv: &[&[u8]]) -> Slot {
    let indices = command.key_indices(argv).unwrap_or_default();
    let mut slots = indices.iter().filter_map(|&at| argv.get(at)).map(|key| key_slot(key));
    let Some(first) = slots.next() else { return Slot::Any };
    if slots.all(|slot| slot == first) { Slot::Here(first) } else { Slot::Elsewhere }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_those_of_redis() {
        // `CLUSTER KEYSLOT` of redis-server 7.0.15.
        let known: &[(&[u8], u16)] = &[
            (b"a", 15495),
            (b"foo", 12182),
            (b"", 0),
            (b"{x}a", 16287),
            (b"{}a", 10875),
            (b"a{", 14311),
            (b"b{y}{z}", 12222),
        ];
        for (key, slot) in known {
            assert_eq!(key_slot(key), *slot, "{}", key.escape_ascii());
        }
    }
}
