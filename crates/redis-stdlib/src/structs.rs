//! `struct`: numbers and strings to C's binary forms and back, as lua_struct 0.2 in Redis 7.0.15 does it
//! (`../redis7/modules.md`).

use std::ops::Range;

use lua_core::error::Failure;
use lua_core::native::{CallContext, Library, Outcome};
use lua_core::number::number_to_unsigned;
use lua_core::value::Value;
use smallvec::SmallVec;

use crate::limits;
use crate::session::{Buffer, session};

type Native = Result<Outcome, Failure>;

/// `struct`. lua_struct 0.2.
pub(crate) const STRUCT: Library = lua_core::library!("struct", {
    "pack" => pack,
    "unpack" => unpack,
    "size" => size,
});

/// Alignment that a bare `!` asks for.
const NATIVE_ALIGNMENT: i32 = 8;

/// Bytes of a format, and of a text that is read, that need no block of the heap.
const SHORT: usize = 32;

/// Results of `unpack` that need no block of the heap.
const RESULTS: usize = 16;

/// Longest format that is kept once it has been read.
const KEPT_SIZE_MAX: usize = 64;

/// Largest buffer that is kept with it.
const KEPT_BUFFER_MAX: usize = 1 << 12;

/// Formats that have been read, each in the place that a few of its bytes choose.
pub(crate) type Plans = [Option<Box<Plan>>; PLANS];

/// A power of two.
const PLANS: usize = 8;

/// A format that has been read: scripts use few of them, and those again and again.
pub(crate) struct Plan {
    text: SmallVec<[u8; SHORT]>,
    /// Its items, up to the first that is wrong.
    items: Vec<Item>,
    /// What is wrong with that one.
    wrong: Option<Wrong>,
    /// What is packed by it goes here.
    buffer: Vec<u8>,
}

impl Plan {
    fn new(text: &[u8]) -> Self {
        let mut format = Format::new(text);
        let mut items = Vec::new();
        let wrong = loop {
            match format.next() {
                Ok(Some(item)) => items.push(item),
                Ok(None) => break None,
                Err((kind, wrong)) => {
                    items.push(Item { kind, size: 0, alignment: 1, is_big_endian: false });
                    break Some(wrong);
                }
            }
        };
        Plan { text: SmallVec::from_slice(text), items, wrong, buffer: Vec::new() }
    }

    /// Where among the [`Plans`] the plan of a format is kept.
    fn place(text: &[u8]) -> usize {
        let ends = text.first().zip(text.last());
        ends.map_or(0, |(first, last)| text.len() ^ usize::from(first ^ (last << 1))) % PLANS
    }

    /// The plan of the format in the first argument, for the time of a call: [`Self::keep`] ends it.
    fn take(cx: &mut CallContext<'_>) -> Result<Box<Plan>, Failure> {
        let text = cx.check_string(1)?;
        let bytes = cx.bytes(text);
        let (size, place) = (bytes.len(), Plan::place(bytes));
        cx.charge(size as u64)?;
        let kept = session(cx)?.plans[place].take();
        let bytes = cx.bytes(text);
        if let Some(plan) = kept.filter(|plan| *plan.text == *bytes) {
            return Ok(plan);
        }
        let plan = Box::new(Plan::new(bytes));
        if size > KEPT_SIZE_MAX {
            cx.charge_memory(plan.size_bytes())?;
        }
        Ok(plan)
    }

    fn keep(mut self: Box<Self>, cx: &mut CallContext<'_>) -> Result<(), Failure> {
        if self.text.len() > KEPT_SIZE_MAX {
            cx.refund(self.size_bytes());
            return Ok(());
        }
        if self.buffer.capacity() > KEPT_BUFFER_MAX {
            self.buffer = Vec::new();
        }
        let place = Plan::place(&self.text);
        session(cx)?.plans[place] = Some(self);
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        self.text.len() + self.items.capacity() * size_of::<Item>()
    }

    #[cold]
    fn wrong(&self, cx: &mut CallContext<'_>) -> Failure {
        match &self.wrong {
            Some(wrong) => wrong.raise(cx),
            None => Failure::Ended(lua_core::error::Ending::Internal),
        }
    }
}

/// A format being read, with the byte order and alignment that it has set.
struct Format<'a> {
    rest: &'a [u8],
    is_big_endian: bool,
    alignment: u32,
}

