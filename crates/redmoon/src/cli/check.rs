//! `redmoon check`: compiles files and says what is wrong with them, without running anything.

use std::ffi::OsString;

use super::{EXIT_SCRIPT, report, source};

/// What `redmoon check --help` says below the options.
pub(crate) const HELP: &str = "\
Examples:
  redmoon check script.lua
  redmoon check scripts/*.lua
  cat script.lua | redmoon check -

Exit code: 0 when all compile, 1 when one does not or cannot be read.";

/// Runs the command.
pub(crate) fn run(files: &[OsString]) -> u8 {
    let mut code = 0;
    for name in files {
        match source::read(name) {
            Err(text) => {
                report::message(&text);
                code = EXIT_SCRIPT;
            }
            Ok(source) => {
                if let Err(error) = source.compile() {
                    source.report(&error);
                    code = EXIT_SCRIPT;
                }
            }
        }
    }
    code
}
