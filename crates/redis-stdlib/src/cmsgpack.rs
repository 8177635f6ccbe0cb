//! `cmsgpack`: Lua values to MessagePack and back, as lua-cmsgpack 0.4.0 in Redis 7.0.15 does it
//! (`../redis7/modules.md`).
//!
//! Reading does not recurse: the tables in progress are a list. Writing nests at most 16 tables.

use lua_core::error::Failure;
use lua_core::handle::TableIndex;
use lua_core::native::{CallContext, Library, Outcome};
use lua_core::value::Value;
use rmp::Marker;

use crate::limits;
use crate::session::{Buffer, with_buffer};

type Native = Result<Outcome, Failure>;

/// `cmsgpack`. lua-cmsgpack 0.4.0.
pub(crate) const CMSGPACK: Library = lua_core::library!("cmsgpack", {
    "pack" => pack,
    "unpack" => unpack,
    "unpack_one" => unpack_one,
    "unpack_limit" => unpack_limit,
});

/// The texts among the fields of `cmsgpack`.
pub(crate) const TEXTS: &[(&str, &str)] = &[
    ("_NAME", "cmsgpack"),
    ("_VERSION", "lua-cmsgpack 0.4.0"),
    ("_COPYRIGHT", "Copyright (C) 2012, Salvatore Sanfilippo"),
    ("_DESCRIPTION", "MessagePack C implementation for Lua"),
];

const BAD_FORMAT: &str = "Bad data format in input.";
const MISSING_BYTES: &str = "Missing bytes in input.";
const TOO_MANY_VALUES: &str =
    "stack overflow (too many return values at once; use unpack_one or unpack_limit instead.)";
const TOO_DEEP_ARRAY: &str = "stack overflow (in function mp_decode_to_lua_array)";

// ---- writing -------------------------------------------------------------------------------------

fn pack(cx: &mut CallContext<'_>) -> Native {
    let count = cx.arg_count();
    if count == 0 {
        return Err(cx.arg_error(0, "MessagePack pack needs input."));
    }
    // The C function wants as many slots again as it has arguments.
    if count * 2 > limits::REPLY_STACK_MAX {
        return Err(cx.arg_error(0, "Too many arguments for MessagePack pack."));
    }
    let packed = with_buffer(cx, |cx, out| {
        for position in 1..=count {
            let value = cx.arg(position);
            write(cx, out, value, 0)?;
        }
        cx.string(&out.bytes)
    })?;
    cx.return1(packed)
}

/// Calls itself for what tables hold, at most [`limits::CMSGPACK_DEPTH_MAX`] deep.
fn write(
    cx: &mut CallContext<'_>,
    out: &mut Buffer,
    value: Value,
    depth: usize,
) -> Result<(), Failure> {
    out.reserve(cx, 9)?;
    if let Some(number) = value.as_number() {
        write_number(&mut out.bytes, number);
        return Ok(());
    }
    if value.is_string() {
        let len = cx.bytes(value).len();
        cx.charge(1 + len as u64 / limits::BYTES_PER_FUEL)?;
        write_string_head(&mut out.bytes, len);
        out.reserve(cx, len)?;
        out.bytes.extend_from_slice(cx.bytes(value));
        return Ok(());
    }
    if let Some(table) = value.as_table()
        && depth < limits::CMSGPACK_DEPTH_MAX
    {
        return write_table(cx, out, table, depth);
    }
    out.bytes.push(
        match value.as_boolean() {
            Some(true) => Marker::True,
            Some(false) => Marker::False,
            None => Marker::Null,
        }
        .to_u8(),
    );
    Ok(())
}

fn write_table(
    cx: &mut CallContext<'_>,
    out: &mut Buffer,
    table: TableIndex,
    depth: usize,
) -> Result<(), Failure> {
    let (entries, is_array) = count_entries(cx, table);
    cx.charge(1 + entries as u64)?;
    let heads = if is_array {
        [Marker::FixArray(entries as u8 & 15), Marker::Array16, Marker::Array32]
    } else {
        [Marker::FixMap(entries as u8 & 15), Marker::Map16, Marker::Map32]
    };
    write_head(&mut out.bytes, entries, 15, &heads);
    if is_array {
        for position in 1..=entries {
            let item = cx.raw_get_position(table, position);
            write(cx, out, item, depth + 1)?;
        }
        return Ok(());
    }
    let mut position = 0;
    while let Some((next, key, value)) = cx.next_from(table, position) {
        position = next;
        write(cx, out, key, depth + 1)?;
        write(cx, out, value, depth + 1)?;
    }
    Ok(())
}

