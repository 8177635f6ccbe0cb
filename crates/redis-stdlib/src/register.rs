//! What a library sees while it is loaded: `redis.register_function`, and next to nothing else.
//!
//! All functions of libraries share one table of globals that is always empty. While a library is loaded, what
//! is looked up there is looked up in the table of this file; later, among the globals of functions. So closures
//! made while loading see all of them later, though none while loading.

use lua_core::error::Failure;
use lua_core::handle::TableIndex;
use lua_core::native::{CallContext, Library, Outcome};
use lua_core::number::NumberText;
use lua_core::value::Value;

use crate::convert::until_nul;
use crate::messages;
use crate::redis::{self, raise};
use crate::script::Flags;
use crate::session::session;

type Native = Result<Outcome, Failure>;

/// `redis`, as the code of a library sees it while it is loaded.
pub(crate) const REDIS: Library = lua_core::library!("redis", {
    "register_function" => register_function,
    "log" => redis::log,
});

/// The functions that a library has registered so far.
#[derive(Debug)]
pub(crate) struct Registration {
    /// The functions by their names: it keeps them alive.
    pub(crate) callbacks: TableIndex,
    pub(crate) functions: Vec<Registered>,
    /// Memory charged for the names and descriptions.
    pub(crate) charged: usize,
}

/// A function as it was registered.
#[derive(Debug)]
pub(crate) struct Registered {
    pub(crate) name: Vec<u8>,
    pub(crate) description: Option<Vec<u8>>,
    pub(crate) flags: Flags,
}

/// The arguments of `redis.register_function`, as far as they are there.
struct Arguments {
    name: Option<Vec<u8>>,
    description: Option<Vec<u8>>,
    callback: Option<Value>,
    flags: Flags,
}

/// Whether this may be the name of a library or a function.
pub(crate) fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|&b| b.is_ascii_alphanumeric() || b == b'_')
}

/// `redis.register_function(name, callback)`, or with one table of named arguments.
fn register_function(cx: &mut CallContext<'_>) -> Native {
    if session(cx)?.registration.is_none() {
        return raise(cx, messages::REGISTER_NOT_NOW);
    }
    let arguments = match (cx.arg_count(), cx.arg(1).as_table()) {
        (1, Some(table)) => named_arguments(cx, table)?,
        (1, None) => Err(messages::REGISTER_SINGLE),
        (2, _) => positional_arguments(cx),
        _ => Err(messages::REGISTER_ARGUMENTS),
    };
    let result = match arguments {
        Ok(arguments) => register(cx, arguments)?,
        Err(text) => Err(text),
    };
    match result {
        Ok(()) => cx.return0(),
        Err(text) => raise(cx, text),
    }
}

fn register(
    cx: &mut CallContext<'_>,
    arguments: Arguments,
) -> Result<Result<(), &'static str>, Failure> {
    let Some(name) = arguments.name else { return Ok(Err(messages::REGISTER_NO_NAME)) };
    let Some(callback) = arguments.callback else { return Ok(Err(messages::REGISTER_NO_CALLBACK)) };
    if !is_name(&name) {
        return Ok(Err(messages::NAME_LETTERS));
    }
    let Some(callbacks) = session(cx)?.registration.as_ref().map(|open| open.callbacks) else {
        return Ok(Err(messages::REGISTER_NOT_NOW));
    };
    let key = cx.string(&name)?;
    if !cx.raw_get(callbacks, key).is_nil() {
        return Ok(Err(messages::REGISTER_TWICE));
    }
    let description_size = arguments.description.as_ref().map_or(0, Vec::len);
    let text_size = name.len() + description_size;
    cx.charge(2 + text_size as u64 / crate::limits::BYTES_PER_FUEL)?;
    let size = text_size + 2 * size_of::<Registered>();
    cx.charge_memory(size)?;
    cx.raw_set(callbacks, key, callback)?;
    if let Some(open) = &mut session(cx)?.registration {
        let Arguments { description, flags, .. } = arguments;
        open.functions.push(Registered { name, description, flags });
        open.charged += size;
    }
    Ok(Ok(()))
}

fn positional_arguments(cx: &CallContext<'_>) -> Result<Arguments, &'static str> {
    let name = text_of(cx, cx.arg(1)).ok_or(messages::REGISTER_FIRST)?;
    let callback = Some(cx.arg(2)).filter(|value| value.is_function());
    let callback = callback.ok_or(messages::REGISTER_SECOND)?;
    Ok(Arguments {
        name: Some(name),
        description: None,
        callback: Some(callback),
        flags: Flags::of_function(),
    })
}

fn named_arguments(
    cx: &mut CallContext<'_>,
    table: TableIndex,
) -> Result<Result<Arguments, &'static str>, Failure> {
    let mut arguments =
        Arguments { name: None, description: None, callback: None, flags: Flags::of_function() };
    let mut position = 0;
    while let Some((next, key, value)) = cx.next_from(table, position) {
        position = next;
        cx.charge(1)?;
        let Some(key) = text_of(cx, key) else { return Ok(Err(messages::REGISTER_KEY)) };
        let is = |name: &str| until_nul(&key).eq_ignore_ascii_case(name.as_bytes());
        if is("function_name") {
            arguments.name = text_of(cx, value);
            if arguments.name.is_none() {
                return Ok(Err(messages::REGISTER_NAME));
            }
        } else if is("description") {
            arguments.description = text_of(cx, value);
            if arguments.description.is_none() {
                return Ok(Err(messages::REGISTER_DESCRIPTION));
            }
        } else if is("callback") {
            arguments.callback = Some(value).filter(|value| value.is_function());
            if arguments.callback.is_none() {
                return Ok(Err(messages::REGISTER_CALLBACK));
            }
        } else if is("flags") {
            let Some(list) = value.as_table() else { return Ok(Err(messages::REGISTER_FLAGS)) };
            if let Err(text) = read_flags(cx, list, &mut arguments.flags)? {
                return Ok(Err(text));
            }
        } else {
            return Ok(Err(messages::REGISTER_UNKNOWN));
        }
    }
    Ok(Ok(arguments))
}

/// Reads a list of flags up to the first nil.
fn read_flags(
    cx: &mut CallContext<'_>,
    list: TableIndex,
    flags: &mut Flags,
) -> Result<Result<(), &'static str>, Failure> {
    for position in 1.. {
        let value = cx.raw_get_position(list, position);
        if value.is_nil() {
            break;
        }
        cx.charge(1)?;
        let name = until_nul(cx.bytes(value));
        if !flags.set(|known| known.eq_ignore_ascii_case(name)) {
            return Ok(Err(messages::REGISTER_FLAG));
        }
    }
    Ok(Ok(()))
}

/// The text of a string or a number.
fn text_of(cx: &CallContext<'_>, value: Value) -> Option<Vec<u8>> {
    if value.is_string() {
        return Some(cx.bytes(value).to_vec());
    }
    value.as_number().map(|number| NumberText::new(number).as_bytes().to_vec())
}
