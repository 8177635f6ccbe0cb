//! `exp`, `log` and `pow` to about 0.51 units in the last place, so that they agree with glibc's, which are as good, in
//! all but a few results in a thousand. (The `libm` crate is off by up to one unit and differs in one of ten.)
//!
//! Both look the nearest of 128 places up, in two doubles, and go on from there with a short series.

use super::fixed;
use super::math::floor;
use super::twofold::{exact_product, upper_half};

/// `log` and `exp` are looked up at this many places and corrected from there by a short series.
const PLACES: usize = 128;
const PLACE_BITS: u32 = PLACES.ilog2();

/// Binary places of the high parts that are multiplied by an exponent or a number of steps, or added to such a product:
/// eleven bits more are still exact.
const SHORT_PLACES: u32 = 42;

/// A place of the table of logarithms.
#[derive(Clone, Copy)]
struct LogPlace {
    /// About the reciprocal of the numbers of this place, in twelve bits: its product with half a double is exact.
    inverse: f64,
    /// `-log(inverse)`: a multiple of `2^-42`, so that adding a multiple of [`LN2_HIGH`] is exact, and the rest.
    high: f64,
    low: f64,
}

/// By the top bits of the significand. From [`UPPER_PLACE`] on the number is halved first, so that those around 1, above
/// and below, have an inverse of 1 and lose nothing.
static LOG_TABLE: [LogPlace; PLACES] = {
    let mut table = [LogPlace { inverse: 1.0, high: 0.0, low: 0.0 }; PLACES];
    let mut place = 1;
    while place < PLACES - 2 {
        let numerator = if place < UPPER_PLACE { 2 } else { 4 };
        // Rounded quotient of 2048 and the middle of the place.
        let middle = 2 * (PLACES + place) as u64 + 1;
        let inverse = (2 * 2048 * PLACES as u64 * numerator + middle) / (2 * middle);
        table[place] = LogPlace::new(inverse);
        place += 1;
    }
    table
};
/// Where significands pass the square root of two.
const UPPER_PLACE: usize = 53;

impl LogPlace {
    const fn new(inverse: u64) -> Self {
        let size = fixed::log_ratio(inverse as u128, 2048);
        let (high, low) = fixed::halves(size, SHORT_PLACES);
        let sign = if inverse > 2048 { -1.0 } else { 1.0 };
        Self { inverse: inverse as f64 / 2048.0, high: sign * high, low: sign * low }
    }
}

/// `2^(place / 128)`: the nearest double, and how much is missing, relative to it.
static EXP_TABLE: [(f64, f64); PLACES] = {
    let mut table = [(1.0, 0.0); PLACES];
    let mut place = 1;
    while place < PLACES {
        let (high, low) = fixed::nearest(fixed::exp(fixed::LN_2 / PLACES as u128 * place as u128));
        table[place] = (high, low / high);
        place += 1;
    }
    table
};

const LN2_HIGH: f64 = fixed::halves(fixed::LN_2, SHORT_PLACES).0;
const LN2_LOW: f64 = fixed::halves(fixed::LN_2, SHORT_PLACES).1;
/// The distance of the places of [`EXP_TABLE`].
const STEP_HIGH: f64 = fixed::halves(fixed::LN_2 / PLACES as u128, SHORT_PLACES).0;
const STEP_LOW: f64 = fixed::halves(fixed::LN_2 / PLACES as u128, SHORT_PLACES).1;
const STEPS_PER_ONE: f64 = 1.0 / STEP_HIGH;

/// Where `e^n` is surely neither too large nor too small for a normal double.
const EXP_SAFE: f64 = 708.0;

/// `e^n`.
pub fn exp(n: f64) -> f64 {
    if n.abs() < EXP_SAFE { exp_of_sum(n, 0.0) } else { super::math::exp_rare(n) }
}

/// The natural logarithm of `n`.
pub fn log(n: f64) -> f64 {
    if (f64::MIN_POSITIVE..f64::INFINITY).contains(&n) {
        log_as_sum(n).0
    } else {
        super::math::log_rare(n)
    }
}

/// `a ^ b`.
///
/// # Source
/// C99 §F.9.4.4 for zeros, infinities and NaNs.
#[inline]
pub fn pow(a: f64, b: f64) -> f64 {
    if b == 2.0 { a * a } else { pow_unusual(a, b) }
}

