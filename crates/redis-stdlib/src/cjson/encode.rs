//! `cjson.encode`: a value to JSON.

use lua_core::error::Failure;
use lua_core::handle::TableIndex;
use lua_core::native::CallContext;
use lua_core::number::number_to_c_int;
use lua_core::value::{Type, Value};

use super::{Invalid, Native, Settings, number, settings};
use crate::limits;
use crate::session::{Buffer, with_buffer};

/// A table being written.
#[derive(Clone, Copy, Debug)]
enum Open {
    /// The items `next..=last` are to come.
    Array { table: TableIndex, next: u32, last: u32 },
    /// The entries from this traversal position on are to come.
    Object { table: TableIndex, position: usize, is_first: bool },
}

impl Open {
    /// Slots of Lua's stack that lua-cjson has in use per level of this kind.
    fn slots(self) -> usize {
        match self {
            Open::Array { .. } => 1,
            Open::Object { .. } => 2,
        }
    }
}

pub(super) fn encode(cx: &mut CallContext<'_>) -> Native {
    if cx.arg_count() != 1 {
        return Err(cx.arg_error(1, "expected 1 argument"));
    }
    let settings = *settings(cx)?;
    let value = cx.arg(1);
    let text = with_buffer(cx, |cx, buffer| {
        write(cx, buffer, &settings, value)?;
        cx.string(&buffer.bytes)
    })?;
    cx.return1(text)
}

fn write(
    cx: &mut CallContext<'_>,
    out: &mut Buffer,
    settings: &Settings,
    value: Value,
) -> Result<(), Failure> {
    // Open tables, the innermost last; paid for as they come.
    let mut open: Vec<Open> = Vec::new();
    let mut slots = 1;
    let result = write_tables(cx, out, settings, value, &mut open, &mut slots);
    cx.refund(open.capacity() * size_of::<Open>());
    result
}

fn write_tables(
    cx: &mut CallContext<'_>,
    out: &mut Buffer,
    settings: &Settings,
    value: Value,
    open: &mut Vec<Open>,
    slots: &mut usize,
) -> Result<(), Failure> {
    let mut value = value;
    loop {
        if let Some(table) = value.as_table() {
            let depth = open.len() + 1;
            if depth > settings.encode_depth_max as usize || *slots + 3 > limits::REPLY_STACK_MAX {
                return Err(cx.error(format!("Cannot serialise, excessive nesting ({depth})")));
            }
            let opened = open_table(cx, settings, table)?;
            out.reserve(cx, 2)?;
            out.bytes.push(if matches!(opened, Open::Array { .. }) { b'[' } else { b'{' });
            if open.len() == open.capacity() {
                let more = open.capacity().max(8);
                cx.charge_memory(more * size_of::<Open>())?;
                open.reserve_exact(more);
            }
            open.push(opened);
            *slots += opened.slots();
        } else {
            write_leaf(cx, out, settings, value)?;
        }
        // The next value to write: of the innermost table that has one.
        loop {
            let Some(current) = open.last_mut() else { return Ok(()) };
            if let Some(next) = next_value(cx, out, settings, current)? {
                value = next;
                break;
            }
            out.reserve(cx, 1)?;
            out.bytes.push(if matches!(current, Open::Array { .. }) { b']' } else { b'}' });
            *slots -= current.slots();
            open.pop();
        }
    }
}

/// Array or object: an array has only whole positive keys, and not too many holes.
fn open_table(
    cx: &mut CallContext<'_>,
    settings: &Settings,
    table: TableIndex,
) -> Result<Open, Failure> {
    let mut items = 0_u64;
    // An `int` in lua-cjson: a key beyond its range makes it the least one, and the keys that follow count anew.
    let mut last = 0_i32;
    let mut position = 0;
    while let Some((next, key, _)) = cx.next_from(table, position) {
        position = next;
        match key.as_number() {
            Some(number) if number >= 1.0 && number.floor() == number => {
                if number > f64::from(last) {
                    last = number_to_c_int(number);
                }
            }
            _ => {
                cx.charge(items + 1)?;
                return Ok(Open::Object { table, position: 0, is_first: true });
            }
        }
        items += 1;
    }
    let last = u32::try_from(last).unwrap_or(0);
    cx.charge(items + 1)?;
    let ratio = u64::from(settings.sparse_ratio);
    if ratio > 0 && u64::from(last) > items * ratio && last > settings.sparse_safe {
        if !settings.sparse_convert {
            return Err(refuse(cx, "table", "excessively sparse array"));
        }
        return Ok(Open::Object { table, position: 0, is_first: true });
    }
    Ok(if last == 0 {
        Open::Object { table, position: 0, is_first: true }
    } else {
        Open::Array { table, next: 1, last }
    })
}

