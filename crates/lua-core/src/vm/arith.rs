//! Arithmetic, comparison and concatenation beyond two numbers or two strings: coercion and metamethods
//! (Lua 5.1 manual §2.2.1, §2.5, §2.8).

use crate::coroutine::Coroutine;
use crate::error::Failure;
use crate::heap::Heap;
use crate::limits;
use crate::number;
use crate::value::Value;
use crate::vm::metamethod::Event;
use crate::vm::raise;

/// What an operation comes to.
pub(crate) enum Operation {
    /// The value.
    Value(Value),
    /// `function(a, b)` gives it.
    Call(Value),
}

/// The number that an event's operator makes of two.
fn compute(event: Event, a: f64, b: f64) -> f64 {
    match event {
        Event::Add => a + b,
        Event::Sub => a - b,
        Event::Mul => a * b,
        Event::Div => a / b,
        Event::Mod => number::lua_mod(a, b),
        Event::Pow => number::pow(a, b),
        Event::Unm => -a,
        _ => f64::NAN,
    }
}

/// Arithmetic on operands that are not both numbers.
#[inline(never)]
pub(crate) fn arithmetic(
    heap: &mut Heap,
    co: &Coroutine,
    event: Event,
    a: Value,
    b: Value,
) -> Result<Operation, Failure> {
    if let (Some(x), Some(y)) = (heap.to_number(a), heap.to_number(b)) {
        let result = compute(event, x, y);
        return Ok(Operation::Value(if matches!(event, Event::Unm) {
            Value::number(result)
        } else {
            Value::commutative(result, x, y)
        }));
    }
    let mut handler = heap.metamethod(a, event);
    if handler.is_nil() {
        handler = heap.metamethod(b, event);
    }
    if handler.is_nil() {
        return Err(raise::arithmetic_error(heap, co, a, b));
    }
    Ok(Operation::Call(handler))
}

/// `#value` of what is neither table nor string.
#[inline(never)]
pub(crate) fn length(heap: &mut Heap, co: &Coroutine, value: Value) -> Result<Operation, Failure> {
    if let Some(table) = value.as_table() {
        return Ok(Operation::Value(
            Value::number(heap.tables[table].border(&heap.strings) as f64),
        ));
    }
    if let Some(string) = value.as_string() {
        return Ok(Operation::Value(Value::number(heap.strings.bytes(string).len() as f64)));
    }
    let handler = heap.metamethod(value, Event::Len);
    if handler.is_nil() {
        return Err(raise::type_error(heap, co, value, b"get length of"));
    }
    Ok(Operation::Call(handler))
}

/// The metamethod that two operands share, as comparison demands it (PUC `lvm.c`, `call_orderTM`).
fn shared(heap: &mut Heap, a: Value, b: Value, event: Event) -> Value {
    let first = heap.metamethod(a, event);
    if first.is_nil() {
        return Value::NIL;
    }
    let second = heap.metamethod(b, event);
    if first.raw_equal(second) { first } else { Value::NIL }
}

/// What a comparison comes to.
pub(crate) enum Comparison {
    /// The answer.
    Answer(bool),
    /// The truth of `function(a, b)`.
    Call(Value),
    /// The opposite of the truth of `function(b, a)`.
    CallSwapped(Value),
}

/// `a == b` of values that are not raw equal.
#[inline(never)]
pub(crate) fn equal(heap: &mut Heap, a: Value, b: Value) -> Comparison {
    let both = |first: bool, second: bool| first && second;
    let tables = both(a.as_table().is_some(), b.as_table().is_some());
    let userdata = both(a.as_userdata().is_some(), b.as_userdata().is_some());
    if !tables && !userdata {
        return Comparison::Answer(false);
    }
    let (first, second) = (heap.metatable_of(a), heap.metatable_of(b));
    if !first.is_some() || !second.is_some() {
        return Comparison::Answer(false);
    }
    let handler = heap.event_of(first, Event::Eq);
    if handler.is_nil() {
        return Comparison::Answer(false);
    }
    if first != second && !handler.raw_equal(heap.event_of(second, Event::Eq)) {
        return Comparison::Answer(false);
    }
    Comparison::Call(handler)
}

/// Compares strings byte by byte, as `strcoll` does in the C locale.
fn compare_strings(heap: &mut Heap, a: Value, b: Value) -> Result<core::cmp::Ordering, Failure> {
    let (x, y) = (heap.bytes(a), heap.bytes(b));
    let shorter = x.len().min(y.len());
    let order = x.cmp(y);
    heap.charge_fuel(shorter as u64 / 64)?;
    Ok(order)
}

