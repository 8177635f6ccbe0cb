//! `SCAN`, `HSCAN`, `SSCAN`, `ZSCAN`: their common arguments.

use crate::context::Args;
use crate::limits::SCAN_COUNT;
use crate::messages::{Failure, INVALID_CURSOR, SYNTAX};
use crate::pattern;

/// What follows the cursor.
pub(super) struct Options<'a> {
    pattern: Option<&'a [u8]>,
    pub(super) count: usize,
    /// `TYPE`, which only `SCAN` knows.
    pub(super) type_name: Option<&'a [u8]>,
}

impl<'a> Options<'a> {
    /// Reads the options from argument `index` on.
    pub(super) fn parse(
        args: Args<'a>,
        mut index: usize,
        knows_type: bool,
    ) -> Result<Self, Failure> {
        let mut options = Self { pattern: None, count: SCAN_COUNT, type_name: None };
        while index < args.len() {
            let has_value = index + 1 < args.len();
            if args.is(index, "count") && has_value {
                let count = args.integer(index + 1)?;
                if count < 1 {
                    return Err(SYNTAX.into());
                }
                options.count = usize::try_from(count).unwrap_or(usize::MAX);
            } else if args.is(index, "match") && has_value {
                options.pattern = Some(args.at(index + 1)).filter(|pattern| *pattern != b"*");
            } else if args.is(index, "type") && has_value && knows_type {
                options.type_name = Some(args.at(index + 1));
            } else {
                return Err(SYNTAX.into());
            }
            index += 2;
        }
        Ok(options)
    }

    pub(super) fn admits(&self, name: &[u8]) -> bool {
        self.pattern.is_none_or(|pattern| pattern::matches(pattern, name))
    }
}

/// Reads a cursor: digits, with a sign as `strtoul` takes it.
pub(super) fn cursor(text: &[u8]) -> Result<u64, Failure> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() && !text.is_empty() {
        return Err(INVALID_CURSOR.into());
    }
    let number = digits.iter().try_fold(0_u64, |number, digit| {
        let digit = digit.checked_sub(b'0').filter(|&digit| digit < 10)?;
        number.checked_mul(10)?.checked_add(digit.into())
    });
    let number = number.ok_or(INVALID_CURSOR)?;
    Ok(if negative { number.wrapping_neg() } else { number })
}
