//! Scripts that try not to end, to use all memory or to overflow something. Each is run step by step with
//! limits on a small stack: it must be stopped by what its first line names, no step may take long, the
//! memory limit must hold, and the same machine must be of use afterwards, with its memory given back.
//!
//! Each is also run without steps, as a host with a deadline does it: when the host kills the run, it must
//! end soon, wherever it is.
//!
//! Time is processor time of the thread that runs the script, and an unoptimised build may take longer.
#![expect(clippy::print_stdout, reason = "the slowest times are told on standard output")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use lua_core::error::{Ending, Failure};
use lua_core::machine::{Machine, Options, Progress};
use redmoon_tests::corpus::{self, Hostile, Stop};
use redmoon_tests::sandbox::{STACK_BYTES, thread_time};

/// Fuel between two looks of the host: some tens of microseconds of an optimised build.
const SLICE: u64 = 10_000;

/// A step may overrun its slice by no more than this.
const STEP_MAX: Duration =
    if cfg!(debug_assertions) { Duration::from_millis(500) } else { Duration::from_millis(100) };

/// Real time until the host kills a run that is not stepped.
const DEADLINE: Duration = Duration::from_millis(20);

/// Bytes that a machine may hold, when a script has ended and garbage is collected, beyond what it held new.
const BYTES_LEFT_MAX: usize = 256 << 10;

/// Scripts that fill a table which outlives them (the globals, the weak table of `newproxy`): tables do not
/// shrink when they are emptied, in PUC neither.
const FILL_LASTING_TABLES: &[&str] = &["globals_flood", "gc_proxies_kept"];

/// The slowest steps of all scripts, in microseconds.
static SLOWEST_US: AtomicU64 = AtomicU64::new(0);
static SLOWEST_KILL_US: AtomicU64 = AtomicU64::new(0);

/// After a step that took so long nobody waits for the next.
const STEP_PATIENCE: Duration = Duration::from_secs(2);

/// A whole run that takes longer is given up: no limit stops it, or a step does not come back.
const TIMEOUT: Duration = Duration::from_mins(1);

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for file in corpus::lua_files(&corpus::hostile_folder()) {
        let name = file.trim_end_matches(".lua").to_owned();
        let copy = file.clone();
        trials.push(Trial::test(format!("limits {name}"), move || check(&file, Way::Steps)));
        trials.push(Trial::test(format!("deadline {name}"), move || check(&copy, Way::Deadline)));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    let slowest = |time: &AtomicU64| Duration::from_micros(time.load(Ordering::Relaxed));
    let (step, kill) = (slowest(&SLOWEST_US), slowest(&SLOWEST_KILL_US));
    println!("slowest step of {SLICE} fuel: {step:?}; slowest end after a kill: {kill:?}");
    conclusion.exit();
}

/// How a script is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Step by step, up to its limit.
    Steps,
    /// In one go, until it ends or the host kills it.
    Deadline,
}

fn check(file: &str, way: Way) -> Result<(), Failed> {
    let source = corpus::read(&corpus::hostile_folder().join(file))?;
    let hostile = Hostile::parse(&String::from_utf8_lossy(&source))?;
    // Caches that others have emptied make a step slow, too, so a second opinion is asked for; what is slow
    // by itself is slow again.
    let mut slowest = Duration::MAX;
    for _ in 0..3 {
        slowest = slowest.min(run_apart(file, &source, &hostile, way)?);
        if slowest <= STEP_MAX {
            break;
        }
    }
    let record = if way == Way::Steps { &SLOWEST_US } else { &SLOWEST_KILL_US };
    record.fetch_max(slowest.as_micros() as u64, Ordering::Relaxed);
    if std::env::var_os("REDMOON_TIMES").is_some() {
        println!("{slowest:?} {way:?} {file}");
    }
    if slowest <= STEP_MAX {
        return Ok(());
    }
    Err(format!("took {slowest:?} too long").into())
}

/// Runs the script on a thread of its own and gives up waiting when it does not come back.
fn run_apart(file: &str, source: &[u8], hostile: &Hostile, way: Way) -> Result<Duration, Failed> {
    let (sender, receiver) = mpsc::channel();
    let (name, source, hostile) = (format!("@{file}"), source.to_vec(), hostile.clone());
    thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        // Nobody listens any more after the time limit.
        let _ = sender.send(match way {
            Way::Steps => run(&name, &source, &hostile),
            Way::Deadline => run_with_deadline(&name, &source, &hostile),
        });
    })?;
    match receiver.recv_timeout(TIMEOUT) {
        Ok(result) => result.map_err(Failed::from),
        Err(mpsc::RecvTimeoutError::Timeout) => Err("it is not stopped".into()),
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
    let mut machine = new_machine(&limits(hostile))?;
    let before = machine.memory().used_bytes;
    let (ended, slowest) = step_through(&mut machine, name, source);
    judge(&ended, &hostile.stops)?;
    let memory = machine.memory();
    if memory.peak_bytes > memory.limit_bytes {
        return Err(format!("{} bytes were held", memory.peak_bytes));
    }
    is_of_use(&mut machine, name, before)?;
    Ok(slowest)
}

