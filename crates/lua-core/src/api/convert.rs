//! Conversions between the host's values and Lua's.
//!
//! A Lua value that is being converted is *pinned*, so that it stays alive whatever the conversion of the next
//! one does. Implementations for types of the host's own need nothing of this: they go through [`Value`].

mod collection;
mod number;
mod text;
mod tuple;

use crate::api::error::{Error, ErrorKind, Result};
use crate::api::function::{Function, NextCall};
use crate::api::lua::Lua;
use crate::api::runs::Core;
use crate::api::table::Table;
use crate::api::thread::Thread;
use crate::api::userdata::{AnyUserData, UserData, UserDataRef, UserDataRefMut};
use crate::api::value::{LightUserData, LuaString, MultiValue, Value, Variadic};
use crate::value::Value as RawValue;

/// A value of the machine on its way in or out.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Raw(pub(crate) RawValue);

/// Becomes one Lua value.
///
/// ```
/// use lua_core::{Error, IntoLua, Lua, Value};
///
/// struct Celsius(f64);
///
/// impl IntoLua for Celsius {
///     fn into_lua(self, lua: &Lua) -> Result<Value, Error> {
///         lua.create_table_from([("celsius", self.0)])?.into_lua(lua)
///     }
/// }
///
/// let lua = Lua::new();
/// lua.globals().set("outside", Celsius(21.5))?;
/// assert_eq!(lua.load("return outside.celsius").eval::<f64>()?, 21.5);
/// # Ok::<(), Error>(())
/// ```
pub trait IntoLua: Sized {
    /// The Lua value.
    ///
    /// # Errors
    /// When there is none.
    fn into_lua(self, lua: &Lua) -> Result<Value>;

    /// The machine's value, to be pinned at once.
    #[doc(hidden)]
    fn into_raw(self, lua: &Lua) -> Result<Raw> {
        let value = self.into_lua(lua)?;
        lua.with(|core| core.raw(&value).map(Raw))
    }

    /// A list of such values; bytes are a string.
    #[doc(hidden)]
    fn list_into_raw(items: Vec<Self>, lua: &Lua) -> Result<Raw> {
        collection::list_into_raw(items, lua)
    }
}

/// Is made of one Lua value.
///
/// ```
/// use lua_core::{Error, FromLua, Lua, Table, Value};
///
/// struct Point(f64, f64);
///
/// impl FromLua for Point {
///     fn from_lua(value: Value, lua: &Lua) -> Result<Self, Error> {
///         let table: Table = lua.unpack(value)?;
///         Ok(Point(table.get("x")?, table.get("y")?))
///     }
/// }
///
/// let lua = Lua::new();
/// let Point(x, y) = lua.load("return { x = 1, y = 2 }").eval()?;
/// assert_eq!((x, y), (1.0, 2.0));
/// # Ok::<(), Error>(())
/// ```
pub trait FromLua: Sized {
    /// The host's value.
    ///
    /// # Errors
    /// When the Lua value is not what is wanted.
    fn from_lua(value: Value, lua: &Lua) -> Result<Self>;

    /// The same, of a value that is kept alive meanwhile.
    #[doc(hidden)]
    fn from_raw(raw: Raw, lua: &Lua) -> Result<Self> {
        let value = value_of(raw, lua)?;
        Self::from_lua(value, lua)
    }

    /// A list of such values; a string is a list of bytes.
    #[doc(hidden)]
    fn list_from_raw(raw: Raw, lua: &Lua) -> Result<Vec<Self>> {
        collection::list_from_raw(raw, lua)
    }
}

/// Becomes the arguments of a call, or the results of a function: `()`, a value, a tuple of them, a
/// [`MultiValue`], a [`Variadic`], a [`crate::Next`], or a `Result`, whose error becomes `nil, error`.
pub trait IntoLuaMulti: Sized {
    /// The Lua values.
    ///
    /// # Errors
    /// When one has none.
    fn into_lua_multi(self, lua: &Lua) -> Result<MultiValue>;

