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
        [b'0'..=b'9' | b'.', ..] => parse_decimal(digits)?,
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

/// Digits with at most one point and an exponent. Rust reads the same, once it is known that nothing
/// else is in the text.
fn parse_decimal(text: &[u8]) -> Option<f64> {
    let allowed = |b: &u8| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    if !text.iter().all(allowed) {
        return None;
    }
    core::str::from_utf8(text).ok()?.parse().ok()
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
