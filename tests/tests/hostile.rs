//! Scripts that try not to end, to use all memory or to overflow something. Each is run step by step with
//! limits on a small stack: it must be stopped by what its first line names, no step may take long, the
//! memory limit must hold, and the same machine must be of use afterwards.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
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

/// After a step that took so long nobody waits for the next.
const STEP_PATIENCE: Duration = Duration::from_secs(1);

/// A step that takes longer is not waited for.
const STEP_TIMEOUT: Duration = Duration::from_secs(10);

/// A whole run that takes longer is given up: no limit stops it.
const RUN_TIMEOUT: Duration = Duration::from_mins(2);

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
    // The processor may have been slow for reasons of its own, so a second opinion is asked for; what is
    // slow by itself is slow again.
    let mut slowest = Duration::MAX;
    for _ in 0..2 {
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
    let steps = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&steps);
    let (name, source, hostile) = (format!("@{file}"), source.to_vec(), hostile.clone());
    thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        // Nobody listens any more after the time limit.
        let _ = sender.send(run(&name, &source, &hostile, &counter));
    })?;
    let started = Instant::now();
    while started.elapsed() < RUN_TIMEOUT {
        let before = steps.load(Ordering::Relaxed);
        match receiver.recv_timeout(STEP_TIMEOUT) {
            Ok(result) => return result.map_err(Failed::from),
            Err(mpsc::RecvTimeoutError::Disconnected) => return Err("the machine panicked".into()),
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
        if steps.load(Ordering::Relaxed) == before {
            return Err("a step does not come back".into());
        }
    }
    Err(format!("is not stopped in {} steps", steps.load(Ordering::Relaxed)).into())
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
fn run(
    name: &str,
    source: &[u8],
    hostile: &Hostile,
    steps: &AtomicU64,
) -> Result<Duration, String> {
    let options = limits(hostile);
    let mut machine =
        Machine::new(&options).map_err(|failure| format!("no machine: {failure:?}"))?;
    let (ended, slowest) = step_through(&mut machine, name, source, steps);
    judge(&ended, &hostile.stops)?;
    let memory = machine.memory();
    if memory.peak_bytes > memory.limit_bytes {
        return Err(format!("{} bytes were held", memory.peak_bytes));
    }
    let (after, _) = step_through(&mut machine, "=after", b"return 1 + 1", steps);
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

/// Runs a chunk in slices, counts them and measures the slowest one.
fn step_through(
    machine: &mut Machine,
    name: &str,
    source: &[u8],
    steps: &AtomicU64,
) -> (Ended, Duration) {
    let mut slowest = Duration::ZERO;
    let started = processor_time();
    let loaded = machine.load(source, name.as_bytes());
    slowest = slowest.max(processor_time().saturating_sub(started));
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
        let started = processor_time();
        let progress = machine.step(SLICE);
        slowest = slowest.max(processor_time().saturating_sub(started));
        steps.fetch_add(1, Ordering::Relaxed);
        if slowest > STEP_PATIENCE {
            return (Ended::Otherwise(format!("a step took {slowest:?}")), slowest);
        }
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

/// Processor time of this thread where the kernel tells it (Linux, exact to a tick of the scheduler), else
/// the time that passes: other processes are none of a script's doing.
fn processor_time() -> Duration {
    static STARTED: OnceLock<Instant> = OnceLock::new();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse().ok());
    let passed = || STARTED.get_or_init(Instant::now).elapsed();
    nanoseconds.map_or_else(passed, Duration::from_nanos)
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
        (_, Ended::Otherwise(text)) => return Err(format!("it ended so: {text}")),
        (Stop::Fuel, Ended::OutOfFuel) | (Stop::Memory, Ended::OutOfMemory) => true,
        (Stop::Memory, Ended::Raised(text)) => text.contains("not enough memory"),
        (Stop::Error(wanted), Ended::Raised(text)) => text.contains(wanted),
        _ => false,
    };
    if as_named { Ok(()) } else { Err(format!("expected {stops:?}, but it ended so: {ended:?}")) }
}
