//! `struct`: numbers and strings to C's binary forms and back, as lua_struct 0.2 in Redis 7.0.15 does it
//! (`../redis7/modules.md`).

use std::cell::RefCell;
use std::ops::Range;

use lua_core::error::Failure;
use lua_core::native::{CallContext, Library, Outcome};
use lua_core::number::number_to_unsigned;
use lua_core::value::Value;
use smallvec::SmallVec;

use crate::limits;
use crate::session::Buffer;

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

/// A power of two.
const PLANS: usize = 8;

thread_local! {
    /// Formats that have been read, each in the place that a few of its bytes choose. They mean the same to every
    /// machine, and are looked up in less time than what belongs to one.
    static KEPT: RefCell<[Option<Plan>; PLANS]> = const { RefCell::new([const { None }; PLANS]) };
}

/// A format that has been read: scripts use few of them, and those again and again.
struct Plan {
    text: SmallVec<[u8; SHORT]>,
    /// Its items, up to what is wrong.
    items: Vec<Item>,
    /// What is wrong behind them.
    wrong: Option<Wrong>,
    /// What is packed by it goes here.
    buffer: Vec<u8>,
}

impl Plan {
    fn new(text: &[u8]) -> Self {
        let mut format = Format::new(text);
        let mut items = Vec::new();
        let wrong = loop {
            let (item, wrong) = match format.next() {
                Ok(Some(item)) => (item, None),
                Ok(None) => break None,
                // The data must reach to what is wrong, unless it is the number behind a letter.
                Err((true, wrong)) => (Item::NOTHING, Some(wrong)),
                Err((false, wrong)) => break Some(wrong),
            };
            // What an item without bytes demands of the data, the next one demands, too.
            items.pop_if(|last: &mut Item| last.kind == Kind::Control);
            items.push(item);
            if wrong.is_some() {
                break wrong;
            }
        };
        Plan { text: SmallVec::from_slice(text), items, wrong, buffer: Vec::new() }
    }

    /// Where among those that are [`KEPT`] the plan of a format is kept.
    #[inline(always)]
    fn place(text: &[u8]) -> usize {
        match text {
            [first, .., last] => (text.len() ^ usize::from(first ^ (last << 1))) % PLANS,
            _ => 0,
        }
    }

    /// Does something by the format in the first argument.
    #[inline(always)]
    fn with<R>(
        cx: &mut CallContext<'_>,
        work: impl FnOnce(&mut CallContext<'_>, &mut Plan) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        let text = cx.check_string(1)?;
        let size = cx.bytes(text).len();
        cx.charge(size as u64)?;
        if size > KEPT_SIZE_MAX {
            let bytes = Plan::size_bytes(size);
            cx.charge_memory(bytes)?;
            let mut plan = Plan::new(cx.bytes(text));
            let result = work(cx, &mut plan);
            cx.refund(bytes);
            return result;
        }
        KEPT.with_borrow_mut(|kept| {
            let text = cx.bytes(text);
            let place = &mut kept[Plan::place(text)];
            match place {
                Some(plan) if is_same(&plan.text, text) => work(cx, plan),
                _ => {
                    let plan = place.insert(Plan::new(text));
                    work(cx, plan)
                }
            }
        })
    }

    /// Bytes that the plan of a format of this size may take: a vector grows to twice its length.
    fn size_bytes(text_size: usize) -> usize {
        text_size.saturating_mul(1 + 2 * size_of::<Item>())
    }

    /// Raises what is wrong behind the items.
    #[inline]
    fn check(&self, cx: &mut CallContext<'_>) -> Result<(), Failure> {
        self.wrong.as_ref().map_or(Ok(()), |wrong| Err(wrong.raise(cx)))
    }
}

/// `a == b`, of texts that are mostly short.
#[inline(always)]
fn is_same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a == b)
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
    /// The number in so many bytes.
    read: fn(&[u8]) -> Value,
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
}

impl Item {
    /// An item without bytes.
    const NOTHING: Item = Item {
        kind: Kind::Control,
        is_big_endian: false,
        size: 0,
        alignment: 1,
        read: |_| Value::NIL,
    };

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

