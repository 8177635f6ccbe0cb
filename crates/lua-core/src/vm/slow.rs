//! The long halves of instructions: what the loop does when operands are not what it hopes for. Each is one
//! function for all the instructions that need it, so that the loop itself stays small.
//!
//! The frame has its `pc` when these are called, and the loop re-derives its registers afterwards. `at` is the stack
//! index behind the frame's registers, where a metamethod is called.

use crate::coroutine::{CalledBy, Coroutine};
use crate::error::Failure;
use crate::heap::Heap;
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

/// Calls a metamethod for the instruction in progress, above the frame's registers, which end at `at`; the result
/// comes to the instruction later.
#[inline(always)]
fn metamethod(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    function: Value,
    args: &[Value],
    called_by: CalledBy,
    at: usize,
) -> Result<Flow, Failure> {
    if call::enter_metamethod(heap, co, function, args, called_by, at)? {
        if heap.fuel <= 0 {
            heap.check_ended()?;
            return Ok(Flow::OutOfFuel);
        }
        return Ok(Flow::Reload);
    }
    call_other(heap, co, function, args, called_by)
}

/// A metamethod that is no Lua function.
#[inline(never)]
fn call_other(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    function: Value,
    args: &[Value],
    called_by: CalledBy,
) -> Result<Flow, Failure> {
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
    at: usize,
) -> Result<Slow, Failure> {
    match index::read(heap, co, object, key)? {
        Read::Value(value) => {
            co.stack[to] = value;
            Ok(Slow::Done)
        }
        Read::Call(function, object) => {
            metamethod(heap, co, function, &[object, key], CalledBy::Metamethod, at).map(Slow::Gone)
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
    at: usize,
) -> Result<Slow, Failure> {
    match index::write(heap, co, object, key, value)? {
        Write::Done => Ok(Slow::Done),
        Write::Call(function, object) => {
            let args = [object, key, value];
            metamethod(heap, co, function, &args, CalledBy::Metamethod, at).map(Slow::Gone)
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
    at: usize,
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
    write(heap, co, object, key, value, at)
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
    at: usize,
) -> Result<Slow, Failure> {
    let operation = arith::arithmetic(heap, co, event, left, right)?;
    finish(heap, co, operation, [left, right], to, at)
}

/// `#value` into stack index `to`.
#[inline(never)]
pub(crate) fn length(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    value: Value,
    to: usize,
    at: usize,
) -> Result<Slow, Failure> {
    let operation = arith::length(heap, co, value)?;
    finish(heap, co, operation, [value, Value::NIL], to, at)
}

#[inline(always)]
fn finish(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    operation: Operation,
    args: [Value; 2],
    to: usize,
    at: usize,
) -> Result<Slow, Failure> {
    match operation {
        Operation::Value(value) => {
            co.stack[to] = value;
            Ok(Slow::Done)
        }
        Operation::Call(function) => {
            metamethod(heap, co, function, &args, CalledBy::Metamethod, at).map(Slow::Gone)
        }
    }
}

/// `__concat` of the operands at stack index `operands` and behind it; its result replaces the first.
#[inline(never)]
pub(crate) fn concatenate(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    function: Value,
    operands: usize,
    at: usize,
) -> Result<Flow, Failure> {
    let args = [co.stack[operands], co.stack[operands + 1]];
    let aux = operands as u32;
    if call::enter_metamethod(heap, co, function, &args, CalledBy::Metamethod, at)? {
        if let Some(frame) = co.frames.last_mut() {
            frame.top = aux;
        }
        if heap.fuel <= 0 {
            heap.check_ended()?;
            return Ok(Flow::OutOfFuel);
        }
        return Ok(Flow::Reload);
    }
    let step = call::call_metamethod(heap, co, function, &args, CalledBy::Metamethod, aux)?;
    call::drive(heap, co, step)
}

/// `left < right`
#[inline(never)]
pub(crate) fn less_than(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    left: Value,
    right: Value,
    at: usize,
) -> Result<Compared, Failure> {
    let comparison = arith::less_than(heap, co, left, right)?;
    compared(heap, co, comparison, left, right, at)
}

/// `left <= right`
#[inline(never)]
pub(crate) fn less_equal(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    left: Value,
    right: Value,
    at: usize,
) -> Result<Compared, Failure> {
    let comparison = arith::less_equal(heap, co, left, right)?;
    compared(heap, co, comparison, left, right, at)
}

/// `left == right` of values that are not raw equal.
#[inline(never)]
pub(crate) fn equal(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    left: Value,
    right: Value,
    at: usize,
) -> Result<Compared, Failure> {
    let comparison = arith::equal(heap, left, right);
    compared(heap, co, comparison, left, right, at)
}

#[inline(always)]
fn compared(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    comparison: Comparison,
    left: Value,
    right: Value,
    at: usize,
) -> Result<Compared, Failure> {
    let (function, args, by) = match comparison {
        Comparison::Answer(answer) => return Ok(Compared::Answer(answer)),
        Comparison::Call(function) => (function, [left, right], CalledBy::Metamethod),
        Comparison::CallSwapped(function) => (function, [right, left], CalledBy::NegatedMetamethod),
    };
    metamethod(heap, co, function, &args, by, at).map(Compared::Gone)
}
