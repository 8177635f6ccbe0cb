//! Checks bytecode that nobody vouches for, so that the machine need not.
//!
//! What passes has every operand within its function, jumps only to places where an instruction starts,
//! every second word behind the one it belongs to, and no way to run past the end.
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use core::fmt;

use crate::bytecode::{Instruction, Op, OperandKind};
use crate::limits::{CODE_MAX, CONSTANTS_MAX, LOCALS_MAX, PROTOS_MAX, REGISTERS_MAX, UPVALUES_MAX};
use crate::listing::operand_value;
use crate::proto::{Constant, Proto};

/// Where a prototype is wrong, and what is wrong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifyError {
    /// Index of the instruction; 0 when the fault is not in the code.
    pub pc: u32,
    /// The fault.
    pub fault: Fault,
}

/// What can be wrong with a prototype.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A register beyond the declared ones.
    Register,
    /// A constant that is not there.
    Constant,
    /// A constant of the wrong type for its use.
    ConstantType,
    /// An upvalue that is not there.
    Upvalue,
    /// A child prototype that is not there.
    Proto,
    /// A count or flag that the opcode does not know.
    Count,
    /// A jump out of the code or into the second word of an instruction.
    Jump,
    /// A second word is missing, or stands alone.
    SecondWord,
    /// Values "to top" are used where none were made, or made and not used at once.
    OpenValues,
    /// The code can run past its end.
    NoReturn,
    /// A number in the head of the prototype (parameters, registers, lines, locals) is impossible.
    Header,
    /// Functions are nested too deep.
    Depth,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bad bytecode at instruction {}: {:?}", self.pc, self.fault)
    }
}

impl core::error::Error for VerifyError {}

/// Functions in functions; no source nests deeper, because syntax levels end first.
const DEPTH_MAX: usize = crate::limits::SYNTAX_LEVELS_MAX as usize;

/// Checks `proto` and all functions in it. Upvalues of `proto` itself are allowed and are not looked at:
/// whoever makes a closure of it must give it some.
///
/// # Errors
/// The first fault that is found.
pub fn verify(proto: &Proto) -> Result<(), VerifyError> {
    let mut waiting = vec![(proto, 0usize)];
    while let Some((proto, depth)) = waiting.pop() {
        if depth > DEPTH_MAX {
            return Err(VerifyError { pc: 0, fault: Fault::Depth });
        }
        verify_function(proto, proto.protos.len())?;
        let inner = depth.saturating_add(1);
        for child in &proto.protos {
            verify_captures(proto, child)?;
            waiting.push((child, inner));
        }
    }
    Ok(())
}

/// Checks `proto` alone, whose functions are kept elsewhere: `children`, of which only the captures are looked at.
///
/// # Errors
/// As for [`verify`].
pub fn verify_alone<'a>(
    proto: &Proto,
    children: impl ExactSizeIterator<Item = &'a Proto>,
) -> Result<(), VerifyError> {
    verify_function(proto, children.len())?;
    for child in children {
        verify_captures(proto, child)?;
    }
    Ok(())
}

fn verify_function(proto: &Proto, child_count: usize) -> Result<(), VerifyError> {
    verify_header(proto, child_count).map_err(|fault| VerifyError { pc: 0, fault })?;
    let mut opened: Option<u8> = None;
    for (pc, &instruction) in proto.code.iter().enumerate() {
        let check = || {
            verify_operands(proto, child_count, pc, instruction)?;
            verify_words(proto, pc, instruction)?;
            verify_open_values(proto, pc, instruction, opened)
        };
        opened = check().map_err(|fault| VerifyError { pc: pc as u32, fault })?;
    }
    Ok(())
}

