//! Registers, a stack above the active locals; and constants.

use super::{Failure, Generated, Generator};
use crate::bytecode::{CONST8_MAX, CONST16_MAX, Instruction, Op};
use crate::intern::Symbol;
use crate::limits::{CONSTANTS_MAX, REGISTERS_MAX};
use crate::proto::Constant;

/// What makes two constants the same.
#[derive(Clone, Copy, Debug)]
pub(super) enum ConstantKey {
    Nil,
    Boolean(bool),
    Number(u64),
    String(Symbol),
}

impl ConstantKey {
    /// A number for each: its kind, and what it is.
    fn to_bits(self) -> u128 {
        let (kind, content) = match self {
            ConstantKey::Nil => (0, 0),
            ConstantKey::Boolean(boolean) => (1, u64::from(boolean)),
            ConstantKey::Number(bits) => (2, bits),
            ConstantKey::String(symbol) => (3, u64::from(symbol.0)),
        };
        kind << 64 | u128::from(content)
    }
}

impl Generator<'_> {
    /// Makes sure that `count` registers above the ones in use exist.
    pub(super) fn check_registers(&mut self, count: usize) -> Generated<()> {
        let needed = self.free + count;
        if needed > self.registers {
            if needed >= REGISTERS_MAX {
                return Err(Failure::TooComplex(self.place));
            }
            self.registers = needed;
        }
        Ok(())
    }

    /// Takes the next `count` registers; returns the first.
    pub(super) fn reserve(&mut self, count: usize) -> Generated<u8> {
        self.check_registers(count)?;
        let first = self.free;
        self.free += count;
        Ok(first as u8)
    }

    /// Frees `register` and everything above it, unless it is a local's.
    pub(super) fn release(&mut self, register: u8) {
        let register = usize::from(register);
        if register >= self.active.len() {
            self.free = self.free.min(register);
        }
    }

    pub(super) fn constant(&mut self, key: ConstantKey) -> Generated<usize> {
        if let Some(&index) = self.constant_indices.get(&key.to_bits()) {
            return Ok(index as usize);
        }
        if self.constants.len() >= CONSTANTS_MAX {
            return Err(Failure::Constants(self.place));
        }
        let index = self.constants.len();
        self.constant_indices.insert(key.to_bits(), index as u32);
        self.constants.push(match key {
            ConstantKey::Nil => Constant::Nil,
            ConstantKey::Boolean(boolean) => Constant::Boolean(boolean),
            ConstantKey::Number(bits) => Constant::Number(f64::from_bits(bits)),
            ConstantKey::String(symbol) => Constant::String(self.symbols.text(symbol).into()),
        });
        Ok(index)
    }

    /// The index of a constant when it fits a byte.
    pub(super) fn byte_constant(&mut self, key: ConstantKey) -> Generated<Option<u8>> {
        let known = self.constant_indices.get(&key.to_bits()).copied();
        let index = match known {
            Some(index) => index as usize,
            None if self.constants.len() > CONST8_MAX => return Ok(None),
            None => self.constant(key)?,
        };
        Ok(u8::try_from(index).ok())
    }

    /// The number as PUC keeps it: a zero gets the sign of the function's first zero.
    pub(super) fn canonical(&mut self, number: f64) -> f64 {
        if number == 0.0 { *self.zero.get_or_insert(number) } else { number }
    }

    pub(super) fn load_number(&mut self, dst: u8, number: f64) -> Generated<()> {
        let number = self.canonical(number);
        match small_int(number) {
            Some(int) => {
                self.emit(Instruction::asd(Op::LoadInt, dst, int))?;
                Ok(())
            }
            None => self.load_constant(dst, ConstantKey::Number(number.to_bits())),
        }
    }

    /// Does loading the number take one word?
    pub(super) fn is_narrow_number(&mut self, number: f64) -> Generated<bool> {
        let number = self.canonical(number);
        Ok(small_int(number).is_some()
            || self.constant(ConstantKey::Number(number.to_bits()))? <= CONST16_MAX)
    }

    pub(super) fn load_constant(&mut self, dst: u8, key: ConstantKey) -> Generated<()> {
        let index = self.constant(key)?;
        if index <= CONST16_MAX {
            self.emit(Instruction::ad(Op::LoadK, dst, index as u16))?;
        } else {
            self.emit(Instruction::abc(Op::LoadKWide, dst, 0, 0))?;
            self.emit(Instruction::e(Op::Extra, index as i32))?;
        }
        Ok(())
    }

    /// `count` nils from register `first` on, together with a `LoadNil` right before when they touch.
    pub(super) fn load_nil(&mut self, first: u8, count: usize) -> Generated<()> {
        let pc = self.code.len();
        if pc > self.last_target
            && let Some(last) = self.code.last_mut()
            && last.op == Op::LoadNil
            && usize::from(last.a) + usize::from(last.b) + 1 == usize::from(first)
        {
            last.b += count as u8;
            return Ok(());
        }
        self.emit(Instruction::abc(Op::LoadNil, first, (count - 1) as u8, 0))?;
        Ok(())
    }
}

/// The number as `LoadInt` carries it; not for the negative zero.
fn small_int(number: f64) -> Option<i16> {
    let int = number as i16;
    (f64::from(int) == number && !(number == 0.0 && number.is_sign_negative())).then_some(int)
}
