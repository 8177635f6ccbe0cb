//! Numbers in JSON: how far one reaches, and which ones a strict reader refuses.

#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use lua_compiler::number::parse_number;
use lua_core::number::NumberText;

/// The number at the start of `text` and how many bytes it takes, as `strtod` of C99 reads it.
pub(super) fn scan(text: &[u8]) -> Option<(f64, usize)> {
    if let Some(found) = scan_whole(text) {
        return Some(found);
    }
    let signed = usize::from(matches!(text.first(), Some(b'-' | b'+')));
    let rest = text.get(signed..)?;
    let len = word(rest).or_else(|| hexadecimal(rest)).or_else(|| decimal(rest))?;
    let end = signed.checked_add(len)?;
    let spelled = text.get(..end)?;
    // C also takes `nan(...)`, whose brackets say nothing about the value.
    let spelled = spelled.split(|&b| b == b'(').next().unwrap_or(spelled);
    Some((parse_number(spelled)?, end))
}

/// The common case: up to 15 digits and nothing else.
fn scan_whole(text: &[u8]) -> Option<(f64, usize)> {
    const DIGITS_MAX: usize = 15;
    let negative = text.first() == Some(&b'-');
    let digits = text.get(usize::from(negative)..)?;
    let mut number = 0_u64;
    for (len, &byte) in digits.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            let is_whole = len > 0 && !matches!(byte, b'.' | b'e' | b'E' | b'x' | b'X');
            let end = len.checked_add(usize::from(negative))?;
            let number = if negative { -(number as f64) } else { number as f64 };
            return is_whole.then_some((number, end));
        }
        if len >= DIGITS_MAX {
            return None;
        }
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
    }
    // The text ends with the number.
    let len = digits.len();
    let number = if negative { -(number as f64) } else { number as f64 };
    (len > 0).then_some((number, text.len()))
}

fn starts_with(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// Length of `inf`, `infinity`, `nan` or `nan(...)`.
fn word(text: &[u8]) -> Option<usize> {
    if starts_with(text, b"infinity") {
        return Some(8);
    }
    if starts_with(text, b"inf") {
        return Some(3);
    }
    if !starts_with(text, b"nan") {
        return None;
    }
    let brackets = text.get(3..).and_then(|rest| rest.strip_prefix(b"("));
    let inside = brackets.and_then(|rest| {
        let len = count(rest, |b| b.is_ascii_alphanumeric() || b == b'_');
        (rest.get(len) == Some(&b')')).then_some(len)
    });
    Some(inside.map_or(3, |len| len.saturating_add(5)))
}

fn count(text: &[u8], is_part: impl Fn(u8) -> bool) -> usize {
    text.iter().position(|&b| !is_part(b)).unwrap_or(text.len())
}

/// Length of digits with at most one point among them; nothing without a digit.
fn digits(text: &[u8], is_digit: fn(&u8) -> bool) -> Option<usize> {
    let before = count(text, |b| is_digit(&b));
    let point = text.get(before) == Some(&b'.');
    let after = match text.get(before.saturating_add(1)..) {
        Some(rest) if point => count(rest, |b| is_digit(&b)),
        _ => 0,
    };
    if before.saturating_add(after) == 0 {
        return None;
    }
    Some(before.saturating_add(after).saturating_add(usize::from(point)))
}

/// Length of an exponent after `mark`, in either case; 0 without digits.
fn exponent(text: &[u8], mark: u8) -> usize {
    let Some((first, rest)) = text.split_first() else { return 0 };
    if !first.eq_ignore_ascii_case(&mark) {
        return 0;
    }
    let sign = usize::from(matches!(rest.first(), Some(b'-' | b'+')));
    let len = rest.get(sign..).map_or(0, |rest| count(rest, |b| b.is_ascii_digit()));
    if len == 0 { 0 } else { len.saturating_add(sign).saturating_add(1) }
}

fn decimal(text: &[u8]) -> Option<usize> {
    let len = digits(text, u8::is_ascii_digit)?;
    Some(len.saturating_add(exponent(text.get(len..)?, b'e')))
}

fn hexadecimal(text: &[u8]) -> Option<usize> {
    let rest = text.strip_prefix(b"0x").or_else(|| text.strip_prefix(b"0X"))?;
    let len = digits(rest, u8::is_ascii_hexdigit)?;
    Some(len.saturating_add(exponent(rest.get(len..)?, b'p')).saturating_add(2))
}

/// Whether the number at the start of `text` is none in strict JSON: a plus sign, a leading zero, hexadecimal,
/// infinite, NaN. Other texts may be no number at all.
pub(super) fn is_not_json(text: &[u8]) -> bool {
    if text.first() == Some(&b'+') {
        return true;
    }
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    match digits {
        [b'0', second, ..] => second.eq_ignore_ascii_case(&b'x') || second.is_ascii_digit(),
        _ => starts_with(digits, b"inf") || starts_with(digits, b"nan"),
    }
}

/// Appends a finite number with up to `precision` digits, as `%.<precision>g` does.
#[inline]
pub(super) fn put(number: f64, precision: u32, out: &mut Vec<u8>) {
    if precision == crate::limits::JSON_PRECISION_MAX {
        out.extend_from_slice(NumberText::new(number).as_bytes());
    } else {
        resp::number::put_general(number, precision as usize, out);
    }
}

/// Size of the longest number that [`put`] appends, and to spare.
pub(super) const SIZE_MAX: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(f64, usize)>) {
        let got = scan(text.as_bytes());
        match (got, expected) {
            (Some((a, n)), Some((b, m))) => {
                assert!(n == m && (a == b || a.is_nan() && b.is_nan()), "{text}: {got:?}");
            }
            _ => assert_eq!(got.is_none(), expected.is_none(), "{text}: {got:?}"),
        }
    }

    #[test]
    fn reads_what_strtod_reads() {
        check("12,", Some((12.0, 2)));
        check("-0]", Some((-0.0, 2)));
        check("+1", Some((1.0, 2)));
        check("1.5e3x", Some((1500.0, 5)));
        check("1e", Some((1.0, 1)));
        check("1e+", Some((1.0, 1)));
        check("1.", Some((1.0, 2)));
        check("-.5", Some((-0.5, 3)));
        check("0x1Fg", Some((31.0, 4)));
        check("0x1p4", Some((16.0, 5)));
        check("0x", Some((0.0, 1)));
        check("infinite", Some((f64::INFINITY, 3)));
        check("-Infinity", Some((f64::NEG_INFINITY, 9)));
        check("nan(12)x", Some((f64::NAN, 7)));
        check("nan(", Some((f64::NAN, 3)));
        check("12345678901234567890", Some((12_345_678_901_234_567_890.0, 20)));
        check("1234567890123456", Some((1_234_567_890_123_456.0, 16)));
        check("-", None);
        check("--1", None);
        check("", None);
    }

    #[test]
    fn knows_what_strict_json_refuses() {
        for text in ["+1", "01", "-01", "0x1", "-0X1", "inf", "-NaN"] {
            assert!(is_not_json(text.as_bytes()), "{text}");
        }
        for text in ["0", "-0", "0.5", "10", "-1e5"] {
            assert!(!is_not_json(text.as_bytes()), "{text}");
        }
    }
}
