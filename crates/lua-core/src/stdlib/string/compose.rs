//! `string.format`: walks over the format and hands each argument to its directive.

use super::buffer::{Buffer, build};
use super::format::{Conversion, Directive};
use crate::error::Failure;
use crate::handle::StringIndex;
use crate::heap::Heap;
use crate::native::{CallContext, Outcome, internal};
use crate::number::NumberText;

/// Longest text that a directive makes of a number: `%99.99f` of the largest one, with room to spare.
const NUMBER_SIZE_MAX: usize = 512;
/// Longest text of a number that costs no more than its bytes do.
const FAST_DIGITS_MAX: usize = 40;
/// Widest field.
const WIDTH_MAX: usize = 99;

pub(super) fn format(cx: &mut CallContext<'_>) -> Result<Outcome, Failure> {
    let Some(format) = cx.check_string(1)?.as_string() else { return Err(internal()) };
    let value = build(cx, |cx, out| write(cx, format, out))?;
    cx.return1(value)
}

fn write(cx: &mut CallContext<'_>, format: StringIndex, out: &mut Buffer) -> Result<(), Failure> {
    let mut at = 0;
    let mut position = 1;
    loop {
        let Heap { strings, budget, .. } = &mut *cx.heap;
        let rest = strings.bytes(format).get(at..).unwrap_or_default();
        let Some(percent) = memchr::memchr(b'%', rest) else {
            out.push(rest, budget)?;
            break;
        };
        let (text, directive) = rest.split_at(percent);
        out.push(text, budget)?;
        let directive = directive.get(1..).unwrap_or_default();
        at += percent + 1;
        if directive.first() == Some(&b'%') {
            out.push(b"%", budget)?;
            at += 1;
            continue;
        }
        position += 1;
        if position > cx.args_end - cx.function - 1 {
            return Err(cx.arg_error(position, "no value"));
        }
        let (directive, size) = match Directive::parse(directive) {
            Ok(parsed) => parsed,
            Err(error) => return Err(cx.error(error.message())),
        };
        at += size;
        if directive.conversion().takes_string() {
            write_string(cx, &directive, position, out)?;
        } else {
            let n = cx.check_number(position)?;
            out.reserve(NUMBER_SIZE_MAX, &mut cx.heap.budget)?;
            let before = out.bytes.len();
            directive.write_number(&mut out.bytes, n);
            // Many digits are computed one by one, in numbers of many words.
            let digits = out.bytes.len() - before;
            if digits > FAST_DIGITS_MAX {
                cx.charge(digits as u64)?;
            }
        }
    }
    cx.charge(out.bytes.len() as u64 / 64)
}

/// Writes a string, or a number as the string that it converts to.
fn write_string(
    cx: &mut CallContext<'_>,
    directive: &Directive,
    position: usize,
    out: &mut Buffer,
) -> Result<(), Failure> {
    let value = cx.arg(position);
    if let Some(text) = value.as_string() {
        let Heap { strings, budget, .. } = &mut *cx.heap;
        let text = strings.bytes(text);
        let size_max = match directive.conversion() {
            // A NUL takes four bytes.
            Conversion::Quoted => text.len().saturating_mul(4) + 2,
            _ => text.len().max(WIDTH_MAX),
        };
        out.reserve(size_max, budget)?;
        directive.write_string(&mut out.bytes, text);
    } else if let Some(n) = value.as_number() {
        out.reserve(NUMBER_SIZE_MAX, &mut cx.heap.budget)?;
        directive.write_string(&mut out.bytes, NumberText::new(n).as_bytes());
    } else {
        return Err(cx.type_error(position, "string"));
    }
    Ok(())
}
