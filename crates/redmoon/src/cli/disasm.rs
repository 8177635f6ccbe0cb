//! `redmoon disasm`: lists the bytecode of a source or of what `string.dump` made.

use std::ffi::OsString;
use std::io::Write;

use lua_compiler::encode::{decode, is_encoded};

use super::{EXIT_SCRIPT, report, source};

/// What `redmoon disasm --help` says below the options.
pub(crate) const HELP: &str = "\
Examples:
  redmoon disasm script.lua
  echo 'return KEYS[1] .. ARGV[1]' | redmoon disasm -";

/// Runs the command.
pub(crate) fn run(file: &OsString) -> u8 {
    let source = match source::read(file) {
        Ok(source) => source,
        Err(text) => {
            report::message(&text);
            return EXIT_SCRIPT;
        }
    };
    let compiled = if is_encoded(&source.bytes) {
        decode(&source.bytes).map_err(|error| {
            report::message(&format!("{}: precompiled chunk: {error}", source.path));
        })
    } else {
        source.compile().map_err(|error| source.report(&error))
    };
    let Ok(proto) = compiled else { return EXIT_SCRIPT };
    let text = lua_compiler::listing::list(&proto);
    // A reader that has seen enough closes the pipe; that is no error.
    let _ = std::io::stdout().write_all(text.as_bytes());
    0
}
