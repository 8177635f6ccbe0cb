//! Numbers as Lua 5.1 shows, converts and computes them.
//!
//! Every function here gives the same bits and the same bytes on every target, so that a script prints the same
//! natively and in WebAssembly. What it prints and computes is what PUC Lua 5.1.5 does on x86-64 Linux: `%.14g`, casts
//! that saturate to the smallest integer, and NaNs whose sign shows.

mod text;

mod angle;
mod fixed;
mod math;
mod power;
mod twofold;

pub use math::*;
pub use power::{exp, log, pow};
pub use text::{NumberText, write_number, write_number_17};
pub(crate) use text::{push_exponent, push_general};

/// The quiet NaN of this engine with its sign bit clear; prints as `nan`.
pub const NAN_POSITIVE: f64 = f64::from_bits(0x7ff8_0000_0000_0000);
/// The quiet NaN of this engine with its sign bit set; prints as `-nan`. An invalid operation gives this one, as on x86.
pub const NAN_NEGATIVE: f64 = f64::from_bits(0xfff8_0000_0000_0000);

/// `n` itself, or one of the two NaNs of this engine when it is a NaN of any other shape: only the sign is kept.
#[inline]
pub fn canonical_nan(n: f64) -> f64 {
    if !n.is_nan() {
        n
    } else if n.is_sign_negative() {
        NAN_NEGATIVE
    } else {
        NAN_POSITIVE
    }
}

/// `result`, computed from `a` and `b`, with the NaN that x86 would give: the first operand that is a NaN, else the
/// negative one. Targets and optimisers differ here, and `tostring` shows the sign.
#[inline]
pub fn settle_nan(result: f64, a: f64, b: f64) -> f64 {
    if result.is_nan() { nan_of(a, b) } else { result }
}

#[cold]
fn nan_of(a: f64, b: f64) -> f64 {
    if a.is_nan() {
        canonical_nan(a)
    } else if b.is_nan() {
        canonical_nan(b)
    } else {
        NAN_NEGATIVE
    }
}

/// `a % b`: what is left of `a` after the largest multiple of `b` not above it, by the formula of Lua 5.1
/// (`a - floor(a / b) * b`), whose rounding differs from C's `fmod`, and which makes `5 % math.huge` a NaN.
///
/// # Source
/// PUC `luaconf.h`, `luai_nummod`.
#[inline]
pub fn lua_mod(a: f64, b: f64) -> f64 {
    // Of whole numbers of 32 bits the formula gives the remainder, which that of the processor does in less time
    // than a division of doubles and [`floor`] without an instruction for it.
    if cfg!(target_arch = "x86_64")
        && let (Some(dividend), Some(divisor)) = (as_u32(a), as_u32(b))
        && let Some(rest) = dividend.checked_rem(divisor)
    {
        return f64::from(rest);
    }
    settle_nan(a - floor(a / b) * b, a, b)
}

/// A whole number within 32 bits; both zeros are 0.
#[inline]
fn as_u32(n: f64) -> Option<u32> {
    // The doubles from here on to twice as much are whole, and end in their distance from here.
    const TO_WHOLE: f64 = (1u64 << 52) as f64;
    let whole = n + TO_WHOLE;
    let distance = whole.to_bits() ^ TO_WHOLE.to_bits();
    (distance >> 32 == 0 && whole - TO_WHOLE == n).then_some(distance as u32)
}

/// The whole part of `n` as x86-64 casts it: NaN and what does not fit give `i64::MIN`.
///
/// # Source
/// PUC `lua_number2integer`, a plain cast in Debian's and Redis's build; `luaL_checkinteger` and `string.format("%d")`.
#[inline]
pub fn number_to_integer(n: f64) -> i64 {
    // `as` saturates. Only above the range does that differ, and for NaN.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if n < LIMIT { n as i64 } else { i64::MIN }
}

/// The low 32 bits of [`number_to_integer`], so `2^32 + 3` is 3.
///
/// # Source
/// PUC `luaL_checkint`: `(int)luaL_checkinteger`.
#[inline]
pub fn number_to_int(n: f64) -> i32 {
    number_to_integer(n) as i32
}

/// The whole part of `n` as x86-64 casts it straight to `int`: NaN and what does not fit 32 bits give `i32::MIN`.
///
/// # Source
/// PUC `lstrlib.c`, `str_format`, `%c`.
#[inline]
pub fn number_to_c_int(n: f64) -> i32 {
    if n < 2_147_483_648.0 { n as i32 } else { i32::MIN }
}

