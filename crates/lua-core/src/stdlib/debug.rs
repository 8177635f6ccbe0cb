//! `debug`. Lua 5.1 manual §5.9.

mod levels;

use crate::coroutine::Coroutine;
use crate::error::Failure;
use crate::handle::{ClosureIndex, CoroutineIndex, TableIndex, UpvalueIndex};
use crate::heap::Heap;
use crate::native::{CallContext, Library, Outcome, c_string};
use crate::value::Value;
use crate::vm::hook::{Hook, mask};
use levels::{Activation, FunctionInfo, Levels};

type Native = Result<Outcome, Failure>;

/// The traceback of an error that nothing catches, as `lua` prints it below the message.
pub(crate) fn traceback_text(heap: &Heap, co: &Coroutine) -> Vec<u8> {
    let mut text = b"stack traceback:".to_vec();
    // The handler of `lua` calls `debug.traceback`: the function that failed is PUC's level 2.
    Levels::of_running(heap, co, co.frames.len(), None).traceback(0, 2, &mut text);
    text
}

// ---- whose stack ---------------------------------------------------------------------------------

/// The coroutine that a function is about, when it is not the running one.
type Target = Option<CoroutineIndex>;

/// The coroutine that the first argument names, and how many arguments that takes.
fn target(cx: &CallContext<'_>) -> (Target, usize) {
    match cx.arg(1).as_coroutine() {
        Some(coroutine) if coroutine == cx.heap.running => (None, 1),
        Some(coroutine) => (Some(coroutine), 1),
        None => (None, 0),
    }
}

/// The levels of the target's stack.
fn levels<'c>(cx: &'c CallContext<'_>, target: Target) -> Levels<'c> {
    match target {
        None => {
            let native = Some((cx.function, cx.by_call));
            Levels::of_running(cx.heap, cx.co, cx.caller_depth(), native)
        }
        Some(coroutine) => Levels::of_other(
            cx.heap,
            &cx.heap.coroutines[coroutine],
            coroutine == CoroutineIndex(0),
        ),
    }
}

/// What stands at a level; a negative one is a tail call to PUC.
fn activation_at(levels: &Levels<'_>, level: i32) -> Option<Activation> {
    match usize::try_from(level) {
        Ok(level) => levels.at(level),
        Err(_) => Some(Activation::TailCall),
    }
}

fn target_stack<'c>(cx: &'c mut CallContext<'_>, target: Target) -> &'c mut [Value] {
    match target {
        None => &mut cx.co.stack,
        Some(coroutine) => &mut cx.heap.coroutines[coroutine].stack,
    }
}

// ---- functions and variables ---------------------------------------------------------------------

/// Levels are found by counting: deep stacks take work.
fn charge_levels(cx: &mut CallContext<'_>, target: Target) -> Result<(), Failure> {
    let frames = match target {
        None => cx.co.frames.len(),
        Some(coroutine) => cx.heap.coroutines[coroutine].frames.len(),
    };
    cx.charge(frames as u64 / 64 + 1)
}

/// What `getinfo` is about: a level of a stack, or a function.
enum Subject {
    Level(Target, Activation),
    Function(Value),
}

fn getinfo(cx: &mut CallContext<'_>) -> Native {
    let (target, shift) = target(cx);
    charge_levels(cx, target)?;
    let options = match cx.opt_string(shift + 2)? {
        Some(options) => c_string(cx.bytes(options)).to_vec(),
        None => b"flnSu".to_vec(),
    };
    let about = cx.arg(shift + 1);
    let subject = if let Some(level) = cx.to_number(about) {
        let level = crate::number::number_to_integer(level) as i32;
        match activation_at(&levels(cx, target), level) {
            Some(activation) => Subject::Level(target, activation),
            None => return cx.return1(Value::NIL),
        }
    } else if about.is_function() {
        Subject::Function(about)
    } else {
        return Err(cx.arg_error(shift + 1, "function or level expected"));
    };
    // PUC takes a first `>` for its own sign that a function is asked for.
    let options = options.strip_prefix(b">").unwrap_or(&options).to_vec();
    let is_tail_call = matches!(subject, Subject::Level(_, Activation::TailCall));
    if !is_tail_call && !options.iter().all(|option| b"SlunLf".contains(option)) {
        return Err(cx.arg_error(shift + 2, "invalid option"));
    }
    let table = cx.new_table(0, 2)?;
    cx.push(table.into())?;
    fill_info(cx, &subject, &options, table)?;
    cx.return1(table.into())
}

