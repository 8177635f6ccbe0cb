//! The `redmoon` command: its options, and one module for each subcommand.
//!
//! Exit codes: 0 done, 1 an error of the script or of its file, 2 wrong usage, 3 a limit ended the run.

mod limits;
mod report;
mod source;

mod interpreter;

mod check;
mod disasm;
mod eval;
mod lua;
mod repl;
mod serve;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use limits::Limits;
use lua_core::error::Ending;

/// Exit code for an error of the script or of its file.
pub(crate) const EXIT_SCRIPT: u8 = 1;
/// Exit code for wrong usage.
pub(crate) const EXIT_USAGE: u8 = 2;
/// Exit code when a limit ended the run.
pub(crate) const EXIT_LIMIT: u8 = 3;

/// What `redmoon --help` says below the options.
const HELP: &str = "\
Examples:
  redmoon eval \"return redis.call('INCRBY', KEYS[1], ARGV[1])\" 1 hits 5
  redmoon lua program.lua one two
  redmoon serve --port 7000
  redmoon repl
  redmoon check scripts/*.lua

Exit code: 0 done, 1 an error of the script or of its file, 2 wrong usage, 3 a limit ended the run.";

/// Run Redis Lua scripts anywhere.
#[derive(Debug, Parser)]
#[command(name = "redmoon", version, arg_required_else_help = true, after_help = HELP)]
struct Cli {
    #[command(flatten)]
    limits: Limits,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run Lua 5.1 programs; the options are those of PUC's `lua`
    #[command(
        disable_help_flag = true,
        after_help = lua::HELP,
        override_usage = "redmoon lua [options] [script [args]]"
    )]
    Lua {
        /// Options, script and its arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
        args: Vec<OsString>,
    },
    /// Run a Redis script on an empty keyspace in memory, or on a server by URL
    #[command(after_help = eval::EVAL_HELP)]
    Eval(eval::EvalArgs),
    /// Run a file as a script that sees all of Lua as well
    #[command(after_help = eval::RUN_HELP)]
    Run(eval::RunArgs),
    /// Serve Redis clients on a TCP port
    #[command(after_help = serve::HELP)]
    Serve(serve::ServeArgs),
    /// A prompt that runs Lua line by line
    #[command(after_help = repl::HELP)]
    Repl,
    /// Compile files and report what is wrong with them
    #[command(after_help = check::HELP)]
    Check {
        /// Files, or - for standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<OsString>,
    },
    /// List the bytecode of a source
    #[command(after_help = disasm::HELP)]
    Disasm {
        /// A file, or - for standard input
        file: OsString,
    },
}

/// Runs the command with these arguments (without the program's name); returns its exit code.
pub fn main(args: Vec<OsString>) -> ExitCode {
    ExitCode::from(run(&args))
}

fn run(args: &[OsString]) -> u8 {
    // The options of `lua` are not ours, so they are not clap's to read either.
    let mut limits = Limits::default();
    let mut rest = args;
    while let Ok(true) = limits.take_option(&mut rest) {}
    if let Some((first, rest)) = rest.split_first()
        && first == "lua"
    {
        return lua::run(limits, rest);
    }
    let full = std::iter::once(OsString::from("redmoon")).chain(args.iter().cloned());
    let cli = match Cli::try_parse_from(full) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output with code 0, errors to standard error with 2.
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(EXIT_USAGE);
        }
    };
    match cli.command {
        Command::Lua { args } => lua::run(cli.limits, &args),
        Command::Eval(args) => eval::eval(&cli.limits, &args),
        Command::Run(args) => eval::run(&cli.limits, &args),
        Command::Serve(args) => serve::run(&cli.limits, &args),
        Command::Repl => repl::run(&cli.limits),
        Command::Check { files } => check::run(&files),
        Command::Disasm { file } => disasm::run(&file),
    }
}

/// Writes a text to standard error, if there is one.
pub(crate) fn tell(text: &str) {
    use std::io::Write;
    // Without a standard error nobody can be told.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Writes a text to standard output, if there is one.
pub(crate) fn say(text: &str) {
    use std::io::Write;
    let mut stdout = std::io::stdout();
    // Without a standard output nobody can be told.
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

/// A seed that nobody can guess.
pub(crate) fn random_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::process::id())
}

/// Why a run was ended from outside.
pub(crate) fn ending_text(ending: Ending) -> &'static str {
    match ending {
        Ending::Fuel => "the script has used all the fuel that --fuel allows",
        Ending::Killed => "interrupted!",
        _ => "internal error",
    }
}

/// The exit code for a run that was ended from outside.
pub(crate) fn ending_code(ending: Ending) -> u8 {
    if ending == Ending::Fuel { EXIT_LIMIT } else { EXIT_SCRIPT }
}

/// Prints the help of a subcommand.
pub(crate) fn print_help(subcommand: &str) {
    if let Some(command) = Cli::command().find_subcommand_mut(subcommand) {
        let _ = command.print_help();
    }
}
