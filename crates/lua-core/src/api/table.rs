//! `Table`: a handle of a Lua table.

use std::fmt;
use std::marker::PhantomData;

use crate::api::convert::{FromLua, FromLuaMulti, IntoLua, IntoLuaMulti, Pins, Raw};
use crate::api::error::{Error, ErrorKind, Result};
use crate::api::function::Function;
use crate::api::lua::Lua;
use crate::api::run::Run;
use crate::api::runs::Core;
use crate::api::value::{Handle, Value};
use crate::handle::TableIndex;
use crate::table::state;
use crate::value::Value as RawValue;
use crate::vm::arith::{self, Comparison};
use crate::vm::index::{Read, Write, read, write};

/// A Lua table.
///
/// ```
/// use lua_core::{Lua, Table};
///
/// let lua = Lua::new();
/// let table = lua.create_table()?;
/// table.set("name", "redmoon")?;
/// table.push(10)?;
/// table.push(20)?;
/// assert_eq!(table.get::<String>("name")?, "redmoon");
/// assert_eq!(table.get::<Option<i32>>("absent")?, None);
/// assert_eq!(table.len()?, 2);
/// let items: Vec<i32> = table.sequence_values().collect::<Result<_, _>>()?;
/// assert_eq!(items, [10, 20]);
/// # Ok::<(), lua_core::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Table(pub(super) Handle);

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "table: {:?}", self.0)
    }
}

/// What an access comes to that the table alone does not answer.
enum Access {
    Done(Raw),
    /// Call the metamethod with the object and the key, and for a write the value.
    Call(RawValue, RawValue),
}

impl Table {
    // ---- with metamethods ------------------------------------------------------------------------

    /// `table[key]`, `__index` included.
    ///
    /// # Errors
    /// Those of the metamethod; when the value is not what is wanted.
    pub fn get<V: FromLua>(&self, key: impl IntoLua) -> Result<V> {
        let lua = self.0.lua()?;
        let mut pins = Pins::new(&lua)?;
        let key = pins.push_into_lua(key)?;
        let access = self.0.with(|core, table| core.read(table, key))?;
        match access {
            Access::Done(raw) => {
                pins.push(raw.0)?;
                V::from_raw(raw, &lua)
            }
            Access::Call(handler, object) => {
                let run = Run::begin(&lua, |_| Ok((handler, vec![object, key])))?;
                run.finish()
            }
        }
    }

    /// `table[key] = value`, `__newindex` included.
    ///
    /// # Errors
    /// Those of the metamethod; a key that is nil or NaN; a table that is read-only; memory.
    pub fn set(&self, key: impl IntoLua, value: impl IntoLua) -> Result<()> {
        let lua = self.0.lua()?;
        let mut pins = Pins::new(&lua)?;
        let key = pins.push_into_lua(key)?;
        let value = pins.push_into_lua(value)?;
        let access = self.0.with(|core, table| core.write(table, key, value))?;
        match access {
            Access::Done(_) => Ok(()),
            Access::Call(handler, object) => {
                let run = Run::begin(&lua, |_| Ok((handler, vec![object, key, value])))?;
                run.finish()
            }
        }
    }

    /// True when `table[key]` is not nil.
    ///
    /// # Errors
    /// Those of `__index`.
    pub fn contains_key(&self, key: impl IntoLua) -> Result<bool> {
        Ok(!self.get::<Value>(key)?.is_nil())
    }

    /// `#table`. Tables have no `__len` in Lua 5.1.
    ///
    /// # Errors
    /// [`ErrorKind::Destroyed`].
    pub fn len(&self) -> Result<usize> {
        self.raw_len()
    }

    /// True when the table has no entry at all.
    ///
    /// # Errors
    /// [`ErrorKind::Destroyed`].
    pub fn is_empty(&self) -> Result<bool> {
        self.with(|core, table| Ok(core.machine.vm.heap.tables[table].next_from(0).is_none()))
    }

    /// `table[name](...)`.
    ///
    /// ```
    /// # use lua_core::{Lua, Table};
    /// # let lua = Lua::new();
    /// let strings: Table = lua.globals().get("string")?;
    /// assert_eq!(strings.call_function::<String>("rep", ("ab", 2))?, "abab");
    /// # Ok::<(), lua_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the function; when there is none.
    pub fn call_function<R: FromLuaMulti>(
        &self,
        name: impl IntoLua,
        args: impl IntoLuaMulti,
    ) -> Result<R> {
        self.get::<Function>(name)?.call(args)
    }

    /// `table:name(...)`.
    ///
    /// # Errors
    /// Those of the function; when there is none.
    pub fn call_method<R: FromLuaMulti>(
        &self,
        name: impl IntoLua,
        args: impl IntoLuaMulti,
    ) -> Result<R> {
        self.get::<Function>(name)?.call((self, Rest(args)))
    }

    /// `table(...)`, by its `__call`.
    ///
    /// # Errors
    /// Those of the metamethod; when there is none.
    pub fn call<R: FromLuaMulti>(&self, args: impl IntoLuaMulti) -> Result<R> {
        Run::call(&self.0, args)?.finish()
    }

