//! Decimal digits of a double and back, correctly rounded.
//!
//! C's `printf` rounds the exact value of a double, ties to even. Three ways lead there, tried in order of speed:
//!
//! * the double times a power of ten up to `10^27` fits 128 bits, so the product is exact (`scale_exact`);
//! * a 64-bit approximation of the power of ten is enough, unless the product lies closer to a tie than
//!   the approximation can tell (`scale_near`);
//! * all digits of the double, which are always right and many times slower (`exact`).
//!
//! [`parse`] goes the other way, with the same tables. `core`'s own formatting and reading of floats are not used
//! anywhere: their tables and algorithms would come on top.

mod exact;
mod parse;

pub use parse::parse;

/// The largest number of significant digits that [`significant`] gives.
pub const DIGITS_MAX: u32 = 17;

/// `5^k` for every `k` whose power fits 64 bits.
const POW5: [u64; 28] = {
    let mut table = [1; 28];
    let mut k = 1;
    while k < table.len() {
        table[k] = table[k - 1] * 5;
        k += 1;
    }
    table
};

/// `10^k` for every `k` up to 17.
const POW10: [u64; 18] = {
    let mut table = [1; 18];
    let mut k = 1;
    while k < table.len() {
        table[k] = table[k - 1] * 10;
        k += 1;
    }
    table
};

/// Powers of ten, [`COARSE_STEP`] apart, from `10^-364`: a 64-bit significand with its top bit set, rounded to nearest,
/// and the power of two it is multiplied by.
const COARSE: [(u64, i32); 27] = [
    (0xe1afa13afbd14d6e, -1273),
    (0xe3e27a444d8d98b8, -1180),
    (0xe61acf033d1a45df, -1087),
    (0xe858ad248f5c22ca, -994),
    (0xea9c227723ee8bcb, -901),
    (0xece53cec4a314ebe, -808),
    (0xef340a98172aace5, -715),
    (0xf18899b1bc3f8ca2, -622),
    (0xf3e2f893dec3f126, -529),
    (0xf64335bcf065d37d, -436),
    (0xf8a95fcf88747d94, -343),
    (0xfb158592be068d2f, -250),
    (0xfd87b5f28300ca0e, -157),
    (0x8000000000000000, -63),
    (0x813f3978f8940984, 30),
    (0x82818f1281ed44a0, 123),
    (0x83c7088e1aab65db, 216),
    (0x850fadc09923329e, 309),
    (0x865b86925b9bc5c2, 402),
    (0x87aa9aff79042287, 495),
    (0x88fcf317f22241e2, 588),
    (0x8a5296ffe33cc930, 681),
    (0x8bab8eefb6409c1a, 774),
    (0x8d07e33455637eb3, 867),
    (0x8e679c2f5e44ff8f, 960),
    (0x8fcac257558ee4e6, 1053),
    (0x91315e37db165aa9, 1146),
];
const COARSE_STEP: i32 = 28;
const COARSE_ZERO: i32 = 13;

/// How far a product of `scale_near` may be off, as a power of two of its last bit: the significand of the power of
/// ten is less than two units wrong, and it is multiplied by less than `2^64`.
const NEAR_ERROR_BITS: u32 = 65;

/// A finite double above zero as `mantissa * 2^exponent`, with the mantissa below `2^53`.
pub fn split(n: f64) -> (u64, i32) {
    let bits = n.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match ((bits >> 52) & 0x7ff) as i32 {
        0 => (fraction, -1074),
        biased => (fraction | 1 << 52, biased - 1075),
    }
}

/// `mantissa * 2^exponent * 10^k` rounded to a whole number, ties to even, when `k` is `0..=27` and the result fits.
#[inline]
fn scale_exact(mantissa: u64, exponent: i32, k: i32) -> Option<u64> {
    let power = *POW5.get(usize::try_from(k).ok()?)?;
    let product = u128::from(mantissa) * u128::from(power);
    let shift = exponent + k;
    if shift >= 0 {
        return (shift < product.leading_zeros() as i32)
            .then(|| u64::try_from(product << shift).ok())
            .flatten();
    }
    let shift = shift.unsigned_abs();
    if shift >= u128::BITS {
        return Some(0); // the product is below 2^116, so this is less than a half
    }
    let whole = product >> shift;
    let rest = product & ((1 << shift) - 1);
    let half = 1 << (shift - 1);
    let up = rest > half || (rest == half && whole & 1 == 1);
    u64::try_from(whole + u128::from(up)).ok()
}

