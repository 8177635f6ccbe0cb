//! Lua values to replies and back for hosts that want values, not what Redis makes of them: numbers keep their
//! fractions, booleans stay booleans, and a table is a list or a map. Without recursion.

use lua_core::error::Failure;
use lua_core::handle::TableIndex;
use lua_core::native::CallContext;
use lua_core::value::Value;
use resp::Reply;

use crate::limits;

/// Why a value has no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is, or holds, a function, a coroutine or a userdata.
    Kind(&'static str),
    /// It is nested more deeply than [`limits::PLAIN_DEPTH_MAX`], or holds itself.
    Depth,
}

/// A table being read.
struct Reading {
    table: TableIndex,
    /// The keys are 1, 2, 3 and so on.
    is_list: bool,
    position: usize,
    /// The value of the entry whose key is being converted.
    value: Option<Value>,
    items: Vec<Reply>,
}

/// The reply that holds a Lua value: nil, booleans, numbers (whole ones within 2^53 as integers), strings, and
/// tables: an array when the keys are 1 to n, else a map. Metatables are not looked at.
///
/// # Errors
/// The outer ones when memory or fuel runs out; the inner one for a value that has no reply.
pub fn to_reply(cx: &mut CallContext<'_>, value: Value) -> Result<Result<Reply, Unfit>, Failure> {
    let mut charged = 0;
    let result = convert(cx, value, &mut charged);
    cx.refund(charged);
    result
}

/// All results of a program as one array; what has no reply is told by its text.
pub(crate) fn results(cx: &mut CallContext<'_>, values: &[Value]) -> Result<Reply, Failure> {
    let mut items = Vec::with_capacity(values.len());
    for &value in values {
        items.push(if let Ok(reply) = to_reply(cx, value)? {
            reply
        } else {
            let mut text = Vec::new();
            text.extend_from_slice(&cx.text_of(value));
            Reply::Status(text.into())
        });
    }
    Ok(items.into())
}

fn convert(
    cx: &mut CallContext<'_>,
    mut value: Value,
    charged: &mut usize,
) -> Result<Result<Reply, Unfit>, Failure> {
    let mut open: Vec<Reading> = Vec::new();
    loop {
        let mut done = match value.as_table() {
            Some(_) if open.len() == limits::PLAIN_DEPTH_MAX => return Ok(Err(Unfit::Depth)),
            Some(table) => {
                let is_list = is_list(cx, table)?;
                open.push(Reading { table, is_list, position: 0, value: None, items: Vec::new() });
                None
            }
            None => match leaf(cx, value) {
                Ok(reply) => Some(reply),
                Err(unfit) => return Ok(Err(unfit)),
            },
        };
        let size = match &done {
            Some(Reply::Bulk(bytes)) => bytes.len(),
            Some(_) => 0,
            None => size_of::<Reading>(),
        };
        cx.charge(1 + size as u64 / limits::BYTES_PER_FUEL)?;
        let bytes = size + 2 * size_of::<Reply>();
        cx.charge_memory(bytes)?;
        *charged += bytes;
        loop {
            let Some(reading) = open.last_mut() else {
                return Ok(Ok(done.unwrap_or(Reply::Nil)));
            };
            reading.items.extend(done.take());
            if let Some(next) = reading.next(cx) {
                value = next;
                break;
            }
            done = open.pop().map(|reading| {
                if reading.is_list {
                    reading.items.into()
                } else {
                    Reply::Map(reading.items.into())
                }
            });
        }
    }
}

impl Reading {
    fn next(&mut self, cx: &CallContext<'_>) -> Option<Value> {
        if let Some(value) = self.value.take() {
            return Some(value);
        }
        if self.is_list {
            self.position += 1;
            let value = cx.raw_get_position(self.table, self.position);
            return (!value.is_nil()).then_some(value);
        }
        let (position, key, value) = cx.next_from(self.table, self.position)?;
        self.position = position;
        self.value = Some(value);
        Some(key)
    }
}

