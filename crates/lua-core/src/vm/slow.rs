//! The long halves of instructions: what the loop does when operands are not what it hopes for. Each is one
//! function for all the instructions that need it, so that the loop itself stays small.
//!
//! The frame has its `pc` when these are called, and the loop re-derives its registers afterwards.

use crate::coroutine::{CalledBy, Coroutine};
use crate::error::Failure;
use crate::heap::Heap;
use crate::native::internal;
use crate::value::Value;
use crate::vm::arith::{self, Comparison, Operation};
use crate::vm::call::{self, Flow};
use crate::vm::index::{self, Read, Write};
use crate::vm::metamethod::Event;

/// How the loop goes on.
pub(crate) enum Slow {
    /// With the next instruction; the result is in its register.
    Done,
    /// With another frame, or not at all: a metamethod was called.
    Gone(Flow),
}

/// How the loop goes on after a comparison.
pub(crate) enum Compared {
    /// With this answer.
    Answer(bool),
    /// With another frame, or not at all: a metamethod was called.
    Gone(Flow),
}

/// Calls a metamethod for the instruction in progress; the result comes to it later.
#[inline(never)]
fn metamethod(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    function: Value,
    args: &[Value],
    called_by: CalledBy,
) -> Result<Flow, Failure> {
    let Some(frame) = co.frames.last() else { return Err(internal()) };
    let Some(proto) = &heap.closures[frame.closure].proto else { return Err(internal()) };
    let at = frame.base as usize + usize::from(proto.def.registers);
    if call::enter_metamethod(heap, co, function, args, called_by, at)? {
        if heap.fuel <= 0 {
            heap.check_ended()?;
            return Ok(Flow::OutOfFuel);
        }
        return Ok(Flow::Reload);
    }
    let step = call::call_metamethod(heap, co, function, args, called_by, 0)?;
    call::drive(heap, co, step)
}

/// `object[key]` into stack index `to`.
#[inline(never)]
pub(crate) fn read(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    object: Value,
    key: Value,
    to: usize,
) -> Result<Slow, Failure> {
    match index::read(heap, co, object, key)? {
        Read::Value(value) => {
            co.stack[to] = value;
            Ok(Slow::Done)
        }
        Read::Call(function, object) => {
            metamethod(heap, co, function, &[object, key], CalledBy::Metamethod).map(Slow::Gone)
        }
    }
}

/// `object[key] = value`
#[inline(never)]
pub(crate) fn write(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    object: Value,
    key: Value,
    value: Value,
) -> Result<Slow, Failure> {
    match index::write(heap, co, object, key, value)? {
        Write::Done => Ok(Slow::Done),
        Write::Call(function, object) => {
            let args = [object, key, value];
            metamethod(heap, co, function, &args, CalledBy::Metamethod).map(Slow::Gone)
        }
    }
}

/// `object[key] = value` where the key is in no array part.
#[inline(never)]
pub(crate) fn write_outside_array(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    object: Value,
    key: Value,
    value: Value,
) -> Result<Slow, Failure> {
    if let Some(index) = object.as_table() {
        let table = &mut heap.tables[index];
        if !table.is_slow_write() {
            if key.is_string()
                && let Some(slot) = table.string_slot_mut(key)
                && !slot.is_nil()
            {
                *slot = value;
                return Ok(Slow::Done);
            }
            if !table.metatable.is_some() {
                let Heap { tables, strings, budget, .. } = &mut *heap;
                if tables[index].set(key, value, strings, budget).is_ok() {
                    return Ok(Slow::Done);
                }
            }
        }
    }
    write(heap, co, object, key, value)
}

/// An arithmetic operator on operands that are not both numbers, into stack index `to`.
#[inline(never)]
pub(crate) fn arithmetic(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    event: Event,
    left: Value,
    right: Value,
    to: usize,
) -> Result<Slow, Failure> {
    let operation = arith::arithmetic(heap, co, event, left, right)?;
    finish(heap, co, operation, [left, right], to)
}

/// `#value` into stack index `to`.
#[inline(never)]
pub(crate) fn length(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    value: Value,
    to: usize,
) -> Result<Slow, Failure> {
    let operation = arith::length(heap, co, value)?;
    finish(heap, co, operation, [value, Value::NIL], to)
}

fn finish(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    operation: Operation,
    args: [Value; 2],
    to: usize,
) -> Result<Slow, Failure> {
    match operation {
        Operation::Value(value) => {
            co.stack[to] = value;
            Ok(Slow::Done)
        }
        Operation::Call(function) => {
            metamethod(heap, co, function, &args, CalledBy::Metamethod).map(Slow::Gone)
        }
    }
}

/// `left < right`
#[inline(never)]
pub(crate) fn less_than(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    left: Value,
    right: Value,
) -> Result<Compared, Failure> {
    let comparison = arith::less_than(heap, co, left, right)?;
    compared(heap, co, comparison, left, right)
}

/// `left <= right`
#[inline(never)]
pub(crate) fn less_equal(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    left: Value,
    right: Value,
) -> Result<Compared, Failure> {
    let comparison = arith::less_equal(heap, co, left, right)?;
    compared(heap, co, comparison, left, right)
}

/// `left == right` of values that are not raw equal.
#[inline(never)]
pub(crate) fn equal(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    left: Value,
    right: Value,
) -> Result<Compared, Failure> {
    let comparison = arith::equal(heap, left, right);
    compared(heap, co, comparison, left, right)
}

#[inline(always)]
fn compared(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    comparison: Comparison,
    left: Value,
    right: Value,
) -> Result<Compared, Failure> {
    let (function, args, by) = match comparison {
        Comparison::Answer(answer) => return Ok(Compared::Answer(answer)),
        Comparison::Call(function) => (function, [left, right], CalledBy::Metamethod),
        Comparison::CallSwapped(function) => (function, [right, left], CalledBy::NegatedMetamethod),
    };
    metamethod(heap, co, function, &args, by).map(Compared::Gone)
}
