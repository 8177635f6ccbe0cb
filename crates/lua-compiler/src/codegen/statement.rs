//! Statements: a walk along the tape, with a list of the blocks that are open.

use super::jump::Jumps;
use super::{Generated, Generator, Key, Operand, Value};
use crate::ast::{ExprId, List, Place, Statement};
use crate::bytecode::{Instruction, Op};

/// A block that is open.
#[derive(Clone, Copy)]
pub(super) struct Open {
    kind: OpenKind,
    /// Active locals before the block's own.
    first: usize,
    /// Index of the body's first instruction.
    start: usize,
    /// Jumps of `break`, or from the ends of the branches of an `if`.
    exits: Jumps,
}

#[derive(Clone, Copy)]
enum OpenKind {
    Do,
    /// `pending`: jumps to the next branch.
    If {
        pending: Jumps,
    },
    /// The condition stands at the end; `entry` jumps to it. Without `entry` it is always true.
    While {
        entry: Jumps,
        condition: ExprId,
        place: Place,
    },
    Repeat,
    NumericFor {
        prepare: usize,
        line: u32,
        wide: bool,
    },
    GenericFor {
        entry: Jumps,
        names: u8,
        line: u32,
    },
}

impl Generator<'_> {
    pub(super) fn statements(&mut self) -> Generated<()> {
        for index in 0..self.ast.statements.len() {
            self.statement(index)?;
            self.free = self.active.len();
        }
        Ok(())
    }

    fn statement(&mut self, index: usize) -> Generated<()> {
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

    fn open(&mut self, kind: OpenKind) {
        let start = self.label();
        self.opens.push(Open { kind, first: self.active.len(), start, exits: Jumps::NONE });
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

// Assignments.
impl Generator<'_> {
    /// What an assignment can store to: a variable that has not been read.
    fn target(&mut self, id: ExprId) -> Generated<Operand> {
        let mut operand = Operand::new(Value::Nil);
        self.expression(id, &mut operand)?;
        Ok(operand)
    }

    /// Brings the values of a list to the next registers, cut or filled up with nils to `count`.
    fn assigned_values(&mut self, values: List, count: usize, place: Place) -> Generated<()> {
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

    fn assign(&mut self, targets: List, values: List, place: Place) -> Generated<()> {
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
}

// Blocks.
impl Generator<'_> {
    /// Generates a condition; the jumps are taken when it is false.
    fn unless(&mut self, condition: ExprId, place: Place) -> Generated<Jumps> {
        let mut operand = Operand::new(Value::Nil);
        self.expression(condition, &mut operand)?;
        self.place = place;
        self.branch(&mut operand, false)?;
        Ok(operand.when_false)
    }

    fn open_while(&mut self, condition: ExprId, place: Place) -> Generated<()> {
        self.place = place;
        let always = self.is_always_true(condition);
        let entry = if always {
            Jumps::NONE
        } else {
            let line = self.rehearse(condition, place)?;
            let entry = self.jump()?;
            self.set_last_line(line);
            entry
        };
        self.open(OpenKind::While { entry, condition, place });
        Ok(())
    }

    /// Generates a condition and throws the code away: what remains is that its constants come before
    /// those of the body, where PUC has them, though the code comes after it. Returns the code's first line.
    fn rehearse(&mut self, condition: ExprId, place: Place) -> Generated<u32> {
        let (len, last_target) = (self.code.len(), self.last_target);
        self.unless(condition, place)?;
        let first_line = self.lines.get(len).copied().unwrap_or(place.line);
        self.code.truncate(len);
        self.lines.truncate(len);
        self.last_target = last_target;
        self.free = self.active.len();
        Ok(first_line)
    }

    fn is_always_true(&self, condition: ExprId) -> bool {
        use crate::ast::Expr;
        matches!(self.ast.expr(condition), Expr::True | Expr::Number(_) | Expr::String(_))
    }

    fn open_numeric_for(
        &mut self,
        values: List,
        place: Place,
        wide: bool,
        line: u32,
    ) -> Generated<()> {
        let base = self.free as u8;
        for index in 0..values.len {
            let mut operand = Operand::new(Value::Nil);
            self.expression(self.ast.items[(values.start + index) as usize].expr, &mut operand)?;
            self.place = self.item_place(values, index);
            self.bring_to_next(&mut operand)?;
        }
        if values.len < 3 {
            let step = self.reserve(1)?;
            self.load_number(step, 1.0)?;
        }
        self.activate(3);
        self.place = place;
        let prepare = self.emit(Instruction::asd(Op::ForPrep, base, 0))?;
        if wide {
            self.jump()?;
        }
        self.reserve(1)?;
        self.open(OpenKind::NumericFor { prepare, line, wide });
        self.activate(1);
        Ok(())
    }

    fn break_loop(&mut self, place: Place) -> Generated<()> {
        self.place = place;
        let is_loop = |open: &Open| !matches!(open.kind, OpenKind::Do | OpenKind::If { .. });
        let Some(index) = self.opens.iter().rposition(is_loop) else { return Ok(()) };
        self.emit_close(self.opens[index].first)?;
        let jump = self.jump()?;
        self.opens[index].exits = self.join(self.opens[index].exits, jump);
        Ok(())
    }

    /// Ends a branch of the innermost `if`, and goes on where its condition was false.
    fn next_branch(&mut self, before: Place) -> Generated<()> {
        self.place = before;
        let Some(open) = self.opens.last().copied() else { return Ok(()) };
        self.close_locals(open.first)?;
        let jump = self.jump()?;
        let exits = self.join(open.exits, jump);
        if let Some(open) = self.opens.last_mut() {
            open.exits = exits;
        }
        if let OpenKind::If { pending } = open.kind {
            self.patch_here(pending)?;
        }
        self.set_pending(Jumps::NONE);
        Ok(())
    }

    fn set_pending(&mut self, jumps: Jumps) {
        if let Some(Open { kind: OpenKind::If { pending }, .. }) = self.opens.last_mut() {
            *pending = jumps;
        }
    }

    /// Ends the locals from `first` on, closing them when closures share one.
    fn close_locals(&mut self, first: usize) -> Generated<()> {
        self.emit_close(first)?;
        self.deactivate(first);
        Ok(())
    }

    fn emit_close(&mut self, first: usize) -> Generated<()> {
        if self.is_shared_from(first) {
            self.emit(Instruction::abc(Op::Close, first as u8, 0, 0))?;
        }
        Ok(())
    }

    /// Do closures share one of the active locals from `first` on?
    fn is_shared_from(&self, first: usize) -> bool {
        let active = self.active.get(first..).unwrap_or(&[]);
        active.iter().any(|local| self.shared.get(*local as usize) == Some(&true))
    }

    fn end(&mut self) -> Generated<()> {
        let Some(open) = self.opens.pop() else { return Ok(()) };
        self.close_locals(open.first)?;
        match open.kind {
            OpenKind::Do | OpenKind::Repeat => {}
            OpenKind::If { pending } => self.patch_here(pending)?,
            OpenKind::While { entry, condition, place } => {
                if entry.is_none() {
                    self.jump_to(open.start)?;
                } else {
                    // PUC jumps back here, which a line hook sees when the line is another: then something
                    // must stand here too. What ends a branch of the body before it is sent past it, as there.
                    if self.lines.last() != Some(&self.place.line) {
                        self.emit(Instruction::e(Op::Jump, 0))?;
                    }
                    self.patch_here(entry)?;
                    let mut operand = Operand::new(Value::Nil);
                    self.expression(condition, &mut operand)?;
                    self.place = place;
                    self.branch(&mut operand, true)?;
                    self.patch(operand.when_true, open.start)?;
                }
            }
            OpenKind::NumericFor { prepare, line, wide } => {
                self.end_numeric_for(open.start, prepare, wide)?;
                if wide {
                    let last = self.lines.len() - 3;
                    self.lines[last..].fill(line);
                } else {
                    self.set_last_line(line);
                }
                self.deactivate(open.first - 3);
            }
            OpenKind::GenericFor { entry, names, line } => {
                self.patch_here(entry)?;
                let base = (open.first - 3) as u8;
                self.emit(Instruction::abc(Op::GenericFor, base, 0, names))?;
                self.set_last_line(line);
                self.emit(Instruction::abc(Op::ForTest, base, 0, 0))?;
                self.set_last_line(line);
                self.jump_to(open.start)?;
                self.deactivate(open.first - 3);
            }
        }
        self.patch_here(open.exits)
    }

    /// `ForPrep` jumps to `ForLoop`, and that back to the body; both only 16 bits far. In a wide loop each has
    /// a `Jump` at hand that goes the distance.
    fn end_numeric_for(&mut self, start: usize, prepare: usize, wide: bool) -> Generated<()> {
        let base = self.code[prepare].a;
        let at = self.label();
        if wide {
            // ForPrep goes on to the Jump behind it.
            self.patch(Jumps::one(prepare + 1), at)?;
            self.emit(Instruction::asd(Op::ForLoop, base, 1))?;
            let exit = self.jump()?;
            self.jump_to(start)?;
            return self.patch_here(exit);
        }
        let distance = |from: usize, to: usize| i16::try_from(to as i64 - (from as i64 + 1));
        let too_far = super::Failure::TooLong(self.place);
        let forward = distance(prepare, at).map_err(|_| too_far)?;
        let back = distance(at, start).map_err(|_| too_far)?;
        *self.instruction_mut(prepare) = Instruction::asd(Op::ForPrep, base, forward);
        self.emit(Instruction::asd(Op::ForLoop, base, back))?;
        Ok(())
    }

    fn until(&mut self, condition: ExprId, place: Place) -> Generated<()> {
        let mut operand = Operand::new(Value::Nil);
        self.expression(condition, &mut operand)?;
        self.place = place;
        let Some(open) = self.opens.pop() else { return Ok(()) };
        self.branch(&mut operand, false)?;
        let mut exits = open.exits;
        if self.is_shared_from(open.first) {
            self.emit_close(open.first)?;
            let jump = self.jump()?;
            exits = self.join(exits, jump);
            self.patch_here(operand.when_false)?;
            self.close_locals(open.first)?;
            self.jump_to(open.start)?;
        } else {
            self.deactivate(open.first);
            self.patch(operand.when_false, open.start)?;
        }
        self.patch_here(exits)
    }
}