/// The number of entries, and whether the keys are exactly the whole numbers from 1 to it.
fn count_entries(cx: &CallContext<'_>, table: TableIndex) -> (usize, bool) {
    let mut entries = 0_usize;
    let mut greatest = 0.0;
    let mut is_array = true;
    let mut position = 0;
    while let Some((next, key, _)) = cx.next_from(table, position) {
        position = next;
        entries += 1;
        match key.as_number() {
            Some(number) if number > 0.0 && number.floor() == number => {
                greatest = number.max(greatest);
            }
            _ => is_array = false,
        }
    }
    (entries, is_array && greatest == entries as f64)
}

/// A head for `len` things: in the marker up to `fixed_max`, else in two or four bytes behind it.
fn write_head(out: &mut Vec<u8>, len: usize, fixed_max: usize, markers: &[Marker; 3]) {
    let [fixed, two, four] = markers;
    if len <= fixed_max {
        out.push(fixed.to_u8());
    } else if let Ok(len) = u16::try_from(len) {
        out.push(two.to_u8());
        out.extend_from_slice(&len.to_be_bytes());
    } else {
        out.push(four.to_u8());
        out.extend_from_slice(&(len as u32).to_be_bytes());
    }
}

fn write_string_head(out: &mut Vec<u8>, len: usize) {
    if let Ok(len @ 32..) = u8::try_from(len) {
        out.extend_from_slice(&[Marker::Str8.to_u8(), len]);
    } else {
        let fixed = Marker::FixStr(len as u8 & 31);
        write_head(out, len, 31, &[fixed, Marker::Str16, Marker::Str32]);
    }
}

/// Whole numbers that 64 bits hold are integers in the shortest form, others single precision where that
/// loses nothing.
fn write_number(out: &mut Vec<u8>, number: f64) {
    // `as` saturates where C's cast gives the least integer; neither comes back as the same number.
    let whole = number as i64;
    if whole as f64 == number && number < 9_223_372_036_854_775_808.0 {
        return write_integer(out, whole);
    }
    let single = number as f32;
    if f64::from(single) == number {
        out.push(Marker::F32.to_u8());
        out.extend_from_slice(&single.to_be_bytes());
    } else {
        out.push(Marker::F64.to_u8());
        out.extend_from_slice(&number.to_be_bytes());
    }
}

fn write_integer(out: &mut Vec<u8>, number: i64) {
    let bytes = number.to_be_bytes();
    let (marker, size) = match number {
        0..=0x7F => (Marker::FixPos(number as u8), 0),
        0x80..=0xFF => (Marker::U8, 1),
        0x100..=0xFFFF => (Marker::U16, 2),
        0x1_0000..=0xFFFF_FFFF => (Marker::U32, 4),
        0x1_0000_0000.. => (Marker::U64, 8),
        -32..=-1 => (Marker::FixNeg(number as i8), 0),
        -0x80..=-33 => (Marker::I8, 1),
        -0x8000..=-0x81 => (Marker::I16, 2),
        -0x8000_0000..=-0x8001 => (Marker::I32, 4),
        _ => (Marker::I64, 8),
    };
    out.push(marker.to_u8());
    out.extend_from_slice(&bytes[8 - size..]);
}

// ---- reading -------------------------------------------------------------------------------------

fn unpack(cx: &mut CallContext<'_>) -> Native {
    cx.check_string(1)?;
    let slots = cx.arg_count();
    read_values(cx, None, 0, slots)
}

fn unpack_one(cx: &mut CallContext<'_>) -> Native {
    let offset = cx.opt_integer(2, 0)?;
    cx.check_string(1)?;
    read_values(cx, Some(1), offset, 1)
}

fn unpack_limit(cx: &mut CallContext<'_>) -> Native {
    let limit = cx.check_integer(2)?;
    let offset = cx.opt_integer(3, 0)?;
    cx.check_string(1)?;
    read_values(cx, Some(limit), offset, 1)
}

/// A table being read.
struct Open {
    kind: Kind,
    /// Entries to come.
    missing: u32,
}

enum Kind {
    /// The items so far lie among the reader's, from this index on.
    Array { first: usize },
    /// With the key of the entry whose value comes next.
    Map { table: TableIndex, key: Option<Value> },
}

/// Bytes charged per table in progress.
const OPEN_SIZE: usize = size_of::<Open>() * 2;