    /// The error says also whether it is the letter that is wrong, or what it sets, rather than the number behind it.
    fn next(&mut self) -> Result<Option<Item>, (bool, Wrong)> {
        // A format ends at a NUL, as in C.
        let [letter @ 1..=u8::MAX, rest @ ..] = self.rest else { return Ok(None) };
        self.rest = rest;
        let number = |wrong| (false, wrong);
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
                self.control(*letter).map_err(|wrong| (true, wrong))?;
                (Kind::Control, 0)
            }
        };
        let is_aligned = self.alignment > 1 && size > 0 && kind != Kind::Text;
        let alignment = if is_aligned { size.min(self.alignment) } else { 1 };
        let is_big_endian = self.is_big_endian;
        let read = reader(kind, is_big_endian, size);
        Ok(Some(Item { kind, is_big_endian, size, alignment, read }))
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
    let packed = Plan::with(cx, |cx, plan| {
        let mut out = Buffer::over(std::mem::take(&mut plan.buffer));
        let packed = write(cx, &mut out, plan).and_then(|()| cx.string(&out.bytes));
        let buffer = out.end(cx);
        if buffer.capacity() <= KEPT_BUFFER_MAX {
            plan.buffer = buffer;
        }
        packed
    })?;
    cx.return1(packed)
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
        }
        position += 1;
    }
    plan.check(cx)
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
    let mut results = Results { few: [Value::NIL; RESULTS], count: 0, all: Vec::new() };
    Plan::with(cx, |cx, plan| read(cx, plan, &mut results))?;
    cx.return_values(results.values())
}

/// Results in the making.
struct Results {
    few: [Value; RESULTS],
    count: usize,
    /// All of them, when they are more.
    all: Vec<Value>,
}

impl Results {
    #[inline(always)]
    fn push(&mut self, value: Value) {
        match self.few.get_mut(self.count) {
            Some(place) => *place = value,
            None => self.push_more(value),
        }
        self.count += 1;
    }

    #[cold]
    fn push_more(&mut self, value: Value) {
        if self.all.is_empty() {
            self.all.extend_from_slice(&self.few);
        }
        self.all.push(value);
    }

    /// Takes the last one back.
    fn pop(&mut self) -> Option<Value> {
        self.count = self.count.checked_sub(1)?;
        if self.count < RESULTS {
            self.all.clear();
            return Some(self.few[self.count]);
        }
        self.all.pop()
    }

    fn values(&self) -> &[Value] {
        if self.count > RESULTS { &self.all } else { &self.few[..self.count] }
    }
}

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
            Stop::End => break plan.check(cx)?,
            Stop::Text(item) => item,
            Stop::TooShort => return Err(cx.arg_error(2, TOO_SHORT)),
            Stop::TooMany => return Err(cx.error("stack overflow (too many results)")),
        };
        let mut size = item.size as usize;
        if item.kind == Kind::Text && size == 0 {
            // The size is the number that was read last.
            let previous = reader.results.pop();
            let Some(number) = previous.and_then(|value| cx.to_number(value)) else {
                return Err(cx.error("format 'c0' needs a previous size"));
            };
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
        for item in items {
            if item.alignment > 1 {
                // What lies before the start is not brought back by padding.
                let padding = item.padding(self.position as usize) as u64;
                let Some(padded) = self.position.checked_add(padding) else {
                    return Stop::TooShort;
                };
                self.position = padded;
            }
            let end = self.position.wrapping_add(item.size.into());
            if end > data.len() as u64 || end < self.position {
                return Stop::TooShort;
            }
            if self.results.count + 2 > self.results_max {
                return Stop::TooMany;
            }
            match item.kind {
                Kind::Signed | Kind::Unsigned | Kind::Float | Kind::Double => {
                    let bytes = data.get(self.position as usize..end as usize).unwrap_or_default();
                    self.results.push((item.read)(bytes));
                    self.position = end;
                }
                Kind::Text | Kind::Ended => return Stop::Text(*item),
                Kind::Skipped => self.position = self.position.wrapping_add(1),
                Kind::Control => {}
            }
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
        return match find_nul(rest) {
            Some(len) => Ok((start..start + len, len + 1)),
            None => Err(cx.error("unfinished string in data")),
        };
    }
    if size > rest.len() {
        return Err(cx.arg_error(2, TOO_SHORT));
    }
    Ok((start..start.saturating_add(size), size))
}

