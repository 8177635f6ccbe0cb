//! Pending jumps and conditions.
//!
//! A jump whose target is not known yet holds in its operand the index of the next jump of the same list.

use super::register::ConstantKey;
use super::{Failure, Generated, Generator, NO_REGISTER, Operand, Value};
use crate::bytecode::{CONST16_MAX, Instruction, Op};
use crate::limits::JUMP_MAX;

/// Jumps that are going to the same place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jumps {
    first: u32,
    last: u32,
}

/// Ends a list.
const NO_JUMP: u32 = (1 << 24) - 1;

impl Jumps {
    pub(super) const NONE: Jumps = Jumps { first: NO_JUMP, last: NO_JUMP };

    pub(super) const fn one(pc: usize) -> Self {
        Self { first: pc as u32, last: pc as u32 }
    }

    pub(super) const fn is_none(self) -> bool {
        self.first == NO_JUMP
    }
}

impl Generator<'_> {
    /// A jump to a place that is not known yet.
    pub(super) fn jump(&mut self) -> Generated<Jumps> {
        let pc = self.emit(Instruction::e(Op::Jump, NO_JUMP as i32))?;
        Ok(Jumps::one(pc))
    }

    pub(super) fn jump_to(&mut self, target: usize) -> Generated<()> {
        let jumps = self.jump()?;
        self.patch(jumps, target)
    }

    pub(super) fn join(&mut self, first: Jumps, second: Jumps) -> Jumps {
        if first.is_none() {
            return second;
        }
        if second.is_none() {
            return first;
        }
        *self.instruction_mut(first.last as usize) = Instruction::e(Op::Jump, second.first as i32);
        Jumps { first: first.first, last: second.last }
    }

    /// Sends jumps to `target`; what they tested is not wanted.
    pub(super) fn patch(&mut self, jumps: Jumps, target: usize) -> Generated<()> {
        self.patch_values(jumps, target, NO_REGISTER, target)
    }

    pub(super) fn patch_here(&mut self, jumps: Jumps) -> Generated<()> {
        if jumps.is_none() {
            return Ok(());
        }
        let target = self.label();
        self.patch(jumps, target)
    }

    /// Sends jumps that can bring the value they tested along into `dst` to `target`, and the others to `plain_target`.
    fn patch_values(
        &mut self,
        jumps: Jumps,
        target: usize,
        dst: u8,
        plain_target: usize,
    ) -> Generated<()> {
        let mut next = jumps.first;
        while next != NO_JUMP {
            let pc = next as usize;
            next = self.code[pc].ue();
            let brings_value = self.settle_value(pc, dst);
            self.set_target(pc, if brings_value { target } else { plain_target })?;
        }
        Ok(())
    }

    /// When the jump at `pc` can bring a value along, lets it write `dst`, or nothing when that is no
    /// register; answers whether it can.
    ///
    /// It can when a `TestSet` or a load stands before it whose destination is still open.
    fn settle_value(&mut self, pc: usize, dst: u8) -> bool {
        if !self.brings_value(pc) {
            return false;
        }
        let before = self.instruction_mut(pc - 1);
        if before.op == Op::TestSet && (dst == NO_REGISTER || dst == before.b) {
            *before = Instruction::abc(Op::Test, before.b, 0, before.c);
        } else if dst == NO_REGISTER {
            *before = Instruction::e(Op::Jump, 0);
        } else {
            before.a = dst;
        }
        true
    }

    fn brings_value(&self, pc: usize) -> bool {
        pc.checked_sub(1).and_then(|before| self.code.get(before)).is_some_and(|before| {
            let writes = matches!(before.op, Op::TestSet | Op::LoadK | Op::LoadInt | Op::LoadNil);
            writes && before.a == NO_REGISTER
        })
    }

    fn set_target(&mut self, pc: usize, target: usize) -> Generated<()> {
        let distance = target as i64 - (pc as i64 + 1);
        if distance.unsigned_abs() as usize > JUMP_MAX {
            return Err(Failure::TooLong(self.place));
        }
        *self.instruction_mut(pc) = Instruction::e(Op::Jump, distance as i32);
        Ok(())
    }

    /// Does any of the jumps come without the value it tested?
    fn needs_boolean(&self, jumps: Jumps) -> bool {
        let mut next = jumps.first;
        while next != NO_JUMP {
            let pc = next as usize;
            if !self.brings_value(pc) {
                return true;
            }
            next = self.code[pc].ue();
        }
        false
    }

    /// The values that the jumps tested are not wanted.
    pub(super) fn drop_values(&mut self, jumps: Jumps) {
        let mut next = jumps.first;
        while next != NO_JUMP {
            let pc = next as usize;
            self.settle_value(pc, NO_REGISTER);
            next = self.code[pc].ue();
        }
    }

    /// Jumps away when `operand` is `jump_when`, and goes on here when it is not. The jumps are left in the
    /// operand's list for that truth.
    pub(super) fn branch(&mut self, operand: &mut Operand, jump_when: bool) -> Generated<()> {
        self.discharge(operand)?;
        let jumps = match operand.value {
            Value::Nil | Value::False if jump_when => Jumps::NONE,
            Value::True | Value::Number(_) | Value::String(_) if !jump_when => Jumps::NONE,
            Value::False | Value::True => self.jump()?,
            Value::Nil => {
                self.emit(Instruction::abc(Op::LoadNil, NO_REGISTER, 0, 0))?;
                self.jump()?
            }
            Value::Number(number) if self.is_narrow_number(number)? => {
                self.load_number(NO_REGISTER, number)?;
                self.jump()?
            }
            Value::String(symbol) if self.constant(ConstantKey::String(symbol))? <= CONST16_MAX => {
                self.load_constant(NO_REGISTER, ConstantKey::String(symbol))?;
                self.jump()?
            }
            Value::Condition(pc) => {
                if !jump_when {
                    self.negate_condition(pc);
                }
                Jumps::one(pc)
            }
            _ => self.test(operand, jump_when)?,
        };
        if jump_when {
            operand.when_true = self.join(operand.when_true, jumps);
            self.patch_here(operand.when_false)?;
            operand.when_false = Jumps::NONE;
        } else {
            operand.when_false = self.join(operand.when_false, jumps);
            self.patch_here(operand.when_true)?;
            operand.when_true = Jumps::NONE;
        }
        Ok(())
    }

    /// A test of a value in a register; of a `not` just made, its operand is tested instead.
    fn test(&mut self, operand: &mut Operand, jump_when: bool) -> Generated<Jumps> {
        if let Value::Pending(pc) = operand.value
            && pc + 1 == self.code.len()
            && self.code[pc].op == Op::Not
        {
            let tested = self.code[pc].b;
            self.code.pop();
            self.lines.pop();
            self.emit(Instruction::abc(Op::Test, tested, 0, u8::from(!jump_when)))?;
            return self.jump();
        }
        let register = self.any_register_of_value(operand)?;
        self.release(register);
        self.emit(Instruction::abc(Op::TestSet, NO_REGISTER, register, u8::from(jump_when)))?;
        self.jump()
    }

    pub(super) fn negate_condition(&mut self, pc: usize) {
        if let Some(comparison) = pc.checked_sub(1).and_then(|before| self.code.get_mut(before)) {
            comparison.c ^= 1;
        }
    }

    /// Ends the jumps of an operand whose value, when they are not taken, is in `dst` by now (or is a
    /// comparison): whichever way was taken, the value is in `dst` behind this.
    pub(super) fn finish_jumps(&mut self, operand: &mut Operand, dst: u8) -> Generated<()> {
        let mut when_true = operand.when_true;
        let when_false = operand.when_false;
        let is_condition = if let Value::Condition(pc) = operand.value {
            when_true = self.join(when_true, Jumps::one(pc));
            true
        } else {
            false
        };
        if !when_true.is_none() || !when_false.is_none() {
            let (mut load_false, mut load_true) = (0, 0);
            if self.needs_boolean(when_true) || self.needs_boolean(when_false) {
                let over = if is_condition { Jumps::NONE } else { self.jump()? };
                load_false = self.label();
                self.emit(Instruction::abc(Op::LoadBoolSkip, dst, 0, 0))?;
                load_true = self.label();
                self.emit(Instruction::abc(Op::LoadBool, dst, 1, 0))?;
                self.patch_here(over)?;
            }
            let end = self.label();
            self.patch_values(when_false, end, dst, load_false)?;
            self.patch_values(when_true, end, dst, load_true)?;
        }
        *operand = Operand::register(dst);
        Ok(())
    }

    /// Lets jumps to unconditional jumps go to where those go. Not those back to the start of an empty loop:
    /// it holds a jump to the next instruction, for its line.
    pub(super) fn thread_jumps(&mut self) {
        for pc in 0..self.code.len() {
            if self.code[pc].op != Op::Jump {
                continue;
            }
            let Some(target) = self.jump_target(pc) else { continue };
            let is_empty_loop = target < pc && self.jump_target(target) == Some(target + 1);
            if !is_empty_loop {
                let distance = self.last_target_of(target) as i64 - (pc as i64 + 1);
                if distance.unsigned_abs() as usize <= JUMP_MAX {
                    self.code[pc] = Instruction::e(Op::Jump, distance as i32);
                }
            }
        }
    }

    /// Where one arrives who jumps to `target`.
    fn last_target_of(&self, mut target: usize) -> usize {
        const HOPS_MAX: usize = 8;
        for _ in 0..HOPS_MAX {
            match self.code.get(target).map(|instruction| instruction.op) {
                Some(Op::Jump) => target = self.jump_target(target).unwrap_or(target),
                _ => break,
            }
        }
        target
    }

    fn jump_target(&self, pc: usize) -> Option<usize> {
        usize::try_from(pc as i64 + 1 + i64::from(self.code.get(pc)?.se())).ok()
    }
}
