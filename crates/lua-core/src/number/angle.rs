//! Sines, tangents and their inverses to about 0.51 units in the last place.
//!
//! All follow one plan: look the nearest of some 64 places up, in two doubles, and go on from there with a short series.

use super::fixed;
use super::twofold::{Twofold, exact_product};

/// Places in a range of 1.
const PLACES_PER_ONE: f64 = 64.0;

/// The sine and the cosine of `place / 64`, up to a quarter of pi.
static SIN_COS: [(Twofold, Twofold); 52] = {
    let mut table = [(Twofold::new((0.0, 0.0)), Twofold::new((1.0, 0.0))); 52];
    let mut place = 1;
    while place < table.len() {
        let (sin, cos) = fixed::sin_cos(fixed::ONE / 64 * place as u128);
        table[place] = (Twofold::new(fixed::nearest(sin)), Twofold::new(fixed::nearest(cos)));
        place += 1;
    }
    table
};

/// The arc tangent of `place / 64`, up to 1.
static ATAN: [Twofold; 65] = {
    let mut table = [Twofold::new((0.0, 0.0)); 65];
    let mut place = 1;
    while place < table.len() {
        table[place] = Twofold::new(fixed::nearest(fixed::atan(place as u128, 64)));
        place += 1;
    }
    table
};

const HALF_PI: Twofold = Twofold::new(fixed::nearest(fixed::HALF_PI));
const PI: Twofold = Twofold { high: 2.0 * HALF_PI.high, low: 2.0 * HALF_PI.low };
const QUARTERS_PER_ONE: f64 = 1.0 / HALF_PI.high;

/// Half of pi in three parts. The first two are so short that their products with less than `2^20` are exact.
const HALF_PI_PARTS: [f64; 3] = {
    let (first, _) = fixed::halves(fixed::HALF_PI, 32);
    let rest = fixed::HALF_PI - (first * (1u64 << 32) as f64) as u128 * (fixed::ONE >> 32);
    let rest_places = 112 - 64;
    let second = rest >> rest_places;
    let third = rest - (second << rest_places);
    [first, second as f64 / (1u128 << 64) as f64, third as f64 / fixed::ONE as f64]
};
/// Larger angles are left to the `libm` crate.
const ANGLE_MAX: f64 = 1_000_000.0;

/// The sine and the cosine of a `0 <= angle <= ANGLE_MAX` less a number of quarter turns, and that number.
#[inline(always)]
fn sin_cos(angle: f64) -> (Twofold, Twofold, u64) {
    // Adding this leaves the nearest whole number in the last bits.
    const TO_WHOLE: f64 = 1.5 * (1u64 << 52) as f64;
    let shifted = angle * QUARTERS_PER_ONE + TO_WHOLE;
    let turns = shifted - TO_WHOLE;
    let first = angle - turns * HALF_PI_PARTS[0];
    let second = turns * HALF_PI_PARTS[1];
    let high = first - second;
    let low = (first - high) - second - turns * HALF_PI_PARTS[2];
    let Twofold { high, low } = Twofold { high, low }.settle();
    let (size, low) = if high < 0.0 { (-high, -low) } else { (high, low) };

    let place = (size * PLACES_PER_ONE + 0.5) as usize;
    let (place_sin, place_cos) = SIN_COS[place.min(SIN_COS.len() - 1)];
    let d = size - place as f64 / PLACES_PER_ONE;
    // sin(a + d) = sin a + cos a * d + ..., with the product exact and the rest small.
    let d2 = d * d;
    let sin_rest = d * d2 * (d2 * (1.0 / 120.0 - d2 * (1.0 / 5040.0)) - 1.0 / 6.0);
    let cos_rest = d2 * (d2 * (1.0 / 24.0 - d2 * (1.0 / 720.0)) - 0.5);
    let step = |from: Twofold, along: Twofold, along_sign: f64| {
        let (product, product_low) = exact_product(along.high * along_sign, d);
        let high = from.high + product;
        let rest = (from.high - high) + product;
        let small = from.low
            + along_sign * (along.low * d + along.high * low)
            + (from.high * cos_rest + along_sign * along.high * sin_rest);
        Twofold { high, low: rest + (product_low + small) }
    };
    let mut sin = step(place_sin, place_cos, 1.0);
    let cos = step(place_cos, place_sin, -1.0);
    if high < 0.0 {
        sin = Twofold { high: -sin.high, low: -sin.low };
    }
    (sin, cos, shifted.to_bits() & 3)
}

/// The sine of `n` radians, which are finite.
pub(super) fn sin(n: f64) -> f64 {
    let angle = n.abs();
    if angle.is_nan() || angle > ANGLE_MAX {
        return libm::sin(n);
    }
    let (sin, cos, quarter) = sin_cos(angle);
    let size = if quarter & 1 == 0 { sin.round() } else { cos.round() };
    let size = if quarter & 2 == 0 { size } else { -size };
    if n.is_sign_negative() { -size } else { size }
}

