//! Coroutines: a stack of values, a stack of frames, and what waits in them.
//!
//! ```text
//!   ... | function | varargs ... | R[0] R[1] ...  | free ...
//!                                  ^ base           ^ base + proto.registers
//! ```
//!
//! Invariant: `stack.len()` is at least [`WINDOW`] more than the base of every Lua frame and than `top`,
//! so the machine takes a frame's registers as one window of 256 values.

use std::rc::Rc;

use crate::closure::LoadedProto;
use crate::continuation::Continuation;
use crate::handle::{ClosureIndex, CoroutineIndex, TableIndex, UpvalueIndex};
use crate::heap::arena::{Mark, Object, arena_index};
use crate::heap::charge::{Budget, OutOfMemory};
use crate::value::Value;

/// Registers of a window: as many as a byte can name.
pub(crate) const WINDOW: usize = 256;

/// Where a coroutine stands (`coroutine.status`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Not started, or waiting in a yield.
    Suspended,
    /// The one that runs.
    Running,
    /// Waits for a coroutine that it resumed.
    Normal,
    /// Finished, or ended by an error.
    Dead,
}

/// How a frame's function was called, which decides what happens with its results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CalledBy {
    /// A call instruction of the Lua frame below: results go to the function's slot.
    Instruction,
    /// A native that waits in the frame below.
    Native,
    /// An instruction whose metamethod it is: the result goes where the instruction wants it.
    Metamethod,
    /// The same, and the result's truth is turned round: `__lt` that stands for `__le`.
    NegatedMetamethod,
    /// The host, or `coroutine.resume`: it is the coroutine's first frame.
    Entry,
    /// The collector, for a finaliser: results are dropped.
    Finalizer,
    /// An error, as the handler of an `xpcall`: the result becomes the error's value.
    ErrorHandler,
    /// A hook: results are dropped and the interrupted instruction goes on.
    Hook,
}

/// What a frame runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameKind {
    /// A Lua function.
    Lua,
    /// A native function that called another one and waits, its state in `Coroutine::continuations`.
    Native,
}

/// A function in progress.
#[derive(Debug)]
pub(crate) struct Frame {
    /// The prototype of a Lua frame that waits for a call; taken out while it runs.
    pub(crate) proto: Option<Rc<LoadedProto>>,
    /// Stack index of the function.
    pub(crate) function: u32,
    /// Stack index of `R[0]`; of a native's first argument.
    pub(crate) base: u32,
    /// The next instruction of a Lua frame.
    pub(crate) pc: u32,
    /// A native's end of arguments. Of a `__concat` frame the operand that its result replaces; of a
    /// finaliser or hook the end of open results to go back to.
    pub(crate) top: u32,
    /// Tail calls that this frame stands for.
    pub(crate) tail_calls: u32,
    /// The function of a Lua frame; of a native frame the index of its native, whose slot may hold a
    /// result already.
    pub(crate) closure: ClosureIndex,
    /// Results wanted, -1 for all.
    pub(crate) wanted: i16,
    /// Nested native calls while this frame runs (PUC's `nCcalls`).
    pub(crate) depth: u16,
    pub(crate) kind: FrameKind,
    pub(crate) called_by: CalledBy,
    /// A native frame whose continuation is in `continuations`; false while it runs again.
    pub(crate) waiting: bool,
}

const _: () = assert!(size_of::<Frame>() <= 40);

/// A coroutine; the main program is one, too.
#[derive(Debug)]
pub(crate) struct Coroutine {
    pub(crate) stack: Vec<Value>,
    pub(crate) frames: Frames,
    /// What the native frames wait for, one each, in their order.
    pub(crate) continuations: Vec<Continuation>,
    /// Open upvalues by ascending stack index.
    pub(crate) open: Vec<UpvalueIndex>,
    /// End of open results, and of the arguments of a native in progress.
    pub(crate) top: usize,
    pub(crate) status: Status,
    /// Who resumed it.
    pub(crate) resumer: CoroutineIndex,
    /// Stack index behind the highest open upvalue, 0 when there is none.
    pub(crate) open_top: u32,
    /// The `coroutine.yield` that it waits in: where its results go, how many are wanted, and who called it.
    pub(crate) yielded: Option<(u32, i16, CalledBy)>,
    /// Depth of the first frame: a yield from deeper is "across a C-call boundary".
    pub(crate) depth_base: u16,
    /// Frames that PUC would have below this coroutine's first one.
    pub(crate) hidden_frames: u8,
    /// Most frames at the moment: PUC looks at the limit only when its frame array grows.
    pub(crate) frames_limit: usize,
    /// The global table of functions loaded here.
    pub(crate) globals: TableIndex,
    /// Hook, its mask and count; see `debug.sethook`.
    pub(crate) hook: crate::vm::hook::Hook,
    /// Bytes charged for the stacks.
    pub(crate) bytes: usize,
    pub(crate) mark: Mark,
}

impl Coroutine {
    /// What a free slot holds.
    pub(crate) fn empty() -> Coroutine {
        Coroutine {
            stack: Vec::new(),
            frames: Frames::default(),
            continuations: Vec::new(),
            open: Vec::new(),
            top: 0,
            status: Status::Dead,
            resumer: CoroutineIndex::NONE,
            open_top: 0,
            yielded: None,
            depth_base: 0,
            hidden_frames: 1,
            frames_limit: crate::limits::FRAMES_FIRST_MAX - 1,
            globals: TableIndex::NONE,
            hook: crate::vm::hook::Hook::default(),
            bytes: 0,
            mark: Mark::FREE,
        }
    }
}

