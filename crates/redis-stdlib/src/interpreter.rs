//! An interpreter: a machine with Redis's libraries, and a run on it. An engine has one for scripts and one for
//! functions, as Redis has: what a script leaves behind in one is not seen in the other.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use lua_core::error::{Ending, Failure};
use lua_core::machine::{Machine, Options, Parked, PauseReason, Progress, Root};
use lua_core::value::Value;
use resp::{Protocol, Reply};

use crate::argv::Argv;
use crate::convert;
use crate::engine::{Config, Environment};
use crate::environment::{self, Globals};
use crate::error::{ErrorKind, ScriptError};
use crate::host::Command;
use crate::limits;
use crate::messages;
use crate::plain;
use crate::session::{LogSink, Names, Rights, Session};

/// A machine with Redis's libraries.
pub(crate) struct Interpreter {
    pub(crate) machine: Machine,
    /// Calls a function under the error handler.
    pub(crate) runner: Root,
    pub(crate) handler: Root,
    pub(crate) names: Names,
    pub(crate) globals: Globals,
}

/// What a step of a run came to.
pub(crate) enum Ran {
    OutOfFuel,
    Paused(PauseReason),
    Call,
    /// A native of the host's own asks.
    Ask(Box<dyn Any>),
    Done(Result<Reply, Raised>),
}

/// A chunk name and a line; natives are at line -1 of `=[C]`.
pub(crate) type Place = (Vec<u8>, i64);

/// Why a run did not return, without what names the script.
pub(crate) enum Raised {
    /// An error that the script did not catch: its text, and where it was raised.
    Error(ErrorKind, Vec<u8>, Option<Place>),
    /// What ended the run uncatchably.
    Ended(Failure),
}

impl Interpreter {
    /// An interpreter for scripts, or for the functions of libraries.
    ///
    /// # Errors
    /// [`Failure::Memory`] when the limit is too small for the libraries.
    pub(crate) fn new(
        config: &Config,
        log: &LogSink,
        is_for_functions: bool,
    ) -> Result<Self, Failure> {
        let mut machine = Machine::new(&Options {
            memory_bytes: config.memory_bytes,
            fuel: config.fuel,
            seeds: config.seeds,
            // Scripts are called by the server itself: nothing lies below them.
            host_depth: 0,
            debug: matches!(config.environment, Environment::Open { .. }),
            bytecode: false,
            nested_brackets: true,
        })?;
        Self::declare(&mut machine);
        if let Environment::Open { open, .. } = &config.environment {
            open(&mut machine)?;
        }
        let (names, globals) = environment::open(&mut machine, config, is_for_functions)?;
        let runner =
            machine.with_context(|cx| cx.new_native("script", environment::run_script, &[]))?;
        let runner = machine.root(runner);
        let handler =
            machine.with_context(|cx| cx.new_native("handler", environment::error_handler, &[]))?;
        let handler = machine.root(handler);
        if let Some(seed) = config.random_seed {
            machine.seed_random(seed);
        }
        machine.set_app_data(Session {
            names,
            commands: config.commands.clone(),
            log: log.clone(),
            protocol: Protocol::Resp2,
            rights: Rights::default(),
            has_written: false,
            refused: Vec::new(),
            argv: Argv::new(),
            command: Command::default(),
            reply: None,
            buffer: Vec::new(),
            is_program: false,
            raised_at: None,
            traceback: config.wants_traceback.then(Vec::new),
            registration: None,
        });
        Ok(Self { machine, runner, handler, names, globals })
    }

    /// Opens the host's libraries on a machine that has been made without them.
    ///
    /// # Errors
    /// When memory runs out.
    pub(crate) fn open_libraries(&mut self, config: &Config) -> Result<(), Failure> {
        environment::open_libraries(&mut self.machine, config)
    }

    pub(crate) fn session(&mut self) -> Option<&mut Session> {
        self.machine.app_data::<Session>()
    }

    /// A new log sink that writes nothing.
    pub(crate) fn no_log() -> LogSink {
        Rc::new(RefCell::new(|_, _: &[u8]| {}))
    }

    /// Prepares a call of `function`, which gets its keys and arguments as globals (a script) or as arguments (a
    /// function).
    ///
    /// # Errors
    /// When memory runs out.
    pub(crate) fn start(
        &mut self,
        function: &Root,
        lists: Lists<'_>,
        rights: Rights,
    ) -> Result<(), Failure> {
        let roots = [&self.handler, function, &self.runner];
        let [Some(handler), Some(function), Some(runner)] =
            roots.map(|root| self.machine.rooted(root))
        else {
            return Err(Failure::Ended(Ending::Internal));
        };
        if let Some(session) = self.session() {
            session.protocol = Protocol::Resp2;
            session.rights = rights;
            session.has_written = false;
            session.reply = None;
            session.is_program = matches!(lists, Lists::Program);
            session.raised_at = None;
            if let Some(traceback) = &mut session.traceback {
                traceback.clear();
            }
        }
        match lists {
            Lists::Program => self.machine.start(runner, &[handler, function, Value::TRUE]),
            Lists::None => self.machine.start(runner, &[handler, function]),
            Lists::Globals(keys, args) => {
                self.set_globals(keys, args)?;
                self.machine.start(runner, &[handler, function])
            }
            Lists::Arguments(keys, args) => {
                let (keys, args) = self.machine.with_context(|cx| {
                    // The first list is not reachable yet while the second is made: no collection runs in between.
                    Ok::<_, Failure>((environment::list(cx, keys)?, environment::list(cx, args)?))
                })?;
                self.machine.start(runner, &[handler, function, keys, args])
            }
        }
    }

