//! `Lua`: a machine that is shared by everything that refers to it.

use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use crate::api::chunk::Chunk;
use crate::api::convert::{FromLua, IntoLua};
use crate::api::error::{Error, ErrorKind, Result, Token};
use crate::api::function::Function;
use crate::api::run::Run;
use crate::api::runs::{Core, RunId};
use crate::api::table::Table;
use crate::api::thread::Thread;
use crate::api::userdata::{AnyUserData, UserData};
use crate::api::value::{Handle, LuaString, Value};
use crate::error::Failure;
use crate::machine::{KillHandle, Machine, MemoryStats, Options, Root};
use crate::native::{CallContext, Library, Outcome};
#[cfg(feature = "snapshot")]
use crate::snapshot::SnapshotError;
use crate::stdlib;
use crate::value::Value as RawValue;

/// A Lua 5.1 machine.
///
/// Cloning it gives another handle of the same machine. Tables, functions and other objects are handles, too:
/// they keep their object alive for as long as the `Lua` lives, and may be kept across calls.
///
/// ```
/// use lua_core::Lua;
///
/// let lua = Lua::new();
/// lua.globals().set("who", "world")?;
/// let greeting: String = lua.load("return 'hello, ' .. who").eval()?;
/// assert_eq!(greeting, "hello, world");
/// # Ok::<(), lua_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Lua(pub(crate) Rc<Inner>);

/// What the handles of a `Lua` share.
pub(crate) struct Inner {
    core: RefCell<Core>,
    kill: KillHandle,
    globals: (Rc<Root>, u64),
    limits: Cell<Limits>,
    /// What was last known, for callers in the middle of a step.
    figures: Cell<(MemoryStats, u64)>,
    /// Functions of the host in progress, one inside the other.
    depth: Cell<u32>,
    /// The run whose function of the host is in progress: it pays for runs that the function starts.
    caller: Cell<Option<RunId>>,
    /// Work of conversions that the run in progress has not paid for.
    work: Cell<u64>,
    /// Runs that were dropped while the machine was in use.
    dropped: RefCell<Vec<RunId>>,
    /// Metatables of the host's types.
    classes: RefCell<Vec<(TypeId, Rc<Root>)>>,
    app_data: RefCell<Vec<Rc<dyn Any>>>,
}

/// What a run may use. Nothing that a script does gets round it.
///
/// ```
/// use lua_core::{ErrorKind, Limits, Lua};
///
/// let lua = Lua::builder().limits(Limits::default().fuel(100_000).memory(1 << 20)).build()?;
/// let error = lua.load("pcall(function() while true do end end)").exec().unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Fuel { limit: 100_000 }));
///
/// let error = lua.load("return ('x'):rep(2^21)").exec().unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Memory { .. }));
/// assert_eq!(lua.load("return 1 + 1").eval::<i32>()?, 2);
/// # Ok::<(), lua_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Units of work of one run, from its start to its end; `u64::MAX` for no limit. The same script uses the
    /// same fuel everywhere.
    pub fuel: u64,
    /// Bytes that the machine holds.
    pub memory: usize,
    /// Functions of the host that are called by Lua and call Lua, one inside the other. Each takes some
    /// kilobytes of the host's stack.
    pub depth: u32,
}

impl Default for Limits {
    /// No limit of fuel, 256 MB, 16 functions of the host.
    fn default() -> Self {
        Limits { fuel: u64::MAX, memory: 256 << 20, depth: 16 }
    }
}

impl Limits {
    /// Sets [`Self::fuel`].
    #[must_use]
    pub fn fuel(mut self, units: u64) -> Self {
        self.fuel = units;
        self
    }

    /// Sets [`Self::memory`].
    #[must_use]
    pub fn memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    /// Sets [`Self::depth`].
    #[must_use]
    pub fn depth(mut self, functions: u32) -> Self {
        self.depth = functions;
        self
    }
}

