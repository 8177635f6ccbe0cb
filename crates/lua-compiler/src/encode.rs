//! Prototypes as bytes: what `string.dump` gives, and what caches and snapshots keep.
//!
//! ```text
//!   1b 4c 75 61 51 | 52 | version | source | function
//!   PUC's own head   'R' where PUC says its format (0)
//!
//!   function: line_defined last_line_defined params flags registers
//!             code lines constants upvalues locals, and the number of functions in it,
//!             which follow one after another, each followed by its own
//! ```
//!
//! Whole numbers are little-endian groups of seven bits, the high bit saying that more follow; lists and
//! strings have their length in front. An instruction is four bytes, a number eight. Whatever is decoded
//! has passed [`crate::verify`].
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use core::fmt;
use std::sync::Arc;

use crate::bytecode::{Instruction, Op};
use crate::proto::{Constant, LocalVar, Proto, UpvalueDesc};
use crate::verify::{VerifyError, verify};

/// How every dumped function starts, in PUC's form: its signature and 5.1.
pub const SIGNATURE: &[u8] = b"\x1bLua\x51";

/// As in PUC's header. A message that quotes a dumped function ends at this NUL.
const FORMAT: u8 = 0;

/// Ours, where PUC writes its byte order (0 or 1). Changes whenever an opcode or this layout does.
const VERSION: u8 = b'R';

/// Functions in functions, as in [`crate::verify`].
const DEPTH_MAX: usize = crate::limits::SYNTAX_LEVELS_MAX as usize;

const IS_VARARG: u8 = 1;
const HAS_ARG: u8 = 2;
const NEEDS_ARG: u8 = 4;

/// Why bytes are not a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Where in the bytes.
    pub offset: u32,
    /// What is wrong there.
    pub kind: DecodeErrorKind,
}

/// What can be wrong with bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeErrorKind {
    /// Not our signature, format or version.
    Signature,
    /// They end too early.
    Truncated,
    /// Something follows the function.
    TooLong,
    /// A number is larger than it may be.
    Number,
    /// No such opcode.
    Opcode,
    /// No such type of constant, or a flag that means nothing.
    Tag,
    /// Functions are nested too deep.
    Depth,
    /// All is there, but it is not good code.
    Code(VerifyError),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            DecodeErrorKind::Code(fault) => write!(f, "{fault}"),
            kind => write!(f, "bad function at byte {}: {kind:?}", self.offset),
        }
    }
}

impl core::error::Error for DecodeError {}

/// Do the bytes start as a dumped function does (ours or PUC's)?
pub fn is_encoded(bytes: &[u8]) -> bool {
    bytes.first() == SIGNATURE.first()
}

/// The function and all functions in it as bytes, with lines and names.
pub fn encode(proto: &Proto) -> Vec<u8> {
    write_all(proto, false)
}

/// [`encode`] without lines and names.
pub fn encode_stripped(proto: &Proto) -> Vec<u8> {
    write_all(proto, true)
}

/// Appends one function without its source and the functions in it: what a snapshot keeps of each.
pub fn encode_alone(proto: &Proto, out: &mut Vec<u8>) {
    write_function(out, proto, false);
}

/// The function that [`encode_alone`] wrote of one whose functions are kept elsewhere. It is not verified:
/// [`crate::verify::verify_alone`] needs those, too. Takes memory in proportion to the bytes.
///
/// # Errors
/// The first thing that is wrong with the bytes.
pub fn decode_alone(bytes: &[u8]) -> Result<Proto, DecodeError> {
    let mut reader = Reader { bytes, at: 0 };
    let mut read = || match reader.function(&Arc::default())? {
        (proto, 0) if reader.at == bytes.len() => Ok(proto),
        _ => Err(DecodeErrorKind::TooLong),
    };
    let result = read();
    result.map_err(|kind| DecodeError { offset: reader.at as u32, kind })
}

/// A number that is another one when the instruction set or the layout of an encoded function is another one:
/// bytecode may only be read by an engine with the same.
pub fn fingerprint() -> u64 {
    // FNV-1a over what defines the instructions.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    add(VERSION);
    for op in Op::ALL {
        op.name().bytes().for_each(&mut add);
        add(0);
        add(op.fuel());
        for operand in op.operands() {
            add(operand.field as u8);
            add(operand.kind as u8);
        }
    }
    hash
}

