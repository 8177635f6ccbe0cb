//! Lua values as the host holds them: plain data, or handles that keep an object and are checked when used.

use std::fmt;
use std::rc::{Rc, Weak};

use crate::api::error::{ErrorKind, Result};
use crate::api::function::Function;
use crate::api::lua::{Inner, Lua};
use crate::api::runs::Core;
use crate::api::table::Table;
use crate::api::thread::Thread;
use crate::api::userdata::AnyUserData;
use crate::machine::Root;
use crate::value::Value as RawValue;

/// A Lua value.
///
/// ```
/// use lua_core::{Lua, Value};
///
/// let lua = Lua::new();
/// let value: Value = lua.load("return { 1, 2 }").eval()?;
/// assert_eq!(value.type_name(), "table");
/// assert_eq!(lua.load("return 'a' .. 1").eval::<Value>()?.to_string(), "a1");
/// # Ok::<(), lua_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// `nil`
    #[default]
    Nil,
    /// `true` or `false`
    Boolean(bool),
    /// A number of the host that a script can hand round and compare, and nothing else.
    LightUserData(LightUserData),
    /// A double.
    Number(f64),
    /// Bytes.
    String(LuaString),
    /// A table.
    Table(Table),
    /// A Lua function, or one of the host.
    Function(Function),
    /// A coroutine.
    Thread(Thread),
    /// An object of the host.
    UserData(AnyUserData),
}

/// A number of the host as a Lua value without metatable of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LightUserData(pub u32);

/// A Lua string: bytes, not necessarily UTF-8. It is a copy, and belongs to no [`Lua`].
///
/// ```
/// use lua_core::{Lua, LuaString};
///
/// let lua = Lua::new();
/// let string: LuaString = lua.load(r"return 'a\0b\255'").eval()?;
/// assert_eq!(string.as_bytes(), b"a\0b\xFF");
/// assert!(string.to_str().is_err());
/// assert_eq!(string.to_string(), "a\0b\u{FFFD}");
/// # Ok::<(), lua_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LuaString(Rc<[u8]>);

/// Names an object of a machine and keeps it alive.
#[derive(Clone)]
pub(crate) struct Handle {
    pub(super) lua: Weak<Inner>,
    pub(super) root: Rc<Root>,
    /// What `tostring` prints of the object.
    pub(super) address: u64,
}

impl Handle {
    /// The `Lua` that the object is in.
    pub(super) fn lua(&self) -> Result<Lua> {
        self.lua.upgrade().map(Lua).ok_or_else(|| ErrorKind::Destroyed.into())
    }

    /// The object, when it is in this machine.
    pub(super) fn raw(&self, core: &Core) -> Result<RawValue> {
        core.machine.rooted(&self.root).ok_or_else(|| ErrorKind::ForeignHandle.into())
    }

    /// Lends the machine and the object.
    pub(super) fn with<R>(&self, body: impl FnOnce(&mut Core, RawValue) -> Result<R>) -> Result<R> {
        self.lua()?.with(|core| {
            let raw = self.raw(core)?;
            body(core, raw)
        })
    }
}

impl PartialEq for Handle {
    fn eq(&self, other: &Self) -> bool {
        self.address == other.address && Weak::ptr_eq(&self.lua, &other.lua)
    }
}

impl Value {
    /// The value's type, as `type` names it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Nil => "nil",
            Value::Boolean(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Table(_) => "table",
            Value::Function(_) => "function",
            Value::Thread(_) => "thread",
            Value::LightUserData(_) | Value::UserData(_) => "userdata",
        }
    }

    /// True for nil.
    pub fn is_nil(&self) -> bool {
        matches!(self, Value::Nil)
    }

    /// False for nil and `false`, true for everything else.
    pub fn is_truthy(&self) -> bool {
        !matches!(self, Value::Nil | Value::Boolean(false))
    }

    /// The boolean, if it is one.
    pub fn as_boolean(&self) -> Option<bool> {
        if let Value::Boolean(b) = self { Some(*b) } else { None }
    }

    /// The number, if it is one; strings are not converted.
    pub fn as_number(&self) -> Option<f64> {
        if let Value::Number(n) = self { Some(*n) } else { None }
    }

    /// The string, if it is one.
    pub fn as_string(&self) -> Option<&LuaString> {
        if let Value::String(string) = self { Some(string) } else { None }
    }

    /// The table, if it is one.
    pub fn as_table(&self) -> Option<&Table> {
        if let Value::Table(table) = self { Some(table) } else { None }
    }

    /// The function, if it is one.
    pub fn as_function(&self) -> Option<&Function> {
        if let Value::Function(function) = self { Some(function) } else { None }
    }

    /// The coroutine, if it is one.
    pub fn as_thread(&self) -> Option<&Thread> {
        if let Value::Thread(thread) = self { Some(thread) } else { None }
    }

    /// The userdata, if it is one.
    pub fn as_userdata(&self) -> Option<&AnyUserData> {
        if let Value::UserData(userdata) = self { Some(userdata) } else { None }
    }

    /// What `a == b` gives in a script, `__eq` included (Lua 5.1 manual §2.8). Without metamethods: `==`.
    ///
    /// # Errors
    /// Those of the metamethod.
    pub fn equals(&self, other: &Value) -> Result<bool> {
        let (Some(a), Some(b)) = (self.handle(), other.handle()) else { return Ok(self == other) };
        if a == b {
            return Ok(true);
        }
        let lua = a.lua()?;
        let handler = lua.with(|core| {
            let (a, b) = (a.raw(core)?, b.raw(core)?);
            Ok(core.equality(a, b))
        })?;
        match handler {
            Some(handler) => {
                let result: Value = handler.call((self.clone(), other.clone()))?;
                Ok(result.is_truthy())
            }
            None => Ok(false),
        }
    }

    /// What `tostring` gives in a script, `__tostring` included. Without metamethods: [`ToString::to_string`].
    ///
    /// # Errors
    /// Those of the metamethod.
    pub fn to_text(&self, lua: &Lua) -> Result<LuaString> {
        lua.text_of(self)
    }

    fn handle(&self) -> Option<&Handle> {
        match self {
            Value::Table(table) => Some(&table.0),
            Value::Function(function) => Some(&function.0),
            Value::Thread(thread) => Some(&thread.0),
            Value::UserData(userdata) => Some(&userdata.0),
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Nil => f.write_str("nil"),
            Value::Boolean(b) => write!(f, "{b}"),
            Value::LightUserData(LightUserData(0)) => f.write_str("userdata: (nil)"),
            Value::LightUserData(LightUserData(address)) => write!(f, "userdata: {address:#x}"),
            Value::Number(n) => {
                let mut text = Vec::new();
                crate::number::write_number(&mut text, *n);
                f.write_str(&String::from_utf8_lossy(&text))
            }
            Value::String(string) => string.fmt(f),
            Value::Table(_) | Value::Function(_) | Value::Thread(_) | Value::UserData(_) => {
                let address = self.handle().map_or(0, |handle| handle.address);
                write!(f, "{}: {address:#x}", self.type_name())
            }
        }
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.address)
    }
}

