//! Hooks: a function that is called when lines, calls, returns or a count of instructions pass
//! (Lua 5.1 manual §5.9, `debug.sethook`). A debugger, which stops the machine before lines, looks on here too.

use lua_compiler::bytecode::Op;

use crate::closure::LoadedProto;
use crate::continuation::Continuation;
use crate::coroutine::{CalledBy, Coroutine, Frame, FrameKind};
use crate::error::Failure;
use crate::handle::NativeIndex;
use crate::heap::Heap;
use crate::native::{CallContext, Outcome, internal};
use crate::value::Value;
use crate::vm::call::{self, CallRequest, NativeCall, Step, deeper};

/// Events that a hook wants to hear of.
pub(crate) mod mask {
    /// `"c"`
    pub(crate) const CALL: u8 = 1;
    /// `"r"`
    pub(crate) const RETURN: u8 = 2;
    /// `"l"`
    pub(crate) const LINE: u8 = 4;
    /// A count that is not 0.
    pub(crate) const COUNT: u8 = 8;
}

/// The hook of a coroutine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hook {
    /// The function; nil when there is none.
    pub(crate) function: Value,
    pub(crate) mask: u8,
    /// Instructions between two count events.
    pub(crate) count: u32,
    /// Instructions left until the next one.
    left: u32,
    /// The hook runs: no events until it has returned.
    pub(crate) active: bool,
    /// The last instruction looked at, and the number of frames then.
    last: (u32, u32),
    /// The last instruction looked at has ended its function.
    left_function: bool,
    /// Events that the next instruction has had already: it is looked at again when a hook returns to it.
    pub(crate) stage: u8,
    /// `stage` while the hook runs.
    stage_interrupted: u8,
    /// The frame's `pc` is one ahead while the hook runs, so that the current line is the instruction's.
    pc_ahead: bool,
    /// The native that returns now has had its event.
    return_seen: bool,
    /// Finalisers that run: no events until they have returned.
    muted: u32,
}

impl Default for Hook {
    fn default() -> Self {
        Self {
            function: Value::NIL,
            mask: 0,
            count: 0,
            left: 0,
            active: false,
            last: (u32::MAX, 0),
            left_function: false,
            stage: 0,
            stage_interrupted: 0,
            pc_ahead: false,
            return_seen: false,
            muted: 0,
        }
    }
}

impl Hook {
    /// True when the machine must look for events.
    #[inline]
    pub(crate) fn is_set(&self) -> bool {
        self.mask != 0
    }

    /// Replaces the hook.
    pub(crate) fn set(&mut self, function: Value, events: u8, count: u32) {
        self.function = function;
        self.mask = events;
        self.count = count;
        self.left = count;
        if !self.active {
            // The instruction that sets the hook has no events any more.
            self.last = (u32::MAX, 0);
            self.left_function = false;
        }
    }

    /// True when calls or returns of natives are events now.
    #[inline]
    pub(crate) fn watches_natives(&self) -> bool {
        self.mask & (mask::CALL | mask::RETURN) != 0 && !self.is_quiet()
    }

    /// True while a hook or a finaliser runs: there are no events then.
    fn is_quiet(&self) -> bool {
        self.active || self.muted > 0
    }

    /// A run was dropped: the next one begins with an instruction that has had no events.
    #[cfg(feature = "debugger")]
    pub(crate) fn forget_stage(&mut self) {
        self.stage = 0;
    }

    /// What was looked at last is long ago: the next instruction begins a line if the one before it has another.
    #[cfg(feature = "debugger")]
    pub(crate) fn forget_last(&mut self) {
        self.last = (u32::MAX, 0);
        self.left_function = false;
    }

    /// A finaliser is about to run.
    pub(crate) fn mute(&mut self) {
        self.muted += 1;
    }

    /// A finaliser has returned.
    pub(crate) fn unmute(&mut self) {
        self.muted = self.muted.saturating_sub(1);
    }
}