    /// The machine's values.
    #[doc(hidden)]
    fn push_into(self, pins: &mut Pins<'_>) -> Result<()> {
        for value in self.into_lua_multi(pins.lua)? {
            pins.push_value(&value)?;
        }
        Ok(())
    }

    /// The machine's values, or a call that gives them.
    #[doc(hidden)]
    fn into_next(self, pins: &mut Pins<'_>) -> Result<NextCall> {
        self.push_into(pins)?;
        Ok(NextCall::Return)
    }
}

/// Is made of the results of a call, or of the arguments of a function: `()`, a value, a tuple of them, a
/// [`MultiValue`] or a [`Variadic`]. What is missing is nil, and what is too much is dropped.
pub trait FromLuaMulti: Sized {
    /// The host's values.
    ///
    /// # Errors
    /// When one is not what is wanted.
    fn from_lua_multi(values: MultiValue, lua: &Lua) -> Result<Self>;

    /// The same, of values that are kept alive meanwhile; `position` is that of the first.
    #[doc(hidden)]
    fn from_raws(raws: &[Raw], lua: &Lua, _position: usize) -> Result<Self, Misfit> {
        let values = raws.iter().map(|&raw| value_of(raw, lua)).collect::<Result<_>>();
        Self::from_lua_multi(values.map_err(Misfit::from)?, lua).map_err(Misfit::from)
    }
}

/// An argument that is not what is wanted.
#[doc(hidden)]
#[derive(Debug)]
pub struct Misfit {
    /// Its position, 0 when it is not known.
    pub(crate) position: usize,
    pub(crate) error: Error,
}

impl From<Error> for Misfit {
    fn from(error: Error) -> Self {
        Misfit { position: 0, error }
    }
}

/// Values of the machine that stay alive as long as this does. Those pinned last go first.
#[doc(hidden)]
#[derive(Debug)]
pub struct Pins<'l> {
    pub(crate) lua: &'l Lua,
    start: usize,
}

impl<'l> Pins<'l> {
    pub(crate) fn new(lua: &'l Lua) -> Result<Self> {
        let start = lua.with(|core| Ok(core.pinned().len()))?;
        Ok(Pins { lua, start })
    }

    pub(crate) fn push(&mut self, value: RawValue) -> Result<()> {
        self.lua.with(|core| {
            core.pinned().push(value);
            Ok(())
        })
    }

    pub(crate) fn push_value(&mut self, value: &Value) -> Result<()> {
        self.lua.with(|core| {
            let raw = core.raw(value)?;
            core.pinned().push(raw);
            Ok(())
        })
    }

    pub(crate) fn push_into_lua(&mut self, value: impl IntoLua) -> Result<RawValue> {
        let Raw(raw) = value.into_raw(self.lua)?;
        self.push(raw)?;
        Ok(raw)
    }

    /// The values.
    pub(crate) fn values<'c>(&self, core: &'c mut Core) -> &'c [RawValue] {
        core.pinned().get(self.start..).unwrap_or_default()
    }

    pub(crate) fn raws(&self) -> Result<Vec<Raw>> {
        self.lua.with(|core| Ok(self.values(core).iter().copied().map(Raw).collect()))
    }
}

impl Drop for Pins<'_> {
    fn drop(&mut self) {
        // Never busy: pins live and die where the machine is not lent.
        let _ = self.lua.with(|core| {
            core.pinned().truncate(self.start);
            Ok(())
        });
    }
}

/// What the host sees of a value; strings are copied, which the run in progress pays for.
pub(crate) fn value_of(raw: Raw, lua: &Lua) -> Result<Value> {
    lua.with(|core| {
        note_bytes(lua, core.bytes(raw.0).len());
        Ok(core.value(raw.0))
    })
}

/// Bytes that a unit of fuel copies.
const BYTES_PER_FUEL: usize = 64;

pub(crate) fn note_bytes(lua: &Lua, len: usize) {
    lua.note_work((len / BYTES_PER_FUEL) as u64);
}

