//! A machine with the libraries of a Lua program, and what a run of it came to.

use std::sync::{Mutex, PoisonError};

use lua_core::error::{Ending, Failure};
use lua_core::machine::{KillHandle, Machine, Progress, Root};
use lua_core::value::Value;

use super::limits::Limits;
use crate::lualibs::{self, ExitRequest, Streams};

/// Why a run did not finish.
#[derive(Debug)]
pub(crate) enum Stop {
    /// An error that the script did not catch; no message when the error's value is nil.
    Error {
        /// PUC's text.
        message: Option<Vec<u8>>,
        /// Below the message, or empty.
        traceback: Vec<u8>,
    },
    /// The script called `os.exit`.
    Exit(i32),
    /// A limit, or the user.
    Ended(Ending),
}

/// A machine that runs programs with `io`, `os`, `package` and `debug`.
#[derive(Debug)]
pub(crate) struct Interpreter {
    pub(crate) machine: Machine,
    /// `debug.traceback` as it was in the beginning.
    traceback: Option<Root>,
    /// The standard streams that the script's libraries share.
    pub(crate) streams: Streams,
    /// A limit or the user has ended a run.
    was_ended: bool,
}

/// The run that Ctrl-C ends.
static RUNNING: Mutex<Option<KillHandle>> = Mutex::new(None);

impl Interpreter {
    /// A fresh machine.
    ///
    /// # Errors
    /// [`Failure::Memory`] when the memory limit is too small for the libraries.
    pub(crate) fn new(limits: &Limits) -> Result<Self, Failure> {
        let options =
            lua_core::machine::Options { debug: true, bytecode: true, ..limits.machine_options() };
        let mut machine = Machine::new(&options)?;
        if let Some(seed) = limits.seed {
            machine.seed_random(seed);
        }
        let streams = Streams::of_process().map_err(|_| Failure::Memory)?;
        let options = lualibs::Options { now_ms: limits.now };
        lualibs::open(&mut machine, streams.clone(), &options)?;
        machine.set_wants_traceback(true);
        let traceback = debug_traceback(&mut machine).map(|value| machine.root(value));
        Ok(Self { machine, traceback, streams, was_ended: false })
    }

    /// Ends the program: finalisers run, unless it was ended from outside or with `os.exit`, and what is
    /// buffered goes out.
    pub(crate) fn close(mut self) {
        if !self.has_exited() && !self.was_ended {
            self.machine.close();
        }
        drop(self.machine);
        // Nobody is left to tell of an error.
        let _ = self.streams.stdout.borrow_mut().flush();
    }

    /// The script has called `os.exit`.
    pub(crate) fn has_exited(&mut self) -> bool {
        matches!(self.machine.app_data(), Some(ExitRequest(Some(_))))
    }

    /// Ctrl-C ends the run in progress; pressed a second time, the process.
    pub(crate) fn handle_interrupts(&self) {
        static INSTALLED: std::sync::Once = std::sync::Once::new();
        let handle = self.machine.kill_handle();
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = Some(handle);
        INSTALLED.call_once(|| {
            // Without a handler Ctrl-C simply ends the process.
            let _ = ctrlc::set_handler(|| {
                match RUNNING.lock().unwrap_or_else(PoisonError::into_inner).take() {
                    Some(handle) => handle.kill(),
                    None => std::process::exit(130),
                }
            });
        });
    }

    /// Calls a function and returns its results, valid until the machine runs again.
    ///
    /// # Errors
    /// Why it did not finish.
    pub(crate) fn call(&mut self, function: Value, args: &[Value]) -> Result<Vec<Value>, Stop> {
        if let Err(failure) = self.machine.start(function, args) {
            return Err(self.stop(failure));
        }
        match self.machine.run() {
            Progress::Finished(values) => Ok(values),
            Progress::Failed(failure) => Err(self.stop(failure)),
            // Nothing here asks the host, or for pauses.
            Progress::Host(_) | Progress::OutOfFuel | Progress::Paused(_) => {
                Err(Stop::Ended(Ending::Internal))
            }
        }
    }

    fn stop(&mut self, failure: Failure) -> Stop {
        if let Some(ExitRequest(Some(code))) = self.machine.app_data::<ExitRequest>() {
            return Stop::Exit(*code);
        }
        match failure {
            // As for a C program that a signal has ended: 128 and the number of SIGPIPE.
            Failure::Ended(_) if self.streams.stdout.borrow().is_broken() => Stop::Exit(128 + 13),
            Failure::Ended(ending) => {
                self.was_ended = true;
                Stop::Ended(ending)
            }
            Failure::Memory => {
                Stop::Error { message: Some(b"not enough memory".to_vec()), traceback: Vec::new() }
            }
            Failure::Raised => self.uncaught(),
        }
    }

    /// What `lua` prints for the error that ended the run.
    fn uncaught(&mut self) -> Stop {
        let value = self.machine.error_value();
        if value.is_nil() {
            return Stop::Error { message: None, traceback: Vec::new() };
        }
        if !value.is_string() && !value.is_number() {
            let message = Some(b"(error object is not a string)".to_vec());
            return Stop::Error { message, traceback: Vec::new() };
        }
        let message = self.machine.with_context(|cx| cx.text_of(value));
        let mut traceback = self.machine.traceback().to_vec();
        // The script may have taken `debug.traceback` away, or put its own in its place.
        let current = debug_traceback(&mut self.machine);
        let ours = self.traceback.as_ref().and_then(|root| self.machine.rooted(root));
        if current != ours {
            traceback.clear();
            if let Some(function) = current {
                self.machine.set_wants_traceback(false);
                let started = self.machine.start(function, &[value, Value::number(2.0)]);
                if started.is_ok()
                    && let Progress::Finished(values) = self.machine.run()
                {
                    let text = values.first().copied().unwrap_or(Value::NIL);
                    let message = self.machine.with_context(|cx| cx.text_of(text));
                    self.machine.set_wants_traceback(true);
                    return Stop::Error { message: Some(message), traceback };
                }
                self.machine.set_wants_traceback(true);
            }
        }
        Stop::Error { message: Some(message), traceback }
    }
}

/// What a script would call as `debug.traceback`, when that is a function.
fn debug_traceback(machine: &mut Machine) -> Option<Value> {
    machine.with_context(|cx| {
        let debug = cx.raw_get_field(cx.globals(), "debug").ok()?.as_table()?;
        let traceback = cx.raw_get_field(debug, "traceback").ok()?;
        traceback.is_function().then_some(traceback)
    })
}