/// `n` as x86-64 casts it to `unsigned long`: negative numbers wrap, NaN is `2^63`, and `2^64` and more are 0.
///
/// # Source
/// PUC `lstrlib.c`, `str_format`, `%o %u %x %X`.
#[inline]
pub fn number_to_unsigned(n: f64) -> u64 {
    const HALF: f64 = 9_223_372_036_854_775_808.0;
    if n >= HALF {
        (number_to_integer(n - HALF) as u64) ^ (1 << 63)
    } else {
        number_to_integer(n) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f64 = NAN_NEGATIVE;
    const INF: f64 = f64::INFINITY;

    #[test]
    fn casts() {
        // Recorded from lua5.1: string.format("%d", n), string.sub, string.rep.
        assert_eq!(number_to_integer(2.9), 2);
        assert_eq!(number_to_integer(-2.9), -2);
        assert_eq!(number_to_integer(1e300), i64::MIN);
        assert_eq!(number_to_integer(-1e300), i64::MIN);
        assert_eq!(number_to_integer(NAN), i64::MIN);
        assert_eq!(number_to_integer(2f64.powi(63)), i64::MIN);
        assert_eq!(number_to_integer(2f64.powi(53)), 1 << 53);
        assert_eq!(number_to_int(4294967299.0), 3);
        assert_eq!(number_to_int(NAN), 0);
        assert_eq!(number_to_int(9.3e18), 0);
        assert_eq!(number_to_c_int(4294967361.0), i32::MIN);
        assert_eq!(number_to_c_int(NAN), i32::MIN);
        assert_eq!(number_to_c_int(-191.5), -191);
        assert_eq!(number_to_c_int(-2147483649.0), i32::MIN);
    }

    #[test]
    fn unsigned_casts() {
        // Recorded from lua5.1: string.format("%x", n).
        assert_eq!(number_to_unsigned(255.9), 255);
        assert_eq!(number_to_unsigned(-1.0), u64::MAX);
        assert_eq!(number_to_unsigned(-1.5), u64::MAX);
        assert_eq!(number_to_unsigned(2f64.powi(63)), 1 << 63);
        assert_eq!(number_to_unsigned(2f64.powi(64) - 2048.0), u64::MAX - 2047);
        assert_eq!(number_to_unsigned(2f64.powi(64)), 0);
        assert_eq!(number_to_unsigned(INF), 0);
        assert_eq!(number_to_unsigned(-INF), 1 << 63);
        assert_eq!(number_to_unsigned(NAN), 1 << 63);
        assert_eq!(number_to_unsigned(-1e300), 1 << 63);
    }

    #[test]
    fn modulo() {
        assert_eq!(lua_mod(5.5, -2.0), -0.5);
        assert_eq!(lua_mod(-5.5, 2.0), 0.5);
        assert!(lua_mod(-0.0, 1.0).is_sign_positive());
        let formula = |a: f64, b: f64| settle_nan(a - floor(a / b) * b, a, b);
        let edges =
            [0.0, 0.5, 1.0, 3.0, 31.0, 65_537.0, 4_294_967_295.0, 4_294_967_296.0, 1e300, INF];
        let edges = edges.map(|n| [n, -n]).concat();
        for &a in &edges {
            for &b in &edges {
                assert_eq!(lua_mod(a, b).to_bits(), formula(a, b).to_bits(), "{a} % {b}");
            }
        }
        for (a, b) in [(5.0, INF), (-5.0, INF), (INF, 2.0), (1.0, 0.0), (2.0, NAN_NEGATIVE)] {
            assert_eq!(lua_mod(a, b).to_bits(), NAN_NEGATIVE.to_bits(), "{a} % {b}");
        }
        assert_eq!(lua_mod(1.0, NAN_POSITIVE).to_bits(), NAN_POSITIVE.to_bits());
        assert_eq!(lua_mod(NAN_POSITIVE, NAN_NEGATIVE).to_bits(), NAN_POSITIVE.to_bits());
    }

    #[test]
    fn nan_keeps_only_its_sign() {
        let odd = f64::from_bits(0x7ff8_0000_dead_beef);
        assert_eq!(canonical_nan(odd).to_bits(), NAN_POSITIVE.to_bits());
        assert_eq!(canonical_nan(-odd).to_bits(), NAN_NEGATIVE.to_bits());
        assert_eq!(canonical_nan(-0.0).to_bits(), (-0.0f64).to_bits());
    }
}
