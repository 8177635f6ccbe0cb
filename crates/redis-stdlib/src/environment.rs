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
use crate::limits;
use crate::messages;
use crate::redis;
use crate::session::{Names, session};
use crate::{bit, cjson, cmsgpack, structs};

type Native = Result<Outcome, Failure>;

/// What Redis has in the place of Lua's own, and its error handler.
const REPLACED: Library = lua_core::library!("", {
    "pcall" => pcall,
    "__redis__err__handler" => error_handler,
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

/// Gives a new machine Redis's libraries. In a sandbox they and what is allowed of Lua are all that there
/// is, and read-only.
///
/// # Errors
/// When the memory limit is too small for them.
pub(crate) fn open(machine: &mut Machine, is_sandbox: bool) -> Result<Names, Failure> {
    let globals = machine.globals();
    if is_sandbox {
        machine.with_context(|cx| remove_others(cx, globals))?;
    }
    machine.register(&REPLACED)?;
    machine.register(&bit::BIT)?;
    let table = machine.register(&cmsgpack::CMSGPACK)?;
    machine.with_context(|cx| set_texts(cx, table, cmsgpack::TEXTS))?;
    machine.register(&structs::STRUCT)?;
    machine.with_context(|cx| {
        let module = cjson::new_module(cx)?;
        let name = cx.string(b"cjson")?;
        cx.raw_set(globals, name, module.into())
    })?;
    let table = machine.register(&redis::REDIS)?;
    machine.with_context(|cx| {
        for &(name, number) in redis::NUMBERS {
            let name = cx.string(name.as_bytes())?;
            cx.raw_set(table, name, Value::number(number))?;
        }
        set_texts(cx, table, &[("REDIS_VERSION", redis::VERSION)])
    })?;
    if is_sandbox {
        protect(machine)?;
    }
    keep_names(machine)
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
fn protect(machine: &mut Machine) -> Result<(), Failure> {
    let globals = machine.globals();
    let metatable = machine.with_context(|cx| {
        let metatable = cx.new_table(0, 1)?;
        let index = cx.new_native("__index", absent_global, &[])?;
        let name = cx.string(b"__index")?;
        cx.raw_set(metatable, name, index)?;
        Ok::<_, Failure>(metatable)
    })?;
    machine.set_metatable(globals.into(), Some(metatable));
    let mut tables = vec![globals, metatable];
    let text = machine.with_context(|cx| cx.string(b""))?;
    tables.extend(machine.metatable(text));
    machine.with_context(|cx| {
        let mut position = 0;
        while let Some((next, _, value)) = cx.next_from(globals, position) {
            position = next;
            tables.extend(value.as_table());
        }
    });
    for table in tables {
        machine.set_read_only(table, true);
    }
    Ok(())
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

/// Sets a global of the run: `KEYS`, `ARGV`.
pub(crate) fn set_list(
    cx: &mut CallContext<'_>,
    name: Value,
    items: &[&[u8]],
) -> Result<(), Failure> {
    let globals = cx.globals();
    let mut values: SmallVec<[Value; 8]> = SmallVec::with_capacity(items.len());
    for item in items {
        values.push(cx.string(item)?);
    }
    let table = cx.new_list(&values)?;
    cx.raw_set(globals, name, table.into())
}

/// `__index` of the globals.
fn absent_global(cx: &mut CallContext<'_>) -> Native {
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

/// Calls a script (the second argument) under the error handler (the first): what the engine starts.
pub(crate) fn run_script(cx: &mut CallContext<'_>) -> Native {
    cx.set_arg_count(2)?;
    let function = cx.arg(2);
    cx.push(function)?;
    Ok(cx.call(0, 1, Continuation::Xpcall))
}

/// Makes a table of an error and writes into it where it was raised.
pub(crate) fn error_handler(cx: &mut CallContext<'_>) -> Native {
    let names = session(cx)?.names;
    let error = cx.arg(1);
    let place = cx.location().map(|(source, line)| (source.to_vec(), line));
    let table = if let Some(table) = error.as_table() {
        table
    } else {
        let mut text = b"ERR ".to_vec();
        cx.describe(error, &mut text);
        let text = cx.string(&text)?;
        let table = cx.new_table(0, 0)?;
        cx.raw_set(table, names.err, text)?;
        table
    };
    if let Some((source, line)) = place {
        let source = cx.string(&source)?;
        cx.raw_set(table, names.source, source)?;
        cx.raw_set(table, names.line, Value::number(f64::from(line)))?;
    }
    cx.return1(table.into())
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
    let mut table = table;
    for _ in 0..limits::INDEX_CHAIN_MAX {
        let text = cx.raw_get(table, names.err);
        if !text.is_nil() {
            return caught(cx, text, error);
        }
        let index = cx.metafield(table.into(), "__index")?;
        match index.as_table() {
            Some(next) => table = next,
            None if index.is_function() => {
                cx.set_arg_count(1)?;
                cx.set_arg(1, error);
                cx.push(index)?;
                cx.push(table.into())?;
                cx.push(names.err)?;
                return Ok(cx.call(2, 1, Continuation::Step(err_found, 0)));
            }
            None => break,
        }
    }
    caught(cx, Value::NIL, error)
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
