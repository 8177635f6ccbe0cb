//! `%e %E %f %g %G`.

use super::{Conversion, Directive};
use decimal::{DIGITS_MAX, put_fixed, put_significant, significant};

use crate::number::{push_exponent, push_general};

/// Digits after the point, or in all for `%g`, when the directive does not say.
const PRECISION: u8 = 6;

/// Appends `n`, correctly rounded at any precision.
#[inline]
pub(super) fn write(directive: &Directive, out: &mut Vec<u8>, n: f64) {
    let start = out.len();
    directive.push_sign(out, n.is_sign_negative());
    let body = out.len();
    if !n.is_finite() {
        out.extend_from_slice(if n.is_nan() { b"nan" } else { b"inf" });
        upper_case(directive, out, body);
        return directive.pad_with_spaces(out, start);
    }
    let size = n.abs();
    let precision = usize::from(directive.precision.unwrap_or(PRECISION));
    match directive.conversion {
        Conversion::Fixed => push_fixed(out, size, precision, directive.alternate),
        Conversion::General | Conversion::GeneralUpper => {
            write_general(out, size, precision.max(1), directive.alternate);
        }
        _ => write_exponent(out, size, precision, directive.alternate),
    }
    upper_case(directive, out, body);
    directive.pad_number(out, start, body);
}

fn upper_case(directive: &Directive, out: &mut [u8], body: usize) {
    if matches!(directive.conversion, Conversion::ExponentUpper | Conversion::GeneralUpper)
        && let Some(body) = out.get_mut(body..)
    {
        body.make_ascii_uppercase();
    }
}

/// `%f`
#[inline]
fn push_fixed(out: &mut Vec<u8>, n: f64, places: usize, point: bool) {
    put_fixed(n, places, out);
    if places == 0 && point {
        out.push(b'.');
    }
}

/// `%e`
fn write_exponent(out: &mut Vec<u8>, n: f64, places: usize, point: bool) {
    let mut digits = Vec::new();
    let power = digits_of(&mut digits, n, places + 1);
    let (first, rest) = digits.split_at(1.min(digits.len()));
    out.extend_from_slice(first);
    if places > 0 || point {
        out.push(b'.');
    }
    out.extend_from_slice(rest);
    push_exponent(out, power);
}

/// `%g`
fn write_general(out: &mut Vec<u8>, n: f64, count: usize, keep_zeros: bool) {
    if n != 0.0 && count <= DIGITS_MAX as usize {
        let (digits, power) = significant(n, count as u32);
        // glibc 2.36 forgets the zeros of `#` when rounding up is what brings the exponent: `1.e+03` for 999.9.
        if keep_zeros && power == count as i32 && (n as u64) < 10u64.pow(count as u32) {
            return push_general(out, b"1", power, keep_zeros);
        }
        return push_general(out, itoa::Buffer::new().format(digits).as_bytes(), power, keep_zeros);
    }
    let mut digits = Vec::new();
    let power = digits_of(&mut digits, n, count);
    push_general(out, &digits, power, keep_zeros);
}

/// Appends the first `count` significant digits of `n` and returns the power of ten of the first one.
fn digits_of(digits: &mut Vec<u8>, n: f64, count: usize) -> i32 {
    if n == 0.0 {
        digits.resize(count, b'0');
        return 0;
    }
    if count <= DIGITS_MAX as usize {
        let (value, power) = significant(n, count as u32);
        digits.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
        return power;
    }
    put_significant(n, count, digits)
}
