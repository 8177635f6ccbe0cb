//! A function's tree to its instructions.
//!
//! An expression becomes an [`Operand`] first: a description of where its value is or how it could be
//! had. Only its user decides in which register it must lie, so an instruction's destination is filled in when
//! that is known, constants go into operands, and comparisons jump without making a boolean.

mod assignment;
mod block;
mod statement;

mod constructor;
mod expression;
mod operator;

mod jump;
mod operand;
mod register;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ast::{Ast, ExprId, Place};
use crate::bytecode::{Instruction, Op};
use crate::intern::{Symbol, Symbols};
use crate::limits::CODE_MAX;
use crate::parser::FunctionSource;
use crate::proto::{Constant, LocalVar, Proto, UpvalueDesc};
use crate::resolve::Variables;

use jump::Jumps;

/// Why no code can be made, and where the parser stood when PUC would have seen it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Failure {
    /// Too many constants.
    Constants(Place),
    /// Too many registers.
    TooComplex(Place),
    /// A jump is too far.
    TooLong(Place),
}

type Generated<T> = Result<T, Failure>;

/// In place of a destination that is not known yet.
const NO_REGISTER: u8 = u8::MAX;

/// An expression's value, or how to get it.
#[derive(Clone, Copy, Debug)]
struct Operand {
    value: Value,
    /// Pending jumps that are taken when the expression is true; and the value is what they tested.
    when_true: Jumps,
    /// The same for false.
    when_false: Jumps,
}

#[derive(Clone, Copy, Debug)]
enum Value {
    Nil,
    True,
    False,
    Number(f64),
    String(Symbol),
    /// A local, or a temporary when the register lies above them.
    Register(u8),
    Upvalue(u8),
    Global(Symbol),
    Indexed {
        table: u8,
        key: Key,
    },
    /// The results of the call at this place.
    Call(usize),
    /// What the `VarArg` at this place gives.
    Dots(usize),
    /// The instruction at this place makes it, in a register still to be chosen.
    Pending(usize),
    /// The jump at this place is taken when it is true.
    Condition(usize),
}

#[derive(Clone, Copy, Debug)]
enum Key {
    Register(u8),
    /// A string constant.
    Field(u8),
    /// The whole number itself.
    Int(u8),
}

impl Operand {
    const fn new(value: Value) -> Self {
        Self { value, when_true: Jumps::NONE, when_false: Jumps::NONE }
    }

    const fn register(register: u8) -> Self {
        Self::new(Value::Register(register))
    }

    fn has_jumps(&self) -> bool {
        !self.when_true.is_none() || !self.when_false.is_none()
    }
}

/// A function for which code is being made.
struct Generator<'a> {
    ast: Ast,
    symbols: &'a Symbols,
    power: Option<fn(f64, f64) -> f64>,
    protos: Vec<Proto>,
    code: Vec<Instruction>,
    lines: Vec<u32>,
    constants: Vec<Constant>,
    /// By `ConstantKey::to_bits`.
    constant_indices: BTreeMap<u128, u32>,
    /// The first zero of the function, with its sign: PUC keeps constants in a table, where both zeros
    /// are one key, so a function has only one of them.
    zero: Option<f64>,
    /// Locals in the order of their declaration, and which of them closures share; those that are active
    /// now, by register.
    names: Vec<Symbol>,
    shared: Vec<bool>,
    locals: Vec<LocalVar>,
    active: Vec<u32>,
    /// The first free register, and the most that were in use.
    free: usize,
    registers: usize,
    place: Place,
    /// Something jumps to the instruction of this index; instructions before and after must not merge.
    last_target: usize,
    opens: Vec<block::Open>,
    /// The left sides of the expressions being generated: chains are walked with it, not by recursion.
    spine: Vec<ExprId>,
}

/// Lists that one function after another is made with, so that they are allocated once a chunk.
#[derive(Default)]
pub(crate) struct Workspace {
    /// Computes the powers of constants.
    pub(crate) power: Option<fn(f64, f64) -> f64>,
    /// Trees that have been generated, empty.
    pub(crate) trees: Vec<Ast>,
    code: Vec<Instruction>,
    lines: Vec<u32>,
    active: Vec<u32>,
    opens: Vec<block::Open>,
    spine: Vec<ExprId>,
}

