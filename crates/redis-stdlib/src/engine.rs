//! `ScriptEngine`: scripts compiled once, found by SHA-1, and run under limits, in one go or in steps.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use lua_core::error::{Ending, Failure};
use lua_core::machine::{KillHandle, Machine, MemoryStats, Options, PauseReason, Root};
use ordered::ByteMap;
use resp::Reply;
use smallvec::SmallVec;

use crate::conditions::Conditions;
#[cfg(feature = "debugger")]
use crate::debugger::Debugging;
use crate::error::{ErrorKind, ScriptError};
use crate::host::{Answer, Call, Command, Commands, EveryCommand, Host, LogLevel, Slot};
use crate::interpreter::{Interpreter, Lists, ParkedRun, Raised, Ran};
use crate::library::{Function, Libraries};
use crate::limits;
use crate::messages;
use crate::script::{Flags, Sha1};
use crate::session::{LogSink, Rights, Session};

/// What a [`ScriptEngine`] is made with.
#[derive(Clone)]
pub struct Config {
    /// Most bytes that scripts may hold, those cached included.
    pub memory_bytes: usize,
    /// Most fuel that one run may use.
    pub fuel: u64,
    /// Most fuel that the code of a library may use while it is loaded: in Redis, it has half a second.
    pub load_fuel: u64,
    /// Seeds of the string pool's hash: take them from a source of randomness where scripts are hostile.
    pub seeds: [u64; 4],
    /// Seeds `math.random`; without it, it begins as in a Redis server just started.
    pub random_seed: Option<u64>,
    /// What is known of the commands that scripts call.
    pub commands: Rc<dyn Commands>,
    /// What scripts see besides Redis's own libraries.
    pub environment: Environment,
    /// Opens libraries of the host; in a sandbox they become read-only like all others.
    pub libraries: Option<OpenLibraries>,
    /// Errors tell which calls were in progress ([`ScriptError::traceback`]).
    pub wants_traceback: bool,
}

/// What scripts see besides Redis's own libraries.
#[derive(Clone, Default)]
pub enum Environment {
    /// What Redis 7.0.15 shows to `EVAL`, read-only.
    #[default]
    Sandbox,
    /// All of Lua, writable, for scripts that are trusted.
    Open {
        /// The name of the scripts' chunk in messages, as `@file.lua`.
        chunk_name: Vec<u8>,
        /// Opens more libraries.
        open: OpenLibraries,
        /// `pcall` is Lua's own: Redis's makes texts of error tables.
        keeps_pcall: bool,
    },
}

/// Opens libraries on a new machine.
pub type OpenLibraries = Rc<dyn Fn(&mut Machine) -> Result<(), Failure>>;

impl Environment {
    pub(crate) fn chunk_name(&self) -> &[u8] {
        match self {
            Environment::Sandbox => b"@user_script",
            Environment::Open { chunk_name, .. } => chunk_name,
        }
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Environment::Sandbox => "Sandbox",
            Environment::Open { .. } => "Open",
        })
    }
}

