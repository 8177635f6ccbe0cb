//! The basic functions. Lua 5.1 manual §5.1.

use crate::continuation::Continuation;
use crate::coroutine::Status;
use crate::error::Failure;
use crate::handle::TableIndex;
use crate::heap::WriteError;
use crate::native::{CallContext, Library, Outcome, internal};
use crate::value::{Type, Value};
use crate::vm::metamethod::Event;
use crate::vm::raise::Level;

type Native = Result<Outcome, Failure>;

fn assert(cx: &mut CallContext<'_>) -> Native {
    let value = cx.check_any(1)?;
    if !value.is_truthy() {
        return Err(match cx.opt_string(2)? {
            Some(message) => {
                let text = crate::native::c_string(cx.bytes(message)).to_vec();
                cx.error(text)
            }
            None => cx.error("assertion failed!"),
        });
    }
    let count = cx.arg_count();
    cx.co.top = cx.args_end;
    cx.return_pushed(count)
}

fn collectgarbage(cx: &mut CallContext<'_>) -> Native {
    const OPTIONS: [&str; 7] =
        ["stop", "restart", "collect", "count", "step", "setpause", "setstepmul"];
    let option = cx.check_option(1, Some("collect"), &OPTIONS)?;
    let number = cx.opt_int(2, 0)?;
    let limit = cx.co.top;
    let running = cx.heap.running;
    let result = match OPTIONS[option] {
        "stop" => {
            cx.heap.gc.stopped = true;
            Value::number(0.0)
        }
        "restart" => {
            cx.heap.gc.stopped = false;
            // Soon, but not before this statement is done with.
            cx.heap.budget.debt = cx.heap.budget.debt.max(-4096);
            Value::number(0.0)
        }
        "count" => Value::number(cx.heap.budget.used as f64 / 1024.0),
        "step" => {
            let (heap, co) = (&mut *cx.heap, &mut *cx.co);
            let kilobytes = usize::try_from(number).unwrap_or(0);
            heap.charge_fuel(kilobytes as u64 / 4 + 1)?;
            Value::boolean(heap.step_by(co, running, limit, kilobytes))
        }
        "setpause" => {
            let old = core::mem::replace(&mut cx.heap.gc.pause, number);
            Value::number(f64::from(old))
        }
        "setstepmul" => {
            let old = core::mem::replace(&mut cx.heap.gc.step_multiplier, number);
            Value::number(f64::from(old))
        }
        _ => {
            let (heap, co) = (&mut *cx.heap, &mut *cx.co);
            heap.collect_all(co, running, limit);
            // What is left is the same on every machine; how much garbage there was, and its bytes, is not.
            heap.charge_fuel(heap.reachable_slots() as u64 / 4)?;
            Value::number(0.0)
        }
    };
    if cx.heap.gc.finalizable.is_empty() {
        return cx.return1(result);
    }
    // Finalisers are part of the collection: their errors are its errors.
    cx.set_arg_count(1)?;
    cx.set_arg(1, result);
    // Hooks do not hear of what finalisers do.
    cx.co.hook.mute();
    finalize_next(cx, 0)
}

/// Calls the next finaliser that is due; behind the last, `collectgarbage` returns its first slot.
pub(crate) fn finalize_next(cx: &mut CallContext<'_>, _: u32) -> Native {
    cx.drop_results();
    while let Some(userdata) = cx.heap.gc.finalizable.pop_front() {
        let handler = cx.heap.metamethod(userdata.into(), Event::Gc);
        if !handler.is_nil() {
            cx.push(handler)?;
            cx.push(userdata.into())?;
            return Ok(cx.call(1, 0, Continuation::Step(finalize_next, 0)));
        }
    }
    cx.co.hook.unmute();
    let result = cx.arg(1);
    cx.return1(result)
}

fn gcinfo(cx: &mut CallContext<'_>) -> Native {
    let kilobytes = cx.heap.budget.used / 1024;
    cx.return1(Value::number(kilobytes as f64))
}

fn error(cx: &mut CallContext<'_>) -> Native {
    let level = cx.opt_int(2, 1)?;
    let value = cx.arg(1);
    if (value.is_string() || value.is_number()) && level > 0 {
        let mut text = cx.position(level as usize);
        cx.heap.describe(value, &mut text);
        return Err(cx.raise_text(&text));
    }
    Err(cx.raise(value))
}

