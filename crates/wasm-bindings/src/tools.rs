//! What editors and debuggers ask: problems of a source, its bytecode, and the insides of a run that pauses.

use redis_stdlib::ScriptEngine;
use redis_stdlib::check::{self, Dialect, Problem, Severity, listing};
use redis_stdlib::debugger::{Handle, PAGE_MAX, StepMode, Variable};
use resp::Reply;

use crate::io::Writer;
use crate::wire::{self, Malformed, Reader};

/// What [`inspect`] tells of a level.
mod about {
    pub(super) const CALL_STACK: u32 = 0;
    pub(super) const LOCALS: u32 = 1;
    pub(super) const UPVALUES: u32 = 2;
    pub(super) const VARARGS: u32 = 3;
    pub(super) const INPUTS: u32 = 4;
}

/// How a run goes on, by its number.
pub(crate) fn step_mode(number: u32) -> StepMode {
    match number {
        1 => StepMode::Into,
        2 => StepMode::Over,
        3 => StepMode::Out,
        _ => StepMode::Continue,
    }
}

/// A source and what it is: 0 a script, 1 a library, 2 a Lua program.
fn source<'a>(reader: &mut Reader<'a>) -> Result<(&'a [u8], Dialect), Malformed> {
    let source = reader.bytes()?;
    let dialect = match reader.integer()? {
        0 => Dialect::Script,
        1 => Dialect::Library,
        _ => Dialect::Lua,
    };
    Ok((source, dialect))
}

/// The problems of a source: arrays of severity (0 an error, 1 a warning), line, column, offset, length and message.
pub(crate) fn check(input: &[u8], out: &mut Writer) {
    let problems = match source(&mut Reader::new(input)) {
        Ok((source, dialect)) => check::check(source, dialect),
        Err(Malformed) => Vec::new(),
    };
    wire::put_array(out, problems.len());
    for problem in &problems {
        put_problem(out, problem);
    }
}

fn put_problem(out: &mut Writer, problem: &Problem) {
    wire::put_array(out, 6);
    wire::put_integer(out, i64::from(problem.severity != Severity::Error));
    wire::put_integer(out, i64::from(problem.line));
    wire::put_integer(out, i64::from(problem.column));
    wire::put_integer(out, problem.offset as i64);
    wire::put_integer(out, problem.len as i64);
    wire::put_bytes(out, problem.message.as_bytes());
}

/// The bytecode of a source, an array of functions: path, first line, last line, and instructions, which are arrays of
/// number, line, opcode, operands and comment. Nil when it does not compile.
pub(crate) fn listing(input: &[u8], out: &mut Writer) {
    let compiled = source(&mut Reader::new(input))
        .ok()
        .and_then(|(source, dialect)| check::compile(source, dialect).ok());
    let Some(proto) = compiled else {
        wire::put(out, &Reply::Nil);
        return;
    };
    let functions = listing::functions(&proto);
    wire::put_array(out, functions.len());
    for function in &functions {
        wire::put_array(out, 4);
        wire::put_bytes(out, function.path.as_bytes());
        wire::put_integer(out, i64::from(function.line_defined));
        wire::put_integer(out, i64::from(function.last_line_defined));
        wire::put_array(out, function.instructions.len());
        for instruction in &function.instructions {
            wire::put_array(out, 5);
            wire::put_integer(out, instruction.pc as i64);
            wire::put_integer(out, instruction.line.map_or(0, i64::from));
            wire::put_bytes(out, instruction.op.as_bytes());
            wire::put_bytes(out, instruction.operands.as_bytes());
            wire::put_bytes(out, instruction.comment.as_bytes());
        }
    }
}

/// The lines of a source at which a run can pause: an array of numbers.
pub(crate) fn code_lines(input: &[u8], out: &mut Writer) {
    let compiled = source(&mut Reader::new(input))
        .ok()
        .and_then(|(source, dialect)| check::compile(source, dialect).ok());
    let lines = compiled.map(|proto| listing::code_lines(&proto)).unwrap_or_default();
    wire::put_array(out, lines.len());
    for line in lines {
        wire::put_integer(out, i64::from(line));
    }
}

/// What is to be seen of the run that an engine has: the call stack, or the variables of a level.
pub(crate) fn inspect(engine: &mut ScriptEngine, about: u32, level: usize, out: &mut Writer) {
    let variables = match about {
        about::CALL_STACK => {
            put_call_stack(engine, level, out);
            return;
        }
        about::LOCALS => engine.locals(level),
        about::UPVALUES => engine.upvalues(level),
        about::VARARGS => engine.varargs(level),
        about::INPUTS => engine.globals_named(&["KEYS", "ARGV"]),
        _ => Vec::new(),
    };
    put_variables(&variables, out);
}

/// Levels from number `first` on: arrays of number, name, what, chunk, line, first line and coroutine.
fn put_call_stack(engine: &mut ScriptEngine, first: usize, out: &mut Writer) {
    let levels = engine.call_stack(first, PAGE_MAX);
    wire::put_array(out, levels.len());
    for level in levels {
        wire::put_array(out, 7);
        wire::put_integer(out, level.index as i64);
        let name = level.name.as_deref().or(level.native.map(str::as_bytes));
        wire::put_bytes(out, name.unwrap_or_default());
        wire::put_bytes(out, level.what.as_bytes());
        wire::put_bytes(out, &level.chunk);
        wire::put_integer(out, level.line.map_or(0, i64::from));
        wire::put_integer(out, level.line_defined.map_or(0, i64::from));
        wire::put_integer(out, level.coroutine as i64);
    }
}

/// Arrays of name, text, type and a handle or nil.
fn put_variables(variables: &[Variable], out: &mut Writer) {
    wire::put_array(out, variables.len());
    for variable in variables {
        wire::put_array(out, 4);
        wire::put_bytes(out, variable.name.as_bytes());
        wire::put_bytes(out, variable.value.text.as_bytes());
        wire::put_bytes(out, variable.value.kind.as_bytes());
        match variable.value.handle {
            Some(handle) => wire::put_integer(out, handle.to_bits() as i64),
            None => wire::put(out, &Reply::Nil),
        }
    }
}

/// What is inside a value: the request is its handle and a position; the answer an array of variables and the position
/// behind them or nil, or nil for a handle from before the run went on.
pub(crate) fn children(engine: &mut ScriptEngine, input: &[u8], out: &mut Writer) {
    /// Fields that are shown at a time.
    const COUNT: usize = 100;
    let mut reader = Reader::new(input);
    let (Ok(handle), Ok(from)) = (reader.integer(), reader.integer()) else {
        wire::put(out, &Reply::Nil);
        return;
    };
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    match engine.children(Handle::from_bits(handle as u64), from, COUNT) {
        Some(children) => {
            wire::put_array(out, 2);
            put_variables(&children.items, out);
            match children.next {
                Some(next) => wire::put_integer(out, next as i64),
                None => wire::put(out, &Reply::Nil),
            }
        }
        None => wire::put(out, &Reply::Nil),
    }
}
