//! Local variables and upvalues of functions: `debug.getlocal` and its kin.

use super::{Native, Target, activation_at, charge_levels, levels, target, target_stack};
use crate::error::Failure;
use crate::handle::{ClosureIndex, UpvalueIndex};
use crate::native::{CallContext, c_string};
use crate::value::Value;

pub(super) fn getlocal(cx: &mut CallContext<'_>) -> Native {
    let (target, shift) = target(cx);
    charge_levels(cx, target)?;
    let level = cx.check_int(shift + 1)?;
    let Some(activation) = activation_at(&levels(cx, target), level) else {
        return Err(cx.arg_error(shift + 1, "level out of range"));
    };
    let n = cx.check_int(shift + 2)?;
    match levels(cx, target).local(activation, i64::from(n)) {
        Some((name, at)) => {
            let value = target_stack(cx, target)[at];
            let name = cx.string(c_string(&name))?;
            cx.return2(name, value)
        }
        None => cx.return1(Value::NIL),
    }
}

pub(super) fn setlocal(cx: &mut CallContext<'_>) -> Native {
    let (target, shift) = target(cx);
    charge_levels(cx, target)?;
    let level = cx.check_int(shift + 1)?;
    let Some(activation) = activation_at(&levels(cx, target), level) else {
        return Err(cx.arg_error(shift + 1, "level out of range"));
    };
    let value = cx.check_any(shift + 3)?;
    let n = cx.check_int(shift + 2)?;
    match levels(cx, target).local(activation, i64::from(n)) {
        Some((name, at)) => {
            target_stack(cx, target)[at] = value;
            let name = cx.string(c_string(&name))?;
            cx.return1(name)
        }
        None => cx.return1(Value::NIL),
    }
}

/// The upvalue that `getupvalue` and `setupvalue` are about: its function, its index and its name.
fn check_upvalue(
    cx: &mut CallContext<'_>,
) -> Result<Option<(ClosureIndex, usize, Vec<u8>)>, Failure> {
    let n = cx.check_int(2)?;
    let function = cx.check_function(1)?;
    let Some(closure) = function.as_closure() else { return Ok(None) };
    let proto = cx.heap.closures[closure].proto.as_ref();
    let index = usize::try_from(i64::from(n) - 1).unwrap_or(usize::MAX);
    Ok(match proto.and_then(|proto| proto.def.upvalues.get(index)) {
        // A function without debug information has no names, and to PUC no upvalues.
        Some(desc) if !desc.name.is_empty() => {
            Some((closure, index, c_string(&desc.name).to_vec()))
        }
        _ => None,
    })
}

/// Where a captured variable lives.
enum Place {
    /// In the closure, since nothing in the source assigns to it any more.
    Own,
    /// In a closed upvalue.
    Closed(UpvalueIndex),
    /// At this index of a stack.
    Stack(Target, usize),
}

fn place_of(cx: &CallContext<'_>, captured: Value) -> Place {
    let Some(index) = captured.as_shared() else { return Place::Own };
    let upvalue = &cx.heap.upvalues[index];
    if upvalue.is_closed() {
        return Place::Closed(index);
    }
    let owner = Some(upvalue.owner).filter(|&owner| owner != cx.heap.running);
    Place::Stack(owner, upvalue.at as usize)
}

pub(super) fn getupvalue(cx: &mut CallContext<'_>) -> Native {
    let Some((closure, index, name)) = check_upvalue(cx)? else { return cx.return0() };
    let captured = cx.heap.closures[closure].upvalues[index];
    let value = match place_of(cx, captured) {
        Place::Own => captured,
        Place::Closed(upvalue) => cx.heap.upvalues[upvalue].value,
        Place::Stack(target, at) => target_stack(cx, target)[at],
    };
    let name = cx.string(&name)?;
    cx.return2(name, value)
}

pub(super) fn setupvalue(cx: &mut CallContext<'_>) -> Native {
    let value = cx.check_any(3)?;
    let Some((closure, index, name)) = check_upvalue(cx)? else { return cx.return0() };
    let captured = cx.heap.closures[closure].upvalues[index];
    match place_of(cx, captured) {
        // Other functions that captured the variable have their own copies.
        Place::Own => {
            cx.heap.barrier(value);
            cx.heap.closures[closure].upvalues[index] = value;
        }
        Place::Closed(upvalue) => {
            cx.heap.upvalues[upvalue].value = value;
            cx.heap.barrier_upvalue(upvalue, value);
        }
        Place::Stack(target, at) => target_stack(cx, target)[at] = value,
    }
    let name = cx.string(&name)?;
    cx.return1(name)
}
