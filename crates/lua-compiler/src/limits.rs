//! Every limit a source text can meet, with PUC's text and where PUC keeps it.

/// Local variables of one function, the hidden ones of loops and `arg` included; one more raises
/// "main function has more than 200 local variables" (PUC `luaconf.h`, `LUAI_MAXVARS`).
pub const LOCALS_MAX: usize = 200;

/// Local variables of one function in all its blocks together; one more raises "too many local
/// variables", without a position (PUC `lparser.c`, `registerlocalvar`).
pub const LOCALS_IN_ALL_MAX: usize = i16::MAX as usize;

/// Upvalues of one function; one more raises "function at line N has more than 60 upvalues"
/// (PUC `luaconf.h`, `LUAI_MAXUPVALUES`).
pub const UPVALUES_MAX: usize = 60;

/// Registers of one function; one more raises "function or expression too complex"
/// (PUC `llimits.h`, `MAXSTACK`).
pub const REGISTERS_MAX: usize = 250;

/// Nested blocks and expressions; one more raises "chunk has too many syntax levels".
/// PUC counts them together with the native calls in progress (`lparser.c`, `enterlevel`: one
/// `nCcalls` for both), so a caller says in [`crate::Options::levels_in_use`] how many are taken.
pub const SYNTAX_LEVELS_MAX: u32 = 200;

/// Constants of one function; one more raises "constant table overflow", without a position
/// (PUC `lcode.c`, `addk`: as many as an 18-bit operand names).
pub const CONSTANTS_MAX: usize = (1 << 18) - 1;

/// Functions directly inside one function, as many as a 16-bit operand names. PUC allows
/// [`CONSTANTS_MAX`]; the text beyond is the same.
pub const PROTOS_MAX: usize = 1 << 16;

/// Instructions that a jump may skip; beyond, "control structure too long"
/// (PUC `lcode.c`, `fixjump`: an 18-bit operand with its sign).
pub const JUMP_MAX: usize = (1 << 17) - 1;

/// Instructions of one function, so that a list of pending jumps fits the 24 bits of a jump.
pub const CODE_MAX: usize = (1 << 23) - 1;

/// Items of a table constructor that are stored by one instruction (PUC `lopcodes.h`,
/// `LFIELDS_PER_FLUSH`). The order of stores, and so that of `pairs`, depends on it.
pub const LIST_BATCH: usize = 50;

/// Bytes of a source; PUC would raise "chunk has too many lines" at as many line feeds.
pub const SOURCE_MAX: usize = i32::MAX as usize - 2;

/// Size of a chunk's name in messages, with the terminator that C needs (PUC `luaconf.h`, `LUA_IDSIZE`).
pub const CHUNK_ID_SIZE: usize = 60;

/// The same in messages of the compiler itself (PUC `llex.c`, `MAXSRC`).
pub const CHUNK_ID_SIZE_COMPILING: usize = 80;

/// Bytes of source from which a numeric loop's body is given jumps that reach further than 16 bits.
/// No byte of source makes more than four instructions.
pub const WIDE_LOOP_BYTES: usize = (i16::MAX as usize) / 4;