impl LuaString {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// A copy of the bytes.
    pub fn to_vec(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// The text.
    ///
    /// # Errors
    /// [`ErrorKind::FromLua`] when the bytes are not UTF-8, with the offset of the first that is not.
    pub fn to_str(&self) -> Result<&str> {
        core::str::from_utf8(&self.0).map_err(|error| {
            let message = format!("not UTF-8 at byte {}", error.valid_up_to());
            crate::Error::conversion("string", "str", Some(message))
        })
    }

    /// The text, with U+FFFD for what is not UTF-8.
    pub fn to_string_lossy(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True for the empty string.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&[u8]> for LuaString {
    fn from(bytes: &[u8]) -> Self {
        LuaString(bytes.into())
    }
}

impl From<&str> for LuaString {
    fn from(text: &str) -> Self {
        LuaString(text.as_bytes().into())
    }
}

impl AsRef<[u8]> for LuaString {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

macro_rules! string_equals {
    ($([$($generics:tt)*] $other:ty;)*) => {$(
        impl<$($generics)*> PartialEq<$other> for LuaString {
            fn eq(&self, other: &$other) -> bool {
                self.as_bytes() == AsRef::<[u8]>::as_ref(other)
            }
        }
    )*};
}

string_equals! {
    [] str;
    [] &str;
    [] String;
    [] [u8];
    [] &[u8];
    [] Vec<u8>;
    [const N: usize] [u8; N];
    [const N: usize] &[u8; N];
}

impl fmt::Display for LuaString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_string_lossy())
    }
}

impl fmt::Debug for LuaString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

/// Any number of values: the arguments or results of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MultiValue(Vec<Value>);

impl MultiValue {
    /// No values.
    pub fn new() -> Self {
        Self::default()
    }

    /// The values.
    pub fn into_vec(self) -> Vec<Value> {
        self.0
    }

    /// Converts the values.
    ///
    /// # Errors
    /// When one of them is not what is wanted.
    pub fn convert<T: crate::FromLuaMulti>(self, lua: &Lua) -> Result<T> {
        T::from_lua_multi(self, lua)
    }
}

impl core::ops::Deref for MultiValue {
    type Target = Vec<Value>;

    fn deref(&self) -> &Vec<Value> {
        &self.0
    }
}

impl core::ops::DerefMut for MultiValue {
    fn deref_mut(&mut self) -> &mut Vec<Value> {
        &mut self.0
    }
}

impl From<Vec<Value>> for MultiValue {
    fn from(values: Vec<Value>) -> Self {
        MultiValue(values)
    }
}

impl FromIterator<Value> for MultiValue {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        MultiValue(values.into_iter().collect())
    }
}

impl IntoIterator for MultiValue {
    type Item = Value;
    type IntoIter = std::vec::IntoIter<Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a MultiValue {
    type Item = &'a Value;
    type IntoIter = core::slice::Iter<'a, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// Any number of values of one type: the rest of the arguments or results.
///
/// ```
/// use lua_core::{Lua, Variadic};
///
/// let lua = Lua::new();
/// let sum = lua.create_function(|_, numbers: Variadic<f64>| Ok(numbers.iter().sum::<f64>()))?;
/// assert_eq!(sum.call::<f64>((1, 2, 3.5))?, 6.5);
/// # Ok::<(), lua_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variadic<T>(Vec<T>);

impl<T> Variadic<T> {
    /// The values.
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T> From<Vec<T>> for Variadic<T> {
    fn from(values: Vec<T>) -> Self {
        Variadic(values)
    }
}

impl<T> FromIterator<T> for Variadic<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Variadic(values.into_iter().collect())
    }
}

impl<T> IntoIterator for Variadic<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T> core::ops::Deref for Variadic<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T> core::ops::DerefMut for Variadic<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}
