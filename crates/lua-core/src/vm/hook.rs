//! Hooks: a function that is called when lines, calls, returns or a count of instructions pass
//! (Lua 5.1 manual §5.9, `debug.sethook`).

use lua_compiler::bytecode::Op;

use crate::closure::LoadedProto;
use crate::coroutine::{CalledBy, Coroutine};
use crate::error::Failure;
use crate::heap::Heap;
use crate::value::Value;
use crate::vm::call::{CallRequest, Step, deeper};

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
    pub(crate) left: u32,
    /// The hook runs: no events until it has returned.
    pub(crate) active: bool,
    /// Instruction at which the last line event was looked for, and the number of frames then.
    pub(crate) last: (u32, u32),
    /// Events that the next instruction has had already: it is looked at again when a hook returns to it.
    pub(crate) stage: u8,
    /// The frame's `pc` is one ahead while the hook runs, so that the current line is the instruction's.
    pub(crate) pc_ahead: bool,
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
            stage: 0,
            pc_ahead: false,
        }
    }
}

impl Hook {
    /// True when the machine must look for events.
    #[inline]
    pub(crate) fn is_set(&self) -> bool {
        self.mask != 0
    }
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
    if co.hook.active || !co.hook.is_set() {
        return Ok(None);
    }
    let Some(frame) = co.frames.last() else { return Ok(None) };
    let pc = frame.pc as usize;
    let (tail_calls, frames) = (frame.tail_calls, co.frames.len() as u32);
    let _ = tail_calls;
    if co.hook.stage < 1 {
        co.hook.stage = 1;
        if pc == 0 && co.hook.mask & mask::CALL != 0 {
            return fire(heap, co, b"call", None, true).map(Some);
        }
    }
    if co.hook.stage < 2 {
        co.hook.stage = 2;
        if co.hook.mask & mask::COUNT != 0 {
            co.hook.left = co.hook.left.saturating_sub(1);
            if co.hook.left == 0 {
                co.hook.left = co.hook.count;
                return fire(heap, co, b"count", None, true).map(Some);
            }
        }
    }
    if co.hook.stage < 3 {
        co.hook.stage = 3;
        let (last_pc, last_frames) = co.hook.last;
        let line = proto.line(pc);
        let is_new = pc == 0
            || last_frames != frames
            || pc as u32 <= last_pc
            || proto.line(last_pc as usize) != line;
        co.hook.last = (pc as u32, frames);
        if is_new && co.hook.mask & mask::LINE != 0 {
            return fire(heap, co, b"line", Some(line), true).map(Some);
        }
    }
    if co.hook.stage < 4 {
        co.hook.stage = 4;
        let returns = proto
            .code()
            .get(pc)
            .is_some_and(|i| matches!(i.op, Op::Return | Op::Return0 | Op::Return1));
        if returns && co.hook.mask & mask::RETURN != 0 {
            return fire(heap, co, b"return", None, true).map(Some);
        }
    }
    Ok(None)
}

fn fire(
    heap: &mut Heap,
    co: &mut Coroutine,
    event: &[u8],
    line: Option<u32>,
    pc_ahead: bool,
) -> Result<Step, Failure> {
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
    co.hook.pc_ahead = pc_ahead;
    if pc_ahead && let Some(frame) = co.frames.last_mut() {
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

/// A hook has returned: the frame goes back to where it was.
pub(crate) fn finished(co: &mut Coroutine, top: usize) {
    co.top = top;
    co.hook.active = false;
    if core::mem::take(&mut co.hook.pc_ahead)
        && let Some(frame) = co.frames.last_mut()
    {
        frame.pc = frame.pc.saturating_sub(1);
    }
}
