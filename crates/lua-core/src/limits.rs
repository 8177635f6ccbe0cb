//! Every limit of the machine that a script can meet, with PUC's text and source.

/// Nested native calls: `pcall`, metamethods, callbacks, `coroutine.resume`. The one that reaches it raises
/// "C stack overflow" (PUC 5.1.5 `luaconf.h`, `LUAI_MAXCCALLS`).
pub(crate) const NATIVE_DEPTH_MAX: u16 = 200;

/// Beyond this, inside the handling of [`NATIVE_DEPTH_MAX`]: "error in error handling" (PUC `ldo.c`).
pub(crate) const NATIVE_DEPTH_HANDLING_MAX: u16 = NATIVE_DEPTH_MAX + (NATIVE_DEPTH_MAX >> 3);

/// Frames of a coroutine until "stack overflow" is raised first. PUC looks at its limit of 20,000 only when
/// the array of frames doubles, which 16,384 do not pass; afterwards the array stays at 20,000
/// (`../redis7/errors.md`, "Stack depth").
pub(crate) const FRAMES_FIRST_MAX: usize = 16_384;

/// Frames of a coroutine after the first overflow (PUC `LUAI_MAXCALLS`).
pub(crate) const FRAMES_MAX: usize = 20_000;

/// Frames that may come on top while an overflow is handled.
pub(crate) const FRAMES_HANDLING: usize = 1_000;

/// Stack slots that one native may use: more raises "too many results to unpack" and kin
/// (PUC `LUAI_MAXCSTACK`).
pub(crate) const NATIVE_STACK_MAX: usize = 8_000;

/// Steps of an `__index` or `__newindex` chain; more raise "loop in gettable" or "loop in settable"
/// (PUC `lvm.c`, `MAXTAGLOOP`).
pub(crate) const METAMETHOD_LOOP_MAX: usize = 100;

/// Longest string: PUC's "string length overflow" stands at the size of an address; ours is the index of
/// a byte in WebAssembly.
pub(crate) const STRING_LEN_MAX: usize = i32::MAX as usize;