/// An item of a format.
#[derive(Clone, Copy)]
struct Item {
    kind: Kind,
    is_big_endian: bool,
    size: u32,
    /// Where it may begin: 1 for anywhere.
    alignment: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Signed,
    Unsigned,
    Float,
    Double,
    /// A byte that stands for nothing.
    Skipped,
    /// So many bytes; all of them, or as many as the number before it says, when the size is 0.
    Text,
    /// Bytes up to a NUL.
    Ended,
    /// It sets the byte order or the alignment, or is a space.
    Control,
    /// The number behind the letter is wrong.
    WrongNumber,
    /// The letter is wrong, or what it sets.
    WrongLetter,
}

impl Item {
    /// Bytes of padding before the item at `position`.
    #[inline(always)]
    fn padding(self, position: usize) -> usize {
        if self.alignment == 1 {
            return 0;
        }
        let alignment = self.alignment as usize;
        let mask = alignment - 1;
        alignment.wrapping_sub(position & mask) & mask
    }
}

/// What can be wrong with a format.
enum Wrong {
    /// More digits than an `int` holds.
    Digits,
    /// An integer of so many bytes.
    Size(i32),
    /// An alignment that is no power of two.
    Alignment(i32),
    Letter(u8),
}

impl Wrong {
    #[cold]
    fn raise(&self, cx: &mut CallContext<'_>) -> Failure {
        match self {
            Wrong::Digits => cx.error("integral size overflow"),
            Wrong::Size(size) => cx.error(format!(
                "integral size {size} is larger than limit of {}",
                limits::STRUCT_INTEGER_SIZE_MAX
            )),
            Wrong::Alignment(alignment) => {
                cx.error(format!("alignment {alignment} is not a power of 2"))
            }
            Wrong::Letter(letter) => {
                cx.arg_error(1, [b"invalid format option '", &[*letter][..], b"'"].concat())
            }
        }
    }
}

impl<'a> Format<'a> {
    fn new(text: &'a [u8]) -> Self {
        Format { rest: text, is_big_endian: false, alignment: 1 }
    }

    fn next(&mut self) -> Result<Option<Item>, (Kind, Wrong)> {
        // A format ends at a NUL, as in C.
        let [letter @ 1..=u8::MAX, rest @ ..] = self.rest else { return Ok(None) };
        self.rest = rest;
        let number = |wrong| (Kind::WrongNumber, wrong);
        let (kind, size) = match letter {
            b'b' => (Kind::Signed, 1),
            b'B' => (Kind::Unsigned, 1),
            b'h' => (Kind::Signed, 2),
            b'H' => (Kind::Unsigned, 2),
            b'l' => (Kind::Signed, 8),
            b'L' | b'T' => (Kind::Unsigned, 8),
            b'i' | b'I' => {
                let size = self.number(4).map_err(number)?;
                if size as usize > limits::STRUCT_INTEGER_SIZE_MAX {
                    return Err(number(Wrong::Size(size)));
                }
                (if *letter == b'i' { Kind::Signed } else { Kind::Unsigned }, size as u32)
            }
            b'f' => (Kind::Float, 4),
            b'd' => (Kind::Double, 8),
            b'x' => (Kind::Skipped, 1),
            b'c' => (Kind::Text, self.number(1).map_err(number)? as u32),
            b's' => (Kind::Ended, 0),
            _ => {
                self.control(*letter).map_err(|wrong| (Kind::WrongLetter, wrong))?;
                (Kind::Control, 0)
            }
        };
        let is_aligned = self.alignment > 1 && size > 0 && kind != Kind::Text;
        let alignment = if is_aligned { size.min(self.alignment) } else { 1 };
        Ok(Some(Item { kind, is_big_endian: self.is_big_endian, size, alignment }))
    }

    /// The number behind a letter, or `default`; never negative.
    fn number(&mut self, default: i32) -> Result<i32, Wrong> {
        if matches!(self.rest, [b'0'..=b'9', ..]) { self.digits() } else { Ok(default) }
    }

    fn digits(&mut self) -> Result<i32, Wrong> {
        let mut number = 0_i32;
        while let [digit @ b'0'..=b'9', rest @ ..] = self.rest {
            let more = number.checked_mul(10).and_then(|n| n.checked_add(i32::from(digit - b'0')));
            number = more.ok_or(Wrong::Digits)?;
            self.rest = rest;
        }
        Ok(number)
    }

