//! Replies for people and for other programs, rendered as `redis-cli` 7.0.15 does.
//!
//! Three renderings, each byte for byte that of the real one (`tests/redis-cli.jsonl` holds its
//! output): [`put_terminal`] for a terminal, [`put_raw`] for a pipe or `--raw`, [`put_json`] for
//! `--json`. Types that `redis-cli` 7.0 does not know (big numbers, attributes, NaN) get the form that
//! fits best.

use crate::number::{put_decimal, put_g17, put_i64};
use crate::reply::Reply;

/// Appends `reply` as `redis-cli` shows it on a terminal, with a line feed at the end.
///
/// ```
/// let mut out = Vec::new();
/// resp::human::put_terminal(&vec![resp::Reply::bulk("a\n"), resp::Reply::Nil].into(), &mut out);
/// assert_eq!(out, b"1) \"a\\n\"\n2) (nil)\n");
/// ```
pub fn put_terminal(reply: &Reply, out: &mut Vec<u8>) {
    /// An aggregate being shown.
    struct Level<'a> {
        members: &'a [Reply],
        next: usize,
        is_map: bool,
        mark: u8,
        /// Width of the greatest position.
        width: usize,
        /// Spaces in front of every line but the first.
        indent: usize,
    }
    let mut levels: Vec<Level<'_>> = Vec::new();
    let mut current = reply;
    loop {
        let indent = levels.last().map_or(0, |level| level.indent);
        match shown_members(current) {
            Some((members, kind)) if !members.is_empty() => {
                let is_map = kind == Kind::Map;
                let count = if is_map { members.len() / 2 } else { members.len() };
                let width = digits(count);
                levels.push(Level {
                    members,
                    next: 0,
                    is_map,
                    mark: kind.mark(),
                    width,
                    indent: indent + width + 2,
                });
            }
            Some((_, kind)) => out.extend_from_slice(kind.empty().as_bytes()),
            None => put_terminal_leaf(current, out),
        }
        // Go on with the innermost aggregate that has members left.
        loop {
            let Some(level) = levels.last_mut() else { return };
            let Some(member) = level.members.get(level.next) else {
                levels.pop();
                continue;
            };
            current = member;
            let outer_indent = level.indent - level.width - 2;
            if level.is_map && level.next % 2 == 1 {
                // The value follows its key on the same line, unless it has several lines itself.
                out.pop();
                out.extend_from_slice(b" => ");
                if lines_of(member) > 1 {
                    out.push(b'\n');
                    put_spaces(level.indent, out);
                }
            } else {
                let position = if level.is_map { level.next / 2 } else { level.next } + 1;
                if level.next > 0 {
                    put_spaces(outer_indent, out);
                }
                put_spaces(level.width - digits(position), out);
                put_i64(position as i64, out);
                out.push(level.mark);
                out.push(b' ');
            }
            level.next += 1;
            break;
        }
    }
}

/// Appends `reply` as `redis-cli` writes it to a pipe, with a line feed at the end.
pub fn put_raw(reply: &Reply, out: &mut Vec<u8>) {
    let mut levels: Vec<Separated<'_>> = Vec::new();
    let mut current = reply;
    loop {
        match shown_members(current) {
            Some((members, kind)) => {
                levels.push(Separated { members, next: 0, is_map: kind == Kind::Map });
            }
            None => put_raw_leaf(current, out),
        }
        loop {
            let Some(level) = levels.last_mut() else {
                out.push(b'\n');
                return;
            };
            let Some(member) = level.members.get(level.next) else {
                levels.pop();
                continue;
            };
            current = member;
            if level.next > 0 {
                out.push(if level.is_map && level.next % 2 == 1 { b' ' } else { b'\n' });
            }
            level.next += 1;
            break;
        }
    }
}

/// Appends `reply` as `redis-cli --json` writes it, with a line feed at the end.
///
/// That is JSON as long as the reply holds no error (`error:"…"`), no infinity, no byte that is not
/// UTF-8, and no aggregate as a key of a map: in these cases `redis-cli` writes what no parser takes.
pub fn put_json(reply: &Reply, out: &mut Vec<u8>) {
    let mut levels: Vec<(Separated<'_>, u8)> = Vec::new();
    let mut current = reply;
    let mut as_key = false;
    loop {
        // `redis-cli` puts quotes around a key of any type, whatever its own rendering holds.
        match shown_members(current) {
            Some((members, kind)) => {
                if as_key {
                    out.push(b'"');
                }
                let (open, close) = if kind == Kind::Map { (b'{', b'}') } else { (b'[', b']') };
                out.push(open);
                levels.push((Separated { members, next: 0, is_map: kind == Kind::Map }, close));
            }
            None => put_json_leaf(current, as_key, out),
        }
        loop {
            let Some((level, close)) = levels.last_mut() else {
                out.push(b'\n');
                return;
            };
            let Some(member) = level.members.get(level.next) else {
                out.push(*close);
                levels.pop();
                // An aggregate that was a key still lacks its closing quote.
                if levels.last().is_some_and(|(outer, _)| outer.is_map && outer.next % 2 == 1) {
                    out.push(b'"');
                }
                continue;
            };
            current = member;
            as_key = level.is_map && level.next.is_multiple_of(2);
            if level.next > 0 {
                out.push(if level.is_map && !as_key { b':' } else { b',' });
            }
            level.next += 1;
            break;
        }
    }
}

/// Appends `bytes` in double quotes, with `\"`, `\\`, `\n`, `\r`, `\t`, `\a`, `\b`, and `\xHH` for every other
/// byte that is not printable ASCII.
pub fn put_quoted(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            7 => out.extend_from_slice(b"\\a"),
            8 => out.extend_from_slice(b"\\b"),
            b' '..=b'~' => out.push(byte),
            _ => out.extend_from_slice(&[b'\\', b'x', hex(byte >> 4), hex(byte & 15)]),
        }
    }
    out.push(b'"');
}

