//! From trees to operands. Chains of operators and of suffixes are walked along their left sides with a
//! list of the generator's, so only what the parser counts as a syntax level recurses; and the functions on that
//! path have small frames, as in [`crate::parser`].

use super::register::ConstantKey;
use super::{Generated, Generator, Key, NO_REGISTER, Operand, Value};
use crate::ast::{Expr, ExprId, List};
use crate::bytecode::{Instruction, Op};
use crate::intern::Symbol;

impl Generator<'_> {
    /// Generates an expression into `operand`. Chains of operators are walked along their left sides.
    #[inline(never)]
    pub(super) fn expression(&mut self, id: ExprId, operand: &mut Operand) -> Generated<()> {
        let base = self.spine.len();
        let mut id = id;
        while let Expr::Binary { left, .. } = self.ast.expr(id) {
            self.spine.push(id);
            id = left;
        }
        self.suffixed(id, operand)?;
        while self.spine.len() > base
            && let Some(id) = self.spine.pop()
            && let Expr::Binary { op, right, places, .. } = self.ast.expr(id)
        {
            self.before_right(op, places, operand)?;
            let mut right_operand = Operand::new(Value::Nil);
            self.expression(right, &mut right_operand)?;
            self.after_right(op, places, operand, &mut right_operand)?;
        }
        Ok(())
    }

    /// Generates an expression without binary operators at its top; chains of suffixes likewise.
    #[inline(never)]
    fn suffixed(&mut self, id: ExprId, operand: &mut Operand) -> Generated<()> {
        let base = self.spine.len();
        let mut id = id;
        while let Some(inner) = self.inner_of_suffix(id) {
            self.spine.push(id);
            id = inner;
        }
        match self.ast.expr(id) {
            Expr::Paren { inner, place } => {
                self.expression(inner, operand)?;
                self.place = place;
                self.discharge(operand)?;
            }
            Expr::Unary { op, operand: inner, place } => {
                self.expression(inner, operand)?;
                self.place = place;
                self.unary(op, operand)?;
            }
            Expr::Table(table) => self.table(table, operand)?,
            expr => self.simple(expr, operand)?,
        }
        while self.spine.len() > base
            && let Some(id) = self.spine.pop()
        {
            match self.ast.expr(id) {
                Expr::Index { key, places, .. } => {
                    let table = self.before_key(places, operand)?;
                    self.expression(key, operand)?;
                    self.after_key(id, table, operand)?;
                }
                Expr::Call { args, .. } | Expr::Method { args, .. } => {
                    let function = self.before_arguments(id, operand)?;
                    let is_open = self.values_to_next(args)?;
                    self.call(id, function, is_open, operand)?;
                }
                expr => self.field(expr, operand)?,
            }
        }
        Ok(())
    }

    /// What stands before a suffix.
    fn inner_of_suffix(&self, id: ExprId) -> Option<ExprId> {
        Some(match self.ast.expr(id) {
            Expr::Field { table, .. } | Expr::Index { table, .. } => table,
            Expr::Call { function, .. } => function,
            Expr::Method { object, .. } => object,
            _ => return None,
        })
    }

    /// Expressions without others in them.
    #[inline(never)]
    fn simple(&mut self, expr: Expr, operand: &mut Operand) -> Generated<()> {
        *operand = Operand::new(match expr {
            Expr::Nil => Value::Nil,
            Expr::True => Value::True,
            Expr::False => Value::False,
            Expr::Number(number) => Value::Number(number),
            Expr::String(symbol) => Value::String(symbol),
            Expr::Local(register) => Value::Register(register),
            Expr::Upvalue(index) => Value::Upvalue(index),
            Expr::Global(name) => Value::Global(name),
            Expr::Dots(place) => {
                self.place = place;
                Value::Dots(self.emit(Instruction::abc(Op::VarArg, NO_REGISTER, 2, 0))?)
            }
            Expr::Function(proto, place) => {
                self.place = place;
                let instruction = Instruction::ad(Op::Closure, NO_REGISTER, proto as u16);
                Value::Pending(self.emit(instruction)?)
            }
            // `expression` and `suffixed` have taken these apart.
            Expr::Paren { .. }
            | Expr::Unary { .. }
            | Expr::Table(_)
            | Expr::Field { .. }
            | Expr::Index { .. }
            | Expr::Call { .. }
            | Expr::Method { .. }
            | Expr::Binary { .. } => Value::Nil,
        });
        Ok(())
    }

    #[inline(never)]
    pub(super) fn field(&mut self, expr: Expr, operand: &mut Operand) -> Generated<()> {
        if let Expr::Field { name, place, .. } = expr {
            self.place = place;
            let table = self.bring_to_any(operand)?;
            *operand = self.indexed(table, Operand::new(Value::String(name)))?;
        }
        Ok(())
    }

    /// The register of a table whose key comes next.
    #[inline(never)]
    fn before_key(&mut self, places: u32, operand: &mut Operand) -> Generated<u8> {
        self.place = self.ast.two_places(places).first;
        self.bring_to_any(operand)
    }

    #[inline(never)]
    fn after_key(&mut self, id: ExprId, table: u8, key: &mut Operand) -> Generated<()> {
        if let Expr::Index { places, place, .. } = self.ast.expr(id) {
            self.place = self.ast.two_places(places).last;
            self.settle(key)?;
            self.place = place;
            *key = self.indexed(table, *key)?;
        }
        Ok(())
    }

    /// The register of a function whose arguments come next; a method's object is in the one above.
    #[inline(never)]
    fn before_arguments(&mut self, id: ExprId, operand: &mut Operand) -> Generated<u8> {
        match self.ast.expr(id) {
            Expr::Method { name, details, .. } => {
                self.place = self.ast.two_places(details).first;
                self.method(operand, name)
            }
            Expr::Call { place, .. } => {
                self.place = place;
                self.bring_to_next(operand)
            }
            _ => self.bring_to_next(operand),
        }
    }

    /// The call itself; the arguments lie above the function, up to the first free register or to the top.
    #[inline(never)]
    fn call(
        &mut self,
        id: ExprId,
        function: u8,
        is_open: bool,
        operand: &mut Operand,
    ) -> Generated<()> {
        let line = match self.ast.expr(id) {
            Expr::Call { line, .. } => line,
            Expr::Method { details, .. } => self.ast.two_places(details).last.line,
            _ => self.place.line,
        };
        let count = if is_open { 0 } else { self.free - usize::from(function) };
        let pc = self.emit(Instruction::abc(Op::Call, function, count as u8, 2))?;
        self.set_last_line(line);
        self.free = usize::from(function) + 1;
        *operand = Operand::new(Value::Call(pc));
        Ok(())
    }

    #[inline(never)]
    pub(super) fn indexed(&mut self, table: u8, mut key: Operand) -> Generated<Operand> {
        let key = match key.value {
            Value::String(symbol) if !key.has_jumps() => {
                match self.byte_constant(ConstantKey::String(symbol))? {
                    Some(name) => Key::Field(name),
                    None => Key::Register(self.bring_to_any(&mut key)?),
                }
            }
            Value::Number(number) if !key.has_jumps() => match byte_int(self.canonical(number)) {
                Some(int) => Key::Int(int),
                None => Key::Register(self.bring_to_any(&mut key)?),
            },
            _ => Key::Register(self.bring_to_any(&mut key)?),
        };
        Ok(Operand::new(Value::Indexed { table, key }))
    }

    /// `object:name`: the method and the object in the next two registers.
    fn method(&mut self, object: &mut Operand, name: Symbol) -> Generated<u8> {
        let object = self.bring_to_any(object)?;
        self.release(object);
        let function = self.reserve(2)?;
        let key = ConstantKey::String(name);
        if let Some(name) = self.byte_constant(key)? {
            self.emit(Instruction::abc(Op::Method, function, object, name))?;
        } else {
            let name = self.reserve(1)?;
            self.load_constant(name, key)?;
            self.emit(Instruction::abc(Op::MethodWide, function, object, name))?;
            self.release(name);
        }
        Ok(function)
    }

    /// Brings the values of a list to the next registers; answers whether the last goes on to the top.
    #[inline(never)]
    pub(super) fn values_to_next(&mut self, list: List) -> Generated<bool> {
        let end = list.start + list.len;
        for index in list.start..end {
            let mut operand = Operand::new(Value::Nil);
            self.expression(self.ast.items[index as usize].expr, &mut operand)?;
            self.place = self.ast.items[index as usize].place;
            if index + 1 == end && self.open_results(&mut operand)? {
                return Ok(true);
            }
            self.bring_to_next(&mut operand)?;
        }
        Ok(false)
    }
}

/// The whole number as the operand of `GetInt` carries it; not for the negative zero.
fn byte_int(number: f64) -> Option<u8> {
    let int = number as u8;
    (f64::from(int) == number && !(number == 0.0 && number.is_sign_negative())).then_some(int)
}
