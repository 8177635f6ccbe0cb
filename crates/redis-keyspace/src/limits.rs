//! Every bound and threshold, by name. Values are those Redis 7.0.15 ships with.

/// Size of a string value (`proto-max-bulk-len`).
pub const STRING_SIZE_MAX: usize = 512 * 1024 * 1024;

/// Databases of a keyspace (`databases`).
pub const DATABASES: usize = 16;

/// Fields of a hash that is called a listpack (`hash-max-listpack-entries`).
pub const HASH_LISTPACK_LEN_MAX: usize = 512;

/// Size of the fields and values of a hash that is called a listpack (`hash-max-listpack-value`).
pub const HASH_LISTPACK_SIZE_MAX: usize = 64;

/// Members of a set of integers (`set-max-intset-entries`); a larger one is a hashtable.
pub const SET_INTSET_LEN_MAX: usize = 512;

/// Members of a sorted set that is called a listpack (`zset-max-listpack-entries`).
pub const ZSET_LISTPACK_LEN_MAX: usize = 128;

/// Size of the members of a sorted set that is called a listpack (`zset-max-listpack-value`).
pub const ZSET_LISTPACK_SIZE_MAX: usize = 64;

/// Size of a string that `OBJECT ENCODING` calls `embstr`; a larger one is `raw`.
pub const EMBSTR_SIZE_MAX: usize = 44;

/// Entries of a map from byte strings that are searched one by one rather than through an index.
pub const DICT_LINEAR_LEN_MAX: usize = 8;

/// Levels of a skip list: enough for 4^32 nodes.
pub const SKIP_LIST_LEVELS_MAX: usize = 32;

/// Elements that one call of `SCAN` and kin looks at when `COUNT` is not given.
pub const SCAN_COUNT: usize = 10;

/// Bytes of all arguments that an unknown command's error repeats, and bytes of its name.
pub const UNKNOWN_COMMAND_SIZE_MAX: usize = 128;

/// Size of a number's text in `INCRBYFLOAT` and `HINCRBYFLOAT`.
pub const LONG_DOUBLE_TEXT_SIZE_MAX: usize = 5 * 1024;

/// Elements that a random command with a negative count may be asked for: half of what an `i64` holds.
pub const RANDOM_COUNT_MIN: i64 = -i64::MAX / 2;

/// Elements that a random command with a negative count gives. Redis has no such bound and would answer
/// billions.
pub const RANDOM_REPEAT_MAX: i64 = 1 << 20;

/// Size of a stream's node (`stream-node-max-bytes`).
pub const STREAM_NODE_SIZE_MAX: usize = 4096;

/// Entries of a stream's node (`stream-node-max-entries`).
pub const STREAM_NODE_LEN_MAX: usize = 100;

/// Entries that an approximate trim without `LIMIT` may remove, in nodes.
pub const STREAM_TRIM_NODES: usize = 100;

/// The most entries that an approximate trim without `LIMIT` may remove.
pub const STREAM_TRIM_MAX: usize = 1_000_000;

/// Cells of four bytes in the table of `LCS`: as many as fit the longest string.
pub const LCS_CELLS_MAX: usize = STRING_SIZE_MAX / 4;

/// Size of a HyperLogLog in the sparse form (`hll-sparse-max-bytes`).
pub const HLL_SPARSE_SIZE_MAX: usize = 3000;

/// Keys of a database of which one goes when memory runs out (`maxmemory-samples`).
pub const EVICTION_SAMPLES: usize = 5;

/// Keys that are drawn to find so many of those that expire.
pub const EVICTION_TRIES: usize = 64;

/// Stars of a pattern, those side by side counted once, behind which something follows; with more it matches nothing.
pub const PATTERN_STARS_MAX: usize = 1_000;
