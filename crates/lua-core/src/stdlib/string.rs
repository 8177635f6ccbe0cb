//! `string`. Lua 5.1 manual §5.4.

pub mod format;
pub mod meter;
pub mod pattern;

pub(crate) mod buffer;
mod compose;
mod dump;
mod gsub;
pub(crate) mod search;

use core::ops::Range;

pub use gsub::GsubState;
pub(crate) use gsub::gsub_step;
#[cfg(feature = "snapshot")]
pub(crate) use search::gmatch_step;

use crate::error::Failure;
use crate::handle::StringIndex;
use crate::heap::Heap;
use crate::limits::STRING_LEN_MAX;
use crate::native::{CallContext, Library, Outcome, internal};
use crate::number::number_to_integer;
use crate::value::{Type, Value};

type Native = Result<Outcome, Failure>;

/// Bytes copied for one unit of fuel.
const BYTES_PER_UNIT: usize = 64;
/// Up to this size a result is put together on the host's stack.
const SMALL_SIZE: usize = 64;

/// The string at `position`, its handle and its length.
#[inline(always)]
fn check_text(cx: &mut CallContext<'_>, position: usize) -> Result<(StringIndex, usize), Failure> {
    let value = cx.arg(position);
    let text = match value.as_string() {
        Some(text) => text,
        None => convert_text(cx, position)?,
    };
    Ok((text, cx.heap.strings.bytes(text).len()))
}

#[cold]
#[inline(never)]
fn convert_text(cx: &mut CallContext<'_>, position: usize) -> Result<StringIndex, Failure> {
    cx.check_string(position)?.as_string().ok_or_else(internal)
}

/// A position of a script, where -1 is the last byte, counted from the front; 0 when before the front.
///
/// # Source
/// PUC 5.1.5 `lstrlib.c`, `posrelat`.
#[inline(always)]
fn absolute(position: i64, len: usize) -> i64 {
    if position >= 0 { position } else { (position + len as i64 + 1).max(0) }
}

/// The offset of a position of a script; 0 when before the front.
#[inline(always)]
fn start_offset(position: i64, len: usize) -> usize {
    absolute(position, len).saturating_sub(1).max(0) as usize
}

/// The offsets of the bytes from position `first` to position `last`.
#[inline(always)]
fn offsets(first: i64, last: i64, len: usize) -> Range<usize> {
    let start = start_offset(first, len);
    let end = absolute(last, len).min(len as i64) as usize;
    start.min(end)..end
}

fn byte(cx: &mut CallContext<'_>) -> Native {
    let (text, len) = check_text(cx, 1)?;
    if cx.arg_count() > 2 {
        return bytes(cx, text, len);
    }
    let position = match cx.arg(2).as_number() {
        Some(n) => number_to_integer(n),
        None => cx.opt_integer(2, 1)?,
    };
    // Positions before the front become 0, which has no byte.
    let index = absolute(position, len).wrapping_sub(1) as usize;
    match cx.heap.strings.bytes(text).get(index) {
        Some(&byte) => cx.return1(Value::number(f64::from(byte))),
        None => cx.return0(),
    }
}

/// The bytes of a range.
#[inline(never)]
fn bytes(cx: &mut CallContext<'_>, text: StringIndex, len: usize) -> Native {
    let first = absolute(cx.opt_integer(2, 1)?, len);
    let last = cx.opt_integer(3, first)?;
    let range = offsets(first, last, len);
    let count = range.len();
    if count > cx.stack_room() {
        return Err(cx.error("stack overflow (string slice too long)"));
    }
    cx.charge((count / BYTES_PER_UNIT) as u64)?;
    let function = cx.function;
    cx.co.reserve(function + count, &mut cx.heap.budget)?;
    let bytes = cx.heap.strings.bytes(text).get(range).unwrap_or_default();
    for (slot, &byte) in cx.co.stack[function..].iter_mut().zip(bytes) {
        *slot = Value::number(f64::from(byte));
    }
    Ok(Outcome::Return(count as u32))
}

fn char(cx: &mut CallContext<'_>) -> Native {
    if cx.arg_count() == 1 {
        let byte = check_byte(cx, 1)?;
        let value = cx.heap.strings.single(byte);
        return cx.return1(value);
    }
    let count = cx.arg_count();
    let value = buffer::build(cx, |cx, out| {
        out.reserve(count, &mut cx.heap.budget)?;
        for position in 1..=count {
            let byte = check_byte(cx, position)?;
            out.bytes.push(byte);
        }
        Ok(())
    })?;
    cx.charge((count / BYTES_PER_UNIT) as u64)?;
    cx.return1(value)
}

#[inline(always)]
fn check_byte(cx: &mut CallContext<'_>, position: usize) -> Result<u8, Failure> {
    let code = match cx.arg(position).as_number() {
        Some(n) => crate::number::number_to_int(n),
        None => cx.check_int(position)?,
    };
    match u8::try_from(code) {
        Ok(byte) => Ok(byte),
        Err(_) => Err(cx.arg_error(position, "invalid value")),
    }
}

