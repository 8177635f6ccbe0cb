//! Errors for JavaScript: an `Error` with fields that say what and where.

use js_sys::{Error, Reflect};
use redis_stdlib::{ErrorKind, ScriptError};
use wasm_bindgen::JsValue;

/// An `Error` named `RedmoonError` with these fields.
fn error(message: &[u8], kind: &str, fields: &[(&str, JsValue)]) -> JsValue {
    let error = Error::new(&String::from_utf8_lossy(message));
    error.set_name("RedmoonError");
    let set = |name: &str, value: &JsValue| {
        // An object that was just made takes new fields.
        let _ = Reflect::set(&error, &JsValue::from_str(name), value);
    };
    set("kind", &JsValue::from_str(kind));
    for (name, value) in fields {
        set(name, value);
    }
    error.into()
}

/// The first word of an error reply.
fn code(message: &[u8]) -> JsValue {
    let word = message.split(|&b| b == b' ').next().unwrap_or_default();
    JsValue::from_str(&String::from_utf8_lossy(word))
}

/// What a script raised, or what ended it.
pub(crate) fn of_script(failure: &ScriptError) -> JsValue {
    let kind = match failure.kind() {
        ErrorKind::Fuel => "fuel",
        ErrorKind::Memory => "memory",
        ErrorKind::Killed => "killed",
        _ => "script",
    };
    let line = failure.line().map_or(JsValue::UNDEFINED, |line| JsValue::from_f64(line.into()));
    error(failure.message(), kind, &[("code", code(failure.message())), ("line", line)])
}

/// An error reply.
pub(crate) fn of_reply(message: &[u8]) -> JsValue {
    error(message, "command", &[("code", code(message))])
}

/// An error of a Lua program.
pub(crate) fn of_lua(message: &[u8], kind: &str) -> JsValue {
    error(message, kind, &[])
}

/// A wrong argument.
pub(crate) fn of_usage(message: &str) -> JsValue {
    js_sys::TypeError::new(message).into()
}
