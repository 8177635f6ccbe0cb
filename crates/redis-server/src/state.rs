//! What the server is set to do, as far as commands depend on it: roles, and limits that refuse commands.

use redis_stdlib::Conditions;

use crate::limits;

/// The server's settings, and what it is at the moment.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) busy_reply_threshold_ms: u64,
    /// `maxmemory` in bytes; 0 for none.
    pub(crate) maxmemory: u64,
    pub(crate) min_replicas_to_write: u64,
    pub(crate) serves_stale_data: bool,
    /// `REPLICAOF` was given a master. There is never a link to it.
    pub(crate) is_replica: bool,
    /// It is the only node of a cluster.
    pub(crate) is_cluster: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            busy_reply_threshold_ms: limits::BUSY_REPLY_THRESHOLD_MS,
            maxmemory: 0,
            min_replicas_to_write: 0,
            serves_stale_data: true,
            is_replica: false,
            is_cluster: false,
        }
    }
}

impl State {
    /// Which commands are refused, when `used_bytes` are held.
    pub(crate) fn conditions(&self, used_bytes: usize) -> Conditions {
        Conditions {
            is_out_of_memory: self.maxmemory != 0 && used_bytes as u64 > self.maxmemory,
            lacks_replicas: self.min_replicas_to_write != 0,
            is_replica: self.is_replica,
            is_stale: self.is_replica && !self.serves_stale_data,
            is_cluster: self.is_cluster,
            ..Conditions::default()
        }
    }

    /// Takes a setting of `CONFIG SET`; false when it is none of those kept here, or the value is wrong.
    pub(crate) fn set(&mut self, name: &[u8], value: &[u8]) -> bool {
        let number =
            || resp::number::parse_i64(value).and_then(|number| u64::try_from(number).ok());
        let target = match name.to_ascii_lowercase().as_slice() {
            b"busy-reply-threshold" | b"lua-time-limit" => &mut self.busy_reply_threshold_ms,
            b"maxmemory" => &mut self.maxmemory,
            b"min-replicas-to-write" | b"min-slaves-to-write" => &mut self.min_replicas_to_write,
            b"replica-serve-stale-data" | b"slave-serve-stale-data" => {
                self.serves_stale_data = match value.to_ascii_lowercase().as_slice() {
                    b"yes" => true,
                    b"no" => false,
                    _ => return false,
                };
                return true;
            }
            _ => return false,
        };
        let Some(number) = number() else { return false };
        *target = number;
        true
    }
}
