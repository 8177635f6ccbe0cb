//! Text to number, exactly as PUC reads it: C99 `strtod` in the C locale, then white space.

/// The number that `text` spells, or `None`: what `tonumber` and every conversion from a string accept.
///
/// White space may stand on both sides; a sign, decimal and hexadecimal digits with point and exponent
/// (`0x1p4`), `inf`, `infinity` and `nan` in any case are understood. C sees a text only up to its
/// first NUL, so `"1\0x"` is 1.
///
/// # Source
/// PUC `lobject.c`, `luaO_str2d`; C99 7.20.1.3.
pub fn parse_number(text: &[u8]) -> Option<f64> {
    let end = text.iter().position(|&b| b == 0).unwrap_or(text.len());
    let text = trim_space(text.get(..end)?);
    let (negative, digits) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        (b'+', rest) => (false, rest),
        _ => (false, text),
    };
    let magnitude = match digits {
        [b'0', b'x' | b'X', rest @ ..] => parse_hexadecimal(rest)?,
        [b'0'..=b'9' | b'.', ..] => decimal::parse(digits)?,
        _ => parse_word(digits)?,
    };
    Some(if negative { -magnitude } else { magnitude })
}

/// `isspace` of the C locale.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn trim_space(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text
        && is_space(*first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && is_space(*last)
    {
        text = rest;
    }
    text
}

/// `inf`, `infinity`, `nan` and `nan(word)`.
fn parse_word(text: &[u8]) -> Option<f64> {
    if text.eq_ignore_ascii_case(b"inf") || text.eq_ignore_ascii_case(b"infinity") {
        return Some(f64::INFINITY);
    }
    let (head, tail) = text.split_at_checked(3)?;
    let is_nan = head.eq_ignore_ascii_case(b"nan")
        && match tail {
            [] => true,
            [b'(', word @ .., b')'] => word.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_'),
            _ => false,
        };
    is_nan.then_some(f64::NAN)
}

/// What follows `0x`: hexadecimal digits with at most one point, then perhaps `p` and a decimal exponent.
/// Rounded once, to the nearest, ties to even.
fn parse_hexadecimal(text: &[u8]) -> Option<f64> {
    let exponent_at = text.iter().position(|b| matches!(b, b'p' | b'P'));
    let (digits, exponent) = match exponent_at {
        Some(at) => (text.get(..at)?, parse_exponent(text.get(at + 1..)?)?),
        None => (text, 0),
    };
    // The first 60 significant bits, and whether anything but zeros follows them.
    let mut mantissa = 0u64;
    let mut sticky = false;
    let mut scale = exponent;
    let mut digits_seen = false;
    let mut point_seen = false;
    for &byte in digits {
        if byte == b'.' {
            if point_seen {
                return None;
            }
            point_seen = true;
            continue;
        }
        let digit = u64::from((byte as char).to_digit(16)?);
        digits_seen = true;
        if mantissa >> 60 == 0 {
            mantissa = (mantissa << 4) | digit;
            scale -= if point_seen { 4 } else { 0 };
        } else {
            sticky |= digit != 0;
            scale += if point_seen { 0 } else { 4 };
        }
    }
    digits_seen.then(|| scale_binary(mantissa, sticky, scale))
}

/// A decimal exponent with a sign; far beyond what matters it stays where it is.
fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        (b'+', rest) => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value = 0i64;
    for &byte in digits {
        let digit = i64::from((byte as char).to_digit(10)?);
        value = (value * 10 + digit).min(1 << 40);
    }
    Some(if negative { -value } else { value })
}

/// `mantissa * 2^exponent`, with `sticky` for a remainder below the mantissa's last bit.
fn scale_binary(mantissa: u64, sticky: bool, exponent: i64) -> f64 {
    const FRACTION_BITS: i64 = 52;
    const EXPONENT_LEAST: i64 = -1074;
    const EXPONENT_BEYOND: i64 = 1024;
    if mantissa == 0 {
        return 0.0;
    }
    let bits = i64::from(u64::BITS - mantissa.leading_zeros());
    // The value lies in `2^(top-1) .. 2^top`.
    let top = exponent.saturating_add(bits);
    if top > EXPONENT_BEYOND {
        return f64::INFINITY;
    }
    // The exponent of the last bit that the result can hold.
    let last = (top - 1 - FRACTION_BITS).max(EXPONENT_LEAST);
    let drop = last - exponent;
    let rounded = if drop <= 0 {
        mantissa << (-drop).min(63)
    } else if drop > 64 {
        0
    } else {
        let wide = u128::from(mantissa);
        let kept = wide >> drop;
        let remainder = wide & ((1 << drop) - 1);
        let half = 1u128 << (drop - 1);
        let up = remainder > half || (remainder == half && (sticky || kept & 1 == 1));
        kept as u64 + u64::from(up)
    };
    // `rounded` has at most 54 bits and is exact; so is its product with a power of two, unless it
    // overflows, as it must. The power itself may be below the least normal number, so take two steps.
    let half = last / 2;
    rounded as f64 * power_of_two(half) * power_of_two(last - half)
}

