//! `debug`. Lua 5.1 manual §5.9.

mod levels;

use crate::coroutine::Coroutine;
use crate::heap::Heap;
use levels::Levels;

/// The traceback of an error that nothing catches, as `lua` prints it below the message.
pub(crate) fn traceback_text(heap: &Heap, co: &Coroutine) -> Vec<u8> {
    let mut text = b"stack traceback:".to_vec();
    // The handler of `lua` calls `debug.traceback`: the function that failed is PUC's level 2.
    Levels::of_running(heap, co, co.frames.len(), None).traceback(0, 2, &mut text);
    text
}