/// Makes a [`Lua`] with other than the usual properties.
///
/// ```
/// use std::{cell::RefCell, rc::Rc};
/// use lua_core::Lua;
///
/// let printed = Rc::new(RefCell::new(Vec::new()));
/// let sink = printed.clone();
/// let lua = Lua::builder().output(move |text| sink.borrow_mut().extend_from_slice(text)).build()?;
/// lua.load("print('a', 1)").exec()?;
/// assert_eq!(*printed.borrow(), b"a\t1\n");
/// # Ok::<(), lua_core::Error>(())
/// ```
#[derive(Default)]
pub struct Builder {
    options: Options,
    limits: Limits,
    random_seed: Option<u64>,
    output: Option<Writer>,
}

/// Where `print` writes.
type Writer = Box<dyn FnMut(&[u8])>;

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Builder {
    /// What runs may use.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Registers the library `debug`, if the crate was built with its feature. A script with it reaches what others
    /// hide: not for the untrusted.
    #[must_use]
    pub fn debug(mut self, debug: bool) -> Self {
        self.options.debug = debug;
        self
    }

    /// Lets `load` and kin accept what `string.dump` makes.
    #[must_use]
    pub fn bytecode(mut self, bytecode: bool) -> Self {
        self.options.bytecode = bytecode;
        self
    }

    /// Takes `[[` inside a long string `[[...]]` for text, as Redis does; PUC's `lua` refuses it.
    #[must_use]
    pub fn nested_brackets(mut self, nested: bool) -> Self {
        self.options.nested_brackets = nested;
        self
    }

    /// Seeds the hash of the string pool: take them from a source of randomness where scripts are hostile.
    #[must_use]
    pub fn hash_seeds(mut self, seeds: [u64; 4]) -> Self {
        self.options.seeds = seeds;
        self
    }

    /// Seeds `math.random`.
    #[must_use]
    pub fn random_seed(mut self, seed: u64) -> Self {
        self.random_seed = Some(seed);
        self
    }

    /// Where `print` writes; nowhere if it is not set.
    #[must_use]
    pub fn output(mut self, output: impl FnMut(&[u8]) + 'static) -> Self {
        self.output = Some(Box::new(output));
        self
    }

    /// The machine.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`] when the memory limit is too small for the libraries.
    pub fn build(mut self) -> Result<Lua> {
        self.options.memory_bytes = self.limits.memory;
        self.options.fuel = self.limits.fuel;
        let mut machine = Machine::new(&self.options)
            .map_err(|_| ErrorKind::Memory { limit: self.limits.memory })?;
        machine.set_wants_traceback(true);
        if let Some(seed) = self.random_seed {
            machine.seed_random(seed);
        }
        if let Some(output) = self.output {
            machine.set_output(output);
        }
        let globals = RawValue::from(machine.globals());
        let root = Rc::new(machine.root(globals));
        Ok(Lua(Rc::new_cyclic(|me| Inner {
            kill: machine.kill_handle(),
            globals: (root, globals.address()),
            figures: Cell::default(),
            core: RefCell::new(Core::new(machine, me.clone())),
            limits: Cell::new(self.limits),
            depth: Cell::new(0),
            caller: Cell::new(None),
            work: Cell::new(0),
            dropped: RefCell::default(),
            classes: RefCell::default(),
            app_data: RefCell::default(),
        })))
    }
}

impl fmt::Debug for Lua {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lua").field("limits", &self.0.limits.get()).finish_non_exhaustive()
    }
}

impl PartialEq for Lua {
    /// True for two handles of one machine.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Default for Lua {
    fn default() -> Self {
        Self::new()
    }
}

impl Lua {
    /// A machine with the libraries that touch nothing outside it, and the default [`Limits`].
    pub fn new() -> Lua {
        match Self::builder().build() {
            Ok(lua) => lua,
            Err(_) => unreachable!("the libraries fit into the default limit on memory"),
        }
    }

    /// A machine with other properties.
    pub fn builder() -> Builder {
        Builder::default()
    }