/// Stages of an instruction, each behind one of its events.
mod stage {
    pub(super) const CALL: u8 = 1;
    pub(super) const COUNT: u8 = 2;
    #[cfg(feature = "debugger")]
    pub(super) const PAUSE: u8 = 3;
    pub(super) const LINE: u8 = 4;
    pub(super) const RETURN: u8 = 5;
}

/// True when the machine must look at every instruction: for a hook, or for a debugger.
#[inline(always)]
pub(crate) fn is_watched(heap: &Heap, co: &Coroutine) -> bool {
    #[cfg(feature = "debugger")]
    if heap.debugger.is_active() {
        return true;
    }
    let _ = heap;
    co.hook.is_set()
}

/// Looks for events before the instruction at the top frame's `pc`, and calls the hook for the first that
/// it has not had yet.
///
/// # Errors
/// Those of the call.
pub(crate) fn before_instruction(
    heap: &mut Heap,
    co: &mut Coroutine,
    proto: &LoadedProto,
) -> Result<Option<Step>, Failure> {
    if co.hook.is_quiet() || !is_watched(heap, co) {
        return Ok(None);
    }
    let Some(frame) = co.frames.last() else { return Ok(None) };
    let (pc, frames) = (frame.pc, co.frames.len() as u32);
    let (last_pc, last_frames) = co.hook.last;
    let op = proto.code().get(pc as usize).map(|instruction| instruction.op);
    if co.hook.stage < stage::CALL {
        co.hook.stage = stage::CALL;
        // A loop may come back to the first instruction, too.
        let is_entry = pc == 0 && (last_frames != frames || co.hook.left_function);
        if is_entry && co.hook.mask & mask::CALL != 0 {
            return fire(heap, co, b"call", None).map(Some);
        }
    }
    if co.hook.stage < stage::COUNT {
        co.hook.stage = stage::COUNT;
        if co.hook.mask & mask::COUNT != 0 {
            co.hook.left = co.hook.left.saturating_sub(1);
            if co.hook.left == 0 {
                co.hook.left = co.hook.count;
                return fire(heap, co, b"count", None).map(Some);
            }
        }
    }
    // Back from a call, the instruction before this one was the call.
    let previous = if last_frames == frames { last_pc } else { pc.wrapping_sub(1) };
    let line = proto.line(pc as usize);
    let is_new = pc == 0 || pc <= previous || proto.line(previous as usize) != line;
    #[cfg(feature = "debugger")]
    if co.hook.stage < stage::PAUSE {
        co.hook.stage = stage::PAUSE;
        if crate::vm::debugger::stops(heap, co, proto, is_new.then_some(line)) {
            return Ok(Some(Step::Pause));
        }
    }
    if co.hook.stage < stage::LINE {
        co.hook.stage = stage::LINE;
        co.hook.last = (pc, frames);
        let ends = matches!(op, Some(Op::Return | Op::Return0 | Op::Return1 | Op::TailCall));
        co.hook.left_function = ends;
        if is_new && co.hook.mask & mask::LINE != 0 {
            return fire(heap, co, b"line", Some(line)).map(Some);
        }
    }
    if co.hook.mask & mask::RETURN != 0
        && matches!(op, Some(Op::Return | Op::Return0 | Op::Return1))
    {
        if co.hook.stage < stage::RETURN {
            co.hook.stage = stage::RETURN;
            return fire(heap, co, b"return", None).map(Some);
        }
        // One more event for each call that a tail call has replaced.
        if let Some(frame) = co.frames.last_mut()
            && frame.tail_calls > 0
        {
            frame.tail_calls -= 1;
            return fire(heap, co, b"tail return", None).map(Some);
        }
    }
    Ok(None)
}

/// Calls a native with a frame, so that the hook sees it, after the hook has been told.
///
/// # Errors
/// Those of the hook's call.
pub(crate) fn enter_native(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    call: NativeCall,
) -> Result<Step, Failure> {
    call::with_frame(heap, co, call)?;
    call::park(co, Continuation::HookedCall);
    if co.hook.mask & mask::CALL != 0 {
        return fire(heap, co, b"call", None);
    }
    let top = co.top;
    Ok(call::resume_native(heap, co, top))
}

