//! `debug`. Lua 5.1 manual §5.9.

mod info;
pub(crate) mod levels;
mod variables;

use crate::coroutine::Coroutine;
use crate::error::Failure;
use crate::handle::CoroutineIndex;
use crate::heap::Heap;
use crate::native::{CallContext, Library, Outcome, c_string};
use crate::value::Value;
use crate::vm::hook::{Hook, mask};
use info::getinfo;
use levels::{Activation, Levels};
use variables::{getlocal, getupvalue, setlocal, setupvalue};

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

/// Levels are found by counting: deep stacks take work.
fn charge_levels(cx: &mut CallContext<'_>, target: Target) -> Result<(), Failure> {
    let frames = match target {
        None => cx.co.frames.len(),
        Some(coroutine) => cx.heap.coroutines[coroutine].frames.len(),
    };
    cx.charge(frames as u64 / 16 + 1)
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
    // Two dozen levels are described, names and all.
    cx.charge(100)?;
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
