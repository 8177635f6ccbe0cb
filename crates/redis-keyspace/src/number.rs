//! Numbers in arguments: which texts count, and what they mean.

/// Reads a floating point number as C's `strtod` does, white space in front included: its value, whether it
/// was too large or too small for a double, and how many bytes it took. `None` when no number is there.
pub(crate) struct Strtod {
    pub(crate) value: f64,
    pub(crate) out_of_range: bool,
    pub(crate) size: usize,
}

/// A score or increment: the whole text must be a number, and not "not a number".
///
/// # Source
/// Observed on redis-server 7.0.15 with `ZADD`; `object.c`, `getDoubleFromObject`.
pub(crate) fn parse_double(text: &[u8]) -> Option<f64> {
    if text.first().is_none_or(|&byte| is_space(byte)) {
        return None;
    }
    let number = strtod(text)?;
    if number.size != text.len() || number.out_of_range || number.value.is_nan() {
        return None;
    }
    Some(number.value)
}

/// A bound of a range of scores: spaces may come first, nothing at all means 0, the text ends at a NUL, and
/// what is too large is infinite.
///
/// # Source
/// Observed on redis-server 7.0.15 with `ZCOUNT`.
pub(crate) fn parse_bound(text: &[u8]) -> Option<f64> {
    let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
    match strtod(text) {
        Some(number) if number.size == text.len() && !number.value.is_nan() => Some(number.value),
        None if text.is_empty() => Some(0.0),
        _ => None,
    }
}

pub(crate) fn strtod(text: &[u8]) -> Option<Strtod> {
    let spaces = text.iter().take_while(|&&byte| is_space(byte)).count();
    let mut rest = &text[spaces..];
    let negative = rest.first() == Some(&b'-');
    if matches!(rest.first(), Some(b'+' | b'-')) {
        rest = &rest[1..];
    }
    let signed = |value: f64| if negative { -value } else { value };
    let taken = |left: &[u8]| text.len() - left.len();
    for (name, value) in
        [(&b"infinity"[..], f64::INFINITY), (b"inf", f64::INFINITY), (b"nan", f64::NAN)]
    {
        if rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            let size = taken(&rest[name.len()..]);
            return Some(Strtod { value: signed(value), out_of_range: false, size });
        }
    }
    if let Some((value, left)) = hexadecimal(rest) {
        return Some(Strtod {
            value: signed(value),
            out_of_range: value.is_infinite(),
            size: taken(left),
        });
    }
    let size = decimal_size(rest)?;
    let value = decimal::parse(&rest[..size])?;
    let is_zero = !rest[..size]
        .iter()
        .take_while(|b| !b.eq_ignore_ascii_case(&b'e'))
        .any(|b| matches!(b, b'1'..=b'9'));
    Some(Strtod {
        value: signed(value),
        out_of_range: value.is_infinite() || (value == 0.0 && !is_zero),
        size: taken(&rest[size..]),
    })
}