fn write_all(proto: &Proto, strip: bool) -> Vec<u8> {
    let mut out = SIGNATURE.to_vec();
    out.extend_from_slice(&[FORMAT, VERSION]);
    write_bytes(&mut out, if strip { b"=?" } else { &proto.source });
    let mut waiting = vec![proto];
    while let Some(proto) = waiting.pop() {
        write_function(&mut out, proto, strip);
        waiting.extend(proto.protos.iter().rev());
    }
    out
}

fn write_function(out: &mut Vec<u8>, proto: &Proto, strip: bool) {
    write_number(out, u64::from(proto.line_defined));
    write_number(out, u64::from(proto.last_line_defined));
    let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
    let flags = flag(proto.is_vararg, IS_VARARG)
        | flag(proto.has_arg, HAS_ARG)
        | flag(proto.needs_arg, NEEDS_ARG);
    out.extend_from_slice(&[proto.params, flags, proto.registers]);
    write_number(out, proto.code.len() as u64);
    for instruction in &proto.code {
        out.extend_from_slice(&[instruction.op as u8, instruction.a, instruction.b, instruction.c]);
    }
    let lines: &[u32] = if strip { &[] } else { &proto.lines };
    write_number(out, lines.len() as u64);
    for line in lines {
        write_number(out, u64::from(*line));
    }
    write_number(out, proto.constants.len() as u64);
    for constant in &proto.constants {
        match constant {
            Constant::Nil => out.push(0),
            Constant::Boolean(false) => out.push(1),
            Constant::Boolean(true) => out.push(2),
            Constant::Number(number) => {
                out.push(3);
                out.extend_from_slice(&number.to_bits().to_le_bytes());
            }
            Constant::String(text) => {
                out.push(4);
                write_bytes(out, text);
            }
        }
    }
    write_number(out, proto.upvalues.len() as u64);
    for upvalue in &proto.upvalues {
        let flags = u8::from(upvalue.from_register) | u8::from(upvalue.by_value) << 1;
        out.extend_from_slice(&[flags, upvalue.index]);
        write_bytes(out, if strip { b"" } else { &upvalue.name });
    }
    let locals: &[LocalVar] = if strip { &[] } else { &proto.locals };
    write_number(out, locals.len() as u64);
    for local in locals {
        write_number(out, u64::from(local.start_pc));
        write_number(out, u64::from(local.end_pc));
        write_bytes(out, &local.name);
    }
    write_number(out, proto.protos.len() as u64);
}

fn write_number(out: &mut Vec<u8>, number: u64) {
    let mut rest = number;
    while rest >= 0x80 {
        out.push(0x80 | (rest & 0x7f) as u8);
        rest >>= 7;
    }
    out.push(rest as u8);
}

fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    write_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// The function that the bytes hold, verified. Takes memory in proportion to the bytes.
///
/// # Errors
/// The first thing that is wrong with the bytes.
pub fn decode(bytes: &[u8]) -> Result<Proto, DecodeError> {
    let mut reader = Reader { bytes, at: 0 };
    let proto = reader.whole().map_err(|kind| DecodeError { offset: reader.at as u32, kind })?;
    verify(&proto)
        .map_err(|fault| DecodeError { offset: 0, kind: DecodeErrorKind::Code(fault) })?;
    Ok(proto)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

type Read<T> = Result<T, DecodeErrorKind>;

impl Reader<'_> {
    fn whole(&mut self) -> Read<Proto> {
        let head = self.take(SIGNATURE.len()).map_err(|_| DecodeErrorKind::Signature)?;
        if head != SIGNATURE || self.byte()? != FORMAT || self.byte()? != VERSION {
            return Err(DecodeErrorKind::Signature);
        }
        let source: Arc<[u8]> = self.bytes()?.into();
        let (proto, mut missing) = self.function(&source)?;
        // Functions that still miss some of the functions in them, the innermost last.
        let mut waiting: Vec<(Proto, usize)> = Vec::new();
        let mut current = proto;
        loop {
            if missing > 0 {
                if waiting.len() >= DEPTH_MAX {
                    return Err(DecodeErrorKind::Depth);
                }
                waiting.push((current, missing));
                (current, missing) = self.function(&source)?;
                continue;
            }
            let Some((mut outer, count)) = waiting.pop() else { break };
            outer.protos.push(current);
            current = outer;
            missing = count.saturating_sub(1);
        }
        if self.at == self.bytes.len() { Ok(current) } else { Err(DecodeErrorKind::TooLong) }
    }

    /// A function without those in it, and how many there are.
    fn function(&mut self, source: &Arc<[u8]>) -> Read<(Proto, usize)> {
        let line_defined = self.small()?;
        let last_line_defined = self.small()?;
        let [params, flags, registers] = [self.byte()?, self.byte()?, self.byte()?];
        if flags & !(IS_VARARG | HAS_ARG | NEEDS_ARG) != 0 {
            return Err(DecodeErrorKind::Tag);
        }
        let code = self.list(Self::instruction)?;
        let lines = self.list(Self::small)?;
        let constants = self.list(Self::constant)?;
        let upvalues = self.list(Self::upvalue)?;
        let locals = self.list(Self::local)?;
        let proto_count = self.count()?;
        let proto = Proto {
            source: Arc::clone(source),
            line_defined,
            last_line_defined,
            params,
            is_vararg: flags & IS_VARARG != 0,
            has_arg: flags & HAS_ARG != 0,
            needs_arg: flags & NEEDS_ARG != 0,
            registers,
            code,
            lines,
            constants,
            protos: Vec::new(),
            upvalues,
            locals,
        };
        Ok((proto, proto_count))
    }

    fn list<T>(&mut self, item: fn(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let count = self.count()?;
        (0..count).map(|_| item(self)).collect()
    }

    fn instruction(&mut self) -> Read<Instruction> {
        let op = Op::from_byte(self.byte()?).ok_or(DecodeErrorKind::Opcode)?;
        Ok(Instruction::abc(op, self.byte()?, self.byte()?, self.byte()?))
    }

    fn constant(&mut self) -> Read<Constant> {
        Ok(match self.byte()? {
            0 => Constant::Nil,
            1 => Constant::Boolean(false),
            2 => Constant::Boolean(true),
            3 => {
                let bits = self.take(8)?.try_into().map_err(|_| DecodeErrorKind::Truncated)?;
                Constant::Number(f64::from_bits(u64::from_le_bytes(bits)))
            }
            4 => Constant::String(self.bytes()?.into()),
            _ => return Err(DecodeErrorKind::Tag),
        })
    }

    fn upvalue(&mut self) -> Read<UpvalueDesc> {
        let flags = self.byte()?;
        if flags > 3 {
            return Err(DecodeErrorKind::Tag);
        }
        let (from_register, by_value) = (flags & 1 != 0, flags & 2 != 0);
        let index = self.byte()?;
        Ok(UpvalueDesc { name: self.bytes()?.into(), from_register, index, by_value })
    }

    fn local(&mut self) -> Read<LocalVar> {
        let (start_pc, end_pc) = (self.small()?, self.small()?);
        Ok(LocalVar { name: self.bytes()?.into(), start_pc, end_pc })
    }

    fn byte(&mut self) -> Read<u8> {
        let byte = self.bytes.get(self.at).copied().ok_or(DecodeErrorKind::Truncated)?;
        self.at = self.at.saturating_add(1);
        Ok(byte)
    }

    fn take(&mut self, len: usize) -> Read<&[u8]> {
        let end = self.at.checked_add(len).ok_or(DecodeErrorKind::Truncated)?;
        let taken = self.bytes.get(self.at..end).ok_or(DecodeErrorKind::Truncated)?;
        self.at = end;
        Ok(taken)
    }

    fn bytes(&mut self) -> Read<&[u8]> {
        let len = self.count()?;
        self.take(len)
    }

    fn number(&mut self) -> Read<u64> {
        let mut number = 0;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(DecodeErrorKind::Number)
    }

    fn small(&mut self) -> Read<u32> {
        u32::try_from(self.number()?).map_err(|_| DecodeErrorKind::Number)
    }

    /// How many items follow: each takes a byte at least, so it cannot be more than there are bytes.
    fn count(&mut self) -> Read<usize> {
        let count = usize::try_from(self.number()?).map_err(|_| DecodeErrorKind::Number)?;
        let left = self.bytes.len().saturating_sub(self.at);
        if count <= left { Ok(count) } else { Err(DecodeErrorKind::Truncated) }
    }
}