/// Coroutines are boxed, so that switching from one to another moves pointers.
impl Object for Box<Coroutine> {
    const BOXED_BYTES: usize = size_of::<Coroutine>();
    fn reset(&mut self) {
        **self = Coroutine::empty();
    }
    fn empty() -> Self {
        Box::new(Coroutine::empty())
    }
    fn mark(&self) -> Mark {
        self.mark
    }
    fn set_mark(&mut self, mark: Mark) {
        self.mark = mark;
    }
    fn outside_bytes(&self) -> usize {
        self.bytes
    }
}

arena_index! { Box<Coroutine>, CoroutineIndex; }

impl Coroutine {
    /// Makes sure that a window fits at stack index `base`.
    #[inline(always)]
    pub(crate) fn reserve(&mut self, base: usize, budget: &mut Budget) -> Result<(), OutOfMemory> {
        if base + WINDOW <= self.stack.len() { Ok(()) } else { self.grow(base + WINDOW, budget) }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, needed: usize, budget: &mut Budget) -> Result<(), OutOfMemory> {
        let wish = if self.stack.is_empty() { needed } else { needed.max(self.stack.len() * 2) };
        let size = if budget.room() < (wish - self.stack.len()) * size_of::<Value>() {
            needed
        } else {
            wish
        };
        let more = size - self.stack.len();
        budget.charge(more * size_of::<Value>())?;
        self.bytes += more * size_of::<Value>();
        self.stack.reserve_exact(more);
        self.stack.resize(size, Value::NIL);
        Ok(())
    }

    /// Adds a frame; the bytes of the frame stack are charged as it grows.
    #[inline]
    pub(crate) fn push_frame(
        &mut self,
        frame: Frame,
        budget: &mut Budget,
    ) -> Result<(), OutOfMemory> {
        *self.new_frame(budget)? = frame;
        Ok(())
    }

    /// Adds a frame whose fields are still those of an older one: the caller sets every field.
    #[inline(always)]
    pub(crate) fn new_frame(&mut self, budget: &mut Budget) -> Result<&mut Frame, OutOfMemory> {
        if self.frames.len == self.frames.slots.len() {
            self.grow_frames(budget)?;
        }
        let index = self.frames.len;
        match self.frames.slots.get_mut(index) {
            Some(frame) => {
                self.frames.len = index + 1;
                Ok(frame)
            }
            None => Err(OutOfMemory),
        }
    }

    /// Gives back what a deep run left, when nothing is in progress.
    pub(crate) fn trim(&mut self, budget: &mut Budget) {
        /// Frames that are kept for the next run.
        const FRAMES_KEPT: usize = 64;
        if self.frames.len != 0 {
            return;
        }
        let values = self.stack.capacity();
        self.stack.truncate((self.top + WINDOW).max(4 * WINDOW));
        self.stack.shrink_to_fit();
        let frames = self.frames.slots.capacity();
        self.frames.slots.truncate(FRAMES_KEPT);
        self.frames.slots.shrink_to_fit();
        let bytes = (values - self.stack.capacity()) * size_of::<Value>()
            + (frames - self.frames.slots.capacity()) * size_of::<Frame>();
        self.bytes = self.bytes.saturating_sub(bytes);
        budget.refund(bytes);
    }

    #[cold]
    #[inline(never)]
    fn grow_frames(&mut self, budget: &mut Budget) -> Result<(), OutOfMemory> {
        let more = self.frames.slots.len().max(8);
        budget.charge(more * size_of::<Frame>())?;
        self.bytes += more * size_of::<Frame>();
        self.frames.slots.reserve_exact(more);
        self.frames.slots.resize_with(self.frames.slots.len() + more, Frame::unused);
        Ok(())
    }
}

/// The frames of a coroutine.
///
/// Slots stay when frames are popped and are written field by field: building a frame elsewhere and moving
/// it in makes the processor wait for its stores (measured: half the time of a call).
#[derive(Debug, Default)]
pub(crate) struct Frames {
    slots: Vec<Frame>,
    len: usize,
}

impl Frames {
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub(crate) fn last(&self) -> Option<&Frame> {
        self.slots.get(self.len.wrapping_sub(1))
    }

    #[inline(always)]
    pub(crate) fn last_mut(&mut self) -> Option<&mut Frame> {
        self.slots.get_mut(self.len.wrapping_sub(1))
    }

    /// Takes the top frame off; its fields can be read until the next one is pushed.
    #[inline(always)]
    pub(crate) fn pop_in_place(&mut self) -> Option<&mut Frame> {
        self.len = self.len.checked_sub(1)?;
        self.slots.get_mut(self.len)
    }

    /// Takes the top frame off.
    pub(crate) fn pop(&mut self) -> Option<Frame> {
        Some(core::mem::replace(self.pop_in_place()?, Frame::unused()))
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        for frame in self.slots.get_mut(len..self.len).unwrap_or_default() {
            frame.proto = None;
        }
        self.len = self.len.min(len);
    }

    pub(crate) fn clear(&mut self) {
        self.truncate(0);
    }

    /// The frames in use, the first at the bottom.
    pub(crate) fn as_slice(&self) -> &[Frame] {
        self.slots.get(..self.len).unwrap_or_default()
    }

    /// The same, to change.
    pub(crate) fn as_mut_slice(&mut self) -> &mut [Frame] {
        self.slots.get_mut(..self.len).unwrap_or_default()
    }
}

impl Frame {
    const fn unused() -> Frame {
        Frame {
            proto: None,
            function: 0,
            base: 0,
            pc: 0,
            top: 0,
            tail_calls: 0,
            closure: ClosureIndex::NONE,
            wanted: 0,
            depth: 0,
            kind: FrameKind::Native,
            called_by: CalledBy::Entry,
            waiting: false,
        }
    }
}

impl core::ops::Deref for Frames {
    type Target = [Frame];

    fn deref(&self) -> &[Frame] {
        self.as_slice()
    }
}