/// A power of ten as a 64-bit significand with its top bit set, less than two units wrong, and the power of two it is
/// multiplied by.
#[inline]
fn power_of_ten(k: i32) -> Option<(u64, i32)> {
    let (coarse, coarse_exponent) =
        *COARSE.get(usize::try_from(k.div_euclid(COARSE_STEP) + COARSE_ZERO).ok()?)?;
    let fine_power = k.rem_euclid(COARSE_STEP);
    let fine = POW5[fine_power as usize];
    let fine_shift = fine.leading_zeros();
    let power = u128::from(coarse) * u128::from(fine << fine_shift);
    let power_shift = power.leading_zeros();
    let power_exponent = coarse_exponent + fine_power - fine_shift as i32 + 64 - power_shift as i32;
    Some((((power << power_shift) >> 64) as u64, power_exponent))
}

/// As `scale_exact` for any power of ten that a double meets, for a result below `2^60`; `None` when the product is
/// too close to a tie to round it.
fn scale_near(mantissa: u64, exponent: i32, k: i32) -> Option<u64> {
    let (power, power_exponent) = power_of_ten(k)?;
    let mantissa_shift = mantissa.leading_zeros();
    let product = u128::from(mantissa << mantissa_shift) * u128::from(power);
    let shift = mantissa_shift as i32 - exponent - power_exponent;
    if !(NEAR_ERROR_BITS as i32 + 2..=127).contains(&shift) {
        return None;
    }
    let whole = (product >> shift) as u64;
    let rest = product & ((1 << shift) - 1);
    let half = 1u128 << (shift - 1);
    let error = 1u128 << NEAR_ERROR_BITS;
    if rest.abs_diff(half) <= error {
        return None;
    }
    Some(whole + u64::from(rest > half))
}

/// The first `count` significant digits of a finite double above zero as one number of exactly that many digits, and the
/// power of ten of the first one. `count` is `1..=17`.
#[inline]
pub fn significant(n: f64, count: u32) -> (u64, i32) {
    let (mantissa, exponent) = split(n);
    let limit = POW10[count as usize];
    // Below the true value by at most one: 78913 / 2^18 is just under log10(2).
    let top_bit = exponent + 63 - mantissa.leading_zeros() as i32;
    let mut power = (top_bit * 78913) >> 18;
    for _ in 0..2 {
        let k = count as i32 - 1 - power;
        let scaled =
            scale_exact(mantissa, exponent, k).or_else(|| scale_near(mantissa, exponent, k));
        match scaled {
            Some(digits) if digits < limit => return (digits, power),
            // One digit too many: the guess was low, or the value rounds up to the next power of ten.
            Some(_) => power += 1,
            None => break,
        }
    }
    significant_exact(n, count)
}

