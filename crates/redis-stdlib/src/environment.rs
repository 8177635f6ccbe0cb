//! The globals that a script sees: an allow list, read-only, and what reading an absent one raises.
//!
//! `../redis7/environment.md` lists them; a test compares.

use lua_core::continuation::Continuation;
use lua_core::error::Failure;
use lua_core::handle::TableIndex;
use lua_core::machine::Machine;
use lua_core::native::{CallContext, Library, Outcome};
use lua_core::value::Value;
use smallvec::SmallVec;

use crate::convert::until_nul;
use crate::engine::{Config, Environment};
use crate::limits;
use crate::messages;
use crate::redis;
use crate::register;
use crate::session::{Names, session};
use crate::{bit, cjson, cmsgpack, structs};

type Native = Result<Outcome, Failure>;

/// What Redis has in the place of Lua's own, and its error handler.
const REPLACED: Library = lua_core::library!("", {
    "pcall" => pcall,
    "__redis__err__handler" => called_error_handler,
});

/// The same where `pcall` stays Lua's.
const ADDED: Library = lua_core::library!("", {
    "__redis__err__handler" => called_error_handler,
});

/// The globals of Lua itself that scripts see.
const ALLOWED: &[&str] = &[
    "_G",
    "_VERSION",
    "__redis__err__handler",
    "assert",
    "collectgarbage",
    "coroutine",
    "error",
    "gcinfo",
    "getmetatable",
    "ipairs",
    "load",
    "loadstring",
    "math",
    "next",
    "pairs",
    "pcall",
    "rawequal",
    "rawget",
    "rawset",
    "select",
    "setmetatable",
    "string",
    "table",
    "tonumber",
    "tostring",
    "type",
    "unpack",
    "xpcall",
];

/// Globals of scripts and of functions that are libraries of this crate, or functions of its own.
const OURS: &[&str] = &["bit", "cjson", "cmsgpack", "redis", "struct"];

/// Whether a script in the sandbox finds a global with this name.
pub(crate) fn is_global_of_scripts(name: &[u8]) -> bool {
    is_global_of_functions(name)
        || [&b"KEYS"[..], b"ARGV", b"__redis__err__handler"].contains(&name)
}

/// Whether a function of a library does.
pub(crate) fn is_global_of_functions(name: &[u8]) -> bool {
    let is_one_of = |names: &[&str]| names.iter().any(|known| known.as_bytes() == name);
    name != b"__redis__err__handler" && (is_one_of(ALLOWED) || is_one_of(OURS))
}

/// Whether the code of a library does while it is loaded.
pub(crate) fn is_global_while_loading(name: &[u8]) -> bool {
    name == b"redis"
}

/// The tables in which scripts and libraries look their globals up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Globals {
    pub(crate) are_read_only: bool,
    /// Those of libraries; only in the interpreter of functions.
    pub(crate) of_libraries: Option<LibraryGlobals>,
}

/// The globals of the code of libraries: an empty table, and what is looked up instead (`register.rs`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct LibraryGlobals {
    pub(crate) empty: TableIndex,
    pub(crate) metatable: TableIndex,
    pub(crate) while_loading: TableIndex,
}

/// Members of `redis` that functions do not have.
const ONLY_IN_SCRIPTS: &[&str] = &["replicate_commands", "breakpoint", "debug"];

