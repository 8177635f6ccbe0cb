//! The `redmoon` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    redmoon::cli::main(std::env::args_os().skip(1).collect())
}
