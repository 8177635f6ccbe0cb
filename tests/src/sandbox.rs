//! A machine inside the test's own process: the sandbox's libraries, `io.write` for the programs of the
//! corpus that print with it, and what they printed.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use lua_core::error::Failure;
use lua_core::library;
use lua_core::machine::{Machine, Options, Progress};
use lua_core::native::{CallContext, Library, Outcome};
use lua_core::value::Value;
use rustix::time::{ClockId, clock_gettime};

use crate::runner;

/// Host stack that must do for any script: a sixteenth of what a thread has by default.
pub const STACK_BYTES: usize = 256 << 10;

/// `io`, as far as it needs no files.
const IO: Library = library!("io", { "write" => io_write });

/// Printed by the programs of one machine.
type Printed = Rc<RefCell<Vec<u8>>>;

fn io_write(cx: &mut CallContext<'_>) -> Result<Outcome, Failure> {
    for position in 1..=cx.arg_count() {
        let text = cx.check_string(position)?;
        let text = cx.bytes(text).to_vec();
        cx.print(&text);
    }
    cx.return1(Value::TRUE)
}

/// A machine and what was printed in it.
#[derive(Debug)]
pub struct Sandbox {
    /// The machine.
    pub machine: Machine,
    printed: Printed,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// With results, as `tostring` shows them.
    Returned(Vec<String>),
    /// With an error's text; what is no text is described as `lua` does.
    Raised(String),
    /// With a failure that no script can catch.
    Failed(Failure),
    /// In a request to the host.
    AskedHost,
}

/// A run from its start to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// How it ended.
    pub end: End,
    /// What it printed.
    pub printed: Vec<u8>,
    /// The fuel that it used.
    pub fuel: u64,
}

impl Sandbox {
    /// A new machine.
    ///
    /// # Panics
    /// When the options leave no room for a machine.
    pub fn new(options: &Options) -> Self {
        let mut machine = Machine::new(options).expect("there is room for a machine");
        machine.register(&IO).expect("there is room for a library");
        let printed = Printed::default();
        let output = printed.clone();
        machine.set_output(move |bytes| output.borrow_mut().extend_from_slice(bytes));
        Self { machine, printed }
    }

    /// Loads a chunk; its function, or how it failed to.
    ///
    /// # Errors
    /// A source that does not compile, or that there is no memory or fuel for.
    pub fn load(&mut self, name: &str, source: &[u8]) -> Result<Value, End> {
        match self.machine.load(source, name.as_bytes()) {
            Ok(Ok(function)) => Ok(function),
            Ok(Err(message)) => Err(End::Raised(text_of(&message))),
            Err(failure) => Err(self.failed(failure)),
        }
    }

    /// Loads a chunk and runs it to its end, `slice` units of fuel at a time.
    pub fn run(&mut self, name: &str, source: &[u8], slice: u64) -> Run {
        // As `lua` does with the first line of a file.
        let source = match source {
            [b'#', ..] => {
                source
                    .split_at(source.iter().position(|&byte| byte == b'\n').unwrap_or(source.len()))
                    .1
            }
            _ => source,
        };
        let end = match self.load(name, source) {
            Ok(function) => match self.machine.start(function, &[]) {
                Ok(()) => self.go_on(slice),
                Err(failure) => self.failed(failure),
            },
            Err(end) => end,
        };
        let printed = self.printed.take();
        Run { end, printed, fuel: self.machine.fuel_used() }
    }

    /// Runs what a program of the corpus does when `lua` is given its file, closing the state included.
    pub fn run_program(&mut self, file: &str, source: &[u8], slice: u64) -> Run {
        let arg = b"arg = { [0] = 'program' }";
        self.run("=arg", arg, u64::MAX);
        self.machine.set_wants_traceback(true);
        let mut run = self.run(&format!("@{file}"), source, slice);
        self.machine.close();
        run.printed.extend(self.printed.take());
        run
    }

    /// Steps until the run that was started ends or asks the host.
    pub fn go_on(&mut self, slice: u64) -> End {
        loop {
            match self.machine.step(slice) {
                Progress::OutOfFuel | Progress::Paused(_) => {}
                Progress::Finished(values) => {
                    let texts = values.iter().map(|&value| self.describe(value));
                    return End::Returned(texts.collect());
                }
                Progress::Host(_) => return End::AskedHost,
                Progress::Failed(failure) => return self.failed(failure),
            }
        }
    }

    /// What was printed since the last look.
    pub fn take_printed(&mut self) -> Vec<u8> {
        self.printed.take()
    }

    /// What a failure is to the host.
    pub fn failed(&mut self, failure: Failure) -> End {
        if failure != Failure::Raised {
            return End::Failed(failure);
        }
        let value = self.machine.error_value();
        if value.type_name() == "string" || value.as_number().is_some() {
            End::Raised(self.describe(value))
        } else {
            End::Raised(format!("(error object is a {} value)", value.type_name()))
        }
    }

    fn describe(&mut self, value: Value) -> String {
        let mut text = Vec::new();
        self.machine.with_context(|cx| cx.describe(value, &mut text));
        text_of(&text)
    }
}

fn text_of(bytes: &[u8]) -> String {
    // Every byte is a character, so that texts which are no UTF-8 can be compared.
    bytes.iter().map(|&byte| char::from(byte)).collect()
}

impl Run {
    /// The run as the process of `lua` shows it; the error without a traceback.
    pub fn outcome(&self) -> runner::Outcome {
        let (stderr, code) = match &self.end {
            End::Returned(_) => (Vec::new(), 0),
            End::Raised(text) => (text.chars().map(|c| c as u8).collect(), 1),
            End::Failed(failure) => (format!("{failure:?}").into_bytes(), 3),
            End::AskedHost => (b"asks the host".to_vec(), 3),
        };
        runner::Outcome { stdout: self.printed.clone(), stderr, code: Some(code) }
    }
}

/// The processor time of this thread: what others do on the machine does not count.
pub fn thread_time() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

/// Runs `body` on a thread with a stack of [`STACK_BYTES`].
///
/// # Panics
/// When `body` does, with its message.
pub fn on_small_stack<R: Send + 'static>(body: impl FnOnce() -> R + Send + 'static) -> R {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(body);
    match thread.expect("a thread starts").join() {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}