/// Gives a new machine Redis's libraries. In a sandbox they and what is allowed of Lua are all that there
/// is, and read-only.
///
/// # Errors
/// When the memory limit is too small for them.
pub(crate) fn open(
    machine: &mut Machine,
    config: &Config,
    is_for_functions: bool,
) -> Result<(Names, Globals), Failure> {
    let is_sandbox = matches!(config.environment, Environment::Sandbox);
    let keeps_pcall = matches!(config.environment, Environment::Open { keeps_pcall: true, .. });
    let globals = machine.globals();
    if is_sandbox {
        machine.with_context(|cx| remove_others(cx, globals))?;
    }
    machine.register(if keeps_pcall { &ADDED } else { &REPLACED })?;
    machine.register(&bit::BIT)?;
    let table = machine.register(&cmsgpack::CMSGPACK)?;
    machine.with_context(|cx| set_texts(cx, table, cmsgpack::TEXTS))?;
    machine.register(&structs::STRUCT)?;
    machine.with_context(|cx| {
        let module = cjson::new_module(cx)?;
        let name = cx.string(b"cjson")?;
        cx.raw_set(globals, name, module.into())
    })?;
    let mut while_loading = None;
    if is_for_functions {
        let redis = machine.register(&register::REDIS)?;
        let constants =
            |(name, _): &&(&str, f64)| name.starts_with("LOG") || name.starts_with("REDIS");
        machine.with_context(|cx| {
            set_constants(cx, redis, redis::NUMBERS.iter().filter(constants))?;
            // The functions' own `redis` is another table.
            let name = cx.string(b"redis")?;
            cx.raw_set(globals, name, Value::NIL)
        })?;
        while_loading = Some(redis);
    }
    let table = machine.register(&redis::REDIS)?;
    machine.with_context(|cx| {
        set_constants(cx, table, redis::NUMBERS.iter())?;
        if is_for_functions {
            let handler = cx.string(b"__redis__err__handler")?;
            cx.raw_set(globals, handler, Value::NIL)?;
            for name in ONLY_IN_SCRIPTS {
                let name = cx.string(name.as_bytes())?;
                cx.raw_set(table, name, Value::NIL)?;
            }
        }
        Ok::<(), Failure>(())
    })?;
    if let Some(libraries) = &config.libraries {
        libraries(machine)?;
    }
    let metatable = if is_sandbox { Some(protect(machine)?) } else { None };
    let of_libraries = match while_loading {
        Some(redis) => Some(open_for_libraries(machine, redis, metatable)?),
        None => None,
    };
    let names = keep_names(machine)?;
    Ok((names, Globals { are_read_only: is_sandbox, of_libraries }))
}

/// Opens the host's libraries later; what they add is protected as everything else.
///
/// # Errors
/// When memory runs out.
pub(crate) fn open_libraries(machine: &mut Machine, config: &Config) -> Result<(), Failure> {
    let Some(libraries) = &config.libraries else { return Ok(()) };
    if !matches!(config.environment, Environment::Sandbox) {
        return libraries(machine);
    }
    let globals = machine.globals();
    machine.set_read_only(globals, false);
    let opened = libraries(machine);
    for table in tables_in(machine, globals) {
        machine.set_read_only(table, true);
    }
    machine.set_read_only(globals, true);
    opened
}

/// The tables among the values of a table.
fn tables_in(machine: &mut Machine, table: TableIndex) -> Vec<TableIndex> {
    let mut tables = Vec::new();
    machine.with_context(|cx| {
        let mut position = 0;
        while let Some((next, _, value)) = cx.next_from(table, position) {
            position = next;
            tables.extend(value.as_table());
        }
    });
    tables
}

/// Makes the globals of libraries. `absent` is the metatable of tables whose absent fields are errors.
fn open_for_libraries(
    machine: &mut Machine,
    redis: TableIndex,
    absent: Option<TableIndex>,
) -> Result<LibraryGlobals, Failure> {
    let registry = machine.registry();
    let made = machine.with_context(|cx| {
        let [empty, metatable, while_loading] =
            [cx.new_table(0, 0)?, cx.new_table(0, 1)?, cx.new_table(0, 1)?];
        for (name, table) in [("redmoon.empty", empty), ("redmoon.loading", while_loading)] {
            let name = cx.string(name.as_bytes())?;
            cx.raw_set(registry, name, table.into())?;
        }
        let name = cx.string(b"redis")?;
        cx.raw_set(while_loading, name, redis.into())?;
        Ok::<_, Failure>(LibraryGlobals { empty, metatable, while_loading })
    })?;
    machine.set_metatable(made.empty.into(), Some(made.metatable));
    machine.set_metatable(redis.into(), absent);
    machine.set_metatable(made.while_loading.into(), absent);
    for table in [made.empty, made.while_loading, redis] {
        machine.set_read_only(table, true);
    }
    made.look_up(machine, false)?;
    Ok(made)
}

