//! Assignments: targets from the left, values from the left, stores from the right.

use super::register::ConstantKey;
use super::{Generated, Generator, Key, Operand, Value};
use crate::ast::{ExprId, List, Place};
use crate::bytecode::{CONST16_MAX, Instruction, Op};

impl Generator<'_> {
    /// What an assignment can store to: a variable that has not been read.
    pub(super) fn target(&mut self, id: ExprId) -> Generated<Operand> {
        let mut operand = Operand::new(Value::Nil);
        self.expression(id, &mut operand)?;
        Ok(operand)
    }

    /// Brings the values of a list to the next registers, cut or filled up with nils to `count`.
    pub(super) fn assigned_values(
        &mut self,
        values: List,
        count: usize,
        place: Place,
    ) -> Generated<()> {
        let base = self.free;
        let given = values.len as usize;
        if given == 0 {
            self.place = place;
            let first = self.reserve(count)?;
            return self.load_nil(first, count);
        }
        let mut last = self.all_but_last(values)?;
        self.place = place;
        // Values wanted of the last expression, if it can give any number.
        let wanted = (count + 1).saturating_sub(given);
        if self.fix_results(&mut last, wanted)? {
            // A call's results start where its function was, whose register is still in use.
            self.free = base + given - 1;
            self.reserve(wanted)?;
        } else {
            self.bring_to_next(&mut last)?;
            let missing = count.saturating_sub(given);
            if missing > 0 {
                let first = self.reserve(missing)?;
                self.load_nil(first, missing)?;
            }
        }
        self.free = base + count;
        Ok(())
    }

    /// Brings all values but the last to the next registers; returns the last.
    fn all_but_last(&mut self, values: List) -> Generated<Operand> {
        for index in 0..values.len.saturating_sub(1) {
            let item = self.ast.items[(values.start + index) as usize];
            let mut operand = Operand::new(Value::Nil);
            self.expression(item.expr, &mut operand)?;
            self.place = item.place;
            self.bring_to_next(&mut operand)?;
        }
        let last = self.ast.items[(values.start + values.len - 1) as usize];
        let mut operand = Operand::new(Value::Nil);
        self.expression(last.expr, &mut operand)?;
        Ok(operand)
    }

    pub(super) fn assign(&mut self, targets: List, values: List, place: Place) -> Generated<()> {
        if targets.len == 1 && values.len == 1 {
            let target = self.target(self.ast.items[targets.start as usize].expr)?;
            let mut value = Operand::new(Value::Nil);
            self.expression(self.ast.items[values.start as usize].expr, &mut value)?;
            self.place = place;
            self.single_value(&mut value)?;
            return self.store(target, &mut value);
        }
        let mut stores = Vec::with_capacity(targets.len as usize);
        for index in targets.start..targets.start + targets.len {
            let target = self.target(self.ast.items[index as usize].expr)?;
            self.place = self.ast.items[index as usize].place;
            if let Value::Register(local) = target.value {
                self.keep_old_value(local, &mut stores)?;
            }
            stores.push(target);
        }
        if targets.len == values.len {
            let mut last = self.all_but_last(values)?;
            self.place = place;
            self.single_value(&mut last)?;
            if let Some(target) = stores.pop() {
                self.store(target, &mut last)?;
            }
        } else {
            self.assigned_values(values, targets.len as usize, place)?;
        }
        // From the last to the first, as the values lie in the registers.
        while let Some(target) = stores.pop() {
            let mut value = Operand::register((self.free - 1) as u8);
            self.store(target, &mut value)?;
        }
        Ok(())
    }

    /// A call or `...` as the one value of an assignment.
    fn single_value(&mut self, value: &mut Operand) -> Generated<()> {
        if matches!(value.value, Value::Call(_) | Value::Dots(_)) {
            self.discharge(value)?;
        }
        Ok(())
    }

    /// A local that is assigned to may be the table or the key of a target on its left; those must use the
    /// value from before the assignment, so it is copied for them.
    fn keep_old_value(&mut self, local: u8, stores: &mut [Operand]) -> Generated<()> {
        let copy = self.free as u8;
        let mut used = false;
        for store in stores {
            if let Value::Indexed { table, key } = &mut store.value {
                if *table == local {
                    *table = copy;
                    used = true;
                }
                if let Key::Register(key) = key
                    && *key == local
                {
                    *key = copy;
                    used = true;
                }
            }
        }
        if used {
            let copy = self.reserve(1)?;
            self.emit(Instruction::abc(Op::Move, copy, local, 0))?;
        }
        Ok(())
    }

    /// Assigns `value` to a variable.
    #[inline(never)]
    pub(super) fn store(&mut self, target: Operand, value: &mut Operand) -> Generated<()> {
        match target.value {
            Value::Register(local) => {
                if let Value::Register(register) = value.value {
                    self.release(register);
                }
                self.discharge(value)?;
                self.bring_to(value, local)?;
            }
            Value::Upvalue(index) => {
                let value = self.bring_to_any(value)?;
                self.emit(Instruction::abc(Op::SetUpvalue, value, index, 0))?;
                self.release(value);
            }
            Value::Global(name) => {
                let value = self.bring_to_any(value)?;
                let index = self.constant(ConstantKey::String(name))?;
                if index <= CONST16_MAX {
                    self.emit(Instruction::ad(Op::SetGlobal, value, index as u16))?;
                } else {
                    let register = self.reserve(1)?;
                    self.load_constant(register, ConstantKey::String(name))?;
                    self.emit(Instruction::abc(Op::SetGlobalWide, value, register, 0))?;
                    self.release(register);
                }
                self.release(value);
            }
            Value::Indexed { table, key } => self.store_indexed(table, key, value)?,
            _ => {}
        }
        Ok(())
    }

    fn store_indexed(&mut self, table: u8, key: Key, value: &mut Operand) -> Generated<()> {
        let takes_constant = !matches!(key, Key::Int(_));
        let constant = if takes_constant { self.byte_constant_of(value)? } else { None };
        let instruction = if let Some(constant) = constant {
            match key {
                Key::Field(name) => Instruction::abc(Op::SetFieldK, table, name, constant),
                Key::Register(key) | Key::Int(key) => {
                    Instruction::abc(Op::SetIndexK, table, key, constant)
                }
            }
        } else {
            let value = self.bring_to_any(value)?;
            self.release(value);
            match key {
                Key::Field(name) => Instruction::abc(Op::SetField, table, name, value),
                Key::Int(int) => Instruction::abc(Op::SetInt, table, int, value),
                Key::Register(key) => Instruction::abc(Op::SetIndex, table, key, value),
            }
        };
        self.emit(instruction)?;
        Ok(())
    }
}
