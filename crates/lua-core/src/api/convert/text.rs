//! Strings: text and bytes of the host. A number is a string, too, where one is wanted, as in Lua.

use std::borrow::Cow;

use super::{FromLua, IntoLua, Raw, note_bytes, wrong_type};
use crate::api::error::{Error, Result};
use crate::api::lua::Lua;
use crate::api::value::{LuaString, Value};

/// Lends the bytes of a string, or of a number's text.
fn with_bytes<R>(
    raw: Raw,
    to: &'static str,
    lua: &Lua,
    body: impl FnOnce(&[u8]) -> R,
) -> Result<R> {
    lua.with(|core| {
        if raw.0.is_string() {
            let bytes = core.bytes(raw.0);
            note_bytes(lua, bytes.len());
            Ok(body(bytes))
        } else if raw.0.is_number() {
            Ok(body(&core.text(raw.0)))
        } else {
            wrong_type(raw, to)
        }
    })
}

fn string(bytes: &[u8], lua: &Lua) -> Result<Raw> {
    note_bytes(lua, bytes.len());
    lua.with(|core| core.string(bytes).map(Raw))
}

pub(super) fn bytes_into_raw(bytes: Vec<u8>, lua: &Lua) -> Result<Raw> {
    string(&bytes, lua)
}

pub(super) fn bytes_from_raw(raw: Raw, lua: &Lua) -> Result<Vec<u8>> {
    with_bytes(raw, "bytes", lua, <[u8]>::to_vec)
}

macro_rules! texts {
    ($($text:ty;)*) => {$(
        impl IntoLua for $text {
            fn into_lua(self, _: &Lua) -> Result<Value> {
                let text: &str = self.as_ref();
                Ok(Value::String(text.into()))
            }

            fn into_raw(self, lua: &Lua) -> Result<Raw> {
                let text: &str = self.as_ref();
                string(text.as_bytes(), lua)
            }
        }
    )*};
}

texts! {
    &str;
    String;
    &String;
    Box<str>;
}

impl IntoLua for Cow<'_, str> {
    fn into_lua(self, lua: &Lua) -> Result<Value> {
        (*self).into_lua(lua)
    }

    fn into_raw(self, lua: &Lua) -> Result<Raw> {
        string(self.as_bytes(), lua)
    }
}

impl IntoLua for Cow<'_, [u8]> {
    fn into_lua(self, _: &Lua) -> Result<Value> {
        Ok(Value::String((*self).into()))
    }

    fn into_raw(self, lua: &Lua) -> Result<Raw> {
        string(&self, lua)
    }
}

impl FromLua for String {
    fn from_lua(value: Value, lua: &Lua) -> Result<Self> {
        LuaString::from_lua(value, lua)?
            .to_str()
            .map(str::to_owned)
            .map_err(|error| not_text(&error))
    }

    fn from_raw(raw: Raw, lua: &Lua) -> Result<Self> {
        with_bytes(raw, "String", lua, |bytes| match core::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => {
                let message = format!("not UTF-8 at byte {}", error.valid_up_to());
                Err(Error::conversion("string", "String", Some(message)))
            }
        })?
    }
}

/// The same error for the type that was wanted.
fn not_text(error: &Error) -> Error {
    let crate::ErrorKind::FromLua { message, .. } = error.kind() else { return error.clone() };
    Error::conversion("string", "String", message.clone())
}

impl FromLua for LuaString {
    fn from_lua(value: Value, _: &Lua) -> Result<Self> {
        match value {
            Value::String(string) => Ok(string),
            Value::Number(_) => Ok(value.to_string().as_str().into()),
            other => Err(Error::conversion(other.type_name(), "LuaString", None)),
        }
    }

    fn from_raw(raw: Raw, lua: &Lua) -> Result<Self> {
        with_bytes(raw, "LuaString", lua, |bytes| LuaString::from(bytes))
    }
}
