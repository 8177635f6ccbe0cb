//! Every limit of this crate that a script can meet.

/// Most slots of Lua's stack that one C function may use: the conversion of a reply takes some per level of
/// nesting, and answers "reached lua stack limit" beyond (PUC `luaconf.h`, `LUAI_MAXCSTACK`).
pub const REPLY_STACK_MAX: usize = 8_000;

/// Steps of an `__index` chain that the lookup of `err` in an error value follows.
pub(crate) const INDEX_CHAIN_MAX: usize = 100;

/// Size of a line that `redis.log` hands on (Redis `server.h`, `LOG_MAX_LEN`).
pub const LOG_SIZE_MAX: usize = 1_024;

/// Tables inside one another that `cjson` writes and reads unless told otherwise.
pub const JSON_DEPTH: u32 = 1_000;

/// Keys that a sparse array may have without being called excessively sparse.
pub const JSON_SPARSE_SAFE: u32 = 10;

/// How many times its number of items the greatest key of a longer sparse array may be.
pub const JSON_SPARSE_RATIO: u32 = 2;

/// Most digits of a number in JSON.
pub const JSON_PRECISION_MAX: u32 = 14;

/// Tables inside one another that `cmsgpack.pack` writes; a table further in becomes nil.
pub const CMSGPACK_DEPTH_MAX: usize = 16;

/// Tables inside one another that a value may have which a program hands to its host ([`crate::plain`]).
pub const PLAIN_DEPTH_MAX: usize = 1_000;

/// Bytes of an integer in `struct`.
pub const STRUCT_INTEGER_SIZE_MAX: usize = 32;

/// Bytes per unit of fuel in work that copies or scans.
pub(crate) const BYTES_PER_FUEL: u64 = 64;

/// Fuel between two looks at the host while a script runs in one go.
pub(crate) const SLICE: u64 = 1 << 20;

/// Fuel for the code of a library while it is loaded: about what half a second allows, which is Redis's limit.
pub const LOAD_FUEL: u64 = 200_000_000;

/// Calls that were refused before the host was asked and that are kept for whoever counts them.
pub(crate) const REFUSED_MAX: usize = 256;

/// The part of all memory, one in so many, that scripts leave to functions and functions to scripts.
pub(crate) const RESERVED_SHARE: usize = 8;

/// Problems that a check of a source reports.
pub const PROBLEMS_MAX: usize = 100;
