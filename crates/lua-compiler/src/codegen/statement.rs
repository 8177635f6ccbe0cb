//! Statements: a walk along the tape, with a list of the blocks that are open.

use super::block::OpenKind;
use super::{Generated, Generator, Operand, Value};
use crate::ast::{List, Place, Statement};
use crate::bytecode::{Instruction, Op};

impl Generator<'_> {
    pub(super) fn statements(&mut self) -> Generated<()> {
        for index in 0..self.ast.statements.len() {
            self.statement(index)?;
            self.free = self.active.len();
        }
        Ok(())
    }

    pub(super) fn statement(&mut self, index: usize) -> Generated<()> {
        match self.ast.statements[index] {
            Statement::Local { count, values, place } => {
                self.assigned_values(values, usize::from(count), place)?;
                self.activate(usize::from(count));
            }
            Statement::LocalFunction { proto, place } => {
                self.place = place;
                let register = self.reserve(1)?;
                self.emit(Instruction::ad(Op::Closure, register, proto as u16))?;
                self.activate(1);
            }
            Statement::Function { target, proto, place, line } => {
                let target = self.target(target)?;
                self.place = place;
                let instruction = Instruction::ad(Op::Closure, super::NO_REGISTER, proto as u16);
                let mut value = Operand::new(Value::Pending(self.emit(instruction)?));
                self.store(target, &mut value)?;
                // A local is not stored to: there PUC changes the line of the closure's last word, which is
                // its own only when it captures nothing.
                let captures =
                    self.protos.get(proto as usize).is_some_and(|p| !p.upvalues.is_empty());
                if !captures || !matches!(target.value, Value::Register(_)) {
                    self.set_last_line(line);
                }
            }
            Statement::Assign { targets, values, place } => self.assign(targets, values, place)?,
            Statement::Call { call, place } => {
                let mut operand = Operand::new(Value::Nil);
                self.expression(call, &mut operand)?;
                self.place = place;
                if let Value::Call(pc) = operand.value {
                    self.instruction_mut(pc).c = 1;
                }
            }
            Statement::Return { values, place } => self.return_values(values, place)?,
            Statement::Break { place } => self.break_loop(place)?,
            Statement::Do => self.open(OpenKind::Do),
            Statement::Repeat => self.open(OpenKind::Repeat),
            Statement::While { condition, place } => self.open_while(condition, place)?,
            Statement::If { condition, place } => {
                let pending = self.unless(condition, place)?;
                self.open(OpenKind::If { pending });
            }
            Statement::ElseIf { before, condition, place } => {
                self.next_branch(before)?;
                let pending = self.unless(condition, place)?;
                self.set_pending(pending);
            }
            Statement::Else { before } => self.next_branch(before)?,
            Statement::NumericFor { values, place, wide, line } => {
                self.open_numeric_for(values, place, wide, line)?;
            }
            Statement::GenericFor { names, values, list_place, place, line } => {
                self.assigned_values(values, 3, list_place)?;
                self.activate(3);
                self.free = self.active.len();
                // The iterator is called above its three values.
                self.check_registers(3)?;
                self.place = place;
                let entry = self.jump()?;
                self.reserve(usize::from(names))?;
                self.open(OpenKind::GenericFor { entry, names, line });
                self.activate(usize::from(names));
            }
            Statement::End { place } => {
                self.place = place;
                self.end()?;
            }
            Statement::Until { condition, before, place } => {
                self.place = before;
                self.until(condition, place)?;
            }
        }
        Ok(())
    }

    fn return_values(&mut self, values: List, place: Place) -> Generated<()> {
        let first = self.active.len() as u8;
        self.place = place;
        if values.len == 0 {
            self.emit(Instruction::abc(Op::Return0, 0, 0, 0))?;
            return Ok(());
        }
        if values.len > 1 {
            let is_open = self.values_to_next(values)?;
            self.place = place;
            let count = if is_open { 0 } else { self.free - usize::from(first) + 1 };
            self.emit(Instruction::abc(Op::Return, first, count as u8, 0))?;
            return Ok(());
        }
        let item = self.ast.items[values.start as usize];
        let mut operand = Operand::new(Value::Nil);
        self.expression(item.expr, &mut operand)?;
        self.place = place;
        if let Value::Call(pc) = operand.value {
            let call = self.instruction_mut(pc);
            *call = Instruction::abc(Op::TailCall, call.a, call.b, 0);
            self.emit(Instruction::abc(Op::Return, first, 0, 0))?;
        } else if self.open_results(&mut operand)? {
            self.emit(Instruction::abc(Op::Return, first, 0, 0))?;
        } else {
            let register = self.bring_to_any(&mut operand)?;
            self.emit(Instruction::abc(Op::Return1, register, 0, 0))?;
        }
        Ok(())
    }
}
