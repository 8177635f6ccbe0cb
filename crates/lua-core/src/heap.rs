//! The heap: an arena for each kind of object, the string pool, the budgets, and what the collector starts from.

pub(crate) mod arena;
pub(crate) mod charge;

use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lua_compiler::proto::{Constant, Proto};

use crate::closure::{Closure, LoadedProto, Native, ProtoSlot};
use crate::coroutine::Coroutine;
use crate::error::{Ending, Failure};
use crate::gc::Gc;
use crate::handle::*;
use crate::native::{Library, NativeFn};
use crate::number;
use crate::root::Roots;
use crate::stdlib::string::pattern::PatternCache;
use crate::string::Strings;
use crate::table::{SetError, Table, state};
use crate::upvalue::Upvalue;
use crate::userdata::Userdata;
use crate::value::{Type, Value};
use crate::vm::metamethod::Event;
use arena::{Arena, Mark, Object};
use charge::Budget;

/// Why a table was not written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WriteError {
    /// The table is read-only.
    ReadOnly,
    /// The key or the memory.
    Set(SetError),
}

/// Everything a machine's values live in.
#[derive(Debug)]
pub(crate) struct Heap {
    pub(crate) strings: Strings,
    pub(crate) tables: Arena<Table>,
    pub(crate) closures: Arena<Closure>,
    pub(crate) natives: Arena<Native>,
    pub(crate) upvalues: Arena<Upvalue>,
    pub(crate) coroutines: Arena<Box<Coroutine>>,
    pub(crate) userdata: Arena<Userdata>,
    pub(crate) protos: Arena<ProtoSlot>,
    /// Userdata made so far.
    pub(crate) userdata_made: u64,
    pub(crate) budget: Budget,
    pub(crate) gc: Gc,
    pub(crate) roots: Roots,
    pub(crate) registry: TableIndex,
    /// Globals of the main coroutine.
    pub(crate) globals: TableIndex,
    /// Metatables of the types that share one, by `Type as usize`.
    pub(crate) type_metatables: [TableIndex; 9],
    /// Names of the metamethods, by `Event as usize`.
    pub(crate) event_names: Vec<Value>,
    /// "not enough memory", made ahead of time.
    pub(crate) memory_message: Value,
    /// The value of the error that is being raised.
    pub(crate) raised: Value,
    /// A traceback is made when an error reaches the host.
    pub(crate) wants_traceback: bool,
    /// The traceback of the last error that reached the host.
    pub(crate) traceback: Vec<u8>,
    /// The coroutine that runs.
    pub(crate) running: CoroutineIndex,
    /// The native `next`, and the twin of it that `pairs` gives: the loop knows them.
    pub(crate) next_function: Value,
    pub(crate) pairs_function: Value,
    /// The native `tostring`, which `print` calls: it knows it.
    pub(crate) tostring_function: Value,
    /// Names of the types, by `Type as usize`.
    pub(crate) type_names: [Value; 9],
    /// `debug` is registered.
    pub(crate) has_debug: bool,
    /// Closures share every variable that they capture, also those that nothing assigns to.
    pub(crate) shares_variables: bool,
    /// `load` and kin take bytecode, too.
    pub(crate) accepts_bytecode: bool,
    /// `[[` inside `[[` is text.
    pub(crate) nested_brackets: bool,
    /// Fuel left in the current step; at 0 or below the machine suspends at the next safepoint.
    pub(crate) fuel: i64,
    /// What `fuel` may fall to before the limit of the whole run is passed.
    pub(crate) fuel_floor: i64,
    /// Set by the host, from any thread, to end the run.
    pub(crate) kill: Arc<AtomicBool>,
    pub(crate) host_request: Option<Box<dyn Any>>,
    pub(crate) host_answer: Option<Box<dyn Any>>,
    pub(crate) app_data: Vec<Box<dyn Any>>,
    /// Text that `print` and kin wrote is handed to the host here.
    pub(crate) output: Output,
    /// State of `math.random`.
    pub(crate) random: crate::stdlib::math::Random,
    /// A reusable buffer for texts in the making.
    pub(crate) scratch: Vec<u8>,
    /// Patterns that were compiled last.
    pub(crate) patterns: PatternCache,
    /// What the host has declared for snapshots.
    #[cfg(feature = "snapshot")]
    pub(crate) declared: crate::snapshot::Declared,
    /// Where a debugger wants the machine to stop.
    #[cfg(feature = "debugger")]
    pub(crate) debugger: crate::vm::debugger::Debugger,
}

