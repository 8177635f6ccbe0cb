//! `debug.getinfo`.

use super::levels::{Activation, FunctionInfo};
use super::{Native, Target, activation_at, charge_levels, levels, target};
use crate::error::Failure;
use crate::handle::TableIndex;
use crate::heap::Heap;
use crate::native::{CallContext, c_string};
use crate::value::Value;

/// What `getinfo` is about: a level of a stack, or a function.
enum Subject {
    Level(Target, Activation),
    Function(Value),
}

pub(super) fn getinfo(cx: &mut CallContext<'_>) -> Native {
    let (target, shift) = target(cx);
    charge_levels(cx, target)?;
    let options = match cx.opt_string(shift + 2)? {
        Some(options) => c_string(cx.bytes(options)).to_vec(),
        None => b"flnSu".to_vec(),
    };
    let about = cx.arg(shift + 1);
    let subject = if let Some(level) = cx.to_number(about) {
        let level = crate::number::number_to_integer(level) as i32;
        match activation_at(&levels(cx, target), level) {
            Some(activation) => Subject::Level(target, activation),
            None => return cx.return1(Value::NIL),
        }
    } else if about.is_function() {
        Subject::Function(about)
    } else {
        return Err(cx.arg_error(shift + 1, "function or level expected"));
    };
    // PUC takes a first `>` for its own sign that a function is asked for.
    let options = options.strip_prefix(b">").unwrap_or(&options).to_vec();
    let is_tail_call = matches!(subject, Subject::Level(_, Activation::TailCall));
    if !is_tail_call && !options.iter().all(|option| b"SlunLf".contains(option)) {
        return Err(cx.arg_error(shift + 2, "invalid option"));
    }
    let table = cx.new_table(0, 2)?;
    cx.push(table.into())?;
    fill_info(cx, &subject, &options, table)?;
    cx.return1(table.into())
}

/// Sets the fields that the options name, in PUC's order.
fn fill_info(
    cx: &mut CallContext<'_>,
    subject: &Subject,
    options: &[u8],
    table: TableIndex,
) -> Result<(), Failure> {
    let (info, line, name, function, is_host) = match *subject {
        Subject::Level(target, activation) => {
            let levels = levels(cx, target);
            let name = levels.name(activation);
            let name = name.map(|(kind, name)| (kind.text(), c_string(name).to_vec()));
            let name = match activation {
                Activation::TailCall => Some(("", Vec::new())),
                _ => name,
            };
            let function = levels.function(activation);
            let is_host = activation == Activation::Host;
            (levels.info(activation), levels.current_line(activation), name, function, is_host)
        }
        Subject::Function(function) => {
            (FunctionInfo::of(cx.heap, function), -1, None, function, false)
        }
    };
    let integer = |n: i64| Value::number(n as f64);
    if options.contains(&b'S') {
        let source = cx.string(c_string(&info.source))?;
        cx.raw_set_field(table, "source", source)?;
        let short_source = cx.string(c_string(&info.short_source))?;
        cx.raw_set_field(table, "short_src", short_source)?;
        cx.raw_set_field(table, "linedefined", integer(info.line_defined))?;
        cx.raw_set_field(table, "lastlinedefined", integer(info.last_line_defined))?;
        let what = cx.string(info.what.as_bytes())?;
        cx.raw_set_field(table, "what", what)?;
    }
    if options.contains(&b'l') {
        cx.raw_set_field(table, "currentline", integer(line))?;
    }
    if options.contains(&b'u') {
        let count = upvalue_count(cx.heap, function);
        cx.raw_set_field(table, "nups", integer(count as i64))?;
    }
    if options.contains(&b'n') {
        let (kind, text) = match &name {
            Some((kind, text)) => (*kind, cx.string(text)?),
            None => ("", Value::NIL),
        };
        cx.raw_set_field(table, "name", text)?;
        let kind = cx.string(kind.as_bytes())?;
        cx.raw_set_field(table, "namewhat", kind)?;
    }
    if options.contains(&b'L') {
        let lines = active_lines(cx, function)?;
        cx.raw_set_field(table, "activelines", lines)?;
    }
    if options.contains(&b'f') {
        let function = if is_host { cx.new_native("host", return_nothing, &[])? } else { function };
        cx.raw_set_field(table, "func", function)?;
    }
    Ok(())
}

/// Stands for the host among functions.
fn return_nothing(cx: &mut CallContext<'_>) -> Native {
    cx.return0()
}

fn upvalue_count(heap: &Heap, function: Value) -> usize {
    if let Some(closure) = function.as_closure() {
        heap.closures[closure].upvalues.len()
    } else if let Some(native) = function.as_native() {
        heap.natives[native].upvalues.len()
    } else {
        0
    }
}

/// A table with the lines of a Lua function that have code as keys; nil for other functions.
fn active_lines(cx: &mut CallContext<'_>, function: Value) -> Result<Value, Failure> {
    let closure = function.as_closure();
    let proto = closure.and_then(|closure| cx.heap.closures[closure].proto.clone());
    let Some(proto) = proto else { return Ok(Value::NIL) };
    let table = cx.new_table(0, 0)?;
    cx.push(table.into())?;
    cx.charge(proto.def.lines.len() as u64 / 16)?;
    for &line in &proto.def.lines {
        cx.raw_set(table, Value::number(f64::from(line)), Value::TRUE)?;
    }
    Ok(table.into())
}