/// The function that `getfenv` and `setfenv` are about: an argument that is one, or the one at a level.
fn function_at(cx: &mut CallContext<'_>, optional: bool) -> Result<Value, Failure> {
    let value = cx.arg(1);
    if value.is_function() {
        return Ok(value);
    }
    let level = if optional { cx.opt_int(1, 1)? } else { cx.check_int(1)? };
    if level < 0 {
        return Err(cx.arg_error(1, "level must be non-negative"));
    }
    if level == 0 {
        return Ok(Value::NIL);
    }
    match cx.co.level(cx.caller_depth(), level as usize) {
        Level::Frame(index) => Ok(cx.co.stack[cx.co.frames.as_slice()[index].function as usize]),
        Level::TailCall => {
            Err(cx.error(format!("no function environment for tail call at level {level}")))
        }
        // Below the main program is the host's function, which has no environment of its own.
        Level::None if !cx.co.resumer.is_some() && cx.is_host_level(level as usize) => {
            Ok(Value::NIL)
        }
        Level::None => Err(cx.arg_error(1, "invalid level")),
    }
}

fn getfenv(cx: &mut CallContext<'_>) -> Native {
    let function = function_at(cx, true)?;
    let environment = match function.as_closure() {
        Some(closure) => cx.heap.closures[closure].environment,
        // A native's environment is the table of globals.
        None => cx.co.globals,
    };
    cx.return1(environment.into())
}

fn setfenv(cx: &mut CallContext<'_>) -> Native {
    let environment = cx.check_table(2)?;
    let function = function_at(cx, false)?;
    cx.heap.barrier(environment.into());
    if cx.arg(1).is_number() && cx.check_number(1)? == 0.0 {
        cx.co.globals = environment;
        return cx.return0();
    }
    match function.as_closure() {
        Some(closure) => {
            cx.heap.closures[closure].environment = environment;
            cx.return1(function)
        }
        None => Err(cx.error("'setfenv' cannot change environment of given object")),
    }
}

fn getmetatable(cx: &mut CallContext<'_>) -> Native {
    let value = cx.check_any(1)?;
    let metatable = cx.heap.metatable_of(value);
    if !metatable.is_some() {
        return cx.return1(Value::NIL);
    }
    let protected = cx.heap.event_of(metatable, Event::Metatable);
    cx.return1(if protected.is_nil() { metatable.into() } else { protected })
}

fn setmetatable(cx: &mut CallContext<'_>) -> Native {
    let table = cx.check_table(1)?;
    let metatable = cx.arg(2);
    if !(metatable.as_table().is_some() || (metatable.is_nil() && cx.has_arg(2))) {
        return Err(cx.arg_error(2, "nil or table expected"));
    }
    let old = cx.heap.tables[table].metatable;
    if old.is_some() && !cx.heap.event_of(old, Event::Metatable).is_nil() {
        return Err(cx.error("cannot change a protected metatable"));
    }
    if cx.heap.tables[table].is_slow_write()
        && cx.heap.before_write(table) == Err(WriteError::ReadOnly)
    {
        return Err(cx.raise_text(b"Attempt to modify a readonly table"));
    }
    cx.heap.barrier(metatable);
    cx.heap.tables[table].metatable = metatable.as_table().unwrap_or(TableIndex::NONE);
    cx.return1(table.into())
}

pub(crate) fn ipairs_step(cx: &mut CallContext<'_>) -> Native {
    let position = cx.check_int(2)?.wrapping_add(1);
    let table = cx.check_table(1)?;
    let value = match usize::try_from(position) {
        Ok(position) => cx.raw_get_position(table, position),
        Err(_) => cx.raw_get(table, Value::number(f64::from(position))),
    };
    if value.is_nil() {
        return cx.return1(Value::NIL);
    }
    cx.return2(Value::number(f64::from(position)), value)
}

pub(crate) fn ipairs(cx: &mut CallContext<'_>) -> Native {
    let table = cx.check_table(1)?;
    let step = cx.upvalue(0);
    cx.return3(step, table.into(), Value::number(0.0))
}

