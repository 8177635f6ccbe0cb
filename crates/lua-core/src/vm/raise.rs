//! Errors: their texts, where they happened, and what they unwind to.

use lua_compiler::bytecode::Op;
use lua_compiler::names::{self, NameKind};

use crate::continuation::Continuation;
use crate::coroutine::{Coroutine, Frame, FrameKind, Status};
use crate::error::Failure;
use crate::heap::Heap;
use crate::limits;
use crate::native::type_name;
use crate::value::Value;
use crate::vm::call::{self, Step};
use crate::vm::hook;

/// What a level of the call stack is (`lua_getstack`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// The frame with this index.
    Frame(usize),
    /// A frame that a tail call has replaced.
    TailCall,
    /// There are not so many levels.
    None,
}

impl Coroutine {
    /// The frame at `level`, counting from 1 below `depth` frames.
    pub(crate) fn level(&self, depth: usize, level: usize) -> Level {
        let mut left = level;
        for index in (0..depth.min(self.frames.len())).rev() {
            left = left.saturating_sub(1);
            if left == 0 {
                return Level::Frame(index);
            }
            let tail_calls = self.frames.as_slice()[index].tail_calls as usize;
            if left <= tail_calls {
                return Level::TailCall;
            }
            left -= tail_calls;
        }
        Level::None
    }

    /// `chunk:line: ` of the function at `level` below `depth` frames; empty when it is native.
    pub(crate) fn position_at(&self, depth: usize, level: usize, heap: &Heap) -> Vec<u8> {
        match self.level(depth, level) {
            Level::Frame(index) => self.frame_position(&self.frames.as_slice()[index], heap),
            Level::TailCall | Level::None => Vec::new(),
        }
    }

    /// `chunk:line: ` of a frame; empty when it is native or was stripped of its lines.
    pub(crate) fn frame_position(&self, frame: &Frame, heap: &Heap) -> Vec<u8> {
        let Some(line) = self.current_line(frame, heap) else { return Vec::new() };
        let Some(proto) = self.frame_proto(frame, heap) else { return Vec::new() };
        if line == 0 {
            return Vec::new();
        }
        let mut text = lua_compiler::chunk_id(heap.bytes(proto.source));
        text.extend_from_slice(format!(":{line}: ").as_bytes());
        text
    }

    /// The line that a Lua frame is at; 0 when unknown.
    pub(crate) fn current_line(&self, frame: &Frame, heap: &Heap) -> Option<u32> {
        let proto = self.frame_proto(frame, heap)?;
        Some(proto.line((frame.pc as usize).saturating_sub(1)))
    }

    /// The prototype of a Lua frame.
    pub(crate) fn frame_proto<'h>(
        &self,
        frame: &Frame,
        heap: &'h Heap,
    ) -> Option<&'h crate::closure::LoadedProto> {
        if frame.kind != FrameKind::Lua {
            return None;
        }
        let closure = self.stack.get(frame.function as usize)?.as_closure()?;
        heap.closures[closure].proto.as_deref()
    }

    /// The name by which the Lua frame `caller` calls what it is calling, and whether as a method.
    pub(crate) fn called_name(&self, caller: &Frame, heap: &Heap) -> (Option<Vec<u8>>, bool) {
        match self.called_name_kind(caller, heap) {
            Some((kind, name)) => (Some(name), kind == NameKind::Method),
            None => (None, false),
        }
    }

    /// The same with the kind of name.
    pub(crate) fn called_name_kind(
        &self,
        caller: &Frame,
        heap: &Heap,
    ) -> Option<(NameKind, Vec<u8>)> {
        let proto = self.frame_proto(caller, heap)?;
        let pc = (caller.pc as usize).checked_sub(1)?;
        let (kind, name) = names::called_function_name(&proto.def, pc)?;
        Some((kind, name.to_vec()))
    }

    /// Stack index below which values are in use, when the coroutine stands at a safepoint.
    pub(crate) fn live_limit(&self, heap: &Heap) -> usize {
        let Some(frame) = self.frames.last() else { return self.top };
        match self.frame_proto(frame, heap) {
            Some(proto) => (frame.base as usize + usize::from(proto.def.registers)).max(self.top),
            None => self.top.max(frame.top as usize),
        }
    }
}

