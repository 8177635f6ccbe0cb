//! `string.dump`: a Lua function's code as bytes.

use std::sync::Arc;

use lua_compiler::Proto;
use lua_compiler::encode::encode;

use crate::closure::LoadedProto;
use crate::error::Failure;
use crate::native::{CallContext, Outcome};

pub(super) fn dump(cx: &mut CallContext<'_>) -> Result<Outcome, Failure> {
    let function = cx.check_function(1)?;
    let closure = function.as_closure();
    let Some(loaded) = closure.and_then(|closure| cx.heap.closures[closure].proto.clone()) else {
        return Err(cx.error("unable to dump given function"));
    };
    let source = cx.heap.bytes(loaded.source);
    let size = size_of_all(&loaded).saturating_add(source.len());
    // The copy of the code, and the bytes, which are fewer.
    let scratch = size.saturating_mul(2);
    cx.charge_memory(scratch)?;
    let source = Arc::from(cx.heap.bytes(loaded.source));
    let bytes = encode(&with_children(&loaded, &source));
    cx.refund(scratch);
    // The bytes are the same wherever the machine runs; the size of what they were made of is not.
    cx.charge(bytes.len() as u64 / 16)?;
    let value = cx.heap.intern_owned(bytes)?;
    cx.return1(value)
}

/// Bytes of a prototype and of all within it. They nest as deep as functions in a source, which the compiler bounds.
fn size_of_all(loaded: &LoadedProto) -> usize {
    loaded.bytes + loaded.children.iter().map(|child| size_of_all(child)).sum::<usize>()
}

/// The prototype as the compiler made it.
fn with_children(loaded: &LoadedProto, source: &Arc<[u8]>) -> Proto {
    let mut proto = loaded.def.clone();
    proto.source = Arc::clone(source);
    proto.protos = loaded.children.iter().map(|child| with_children(child, source)).collect();
    proto
}
