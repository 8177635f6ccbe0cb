//! `ext`: tables that the host keeps, read and written where they are.
//!
//! A table of the host is a userdata that knows its name. Every read and write asks the host ([`Question`]) and
//! waits; the machine is suspended meanwhile, as for `redis.call`.

use lua_core::continuation::Continuation;
use lua_core::error::Failure;
use lua_core::machine::Machine;
use lua_core::native::{CallContext, Library, Outcome};
use lua_core::value::{Type, Value};
use redis_stdlib::plain::{self, Unfit};
use resp::Reply;

type Native = Result<Outcome, Failure>;

/// What is asked of the host's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Get = 0,
    Set = 1,
    Length = 2,
    Keys = 3,
    /// Whether there is a table with this name.
    Open = 4,
}

/// A question to the host.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) operation: Operation,
    pub(crate) table: Vec<u8>,
    pub(crate) key: Reply,
    pub(crate) value: Reply,
}

/// The host's answer, or why it has none.
pub(crate) type Answer = Result<Reply, Vec<u8>>;

/// The functions of `ext`.
const EXT: Library = lua_core::library!("ext", {
    "table" => table,
    "keys" => keys,
});

/// A table of the host.
struct ExternalTable {
    name: Vec<u8>,
}

const NO_KEY: &str = "a key of an external table is a string, a number or a boolean";
const NO_TABLE: &str = "no external table has this name";
const NOT_EXTERNAL: &str = "external table expected";
const NOBODY: &str = "external tables are for scripts that the host runs itself";

/// Where the metatable and the tables that have been asked for lie in the registry.
const METATABLE: &str = "redmoon.ext.metatable";
const TABLES: &str = "redmoon.ext.tables";