    // ---- without metamethods ---------------------------------------------------------------------

    /// `rawget(table, key)`.
    ///
    /// # Errors
    /// When the key has no Lua value; when the value is not what is wanted.
    pub fn raw_get<V: FromLua>(&self, key: impl IntoLua) -> Result<V> {
        let lua = self.0.lua()?;
        let mut pins = Pins::new(&lua)?;
        let key = pins.push_into_lua(key)?;
        let value = self.with(|core, table| {
            let heap = &core.machine.vm.heap;
            Ok(heap.tables[table].get(key, &heap.strings))
        })?;
        pins.push(value)?;
        V::from_raw(Raw(value), &lua)
    }

    /// `rawset(table, key, value)`.
    ///
    /// # Errors
    /// A key that is nil or NaN; a table that is read-only; memory.
    pub fn raw_set(&self, key: impl IntoLua, value: impl IntoLua) -> Result<()> {
        let lua = self.0.lua()?;
        let mut pins = Pins::new(&lua)?;
        let key = pins.push_into_lua(key)?;
        let value = pins.push_into_lua(value)?;
        self.with(|core, table| core.set(table, key, value))
    }

    /// `#table`.
    ///
    /// # Errors
    /// [`ErrorKind::Destroyed`].
    pub fn raw_len(&self) -> Result<usize> {
        self.with(|core, table| {
            let heap = &core.machine.vm.heap;
            Ok(heap.tables[table].border(&heap.strings))
        })
    }

    /// Adds an item to the list.
    ///
    /// # Errors
    /// As [`Self::raw_set`].
    pub fn push(&self, value: impl IntoLua) -> Result<()> {
        let position = self.raw_len()?.saturating_add(1);
        self.raw_set(position, value)
    }

    /// Takes the last item off the list; nil when it is empty.
    ///
    /// # Errors
    /// When the item is not what is wanted: it is taken off then, too.
    pub fn pop<V: FromLua>(&self) -> Result<V> {
        let lua = self.0.lua()?;
        let mut pins = Pins::new(&lua)?;
        let value = self.with(|core, table| {
            let heap = &core.machine.vm.heap;
            let len = heap.tables[table].border(&heap.strings);
            if len == 0 {
                return Ok(RawValue::NIL);
            }
            let value = heap.tables[table].get_position(len, &heap.strings);
            core.set(table, RawValue::number(len as f64), RawValue::NIL)?;
            Ok(value)
        })?;
        pins.push(value)?;
        V::from_raw(Raw(value), &lua)
    }

    /// Removes every entry.
    ///
    /// # Errors
    /// A table that is read-only.
    pub fn clear(&self) -> Result<()> {
        self.with(|core, table| {
            let mut position = 0;
            while let Some((next, key, _)) = core.machine.vm.heap.tables[table].next_from(position)
            {
                core.set(table, key, RawValue::NIL)?;
                position = next;
            }
            Ok(())
        })
    }

    /// The entries, in the order of `pairs`, which is that of Lua 5.1 and Redis. Fields may be changed and cleared
    /// meanwhile; adding some may make it skip or repeat others.
    ///
    /// ```
    /// # use lua_core::{Lua, Table};
    /// # let lua = Lua::new();
    /// let table: Table = lua.load("return { 5, 6, x = 7 }").eval()?;
    /// let mut sum = 0;
    /// for entry in table.pairs::<String, i32>() {
    ///     let (_, value) = entry?;
    ///     sum += value;
    /// }
    /// assert_eq!(sum, 18);
    /// # Ok::<(), lua_core::Error>(())
    /// ```
    pub fn pairs<K: FromLua, V: FromLua>(&self) -> TablePairs<'_, K, V> {
        TablePairs { table: self, position: 0, types: PhantomData }
    }

    /// The items from position 1 on, up to the first that is nil.
    pub fn sequence_values<V: FromLua>(&self) -> TableSequence<'_, V> {
        TableSequence { table: self, position: 1, types: PhantomData }
    }

    /// The table's metatable.
    ///
    /// # Errors
    /// [`ErrorKind::Destroyed`].
    pub fn metatable(&self) -> Result<Option<Table>> {
        self.with(|core, table| {
            let metatable = core.machine.metatable(table.into());
            Ok(metatable.map(|table| Table(core.handle(table.into()))))
        })
    }

    /// Sets the table's metatable, whatever `__metatable` says.
    ///
    /// # Errors
    /// [`ErrorKind::ForeignHandle`]; a table that is read-only.
    pub fn set_metatable(&self, metatable: Option<&Table>) -> Result<()> {
        self.with(|core, table| {
            if core.machine.vm.heap.tables[table].state & state::READ_ONLY != 0 {
                return Err(Error::runtime("Attempt to modify a readonly table"));
            }
            let metatable = metatable.map(|table| table.0.raw(core)).transpose()?;
            core.machine.set_metatable(table.into(), metatable.and_then(RawValue::as_table));
            Ok(())
        })
    }

    /// Lets every write to the table fail, by scripts and by the host, or lets it be.
    ///
    /// # Errors
    /// [`ErrorKind::Destroyed`].
    pub fn set_readonly(&self, read_only: bool) -> Result<()> {
        self.with(|core, table| {
            core.machine.set_read_only(table, read_only);
            Ok(())
        })
    }

    /// True for a table that no one may write to.
    ///
    /// # Errors
    /// [`ErrorKind::Destroyed`].
    pub fn is_readonly(&self) -> Result<bool> {
        self.with(
            |core, table| Ok(core.machine.vm.heap.tables[table].state & state::READ_ONLY != 0),
        )
    }

    /// What `a == b` gives in a script, `__eq` included. Whether it is the same table: `==`.
    ///
    /// # Errors
    /// Those of the metamethod.
    pub fn equals(&self, other: &Table) -> Result<bool> {
        Value::Table(self.clone()).equals(&Value::Table(other.clone()))
    }

    /// Lends the machine and the table.
    pub(super) fn with<R>(
        &self,
        body: impl FnOnce(&mut Core, TableIndex) -> Result<R>,
    ) -> Result<R> {
        self.0.with(|core, raw| match raw.as_table() {
            Some(table) => body(core, table),
            None => Err(ErrorKind::Internal.into()),
        })
    }
}

