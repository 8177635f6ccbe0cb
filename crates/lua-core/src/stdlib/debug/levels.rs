//! The levels of a call stack as `debug` and tracebacks see them.
//!
//! ```text
//!   level 0   the native that asks, or the `yield` that a suspended coroutine waits in (neither has a frame)
//!   level 1.. frames from the top down; behind each the calls that it has replaced by tail calls
//!   last      in the main coroutine, the host that called the program: a native without a name
//! ```

use lua_compiler::names::{self, NameKind};

use crate::closure::LoadedProto;
use crate::coroutine::{CalledBy, Coroutine, Frame, FrameKind};
use crate::heap::Heap;
use crate::native::c_string;
use crate::value::Value;

/// Lines of a traceback from the top, and from the bottom; what lies between is "..."
/// (PUC `ldblib.c`, `LEVELS1` and `LEVELS2`).
const LINES_FIRST: usize = 12;
const LINES_LAST: usize = 10;

/// What stands at a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activation {
    /// A native without a frame, whose function is at this stack index.
    Native(usize),
    /// The frame with this index.
    Frame(usize),
    /// A call that a tail call has replaced.
    TailCall,
    /// The host.
    Host,
}

/// A coroutine's stack of calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Levels<'a> {
    heap: &'a Heap,
    co: &'a Coroutine,
    /// Frames that count.
    depth: usize,
    /// A native on top without a frame, and whether an instruction called it.
    native: Option<(usize, bool)>,
    /// The host is the last level.
    has_host: bool,
}

/// What `debug.getinfo` knows of a function.
#[derive(Debug)]
pub(crate) struct FunctionInfo {
    pub(crate) source: Vec<u8>,
    pub(crate) short_source: Vec<u8>,
    /// "Lua", "main", "C" or "tail".
    pub(crate) what: &'static str,
    /// -1 when there is none.
    pub(crate) line_defined: i64,
    /// -1 when there is none.
    pub(crate) last_line_defined: i64,
}

impl FunctionInfo {
    fn outside_lua(name: &str, what: &'static str) -> Self {
        let source = [b"=", name.as_bytes()].concat();
        let short_source = name.as_bytes().to_vec();
        Self { source, short_source, what, line_defined: -1, last_line_defined: -1 }
    }

    /// Of a native.
    pub(crate) fn native() -> Self {
        Self::outside_lua("[C]", "C")
    }

    /// Of a call that a tail call has replaced.
    pub(crate) fn tail_call() -> Self {
        Self::outside_lua("(tail call)", "tail")
    }

    /// Of a Lua function.
    pub(crate) fn lua(proto: &LoadedProto, heap: &Heap) -> Self {
        let def = &proto.def;
        let source = heap.bytes(proto.source);
        Self {
            source: source.to_vec(),
            short_source: lua_compiler::chunk_id(source),
            what: if def.line_defined == 0 { "main" } else { "Lua" },
            line_defined: i64::from(def.line_defined),
            last_line_defined: i64::from(def.last_line_defined),
        }
    }

    /// Of a function value.
    pub(crate) fn of(heap: &Heap, function: Value) -> Self {
        let closure = function.as_closure();
        match closure.and_then(|closure| heap.closures[closure].proto.as_deref()) {
            Some(proto) => Self::lua(proto, heap),
            None => Self::native(),
        }
    }
}

impl<'a> Levels<'a> {
    /// The running coroutine as the native with its function at `native` sees it, above `depth` frames.
    pub(crate) fn of_running(
        heap: &'a Heap,
        co: &'a Coroutine,
        depth: usize,
        native: Option<(usize, bool)>,
    ) -> Self {
        Self { heap, co, depth, native, has_host: !co.resumer.is_some() }
    }

    /// A coroutine that does not run.
    pub(crate) fn of_other(heap: &'a Heap, co: &'a Coroutine, is_main: bool) -> Self {
        let native =
            co.yielded.map(|(function, _, by)| (function as usize, by == CalledBy::Instruction));
        Self { heap, co, depth: co.frames.len(), native, has_host: is_main }
    }

    /// What stands at `level`.
    pub(crate) fn at(&self, level: usize) -> Option<Activation> {
        let mut left = level;
        if let Some((function, _)) = self.native {
            if left == 0 {
                return Some(Activation::Native(function));
            }
            left -= 1;
        }
        for (index, frame) in self.co.frames.as_slice().iter().enumerate().take(self.depth).rev() {
            if left == 0 {
                return Some(Activation::Frame(index));
            }
            left -= 1;
            let tail_calls = frame.tail_calls as usize;
            if left < tail_calls {
                return Some(Activation::TailCall);
            }
            left -= tail_calls;
        }
        (left == 0 && self.has_host).then_some(Activation::Host)
    }

    /// Number of levels.
    pub(crate) fn count(&self) -> usize {
        let frames = self.co.frames.as_slice().iter().take(self.depth);
        usize::from(self.native.is_some())
            + frames.map(|frame| 1 + frame.tail_calls as usize).sum::<usize>()
            + usize::from(self.has_host)
    }

