//! From bytes to replies, piece by piece as they arrive.
//!
//! The aggregates that are still being filled lie on a stack of our own; each knows how many members
//! it waits for. A header is believed about its length only as far as bytes have come for it.

#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::borrow::Cow;

use crate::error::{DecodeError, DecodeErrorKind as Kind};
use crate::input::Input;
use crate::limits::{Limits, REPLY_SIZE_MIN};
use crate::reply::{Reply, Verbatim};

/// Decodes a stream of replies, of either version of the protocol.
///
/// ```
/// let mut decoder = resp::ReplyDecoder::default();
/// decoder.feed(b"*2\r\n:1\r\n$3\r\nfo");
/// assert_eq!(decoder.next(), Ok(None));
/// decoder.feed(b"o\r\n+OK\r\n");
/// assert_eq!(decoder.next(), Ok(Some(vec![1.into(), resp::Reply::bulk("foo")].into())));
/// assert_eq!(decoder.next(), Ok(Some(resp::Reply::OK)));
/// ```
#[derive(Debug, Default)]
pub struct ReplyDecoder {
    input: Input,
    limits: Limits,
    open: Vec<Open>,
    /// A string whose header has been read and whose bytes have not all come.
    body: Option<Body>,
    failed: Option<DecodeError>,
}

/// An aggregate that waits for members.
#[derive(Debug)]
struct Open {
    kind: Aggregate,
    missing: usize,
    items: Vec<Reply>,
}

#[derive(Debug, Clone, Copy)]
enum Aggregate {
    Array,
    Map,
    Set,
    Attribute,
    Push,
}

#[derive(Debug, Clone, Copy)]
struct Body {
    kind: BodyKind,
    size: usize,
}

#[derive(Debug, Clone, Copy)]
enum BodyKind {
    Bulk,
    Verbatim,
    Error,
}

/// What one line of input amounts to.
enum Element {
    Leaf(Reply),
    Body(Body),
    Open(Open),
}

impl ReplyDecoder {
    /// A decoder with the given limits.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Takes bytes that have arrived.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.input.feed(bytes);
    }

    /// The next whole reply; `None` until more bytes are fed.
    ///
    /// # Errors
    /// When the bytes are no reply or exceed a limit; the same error from then on.
    #[expect(clippy::should_implement_trait, reason = "an iterator would end at the first `None`")]
    pub fn next(&mut self) -> Result<Option<Reply>, DecodeError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let outcome = self.decode();
        if let Err(error) = &outcome {
            self.failed = Some(error.clone());
        }
        outcome
    }

    fn decode(&mut self) -> Result<Option<Reply>, DecodeError> {
        loop {
            let element = match self.body {
                Some(body) => Element::Body(body),
                None => match self.element()? {
                    Some(element) => element,
                    None => return Ok(None),
                },
            };
            let reply = match element {
                Element::Leaf(reply) => reply,
                Element::Body(body) => {
                    self.body = Some(body);
                    match self.take_body(body)? {
                        Some(reply) => {
                            self.body = None;
                            reply
                        }
                        None => return Ok(None),
                    }
                }
                Element::Open(open) if open.missing == 0 => open.close(),
                Element::Open(mut open) => {
                    let possible = self.input.rest().len() / REPLY_SIZE_MIN;
                    open.items.reserve(open.missing.min(possible));
                    self.open.push(open);
                    continue;
                }
            };
            if let Some(whole) = self.add(reply) {
                return Ok(Some(whole));
            }
        }
    }

    /// Puts a finished reply where it belongs; gives it back when nothing waits for it.
    fn add(&mut self, mut reply: Reply) -> Option<Reply> {
        while let Some(open) = self.open.last_mut() {
            open.items.push(reply);
            open.missing = open.missing.saturating_sub(1);
            if open.missing > 0 {
                return None;
            }
            reply = self.open.pop()?.close();
        }
        Some(reply)
    }

    /// Reads one line: a leaf, the header of a string or the header of an aggregate.
    fn element(&mut self) -> Result<Option<Element>, DecodeError> {
        let size_max = self.limits.line_size_max;
        let Some(size) = self.input.line_size(b'\n', size_max, Kind::LineTooLong)? else {
            return Ok(None);
        };
        let line = self.input.rest().get(..size).unwrap_or_default();
        let element = match line.split_last() {
            Some((b'\r', line)) => read_line(line, &self.limits),
            _ => Err(Kind::MissingCrLf),
        };
        match element {
            Ok(Element::Open(_)) if self.open.len() >= self.limits.depth_max => {
                Err(self.input.error(Kind::TooDeep))
            }
            Ok(element) => {
                self.input.advance(size.saturating_add(1));
                Ok(Some(element))
            }
            Err(kind) => Err(self.input.error(kind)),
        }
    }

    fn take_body(&mut self, body: Body) -> Result<Option<Reply>, DecodeError> {
        let Some((bytes, after)) = self.input.rest().split_at_checked(body.size) else {
            return Ok(None);
        };
        let Some(end) = after.get(..2) else { return Ok(None) };
        if end != b"\r\n" {
            return Err(self.input.error(Kind::MissingCrLf));
        }
        let reply = match body.kind {
            BodyKind::Bulk => Reply::Bulk(bytes.to_vec()),
            BodyKind::Error => Reply::Error(Cow::Owned(bytes.to_vec())),
            BodyKind::Verbatim => match bytes {
                [a, b, c, b':', text @ ..] => {
                    Reply::Verbatim(Verbatim { format: [*a, *b, *c], text: text.to_vec() })
                }
                _ => return Err(self.input.error(Kind::InvalidVerbatim)),
            },
        };
        self.input.advance(body.size.saturating_add(2));
        Ok(Some(reply))
    }
}