/// Raises a text with the position of the current function, when it is a Lua function
/// (PUC `ldebug.c`, `luaG_runerror`).
#[cold]
#[inline(never)]
pub(crate) fn runtime_error(heap: &mut Heap, co: &Coroutine, text: &[u8]) -> Failure {
    let mut message =
        co.frames.last().map(|frame| co.frame_position(frame, heap)).unwrap_or_default();
    message.extend_from_slice(text);
    match heap.intern(&message) {
        Ok(value) => {
            heap.raised = value;
            Failure::Raised
        }
        Err(failure) => failure,
    }
}

/// "attempt to `operation` a nil value", with the kind and name of what holds the value when
/// `register` does.
#[cold]
fn operand_error(
    heap: &mut Heap,
    co: &Coroutine,
    value: Value,
    operation: &[u8],
    register: Option<u8>,
) -> Failure {
    let mut text = b"attempt to ".to_vec();
    text.extend_from_slice(operation);
    let mut named = false;
    if let (Some(register), Some(frame)) = (register, co.frames.last())
        && let Some(proto) = co.frame_proto(frame, heap)
        && let Some(pc) = (frame.pc as usize).checked_sub(1)
        && let Some((kind, name)) = names::register_name(&proto.def, pc, register)
    {
        for part in [b" ", kind.text().as_bytes(), b" '", crate::native::c_string(name), b"' (a "] {
            text.extend_from_slice(part);
        }
        named = true;
    }
    if !named {
        text.extend_from_slice(b" a ");
    }
    text.extend_from_slice(type_name(value).as_bytes());
    text.extend_from_slice(if named { b" value)" } else { b" value" });
    runtime_error(heap, co, &text)
}

/// The instruction that the current Lua frame is executing.
fn current_instruction(heap: &Heap, co: &Coroutine) -> Option<lua_compiler::Instruction> {
    let frame = co.frames.last()?;
    let proto = co.frame_proto(frame, heap)?;
    proto.code().get((frame.pc as usize).checked_sub(1)?).copied()
}

/// The register, among the current instruction's operands, that holds `value`.
fn register_of(
    heap: &Heap,
    co: &Coroutine,
    value: Value,
    candidates: impl Fn(lua_compiler::Instruction) -> [Option<u8>; 2],
) -> Option<u8> {
    let instruction = current_instruction(heap, co)?;
    let base = co.frames.last()?.base as usize;
    candidates(instruction)
        .into_iter()
        .flatten()
        .find(|&register| co.stack[base + register as usize] == value)
}

/// "attempt to index …"
#[cold]
pub(crate) fn index_error(heap: &mut Heap, co: &Coroutine, value: Value) -> Failure {
    let register = register_of(heap, co, value, |i| match i.op {
        Op::GetIndex | Op::GetField | Op::GetInt | Op::Method | Op::MethodWide => [Some(i.b), None],
        Op::SetIndex | Op::SetIndexK | Op::SetField | Op::SetFieldK | Op::SetInt => {
            [Some(i.a), None]
        }
        _ => [None, None],
    });
    operand_error(heap, co, value, b"index", register)
}

/// "attempt to perform arithmetic on …": the first operand that is not a number.
#[cold]
pub(crate) fn arithmetic_error(heap: &mut Heap, co: &Coroutine, a: Value, b: Value) -> Failure {
    let first = heap.to_number(a).is_none();
    let culprit = if first { a } else { b };
    let register = current_instruction(heap, co).and_then(|i| match i.op {
        Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Mod | Op::Pow => {
            Some(if first { i.b } else { i.c })
        }
        Op::AddK | Op::SubK | Op::MulK | Op::DivK | Op::ModK | Op::PowK | Op::Neg => {
            first.then_some(i.b)
        }
        Op::KAdd | Op::KSub | Op::KMul | Op::KDiv | Op::KMod | Op::KPow => (!first).then_some(i.c),
        _ => None,
    });
    operand_error(heap, co, culprit, b"perform arithmetic on", register)
}

/// "attempt to concatenate …": the first of two operands at stack index `at` that is no string or number.
#[cold]
pub(crate) fn concat_error(heap: &mut Heap, co: &Coroutine, at: usize) -> Failure {
    let joins = |value: Value| value.is_string() || value.is_number();
    let culprit = if joins(co.stack[at]) { at + 1 } else { at };
    let base = co.frames.last().map_or(0, |frame| frame.base as usize);
    let register = culprit.checked_sub(base).and_then(|register| u8::try_from(register).ok());
    operand_error(heap, co, co.stack[culprit], b"concatenate", register)
}

