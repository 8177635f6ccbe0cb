//! Lua 5.1 source bytes to bytecode: lexer, parser, resolver, code generator, verifier.
//!
//! Reading order: [`bytecode`] and [`proto`] say what comes out.

pub mod bytecode;
pub mod proto;

pub use bytecode::{Instruction, Op};
pub use proto::{Constant, LocalVar, Proto, UpvalueDesc};