pub(crate) fn next(cx: &mut CallContext<'_>) -> Native {
    let table = cx.check_table(1)?;
    let key = cx.arg(2);
    let Ok(next) = cx.heap.tables[table].next(key, &cx.heap.strings) else {
        return Err(cx.raise_text(b"invalid key to 'next'"));
    };
    cx.charge(next.fuel())?;
    match next.entry {
        Some((key, value)) => cx.return2(key, value),
        None => cx.return1(Value::NIL),
    }
}

fn pairs(cx: &mut CallContext<'_>) -> Native {
    let table = cx.check_table(1)?;
    let next = cx.heap.pairs_function;
    cx.return3(next, table.into(), Value::NIL)
}

pub(crate) fn newproxy(cx: &mut CallContext<'_>) -> Native {
    let given = cx.arg(1);
    let metatable = if !given.is_truthy() {
        TableIndex::NONE
    } else if given == Value::TRUE {
        let metatable = cx.new_table(0, 0)?;
        let Some(known) = cx.upvalue(0).as_table() else { return Err(internal()) };
        cx.raw_set(known, metatable.into(), Value::TRUE)?;
        metatable
    } else {
        let metatable = cx.heap.metatable_of(given);
        let Some(known) = cx.upvalue(0).as_table() else { return Err(internal()) };
        if !metatable.is_some() || !cx.raw_get(known, metatable.into()).is_truthy() {
            return Err(cx.arg_error(1, "boolean or proxy expected"));
        }
        metatable
    };
    let globals = cx.co.globals;
    let userdata = cx.heap.new_userdata(None, 0, globals)?;
    cx.heap.userdata[userdata].metatable = metatable;
    cx.return1(userdata.into())
}

// ---- loading -------------------------------------------------------------------------------------

/// Loads a chunk that a script gave; its function, or `nil` and the message.
pub(crate) fn load_chunk(cx: &mut CallContext<'_>, source: &[u8], name: &[u8]) -> Native {
    match cx.heap.load(source, name, cx.co.globals, cx.depth())? {
        Ok(function) => cx.return1(function),
        Err(message) => {
            let message = cx.string(&message)?;
            cx.return2(Value::NIL, message)
        }
    }
}

fn loadstring(cx: &mut CallContext<'_>) -> Native {
    let source = cx.check_string(1)?;
    let source = cx.bytes(source).to_vec();
    let name = match cx.opt_string(2)? {
        Some(name) => crate::native::c_string(cx.bytes(name)).to_vec(),
        None => crate::native::c_string(&source).to_vec(),
    };
    load_chunk(cx, &source, &name)
}

fn load(cx: &mut CallContext<'_>) -> Native {
    let reader = cx.check_function(1)?;
    if cx.opt_string(2)?.is_none() {
        let name = cx.string(b"=(load)")?;
        cx.set_arg_count(2)?;
        cx.set_arg(2, name);
    }
    cx.set_arg_count(2)?;
    cx.push(reader)?;
    Ok(cx.call(0, 1, Continuation::Load(Box::default())))
}

/// A piece of a chunk has come from `load`'s reader.
#[expect(clippy::box_collection, reason = "a continuation carries it, and must stay small")]
pub(crate) fn load_step(cx: &mut CallContext<'_>, mut source: Box<Vec<u8>>) -> Native {
    let piece = cx.result();
    cx.drop_results();
    let text = if let Some(n) = piece.as_number() { cx.heap.number_to_string(n)? } else { piece };
    let is_last = piece.is_nil() || (text.is_string() && cx.bytes(text).is_empty());
    if is_last {
        cx.refund(source.capacity());
        let name = crate::native::c_string(cx.bytes(cx.arg(2))).to_vec();
        return load_chunk(cx, &source, &name);
    }
    if !text.is_string() {
        // The error belongs to `load`'s own protected call: its continuation waits on, and catches it.
        if let Some(frame) = cx.co.frames.last_mut() {
            frame.waiting = true;
        }
        cx.co.continuations.push(Continuation::Load(source));
        return Err(cx.error("reader function must return a string"));
    }
    let more = cx.bytes(text).len();
    let before = source.capacity();
    if source.len() + more > before {
        let room = (source.len() + more).max(before * 2) - before;
        if let Err(failure) = cx.charge_memory(room) {
            cx.refund(before);
            return Err(failure);
        }
        source.reserve_exact(before + room - source.len());
        let real = source.capacity();
        cx.refund((before + room).saturating_sub(real));
    }
    source.extend_from_slice(cx.bytes(text));
    let reader = cx.arg(1);
    cx.push(reader)?;
    Ok(cx.call(0, 1, Continuation::Load(source)))
}