/// The entries of a table; see [`Table::pairs`].
#[derive(Debug)]
pub struct TablePairs<'t, K, V> {
    table: &'t Table,
    /// Places passed; `usize::MAX` behind an error.
    position: usize,
    types: PhantomData<fn() -> (K, V)>,
}

impl<K: FromLua, V: FromLua> TablePairs<'_, K, V> {
    fn entry(&mut self, lua: &Lua) -> Result<Option<(K, V)>> {
        let mut pins = Pins::new(lua)?;
        let position = self.position;
        let entry = self
            .table
            .with(|core, table| Ok(core.machine.vm.heap.tables[table].next_from(position)))?;
        let Some((next, key, value)) = entry else { return Ok(None) };
        self.position = next;
        pins.push(key)?;
        pins.push(value)?;
        Ok(Some((K::from_raw(Raw(key), lua)?, V::from_raw(Raw(value), lua)?)))
    }
}

impl<K: FromLua, V: FromLua> Iterator for TablePairs<'_, K, V> {
    type Item = Result<(K, V)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.position == usize::MAX {
            return None;
        }
        let entry = self.table.0.lua().and_then(|lua| self.entry(&lua));
        if entry.is_err() {
            self.position = usize::MAX;
        }
        entry.transpose()
    }
}

/// The items of a list; see [`Table::sequence_values`].
#[derive(Debug)]
pub struct TableSequence<'t, V> {
    table: &'t Table,
    /// The next item's; 0 at the end.
    position: usize,
    types: PhantomData<fn() -> V>,
}

impl<V: FromLua> Iterator for TableSequence<'_, V> {
    type Item = Result<V>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.position == 0 {
            return None;
        }
        let item = self.table.raw_get::<Option<V>>(self.position).transpose();
        self.position = if matches!(item, Some(Ok(_))) { self.position + 1 } else { 0 };
        item
    }
}

/// Arguments behind others.
struct Rest<A>(A);

impl<A: IntoLuaMulti> IntoLuaMulti for Rest<A> {
    fn into_lua_multi(self, lua: &Lua) -> Result<crate::MultiValue> {
        self.0.into_lua_multi(lua)
    }

    fn push_into(self, pins: &mut Pins<'_>) -> Result<()> {
        self.0.push_into(pins)
    }
}

impl Core {
    fn read(&mut self, table: RawValue, key: RawValue) -> Result<Access> {
        let outcome = self.machine.with_context(|cx| read(cx.heap, cx.co, table, key));
        match outcome {
            Ok(Read::Value(value)) => Ok(Access::Done(Raw(value))),
            Ok(Read::Call(handler, object)) => Ok(Access::Call(handler, object)),
            Err(failure) => Err(self.error(failure)),
        }
    }

    fn write(&mut self, table: RawValue, key: RawValue, value: RawValue) -> Result<Access> {
        let outcome = self.machine.with_context(|cx| write(cx.heap, cx.co, table, key, value));
        match outcome {
            Ok(Write::Done) => Ok(Access::Done(Raw(RawValue::NIL))),
            Ok(Write::Call(handler, object)) => Ok(Access::Call(handler, object)),
            Err(failure) => Err(self.error(failure)),
        }
    }

    /// The `__eq` that decides whether two tables or two userdata are equal (PUC `lvm.c`, `get_compTM`).
    pub(super) fn equality(&mut self, a: RawValue, b: RawValue) -> Option<Function> {
        match arith::equal(&mut self.machine.vm.heap, a, b) {
            Comparison::Call(handler) => Some(Function(self.handle(handler))),
            _ => None,
        }
    }
}
