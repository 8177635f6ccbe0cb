//! Blocks: conditions, loops, branches, and the ends of local variables.

use super::jump::Jumps;
use super::{Failure, Generated, Generator, Operand, Value};
use crate::ast::{Expr, ExprId, List, Place};
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
pub(super) enum OpenKind {
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
    pub(super) fn open(&mut self, kind: OpenKind) {
        let start = self.label();
        self.opens.push(Open { kind, first: self.active.len(), start, exits: Jumps::NONE });
    }

    /// Generates a condition; the jumps are taken when it is false.
    pub(super) fn unless(&mut self, condition: ExprId, place: Place) -> Generated<Jumps> {
        let mut operand = Operand::new(Value::Nil);
        self.expression(condition, &mut operand)?;
        self.place = place;
        self.branch(&mut operand, false)?;
        Ok(operand.when_false)
    }

    pub(super) fn open_while(&mut self, condition: ExprId, place: Place) -> Generated<()> {
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
        matches!(self.ast.expr(condition), Expr::True | Expr::Number(_) | Expr::String(_))
    }

    pub(super) fn open_numeric_for(
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

    pub(super) fn break_loop(&mut self, place: Place) -> Generated<()> {
        self.place = place;
        let is_loop = |open: &Open| !matches!(open.kind, OpenKind::Do | OpenKind::If { .. });
        let Some(index) = self.opens.iter().rposition(is_loop) else { return Ok(()) };
        self.emit_close(self.opens[index].first)?;
        let jump = self.jump()?;
        self.opens[index].exits = self.join(self.opens[index].exits, jump);
        Ok(())
    }

    /// Ends a branch of the innermost `if`, and goes on where its condition was false.
    pub(super) fn next_branch(&mut self, before: Place) -> Generated<()> {
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

    pub(super) fn set_pending(&mut self, jumps: Jumps) {
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

    pub(super) fn end(&mut self) -> Generated<()> {
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
        let too_far = Failure::TooLong(self.place);
        let forward = distance(prepare, at).map_err(|_| too_far)?;
        let back = distance(at, start).map_err(|_| too_far)?;
        *self.instruction_mut(prepare) = Instruction::asd(Op::ForPrep, base, forward);
        self.emit(Instruction::asd(Op::ForLoop, base, back))?;
        Ok(())
    }

    pub(super) fn until(&mut self, condition: ExprId, place: Place) -> Generated<()> {
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

    /// The place behind which an item of a list has been read.
    fn item_place(&self, list: List, index: u32) -> Place {
        self.ast.list(list).get(index as usize).map_or(self.place, |item| item.place)
    }
}