/// Where the first NUL is; one that is near, as it mostly is, is found without a call.
#[inline]
fn find_nul(text: &[u8]) -> Option<usize> {
    let near = &text[..text.len().min(SHORT)];
    match near.iter().position(|&byte| byte == 0) {
        None if near.len() < text.len() => memchr::memchr(0, text),
        near => near,
    }
}

#[inline(always)]
fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().unwrap_or([0; N])
}

/// What reads the numbers of an item: chosen once, when its format is read.
fn reader(kind: Kind, is_big_endian: bool, size: u32) -> fn(&[u8]) -> Value {
    match (kind, size, is_big_endian) {
        (Kind::Float, _, false) => |bytes| Value::number(f32::from_le_bytes(array(bytes)).into()),
        (Kind::Float, _, true) => |bytes| Value::number(f32::from_be_bytes(array(bytes)).into()),
        (Kind::Double, _, false) => |bytes| Value::number(f64::from_le_bytes(array(bytes))),
        (Kind::Double, _, true) => |bytes| Value::number(f64::from_be_bytes(array(bytes))),
        (Kind::Signed, 1, _) => |bytes| Value::number(i8::from_le_bytes(array(bytes)).into()),
        (Kind::Signed, 2, false) => |bytes| Value::number(i16::from_le_bytes(array(bytes)).into()),
        (Kind::Signed, 2, true) => |bytes| Value::number(i16::from_be_bytes(array(bytes)).into()),
        (Kind::Signed, 4, false) => |bytes| Value::number(i32::from_le_bytes(array(bytes)).into()),
        (Kind::Signed, 4, true) => |bytes| Value::number(i32::from_be_bytes(array(bytes)).into()),
        (Kind::Signed, _, false) => |bytes| Value::number(read_integer(bytes, false, true)),
        (Kind::Signed, _, true) => |bytes| Value::number(read_integer(bytes, true, true)),
        (_, 1, _) => |bytes| Value::number(u8::from_le_bytes(array(bytes)).into()),
        (_, 2, false) => |bytes| Value::number(u16::from_le_bytes(array(bytes)).into()),
        (_, 2, true) => |bytes| Value::number(u16::from_be_bytes(array(bytes)).into()),
        (_, 4, false) => |bytes| Value::number(u32::from_le_bytes(array(bytes)).into()),
        (_, 4, true) => |bytes| Value::number(u32::from_be_bytes(array(bytes)).into()),
        (_, _, false) => |bytes| Value::number(read_integer(bytes, false, false)),
        (_, _, true) => |bytes| Value::number(read_integer(bytes, true, false)),
    }
}

/// The number in some bytes: of more than eight, the low eight count. The bit that Redis takes for the sign
/// of those is the one that a shift by too much gives on x86-64.
fn read_integer(bytes: &[u8], is_big_endian: bool, is_signed: bool) -> f64 {
    let join = |bits: u64, byte: &u8| bits << 8 | u64::from(*byte);
    let bits =
        if is_big_endian { bytes.iter().fold(0, join) } else { bytes.iter().rev().fold(0, join) };
    if !is_signed {
        return bits as f64;
    }
    if bytes.len() <= 8 && !bytes.is_empty() {
        let shift = 64 - 8 * bytes.len() as u32;
        return (bits << shift).cast_signed().wrapping_shr(shift) as f64;
    }
    let mask = u64::MAX.wrapping_shl((bytes.len() as u32).wrapping_mul(8).wrapping_sub(1));
    (if bits & mask == 0 { bits } else { bits | mask }) as i64 as f64
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
