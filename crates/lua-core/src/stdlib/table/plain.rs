//! Comparison functions that only read: `function(a, b) return a.key < b.key end`.
//!
//! Most functions that `table.sort` is given look at fields and compare, and to call one costs several times what
//! it does. Such a function is run here, instruction by instruction, as long as nothing but reading happens. At
//! the first thing that is more (a metamethod, an error, strings that take long to compare) it is given up, which
//! leaves no trace, and called like any other. A script cannot tell the difference, by its fuel neither.

use std::rc::Rc;

use lua_compiler::bytecode::{Instruction, Op};

use crate::closure::LoadedProto;
use crate::coroutine::Coroutine;
use crate::handle::ClosureIndex;
use crate::heap::Heap;
use crate::limits;
use crate::value::Value;
use crate::vm::hook;

/// Registers of the functions that are run here: a power of two.
const REGISTERS: usize = 16;
/// Instructions of the functions that are run here.
const INSTRUCTIONS_MAX: usize = 64;
/// Shortest strings whose comparison costs fuel.
const LONG_TEXT: usize = 64;

/// A comparison function that may be run without being called.
#[derive(Debug)]
pub(super) struct PlainOrder {
    proto: Rc<LoadedProto>,
    closure: ClosureIndex,
}

impl PlainOrder {
    /// The function, if all of its instructions are among those that are run here, and none jumps back.
    pub(super) fn new(heap: &Heap, function: Value) -> Option<Self> {
        let closure = function.as_closure()?;
        let proto = heap.closures[closure].proto.as_ref()?;
        let code = proto.code();
        let fits = proto.def.params == 2
            && !proto.def.is_vararg
            && usize::from(proto.def.registers) <= REGISTERS
            && code.len() <= INSTRUCTIONS_MAX;
        let only_reads = |instruction: &Instruction| match instruction.op {
            Op::Jump => instruction.se() >= 0,
            Op::Move
            | Op::LoadK
            | Op::LoadInt
            | Op::LoadBool
            | Op::LoadBoolSkip
            | Op::GetUpvalue
            | Op::GetGlobal
            | Op::GetIndex
            | Op::GetField
            | Op::GetInt
            | Op::Not
            | Op::Len
            | Op::Test
            | Op::TestSet
            | Op::Eq
            | Op::EqK
            | Op::Lt
            | Op::Le
            | Op::LtK
            | Op::LeK
            | Op::KLt
            | Op::KLe
            | Op::Return0
            | Op::Return1 => true,
            _ => false,
        };
        (fits && code.iter().all(only_reads)).then(|| Self { proto: Rc::clone(proto), closure })
    }

    /// Whether a call now would do nothing but run the function: no hook or debugger looks on, and
    /// no limit is near.
    pub(super) fn may_run(heap: &Heap, co: &Coroutine) -> bool {
        let depth = co.frames.last().map_or(0, |frame| frame.depth);
        !hook::is_watched(heap, co)
            && depth + 2 < limits::NATIVE_DEPTH_MAX
            && co.frames.len() + 2 < co.frames_limit
    }

