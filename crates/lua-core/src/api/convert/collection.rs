//! Lists and maps of the host as tables. A list is the positions from 1 to the table's border.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use super::{FromLua, IntoLua, Pins, Raw, wrong_type};
use crate::api::error::{Error, ErrorKind, Result};
use crate::api::lua::Lua;
use crate::api::runs::Core;
use crate::api::value::Value;
use crate::handle::TableIndex;
use crate::value::Value as RawValue;

pub(super) fn list_into_raw<T: IntoLua>(items: Vec<T>, lua: &Lua) -> Result<Raw> {
    let mut pins = Pins::new(lua)?;
    let table = new_table(&mut pins, items.len(), 0)?;
    lua.note_work(items.len() as u64);
    for (index, item) in items.into_iter().enumerate() {
        // Nothing of the host runs between the conversion and the write.
        let Raw(value) = item.into_raw(lua)?;
        set(lua, table, RawValue::number((index + 1) as f64), value)?;
    }
    Ok(Raw(table.into()))
}

pub(super) fn list_from_raw<T: FromLua>(raw: Raw, lua: &Lua) -> Result<Vec<T>> {
    let Some(table) = raw.0.as_table() else { return wrong_type(raw, "list") };
    let pins = Pins::new(lua)?;
    lua.with(|core| {
        let heap = &mut core.machine.vm.heap;
        let len = heap.tables[table].border(&heap.strings);
        for position in 1..=len {
            let value = heap.tables[table].get_position(position, &heap.strings);
            heap.roots.pinned.push(value);
        }
        Ok(())
    })?;
    let raws = pins.raws()?;
    lua.note_work(raws.len() as u64);
    let one = |(index, &raw): (usize, &Raw)| {
        T::from_raw(raw, lua).map_err(|error| at(error, &format!("position {}", index + 1)))
    };
    raws.iter().enumerate().map(one).collect()
}

/// Converts the entries of a table.
fn map_from_raw<K: FromLua, V: FromLua>(
    raw: Raw,
    lua: &Lua,
    mut insert: impl FnMut(K, V),
) -> Result<()> {
    let Some(table) = raw.0.as_table() else { return wrong_type(raw, "map") };
    let pins = Pins::new(lua)?;
    lua.with(|core| {
        let heap = &mut core.machine.vm.heap;
        let mut position = 0;
        while let Some((next, key, value)) = heap.tables[table].next_from(position) {
            heap.roots.pinned.extend([key, value]);
            position = next;
        }
        Ok(())
    })?;
    let raws = pins.raws()?;
    lua.note_work(raws.len() as u64);
    for pair in raws.chunks_exact(2) {
        let &[key, value] = pair else { break };
        let converted = K::from_raw(key, lua).and_then(|k| Ok((k, V::from_raw(value, lua)?)));
        let (key, value) = converted.map_err(|error| {
            let name = lua.with(|core| Ok(core.text(key.0))).unwrap_or_default();
            at(error, &format!("field {}", String::from_utf8_lossy(&name)))
        })?;
        insert(key, value);
    }
    Ok(())
}

fn map_into_raw<K: IntoLua, V: IntoLua>(
    len: usize,
    entries: impl Iterator<Item = (K, V)>,
    lua: &Lua,
) -> Result<Raw> {
    let mut pins = Pins::new(lua)?;
    let table = new_table(&mut pins, 0, len)?;
    lua.note_work(len as u64);
    for (key, value) in entries {
        let mut pins = Pins::new(lua)?;
        let key = pins.push_into_lua(key)?;
        let Raw(value) = value.into_raw(lua)?;
        set(lua, table, key, value)?;
    }
    Ok(Raw(table.into()))
}

fn new_table(pins: &mut Pins<'_>, items: usize, fields: usize) -> Result<TableIndex> {
    let table = pins.lua.with(|core| {
        let table = core.machine.vm.heap.new_table(items, fields);
        table.map_err(|failure| core.error(failure))
    })?;
    pins.push(table.into())?;
    Ok(table)
}

fn set(lua: &Lua, table: TableIndex, key: RawValue, value: RawValue) -> Result<()> {
    lua.with(|core| core.set(table, key, value))
}

/// Says where in a table the value is that did not fit.
fn at(error: Error, place: &str) -> Error {
    match error.kind() {
        ErrorKind::FromLua { from, to, message } => {
            let message = match message {
                Some(message) => format!("{place}: {message}"),
                None => place.to_owned(),
            };
            Error::conversion(from, to, Some(message))
        }
        _ => error,
    }
}

