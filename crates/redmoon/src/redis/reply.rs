//! Rust values to arguments, and replies to Rust values.

use resp::Reply;

use super::error::Error;

/// What may be an argument of a command or script.
pub trait ToArg {
    /// The bytes of the argument.
    fn to_arg(&self) -> Vec<u8>;
}

impl<T: ToArg + ?Sized> ToArg for &T {
    fn to_arg(&self) -> Vec<u8> {
        (**self).to_arg()
    }
}

macro_rules! bytes_to_arg {
    ($($type:ty),*) => {$(
        impl ToArg for $type {
            fn to_arg(&self) -> Vec<u8> {
                AsRef::<[u8]>::as_ref(self).to_vec()
            }
        }
    )*};
}
bytes_to_arg!(str, String, [u8], Vec<u8>);

impl<const N: usize> ToArg for [u8; N] {
    fn to_arg(&self) -> Vec<u8> {
        self.to_vec()
    }
}

macro_rules! number_to_arg {
    ($($type:ty),*) => {$(
        impl ToArg for $type {
            fn to_arg(&self) -> Vec<u8> {
                self.to_string().into_bytes()
            }
        }
    )*};
}
number_to_arg!(u8, i8, u16, i16, u32, i32, u64, i64, usize, isize, f32, f64);

/// What a reply may be read as.
pub trait FromReply: Sized {
    /// Reads a reply.
    ///
    /// # Errors
    /// [`Error::Reply`] for an error reply, [`Error::Type`] for one of another type.
    fn from_reply(reply: Reply) -> Result<Self, Error>;
}

fn unexpected<T>(expected: &'static str, got: Reply) -> Result<T, Error> {
    match got {
        Reply::Error(text) => Err(Error::Reply(String::from_utf8_lossy(&text).into_owned())),
        got => Err(Error::Type { expected, got: Box::new(got) }),
    }
}

/// The reply as it is, an error included.
impl FromReply for Reply {
    fn from_reply(reply: Reply) -> Result<Self, Error> {
        Ok(reply)
    }
}

/// Anything but an error.
impl FromReply for () {
    fn from_reply(reply: Reply) -> Result<Self, Error> {
        if reply.is_error() { unexpected("result", reply) } else { Ok(()) }
    }
}

/// A bulk string, status, or verbatim string, or the text of a number.
impl FromReply for Vec<u8> {
    fn from_reply(reply: Reply) -> Result<Self, Error> {
        match reply {
            Reply::Bulk(bytes) | Reply::BigNumber(bytes) => Ok(bytes),
            Reply::Status(text) => Ok(text.into_owned()),
            Reply::Verbatim(verbatim) => Ok(verbatim.text),
            Reply::Integer(number) => Ok(number.to_string().into_bytes()),
            Reply::Double(number) => {
                let mut text = Vec::new();
                resp::number::put_g17(number, &mut text);
                Ok(text)
            }
            Reply::Decimal(number) => {
                let mut text = Vec::new();
                resp::number::put_decimal(number, &mut text);
                Ok(text)
            }
            other => unexpected("string", other),
        }
    }
}

/// As bytes, which must be UTF-8.
impl FromReply for String {
    fn from_reply(reply: Reply) -> Result<Self, Error> {
        let bytes = Vec::from_reply(reply)?;
        String::from_utf8(bytes)
            .or_else(|error| unexpected("string in UTF-8", Reply::Bulk(error.into_bytes())))
    }
}

/// An integer, or the text of one.
impl FromReply for i64 {
    fn from_reply(reply: Reply) -> Result<Self, Error> {
        let number = match &reply {
            Reply::Integer(number) => Some(*number),
            Reply::Bulk(text) => resp::number::parse_i64(text),
            Reply::Status(text) => resp::number::parse_i64(text),
            _ => None,
        };
        number.map_or_else(|| unexpected("integer", reply), Ok)
    }
}

/// A number, or the text of one.
impl FromReply for f64 {
    fn from_reply(reply: Reply) -> Result<Self, Error> {
        let number = match &reply {
            Reply::Integer(number) => Some(*number as f64),
            Reply::Double(number) | Reply::Decimal(number) => Some(*number),
            Reply::Bulk(text) => std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()),
            _ => None,
        };
        number.map_or_else(|| unexpected("number", reply), Ok)
    }
}

/// A boolean, 0 or 1, `OK`, or nil for false.
impl FromReply for bool {
    fn from_reply(reply: Reply) -> Result<Self, Error> {
        match reply {
            Reply::Boolean(truth) => Ok(truth),
            Reply::Integer(number @ 0..=1) => Ok(number == 1),
            Reply::Nil => Ok(false),
            Reply::Status(ref text) if **text == *b"OK" => Ok(true),
            other => unexpected("truth value", other),
        }
    }
}

/// `None` for nil.
impl<T: FromReply> FromReply for Option<T> {
    fn from_reply(reply: Reply) -> Result<Self, Error> {
        match reply {
            Reply::Nil | Reply::NilArray => Ok(None),
            other => T::from_reply(other).map(Some),
        }
    }
}

/// Declares `Vec<T>` for types but bytes, which are a string.
macro_rules! lists {
    ($($type:ty),*) => {$(
        impl FromReply for Vec<$type> {
            fn from_reply(reply: Reply) -> Result<Self, Error> {
                items(reply)?.into_iter().map(FromReply::from_reply).collect()
            }
        }
    )*};
}
lists!(Reply, Vec<u8>, String, i64, f64, bool);

impl<T: FromReply> FromReply for Vec<Option<T>> {
    fn from_reply(reply: Reply) -> Result<Self, Error> {
        items(reply)?.into_iter().map(FromReply::from_reply).collect()
    }
}

fn items(reply: Reply) -> Result<Vec<Reply>, Error> {
    match reply {
        Reply::Array(items) | Reply::Set(items) | Reply::Map(items) | Reply::Push(items) => {
            Ok(items.into_vec())
        }
        Reply::Nil | Reply::NilArray => Ok(Vec::new()),
        other => unexpected("list", other),
    }
}

impl<A: FromReply, B: FromReply> FromReply for (A, B) {
    fn from_reply(reply: Reply) -> Result<Self, Error> {
        match <[Reply; 2]>::try_from(items(reply)?) {
            Ok([a, b]) => Ok((A::from_reply(a)?, B::from_reply(b)?)),
            Err(other) => unexpected("pair", other.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_become_values() {
        assert_eq!(i64::from_reply(Reply::Integer(5)), Ok(5));
        assert_eq!(i64::from_reply(Reply::bulk("5")), Ok(5));
        assert_eq!(String::from_reply(Reply::OK), Ok("OK".into()));
        assert_eq!(Option::<i64>::from_reply(Reply::Nil), Ok(None));
        assert_eq!(bool::from_reply(Reply::Integer(1)), Ok(true));
        let list = Reply::from(vec![Reply::bulk("a"), Reply::Nil]);
        assert_eq!(Vec::<Option<String>>::from_reply(list), Ok(vec![Some("a".into()), None]));
        let pair = Reply::from(vec![Reply::Integer(1), Reply::bulk("x")]);
        assert_eq!(<(i64, String)>::from_reply(pair), Ok((1, "x".into())));
        assert_eq!(i64::from_reply(Reply::error("ERR no")), Err(Error::Reply("ERR no".into())));
        assert!(matches!(i64::from_reply(Reply::OK), Err(Error::Type { .. })));
    }
}