    /// A letter that stands for no item.
    fn control(&mut self, letter: u8) -> Result<(), Wrong> {
        match letter {
            b' ' => {}
            b'<' => self.is_big_endian = false,
            b'>' => self.is_big_endian = true,
            b'!' => {
                let alignment = self.number(NATIVE_ALIGNMENT)?;
                if alignment == 0 || alignment & (alignment - 1) != 0 {
                    return Err(Wrong::Alignment(alignment));
                }
                self.alignment = alignment as u32;
            }
            _ => return Err(Wrong::Letter(letter)),
        }
        Ok(())
    }
}

/// Bytes, lowest first, in the order of an item.
#[inline]
fn ordered<const N: usize>(item: Item, little: [u8; N]) -> [u8; N] {
    let mut bytes = little;
    if item.is_big_endian {
        bytes.reverse();
    }
    bytes
}

fn size(cx: &mut CallContext<'_>) -> Native {
    let text = cx.check_string(1)?;
    let text: SmallVec<[u8; SHORT]> = SmallVec::from_slice(cx.bytes(text));
    cx.charge(text.len() as u64)?;
    let mut format = Format::new(&text);
    let mut position = 0_usize;
    loop {
        let item = match format.next() {
            Ok(Some(item)) => item,
            Ok(None) => break,
            // Here, letters and digits that stand for nothing are passed over.
            Err((_, Wrong::Letter(letter))) if letter.is_ascii_alphanumeric() => continue,
            Err((_, wrong)) => return Err(wrong.raise(cx)),
        };
        match item.kind {
            Kind::Ended => return Err(cx.arg_error(1, "option 's' has no fixed size")),
            Kind::Text if item.size == 0 => {
                return Err(cx.arg_error(1, "option 'c0' has no fixed size"));
            }
            _ => {}
        }
        position = position.wrapping_add(item.padding(position));
        position = position.wrapping_add(item.size as usize);
    }
    cx.return1(Value::number(position as f64))
}

// ---- packing -------------------------------------------------------------------------------------

fn pack(cx: &mut CallContext<'_>) -> Native {
    let mut plan = Plan::take(cx)?;
    let mut out = Buffer::over(std::mem::take(&mut plan.buffer));
    let packed = write(cx, &mut out, &plan).and_then(|()| cx.string(&out.bytes));
    plan.buffer = out.end(cx);
    plan.keep(cx)?;
    cx.return1(packed?)
}

/// A number among the arguments.
#[inline(always)]
fn number(cx: &mut CallContext<'_>, position: usize) -> Result<f64, Failure> {
    match cx.arg(position).as_number() {
        Some(number) => Ok(number),
        None => converted_number(cx, position),
    }
}

#[cold]
fn converted_number(cx: &mut CallContext<'_>, position: usize) -> Result<f64, Failure> {
    add_nil(cx, position)?;
    cx.check_number(position)
}

/// An absent argument counts as nil.
fn add_nil(cx: &mut CallContext<'_>, position: usize) -> Result<(), Failure> {
    if cx.has_arg(position) { Ok(()) } else { cx.set_arg_count(position) }
}

fn write(cx: &mut CallContext<'_>, out: &mut Buffer, plan: &Plan) -> Result<(), Failure> {
    let mut position = 2;
    for &item in &plan.items {
        let padding = item.padding(out.bytes.len());
        out.reserve(cx, padding + limits::STRUCT_INTEGER_SIZE_MAX)?;
        if padding > 0 {
            out.bytes.resize(out.bytes.len() + padding, 0);
        }
        match item.kind {
            Kind::Signed | Kind::Unsigned => {
                let number = number(cx, position)?;
                write_integer(&mut out.bytes, number, item.size as usize, item.is_big_endian);
            }
            Kind::Float => {
                let number = number(cx, position)? as f32;
                out.bytes.extend_from_slice(&ordered(item, number.to_le_bytes()));
            }
            Kind::Double => {
                let number = number(cx, position)?;
                out.bytes.extend_from_slice(&ordered(item, number.to_le_bytes()));
            }
            Kind::Text | Kind::Ended => {
                add_nil(cx, position)?;
                let text = cx.check_string(position)?;
                let len = cx.bytes(text).len();
                let size = if item.size == 0 { len } else { item.size as usize };
                if len < size {
                    return Err(cx.arg_error(position + 1, "string too short"));
                }
                let units = size as u64 / limits::BYTES_PER_FUEL;
                if units > 0 {
                    cx.charge(units)?;
                }
                out.reserve(cx, size + 1)?;
                out.bytes.extend_from_slice(cx.bytes(text).get(..size).unwrap_or_default());
                if item.kind == Kind::Ended {
                    out.bytes.push(0);
                }
            }
            Kind::Skipped => {
                out.bytes.push(0);
                continue;
            }
            Kind::Control => continue,
            Kind::WrongNumber | Kind::WrongLetter => return Err(plan.wrong(cx)),
        }
        position += 1;
    }
    Ok(())
}