impl Default for Config {
    fn default() -> Self {
        let Options { memory_bytes, fuel, seeds, .. } = Options::default();
        Self {
            memory_bytes,
            fuel,
            load_fuel: limits::LOAD_FUEL,
            seeds,
            random_seed: None,
            commands: Rc::new(EveryCommand),
            environment: Environment::Sandbox,
            libraries: None,
            wants_traceback: false,
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("memory_bytes", &self.memory_bytes)
            .field("fuel", &self.fuel)
            .finish_non_exhaustive()
    }
}

/// A script to run, and what it is run with.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    script: Named<'a>,
    keys: SmallVec<[&'a [u8]; 4]>,
    args: SmallVec<[&'a [u8]; 4]>,
    read_only: bool,
    any_command: bool,
}

#[derive(Clone, Copy, Debug)]
enum Named<'a> {
    Source(&'a [u8]),
    Digest(Option<Sha1>),
    Function(&'a [u8]),
    Program { source: &'a [u8], chunk_name: &'a [u8] },
}

impl<'a> Request<'a> {
    /// Runs this text.
    pub fn source(text: &'a [u8]) -> Self {
        Self::of(Named::Source(text))
    }

    /// Runs the cached script with this SHA-1.
    pub fn digest(sha: Sha1) -> Self {
        Self::of(Named::Digest(Some(sha)))
    }

    /// Runs the cached script whose SHA-1 is written like this, as `EVALSHA` is given it.
    pub fn digest_text(text: &[u8]) -> Self {
        Self::of(Named::Digest(Sha1::parse(text)))
    }

    /// Calls the function with this name, as `FCALL` does.
    pub fn function(name: &'a [u8]) -> Self {
        Self::of(Named::Function(name))
    }

    /// Runs this text as a Lua program: it is not cached, `KEYS` and `ARGV` stay what they are, errors keep their
    /// text, and all that it returns is the reply, as [`plain::to_reply`](crate::plain::to_reply) has it.
    pub fn program(source: &'a [u8], chunk_name: &'a [u8]) -> Self {
        Self::of(Named::Program { source, chunk_name })
    }

    fn of(script: Named<'a>) -> Self {
        Self {
            script,
            keys: SmallVec::new(),
            args: SmallVec::new(),
            read_only: false,
            any_command: false,
        }
    }

    /// Sets `KEYS`.
    #[must_use]
    pub fn keys<A: AsRef<[u8]>>(mut self, keys: &'a [A]) -> Self {
        self.keys = keys.iter().map(AsRef::as_ref).collect();
        self
    }

    /// Sets `ARGV`.
    #[must_use]
    pub fn args<A: AsRef<[u8]>>(mut self, args: &'a [A]) -> Self {
        self.args = args.iter().map(AsRef::as_ref).collect();
        self
    }

    /// The host answers commands of its own as well: calls are not held against the engine's table first.
    #[must_use]
    pub fn any_command(mut self) -> Self {
        self.any_command = true;
        self
    }

    /// The script may not write, as for `EVAL_RO`.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }
}

/// What a step of a run came to.
#[derive(Debug)]
pub enum Step {
    /// The script has returned, or failed.
    Done(Result<Reply, ScriptError>),
    /// The fuel of the step is used up; step again.
    OutOfFuel,
    /// The script calls a command: [`ScriptEngine::call`] says which, [`ScriptEngine::answer`] takes the
    /// reply, then step again.
    Call,
    /// A native of the host's own libraries ([`Config::libraries`]) asks this: [`ScriptEngine::answer_native`] takes
    /// what it waits for, then step again.
    Ask(Box<dyn Any>),
    /// The script stands before a line for a debugger to look around; step again to go on. Only with the feature
    /// `debugger`, and only when it was asked for.
    Paused(PauseReason),
}

/// A script or function in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Running<'a> {
    /// A script.
    Script(Sha1),
    /// A function, by the name that it was registered with.
    Function(&'a [u8]),
    /// A program.
    Program,
}

/// Why a run cannot be killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KillRefusal {
    /// Nothing runs.
    NotBusy,
    /// It has written already.
    Unkillable,
}

impl KillRefusal {
    /// The error as a client gets it.
    pub fn into_reply(self) -> Reply {
        Reply::error(match self {
            KillRefusal::NotBusy => messages::NOT_BUSY,
            KillRefusal::Unkillable => messages::UNKILLABLE,
        })
    }
}

/// Runs Redis scripts and functions.
///
/// One engine is what one Redis server has: an interpreter for scripts, and one for functions. What scripts leave
/// behind there (settings of `cjson`) they leave behind here, until [`Self::flush`]; both share one sequence of
/// `math.random`.
///
/// A run goes in steps, so that a host can do other things in between:
///
/// ```
/// # use redis_stdlib::{Config, Request, ScriptEngine, Step};
/// # use resp::Reply;
/// let mut engine = ScriptEngine::new(Config::default())?;
/// engine.start(&Request::source(b"while true do end"))?;
/// let mut slices = 0;
/// let error = loop {
///     match engine.step(100_000) {
///         Step::Done(result) => break result.unwrap_err(),
///         Step::Call => engine.answer(Reply::OK),
///         // Only libraries of the host's own ask, and only a debugger pauses.
///         Step::Ask(_) | Step::Paused(_) => engine.abort(),
///         // Here a server looks at the time, and serves others when it has been long.
///         Step::OutOfFuel => {
///             slices += 1;
///             if slices == 3 {
///                 engine.kill().unwrap();
///             }
///         }
///     }
/// };
/// assert!(error.message().starts_with(b"ERR Script killed by user with SCRIPT KILL... script: "));
/// # Ok::<(), redis_stdlib::ScriptError>(())
/// ```
pub struct ScriptEngine {
    pub(crate) config: Config,
    log: LogSink,
    /// Ends a run of either interpreter.
    kill: KillHandle,
    pub(crate) scripts: Interpreter,
    pub(crate) cache: ByteMap<Script>,
    /// Made with the first library.
    pub(crate) functions: Option<Box<Interpreter>>,
    pub(crate) libraries: Libraries,
    conditions: Conditions,
    running: Option<Run>,
    /// Which interpreter ran last: where the sequence of `math.random` stands.
    pub(crate) functions_ran_last: bool,
    #[cfg(feature = "debugger")]
    pub(crate) debugging: Debugging,
}

/// A run that has left the engine to others. Dropping it drops the run.
pub struct Parked {
    run: Run,
    is_function: bool,
    state: ParkedRun,
    fuel_limit: u64,
    #[cfg(feature = "debugger")]
    debugging: Debugging,
}

impl fmt::Debug for Parked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parked").field("is_function", &self.is_function).finish_non_exhaustive()
    }
}

