//! Nothing that a script does deepens the host's stack: the corpus and programs that nest everything in
//! everything run on a thread with 256 KB of it.
//!
//! *Corpus*: every program of `tests/lua` that needs no files, processes or packages prints there what
//! `lua5.1` prints, or what its comments say where that is not installed.
//!
//! *Nesting*: what recurses without end, and syntax as deep as it goes, ends in the errors of PUC Lua.

#![expect(clippy::print_stdout, reason = "says how many programs ran")]

use libtest_mimic::{Arguments, Failed, Trial};
use lua_core::machine::Options;
use redmoon_tests::corpus::{self, Expectations};
use redmoon_tests::oracle;
use redmoon_tests::runner::{Engine, first_difference};
use redmoon_tests::sandbox::{Run, Sandbox, on_small_stack};

/// Fuel of one step; the whole run has as much as it likes.
const SLICE: u64 = 1 << 20;

/// Programs of the corpus that must be found fit for the sandbox, so that a mistake in the choice cannot
/// empty the test.
const PROGRAMS_MIN: usize = 300;

fn main() {
    let arguments = Arguments::from_args();
    let lua51 = oracle::lua51();
    let mut trials = Vec::new();
    let mut left_out = 0;
    for file in corpus::lua_files(&corpus::lua_folder()) {
        let source = corpus::read(&corpus::lua_folder().join(&file)).unwrap_or_default();
        if corpus::beyond_sandbox(&source).is_some() {
            left_out += 1;
            continue;
        }
        let lua51 = lua51.clone();
        let name = format!("corpus {}", file.trim_end_matches(".lua"));
        trials.push(Trial::test(name, move || check_corpus(lua51?.as_ref(), &file, source)));
    }
    let count = trials.len();
    println!("corpus: {count} programs run here, {left_out} need more than the sandbox has");
    trials.push(Trial::test("corpus is not empty", move || match count {
        PROGRAMS_MIN.. => Ok(()),
        _ => Err(format!("only {count} programs").into()),
    }));
    libtest_mimic::run(&arguments, trials).exit();
}

fn run(file: &str, source: Vec<u8>) -> Run {
    let file = file.to_owned();
    on_small_stack(move || {
        let options = Options { debug: true, bytecode: true, ..Options::default() };
        Sandbox::new(&options).run_program(&file, &source, SLICE)
    })
}

fn check_corpus(lua51: Option<&Engine>, file: &str, source: Vec<u8>) -> Result<(), Failed> {
    let expectations = Expectations::parse(&source);
    let ours = run(file, source).outcome();
    if let Some(unmet) = expectations.unmet(&ours) {
        return Err(unmet.into());
    }
    let Some(lua51) = lua51 else { return Ok(()) };
    let theirs = lua51.run(&corpus::lua_folder(), file)?;
    if let Some(place) = first_difference(&theirs.stdout, &ours.stdout) {
        return Err(format!("standard output, {place}").into());
    }
    if ours.code != theirs.code {
        return Err(format!("exit code {:?}, not {:?}", ours.code, theirs.code).into());
    }
    Ok(())
}
