//! `bit`: LuaBitOp's operations on 32-bit numbers (`../redis7/modules.md`).

use lua_core::error::Failure;
use lua_core::native::{CallContext, Library, Outcome};
use lua_core::value::Value;

type Native = Result<Outcome, Failure>;

/// `bit`. LuaBitOp 1.0.2 semantics.
pub(crate) const BIT: Library = lua_core::library!("bit", {
    "tobit" => tobit,
    "bnot" => bnot,
    "band" => band,
    "bor" => bor,
    "bxor" => bxor,
    "lshift" => lshift,
    "rshift" => rshift,
    "arshift" => arshift,
    "rol" => rol,
    "ror" => ror,
    "bswap" => bswap,
    "tohex" => tohex,
});

/// An argument as 32 bits: rounded to even, modulo 2^32.
#[inline]
fn bits(cx: &mut CallContext<'_>, position: usize) -> Result<u32, Failure> {
    Ok(normalise(cx.check_number(position)?))
}

/// Adding 2^52 + 2^51 leaves the rounded number in the low bits of the sum. That is also what makes the results
/// for numbers beyond 2^51.
#[inline]
fn normalise(number: f64) -> u32 {
    (number + 6_755_399_441_055_744.0).to_bits() as u32
}

#[inline]
fn give(cx: &mut CallContext<'_>, bits: u32) -> Native {
    cx.return1(Value::number(f64::from(bits as i32)))
}

fn tobit(cx: &mut CallContext<'_>) -> Native {
    let a = bits(cx, 1)?;
    give(cx, a)
}

fn bnot(cx: &mut CallContext<'_>) -> Native {
    let a = bits(cx, 1)?;
    give(cx, !a)
}

fn bswap(cx: &mut CallContext<'_>) -> Native {
    let a = bits(cx, 1)?;
    give(cx, a.swap_bytes())
}

#[inline]
fn fold(cx: &mut CallContext<'_>, join: fn(u32, u32) -> u32) -> Native {
    let mut result = bits(cx, 1)?;
    // From the last one down, which decides whose error it is.
    for position in (2..=cx.arg_count()).rev() {
        result = join(result, bits(cx, position)?);
    }
    give(cx, result)
}

fn band(cx: &mut CallContext<'_>) -> Native {
    fold(cx, |a, b| a & b)
}

fn bor(cx: &mut CallContext<'_>) -> Native {
    fold(cx, |a, b| a | b)
}

fn bxor(cx: &mut CallContext<'_>) -> Native {
    fold(cx, |a, b| a ^ b)
}

/// Only the low five bits of a count matter, which `wrapping_sh*` and `rotate_*` see to.
#[inline]
fn shift(cx: &mut CallContext<'_>, shift: fn(u32, u32) -> u32) -> Native {
    let a = bits(cx, 1)?;
    let count = bits(cx, 2)? & 31;
    give(cx, shift(a, count))
}

fn lshift(cx: &mut CallContext<'_>) -> Native {
    shift(cx, u32::wrapping_shl)
}

fn rshift(cx: &mut CallContext<'_>) -> Native {
    shift(cx, u32::wrapping_shr)
}

fn arshift(cx: &mut CallContext<'_>) -> Native {
    shift(cx, |a, count| (a as i32).wrapping_shr(count) as u32)
}

fn rol(cx: &mut CallContext<'_>) -> Native {
    shift(cx, u32::rotate_left)
}

fn ror(cx: &mut CallContext<'_>) -> Native {
    shift(cx, u32::rotate_right)
}

/// The digits that a number of 32 bits has.
const DIGITS_MAX: u32 = 8;

fn tohex(cx: &mut CallContext<'_>) -> Native {
    let value = bits(cx, 1)?;
    if cx.arg_count() > 1 {
        return tohex_some(cx, value);
    }
    let text = cx.string(&hex(value, false))?;
    cx.return1(text)
}

/// As many digits as the second argument says; capital ones when it is negative.
#[inline(never)]
fn tohex_some(cx: &mut CallContext<'_>, value: u32) -> Native {
    let count = bits(cx, 2)? as i32;
    let len = count.unsigned_abs().min(DIGITS_MAX);
    let text = hex(value, count < 0);
    let text = cx.string(&text[(DIGITS_MAX - len) as usize..])?;
    cx.return1(text)
}

/// Eight hexadecimal digits, all at once.
#[inline]
fn hex(value: u32, is_upper: bool) -> [u8; 8] {
    // Spreads the digits so that each has a byte of its own.
    let mut digits = u64::from(value);
    digits = (digits | digits << 16) & 0x0000_FFFF_0000_FFFF;
    digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FF;
    digits = (digits | digits << 4) & 0x0F0F_0F0F_0F0F_0F0F;
    // One in each byte whose digit is a letter: those lie further on in ASCII.
    let letters = (digits + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101;
    let gap = if is_upper { b'A' - b'9' - 1 } else { b'a' - b'9' - 1 };
    (digits + 0x3030_3030_3030_3030 + letters * u64::from(gap)).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::{hex, normalise};

    #[test]
    fn hexadecimal_digits() {
        for value in [0, 1, 0x1234_5678, 0x9ABC_DEF0, 0xFACE_B00C, u32::MAX] {
            assert_eq!(hex(value, false), *format!("{value:08x}").as_bytes());
            assert_eq!(hex(value, true), *format!("{value:08X}").as_bytes());
        }
    }

    #[test]
    fn rounds_to_even_modulo_2_32() {
        let cases = [
            (0.5, 0),
            (1.5, 2),
            (2.5, 2),
            (-1.5, -2),
            (4_294_967_295.0, -1),
            (2_147_483_648.0, i32::MIN),
            (1e15, -1_530_494_976),
            (1e100, 630_506_365),
            (f64::NAN, 0),
            (f64::INFINITY, 0),
        ];
        for (number, expected) in cases {
            assert_eq!(normalise(number) as i32, expected, "{number}");
        }
    }
}
