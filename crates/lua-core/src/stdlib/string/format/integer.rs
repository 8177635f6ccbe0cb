//! `%d %i %u %o %x %X`.

use super::{Conversion, Directive};
use crate::number::{number_to_integer, number_to_unsigned};

/// `%d`: the number cut to 64 bits as x86-64 cuts it.
#[inline]
pub(super) fn write_signed(directive: &Directive, out: &mut Vec<u8>, n: f64) {
    let value = number_to_integer(n);
    let start = out.len();
    directive.push_sign(out, value < 0);
    let mut buffer = itoa::Buffer::new();
    write_digits(directive, out, start, buffer.format(value.unsigned_abs()).as_bytes());
}

/// `%u %o %x %X`: negative numbers wrap. C has no sign here, so the flags for it do nothing.
pub(super) fn write_unsigned(directive: &Directive, out: &mut Vec<u8>, n: f64) {
    let value = number_to_unsigned(n);
    let start = out.len();
    let mut buffer = [0; DIGITS_MAX];
    match directive.conversion {
        Conversion::Octal => {
            let digits = digits_of(&mut buffer, value, 3, b"01234567");
            write_digits(directive, out, start, digits);
        }
        Conversion::Hex => {
            if directive.alternate && value != 0 {
                out.extend_from_slice(b"0x");
            }
            write_digits(
                directive,
                out,
                start,
                digits_of(&mut buffer, value, 4, b"0123456789abcdef"),
            );
        }
        Conversion::HexUpper => {
            if directive.alternate && value != 0 {
                out.extend_from_slice(b"0X");
            }
            write_digits(
                directive,
                out,
                start,
                digits_of(&mut buffer, value, 4, b"0123456789ABCDEF"),
            );
        }
        _ => write_digits(directive, out, start, itoa::Buffer::new().format(value).as_bytes()),
    }
}

/// The octal digits of `u64::MAX`.
const DIGITS_MAX: usize = 22;

/// The digits of `value`, `bits` bits each.
fn digits_of<'a>(
    buffer: &'a mut [u8; DIGITS_MAX],
    value: u64,
    bits: u32,
    letters: &[u8],
) -> &'a [u8] {
    let mut rest = value;
    let mut first = DIGITS_MAX;
    for (index, place) in buffer.iter_mut().enumerate().rev() {
        let digit = rest & ((1 << bits) - 1);
        *place = letters.get(digit as usize).copied().unwrap_or_default();
        rest >>= bits;
        first = index;
        if rest == 0 {
            break;
        }
    }
    buffer.get(first..).unwrap_or_default()
}

/// Appends `digits`, brought to the precision with zeros, after the sign or prefix that begins at `start`, and pads.
#[inline]
fn write_digits(directive: &Directive, out: &mut Vec<u8>, start: usize, digits: &[u8]) {
    let after_sign = out.len();
    let leading_zero = directive.conversion == Conversion::Octal && directive.alternate;
    match directive.precision {
        None => {
            if leading_zero && digits != b"0" {
                out.push(b'0');
            }
            out.extend_from_slice(digits);
            directive.pad_number(out, start, after_sign);
        }
        Some(precision) => {
            // Zero has no digits of its own here, and a precision switches padding with zeros off.
            let digits = if digits == b"0" { b"" } else { digits };
            let size = usize::from(precision).max(digits.len() + usize::from(leading_zero));
            out.resize(after_sign + size - digits.len(), b'0');
            out.extend_from_slice(digits);
            directive.pad_with_spaces(out, start);
        }
    }
}
