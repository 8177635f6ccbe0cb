//! `struct`: numbers and strings to C's binary forms and back, as lua_struct 0.2 in Redis 7.0.15 does it
//! (`../redis7/modules.md`).

use lua_core::error::Failure;
use lua_core::native::{CallContext, Library, Outcome};
use lua_core::number::{number_to_integer, number_to_unsigned};
use lua_core::value::Value;
use smallvec::SmallVec;

use crate::limits;

type Native = Result<Outcome, Failure>;

/// `struct`. lua_struct 0.2.
pub(crate) const STRUCT: Library = lua_core::library!("struct", {
    "pack" => pack,
    "unpack" => unpack,
    "size" => size,
});

/// Alignment that a bare `!` asks for.
const NATIVE_ALIGNMENT: i32 = 8;

/// Bytes of a format, and of a packed string, that need no block of the heap.
const FORMAT_SIZE: usize = 32;
const PACKED_SIZE: usize = 64;

/// A format being read, with the byte order and alignment that it has set.
struct Format {
    text: SmallVec<[u8; FORMAT_SIZE]>,
    at: usize,
    is_big_endian: bool,
    alignment: usize,
}

/// A letter of a format, and the size of what it stands for.
#[derive(Clone, Copy)]
struct Item {
    letter: u8,
    size: usize,
}

impl Format {
    /// The format in the first argument.
    fn new(cx: &mut CallContext<'_>) -> Result<Format, Failure> {
        let text = cx.check_string(1)?;
        let text = SmallVec::from_slice(cx.bytes(text));
        cx.charge(text.len() as u64)?;
        Ok(Format { text, at: 0, is_big_endian: false, alignment: 1 })
    }

    #[inline]
    fn next(&mut self, cx: &mut CallContext<'_>) -> Result<Option<Item>, Failure> {
        // A format ends at a NUL, as in C.
        let Some(&letter @ 1..) = self.text.get(self.at) else { return Ok(None) };
        self.at += 1;
        let size = match letter {
            b'b' | b'B' | b'x' => 1,
            b'h' | b'H' => 2,
            b'f' => 4,
            b'l' | b'L' | b'T' | b'd' => 8,
            b'c' => self.number(cx, 1)? as usize,
            b'i' | b'I' => {
                let size = self.number(cx, 4)?;
                if size as usize > limits::STRUCT_INTEGER_SIZE_MAX {
                    return Err(cx.error(format!(
                        "integral size {size} is larger than limit of {}",
                        limits::STRUCT_INTEGER_SIZE_MAX
                    )));
                }
                size as usize
            }
            _ => 0,
        };
        Ok(Some(Item { letter, size }))
    }

    /// The number behind a letter, or `default`; never negative.
    #[inline]
    fn number(&mut self, cx: &mut CallContext<'_>, default: i32) -> Result<i32, Failure> {
        match self.text.get(self.at) {
            Some(b'0'..=b'9') => self.digits(cx),
            _ => Ok(default),
        }
    }

