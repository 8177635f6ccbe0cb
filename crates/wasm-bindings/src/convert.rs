//! JavaScript values to bytes and replies, and back.
//!
//! Neither direction recurses: a reply may be nested thousands of levels deep.

use js_sys::{Array, BigInt, Map, Number, Object, Reflect, Set, Uint8Array};
use resp::{Items, Reply};
use wasm_bindgen::{JsCast, JsValue};

use crate::error;

/// A reply from JavaScript that is nested more deeply is refused: it may hold itself.
const DEPTH_MAX: usize = 1_000;

/// The bytes of a string, a `Uint8Array`, or a number.
pub(crate) fn bytes(value: &JsValue) -> Result<Vec<u8>, JsValue> {
    if let Some(text) = value.as_string() {
        return Ok(text.into_bytes());
    }
    if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
        return Ok(bytes.to_vec());
    }
    if value.as_f64().is_some() || value.is_bigint() {
        return Ok(number_text(value).into_bytes());
    }
    Err(error::of_usage("a string, a Uint8Array or a number is expected"))
}

/// What `String(value)` gives.
fn number_text(value: &JsValue) -> String {
    match value.as_f64() {
        Some(_) => Number::from(value.clone())
            .to_string_with_radix(10)
            .ok()
            .and_then(|text| text.as_string())
            .unwrap_or_default(),
        None => BigInt::from(value.clone())
            .to_string(10)
            .ok()
            .and_then(|text| text.as_string())
            .unwrap_or_default(),
    }
}

/// The bytes of each item of an array; of nothing, no items.
pub(crate) fn list(values: &JsValue) -> Result<Vec<Vec<u8>>, JsValue> {
    if values.is_undefined() || values.is_null() {
        return Ok(Vec::new());
    }
    match values.dyn_ref::<Array>() {
        Some(values) => values.iter().map(|value| bytes(&value)).collect(),
        None => Err(error::of_usage("an array is expected")),
    }
}

/// A field of an options object; undefined when there is none.
pub(crate) fn field(options: &JsValue, name: &str) -> JsValue {
    if !options.is_object() {
        return JsValue::UNDEFINED;
    }
    Reflect::get(options, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A number that must be whole and not negative, if it is given.
pub(crate) fn opt_count(options: &JsValue, name: &str) -> Result<Option<u64>, JsValue> {
    let value = field(options, name);
    match value.as_f64() {
        Some(number) if number == f64::INFINITY => Ok(Some(u64::MAX)),
        Some(number) if number >= 0.0 && number.fract() == 0.0 => Ok(Some(number as u64)),
        None if value.is_undefined() => Ok(None),
        _ => Err(error::of_usage(&format!("{name}: a whole number is expected"))),
    }
}

// ---- replies to JavaScript -----------------------------------------------------------------------

/// How strings reach JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strings {
    /// As strings; bytes that are no UTF-8 are replaced.
    Text,
    /// As `Uint8Array`.
    Bytes,
}

/// An aggregate being converted.
struct Filling<'a> {
    target: Target,
    rest: std::slice::Iter<'a, Reply>,
    /// The key of a map's entry whose value comes next.
    key: Option<JsValue>,
}

enum Target {
    Array(Array),
    Map(Map),
    Set(Set),
}

/// The JavaScript value of a reply: errors inside it are `Error` objects.
pub(crate) fn reply_to_js(reply: &Reply, strings: Strings) -> JsValue {
    let (value, filling) = shallow(reply, strings);
    let Some(mut filling) = filling else { return value };
    let mut outer = Vec::new();
    loop {
        let Some(member) = filling.rest.next() else {
            match outer.pop() {
                Some(parent) => filling = parent,
                None => return value,
            }
            continue;
        };
        let (member, inner) = shallow(member, strings);
        match &filling.target {
            Target::Array(array) => {
                array.push(&member);
            }
            Target::Set(set) => {
                set.add(&member);
            }
            Target::Map(map) => match filling.key.take() {
                None => filling.key = Some(member),
                Some(key) => {
                    map.set(&key, &member);
                }
            },
        }
        if let Some(inner) = inner {
            outer.push(std::mem::replace(&mut filling, inner));
        }
    }
}

