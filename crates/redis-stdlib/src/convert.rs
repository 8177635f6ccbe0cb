//! Lua values to replies and back (`../redis7/conversions.md`), without recursion.

use lua_core::error::Failure;
use lua_core::handle::TableIndex;
use lua_core::native::CallContext;
use lua_core::number::{self, NumberText};
use lua_core::value::Value;
use resp::{Protocol, Reply, Verbatim};
use smallvec::SmallVec;

use crate::limits;
use crate::messages;
use crate::session::{Names, session};

// ---- replies to Lua ------------------------------------------------------------------------------

/// A table being filled with the members of an aggregate.
struct Filling<'a> {
    table: TableIndex,
    rest: std::slice::Iter<'a, Reply>,
    shape: Shape,
    /// Position of the last item of a list.
    position: usize,
    /// The key of a map's entry whose value comes next.
    key: Option<Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    List,
    Map,
    Set,
}

/// The value that `redis.call` returns for a reply, in a script that speaks `protocol`.
///
/// # Errors
/// When memory or fuel runs out.
pub(crate) fn to_lua(
    cx: &mut CallContext<'_>,
    reply: &Reply,
    protocol: Protocol,
) -> Result<Value, Failure> {
    // What most commands answer needs no names, of which there are many.
    match reply {
        Reply::Integer(number) => {
            cx.charge(1)?;
            return Ok(Value::number(*number as f64));
        }
        Reply::Bulk(bytes) => {
            cx.charge(1)?;
            return text(cx, bytes);
        }
        Reply::Array(items) if items.len() <= PLAIN_LEN_MAX && items.iter().all(is_plain) => {
            return plain_list(cx, items);
        }
        _ => {}
    }
    let names = session(cx)?.names;
    let (value, filling) = value_of(cx, reply, protocol, &names)?;
    let Some(filling) = filling else { return Ok(value) };
    let mut outer = Vec::new();
    let mut filling = filling;
    loop {
        let Some(member) = filling.rest.next() else {
            match outer.pop() {
                Some(parent) => filling = parent,
                None => return Ok(value),
            }
            continue;
        };
        let (member, inner) = value_of(cx, member, protocol, &names)?;
        store(cx, &mut filling, member)?;
        if let Some(inner) = inner {
            outer.push(std::mem::replace(&mut filling, inner));
        }
    }
}

/// Longest list whose items are gathered before its table is made.
const PLAIN_LEN_MAX: usize = 64;

fn is_plain(reply: &Reply) -> bool {
    matches!(reply, Reply::Integer(_) | Reply::Bulk(_))
}

/// The table for a short list of numbers and strings: what it is when it has been filled one by one.
fn plain_list(cx: &mut CallContext<'_>, items: &[Reply]) -> Result<Value, Failure> {
    cx.charge(1 + items.len() as u64)?;
    let mut values: SmallVec<[Value; PLAIN_LEN_MAX]> = SmallVec::new();
    for item in items {
        values.push(match item {
            Reply::Integer(number) => Value::number(*number as f64),
            Reply::Bulk(bytes) => text(cx, bytes)?,
            _ => Value::NIL,
        });
    }
    Ok(cx.new_list(&values)?.into())
}

