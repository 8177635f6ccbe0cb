//! What a register's value is called in error texts and tracebacks: "local 'x'", "field 'y'".
//!
//! The code is walked from its start to the instruction in question as if every forward jump were taken
//! that does not pass it; the last instruction on the way that set the register tells. That is how PUC
//! does it (`ldebug.c`, `getobjname` and `symbexec`), so both find the same name, and none in the same places.

use crate::bytecode::{Instruction, Op};
use crate::proto::{Constant, Proto};

/// What kind of variable a name is; [`NameKind::text`] as PUC writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// A global variable.
    Global,
    /// A local variable.
    Local,
    /// A method, called as `object:name()`.
    Method,
    /// A table's field.
    Field,
    /// A variable of an enclosing function.
    Upvalue,
}

impl NameKind {
    /// The word in messages and in `debug.getinfo`'s `namewhat`.
    pub const fn text(self) -> &'static str {
        match self {
            NameKind::Global => "global",
            NameKind::Local => "local",
            NameKind::Method => "method",
            NameKind::Field => "field",
            NameKind::Upvalue => "upvalue",
        }
    }
}

/// In place of a name that is not known.
const UNKNOWN: &[u8] = b"?";

/// What the value in `register` is called just before the instruction at `pc` runs; `None` when it has
/// no name, as results of calls and of operators have none.
pub fn register_name(proto: &Proto, pc: usize, register: u8) -> Option<(NameKind, &[u8])> {
    let mut register = register;
    let mut pc = pc;
    // Moves lead to lower registers only, so this ends; the bound says so once more.
    for _ in 0..=u8::MAX {
        if let Some(name) = local_name(proto, usize::from(register), pc) {
            return Some((NameKind::Local, name));
        }
        let at = last_write(proto, pc, register)?;
        let instruction = *proto.code.get(at)?;
        match instruction.op {
            Op::GetGlobal => {
                return Some((
                    NameKind::Global,
                    string_constant(proto, usize::from(instruction.d())),
                ));
            }
            Op::Move if instruction.b < instruction.a => {
                register = instruction.b;
                pc = at;
            }
            Op::GetField => {
                let name = string_constant(proto, usize::from(instruction.c));
                return Some((NameKind::Field, name));
            }
            Op::GetIndex | Op::GetInt => return Some((NameKind::Field, UNKNOWN)),
            Op::GetUpvalue => {
                let upvalue = proto.upvalues.get(usize::from(instruction.b));
                let name = upvalue.map_or(UNKNOWN, |upvalue| &upvalue.name);
                return Some((NameKind::Upvalue, if name.is_empty() { UNKNOWN } else { name }));
            }
            Op::Method if instruction.a == register => {
                let name = string_constant(proto, usize::from(instruction.c));
                return Some((NameKind::Method, name));
            }
            // PUC too has the name in a register then, and does not look there.
            Op::MethodWide if instruction.a == register => {
                return Some((NameKind::Method, UNKNOWN));
            }
            Op::GetGlobalWide => return Some((NameKind::Global, wide_name(proto, at))),
            _ => return None,
        }
    }
    None
}

/// What the function is called that the instruction at `pc` calls; `None` when it is no call, as for
/// metamethods, or when the function has no name.
pub fn called_function_name(proto: &Proto, pc: usize) -> Option<(NameKind, &[u8])> {
    let instruction = proto.code.get(pc)?;
    match instruction.op {
        Op::Call | Op::TailCall | Op::GenericFor => register_name(proto, pc, instruction.a),
        _ => None,
    }
}

/// The name of the `n`-th local (from 0) that is active at the instruction at `pc`: the one in `R[n]`.
pub fn local_name(proto: &Proto, n: usize, pc: usize) -> Option<&[u8]> {
    active_locals(proto, pc).nth(n)
}

