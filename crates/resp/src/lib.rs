//! The Redis reply tree, and its encoding and decoding in RESP2 and RESP3.
//!
//! ```
//! use resp::{Protocol, Reply, ReplyDecoder, encode};
//!
//! let reply = Reply::from(vec![Reply::bulk("a"), Reply::Integer(7)]);
//! let mut bytes = Vec::new();
//! encode(&reply, Protocol::Resp2, &mut bytes);
//! assert_eq!(bytes, b"*2\r\n$1\r\na\r\n:7\r\n");
//!
//! let mut decoder = ReplyDecoder::default();
//! decoder.feed(&bytes);
//! assert_eq!(decoder.next(), Ok(Some(reply)));
//! ```
//!
//! A reply may be nested thousands of levels deep (a Lua table can be), so nothing here walks one by
//! calling itself: cloning, comparing, dropping, encoding, decoding and rendering all keep their
//! own stacks.

pub mod limits;
pub mod number;

mod reply;
pub use reply::{Items, Protocol, Reply, Text, Verbatim};

mod encode;
pub use encode::{
    encode, encode_command, put_array_header, put_bulk, put_error, put_integer, put_status,
};

mod error;
pub use error::{DecodeError, DecodeErrorKind};

mod input;

mod decode;
pub use decode::ReplyDecoder;

mod request;
pub use request::{RequestDecoder, split_inline};

pub mod human;

pub mod crc64;

pub mod lzf;