impl LibraryGlobals {
    /// All of them, for snapshots.
    pub(crate) fn tables(&self) -> [TableIndex; 3] {
        [self.empty, self.metatable, self.while_loading]
    }

    /// Chooses where libraries look their globals up.
    ///
    /// # Errors
    /// When memory runs out.
    pub(crate) fn look_up(&self, machine: &mut Machine, is_loading: bool) -> Result<(), Failure> {
        let globals = machine.globals();
        let table = if is_loading { self.while_loading } else { globals };
        machine.with_context(|cx| {
            let index = cx.string(b"__index")?;
            cx.raw_set(self.metatable, index, table.into())
        })
    }
}

fn set_constants<'a>(
    cx: &mut CallContext<'_>,
    table: TableIndex,
    numbers: impl Iterator<Item = &'a (&'a str, f64)>,
) -> Result<(), Failure> {
    for &(name, number) in numbers {
        let name = cx.string(name.as_bytes())?;
        cx.raw_set(table, name, Value::number(number))?;
    }
    set_texts(cx, table, &[("REDIS_VERSION", redis::VERSION)])
}

fn set_texts(
    cx: &mut CallContext<'_>,
    table: TableIndex,
    texts: &[(&str, &str)],
) -> Result<(), Failure> {
    for (name, text) in texts {
        let (name, text) = (cx.string(name.as_bytes())?, cx.string(text.as_bytes())?);
        cx.raw_set(table, name, text)?;
    }
    Ok(())
}

fn remove_others(cx: &mut CallContext<'_>, globals: TableIndex) -> Result<(), Failure> {
    let mut position = 0;
    while let Some((next, key, _)) = cx.next_from(globals, position) {
        position = next;
        if !ALLOWED.iter().any(|name| name.as_bytes() == cx.bytes(key)) {
            cx.raw_set(globals, key, Value::NIL)?;
        }
    }
    Ok(())
}

/// Makes every table that a script finds read-only, and absent globals an error.
fn protect(machine: &mut Machine) -> Result<TableIndex, Failure> {
    let globals = machine.globals();
    let metatable = machine.with_context(|cx| {
        let metatable = cx.new_table(0, 1)?;
        let index = cx.new_native("absent global", absent_global, &[])?;
        let name = cx.string(b"__index")?;
        cx.raw_set(metatable, name, index)?;
        Ok::<_, Failure>(metatable)
    })?;
    machine.set_metatable(globals.into(), Some(metatable));
    let mut tables = vec![globals, metatable];
    let text = machine.with_context(|cx| cx.string(b""))?;
    tables.extend(machine.metatable(text));
    tables.extend(tables_in(machine, globals));
    for table in tables {
        machine.set_read_only(table, true);
    }
    Ok(metatable)
}

fn keep_names(machine: &mut Machine) -> Result<Names, Failure> {
    let registry = machine.registry();
    machine.with_context(|cx| {
        let kept = cx.new_table(0, 0)?;
        let name = cx.string(b"redmoon.names")?;
        cx.raw_set(registry, name, kept.into())?;
        Names::new(cx, |cx, value| cx.raw_set(kept, value, Value::TRUE))
    })
}

/// The names in a machine whose registry has come from a snapshot.
///
/// # Errors
/// When memory runs out, or the registry is none of ours.
pub(crate) fn restore_names(machine: &mut Machine) -> Result<Names, Failure> {
    let registry = machine.registry();
    machine.with_context(|cx| {
        let kept = cx.raw_get_field(registry, "redmoon.names")?.as_table();
        let kept = kept.ok_or(Failure::Ended(lua_core::error::Ending::Internal))?;
        Names::new(cx, |cx, value| cx.raw_set(kept, value, Value::TRUE))
    })
}

/// A list of texts.
///
/// # Errors
/// When memory runs out.
pub(crate) fn list(cx: &mut CallContext<'_>, items: &[&[u8]]) -> Result<Value, Failure> {
    let mut values: SmallVec<[Value; 8]> = SmallVec::with_capacity(items.len());
    for item in items {
        values.push(cx.string(item)?);
    }
    Ok(cx.new_list(&values)?.into())
}

