//! Table constructors. Fields are stored as they are evaluated, list items in batches: the order of stores
//! is PUC's, since the order of `pairs` follows from it.

use super::{Generated, Generator, NO_REGISTER, Operand, Value};
use crate::ast::{FieldKey, FieldRecord};
use crate::bytecode::{Instruction, Op};
use crate::limits::LIST_BATCH;

impl Generator<'_> {
    #[inline(never)]
    pub(super) fn table(&mut self, table: u32, operand: &mut Operand) -> Generated<()> {
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