/// The hook has been told: the native does its work.
pub(crate) fn call_native(cx: &mut CallContext<'_>) -> Result<Outcome, Failure> {
    cx.drop_results();
    let native = cx.co.stack[cx.function].as_native();
    let Some(native) = native else { return Err(internal()) };
    (cx.heap.natives[native].function)(cx)
}

/// Tells the hook that a native returns `count` results, which wait above its function; none when there
/// is nothing to tell.
///
/// # Errors
/// Those of the hook's call.
pub(crate) fn leave_native(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    call: NativeCall,
    count: usize,
) -> Result<Option<Step>, Failure> {
    if co.hook.is_quiet() || core::mem::take(&mut co.hook.return_seen) {
        return Ok(None);
    }
    let function = call.function();
    let native = match co.frames.last() {
        Some(frame) if call.has_frame() => NativeIndex(frame.closure.0),
        // Without a frame it was called before the hook was set: only `sethook` itself is known, which has
        // no results in its slot.
        _ => match co.stack[function].as_native() {
            Some(native) if count == 0 => native,
            _ => return Ok(None),
        },
    };
    let top = function + 1 + count;
    co.reserve(top, &mut heap.budget)?;
    co.stack.copy_within(function..function + count, function + 1);
    co.stack[function] = native.into();
    co.top = top;
    call::with_frame(heap, co, call.with_args_end(top))?;
    call::park(co, Continuation::HookedReturn(count as u32));
    fire(heap, co, b"return", None).map(Some)
}

/// The hook has been told that a native returns.
pub(crate) fn return_from_native(cx: &mut CallContext<'_>, count: u32) -> Result<Outcome, Failure> {
    let first = cx.function + 1;
    cx.co.stack.copy_within(first..first + count as usize, cx.function);
    cx.co.hook.return_seen = true;
    Ok(Outcome::Return(count))
}

fn fire(
    heap: &mut Heap,
    co: &mut Coroutine,
    event: &[u8],
    line: Option<u32>,
) -> Result<Step, Failure> {
    if !co.hook.function.is_function() {
        return Ok(Step::Done);
    }
    let depth = deeper(heap, co)?;
    let at = co.live_limit(heap);
    let top = co.top;
    let event = heap.intern(event)?;
    co.reserve(at + 3, &mut heap.budget)?;
    co.stack[at] = co.hook.function;
    co.stack[at + 1] = event;
    co.stack[at + 2] = line.map_or(Value::NIL, |line| Value::number(f64::from(line)));
    co.top = at + 3;
    co.hook.active = true;
    co.hook.stage_interrupted = co.hook.stage;
    co.hook.pc_ahead = false;
    if let Some(frame) = co.frames.last_mut()
        && frame.kind == FrameKind::Lua
    {
        co.hook.pc_ahead = true;
        frame.pc += 1;
    }
    Ok(Step::Call(CallRequest {
        at,
        args: 2,
        wanted: 0,
        called_by: CalledBy::Hook,
        depth,
        aux: top as u32,
    }))
}

/// Frames were dropped, perhaps those of finalisers.
pub(crate) fn unwound(co: &mut Coroutine) {
    if co.hook.muted > 0 {
        let is_finalizer = |frame: &&Frame| frame.called_by == CalledBy::Finalizer;
        co.hook.muted = co.frames.as_slice().iter().filter(is_finalizer).count() as u32;
    }
}

/// A hook has returned: the frame goes back to where it was.
pub(crate) fn finished(heap: &mut Heap, co: &mut Coroutine, top: usize) -> Step {
    co.top = top;
    co.hook.active = false;
    co.hook.stage = co.hook.stage_interrupted;
    let Some(frame) = co.frames.last_mut() else { return Step::Fail(internal()) };
    if core::mem::take(&mut co.hook.pc_ahead) {
        frame.pc = frame.pc.saturating_sub(1);
    }
    if frame.kind == FrameKind::Native { call::resume_native(heap, co, top) } else { Step::Done }
}
