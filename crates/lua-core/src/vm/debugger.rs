//! Where a debugger wants the machine to stop. The loop that looks for hooks asks it before each instruction; without
//! breakpoints and steps to do, the machine runs in its other loop and nothing is asked.

use crate::closure::LoadedProto;
use crate::coroutine::Coroutine;
use crate::debugger::StepMode;
use crate::heap::Heap;
use crate::machine::PauseReason;

/// What a debugger has asked for.
#[derive(Debug)]
pub(crate) struct Debugger {
    /// Lines with the names of their chunks, by line.
    breakpoints: Vec<(u32, Box<[u8]>)>,
    pub(crate) stepping: Stepping,
    /// Why it stopped last.
    reason: PauseReason,
}

/// Where a run stops besides breakpoints; a run that is parked takes it along.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stepping {
    mode: StepMode,
    /// The level at and above which [`StepMode::Over`] and [`StepMode::Out`] stop.
    target: Target,
    /// To stop at the next line, whatever the mode.
    asked: bool,
}

/// A level of the stack: frames below it and itself, those of the coroutines that resumed this one included. A frame
/// that has been replaced by a tail call counts as one that has called.
#[derive(Clone, Copy, Debug, Default)]
struct Target {
    depth: usize,
    tail_calls: u32,
}

impl Default for Debugger {
    fn default() -> Self {
        let stepping = Stepping::default();
        Self { breakpoints: Vec::new(), stepping, reason: PauseReason::Step }
    }
}

impl Debugger {
    /// True when there is something to stop for.
    #[inline]
    pub(crate) fn is_active(&self) -> bool {
        self.stepping.mode != StepMode::Continue
            || self.stepping.asked
            || !self.breakpoints.is_empty()
    }

    /// Why it stopped last.
    pub(crate) fn reason(&self) -> PauseReason {
        self.reason
    }

    /// The run that a step was begun in is over.
    pub(crate) fn forget_step(&mut self) {
        self.stepping = Stepping::default();
    }

    /// Stops nowhere any more.
    pub(crate) fn disable(&mut self) {
        *self = Self::default();
    }

    /// Stops at the next line.
    pub(crate) fn ask(&mut self) {
        self.stepping.asked = true;
    }

    /// Replaces the breakpoints.
    pub(crate) fn set_breakpoints(&mut self, breakpoints: Vec<(u32, Box<[u8]>)>) {
        self.breakpoints = breakpoints;
        ordered::sort_by(&mut self.breakpoints, Ord::cmp);
    }

    fn has_breakpoint(&self, line: u32, chunk: &[u8]) -> bool {
        let first = self.breakpoints.partition_point(|(at, _)| *at < line);
        let there = self.breakpoints.iter().skip(first).take_while(|(at, _)| *at == line);
        there.into_iter().any(|(_, name)| **name == *chunk)
    }

    /// How the run goes on from where it stands.
    pub(crate) fn go_on(&mut self, mode: StepMode, depth: usize, co: &Coroutine) {
        let frames = co.frames.as_slice();
        let tail_calls = |below: usize| {
            frames.iter().rev().nth(below).map_or(u32::MAX, |frame| frame.tail_calls)
        };
        self.stepping.mode = match mode {
            // Nothing has begun: its first line is the next one.
            StepMode::Over if depth == 0 => StepMode::Into,
            StepMode::Out if depth == 0 => StepMode::Continue,
            mode => mode,
        };
        self.stepping.target = match mode {
            StepMode::Out => Target { depth: depth.saturating_sub(1), tail_calls: tail_calls(1) },
            _ => Target { depth, tail_calls: tail_calls(0) },
        };
    }
}

/// Frames of a coroutine and of those that resumed it.
pub(crate) fn depth(heap: &Heap, co: &Coroutine) -> usize {
    let mut depth = co.frames.len();
    let mut resumer = co.resumer;
    while resumer.is_some() {
        let co = &heap.coroutines[resumer];
        depth += co.frames.len();
        resumer = co.resumer;
    }
    depth
}

/// Whether the machine is to stop before the next instruction; `new_line` when it begins a line.
pub(crate) fn stops(
    heap: &mut Heap,
    co: &Coroutine,
    proto: &LoadedProto,
    new_line: Option<u32>,
) -> bool {
    let is_step = match heap.debugger.stepping.mode {
        StepMode::Continue => false,
        StepMode::Into => true,
        StepMode::Over | StepMode::Out => has_returned(heap, co),
    };
    let Some(line) = new_line else { return false };
    let debugger = &heap.debugger;
    let reason = if debugger.has_breakpoint(line, heap.bytes(proto.source)) {
        PauseReason::Breakpoint
    } else if debugger.stepping.asked {
        PauseReason::Asked
    } else if is_step {
        PauseReason::Step
    } else {
        return false;
    };
    let debugger = &mut heap.debugger;
    debugger.reason = reason;
    debugger.stepping = Stepping::default();
    true
}

/// True when the instruction is at the level that a step is to stop at, or outside of it. Once the run has been further
/// out, calls from there are no place to stop at.
fn has_returned(heap: &mut Heap, co: &Coroutine) -> bool {
    let depth = depth(heap, co);
    let tail_calls = co.frames.last().map_or(0, |frame| frame.tail_calls);
    let target = &mut heap.debugger.stepping.target;
    if depth < target.depth {
        *target = Target { depth, tail_calls };
    }
    depth == target.depth && tail_calls <= target.tail_calls
}