/// As [`significant`], from all digits.
#[cold]
fn significant_exact(n: f64, count: u32) -> (u64, i32) {
    let mut digits = Vec::new();
    let power = put_significant(n, count as usize, &mut digits);
    (digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')), power)
}

/// Appends the first `count` significant digits of a finite double above zero, and returns the power of ten of the
/// first one. `count` is at least 1.
pub fn put_significant(n: f64, count: usize, out: &mut Vec<u8>) -> i32 {
    let (mut digits, places) = exact::whole(n);
    let power = digits.len() as i32 - 1 - places as i32;
    let is_longer = exact::round(&mut digits, count);
    digits.truncate(count);
    out.extend_from_slice(&digits);
    power + i32::from(is_longer)
}

/// Appends a finite double that is not below zero with so many digits behind the point, as `%f` does.
#[inline]
pub fn put_fixed(n: f64, places: usize, out: &mut Vec<u8>) {
    let (mantissa, exponent) = split(n);
    match scale_exact(mantissa, exponent, places as i32) {
        Some(scaled) => put_scaled(itoa::Buffer::new().format(scaled).as_bytes(), places, out),
        None => put_fixed_exact(n, places, out),
    }
}

/// As [`put_fixed`], from all digits.
#[cold]
fn put_fixed_exact(n: f64, places: usize, out: &mut Vec<u8>) {
    let (mut digits, own_places) = exact::whole(n);
    match (digits.len() + places).checked_sub(own_places) {
        Some(count) => drop(exact::round(&mut digits, count)),
        None => digits.clear(),
    }
    put_scaled(&digits, places, out);
}

/// Appends a whole number over `10^places`.
fn put_scaled(digits: &[u8], places: usize, out: &mut Vec<u8>) {
    if let Some(whole @ 1..) = digits.len().checked_sub(places) {
        let (whole, fraction) = digits.split_at(whole);
        out.extend_from_slice(whole);
        if places > 0 {
            out.push(b'.');
            out.extend_from_slice(fraction);
        }
    } else {
        out.push(b'0');
        if places > 0 {
            out.push(b'.');
        }
        out.resize(out.len() + places - digits.len(), b'0');
        out.extend_from_slice(digits);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(n: f64) {
        for count in 1..=DIGITS_MAX {
            assert_eq!(significant(n, count), significant_exact(n, count), "{n:e} to {count}");
        }
        for count in [1, 2, 17, 18, 40, 800] {
            let mut digits = Vec::new();
            let power = put_significant(n, count, &mut digits);
            let expected = format!("{n:.*e}", count - 1);
            let point = if count > 1 { "." } else { "" };
            let digits = String::from_utf8(digits).unwrap();
            let (first, rest) = digits.split_at(1);
            assert_eq!(format!("{first}{point}{rest}e{power}"), expected);
        }
        for places in [0, 1, 2, 6, 17, 28, 99] {
            for put in [put_fixed, put_fixed_exact] {
                let mut text = Vec::new();
                put(n, places, &mut text);
                assert_eq!(String::from_utf8(text).unwrap(), format!("{n:.places$}"));
            }
        }
    }

    #[test]
    fn edges() {
        for n in [
            f64::MIN_POSITIVE,
            f64::MAX,
            5e-324,
            1.0,
            9.5,
            0.5,
            99999999999999.5,
            999999999999995.0,
            1e22,
            1e23,
            9007199254740993.0,
            0.1,
            0.3,
            2.5e-5,
            0.25,
            0.125,
            2.5,
            1.5,
            0.05,
            0.95,
            99.5,
        ] {
            check(n);
        }
        for power in -323..=308 {
            check(format!("1e{power}").parse().unwrap());
            check(format!("9.9999999999999995e{}", power.min(307)).parse().unwrap());
        }
    }

    #[test]
    fn exact_scaling_rounds_ties_to_even() {
        let scaled = |n, k| {
            let (mantissa, exponent) = split(n);
            scale_exact(mantissa, exponent, k)
        };
        assert_eq!(scaled(0.5, 0), Some(0));
        assert_eq!(scaled(1.5, 0), Some(2));
        assert_eq!(scaled(2.5, 0), Some(2));
        assert_eq!(scaled(0.125, 2), Some(12));
        assert_eq!(scaled(0.375, 2), Some(38));
        assert_eq!(scaled(5e-324, 27), Some(0));
        assert_eq!(scaled(1e300, 0), None);
        assert_eq!(scaled(1.0, 28), None);
    }

    proptest! {
        #[test]
        fn equals_core(bits in 1u64..0x7ff0_0000_0000_0000) {
            check(f64::from_bits(bits));
        }

        #[test]
        fn equals_core_for_short_decimals(whole in 0u64..1_000_000_000, places in 0i32..12) {
            let n: f64 = format!("{whole}e-{places}").parse().unwrap();
            if n > 0.0 {
                check(n);
            }
        }
    }
}