/// Whether the keys of a table are 1 to n; those of an empty one are.
fn is_list(cx: &mut CallContext<'_>, table: TableIndex) -> Result<bool, Failure> {
    let length = cx.raw_len(table);
    let mut count = 0_usize;
    let mut position = 0;
    while let Some((next, key, _)) = cx.next_from(table, position) {
        position = next;
        count += 1;
        let is_position = key
            .as_number()
            .is_some_and(|key| key >= 1.0 && key <= length as f64 && key.fract() == 0.0);
        if !is_position {
            return Ok(false);
        }
    }
    cx.charge(count as u64)?;
    Ok(count == length)
}

fn leaf(cx: &CallContext<'_>, value: Value) -> Result<Reply, Unfit> {
    /// Every whole number up to here is a double.
    const WHOLE_MAX: f64 = (1_u64 << 53) as f64;
    if value.is_nil() {
        return Ok(Reply::Nil);
    }
    if value.is_string() {
        return Ok(Reply::Bulk(cx.bytes(value).to_vec()));
    }
    if let Some(truth) = value.as_boolean() {
        return Ok(Reply::Boolean(truth));
    }
    match value.as_number() {
        Some(number)
            if number.fract() == 0.0
                && number.abs() <= WHOLE_MAX
                && (number != 0.0 || number.is_sign_positive()) =>
        {
            Ok(Reply::Integer(number as i64))
        }
        Some(number) => Ok(Reply::Double(number)),
        None => Err(Unfit::Kind(value.type_of().name())),
    }
}

/// A table being filled.
struct Filling<'a> {
    table: TableIndex,
    rest: std::slice::Iter<'a, Reply>,
    is_map: bool,
    position: usize,
    key: Option<Value>,
}

/// The Lua value that a reply holds: the way back of [`to_reply`]. Statuses, errors, big numbers and verbatim texts
/// are strings, sets are lists. Entries with a nil key or value are left out.
///
/// # Errors
/// When memory or fuel runs out.
pub fn to_lua(cx: &mut CallContext<'_>, reply: &Reply) -> Result<Value, Failure> {
    let (value, filling) = value_of(cx, reply)?;
    let Some(mut filling) = filling else { return Ok(value) };
    let mut outer = Vec::new();
    loop {
        let Some(member) = filling.rest.next() else {
            match outer.pop() {
                Some(parent) => filling = parent,
                None => return Ok(value),
            }
            continue;
        };
        let (member, inner) = value_of(cx, member)?;
        if filling.is_map {
            match filling.key.take() {
                None => filling.key = Some(member),
                Some(key) if key.is_nil() || key.as_number().is_some_and(f64::is_nan) => {}
                Some(key) => cx.raw_set(filling.table, key, member)?,
            }
        } else {
            filling.position += 1;
            cx.raw_set_position(filling.table, filling.position, member)?;
        }
        if let Some(inner) = inner {
            outer.push(std::mem::replace(&mut filling, inner));
        }
    }
}

fn value_of<'a>(
    cx: &mut CallContext<'_>,
    reply: &'a Reply,
) -> Result<(Value, Option<Filling<'a>>), Failure> {
    cx.charge(1)?;
    let (items, is_map) = match reply {
        Reply::Nil | Reply::NilArray => return Ok((Value::NIL, None)),
        Reply::Boolean(truth) => return Ok((Value::boolean(*truth), None)),
        Reply::Integer(number) => return Ok((Value::number(*number as f64), None)),
        Reply::Double(number) | Reply::Decimal(number) => {
            return Ok((Value::number(*number), None));
        }
        Reply::Bulk(bytes) | Reply::BigNumber(bytes) => return text(cx, bytes),
        Reply::Status(bytes) | Reply::Error(bytes) => return text(cx, bytes),
        Reply::Verbatim(verbatim) => return text(cx, &verbatim.text),
        Reply::Map(items) => (items, true),
        Reply::Array(items) | Reply::Set(items) | Reply::Push(items) | Reply::Attribute(items) => {
            (items, false)
        }
    };
    let table = cx.new_table(0, 0)?;
    let filling = Filling { table, rest: items.iter(), is_map, position: 0, key: None };
    Ok((table.into(), Some(filling)))
}

fn text<'a>(
    cx: &mut CallContext<'_>,
    bytes: &[u8],
) -> Result<(Value, Option<Filling<'a>>), Failure> {
    cx.charge(bytes.len() as u64 / limits::BYTES_PER_FUEL)?;
    Ok((cx.string(bytes)?, None))
}