    pub(crate) fn frame(&self, activation: Activation) -> Option<&'a Frame> {
        match activation {
            Activation::Frame(index) => self.co.frames.as_slice().get(index),
            _ => None,
        }
    }

    /// The function at a level; nil for a tail call and for the host.
    pub(crate) fn function(&self, activation: Activation) -> Value {
        match activation {
            Activation::Native(at) => self.co.stack[at],
            Activation::Frame(index) => {
                self.co.stack[self.co.frames.as_slice()[index].function as usize]
            }
            Activation::TailCall | Activation::Host => Value::NIL,
        }
    }

    pub(crate) fn info(&self, activation: Activation) -> FunctionInfo {
        match activation {
            Activation::TailCall => FunctionInfo::tail_call(),
            Activation::Native(_) | Activation::Host => FunctionInfo::native(),
            Activation::Frame(_) => FunctionInfo::of(self.heap, self.function(activation)),
        }
    }

    /// The line that a level is at; -1 when it has none.
    pub(crate) fn current_line(&self, activation: Activation) -> i64 {
        let line = self.frame(activation).and_then(|frame| self.co.current_line(frame, self.heap));
        match line {
            Some(0) | None => -1,
            Some(line) => i64::from(line),
        }
    }

    /// What the function at a level is called by the one that called it (PUC `ldebug.c`, `getfuncname`).
    pub(crate) fn name(&self, activation: Activation) -> Option<(NameKind, &'a [u8])> {
        let caller = match activation {
            Activation::Native(_) => {
                self.native.filter(|(_, by_call)| *by_call)?;
                self.depth.checked_sub(1)?
            }
            Activation::Frame(index) => {
                let frame = self.co.frames.as_slice().get(index)?;
                let by_code = matches!(frame.called_by, CalledBy::Instruction | CalledBy::Hook);
                if !by_code || frame.tail_calls > 0 {
                    return None;
                }
                index.checked_sub(1)?
            }
            Activation::TailCall | Activation::Host => return None,
        };
        let caller =
            self.co.frames.as_slice().get(caller).filter(|frame| frame.kind == FrameKind::Lua)?;
        let proto = self.co.frame_proto(caller, self.heap)?;
        names::called_function_name(&proto.def, (caller.pc as usize).checked_sub(1)?)
    }

    /// The name and the stack index of the `n`-th local variable (from 1) at a level; behind the named ones
    /// come temporaries.
    pub(crate) fn local(&self, activation: Activation, n: i64) -> Option<(Vec<u8>, usize)> {
        let n = usize::try_from(n).ok().filter(|&n| n > 0)?;
        let base = match activation {
            Activation::Frame(index) => {
                let frame = self.co.frames.as_slice().get(index)?;
                let base = frame.base as usize;
                if let Some(proto) = self.co.frame_proto(frame, self.heap)
                    && let Some(name) =
                        names::local_name(&proto.def, n - 1, (frame.pc as usize).saturating_sub(1))
                {
                    return Some((name.to_vec(), base + n - 1));
                }
                base
            }
            Activation::Native(at) => at + 1,
            Activation::TailCall | Activation::Host => return None,
        };
        (base + n <= self.limit(activation)).then(|| (b"(*temporary)".to_vec(), base + n - 1))
    }

    /// Where the stack of a level ends: at the function that it calls.
    fn limit(&self, activation: Activation) -> usize {
        let above = match activation {
            Activation::Frame(index) if index + 1 < self.depth => {
                self.co.frames.as_slice().get(index + 1).map(|frame| frame.function as usize)
            }
            Activation::Frame(_) => self.native.map(|(function, _)| function),
            _ => None,
        };
        above.unwrap_or(self.co.top)
    }

    /// The lines of a traceback from `level` on, each with a line end before it.
    pub(crate) fn traceback(&self, level: usize, numbered_from: usize, out: &mut Vec<u8>) {
        // PUC numbers the levels from its own native on; which lines are left out depends on it.
        let count = self.count();
        let shift = numbered_from.saturating_sub(level);
        let mut level = level;
        let mut in_first_part = true;
        while level < count {
            if in_first_part && level + shift >= LINES_FIRST {
                in_first_part = false;
                if level + 1 + LINES_LAST < count {
                    out.extend_from_slice(b"\n\t...");
                    level = count - LINES_LAST;
                }
                continue;
            }
            if let Some(activation) = self.at(level) {
                self.line(activation, out);
            }
            level += 1;
        }
    }

    fn line(&self, activation: Activation, out: &mut Vec<u8>) {
        let info = self.info(activation);
        out.extend_from_slice(b"\n\t");
        out.extend_from_slice(c_string(&info.short_source));
        out.push(b':');
        let line = self.current_line(activation);
        if line > 0 {
            out.extend_from_slice(format!("{line}:").as_bytes());
        }
        if let Some((_, name)) = self.name(activation) {
            for part in [b" in function '", c_string(name), b"'"] {
                out.extend_from_slice(part);
            }
            return;
        }
        match info.what {
            "main" => out.extend_from_slice(b" in main chunk"),
            "C" | "tail" => out.extend_from_slice(b" ?"),
            _ => {
                out.extend_from_slice(b" in function <");
                out.extend_from_slice(c_string(&info.short_source));
                out.extend_from_slice(format!(":{}>", info.line_defined).as_bytes());
            }
        }
    }
}
