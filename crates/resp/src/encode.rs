//! From a reply to bytes, for either version of the protocol, without recursion.

use crate::number::{put_decimal, put_g17, put_i64};
use crate::reply::{Protocol, Reply};

/// Appends the bytes of `reply` as Redis 7.0.15 sends them to a client of `protocol`.
///
/// Takes no heap block beyond `out` for a leaf or for an array of leaves.
pub fn encode(reply: &Reply, protocol: Protocol, out: &mut Vec<u8>) {
    let null = match protocol {
        Protocol::Resp2 => Nulls { value: b"$-1\r\n", array: b"*-1\r\n" },
        Protocol::Resp3 => Nulls { value: b"_\r\n", array: b"_\r\n" },
    };
    encode_with(reply, protocol, null, out);
}

/// As [`encode`] in RESP3, but the two nulls stay apart: for `Debug`.
pub(crate) fn encode_exactly(reply: &Reply, out: &mut Vec<u8>) {
    encode_with(reply, Protocol::Resp3, Nulls { value: b"_\r\n", array: b"*-1\r\n" }, out);
}

/// Appends a request: an array of bulk strings.
pub fn encode_command<A: AsRef<[u8]>>(argv: &[A], out: &mut Vec<u8>) {
    put_array_header(argv.len(), out);
    for argument in argv {
        put_bulk(argument.as_ref(), out);
    }
}

/// Appends `*<len>`, to be followed by that many replies.
pub fn put_array_header(len: usize, out: &mut Vec<u8>) {
    put_header(b'*', len, out);
}

/// Appends a bulk string.
pub fn put_bulk(bytes: &[u8], out: &mut Vec<u8>) {
    out.reserve(bytes.len() + 16);
    put_header(b'$', bytes.len(), out);
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\r\n");
}

/// Appends an integer.
pub fn put_integer(number: i64, out: &mut Vec<u8>) {
    out.push(b':');
    put_i64(number, out);
    out.extend_from_slice(b"\r\n");
}

/// Appends a status; CR and LF become spaces.
pub fn put_status(text: &[u8], out: &mut Vec<u8>) {
    put_line(b'+', text, out);
}

/// Appends an error, `text` without the leading `-`; CR and LF become spaces.
pub fn put_error(text: &[u8], out: &mut Vec<u8>) {
    put_line(b'-', text, out);
}

struct Nulls {
    value: &'static [u8],
    array: &'static [u8],
}

fn encode_with(reply: &Reply, protocol: Protocol, null: Nulls, out: &mut Vec<u8>) {
    let resp3 = protocol == Protocol::Resp3;
    let mut outer = Vec::new();
    let mut rest = std::slice::from_ref(reply).iter();
    loop {
        let Some(reply) = rest.next() else {
            match outer.pop() {
                Some(parent) => rest = parent,
                None => return,
            }
            continue;
        };
        let members = match reply {
            Reply::Nil => {
                out.extend_from_slice(null.value);
                continue;
            }
            Reply::NilArray => {
                out.extend_from_slice(null.array);
                continue;
            }
            Reply::Status(text) => {
                put_status(text, out);
                continue;
            }
            Reply::Error(text) => {
                put_error(text, out);
                continue;
            }
            Reply::Integer(number) => {
                put_integer(*number, out);
                continue;
            }
            Reply::Bulk(bytes) => {
                put_bulk(bytes, out);
                continue;
            }
            Reply::Double(number) => {
                put_double(*number, resp3, out);
                continue;
            }
            Reply::Decimal(number) => {
                if resp3 {
                    out.push(b',');
                    put_decimal(*number, out);
                    out.extend_from_slice(b"\r\n");
                } else {
                    let mut text = Vec::with_capacity(24);
                    put_decimal(*number, &mut text);
                    put_bulk(&text, out);
                }
                continue;
            }
            Reply::BigNumber(digits) => {
                if resp3 {
                    put_line(b'(', digits, out);
                } else {
                    put_bulk(digits, out);
                }
                continue;
            }
            Reply::Verbatim(verbatim) => {
                if resp3 {
                    put_header(b'=', verbatim.text.len() + 4, out);
                    out.extend_from_slice(&verbatim.format);
                    out.push(b':');
                    out.extend_from_slice(&verbatim.text);
                    out.extend_from_slice(b"\r\n");
                } else {
                    put_bulk(&verbatim.text, out);
                }
                continue;
            }
            Reply::Boolean(truth) => {
                out.extend_from_slice(match (resp3, truth) {
                    (true, true) => b"#t\r\n",
                    (true, false) => b"#f\r\n",
                    (false, true) => b":1\r\n",
                    (false, false) => b":0\r\n",
                });
                continue;
            }
            Reply::Array(items) => {
                put_header(b'*', items.len(), out);
                &items[..]
            }
            Reply::Map(items) => {
                if resp3 {
                    put_header(b'%', items.len() / 2, out);
                } else {
                    put_header(b'*', items.len() / 2 * 2, out);
                }
                // A key without value would leave the client waiting.
                &items[..items.len() / 2 * 2]
            }
            Reply::Set(items) => {
                put_header(if resp3 { b'~' } else { b'*' }, items.len(), out);
                &items[..]
            }
            Reply::Push(items) => {
                put_header(if resp3 { b'>' } else { b'*' }, items.len(), out);
                &items[..]
            }
            Reply::Attribute(items) => match items.split_last() {
                Some((_, pairs)) if resp3 && pairs.len().is_multiple_of(2) => {
                    put_header(b'|', pairs.len() / 2, out);
                    &items[..]
                }
                Some((about, _)) => std::slice::from_ref(about),
                None => {
                    out.extend_from_slice(null.value);
                    continue;
                }
            },
        };
        if rest.len() == 0 {
            rest = members.iter();
        } else {
            outer.push(std::mem::replace(&mut rest, members.iter()));
        }
    }
}

fn put_header(kind: u8, len: usize, out: &mut Vec<u8>) {
    out.push(kind);
    if len < 10 {
        out.push(b'0' + len as u8);
    } else {
        out.extend_from_slice(itoa::Buffer::new().format(len).as_bytes());
    }
    out.extend_from_slice(b"\r\n");
}

fn put_line(kind: u8, text: &[u8], out: &mut Vec<u8>) {
    out.push(kind);
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'\r', b'\n', rest) {
        let (line, tail) = rest.split_at(at);
        out.extend_from_slice(line);
        out.push(b' ');
        rest = tail.get(1..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out.extend_from_slice(b"\r\n");
}

fn put_double(number: f64, resp3: bool, out: &mut Vec<u8>) {
    if resp3 {
        out.push(b',');
        put_g17(number, out);
        out.extend_from_slice(b"\r\n");
    } else {
        let mut text = Vec::with_capacity(24);
        put_g17(number, &mut text);
        put_bulk(&text, out);
    }
}
