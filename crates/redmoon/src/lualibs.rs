//! Lua libraries that touch the operating system: `io`, `os`, `package` and the loading of files
//! (Lua 5.1 manual §5.1, §5.3, §5.7, §5.8).
//!
//! `redmoon lua` has them; a sandbox never does. [`open`] registers them with a machine.

pub mod load;
pub mod stream;
mod time;

mod debugger;
mod io;
mod os;
mod package;

use std::cell::RefCell;
use std::fs::File;
use std::io::IsTerminal;
use std::rc::Rc;

use lua_core::error::Failure;
use lua_core::machine::Machine;
use lua_core::native::CallContext;

use stream::{Buffering, Stream};

/// What the libraries get from their host.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The time that `os.time` and `os.date` see, in milliseconds since 1970; the system's when absent.
    pub now_ms: Option<u64>,
}

/// The exit code of the script's `os.exit`, which ends the run as if the host had killed it.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExitRequest(pub Option<i32>);

/// The time that `os` sees, when the host has fixed it.
#[derive(Clone, Copy, Debug)]
struct Clock {
    now_ms: Option<u64>,
}

/// A stream that several handles share.
pub type SharedStream = Rc<RefCell<Stream>>;

/// The standard streams, buffered.
#[derive(Clone, Debug)]
pub struct Streams {
    /// Standard input.
    pub stdin: SharedStream,
    /// Standard output, where `print` writes.
    pub stdout: SharedStream,
    /// Standard error.
    pub stderr: SharedStream,
}

impl Streams {
    /// Those of the process.
    ///
    /// # Errors
    /// When one of them cannot be duplicated.
    pub fn of_process() -> std::io::Result<Self> {
        let share = |stream| Rc::new(RefCell::new(stream));
        let buffering =
            if std::io::stdout().is_terminal() { Buffering::Line } else { Buffering::Full };
        Ok(Self {
            stdin: share(Stream::new(duplicate(std::io::stdin())?, true, false, Buffering::Full)),
            stdout: share(Stream::new(duplicate(std::io::stdout())?, false, true, buffering)),
            stderr: share(Stream::new(duplicate(std::io::stderr())?, false, true, Buffering::None)),
        })
    }
}

#[cfg(unix)]
fn duplicate(stream: impl std::os::fd::AsFd) -> std::io::Result<File> {
    Ok(File::from(stream.as_fd().try_clone_to_owned()?))
}

#[cfg(windows)]
fn duplicate(stream: impl std::os::windows::io::AsHandle) -> std::io::Result<File> {
    Ok(File::from(stream.as_handle().try_clone_to_owned()?))
}

/// Registers `io`, `os`, `package`, `require`, `module`, `dofile` and `loadfile`, and connects `print` with
/// the buffered standard output that `io` uses.
///
/// # Errors
/// [`Failure::Memory`].
pub fn open(machine: &mut Machine, streams: Streams, options: &Options) -> Result<(), Failure> {
    streams.stdout.borrow_mut().end_when_broken(machine.kill_handle());
    let stdout = streams.stdout.clone();
    machine.set_output(move |text| {
        // C's `fputs` in `print` is not asked for errors either.
        let _ = stdout.borrow_mut().write(text);
    });
    machine.set_app_data(ExitRequest::default());
    machine.set_app_data(Clock { now_ms: options.now_ms });
    machine.register(&load::FILES)?;
    package::open_library(machine)?;
    io::open_library(machine, &streams)?;
    machine.register(&os::OS)?;
    machine.register(&debugger::DEBUGGER)?;
    machine.set_app_data(streams);
    package::enter_loaded(machine)
}

/// The standard streams of a machine with these libraries.
pub(crate) fn streams<'c>(cx: &'c mut CallContext<'_>) -> Option<&'c mut Streams> {
    cx.app_data::<Streams>()
}
