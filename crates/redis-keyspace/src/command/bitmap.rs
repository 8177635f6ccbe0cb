//! Strings as rows of bits, the highest bit of the first byte first.

use resp::Reply;

use crate::command::string::edit_bytes;
use crate::context::{Answer, Args, Context, count, integer};
use crate::messages::*;
use crate::value::StringValue;

pub(super) fn setbit(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let offset = bit_offset(cx, args.at(2))?;
    let bit = match integer(args.at(3)) {
        Ok(0) => false,
        Ok(1) => true,
        _ => return Err(BIT_VALUE.into()),
    };
    if let Some(string) = cx.string(args.at(1))?
        && string.encoding() == "raw"
        && offset / 8 < string.len()
        && self::bit(&string.bytes(), offset) == bit
    {
        // Nothing changes, not even for who watches the key.
        return Ok(Reply::Integer(bit.into()));
    }
    edit_bytes(cx, args.at(1), offset / 8 + 1, |bytes| {
        let mask = 0x80 >> (offset % 8);
        let byte = bytes.get_mut(offset / 8).ok_or(BIT_OFFSET)?;
        let old = *byte & mask != 0;
        *byte = if bit { *byte | mask } else { *byte & !mask };
        Ok(Reply::Integer(old.into()))
    })
}

pub(super) fn getbit(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let offset = bit_offset(cx, args.at(2))?;
    let Some(string) = cx.string(args.at(1))? else { return Ok(count(0)) };
    Ok(Reply::Integer(bit(&string.bytes(), offset).into()))
}

/// The index of a bit that a string could have.
fn bit_offset(cx: &Context<'_>, text: &[u8]) -> Result<usize, Failure> {
    resp::number::parse_i64(text)
        .and_then(|offset| usize::try_from(offset).ok())
        .filter(|offset| offset / 8 < cx.keyspace.config().string_size_max)
        .ok_or_else(|| BIT_OFFSET.into())
}

fn bit(bytes: &[u8], offset: usize) -> bool {
    bytes.get(offset / 8).is_some_and(|byte| byte & (0x80 >> (offset % 8)) != 0)
}

pub(super) fn bitcount(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let Some(string) = cx.string(args.at(1))? else { return Ok(count(0)) };
    let bytes = string.bytes();
    let bits = match args.len() {
        2 => 0..bytes.len() * 8,
        4 | 5 => {
            let (start, end) = (args.integer(2)?, args.integer(3)?);
            if start < 0 && end < 0 && start > end {
                return Ok(count(0));
            }
            bit_range(start, end, is_in_bits(args, 4)?, bytes.len())
        }
        _ => return Err(SYNTAX.into()),
    };
    Ok(Reply::Integer(count_bits(&bytes, bits)))
}

/// Whether a range is in `BIT`s rather than `BYTE`s.
fn is_in_bits(args: Args<'_>, index: usize) -> Result<bool, Failure> {
    if args.len() <= index || args.is(index, "byte") {
        Ok(false)
    } else if args.is(index, "bit") {
        Ok(true)
    } else {
        Err(SYNTAX.into())
    }
}

/// The bits that a range of bytes or bits means; ends before the beginning are the beginning.
fn bit_range(start: i64, end: i64, in_bits: bool, size: usize) -> std::ops::Range<usize> {
    let len = if in_bits { size * 8 } else { size } as i64;
    let from_end = |index: i64| if index < 0 { index.saturating_add(len).max(0) } else { index };
    let (start, end) = (from_end(start), from_end(end).min(len - 1));
    if start > end {
        return 0..0;
    }
    let unit = if in_bits { 1 } else { 8 };
    start as usize * unit..(end as usize + 1) * unit
}

fn count_bits(bytes: &[u8], bits: std::ops::Range<usize>) -> i64 {
    let (first, last) = (bits.start.div_ceil(8), bits.end / 8);
    if first >= last {
        return bits.filter(|&at| bit(bytes, at)).count() as i64;
    }
    let whole = bytes.get(first..last).unwrap_or_default();
    let (words, rest) = whole.as_chunks::<8>();
    let ones: u64 =
        words.iter().map(|word| u64::from(u64::from_ne_bytes(*word).count_ones())).sum();
    let ones = ones + rest.iter().map(|byte| u64::from(byte.count_ones())).sum::<u64>();
    let edges = (bits.start..first * 8).chain(last * 8..bits.end);
    ones as i64 + edges.filter(|&at| bit(bytes, at)).count() as i64
}