impl Open {
    fn close(self) -> Reply {
        let items = self.items.into();
        match self.kind {
            Aggregate::Array => Reply::Array(items),
            Aggregate::Map => Reply::Map(items),
            Aggregate::Set => Reply::Set(items),
            Aggregate::Attribute => Reply::Attribute(items),
            Aggregate::Push => Reply::Push(items),
        }
    }
}

fn read_line(line: &[u8], limits: &Limits) -> Result<Element, Kind> {
    let Some((&kind, text)) = line.split_first() else { return Err(Kind::UnknownType(b'\r')) };
    let reply = match kind {
        b'+' => match text {
            b"OK" => Reply::OK,
            text => Reply::Status(Cow::Owned(text.to_vec())),
        },
        b'-' => Reply::Error(Cow::Owned(text.to_vec())),
        b':' => Reply::Integer(read_integer(text).ok_or(Kind::InvalidInteger)?),
        b'$' if text == b"-1" => Reply::Nil,
        b'$' => return read_body(BodyKind::Bulk, text, limits),
        b'*' if text == b"-1" => Reply::NilArray,
        b'*' => return read_aggregate(Aggregate::Array, text, limits),
        b'%' => return read_aggregate(Aggregate::Map, text, limits),
        b'~' => return read_aggregate(Aggregate::Set, text, limits),
        b'|' => return read_aggregate(Aggregate::Attribute, text, limits),
        b'>' => return read_aggregate(Aggregate::Push, text, limits),
        b'=' => return read_body(BodyKind::Verbatim, text, limits),
        b'!' => return read_body(BodyKind::Error, text, limits),
        b'_' if text.is_empty() => Reply::Nil,
        b'_' => return Err(Kind::InvalidNull),
        b'#' => match text {
            b"t" => Reply::Boolean(true),
            b"f" => Reply::Boolean(false),
            _ => return Err(Kind::InvalidBoolean),
        },
        b',' => Reply::Double(read_double(text).ok_or(Kind::InvalidDouble)?),
        b'(' => {
            let digits = text.strip_prefix(b"-").unwrap_or(text);
            if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
                return Err(Kind::InvalidBigNumber);
            }
            Reply::BigNumber(text.to_vec())
        }
        other => return Err(Kind::UnknownType(other)),
    };
    Ok(Element::Leaf(reply))
}

fn read_body(kind: BodyKind, text: &[u8], limits: &Limits) -> Result<Element, Kind> {
    let size = read_length(text, limits.bulk_size_max).ok_or(Kind::InvalidBulkLength)?;
    Ok(Element::Body(Body { kind, size }))
}

fn read_aggregate(kind: Aggregate, text: &[u8], limits: &Limits) -> Result<Element, Kind> {
    let len = read_length(text, limits.items_max).ok_or(Kind::InvalidLength)?;
    let missing = match kind {
        Aggregate::Map => len.checked_mul(2),
        // The reply that the attributes are about comes last.
        Aggregate::Attribute => len.checked_mul(2).and_then(|len| len.checked_add(1)),
        Aggregate::Array | Aggregate::Set | Aggregate::Push => Some(len),
    }
    .ok_or(Kind::InvalidLength)?;
    Ok(Element::Open(Open { kind, missing, items: Vec::new() }))
}

fn read_length(text: &[u8], max: usize) -> Option<usize> {
    usize::try_from(read_integer(text)?).ok().filter(|&len| len <= max)
}

/// Reads digits after at most one sign; leading zeros are welcome, as other servers may send them.
fn read_integer(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_i64, |number, digit| {
        let digit = i64::from(digit.checked_sub(b'0').filter(|&digit| digit < 10)?);
        let shifted = number.checked_mul(10)?;
        if negative { shifted.checked_sub(digit) } else { shifted.checked_add(digit) }
    })
}

fn read_double(text: &[u8]) -> Option<f64> {
    match text {
        b"inf" | b"+inf" => return Some(f64::INFINITY),
        b"-inf" => return Some(f64::NEG_INFINITY),
        b"nan" => return Some(f64::NAN),
        b"-nan" => return Some(-f64::NAN),
        _ => {}
    }
    decimal::parse(text)
}
