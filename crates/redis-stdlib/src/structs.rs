//! `struct`: numbers and strings to C's binary forms and back, as lua_struct 0.2 in Redis 7.0.15 does it
//! (`../redis7/modules.md`).

use lua_core::error::Failure;
use lua_core::native::{CallContext, Library, Outcome};
use lua_core::number::{number_to_integer, number_to_unsigned};
use lua_core::value::Value;
use smallvec::SmallVec;

use crate::limits;
use crate::session::{Buffer, with_buffer};

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

/// Numbers that are read before they go to the machine's stack.
const NUMBERS: usize = 16;

/// The format in the first argument. The context that lends it makes values meanwhile, so it is copied.
fn format_text(cx: &mut CallContext<'_>) -> Result<SmallVec<[u8; SHORT]>, Failure> {
    let text = cx.check_string(1)?;
    let text = SmallVec::from_slice(cx.bytes(text));
    cx.charge(text.len() as u64)?;
    Ok(text)
}

/// A format being read, with the byte order and alignment that it has set.
struct Format<'a> {
    rest: &'a [u8],
    is_big_endian: bool,
    alignment: usize,
}

/// A letter of a format, and the size of what it stands for.
#[derive(Clone, Copy)]
struct Item {
    letter: u8,
    size: usize,
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
    fn raise(self, cx: &mut CallContext<'_>) -> Failure {
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
                cx.arg_error(1, [b"invalid format option '", &[letter][..], b"'"].concat())
            }
        }
    }
}

impl<'a> Format<'a> {
    fn new(text: &'a [u8]) -> Self {
        Format { rest: text, is_big_endian: false, alignment: 1 }
    }

    #[inline(always)]
    fn next(&mut self) -> Result<Option<Item>, Wrong> {
        // A format ends at a NUL, as in C.
        let [letter @ 1..=u8::MAX, rest @ ..] = self.rest else { return Ok(None) };
        self.rest = rest;
        let size = match letter {
            b'b' | b'B' | b'x' => 1,
            b'h' | b'H' => 2,
            b'f' => 4,
            b'l' | b'L' | b'T' | b'd' => 8,
            b'c' => self.number(1)? as usize,
            b'i' | b'I' => {
                let size = self.number(4)?;
                if size as usize > limits::STRUCT_INTEGER_SIZE_MAX {
                    return Err(Wrong::Size(size));
                }
                size as usize
            }
            _ => 0,
        };
        Ok(Some(Item { letter: *letter, size }))
    }

    /// The number behind a letter, or `default`; never negative.
    #[inline]
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

    /// Bytes of padding before an item at `position`.
    #[inline]
    fn padding(&self, item: Item, position: usize) -> usize {
        if self.alignment == 1 || item.size == 0 || item.letter == b'c' {
            return 0;
        }
        let mask = item.size.min(self.alignment) - 1;
        item.size.min(self.alignment).wrapping_sub(position & mask) & mask
    }

    /// A letter that stands for no item.
    #[inline]
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
                self.alignment = alignment as usize;
            }
            _ => return Err(Wrong::Letter(letter)),
        }
        Ok(())
    }

    /// Bytes in the order that the format has set.
    fn ordered<const N: usize>(&self, little: [u8; N]) -> [u8; N] {
        let mut bytes = little;
        if self.is_big_endian {
            bytes.reverse();
        }
        bytes
    }
}

fn size(cx: &mut CallContext<'_>) -> Native {
    let text = format_text(cx)?;
    let mut format = Format::new(&text);
    let mut position = 0_usize;
    while let Some(item) = format.next().map_err(|wrong| wrong.raise(cx))? {
        position = position.wrapping_add(format.padding(item, position));
        match item.letter {
            b's' => return Err(cx.arg_error(1, "option 's' has no fixed size")),
            b'c' if item.size == 0 => {
                return Err(cx.arg_error(1, "option 'c0' has no fixed size"));
            }
            letter if !letter.is_ascii_alphanumeric() => {
                format.control(letter).map_err(|wrong| wrong.raise(cx))?;
            }
            _ => {}
        }
        position = position.wrapping_add(item.size);
    }
    cx.return1(Value::number(position as f64))
}

