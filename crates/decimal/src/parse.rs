//! Decimal text to a double, correctly rounded.
//!
//! Three ways again: short numbers are one exact multiplication or division; others are 64 bits times a 64-bit power of
//! ten, unless that lies too close to the middle of two doubles; and what is left is compared with that middle, digit by
//! digit. `core`'s own reading of floats is not used: its table of powers is ten kilobytes.

use std::cmp::Ordering;

use crate::{NEAR_ERROR_BITS, POW5, exact, power_of_ten, split};

/// Digits that fit 64 bits.
const DIGITS_KEPT: i64 = 19;
/// Powers of ten that are doubles.
const POW10_EXACT_MAX: i64 = 22;
/// Numbers of 64 bits times less than this power of ten are zero.
const POWER_MIN: i64 = -364;
/// One times more than this power of ten is infinite.
const POWER_MAX: i64 = 310;
/// The exponent of the least double.
const EXPONENT_MIN: i32 = -1074;

/// The number that a text spells: an optional sign, digits with at most one point among or around them, perhaps `e` and a
/// whole number. Nothing else may stand there, neither white space nor words.
///
/// ```
/// assert_eq!(decimal::parse(b"-12.5e-1"), Some(-1.25));
/// assert_eq!(decimal::parse(b"1e"), None);
/// ```
pub fn parse(text: &[u8]) -> Option<f64> {
    let (is_negative, size) = signed(text);
    let number = match size.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => magnitude(size.get(..at)?, exponent(size.get(at + 1..)?)?)?,
        None => magnitude(size, 0)?,
    };
    Some(if is_negative { -number } else { number })
}

fn signed(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

/// What follows the `e`, as far as it matters: no text is so long that it could make up for more.
fn exponent(text: &[u8]) -> Option<i64> {
    const MAX: i64 = 1 << 50;
    let (is_negative, digits) = signed(text);
    let mut exponent: i64 = 0;
    for byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        exponent = (exponent * 10 + i64::from(byte - b'0')).min(MAX);
    }
    (!digits.is_empty()).then_some(if is_negative { -exponent } else { exponent })
}

/// A number without sign: digits with a point, times a power of ten.
fn magnitude(digits: &[u8], exponent: i64) -> Option<f64> {
    let mut first: u64 = 0;
    let (mut kept, mut left_out, mut behind_point) = (0, 0, 0);
    let (mut has_point, mut has_digits, mut has_more) = (false, false, false);
    for &byte in digits {
        match byte {
            b'.' if !has_point => has_point = true,
            b'0'..=b'9' => {
                has_digits = true;
                behind_point += i64::from(has_point);
                if kept < DIGITS_KEPT {
                    first = first * 10 + u64::from(byte - b'0');
                    kept += i64::from(first > 0);
                } else {
                    left_out += 1;
                    has_more |= byte != b'0';
                }
            }
            _ => return None,
        }
    }
    if !has_digits {
        return None;
    }
    let power = exponent - behind_point + left_out;
    if first == 0 || power < POWER_MIN {
        return Some(0.0);
    }
    if power > POWER_MAX {
        return Some(f64::INFINITY);
    }
    if !has_more && first <= 1 << 53 && power.abs() <= POW10_EXACT_MAX {
        let factor = POW5[power.unsigned_abs() as usize] as f64 * (1u64 << power.abs()) as f64;
        return Some(if power < 0 { first as f64 / factor } else { first as f64 * factor });
    }
    let (guess, is_sure) = near(first, power as i32)?;
    if is_sure && !has_more {
        return Some(guess);
    }
    Some(compared(guess, digits, kept + power))
}

/// A number of 64 bits times a power of ten, and whether it is right; otherwise the next double is, or the one before.
fn near(number: u64, power: i32) -> Option<(f64, bool)> {
    let (ten, ten_exponent) = power_of_ten(power)?;
    let shift = number.leading_zeros();
    let product = u128::from(number << shift) * u128::from(ten);
    let exponent = ten_exponent - shift as i32;
    // The power of two of the last bit that the double has.
    let top = exponent + 127 - product.leading_zeros() as i32;
    let last = (top - 52).max(EXPONENT_MIN);
    if top > 1023 {
        return Some((f64::INFINITY, true));
    }
    let dropped = (last - exponent) as u32;
    if dropped >= u128::BITS {
        return Some((0.0, false));
    }
    let whole = (product >> dropped) as u64;
    let rest = product & ((1 << dropped) - 1);
    let half = 1u128 << (dropped - 1);
    let is_sure = rest.abs_diff(half) > 1 << NEAR_ERROR_BITS;
    // The bits of a double count up through its powers of two, and end at infinity.
    let bits = whole + u64::from(rest > half) + (((last - EXPONENT_MIN) as u64) << 52);
    Some((f64::from_bits(bits), is_sure))
}