/// The low `size` bytes of a number; bytes beyond the eighth are zero, for negative ones, too.
#[inline]
fn write_integer(out: &mut Vec<u8>, number: f64, size: usize, is_big_endian: bool) {
    let bits = number_to_unsigned(number);
    // The common sizes are written at once.
    match (size, is_big_endian) {
        (1, _) => return out.push(bits as u8),
        (2, false) => return out.extend_from_slice(&(bits as u16).to_le_bytes()),
        (2, true) => return out.extend_from_slice(&(bits as u16).to_be_bytes()),
        (4, false) => return out.extend_from_slice(&(bits as u32).to_le_bytes()),
        (4, true) => return out.extend_from_slice(&(bits as u32).to_be_bytes()),
        _ => {}
    }
    let mut bytes = [0; limits::STRUCT_INTEGER_SIZE_MAX];
    for (byte, value) in bytes.iter_mut().zip(bits.to_le_bytes()) {
        *byte = value;
    }
    let bytes = &mut bytes[..size.min(limits::STRUCT_INTEGER_SIZE_MAX)];
    if is_big_endian {
        bytes.reverse();
    }
    out.extend_from_slice(bytes);
}

// ---- unpacking -----------------------------------------------------------------------------------

const TOO_SHORT: &str = "data string too short";

fn unpack(cx: &mut CallContext<'_>) -> Native {
    let plan = Plan::take(cx)?;
    let mut results = Results::new();
    let outcome = read(cx, &plan, &mut results);
    plan.keep(cx)?;
    outcome?;
    cx.return_values(&results)
}

type Results = SmallVec<[Value; RESULTS]>;

fn read(cx: &mut CallContext<'_>, plan: &Plan, results: &mut Results) -> Result<(), Failure> {
    let data = cx.check_string(2)?;
    let start = cx.opt_integer(3, 1)?;
    if start == 0 {
        return Err(cx.arg_error(3, "offset must be 1 or greater"));
    }
    // A negative position counts as a huge one, as in C.
    let position = (start as u64).wrapping_sub(1);
    let results_max = limits::REPLY_STACK_MAX.saturating_sub(cx.arg_count());
    let mut reader = Reader { position, results, results_max };
    let mut items = plan.items.iter();
    loop {
        let item = match reader.numbers(cx.bytes(data), &mut items) {
            Stop::End => break,
            Stop::Text(item) => item,
            Stop::TooShort => return Err(cx.arg_error(2, TOO_SHORT)),
            Stop::TooMany => return Err(cx.error("stack overflow (too many results)")),
            Stop::Wrong => return Err(plan.wrong(cx)),
        };
        let mut size = item.size as usize;
        if item.kind == Kind::Text && size == 0 {
            // The size is the number that was read last.
            let previous = reader.results.last().copied();
            let Some(number) = previous.and_then(|value| cx.to_number(value)) else {
                return Err(cx.error("format 'c0' needs a previous size"));
            };
            reader.results.pop();
            size = number_to_unsigned(number) as usize;
        }
        let (range, taken) = text_range(cx, data, reader.position, item.kind, size)?;
        let units = taken as u64 / limits::BYTES_PER_FUEL;
        if units > 0 {
            cx.charge(units)?;
        }
        let text = cx.string_part(data, range)?;
        reader.results.push(text);
        reader.position = reader.position.wrapping_add(taken as u64);
    }
    reader.results.push(Value::number(reader.position.wrapping_add(1) as i64 as f64));
    Ok(())
}

/// Why [`Reader::numbers`] has stopped.
enum Stop {
    End,
    /// This item is a string, which takes the machine to make.
    Text(Item),
    TooShort,
    TooMany,
    /// The format is wrong from here on.
    Wrong,
}

struct Reader<'a> {
    /// Index of the next byte; a wrong one may be huge.
    position: u64,
    results: &'a mut Results,
    results_max: usize,
}