// ---- protected calls -----------------------------------------------------------------------------

fn pcall(cx: &mut CallContext<'_>) -> Native {
    cx.check_any(1)?;
    let args = cx.arg_count() as u32 - 1;
    let at = cx.function as u32 + 1;
    Ok(Outcome::Call { at, args, results: -1, then: Continuation::Pcall })
}

fn xpcall(cx: &mut CallContext<'_>) -> Native {
    cx.check_any(2)?;
    cx.set_arg_count(2)?;
    let (function, handler) = (cx.arg(1), cx.arg(2));
    // The machine looks for the handler in the first slot.
    cx.set_arg(1, handler);
    cx.set_arg(2, function);
    let at = cx.function as u32 + 2;
    Ok(Outcome::Call { at, args: 0, results: -1, then: Continuation::Xpcall })
}

/// The function that `pcall` or `xpcall` called has returned.
pub(crate) fn pcall_returned(cx: &mut CallContext<'_>) -> Native {
    let (from, to) = (cx.results_at, cx.co.top);
    cx.co.stack.copy_within(from..to, cx.function + 1);
    cx.co.stack[cx.function] = Value::TRUE;
    Ok(Outcome::Return((to - from) as u32 + 1))
}

// ---- values --------------------------------------------------------------------------------------

fn print(cx: &mut CallContext<'_>) -> Native {
    print_from(cx, 1)
}

/// Prints the arguments from `position` on, as far as no metamethod or script has a say in it.
fn print_from(cx: &mut CallContext<'_>, position: usize) -> Native {
    let globals = cx.co.globals;
    let name = cx.string(b"tostring")?;
    let tostring = cx.raw_get(globals, name);
    // A hook hears of the calls of `tostring`.
    let is_ours = tostring == cx.heap.tostring_function && !cx.co.hook.watches_natives();
    let mut buffer = core::mem::take(&mut cx.heap.scratch);
    buffer.clear();
    for position in position..=cx.arg_count() {
        let value = cx.arg(position);
        if is_ours && cx.heap.metamethod(value, Event::ToString).is_nil() {
            if position > 1 {
                buffer.push(b'\t');
            }
            describe_printed(cx, value, &mut buffer);
            continue;
        }
        cx.heap.print(&buffer);
        cx.heap.scratch = buffer;
        cx.push(tostring)?;
        cx.push(value)?;
        return Ok(cx.call(1, 1, Continuation::Print(position as u32)));
    }
    buffer.push(b'\n');
    cx.heap.print(&buffer);
    cx.heap.scratch = buffer;
    cx.return0()
}

/// Appends what `print` shows of a value: C's `fputs` stops at a NUL.
fn describe_printed(cx: &CallContext<'_>, value: Value, buffer: &mut Vec<u8>) {
    let start = buffer.len();
    cx.heap.describe(value, buffer);
    if let Some(end) = memchr::memchr(0, &buffer[start..]) {
        buffer.truncate(start + end);
    }
}

/// `tostring` has given the text of the argument at `position`.
pub(crate) fn print_step(cx: &mut CallContext<'_>, position: u32) -> Native {
    let text = cx.result();
    cx.drop_results();
    if !text.is_string() && !text.is_number() {
        return Err(cx.error("'tostring' must return a string to 'print'"));
    }
    let mut buffer = if position > 1 { vec![b'\t'] } else { Vec::new() };
    describe_printed(cx, text, &mut buffer);
    cx.heap.print(&buffer);
    print_from(cx, position as usize + 1)
}