/// The double nearest to `0.digits * 10^power`, which is `guess` or beside it; the even one of two.
#[cold]
fn compared(guess: f64, digits: &[u8], power: i64) -> f64 {
    let end = digits.iter().rposition(|byte| matches!(byte, b'1'..=b'9')).map_or(0, |at| at + 1);
    let digits = || {
        let digits = digits.iter().take(end).filter(|byte| **byte != b'.');
        digits.copied().skip_while(|byte| *byte == b'0')
    };
    // Against the middle between a double and the next one.
    let against_middle = |bits: u64| {
        let (mantissa, exponent) = split(f64::from_bits(bits));
        let (middle, places) = exact::whole_of(2 * mantissa + 1, exponent - 1);
        let middle_power = middle.len() as i64 - places as i64;
        let end = middle.iter().rposition(|digit| *digit != b'0').map_or(0, |at| at + 1);
        power.cmp(&middle_power).then_with(|| digits().cmp(middle.iter().take(end).copied()))
    };
    let is_above = |bits: u64| match against_middle(bits) {
        Ordering::Greater => true,
        Ordering::Equal => bits & 1 == 1,
        Ordering::Less => false,
    };
    let mut bits = guess.to_bits();
    if bits == f64::INFINITY.to_bits() {
        bits -= 1;
    }
    // What was left out and what the power of ten lacks are less than one double together.
    for _ in 0..2 {
        if bits < f64::INFINITY.to_bits() && is_above(bits) {
            bits += 1;
        } else if bits > 0 && !is_above(bits - 1) {
            bits -= 1;
        } else {
            break;
        }
    }
    f64::from_bits(bits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parse;

    #[track_caller]
    fn check(text: &str) {
        let expected: Option<f64> = text.parse().ok();
        assert_eq!(parse(text.as_bytes()).map(f64::to_bits), expected.map(f64::to_bits), "{text}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn texts_are_read_as_core_reads_them(text in "[-+]?[0-9]{0,25}\\.?[0-9]{0,25}([eE][-+]?[0-9]{0,3})?") {
            check(&text);
        }

        #[test]
        fn doubles_come_back(bits: u64, count in 0usize..25) {
            let number = f64::from_bits(bits);
            if number.is_finite() {
                check(&format!("{number:e}"));
                check(&format!("{number:.count$e}"));
            }
        }

        #[test]
        fn middles_go_to_the_even_one(bits in 0..0x7fe0_0000_0000_0000_u64, change in -1i32..2) {
            let (mantissa, exponent) = crate::split(f64::from_bits(bits));
            let (digits, places) = crate::exact::whole_of(2 * mantissa + 1, exponent - 1);
            let mut text = String::from_utf8(digits).unwrap_or_default();
            match change {
                1 => text.push_str("e-0"),
                0 => {}
                _ => {
                    text.push_str("0000000001");
                    text = format!("{text}e-10");
                }
            }
            let text = match text.split_once('e') {
                Some((digits, power)) => {
                    let power: i64 = power.parse().unwrap_or_default();
                    format!("{digits}e{}", power - places as i64)
                }
                None => format!("{text}e-{places}"),
            };
            check(&text);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[-+0-9.eE]{0,12}") {
            check(&text);
        }
    }

    #[test]
    fn edges() {
        for text in [
            "0",
            "-0",
            ".",
            "",
            "+",
            "-",
            "e",
            "1e",
            "1e+",
            ".e1",
            "0.",
            ".0",
            "1.2.3",
            "1e1.5",
            "1e400",
            "1e-400",
            "0e999999999999999999999999",
            "1e-99999999999999999999",
            "1e99999999999999999999",
            "4.9e-324",
            "2.4e-324",
            "2.5e-324",
            "2.4703282292062327208e-324",
            "2.4703282292062327209e-324",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "1.7976931348623159e308",
            "179769313486231580793e289",
            "2.2250738585072011e-308",
            "2.2250738585072014e-308",
            "9007199254740993",
            "9007199254740992.5",
            "9007199254740993.0000000000000000000000001",
            "6250000000000000000e-342",
        ] {
            check(text);
        }
        for power in -345..312 {
            for digits in [
                "1",
                "9",
                "18446744073709551615",
                "9999999999999999999",
                "99999999999999999999",
                "123456789012345678",
            ] {
                check(&format!("{digits}e{power}"));
            }
        }
        check(&format!("0.{}1e100001", "0".repeat(100_000)));
        check(&format!("1{}e-100000", "0".repeat(100_000)));
        check(&format!("1{}1", "0".repeat(1000)));
        check(&"9".repeat(400));
    }
}