fn len(cx: &mut CallContext<'_>) -> Native {
    let (_, len) = check_text(cx, 1)?;
    cx.return1(Value::number(len as f64))
}

fn lower(cx: &mut CallContext<'_>) -> Native {
    map_bytes(cx, |byte| byte.to_ascii_lowercase())
}

fn upper(cx: &mut CallContext<'_>) -> Native {
    map_bytes(cx, |byte| byte.to_ascii_uppercase())
}

/// The argument with every byte changed.
#[inline(always)]
fn map_bytes(cx: &mut CallContext<'_>, change: impl Fn(u8) -> u8) -> Native {
    let (text, len) = check_text(cx, 1)?;
    cx.charge((len / BYTES_PER_UNIT) as u64)?;
    if len <= SMALL_SIZE {
        let mut small = [0; SMALL_SIZE];
        for (to, &from) in small.iter_mut().zip(cx.heap.strings.bytes(text)) {
            *to = change(from);
        }
        let value = cx.heap.intern(&small[..len.min(SMALL_SIZE)])?;
        return cx.return1(value);
    }
    let value = buffer::build(cx, |cx, out| {
        out.reserve(len, &mut cx.heap.budget)?;
        out.bytes.extend(cx.heap.strings.bytes(text).iter().map(|&byte| change(byte)));
        Ok(())
    })?;
    cx.return1(value)
}

fn rep(cx: &mut CallContext<'_>) -> Native {
    let (text, len) = check_text(cx, 1)?;
    let count = cx.check_int(2)?.max(0) as usize;
    let total = len.saturating_mul(count);
    if total > STRING_LEN_MAX {
        return Err(Failure::Memory);
    }
    cx.charge((total / BYTES_PER_UNIT) as u64)?;
    if total == 0 {
        let empty = cx.heap.intern(&[])?;
        return cx.return1(empty);
    }
    if count == 1 {
        let same = cx.arg(1);
        return cx.return1(same);
    }
    let value = buffer::build(cx, |cx, out| {
        let Heap { strings, budget, .. } = &mut *cx.heap;
        // The string itself needs its block, too, when the buffer is small enough to be kept.
        if total > budget.room() {
            return Err(Failure::Memory);
        }
        out.reserve(total, budget)?;
        match strings.bytes(text) {
            [byte] => out.bytes.resize(total, *byte),
            bytes => {
                out.bytes.extend_from_slice(bytes);
                // Doubles what is there, so that short strings are not copied one by one.
                while out.bytes.len() < total {
                    let more = out.bytes.len().min(total - out.bytes.len());
                    out.bytes.extend_from_within(..more);
                }
            }
        }
        Ok(())
    })?;
    cx.return1(value)
}

fn reverse(cx: &mut CallContext<'_>) -> Native {
    let (text, len) = check_text(cx, 1)?;
    cx.charge((len / BYTES_PER_UNIT) as u64)?;
    let value = buffer::build(cx, |cx, out| {
        let Heap { strings, budget, .. } = &mut *cx.heap;
        out.push(strings.bytes(text), budget)?;
        out.bytes.reverse();
        Ok(())
    })?;
    cx.return1(value)
}

fn sub(cx: &mut CallContext<'_>) -> Native {
    let (text, len) = check_text(cx, 1)?;
    let first = match cx.arg(2).as_number() {
        Some(n) => number_to_integer(n),
        None => cx.check_integer(2)?,
    };
    let last = match cx.arg(3).as_number() {
        Some(n) => number_to_integer(n),
        None => cx.opt_integer(3, -1)?,
    };
    let range = offsets(first, last, len);
    if range.len() > BYTES_PER_UNIT {
        cx.charge((range.len() / BYTES_PER_UNIT) as u64)?;
    }
    let value = cx.heap.intern_part(text, range)?;
    cx.return1(value)
}

/// `string`, but for `gfind`, the old name of `gmatch`.
pub const STRING: Library = crate::library!("string", {
    "byte" => byte,
    "char" => char,
    "dump" => dump::dump,
    "find" => search::find,
    "format" => compose::format,
    "gmatch" => search::gmatch,
    "gsub" => gsub::gsub,
    "len" => len,
    "lower" => lower,
    "match" => search::match_,
    "rep" => rep,
    "reverse" => reverse,
    "sub" => sub,
    "upper" => upper,
});

/// Registers the library, and makes it what strings are indexed with.
pub(crate) fn open(heap: &mut Heap) -> Result<(), Failure> {
    let table = heap.register(&STRING)?;
    let (gmatch, gfind) = (heap.intern(b"gmatch")?, heap.intern(b"gfind")?);
    let function = heap.tables[table].get(gmatch, &heap.strings);
    heap.raw_set_own(table, gfind, function)?;
    let metatable = heap.new_table(0, 1)?;
    let index = heap.intern(b"__index")?;
    heap.raw_set_own(metatable, index, table.into())?;
    heap.type_metatables[Type::String as usize] = metatable;
    Ok(())
}
