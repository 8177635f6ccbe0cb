//! Values as bytes: a tag, and what belongs to it (`docs/abi.md`). All numbers have their lowest byte first.
//!
//! Neither direction recurses, and reading believes no length that the input does not have.

use resp::{Items, Reply, Verbatim};

use crate::io::Writer;

/// The tags.
pub(crate) mod tag {
    pub(crate) const NIL: u8 = 0x00;
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const DOUBLE: u8 = 0x03;
    pub(crate) const STRING: u8 = 0x04;
    pub(crate) const ARRAY: u8 = 0x05;
    pub(crate) const MAP: u8 = 0x06;
    pub(crate) const SET: u8 = 0x07;
    pub(crate) const STATUS: u8 = 0x08;
    pub(crate) const ERROR: u8 = 0x09;
    pub(crate) const BIG_NUMBER: u8 = 0x0A;
    pub(crate) const VERBATIM: u8 = 0x0B;
    pub(crate) const PUSH: u8 = 0x0C;
}

/// Values inside one another beyond this are refused.
const DEPTH_MAX: usize = 10_000;

/// Writes a string.
pub(crate) fn put_bytes(out: &mut Writer, bytes: &[u8]) {
    put_text(out, tag::STRING, bytes);
}

fn put_text(out: &mut Writer, tag: u8, bytes: &[u8]) {
    out.byte(tag);
    out.u32(bytes.len() as u32);
    out.put(bytes);
}

/// Writes a whole number.
pub(crate) fn put_integer(out: &mut Writer, number: i64) {
    out.byte(tag::INTEGER);
    out.put(&number.to_le_bytes());
}

/// Writes the head of an array.
pub(crate) fn put_array(out: &mut Writer, count: usize) {
    out.byte(tag::ARRAY);
    out.u32(count as u32);
}

/// Writes a reply. Attributes are left out, what they are about stays.
pub(crate) fn put(out: &mut Writer, reply: &Reply) {
    let mut open: Vec<std::slice::Iter<'_, Reply>> = Vec::new();
    let mut reply = reply;
    loop {
        if let Some(items) = put_one(out, reply) {
            open.push(items.iter());
        }
        loop {
            let Some(items) = open.last_mut() else { return };
            if let Some(next) = items.next() {
                reply = next;
                break;
            }
            open.pop();
        }
    }
}

/// Writes a reply, of an aggregate only the head.
fn put_one<'a>(out: &mut Writer, reply: &'a Reply) -> Option<&'a Items> {
    let (tag, items, count) = match reply {
        Reply::Nil | Reply::NilArray => {
            out.byte(tag::NIL);
            return None;
        }
        Reply::Boolean(truth) => {
            out.put(&[tag::BOOLEAN, u8::from(*truth)]);
            return None;
        }
        Reply::Integer(number) => {
            put_integer(out, *number);
            return None;
        }
        Reply::Double(number) | Reply::Decimal(number) => {
            out.byte(tag::DOUBLE);
            out.put(&number.to_le_bytes());
            return None;
        }
        Reply::Bulk(bytes) => {
            put_bytes(out, bytes);
            return None;
        }
        Reply::Status(text) => {
            put_text(out, tag::STATUS, text);
            return None;
        }
        Reply::Error(text) => {
            put_text(out, tag::ERROR, text);
            return None;
        }
        Reply::BigNumber(digits) => {
            put_text(out, tag::BIG_NUMBER, digits);
            return None;
        }
        Reply::Verbatim(verbatim) => {
            out.byte(tag::VERBATIM);
            out.put(&verbatim.format);
            out.u32(verbatim.text.len() as u32);
            out.put(&verbatim.text);
            return None;
        }
        Reply::Attribute(items) => {
            return match items.last() {
                // Attributes cannot be about attributes.
                None | Some(Reply::Attribute(_)) => {
                    out.byte(tag::NIL);
                    None
                }
                Some(about) => put_one(out, about),
            };
        }
        Reply::Array(items) => (tag::ARRAY, items, items.len()),
        Reply::Push(items) => (tag::PUSH, items, items.len()),
        Reply::Set(items) => (tag::SET, items, items.len()),
        Reply::Map(items) => (tag::MAP, items, items.len() / 2),
    };
    out.byte(tag);
    out.u32(count as u32);
    Some(items)
}