/// Registers `ext`, and a `pairs` that knows its tables.
///
/// # Errors
/// When memory runs out.
pub(crate) fn open(machine: &mut Machine) -> Result<(), Failure> {
    machine.register(&EXT)?;
    declare(machine);
    let (globals, registry) = (machine.globals(), machine.registry());
    machine.with_context(|cx| {
        let metatable = cx.new_table(0, 0)?;
        let tables = cx.new_table(0, 0)?;
        cx.raw_set_field(registry, METATABLE, metatable.into())?;
        cx.raw_set_field(registry, TABLES, tables.into())?;
        for (name, function) in [
            ("ext.__index", index as fn(&mut CallContext<'_>) -> Native),
            ("ext.__newindex", newindex),
            ("ext.__len", len),
            ("ext.__tostring", tostring),
        ] {
            let function = cx.new_native(name, function, &[])?;
            let event = name.trim_start_matches("ext.");
            cx.raw_set_field(metatable, event, function)?;
        }
        // What getmetatable shows.
        let shown = cx.string(b"external table")?;
        cx.raw_set_field(metatable, "__metatable", shown)?;
        let plain = cx.raw_get_field(globals, "pairs")?;
        let pairs = cx.new_native("ext.pairs", pairs, &[plain])?;
        cx.raw_set_field(globals, "pairs", pairs)
    })
}

/// Makes known to snapshots what is made here: external tables are saved by their names.
fn declare(machine: &mut Machine) {
    machine.declare_native("ext.__index", index, &[]);
    machine.declare_native("ext.__newindex", newindex, &[]);
    machine.declare_native("ext.__len", len, &[]);
    machine.declare_native("ext.__tostring", tostring, &[]);
    machine.declare_native("ext.pairs", pairs, &[Type::Function]);
    machine.declare_native("ext.next", next, &[Type::Table, Type::Number, Type::Userdata]);
    machine.declare_userdata(
        "external table",
        |data| data.downcast_ref().map(|table: &ExternalTable| table.name.clone()),
        |name| {
            let size = name.len() + size_of::<ExternalTable>();
            Some((Box::new(ExternalTable { name: name.to_vec() }), size))
        },
    );
}

/// The name of an external table.
fn name_of(cx: &mut CallContext<'_>, value: Value) -> Option<Vec<u8>> {
    cx.userdata::<ExternalTable>(value).map(|table| table.name.clone())
}

fn check(cx: &mut CallContext<'_>) -> Result<Vec<u8>, Failure> {
    let value = cx.arg(1);
    match name_of(cx, value) {
        Some(name) => Ok(name),
        None => Err(cx.arg_error(1, NOT_EXTERNAL)),
    }
}

/// A key or value as the host gets it.
fn outward(cx: &mut CallContext<'_>, value: Value) -> Result<Reply, Failure> {
    match plain::to_reply(cx, value)? {
        Ok(reply) => Ok(reply),
        Err(Unfit::Kind(kind)) => Err(cx.error(format!("an external table cannot hold a {kind}"))),
        Err(Unfit::Depth) => Err(cx.error("a table that is nested too deeply")),
    }
}

/// A key that something is written under.
fn key_outward(cx: &mut CallContext<'_>, key: Value) -> Result<Reply, Failure> {
    match outward(cx, key)? {
        Reply::Array(_) | Reply::Map(_) => Err(cx.error(NO_KEY)),
        key => Ok(key),
    }
}

fn ask(
    cx: &mut CallContext<'_>,
    operation: Operation,
    table: Vec<u8>,
    key: Reply,
    value: Reply,
    then: fn(&mut CallContext<'_>, u32) -> Native,
) -> Native {
    cx.charge(8)?;
    cx.ask_host(Box::new(Question { operation, table, key, value }));
    Ok(Outcome::Host { then: Continuation::Step(then, 0) })
}

/// What the host has answered.
fn answer(cx: &mut CallContext<'_>) -> Result<Reply, Failure> {
    match cx.take_answer().map(Box::<dyn std::any::Any>::downcast::<Answer>) {
        Some(Ok(answer)) => match *answer {
            Ok(reply) => Ok(reply),
            Err(text) => Err(cx.error(text)),
        },
        _ => Err(cx.error(NOBODY)),
    }
}

fn return_answer(cx: &mut CallContext<'_>, _state: u32) -> Native {
    let reply = answer(cx)?;
    let value = plain::to_lua(cx, &reply)?;
    cx.return1(value)
}

/// `ext.table(name)`: always the same value for the same name.
fn table(cx: &mut CallContext<'_>) -> Native {
    let name = cx.check_string(1)?;
    let registry = cx.registry();
    if let Some(tables) = cx.raw_get_field(registry, TABLES)?.as_table() {
        let known = cx.raw_get(tables, name);
        if !known.is_nil() {
            return cx.return1(known);
        }
    }
    let name = cx.bytes(name).to_vec();
    ask(cx, Operation::Open, name, Reply::Nil, Reply::Nil, opened)
}

fn opened(cx: &mut CallContext<'_>, _state: u32) -> Native {
    if answer(cx)? != Reply::Boolean(true) {
        return Err(cx.arg_error(1, NO_TABLE));
    }
    let name = cx.arg(1);
    let bytes = cx.bytes(name).to_vec();
    let value = new_table(cx, bytes)?;
    let registry = cx.registry();
    if let Some(tables) = cx.raw_get_field(registry, TABLES)?.as_table() {
        cx.raw_set(tables, name, value)?;
    }
    cx.return1(value)
}

fn new_table(cx: &mut CallContext<'_>, name: Vec<u8>) -> Result<Value, Failure> {
    let size = name.len() + size_of::<ExternalTable>();
    let registry = cx.registry();
    let metatable = cx.raw_get_field(registry, METATABLE)?.as_table();
    cx.new_userdata(Box::new(ExternalTable { name }), size, metatable)
}

fn index(cx: &mut CallContext<'_>) -> Native {
    let table = check(cx)?;
    let key = outward(cx, cx.arg(2))?;
    ask(cx, Operation::Get, table, key, Reply::Nil, return_answer)
}

fn newindex(cx: &mut CallContext<'_>) -> Native {
    let table = check(cx)?;
    let key = cx.arg(2);
    if key.is_nil() {
        return Err(cx.error("table index is nil"));
    }
    if key.as_number().is_some_and(f64::is_nan) {
        return Err(cx.error("table index is NaN"));
    }
    let key = key_outward(cx, key)?;
    let value = outward(cx, cx.arg(3))?;
    ask(cx, Operation::Set, table, key, value, set)
}

fn set(cx: &mut CallContext<'_>, _state: u32) -> Native {
    answer(cx)?;
    cx.return0()
}

fn len(cx: &mut CallContext<'_>) -> Native {
    let table = check(cx)?;
    ask(cx, Operation::Length, table, Reply::Nil, Reply::Nil, return_answer)
}

fn tostring(cx: &mut CallContext<'_>) -> Native {
    let name = check(cx)?;
    let text = cx.string(&[b"external table: ", name.as_slice()].concat())?;
    cx.return1(text)
}

/// `ext.keys(t)`: a list of the keys that there are now.
fn keys(cx: &mut CallContext<'_>) -> Native {
    let table = check(cx)?;
    ask(cx, Operation::Keys, table, Reply::Nil, Reply::Nil, return_answer)
}

/// `pairs`: of an external table, an iterator over the keys that there are now.
fn pairs(cx: &mut CallContext<'_>) -> Native {
    let value = cx.arg(1);
    match name_of(cx, value) {
        Some(table) => ask(cx, Operation::Keys, table, Reply::Nil, Reply::Nil, keys_for_pairs),
        // What the other one would say it could not say as `pairs`.
        None if value.as_table().is_none() => cx.check_table(1).and_then(|_| cx.return0()),
        None => {
            cx.push(cx.upvalue(0))?;
            let count = cx.push_args(1)?;
            Ok(cx.call(count, -1, Continuation::ReturnResults))
        }
    }
}

fn keys_for_pairs(cx: &mut CallContext<'_>, _state: u32) -> Native {
    let reply = answer(cx)?;
    let keys = plain::to_lua(cx, &reply)?;
    let table = cx.arg(1);
    let next = cx.new_native("ext.next", next, &[keys, Value::number(0.0), table])?;
    cx.return3(next, table, Value::NIL)
}

/// One step of an iteration: entries that are gone meanwhile are left out.
fn next(cx: &mut CallContext<'_>) -> Native {
    let (keys, position, table) = (cx.upvalue(0), cx.upvalue(1), cx.upvalue(2));
    let position = position.as_number().unwrap_or(0.0) + 1.0;
    let key = match keys.as_table() {
        Some(keys) => cx.raw_get_position(keys, position as usize),
        None => Value::NIL,
    };
    if key.is_nil() {
        return cx.return1(Value::NIL);
    }
    cx.set_upvalue(1, Value::number(position));
    let Some(name) = name_of(cx, table) else { return cx.return1(Value::NIL) };
    let key = outward(cx, key)?;
    ask(cx, Operation::Get, name, key, Reply::Nil, next_answered)
}

fn next_answered(cx: &mut CallContext<'_>, _state: u32) -> Native {
    let reply = answer(cx)?;
    if reply == Reply::Nil {
        return next(cx);
    }
    let value = plain::to_lua(cx, &reply)?;
    let (keys, position) = (cx.upvalue(0), cx.upvalue(1));
    let key = match (keys.as_table(), position.as_number()) {
        (Some(keys), Some(position)) => cx.raw_get_position(keys, position as usize),
        _ => Value::NIL,
    };
    cx.return2(key, value)
}