fn rawequal(cx: &mut CallContext<'_>) -> Native {
    let (a, b) = (cx.check_any(1)?, cx.check_any(2)?);
    cx.return1(Value::boolean(a.raw_equal(b)))
}

fn rawget(cx: &mut CallContext<'_>) -> Native {
    let table = cx.check_table(1)?;
    let key = cx.check_any(2)?;
    let value = cx.raw_get(table, key);
    cx.return1(value)
}

fn rawset(cx: &mut CallContext<'_>) -> Native {
    let table = cx.check_table(1)?;
    let (key, value) = (cx.check_any(2)?, cx.check_any(3)?);
    cx.raw_set(table, key, value)?;
    cx.return1(table.into())
}

fn select(cx: &mut CallContext<'_>) -> Native {
    let count = cx.arg_count() as i64;
    let first = cx.arg(1);
    if first.is_string() && cx.bytes(first).first() == Some(&b'#') {
        return cx.return1(Value::number((count - 1) as f64));
    }
    let n = i64::from(cx.check_int(1)?);
    let n = if n < 0 { count + n } else { n.min(count) };
    if n < 1 {
        return Err(cx.arg_error(1, "index out of range"));
    }
    cx.co.top = cx.args_end;
    cx.return_pushed((count - n) as usize)
}