/// A run in progress.
struct Run {
    of: RunOf,
    /// It ends at its next step.
    is_killed: bool,
}

enum RunOf {
    Script(Sha1),
    Function(Rc<Function>),
    Program,
}

impl Run {
    fn is_function(&self) -> bool {
        matches!(self.of, RunOf::Function(_))
    }

    fn error(&self, raised: Raised) -> ScriptError {
        match &self.of {
            RunOf::Script(sha) => raised.into_error(&sha.hex()),
            RunOf::Function(function) => raised.into_error(&function.name),
            RunOf::Program => raised.into_plain_error(),
        }
    }
}

impl fmt::Debug for ScriptEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptEngine")
            .field("scripts", &self.cache.len())
            .field("libraries", &self.libraries.iter().len())
            .field("running", &self.running())
            .finish_non_exhaustive()
    }
}

/// A compiled script.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) function: Root,
    pub(crate) flags: Flags,
}

impl ScriptEngine {
    /// An engine with an empty cache.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`] when the limit is too small for the libraries.
    pub fn new(config: Config) -> Result<Self, ScriptError> {
        let log = Interpreter::no_log();
        let scripts = Interpreter::new(&config, &log, false).map_err(ScriptError::from_failure)?;
        let kill = scripts.machine.kill_handle();
        Ok(Self {
            config,
            log,
            kill,
            scripts,
            cache: ByteMap::default(),
            functions: None,
            libraries: Libraries::default(),
            conditions: Conditions::default(),
            running: None,
            functions_ran_last: false,
            #[cfg(feature = "debugger")]
            debugging: Debugging::default(),
        })
    }

    /// Sets where `redis.log` goes; nowhere until then.
    pub fn set_log(&mut self, log: impl FnMut(LogLevel, &[u8]) + 'static) {
        self.log = Rc::new(RefCell::new(log));
        let functions = self.functions.as_deref_mut();
        for interpreter in functions.into_iter().chain([&mut self.scripts]) {
            if let Some(session) = interpreter.session() {
                session.log = self.log.clone();
            }
        }
    }

    /// Tells what the server cannot do at the moment. It counts from the next run on.
    pub fn set_conditions(&mut self, conditions: Conditions) {
        self.conditions = conditions;
    }

    /// What the server cannot do at the moment.
    pub fn conditions(&self) -> Conditions {
        self.conditions
    }

    // ---- the cache -------------------------------------------------------------------------------