impl Core {
    /// `table[key] = value` without metamethods.
    pub(crate) fn set(&mut self, table: TableIndex, key: RawValue, value: RawValue) -> Result<()> {
        let result = self.machine.with_context(|cx| cx.raw_set(table, key, value));
        result.map_err(|failure| self.error(failure))
    }
}

macro_rules! lists_into {
    ($([$($generics:tt)*] $list:ty;)*) => {$(
        impl<$($generics)*> IntoLua for $list {
            fn into_lua(self, lua: &Lua) -> Result<Value> {
                let raw = self.into_raw(lua)?;
                super::value_of(raw, lua)
            }

            fn into_raw(self, lua: &Lua) -> Result<Raw> {
                T::list_into_raw(self.into(), lua)
            }
        }
    )*};
}

lists_into! {
    [T: IntoLua] Vec<T>;
    [T: IntoLua + Clone] &[T];
    [T: IntoLua] Box<[T]>;
    [T: IntoLua, const N: usize] [T; N];
    [T: IntoLua + Clone, const N: usize] &[T; N];
}

impl<T: IntoLua + Clone> IntoLua for &Vec<T> {
    fn into_lua(self, lua: &Lua) -> Result<Value> {
        self.as_slice().into_lua(lua)
    }

    fn into_raw(self, lua: &Lua) -> Result<Raw> {
        self.as_slice().into_raw(lua)
    }
}

impl<T: FromLua> FromLua for Vec<T> {
    fn from_lua(value: Value, lua: &Lua) -> Result<Self> {
        // The handle keeps the value while it is converted.
        let Raw(raw) = (&value).into_raw(lua)?;
        T::list_from_raw(Raw(raw), lua)
    }

    fn from_raw(raw: Raw, lua: &Lua) -> Result<Self> {
        T::list_from_raw(raw, lua)
    }
}

impl<T: FromLua> FromLua for Box<[T]> {
    fn from_lua(value: Value, lua: &Lua) -> Result<Self> {
        Vec::from_lua(value, lua).map(Into::into)
    }
}

impl<T: FromLua, const N: usize> FromLua for [T; N] {
    fn from_lua(value: Value, lua: &Lua) -> Result<Self> {
        let name = value.type_name();
        let items = Vec::<T>::from_lua(value, lua)?;
        items.try_into().map_err(|items: Vec<T>| {
            let message = format!("it has {} items, not {N}", items.len());
            Error::conversion(name, "list", Some(message))
        })
    }
}

impl<K: IntoLua, V: IntoLua> IntoLua for BTreeMap<K, V> {
    fn into_lua(self, lua: &Lua) -> Result<Value> {
        let raw = self.into_raw(lua)?;
        super::value_of(raw, lua)
    }

    fn into_raw(self, lua: &Lua) -> Result<Raw> {
        map_into_raw(self.len(), self.into_iter(), lua)
    }
}

impl<K: FromLua + Ord, V: FromLua> FromLua for BTreeMap<K, V> {
    fn from_lua(value: Value, lua: &Lua) -> Result<Self> {
        let Raw(raw) = (&value).into_raw(lua)?;
        Self::from_raw(Raw(raw), lua)
    }

    fn from_raw(raw: Raw, lua: &Lua) -> Result<Self> {
        let mut map = BTreeMap::new();
        map_from_raw(raw, lua, |key, value| {
            map.insert(key, value);
        })?;
        Ok(map)
    }
}

/// The table's order is that of the map, which differs from run to run with the standard hasher.
impl<K: IntoLua, V: IntoLua, S> IntoLua for HashMap<K, V, S> {
    fn into_lua(self, lua: &Lua) -> Result<Value> {
        let raw = self.into_raw(lua)?;
        super::value_of(raw, lua)
    }

    fn into_raw(self, lua: &Lua) -> Result<Raw> {
        map_into_raw(self.len(), self.into_iter(), lua)
    }
}

impl<K: FromLua + Eq + Hash, V: FromLua, S: BuildHasher + Default> FromLua for HashMap<K, V, S> {
    fn from_lua(value: Value, lua: &Lua) -> Result<Self> {
        let Raw(raw) = (&value).into_raw(lua)?;
        Self::from_raw(Raw(raw), lua)
    }

    fn from_raw(raw: Raw, lua: &Lua) -> Result<Self> {
        let mut map = HashMap::default();
        map_from_raw(raw, lua, |key, value| {
            map.insert(key, value);
        })?;
        Ok(map)
    }
}