/// Where `print` writes.
pub(crate) struct Output(pub(crate) Box<Sink>);

/// Takes text that a script printed.
pub(crate) type Sink = dyn FnMut(&[u8]);

impl core::fmt::Debug for Output {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Output")
    }
}

impl Heap {
    /// A heap with an empty registry and an empty table of globals.
    pub(crate) fn new(limit: usize, seeds: [u64; 4]) -> Result<Heap, Failure> {
        let mut budget = Budget::new(limit);
        let strings = Strings::new(seeds, &mut budget)?;
        let mut heap = Heap {
            strings,
            tables: Arena::new(),
            closures: Arena::new(),
            natives: Arena::new(),
            upvalues: Arena::new(),
            coroutines: Arena::new(),
            userdata: Arena::new(),
            protos: Arena::new(),
            userdata_made: 0,
            budget,
            gc: Gc::new(),
            roots: Roots::new(),
            registry: TableIndex::NONE,
            globals: TableIndex::NONE,
            type_metatables: [TableIndex::NONE; 9],
            event_names: Vec::new(),
            memory_message: Value::NIL,
            raised: Value::NIL,
            wants_traceback: false,
            traceback: Vec::new(),
            running: CoroutineIndex(0),
            next_function: Value::NIL,
            pairs_function: Value::NIL,
            tostring_function: Value::NIL,
            type_names: [Value::NIL; 9],
            has_debug: false,
            shares_variables: false,
            accepts_bytecode: false,
            nested_brackets: false,
            fuel: i64::MAX,
            fuel_floor: i64::MIN,
            kill: Arc::new(AtomicBool::new(false)),
            host_request: None,
            host_answer: None,
            app_data: Vec::new(),
            output: Output(Box::new(|_| ())),
            random: crate::stdlib::math::Random::default(),
            scratch: Vec::new(),
            #[cfg(feature = "debugger")]
            debugger: crate::vm::debugger::Debugger::default(),
            patterns: PatternCache::default(),
            #[cfg(feature = "snapshot")]
            declared: crate::snapshot::Declared::default(),
        };
        heap.registry = heap.new_table(0, 0)?;
        heap.globals = heap.new_table(0, 0)?;
        for event in Event::ALL {
            let name = heap.intern(event.name().as_bytes())?;
            heap.event_names.push(name);
        }
        for kind in [
            Type::Nil,
            Type::Boolean,
            Type::LightUserdata,
            Type::Number,
            Type::String,
            Type::Table,
            Type::Function,
            Type::Userdata,
            Type::Thread,
        ] {
            heap.type_names[kind as usize] = heap.intern(kind.name().as_bytes())?;
        }
        heap.memory_message = heap.intern(b"not enough memory")?;
        Ok(heap)
    }

    // ---- making objects --------------------------------------------------------------------------

    /// The colour of a new object.
    #[inline(always)]
    fn white(&self) -> Mark {
        self.strings.white
    }

    /// The string with these bytes.
    #[inline]
    pub(crate) fn intern(&mut self, bytes: &[u8]) -> Result<Value, Failure> {
        if bytes.len() > crate::limits::STRING_LEN_MAX {
            return Err(Failure::Memory);
        }
        Ok(self.strings.intern(bytes, &mut self.budget)?)
    }

    /// The string with the bytes of a part of another one.
    #[inline]
    pub(crate) fn intern_part(
        &mut self,
        index: StringIndex,
        range: core::ops::Range<usize>,
    ) -> Result<Value, Failure> {
        Ok(self.strings.intern_part(index, range, &mut self.budget)?)
    }