    /// Compiles a script and keeps it: `SCRIPT LOAD`.
    ///
    /// # Errors
    /// [`ErrorKind::Compile`], [`ErrorKind::Memory`].
    pub fn load(&mut self, text: &[u8]) -> Result<Sha1, ScriptError> {
        let sha = Sha1::of(text);
        if !self.cache.contains_key(sha.as_bytes()) {
            self.compile(sha, text, false)?;
        }
        Ok(sha)
    }

    /// Compiles a script that is not in the cache, unless its flags are refused for a run.
    fn compile(&mut self, sha: Sha1, text: &[u8], is_to_run: bool) -> Result<(), ScriptError> {
        let (flags, source) =
            Flags::split(text).map_err(|message| ScriptError::new(ErrorKind::Compile, message))?;
        if is_to_run {
            self.check(flags)?;
        }
        self.share_memory(false);
        let chunk_name = self.config.environment.chunk_name();
        let machine = &mut self.scripts.machine;
        let loaded = machine.load(source, chunk_name).map_err(ScriptError::from_failure)?;
        let function =
            loaded.map_err(|message| not_compiled(messages::NOT_COMPILED, &message, chunk_name))?;
        let function = machine.root(function);
        self.cache.insert(sha.as_bytes(), Script { function, flags });
        Ok(())
    }

    /// Whether a script is in the cache: `SCRIPT EXISTS`.
    pub fn exists(&self, sha: &Sha1) -> bool {
        self.cache.contains_key(sha.as_bytes())
    }

    /// The flags of a script in the cache.
    pub fn flags(&self, sha: &Sha1) -> Option<Flags> {
        self.cache.get(sha.as_bytes()).map(|script| script.flags)
    }

    /// Number of scripts in the cache.
    pub fn script_count(&self) -> usize {
        self.cache.len()
    }

    /// Forgets all scripts and everything that they left behind: `SCRIPT FLUSH`. A run in progress ends.
    /// Functions stay, and so does the sequence of `math.random`.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`], which did not happen when the engine was made.
    pub fn flush(&mut self) -> Result<(), ScriptError> {
        self.abort();
        let mut scripts =
            Interpreter::new(&self.config, &self.log, false).map_err(ScriptError::from_failure)?;
        scripts.machine.set_kill_handle(&self.kill);
        scripts.machine.set_random_state(self.scripts.machine.random_state());
        self.scripts = scripts;
        self.cache.clear();
        Ok(())
    }

    // ---- running ---------------------------------------------------------------------------------

    /// Runs a script to its end. The host has to answer at once.
    ///
    /// # Errors
    /// What the script raised, and every [`ErrorKind`].
    pub fn eval(
        &mut self,
        host: &mut dyn Host,
        request: &Request<'_>,
    ) -> Result<Reply, ScriptError> {
        self.start(request)?;
        self.finish(host)
    }

    /// Runs what is in progress to its end. The host has to answer at once.
    ///
    /// # Errors
    /// What the script raised, and every [`ErrorKind`].
    pub fn finish(&mut self, host: &mut dyn Host) -> Result<Reply, ScriptError> {
        loop {
            match self.step_with(host, limits::SLICE) {
                Step::Done(result) => return result,
                Step::OutOfFuel | Step::Paused(_) => {}
                Step::Call | Step::Ask(_) => {
                    self.abort();
                    return Err(ScriptError::new(ErrorKind::Refused, messages::PENDING));
                }
            }
        }
    }

    /// Runs for about `fuel` units of work, commands answered by the host. [`Step::Call`] when the host has said
    /// that an answer comes later: give it with [`Self::answer`].
    pub fn step_with(&mut self, host: &mut dyn Host, fuel: u64) -> Step {
        let used = self.fuel_used();
        let mut left = fuel;
        loop {
            match self.step(left) {
                Step::Call => {}
                step => return step,
            }
            let Some(interpreter) = self.interpreter() else { return Step::Call };
            let Some(session) = interpreter.session() else { return Step::Call };
            let Session { argv, command, protocol, .. } = &*session;
            match host.call(&Call { argv, command: *command, protocol: *protocol }) {
                Answer::Reply(reply) => session.reply = Some(reply),
                // A future that is not awaited does nothing: the caller has to find an answer.
                Answer::Later(_) | Answer::Pending => return Step::Call,
            }
            interpreter.machine.answer(Box::new(()));
            left = fuel.saturating_sub(self.fuel_used().saturating_sub(used)).max(1);
        }
    }