/// Sets a global of the run: `KEYS`, `ARGV`.
///
/// # Errors
/// When memory runs out.
pub(crate) fn set_list(
    cx: &mut CallContext<'_>,
    name: Value,
    items: &[&[u8]],
) -> Result<(), Failure> {
    let globals = cx.globals();
    let list = list(cx, items)?;
    cx.raw_set(globals, name, list)
}

/// `__index` of the globals.
pub(crate) fn absent_global(cx: &mut CallContext<'_>) -> Native {
    if cx.arg_count() != 2 {
        return Err(cx.error(messages::GLOBAL_ARGUMENTS));
    }
    let key = cx.arg(2);
    if !key.is_string() && !key.is_number() {
        return Err(cx.error(messages::GLOBAL_KEY));
    }
    let name = cx.check_string(2)?;
    let text = [messages::NO_GLOBAL.as_bytes(), until_nul(cx.bytes(name)), b"'"].concat();
    Err(cx.error(text))
}

/// Calls a script (the second argument) with the arguments behind it under the error handler (the first): what
/// the engine starts. One argument behind it, of any value, stands for none and asks for all results.
pub(crate) fn run_script(cx: &mut CallContext<'_>) -> Native {
    let [function, keys, args] = [cx.arg(2), cx.arg(3), cx.arg(4)];
    let count = cx.arg_count().saturating_sub(2);
    cx.set_arg_count(2)?;
    if count < 2 {
        cx.push(function)?;
        // Of a program, all results are wanted.
        let results = if count == 0 { 1 } else { -1 };
        return Ok(cx.call(0, results, Continuation::Xpcall));
    }
    cx.call_with(function, [keys, args], 1, Continuation::Xpcall)
}

/// The error handler of runs.
pub(crate) fn error_handler(cx: &mut CallContext<'_>) -> Native {
    // What is called without being a function was called by the native that raised.
    let was_called = cx.bytes(cx.arg(1)).starts_with(b"attempt to call a ");
    let place = match cx.raise_place(was_called) {
        Some(Some((source, line))) => Some((source.to_vec(), f64::from(line))),
        Some(None) => Some((b"=[C]".to_vec(), -1.0)),
        None => None,
    };
    if session(cx)?.traceback.is_some() {
        let traceback = cx.traceback();
        session(cx)?.traceback = Some(traceback);
    }
    let run = session(cx)?;
    if run.is_program {
        run.raised_at = place.map(|(source, line)| (source, line as i64));
        return cx.return1(cx.arg(1));
    }
    let table = decorated(cx, place)?;
    let names = session(cx)?.names;
    // `err` may be anywhere along a chain of `__index`, as when a field is read.
    match inherited(cx, table, names.err)? {
        Inherited::Value(value) => {
            cx.raw_set(table, names.err, value)?;
            cx.return1(table.into())
        }
        Inherited::Function(function, holder) => {
            cx.set_arg_count(1)?;
            cx.set_arg(1, table.into());
            cx.call_with(function, [holder.into(), names.err], 1, Continuation::Step(err_read, 0))
        }
        Inherited::Nothing => cx.return1(table.into()),
    }
}

/// `__index` has said what `err` of the error in the first argument is.
fn err_read(cx: &mut CallContext<'_>, _state: u32) -> Native {
    let (text, error) = (cx.result(), cx.arg(1));
    let names = session(cx)?.names;
    if let Some(table) = error.as_table() {
        cx.raw_set(table, names.err, text)?;
    }
    cx.return1(error)
}

/// The error handler as scripts call it.
fn called_error_handler(cx: &mut CallContext<'_>) -> Native {
    if cx.arg(1).as_table().is_some_and(|table| cx.is_read_only(table)) {
        return Err(
            cx.raise_text(messages::HANDLER_READ_ONLY.trim_start_matches("ERR ").as_bytes())
        );
    }
    let place = cx.location().map(|(source, line)| (source.to_vec(), f64::from(line)));
    let table = decorated(cx, place)?;
    cx.return1(table.into())
}

