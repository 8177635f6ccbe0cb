//! Sources that commands are given: files, or `-` for standard input.

use std::ffi::{OsStr, OsString};
use std::io::Read;

use super::report;
use crate::lualibs::load::{bytes_of, describe_error};

/// A source with its names.
#[derive(Debug)]
pub(crate) struct Source {
    /// The path as people read it.
    pub(crate) path: String,
    /// The name of the chunk.
    pub(crate) chunk_name: Vec<u8>,
    pub(crate) bytes: Vec<u8>,
}

/// Reads a source.
///
/// # Errors
/// One line that says what is wrong with the file.
pub(crate) fn read(name: &OsString) -> Result<Source, String> {
    let mut bytes = Vec::new();
    if name == "-" {
        let failed = |error| format!("cannot read standard input: {}", describe_error(&error).0);
        std::io::stdin().read_to_end(&mut bytes).map_err(failed)?;
        return Ok(Source { path: "stdin".into(), chunk_name: b"=stdin".to_vec(), bytes });
    }
    let path = display(name);
    let failed = |what: &str, error: std::io::Error| {
        format!("cannot {what} {path}: {}", describe_error(&error).0)
    };
    let mut file = std::fs::File::open(name).map_err(|error| failed("open", error))?;
    file.read_to_end(&mut bytes).map_err(|error| failed("read", error))?;
    let chunk_name = [b"@", bytes_of(name)].concat();
    Ok(Source { path, chunk_name, bytes })
}

/// A path for people: what is not UTF-8 in it is shown as `\xNN`.
pub(crate) fn display(name: &OsStr) -> String {
    match name.to_str() {
        Some(text) => text.to_owned(),
        None => bytes_of(name).escape_ascii().to_string(),
    }
}

impl Source {
    /// Compiles it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn compile(&self) -> Result<lua_compiler::Proto, lua_compiler::CompileError> {
        lua_compiler::compile(self.code(), &self.chunk_name)
    }

    /// The source without a first line that begins with `#`.
    fn code(&self) -> &[u8] {
        lua_compiler::skip_shebang(&self.bytes)
    }

    /// Prints what is wrong with it.
    pub(crate) fn report(&self, error: &lua_compiler::CompileError) {
        report::compile_error(&self.path, self.code(), error);
    }
}
