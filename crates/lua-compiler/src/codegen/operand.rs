//! From operands to registers: each of these brings a value closer to where its user wants it.

use super::register::ConstantKey;
use super::{Generated, Generator, Key, NO_REGISTER, Operand, Value};
use crate::bytecode::{CONST16_MAX, Instruction, Op};
use crate::intern::Symbol;

impl Generator<'_> {
    /// Turns a variable into the instruction that reads it, and several values into one.
    #[inline(never)]
    pub(super) fn discharge(&mut self, operand: &mut Operand) -> Generated<()> {
        operand.value = match operand.value {
            Value::Upvalue(index) => Value::Pending(self.emit(Instruction::abc(
                Op::GetUpvalue,
                NO_REGISTER,
                index,
                0,
            ))?),
            Value::Global(name) => Value::Pending(self.get_global(name)?),
            Value::Indexed { table, key } => {
                let instruction = match key {
                    Key::Register(key) => {
                        self.release(key);
                        Instruction::abc(Op::GetIndex, NO_REGISTER, table, key)
                    }
                    Key::Field(name) => Instruction::abc(Op::GetField, NO_REGISTER, table, name),
                    Key::Int(int) => Instruction::abc(Op::GetInt, NO_REGISTER, table, int),
                };
                self.release(table);
                Value::Pending(self.emit(instruction)?)
            }
            Value::Call(pc) => Value::Register(self.code[pc].a),
            Value::Dots(pc) => {
                self.instruction_mut(pc).b = 2;
                Value::Pending(pc)
            }
            value => value,
        };
        Ok(())
    }

    fn get_global(&mut self, name: Symbol) -> Generated<usize> {
        let index = self.constant(ConstantKey::String(name))?;
        if index <= CONST16_MAX {
            return self.emit(Instruction::ad(Op::GetGlobal, NO_REGISTER, index as u16));
        }
        let register = self.reserve(1)?;
        self.load_constant(register, ConstantKey::String(name))?;
        self.release(register);
        self.emit(Instruction::abc(Op::GetGlobalWide, NO_REGISTER, register, 0))
    }

    /// Brings the value, but not what its jumps bring, to `dst`. A condition stays one.
    #[inline(never)]
    fn put(&mut self, operand: &mut Operand, dst: u8) -> Generated<()> {
        self.discharge(operand)?;
        match operand.value {
            Value::Nil => self.load_nil(dst, 1)?,
            Value::True => drop(self.emit(Instruction::abc(Op::LoadBool, dst, 1, 0))?),
            Value::False => drop(self.emit(Instruction::abc(Op::LoadBool, dst, 0, 0))?),
            Value::Number(number) => self.load_number(dst, number)?,
            Value::String(symbol) => self.load_constant(dst, ConstantKey::String(symbol))?,
            Value::Pending(pc) => self.instruction_mut(pc).a = dst,
            Value::Register(register) if register != dst => {
                self.emit(Instruction::abc(Op::Move, dst, register, 0))?;
            }
            _ => {}
        }
        if !matches!(operand.value, Value::Condition(_)) {
            operand.value = Value::Register(dst);
        }
        Ok(())
    }

    /// Brings the value to `dst`, whichever way it comes.
    pub(super) fn bring_to(&mut self, operand: &mut Operand, dst: u8) -> Generated<()> {
        self.put(operand, dst)?;
        self.finish_jumps(operand, dst)
    }

    /// Brings the value to the next free register.
    #[inline(never)]
    pub(super) fn bring_to_next(&mut self, operand: &mut Operand) -> Generated<u8> {
        self.discharge(operand)?;
        if let Value::Register(register) = operand.value {
            self.release(register);
        }
        let dst = self.reserve(1)?;
        self.bring_to(operand, dst)?;
        Ok(dst)
    }

    /// Brings the value to some register: a local stays where it is.
    #[inline(never)]
    pub(super) fn bring_to_any(&mut self, operand: &mut Operand) -> Generated<u8> {
        self.discharge(operand)?;
        if let Value::Register(register) = operand.value {
            if !operand.has_jumps() {
                return Ok(register);
            }
            if usize::from(register) >= self.active.len() {
                self.bring_to(operand, register)?;
                return Ok(register);
            }
        }
        self.bring_to_next(operand)
    }

    /// Brings the value to some register and leaves its jumps pending.
    pub(super) fn any_register_of_value(&mut self, operand: &mut Operand) -> Generated<u8> {
        self.discharge(operand)?;
        if let Value::Register(register) = operand.value {
            return Ok(register);
        }
        let dst = self.reserve(1)?;
        self.put(operand, dst)?;
        Ok(dst)
    }

    /// Finishes the jumps, if there are any, and reads variables.
    #[inline(never)]
    pub(super) fn settle(&mut self, operand: &mut Operand) -> Generated<()> {
        if operand.has_jumps() {
            self.bring_to_any(operand)?;
            return Ok(());
        }
        self.discharge(operand)
    }

    /// The constant that the operand is.
    pub(super) fn constant_key(&mut self, operand: &Operand) -> Option<ConstantKey> {
        if operand.has_jumps() {
            return None;
        }
        Some(match operand.value {
            Value::Nil => ConstantKey::Nil,
            Value::True => ConstantKey::Boolean(true),
            Value::False => ConstantKey::Boolean(false),
            Value::Number(number) => ConstantKey::Number(self.canonical(number).to_bits()),
            Value::String(symbol) => ConstantKey::String(symbol),
            _ => return None,
        })
    }

    /// The index of the operand's constant, if it is one and a byte can name it.
    pub(super) fn byte_constant_of(&mut self, operand: &Operand) -> Generated<Option<u8>> {
        match self.constant_key(operand) {
            Some(key) => self.byte_constant(key),
            None => Ok(None),
        }
    }

    /// Lets a call or `...` give all its values; answers whether the operand can.
    #[inline(never)]
    pub(super) fn open_results(&mut self, operand: &mut Operand) -> Generated<bool> {
        match operand.value {
            Value::Call(pc) => self.instruction_mut(pc).c = 0,
            Value::Dots(pc) => {
                let first = self.reserve(1)?;
                let instruction = self.instruction_mut(pc);
                instruction.a = first;
                instruction.b = 0;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Lets a call or `...` give `count` values in the next registers; answers whether the operand can.
    pub(super) fn fix_results(&mut self, operand: &mut Operand, count: usize) -> Generated<bool> {
        match operand.value {
            Value::Call(pc) => self.instruction_mut(pc).c = (count + 1) as u8,
            Value::Dots(pc) => {
                let first = self.free as u8;
                let instruction = self.instruction_mut(pc);
                instruction.a = first;
                instruction.b = (count + 1) as u8;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}
