//! `coroutine`. Lua 5.1 manual §5.2.

use crate::continuation::Continuation;
use crate::coroutine::Status;
use crate::error::Failure;
use crate::handle::CoroutineIndex;
use crate::native::{CallContext, Library, Outcome, internal};
use crate::stdlib::base::status_name;
use crate::value::Value;

type Native = Result<Outcome, Failure>;

fn check_coroutine(cx: &mut CallContext<'_>) -> Result<CoroutineIndex, Failure> {
    match cx.arg(1).as_coroutine() {
        Some(coroutine) => Ok(coroutine),
        None => Err(cx.arg_error(1, "coroutine expected")),
    }
}

/// Why a coroutine cannot be resumed, if it cannot.
#[inline]
fn refusal(cx: &CallContext<'_>, coroutine: CoroutineIndex) -> Option<String> {
    let status = cx.heap.coroutines[coroutine].status;
    if status == Status::Suspended { None } else { Some(refusal_text(cx, coroutine, status)) }
}

#[cold]
#[inline(never)]
fn refusal_text(cx: &CallContext<'_>, coroutine: CoroutineIndex, status: Status) -> String {
    let is_running = coroutine == cx.heap.running;
    format!("cannot resume {} coroutine", if is_running { "running" } else { status_name(status) })
}

fn new_coroutine(cx: &mut CallContext<'_>) -> Result<CoroutineIndex, Failure> {
    let function = cx.arg(1);
    if function.as_closure().is_none() {
        return Err(cx.arg_error(1, "Lua function expected"));
    }
    let globals = cx.co.globals;
    let coroutine = cx.heap.new_coroutine(globals)?;
    let crate::heap::Heap { coroutines, budget, .. } = &mut *cx.heap;
    let new = &mut coroutines[coroutine];
    new.reserve(1, budget)?;
    new.stack[0] = function;
    new.top = 1;
    Ok(coroutine)
}

fn create(cx: &mut CallContext<'_>) -> Native {
    let coroutine = new_coroutine(cx)?;
    cx.return1(coroutine.into())
}

pub(crate) fn resume(cx: &mut CallContext<'_>) -> Native {
    let coroutine = check_coroutine(cx)?;
    if let Some(text) = refusal(cx, coroutine) {
        let text = cx.string(text.as_bytes())?;
        return cx.return2(Value::FALSE, text);
    }
    let (at, args) = (cx.function as u32 + 2, cx.arg_count() as u32 - 1);
    Ok(Outcome::Resume { coroutine, at, args, then: Continuation::Resume })
}

/// The coroutine has yielded or ended; its values follow `true`.
pub(crate) fn resumed(cx: &mut CallContext<'_>) -> Native {
    crate::stdlib::base::pcall_returned(cx)
}

fn wrap(cx: &mut CallContext<'_>) -> Native {
    let coroutine = new_coroutine(cx)?;
    let function = cx.new_native("wrap", wrapped, &[coroutine.into()])?;
    cx.return1(function)
}

/// A function that `coroutine.wrap` made.
pub(crate) fn wrapped(cx: &mut CallContext<'_>) -> Native {
    let Some(coroutine) = cx.upvalue(0).as_coroutine() else { return Err(internal()) };
    if let Some(text) = refusal(cx, coroutine) {
        return Err(cx.error(text));
    }
    let (at, args) = (cx.function as u32 + 1, cx.arg_count() as u32);
    Ok(Outcome::Resume { coroutine, at, args, then: Continuation::Wrap })
}

fn yield_(cx: &mut CallContext<'_>) -> Native {
    Ok(Outcome::Yield { at: cx.function as u32 + 1, count: cx.arg_count() as u32 })
}

fn status(cx: &mut CallContext<'_>) -> Native {
    let coroutine = check_coroutine(cx)?;
    let status = if coroutine == cx.heap.running {
        Status::Running
    } else {
        cx.heap.coroutines[coroutine].status
    };
    let text = cx.string(status_name(status).as_bytes())?;
    cx.return1(text)
}

fn running(cx: &mut CallContext<'_>) -> Native {
    // A program that the host started is no coroutine.
    if !cx.co.resumer.is_some() {
        return cx.return1(Value::NIL);
    }
    cx.return1(cx.heap.running.into())
}

/// `coroutine`.
pub const COROUTINE: Library = crate::library!("coroutine", {
    "create" => create,
    "resume" => resume,
    "running" => running,
    "status" => status,
    "wrap" => wrap,
    "yield" => yield_,
});
