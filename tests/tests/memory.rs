//! Every program of `tests/lua` stopped and resumed after each few units of fuel: it writes and ends as it
//! does when it runs straight through. All of it happens on a small host stack, which no program may
//! overflow by nesting.
//!
//! A program that is run in steps is suspended wherever the engine can be: inside metamethods,
//! comparators, callbacks of `gsub`, protected calls, iterators and coroutines.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use lua_core::error::Failure;
use lua_core::machine::{Machine, Options, Progress};
use lua_core::native::CallContext;
use lua_core::value::Value;
use redmoon::lualibs::stream::{Buffering, Stream};
use redmoon::lualibs::{self, ExitRequest, Streams};
use redmoon_tests::runner::first_difference;
use redmoon_tests::{corpus, oracle};

/// The host's stack while a program runs.
const STACK_BYTES: usize = 256 << 10;

/// The largest step that is tried; the smallest is 1.
const STEP_MAX: u64 = 97;

/// Programs that use no more fuel than this are run with every size of step when nothing may be skipped;
/// the others with [`SOME_STEPS`].
const FUEL_OF_SHORT_PROGRAMS: u64 = 20_000;

/// Sizes that have no common measure.
const SOME_STEPS: [u64; 5] = [1, 2, 7, 31, STEP_MAX];

/// A run that takes longer is given up.
const TIMEOUT: Duration = Duration::from_mins(2);

fn main() {
    let arguments = Arguments::from_args();
    // Messages quote the path that a program was given.
    std::env::set_current_dir(corpus::lua_folder()).expect("the folder of programs exists");
    let trials = corpus::lua_files(&corpus::lua_folder())
        .into_iter()
        .map(|file| Trial::test(file.trim_end_matches(".lua").to_owned(), move || check(&file)));
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

fn check(file: &str) -> Result<(), Failed> {
    let straight = run_apart(file, None)?;
    let every = oracle::strict() && straight.fuel_used <= FUEL_OF_SHORT_PROGRAMS;
    let steps: Vec<u64> = if every { (1..=STEP_MAX).collect() } else { SOME_STEPS.to_vec() };
    for step in steps {
        let stepped = run_apart(file, Some(step))?;
        for (what, expected, got) in [
            ("standard output", &straight.stdout, &stepped.stdout),
            ("standard error", &straight.stderr, &stepped.stderr),
            ("end", &straight.end, &stepped.end),
        ] {
            if let Some(place) = first_difference(expected, got) {
                return Err(format!("step({step}), {what}, {place}").into());
            }
        }
    }
    Ok(())
}

/// What a run left behind.
struct Run {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// How it ended, with the text of an error.
    end: Vec<u8>,
    fuel_used: u64,
}

/// Runs a program on a thread of its own, in steps or straight through.
fn run_apart(file: &str, step: Option<u64>) -> Result<Run, Failed> {
    let (sender, receiver) = mpsc::channel();
    let name = file.to_owned();
    thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        // Nobody listens any more after the time limit.
        let _ = sender.send(run(&name, step));
    })?;
    let how = step.map_or("straight".to_owned(), |step| format!("step({step})"));
    match receiver.recv_timeout(TIMEOUT) {
        Ok(result) => result.map_err(|error| format!("{how}: {error}").into()),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(format!("{how}: does not come back").into()),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(format!("{how}: panicked").into()),
    }
}

fn run(file: &str, step: Option<u64>) -> Result<Run, String> {
    let (mut stdout, mut stderr) = (scratch()?, scratch()?);
    let streams = Streams {
        stdin: shared(&scratch()?, true)?,
        stdout: shared(&stdout, false)?,
        stderr: shared(&stderr, false)?,
    };
    let options = Options { debug: true, bytecode: true, ..Options::default() };
    let (end, fuel_used) = interpret(file, step, &options, &streams)
        .map_err(|failure| format!("before the run: {failure:?}"))?;
    streams.stdout.borrow_mut().flush().map_err(|error| error.to_string())?;
    Ok(Run { stdout: written(&mut stdout)?, stderr: written(&mut stderr)?, end, fuel_used })
}

/// A file without a name.
fn scratch() -> Result<File, String> {
    tempfile::tempfile().map_err(|error| error.to_string())
}

fn shared(file: &File, reads: bool) -> Result<lualibs::SharedStream, String> {
    let file = file.try_clone().map_err(|error| error.to_string())?;
    let stream = Stream::new(file, reads, !reads, Buffering::Full);
    Ok(std::rc::Rc::new(std::cell::RefCell::new(stream)))
}

fn written(file: &mut File) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0)).map_err(|error| error.to_string())?;
    file.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// Runs a program with all libraries; returns how it ended and the fuel that it used.
fn interpret(
    file: &str,
    step: Option<u64>,
    options: &Options,
    streams: &Streams,
) -> Result<(Vec<u8>, u64), Failure> {
    let mut machine = Machine::new(options)?;
    lualibs::open(&mut machine, streams.clone(), &lualibs::Options::default())?;
    machine.set_wants_traceback(true);
    machine.with_context(|cx| set_arg(cx, file))?;
    let source = std::fs::read(file).unwrap_or_default();
    let function = match machine.load(&source, format!("@{file}").as_bytes())? {
        Ok(function) => function,
        Err(message) => return Ok((message, 0)),
    };
    machine.start(function, &[])?;
    let progress = loop {
        match machine.step(step.unwrap_or(1 << 20)) {
            Progress::OutOfFuel => {}
            progress => break progress,
        }
    };
    let end = match progress {
        Progress::Failed(Failure::Raised) => {
            let value = machine.error_value();
            let mut text = Vec::new();
            machine.with_context(|cx| cx.describe(value, &mut text));
            [b"error: ", &text[..], b"\n", machine.traceback()].concat()
        }
        Progress::Failed(failure) => match machine.app_data::<ExitRequest>() {
            Some(ExitRequest(Some(code))) => format!("exit {code}").into_bytes(),
            _ => format!("{failure:?}").into_bytes(),
        },
        Progress::Finished(_) => b"finished".to_vec(),
        Progress::Host(_) | Progress::OutOfFuel => b"asks the host".to_vec(),
    };
    Ok((end, machine.fuel_used()))
}

/// `arg` as `redmoon lua FILE` sets it.
fn set_arg(cx: &mut CallContext<'_>, file: &str) -> Result<(), Failure> {
    let table = cx.new_table(0, 2)?;
    for (position, text) in [(-1.0, "lua"), (0.0, file)] {
        let text = cx.string(text.as_bytes())?;
        cx.raw_set(table, Value::number(position), text)?;
    }
    let globals = cx.globals();
    cx.raw_set_field(globals, "arg", table.into())
}