pub(crate) fn wrong_type<T>(raw: Raw, to: &'static str) -> Result<T> {
    Err(Error::conversion(raw.0.type_name(), to, None))
}

/// What PUC calls the type that a type of the host is made of.
pub(crate) fn expected_name(to: &str) -> &str {
    match to {
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "u8" | "u16" | "u32" | "u64" | "u128"
        | "usize" | "f32" | "f64" => "number",
        "String" | "LuaString" | "bytes" => "string",
        "list" | "map" => "table",
        other => other,
    }
}

// ---- values and handles --------------------------------------------------------------------------

impl IntoLua for Value {
    fn into_lua(self, _: &Lua) -> Result<Value> {
        Ok(self)
    }
}

impl IntoLua for &Value {
    fn into_lua(self, _: &Lua) -> Result<Value> {
        Ok(self.clone())
    }
}

impl FromLua for Value {
    fn from_lua(value: Value, _: &Lua) -> Result<Self> {
        Ok(value)
    }
}

impl IntoLua for bool {
    fn into_lua(self, _: &Lua) -> Result<Value> {
        Ok(Value::Boolean(self))
    }

    fn into_raw(self, _: &Lua) -> Result<Raw> {
        Ok(Raw(RawValue::boolean(self)))
    }
}

impl FromLua for bool {
    /// What `if` makes of a value: nil and `false` are false.
    fn from_lua(value: Value, _: &Lua) -> Result<Self> {
        Ok(value.is_truthy())
    }

    fn from_raw(raw: Raw, _: &Lua) -> Result<Self> {
        Ok(raw.0.is_truthy())
    }
}

macro_rules! handles {
    ($($handle:ident $variant:ident $name:literal;)*) => {$(
        impl IntoLua for $handle {
            fn into_lua(self, _: &Lua) -> Result<Value> {
                Ok(Value::$variant(self))
            }
        }

        impl IntoLua for &$handle {
            fn into_lua(self, _: &Lua) -> Result<Value> {
                Ok(Value::$variant(self.clone()))
            }
        }

        impl FromLua for $handle {
            fn from_lua(value: Value, _: &Lua) -> Result<Self> {
                match value {
                    Value::$variant(value) => Ok(value),
                    other => Err(Error::conversion(other.type_name(), $name, None)),
                }
            }
        }
    )*};
}

handles! {
    LightUserData LightUserData "light userdata";
    Table Table "table";
    Function Function "function";
    Thread Thread "coroutine";
    AnyUserData UserData "userdata";
}

impl<T: UserData> IntoLua for T {
    fn into_lua(self, lua: &Lua) -> Result<Value> {
        Ok(Value::UserData(lua.create_userdata(self)?))
    }
}

impl<T: UserData> FromLua for UserDataRef<T> {
    fn from_lua(value: Value, lua: &Lua) -> Result<Self> {
        AnyUserData::from_lua(value, lua)?.borrow::<T>()
    }
}

impl<T: UserData> FromLua for UserDataRefMut<T> {
    fn from_lua(value: Value, lua: &Lua) -> Result<Self> {
        AnyUserData::from_lua(value, lua)?.borrow_mut::<T>()
    }
}

impl<T: IntoLua> IntoLua for Option<T> {
    fn into_lua(self, lua: &Lua) -> Result<Value> {
        self.map_or(Ok(Value::Nil), |value| value.into_lua(lua))
    }

    fn into_raw(self, lua: &Lua) -> Result<Raw> {
        self.map_or(Ok(Raw(RawValue::NIL)), |value| value.into_raw(lua))
    }
}

impl<T: FromLua> FromLua for Option<T> {
    fn from_lua(value: Value, lua: &Lua) -> Result<Self> {
        if value.is_nil() { Ok(None) } else { T::from_lua(value, lua).map(Some) }
    }

    fn from_raw(raw: Raw, lua: &Lua) -> Result<Self> {
        if raw.0.is_nil() { Ok(None) } else { T::from_raw(raw, lua).map(Some) }
    }
}