    /// The truth of `function(a, b)`, or `None` when it must be called.
    pub(super) fn ask(&self, heap: &Heap, co: &Coroutine, a: Value, b: Value) -> Option<bool> {
        let code = self.proto.code();
        let constants = &self.proto.constants;
        let mut registers = [Value::NIL; REGISTERS];
        (registers[0], registers[1]) = (a, b);
        macro_rules! reg {
            ($index:expr) => {
                registers[$index as usize % REGISTERS]
            };
        }
        let mut pc = 0;
        // Every instruction leads forward, so this ends.
        loop {
            let i = *code.get(pc)?;
            pc += 1;
            let constant = |index: u8| constants.get(usize::from(index)).copied();
            let holds = match i.op {
                Op::Lt => less(heap, reg!(i.a), reg!(i.b))?,
                Op::Le => less_or_equal(heap, reg!(i.a), reg!(i.b))?,
                Op::LtK => less(heap, reg!(i.a), constant(i.b)?)?,
                Op::LeK => less_or_equal(heap, reg!(i.a), constant(i.b)?)?,
                Op::KLt => less(heap, constant(i.b)?, reg!(i.a))?,
                Op::KLe => less_or_equal(heap, constant(i.b)?, reg!(i.a))?,
                Op::Eq => equal(reg!(i.a), reg!(i.b))?,
                Op::EqK => equal(reg!(i.a), constant(i.b)?)?,
                Op::Test => reg!(i.a).is_truthy(),
                Op::TestSet => {
                    let value = reg!(i.b);
                    if value.is_truthy() == (i.c != 0) {
                        reg!(i.a) = value;
                    }
                    value.is_truthy()
                }
                Op::Return1 => return Some(reg!(i.a).is_truthy()),
                Op::Return0 => return Some(false),
                Op::Jump => {
                    pc += usize::try_from(i.se()).ok()?;
                    continue;
                }
                Op::LoadBoolSkip => {
                    reg!(i.a) = Value::boolean(i.b != 0);
                    pc += 1;
                    continue;
                }
                op => {
                    reg!(i.a) = match op {
                        Op::Move => reg!(i.b),
                        Op::LoadK => *constants.get(i.d() as usize)?,
                        Op::LoadInt => Value::number(f64::from(i.sd())),
                        Op::LoadBool => Value::boolean(i.b != 0),
                        Op::GetUpvalue => self.upvalue(heap, co, i.b)?,
                        Op::GetGlobal => {
                            let environment = heap.closures[self.closure].environment;
                            field(heap, environment.into(), *constants.get(i.d() as usize)?)?
                        }
                        Op::GetField => field(heap, reg!(i.b), constant(i.c)?)?,
                        Op::GetIndex => item(heap, reg!(i.b), reg!(i.c))?,
                        Op::GetInt => item(heap, reg!(i.b), Value::number(f64::from(i.c)))?,
                        Op::Not => Value::boolean(!reg!(i.b).is_truthy()),
                        Op::Len => len(heap, reg!(i.b))?,
                        _ => return None,
                    };
                    continue;
                }
            };
            // A test: the jump behind it is taken or skipped.
            let jump = code.get(pc)?;
            pc += 1;
            if holds == (i.c != 0) {
                pc += usize::try_from(jump.se()).ok()?;
            }
        }
    }

    fn upvalue(&self, heap: &Heap, co: &Coroutine, index: u8) -> Option<Value> {
        let captured = *heap.closures[self.closure].upvalues.get(usize::from(index))?;
        let Some(shared) = captured.as_shared() else { return Some(captured) };
        let upvalue = &heap.upvalues[shared];
        if upvalue.is_closed() {
            Some(upvalue.value)
        } else if upvalue.owner == heap.running {
            co.stack.get(upvalue.at as usize).copied()
        } else {
            None
        }
    }
}

#[inline(always)]
fn less(heap: &Heap, a: Value, b: Value) -> Option<bool> {
    if a.is_number() && b.is_number() {
        return Some(a.number_bits() < b.number_bits());
    }
    let (a, b) = texts(heap, a, b)?;
    Some(a < b)
}

#[inline(always)]
fn less_or_equal(heap: &Heap, a: Value, b: Value) -> Option<bool> {
    if a.is_number() && b.is_number() {
        return Some(a.number_bits() <= b.number_bits());
    }
    let (a, b) = texts(heap, a, b)?;
    Some(a <= b)
}

fn texts(heap: &Heap, a: Value, b: Value) -> Option<(&[u8], &[u8])> {
    let (a, b) = (heap.strings.bytes(a.as_string()?), heap.strings.bytes(b.as_string()?));
    (a.len().min(b.len()) < LONG_TEXT).then_some((a, b))
}

/// `a == b`, unless a metamethod may have a say in it.
fn equal(a: Value, b: Value) -> Option<bool> {
    let may_differ = |value: Value| value.as_table().is_some() || value.as_userdata().is_some();
    if a.raw_equal(b) {
        Some(true)
    } else if may_differ(a) && may_differ(b) {
        None
    } else {
        Some(false)
    }
}

/// `object[key]` with a string for a key.
#[inline(always)]
fn field(heap: &Heap, object: Value, key: Value) -> Option<Value> {
    let table = &heap.tables[object.as_table()?];
    let value = table.get_string(key, &heap.strings);
    (!value.is_nil() || !table.metatable.is_some()).then_some(value)
}

/// `object[key]`
#[inline(always)]
fn item(heap: &Heap, object: Value, key: Value) -> Option<Value> {
    let table = &heap.tables[object.as_table()?];
    let value = table.get(key, &heap.strings);
    (!value.is_nil() || !table.metatable.is_some()).then_some(value)
}

fn len(heap: &Heap, value: Value) -> Option<Value> {
    let len = match value.as_string() {
        Some(text) => heap.strings.bytes(text).len(),
        None => heap.tables[value.as_table()?].border(&heap.strings),
    };
    Some(Value::number(len as f64))
}
