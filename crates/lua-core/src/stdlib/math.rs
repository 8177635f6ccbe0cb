//! `math`. Lua 5.1 manual §5.6, with the random numbers of Redis.

use crate::error::Failure;
use crate::heap::Heap;
use crate::native::{CallContext, Library, Outcome};
use crate::number;
use crate::value::Value;

type Native = Result<Outcome, Failure>;

/// Pi, as `math.pi` has it and as degrees are converted with.
const PI: f64 = core::f64::consts::PI;
/// What `math.rad` multiplies by and `math.deg` divides by.
const RADIANS_PER_DEGREE: f64 = PI / 180.0;

/// The generator behind `math.random`: 48 bits, linear congruential, the same numbers everywhere.
///
/// # Source
/// Redis 7.0.15 as measured (`../redis7/environment.md`, "math.random").
#[derive(Clone, Debug)]
pub(crate) struct Random {
    /// The low 48 bits.
    state: u64,
}

impl Random {
    const MULTIPLIER: u64 = 0x5_DEEC_E66D;
    const INCREMENT: u64 = 11;
    const MASK: u64 = (1 << 48) - 1;
    /// What numbers are reduced by.
    const LIMIT: u64 = i32::MAX as u64;
    /// The low 16 bits of a new state.
    const SEED_LOW: u64 = 0x330E;

    /// The generator after `math.randomseed(seed)`; the low 32 bits of the seed count.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { state: ((seed & 0xFFFF_FFFF) << 16) | Self::SEED_LOW }
    }

    /// The generator at a [`Self::state`].
    pub(crate) fn at(state: u64) -> Self {
        Self { state: state & Self::MASK }
    }

    /// Where the sequence stands.
    pub(crate) fn state(&self) -> u64 {
        self.state
    }

    /// The next number, `0 <= n < 1`.
    fn next(&mut self) -> f64 {
        self.state =
            self.state.wrapping_mul(Self::MULTIPLIER).wrapping_add(Self::INCREMENT) & Self::MASK;
        let high = self.state >> 17;
        (high % Self::LIMIT) as f64 / Self::LIMIT as f64
    }
}

impl Default for Random {
    /// The state of a server that has just started.
    fn default() -> Self {
        Self { state: 0x1234_ABCD_330E }
    }
}

/// Natives that make one number of one.
macro_rules! unary {
    ($($name:ident = $compute:expr;)*) => {$(
        fn $name(cx: &mut CallContext<'_>) -> Native {
            let n = cx.check_number(1)?;
            let compute: fn(f64) -> f64 = $compute;
            cx.return1(Value::number(compute(n)))
        }
    )*};
}

unary! {
    abs = f64::abs;
    acos = number::acos;
    asin = number::asin;
    atan = number::atan;
    ceil = number::ceil;
    cos = number::cos;
    cosh = number::cosh;
    deg = |n| n / RADIANS_PER_DEGREE;
    exp = number::exp;
    floor = number::floor;
    log = number::log;
    log10 = number::log10;
    rad = |n| n * RADIANS_PER_DEGREE;
    sin = number::sin;
    sinh = number::sinh;
    sqrt = number::sqrt;
    tan = number::tan;
    tanh = number::tanh;
}

/// Natives that make one number of two. The second argument is checked first: so does the reference's compiler
/// order it.
macro_rules! binary {
    ($($name:ident = $compute:expr;)*) => {$(
        fn $name(cx: &mut CallContext<'_>) -> Native {
            let b = cx.check_number(2)?;
            let a = cx.check_number(1)?;
            let compute: fn(f64, f64) -> f64 = $compute;
            cx.return1(Value::number(compute(a, b)))
        }
    )*};
}

binary! {
    atan2 = number::atan2;
    fmod = number::fmod;
    pow = number::pow;
}

fn frexp(cx: &mut CallContext<'_>) -> Native {
    let (fraction, exponent) = number::frexp(cx.check_number(1)?);
    cx.return2(Value::number(fraction), Value::number(f64::from(exponent)))
}

fn ldexp(cx: &mut CallContext<'_>) -> Native {
    let exponent = cx.check_int(2)?;
    let n = cx.check_number(1)?;
    cx.return1(Value::number(number::ldexp(n, exponent)))
}