/// Sets the fields that the options name, in PUC's order.
fn fill_info(
    cx: &mut CallContext<'_>,
    subject: &Subject,
    options: &[u8],
    table: TableIndex,
) -> Result<(), Failure> {
    let (info, line, name, function, is_host) = match *subject {
        Subject::Level(target, activation) => {
            let levels = levels(cx, target);
            let name = levels.name(activation);
            let name = name.map(|(kind, name)| (kind.text(), c_string(name).to_vec()));
            let name = match activation {
                Activation::TailCall => Some(("", Vec::new())),
                _ => name,
            };
            let function = levels.function(activation);
            let is_host = activation == Activation::Host;
            (levels.info(activation), levels.current_line(activation), name, function, is_host)
        }
        Subject::Function(function) => {
            (FunctionInfo::of(cx.heap, function), -1, None, function, false)
        }
    };
    let integer = |n: i64| Value::number(n as f64);
    if options.contains(&b'S') {
        let source = cx.string(c_string(&info.source))?;
        cx.raw_set_field(table, "source", source)?;
        let short_source = cx.string(c_string(&info.short_source))?;
        cx.raw_set_field(table, "short_src", short_source)?;
        cx.raw_set_field(table, "linedefined", integer(info.line_defined))?;
        cx.raw_set_field(table, "lastlinedefined", integer(info.last_line_defined))?;
        let what = cx.string(info.what.as_bytes())?;
        cx.raw_set_field(table, "what", what)?;
    }
    if options.contains(&b'l') {
        cx.raw_set_field(table, "currentline", integer(line))?;
    }
    if options.contains(&b'u') {
        let count = upvalue_count(cx.heap, function);
        cx.raw_set_field(table, "nups", integer(count as i64))?;
    }
    if options.contains(&b'n') {
        let (kind, text) = match &name {
            Some((kind, text)) => (*kind, cx.string(text)?),
            None => ("", Value::NIL),
        };
        cx.raw_set_field(table, "name", text)?;
        let kind = cx.string(kind.as_bytes())?;
        cx.raw_set_field(table, "namewhat", kind)?;
    }
    if options.contains(&b'L') {
        let lines = active_lines(cx, function)?;
        cx.raw_set_field(table, "activelines", lines)?;
    }
    if options.contains(&b'f') {
        let function = if is_host { cx.new_native("host", return_nothing, &[])? } else { function };
        cx.raw_set_field(table, "func", function)?;
    }
    Ok(())
}

/// Stands for the host among functions.
fn return_nothing(cx: &mut CallContext<'_>) -> Native {
    cx.return0()
}

fn upvalue_count(heap: &Heap, function: Value) -> usize {
    if let Some(closure) = function.as_closure() {
        heap.closures[closure].upvalues.len()
    } else if let Some(native) = function.as_native() {
        heap.natives[native].upvalues.len()
    } else {
        0
    }
}

/// A table with the lines of a Lua function that have code as keys; nil for other functions.
fn active_lines(cx: &mut CallContext<'_>, function: Value) -> Result<Value, Failure> {
    let closure = function.as_closure();
    let proto = closure.and_then(|closure| cx.heap.closures[closure].proto.clone());
    let Some(proto) = proto else { return Ok(Value::NIL) };
    let table = cx.new_table(0, 0)?;
    cx.push(table.into())?;
    cx.charge(proto.def.lines.len() as u64 / 16)?;
    for &line in &proto.def.lines {
        cx.raw_set(table, Value::number(f64::from(line)), Value::TRUE)?;
    }
    Ok(table.into())
}

fn getlocal(cx: &mut CallContext<'_>) -> Native {
    let (target, shift) = target(cx);
    charge_levels(cx, target)?;
    let level = cx.check_int(shift + 1)?;
    let Some(activation) = activation_at(&levels(cx, target), level) else {
        return Err(cx.arg_error(shift + 1, "level out of range"));
    };
    let n = cx.check_int(shift + 2)?;
    match levels(cx, target).local(activation, i64::from(n)) {
        Some((name, at)) => {
            let value = target_stack(cx, target)[at];
            let name = cx.string(c_string(&name))?;
            cx.return2(name, value)
        }
        None => cx.return1(Value::NIL),
    }
}