/// The names of the locals that are active at the instruction at `pc`, in the order of their registers.
pub fn active_locals(proto: &Proto, pc: usize) -> impl Iterator<Item = &[u8]> {
    let started = proto.locals.iter().take_while(move |local| local.start_pc as usize <= pc);
    let active = started.filter(move |local| pc < local.end_pc as usize);
    active.map(|local| &*local.name)
}

fn string_constant(proto: &Proto, index: usize) -> &[u8] {
    match proto.constants.get(index) {
        Some(Constant::String(text)) => text,
        _ => UNKNOWN,
    }
}

/// The name of a wide instruction, which the `LoadKWide` or `LoadK` right before it has loaded.
fn wide_name(proto: &Proto, pc: usize) -> &[u8] {
    let before = |distance: usize| pc.checked_sub(distance).and_then(|at| proto.code.get(at));
    match (before(2), before(1)) {
        (Some(load), Some(extra)) if load.op == Op::LoadKWide => {
            string_constant(proto, extra.ue() as usize)
        }
        (_, Some(load)) if load.op == Op::LoadK => string_constant(proto, usize::from(load.d())),
        _ => UNKNOWN,
    }
}

/// The last instruction before `last_pc` that set `register`, on the way that the module describes.
fn last_write(proto: &Proto, last_pc: usize, register: u8) -> Option<usize> {
    let mut found = None;
    let mut pc = 0;
    while pc < last_pc {
        let instruction = *proto.code.get(pc)?;
        if writes(instruction, register) {
            found = Some(pc);
        }
        pc += 1;
        let distance = match instruction.op {
            Op::Jump => i64::from(instruction.se()),
            Op::ForPrep | Op::ForLoop => i64::from(instruction.sd()),
            _ => 0,
        };
        let target = pc as i64 + distance;
        if distance > 0 && target <= last_pc as i64 {
            pc = target as usize;
        }
    }
    found
}

/// Does the instruction set the register, or perhaps set it? A test counts, as in PUC's table of opcodes:
/// what `and` and `or` give has no name.
fn writes(instruction: Instruction, register: u8) -> bool {
    let Instruction { op, a, b, .. } = instruction;
    match op {
        Op::Move
        | Op::LoadK
        | Op::LoadKWide
        | Op::LoadInt
        | Op::LoadBool
        | Op::LoadBoolSkip
        | Op::GetUpvalue
        | Op::GetGlobal
        | Op::GetGlobalWide
        | Op::NewTable
        | Op::GetIndex
        | Op::GetField
        | Op::GetInt
        | Op::Add
        | Op::Sub
        | Op::Mul
        | Op::Div
        | Op::Mod
        | Op::Pow
        | Op::AddK
        | Op::SubK
        | Op::MulK
        | Op::DivK
        | Op::ModK
        | Op::PowK
        | Op::KAdd
        | Op::KSub
        | Op::KMul
        | Op::KDiv
        | Op::KMod
        | Op::KPow
        | Op::Neg
        | Op::Not
        | Op::Len
        | Op::Concat
        | Op::Test
        | Op::TestSet
        | Op::ForPrep
        | Op::Closure => a == register,
        Op::LoadNil => a <= register && usize::from(register) <= usize::from(a) + usize::from(b),
        Op::Method | Op::MethodWide => register == a || Some(register) == a.checked_add(1),
        Op::ForLoop => register == a || Some(register) == a.checked_add(3),
        Op::Call | Op::TailCall | Op::VarArg => register >= a,
        Op::GenericFor => usize::from(register) >= usize::from(a) + 2,
        Op::SetUpvalue
        | Op::SetGlobal
        | Op::SetGlobalWide
        | Op::SetIndex
        | Op::SetIndexK
        | Op::SetField
        | Op::SetFieldK
        | Op::SetInt
        | Op::Jump
        | Op::Eq
        | Op::EqK
        | Op::Lt
        | Op::Le
        | Op::LtK
        | Op::LeK
        | Op::KLt
        | Op::KLe
        | Op::Return
        | Op::Return0
        | Op::Return1
        | Op::SetList
        | Op::Close
        | Op::ForTest
        | Op::Extra => false,
    }
}