/// Reads values from the string in the first argument.
fn read_values(cx: &mut CallContext<'_>, limit: Option<i64>, offset: i64, slots: usize) -> Native {
    let text = cx.arg(1);
    let size = cx.bytes(text).len();
    // The same where addresses have 32 bits: what is beyond them is beyond the text.
    let count = |number: i64| {
        u64::try_from(number).map(|number| usize::try_from(number).unwrap_or(usize::MAX))
    };
    let (Ok(start), Ok(count_max)) = (count(offset), count(limit.unwrap_or(0))) else {
        // The message takes an `int`.
        let offset = offset as i32;
        return Err(cx.error(format!(
            "Invalid request to unpack with offset of {offset} and limit of {size}."
        )));
    };
    if start > size {
        let offset = offset as i32;
        return Err(cx.error(format!("Start offset {offset} greater than input length {size}.")));
    }
    // No limit and no offset: everything, and no offset in return.
    let all = count_max == 0 && start == 0;
    cx.charge(1 + size as u64 / limits::BYTES_PER_FUEL)?;
    cx.charge_memory(size)?;
    let bytes = cx.bytes(text).to_vec();
    let rest = bytes.get(start..).unwrap_or_default();
    let mut reader = Reader { rest, slots, items: Vec::new() };
    let mut open = Vec::new();
    let mut values = Vec::new();
    let result = loop {
        if reader.rest.is_empty() || (!all && values.len() == count_max) {
            break Ok(());
        }
        match reader.value(cx, &mut open) {
            Ok(value) => values.push(value),
            Err(failure) => break Err(failure),
        }
    };
    let left = reader.rest.len();
    let slots = reader.slots;
    cx.refund(size + open.capacity() * OPEN_SIZE + reader.items.capacity() * size_of::<Value>());
    result?;
    let mut count = values.len();
    if !all {
        if slots >= limits::REPLY_STACK_MAX {
            return Err(cx.error(TOO_MANY_VALUES));
        }
        let next = if left == 0 { -1.0 } else { (size - left) as f64 };
        cx.push(Value::number(next))?;
        count += 1;
    }
    for value in values {
        cx.push(value)?;
    }
    cx.return_pushed(count)
}

struct Reader<'a> {
    rest: &'a [u8],
    /// Slots of Lua's stack that lua-cmsgpack would have in use.
    slots: usize,
    /// Items of the arrays being read.
    items: Vec<Value>,
}

/// What stands at the current place.
enum Read {
    Value(Value),
    /// An array or map with this many entries.
    Table {
        entries: u32,
        is_array: bool,
    },
}

/// A table of these items, as if they had been put into it one after another: a nil takes its turn, too.
fn list(cx: &mut CallContext<'_>, items: &[Value]) -> Result<TableIndex, Failure> {
    if !items.iter().any(|item| item.is_nil()) {
        return cx.new_list(items);
    }
    let table = cx.new_table(0, 0)?;
    for (index, item) in items.iter().enumerate() {
        cx.raw_set_position(table, index + 1, *item)?;
    }
    Ok(table)
}

