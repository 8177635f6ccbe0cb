//! The 80-bit numbers in which `INCRBYFLOAT` and `HINCRBYFLOAT` add on x86.
//!
//! Sixty-four bits of mantissa: `0.1 + 0.2` is `0.3` there, and `0.30000000000000004` as a double. Reading,
//! adding and writing are exact and rounded once, to the nearest, ties to even.
//!
//! A value is `mantissa * 2^exponent`; the mantissa is 0 or has its highest bit set.

use crate::limits::LONG_DOUBLE_TEXT_SIZE_MAX;

/// A finite 80-bit number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LongDouble {
    negative: bool,
    mantissa: u64,
    exponent: i32,
}

/// What a text or a sum may be besides finite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parsed {
    Finite(LongDouble),
    Infinite,
}

/// `exponent` of the largest and of the smallest numbers, those without all their bits included.
const EXPONENT_MAX: i32 = 16383 - 63;
const EXPONENT_MIN: i32 = -16382 - 63 - 63;

impl LongDouble {
    const ZERO: Self = Self { negative: false, mantissa: 0, exponent: 0 };

    /// Reads a text as `strtold` does; it must be a number as a whole, and in range.
    ///
    /// # Source
    /// Observed on redis-server 7.0.15; `util.c`, `string2ld`.
    pub(crate) fn parse(text: &[u8]) -> Option<Parsed> {
        if text.len() >= LONG_DOUBLE_TEXT_SIZE_MAX {
            return None;
        }
        let (negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        if digits.eq_ignore_ascii_case(b"inf") || digits.eq_ignore_ascii_case(b"infinity") {
            return Some(Parsed::Infinite);
        }
        let number = match digits {
            [b'0', b'x' | b'X', digits @ ..] => Self::parse_hexadecimal(digits)?,
            digits => Self::parse_decimal(digits)?,
        };
        Some(Parsed::Finite(Self { negative, ..number }))
    }

    fn parse_hexadecimal(text: &[u8]) -> Option<Self> {
        let at_p = text.iter().position(|byte| byte.eq_ignore_ascii_case(&b'p'));
        let (mantissa, exponent) = text.split_at(at_p.unwrap_or(text.len()));
        let mut binary_exponent = match exponent {
            [] => 0,
            [_, exponent @ ..] => parse_exponent(exponent)?,
        };
        let (number, places) = Natural::parse(mantissa, 16)?;
        binary_exponent -= 4 * places;
        Self::from_parts(&number, false, binary_exponent)
    }

    /// The rounded value of `number * 2^binary_exponent`, `number` being a little too small if inexact.
    fn from_parts(number: &Natural, is_inexact: bool, binary_exponent: i64) -> Option<Self> {
        if number.is_zero() {
            return Some(Self::ZERO);
        }
        let (mantissa, exponent) = number.round_to_64_bits(is_inexact);
        let exponent = i32::try_from(i64::from(exponent) + binary_exponent).ok()?;
        (EXPONENT_MIN..=EXPONENT_MAX).contains(&exponent).then_some(Self {
            negative: false,
            mantissa,
            exponent,
        })
    }

    fn parse_decimal(text: &[u8]) -> Option<Self> {
        let at_e = text.iter().position(|byte| byte.eq_ignore_ascii_case(&b'e'));
        let (mantissa, exponent) = text.split_at(at_e.unwrap_or(text.len()));
        let mut decimal_exponent = match exponent {
            [] => 0,
            [_, exponent @ ..] => parse_exponent(exponent)?,
        };
        let (mut number, places) = Natural::parse(mantissa, 10)?;
        if number.is_zero() {
            return Some(Self::ZERO);
        }
        decimal_exponent -= places;
        // Beyond these no mantissa of a text this short brings the value back into range.
        if !(-20_000..=20_000).contains(&decimal_exponent) {
            return None;
        }
        let mut binary_exponent = 0;
        let mut is_inexact = false;
        if decimal_exponent >= 0 {
            number.multiply_power_of_ten(decimal_exponent as u32);
        } else {
            // Enough bits that the quotient has more than 64.
            let power = decimal_exponent.unsigned_abs() as u32;
            let shift = power * 4 + 96;
            number.shift_left(shift);
            binary_exponent = -i64::from(shift);
            is_inexact = number.divide_power_of_ten(power);
        }
        Self::from_parts(&number, is_inexact, binary_exponent)
    }

    /// The rounded sum; `None` when it is infinite.
    pub(crate) fn add(self, other: Self) -> Option<Self> {
        if self.mantissa == 0 {
            return Some(other);
        }
        if other.mantissa == 0 {
            return Some(self);
        }
        let magnitude = |number: &Self| (number.exponent, number.mantissa);
        let (large, small) =
            if magnitude(&self) >= magnitude(&other) { (self, other) } else { (other, self) };
        // The larger one gets 63 bits of room below; what the smaller one loses under them is kept as
        // a lowest bit that only says "not nothing".
        let distance = (large.exponent - small.exponent) as u32;
        let wide_large = u128::from(large.mantissa) << 63;
        let wide_small = u128::from(small.mantissa) << 63;
        let wide_small = if distance >= 127 {
            1
        } else {
            let lost = wide_small & ((1_u128 << distance) - 1) != 0;
            (wide_small >> distance) | u128::from(lost)
        };
        let sum = if large.negative == small.negative {
            wide_large + wide_small
        } else {
            wide_large - wide_small
        };
        if sum == 0 {
            return Some(Self::ZERO);
        }
        let sum_bits = 128 - sum.leading_zeros();
        let mut exponent = large.exponent - 63;
        let mantissa = if sum_bits <= 64 {
            let shift = 64 - sum_bits;
            exponent -= shift as i32;
            (sum as u64) << shift
        } else {
            let drop = sum_bits - 64;
            exponent += drop as i32;
            let kept = (sum >> drop) as u64;
            let rest = sum & ((1 << drop) - 1);
            let half = 1_u128 << (drop - 1);
            if rest > half || (rest == half && kept & 1 == 1) {
                kept.checked_add(1).unwrap_or_else(|| {
                    exponent += 1;
                    1 << 63
                })
            } else {
                kept
            }
        };
        (exponent <= EXPONENT_MAX).then_some(Self { negative: large.negative, mantissa, exponent })
    }

    /// The text Redis stores: 17 digits behind the point, without zeros at the end.
    pub(crate) fn to_text(self) -> Vec<u8> {
        const FRACTION: usize = 17;
        let mut digits = if self.exponent >= 0 {
            let mut number = Natural::from(self.mantissa);
            number.shift_left(self.exponent as u32);
            number.multiply_power_of_ten(FRACTION as u32);
            number.into_decimal()
        } else {
            // At most 64 + 57 bits.
            let scaled = u128::from(self.mantissa) * 10_u128.pow(FRACTION as u32);
            let drop = self.exponent.unsigned_abs();
            let rounded = if drop >= 128 {
                0
            } else {
                let kept = scaled >> drop;
                let rest = scaled & ((1 << drop) - 1);
                let half = 1_u128 << (drop - 1);
                kept + u128::from(rest > half || (rest == half && kept & 1 == 1))
            };
            rounded.to_string().into_bytes()
        };
        if digits.len() <= FRACTION {
            let missing = FRACTION + 1 - digits.len();
            digits.splice(..0, std::iter::repeat_n(b'0', missing));
        }
        let point = digits.len() - FRACTION;
        let end = digits.iter().rposition(|&digit| digit != b'0').map_or(0, |at| at + 1);
        let mut text = Vec::with_capacity(digits.len() + 2);
        // Redis writes no minus zero.
        if self.negative && end > 0 {
            text.push(b'-');
        }
        text.extend_from_slice(&digits[..point]);
        if end > point {
            text.push(b'.');
            text.extend_from_slice(&digits[point..end]);
        }
        text
    }
}

fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits
        .iter()
        .fold(0_i64, |value, digit| (value * 10 + i64::from(digit - b'0')).min(1_000_000_000));
    Some(if negative { -value } else { value })
}