fn tonumber(cx: &mut CallContext<'_>) -> Native {
    let base = cx.opt_int(2, 10)?;
    if base == 10 {
        let value = cx.check_any(1)?;
        return match cx.read_number(value)? {
            Some(n) => cx.return1(Value::number(n)),
            None => cx.return1(Value::NIL),
        };
    }
    let text = cx.check_string(1)?;
    if !(2..=36).contains(&base) {
        return Err(cx.arg_error(2, "base out of range"));
    }
    cx.charge(cx.bytes(text).len() as u64 / 16)?;
    let n = parse_in_base(crate::native::c_string(cx.bytes(text)), base as u32);
    cx.return1(n.map_or(Value::NIL, Value::number))
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// C's `strtoul` in a base, with white space around: what wraps is taken as unsigned, as PUC does.
fn parse_in_base(text: &[u8], base: u32) -> Option<f64> {
    let start = text.iter().position(|byte| !is_space(byte))?;
    let mut rest = &text[start..];
    let mut negative = false;
    if let [sign @ (b'+' | b'-'), tail @ ..] = rest {
        negative = *sign == b'-';
        rest = tail;
    }
    if base == 16
        && let [b'0', b'x' | b'X', tail @ ..] = rest
        && tail.first().is_some_and(u8::is_ascii_hexdigit)
    {
        rest = tail;
    }
    let digits = rest.iter().take_while(|&&byte| char::from(byte).is_digit(base)).count();
    if digits == 0 || !rest[digits..].iter().all(is_space) {
        return None;
    }
    let mut n: u64 = 0;
    let mut overflow = false;
    for &byte in &rest[..digits] {
        let digit = u64::from(char::from(byte).to_digit(base)?);
        match n.checked_mul(u64::from(base)).and_then(|n| n.checked_add(digit)) {
            Some(next) => n = next,
            None => overflow = true,
        }
    }
    if overflow {
        return Some(u64::MAX as f64);
    }
    Some(if negative { n.wrapping_neg() as f64 } else { n as f64 })
}

fn tostring(cx: &mut CallContext<'_>) -> Native {
    let value = cx.check_any(1)?;
    let handler = cx.heap.metamethod(value, Event::ToString);
    if !handler.is_nil() {
        cx.push(handler)?;
        cx.push(value)?;
        return Ok(cx.call(1, 1, Continuation::ToString));
    }
    let text = tostring_raw(cx, value)?;
    cx.return1(text)
}

/// `tostring` without metamethods.
pub(crate) fn tostring_raw(cx: &mut CallContext<'_>, value: Value) -> Result<Value, Failure> {
    if value.is_string() {
        return Ok(value);
    }
    let mut buffer = core::mem::take(&mut cx.heap.scratch);
    buffer.clear();
    cx.heap.describe(value, &mut buffer);
    let text = cx.heap.intern(&buffer);
    cx.heap.scratch = buffer;
    text
}

/// `__tostring` has returned.
pub(crate) fn tostring_returned(cx: &mut CallContext<'_>) -> Native {
    let text = cx.result();
    cx.return1(text)
}

fn type_(cx: &mut CallContext<'_>) -> Native {
    let value = cx.check_any(1)?;
    let name = cx.heap.type_names[match value.type_of() {
        Type::LightUserdata => Type::Userdata,
        other => other,
    } as usize];
    cx.return1(name)
}

fn unpack(cx: &mut CallContext<'_>) -> Native {
    let table = cx.check_table(1)?;
    let first = i64::from(cx.opt_int(2, 1)?);
    let last = if cx.arg_is_none_or_nil(3) {
        cx.raw_len(table) as i64
    } else {
        i64::from(cx.check_int(3)?)
    };
    if first > last {
        return cx.return0();
    }
    let count = last - first + 1;
    if count >= i64::from(i32::MAX) || count as usize > cx.stack_room() {
        return Err(cx.error("too many results to unpack"));
    }
    let count = count as usize;
    cx.charge(count as u64 / 16)?;
    let function = cx.function;
    cx.co.reserve(function + count, &mut cx.heap.budget)?;
    if first == 1
        && let Some(values) = cx.heap.tables[table].array.get(..count)
    {
        cx.co.stack[function..function + count].copy_from_slice(values);
        return Ok(Outcome::Return(count as u32));
    }
    for n in 0..count {
        let key = Value::number((first + n as i64) as f64);
        cx.co.stack[function + n] = cx.raw_get(table, key);
    }
    Ok(Outcome::Return(count as u32))
}

/// The basic functions that every profile has.
pub const BASE: Library = crate::library!("", {
    "assert" => assert,
    "collectgarbage" => collectgarbage,
    "error" => error,
    "gcinfo" => gcinfo,
    "getfenv" => getfenv,
    "getmetatable" => getmetatable,
    "load" => load,
    "loadstring" => loadstring,
    "next" => next,
    "pairs" => pairs,
    "pcall" => pcall,
    "print" => print,
    "rawequal" => rawequal,
    "rawget" => rawget,
    "rawset" => rawset,
    "select" => select,
    "setfenv" => setfenv,
    "setmetatable" => setmetatable,
    "tonumber" => tonumber,
    "tostring" => tostring,
    "type" => type_,
    "unpack" => unpack,
    "xpcall" => xpcall,
});

/// Registers the basic functions, and those among them that have upvalues.
pub(crate) fn open(heap: &mut crate::heap::Heap) -> Result<(), Failure> {
    heap.register(&BASE)?;
    let globals = heap.globals;
    let set = |heap: &mut crate::heap::Heap, name: &str, value: Value| {
        let key = heap.intern(name.as_bytes())?;
        heap.raw_set_own(globals, key, value)
    };
    set(heap, "_G", globals.into())?;
    let version = heap.intern(b"Lua 5.1")?;
    set(heap, "_VERSION", version)?;
    let step = heap.new_native("ipairs step", ipairs_step, &[], globals)?;
    let ipairs = heap.new_native("ipairs", ipairs, &[step.into()], globals)?;
    set(heap, "ipairs", ipairs.into())?;
    // Which metatables `newproxy` made; they are kept only as long as a proxy has them.
    let known = heap.new_table(0, 0)?;
    heap.tables[known].metatable = known;
    let (mode, k) = (heap.intern(b"__mode")?, heap.intern(b"kv")?);
    heap.raw_set_own(known, mode, k)?;
    let newproxy = heap.new_native("newproxy", newproxy, &[known.into()], globals)?;
    set(heap, "newproxy", newproxy.into())?;
    let key = heap.intern(b"next")?;
    heap.next_function = heap.tables[globals].get(key, &heap.strings);
    heap.pairs_function = heap.new_native("next", next, &[], globals)?.into();
    let key = heap.intern(b"tostring")?;
    heap.tostring_function = heap.tables[globals].get(key, &heap.strings);
    Ok(())
}

/// The text of a coroutine's status.
pub(crate) const fn status_name(status: Status) -> &'static str {
    match status {
        Status::Suspended => "suspended",
        Status::Running => "running",
        Status::Normal => "normal",
        Status::Dead => "dead",
    }
}