    // ---- running ---------------------------------------------------------------------------------

    /// A chunk of source, to be run or compiled. Source is bytes.
    ///
    /// ```
    /// # let lua = lua_core::Lua::new();
    /// let n: i32 = lua.load("local a, b = ...; return a * b").call((6, 7))?;
    /// assert_eq!(n, 42);
    /// # Ok::<(), lua_core::Error>(())
    /// ```
    pub fn load(&self, source: impl AsRef<[u8]>) -> Chunk {
        Chunk::new(self, source.as_ref().to_vec())
    }

    /// A run that the host drives; see [`Run`].
    ///
    /// # Errors
    /// When an argument has no Lua value, or memory runs out.
    pub fn start(&self, function: &Function, args: impl crate::IntoLuaMulti) -> Result<Run> {
        function.start_on(self, args)
    }

    // ---- values ----------------------------------------------------------------------------------

    /// The table of globals.
    pub fn globals(&self) -> Table {
        let (root, address) = self.0.globals.clone();
        Table(Handle { lua: Rc::downgrade(&self.0), root, address })
    }

    /// An empty table.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`].
    pub fn create_table(&self) -> Result<Table> {
        self.create_table_with_capacity(0, 0)
    }

    /// An empty table with room for so many list items and fields.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`].
    pub fn create_table_with_capacity(&self, items: usize, fields: usize) -> Result<Table> {
        self.with(|core| {
            let table = core.machine.vm.heap.new_table(items, fields);
            let table = table.map_err(|failure| core.error(failure))?;
            Ok(Table(core.handle(table.into())))
        })
    }