    /// Whether a script with flags may be run at all under the [`Conditions`] of the moment. [`Self::start`]
    /// checks it too; a server asks before it looks at the rest of the command.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`].
    pub fn admit(&self, request: &Request<'_>) -> Result<(), ScriptError> {
        self.flags_of(request).map_or(Ok(()), |flags| self.check(flags))
    }

    /// Whether a script might write: its flags do not say that it does not.
    pub fn may_write(&self, request: &Request<'_>) -> bool {
        self.flags_of(request).is_none_or(|flags| !flags.declared || !flags.no_writes)
    }

    /// The flags of a script that is there, or that could be.
    fn flags_of(&self, request: &Request<'_>) -> Option<Flags> {
        match request.script {
            Named::Source(text) => match self.cache.get(Sha1::of(text).as_bytes()) {
                Some(script) => Some(script.flags),
                None => Flags::split(text).ok().map(|(flags, _)| flags),
            },
            Named::Digest(sha) => sha.and_then(|sha| self.flags(&sha)),
            Named::Function(name) => self.libraries.function(name).map(|function| function.flags),
            Named::Program { .. } => None,
        }
    }

    fn check(&self, flags: Flags) -> Result<(), ScriptError> {
        match self.conditions.flags_refusal(flags) {
            Some(text) => Err(ScriptError::new(ErrorKind::Refused, text)),
            None => Ok(()),
        }
    }

    /// Prepares a run; [`Self::step`] runs it. A run in progress is dropped.
    ///
    /// # Errors
    /// [`ErrorKind::Compile`], [`ErrorKind::NoScript`], [`ErrorKind::Refused`], [`ErrorKind::Memory`].
    pub fn start(&mut self, request: &Request<'_>) -> Result<(), ScriptError> {
        self.abort();
        let of = match request.script {
            Named::Source(text) => {
                let sha = Sha1::of(text);
                if !self.cache.contains_key(sha.as_bytes()) {
                    self.compile(sha, text, true)?;
                }
                RunOf::Script(sha)
            }
            Named::Digest(sha) => RunOf::Script(sha.ok_or_else(no_script)?),
            Named::Function(name) => {
                let function = self.libraries.function(name).cloned();
                RunOf::Function(function.ok_or_else(no_function)?)
            }
            Named::Program { .. } => RunOf::Program,
        };
        self.share_memory(matches!(of, RunOf::Function(_)));
        let program = match request.script {
            Named::Program { source, chunk_name } => Some(self.load_program(source, chunk_name)?),
            _ => None,
        };
        let (interpreter, root, flags, lists) = match &of {
            RunOf::Program => {
                let Some(program) = &program else { return Err(no_script()) };
                (&mut self.scripts, program, Flags::default(), Lists::Program)
            }
            RunOf::Script(sha) => {
                let Some(script) = self.cache.get(sha.as_bytes()) else { return Err(no_script()) };
                let lists = Lists::Globals(&request.keys, &request.args);
                (&mut self.scripts, &script.function, script.flags, lists)
            }
            RunOf::Function(function) => {
                let Some(functions) = self.functions.as_deref_mut() else {
                    return Err(no_function());
                };
                let lists = Lists::Arguments(&request.keys, &request.args);
                (functions, &function.callback, function.flags, lists)
            }
        };
        let conditions = self.conditions;
        if let Some(text) = conditions.script_refusal(flags, request.read_only) {
            return Err(ScriptError::new(ErrorKind::Refused, text));
        }
        let slot =
            (conditions.is_cluster && flags.declared && !flags.allow_cross_slot_keys).then(|| {
                match request.keys.first() {
                    Some(key) => self.config.commands.slot_of_key(key),
                    None => Slot::Any,
                }
            });
        let rights = Rights {
            slot,
            read_only: request.read_only || flags.no_writes,
            any_command: request.any_command,
            allow_oom: flags.allow_oom,
            conditions,
        };
        interpreter.start(root, lists, rights).map_err(ScriptError::from_failure)?;
        self.running = Some(Run { of, is_killed: false });
        #[cfg(feature = "debugger")]
        self.begin_debugging(match request.script {
            Named::Program { chunk_name, .. } => Some(chunk_name),
            _ => None,
        });
        Ok(())
    }