fn verify_header(proto: &Proto, child_count: usize) -> Result<(), Fault> {
    let len = proto.code.len();
    let registers = usize::from(proto.registers);
    let hidden = usize::from(proto.has_arg);
    let params = usize::from(proto.params).saturating_add(hidden);
    let sizes_fit = (2..=REGISTERS_MAX).contains(&registers)
        && params <= registers
        && params <= LOCALS_MAX
        && len <= CODE_MAX
        && proto.constants.len() <= CONSTANTS_MAX
        && child_count <= PROTOS_MAX
        && (proto.lines.is_empty() || proto.lines.len() == len)
        && (proto.is_vararg || !proto.has_arg)
        && (proto.has_arg || !proto.needs_arg);
    if !sizes_fit {
        return Err(Fault::Header);
    }
    if proto.upvalues.len() > UPVALUES_MAX {
        return Err(Fault::Upvalue);
    }
    let mut last_start = 0;
    for local in &proto.locals {
        if local.start_pc < last_start
            || local.end_pc < local.start_pc
            || local.end_pc as usize > len
        {
            return Err(Fault::Header);
        }
        last_start = local.start_pc;
    }
    match proto.code.last().map(|last| last.op) {
        Some(Op::Return | Op::Return0 | Op::Return1) => Ok(()),
        _ => Err(Fault::NoReturn),
    }
}

fn verify_captures(outer: &Proto, inner: &Proto) -> Result<(), VerifyError> {
    let exists = |upvalue: &crate::proto::UpvalueDesc| {
        if upvalue.from_register {
            upvalue.index < outer.registers
        } else {
            usize::from(upvalue.index) < outer.upvalues.len()
        }
    };
    if inner.upvalues.iter().all(exists) {
        Ok(())
    } else {
        Err(VerifyError { pc: 0, fault: Fault::Upvalue })
    }
}

/// Every operand by its kind, then what the kinds do not say.
fn verify_operands(
    proto: &Proto,
    child_count: usize,
    pc: usize,
    instruction: Instruction,
) -> Result<(), Fault> {
    for operand in instruction.op.operands() {
        let value = operand_value(instruction, *operand);
        let below = |len: usize| usize::try_from(value).is_ok_and(|value| value < len);
        match operand.kind {
            OperandKind::Dst | OperandKind::Reg if !below(usize::from(proto.registers)) => {
                return Err(Fault::Register);
            }
            OperandKind::Const if !below(proto.constants.len()) => return Err(Fault::Constant),
            OperandKind::Upvalue if !below(proto.upvalues.len()) => return Err(Fault::Upvalue),
            OperandKind::Proto if !below(child_count) => return Err(Fault::Proto),
            OperandKind::Flag if !below(2) => return Err(Fault::Count),
            OperandKind::Jump => verify_jump(proto, pc, value)?,
            _ => {}
        }
    }
    verify_special(proto, pc, instruction)
}

fn verify_jump(proto: &Proto, pc: usize, distance: i64) -> Result<(), Fault> {
    let target = i64::try_from(pc).ok().and_then(|pc| pc.checked_add(1)?.checked_add(distance));
    let target = target.and_then(|target| usize::try_from(target).ok()).ok_or(Fault::Jump)?;
    if target >= proto.code.len()
        || is_second_word(proto, target)
        || uses_open_values(proto, target)
    {
        return Err(Fault::Jump);
    }
    Ok(())
}

/// Does the word at `pc` belong to the instruction before it?
fn is_second_word(proto: &Proto, pc: usize) -> bool {
    let before = pc.checked_sub(1).and_then(|before| proto.code.get(before));
    before.is_some_and(|before| second_word(*before).is_some())
}

/// The opcode that must follow an instruction of two words.
fn second_word(instruction: Instruction) -> Option<Op> {
    match instruction.op {
        Op::Test
        | Op::TestSet
        | Op::Eq
        | Op::EqK
        | Op::Lt
        | Op::Le
        | Op::LtK
        | Op::LeK
        | Op::KLt
        | Op::KLe
        | Op::ForTest => Some(Op::Jump),
        Op::GenericFor => Some(Op::ForTest),
        Op::LoadKWide => Some(Op::Extra),
        Op::SetList if instruction.c == 0 => Some(Op::Extra),
        _ => None,
    }
}

fn verify_words(proto: &Proto, pc: usize, instruction: Instruction) -> Result<(), Fault> {
    let next = pc.checked_add(1).and_then(|next| proto.code.get(next));
    if let Some(wanted) = second_word(instruction)
        && next.is_none_or(|next| next.op != wanted)
    {
        return Err(Fault::SecondWord);
    }
    if instruction.op == Op::Extra && !is_second_word(proto, pc) {
        return Err(Fault::SecondWord);
    }
    Ok(())
}