/// The value of a reply; of an aggregate an empty table, and what is to be put into it.
fn value_of<'a>(
    cx: &mut CallContext<'_>,
    reply: &'a Reply,
    protocol: Protocol,
    names: &Names,
) -> Result<(Value, Option<Filling<'a>>), Failure> {
    let resp3 = protocol == Protocol::Resp3;
    cx.charge(1)?;
    let value = match reply {
        Reply::Nil | Reply::NilArray => {
            if resp3 {
                Value::NIL
            } else {
                Value::FALSE
            }
        }
        Reply::Integer(number) => Value::number(*number as f64),
        Reply::Bulk(bytes) => text(cx, bytes)?,
        Reply::Status(status) => wrap(cx, names.ok, status)?,
        Reply::Error(error) => wrap(cx, names.err, error)?,
        Reply::Boolean(truth) if resp3 => Value::boolean(*truth),
        Reply::Boolean(truth) => Value::number(f64::from(u8::from(*truth))),
        Reply::Double(number) | Reply::Decimal(number) if resp3 => {
            let table = cx.new_table(0, 0)?;
            cx.raw_set(table, names.double, Value::number(*number))?;
            table.into()
        }
        Reply::Double(number) => cx.string(NumberText::new_17(*number).as_bytes())?,
        Reply::Decimal(number) => {
            let mut text = Vec::new();
            resp::number::put_decimal(*number, &mut text);
            cx.string(&text)?
        }
        Reply::BigNumber(digits) if resp3 => wrap(cx, names.big_number, digits)?,
        Reply::BigNumber(digits) => text(cx, digits)?,
        Reply::Verbatim(verbatim) if resp3 => {
            let outside = cx.new_table(0, 0)?;
            let inside = cx.new_table(0, 0)?;
            let content = text(cx, &verbatim.text)?;
            let format = cx.string(&verbatim.format)?;
            cx.raw_set(inside, names.string, content)?;
            cx.raw_set(inside, names.format, format)?;
            cx.raw_set(outside, names.verbatim_string, inside.into())?;
            outside.into()
        }
        Reply::Verbatim(verbatim) => text(cx, &verbatim.text)?,
        Reply::Attribute(items) => {
            // Attributes are dropped; those of attributes end here, too, for they cannot nest in RESP.
            return match items.split_last() {
                Some((Reply::Attribute(_), _)) | None => Ok((Value::NIL, None)),
                Some((about, _)) => value_of(cx, about, protocol, names),
            };
        }
        Reply::Array(items) | Reply::Push(items) => {
            return list(cx, items).map(|(table, filling)| (table.into(), Some(filling)));
        }
        Reply::Map(items) | Reply::Set(items) => {
            let (table, filling) = list(cx, items)?;
            if !resp3 {
                return Ok((table.into(), Some(filling)));
            }
            let is_map = matches!(reply, Reply::Map(_));
            let outside = cx.new_table(0, 0)?;
            let name = if is_map { names.map } else { names.set };
            cx.raw_set(outside, name, table.into())?;
            let shape = if is_map { Shape::Map } else { Shape::Set };
            return Ok((outside.into(), Some(Filling { shape, ..filling })));
        }
    };
    Ok((value, None))
}

fn list<'a>(
    cx: &mut CallContext<'_>,
    items: &'a resp::Items,
) -> Result<(TableIndex, Filling<'a>), Failure> {
    // Redis fills empty tables key by key, and the order of traversal depends on it.
    let table = cx.new_table(0, 0)?;
    let rest = items.iter();
    Ok((table, Filling { table, rest, shape: Shape::List, position: 0, key: None }))
}

fn text(cx: &mut CallContext<'_>, bytes: &[u8]) -> Result<Value, Failure> {
    cx.charge(bytes.len() as u64 / limits::BYTES_PER_FUEL)?;
    cx.string(bytes)
}

/// A table with one field.
fn wrap(cx: &mut CallContext<'_>, name: Value, bytes: &[u8]) -> Result<Value, Failure> {
    let table = cx.new_table(0, 0)?;
    let value = text(cx, bytes)?;
    cx.raw_set(table, name, value)?;
    Ok(table.into())
}

/// Puts the next member into the table.
fn store(
    cx: &mut CallContext<'_>,
    filling: &mut Filling<'_>,
    member: Value,
) -> Result<(), Failure> {
    match filling.shape {
        Shape::List => {
            filling.position += 1;
            cx.raw_set_position(filling.table, filling.position, member)
        }
        Shape::Map => match filling.key.take() {
            None => {
                filling.key = Some(member);
                Ok(())
            }
            Some(key) if is_key(key) => cx.raw_set(filling.table, key, member),
            Some(_) => Ok(()),
        },
        Shape::Set if is_key(member) => cx.raw_set(filling.table, member, Value::TRUE),
        Shape::Set => Ok(()),
    }
}

