//! What natives of other crates may reach beyond their arguments: userdata and their metatables, the
//! registry, environments, loading.

use core::any::Any;

use crate::error::Failure;
use crate::handle::TableIndex;
use crate::native::CallContext;
use crate::value::Value;
use crate::vm::raise::Level;

impl CallContext<'_> {
    /// The registry: a table that no script sees without `debug` (Lua 5.1 manual §3.5).
    pub fn registry(&self) -> TableIndex {
        self.heap.registry
    }

    /// `table[name]` without metamethods.
    ///
    /// # Errors
    /// When memory for the name runs out.
    pub fn raw_get_field(&mut self, table: TableIndex, name: &str) -> Result<Value, Failure> {
        let key = self.heap.intern(name.as_bytes())?;
        Ok(self.raw_get(table, key))
    }

    /// `table[name] = value` without metamethods.
    ///
    /// # Errors
    /// As [`Self::raw_set`].
    pub fn raw_set_field(
        &mut self,
        table: TableIndex,
        name: &str,
        value: Value,
    ) -> Result<(), Failure> {
        let key = self.heap.intern(name.as_bytes())?;
        self.raw_set(table, key, value)
    }

    /// A userdata that holds `data`, charged with `size_bytes`.
    ///
    /// # Errors
    /// When memory runs out.
    pub fn new_userdata(
        &mut self,
        data: Box<dyn Any>,
        size_bytes: usize,
        metatable: Option<TableIndex>,
    ) -> Result<Value, Failure> {
        let globals = self.co.globals;
        let userdata = self.heap.new_userdata(Some(data), size_bytes, globals)?;
        self.heap.userdata[userdata].metatable = metatable.unwrap_or(TableIndex::NONE);
        Ok(userdata.into())
    }

    /// What a userdata holds, when it holds a `T`.
    pub fn userdata<T: 'static>(&mut self, value: Value) -> Option<&mut T> {
        self.heap.userdata[value.as_userdata()?].data.as_mut()?.downcast_mut::<T>()
    }

    /// A table with these items, none of them nil, at positions 1 and up: the same in every respect as an empty
    /// one that they were put into one after another.
    ///
    /// # Errors
    /// When memory runs out.
    pub fn new_list(&mut self, items: &[Value]) -> Result<TableIndex, Failure> {
        // An array part that is full doubles.
        let size = if items.is_empty() { 0 } else { items.len().next_power_of_two() };
        if size > crate::table::ARRAY_SIZE_MAX {
            return Err(Failure::Memory);
        }
        let table = self.heap.new_table(size, 0)?;
        if let Some(array) = self.heap.tables[table].array.get_mut(..items.len()) {
            array.copy_from_slice(items);
        }
        Ok(table)
    }

    /// The string that is a part of another one; what lies outside of it is left out.
    ///
    /// # Errors
    /// When memory runs out.
    pub fn string_part(
        &mut self,
        text: Value,
        range: core::ops::Range<usize>,
    ) -> Result<Value, Failure> {
        match text.as_string() {
            Some(index) => self.heap.intern_part(index, range),
            None => self.heap.intern(b""),
        }
    }

    /// The metatable of a value.
    pub fn metatable(&self, value: Value) -> Option<TableIndex> {
        let metatable = self.heap.metatable_of(value);
        metatable.is_some().then_some(metatable)
    }

    /// Sets the metatable of a table or userdata, or that of the value's whole type.
    pub fn set_metatable(&mut self, value: Value, metatable: Option<TableIndex>) {
        if let Some(metatable) = metatable {
            self.heap.barrier(metatable.into());
        }
        let metatable = metatable.unwrap_or(TableIndex::NONE);
        if let Some(table) = value.as_table() {
            self.heap.tables[table].metatable = metatable;
        } else if let Some(userdata) = value.as_userdata() {
            self.heap.userdata[userdata].metatable = metatable;
        } else {
            self.heap.type_metatables[value.type_of() as usize] = metatable;
        }
    }

    /// Loads a chunk; its function with the running coroutine's globals, or PUC's message.
    ///
    /// # Errors
    /// When memory or fuel runs out.
    pub fn load(&mut self, source: &[u8], name: &[u8]) -> Result<Result<Value, Vec<u8>>, Failure> {
        let globals = self.co.globals;
        self.heap.load(source, name, globals, self.depth())
    }

    /// Hands text to the host, as `print` does.
    pub fn print(&mut self, text: &[u8]) {
        self.heap.print(text);
    }

    /// The calls in progress, innermost first, as `lua` prints them below an error.
    pub fn traceback(&self) -> Vec<u8> {
        crate::stdlib::debug::traceback_text(self.heap, self.co)
    }

    /// The function at `level` (1 called this native); nil when a tail call has replaced it or there is none.
    pub fn function_at_level(&self, level: usize) -> Value {
        match self.co.level(self.caller_depth(), level) {
            Level::Frame(index) => {
                self.co.stack[self.co.frames.as_slice()[index].function as usize]
            }
            Level::TailCall | Level::None => Value::NIL,
        }
    }

    /// What `tostring` gives without metamethods.
    pub fn text_of(&self, value: Value) -> Vec<u8> {
        let mut text = Vec::new();
        self.heap.describe(value, &mut text);
        text
    }

    /// True for a function written in Lua.
    pub fn is_lua_function(&self, value: Value) -> bool {
        value.as_closure().is_some()
    }

    /// The environment of a function, userdata or coroutine.
    pub fn environment(&self, value: Value) -> Option<TableIndex> {
        if let Some(closure) = value.as_closure() {
            Some(self.heap.closures[closure].environment)
        } else if let Some(native) = value.as_native() {
            Some(self.heap.natives[native].environment)
        } else if let Some(userdata) = value.as_userdata() {
            Some(self.heap.userdata[userdata].environment)
        } else {
            let coroutine = value.as_coroutine()?;
            if coroutine == self.heap.running {
                return Some(self.co.globals);
            }
            Some(self.heap.coroutines[coroutine].globals)
        }
    }

    /// Whether writing to a table raises "Attempt to modify a readonly table".
    pub fn is_read_only(&self, table: TableIndex) -> bool {
        self.heap.tables[table].state & crate::table::state::READ_ONLY != 0
    }

    /// The environment of this native.
    pub fn own_environment(&self) -> TableIndex {
        self.environment(self.co.stack[self.function]).unwrap_or(self.co.globals)
    }

    /// Sets the environment of a function, userdata or coroutine; false for other values.
    pub fn set_environment(&mut self, value: Value, environment: TableIndex) -> bool {
        self.heap.barrier(environment.into());
        if let Some(closure) = value.as_closure() {
            self.heap.closures[closure].environment = environment;
        } else if let Some(native) = value.as_native() {
            self.heap.natives[native].environment = environment;
        } else if let Some(userdata) = value.as_userdata() {
            self.heap.userdata[userdata].environment = environment;
        } else if let Some(coroutine) = value.as_coroutine() {
            if coroutine == self.heap.running {
                self.co.globals = environment;
            } else {
                self.heap.coroutines[coroutine].globals = environment;
            }
        } else {
            return false;
        }
        true
    }

    /// Pushes the arguments of this native behind what is on the stack, from `position` on.
    ///
    /// # Errors
    /// When memory for the stack runs out.
    pub fn push_args(&mut self, position: usize) -> Result<usize, Failure> {
        let count = self.arg_count();
        for position in position..=count {
            let value = self.arg(position);
            self.push(value)?;
        }
        Ok((count + 1).saturating_sub(position))
    }
}
