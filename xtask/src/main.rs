//! `cargo xtask`: every chore of the repository, one verb each.
//!
//! Reading order: [`workspace`] knows where things are, [`step`] runs commands and counts results, and
//! each verb has a file of its name. A verb says what it does line by line; exit code 0 means that all
//! of it went well, 1 that something did not, 2 that the command line was wrong.
#![expect(clippy::print_stdout, reason = "a command line tool speaks on standard output")]

mod step;
mod workspace;

mod setup;

mod check;
mod conformance;
mod fuzz;
mod lint;
mod test;

mod npm;
mod size;
mod wasm;

mod bench;
mod bench_serve;
mod libraries;
mod report;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use step::Failure;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Every chore of the repository, one verb each",
    disable_help_subcommand = true,
    max_term_width = 100
)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Install what the other verbs need: oracles, the WebAssembly tools, npm packages
    Setup(setup::Options),
    /// Set up, then run every test; the last line is "N passed, N failed"
    Test(test::Options),
    /// Formatting, Clippy and documentation with warnings as errors, and the floors of the crates
    Lint,
    /// What to run before a commit: lint, tests and the WebAssembly build
    Check,
    /// Compare with what redis-server 7.0.15 was recorded to do, or with a running one
    Conformance(conformance::Options),
    /// Invent inputs for the libraries, the compiler and replies until one breaks a promise
    Fuzz(fuzz::Options),
    /// Build the npm package's WebAssembly module, optimise it, and print its sizes
    Wasm(wasm::Options),
    /// Build the npm package: the WebAssembly module, the JavaScript and the types
    Npm(npm::Options),
    /// Measure the core module (Lua and its standard library, no Redis) against its promised size
    Size(size::Options),
    /// Time the benchmark programs under lua5.1, LuaJIT's interpreter and redmoon, or in Node; or a server
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let done = match Cli::parse().verb {
        Verb::Setup(options) => setup::run(&options),
        Verb::Test(options) => test::run(&options),
        Verb::Lint => lint::run(),
        Verb::Check => check::run(),
        Verb::Conformance(options) => conformance::run(&options),
        Verb::Fuzz(options) => fuzz::run(&options),
        Verb::Wasm(options) => wasm::run(&options).map(drop),
        Verb::Npm(options) => npm::run(&options).map(drop),
        Verb::Size(options) => size::run(&options),
        Verb::Bench(options) => bench::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(message)) => {
            if !message.is_empty() {
                eprintln!("error: {message}");
            }
            ExitCode::FAILURE
        }
    }
}