fn is_key(value: Value) -> bool {
    !value.is_nil() && !value.as_number().is_some_and(f64::is_nan)
}

// ---- Lua to replies ------------------------------------------------------------------------------

/// A table being converted.
struct Reading {
    table: TableIndex,
    shape: Shape,
    /// Traversal position of a map or set; position of the last item of a list.
    position: usize,
    /// The value of a map's entry whose key is being converted.
    value: Option<Value>,
    items: Vec<Reply>,
    /// Place on Lua's stack that the table would have in Redis.
    slot: usize,
}

impl Reading {
    /// The next value to convert and its place on the stack.
    fn next(&mut self, cx: &CallContext<'_>) -> Option<(Value, usize)> {
        match self.shape {
            Shape::List => {
                self.position += 1;
                let value = cx.raw_get_position(self.table, self.position);
                (!value.is_nil()).then_some((value, self.slot + 1))
            }
            Shape::Map => {
                if let Some(value) = self.value.take() {
                    return Some((value, self.slot + 3));
                }
                let (position, key, value) = cx.next_from(self.table, self.position)?;
                self.position = position;
                self.value = Some(value);
                Some((key, self.slot + 4))
            }
            Shape::Set => {
                let (position, key, _) = cx.next_from(self.table, self.position)?;
                self.position = position;
                Some((key, self.slot + 3))
            }
        }
    }

    fn into_reply(self) -> Reply {
        match self.shape {
            Shape::List => self.items.into(),
            Shape::Map => Reply::Map(self.items.into()),
            Shape::Set => Reply::Set(self.items.into()),
        }
    }
}

enum Converted {
    Leaf(Reply),
    Table(TableIndex, Shape),
}

/// The reply for the value that a script returned.
///
/// `protocol` is what the script chose; it decides what a boolean becomes. The reply is charged to the
/// machine's memory while it is made.
///
/// # Errors
/// When memory or fuel runs out.
pub(crate) fn to_reply(
    cx: &mut CallContext<'_>,
    value: Value,
    protocol: Protocol,
) -> Result<Reply, Failure> {
    let mut charged = 0;
    if value.as_table().is_none() {
        let reply = convert_plain(cx, value, protocol);
        let paid = pay(cx, Some(&reply), &mut charged);
        cx.refund(charged);
        return paid.map(|()| reply);
    }
    let result = convert(cx, value, protocol, &mut charged);
    cx.refund(charged);
    result
}

fn convert(
    cx: &mut CallContext<'_>,
    value: Value,
    protocol: Protocol,
    charged: &mut usize,
) -> Result<Reply, Failure> {
    /// Redis has the error handler in the first slot and the value in the second.
    const FIRST_SLOT: usize = 2;
    /// Slots that every level asks for in advance.
    const SLOTS_AHEAD: usize = 4;
    let names = session(cx)?.names;
    let mut open: Vec<Reading> = Vec::new();
    let (mut value, mut slot) = (value, FIRST_SLOT);
    loop {
        let mut done = if slot + SLOTS_AHEAD > limits::REPLY_STACK_MAX {
            Some(Reply::error(messages::STACK_LIMIT))
        } else {
            match convert_one(cx, value, protocol, &names) {
                Converted::Leaf(reply) => Some(reply),
                Converted::Table(table, shape) => {
                    let items = Vec::new();
                    open.push(Reading { table, shape, position: 0, value: None, items, slot });
                    None
                }
            }
        };
        pay(cx, done.as_ref(), charged)?;
        loop {
            let Some(reading) = open.last_mut() else {
                return Ok(done.unwrap_or(Reply::Nil));
            };
            reading.items.extend(done.take());
            if let Some((next, next_slot)) = reading.next(cx) {
                (value, slot) = (next, next_slot);
                break;
            }
            done = open.pop().map(Reading::into_reply);
        }
    }
}

