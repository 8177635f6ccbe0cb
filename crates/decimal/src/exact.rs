//! All digits of a double: slow, small and always right.
//!
//! A double is a whole number times a power of two. A negative power of two is the same power of five over a power
//! of ten, so every double is a whole number with its point moved, and that number has at most 767 digits.

use crate::split;

/// Digits in a limb.
const LIMB_DIGITS: usize = 9;
const LIMB: u64 = 1_000_000_000;

/// A factor that fits a limb's multiplication, and how many twos or fives it is.
const TWOS: (u64, u32) = (1 << 29, 29);
const FIVES: (u64, u32) = (1_220_703_125, 13);

/// A finite double that is not below zero as a whole number, in digits without a zero in front, over `10^places`.
pub(crate) fn whole(n: f64) -> (Vec<u8>, usize) {
    let (mantissa, exponent) = split(n);
    whole_of(mantissa, exponent)
}

/// As [`whole`], of `mantissa * 2^exponent`. The mantissa is below `2^54`.
pub(crate) fn whole_of(mantissa: u64, exponent: i32) -> (Vec<u8>, usize) {
    if mantissa == 0 {
        return (Vec::new(), 0);
    }
    // Fewer factors and digits where the mantissa is even.
    let halves = mantissa.trailing_zeros().min(exponent.min(0).unsigned_abs());
    let (mantissa, exponent) = (mantissa >> halves, exponent + halves as i32);
    let mut limbs = vec![mantissa % LIMB, mantissa / LIMB];
    let (prime, (factor, step)) = if exponent < 0 { (5, FIVES) } else { (2, TWOS) };
    let mut left = exponent.unsigned_abs();
    while left >= step {
        multiply(&mut limbs, factor);
        left -= step;
    }
    multiply(&mut limbs, u64::pow(prime, left));
    let mut digits = Vec::with_capacity(limbs.len() * LIMB_DIGITS);
    for limb in limbs.iter().rev() {
        let mut rest = *limb;
        let start = digits.len();
        digits.resize(start + LIMB_DIGITS, b'0');
        for digit in digits[start..].iter_mut().rev() {
            *digit += (rest % 10) as u8;
            rest /= 10;
        }
    }
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    digits.drain(..zeros);
    (digits, exponent.min(0).unsigned_abs() as usize)
}

/// Limbs, the lowest first, times a factor.
fn multiply(limbs: &mut Vec<u64>, factor: u64) {
    let mut carry = 0;
    for limb in &mut *limbs {
        let product = *limb * factor + carry;
        *limb = product % LIMB;
        carry = product / LIMB;
    }
    while carry > 0 {
        limbs.push(carry % LIMB);
        carry /= LIMB;
    }
}

/// Keeps the first `count` digits, ties to even, or adds zeroes; answers whether rounding made one digit more.
pub(crate) fn round(digits: &mut Vec<u8>, count: usize) -> bool {
    let Some((&next, behind)) = digits.get(count..).and_then(<[u8]>::split_first) else {
        digits.resize(count, b'0');
        return false;
    };
    let last_is_odd = count.checked_sub(1).is_some_and(|last| digits[last] % 2 == 1);
    let goes_up =
        next > b'5' || next == b'5' && (last_is_odd || behind.iter().any(|digit| *digit != b'0'));
    digits.truncate(count);
    if !goes_up {
        return false;
    }
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return false;
        }
        *digit = b'0';
    }
    digits.insert(0, b'1');
    true
}