    fn load_program(&mut self, source: &[u8], chunk_name: &[u8]) -> Result<Root, ScriptError> {
        let machine = &mut self.scripts.machine;
        let loaded = machine.load(source, chunk_name).map_err(ScriptError::from_failure)?;
        let function = loaded.map_err(|message| not_compiled("", &message, chunk_name))?;
        Ok(machine.root(function))
    }

    /// Prepares an interpreter for running: it gets the memory that the other one leaves, and goes on with the
    /// sequence of `math.random`.
    pub(crate) fn share_memory(&mut self, for_functions: bool) {
        let Some(functions) = self.functions.as_deref_mut() else { return };
        let (this, other) = if for_functions {
            (functions, &mut self.scripts)
        } else {
            (&mut self.scripts, functions)
        };
        // Neither can take all from the other, and neither finds itself above its limit because of a few bytes.
        let total = self.config.memory_bytes;
        let reserved = total / limits::RESERVED_SHARE;
        let others = other.machine.memory().used_bytes.max(reserved);
        this.machine.set_memory_limit(total.saturating_sub(others).max(reserved));
        if self.functions_ran_last != for_functions {
            this.machine.set_random_state(other.machine.random_state());
            self.functions_ran_last = for_functions;
        }
    }

    /// Makes the interpreter of functions, if there is none yet.
    pub(crate) fn open_functions(&mut self) -> Result<&mut Interpreter, ScriptError> {
        if self.functions.is_none() {
            let mut functions = Interpreter::new(&self.config, &self.log, true)
                .map_err(ScriptError::from_failure)?;
            functions.machine.set_kill_handle(&self.kill);
            self.functions = Some(Box::new(functions));
        }
        self.share_memory(true);
        self.functions
            .as_deref_mut()
            .ok_or_else(|| ScriptError::from_failure(Failure::Ended(Ending::Internal)))
    }

    /// The interpreter of the run in progress.
    fn interpreter(&mut self) -> Option<&mut Interpreter> {
        if self.running.as_ref()?.is_function() {
            self.functions.as_deref_mut()
        } else {
            Some(&mut self.scripts)
        }
    }

    /// The machine of the run in progress, and what a debugger has asked.
    #[cfg(feature = "debugger")]
    pub(crate) fn debugged(&mut self) -> Option<(&mut Machine, &mut Debugging)> {
        let interpreter = if self.running.as_ref()?.is_function() {
            self.functions.as_deref_mut()?
        } else {
            &mut self.scripts
        };
        Some((&mut interpreter.machine, &mut self.debugging))
    }

    /// Whether a function is in progress.
    #[cfg(feature = "debugger")]
    pub(crate) fn is_function(&self) -> bool {
        self.running.as_ref().is_some_and(Run::is_function)
    }

    /// Runs for about `fuel` units of work.
    pub fn step(&mut self, fuel: u64) -> Step {
        #[cfg(feature = "debugger")]
        self.debugging.forget_values();
        let internal = || ScriptError::from_failure(Failure::Ended(Ending::Internal));
        if self.running.as_ref().is_some_and(|run| run.is_killed) {
            let place = self.interpreter().and_then(Interpreter::place);
            let raised = Raised::Error(ErrorKind::Killed, messages::KILLED.into(), place);
            let error = self.running.as_ref().map_or_else(internal, |run| run.error(raised));
            self.abort();
            return Step::Done(Err(error));
        }
        let Some(interpreter) = self.interpreter() else { return Step::Done(Err(internal())) };
        match interpreter.step(fuel) {
            Ran::OutOfFuel => Step::OutOfFuel,
            Ran::Paused(reason) => Step::Paused(reason),
            Ran::Call => Step::Call,
            Ran::Ask(request) => Step::Ask(request),
            Ran::Done(result) => {
                let traceback = if result.is_err() { interpreter.traceback() } else { Vec::new() };
                let run = self.running.take();
                Step::Done(result.map_err(|raised| match run {
                    Some(run) => run.error(raised).with_traceback(traceback),
                    None => internal(),
                }))
            }
        }
    }

