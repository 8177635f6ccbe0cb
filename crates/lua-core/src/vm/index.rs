//! `t[k]` and `t[k] = v` when the table alone does not answer: metatables and their chains.

use crate::coroutine::Coroutine;
use crate::error::Failure;
use crate::handle::TableIndex;
use crate::heap::{Heap, WriteError};
use crate::limits;
use crate::table::SetError;
use crate::value::Value;
use crate::vm::metamethod::Event;
use crate::vm::raise;

/// What reading a key comes to.
pub(crate) enum Read {
    /// The value.
    Value(Value),
    /// `function(object, key)` gives it.
    Call(Value, Value),
}

/// What writing a key comes to.
pub(crate) enum Write {
    /// It is done.
    Done,
    /// `function(object, key, value)` does it.
    Call(Value, Value),
}

/// The value of a string key that is absent from a table, when a chain of `__index` tables has the answer;
/// the usual way to a method.
#[inline(never)]
pub(crate) fn inherited(heap: &mut Heap, object: Value, key: Value) -> Option<Value> {
    let mut table = object.as_table()?;
    for _ in 0..limits::METAMETHOD_LOOP_MAX - 1 {
        let metatable = heap.tables[table].metatable;
        if !metatable.is_some() {
            return Some(Value::NIL);
        }
        let handler = heap.event_of(metatable, Event::Index);
        if handler.is_nil() {
            return Some(Value::NIL);
        }
        table = handler.as_table()?;
        let value = heap.tables[table].get_string(key, &heap.strings);
        if !value.is_nil() {
            return Some(value);
        }
    }
    None
}

/// Reads `object[key]` (Lua 5.1 manual §2.8, "index").
#[inline(never)]
pub(crate) fn read(
    heap: &mut Heap,
    co: &Coroutine,
    object: Value,
    key: Value,
) -> Result<Read, Failure> {
    let mut object = object;
    for _ in 0..limits::METAMETHOD_LOOP_MAX {
        let handler = if let Some(table) = object.as_table() {
            let value = heap.tables[table].get(key, &heap.strings);
            if !value.is_nil() {
                return Ok(Read::Value(value));
            }
            let metatable = heap.tables[table].metatable;
            if !metatable.is_some() {
                return Ok(Read::Value(Value::NIL));
            }
            let handler = heap.event_of(metatable, Event::Index);
            if handler.is_nil() {
                return Ok(Read::Value(Value::NIL));
            }
            handler
        } else {
            let handler = heap.metamethod(object, Event::Index);
            if handler.is_nil() {
                return Err(raise::index_error(heap, co, object));
            }
            handler
        };
        if handler.is_function() {
            return Ok(Read::Call(handler, object));
        }
        object = handler;
    }
    Err(raise::runtime_error(heap, co, b"loop in gettable"))
}

/// Writes `object[key] = value` (Lua 5.1 manual §2.8, "newindex").
#[inline(never)]
pub(crate) fn write(
    heap: &mut Heap,
    co: &Coroutine,
    object: Value,
    key: Value,
    value: Value,
) -> Result<Write, Failure> {
    let mut object = object;
    for _ in 0..limits::METAMETHOD_LOOP_MAX {
        let handler = if let Some(table) = object.as_table() {
            let metatable = heap.tables[table].metatable;
            if !metatable.is_some() {
                return store(heap, co, table, key, value);
            }
            // An existing value is replaced without asking. An absent key is made first, as PUC makes it:
            // it takes its place in the table, or is refused, whatever `__newindex` does then.
            match heap.tables[table].find_slot(key, &heap.strings).map(|slot| slot.is_nil()) {
                Some(false) => return store(heap, co, table, key, value),
                Some(true) => {}
                None => {
                    store(heap, co, table, key, Value::NIL)?;
                }
            }
            let handler = heap.event_of(metatable, Event::NewIndex);
            if handler.is_nil() {
                return store(heap, co, table, key, value);
            }
            handler
        } else {
            let handler = heap.metamethod(object, Event::NewIndex);
            if handler.is_nil() {
                return Err(raise::index_error(heap, co, object));
            }
            handler
        };
        if handler.is_function() {
            return Ok(Write::Call(handler, object));
        }
        object = handler;
    }
    Err(raise::runtime_error(heap, co, b"loop in settable"))
}

fn store(
    heap: &mut Heap,
    co: &Coroutine,
    table: TableIndex,
    key: Value,
    value: Value,
) -> Result<Write, Failure> {
    match heap.raw_set(table, key, value) {
        Ok(()) => Ok(Write::Done),
        Err(WriteError::ReadOnly) => {
            Err(raise::runtime_error(heap, co, b"Attempt to modify a readonly table"))
        }
        Err(WriteError::Set(SetError::NilKey)) => {
            Err(raise::runtime_error(heap, co, b"table index is nil"))
        }
        Err(WriteError::Set(SetError::NanKey)) => {
            Err(raise::runtime_error(heap, co, b"table index is NaN"))
        }
        Err(WriteError::Set(SetError::Overflow)) => {
            Err(raise::runtime_error(heap, co, b"table overflow"))
        }
        Err(WriteError::Set(SetError::Memory)) => Err(Failure::Memory),
    }
}
