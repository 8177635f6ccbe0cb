//! Numbers. A Lua number is a double: a whole number of the host that is none is an error, not another number.

use super::{FromLua, IntoLua, Raw, collection, text};
use crate::api::error::{Error, ErrorKind, Result};
use crate::api::lua::Lua;
use crate::api::value::Value;
use crate::value::Value as RawValue;

/// A number, or a string that reads as one.
fn number(raw: Raw, to: &'static str, lua: &Lua) -> Result<f64> {
    if let Some(n) = raw.0.as_number() {
        return Ok(n);
    }
    match lua.with(|core| Ok(core.machine.vm.heap.to_number(raw.0)))? {
        Some(n) => Ok(n),
        None => super::wrong_type(raw, to),
    }
}

/// A whole number. Doubles beyond this type's range are beyond every other's, too.
fn whole(raw: Raw, to: &'static str, lua: &Lua) -> Result<i128> {
    let n = number(raw, to, lua)?;
    if n.is_finite() && n.trunc() == n {
        return Ok(n as i128);
    }
    Err(misfit(raw, n, to, "is not a whole number"))
}

#[cold]
fn misfit(raw: Raw, n: f64, to: &'static str, what: &str) -> Error {
    let message = format!("{} {what}", Value::Number(n));
    Error::conversion(raw.0.type_name(), to, Some(message))
}

#[cold]
fn inexact(n: impl std::fmt::Display, from: &'static str) -> Error {
    let message = format!("{n} is no double");
    ErrorKind::IntoLua { from, to: "number", message }.into()
}

macro_rules! whole_numbers {
    ($($number:ident $($into:ident $from:ident)?;)*) => {$(
        impl IntoLua for $number {
            fn into_lua(self, lua: &Lua) -> Result<Value> {
                let Raw(raw) = self.into_raw(lua)?;
                Ok(Value::Number(raw.number_bits()))
            }

            fn into_raw(self, _: &Lua) -> Result<Raw> {
                let n = self as f64;
                // 2^127 as a double is the first beyond the type that decides.
                if n.abs() < 1.7e38 && n as i128 == self as i128 {
                    Ok(Raw(RawValue::number(n)))
                } else {
                    Err(inexact(self, stringify!($number)))
                }
            }

            $(fn list_into_raw(items: Vec<Self>, lua: &Lua) -> Result<Raw> {
                text::$into(items, lua)
            })?
        }

        impl FromLua for $number {
            fn from_lua(value: Value, lua: &Lua) -> Result<Self> {
                let Raw(raw) = value.into_raw(lua)?;
                Self::from_raw(Raw(raw), lua)
            }

            fn from_raw(raw: Raw, lua: &Lua) -> Result<Self> {
                let n = whole(raw, stringify!($number), lua)?;
                <$number>::try_from(n)
                    .map_err(|_| misfit(raw, n as f64, stringify!($number), "is out of range"))
            }

            $(fn list_from_raw(raw: Raw, lua: &Lua) -> Result<Vec<Self>> {
                if raw.0.is_string() { text::$from(raw, lua) } else { collection::list_from_raw(raw, lua) }
            })?
        }
    )*};
}

whole_numbers! {
    i8; i16; i32; i64; i128; isize;
    u8 bytes_into_raw bytes_from_raw;
    u16; u32; u64; u128; usize;
}

macro_rules! doubles {
    ($($number:ident;)*) => {$(
        impl IntoLua for $number {
            fn into_lua(self, _: &Lua) -> Result<Value> {
                Ok(Value::Number(f64::from(self)))
            }

            fn into_raw(self, _: &Lua) -> Result<Raw> {
                Ok(Raw(RawValue::number(f64::from(self))))
            }
        }

        impl FromLua for $number {
            fn from_lua(value: Value, lua: &Lua) -> Result<Self> {
                let Raw(raw) = value.into_raw(lua)?;
                Self::from_raw(Raw(raw), lua)
            }

            fn from_raw(raw: Raw, lua: &Lua) -> Result<Self> {
                Ok(number(raw, stringify!($number), lua)? as $number)
            }
        }
    )*};
}

doubles! {
    f32;
    f64;
}