/// "attempt to get length of …", "attempt to call …": of the operand `b` or the function `a`.
#[cold]
pub(crate) fn type_error(
    heap: &mut Heap,
    co: &Coroutine,
    value: Value,
    operation: &[u8],
) -> Failure {
    let register = register_of(heap, co, value, |i| match i.op {
        Op::Len => [Some(i.b), None],
        Op::Call | Op::TailCall => [Some(i.a), None],
        _ => [None, None],
    });
    operand_error(heap, co, value, operation, register)
}

/// "attempt to compare two … values", "attempt to compare … with …".
#[cold]
pub(crate) fn order_error(heap: &mut Heap, co: &Coroutine, a: Value, b: Value) -> Failure {
    let (first, second) = (type_name(a), type_name(b));
    let text = if first == second {
        format!("attempt to compare two {first} values")
    } else {
        format!("attempt to compare {first} with {second}")
    };
    runtime_error(heap, co, text.as_bytes())
}

/// Where the frame that catches an error is.
enum Catcher {
    /// The frame with this index, which is a `pcall`, an `xpcall` with this handler, or a `load`, to which the
    /// handler further out applies.
    Frame(usize, Option<Value>),
    /// A `load` with this frame's index, and nothing further out.
    Load(usize),
    /// None in this coroutine.
    None,
}

fn find_catcher(co: &Coroutine) -> Catcher {
    let mut continuations = co.continuations.iter().rev();
    let mut load = None;
    for (index, frame) in co.frames.as_slice().iter().enumerate().rev() {
        if frame.kind != FrameKind::Native || !frame.waiting {
            continue;
        }
        match continuations.next() {
            Some(Continuation::Pcall | Continuation::Protected(_)) => {
                return Catcher::Frame(load.unwrap_or(index), None);
            }
            Some(Continuation::Xpcall) => {
                let handler = co.stack[frame.base as usize];
                return Catcher::Frame(load.unwrap_or(index), Some(handler));
            }
            Some(Continuation::Load(_)) => load = load.or(Some(index)),
            _ => {}
        }
    }
    load.map_or(Catcher::None, Catcher::Load)
}

/// Finds out what a failure leads to: a step to go on with, or the failure that the host gets.
///
/// The value of a raise is in `heap.raised`. Handlers of `xpcall` run where the error happened, before
/// anything is unwound.
///
/// # Errors
/// The failure itself when nothing in the machine catches it.
#[cold]
#[inline(never)]
pub(crate) fn handle(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    failure: Failure,
) -> Result<Step, Failure> {
    let mut with_handler = failure == Failure::Raised;
    match failure {
        Failure::Raised => {}
        Failure::Memory => heap.raised = heap.memory_message,
        Failure::Ended(_) => return Err(failure),
    }
    loop {
        match find_catcher(co) {
            Catcher::Frame(_, Some(handler)) if with_handler => {
                match call_handler(heap, co, handler)? {
                    Some(step) => return Ok(step),
                    None => with_handler = false,
                }
            }
            Catcher::Frame(index, _) => return Ok(catch(heap, co, index)),
            Catcher::Load(index) => {
                if with_handler
                    && heap.wants_traceback
                    && !co.resumer.is_some()
                    && heap.raised.is_string()
                {
                    // The host's handler, which adds a traceback, is the one that applies.
                    let mut text = heap.bytes(heap.raised).to_vec();
                    text.push(b'\n');
                    text.extend(crate::stdlib::debug::traceback_text(heap, co));
                    heap.raised = heap.intern(&text)?;
                }
                return Ok(catch(heap, co, index));
            }
            Catcher::None => {
                if co.resumer.is_some() {
                    if let Some(step) = end_coroutine(heap, co) {
                        return Ok(step);
                    }
                    with_handler = true;
                } else {
                    if with_handler && heap.wants_traceback {
                        heap.traceback = crate::stdlib::debug::traceback_text(heap, co);
                    }
                    return Err(Failure::Raised);
                }
            }
        }
    }
}

