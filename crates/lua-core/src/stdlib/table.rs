//! `table`. Lua 5.1 manual §5.5. Every access is raw.

mod plain;
mod sort;

pub use sort::SortState;
pub(crate) use sort::sort_step;

use crate::continuation::Continuation;
use crate::error::Failure;
use crate::handle::TableIndex;
use crate::heap::Heap;
use crate::native::{CallContext, Library, Outcome, internal, type_name};
use crate::number::NumberText;
use crate::stdlib::string::buffer::{Buffer, build};
use crate::value::Value;

type Native = Result<Outcome, Failure>;

/// Items moved or looked at for one unit of fuel.
const ITEMS_PER_UNIT: usize = 16;

/// `table[position]` for any `int`.
#[inline(always)]
fn get(cx: &CallContext<'_>, table: TableIndex, position: i32) -> Value {
    let table = &cx.heap.tables[table];
    match table.array.get((position as usize).wrapping_sub(1)) {
        Some(value) => *value,
        None => table.get(Value::number(f64::from(position)), &cx.heap.strings),
    }
}

/// `table[position] = value` for any `int`.
#[inline]
fn set(
    cx: &mut CallContext<'_>,
    table: TableIndex,
    position: i32,
    value: Value,
) -> Result<(), Failure> {
    let target = &mut cx.heap.tables[table];
    if !target.is_slow_write()
        && let Some(slot) = target.array.get_mut((position as usize).wrapping_sub(1))
    {
        *slot = value;
        return Ok(());
    }
    cx.raw_set(table, Value::number(f64::from(position)), value)
}

/// The table at position 1, and its length (PUC's `aux_getn`).
fn check_list(cx: &mut CallContext<'_>) -> Result<(TableIndex, i32), Failure> {
    let table = cx.check_table(1)?;
    Ok((table, cx.raw_len(table) as i32))
}

fn concat(cx: &mut CallContext<'_>) -> Native {
    let separator = cx.opt_string(2)?;
    let table = cx.check_table(1)?;
    let first = cx.opt_int(3, 1)?;
    let last = if cx.arg_is_none_or_nil(4) { cx.raw_len(table) as i32 } else { cx.check_int(4)? };
    let value = build(cx, |cx, out| join(cx, out, table, separator, first, last))?;
    cx.return1(value)
}

/// Writes the items from `first` to `last` with the separator between them.
fn join(
    cx: &mut CallContext<'_>,
    out: &mut Buffer,
    table: TableIndex,
    separator: Option<Value>,
    first: i32,
    last: i32,
) -> Result<(), Failure> {
    let mut position = first;
    while position <= last {
        // As many as one unit of fuel pays for.
        let end = position.saturating_add(ITEMS_PER_UNIT as i32 - 1).min(last);
        let before = out.bytes.len();
        let Heap { strings, tables, budget, .. } = &mut *cx.heap;
        let separator = match separator.and_then(Value::as_string) {
            Some(separator) => strings.bytes(separator),
            None => &[],
        };
        let items = &tables[table];
        for n in position..=end {
            let item = match items.array.get((n as usize).wrapping_sub(1)) {
                Some(item) => *item,
                None => items.get(Value::number(f64::from(n)), strings),
            };
            if let Some(text) = item.as_string() {
                let text = strings.bytes(text);
                out.reserve(text.len() + separator.len(), budget)?;
                out.bytes.extend_from_slice(text);
            } else if let Some(number) = item.as_number() {
                let text = NumberText::new(number);
                out.reserve(text.as_bytes().len() + separator.len(), budget)?;
                out.bytes.extend_from_slice(text.as_bytes());
            } else {
                return Err(cx.error(format!(
                    "invalid value ({}) at index {n} in table for 'concat'",
                    type_name(item)
                )));
            }
            if n != last {
                out.bytes.extend_from_slice(separator);
            }
        }
        cx.charge(1 + (out.bytes.len() - before) as u64 / 64)?;
        if end == last {
            break;
        }
        position = end + 1;
    }
    Ok(())
}

fn foreach(cx: &mut CallContext<'_>) -> Native {
    cx.check_table(1)?;
    cx.check_function(2)?;
    // The third slot keeps the key of the entry that the function is called with.
    cx.set_arg_count(3)?;
    cx.set_arg(3, Value::NIL);
    foreach_next(cx)
}

fn foreach_next(cx: &mut CallContext<'_>) -> Native {
    let (Some(table), function, key) = (cx.arg(1).as_table(), cx.arg(2), cx.arg(3)) else {
        return Err(internal());
    };
    let Ok(next) = cx.heap.tables[table].next(key, &cx.heap.strings) else {
        return Err(cx.raise_text(b"invalid key to 'next'"));
    };
    cx.charge(next.fuel())?;
    match next.entry {
        Some((key, value)) => {
            cx.set_arg(3, key);
            cx.call_with(function, [key, value], 1, Continuation::ForEach)
        }
        None => cx.return0(),
    }
}

/// The function has returned: a result that is not nil ends the traversal.
pub(crate) fn foreach_step(cx: &mut CallContext<'_>) -> Native {
    let result = cx.result();
    if !result.is_nil() {
        return cx.return1(result);
    }
    cx.drop_results();
    foreach_next(cx)
}