/// The input is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Reads values, one after the other.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

/// An array, map or set being read.
struct Reading {
    missing: usize,
    items: Vec<Reply>,
    wrap: fn(Items) -> Reply,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        self.take(N)?.try_into().map_err(|_| Malformed)
    }

    fn u32(&mut self) -> Result<usize, Malformed> {
        Ok(u32::from_le_bytes(self.fixed()?) as usize)
    }

    fn tag(&mut self) -> Result<u8, Malformed> {
        let [tag] = self.fixed()?;
        Ok(tag)
    }

    /// A string.
    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        match self.tag()? {
            tag::STRING => self.text(),
            _ => Err(Malformed),
        }
    }

    fn text(&mut self) -> Result<&'a [u8], Malformed> {
        let size = self.u32()?;
        self.take(size)
    }

    /// A whole number.
    pub(crate) fn integer(&mut self) -> Result<i64, Malformed> {
        match self.tag()? {
            tag::INTEGER => Ok(i64::from_le_bytes(self.fixed()?)),
            _ => Err(Malformed),
        }
    }

    /// The length of an array whose items follow.
    pub(crate) fn array(&mut self) -> Result<usize, Malformed> {
        match self.tag()? {
            tag::ARRAY => self.u32(),
            _ => Err(Malformed),
        }
    }

    /// An array of strings.
    pub(crate) fn list<L: FromIterator<&'a [u8]>>(&mut self) -> Result<L, Malformed> {
        let count = self.array()?;
        (0..count).map(|_| self.bytes()).collect()
    }

    /// Any value.
    pub(crate) fn reply(&mut self) -> Result<Reply, Malformed> {
        let mut open: Vec<Reading> = Vec::new();
        loop {
            let mut done = match self.one()? {
                Ok(leaf) => Some(leaf),
                Err(_) if open.len() == DEPTH_MAX => return Err(Malformed),
                Err(reading) => {
                    open.push(reading);
                    None
                }
            };
            loop {
                let Some(reading) = open.last_mut() else { return Ok(done.unwrap_or(Reply::Nil)) };
                if let Some(item) = done.take() {
                    reading.items.push(item);
                    reading.missing = reading.missing.saturating_sub(1);
                }
                if reading.missing > 0 {
                    break;
                }
                done = open.pop().map(|reading| (reading.wrap)(reading.items.into()));
            }
        }
    }

    fn one(&mut self) -> Result<Result<Reply, Reading>, Malformed> {
        let (wrap, per_entry): (fn(Items) -> Reply, usize) = match self.tag()? {
            tag::NIL => return Ok(Ok(Reply::Nil)),
            tag::BOOLEAN => {
                let [truth] = self.fixed()?;
                return Ok(Ok(Reply::Boolean(truth != 0)));
            }
            tag::INTEGER => return Ok(Ok(Reply::Integer(i64::from_le_bytes(self.fixed()?)))),
            tag::DOUBLE => return Ok(Ok(Reply::Double(f64::from_le_bytes(self.fixed()?)))),
            tag::STRING => return Ok(Ok(Reply::Bulk(self.text()?.to_vec()))),
            tag::STATUS => return Ok(Ok(Reply::Status(self.text()?.to_vec().into()))),
            tag::ERROR => return Ok(Ok(Reply::Error(self.text()?.to_vec().into()))),
            tag::BIG_NUMBER => return Ok(Ok(Reply::BigNumber(self.text()?.to_vec()))),
            tag::VERBATIM => {
                let format = self.fixed()?;
                let text = self.text()?.to_vec();
                return Ok(Ok(Reply::Verbatim(Verbatim { format, text })));
            }
            tag::ARRAY => (Reply::Array, 1),
            tag::PUSH => (Reply::Push, 1),
            tag::SET => (Reply::Set, 1),
            tag::MAP => (Reply::Map, 2),
            _ => return Err(Malformed),
        };
        let missing = self.u32()?.checked_mul(per_entry).ok_or(Malformed)?;
        // Every item takes a byte at least.
        if missing > self.rest.len() {
            return Err(Malformed);
        }
        Ok(Err(Reading { missing, items: Vec::new(), wrap }))
    }
}