impl IntoLua for Error {
    /// A userdata that carries the error; the value that was raised, when a script raised it.
    fn into_lua(self, lua: &Lua) -> Result<Value> {
        match self.value(lua)? {
            Some(value) => Ok(value),
            None => lua.with(|core| {
                let carrier = crate::api::carrier::create(core, self)?;
                Ok(core.value(carrier))
            }),
        }
    }
}

impl FromLua for Error {
    /// The error that raising the value would be.
    fn from_lua(value: Value, lua: &Lua) -> Result<Self> {
        let carried = lua.with(|core| {
            let raw = core.raw(&value)?;
            Ok(core.carried_error(raw))
        })?;
        match carried {
            Some(error) => Ok(error),
            None => lua.error_of_value(&value, Vec::new()),
        }
    }
}

// ---- several values ------------------------------------------------------------------------------

impl<T: IntoLua> IntoLuaMulti for T {
    fn into_lua_multi(self, lua: &Lua) -> Result<MultiValue> {
        Ok(vec![self.into_lua(lua)?].into())
    }

    fn push_into(self, pins: &mut Pins<'_>) -> Result<()> {
        pins.push_into_lua(self).map(drop)
    }
}

impl<T: FromLua> FromLuaMulti for T {
    fn from_lua_multi(values: MultiValue, lua: &Lua) -> Result<Self> {
        T::from_lua(values.into_iter().next().unwrap_or_default(), lua)
    }

    fn from_raws(raws: &[Raw], lua: &Lua, position: usize) -> Result<Self, Misfit> {
        let first = raws.first().copied().unwrap_or(Raw(RawValue::NIL));
        T::from_raw(first, lua).map_err(|error| Misfit { position, error })
    }
}

impl IntoLuaMulti for MultiValue {
    fn into_lua_multi(self, _: &Lua) -> Result<MultiValue> {
        Ok(self)
    }
}

impl IntoLuaMulti for &MultiValue {
    fn into_lua_multi(self, _: &Lua) -> Result<MultiValue> {
        Ok(self.clone())
    }
}

impl FromLuaMulti for MultiValue {
    fn from_lua_multi(values: MultiValue, _: &Lua) -> Result<Self> {
        Ok(values)
    }
}

impl<T: IntoLua> IntoLuaMulti for Variadic<T> {
    fn into_lua_multi(self, lua: &Lua) -> Result<MultiValue> {
        self.into_iter().map(|value| value.into_lua(lua)).collect()
    }

    fn push_into(self, pins: &mut Pins<'_>) -> Result<()> {
        self.into_iter().try_for_each(|value| pins.push_into_lua(value).map(drop))
    }
}

impl<T: FromLua> FromLuaMulti for Variadic<T> {
    fn from_lua_multi(values: MultiValue, lua: &Lua) -> Result<Self> {
        values.into_iter().map(|value| T::from_lua(value, lua)).collect()
    }

    fn from_raws(raws: &[Raw], lua: &Lua, position: usize) -> Result<Self, Misfit> {
        let one = |(index, &raw): (usize, &Raw)| {
            T::from_raw(raw, lua).map_err(|error| Misfit { position: position + index, error })
        };
        raws.iter().enumerate().map(one).collect()
    }
}

impl<T: IntoLuaMulti, E: IntoLua> IntoLuaMulti for core::result::Result<T, E> {
    fn into_lua_multi(self, lua: &Lua) -> Result<MultiValue> {
        match self {
            Ok(values) => values.into_lua_multi(lua),
            Err(error) => Ok(vec![Value::Nil, error.into_lua(lua)?].into()),
        }
    }
}

/// For what cannot be said as values.
pub(crate) fn not_values() -> Error {
    ErrorKind::RunState("a Next can only be what a function of the host returns").into()
}

impl IntoLua for LuaString {
    fn into_lua(self, _: &Lua) -> Result<Value> {
        Ok(Value::String(self))
    }
}

impl IntoLua for &LuaString {
    fn into_lua(self, _: &Lua) -> Result<Value> {
        Ok(Value::String(self.clone()))
    }
}