fn pow_unusual(a: f64, b: f64) -> f64 {
    let size = a.abs();
    if b == 0.5 && a >= 0.0 {
        return (a + 0.0).sqrt(); // the sum turns -0 into 0
    }
    if !(f64::MIN_POSITIVE..f64::INFINITY).contains(&size) || !b.is_finite() {
        return super::math::pow_rare(a, b);
    }
    let whole = floor(b) == b;
    if whole && (0.0..=WHOLE_POWER_MAX).contains(&b) && floor(a) == a {
        let power = whole_power(a, b as u32);
        if power.abs() < EXACT_BELOW {
            return power;
        }
    }
    if a < 0.0 && !whole {
        return super::math::pow_rare(a, b);
    }
    let (log_high, log_low) = log_as_sum(size);
    let (high, rest) = exact_product(b, log_high);
    if high.abs() < EXP_SAFE {
        let power = exp_of_sum(high, rest + b * log_low);
        let odd = a < 0.0 && floor(b * 0.5) * 2.0 != b;
        if odd { -power } else { power }
    } else {
        super::math::pow_rare(a, b)
    }
}

/// Above this power only 0, 1 and -1 stay below [`EXACT_BELOW`].
const WHOLE_POWER_MAX: f64 = 53.0;
/// Whole numbers below this, and all products on the way to them, are exact.
const EXACT_BELOW: f64 = (1u64 << 53) as f64;

fn whole_power(base: f64, exponent: u32) -> f64 {
    let (mut square, mut rest, mut power) = (base, exponent, 1.0);
    while rest > 0 {
        if rest & 1 == 1 {
            power *= square;
        }
        square *= square;
        rest >>= 1;
    }
    power
}

/// `log(n)` for a normal `n` above zero, with a relative error of about `2^-67`.
#[inline]
fn log_as_sum(n: f64) -> (f64, f64) {
    const FRACTION: u64 = (1 << 52) - 1;
    let bits = n.to_bits();
    let place = (bits & FRACTION) >> (52 - PLACE_BITS);
    let upper = place >= UPPER_PLACE as u64;
    let exponent = (bits >> 52) as i64 - 1023 + i64::from(upper);
    let significand = f64::from_bits((bits & FRACTION) | ((1023 - u64::from(upper)) << 52));
    let LogPlace { inverse, high, low } = LOG_TABLE[place as usize % PLACES];

    // n = 2^exponent / inverse * (1 + r + r_low), all of it exact.
    let front = upper_half(significand);
    let r_front = front * inverse - 1.0;
    let r_back = (significand - front) * inverse;
    let r = r_front + r_back;
    let r_low = (r_front - r) + r_back;

    // log(1 + r) = r - r^2 / 2 + r^3 / 3 - ..., the square exactly, the rest in double.
    let exponent = exponent as f64;
    let table = exponent * LN2_HIGH + high;
    let sum1 = table + r;
    let sum1_low = (table - sum1) + r;
    let r_half = upper_half(r);
    let square = -0.5 * r_half * r_half;
    let square_low = -0.5 * (r - r_half) * (r + r_half) - r * r_low;
    let sum2 = sum1 + square;
    let sum2_low = (sum1 - sum2) + square;
    let r2 = r * r;
    let series = r
        * r2
        * ((1.0 / 3.0 - r * (1.0 / 4.0))
            + r2 * ((1.0 / 5.0 - r * (1.0 / 6.0))
                + r2 * ((1.0 / 7.0 - r * (1.0 / 8.0)) + r2 * (1.0 / 9.0 - r * (1.0 / 10.0)))));
    let low = (exponent * LN2_LOW + low) + r_low + sum1_low + sum2_low + square_low + series;
    let sum = sum2 + low;
    (sum, (sum2 - sum) + low)
}

/// `e^(high + low)` for a `high` below [`EXP_SAFE`] either way and a small `low`.
#[inline]
fn exp_of_sum(high: f64, low: f64) -> f64 {
    // Adding this leaves the nearest whole number in the last bits.
    const TO_WHOLE: f64 = 1.5 * (1u64 << 52) as f64;
    let shifted = high * STEPS_PER_ONE + TO_WHOLE;
    let steps = shifted - TO_WHOLE;
    let index = shifted.to_bits();
    let r = (high - steps * STEP_HIGH) - steps * STEP_LOW + low;
    let (nearest, missing) = EXP_TABLE[index as usize % PLACES];
    let r2 = r * r;
    let series = r2 * (0.5 + r * (1.0 / 6.0))
        + r2 * r2 * (1.0 / 24.0 + r * (1.0 / 120.0) + r2 * (1.0 / 720.0));
    let correction = missing + r + series;
    // The rest of the index is the power of two.
    let scale = f64::from_bits(nearest.to_bits().wrapping_add(index >> PLACE_BITS << 52));
    scale + scale * correction
}