/// Appends `bytes` as a JSON string. Bytes from 0x7f up are copied as they are.
pub fn put_json_string(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            12 => out.extend_from_slice(b"\\f"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            8 => out.extend_from_slice(b"\\b"),
            0..=31 => {
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', hex(byte >> 4), hex(byte & 15)]);
            }
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// An aggregate being written, and its next member.
struct Separated<'a> {
    members: &'a [Reply],
    next: usize,
    is_map: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Array,
    Map,
    Set,
    Push,
}

impl Kind {
    fn mark(self) -> u8 {
        match self {
            Kind::Map => b'#',
            Kind::Set => b'~',
            Kind::Array | Kind::Push => b')',
        }
    }

    fn empty(self) -> &'static str {
        match self {
            Kind::Array => "(empty array)\n",
            Kind::Map => "(empty hash)\n",
            Kind::Set => "(empty set)\n",
            Kind::Push => "(empty push)\n",
        }
    }
}

/// The members that are shown. Of an attribute that is only the reply it is about, as an array of one.
fn shown_members(reply: &Reply) -> Option<(&[Reply], Kind)> {
    match reply {
        Reply::Array(items) => Some((items, Kind::Array)),
        Reply::Map(items) => Some((&items[..items.len() / 2 * 2], Kind::Map)),
        Reply::Set(items) => Some((items, Kind::Set)),
        Reply::Push(items) => Some((items, Kind::Push)),
        Reply::Attribute(items) => Some((&items[items.len().saturating_sub(1)..], Kind::Array)),
        _ => None,
    }
}

/// Members of an aggregate, each of which starts a line; 1 for a leaf.
fn lines_of(reply: &Reply) -> usize {
    match shown_members(reply) {
        Some((members, Kind::Map)) => members.len() / 2,
        Some((members, _)) => members.len(),
        None => 1,
    }
}

fn put_terminal_leaf(reply: &Reply, out: &mut Vec<u8>) {
    match reply {
        Reply::Status(text) => out.extend_from_slice(text),
        Reply::Error(text) => {
            out.extend_from_slice(b"(error) ");
            out.extend_from_slice(text);
        }
        Reply::Integer(number) => {
            out.extend_from_slice(b"(integer) ");
            put_i64(*number, out);
        }
        Reply::Bulk(bytes) => put_quoted(bytes, out),
        Reply::Double(number) => {
            out.extend_from_slice(b"(double) ");
            put_g17(*number, out);
        }
        Reply::Decimal(number) => {
            out.extend_from_slice(b"(double) ");
            put_decimal(*number, out);
        }
        Reply::BigNumber(digits) => {
            out.extend_from_slice(b"(big number) ");
            out.extend_from_slice(digits);
        }
        Reply::Verbatim(verbatim) => out.extend_from_slice(&verbatim.text),
        Reply::Boolean(true) => out.extend_from_slice(b"(true)"),
        Reply::Boolean(false) => out.extend_from_slice(b"(false)"),
        _ => out.extend_from_slice(b"(nil)"),
    }
    out.push(b'\n');
}

fn put_raw_leaf(reply: &Reply, out: &mut Vec<u8>) {
    match reply {
        Reply::Status(text) => out.extend_from_slice(text),
        Reply::Error(text) => {
            out.extend_from_slice(text);
            out.push(b'\n');
        }
        Reply::Integer(number) => put_i64(*number, out),
        Reply::Bulk(bytes) => out.extend_from_slice(bytes),
        Reply::Double(number) => put_g17(*number, out),
        Reply::Decimal(number) => put_decimal(*number, out),
        Reply::BigNumber(digits) => out.extend_from_slice(digits),
        Reply::Verbatim(verbatim) => out.extend_from_slice(&verbatim.text),
        Reply::Boolean(true) => out.extend_from_slice(b"(true)"),
        Reply::Boolean(false) => out.extend_from_slice(b"(false)"),
        _ => {}
    }
}

fn put_json_leaf(reply: &Reply, as_key: bool, out: &mut Vec<u8>) {
    match reply {
        Reply::Error(text) => {
            out.extend_from_slice(b"error:");
            put_json_string(text, out);
        }
        Reply::Status(text) => put_json_string(text, out),
        Reply::Bulk(bytes) => put_json_string(bytes, out),
        Reply::Verbatim(verbatim) => put_json_string(&verbatim.text, out),
        _ => {
            if as_key {
                out.push(b'"');
            }
            match reply {
                Reply::Integer(number) => put_i64(*number, out),
                Reply::Double(number) => put_g17(*number, out),
                Reply::Decimal(number) => put_decimal(*number, out),
                Reply::BigNumber(digits) => out.extend_from_slice(digits),
                Reply::Boolean(true) => out.extend_from_slice(b"true"),
                Reply::Boolean(false) => out.extend_from_slice(b"false"),
                _ => out.extend_from_slice(b"null"),
            }
            if as_key {
                out.push(b'"');
            }
        }
    }
}

fn put_spaces(count: usize, out: &mut Vec<u8>) {
    out.extend(std::iter::repeat_n(b' ', count));
}

fn digits(number: usize) -> usize {
    number.checked_ilog10().map_or(1, |log| log as usize + 1)
}

fn hex(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }
}