    /// The string with these bytes; a long one keeps their block.
    pub(crate) fn intern_owned(&mut self, bytes: Vec<u8>) -> Result<Value, Failure> {
        if bytes.len() > crate::limits::STRING_LEN_MAX {
            return Err(Failure::Memory);
        }
        Ok(self.strings.intern_owned(bytes, &mut self.budget)?)
    }

    pub(crate) fn number_to_string(&mut self, n: f64) -> Result<Value, Failure> {
        let mut buffer = core::mem::take(&mut self.scratch);
        buffer.clear();
        number::write_number(&mut buffer, n);
        let result = self.intern(&buffer);
        self.scratch = buffer;
        result
    }

    #[inline]
    pub(crate) fn new_table(&mut self, array: usize, fields: usize) -> Result<TableIndex, Failure> {
        let mut table = if array | fields == 0 {
            Table::empty()
        } else {
            Table::with_sizes(array, fields, &mut self.budget)?
        };
        table.set_mark(self.white());
        let bytes = table.outside_bytes();
        match self.tables.insert(table, &mut self.budget) {
            Ok(index) => Ok(TableIndex(index)),
            Err(error) => {
                self.budget.refund(bytes);
                Err(error.into())
            }
        }
    }

    pub(crate) fn new_closure(
        &mut self,
        proto: Rc<LoadedProto>,
        upvalues: crate::closure::Upvalues,
        environment: TableIndex,
    ) -> Result<ClosureIndex, Failure> {
        let mark = self.white();
        let closure = Closure { proto: Some(proto), upvalues, environment, mark };
        let bytes = closure.outside_bytes();
        if bytes > 0 {
            self.budget.charge(bytes)?;
        }
        match self.closures.insert(closure, &mut self.budget) {
            Ok(index) => Ok(ClosureIndex(index)),
            Err(error) => {
                self.budget.refund(bytes);
                Err(error.into())
            }
        }
    }

    pub(crate) fn new_upvalue(
        &mut self,
        value: Value,
        at: u32,
        owner: CoroutineIndex,
    ) -> Result<UpvalueIndex, Failure> {
        let mark = self.white();
        let upvalue = Upvalue { value, at, owner, mark };
        Ok(UpvalueIndex(self.upvalues.insert(upvalue, &mut self.budget)?))
    }

    pub(crate) fn new_native(
        &mut self,
        name: &'static str,
        function: NativeFn,
        upvalues: &[Value],
        environment: TableIndex,
    ) -> Result<NativeIndex, Failure> {
        self.budget.charge(size_of_val(upvalues))?;
        let native = Native {
            function,
            name,
            #[cfg(feature = "snapshot")]
            origin: crate::snapshot::Origin::default(),
            upvalues: upvalues.into(),
            host: None,
            environment,
            mark: self.white(),
        };
        Ok(NativeIndex(self.natives.insert(native, &mut self.budget)?))
    }

    pub(crate) fn new_userdata(
        &mut self,
        data: Option<Box<dyn Any>>,
        bytes: usize,
        environment: TableIndex,
    ) -> Result<UserdataIndex, Failure> {
        self.budget.charge(bytes)?;
        self.userdata_made += 1;
        let userdata = Userdata {
            data,
            bytes,
            metatable: TableIndex::NONE,
            environment,
            finalized: false,
            serial: self.userdata_made,
            mark: self.white(),
        };
        Ok(UserdataIndex(self.userdata.insert(userdata, &mut self.budget)?))
    }

    pub(crate) fn new_coroutine(&mut self, globals: TableIndex) -> Result<CoroutineIndex, Failure> {
        let mut coroutine = Coroutine::empty();
        coroutine.mark = self.white();
        coroutine.globals = globals;
        coroutine.status = crate::coroutine::Status::Suspended;
        Ok(CoroutineIndex(self.coroutines.insert(Box::new(coroutine), &mut self.budget)?))
    }