fn shallow(reply: &Reply, strings: Strings) -> (JsValue, Option<Filling<'_>>) {
    let value = match reply {
        Reply::Nil | Reply::NilArray => JsValue::NULL,
        Reply::Status(text) => JsValue::from_str(&String::from_utf8_lossy(text)),
        Reply::Error(text) => error::of_reply(text),
        Reply::Integer(number) => integer(*number),
        Reply::Bulk(bytes) => string(bytes, strings),
        Reply::Verbatim(verbatim) => string(&verbatim.text, strings),
        Reply::Double(number) | Reply::Decimal(number) => JsValue::from_f64(*number),
        Reply::Boolean(truth) => JsValue::from_bool(*truth),
        Reply::BigNumber(digits) => {
            let text = String::from_utf8_lossy(digits);
            BigInt::new(&JsValue::from_str(&text))
                .map_or_else(|_| JsValue::from_str(&text), JsValue::from)
        }
        Reply::Array(items) | Reply::Push(items) => {
            let array = Array::new();
            return (array.clone().into(), filling(Target::Array(array), items));
        }
        Reply::Map(items) => {
            let map = Map::new();
            return (map.clone().into(), filling(Target::Map(map), items));
        }
        Reply::Set(items) => {
            let set = Set::new(&JsValue::UNDEFINED);
            return (set.clone().into(), filling(Target::Set(set), items));
        }
        // Only the reply that the attributes are about; those of attributes end here.
        Reply::Attribute(items) => match items.last() {
            None | Some(Reply::Attribute(_)) => JsValue::NULL,
            Some(about) => return shallow(about, strings),
        },
    };
    (value, None)
}

fn filling(target: Target, items: &Items) -> Option<Filling<'_>> {
    Some(Filling { target, rest: items.iter(), key: None })
}

fn string(bytes: &[u8], strings: Strings) -> JsValue {
    match strings {
        Strings::Text => JsValue::from_str(&String::from_utf8_lossy(bytes)),
        Strings::Bytes => Uint8Array::from(bytes).into(),
    }
}

/// A number, or a `BigInt` where a number would lose digits.
fn integer(number: i64) -> JsValue {
    const SAFE_MAX: u64 = (1 << 53) - 1;
    if number.unsigned_abs() <= SAFE_MAX {
        JsValue::from_f64(number as f64)
    } else {
        BigInt::from(number).into()
    }
}

// ---- JavaScript to replies -----------------------------------------------------------------------

/// An array, map or set being read.
struct Reading {
    values: Array,
    next: u32,
    items: Vec<Reply>,
    wrap: fn(Items) -> Reply,
}

/// The reply that a JavaScript value stands for.
///
/// `null` and `undefined` are nil, whole numbers integers, other numbers doubles, `Error`s errors,
/// `{status: "OK"}` a status.
pub(crate) fn js_to_reply(value: &JsValue) -> Result<Reply, JsValue> {
    let mut open: Vec<Reading> = Vec::new();
    let mut value = value.clone();
    loop {
        let mut done = match aggregate(&value) {
            Some(reading) if open.len() < DEPTH_MAX => {
                open.push(reading);
                None
            }
            Some(_) => return Err(error::of_usage("the reply is nested too deeply")),
            None => Some(leaf(&value)?),
        };
        loop {
            let Some(reading) = open.last_mut() else { return Ok(done.unwrap_or(Reply::Nil)) };
            reading.items.extend(done.take());
            if reading.next < reading.values.length() {
                value = reading.values.get(reading.next);
                reading.next += 1;
                break;
            }
            done = open.pop().map(|reading| (reading.wrap)(reading.items.into()));
        }
    }
}

fn aggregate(value: &JsValue) -> Option<Reading> {
    let reading = |values, wrap| Some(Reading { values, next: 0, items: Vec::new(), wrap });
    if let Some(array) = value.dyn_ref::<Array>() {
        return reading(array.clone(), Reply::Array);
    }
    if let Some(map) = value.dyn_ref::<Map>() {
        let flat = Array::new();
        map.for_each(&mut |value, key| {
            flat.push(&key);
            flat.push(&value);
        });
        return reading(flat, Reply::Map);
    }
    if let Some(set) = value.dyn_ref::<Set>() {
        return reading(Array::from(set), Reply::Set);
    }
    None
}

fn leaf(value: &JsValue) -> Result<Reply, JsValue> {
    if value.is_undefined() || value.is_null() {
        return Ok(Reply::Nil);
    }
    if let Some(truth) = value.as_bool() {
        return Ok(Reply::Boolean(truth));
    }
    if let Some(number) = value.as_f64() {
        let whole = number as i64;
        return Ok(if whole as f64 == number && whole.unsigned_abs() < 1 << 53 {
            Reply::Integer(whole)
        } else {
            Reply::Double(number)
        });
    }
    if value.is_bigint() {
        let text = number_text(value);
        return Ok(match text.parse() {
            Ok(number) => Reply::Integer(number),
            Err(_) => Reply::BigNumber(text.into_bytes()),
        });
    }
    if let Some(error) = value.dyn_ref::<js_sys::Error>() {
        return Ok(Reply::Error(String::from(error.message()).into_bytes().into()));
    }
    if value.is_string() || value.is_instance_of::<Uint8Array>() {
        return bytes(value).map(Reply::Bulk);
    }
    if let Some(status) = field(value, "status").as_string() {
        return Ok(Reply::Status(status.into_bytes().into()));
    }
    Err(error::of_usage("this is no reply"))
}

/// A plain object with these fields.
pub(crate) fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // An object that was just made takes new fields.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}