/// Makes a table of the error in the first argument and writes into it where it was raised.
fn decorated(
    cx: &mut CallContext<'_>,
    place: Option<(Vec<u8>, f64)>,
) -> Result<TableIndex, Failure> {
    let names = session(cx)?.names;
    let error = cx.arg(1);
    let (table, place) = match error.as_table() {
        // The handler fails, and is called again for that.
        Some(table) if cx.is_read_only(table) && place.is_some() => {
            let text = cx.string(messages::HANDLER_READ_ONLY.as_bytes())?;
            let table = cx.new_table(0, 0)?;
            cx.raw_set(table, names.err, text)?;
            (table, Some((b"@err_handler_def".to_vec(), 10.0)))
        }
        Some(table) => (table, place),
        None => {
            let mut text = b"ERR ".to_vec();
            cx.describe(error, &mut text);
            let text = cx.string(&text)?;
            let table = cx.new_table(0, 0)?;
            cx.raw_set(table, names.err, text)?;
            (table, place)
        }
    };
    let Some((source, line)) = place else { return Ok(table) };
    let is_guarded = !cx.metafield(table.into(), "__newindex")?.is_nil();
    let source = cx.string(&source)?;
    for (name, value) in [(names.source, source), (names.line, Value::number(line))] {
        // What is new goes to `__newindex`, and so nowhere where it is looked for.
        if !is_guarded || !cx.raw_get(table, name).is_nil() {
            cx.raw_set(table, name, value)?;
        }
    }
    Ok(table)
}

/// What `__index` makes of a field.
enum Inherited {
    /// A table in the chain has it.
    Value(Value),
    /// This function is to be asked, about that table.
    Function(Value, TableIndex),
    /// The field is there itself, or nowhere.
    Nothing,
}

fn inherited(
    cx: &mut CallContext<'_>,
    table: TableIndex,
    name: Value,
) -> Result<Inherited, Failure> {
    let mut holder = table;
    for step in 0..limits::INDEX_CHAIN_MAX {
        let value = cx.raw_get(holder, name);
        if !value.is_nil() {
            return Ok(if step == 0 { Inherited::Nothing } else { Inherited::Value(value) });
        }
        let index = cx.metafield(holder.into(), "__index")?;
        match index.as_table() {
            Some(next) => holder = next,
            None if index.is_function() => return Ok(Inherited::Function(index, holder)),
            None => break,
        }
    }
    Ok(Inherited::Nothing)
}

// ---- pcall ---------------------------------------------------------------------------------------

/// `pcall` as Redis has it: an error that is a table with a text in `err` is caught as that text, any other
/// table together with its `err`, a third result; and a call without arguments fails inside.
fn pcall(cx: &mut CallContext<'_>) -> Native {
    let count = cx.arg_count();
    if count == 0 {
        cx.set_arg_count(1)?;
    }
    for position in 1..=count.max(1) {
        let value = cx.arg(position);
        cx.push(value)?;
    }
    Ok(cx.call(count.max(1) - 1, -1, Continuation::Protected(pcall_returned)))
}

fn pcall_returned(cx: &mut CallContext<'_>, raised: u32) -> Native {
    if raised == 0 {
        return cx.return_results_after(Value::TRUE);
    }
    let error = cx.result();
    let names = session(cx)?.names;
    let Some(table) = error.as_table() else { return cx.return2(Value::FALSE, error) };
    match inherited(cx, table, names.err)? {
        Inherited::Value(text) => caught(cx, text, error),
        Inherited::Function(function, holder) => {
            cx.set_arg_count(1)?;
            cx.set_arg(1, error);
            cx.call_with(function, [holder.into(), names.err], 1, Continuation::Step(err_found, 0))
        }
        Inherited::Nothing => {
            let text = cx.raw_get(table, names.err);
            caught(cx, text, error)
        }
    }
}

/// `__index` has said what `err` of the error in the first argument is.
fn err_found(cx: &mut CallContext<'_>, _state: u32) -> Native {
    let (text, error) = (cx.result(), cx.arg(1));
    caught(cx, text, error)
}

fn caught(cx: &mut CallContext<'_>, text: Value, error: Value) -> Native {
    if text.is_string() || text.is_number() {
        return cx.return2(Value::FALSE, text);
    }
    for result in [Value::FALSE, error, text] {
        cx.push(result)?;
    }
    cx.return_pushed(3)
}