/// A whole number of any size: 32 bits a limb, the lowest first, no zeros at the high end.
#[derive(Default)]
struct Natural(Vec<u32>);

const BILLION: u32 = 1_000_000_000;

impl From<u64> for Natural {
    fn from(number: u64) -> Self {
        let mut natural = Self(vec![number as u32, (number >> 32) as u32]);
        natural.trim();
        natural
    }
}

impl Natural {
    /// Reads digits with at most one point: the number without the point, and the digits behind it.
    fn parse(text: &[u8], base: u32) -> Option<(Self, i64)> {
        let mut number = Self::default();
        let mut digits = 0;
        let mut places = None;
        for &byte in text {
            if byte == b'.' && places.is_none() {
                places = Some(0);
                continue;
            }
            number.multiply_add(base, char::from(byte).to_digit(base)?);
            digits += 1;
            places = places.map(|places| places + 1);
        }
        (digits > 0).then_some((number, places.unwrap_or(0)))
    }

    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn multiply_add(&mut self, factor: u32, summand: u32) {
        let mut carry = u64::from(summand);
        for limb in &mut self.0 {
            let product = u64::from(*limb) * u64::from(factor) + carry;
            *limb = product as u32;
            carry = product >> 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    fn multiply_power_of_ten(&mut self, power: u32) {
        for _ in 0..power / 9 {
            self.multiply_add(BILLION, 0);
        }
        self.multiply_add(10_u32.pow(power % 9), 0);
    }

    /// Answers the remainder.
    fn divide(&mut self, divisor: u32) -> u32 {
        let mut remainder = 0_u64;
        for limb in self.0.iter_mut().rev() {
            let value = (remainder << 32) | u64::from(*limb);
            *limb = (value / u64::from(divisor)) as u32;
            remainder = value % u64::from(divisor);
        }
        self.trim();
        remainder as u32
    }

    /// Answers whether something was left over.
    fn divide_power_of_ten(&mut self, power: u32) -> bool {
        let mut is_inexact = false;
        for _ in 0..power / 9 {
            is_inexact |= self.divide(BILLION) != 0;
        }
        is_inexact | (self.divide(10_u32.pow(power % 9)) != 0)
    }

    fn shift_left(&mut self, bits: u32) {
        let small = bits % 32;
        if small > 0 {
            self.multiply_add(1 << small, 0);
        }
        self.0.splice(..0, std::iter::repeat_n(0, (bits / 32) as usize));
    }

    fn bit(&self, at: usize) -> bool {
        self.0.get(at / 32).is_some_and(|limb| limb >> (at % 32) & 1 == 1)
    }

    /// The highest 64 bits, rounded, and their weight. `is_inexact` says that the number is a little
    /// greater than its bits. The number is not zero.
    fn round_to_64_bits(&self, is_inexact: bool) -> (u64, i32) {
        let top = self.0.last().map_or(0, |limb| 32 - limb.leading_zeros() as usize);
        let bits = (self.0.len().saturating_sub(1)) * 32 + top;
        let mut mantissa = 0_u64;
        for step in 1..=64 {
            mantissa =
                (mantissa << 1) | u64::from(bits.checked_sub(step).is_some_and(|at| self.bit(at)));
        }
        let exponent = bits as i32 - 64;
        let Some(half) = bits.checked_sub(65) else { return (mantissa, exponent) };
        let below = is_inexact || (0..half).any(|at| self.bit(at));
        if self.bit(half) && (below || mantissa & 1 == 1) {
            return match mantissa.checked_add(1) {
                Some(rounded) => (rounded, exponent),
                None => (1 << 63, exponent + 1),
            };
        }
        (mantissa, exponent)
    }

    fn into_decimal(mut self) -> Vec<u8> {
        let mut digits = Vec::new();
        while !self.is_zero() {
            let mut group = self.divide(BILLION);
            for _ in 0..9 {
                digits.push(b'0' + (group % 10) as u8);
                group /= 10;
            }
        }
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        digits.reverse();
        if digits.is_empty() {
            digits.push(b'0');
        }
        digits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(left: &str, right: &str) -> String {
        let parse = |text: &str| match LongDouble::parse(text.as_bytes()) {
            Some(Parsed::Finite(number)) => number,
            other => panic!("{text}: {other:?}"),
        };
        String::from_utf8(parse(left).add(parse(right)).unwrap().to_text()).unwrap()
    }

    /// Sums that redis-server 7.0.15 gave for `SET k <left>`, `INCRBYFLOAT k <right>`.
    #[test]
    fn as_x86_adds() {
        for (left, right, expected) in [
            ("0.1", "0.2", "0.3"),
            ("10.5", "0.1", "10.6"),
            ("5.0e3", "2.0e2", "5200"),
            ("0", "-0", "0"),
            ("3", "1.000000000000000005", "4.00000000000000001"),
            ("1", "-0.9", "0.1"),
            ("-1.5", "1.5", "0"),
            ("1e20", "1", "100000000000000000000"),
            ("0", "1e-20", "0"),
            ("0", "3.14159265358979323846", "3.14159265358979324"),
        ] {
            assert_eq!(sum(left, right), expected, "{left} + {right}");
        }
    }
}