fn foreachi(cx: &mut CallContext<'_>) -> Native {
    let (_, len) = check_list(cx)?;
    cx.check_function(2)?;
    cx.set_arg_count(2)?;
    foreachi_next(cx, 1, len as u32)
}

fn foreachi_next(cx: &mut CallContext<'_>, position: u32, last: u32) -> Native {
    if position > last {
        return cx.return0();
    }
    let (Some(table), function) = (cx.arg(1).as_table(), cx.arg(2)) else {
        return Err(internal());
    };
    let value = get(cx, table, position as i32);
    let position_value = Value::number(f64::from(position));
    cx.call_with(function, [position_value, value], 1, Continuation::ForEachI(position, last))
}

/// The function has returned for `position`: a result that is not nil ends the traversal.
pub(crate) fn foreachi_step(cx: &mut CallContext<'_>, position: u32, last: u32) -> Native {
    let result = cx.result();
    if !result.is_nil() {
        return cx.return1(result);
    }
    cx.drop_results();
    foreachi_next(cx, position + 1, last)
}

fn getn(cx: &mut CallContext<'_>) -> Native {
    let (_, len) = check_list(cx)?;
    cx.return1(Value::number(f64::from(len)))
}

fn insert(cx: &mut CallContext<'_>) -> Native {
    let (table, len) = check_list(cx)?;
    let end = len.wrapping_add(1);
    match cx.arg_count() {
        2 => {
            let value = cx.arg(2);
            set(cx, table, end, value)?;
        }
        3 => {
            let position = cx.check_int(2)?;
            move_up(cx, table, position, end.max(position))?;
            let value = cx.arg(3);
            set(cx, table, position, value)?;
        }
        _ => return Err(cx.error("wrong number of arguments to 'insert'")),
    }
    cx.return0()
}

/// Moves the items at `position..end` one up, the last first.
fn move_up(
    cx: &mut CallContext<'_>,
    table: TableIndex,
    position: i32,
    end: i32,
) -> Result<(), Failure> {
    if position >= end {
        return Ok(());
    }
    // The first move may enlarge the array part, so that the others stay inside.
    let item = get(cx, table, end - 1);
    set(cx, table, end, item)?;
    let mut to = end - 1;
    if position > 0 && !cx.heap.tables[table].is_slow_write() {
        let (from, last) = (position as usize - 1, to as usize - 1);
        cx.charge((last.saturating_sub(from) / ITEMS_PER_UNIT) as u64)?;
        if let Some(items) = cx.heap.tables[table].array.get_mut(from..=last) {
            let count = items.len();
            items.copy_within(..count - 1, 1);
            return Ok(());
        }
    }
    while to > position {
        let item = get(cx, table, to - 1);
        set(cx, table, to, item)?;
        to -= 1;
        if (to as usize).is_multiple_of(ITEMS_PER_UNIT) {
            cx.charge(1)?;
        }
    }
    Ok(())
}

fn maxn(cx: &mut CallContext<'_>) -> Native {
    let table = cx.check_table(1)?;
    let table = &cx.heap.tables[table];
    let work = table.array.len() + table.nodes.len();
    let mut max = 0.0;
    if let Some(index) = table.array.iter().rposition(|value| !value.is_nil()) {
        max = (index + 1) as f64;
    }
    for node in &table.nodes {
        if let Some(n) = node.key.as_number()
            && n > max
            && !node.value.is_nil()
        {
            max = n;
        }
    }
    cx.charge((work / ITEMS_PER_UNIT) as u64)?;
    cx.return1(Value::number(max))
}

fn remove(cx: &mut CallContext<'_>) -> Native {
    let (table, len) = check_list(cx)?;
    let position = cx.opt_int(2, len)?;
    if !(1..=len).contains(&position) {
        return cx.return0();
    }
    let removed = get(cx, table, position);
    move_down(cx, table, position, len)?;
    set(cx, table, len, Value::NIL)?;
    cx.return1(removed)
}

/// Moves the items at `position + 1..=len` one down, the first first.
fn move_down(
    cx: &mut CallContext<'_>,
    table: TableIndex,
    position: i32,
    len: i32,
) -> Result<(), Failure> {
    if position >= len {
        return Ok(());
    }
    cx.charge(((len - position) as usize / ITEMS_PER_UNIT) as u64)?;
    if cx.heap.tables[table].is_slow_write() {
        // The first write tells the collector, or raises.
        let item = get(cx, table, position + 1);
        set(cx, table, position, item)?;
    }
    let range = position as usize - 1..len as usize;
    if !cx.heap.tables[table].is_slow_write()
        && let Some(items) = cx.heap.tables[table].array.get_mut(range)
    {
        items.copy_within(1.., 0);
        return Ok(());
    }
    for n in position..len {
        let item = get(cx, table, n + 1);
        set(cx, table, n, item)?;
    }
    Ok(())
}

fn setn(cx: &mut CallContext<'_>) -> Native {
    cx.check_table(1)?;
    Err(cx.error("'setn' is obsolete"))
}

/// `table`.
pub const TABLE: Library = crate::library!("table", {
    "concat" => concat,
    "foreach" => foreach,
    "foreachi" => foreachi,
    "getn" => getn,
    "insert" => insert,
    "maxn" => maxn,
    "remove" => remove,
    "setn" => setn,
    "sort" => sort::sort,
});