/// `2^exponent`, for exponents of normal numbers.
fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parse_number;

    #[track_caller]
    fn check(text: &str, expected: Option<f64>) {
        let got = parse_number(text.as_bytes());
        assert_eq!(got.map(f64::to_bits), expected.map(f64::to_bits), "{text:?} gave {got:?}");
    }

    #[test]
    fn decimal() {
        check("0", Some(0.0));
        check("-0", Some(-0.0));
        check("10", Some(10.0));
        check("3.", Some(3.0));
        check(".5", Some(0.5));
        check("-.5e1", Some(-5.0));
        check("1e+2", Some(100.0));
        check("1E-2", Some(0.01));
        check("1e400", Some(f64::INFINITY));
        check("-1e400", Some(f64::NEG_INFINITY));
        check("1e-400", Some(0.0));
        check("1e99999999999999999999", Some(f64::INFINITY));
        check("4.9e-324", Some(f64::from_bits(1)));
        check("9007199254740993", Some(9007199254740992.0));
        for wrong in [
            "", " ", "+", "-", ".", "e1", ".e1", "1e", "1e+", "1.2.3", "1x", "1 2", "--1", "1e1.5",
            "1_0", "١",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn white_space_and_nul() {
        check(" \t\n\x0b\x0c\r1\r\n ", Some(1.0));
        check("1\0", Some(1.0));
        check("1\0junk", Some(1.0));
        check("\u{0}1", None);
        check("\u{a0}1", None);
        check("- 1", None);
    }

    #[test]
    fn hexadecimal() {
        check("0x10", Some(16.0));
        check("0XfF", Some(255.0));
        check("-0x10", Some(-16.0));
        check("+0x1p4", Some(16.0));
        check("0x.8", Some(0.5));
        check("0x1.8p1", Some(3.0));
        check("0x1.p-1", Some(0.5));
        check("0x0.1p4", Some(1.0));
        check("0x1p-1074", Some(f64::from_bits(1)));
        check("0x1p-1075", Some(0.0));
        check("0x1.8p-1075", Some(f64::from_bits(1)));
        check("0x1p1023", Some(2f64.powi(1023)));
        check("0x1p1024", Some(f64::INFINITY));
        check("0x1.fffffffffffff7p1023", Some(f64::MAX));
        check("0x1.fffffffffffff8p1023", Some(f64::INFINITY));
        check("0x1p99999999999999999999", Some(f64::INFINITY));
        check("0x1p-99999999999999999999", Some(0.0));
        check("0x0p99999999999999999999", Some(0.0));
        check("0x20000000000001", Some(9007199254740992.0));
        check("0x20000000000003", Some(9007199254740996.0));
        check("0x200000000000010000000000000000000", Some(2f64.powi(129)));
        check("0x200000000000010000000000000000001", Some(2f64.powi(129) + 2f64.powi(77)));
        check("0xffffffffffffffffff", Some(2f64.powi(72)));
        for wrong in [
            "0x", "0x.", "0xg", "0x1p", "0x1p+", "0x1.2.3", "0xp1", "1x1", "00x1", "0x1q", "0x 1",
            "0x-1",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn words() {
        check("inf", Some(f64::INFINITY));
        check("-INFinity", Some(f64::NEG_INFINITY));
        assert!(parse_number(b"nan").is_some_and(|n| n.is_nan() && n.is_sign_positive()));
        assert!(parse_number(b"-NaN(abc_1)").is_some_and(|n| n.is_nan() && n.is_sign_negative()));
        for wrong in ["in", "infin", "infinityx", "na", "nan(", "nan()x", "nan(-)", "nil"] {
            check(wrong, None);
        }
    }

    proptest! {
        #[test]
        fn any_number_comes_back(bits: u64) {
            let number = f64::from_bits(bits);
            prop_assume!(number.is_finite());
            for text in [format!("{number:?}"), format!("{number:e}"), format!("  {number}\n")] {
                prop_assert_eq!(parse_number(text.as_bytes()).map(f64::to_bits), Some(bits));
            }
        }

        #[test]
        fn what_rust_reads_is_read_alike(text in "[-+]?[0-9]{0,25}(\\.[0-9]{0,25})?([eE][-+]?[0-9]{1,4})?") {
            let expected = text.parse::<f64>().ok();
            prop_assert_eq!(parse_number(text.as_bytes()).map(f64::to_bits), expected.map(f64::to_bits));
        }

        #[test]
        fn hexadecimal_integers(number: u64) {
            let text = format!("{number:#x}");
            prop_assert_eq!(parse_number(text.as_bytes()), Some(number as f64));
            let text = format!("{number:#X}00000000p-32").replace("0X", "0x");
            prop_assert_eq!(parse_number(text.as_bytes()), Some(number as f64));
        }

        #[test]
        fn hexadecimal_floats(mantissa in 0u64..1 << 53, exponent in -1140i64..1100) {
            let text = format!("0x{mantissa:x}p{exponent}");
            // In two exact steps and one that rounds.
            let low = exponent.clamp(-1000, 1000);
            let expected = mantissa as f64 * 2f64.powi(low as i32) * 2f64.powi((exponent - low) as i32);
            prop_assert_eq!(parse_number(text.as_bytes()), Some(expected));
        }

        #[test]
        fn anything_may_be_asked(text: Vec<u8>) {
            parse_number(&text);
        }
    }
}