// ---- packing -------------------------------------------------------------------------------------

fn pack(cx: &mut CallContext<'_>) -> Native {
    let text = format_text(cx)?;
    // An absent argument counts as nil.
    let count = cx.arg_count();
    cx.set_arg_count(count + 1)?;
    let packed = with_buffer(cx, |cx, out| {
        write(cx, out, Format::new(&text))?;
        cx.string(&out.bytes)
    })?;
    cx.return1(packed)
}

/// A number among the arguments.
#[inline(always)]
fn number(cx: &mut CallContext<'_>, position: usize) -> Result<f64, Failure> {
    match cx.arg(position).as_number() {
        Some(number) => Ok(number),
        None => cx.check_number(position),
    }
}

fn write(
    cx: &mut CallContext<'_>,
    out: &mut Buffer,
    mut format: Format<'_>,
) -> Result<(), Failure> {
    let mut position = 2;
    while let Some(item) = format.next().map_err(|wrong| wrong.raise(cx))? {
        let padding = format.padding(item, out.bytes.len());
        out.reserve(cx, padding + limits::STRUCT_INTEGER_SIZE_MAX)?;
        if padding > 0 {
            out.bytes.resize(out.bytes.len() + padding, 0);
        }
        match item.letter {
            b'b' | b'B' | b'h' | b'H' | b'l' | b'L' | b'T' | b'i' | b'I' => {
                let number = number(cx, position)?;
                write_integer(&mut out.bytes, number, item.size, format.is_big_endian);
            }
            b'x' => {
                out.bytes.push(0);
                continue;
            }
            b'f' => {
                let number = number(cx, position)? as f32;
                out.bytes.extend_from_slice(&format.ordered(number.to_le_bytes()));
            }
            b'd' => {
                let number = number(cx, position)?;
                out.bytes.extend_from_slice(&format.ordered(number.to_le_bytes()));
            }
            b'c' | b's' => {
                let text = cx.check_string(position)?;
                let len = cx.bytes(text).len();
                let size = if item.size == 0 { len } else { item.size };
                if len < size {
                    return Err(cx.arg_error(position + 1, "string too short"));
                }
                cx.charge(size as u64 / limits::BYTES_PER_FUEL)?;
                out.reserve(cx, size + 1)?;
                out.bytes.extend_from_slice(cx.bytes(text).get(..size).unwrap_or_default());
                if item.letter == b's' {
                    out.bytes.push(0);
                }
            }
            letter => {
                format.control(letter).map_err(|wrong| wrong.raise(cx))?;
                continue;
            }
        }
        position += 1;
    }
    Ok(())
}

/// The low `size` bytes of a number; bytes beyond the eighth are zero, for negative ones, too.
#[inline]
fn write_integer(out: &mut Vec<u8>, number: f64, size: usize, is_big_endian: bool) {
    let bits =
        if number < 0.0 { number_to_integer(number) as u64 } else { number_to_unsigned(number) };
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
    let text = format_text(cx)?;
    let mut format = Format::new(&text);
    let data = cx.check_string(2)?;
    let start = cx.opt_integer(3, 1)?;
    if start == 0 {
        return Err(cx.arg_error(3, "offset must be 1 or greater"));
    }
    // A negative position counts as a huge one, as in C.
    let position = (start as u64).wrapping_sub(1);
    let mut reader = Reader { position, numbers: [Value::NIL; NUMBERS], count: 0 };
    let mut pushed = 0;
    loop {
        let results_max = limits::REPLY_STACK_MAX.saturating_sub(cx.arg_count() + pushed);
        let stop = reader.numbers(cx.bytes(data), &mut format, results_max);
        for value in reader.numbers.iter().take(reader.count) {
            cx.push(*value)?;
        }
        pushed += std::mem::take(&mut reader.count);
        let item = match stop {
            Stop::End => break,
            Stop::Full => continue,
            Stop::Text(item) => item,
            Stop::TooShort => return Err(cx.arg_error(2, TOO_SHORT)),
            Stop::TooMany => return Err(cx.error("stack overflow (too many results)")),
            Stop::Wrong(wrong) => return Err(wrong.raise(cx)),
        };
        let mut size = item.size;
        if item.letter == b'c' && size == 0 {
            // The size is the number that was read last.
            let previous = if pushed > 0 { cx.last_pushed() } else { None };
            let Some(number) = previous.and_then(|value| cx.to_number(value)) else {
                return Err(cx.error("format 'c0' needs a previous size"));
            };
            cx.pop();
            pushed -= 1;
            size = number_to_unsigned(number) as usize;
        }
        let (text, size) = read_text(cx, data, reader.position, item.letter, size)?;
        cx.charge(size as u64 / limits::BYTES_PER_FUEL)?;
        let text = cx.string(&text)?;
        cx.push(text)?;
        pushed += 1;
        reader.position = reader.position.wrapping_add(size as u64);
    }
    cx.push(Value::number(reader.position.wrapping_add(1) as i64 as f64))?;
    cx.return_pushed(pushed + 1)
}

