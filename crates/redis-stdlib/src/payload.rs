//! The bytes of `FUNCTION DUMP`: an RDB opcode and a string per library, the version of the format, a checksum.
//!
//! ```text
//!   F5 string(code)  F5 string(code) ...  version (2 bytes)  CRC-64 of all before (8 bytes)
//! ```
//!
//! Redis 7.0 writes version 10 and reads all up to it.

use resp::{crc64, lzf};

/// The version of the RDB format.
const VERSION: u16 = 10;
/// Size of version and checksum.
const FOOTER_SIZE: usize = 10;
/// The opcode of a library.
const FUNCTION: u8 = 0xF5;
/// The opcode of a library as release candidates of 7.0 wrote it.
const FUNCTION_BEFORE_7: u8 = 0xF6;
/// Strings longer than this are compressed when that helps.
const COMPRESSED_FROM: usize = 21;

/// Why a payload is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// Too short, of a newer version, or with another checksum.
    Footer,
    /// Something else than a library.
    NotAFunction,
    /// The code cannot be read.
    Code,
    /// One of the parts that release candidates wrote: name, engine, description, code.
    Part(&'static str),
}

/// Packs the code of libraries.
pub(crate) fn pack<'a>(libraries: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut out = Vec::new();
    for code in libraries {
        out.push(FUNCTION);
        put_string(code, &mut out);
    }
    out.extend(VERSION.to_le_bytes());
    let sum = crc64::checksum(&out);
    out.extend(sum.to_le_bytes());
    out
}

/// The codes of the libraries in a payload whose footer is right, one after another; ends after the first that
/// cannot be read, or that is larger than `size_max`.
///
/// # Errors
/// [`Unreadable::Footer`].
pub(crate) fn unpack(
    payload: &[u8],
    size_max: usize,
) -> Result<impl Iterator<Item = Result<Vec<u8>, Unreadable>>, Unreadable> {
    let end = payload.len().checked_sub(FOOTER_SIZE).ok_or(Unreadable::Footer)?;
    let (version, sum) = payload[end..].split_at(2);
    let is_known = version.try_into().is_ok_and(|bytes| u16::from_le_bytes(bytes) <= VERSION);
    let expected = crc64::checksum(&payload[..end + 2]).to_le_bytes();
    if !is_known || sum != expected {
        return Err(Unreadable::Footer);
    }
    // What announces more bytes than the body has is read on into the footer.
    let mut reader = Reader { rest: payload, size_max };
    let mut failed = false;
    Ok(std::iter::from_fn(move || {
        if failed || reader.rest.len() <= FOOTER_SIZE {
            return None;
        }
        let code = reader.library();
        failed = code.is_err();
        Some(code)
    }))
}

/// Appends a length in as few bytes as RDB knows for it.
fn put_len(len: usize, out: &mut Vec<u8>) {
    if len < 1 << 6 {
        out.push(len as u8);
    } else if len < 1 << 14 {
        out.extend([0x40 | (len >> 8) as u8, len as u8]);
    } else if let Ok(len) = u32::try_from(len) {
        out.push(0x80);
        out.extend(len.to_be_bytes());
    } else {
        out.push(0x81);
        out.extend((len as u64).to_be_bytes());
    }
}

fn put_string(text: &[u8], out: &mut Vec<u8>) {
    if text.len() >= COMPRESSED_FROM
        && let Some(block) = lzf::compress(text, text.len() - 4)
    {
        out.push(0xC3);
        put_len(block.len(), out);
        put_len(text.len(), out);
        out.extend(block);
        return;
    }
    put_len(text.len(), out);
    out.extend_from_slice(text);
}

struct Reader<'a> {
    rest: &'a [u8],
    /// Of a string that is compressed: a few bytes may stand for many.
    size_max: usize,
}

enum Len {
    Bytes(usize),
    /// The string is written in a special way.
    Encoded(u8),
}

impl<'a> Reader<'a> {
    fn library(&mut self) -> Result<Vec<u8>, Unreadable> {
        match self.take(1) {
            Some([FUNCTION]) => self.string().ok_or(Unreadable::Code),
            Some([FUNCTION_BEFORE_7]) => {
                let name = self.string().ok_or(Unreadable::Part("library name"))?;
                let engine = self.string().ok_or(Unreadable::Part("engine name"))?;
                match self.len() {
                    Some(Len::Bytes(0) | Len::Encoded(0)) | None => {}
                    Some(_) => {
                        self.string().ok_or(Unreadable::Part("library description"))?;
                    }
                }
                let code = self.string().ok_or(Unreadable::Part("library blob"))?;
                Ok([b"#!", &engine[..], b" name=", &name, b"\n", &code].concat())
            }
            _ => Err(Unreadable::NotAFunction),
        }
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn number<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn len(&mut self) -> Option<Len> {
        let [first] = self.number()?;
        let low = first & 0x3F;
        Some(match first >> 6 {
            0 => Len::Bytes(low.into()),
            1 => Len::Bytes(usize::from(low) << 8 | usize::from(self.number::<1>()?[0])),
            2 if first == 0x80 => Len::Bytes(u32::from_be_bytes(self.number()?) as usize),
            2 if first == 0x81 => Len::Bytes(u64::from_be_bytes(self.number()?) as usize),
            2 => return None,
            _ => Len::Encoded(low),
        })
    }

    fn string(&mut self) -> Option<Vec<u8>> {
        let number = match self.len()? {
            Len::Bytes(len) => return self.take(len).map(<[u8]>::to_vec),
            Len::Encoded(0) => i64::from(i8::from_le_bytes(self.number()?)),
            Len::Encoded(1) => i64::from(i16::from_le_bytes(self.number()?)),
            Len::Encoded(2) => i64::from(i32::from_le_bytes(self.number()?)),
            Len::Encoded(3) => {
                let (Len::Bytes(packed), Len::Bytes(size)) = (self.len()?, self.len()?) else {
                    return None;
                };
                let block = self.take(packed)?;
                return if size > self.size_max { None } else { lzf::decompress(block, size) };
            }
            Len::Encoded(_) => return None,
        };
        Some(number.to_string().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_redis_writes_it() {
        // `conformance/recorded/errors.jsonl`, `FUNCTION DUMP`.
        let code: &[u8] = b"#!lua name=lib\nredis.register_function(\"f\",function(keys,args) return {keys,args} end)";
        let dump = b"\xf5\xc3@N@V\x1f#!lua name=lib\nredis.register_fu\nnction(\"f\",\xe0\x00\x0c\x12keys,args) \
            return {\xe0\x00\x12\x05} end)\n\x00\t\x92\x91\xde\xc38\xc8\x9f";
        assert_eq!(
            pack([code].into_iter()).escape_ascii().to_string(),
            dump.escape_ascii().to_string()
        );
        let codes: Vec<_> = unpack(dump, 1000).map(Iterator::collect).unwrap_or_default();
        assert_eq!(codes, [Ok(code.to_vec())]);
        assert_eq!(pack(std::iter::empty()), b"\n\x00]\x9b\\@\x0f\x7f\xa2\xda");
    }
}
