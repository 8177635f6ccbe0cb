//! A string: bytes, or the number that their text is.

use std::borrow::Cow;

use resp::number::{parse_i64, put_i64};
use snapshot::{FormatError, Reader, Writer};

use crate::limits::EMBSTR_SIZE_MAX;

/// A string in one of Redis's three encodings.
#[derive(Debug, Clone)]
pub(crate) enum StringValue {
    /// Text that is a whole number in Redis's own spelling.
    Integer(i64),
    /// Bytes that are only ever replaced.
    Fixed(Box<[u8]>),
    /// Bytes that have been changed in place: `raw` whatever their size.
    Changed(Vec<u8>),
}

impl StringValue {
    /// The value that `SET` stores: a number when it is spelled as one.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        match parse_i64(bytes) {
            Some(number) => Self::Integer(number),
            None => Self::Fixed(bytes.into()),
        }
    }

    /// Bytes even when they spell a number, as after `INCRBYFLOAT`.
    pub(crate) fn text(bytes: &[u8]) -> Self {
        Self::Fixed(bytes.into())
    }

    pub(crate) fn bytes(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Integer(number) => Cow::Owned(self::digits(*number)),
            Self::Fixed(bytes) => Cow::Borrowed(bytes),
            Self::Changed(bytes) => Cow::Borrowed(bytes),
        }
    }

    pub(crate) fn to_vec(&self) -> Vec<u8> {
        self.bytes().into_owned()
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Integer(number) => itoa::Buffer::new().format(*number).len(),
            Self::Fixed(bytes) => bytes.len(),
            Self::Changed(bytes) => bytes.len(),
        }
    }

    /// The number, if the text is one.
    pub(crate) fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Fixed(bytes) => parse_i64(bytes),
            Self::Changed(bytes) => parse_i64(bytes),
        }
    }

    /// Changes the bytes in place; from then on the encoding is `raw`.
    pub(crate) fn edit<T>(&mut self, change: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        let mut bytes = match self {
            Self::Integer(number) => self::digits(*number),
            Self::Fixed(bytes) => std::mem::take(bytes).into_vec(),
            Self::Changed(bytes) => std::mem::take(bytes),
        };
        let answer = change(&mut bytes);
        *self = Self::Changed(bytes);
        answer
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        match self {
            Self::Integer(number) => {
                out.byte(0);
                out.signed(*number);
            }
            Self::Fixed(bytes) => {
                out.byte(1);
                out.bytes(bytes);
            }
            Self::Changed(bytes) => {
                out.byte(2);
                out.bytes(bytes);
            }
        }
    }

    pub(crate) fn load(input: &mut Reader<'_>) -> Result<Self, FormatError> {
        match input.byte()? {
            0 => Ok(Self::Integer(input.signed()?)),
            1 => Ok(Self::Fixed(input.bytes()?.into())),
            2 => Ok(Self::Changed(input.bytes()?.to_vec())),
            _ => Err(input.malformed("a string of no kind")),
        }
    }

    pub(crate) fn encoding(&self) -> &'static str {
        match self {
            Self::Integer(_) => "int",
            Self::Fixed(bytes) if bytes.len() <= EMBSTR_SIZE_MAX => "embstr",
            Self::Fixed(_) | Self::Changed(_) => "raw",
        }
    }
}

fn digits(number: i64) -> Vec<u8> {
    let mut digits = Vec::with_capacity(20);
    put_i64(number, &mut digits);
    digits
}