    /// The command that the script waits for.
    pub fn call(&mut self) -> Option<Call<'_>> {
        let session = self.interpreter()?.session()?;
        Some(Call { argv: &session.argv, command: session.command, protocol: session.protocol })
    }

    /// Answers the command that the script waits for; the next [`Self::step`] goes on with it.
    pub fn answer(&mut self, reply: Reply) {
        if let Some(interpreter) = self.interpreter()
            && let Some(session) = interpreter.session()
        {
            session.reply = Some(reply);
            interpreter.machine.answer(Box::new(()));
        }
    }

    /// Answers the native that has asked with [`Step::Ask`]; it finds the answer with
    /// [`CallContext::take_answer`](lua_core::native::CallContext::take_answer).
    pub fn answer_native(&mut self, answer: Box<dyn Any>) {
        if let Some(interpreter) = self.interpreter() {
            interpreter.machine.answer(answer);
        }
    }

    /// Takes the run in progress off the engine, so that another one may begin or go on; `None` when nothing runs.
    ///
    /// This is for hosts whose answers take their time ([`Step::Call`], [`Step::Ask`]): what scripts in progress
    /// share, such as fields of their libraries, they find as the others have left it.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`]; the run stays where it is.
    pub fn park(&mut self) -> Result<Option<Parked>, ScriptError> {
        let Some(run) = self.running.take() else { return Ok(None) };
        let is_function = run.is_function();
        self.running = Some(run);
        let Some(interpreter) = self.interpreter() else { return Ok(None) };
        let state = interpreter.park().map_err(ScriptError::from_failure)?;
        #[cfg(feature = "debugger")]
        interpreter.machine.set_breakpoints(&[]);
        let fuel_limit = self.config.fuel;
        #[cfg(feature = "debugger")]
        let debugging = self.debugging.take();
        Ok(self.running.take().map(|run| Parked {
            run,
            is_function,
            state,
            fuel_limit,
            #[cfg(feature = "debugger")]
            debugging,
        }))
    }

    /// Puts a run back; one in progress is dropped. With it comes the limit of fuel that it was parked under.
    pub fn unpark(&mut self, parked: Parked) {
        self.abort();
        self.share_memory(parked.is_function);
        self.set_fuel_limit(parked.fuel_limit);
        self.running = Some(parked.run);
        if let Some(interpreter) = self.interpreter() {
            interpreter.unpark(parked.state);
        }
        #[cfg(feature = "debugger")]
        {
            self.debugging.restore(parked.debugging);
            self.apply_breakpoints();
        }
    }

    /// Drops the run in progress, if there is one.
    pub fn abort(&mut self) {
        if let Some(interpreter) = self.interpreter() {
            interpreter.machine.abort();
            self.running = None;
            #[cfg(feature = "debugger")]
            self.debugging.forget_values();
        }
    }

    /// What is in progress.
    pub fn running(&self) -> Option<Running<'_>> {
        Some(match &self.running.as_ref()?.of {
            RunOf::Script(sha) => Running::Script(*sha),
            RunOf::Function(function) => Running::Function(&function.name),
            RunOf::Program => Running::Program,
        })
    }

    /// The commands that scripts have called since the last time and that were refused before the host was asked, each
    /// with the error. What a server counts; only so many are kept.
    pub fn take_refused(&mut self) -> Vec<(Command, &'static str)> {
        let mut all = Vec::new();
        let functions = self.functions.as_deref_mut();
        for interpreter in std::iter::once(&mut self.scripts).chain(functions) {
            if let Some(session) = interpreter.session() {
                all.append(&mut session.refused);
            }
        }
        all
    }

    /// Where what is in progress stands: the chunk name and line of its innermost Lua function.
    pub fn place(&mut self) -> Option<(Vec<u8>, i64)> {
        self.interpreter()?.place()
    }

    /// Opens libraries of the host now and wherever interpreters are made anew, in the place of
    /// [`Config::libraries`].
    ///
    /// # Errors
    /// [`ErrorKind::Memory`].
    pub fn open_libraries(&mut self, libraries: OpenLibraries) -> Result<(), ScriptError> {
        self.config.libraries = Some(libraries);
        let functions = self.functions.as_deref_mut();
        for interpreter in functions.into_iter().chain([&mut self.scripts]) {
            interpreter.open_libraries(&self.config).map_err(ScriptError::from_failure)?;
        }
        Ok(())
    }

    /// Whether what is in progress has called a command that writes: then it can no longer be killed.
    pub fn has_written(&mut self) -> bool {
        self.interpreter().and_then(Interpreter::session).is_some_and(|session| session.has_written)
    }

    /// Ends what is in progress, as `SCRIPT KILL` and `FUNCTION KILL` do: the next [`Self::step`] gives the error
    /// for it, with the line where it stands.
    ///
    /// # Errors
    /// Nothing runs, or it has written already.
    pub fn kill(&mut self) -> Result<(), KillRefusal> {
        let Some(interpreter) = self.interpreter() else { return Err(KillRefusal::NotBusy) };
        if interpreter.session().is_some_and(|session| session.has_written) {
            return Err(KillRefusal::Unkillable);
        }
        if let Some(run) = &mut self.running {
            run.is_killed = true;
        }
        Ok(())
    }

    /// The machine that scripts run on.
    pub fn machine(&mut self) -> &mut Machine {
        &mut self.scripts.machine
    }

    /// Ends the run in progress from any thread, even when it has written.
    pub fn kill_handle(&self) -> KillHandle {
        self.kill.clone()
    }

    /// Fuel that the last or current run has used.
    pub fn fuel_used(&self) -> u64 {
        match &self.functions {
            Some(functions) if self.functions_ran_last => functions.machine.fuel_used(),
            _ => self.scripts.machine.fuel_used(),
        }
    }

    /// Memory figures, of both interpreters together.
    pub fn memory(&self) -> MemoryStats {
        let scripts = self.scripts.machine.memory();
        let Some(functions) = &self.functions else { return scripts };
        let functions = functions.machine.memory();
        MemoryStats {
            used_bytes: scripts.used_bytes + functions.used_bytes,
            spare_bytes: scripts.spare_bytes + functions.spare_bytes,
            peak_bytes: scripts.peak_bytes + functions.peak_bytes,
            limit_bytes: self.config.memory_bytes,
            collections: scripts.collections + functions.collections,
        }
    }

    /// Collects the garbage of both interpreters.
    pub fn collect_garbage(&mut self) {
        let functions = self.functions.as_deref_mut();
        for interpreter in functions.into_iter().chain([&mut self.scripts]) {
            interpreter.machine.collect_garbage();
        }
    }

    /// Sets the fuel that one run may use.
    pub fn set_fuel_limit(&mut self, fuel: u64) {
        self.config.fuel = fuel;
        let functions = self.functions.as_deref_mut();
        for interpreter in functions.into_iter().chain([&mut self.scripts]) {
            interpreter.machine.set_fuel_limit(fuel);
        }
    }
}

fn no_script() -> ScriptError {
    ScriptError::new(ErrorKind::NoScript, messages::NOSCRIPT)
}

fn no_function() -> ScriptError {
    ScriptError::new(ErrorKind::NoScript, messages::NO_FUNCTION)
}

/// The error for a source that does not compile.
pub(crate) fn not_compiled(prefix: &str, message: &[u8], chunk_name: &[u8]) -> ScriptError {
    let text = [prefix.as_bytes(), message].concat();
    ScriptError::new(ErrorKind::Compile, text).at(Some(chunk_name.to_vec()), line_of(message))
}

/// The line in a compiler's message, `user_script:LINE: text`.
fn line_of(message: &[u8]) -> Option<u32> {
    let mut parts = message.split(|&b| b == b':');
    let line = parts.nth(1)?;
    std::str::from_utf8(line).ok()?.parse().ok()
}
