//! What is wrong with a source, for an editor, and its bytecode: nothing is run.
//!
//! ```
//! use redis_stdlib::check::{Dialect, Severity, check};
//!
//! let problems = check(b"local n = 1\nretrun n", Dialect::Script);
//! assert_eq!(problems[0].message, "'=' expected near 'n'");
//! assert_eq!((problems[0].severity, problems[0].line, problems[0].column), (Severity::Error, 2, 8));
//!
//! let problems = check(b"return redis.call('GET', KEY[1])", Dialect::Script);
//! assert_eq!(problems[0].message, "Script attempted to access nonexistent global variable 'KEY'");
//! assert_eq!((problems[0].severity, problems[0].column, problems[0].len), (Severity::Warning, 26, 3));
//! ```

pub use lua_compiler::listing;

use lua_compiler::globals::{self, GlobalUse};
use lua_compiler::{CompileError, Options, Proto};

use crate::environment;
use crate::library;
use crate::limits;
use crate::messages;
use crate::script::Flags;

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// A script for `EVAL`, perhaps with flags in a first line `#!lua`.
    Script,
    /// A library for `FUNCTION LOAD`.
    Library,
    /// A Lua program: no globals are unknown.
    Lua,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It is refused.
    Error,
    /// It raises an error when it comes to that.
    Warning,
}

/// Something wrong with a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The line, from 1.
    pub line: u32,
    /// The byte of that line, from 1; behind its last one when the source ends too early.
    pub column: u32,
    /// The same place as an index into the source, at most its length.
    pub offset: usize,
    /// Bytes of the token there; 0 at the end of the source.
    pub len: usize,
    /// What is wrong, without the place.
    pub message: String,
}

/// What is wrong with `source`: the first error that keeps it from being compiled, or else the uses of globals that
/// Redis does not have, by line, at most [`limits::PROBLEMS_MAX`]. Takes time and memory in proportion to the source.
///
/// A global that is there all the same, for a script has put it into `_G` with help of the host, is a problem here: the
/// check knows Redis's own ones.
pub fn check(source: &[u8], dialect: Dialect) -> Vec<Problem> {
    let (code, options) = match prepare(source, dialect) {
        Ok(prepared) => prepared,
        Err(problem) => return vec![problem],
    };
    let is_wanted = |one: &GlobalUse| is_problem(one, dialect);
    match globals::uses(code, dialect.chunk_name(), &options, limits::PROBLEMS_MAX, is_wanted) {
        Err(error) => vec![syntax_problem(source, code, &error)],
        Ok(uses) => uses.iter().map(|one| global_problem(source, code, one)).collect(),
    }
}

/// The bytecode of `source` as it will run, for [`listing::functions`] and [`listing::code_lines`]. Lines count from
/// the start of the source, a first line with flags included.
///
/// ```
/// use redis_stdlib::check::{Dialect, compile, listing};
///
/// let proto = compile(b"#!lua\nlocal n = 1\n\nreturn n", Dialect::Script).unwrap();
/// assert_eq!(listing::functions(&proto)[0].instructions[0].op, "LoadInt");
/// assert_eq!(listing::code_lines(&proto), [2, 4]);
/// ```
///
/// # Errors
/// The first thing that is wrong.
pub fn compile(source: &[u8], dialect: Dialect) -> Result<Proto, Problem> {
    let (code, options) = prepare(source, dialect)?;
    lua_compiler::compile_with(code, dialect.chunk_name(), &options)
        .map_err(|error| syntax_problem(source, code, &error))
}

/// The part of a source that the compiler gets, and what it is to do with it.
fn prepare(source: &[u8], dialect: Dialect) -> Result<(&[u8], Options), Problem> {
    let code = match dialect {
        Dialect::Script => Flags::split(source).map(|(_, code)| code),
        Dialect::Library => library::metadata(source).map(|(_, code)| code),
        Dialect::Lua => Ok(lua_compiler::skip_shebang(source)),
    };
    let options = Options {
        nested_brackets: dialect != Dialect::Lua,
        power: Some(lua_core::number::pow),
        ..Options::default()
    };
    match code {
        Ok(code) => Ok((code, options)),
        Err(message) => {
            let len = source.iter().position(|&b| b == b'\n').unwrap_or(source.len());
            let message = String::from_utf8_lossy(&message);
            let message = message.strip_prefix("ERR ").unwrap_or(&message).to_owned();
            Err(problem(source, Severity::Error, 0, len, message))
        }
    }
}

impl Dialect {
    fn chunk_name(self) -> &'static [u8] {
        match self {
            Dialect::Script => b"@user_script",
            Dialect::Library => crate::functions::CHUNK_NAME,
            Dialect::Lua => b"=script",
        }
    }
}

fn is_problem(one: &GlobalUse, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Lua => false,
        _ if one.is_write => true,
        Dialect::Script => !environment::is_global_of_scripts(&one.name),
        Dialect::Library if one.is_in_main => !environment::is_global_while_loading(&one.name),
        Dialect::Library => {
            !environment::is_global_of_functions(&one.name)
                && !environment::is_global_while_loading(&one.name)
        }
    }
}

fn syntax_problem(source: &[u8], code: &[u8], error: &CompileError) -> Problem {
    let skipped = source.len() - code.len();
    let offset = error.offset().min(code.len());
    let rest = code.get(offset..).unwrap_or_default();
    let near = error.near().filter(|near| rest.starts_with(near));
    let len = near.map_or(usize::from(!rest.is_empty()), <[u8]>::len);
    let message = String::from_utf8_lossy(error.message());
    let place = format!(":{}: ", error.line());
    let message = message.split_once(&place).map_or(&*message, |(_, text)| text).to_owned();
    problem(source, Severity::Error, skipped + offset, len, message)
}

fn global_problem(source: &[u8], code: &[u8], one: &GlobalUse) -> Problem {
    let skipped = source.len() - code.len();
    let message = if one.is_write {
        messages::READ_ONLY_TABLE.to_owned()
    } else {
        format!("{}{}'", messages::NO_GLOBAL, String::from_utf8_lossy(&one.name))
    };
    let (offset, len) = match one.offset {
        Some(offset) => (skipped + offset, one.name.len()),
        None => (line_start(source, one.line), 0),
    };
    problem(source, Severity::Warning, offset, len, message)
}

/// Where a line begins.
fn line_start(source: &[u8], line: u32) -> usize {
    let before = (line as usize).saturating_sub(1);
    source.split_inclusive(|&b| b == b'\n').take(before).map(<[u8]>::len).sum()
}

fn problem(
    source: &[u8],
    severity: Severity,
    offset: usize,
    len: usize,
    message: String,
) -> Problem {
    let offset = offset.min(source.len());
    let before = source.get(..offset).unwrap_or_default();
    let (mut line, mut start, mut at) = (1, 0, 0);
    // As the compiler counts: two different line ends in a row are one.
    while let Some(&byte) = before.get(at) {
        at += 1;
        if matches!(byte, b'\n' | b'\r') {
            let other = if byte == b'\n' { b'\r' } else { b'\n' };
            at += usize::from(before.get(at) == Some(&other));
            (line, start) = (line + 1, at);
        }
    }
    let column = (offset - start + 1).min(u32::MAX as usize) as u32;
    Problem { severity, line, column, offset, len, message }
}
