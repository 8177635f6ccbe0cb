//! The standard library (Lua 5.1 manual §5): one library and its table per file.

pub mod base;
pub mod coroutine;
pub mod debug;
pub mod math;
pub mod string;
pub mod table;

use crate::error::Failure;
use crate::heap::Heap;
use crate::native::Library;

/// The libraries of the sandbox that have nothing but functions.
const LIBRARIES: &[Library] = &[coroutine::COROUTINE, table::TABLE];

/// Registers the libraries of the sandbox, and `debug` when asked for.
pub(crate) fn open(heap: &mut Heap, with_debug: bool) -> Result<(), Failure> {
    base::open(heap)?;
    for library in LIBRARIES {
        heap.register(library)?;
    }
    string::open(heap)?;
    math::open(heap)?;
    heap.has_debug = cfg!(feature = "debug") && with_debug;
    if heap.has_debug {
        heap.register(&debug::DEBUG)?;
    }
    Ok(())
}
