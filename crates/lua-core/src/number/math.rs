//! Elementary functions with the same bits on every target.
//!
//! `std` hands `sin` or `powf` to whatever C library is there, so they differ between Linux, macOS and WebAssembly;
//! these are computed by the `libm` crate, at most one unit in the last place from glibc. Where they return a NaN,
//! its sign is the one that glibc gives on x86-64, since `tostring` shows it.

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
    sin = libm::sin, invalid NAN_NEGATIVE;
    /// The cosine of `n` radians.
    cos = libm::cos, invalid NAN_NEGATIVE;
    /// The tangent of `n` radians.
    tan = libm::tan, invalid NAN_NEGATIVE;
    /// The angle in radians, `-pi/2..=pi/2`, whose sine is `n`.
    asin = libm::asin, invalid NAN_POSITIVE;
    /// The angle in radians, `0..=pi`, whose cosine is `n`.
    acos = libm::acos, invalid NAN_POSITIVE;
    /// The angle in radians, `-pi/2..=pi/2`, whose tangent is `n`.
    atan = libm::atan, invalid NAN_NEGATIVE;
    /// The hyperbolic sine of `n`.
    sinh = libm::sinh, invalid NAN_NEGATIVE;
    /// The hyperbolic cosine of `n`.
    cosh = libm::cosh, invalid NAN_NEGATIVE;
    /// The hyperbolic tangent of `n`.
    tanh = libm::tanh, invalid NAN_NEGATIVE;
    /// `e^n`.
    exp = libm::exp, invalid NAN_NEGATIVE;
    /// The natural logarithm of `n`.
    log = libm::log, invalid NAN_NEGATIVE;
    /// The decimal logarithm of `n`.
    log10 = libm::log10, invalid NAN_POSITIVE;
    /// The square root of `n`, correctly rounded.
    sqrt = f64::sqrt, invalid NAN_NEGATIVE;
}

/// The angle in radians, `-pi..=pi`, from the positive x axis to the point (`x`, `y`).
pub fn atan2(y: f64, x: f64) -> f64 {
    settle_nan(libm::atan2(y, x), x, y)
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

/// `a ^ b`.
pub fn pow(a: f64, b: f64) -> f64 {
    libm::pow(a, b)
}
