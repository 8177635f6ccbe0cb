//! Elementary functions with the same bits on every target.
//!
//! `std` hands `sin` or `powf` to whatever C library is there, so they differ between Linux, macOS and WebAssembly;
//! these are computed by [`power`](super::power), [`angle`](super::angle) and, at the edges, the `libm` crate. They agree
//! with glibc in all but a few results in a thousand. Where they return a NaN, its sign is the one that glibc gives on
//! x86-64, since `tostring` shows it.

use std::f64::consts::{LN_2, LOG10_E};

use super::angle;
use super::power::{exp, log};
use super::{NAN_NEGATIVE, NAN_POSITIVE, canonical_nan, settle_nan};

/// Wrappers of one operand: a NaN comes back with its sign, an operand outside the domain gives the NaN that is named.
macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident = $function:path, invalid $nan:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(n: f64) -> f64 {
            let result = $function(n);
            if !result.is_nan() {
                result
            } else if n.is_nan() {
                canonical_nan(n)
            } else {
                $nan
            }
        }
    )*};
}

unary! {
    /// The sine of `n` radians.
    sin = angle::sin, invalid NAN_NEGATIVE;
    /// The cosine of `n` radians.
    cos = angle::cos, invalid NAN_NEGATIVE;
    /// The tangent of `n` radians.
    tan = angle::tan, invalid NAN_NEGATIVE;
    /// The angle in radians, `-pi/2..=pi/2`, whose sine is `n`.
    asin = angle::asin, invalid NAN_POSITIVE;
    /// The angle in radians, `0..=pi`, whose cosine is `n`.
    acos = angle::acos, invalid NAN_POSITIVE;
    /// The angle in radians, `-pi/2..=pi/2`, whose tangent is `n`.
    atan = angle::atan, invalid NAN_NEGATIVE;
    /// The hyperbolic sine of `n`.
    sinh = libm::sinh, invalid NAN_NEGATIVE;
    /// The hyperbolic cosine of `n`.
    cosh = cosh_of, invalid NAN_NEGATIVE;
    /// The hyperbolic tangent of `n`.
    tanh = tanh_of, invalid NAN_NEGATIVE;
    /// The decimal logarithm of `n`.
    log10 = log10_of, invalid NAN_POSITIVE;
    /// The square root of `n`, correctly rounded.
    sqrt = f64::sqrt, invalid NAN_NEGATIVE;
}

fn cosh_of(n: f64) -> f64 {
    let size = n.abs();
    if size < 0.5 * LN_2 {
        let less_one = libm::expm1(size);
        1.0 + less_one * less_one / (2.0 * (1.0 + less_one))
    } else if size < 22.0 {
        let power = exp(size);
        0.5 * power + 0.5 / power
    } else {
        libm::cosh(n)
    }
}

fn tanh_of(n: f64) -> f64 {
    let size = n.abs();
    let result = if size < 1.0 {
        let less_one = libm::expm1(-2.0 * size);
        -less_one / (less_one + 2.0)
    } else if size < 22.0 {
        1.0 - 2.0 / (libm::expm1(2.0 * size) + 2.0)
    } else {
        return libm::tanh(n);
    };
    result.copysign(n)
}

/// The logarithm of the power of two, then that of the rest, which lies on the side of 1 where the two do not cancel.
fn log10_of(n: f64) -> f64 {
    // The upper 40 bits of log10(2), so that the product with an exponent is exact, and the rest.
    const LOG10_2_HIGH: f64 = f64::from_bits(0x3fd3_4413_509f_6000);
    const LOG10_2_LOW: f64 = f64::from_bits(0x3d59_fef3_11f1_2b36);
    if !(f64::MIN_POSITIVE..f64::INFINITY).contains(&n) {
        return libm::log10(n);
    }
    let exponent = (n.to_bits() >> 52) as i64 - 1023;
    let below_one = i64::from(exponent < 0);
    let rest = n.to_bits() & ((1 << 52) - 1) | (1023 - below_one as u64) << 52;
    let exponent = (exponent + below_one) as f64;
    let low = exponent * LOG10_2_LOW + LOG10_E * log(f64::from_bits(rest));
    low + exponent * LOG10_2_HIGH
}

/// The angle in radians, `-pi..=pi`, from the positive x axis to the point (`x`, `y`).
pub fn atan2(y: f64, x: f64) -> f64 {
    settle_nan(angle::atan2(y, x), x, y)
}

/// What is left of `a / b` after truncation; exact, with the sign of `a`.
pub fn fmod(a: f64, b: f64) -> f64 {
    settle_nan(libm::fmod(a, b), a, b)
}

/// `n` as its whole part, towards zero, and its fraction; both have the sign of `n`.
pub fn modf(n: f64) -> (f64, f64) {
    let whole = canonical_nan(n.trunc());
    let fraction = if n.is_infinite() { 0.0 } else { whole - n };
    (whole, if n.is_nan() { whole } else { fraction.abs().copysign(n) })
}

/// `n` as `fraction * 2^exponent` with the fraction's size in `0.5..1`; zero, infinity and NaN come back with exponent 0.
pub fn frexp(n: f64) -> (f64, i32) {
    if n == 0.0 || !n.is_finite() {
        return (canonical_nan(n), 0);
    }
    libm::frexp(n)
}

/// `n * 2^exponent`, rounded once.
pub fn ldexp(n: f64, exponent: i32) -> f64 {
    canonical_nan(libm::ldexp(n, exponent))
}

/// The largest whole number not above `n`.
#[inline]
pub fn floor(n: f64) -> f64 {
    // The instruction for it came after the x86-64 that everybody has, and a call costs more than this.
    if cfg!(all(target_arch = "x86_64", not(target_feature = "sse4.1"))) {
        // Doubles above 2^51 have no room for a fraction once this is added to them.
        const TO_WHOLE: f64 = 1.5 * (1u64 << 52) as f64;
        const LIMIT: f64 = (1u64 << 51) as f64;
        if n.abs() < LIMIT {
            let nearest = (n + TO_WHOLE) - TO_WHOLE;
            let whole = if nearest > n { nearest - 1.0 } else { nearest };
            return whole.copysign(n);
        }
    }
    canonical_nan(n.floor())
}

/// The smallest whole number not below `n`.
#[inline]
pub fn ceil(n: f64) -> f64 {
    -floor(-n)
}

/// `e^n` where it is or is nearly too large or too small, and for a NaN.
#[cold]
pub(super) fn exp_rare(n: f64) -> f64 {
    canonical_nan(libm::exp(n))
}

/// The logarithm of zero, infinity, a NaN, and of numbers that are negative or too small to be normal.
#[cold]
pub(super) fn log_rare(n: f64) -> f64 {
    settle_nan(libm::log(n), n, n)
}

/// `a ^ b` where an operand or the result is out of the ordinary.
#[cold]
pub(super) fn pow_rare(a: f64, b: f64) -> f64 {
    let result = libm::pow(a, b);
    if result.is_nan() && a.is_nan() && b.is_finite() && b.abs() % 2.0 == 1.0 {
        // glibc turns the sign of a negative base round after it has made it positive, which a NaN is not.
        return NAN_POSITIVE;
    }
    settle_nan(result, a, b)
}