    /// Turns a compiled function and its children into what the machine runs.
    pub(crate) fn load_proto(
        &mut self,
        proto: Proto,
        source: Value,
    ) -> Result<Rc<LoadedProto>, Failure> {
        // Children nest as deep as functions in a source, which the compiler bounds (200).
        let mut proto = proto;
        let mut children = Vec::with_capacity(proto.protos.len());
        for child in core::mem::take(&mut proto.protos) {
            children.push(self.load_proto(child, source)?);
        }
        proto.source = Arc::default();
        let bytes = proto_bytes(&proto, children.len());
        self.budget.charge(bytes)?;
        // A chunk that can change captured variables behind the compiler's back must share them all.
        if self.has_debug && !self.shares_variables {
            self.shares_variables = proto.constants.iter().any(|constant| {
                matches!(constant, Constant::String(name)
                    if matches!(&**name, b"setupvalue" | b"setlocal"))
            });
        }
        let mut constants = Vec::with_capacity(proto.constants.len());
        for constant in &proto.constants {
            constants.push(match constant {
                Constant::Nil => Value::NIL,
                Constant::Boolean(b) => Value::boolean(*b),
                Constant::Number(n) => Value::number(*n),
                Constant::String(bytes) => self.intern(bytes)?,
            });
        }
        let slot = ProtoSlot { proto: None, mark: self.white() };
        let index = ProtoIndex(self.protos.insert(slot, &mut self.budget)?);
        let loaded = Rc::new(LoadedProto {
            def: proto,
            source,
            constants: constants.into(),
            children: children.into(),
            index,
            bytes,
        });
        self.protos[index].proto = Some(loaded.clone());
        Ok(loaded)
    }

    /// Compiles a chunk; its function with these globals, or PUC's message. `levels_in_use` are the native
    /// calls in progress, which count against the limit of syntax levels.
    pub(crate) fn load(
        &mut self,
        source: &[u8],
        name: &[u8],
        globals: TableIndex,
        levels_in_use: u32,
    ) -> Result<Result<Value, Vec<u8>>, Failure> {
        self.charge_fuel(source.len() as u64 / 8 + 1)?;
        // The tree and the code of a chunk take some multiple of its text while it is compiled.
        if source.len().saturating_mul(16) > self.budget.room() {
            return Err(Failure::Memory);
        }
        let proto = if self.accepts_bytecode && source.first() == Some(&0x1b) {
            match undump(source, name) {
                Ok(proto) => proto,
                Err(message) => return Ok(Err(message)),
            }
        } else {
            let options = lua_compiler::Options {
                levels_in_use,
                nested_brackets: self.nested_brackets,
                power: Some(crate::number::pow),
            };
            match lua_compiler::compile_with(source, name, &options) {
                Ok(proto) => proto,
                Err(error) => return Ok(Err(error.into_message())),
            }
        };
        let source = self.intern(&proto.source)?;
        let proto = self.load_proto(proto, source)?;
        // What a dumped function had captured is nil.
        let mut upvalues = crate::closure::Upvalues::new();
        for _ in &proto.def.upvalues {
            let index = self.new_upvalue(Value::NIL, Upvalue::CLOSED, CoroutineIndex::NONE)?;
            upvalues.push(Value::shared(index));
        }
        Ok(Ok(self.new_closure(proto, upvalues, globals)?.into()))
    }

    /// Hands text to the host.
    pub(crate) fn print(&mut self, text: &[u8]) {
        (self.output.0)(text);
    }

    /// Registers a library: a global table with its functions, or globals when it has no name.
    pub(crate) fn register(&mut self, library: &Library) -> Result<TableIndex, Failure> {
        let table = if library.name.is_empty() {
            self.globals
        } else {
            let name = self.intern(library.name.as_bytes())?;
            if let Some(table) = self.tables[self.globals].get(name, &self.strings).as_table() {
                table
            } else {
                let table = self.new_table(0, library.entries.len())?;
                let globals = self.globals;
                self.raw_set_own(globals, name, table.into())?;
                table
            }
        };
        for entry in library.entries {
            let name = self.intern(entry.name.as_bytes())?;
            let globals = self.globals;
            let native = self.new_native(entry.name, entry.function, &[], globals)?;
            #[cfg(feature = "snapshot")]
            {
                self.natives[native].origin = crate::snapshot::Origin::Library(library.name);
            }
            self.raw_set_own(table, name, native.into())?;
        }
        Ok(table)
    }