/// Makes the code of a function that has been read.
pub(crate) fn generate(
    function: FunctionSource,
    variables: Variables,
    source: Arc<[u8]>,
    symbols: &Symbols,
    workspace: &mut Workspace,
) -> Generated<Proto> {
    let mut generator = Generator {
        ast: function.ast,
        symbols,
        power: workspace.power,
        protos: function.protos,
        code: core::mem::take(&mut workspace.code),
        lines: core::mem::take(&mut workspace.lines),
        constants: Vec::new(),
        constant_indices: BTreeMap::new(),
        zero: None,
        names: variables.locals,
        shared: variables.shared,
        locals: Vec::new(),
        active: core::mem::take(&mut workspace.active),
        free: 0,
        registers: 2,
        place: Place { line: function.line_defined.max(1), offset: 0 },
        last_target: 0,
        opens: core::mem::take(&mut workspace.opens),
        spine: core::mem::take(&mut workspace.spine),
    };
    let params = usize::from(function.params) + usize::from(function.has_arg);
    generator.reserve(params)?;
    generator.activate(params);
    generator.statements()?;
    generator.place = function.end;
    generator.deactivate(0);
    generator.emit(Instruction::abc(Op::Return0, 0, 0, 0))?;
    generator.thread_jumps();
    // Only now is it known which of this function's locals closures must share.
    for capture in function.captures {
        let shared = generator.shared.get(capture.declaration as usize).copied();
        if let Some(proto) = generator.protos.get_mut(capture.proto)
            && let Some(upvalue) = proto.upvalues.get_mut(capture.upvalue)
        {
            upvalue.by_value = shared == Some(false);
        }
    }
    let upvalues = variables.upvalues.iter().map(|upvalue| UpvalueDesc {
        name: symbols.text(upvalue.name).into(),
        from_register: upvalue.from_register,
        index: upvalue.index,
        by_value: false,
    });
    let upvalues = upvalues.collect();
    let Generator { ast, code, lines, mut constants, mut protos, mut locals, .. } = generator;
    // A prototype may be kept for long; what it holds is not larger than it must be.
    constants.shrink_to_fit();
    protos.shrink_to_fit();
    locals.shrink_to_fit();
    let proto = Proto {
        source,
        line_defined: function.line_defined,
        last_line_defined: function.last_line_defined,
        params: function.params,
        is_vararg: function.is_vararg,
        has_arg: function.has_arg,
        needs_arg: function.needs_arg,
        registers: generator.registers as u8,
        code: code.as_slice().to_vec(),
        lines: lines.as_slice().to_vec(),
        constants,
        protos,
        upvalues,
        locals,
    };
    workspace.take_back(ast, code, lines);
    workspace.active = generator.active;
    workspace.opens = generator.opens;
    workspace.spine = generator.spine;
    Ok(proto)
}

impl Workspace {
    pub(crate) fn new(power: Option<fn(f64, f64) -> f64>) -> Self {
        Self { power, ..Self::default() }
    }

    fn take_back(&mut self, mut ast: Ast, mut code: Vec<Instruction>, mut lines: Vec<u32>) {
        ast.clear();
        code.clear();
        lines.clear();
        self.trees.push(ast);
        self.code = code;
        self.lines = lines;
    }
}

impl Generator<'_> {
    /// Appends an instruction with the line of the current place; returns its index.
    fn emit(&mut self, instruction: Instruction) -> Generated<usize> {
        if self.code.len() >= CODE_MAX {
            return Err(Failure::TooLong(self.place));
        }
        self.code.push(instruction);
        self.lines.push(self.place.line);
        Ok(self.code.len() - 1)
    }

    /// Gives the instruction that was emitted last another line.
    fn set_last_line(&mut self, line: u32) {
        if let Some(last) = self.lines.last_mut() {
            *last = line;
        }
    }

    /// The index of the next instruction; something is going to jump there.
    fn label(&mut self) -> usize {
        self.last_target = self.code.len();
        self.code.len()
    }

    fn instruction_mut(&mut self, pc: usize) -> &mut Instruction {
        &mut self.code[pc]
    }

    /// Makes the next `count` locals of the tree active; their values are in their registers.
    fn activate(&mut self, count: usize) {
        let start_pc = self.code.len() as u32;
        for _ in 0..count {
            let Some(&name) = self.names.get(self.locals.len()) else { return };
            self.active.push(self.locals.len() as u32);
            let name = self.symbols.text(name).into();
            self.locals.push(LocalVar { name, start_pc, end_pc: start_pc });
        }
    }

    /// Ends the locals from register `first` on and frees their registers.
    fn deactivate(&mut self, first: usize) {
        let end_pc = self.code.len() as u32;
        for index in self.active.drain(first.min(self.active.len())..) {
            if let Some(local) = self.locals.get_mut(index as usize) {
                local.end_pc = end_pc;
            }
        }
        self.free = self.active.len();
    }
}