    fn set_globals(&mut self, keys: &[&[u8]], args: &[&[u8]]) -> Result<(), Failure> {
        let names = self.names;
        let globals = self.machine.globals();
        let was_read_only = self.globals.are_read_only;
        self.machine.set_read_only(globals, false);
        let result = self.machine.with_context(|cx| {
            environment::set_list(cx, names.keys, keys)?;
            environment::set_list(cx, names.argv, args)
        });
        self.machine.set_read_only(globals, was_read_only);
        result
    }

    /// Runs for about `fuel` units of work.
    pub(crate) fn step(&mut self, fuel: u64) -> Ran {
        let mut left = fuel;
        loop {
            // In slices, since a kill is looked at where one ends.
            let slice = left.min(limits::SLICE);
            let result = match self.machine.step(slice) {
                Progress::OutOfFuel if slice < left => {
                    left -= slice;
                    continue;
                }
                Progress::OutOfFuel => return Ran::OutOfFuel,
                Progress::Paused(reason) => return Ran::Paused(reason),
                Progress::Host(request) if request.is::<()>() => return Ran::Call,
                Progress::Host(request) => return Ran::Ask(request),
                Progress::Finished(values) => self.finish(&values),
                Progress::Failed(failure) => Err(Raised::Ended(failure)),
            };
            if matches!(
                result,
                Err(Raised::Ended(Failure::Memory | Failure::Raised)
                    | Raised::Error(ErrorKind::Memory, ..))
            ) {
                // What the run leaves behind is garbage, and the next run wants to begin.
                self.machine.collect_garbage();
            }
            return Ran::Done(result);
        }
    }

    /// The runner has returned `true` and the script's value, or `false` and the error's table.
    fn finish(&mut self, values: &[Value]) -> Result<Reply, Raised> {
        let value = values.get(1).copied().unwrap_or(Value::NIL);
        let is_program = self.session().is_some_and(|session| session.is_program);
        if values.first() != Some(&Value::TRUE) {
            return Err(if is_program { self.raised_plain(value) } else { self.raised(value) });
        }
        if is_program {
            let results = values.get(1..).unwrap_or_default();
            return self
                .machine
                .with_context(|cx| plain::results(cx, results))
                .map_err(Raised::Ended);
        }
        let protocol = self.session().map_or(Protocol::Resp2, |session| session.protocol);
        self.machine
            .with_context(|cx| convert::to_reply(cx, value, protocol))
            .map_err(Raised::Ended)
    }

    /// What a program raised, as `lua` prints it.
    fn raised_plain(&mut self, value: Value) -> Raised {
        let place = self.session().and_then(|session| session.raised_at.take());
        let mut text = Vec::new();
        if value.is_string() || value.is_number() {
            self.machine.with_context(|cx| cx.describe(value, &mut text));
        } else {
            let kind = value.type_of().name();
            text.extend_from_slice(format!("(error object is a {kind} value)").as_bytes());
        }
        Raised::Error(kind_of(&text), text, place)
    }

    /// The calls that were in progress where the error was raised that ended the run.
    pub(crate) fn traceback(&mut self) -> Vec<u8> {
        /// The natives that call a script under its error handler.
        const BELOW: &[u8] = b"\n\t[C]: ?";
        let traceback = self.session().and_then(|session| session.traceback.as_mut());
        let mut traceback = traceback.map(std::mem::take).unwrap_or_default();
        while traceback.ends_with(BELOW) {
            traceback.truncate(traceback.len() - BELOW.len());
        }
        traceback
    }

    /// Takes the run in progress off.
    ///
    /// # Errors
    /// When memory runs out; the run stays.
    pub(crate) fn park(&mut self) -> Result<ParkedRun, Failure> {
        let names = self.names;
        let machine = self.machine.park()?;
        let globals = self.machine.globals();
        let lists = [names.keys, names.argv].map(|name| {
            let list = self.machine.with_context(|cx| cx.raw_get(globals, name));
            self.machine.root(list)
        });
        let session = self.session().map(|session| ParkedSession {
            protocol: session.protocol,
            rights: session.rights,
            has_written: session.has_written,
            is_program: session.is_program,
            argv: std::mem::take(&mut session.argv),
            command: session.command,
        });
        Ok(ParkedRun { machine, lists, session })
    }