/// Registers that an instruction uses beyond those that its operands name, and counts with a meaning.
fn verify_special(proto: &Proto, pc: usize, instruction: Instruction) -> Result<(), Fault> {
    let Instruction { op, a, b, c } = instruction;
    let [a_wide, b_wide, c_wide] = [a, b, c].map(usize::from);
    // `count` registers from `R[a + skip]` on.
    let window = |skip: usize, count: usize| {
        let end = a_wide.saturating_add(skip).saturating_add(count);
        if end <= usize::from(proto.registers) { Ok(()) } else { Err(Fault::Register) }
    };
    let string = |index: usize| match proto.constants.get(index) {
        Some(Constant::String(_)) => Ok(()),
        _ => Err(Fault::ConstantType),
    };
    match op {
        Op::LoadNil => window(0, b_wide.saturating_add(1)),
        Op::LoadKWide => {
            let extra = pc.checked_add(1).and_then(|next| proto.code.get(next));
            let index = extra.ok_or(Fault::SecondWord)?.ue() as usize;
            if index < proto.constants.len() { Ok(()) } else { Err(Fault::Constant) }
        }
        Op::LoadBoolSkip => verify_jump(proto, pc, 1),
        Op::GetGlobal | Op::SetGlobal => string(usize::from(instruction.d())),
        Op::GetField => string(c_wide),
        Op::SetField | Op::SetFieldK => string(b_wide),
        Op::Method => {
            string(c_wide)?;
            window(0, 2)
        }
        Op::MethodWide => {
            // The object is copied to `R[a+1]` before the name is read.
            if c_wide == a_wide.saturating_add(1) {
                return Err(Fault::Register);
            }
            window(0, 2)
        }
        Op::Concat if c <= b => Err(Fault::Count),
        Op::Call => {
            window(0, b_wide.max(1))?;
            window(0, c_wide.saturating_sub(1))
        }
        Op::TailCall => window(0, b_wide.max(1)),
        Op::Return => window(0, b_wide.saturating_sub(1)),
        Op::VarArg => {
            if !proto.is_vararg {
                return Err(Fault::Count);
            }
            window(0, b_wide.saturating_sub(1))
        }
        Op::ForPrep | Op::ForLoop | Op::ForTest => window(0, 4),
        Op::GenericFor => {
            if c == 0 {
                return Err(Fault::Count);
            }
            // The call of the iterator takes place in the three registers above.
            window(3, c_wide.max(3))
        }
        Op::SetList => {
            // Batches count from 1.
            let extra = pc.checked_add(1).and_then(|next| proto.code.get(next));
            if c == 0 && extra.is_some_and(|extra| extra.op == Op::Extra && extra.ue() == 0) {
                return Err(Fault::Count);
            }
            window(1, b_wide)
        }
        _ => Ok(()),
    }
}

/// Values "to top" must be used by the very next instruction, and only there. Returns the register at
/// which the values start that `instruction` leaves open.
fn verify_open_values(
    proto: &Proto,
    pc: usize,
    instruction: Instruction,
    opened: Option<u8>,
) -> Result<Option<u8>, Fault> {
    let Instruction { op, a, b, c } = instruction;
    let uses = uses_open_values(proto, pc);
    let first_used = match op {
        Op::Call | Op::TailCall | Op::SetList => a.saturating_add(1),
        _ => a,
    };
    match opened {
        Some(first) if !uses || first < first_used => return Err(Fault::OpenValues),
        None if uses => return Err(Fault::OpenValues),
        _ => {}
    }
    Ok(match op {
        Op::Call if c == 0 => Some(a),
        Op::VarArg if b == 0 => Some(a),
        Op::TailCall => Some(a),
        _ => None,
    })
}

/// Does the instruction at `pc` use values "to top"?
fn uses_open_values(proto: &Proto, pc: usize) -> bool {
    proto.code.get(pc).is_some_and(|instruction| {
        let takes_count =
            matches!(instruction.op, Op::Call | Op::TailCall | Op::Return | Op::SetList);
        takes_count && instruction.b == 0
    })
}