    /// A table of these fields.
    ///
    /// ```
    /// # let lua = lua_core::Lua::new();
    /// let table = lua.create_table_from([("x", 1), ("y", 2)])?;
    /// assert_eq!(table.get::<i32>("y")?, 2);
    /// # Ok::<(), lua_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When a key or value has no Lua value, a key is nil or NaN, or memory runs out.
    pub fn create_table_from<K: IntoLua, V: IntoLua>(
        &self,
        fields: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Table> {
        let fields = fields.into_iter();
        let table = self.create_table_with_capacity(0, 0)?;
        for (key, value) in fields {
            table.raw_set(key, value)?;
        }
        Ok(table)
    }

    /// A list of these items.
    ///
    /// ```
    /// # let lua = lua_core::Lua::new();
    /// let list = lua.create_sequence_from(["a", "b"])?;
    /// assert_eq!(list.raw_len()?, 2);
    /// # Ok::<(), lua_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When an item has no Lua value, or memory runs out.
    pub fn create_sequence_from<T: IntoLua>(
        &self,
        items: impl IntoIterator<Item = T>,
    ) -> Result<Table> {
        let table = self.create_table()?;
        for (index, item) in items.into_iter().enumerate() {
            table.raw_set(index + 1, item)?;
        }
        Ok(table)
    }

    /// A string.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`] when it would not fit into the machine.
    pub fn create_string(&self, bytes: impl AsRef<[u8]>) -> Result<LuaString> {
        let bytes = bytes.as_ref();
        self.with(|core| core.string(bytes))?;
        Ok(bytes.into())
    }

    /// A userdata that holds `data`; its methods are those of its type.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`].
    pub fn create_userdata<T: UserData>(&self, data: T) -> Result<AnyUserData> {
        AnyUserData::new(self, data)
    }

    /// A coroutine that will run a function written in Lua.
    ///
    /// ```
    /// # use lua_core::{Function, Lua, ThreadStatus};
    /// # let lua = Lua::new();
    /// let body: Function = lua.load("return function(a) local b = coroutine.yield(a + 1); return b * 2 end").eval()?;
    /// let thread = lua.create_thread(&body)?;
    /// assert_eq!(thread.resume::<i32>(1)?, 2);
    /// assert_eq!(thread.resume::<i32>(10)?, 20);
    /// assert_eq!(thread.status()?, ThreadStatus::Finished);
    /// # Ok::<(), lua_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the function is one of the host (as in Lua 5.1), or memory runs out.
    pub fn create_thread(&self, function: &Function) -> Result<Thread> {
        Thread::new(self, function)
    }

    /// The Lua value of a host's value.
    ///
    /// # Errors
    /// When it has none.
    pub fn pack(&self, value: impl IntoLua) -> Result<Value> {
        value.into_lua(self)
    }

    /// The host's value of a Lua value.
    ///
    /// # Errors
    /// When it is not what is wanted.
    pub fn unpack<T: FromLua>(&self, value: Value) -> Result<T> {
        T::from_lua(value, self)
    }

    /// Sets the metatable that all values of a type share, that of strings for example.
    ///
    /// # Errors
    /// When the value is a table or userdata, which have metatables of their own.
    pub fn set_type_metatable(&self, of: &Value, metatable: Option<&Table>) -> Result<()> {
        if matches!(of, Value::Table(_) | Value::UserData(_)) {
            return Err(Error::runtime("tables and userdata have metatables of their own"));
        }
        self.with(|core| {
            let raw = core.raw(of)?;
            let metatable = metatable.map(|table| table.0.raw(core)).transpose()?;
            core.machine.set_metatable(raw, metatable.and_then(RawValue::as_table));
            Ok(())
        })
    }

    /// A value that the host has put under a name where no script sees it; nil when there is none.
    ///
    /// # Errors
    /// When it is not what is wanted.
    pub fn named_registry_value<T: FromLua>(&self, name: &str) -> Result<T> {
        self.registry()?.raw_get(name)
    }

    /// Keeps a value under a name where no script without `debug` sees it.
    ///
    /// # Errors
    /// When it has no Lua value, or memory runs out.
    pub fn set_named_registry_value(&self, name: &str, value: impl IntoLua) -> Result<()> {
        self.registry()?.raw_set(name, value)
    }

    fn registry(&self) -> Result<Table> {
        self.with(|core| {
            let registry = core.machine.registry();
            Ok(Table(core.handle(registry.into())))
        })
    }

    /// Keeps data of the host with the machine, one value of each type; returns the one that was there.
    ///
    /// ```
    /// # use std::cell::Cell;
    /// # let lua = lua_core::Lua::new();
    /// lua.set_app_data(Cell::new(0));
    /// let count = lua.create_function(|lua, ()| {
    ///     let Some(calls) = lua.app_data::<Cell<i32>>() else { return Ok(0) };
    ///     calls.set(calls.get() + 1);
    ///     Ok(calls.get())
    /// })?;
    /// assert_eq!((count.call::<i32>(())?, count.call::<i32>(())?), (1, 2));
    /// # Ok::<(), lua_core::Error>(())
    /// ```
    pub fn set_app_data<T: 'static>(&self, data: T) -> Option<Rc<T>> {
        let new: Rc<dyn Any> = Rc::new(data);
        let mut all = self.0.app_data.borrow_mut();
        let Some(slot) = all.iter_mut().find(|old| old.is::<T>()) else {
            all.push(new);
            return None;
        };
        let old = core::mem::replace(slot, new);
        drop(all);
        old.downcast::<T>().ok()
    }