/// `a < b` of operands that are not both numbers.
#[inline(never)]
pub(crate) fn less_than(
    heap: &mut Heap,
    co: &Coroutine,
    a: Value,
    b: Value,
) -> Result<Comparison, Failure> {
    if a.is_string() && b.is_string() {
        return Ok(Comparison::Answer(compare_strings(heap, a, b)?.is_lt()));
    }
    if let (Some(x), Some(y)) = (a.as_number(), b.as_number()) {
        return Ok(Comparison::Answer(x < y));
    }
    if a.type_of() == b.type_of() {
        let handler = shared(heap, a, b, Event::Lt);
        if !handler.is_nil() {
            return Ok(Comparison::Call(handler));
        }
    }
    Err(raise::order_error(heap, co, a, b))
}

/// `a <= b` of operands that are not both numbers.
#[inline(never)]
pub(crate) fn less_equal(
    heap: &mut Heap,
    co: &Coroutine,
    a: Value,
    b: Value,
) -> Result<Comparison, Failure> {
    if a.is_string() && b.is_string() {
        return Ok(Comparison::Answer(compare_strings(heap, a, b)?.is_le()));
    }
    if let (Some(x), Some(y)) = (a.as_number(), b.as_number()) {
        return Ok(Comparison::Answer(x <= y));
    }
    if a.type_of() == b.type_of() {
        let handler = shared(heap, a, b, Event::Le);
        if !handler.is_nil() {
            return Ok(Comparison::Call(handler));
        }
        // Without `__le`, not (b < a).
        let handler = shared(heap, b, a, Event::Lt);
        if !handler.is_nil() {
            return Ok(Comparison::CallSwapped(handler));
        }
    }
    Err(raise::order_error(heap, co, a, b))
}

/// What concatenating a run of operands comes to.
pub(crate) enum Concatenation {
    /// The result stands in the first operand's slot.
    Done,
    /// `function(a, b)` of the two operands from stack index `at` on gives what replaces them there.
    Call { function: Value, at: usize },
}

/// Concatenates the operands in `stack[first..=last]` from the right, as many at a time as are strings or
/// numbers (PUC `lvm.c`, `luaV_concat`); results replace operands.
#[inline(never)]
pub(crate) fn concatenate(
    heap: &mut Heap,
    co: &mut Coroutine,
    first: usize,
    last: usize,
) -> Result<Concatenation, Failure> {
    let mut last = last;
    while last > first {
        let (a, b) = (co.stack[last - 1], co.stack[last]);
        let joins = |value: Value| value.is_string() || value.is_number();
        if !joins(a) || !joins(b) {
            let mut handler = heap.metamethod(a, Event::Concat);
            if handler.is_nil() {
                handler = heap.metamethod(b, Event::Concat);
            }
            if handler.is_nil() {
                return Err(raise::concat_error(heap, co, last - 1));
            }
            return Ok(Concatenation::Call { function: handler, at: last - 1 });
        }
        let mut start = last - 1;
        while start > first && joins(co.stack[start - 1]) {
            start -= 1;
        }
        let joined = join(heap, co, start, last)?;
        co.stack[start] = joined;
        last = start;
    }
    Ok(Concatenation::Done)
}

/// Joins operands that are all strings or numbers.
fn join(heap: &mut Heap, co: &Coroutine, first: usize, last: usize) -> Result<Value, Failure> {
    let mut total = 0usize;
    let operands = &co.stack[first..=last];
    for &value in operands {
        total += if value.is_string() { heap.bytes(value).len() } else { NUMBER_TEXT_MAX };
    }
    if total > limits::STRING_LEN_MAX {
        return Err(raise::runtime_error(heap, co, b"string length overflow"));
    }
    heap.charge_fuel(total as u64 / 64)?;
    if total > heap.budget.room() {
        return Err(Failure::Memory);
    }
    let mut buffer = core::mem::take(&mut heap.scratch);
    buffer.clear();
    for &value in operands {
        match value.as_number() {
            Some(n) => number::write_number(&mut buffer, n),
            None => buffer.extend_from_slice(heap.bytes(value)),
        }
    }
    let result = heap.intern(&buffer);
    if buffer.capacity() > SCRATCH_KEPT {
        buffer = Vec::new();
    }
    heap.scratch = buffer;
    result
}

/// Capacity of the scratch buffer that is worth keeping.
const SCRATCH_KEPT: usize = 64 * 1024;

/// Longest text of a number.
const NUMBER_TEXT_MAX: usize = 32;