    /// Puts a run back in the place of what is in progress.
    pub(crate) fn unpark(&mut self, run: ParkedRun) {
        self.machine.unpark(run.machine);
        let names = self.names;
        let globals = self.machine.globals();
        let lists = run.lists.map(|list| self.machine.rooted(&list).unwrap_or(Value::NIL));
        self.machine.set_read_only(globals, false);
        self.machine.with_context(|cx| {
            for (name, list) in [names.keys, names.argv].into_iter().zip(lists) {
                if cx.raw_get(globals, name) != list {
                    // The keys were there when the run began, so that no memory is needed now.
                    let _ = cx.raw_set(globals, name, list);
                }
            }
        });
        let was_read_only = self.globals.are_read_only;
        self.machine.set_read_only(globals, was_read_only);
        if let (Some(session), Some(parked)) = (self.session(), run.session) {
            session.protocol = parked.protocol;
            session.rights = parked.rights;
            session.has_written = parked.has_written;
            session.is_program = parked.is_program;
            session.argv = parked.argv;
            session.command = parked.command;
        }
    }

    /// What the script raised (`../redis7/errors.md`, "Anatomy of an error reply").
    fn raised(&mut self, value: Value) -> Raised {
        let names = self.names;
        self.machine.with_context(|cx| {
            let Some(table) = value.as_table() else {
                // The handler could not run: memory.
                let mut text = b"ERR ".to_vec();
                cx.describe(value, &mut text);
                return Raised::Error(kind_of(&text), text, None);
            };
            let field = |name| cx.raw_get(table, name);
            let err = field(names.err);
            let mut text = Vec::new();
            if err.is_string() || err.is_number() {
                cx.describe(err, &mut text);
                text.truncate(convert::until_nul(&text).len());
            } else {
                text.extend_from_slice(messages::UNKNOWN_ERROR.as_bytes());
            }
            let source = field(names.source);
            let place = source.is_string().then(|| {
                let line = field(names.line).as_number().unwrap_or(0.0) as i64;
                (cx.bytes(source).to_vec(), line)
            });
            Raised::Error(kind_of(&text), text, place)
        })
    }

    /// Where the run in progress stands: chunk name and line of its innermost Lua function.
    pub(crate) fn place(&mut self) -> Option<Place> {
        self.machine.with_context(|cx| {
            cx.next_location().map(|(source, line)| (source.to_vec(), line.into()))
        })
    }
}

/// Memory that has run out is an error that scripts can catch: only its text tells.
fn kind_of(text: &[u8]) -> ErrorKind {
    if text == messages::OUT_OF_MEMORY.as_bytes() { ErrorKind::Memory } else { ErrorKind::Script }
}

/// A run off its interpreter, and what the interpreter knew of it.
pub(crate) struct ParkedRun {
    machine: Parked,
    /// `KEYS` and `ARGV`.
    lists: [Root; 2],
    session: Option<ParkedSession>,
}

/// What a [`Session`] holds of one run alone.
struct ParkedSession {
    protocol: Protocol,
    rights: Rights,
    has_written: bool,
    is_program: bool,
    argv: Argv,
    command: Command,
}

/// How a run gets its keys and arguments.
#[derive(Clone, Copy)]
pub(crate) enum Lists<'a> {
    /// Not at all: the code of a library.
    None,
    /// Not at all: a program, all of whose results count.
    Program,
    /// As the globals `KEYS` and `ARGV`.
    Globals(&'a [&'a [u8]], &'a [&'a [u8]]),
    /// As two arguments.
    Arguments(&'a [&'a [u8]], &'a [&'a [u8]]),
}

impl Raised {
    /// The error as the program raised it.
    pub(crate) fn into_plain_error(self) -> ScriptError {
        match self {
            Raised::Ended(failure) => ScriptError::from_failure(failure),
            Raised::Error(kind, text, place) => {
                let (source, line) = place.unzip();
                ScriptError::new(kind, text)
                    .at(source, line.and_then(|line| u32::try_from(line).ok()))
            }
        }
    }

    /// The error reply, with the name of the script and the place at its end.
    pub(crate) fn into_error(self, name: &[u8]) -> ScriptError {
        let (kind, mut text, place) = match self {
            Raised::Error(ErrorKind::Script, text, None) => {
                return ScriptError::new(ErrorKind::Script, text);
            }
            Raised::Error(kind, text, place) => (kind, text, place),
            Raised::Ended(failure) => {
                let error = ScriptError::from_failure(failure);
                (error.kind(), error.message().to_vec(), None)
            }
        };
        text.extend_from_slice(b" script: ");
        text.extend_from_slice(name);
        if let Some((source, line)) = &place {
            text.extend_from_slice(b", on ");
            text.extend_from_slice(convert::until_nul(source));
            text.extend_from_slice(format!(":{line}.").as_bytes());
        }
        let (source, line) = place.unzip();
        let line = line.and_then(|line| u32::try_from(line).ok());
        ScriptError::new(kind, text).at(source, line)
    }
}