    /// The host's data of type `T`. To change it, let `T` be a cell.
    pub fn app_data<T: 'static>(&self) -> Option<Rc<T>> {
        let found = self.0.app_data.borrow().iter().find(|data| data.is::<T>())?.clone();
        found.downcast::<T>().ok()
    }

    /// Registers a library of natives (see [`crate::native`]) as a global table.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`].
    pub fn register(&self, library: &Library) -> Result<Table> {
        self.with(|core| {
            let table = core.machine.register(library);
            let table = table.map_err(|failure| core.error(failure))?;
            Ok(Table(core.handle(table.into())))
        })
    }

    // ---- snapshots -------------------------------------------------------------------------------

    /// Everything that globals and registry lead to as bytes, to go on with elsewhere or later. What handles alone
    /// keep is no part of it. Functions of the host need a name ([`Self::name_function`]); objects of the host cannot
    /// be saved.
    ///
    /// # Errors
    /// [`SnapshotError::Busy`] while anything runs, and what cannot be saved.
    #[cfg(feature = "snapshot")]
    pub fn snapshot(&self) -> core::result::Result<Vec<u8>, SnapshotError> {
        let mut core = self.0.core.try_borrow_mut().map_err(|_| SnapshotError::Busy)?;
        core.snapshot()
    }

    /// Makes this `Lua` what a snapshot says. Handles made before are stale, but for [`Self::globals`]; limits, output
    /// and the host's data stay. Functions of the host that the snapshot names must be there under their names, kept
    /// by a handle or a global. The bytes may be anybody's.
    ///
    /// # Errors
    /// What is wrong with the bytes, or missing here; everything is as it was then.
    #[cfg(feature = "snapshot")]
    pub fn restore(&self, bytes: &[u8]) -> core::result::Result<(), SnapshotError> {
        let mut core = self.0.core.try_borrow_mut().map_err(|_| SnapshotError::Busy)?;
        core.machine.set_memory_limit(self.0.limits.get().memory);
        core.restore(bytes)?;
        self.0.classes.borrow_mut().clear();
        Ok(())
    }

    /// Names a function of the host for [`Self::snapshot`] and [`Self::restore`].
    ///
    /// # Errors
    /// [`ErrorKind::Busy`], and for a handle of another `Lua`.
    #[cfg(feature = "snapshot")]
    pub fn name_function(&self, function: &Function, name: &str) -> Result<()> {
        self.with(|core| {
            let raw = core.raw(&Value::Function(function.clone()))?;
            core.machine.name_function(raw, name);
            Ok(())
        })
    }

    // ---- control ---------------------------------------------------------------------------------

    /// What runs may use.
    pub fn limits(&self) -> Limits {
        self.0.limits.get()
    }

    /// Sets what runs may use. The fuel is that of runs to come.
    pub fn set_limits(&self, limits: Limits) {
        self.0.limits.set(limits);
    }

    /// Memory figures, in bytes.
    pub fn memory(&self) -> MemoryStats {
        self.figures().0
    }

    /// Fuel that the last or current run has used.
    pub fn fuel_used(&self) -> u64 {
        self.figures().1
    }

    fn figures(&self) -> (MemoryStats, u64) {
        let now = self.with(|core| Ok((core.machine.memory(), core.machine.fuel_used())));
        if let Ok(now) = now {
            self.0.figures.set(now);
        }
        self.0.figures.get()
    }

    /// Lets the run that called this function of the host pay for work: bytes copied, entries looked at. What
    /// the conversions of arguments copy is paid for already.
    pub fn charge_fuel(&self, units: u64) {
        self.note_work(units);
    }

    /// Ends all runs in progress from another thread.
    ///
    /// ```
    /// use lua_core::{ErrorKind, Lua};
    ///
    /// let lua = Lua::new();
    /// let handle = lua.kill_handle();
    /// let timer = std::thread::spawn(move || {
    ///     std::thread::sleep(std::time::Duration::from_millis(20));
    ///     handle.kill();
    /// });
    /// let error = lua.load("while true do end").exec().unwrap_err();
    /// assert!(matches!(error.kind(), ErrorKind::Killed));
    /// # timer.join().unwrap();
    /// # Ok::<(), lua_core::Error>(())
    /// ```
    pub fn kill_handle(&self) -> KillHandle {
        self.0.kill.clone()
    }

    /// Collects all garbage and calls the finalisers that are due.
    ///
    /// # Errors
    /// Those of the finalisers.
    pub fn collect_garbage(&self) -> Result<()> {
        let function = self.with(|core| {
            let heap = &mut core.machine.vm.heap;
            let globals = heap.globals;
            let native = heap.new_native("collect", collect, &[], globals);
            let native = native.map_err(|failure| core.error(failure))?;
            Ok(Function(core.handle(native.into())))
        })?;
        function.call(())
    }

    /// Where `print` writes from now on.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`].
    pub fn set_output(&self, output: impl FnMut(&[u8]) + 'static) -> Result<()> {
        self.with(|core| {
            core.machine.set_output(output);
            Ok(())
        })
    }

    /// Seeds `math.random`.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`].
    pub fn seed_random(&self, seed: u64) -> Result<()> {
        self.with(|core| {
            core.machine.seed_random(seed);
            Ok(())
        })
    }

    // ---- inside ----------------------------------------------------------------------------------

    /// Lends the machine; nothing that `body` does may call code of the host.
    pub(super) fn with<R>(&self, body: impl FnOnce(&mut Core) -> Result<R>) -> Result<R> {
        let mut core = self.0.core.try_borrow_mut().map_err(|_| Error::from(ErrorKind::Busy))?;
        if let Ok(mut dropped) = self.0.dropped.try_borrow_mut() {
            for run in dropped.drain(..) {
                core.end(run);
            }
        }
        core.machine.set_memory_limit(self.0.limits.get().memory);
        body(&mut core)
    }

    /// Runs a function of the host, called by `caller` or on its own.
    pub(super) fn inside<R>(&self, caller: RunId, body: impl FnOnce() -> R) -> R {
        struct Leave<'a>(&'a Inner, Option<RunId>);
        impl Drop for Leave<'_> {
            fn drop(&mut self) {
                self.0.depth.set(self.0.depth.get().saturating_sub(1));
                self.0.caller.set(self.1);
            }
        }
        let inner = &*self.0;
        inner.depth.set(inner.depth.get().saturating_add(1));
        let _leave = Leave(inner, inner.caller.replace(Some(caller)));
        body()
    }

    /// Functions of the host in progress.
    pub(super) fn depth(&self) -> u32 {
        self.0.depth.get()
    }

    /// The run whose function of the host is in progress.
    pub(super) fn caller(&self) -> Option<RunId> {
        self.0.caller.get()
    }

    pub(super) fn note_work(&self, units: u64) {
        self.0.work.set(self.0.work.get().saturating_add(units));
    }

    pub(super) fn take_work(&self) -> u64 {
        self.0.work.take()
    }

    /// A run is not wanted any more.
    pub(super) fn drop_run(&self, run: RunId) {
        let ended = self.with(|core| {
            core.end(run);
            Ok(())
        });
        if ended.is_err()
            && let Ok(mut dropped) = self.0.dropped.try_borrow_mut()
        {
            dropped.push(run);
        }
    }

    pub(super) fn classes(&self) -> &RefCell<Vec<(TypeId, Rc<Root>)>> {
        &self.0.classes
    }

    pub(super) fn held_value(&self, token: &Arc<Token>) -> Result<Value> {
        self.with(|core| {
            let raw = core.held(token)?;
            Ok(core.value(raw))
        })
    }

    pub(super) fn error_of_value(&self, value: &Value, traceback: Vec<u8>) -> Result<Error> {
        self.with(|core| {
            let raw = core.raw(value)?;
            Ok(core.error_of_value(raw, traceback))
        })
    }

    pub(super) fn text_of(&self, value: &Value) -> Result<LuaString> {
        if !matches!(value, Value::Table(_) | Value::UserData(_)) {
            return Ok(value.to_string().as_str().into());
        }
        let tostring = self.with(|core| {
            let function = core.machine.vm.heap.tostring_function;
            Ok(Function(core.handle(function)))
        })?;
        tostring.call(value)
    }
}

/// Collects, then calls the finalisers.
fn collect(cx: &mut CallContext<'_>) -> Result<Outcome, Failure> {
    let limit = cx.co.top;
    let running = cx.heap.running;
    cx.heap.collect_all(cx.co, running, limit);
    cx.set_arg_count(1)?;
    stdlib::base::finalize_next(cx, 0)
}