/// Charges for a reply that has been made.
fn pay(
    cx: &mut CallContext<'_>,
    reply: Option<&Reply>,
    charged: &mut usize,
) -> Result<(), Failure> {
    let size = match reply {
        Some(Reply::Bulk(bytes) | Reply::BigNumber(bytes)) => bytes.len(),
        Some(Reply::Status(text) | Reply::Error(text)) => text.len(),
        Some(Reply::Verbatim(verbatim)) => verbatim.text.len(),
        Some(_) => 0,
        None => size_of::<Reading>(),
    };
    cx.charge(1 + size as u64 / limits::BYTES_PER_FUEL)?;
    // A list of replies has grown to at most twice its length.
    let bytes = size + 2 * size_of::<Reply>();
    cx.charge_memory(bytes)?;
    *charged += bytes;
    Ok(())
}

fn convert_one(cx: &CallContext<'_>, value: Value, protocol: Protocol, names: &Names) -> Converted {
    match value.as_table() {
        Some(table) => convert_table(cx, table, names),
        None => Converted::Leaf(convert_plain(cx, value, protocol)),
    }
}

/// The reply for a value that is no table.
fn convert_plain(cx: &CallContext<'_>, value: Value, protocol: Protocol) -> Reply {
    if value.is_string() {
        return Reply::Bulk(cx.bytes(value).to_vec());
    }
    if let Some(number) = value.as_number() {
        return Reply::Integer(number::number_to_integer(number));
    }
    match value.as_boolean() {
        Some(truth) if protocol == Protocol::Resp3 => Reply::Boolean(truth),
        Some(true) => Reply::Integer(1),
        _ => Reply::Nil,
    }
}

/// The first of the special fields decides; without any, a table is a list.
fn convert_table(cx: &CallContext<'_>, table: TableIndex, names: &Names) -> Converted {
    special_fields(cx, table, names).unwrap_or(Converted::Table(table, Shape::List))
}

fn special_fields(cx: &CallContext<'_>, table: TableIndex, names: &Names) -> Option<Converted> {
    let field = |table, name| cx.raw_get(table, name);
    let err = field(table, names.err);
    if err.is_string() {
        return Some(Converted::Leaf(Reply::Error(error_text(cx.bytes(err)).to_vec().into())));
    }
    let ok = field(table, names.ok);
    if ok.is_string() {
        return Some(Converted::Leaf(Reply::Status(until_nul(cx.bytes(ok)).to_vec().into())));
    }
    if let Some(number) = field(table, names.double).as_number() {
        return Some(Converted::Leaf(Reply::Double(number)));
    }
    let big_number = field(table, names.big_number);
    if big_number.is_string() {
        let digits = cx.bytes(big_number).iter();
        let digits = digits.map(|&b| if matches!(b, b'\r' | b'\n') { b' ' } else { b }).collect();
        return Some(Converted::Leaf(Reply::BigNumber(digits)));
    }
    if let Some(verbatim) = field(table, names.verbatim_string).as_table() {
        let (text, format) = (field(verbatim, names.string), field(verbatim, names.format));
        if text.is_string() && format.is_string() {
            let mut name = [b' '; 3];
            for (to, from) in name.iter_mut().zip(cx.bytes(format)) {
                *to = *from;
            }
            let text = cx.bytes(text).to_vec();
            return Some(Converted::Leaf(Reply::Verbatim(Verbatim { format: name, text })));
        }
    }
    if let Some(map) = field(table, names.map).as_table() {
        return Some(Converted::Table(map, Shape::Map));
    }
    field(table, names.set).as_table().map(|set| Converted::Table(set, Shape::Set))
}

/// What C prints with `%s`.
pub(crate) fn until_nul(text: &[u8]) -> &[u8] {
    memchr::memchr(0, text).and_then(|end| text.get(..end)).unwrap_or(text)
}

/// The text of a returned error: cut at a NUL, without line ends behind it.
pub(crate) fn error_text(text: &[u8]) -> &[u8] {
    let mut text = until_nul(text);
    while let [rest @ .., b'\r' | b'\n'] = text {
        text = rest;
    }
    text
}
