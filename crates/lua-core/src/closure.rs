//! Lua functions, native functions, and the prototypes that Lua functions run.

use std::rc::Rc;

use lua_compiler::bytecode::Instruction;
use lua_compiler::proto::Proto;
use smallvec::SmallVec;

use crate::error::Failure;
use crate::handle::*;
use crate::heap::arena::{Mark, Object, arena_index};
use crate::native::{CallContext, NativeFn, Outcome};
use crate::value::Value;

/// A prototype with its constants as values.
#[derive(Debug)]
pub(crate) struct LoadedProto {
    /// What the compiler made; `protos` moved to `children`, `source` to the field of that name.
    pub(crate) def: Proto,
    /// The name of the chunk, which may be its whole text: a string that all its functions share.
    pub(crate) source: Value,
    pub(crate) constants: Box<[Value]>,
    pub(crate) children: Box<[Rc<LoadedProto>]>,
    pub(crate) index: ProtoIndex,
    /// Bytes charged for it.
    pub(crate) bytes: usize,
}

impl LoadedProto {
    #[inline(always)]
    pub(crate) fn code(&self) -> &[Instruction] {
        &self.def.code
    }

    /// The line of the instruction at `pc`, or 0 when the function was stripped.
    pub(crate) fn line(&self, pc: usize) -> u32 {
        self.def.lines.get(pc).copied().unwrap_or(0)
    }
}

/// An arena slot that keeps a prototype.
#[derive(Debug)]
pub(crate) struct ProtoSlot {
    pub(crate) proto: Option<Rc<LoadedProto>>,
    pub(crate) mark: Mark,
}

impl Object for ProtoSlot {
    fn empty() -> Self {
        Self { proto: None, mark: Mark::FREE }
    }
    fn mark(&self) -> Mark {
        self.mark
    }
    fn set_mark(&mut self, mark: Mark) {
        self.mark = mark;
    }
    fn outside_bytes(&self) -> usize {
        self.proto.as_ref().map_or(0, |proto| proto.bytes)
    }
}

/// What a closure has captured.
pub(crate) type Upvalues = SmallVec<[Value; 3]>;

/// A Lua function: a prototype, its upvalues, its environment.
#[derive(Debug)]
pub(crate) struct Closure {
    /// Absent only in a free slot.
    pub(crate) proto: Option<Rc<LoadedProto>>,
    /// Values of variables that nobody assigns to any more, and references to those that are shared
    /// ([`Value::as_shared`]).
    pub(crate) upvalues: Upvalues,
    pub(crate) environment: TableIndex,
    pub(crate) mark: Mark,
}

impl Object for Closure {
    fn empty() -> Self {
        Self {
            proto: None,
            upvalues: SmallVec::new(),
            environment: TableIndex::NONE,
            mark: Mark::FREE,
        }
    }
    fn mark(&self) -> Mark {
        self.mark
    }
    fn set_mark(&mut self, mark: Mark) {
        self.mark = mark;
    }
    fn outside_bytes(&self) -> usize {
        if self.upvalues.spilled() { self.upvalues.capacity() * size_of::<Value>() } else { 0 }
    }
}

/// A host's closure behind a native function.
pub(crate) type HostFunction = dyn Fn(&mut CallContext<'_>) -> Result<Outcome, Failure>;

/// A native function.
pub(crate) struct Native {
    pub(crate) function: NativeFn,
    /// The name under which snapshots and listings know it.
    pub(crate) name: &'static str,
    /// The library that it was registered with, and what the host calls it: see `snapshot.rs`.
    #[cfg(feature = "snapshot")]
    pub(crate) origin: crate::snapshot::Origin,
    pub(crate) upvalues: Box<[Value]>,
    pub(crate) host: Option<Rc<HostFunction>>,
    pub(crate) environment: TableIndex,
    pub(crate) mark: Mark,
}

impl core::fmt::Debug for Native {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Native").field("name", &self.name).finish_non_exhaustive()
    }
}

fn no_function(_: &mut CallContext<'_>) -> Result<Outcome, Failure> {
    Ok(Outcome::Return(0))
}

impl Object for Native {
    fn empty() -> Self {
        Self {
            function: no_function,
            name: "",
            #[cfg(feature = "snapshot")]
            origin: crate::snapshot::Origin::default(),
            upvalues: Box::default(),
            host: None,
            environment: TableIndex::NONE,
            mark: Mark::FREE,
        }
    }
    fn mark(&self) -> Mark {
        self.mark
    }
    fn set_mark(&mut self, mark: Mark) {
        self.mark = mark;
    }
    fn outside_bytes(&self) -> usize {
        self.upvalues.len() * size_of::<Value>()
    }
}

arena_index! {
    ProtoSlot, ProtoIndex;
    Closure, ClosureIndex;
    Native, NativeIndex;
}