    // ---- writing ---------------------------------------------------------------------------------

    /// `table[key] = value` without metamethods.
    #[inline]
    pub(crate) fn raw_set(
        &mut self,
        table: TableIndex,
        key: Value,
        value: Value,
    ) -> Result<(), WriteError> {
        if self.tables[table].is_slow_write() {
            self.before_write(table)?;
        }
        let Heap { tables, strings, budget, .. } = self;
        tables[table].set(key, value, strings, budget).map_err(WriteError::Set)
    }

    /// [`Self::raw_set`] of tables that the machine owns and keys that it made.
    pub(crate) fn raw_set_own(
        &mut self,
        table: TableIndex,
        key: Value,
        value: Value,
    ) -> Result<(), Failure> {
        self.raw_set(table, key, value).map_err(|error| match error {
            WriteError::ReadOnly => crate::native::internal(),
            WriteError::Set(_) => Failure::Memory,
        })
    }

    /// What a write to a table with a bit of [`state::SLOW_WRITE`] needs first.
    #[cold]
    #[inline(never)]
    pub(crate) fn before_write(&mut self, table: TableIndex) -> Result<(), WriteError> {
        if self.tables[table].state & state::READ_ONLY != 0 {
            return Err(WriteError::ReadOnly);
        }
        if self.tables[table].mark() == Mark::BLACK {
            self.gc.grey_again(&mut self.tables[table], table);
        }
        Ok(())
    }

    // ---- reading ---------------------------------------------------------------------------------

    /// The metatable of a value, or none.
    #[inline]
    pub(crate) fn metatable_of(&self, value: Value) -> TableIndex {
        if let Some(table) = value.as_table() {
            self.tables[table].metatable
        } else if let Some(userdata) = value.as_userdata() {
            self.userdata[userdata].metatable
        } else {
            self.type_metatables[value.type_of() as usize]
        }
    }

    /// A value's metamethod, nil when there is none.
    pub(crate) fn metamethod(&mut self, value: Value, event: Event) -> Value {
        let metatable = self.metatable_of(value);
        if metatable.is_some() { self.event_of(metatable, event) } else { Value::NIL }
    }

    /// The metamethod that a metatable has for an event; an absence is remembered.
    #[inline]
    pub(crate) fn event_of(&mut self, metatable: TableIndex, event: Event) -> Value {
        let table = &mut self.tables[metatable];
        let bit = event.cache_bit();
        if table.absent & bit != 0 {
            return Value::NIL;
        }
        let value = table.get_string(self.event_names[event as usize], &self.strings);
        if value.is_nil() {
            table.absent |= bit;
        }
        value
    }

    /// The number that a value is, or that a string reads as (Lua 5.1 manual §2.2.1).
    pub(crate) fn to_number(&self, value: Value) -> Option<f64> {
        if let Some(n) = value.as_number() {
            return Some(n);
        }
        lua_compiler::number::parse_number(self.strings.bytes(value.as_string()?))
    }

    /// The bytes of a string value, or nothing.
    pub(crate) fn bytes(&self, value: Value) -> &[u8] {
        value.as_string().map_or(&[], |index| self.strings.bytes(index))
    }

    /// What `tostring` gives without metamethods.
    pub(crate) fn describe(&self, value: Value, out: &mut Vec<u8>) {
        match value.type_of() {
            Type::Nil => out.extend_from_slice(b"nil"),
            Type::Boolean => {
                out.extend_from_slice(if value == Value::TRUE { b"true" } else { b"false" });
            }
            Type::Number => number::write_number(out, value.number_bits()),
            Type::String => out.extend_from_slice(self.bytes(value)),
            Type::LightUserdata => match value.as_light_userdata() {
                Some(0) | None => out.extend_from_slice(b"userdata: (nil)"),
                Some(address) => {
                    out.extend_from_slice(format!("userdata: {address:#x}").as_bytes());
                }
            },
            kind => {
                out.extend_from_slice(
                    format!("{}: {:#x}", kind.name(), value.address()).as_bytes(),
                );
            }
        }
    }

