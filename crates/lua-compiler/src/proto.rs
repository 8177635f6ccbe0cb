//! `Proto`: a compiled function as plain data. It holds no handle, so it can be cached by SHA-1,
//! serialised, listed and verified without a heap.

use crate::bytecode::Instruction;

/// A constant of a function.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// `nil`
    Nil,
    /// `true` or `false`
    Boolean(bool),
    /// A number.
    Number(f64),
    /// A string; any bytes.
    String(Box<[u8]>),
}

/// Where a closure takes one of its upvalues from when it is created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpvalueDesc {
    /// The variable's name, for error texts and `debug.getupvalue`; empty when stripped.
    pub name: Box<[u8]>,
    /// True: register `index` of the enclosing function's frame. False: its upvalue `index`.
    pub from_register: bool,
    /// The register or upvalue.
    pub index: u8,
    /// The register's variable is never assigned to after its declaration, so the closure takes its value
    /// instead of sharing it: no `Close` ends the variable.
    pub by_value: bool,
}

/// A local variable and the instructions during which it is active.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalVar {
    /// Its name; control variables of loops are `(for index)`, `(for state)` and so on, as in PUC.
    pub name: Box<[u8]>,
    /// First instruction at which it is active.
    pub start_pc: u32,
    /// First instruction at which it is not active any more.
    pub end_pc: u32,
}

/// A compiled function.
///
/// Active locals occupy registers in the order of [`Proto::locals`]: the n-th local that is active at
/// an instruction (counting from 0) lives in `R[n]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proto {
    /// The chunk's name as it was given (`=stdin`, `@file.lua`, or source text).
    pub source: std::sync::Arc<[u8]>,
    /// Line of the `function` keyword; 0 for a main chunk.
    pub line_defined: u32,
    /// Line of the `end`; 0 for a main chunk.
    pub last_line_defined: u32,
    /// Number of fixed parameters.
    pub params: u8,
    /// Declared with `...` (a main chunk is).
    pub is_vararg: bool,
    /// A hidden local `arg` follows the parameters (it counts as a local, and lives in `R[params]`).
    /// PUC's LUA_COMPAT_VARARG: in every vararg function except a main chunk.
    pub has_arg: bool,
    /// The `arg` table is really made: has_arg, and `...` is not used in the body. When not made, `arg` is nil.
    pub needs_arg: bool,
    /// Registers used, at least 2, at most 250.
    pub registers: u8,
    /// The instructions; the last one is a return.
    pub code: Vec<Instruction>,
    /// Line of each instruction; same length as `code`, or empty when stripped.
    pub lines: Vec<u32>,
    /// Constants.
    pub constants: Vec<Constant>,
    /// Functions defined inside this one.
    pub protos: Vec<Proto>,
    /// What closures of this function capture, at most 60.
    pub upvalues: Vec<UpvalueDesc>,
    /// Local variables by start; empty when stripped.
    pub locals: Vec<LocalVar>,
}