    fn digits(&mut self, cx: &mut CallContext<'_>) -> Result<i32, Failure> {
        let mut number = 0_i32;
        while let Some(digit @ b'0'..=b'9') = self.text.get(self.at) {
            let digit = i32::from(digit - b'0');
            match number.checked_mul(10).and_then(|number| number.checked_add(digit)) {
                Some(more) => number = more,
                None => return Err(cx.error("integral size overflow")),
            }
            self.at += 1;
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
    fn control(&mut self, cx: &mut CallContext<'_>, letter: u8) -> Result<(), Failure> {
        match letter {
            b' ' => {}
            b'<' => self.is_big_endian = false,
            b'>' => self.is_big_endian = true,
            b'!' => {
                let alignment = self.number(cx, NATIVE_ALIGNMENT)?;
                if alignment == 0 || alignment & (alignment - 1) != 0 {
                    return Err(cx.error(format!("alignment {alignment} is not a power of 2")));
                }
                self.alignment = alignment as usize;
            }
            _ => {
                let text = [b"invalid format option '", &[letter][..], b"'"].concat();
                return Err(cx.arg_error(1, text));
            }
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
    let mut format = Format::new(cx)?;
    let mut position = 0_usize;
    while let Some(item) = format.next(cx)? {
        position = position.wrapping_add(format.padding(item, position));
        match item.letter {
            b's' => return Err(cx.arg_error(1, "option 's' has no fixed size")),
            b'c' if item.size == 0 => {
                return Err(cx.arg_error(1, "option 'c0' has no fixed size"));
            }
            letter if !letter.is_ascii_alphanumeric() => format.control(cx, letter)?,
            _ => {}
        }
        position = position.wrapping_add(item.size);
    }
    cx.return1(Value::number(position as f64))
}

// ---- packing -------------------------------------------------------------------------------------

/// A string in the making, paid for before it is held as soon as it needs a block of the heap.
struct Packed {
    bytes: SmallVec<[u8; PACKED_SIZE]>,
    charged: usize,
}

impl Packed {
    #[inline]
    fn reserve(&mut self, cx: &mut CallContext<'_>, more: usize) -> Result<(), Failure> {
        if self.bytes.capacity() - self.bytes.len() < more { self.grow(cx, more) } else { Ok(()) }
    }

    #[cold]
    fn grow(&mut self, cx: &mut CallContext<'_>, more: usize) -> Result<(), Failure> {
        let wanted = self.bytes.len().saturating_add(more).max(self.bytes.capacity() * 2);
        cx.charge_memory(wanted - self.charged)?;
        self.charged = wanted;
        self.bytes.reserve_exact(wanted - self.bytes.len());
        Ok(())
    }
}

fn pack(cx: &mut CallContext<'_>) -> Native {
    let format = Format::new(cx)?;
    // An absent argument counts as nil.
    let count = cx.arg_count();
    cx.set_arg_count(count + 1)?;
    let mut out = Packed { bytes: SmallVec::new(), charged: 0 };
    let result = write(cx, &mut out, format);
    let packed = result.and_then(|()| cx.string(&out.bytes));
    cx.refund(out.charged);
    cx.return1(packed?)
}

fn write(cx: &mut CallContext<'_>, out: &mut Packed, mut format: Format) -> Result<(), Failure> {
    let mut position = 2;
    while let Some(item) = format.next(cx)? {
        let padding = format.padding(item, out.bytes.len());
        out.reserve(cx, padding + limits::STRUCT_INTEGER_SIZE_MAX)?;
        if padding > 0 {
            out.bytes.resize(out.bytes.len() + padding, 0);
        }
        match item.letter {
            b'b' | b'B' | b'h' | b'H' | b'l' | b'L' | b'T' | b'i' | b'I' => {
                let number = cx.check_number(position)?;
                write_integer(&mut out.bytes, number, item.size, format.is_big_endian);
            }
            b'x' => {
                out.bytes.push(0);
                continue;
            }
            b'f' => {
                let number = cx.check_number(position)? as f32;
                out.bytes.extend_from_slice(&format.ordered(number.to_le_bytes()));
            }
            b'd' => {
                let number = cx.check_number(position)?;
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
                format.control(cx, letter)?;
                continue;
            }
        }
        position += 1;
    }
    Ok(())
}

/// The low `size` bytes of a number; bytes beyond the eighth are zero, for negative ones, too.
#[inline]
fn write_integer(
    out: &mut SmallVec<[u8; PACKED_SIZE]>,
    number: f64,
    size: usize,
    is_big_endian: bool,
) {
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
    let mut format = Format::new(cx)?;
    let data = cx.check_string(2)?;
    let len = cx.bytes(data).len() as u64;
    let start = cx.opt_integer(3, 1)?;
    if start == 0 {
        return Err(cx.arg_error(3, "offset must be 1 or greater"));
    }
    // A negative position counts as a huge one, as in C.
    let mut position = (start as u64).wrapping_sub(1);
    let args = cx.arg_count();
    let mut count = 0;
    while let Some(item) = format.next(cx)? {
        let padding = format.padding(item, position as usize);
        position = position.wrapping_add(padding as u64);
        if position > len || item.size as u64 > len - position {
            return Err(cx.arg_error(2, TOO_SHORT));
        }
        if args + count + 2 > limits::REPLY_STACK_MAX {
            return Err(cx.error("stack overflow (too many results)"));
        }
        let mut size = item.size;
        let value = match item.letter {
            b'b' | b'B' | b'h' | b'H' | b'l' | b'L' | b'T' | b'i' | b'I' => {
                let bytes = slice(cx, data, position, size).unwrap_or_default();
                let is_signed = item.letter.is_ascii_lowercase();
                Value::number(read_integer(bytes, format.is_big_endian, is_signed))
            }
            b'x' => {
                position = position.wrapping_add(1);
                continue;
            }
            b'f' => {
                let bytes = array(slice(cx, data, position, size));
                Value::number(f32::from_le_bytes(format.ordered(bytes)).into())
            }
            b'd' => {
                let bytes = array(slice(cx, data, position, size));
                Value::number(f64::from_le_bytes(format.ordered(bytes)))
            }
            b'c' => {
                if size == 0 {
                    let previous = (count > 0).then(|| cx.last_pushed()).flatten();
                    let Some(number) = previous.and_then(|value| cx.to_number(value)) else {
                        return Err(cx.error("format 'c0' needs a previous size"));
                    };
                    cx.pop();
                    count -= 1;
                    size = number_to_unsigned(number) as usize;
                }
                let Some(bytes) = slice(cx, data, position, size) else {
                    return Err(cx.arg_error(2, TOO_SHORT));
                };
                let bytes: SmallVec<[u8; PACKED_SIZE]> = SmallVec::from_slice(bytes);
                cx.charge(size as u64 / limits::BYTES_PER_FUEL)?;
                cx.string(&bytes)?
            }
            b's' => {
                let rest = rest(cx, data, position);
                let Some(len) = memchr::memchr(0, rest) else {
                    return Err(cx.error("unfinished string in data"));
                };
                let text = rest.get(..len).unwrap_or_default();
                let text: SmallVec<[u8; PACKED_SIZE]> = SmallVec::from_slice(text);
                cx.charge(len as u64 / limits::BYTES_PER_FUEL)?;
                size = len + 1;
                cx.string(&text)?
            }
            letter => {
                format.control(cx, letter)?;
                continue;
            }
        };
        cx.push(value)?;
        count += 1;
        position = position.wrapping_add(size as u64);
    }
    cx.push(Value::number(position.wrapping_add(1) as i64 as f64))?;
    cx.return_pushed(count + 1)
}

fn rest<'a>(cx: &'a CallContext<'_>, data: Value, position: u64) -> &'a [u8] {
    usize::try_from(position).ok().and_then(|at| cx.bytes(data).get(at..)).unwrap_or_default()
}

/// `size` bytes of the data, or nothing when there are not so many.
fn slice<'a>(cx: &'a CallContext<'_>, data: Value, position: u64, size: usize) -> Option<&'a [u8]> {
    let start = usize::try_from(position).ok()?;
    cx.bytes(data).get(start..start.checked_add(size)?)
}

fn array<const N: usize>(bytes: Option<&[u8]>) -> [u8; N] {
    bytes.and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; N])
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
        return bits as f64;
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