/// Size of the decimal number that `text` begins with.
fn decimal_size(text: &[u8]) -> Option<usize> {
    let whole = digits(text);
    let fraction = match text.get(whole) {
        Some(b'.') => 1 + digits(&text[whole + 1..]),
        _ => 0,
    };
    if whole == 0 && fraction <= 1 {
        return None;
    }
    let mantissa = whole + fraction;
    // An exponent without digits does not belong to the number.
    let exponent = match text.get(mantissa..) {
        Some([b'e' | b'E', b'+' | b'-', rest @ ..]) => (2, digits(rest)),
        Some([b'e' | b'E', rest @ ..]) => (1, digits(rest)),
        _ => (0, 0),
    };
    Some(if exponent.1 > 0 { mantissa + exponent.0 + exponent.1 } else { mantissa })
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// Reads `0x1.8p3`: the value and what follows it.
fn hexadecimal(text: &[u8]) -> Option<(f64, &[u8])> {
    let [b'0', b'x' | b'X', rest @ ..] = text else { return None };
    let mut rest = rest;
    // Sixty-four bits hold more than a double needs; what is cut off only has to be known as not zero.
    let mut mantissa: u64 = 0;
    let mut exponent: i64 = 0;
    let mut seen_digit = false;
    let mut seen_point = false;
    loop {
        match rest {
            [b'.', tail @ ..] if !seen_point => {
                seen_point = true;
                rest = tail;
            }
            [digit, tail @ ..] if digit.is_ascii_hexdigit() => {
                let digit = u64::from(char::from(*digit).to_digit(16).unwrap_or(0));
                if mantissa >> 60 == 0 {
                    mantissa = (mantissa << 4) | digit;
                    exponent -= if seen_point { 4 } else { 0 };
                } else {
                    mantissa |= u64::from(digit != 0);
                    exponent += if seen_point { 0 } else { 4 };
                }
                seen_digit = true;
                rest = tail;
            }
            _ => break,
        }
    }
    if !seen_digit {
        return None;
    }
    if let [b'p' | b'P', tail @ ..] = rest {
        let (negative, tail) = match tail {
            [b'-', tail @ ..] => (true, tail),
            [b'+', tail @ ..] => (false, tail),
            tail => (false, tail),
        };
        let size = digits(tail);
        if size > 0 {
            let power = tail[..size]
                .iter()
                .fold(0_i64, |power, digit| (power * 10 + i64::from(digit - b'0')).min(1 << 40));
            exponent += if negative { -power } else { power };
            rest = &tail[size..];
        }
    }
    Some((scale(mantissa, exponent), rest))
}

/// `mantissa * 2^exponent`, rounded once.
fn scale(mantissa: u64, exponent: i64) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    // Weight of the lowest bit that a double of this size keeps; tiny ones keep fewer bits.
    let bits = 64 - i64::from(mantissa.leading_zeros());
    let lowest = (bits + exponent - 53).max(-1074);
    let drop = lowest - exponent;
    let kept = match drop {
        ..=0 => mantissa,
        1..=63 => {
            let kept = mantissa >> drop;
            let rest = mantissa & ((1 << drop) - 1);
            let half = 1_u64 << (drop - 1);
            kept + u64::from(rest > half || (rest == half && kept & 1 == 1))
        }
        _ => 0,
    };
    let power = if drop > 0 { lowest } else { exponent };
    // Two exact steps: neither factor leaves the range unless the result does.
    let first = power.clamp(-1000, 1000);
    let second = (power - first).clamp(-1000, 1000);
    kept as f64 * power_of_two(first) * power_of_two(second)
}

/// `2^power` for a normal result.
fn power_of_two(power: i64) -> f64 {
    f64::from_bits(((1023 + power) as u64) << 52)
}

/// C's `isspace`: unlike Rust's, it counts the vertical tab.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores() {
        for (text, expected) in [
            ("1", Some(1.0)),
            ("-1.5e3", Some(-1500.0)),
            ("+.5", Some(0.5)),
            ("5.", Some(5.0)),
            ("inf", Some(f64::INFINITY)),
            ("-Infinity", Some(f64::NEG_INFINITY)),
            ("0x1p4", Some(16.0)),
            ("0x.8", Some(0.5)),
            ("0x1.fffffffffffff8p0", Some(2.0)),
            ("0x1p-1074", Some(5e-324)),
            ("0x", None),
            ("nan", None),
            ("1e400", None),
            ("1e-400", None),
            ("0e-400", Some(0.0)),
            ("1e", None),
            ("", None),
            (" 1", None),
            ("1 ", None),
            (".", None),
            ("e5", None),
        ] {
            assert_eq!(parse_double(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn bounds() {
        for (text, expected) in [
            ("", Some(0.0)),
            (" 1", Some(1.0)),
            ("1\0x", Some(1.0)),
            ("1e400", Some(f64::INFINITY)),
            (" ", None),
            ("1 ", None),
            ("x", None),
            ("nan", None),
        ] {
            assert_eq!(parse_bound(text.as_bytes()), expected, "{text}");
        }
    }
}