fn new_machine(options: &Options) -> Result<Machine, String> {
    Machine::new(options).map_err(|failure| format!("no machine: {failure:?}"))
}

/// Takes away what a script left in its globals and in the tables that hang there.
const TIDY: &[u8] = b"local next, rawset, type = next, rawset, type
local known = { string = 1, table = 1, math = 1, coroutine = 1, debug = 1, _G = 1 }
for name, value in next, _G do if not known[name] and type(value) ~= 'function' then rawset(_G, name, nil) end end";

/// After whatever happened the machine computes, and has let go of what it held.
fn is_of_use(machine: &mut Machine, name: &str, bytes_before: usize) -> Result<(), String> {
    match step_through(machine, "=after", b"return 1 + 1").0 {
        Ended::Well(values) if values == ["2"] => {}
        other => return Err(format!("afterwards, 1 + 1 is {other:?}")),
    }
    step_through(machine, "=tidy", TIDY);
    // Finalisers may have been due; what they leave is collected the second time.
    machine.collect_garbage();
    machine.collect_garbage();
    let left = machine.memory().used_bytes.saturating_sub(bytes_before);
    let may_stay = FILL_LASTING_TABLES.iter().any(|script| name.contains(script));
    if left > BYTES_LEFT_MAX && !may_stay { Err(format!("{left} bytes are left")) } else { Ok(()) }
}

/// Runs the script in one go and kills it; returns the time that it took to end then.
fn run_with_deadline(name: &str, source: &[u8], hostile: &Hostile) -> Result<Duration, String> {
    let options = Options { fuel: u64::MAX, ..limits(hostile) };
    let mut machine = new_machine(&options)?;
    let before = machine.memory().used_bytes;
    let loaded = machine.load(source, name.as_bytes());
    let Ok(Ok(function)) = loaded else { return Ok(Duration::ZERO) };
    machine.start(function, &[]).map_err(|failure| format!("{failure:?}"))?;
    let handle = machine.kill_handle();
    let (done, is_done) = mpsc::channel::<()>();
    let host = thread::spawn(move || {
        let in_time = is_done.recv_timeout(DEADLINE).is_ok();
        let killed_at = std::time::Instant::now();
        handle.kill();
        (!in_time).then_some(killed_at)
    });
    let started = thread_time();
    let progress = machine.run();
    let (ended_at, elapsed) = (std::time::Instant::now(), thread_time().saturating_sub(started));
    // It has stopped waiting already when it has killed the run.
    let _ = done.send(());
    let killed_at = host.join().map_err(|_| "the host panicked".to_owned())?;
    let Some(killed_at) = killed_at else { return Ok(Duration::ZERO) };
    if matches!(progress, Progress::Failed(Failure::Ended(Ending::Internal)) | Progress::Host(_)) {
        return Err(format!("{progress:?}"));
    }
    is_of_use(&mut machine, name, before)?;
    // Real time counts what other processes took, processor time what the script did before: less than
    // either is the truth.
    Ok(ended_at.saturating_duration_since(killed_at).min(elapsed))
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
    let started = thread_time();
    let loaded = machine.load(source, name.as_bytes());
    slowest = slowest.max(thread_time().saturating_sub(started));
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
        let started = thread_time();
        let progress = machine.step(SLICE);
        slowest = slowest.max(thread_time().saturating_sub(started));
        if slowest > STEP_PATIENCE {
            return (Ended::Otherwise(format!("a step took {slowest:?}")), slowest);
        }
        match progress {
            Progress::OutOfFuel | Progress::Paused(_) => {}
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
        (_, Ended::Otherwise(text)) => return Err(format!("it ended so: {text}")),
        (Stop::Fuel, Ended::OutOfFuel) | (Stop::Memory, Ended::OutOfMemory) => true,
        (Stop::Memory, Ended::Raised(text)) => text.contains("not enough memory"),
        (Stop::Error(wanted), Ended::Raised(text)) => text.contains(wanted),
        _ => false,
    };
    if as_named { Ok(()) } else { Err(format!("expected {stops:?}, but it ended so: {ended:?}")) }
}