fn setlocal(cx: &mut CallContext<'_>) -> Native {
    let (target, shift) = target(cx);
    charge_levels(cx, target)?;
    let level = cx.check_int(shift + 1)?;
    let Some(activation) = activation_at(&levels(cx, target), level) else {
        return Err(cx.arg_error(shift + 1, "level out of range"));
    };
    let value = cx.check_any(shift + 3)?;
    let n = cx.check_int(shift + 2)?;
    match levels(cx, target).local(activation, i64::from(n)) {
        Some((name, at)) => {
            target_stack(cx, target)[at] = value;
            let name = cx.string(c_string(&name))?;
            cx.return1(name)
        }
        None => cx.return1(Value::NIL),
    }
}

/// The upvalue that `getupvalue` and `setupvalue` are about: its function, its index and its name.
fn check_upvalue(
    cx: &mut CallContext<'_>,
) -> Result<Option<(ClosureIndex, usize, Vec<u8>)>, Failure> {
    let n = cx.check_int(2)?;
    let function = cx.check_function(1)?;
    let Some(closure) = function.as_closure() else { return Ok(None) };
    let proto = cx.heap.closures[closure].proto.as_ref();
    let index = usize::try_from(i64::from(n) - 1).unwrap_or(usize::MAX);
    Ok(match proto.and_then(|proto| proto.def.upvalues.get(index)) {
        // A function without debug information has no names, and to PUC no upvalues.
        Some(desc) if !desc.name.is_empty() => {
            Some((closure, index, c_string(&desc.name).to_vec()))
        }
        _ => None,
    })
}

/// Where a captured variable lives.
enum Place {
    /// In the closure, since nothing in the source assigns to it any more.
    Own,
    /// In a closed upvalue.
    Closed(UpvalueIndex),
    /// At this index of a stack.
    Stack(Target, usize),
}

fn place_of(cx: &CallContext<'_>, captured: Value) -> Place {
    let Some(index) = captured.as_shared() else { return Place::Own };
    let upvalue = &cx.heap.upvalues[index];
    if upvalue.is_closed() {
        return Place::Closed(index);
    }
    let owner = Some(upvalue.owner).filter(|&owner| owner != cx.heap.running);
    Place::Stack(owner, upvalue.at as usize)
}

fn getupvalue(cx: &mut CallContext<'_>) -> Native {
    let Some((closure, index, name)) = check_upvalue(cx)? else { return cx.return0() };
    let captured = cx.heap.closures[closure].upvalues[index];
    let value = match place_of(cx, captured) {
        Place::Own => captured,
        Place::Closed(upvalue) => cx.heap.upvalues[upvalue].value,
        Place::Stack(target, at) => target_stack(cx, target)[at],
    };
    let name = cx.string(&name)?;
    cx.return2(name, value)
}

fn setupvalue(cx: &mut CallContext<'_>) -> Native {
    let value = cx.check_any(3)?;
    let Some((closure, index, name)) = check_upvalue(cx)? else { return cx.return0() };
    let captured = cx.heap.closures[closure].upvalues[index];
    match place_of(cx, captured) {
        // Other functions that captured the variable have their own copies.
        Place::Own => {
            cx.heap.barrier(value);
            cx.heap.closures[closure].upvalues[index] = value;
        }
        Place::Closed(upvalue) => {
            cx.heap.upvalues[upvalue].value = value;
            cx.heap.barrier_upvalue(upvalue, value);
        }
        Place::Stack(target, at) => target_stack(cx, target)[at] = value,
    }
    let name = cx.string(&name)?;
    cx.return1(name)
}

// ---- metatables, environments, registry ----------------------------------------------------------

fn getmetatable(cx: &mut CallContext<'_>) -> Native {
    let value = cx.check_any(1)?;
    let metatable = cx.metatable(value);
    cx.return1(metatable.map_or(Value::NIL, Value::from))
}

fn setmetatable(cx: &mut CallContext<'_>) -> Native {
    let (value, metatable) = (cx.arg(1), cx.arg(2));
    if !(metatable.as_table().is_some() || (metatable.is_nil() && cx.has_arg(2))) {
        return Err(cx.arg_error(2, "nil or table expected"));
    }
    cx.set_metatable(value, metatable.as_table());
    cx.return1(Value::TRUE)
}

fn getregistry(cx: &mut CallContext<'_>) -> Native {
    let registry = cx.registry();
    cx.return1(registry.into())
}

fn getfenv(cx: &mut CallContext<'_>) -> Native {
    let value = cx.check_any(1)?;
    let environment = cx.environment(value).filter(|environment| environment.is_some());
    cx.return1(environment.map_or(Value::NIL, Value::from))
}