/// Writes what stands before the next value of a table, and gives that value; `None` behind the last.
#[inline]
fn next_value(
    cx: &mut CallContext<'_>,
    out: &mut Buffer,
    settings: &Settings,
    current: &mut Open,
) -> Result<Option<Value>, Failure> {
    match current {
        Open::Array { table, next, last } => {
            if *next > *last {
                return Ok(None);
            }
            if *next > 1 {
                out.reserve(cx, 1)?;
                out.bytes.push(b',');
            }
            cx.charge(1)?;
            let value = cx.raw_get_position(*table, *next as usize);
            *next += 1;
            Ok(Some(value))
        }
        Open::Object { table, position, is_first } => {
            let Some((next, key, value)) = cx.next_from(*table, *position) else {
                return Ok(None);
            };
            *position = next;
            out.reserve(cx, 2)?;
            if !std::mem::replace(is_first, false) {
                out.bytes.push(b',');
            }
            if key.is_string() {
                write_string(cx, out, key)?;
            } else if let Some(number) = key.as_number() {
                out.bytes.push(b'"');
                write_number(cx, out, settings, number)?;
                out.reserve(cx, 1)?;
                out.bytes.push(b'"');
            } else {
                return Err(refuse(cx, key.type_name(), "table key must be a number or string"));
            }
            out.reserve(cx, 1)?;
            out.bytes.push(b':');
            cx.charge(1)?;
            Ok(Some(value))
        }
    }
}

#[cold]
fn refuse(cx: &mut CallContext<'_>, kind: &str, reason: &str) -> Failure {
    cx.error(format!("Cannot serialise {kind}: {reason}"))
}

#[inline]
fn write_leaf(
    cx: &mut CallContext<'_>,
    out: &mut Buffer,
    settings: &Settings,
    value: Value,
) -> Result<(), Failure> {
    if value.is_string() {
        return write_string(cx, out, value);
    }
    if let Some(number) = value.as_number() {
        return write_number(cx, out, settings, number);
    }
    let text: &[u8] = match value.type_of() {
        Type::Nil => b"null",
        Type::Boolean if value.is_truthy() => b"true",
        Type::Boolean => b"false",
        Type::LightUserdata if value == super::NULL => b"null",
        _ => return Err(refuse(cx, value.type_name(), "type not supported")),
    };
    out.reserve(cx, text.len())?;
    out.bytes.extend_from_slice(text);
    Ok(())
}

#[inline]
fn write_number(
    cx: &mut CallContext<'_>,
    out: &mut Buffer,
    settings: &Settings,
    number: f64,
) -> Result<(), Failure> {
    out.reserve(cx, number::SIZE_MAX)?;
    if number.is_finite() {
        number::put(number, settings.precision, &mut out.bytes);
        return Ok(());
    }
    let text: &[u8] = match settings.encode_invalid {
        Invalid::Raise => return Err(refuse(cx, "number", "must not be NaN or Inf")),
        Invalid::Null => b"null",
        Invalid::Write if number.is_nan() => b"nan",
        Invalid::Write if number > 0.0 => b"inf",
        Invalid::Write => b"-inf",
    };
    out.bytes.extend_from_slice(text);
    Ok(())
}

/// Size of each byte as it is written.
const SIZES: [u8; 256] = {
    let mut sizes = [1; 256];
    let mut byte = 0;
    while byte < 256 {
        sizes[byte] = match byte as u8 {
            b'"' | b'\\' | b'/' | 8 | 9 | 10 | 12 | 13 => 2,
            0..=31 | 127 => 6,
            _ => 1,
        };
        byte += 1;
    }
    sizes
};

fn write_string(cx: &mut CallContext<'_>, out: &mut Buffer, value: Value) -> Result<(), Failure> {
    let text = cx.bytes(value);
    let len = text.len();
    let size = 2 + text.iter().map(|&b| usize::from(SIZES[usize::from(b)])).sum::<usize>();
    cx.charge(len as u64 / limits::BYTES_PER_FUEL)?;
    out.reserve(cx, size)?;
    let text = cx.bytes(value);
    let out = &mut out.bytes;
    out.push(b'"');
    if size == len + 2 {
        out.extend_from_slice(text);
    } else {
        write_escaped(text, out);
    }
    out.push(b'"');
    Ok(())
}

fn write_escaped(text: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut rest = text;
    while let Some(at) = rest.iter().position(|&b| SIZES[usize::from(b)] > 1) {
        out.extend_from_slice(&rest[..at]);
        let byte = rest[at];
        rest = &rest[at + 1..];
        let letter = match byte {
            8 => b'b',
            9 => b't',
            10 => b'n',
            12 => b'f',
            13 => b'r',
            b'"' | b'\\' | b'/' => byte,
            _ => {
                out.extend_from_slice(b"\\u00");
                out.push(HEX[usize::from(byte >> 4)]);
                out.push(HEX[usize::from(byte & 15)]);
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', letter]);
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_escapes() {
        for byte in 0..=u8::MAX {
            let mut out = Vec::new();
            write_escaped(&[byte], &mut out);
            assert_eq!(out.len(), usize::from(SIZES[usize::from(byte)]), "{byte}");
        }
    }
}