fn modf(cx: &mut CallContext<'_>) -> Native {
    let (whole, fraction) = number::modf(cx.check_number(1)?);
    cx.return2(Value::number(whole), Value::number(fraction))
}

/// The argument that no other one precedes in `order`.
#[inline(always)]
fn extreme(cx: &mut CallContext<'_>, precedes: impl Fn(f64, f64) -> bool) -> Native {
    let mut best = cx.check_number(1)?;
    for position in 2..=cx.arg_count() {
        let n = cx.check_number(position)?;
        if precedes(n, best) {
            best = n;
        }
    }
    cx.return1(Value::number(best))
}

fn max(cx: &mut CallContext<'_>) -> Native {
    extreme(cx, |a, b| a > b)
}

fn min(cx: &mut CallContext<'_>) -> Native {
    extreme(cx, |a, b| a < b)
}

fn random(cx: &mut CallContext<'_>) -> Native {
    // Drawn first: a call that raises uses a number up, too.
    let r = cx.heap.random.next();
    let (low, high) = match cx.arg_count() {
        0 => return cx.return1(Value::number(r)),
        1 => (1, cx.check_int(1)?),
        2 => (cx.check_int(1)?, cx.check_int(2)?),
        _ => return Err(cx.error("wrong number of arguments")),
    };
    if low > high {
        let last = cx.arg_count();
        return Err(cx.arg_error(last, "interval is empty"));
    }
    // The width is an `int` in C, where it wraps.
    let width = f64::from(high.wrapping_sub(low).wrapping_add(1));
    cx.return1(Value::number(number::floor(r * width) + f64::from(low)))
}

fn randomseed(cx: &mut CallContext<'_>) -> Native {
    let seed = cx.check_int(1)?;
    cx.heap.random = Random::seeded(u64::from(seed as u32));
    cx.return0()
}

/// `math`, but for its two numbers and `mod`, the old name of `fmod`.
pub const MATH: Library = crate::library!("math", {
    "abs" => abs,
    "acos" => acos,
    "asin" => asin,
    "atan" => atan,
    "atan2" => atan2,
    "ceil" => ceil,
    "cos" => cos,
    "cosh" => cosh,
    "deg" => deg,
    "exp" => exp,
    "floor" => floor,
    "fmod" => fmod,
    "frexp" => frexp,
    "ldexp" => ldexp,
    "log" => log,
    "log10" => log10,
    "max" => max,
    "min" => min,
    "modf" => modf,
    "pow" => pow,
    "rad" => rad,
    "random" => random,
    "randomseed" => randomseed,
    "sin" => sin,
    "sinh" => sinh,
    "sqrt" => sqrt,
    "tan" => tan,
    "tanh" => tanh,
});

/// Registers the library.
pub(crate) fn open(heap: &mut Heap) -> Result<(), Failure> {
    let table = heap.register(&MATH)?;
    let fmod = heap.intern(b"fmod")?;
    let function = heap.tables[table].get(fmod, &heap.strings);
    for (name, value) in [
        (&b"pi"[..], Value::number(PI)),
        (b"huge", Value::number(f64::INFINITY)),
        (b"mod", function),
    ] {
        let name = heap.intern(name)?;
        heap.raw_set_own(table, name, value)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(seed: u64, count: usize) -> Vec<f64> {
        let mut random = Random::seeded(seed);
        (0..count).map(|_| (random.next() * 1_000_000.0).floor() + 1.0).collect()
    }

    #[test]
    fn numbers_are_those_of_redis() {
        // Recorded from redis-server 7.0.15: math.randomseed(n), then math.random(1000000).
        assert_eq!(numbers(0, 5), [170829.0, 749902.0, 96372.0, 870466.0, 577304.0]);
        assert_eq!(numbers(1, 5), [41631.0, 454493.0, 834818.0, 335987.0, 565490.0]);
        assert_eq!(numbers(u64::MAX, 5), [300026.0, 45312.0, 357927.0, 404945.0, 589118.0]);
        assert_eq!(numbers(1 << 32, 1), [170829.0]);
        assert_eq!(numbers(1 << 31, 1), [670829.0]);
        let mut random = Random::seeded(42);
        assert_eq!(random.next(), 0.744_525_000_334_030_5);
        assert_eq!(random.next(), 0.342_701_478_555_193_84);
    }
}