/// The cosine of `n` radians, which are finite.
pub(super) fn cos(n: f64) -> f64 {
    let angle = n.abs();
    if angle.is_nan() || angle > ANGLE_MAX {
        return libm::cos(n);
    }
    let (sin, cos, quarter) = sin_cos(angle);
    let size = if quarter & 1 == 0 { cos.round() } else { sin.round() };
    if quarter == 1 || quarter == 2 { -size } else { size }
}

/// The tangent of `n` radians, which are finite.
pub(super) fn tan(n: f64) -> f64 {
    let angle = n.abs();
    if angle.is_nan() || angle > ANGLE_MAX {
        return libm::tan(n);
    }
    let (sin, cos, quarter) = sin_cos(angle);
    let (sin, cos) = (sin.settle(), cos.settle());
    let size = if quarter & 1 == 0 { sin.divide(cos).round() } else { -cos.divide(sin).round() };
    if n.is_sign_negative() { -size } else { size }
}

/// The arc tangent of a ratio of `0..=1`.
#[inline(always)]
fn atan_of_ratio(ratio: Twofold) -> Twofold {
    let place = (ratio.high * PLACES_PER_ONE + 0.5) as usize;
    let at = place as f64 / PLACES_PER_ONE;
    // atan t = atan a + atan((t - a) / (1 + t a))
    let (product, product_low) = exact_product(at, ratio.high);
    let below = 1.0 + product;
    let below_low = (1.0 - below) + product + product_low + at * ratio.low;
    let d = Twofold { high: ratio.high - at, low: ratio.low }
        .divide(Twofold { high: below, low: below_low });
    let d2 = d.high * d.high;
    let series = d.high
        * d2
        * (d2 * (1.0 / 5.0 - d2 * (1.0 / 7.0 - d2 * (1.0 / 9.0 - d2 * (1.0 / 11.0)))) - 1.0 / 3.0);
    let from = ATAN[place.min(ATAN.len() - 1)];
    let high = from.high + d.high;
    let rest = (from.high - high) + d.high;
    Twofold { high, low: rest + (from.low + d.low + series) }
}

/// The angle, `0..=pi`, of a point with the coordinates `x`, made negative by `left`, and `y`, both at least zero and not both
/// zero.
#[inline(always)]
fn angle_of(y: Twofold, x: Twofold, left: bool) -> f64 {
    let mut angle = if y.high > x.high {
        HALF_PI.subtract(atan_of_ratio(x.divide(y)))
    } else {
        atan_of_ratio(y.divide(x))
    };
    if left {
        angle = PI.subtract(angle);
    }
    angle.round()
}

const fn exactly(n: f64) -> Twofold {
    Twofold { high: n, low: 0.0 }
}

/// The arc tangent of `n`, which is not a NaN.
pub(super) fn atan(n: f64) -> f64 {
    let size = n.abs();
    // Smaller ones are their own arc tangent, and of larger ones the reciprocal loses its low part.
    if !(RATIO_MIN..=1.0 / RATIO_MIN).contains(&size) {
        return libm::atan(n);
    }
    angle_of(exactly(size), exactly(1.0), false).copysign(n)
}

/// The ratios that a division in two doubles takes without losing digits at either end.
const RATIO_MIN: f64 = 1e-100;

/// The angle of the point (`x`, `y`).
pub(super) fn atan2(y: f64, x: f64) -> f64 {
    let range = RATIO_MIN..=1.0 / RATIO_MIN;
    if !(range.contains(&y.abs()) && range.contains(&x.abs())) {
        return libm::atan2(y, x);
    }
    angle_of(exactly(y.abs()), exactly(x.abs()), x < 0.0).copysign(y)
}

/// The other side of a right triangle with the side `n` and the hypotenuse 1, for `n` in `0..=1`.
#[inline(always)]
fn other_side(n: f64) -> Twofold {
    let (square, square_low) = exact_product(n, n);
    let high = 1.0 - square;
    let low = (1.0 - high) - square - square_low;
    let root = (high + low).sqrt();
    if root == 0.0 {
        return exactly(0.0);
    }
    let (back, back_low) = exact_product(root, root);
    Twofold { high: root, low: ((high - back) - back_low + low) / (2.0 * root) }
}

/// The arc sine of `n`; a NaN beyond 1.
pub(super) fn asin(n: f64) -> f64 {
    let size = n.abs();
    if !(RATIO_MIN..=1.0).contains(&size) {
        return libm::asin(n);
    }
    angle_of(exactly(size), other_side(size), false).copysign(n)
}

/// The arc cosine of `n`; a NaN beyond 1.
pub(super) fn acos(n: f64) -> f64 {
    let size = n.abs();
    if !(RATIO_MIN..=1.0).contains(&size) {
        return libm::acos(n);
    }
    angle_of(other_side(size), exactly(size), n < 0.0)
}