pub(super) fn bitpos(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let wanted = match args.integer(2)? {
        0 => false,
        1 => true,
        _ => return Err(BIT_ARGUMENT.into()),
    };
    let Some(string) = cx.string(args.at(1))? else {
        return Ok(Reply::Integer(if wanted { -1 } else { 0 }));
    };
    let bytes = string.bytes();
    let has_end = args.len() >= 5;
    let bits = match args.len() {
        3 => 0..bytes.len() * 8,
        4..=6 => {
            let start = args.integer(3)?;
            // The unit is read before the end.
            let in_bits = is_in_bits(args, 5)?;
            let end = if has_end { args.integer(4)? } else { -1 };
            bit_range(start, end, in_bits, bytes.len())
        }
        _ => return Err(SYNTAX.into()),
    };
    if bits.is_empty() {
        return Ok(Reply::Integer(-1));
    }
    // Bytes without the bit are passed over as a whole.
    let skipped = if wanted { 0 } else { 0xff };
    let mut at = bits.start;
    while at < bits.end {
        if at.is_multiple_of(8) && bytes.get(at / 8) == Some(&skipped) {
            at += 8;
            continue;
        }
        if bit(&bytes, at) == wanted {
            return Ok(count(at));
        }
        at += 1;
    }
    // Without an end, the string goes on in zeros.
    Ok(Reply::Integer(if wanted || has_end { -1 } else { bytes.len() as i64 * 8 }))
}

pub(super) fn bitop(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let operation: Option<fn(u8, u8) -> u8> = if args.is(1, "and") {
        Some(|a, b| a & b)
    } else if args.is(1, "or") {
        Some(|a, b| a | b)
    } else if args.is(1, "xor") {
        Some(|a, b| a ^ b)
    } else if args.is(1, "not") {
        None
    } else {
        return Err(SYNTAX.into());
    };
    let keys = args.from(3);
    if operation.is_none() && keys.len() != 1 {
        return Err(BITOP_NOT.into());
    }
    let mut result: Option<Vec<u8>> = None;
    for key in keys {
        let bytes = cx.string(key)?.map(StringValue::to_vec).unwrap_or_default();
        result = Some(match (result, operation) {
            (Some(mut result), Some(operation)) => {
                result.resize(result.len().max(bytes.len()), 0);
                for (at, byte) in result.iter_mut().enumerate() {
                    *byte = operation(*byte, bytes.get(at).copied().unwrap_or(0));
                }
                result
            }
            (None, None) => bytes.iter().map(|byte| !byte).collect(),
            _ => bytes,
        });
    }
    let result = result.unwrap_or_default();
    let size = result.len();
    Ok(Reply::Integer(cx.store(args.at(2), StringValue::Changed(result), size)))
}

pub(super) fn bitfield(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let operations = parse_operations(cx, args, false)?;
    run_operations(cx, args.at(1), &operations)
}