/// Calls the handler of an `xpcall`; `None` when the error is to be caught without it ("error in error
/// handling").
fn call_handler(
    heap: &mut Heap,
    co: &mut Coroutine,
    handler: Value,
) -> Result<Option<Step>, Failure> {
    if !handler.is_function() {
        heap.raised = heap.intern(b"error in error handling")?;
        return Ok(None);
    }
    loop {
        let depth = co.frames.last().map_or(0, |frame| frame.depth) + 1;
        if depth >= limits::NATIVE_DEPTH_HANDLING_MAX
            || co.frames.len() >= limits::FRAMES_MAX + limits::FRAMES_HANDLING
        {
            heap.raised = heap.intern(b"error in error handling")?;
            return Ok(None);
        }
        if depth == limits::NATIVE_DEPTH_MAX {
            // The handler's own call is one too many: that is an error, too, which it is called for again.
            let failure = runtime_error(heap, co, b"C stack overflow");
            if failure != Failure::Raised {
                return Ok(None);
            }
            if let Some(frame) = co.frames.last_mut() {
                frame.depth = depth;
            }
            continue;
        }
        let at = co.live_limit(heap);
        if co.reserve(at + 2, &mut heap.budget).is_err() {
            heap.raised = heap.memory_message;
            return Ok(None);
        }
        co.stack[at] = handler;
        co.stack[at + 1] = heap.raised;
        co.top = at + 2;
        return Ok(Some(Step::Call(call::CallRequest {
            at,
            args: 1,
            wanted: 1,
            called_by: crate::coroutine::CalledBy::ErrorHandler,
            depth,
            aux: 0,
        })));
    }
}

/// Unwinds to the frame at `index` and lets its native return `false` and the error's value.
pub(crate) fn catch(heap: &mut Heap, co: &mut Coroutine, index: usize) -> Step {
    let value = heap.raised;
    heap.raised = Value::NIL;
    unwind_to(heap, co, index + 1);
    if let Some(Continuation::Protected(step)) = co.continuations.last() {
        let step = *step;
        return call::resume_protected(heap, co, step, value);
    }
    let continuation = co.continuations.pop();
    let Some(frame) = co.frames.last() else { return Step::Fail(crate::native::internal()) };
    let function = frame.function as usize;
    co.stack[function] = match continuation {
        Some(Continuation::Load(source)) => {
            heap.budget.refund(source.capacity());
            Value::NIL
        }
        _ => Value::FALSE,
    };
    co.stack[function + 1] = value;
    call::native_done(co, 2)
}

/// Drops all frames from `len` on, with what they wait for, and closes their variables.
pub(crate) fn unwind_to(heap: &mut Heap, co: &mut Coroutine, len: usize) {
    let Some(first) = co.frames.as_slice().get(len) else { return };
    let bottom = first.function as usize;
    call::close_upvalues(heap, co, bottom);
    for frame in &co.frames.as_slice()[len..] {
        if frame.called_by == crate::coroutine::CalledBy::Hook {
            co.hook.active = false;
        }
        if frame.kind == FrameKind::Native
            && frame.waiting
            && let Some(continuation) = co.continuations.pop()
        {
            heap.budget.refund(continuation.held_bytes());
        }
    }
    co.frames.truncate(len);
    hook::unwound(co);
    if co.frames_limit > limits::FRAMES_MAX && len < limits::FRAMES_MAX {
        co.frames_limit = limits::FRAMES_MAX - usize::from(co.hidden_frames);
    }
}

/// The running coroutine dies of the error; its resumer goes on. `None` when the error goes on as well,
/// in the resumer.
fn end_coroutine(heap: &mut Heap, co: &mut Box<Coroutine>) -> Option<Step> {
    co.status = Status::Dead;
    call::switch_to_resumer(heap, co);
    let index = co.frames.len().checked_sub(1)?;
    let continuation = co.continuations.pop();
    let frame = co.frames.last_mut()?;
    frame.waiting = false;
    let function = frame.function as usize;
    if let Some(Continuation::Resume) = continuation {
        co.stack[function] = Value::FALSE;
        co.stack[function + 1] = heap.raised;
        heap.raised = Value::NIL;
        return Some(call::native_done(co, 2));
    }
    add_position(heap, co, index);
    None
}

/// `coroutine.wrap`, which is the native frame at `index`, hands an error on: with the position of who
/// called it.
pub(crate) fn add_position(heap: &mut Heap, co: &Coroutine, index: usize) {
    if heap.raised.is_string() || heap.raised.is_number() {
        let mut text = co.position_at(index, 1, heap);
        if !text.is_empty() {
            heap.describe(heap.raised, &mut text);
            if let Ok(value) = heap.intern(&text) {
                heap.raised = value;
            }
        }
    }
}

/// The frame of the nearest `pcall` or `xpcall`.
pub(crate) fn catcher_index(co: &Coroutine) -> Option<usize> {
    match find_catcher(co) {
        Catcher::Frame(index, _) | Catcher::Load(index) => Some(index),
        Catcher::None => None,
    }
}
