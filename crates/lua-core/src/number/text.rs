//! Numbers as text: C's `%.14g` and `%.17g`.

use decimal::significant;

/// Significant digits of `tostring`, `..`, `print` and friends (PUC `luaconf.h`, `LUAI_NUMFFORMAT`).
const PRECISION: u32 = 14;
/// Significant digits that bring every double back (Redis, number arguments of `redis.call`).
const PRECISION_FULL: u32 = 17;

/// Appends `n` as C's `%.14g` prints it, which is what `tostring` gives: `0.1`, `1e+15`, `-nan`, `-0`.
///
/// # Source
/// PUC `lvm.c`, `luaV_tostring`.
#[inline]
pub fn write_number(out: &mut Vec<u8>, n: f64) {
    out.extend_from_slice(NumberText::new(n).as_bytes());
}

/// Appends `n` as C's `%.17g` prints it: `0.10000000000000001`.
#[inline]
pub fn write_number_17(out: &mut Vec<u8>, n: f64) {
    out.extend_from_slice(NumberText::new_17(n).as_bytes());
}

/// The text of a number, without a heap block.
#[derive(Clone, Copy, Debug)]
pub struct NumberText {
    bytes: [u8; Self::SIZE],
    len: u8,
}

impl NumberText {
    /// Room for the longest text, `-1.2345678901234567e-308`, and to spare.
    const SIZE: usize = 32;

    /// `n` as [`write_number`] appends it.
    #[inline]
    pub fn new(n: f64) -> Self {
        Self::general(n, PRECISION, 1e14)
    }

    /// `n` as [`write_number_17`] appends it.
    pub fn new_17(n: f64) -> Self {
        Self::general(n, PRECISION_FULL, 1e17)
    }

    /// The text.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// `%.<precision>g`. `limit` is `10^precision`: whole numbers below it are printed digit by digit.
    #[inline]
    fn general(n: f64, precision: u32, limit: f64) -> Self {
        let mut text = Self { bytes: [0; Self::SIZE], len: 0 };
        let whole = n as i64;
        if whole as f64 == n && n.abs() < limit && whole != 0 {
            text.push(itoa::Buffer::new().format(whole).as_bytes());
        } else {
            text.push_fractional(n, precision);
        }
        text
    }

    fn push_fractional(&mut self, n: f64, precision: u32) {
        if n.is_sign_negative() {
            self.push(b"-");
        }
        if n == 0.0 {
            self.push(b"0");
        } else if n.is_nan() {
            self.push(b"nan");
        } else if n.is_infinite() {
            self.push(b"inf");
        } else {
            let (digits, power) = significant(n.abs(), precision);
            push_general(self, itoa::Buffer::new().format(digits).as_bytes(), power, false);
        }
    }
}

/// Something that takes text piece by piece: a [`NumberText`], which has room for any number, or a growing vector.
pub(crate) trait Sink {
    /// Appends `bytes`.
    fn push(&mut self, bytes: &[u8]);
}

impl Sink for NumberText {
    #[inline]
    fn push(&mut self, bytes: &[u8]) {
        let start = usize::from(self.len);
        let end = start + bytes.len();
        if let Some(room) = self.bytes.get_mut(start..end) {
            room.copy_from_slice(bytes);
            self.len = end as u8;
        }
    }
}

impl Sink for Vec<u8> {
    #[inline]
    fn push(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

const ZEROS: &[u8; 16] = b"0000000000000000";

/// Lays `digits` out as C's `%g` does with a precision of `digits.len()`: `power` is the power of ten of the first digit;
/// small and large ones take an exponent. Trailing zeros go, unless `keep_zeros` (the flag `#`).
pub(crate) fn push_general(out: &mut impl Sink, digits: &[u8], power: i32, keep_zeros: bool) {
    let precision = digits.len();
    let digits = if keep_zeros { digits } else { trim_zeros(digits) };
    if power < -4 || power >= precision as i32 {
        let (first, rest) = digits.split_at(1.min(digits.len()));
        out.push(first);
        if keep_zeros || !rest.is_empty() {
            out.push(b".");
            out.push(rest);
        }
        push_exponent(out, power);
    } else if power < 0 {
        out.push(b"0.");
        out.push(ZEROS.get(..(-power - 1) as usize).unwrap_or_default());
        out.push(digits);
    } else {
        let places = power as usize + 1;
        let (whole, fraction) = digits.split_at(places.min(digits.len()));
        out.push(whole);
        for _ in whole.len()..places {
            out.push(b"0");
        }
        if keep_zeros || !fraction.is_empty() {
            out.push(b".");
            out.push(fraction);
        }
    }
}

/// `e+05`, `e-308`: a sign and at least two digits.
pub(crate) fn push_exponent(out: &mut impl Sink, power: i32) {
    let sign = if power < 0 { b'-' } else { b'+' };
    let size = power.unsigned_abs();
    let digit = |n: u32| b'0' + (n % 10) as u8;
    if size >= 100 {
        out.push(&[b'e', sign, digit(size / 100), digit(size / 10), digit(size)]);
    } else {
        out.push(&[b'e', sign, digit(size / 10), digit(size)]);
    }
}

/// `digits` without its trailing zeros, but with the first digit.
#[inline]
fn trim_zeros(digits: &[u8]) -> &[u8] {
    let mut digits = digits;
    while let [head @ .., b'0'] = digits
        && !head.is_empty()
    {
        digits = head;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(n: f64, short: &str, full: &str) {
        let text = |number: NumberText| String::from_utf8(number.as_bytes().to_vec()).unwrap();
        assert_eq!(text(NumberText::new(n)), short);
        assert_eq!(text(NumberText::new_17(n)), full);
    }

    #[test]
    fn recorded() {
        // From lua5.1: tostring(n), string.format("%.17g", n).
        check(super::super::NAN_NEGATIVE, "-nan", "-nan");
        check(super::super::NAN_POSITIVE, "nan", "nan");
        check(f64::INFINITY, "inf", "inf");
        check(f64::NEG_INFINITY, "-inf", "-inf");
        check(0.0, "0", "0");
        check(-0.0, "-0", "-0");
        check(1e15, "1e+15", "1000000000000000");
        check(1e14, "1e+14", "100000000000000");
        check(123456789012345.0, "1.2345678901234e+14", "123456789012345");
        check(99999999999999.0, "99999999999999", "99999999999999");
        check(999999999999999.0, "1e+15", "999999999999999");
        check(1e100, "1e+100", "1e+100");
        check(0.1, "0.1", "0.10000000000000001");
        check(1.0 / 3.0, "0.33333333333333", "0.33333333333333331");
        check(2f64.powi(53), "9.007199254741e+15", "9007199254740992");
        check(2f64.powi(63), "9.2233720368548e+18", "9.2233720368547758e+18");
        check(1e-5, "1e-05", "1.0000000000000001e-05");
        check(1e-4, "0.0001", "0.0001");
        check(1.23456789e-5, "1.23456789e-05", "1.23456789e-05");
        check(5e-324, "4.9406564584125e-324", "4.9406564584124654e-324");
        check(f64::MAX, "1.7976931348623e+308", "1.7976931348623157e+308");
        check(100.0, "100", "100");
        check(-1e16, "-1e+16", "-10000000000000000");
        check(12345678901234.5, "12345678901234", "12345678901234.5");
        check(-1.5e-7, "-1.5e-07", "-1.4999999999999999e-07");
        check(99999999999999.5, "1e+14", "99999999999999.5");
        check(1e17, "1e+17", "1e+17");
    }
}