pub(super) fn bitfield_ro(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let operations = parse_operations(cx, args, true)?;
    run_operations(cx, args.at(1), &operations)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Overflow {
    Wrap,
    Saturate,
    Fail,
}

#[derive(Clone, Copy)]
enum Action {
    Get,
    Set(i64),
    Add(i64),
}

/// One part of `BITFIELD`: an integer of `bits` bits at `offset`.
struct Operation {
    action: Action,
    overflow: Overflow,
    signed: bool,
    bits: u32,
    offset: usize,
}

fn parse_operations(
    cx: &Context<'_>,
    args: Args<'_>,
    is_readonly: bool,
) -> Result<Vec<Operation>, Failure> {
    let mut operations = Vec::new();
    let mut overflow = Overflow::Wrap;
    let mut index = 2;
    while index < args.len() {
        let left = args.len() - index - 1;
        if args.is(index, "overflow") && left >= 1 {
            overflow = if args.is(index + 1, "wrap") {
                Overflow::Wrap
            } else if args.is(index + 1, "sat") {
                Overflow::Saturate
            } else if args.is(index + 1, "fail") {
                Overflow::Fail
            } else {
                return Err("ERR Invalid OVERFLOW type specified".into());
            };
            index += 2;
            continue;
        }
        let takes_value = args.is(index, "set") || args.is(index, "incrby");
        if !(args.is(index, "get") && left >= 2 || takes_value && left >= 3) {
            return Err(SYNTAX.into());
        }
        let (signed, bits) = field_type(args.at(index + 1))?;
        let offset = field_offset(cx, args.at(index + 2), bits)?;
        let action = if args.is(index, "get") {
            Action::Get
        } else if is_readonly {
            return Err("ERR BITFIELD_RO only supports the GET subcommand".into());
        } else {
            let number = args.integer(index + 3)?;
            if args.is(index, "set") { Action::Set(number) } else { Action::Add(number) }
        };
        operations.push(Operation { action, overflow, signed, bits, offset });
        index += if takes_value { 4 } else { 3 };
    }
    Ok(operations)
}

/// Bits of the widest field, `i64`.
const FIELD_BITS_MAX: usize = 64;

fn field_type(text: &[u8]) -> Result<(bool, u32), Failure> {
    const REFUSAL: &str = "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.";
    let (signed, digits) = match text {
        [b'i', digits @ ..] => (true, digits),
        [b'u', digits @ ..] => (false, digits),
        _ => return Err(REFUSAL.into()),
    };
    let bits = integer(digits).map_err(|_| REFUSAL)?;
    if bits < 1 || bits > if signed { 64 } else { 63 } {
        return Err(REFUSAL.into());
    }
    Ok((signed, bits as u32))
}

fn field_offset(cx: &Context<'_>, text: &[u8], bits: u32) -> Result<usize, Failure> {
    let (digits, unit) = match text {
        [b'#', digits @ ..] => (digits, bits as usize),
        digits => (digits, 1),
    };
    resp::number::parse_i64(digits)
        .and_then(|offset| usize::try_from(offset).ok())
        .and_then(|offset| offset.checked_mul(unit))
        .filter(|offset| offset / 8 < cx.keyspace.config().string_size_max)
        // On 32 bits, the end of the field must be a number too.
        .filter(|offset| offset.checked_add(2 * FIELD_BITS_MAX).is_some())
        .ok_or_else(|| BIT_OFFSET.into())
}

fn run_operations(cx: &mut Context<'_>, key: &[u8], operations: &[Operation]) -> Answer {
    cx.string(key)?;
    let size_min = operations
        .iter()
        .filter(|operation| !matches!(operation.action, Action::Get))
        .map(|operation| (operation.offset + operation.bits as usize).div_ceil(8))
        .max();
    let run =
        |bytes: &mut Vec<u8>| Ok(operations.iter().map(|operation| operation.run(bytes)).collect());
    match size_min {
        Some(size) => edit_bytes(cx, key, size, run),
        None => run(&mut cx.string(key)?.map(StringValue::to_vec).unwrap_or_default()),
    }
}

impl Operation {
    fn run(&self, bytes: &mut [u8]) -> Reply {
        let old = self.read(bytes);
        let (new, reply) = match self.action {
            Action::Get => return Reply::Integer(old as i64),
            Action::Set(number) => (self.fit(self.as_redis_compares(number)), old),
            Action::Add(increment) => {
                let sum = self.fit(old + i128::from(increment));
                (sum, sum.unwrap_or(0))
            }
        };
        match new {
            None => Reply::Nil,
            Some(new) => {
                self.write(bytes, new);
                Reply::Integer(reply as i64)
            }
        }
    }

    /// The number to set, as Redis sees it when it looks for an overflow: unsigned for an unsigned field, and
    /// also where its own subtraction from the greatest value overflows.
    fn as_redis_compares(&self, number: i64) -> i128 {
        let is_exact = match self.bits {
            _ if !self.signed => false,
            64 => true,
            bits => ((1_i64 << (bits - 1)) - 1).wrapping_sub(number) >= 0,
        };
        if is_exact { number.into() } else { (number as u64).into() }
    }

    /// The number as the field can hold it; `None` when it cannot and the operation must fail.
    fn fit(&self, number: i128) -> Option<i128> {
        let (min, max) = if self.signed {
            (-(1_i128 << (self.bits - 1)), (1_i128 << (self.bits - 1)) - 1)
        } else {
            (0, (1_i128 << self.bits) - 1)
        };
        if (min..=max).contains(&number) {
            return Some(number);
        }
        match self.overflow {
            Overflow::Fail => None,
            Overflow::Saturate => Some(number.clamp(min, max)),
            Overflow::Wrap => {
                let low = number & ((1_i128 << self.bits) - 1);
                Some(if low > max { low - (1_i128 << self.bits) } else { low })
            }
        }
    }

    fn read(&self, bytes: &[u8]) -> i128 {
        let bits = self.offset..self.offset + self.bits as usize;
        let number = bits.fold(0_i128, |number, at| (number << 1) | i128::from(bit(bytes, at)));
        let is_negative = self.signed && number >> (self.bits - 1) & 1 == 1;
        if is_negative { number - (1_i128 << self.bits) } else { number }
    }

    fn write(&self, bytes: &mut [u8], number: i128) {
        for step in 0..self.bits as usize {
            let at = self.offset + step;
            let one = number >> (self.bits as usize - 1 - step) & 1 == 1;
            if let Some(byte) = bytes.get_mut(at / 8) {
                let mask = 0x80 >> (at % 8);
                *byte = if one { *byte | mask } else { *byte & !mask };
            }
        }
    }
}
