//! Numbers as text, as C's `printf` writes them and as Redis reads them.

/// Appends `number` in decimal.
pub fn put_i64(number: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Appends `number` as C's `%.17g` writes it: the text of a double in every reply of Redis 7.0.
///
/// Infinities are `inf` and `-inf`; a NaN is `nan` or, with its sign bit set, `-nan`.
pub fn put_g17(number: f64, out: &mut Vec<u8>) {
    put_general(number, 17, out);
}

/// Appends `number` as C's `%.17f` writes it, without the zeros at its end: what Redis calls human-friendly.
pub fn put_decimal(number: f64, out: &mut Vec<u8>) {
    if !number.is_finite() {
        put_non_finite(number, out);
        return;
    }
    let start = out.len();
    put_fixed(number, 17, out);
    while out.last() == Some(&b'0') {
        out.pop();
    }
    if out.last() == Some(&b'.') {
        out.pop();
    }
    if out.get(start..) == Some(b"-0") {
        out.truncate(start);
        out.push(b'0');
    }
}

/// Appends `number` as C's `%.<places>f` writes it.
pub fn put_fixed(number: f64, places: usize, out: &mut Vec<u8>) {
    if !number.is_finite() {
        put_non_finite(number, out);
        return;
    }
    if number.is_sign_negative() {
        out.push(b'-');
    }
    decimal::put_fixed(number.abs(), places, out);
}

/// Appends `number` as C's `%.<precision>g` writes it, for a precision of 1 to 17.
pub fn put_general(number: f64, precision: usize, out: &mut Vec<u8>) {
    let precision = precision.clamp(1, 17);
    if !number.is_finite() {
        put_non_finite(number, out);
        return;
    }
    if number.fract() == 0.0 && number.abs() < INTEGERS_BELOW[precision - 1] {
        if number == 0.0 && number.is_sign_negative() {
            out.push(b'-');
        }
        put_i64(number as i64, out);
        return;
    }
    if number.is_sign_negative() {
        out.push(b'-');
    }
    let (digits, exponent) = decimal::significant(number.abs(), precision as u32);
    let mut buffer = itoa::Buffer::new();
    put_shorter_form(buffer.format(digits).as_bytes(), exponent, precision, out);
}

/// Powers of ten up to 10^17; whole numbers below `10^precision` are written without exponent by `%g`.
/// Above 2^53 every double is whole and still exact as `i64`.
const INTEGERS_BELOW: [f64; 17] =
    [1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17];

fn put_non_finite(number: f64, out: &mut Vec<u8>) {
    if number.is_sign_negative() {
        out.push(b'-');
    }
    out.extend_from_slice(if number.is_nan() { b"nan" } else { b"inf" });
}

/// Writes digits, of which the first stands for ones times a power of ten, as `%g` does: zeros at the end dropped,
/// and the exponent written (with a sign and two digits at least) only below -4 and from `precision` on.
fn put_shorter_form(digits: &[u8], exponent: i32, precision: usize, out: &mut Vec<u8>) {
    let mut count = digits.len();
    while count > 1 && digits[count - 1] == b'0' {
        count -= 1;
    }
    let digits = &digits[..count];
    if exponent < -4 || exponent >= precision as i32 {
        out.push(digits[0]);
        if count > 1 {
            out.push(b'.');
            out.extend_from_slice(&digits[1..]);
        }
        out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
        if exponent.abs() < 10 {
            out.push(b'0');
        }
        put_i64(exponent.abs().into(), out);
    } else if exponent < 0 {
        out.extend_from_slice(b"0.");
        out.extend(std::iter::repeat_n(b'0', (-exponent - 1) as usize));
        out.extend_from_slice(digits);
    } else {
        let whole = exponent as usize + 1;
        if count <= whole {
            out.extend_from_slice(digits);
            out.extend(std::iter::repeat_n(b'0', whole - count));
        } else {
            out.extend_from_slice(&digits[..whole]);
            out.push(b'.');
            out.extend_from_slice(&digits[whole..]);
        }
    }
}

/// Reads a whole number in the one form that Redis itself would write: no plus sign, no leading zeros,
/// no spaces, no minus zero.
///
/// # Source
/// Redis 7.0.15 `util.c`, `string2ll`.
pub fn parse_i64(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'0'] => return Some(0),
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if !matches!(digits.first(), Some(b'1'..=b'9')) || digits.len() > 19 {
        return None;
    }
    let mut magnitude: u64 = 0;
    for &digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        // Nineteen digits fit.
        magnitude = magnitude * 10 + u64::from(digit - b'0');
    }
    if negative { 0_i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn g(number: f64, precision: usize) -> String {
        let mut out = Vec::new();
        put_general(number, precision, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn general_as_printf_writes_it() {
        for (number, expected) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.5, "1.5"),
            (0.1, "0.10000000000000001"),
            (1.0 / 3.0, "0.33333333333333331"),
            (1e-5, "1.0000000000000001e-05"),
            (0.0001, "0.0001"),
            (1e16, "10000000000000000"),
            (1e17, "1e+17"),
            (123456789012345678.0, "1.2345678901234568e+17"),
            (99999999999999990.0, "99999999999999984"),
            (5e-324, "4.9406564584124654e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (-3.17, "-3.1699999999999999"),
            (100.25, "100.25"),
            (3e-4, "0.00029999999999999997"),
        ] {
            assert_eq!(g(number, 17), expected);
        }
        assert_eq!(g(0.1, 14), "0.1");
        assert_eq!(g(1e14, 14), "1e+14");
        assert_eq!(g(99999999999999.5, 14), "1e+14");
        assert_eq!(g(123.0, 2), "1.2e+02");
    }

    #[test]
    fn whole_numbers_only_as_redis_writes_them() {
        for (text, expected) in [
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("-9223372036854775809", None),
            ("99999999999999999999", None),
            ("", None),
            ("-", None),
            ("+1", None),
            ("01", None),
            ("-0", None),
            (" 1", None),
            ("1 ", None),
            ("1x", None),
        ] {
            assert_eq!(parse_i64(text.as_bytes()), expected, "{text}");
        }
    }
}
