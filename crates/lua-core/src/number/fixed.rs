//! Real numbers below two in 112 binary places, to compute the tables of [`power`](super::power) and
//! [`angle`](super::angle) with while compiling.
//!
//! Each series is summed until its terms vanish, which leaves an error of some hundred units in the last place: far below
//! what two doubles hold.

const PLACES: u32 = 112;
pub(super) const ONE: u128 = 1 << PLACES;
pub(super) const LN_2: u128 = log_ratio(2, 1);
pub(super) const HALF_PI: u128 = 2 * atan(1, 1);

const fn multiply(a: u128, b: u128) -> u128 {
    const HALF: u32 = PLACES / 2;
    let (a_high, a_low) = (a >> HALF, a & ((1 << HALF) - 1));
    let (b_high, b_low) = (b >> HALF, b & ((1 << HALF) - 1));
    a_high * b_high + ((a_high * b_low + a_low * b_high) >> HALF)
}

/// The size of `log(a / b)`, as `2 atanh((a - b) / (a + b))`, for a ratio of at most two.
pub(super) const fn log_ratio(a: u128, b: u128) -> u128 {
    let ratio = (a.abs_diff(b) << PLACES) / (a + b);
    let square = multiply(ratio, ratio);
    let mut power = ratio;
    let mut sum = 0;
    let mut odd = 1;
    while power > 0 {
        sum += power / odd;
        power = multiply(power, square);
        odd += 2;
    }
    2 * sum
}

pub(super) const fn exp(n: u128) -> u128 {
    let mut sum = 0;
    let mut term = ONE;
    let mut count = 1;
    while term > 0 {
        sum += term;
        term = multiply(term, n) / count;
        count += 1;
    }
    sum
}

/// The sine and the cosine of `n`, which is at most one.
pub(super) const fn sin_cos(n: u128) -> (u128, u128) {
    // The terms of both series in turn, by their powers: + cos, + sin, - cos, - sin.
    let mut sums = [0i128; 2];
    let mut term = ONE;
    let mut power = 0;
    while term > 0 {
        let sign = if power & 2 == 0 { 1 } else { -1 };
        sums[power % 2] += sign * term as i128;
        power += 1;
        term = multiply(term, n) / power as u128;
    }
    (sums[1] as u128, sums[0] as u128)
}

/// `atan(a / b)` for whole numbers up to 64 and a ratio of at most one, by Euler's series: each term is the one before it times
/// `2n / (2n + 1) * a^2 / (a^2 + b^2)`.
pub(super) const fn atan(a: u128, b: u128) -> u128 {
    let squares = a * a + b * b;
    let ratio = ((a * a) << PLACES) / squares;
    let mut term = ((a * b) << PLACES) / squares;
    let mut sum = 0;
    let mut even = 2;
    while term > 0 {
        sum += term;
        term = multiply(term, ratio) * even / (even + 1);
        even += 2;
    }
    sum
}

/// `n` as a multiple of `2^-places` and the rest.
pub(super) const fn halves(n: u128, places: u32) -> (f64, f64) {
    let low_places = PLACES - places;
    let high = (n + (1 << (low_places - 1))) >> low_places;
    let low = n as i128 - (high << low_places) as i128;
    (high as f64 / (1u64 << places) as f64, low as f64 / ONE as f64)
}

/// `n` as the nearest double and the rest.
pub(super) const fn nearest(n: u128) -> (f64, f64) {
    let high = n as f64 / ONE as f64;
    let low = n as i128 - (high * ONE as f64) as i128;
    (high, low as f64 / ONE as f64)
}