/// Why [`Reader::numbers`] has stopped.
enum Stop {
    End,
    /// There is no place for one more number.
    Full,
    /// This item is a string, which takes the machine to make.
    Text(Item),
    TooShort,
    TooMany,
    Wrong(Wrong),
}

struct Reader {
    /// Index of the next byte; a wrong one may be huge.
    position: u64,
    numbers: [Value; NUMBERS],
    /// How many of them there are.
    count: usize,
}

impl Reader {
    /// Reads items up to the next string: all that needs nothing of the machine.
    #[inline]
    fn numbers(&mut self, data: &[u8], format: &mut Format<'_>, results_max: usize) -> Stop {
        while self.count < NUMBERS {
            let item = match format.next() {
                Ok(Some(item)) => item,
                Ok(None) => return Stop::End,
                Err(wrong) => return Stop::Wrong(wrong),
            };
            let padding = format.padding(item, self.position as usize);
            self.position = self.position.wrapping_add(padding as u64);
            let rest = usize::try_from(self.position).ok().and_then(|at| data.get(at..));
            let Some(bytes) = rest.and_then(|rest| rest.get(..item.size)) else {
                return Stop::TooShort;
            };
            if self.count + 2 > results_max {
                return Stop::TooMany;
            }
            let number = match item.letter {
                b'b' | b'B' | b'h' | b'H' | b'l' | b'L' | b'T' | b'i' | b'I' => {
                    read_integer(bytes, format.is_big_endian, item.letter >= b'a')
                }
                b'f' => f32::from_le_bytes(format.ordered(array(bytes))).into(),
                b'd' => f64::from_le_bytes(format.ordered(array(bytes))),
                b'c' | b's' => return Stop::Text(item),
                b'x' => {
                    self.position = self.position.wrapping_add(1);
                    continue;
                }
                letter => match format.control(letter) {
                    Ok(()) => continue,
                    Err(wrong) => return Stop::Wrong(wrong),
                },
            };
            if let Some(place) = self.numbers.get_mut(self.count) {
                *place = Value::number(number);
            }
            self.count += 1;
            self.position = self.position.wrapping_add(item.size as u64);
        }
        Stop::Full
    }
}

/// The text of a string item of `size` bytes, and the bytes that it takes.
fn read_text(
    cx: &mut CallContext<'_>,
    data: Value,
    position: u64,
    letter: u8,
    size: usize,
) -> Result<(SmallVec<[u8; SHORT]>, usize), Failure> {
    let rest = usize::try_from(position).ok().and_then(|at| cx.bytes(data).get(at..));
    let rest = rest.unwrap_or_default();
    if letter == b's' {
        return match memchr::memchr(0, rest) {
            Some(len) => Ok((SmallVec::from_slice(rest.get(..len).unwrap_or_default()), len + 1)),
            None => Err(cx.error("unfinished string in data")),
        };
    }
    match rest.get(..size) {
        Some(text) => Ok((SmallVec::from_slice(text), size)),
        None => Err(cx.arg_error(2, TOO_SHORT)),
    }
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
