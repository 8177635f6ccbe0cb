//! Numbers as unevaluated sums of two doubles, where the digits of one do not suffice.
//!
//! Nothing here relies on a fused multiply-add, which not every target has.

/// `high + low`, with `low` no more than about a unit in the last place of `high`.
#[derive(Clone, Copy)]
pub(super) struct Twofold {
    pub(super) high: f64,
    pub(super) low: f64,
}

impl Twofold {
    pub(super) const fn new((high, low): (f64, f64)) -> Self {
        Self { high, low }
    }

    /// The nearest double.
    #[inline(always)]
    pub(super) fn round(self) -> f64 {
        self.high + self.low
    }

    /// The same number with a `low` as small as it should be, from one that is larger.
    #[inline(always)]
    pub(super) fn settle(self) -> Self {
        let high = self.high + self.low;
        Self { high, low: (self.high - high) + self.low }
    }

    /// `self / other`, within some units of `2^-104`.
    #[inline(always)]
    pub(super) fn divide(self, other: Self) -> Self {
        let quotient = self.high / other.high;
        let (product, rest) = exact_product(quotient, other.high);
        let left = (self.high - product) - rest + self.low - quotient * other.low;
        Self { high: quotient, low: left / other.high }
    }

    /// `self - other`, where `self` is the larger one.
    #[inline(always)]
    pub(super) fn subtract(self, other: Self) -> Self {
        let high = self.high - other.high;
        let rest = (self.high - high) - other.high;
        Self { high, low: rest + (self.low - other.low) }
    }
}

/// `a * b` rounded, and what rounding took away.
#[inline(always)]
pub(super) fn exact_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    let (a_high, b_high) = (upper_half(a), upper_half(b));
    let (a_low, b_low) = (a - a_high, b - b_high);
    let rest = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
    (product, rest)
}

/// The upper 26 bits of the significand.
#[inline(always)]
pub(super) fn upper_half(n: f64) -> f64 {
    f64::from_bits(n.to_bits() & !((1 << 27) - 1))
}
