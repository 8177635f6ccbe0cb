//! Expressions.

use super::register::ConstantKey;
use super::{Generated, Generator, Key, NO_REGISTER, Operand, Value};
use crate::ast::{BinaryOp, Expr, ExprId, FieldKey, FieldRecord, List, Place, UnaryOp};
use crate::bytecode::{CONST16_MAX, Instruction, Op};
use crate::intern::Symbol;
use crate::limits::LIST_BATCH;

// From operands to registers.
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
    fn settle(&mut self, operand: &mut Operand) -> Generated<()> {
        if operand.has_jumps() {
            self.bring_to_any(operand)?;
            return Ok(());
        }
        self.discharge(operand)
    }

    /// The constant that the operand is.
    fn constant_key(&mut self, operand: &Operand) -> Option<ConstantKey> {
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

// From trees to operands.
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
    fn field(&mut self, expr: Expr, operand: &mut Operand) -> Generated<()> {
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
    fn indexed(&mut self, table: u8, mut key: Operand) -> Generated<Operand> {
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

// Operators.
impl Generator<'_> {
    #[inline(never)]
    fn unary(&mut self, op: UnaryOp, operand: &mut Operand) -> Generated<()> {
        let op = match op {
            UnaryOp::Not => return self.not(operand),
            UnaryOp::Negate => {
                if let Value::Number(number) = operand.value
                    && !operand.has_jumps()
                {
                    operand.value = Value::Number(-number);
                    return Ok(());
                }
                Op::Neg
            }
            UnaryOp::Length => Op::Len,
        };
        let register = self.bring_to_any(operand)?;
        self.release(register);
        let pc = self.emit(Instruction::abc(op, NO_REGISTER, register, 0))?;
        *operand = Operand::new(Value::Pending(pc));
        Ok(())
    }

    fn not(&mut self, operand: &mut Operand) -> Generated<()> {
        self.discharge(operand)?;
        operand.value = match operand.value {
            Value::Nil | Value::False => Value::True,
            Value::True | Value::Number(_) | Value::String(_) => Value::False,
            Value::Condition(pc) => {
                self.negate_condition(pc);
                Value::Condition(pc)
            }
            _ => {
                let register = self.any_register_of_value(operand)?;
                self.release(register);
                Value::Pending(self.emit(Instruction::abc(Op::Not, NO_REGISTER, register, 0))?)
            }
        };
        core::mem::swap(&mut operand.when_true, &mut operand.when_false);
        self.drop_values(operand.when_true);
        self.drop_values(operand.when_false);
        Ok(())
    }

    /// What must happen with the left operand before the right one is generated.
    #[inline(never)]
    fn before_right(&mut self, op: BinaryOp, places: u32, left: &mut Operand) -> Generated<()> {
        self.place = self.ast.two_places(places).first;
        match op {
            BinaryOp::And => self.branch(left, false),
            BinaryOp::Or => self.branch(left, true),
            BinaryOp::Concat => self.bring_to_next(left).map(drop),
            BinaryOp::Equal | BinaryOp::NotEqual if self.constant_key(left).is_some() => Ok(()),
            BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual
                if matches!(self.constant_key(left), Some(ConstantKey::Number(_))) =>
            {
                Ok(())
            }
            // Not yet a constant of the function: it may be folded with the right operand.
            BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::Divide
            | BinaryOp::Modulo
            | BinaryOp::Power
                if matches!(left.value, Value::Number(_)) && !left.has_jumps() =>
            {
                Ok(())
            }
            _ => self.bring_to_any(left).map(drop),
        }
    }

    /// Puts both operands together, in `left`.
    #[inline(never)]
    fn after_right(
        &mut self,
        op: BinaryOp,
        places: u32,
        left: &mut Operand,
        right: &mut Operand,
    ) -> Generated<()> {
        self.place = self.ast.two_places(places).last;
        *left = match op {
            BinaryOp::And => {
                self.discharge(right)?;
                right.when_false = self.join(left.when_false, right.when_false);
                *right
            }
            BinaryOp::Or => {
                self.discharge(right)?;
                right.when_true = self.join(left.when_true, right.when_true);
                *right
            }
            BinaryOp::Concat => self.concat(*left, *right)?,
            BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::Divide
            | BinaryOp::Modulo
            | BinaryOp::Power => self.arithmetic(op, *left, *right)?,
            BinaryOp::Equal => self.equality(*left, *right, true)?,
            BinaryOp::NotEqual => self.equality(*left, *right, false)?,
            BinaryOp::Less => self.order(*left, *right, [Op::Lt, Op::LtK, Op::KLt])?,
            BinaryOp::LessEqual => self.order(*left, *right, [Op::Le, Op::LeK, Op::KLe])?,
            BinaryOp::Greater => self.order(*right, *left, [Op::Lt, Op::LtK, Op::KLt])?,
            BinaryOp::GreaterEqual => self.order(*right, *left, [Op::Le, Op::LeK, Op::KLe])?,
        };
        Ok(())
    }

    /// `left` is in a register; a concatenation on the right becomes one with this.
    fn concat(&mut self, left: Operand, mut right: Operand) -> Generated<Operand> {
        self.settle(&mut right)?;
        let Value::Register(first) = left.value else { return Ok(right) };
        if let Value::Pending(pc) = right.value
            && self.code[pc].op == Op::Concat
            && self.code[pc].b == first + 1
        {
            self.release(first);
            self.instruction_mut(pc).b = first;
            return Ok(right);
        }
        let last = self.bring_to_next(&mut right)?;
        self.release(first);
        let pc = self.emit(Instruction::abc(Op::Concat, NO_REGISTER, first, last))?;
        Ok(Operand::new(Value::Pending(pc)))
    }

    fn arithmetic(
        &mut self,
        op: BinaryOp,
        mut left: Operand,
        mut right: Operand,
    ) -> Generated<Operand> {
        if let (Value::Number(x), Value::Number(y)) = (left.value, right.value)
            && !left.has_jumps()
            && !right.has_jumps()
            && let Some(number) = fold(op, x, y)
        {
            return Ok(Operand::new(Value::Number(number)));
        }
        let [plain, with_constant, of_constant] = arithmetic_ops(op);
        let is_number = |operand: &Operand| matches!(operand.value, Value::Number(_));
        let right_constant = if is_number(&right) { self.byte_constant_of(&right)? } else { None };
        let instruction = if let Some(constant) = right_constant {
            let left = self.bring_to_any(&mut left)?;
            self.release(left);
            Instruction::abc(with_constant, NO_REGISTER, left, constant)
        } else {
            let right = self.bring_to_any(&mut right)?;
            let left_constant = if is_number(&left) { self.byte_constant_of(&left)? } else { None };
            if let Some(constant) = left_constant {
                self.release(right);
                Instruction::abc(of_constant, NO_REGISTER, constant, right)
            } else {
                let left = self.bring_to_any(&mut left)?;
                self.release(right);
                self.release(left);
                Instruction::abc(plain, NO_REGISTER, left, right)
            }
        };
        let pc = self.emit(instruction)?;
        Ok(Operand::new(Value::Pending(pc)))
    }

    fn equality(
        &mut self,
        mut left: Operand,
        mut right: Operand,
        equal: bool,
    ) -> Generated<Operand> {
        if !matches!(left.value, Value::Register(_)) {
            core::mem::swap(&mut left, &mut right);
        }
        // Now a constant, if there is just one, stands on the right.
        if let Some(constant) = self.byte_constant_of(&right)? {
            let left = self.bring_to_any(&mut left)?;
            self.release(left);
            return self.condition(Instruction::abc(Op::EqK, left, constant, u8::from(equal)));
        }
        let right = self.bring_to_any(&mut right)?;
        let left = self.bring_to_any(&mut left)?;
        self.release(right);
        self.release(left);
        self.condition(Instruction::abc(Op::Eq, left, right, u8::from(equal)))
    }

    /// `small < large` or `small <= large`: for two registers, for a constant on the right, and on the left.
    fn order(
        &mut self,
        mut small: Operand,
        mut large: Operand,
        ops: [Op; 3],
    ) -> Generated<Operand> {
        let [plain, with_constant, of_constant] = ops;
        let is_number = |operand: &Operand| matches!(operand.value, Value::Number(_));
        if is_number(&large)
            && let Some(constant) = self.byte_constant_of(&large)?
        {
            let small = self.bring_to_any(&mut small)?;
            self.release(small);
            return self.condition(Instruction::abc(with_constant, small, constant, 1));
        }
        if is_number(&small)
            && let Some(constant) = self.byte_constant_of(&small)?
        {
            let large = self.bring_to_any(&mut large)?;
            self.release(large);
            return self.condition(Instruction::abc(of_constant, large, constant, 1));
        }
        let small = self.bring_to_any(&mut small)?;
        let large = self.bring_to_any(&mut large)?;
        self.release(small);
        self.release(large);
        self.condition(Instruction::abc(plain, small, large, 1))
    }

    fn condition(&mut self, comparison: Instruction) -> Generated<Operand> {
        self.emit(comparison)?;
        self.jump()?;
        Ok(Operand::new(Value::Condition(self.code.len() - 1)))
    }
}

// Constructors.
impl Generator<'_> {
    #[inline(never)]
    fn table(&mut self, table: u32, operand: &mut Operand) -> Generated<()> {
        let record = self.ast.tables[table as usize];
        self.place = record.open;
        let pc = self.emit(Instruction::abc(Op::NewTable, NO_REGISTER, 0, 0))?;
        let register = self.reserve(1)?;
        self.instruction_mut(pc).a = register;
        let end = record.fields.start + record.fields.len;
        let (mut items, mut waiting) = (0, 0);
        for index in record.fields.start..end {
            if !matches!(self.ast.fields[index as usize].key, FieldKey::None) {
                self.constructor_field(register, index)?;
                continue;
            }
            self.expression(self.ast.fields[index as usize].value, operand)?;
            self.place = self.ast.fields[index as usize].place;
            if index + 1 == end && self.open_results(operand)? {
                self.set_list(register, items, None)?;
                waiting = 0;
                break;
            }
            self.bring_to_next(operand)?;
            items += 1;
            waiting += 1;
            if waiting == LIST_BATCH {
                self.set_list(register, items, Some(waiting))?;
                waiting = 0;
            }
        }
        self.place = record.close;
        if waiting > 0 {
            self.set_list(register, items, Some(waiting))?;
        }
        let is_named = |field: &&FieldRecord| !matches!(field.key, FieldKey::None);
        let fields = &self.ast.fields[record.fields.start as usize..end as usize];
        let named = fields.iter().filter(is_named).count();
        let instruction = self.instruction_mut(pc);
        instruction.b = floating_byte(items);
        instruction.c = floating_byte(named);
        *operand = Operand::register(register);
        Ok(())
    }

    /// `key = value` in a constructor.
    #[inline(never)]
    fn constructor_field(&mut self, table: u8, index: u32) -> Generated<()> {
        let free = self.free;
        let mut target = Operand::new(Value::Nil);
        let mut value = Operand::new(Value::Nil);
        let field = &self.ast.fields[index as usize];
        match field.key {
            FieldKey::Expr(key) => self.expression(key, &mut target)?,
            FieldKey::Name(name) => target.value = Value::String(name),
            FieldKey::None => {}
        }
        self.field_target(table, index, &mut target)?;
        self.expression(self.ast.fields[index as usize].value, &mut value)?;
        self.place = self.ast.fields[index as usize].place;
        self.store(target, &mut value)?;
        self.free = free;
        Ok(())
    }

    /// Finishes the key of a field in a constructor.
    #[inline(never)]
    fn field_target(&mut self, table: u8, index: u32, target: &mut Operand) -> Generated<()> {
        self.place = self.ast.fields[index as usize].key_place;
        self.settle(target)?;
        self.place = self.ast.fields[index as usize].assign_place;
        *target = self.indexed(table, *target)?;
        Ok(())
    }

    /// Stores the last `count` list items, or all to the top, so that `items` are stored then.
    #[inline(never)]
    fn set_list(&mut self, table: u8, items: usize, count: Option<usize>) -> Generated<()> {
        let last = if count.is_none() { items + 1 } else { items };
        let batch = (last - 1) / LIST_BATCH + 1;
        let count = count.unwrap_or(0) as u8;
        if let Ok(batch) = u8::try_from(batch) {
            self.emit(Instruction::abc(Op::SetList, table, count, batch))?;
        } else {
            self.emit(Instruction::abc(Op::SetList, table, count, 0))?;
            self.emit(Instruction::e(Op::Extra, batch as i32))?;
        }
        self.free = usize::from(table) + 1;
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

    /// The place behind which all of a list has been read.
    pub(super) fn item_place(&self, list: List, index: u32) -> Place {
        self.ast.list(list).get(index as usize).map_or(self.place, |item| item.place)
    }
}

/// The whole number as the operand of `GetInt` carries it; not for the negative zero.
fn byte_int(number: f64) -> Option<u8> {
    let int = number as u8;
    (f64::from(int) == number && !(number == 0.0 && number.is_sign_negative())).then_some(int)
}

/// Sizes of new tables: below 16 exact, then rounded up to three bits and an exponent
/// (PUC `lobject.c`, `luaO_int2fb`).
fn floating_byte(size: usize) -> u8 {
    let (mut mantissa, mut exponent) = (size, 0u8);
    while mantissa >= 16 {
        mantissa = mantissa.div_ceil(2);
        exponent += 1;
    }
    if mantissa < 8 { mantissa as u8 } else { ((exponent + 1) << 3) | (mantissa as u8 - 8) }
}

/// For two registers, for a constant on the right, and for one on the left.
fn arithmetic_ops(op: BinaryOp) -> [Op; 3] {
    match op {
        BinaryOp::Subtract => [Op::Sub, Op::SubK, Op::KSub],
        BinaryOp::Multiply => [Op::Mul, Op::MulK, Op::KMul],
        BinaryOp::Divide => [Op::Div, Op::DivK, Op::KDiv],
        BinaryOp::Modulo => [Op::Mod, Op::ModK, Op::KMod],
        BinaryOp::Power => [Op::Pow, Op::PowK, Op::KPow],
        _ => [Op::Add, Op::AddK, Op::KAdd],
    }
}

/// The result of an operator on two constants, where PUC computes it ahead too: not a division by zero,
/// and nothing that gives NaN. Powers, which PUC computes as well, are left to the machine, so that there
/// is only one power function.
fn fold(op: BinaryOp, x: f64, y: f64) -> Option<f64> {
    let result = match op {
        BinaryOp::Add => x + y,
        BinaryOp::Subtract => x - y,
        BinaryOp::Multiply => x * y,
        BinaryOp::Divide if y != 0.0 => x / y,
        BinaryOp::Modulo if y != 0.0 => x - (x / y).floor() * y,
        _ => return None,
    };
    (!result.is_nan()).then_some(result)
}