    // ---- fuel ------------------------------------------------------------------------------------

    #[inline]
    pub(crate) fn charge_fuel(&mut self, units: u64) -> Result<(), Failure> {
        self.fuel = self.fuel.saturating_sub(units.min(i64::MAX as u64) as i64);
        if self.fuel <= 0 { self.check_ended() } else { Ok(()) }
    }

    /// Ends the run when its fuel is used up or the host has killed it.
    #[cold]
    pub(crate) fn check_ended(&mut self) -> Result<(), Failure> {
        if self.fuel < self.fuel_floor {
            return Err(Failure::Ended(Ending::Fuel));
        }
        if self.kill.load(Ordering::Relaxed) {
            return Err(Failure::Ended(Ending::Killed));
        }
        Ok(())
    }
}

impl From<SetError> for WriteError {
    fn from(error: SetError) -> Self {
        WriteError::Set(error)
    }
}

/// The function of a precompiled chunk, checked, or what is wrong with it.
#[cfg(feature = "bytecode")]
fn undump(source: &[u8], name: &[u8]) -> Result<lua_compiler::Proto, Vec<u8>> {
    lua_compiler::encode::decode(source)
        .map_err(|error| precompiled_error(source, name, error.kind))
}

/// A build without the feature cannot read what it can write.
#[cfg(not(feature = "bytecode"))]
fn undump(_source: &[u8], name: &[u8]) -> Result<lua_compiler::Proto, Vec<u8>> {
    let name = lua_compiler::chunk_id(name);
    Err([&name[..], b": precompiled chunks are not read by this build"].concat())
}

/// What is wrong with a precompiled chunk (PUC `lundump.c`).
#[cfg(feature = "bytecode")]
#[cold]
fn precompiled_error(
    source: &[u8],
    name: &[u8],
    kind: lua_compiler::encode::DecodeErrorKind,
) -> Vec<u8> {
    use lua_compiler::encode::DecodeErrorKind as Kind;
    /// Bytes of PUC's header: it is read as a whole before it is looked at.
    const HEADER_SIZE: usize = 12;
    let name = match name {
        [b'@' | b'=', rest @ ..] => rest,
        [0x1b, ..] => b"binary string",
        _ => crate::native::c_string(name),
    };
    let fault: &[u8] = match kind {
        Kind::Truncated => b"unexpected end",
        _ if source.len() < HEADER_SIZE => b"unexpected end",
        Kind::Signature => b"bad header",
        _ => b"bad code",
    };
    [name, b": ", fault, b" in precompiled chunk"].concat()
}

/// Bytes of a loaded prototype, children apart.
pub(crate) fn proto_bytes(proto: &Proto, children: usize) -> usize {
    let strings: usize = proto
        .constants
        .iter()
        .map(|constant| match constant {
            Constant::String(bytes) => bytes.len(),
            _ => 0,
        })
        .sum();
    let names: usize = proto.locals.iter().map(|local| local.name.len()).sum::<usize>()
        + proto.upvalues.iter().map(|upvalue| upvalue.name.len()).sum::<usize>();
    size_of::<LoadedProto>()
        + 16
        + proto.code.capacity() * 4
        + proto.lines.capacity() * 4
        + proto.constants.capacity() * size_of::<Constant>()
        + proto.constants.len() * size_of::<Value>()
        + proto.locals.capacity() * size_of::<lua_compiler::proto::LocalVar>()
        + proto.upvalues.capacity() * size_of::<lua_compiler::proto::UpvalueDesc>()
        + children * size_of::<usize>()
        + strings
        + names
}