impl Reader<'_> {
    /// The next value with everything in it.
    fn value(&mut self, cx: &mut CallContext<'_>, open: &mut Vec<Open>) -> Result<Value, Failure> {
        loop {
            let mut value = match self.read(cx)? {
                Read::Value(value) => value,
                Read::Table { is_array: true, .. } if self.slots + 2 > limits::REPLY_STACK_MAX => {
                    return Err(cx.error(TOO_DEEP_ARRAY));
                }
                Read::Table { entries: 0, .. } => cx.new_table(0, 0)?.into(),
                Read::Table { entries, is_array } => {
                    if open.len() == open.capacity() {
                        let more = open.capacity().max(8);
                        cx.charge_memory(more * OPEN_SIZE)?;
                        open.reserve_exact(more);
                    }
                    let kind = if is_array {
                        // The table, and the position of the item.
                        self.slots += 2;
                        Kind::Array { first: self.items.len() }
                    } else {
                        self.slots += 1;
                        Kind::Map { table: cx.new_table(0, 0)?, key: None }
                    };
                    open.push(Open { kind, missing: entries });
                    continue;
                }
            };
            // The value is complete: it goes to the innermost table, and may complete that.
            loop {
                let Some(innermost) = open.last_mut() else {
                    self.slots += 1;
                    return Ok(value);
                };
                cx.charge(1)?;
                match &mut innermost.kind {
                    Kind::Array { .. } => self.keep(cx, value)?,
                    Kind::Map { table, key } => {
                        let Some(key) = key.take() else {
                            *key = Some(value);
                            self.slots += 1;
                            break;
                        };
                        self.slots -= 1;
                        cx.raw_set(*table, key, value)?;
                    }
                }
                innermost.missing -= 1;
                if innermost.missing > 0 {
                    break;
                }
                value = match innermost.kind {
                    Kind::Array { first } => {
                        self.slots -= 2;
                        let table = list(cx, self.items.get(first..).unwrap_or_default())?;
                        self.items.truncate(first);
                        table.into()
                    }
                    Kind::Map { table, .. } => {
                        self.slots -= 1;
                        table.into()
                    }
                };
                open.pop();
            }
        }
    }

    /// Adds an item to the innermost array.
    #[inline]
    fn keep(&mut self, cx: &mut CallContext<'_>, value: Value) -> Result<(), Failure> {
        if self.items.len() == self.items.capacity() {
            let more = self.items.capacity().max(16);
            cx.charge_memory(more * size_of::<Value>())?;
            self.items.reserve_exact(more);
        }
        self.items.push(value);
        Ok(())
    }

    fn read(&mut self, cx: &mut CallContext<'_>) -> Result<Read, Failure> {
        let [marker] = self.take::<1>(cx)?;
        if self.slots >= limits::REPLY_STACK_MAX {
            return Err(cx.error(TOO_MANY_VALUES));
        }
        let number = match Marker::from_u8(marker) {
            Marker::Null => return Ok(Read::Value(Value::NIL)),
            Marker::True => return Ok(Read::Value(Value::TRUE)),
            Marker::False => return Ok(Read::Value(Value::FALSE)),
            Marker::FixPos(number) => f64::from(number),
            Marker::FixNeg(number) => f64::from(number),
            Marker::U8 => f64::from(u8::from_be_bytes(self.take(cx)?)),
            Marker::U16 => f64::from(u16::from_be_bytes(self.take(cx)?)),
            Marker::U32 => f64::from(u32::from_be_bytes(self.take(cx)?)),
            // The C library reads unsigned ones as signed, too.
            Marker::U64 | Marker::I64 => i64::from_be_bytes(self.take(cx)?) as f64,
            Marker::I8 => f64::from(i8::from_be_bytes(self.take(cx)?)),
            Marker::I16 => f64::from(i16::from_be_bytes(self.take(cx)?)),
            Marker::I32 => f64::from(i32::from_be_bytes(self.take(cx)?)),
            Marker::F32 => f64::from(f32::from_be_bytes(self.take(cx)?)),
            Marker::F64 => f64::from_be_bytes(self.take(cx)?),
            Marker::FixStr(len) => return self.string(cx, len.into()),
            Marker::Str8 => {
                let [len] = self.take(cx)?;
                return self.string(cx, len.into());
            }
            Marker::Str16 => {
                let len = u16::from_be_bytes(self.take(cx)?);
                return self.string(cx, len.into());
            }
            Marker::Str32 => {
                let len = u32::from_be_bytes(self.take(cx)?);
                return self.string(cx, len as usize);
            }
            Marker::FixArray(len) => {
                return Ok(Read::Table { entries: len.into(), is_array: true });
            }
            Marker::FixMap(len) => return Ok(Read::Table { entries: len.into(), is_array: false }),
            Marker::Array16 | Marker::Map16 => {
                let entries = u16::from_be_bytes(self.take(cx)?).into();
                let is_array = marker == Marker::Array16.to_u8();
                return Ok(Read::Table { entries, is_array });
            }
            Marker::Array32 | Marker::Map32 => {
                let entries = u32::from_be_bytes(self.take(cx)?);
                let is_array = marker == Marker::Array32.to_u8();
                return Ok(Read::Table { entries, is_array });
            }
            _ => return Err(cx.error(BAD_FORMAT)),
        };
        Ok(Read::Value(Value::number(number)))
    }

    /// The next `N` bytes.
    fn take<const N: usize>(&mut self, cx: &mut CallContext<'_>) -> Result<[u8; N], Failure> {
        match self.rest.split_first_chunk() {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(*bytes)
            }
            None => Err(cx.error(MISSING_BYTES)),
        }
    }

    fn string(&mut self, cx: &mut CallContext<'_>, len: usize) -> Result<Read, Failure> {
        let Some((text, rest)) = self.rest.split_at_checked(len) else {
            return Err(cx.error(MISSING_BYTES));
        };
        self.rest = rest;
        Ok(Read::Value(cx.string(text)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(number: f64, expected: &[u8]) {
        let mut out = Vec::new();
        write_number(&mut out, number);
        assert_eq!(out, expected, "{number}");
    }

    #[test]
    fn numbers_take_the_shortest_form() {
        check(-0.0, &[0]);
        check(127.0, &[0x7F]);
        check(128.0, &[0xCC, 0x80]);
        check(65_536.0, &[0xCE, 0, 1, 0, 0]);
        check(-32.0, &[0xE0]);
        check(-33.0, &[0xD0, 0xDF]);
        check(-129.0, &[0xD1, 0xFF, 0x7F]);
        check(2f64.powi(63), &[0xCA, 0x5F, 0, 0, 0]);
        check(-(2f64.powi(63)), &[0xD3, 0x80, 0, 0, 0, 0, 0, 0, 0]);
        check(1.5, &[0xCA, 0x3F, 0xC0, 0, 0]);
        check(0.1, &[0xCB, 0x3F, 0xB9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9A]);
        check(f64::INFINITY, &[0xCA, 0x7F, 0x80, 0, 0]);
    }
}
