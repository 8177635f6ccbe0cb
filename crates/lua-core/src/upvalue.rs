//! Captured variables: open while they live in a coroutine's stack, closed after.

use crate::handle::CoroutineIndex;
use crate::heap::arena::{Mark, Object, arena_index};
use crate::value::Value;

/// A variable that a closure captured.
#[derive(Debug)]
pub(crate) struct Upvalue {
    /// The value of a closed upvalue.
    pub(crate) value: Value,
    /// Stack index of an open one, or [`Upvalue::CLOSED`].
    pub(crate) at: u32,
    /// The coroutine whose stack an open one lives in.
    pub(crate) owner: CoroutineIndex,
    pub(crate) mark: Mark,
}

impl Upvalue {
    pub(crate) const CLOSED: u32 = u32::MAX;

    #[inline(always)]
    pub(crate) fn is_closed(&self) -> bool {
        self.at == Self::CLOSED
    }
}

impl Object for Upvalue {
    fn empty() -> Self {
        Self { value: Value::NIL, at: Self::CLOSED, owner: CoroutineIndex::NONE, mark: Mark::FREE }
    }
    fn mark(&self) -> Mark {
        self.mark
    }
    fn set_mark(&mut self, mark: Mark) {
        self.mark = mark;
    }
    fn outside_bytes(&self) -> usize {
        0
    }
}

arena_index! { Upvalue, UpvalueIndex; }
