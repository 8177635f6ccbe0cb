//! Operators: with constants where the instruction can hold them, computed ahead where PUC does.

use super::register::ConstantKey;
use super::{Generated, Generator, NO_REGISTER, Operand, Value};
use crate::ast::{BinaryOp, UnaryOp};
use crate::bytecode::{Instruction, Op};

impl Generator<'_> {
    #[inline(never)]
    pub(super) fn unary(&mut self, op: UnaryOp, operand: &mut Operand) -> Generated<()> {
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
    pub(super) fn before_right(
        &mut self,
        op: BinaryOp,
        places: u32,
        left: &mut Operand,
    ) -> Generated<()> {
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
    pub(super) fn after_right(
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
            && let Some(number) = self.fold(op, x, y)
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

    /// The result of an operator on two constants, where PUC computes it ahead too: not a division by zero,
    /// and nothing that gives NaN.
    fn fold(&self, op: BinaryOp, x: f64, y: f64) -> Option<f64> {
        let result = match op {
            BinaryOp::Add => x + y,
            BinaryOp::Subtract => x - y,
            BinaryOp::Multiply => x * y,
            BinaryOp::Divide if y != 0.0 => x / y,
            BinaryOp::Modulo if y != 0.0 => x - (x / y).floor() * y,
            BinaryOp::Power => self.power?(x, y),
            _ => return None,
        };
        (!result.is_nan()).then_some(result)
    }

    fn condition(&mut self, comparison: Instruction) -> Generated<Operand> {
        self.emit(comparison)?;
        self.jump()?;
        Ok(Operand::new(Value::Condition(self.code.len() - 1)))
    }
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