fn setfenv(cx: &mut CallContext<'_>) -> Native {
    let environment = cx.check_table(2)?;
    let value = cx.arg(1);
    if !cx.set_environment(value, environment) {
        return Err(cx.error("'setfenv' cannot change environment of given object"));
    }
    cx.return1(value)
}

// ---- hooks ---------------------------------------------------------------------------------------

/// The letters of a mask, in the order in which `gethook` gives them.
const MASK_LETTERS: [(u8, u8); 3] = [(b'c', mask::CALL), (b'r', mask::RETURN), (b'l', mask::LINE)];

fn target_hook<'c>(cx: &'c mut CallContext<'_>, target: Target) -> &'c mut Hook {
    match target {
        None => &mut cx.co.hook,
        Some(coroutine) => &mut cx.heap.coroutines[coroutine].hook,
    }
}

fn sethook(cx: &mut CallContext<'_>) -> Native {
    let (target, shift) = target(cx);
    let (mut function, mut events, mut count) = (Value::NIL, 0, 0);
    if !cx.arg_is_none_or_nil(shift + 1) {
        let letters = cx.check_string(shift + 2)?;
        function = cx.check_function(shift + 1)?;
        count = u32::try_from(cx.opt_int(shift + 3, 0)?).unwrap_or(0);
        let letters = c_string(cx.bytes(letters));
        for (letter, event) in MASK_LETTERS {
            if letters.contains(&letter) {
                events |= event;
            }
        }
        if count > 0 {
            events |= mask::COUNT;
        }
    }
    cx.heap.barrier(function);
    target_hook(cx, target).set(function, events, count);
    Ok(Outcome::HookSet)
}

fn gethook(cx: &mut CallContext<'_>) -> Native {
    let (target, _) = target(cx);
    let hook = *target_hook(cx, target);
    let letters: Vec<u8> = MASK_LETTERS
        .into_iter()
        .filter(|(_, event)| hook.mask & event != 0)
        .map(|(letter, _)| letter)
        .collect();
    let letters = cx.string(&letters)?;
    cx.push(hook.function)?;
    cx.push(letters)?;
    cx.push(Value::number(f64::from(hook.count)))?;
    cx.return_pushed(3)
}

// ---- tracebacks ----------------------------------------------------------------------------------

/// Most lines for levels below 0, which to PUC are tail calls.
const NEGATIVE_LEVELS_MAX: i32 = 100;

fn traceback(cx: &mut CallContext<'_>) -> Native {
    let (target, shift) = target(cx);
    charge_levels(cx, target)?;
    let mut count = cx.arg_count();
    let mut level = i32::from(target.is_none());
    if let Some(given) = cx.to_number(cx.arg(shift + 2)) {
        level = crate::number::number_to_integer(given) as i32;
        count -= 1;
    }
    let message = cx.arg(shift + 1);
    let mut text = Vec::new();
    if cx.arg_count() > shift {
        if !message.is_string() && !message.is_number() {
            // PUC returns what lies on top of its stack.
            let top = cx.arg(count);
            return cx.return1(top);
        }
        for position in shift + 1..=count {
            let part = cx.arg(position);
            if !part.is_string() && !part.is_number() {
                let text = format!("attempt to concatenate a {} value", part.type_name());
                return Err(cx.raise_text(text.as_bytes()));
            }
            cx.heap.describe(part, &mut text);
        }
        text.push(b'\n');
    }
    text.extend_from_slice(b"stack traceback:");
    for _ in level.max(-NEGATIVE_LEVELS_MAX)..0 {
        text.extend_from_slice(b"\n\t(tail call): ?");
    }
    let level = level.max(0) as usize;
    levels(cx, target).traceback(level, level, &mut text);
    let text = cx.string(&text)?;
    cx.return1(text)
}

/// `debug`, but for the function `debug.debug`, which needs a terminal.
pub const DEBUG: Library = crate::library!("debug", {
    "getfenv" => getfenv,
    "gethook" => gethook,
    "getinfo" => getinfo,
    "getlocal" => getlocal,
    "getmetatable" => getmetatable,
    "getregistry" => getregistry,
    "getupvalue" => getupvalue,
    "setfenv" => setfenv,
    "sethook" => sethook,
    "setlocal" => setlocal,
    "setmetatable" => setmetatable,
    "setupvalue" => setupvalue,
    "traceback" => traceback,
});
