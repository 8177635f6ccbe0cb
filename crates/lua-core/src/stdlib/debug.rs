//! `debug`. Lua 5.1 manual §5.9.
pub(crate) fn traceback_text(
    _heap: &crate::heap::Heap,
    _co: &crate::coroutine::Coroutine,
) -> Vec<u8> {
    Vec::new()
}