impl Reader<'_> {
    /// Reads items up to the next string: all that needs nothing of the machine.
    #[inline(always)]
    fn numbers(&mut self, data: &[u8], items: &mut std::slice::Iter<'_, Item>) -> Stop {
        for &item in items {
            if item.kind == Kind::WrongNumber {
                return Stop::Wrong;
            }
            if item.alignment > 1 {
                let padding = item.padding(self.position as usize);
                self.position = self.position.wrapping_add(padding as u64);
            }
            let rest = usize::try_from(self.position).ok().and_then(|at| data.get(at..));
            let Some(bytes) = rest.and_then(|rest| rest.get(..item.size as usize)) else {
                return Stop::TooShort;
            };
            if self.results.len() + 2 > self.results_max {
                return Stop::TooMany;
            }
            let number = match item.kind {
                Kind::Signed => read_integer(bytes, item.is_big_endian, true),
                Kind::Unsigned => read_integer(bytes, item.is_big_endian, false),
                Kind::Float => f32::from_le_bytes(ordered(item, array(bytes))).into(),
                Kind::Double => f64::from_le_bytes(ordered(item, array(bytes))),
                Kind::Text | Kind::Ended => return Stop::Text(item),
                Kind::Skipped => {
                    self.position = self.position.wrapping_add(1);
                    continue;
                }
                Kind::Control => continue,
                Kind::WrongNumber | Kind::WrongLetter => return Stop::Wrong,
            };
            self.results.push(Value::number(number));
            self.position = self.position.wrapping_add(item.size.into());
        }
        Stop::End
    }
}

/// Where the text of a string item of `size` bytes lies in the data, and the bytes that it takes.
fn text_range(
    cx: &mut CallContext<'_>,
    data: Value,
    position: u64,
    kind: Kind,
    size: usize,
) -> Result<(Range<usize>, usize), Failure> {
    let start = usize::try_from(position).unwrap_or(usize::MAX);
    let rest = cx.bytes(data).get(start..).unwrap_or_default();
    if kind == Kind::Ended {
        return match memchr::memchr(0, rest) {
            Some(len) => Ok((start..start + len, len + 1)),
            None => Err(cx.error("unfinished string in data")),
        };
    }
    if size > rest.len() {
        return Err(cx.arg_error(2, TOO_SHORT));
    }
    Ok((start..start.saturating_add(size), size))
}

#[inline]
fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().unwrap_or([0; N])
}

/// The number in some bytes: of more than eight, the low eight count. The bit that Redis takes for the sign
/// of those is the one that a shift by too much gives on x86-64.
#[inline]
fn read_integer(bytes: &[u8], is_big_endian: bool, is_signed: bool) -> f64 {
    let bits = match (bytes, is_big_endian) {
        ([a], _) => u64::from(*a),
        ([a, b], false) => u16::from_le_bytes([*a, *b]).into(),
        ([a, b], true) => u16::from_be_bytes([*a, *b]).into(),
        ([a, b, c, d], false) => u32::from_le_bytes([*a, *b, *c, *d]).into(),
        ([a, b, c, d], true) => u32::from_be_bytes([*a, *b, *c, *d]).into(),
        _ => join(bytes, is_big_endian),
    };
    if !is_signed {
        // The conversion of signed numbers is one instruction.
        return i64::try_from(bits).map_or(bits as f64, |bits| bits as f64);
    }
    if bytes.len() <= 8 && !bytes.is_empty() {
        let shift = 64 - 8 * bytes.len() as u32;
        return (bits << shift).cast_signed().wrapping_shr(shift) as f64;
    }
    let mask = u64::MAX.wrapping_shl((bytes.len() as u32).wrapping_mul(8).wrapping_sub(1));
    (if bits & mask == 0 { bits } else { bits | mask }) as i64 as f64
}

fn join(bytes: &[u8], is_big_endian: bool) -> u64 {
    let join = |bits: u64, byte: &u8| bits << 8 | u64::from(*byte);
    if is_big_endian { bytes.iter().fold(0, join) } else { bytes.iter().rev().fold(0, join) }
}

#[cfg(test)]
mod tests {
    use super::read_integer;

    #[test]
    fn integers_of_any_size() {
        // Recorded from redis-server: struct.unpack(">i" .. n, "\1\2\3...").
        let bytes: Vec<u8> = (1..=16).chain([200; 16]).collect();
        let cases =
            [(8, 72_623_859_790_382_848.0), (9, -119.0), (10, -30_454.0), (17, -56.0), (0, 0.0)];
        for (size, expected) in cases {
            assert_eq!(read_integer(&bytes[..size], true, true), expected, "{size}");
        }
    }
}
