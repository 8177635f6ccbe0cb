//! Scripts that try not to end, to use all memory or to overflow something. Each is run step by step with
//! limits on a small stack: it must be stopped by what its first line names, no step may take long, the
//! memory limit must hold, and the same machine must be of use afterwards.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};
use lua_core::error::{Ending, Failure};
use lua_core::machine::{Machine, Options, Progress};
use redmoon_tests::corpus::{self, Hostile, Stop};

/// The host's stack: a script must not be able to use more of it by nesting.
const STACK_BYTES: usize = 256 << 10;

/// Fuel between two looks of the host: some tens of microseconds of an optimised build.
const SLICE: u64 = 10_000;

/// A step may overrun its slice by no more than this.
const STEP_MAX: Duration = Duration::from_millis(100);

/// After this a script is given up: one of its steps does not come back.
const TIMEOUT: Duration = Duration::from_secs(60);

fn main() {
    let arguments = Arguments::from_args();
    let trials = corpus::lua_files(&corpus::hostile_folder())
        .into_iter()
        .map(|file| Trial::test(file.trim_end_matches(".lua").to_owned(), move || check(&file)));
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

fn check(file: &str) -> Result<(), Failed> {
    let source = corpus::read(&corpus::hostile_folder().join(file))?;
    let hostile = Hostile::parse(&String::from_utf8_lossy(&source))?;
    // Another process may have had the processor during a slow step, so a second opinion is asked for;
    // what is slow by itself is slow again.
    let mut slowest = Duration::MAX;
    for _ in 0..3 {
        slowest = slowest.min(run_apart(file, &source, &hostile)?);
        if slowest <= STEP_MAX {
            return Ok(());
        }
    }
    Err(format!("a step of {SLICE} fuel took {slowest:?}").into())
}

/// Runs the script on a thread of its own and gives up waiting when it does not come back.
fn run_apart(file: &str, source: &[u8], hostile: &Hostile) -> Result<Duration, Failed> {
    let (sender, receiver) = mpsc::channel();
    let (name, source, hostile) = (format!("@{file}"), source.to_vec(), hostile.clone());
    thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        // Nobody listens any more after the time limit.
        let _ = sender.send(run(&name, &source, &hostile));
    })?;
    match receiver.recv_timeout(TIMEOUT) {
        Ok(result) => result.map_err(Failed::from),
        Err(mpsc::RecvTimeoutError::Timeout) => Err("a step does not come back".into()),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err("the machine panicked".into()),
    }
}

/// Limits under which the one that is named is met first.
fn limits(hostile: &Hostile) -> Options {
    let (fuel, memory_bytes) = match hostile.stops {
        Stop::Fuel => (2_000_000, 256 << 20),
        Stop::Memory => (200_000_000, 16 << 20),
        Stop::Error(_) => (200_000_000, 256 << 20),
    };
    Options { fuel, memory_bytes, debug: hostile.needs_debug, ..Options::default() }
}

/// Runs the script to its end and returns the time of its slowest step.
fn run(name: &str, source: &[u8], hostile: &Hostile) -> Result<Duration, String> {
    let options = limits(hostile);
    let mut machine =
        Machine::new(&options).map_err(|failure| format!("no machine: {failure:?}"))?;
    let (ended, slowest) = step_through(&mut machine, name, source);
    judge(&ended, &hostile.stops)?;
    let memory = machine.memory();
    if memory.peak_bytes > memory.limit_bytes {
        return Err(format!("{} bytes were held", memory.peak_bytes));
    }
    let (after, _) = step_through(&mut machine, "=after", b"return 1 + 1");
    match after {
        Ended::Well(values) if values == ["2"] => Ok(slowest),
        other => Err(format!("afterwards, 1 + 1 is {other:?}")),
    }
}

/// How a run ended.
#[derive(Debug)]
enum Ended {
    Well(Vec<String>),
    Raised(String),
    OutOfMemory,
    OutOfFuel,
    Otherwise(String),
}

fn step_through(machine: &mut Machine, name: &str, source: &[u8]) -> (Ended, Duration) {
    let mut slowest = Duration::ZERO;
    let mut timed = |from: Instant| slowest = slowest.max(from.elapsed());
    let started = Instant::now();
    let loaded = machine.load(source, name.as_bytes());
    timed(started);
    let function = match loaded {
        Ok(Ok(function)) => function,
        Ok(Err(message)) => {
            return (Ended::Raised(String::from_utf8_lossy(&message).into_owned()), slowest);
        }
        Err(failure) => return (failed(machine, failure), slowest),
    };
    if let Err(failure) = machine.start(function, &[]) {
        return (failed(machine, failure), slowest);
    }
    loop {
        let started = Instant::now();
        let progress = machine.step(SLICE);
        timed(started);
        match progress {
            Progress::OutOfFuel => {}
            Progress::Finished(values) => {
                let text = |value: &lua_core::value::Value| match value.as_number() {
                    Some(number) => number.to_string(),
                    None => format!("{value:?}"),
                };
                return (Ended::Well(values.iter().map(text).collect()), slowest);
            }
            Progress::Failed(failure) => return (failed(machine, failure), slowest),
            Progress::Host(_) => {
                return (Ended::Otherwise("asks the host".to_owned()), slowest);
            }
        }
    }
}

fn failed(machine: &mut Machine, failure: Failure) -> Ended {
    match failure {
        Failure::Raised => {
            let value = machine.error_value();
            let text = machine.with_context(|cx| cx.bytes(value).to_vec());
            Ended::Raised(String::from_utf8_lossy(&text).into_owned())
        }
        Failure::Memory => Ended::OutOfMemory,
        Failure::Ended(Ending::Fuel) => Ended::OutOfFuel,
        Failure::Ended(other) => Ended::Otherwise(format!("{other:?}")),
    }
}

fn judge(ended: &Ended, stops: &Stop) -> Result<(), String> {
    let as_named = match (stops, ended) {
        (Stop::Fuel, Ended::OutOfFuel) | (Stop::Memory, Ended::OutOfMemory) => true,
        (Stop::Memory, Ended::Raised(text)) => text.contains("not enough memory"),
        (Stop::Error(wanted), Ended::Raised(text)) => text.contains(wanted),
        _ => false,
    };
    if as_named { Ok(()) } else { Err(format!("expected {stops:?}, but it ended so: {ended:?}")) }
}
