//! Lua 5.1 source bytes to bytecode: lexer, parser, resolver, code generator, verifier.
//!
//! ```
//! let proto = lua_compiler::compile(b"return 6 * 7", b"=answer")?;
//! print!("{}", lua_compiler::listing::list(&proto));
//! # Ok::<(), lua_compiler::CompileError>(())
//! ```
//!
//! Reading order: [`bytecode`] and [`proto`] say what comes out. `lexer` makes tokens of bytes, `parser` a
//! tree of tokens while `resolve` tells what its names mean, and `codegen` a [`Proto`] of each function's
//! tree as soon as it is complete. [`names`], [`listing`], [`verify`] and [`encode`] read prototypes.

pub mod bytecode;
pub mod proto;

mod error;
pub mod limits;
pub mod number;

mod intern;
mod token;

mod lexer;

mod ast;
mod resolve;

mod codegen;
mod parser;

pub mod globals;
pub mod listing;
pub mod names;
pub mod verify;

pub mod encode;

pub use bytecode::{Instruction, Op};
pub use error::{CompileError, chunk_id};
pub use number::parse_number;
pub use proto::{Constant, LocalVar, Proto, UpvalueDesc};

/// What a caller can choose about compiling.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Native calls in progress, which PUC counts together with syntax levels: `loadstring` in the main
    /// program of `lua5.1` has 2 of the 200, and each `pcall` around it takes one more.
    pub levels_in_use: u32,
    /// `[[` inside a long string without `=` is text, as in Redis. Otherwise it raises "nesting of [[...]]
    /// is deprecated", as in the usual builds of PUC (its `LUA_COMPAT_LSTR`).
    pub nested_brackets: bool,
    /// The machine's power function, for powers of constants, which PUC computes ahead. Without it they are
    /// computed when they run, with the same result, but a function with `x ^ 0` and `-0` may then see another
    /// sign of zero: PUC keeps the two zeros of a function as one constant.
    pub power: Option<fn(f64, f64) -> f64>,
}

/// Compiles `source` to the prototype of its main function.
///
/// `chunk_name` is in Lua's form: `=stdin`, `@file.lua`, or the source text itself. A first line with `#` is
/// not skipped, see [`skip_shebang`]. Takes time and memory in proportion to the source, and host stack of a
/// fixed bound, whatever the source.
///
/// # Errors
/// The first thing that is wrong, in PUC's words.
pub fn compile(source: &[u8], chunk_name: &[u8]) -> Result<Proto, CompileError> {
    compile_with(source, chunk_name, &Options::default())
}

/// [`compile`] with choices.
///
/// # Errors
/// As for [`compile`].
pub fn compile_with(
    source: &[u8],
    chunk_name: &[u8],
    options: &Options,
) -> Result<Proto, CompileError> {
    parser::parse_chunk(source, chunk_name, options)
}

/// The source without a first line that starts with `#`; its line end stays, so lines keep their numbers.
/// For files only: strings given to `loadstring` may not start so.
pub fn skip_shebang(source: &[u8]) -> &[u8] {
    if source.first() != Some(&b'#') {
        return source;
    }
    let end = source.iter().position(|&b| b == b'\n').unwrap_or(source.len());
    source.get(end..).unwrap_or(&[])
}
