//! `ScriptEngine`: scripts compiled once, found by SHA-1, and run under limits, in one go or in steps.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use lua_core::error::{Ending, Failure};
use lua_core::machine::{KillHandle, Machine, MemoryStats, Options, Progress, Root};
use lua_core::value::Value;
use resp::{Protocol, Reply};
use smallvec::SmallVec;

use crate::argv::Argv;
use crate::convert;
use crate::environment;
use crate::error::{ErrorKind, ScriptError};
use crate::host::{Answer, Call, Command, Commands, EveryCommand, Host, LogLevel};
use crate::limits;
use crate::messages;
use crate::script::{Flags, Sha1};
use crate::session::Session;

/// What a [`ScriptEngine`] is made with.
#[derive(Clone)]
pub struct Config {
    /// Most bytes that scripts may hold, those cached included.
    pub memory_bytes: usize,
    /// Most fuel that one run may use.
    pub fuel: u64,
    /// Seeds of the string pool's hash: take them from a source of randomness where scripts are hostile.
    pub seeds: [u64; 4],
    /// Seeds `math.random`; without it, it begins as in a Redis server just started.
    pub random_seed: Option<u64>,
    /// What is known of the commands that scripts call.
    pub commands: Rc<dyn Commands>,
    /// What scripts see besides Redis's own libraries.
    pub environment: Environment,
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
    },
}

/// Opens libraries on a new machine.
pub type OpenLibraries = Rc<dyn Fn(&mut Machine) -> Result<(), Failure>>;

impl Environment {
    fn chunk_name(&self) -> &[u8] {
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
            seeds,
            random_seed: None,
            commands: Rc::new(EveryCommand),
            environment: Environment::Sandbox,
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
}

/// Runs Redis scripts.
///
/// One engine is one interpreter of Redis: what scripts leave behind there (settings of `cjson`, the
/// state of `math.random`) they leave behind here, until [`Self::flush`].
pub struct ScriptEngine {
    config: Config,
    machine: Machine,
    /// Calls a script under the error handler.
    runner: Root,
    handler: Root,
    scripts: BTreeMap<Sha1, Script>,
    running: Option<Sha1>,
}

impl fmt::Debug for ScriptEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptEngine")
            .field("scripts", &self.scripts.len())
            .field("running", &self.running)
            .finish_non_exhaustive()
    }
}

/// A compiled script.
#[derive(Debug)]
struct Script {
    function: Root,
    flags: Flags,
}

impl ScriptEngine {
    /// An engine with an empty cache.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`] when the limit is too small for the libraries.
    pub fn new(config: Config) -> Result<Self, ScriptError> {
        let (machine, runner, handler) = Self::build(&config).map_err(failed)?;
        Ok(Self { config, machine, runner, handler, scripts: BTreeMap::new(), running: None })
    }

    fn build(config: &Config) -> Result<(Machine, Root, Root), Failure> {
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
        if let Environment::Open { open, .. } = &config.environment {
            open(&mut machine)?;
        }
        let is_sandbox = matches!(config.environment, Environment::Sandbox);
        let names = environment::open(&mut machine, is_sandbox)?;
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
            log: Box::new(|_, _| {}),
            protocol: Protocol::Resp2,
            read_only: false,
            any_command: false,
            argv: Argv::new(),
            command: Command::default(),
            reply: None,
            buffer: Vec::new(),
        });
        Ok((machine, runner, handler))
    }

    /// Sets where `redis.log` goes; nowhere until then.
    pub fn set_log(&mut self, log: impl FnMut(LogLevel, &[u8]) + 'static) {
        if let Some(session) = self.machine.app_data::<Session>() {
            session.log = Box::new(log);
        }
    }

    // ---- the cache -------------------------------------------------------------------------------

    /// Compiles a script and keeps it: `SCRIPT LOAD`.
    ///
    /// # Errors
    /// [`ErrorKind::Compile`], [`ErrorKind::Memory`].
    pub fn load(&mut self, text: &[u8]) -> Result<Sha1, ScriptError> {
        let sha = Sha1::of(text);
        if self.scripts.contains_key(&sha) {
            return Ok(sha);
        }
        let (flags, source) =
            Flags::split(text).map_err(|message| ScriptError::new(ErrorKind::Compile, message))?;
        let chunk_name = self.config.environment.chunk_name();
        let loaded = self.machine.load(source, chunk_name).map_err(failed)?;
        let function = loaded.map_err(|message| {
            let line = line_of(&message);
            let text = [messages::NOT_COMPILED.as_bytes(), &message].concat();
            ScriptError::new(ErrorKind::Compile, text).at(Some(chunk_name.to_vec()), line)
        })?;
        let function = self.machine.root(function);
        self.scripts.insert(sha, Script { function, flags });
        Ok(sha)
    }

    /// Whether a script is in the cache: `SCRIPT EXISTS`.
    pub fn exists(&self, sha: &Sha1) -> bool {
        self.scripts.contains_key(sha)
    }

    /// The flags of a script in the cache.
    pub fn flags(&self, sha: &Sha1) -> Option<Flags> {
        self.scripts.get(sha).map(|script| script.flags)
    }

    /// Number of scripts in the cache.
    pub fn script_count(&self) -> usize {
        self.scripts.len()
    }

    /// Forgets all scripts and everything that they left behind: `SCRIPT FLUSH`. A run in progress ends.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`], which did not happen when the engine was made.
    pub fn flush(&mut self) -> Result<(), ScriptError> {
        let log = self
            .machine
            .app_data::<Session>()
            .map(|session| std::mem::replace(&mut session.log, Box::new(|_, _| {})));
        let mut fresh = Self::new(self.config.clone())?;
        if let (Some(log), Some(session)) = (log, fresh.machine.app_data::<Session>()) {
            session.log = log;
        }
        *self = fresh;
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
        loop {
            match self.step(limits::SLICE) {
                Step::Done(result) => return result,
                Step::OutOfFuel => {}
                Step::Call => {
                    let answer = match self.call() {
                        Some(call) => host.call(&call),
                        None => Answer::Pending,
                    };
                    match answer {
                        Answer::Reply(reply) => self.answer(reply),
                        Answer::Pending => {
                            self.abort();
                            return Err(ScriptError::new(ErrorKind::Refused, messages::PENDING));
                        }
                    }
                }
            }
        }
    }

    /// Prepares a run; [`Self::step`] runs it. A run in progress is dropped.
    ///
    /// # Errors
    /// [`ErrorKind::Compile`], [`ErrorKind::NoScript`], [`ErrorKind::Refused`], [`ErrorKind::Memory`].
    pub fn start(&mut self, request: &Request<'_>) -> Result<(), ScriptError> {
        self.abort();
        let sha = match request.script {
            Named::Source(text) => self.load(text)?,
            Named::Digest(sha) => sha.filter(|sha| self.exists(sha)).ok_or_else(no_script)?,
        };
        let Some(script) = self.scripts.get(&sha) else { return Err(no_script()) };
        let flags = script.flags;
        if request.read_only && flags.declared && !flags.no_writes {
            return Err(ScriptError::new(ErrorKind::Refused, messages::READ_ONLY_COMMAND));
        }
        let roots = [&self.handler, &script.function, &self.runner];
        let [Some(handler), Some(function), Some(runner)] =
            roots.map(|root| self.machine.rooted(root))
        else {
            return Err(failed(Failure::Ended(Ending::Internal)));
        };
        self.set_arguments(request).map_err(failed)?;
        if let Some(session) = self.machine.app_data::<Session>() {
            session.protocol = Protocol::Resp2;
            session.read_only = request.read_only || flags.no_writes;
            session.any_command = request.any_command;
            session.reply = None;
        }
        self.machine.start(runner, &[handler, function]).map_err(failed)?;
        self.running = Some(sha);
        Ok(())
    }

    fn set_arguments(&mut self, request: &Request<'_>) -> Result<(), Failure> {
        let Some(names) = self.machine.app_data::<Session>().map(|session| session.names) else {
            return Err(Failure::Ended(Ending::Internal));
        };
        let globals = self.machine.globals();
        let is_sandbox = matches!(self.config.environment, Environment::Sandbox);
        self.machine.set_read_only(globals, false);
        let result = self.machine.with_context(|cx| {
            environment::set_list(cx, names.keys, &request.keys)?;
            environment::set_list(cx, names.argv, &request.args)
        });
        self.machine.set_read_only(globals, is_sandbox);
        result
    }

    /// Runs for about `fuel` units of work.
    pub fn step(&mut self, fuel: u64) -> Step {
        let mut left = fuel;
        loop {
            // In slices, since a kill is looked at where one ends.
            let slice = left.min(limits::SLICE);
            let result = match self.machine.step(slice) {
                Progress::OutOfFuel if slice < left => {
                    left -= slice;
                    continue;
                }
                Progress::OutOfFuel => return Step::OutOfFuel,
                Progress::Host(_) => return Step::Call,
                Progress::Finished(values) => self.finish(&values),
                Progress::Failed(failure) => Err(self.ended(failure)),
            };
            self.running = None;
            if result.as_ref().is_err_and(|error| error.kind() == ErrorKind::Memory) {
                // What the run leaves behind is garbage, and the next run wants to begin.
                self.machine.collect_garbage();
            }
            return Step::Done(result);
        }
    }

    /// The command that the script waits for.
    pub fn call(&mut self) -> Option<Call<'_>> {
        self.running?;
        let session = self.machine.app_data::<Session>()?;
        Some(Call { argv: &session.argv, command: session.command, protocol: session.protocol })
    }

    /// Answers the command that the script waits for; the next [`Self::step`] goes on with it.
    pub fn answer(&mut self, reply: Reply) {
        if let Some(session) = self.machine.app_data::<Session>() {
            session.reply = Some(reply);
            self.machine.answer(Box::new(()));
        }
    }

    /// Drops the run in progress, if there is one.
    pub fn abort(&mut self) {
        if self.running.take().is_some() {
            self.machine.abort();
        }
    }

    /// The script that runs.
    pub fn running(&self) -> Option<Sha1> {
        self.running
    }

    /// The machine that scripts run on.
    pub fn machine(&mut self) -> &mut Machine {
        &mut self.machine
    }

    /// Ends the run in progress from any thread.
    pub fn kill_handle(&self) -> KillHandle {
        self.machine.kill_handle()
    }

    /// Fuel that the last or current run has used.
    pub fn fuel_used(&self) -> u64 {
        self.machine.fuel_used()
    }

    /// Memory figures.
    pub fn memory(&self) -> MemoryStats {
        self.machine.memory()
    }

    /// Sets the fuel that one run may use.
    pub fn set_fuel_limit(&mut self, fuel: u64) {
        self.config.fuel = fuel;
        self.machine.set_fuel_limit(fuel);
    }

    // ---- results ---------------------------------------------------------------------------------

    /// The runner has returned `true` and the script's value, or `false` and the error's table.
    fn finish(&mut self, values: &[Value]) -> Result<Reply, ScriptError> {
        let value = values.get(1).copied().unwrap_or(Value::NIL);
        if values.first() != Some(&Value::TRUE) {
            return Err(self.raised(value));
        }
        let protocol = self.machine.app_data::<Session>().map_or(Protocol::Resp2, |s| s.protocol);
        self.machine
            .with_context(|cx| convert::to_reply(cx, value, protocol))
            .map_err(|failure| self.ended(failure))
    }

    /// The error reply for what the script raised (`../redis7/errors.md`, "Anatomy of an error reply").
    fn raised(&mut self, value: Value) -> ScriptError {
        let Some(names) = self.machine.app_data::<Session>().map(|session| session.names) else {
            return failed(Failure::Ended(Ending::Internal));
        };
        let sha = self.running;
        self.machine.with_context(|cx| {
            let Some(table) = value.as_table() else {
                // The handler could not run: memory.
                let mut text = b"ERR ".to_vec();
                cx.describe(value, &mut text);
                let kind = if text == messages::OUT_OF_MEMORY.as_bytes() {
                    ErrorKind::Memory
                } else {
                    ErrorKind::Script
                };
                push_tail(&mut text, sha, None);
                return ScriptError::new(kind, text);
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
                let line = field(names.line).as_number().unwrap_or(0.0) as u32;
                (cx.bytes(source).to_vec(), line)
            });
            if let Some((source, line)) = &place {
                push_tail(&mut text, sha, Some((source, *line)));
            }
            let (source, line) = place.unzip();
            ScriptError::new(ErrorKind::Script, text).at(source, line)
        })
    }

    fn ended(&mut self, failure: Failure) -> ScriptError {
        let sha = self.running;
        let error = failed(failure);
        let mut text = error.message().to_vec();
        push_tail(&mut text, sha, None);
        ScriptError::new(error.kind(), text)
    }
}

fn no_script() -> ScriptError {
    ScriptError::new(ErrorKind::NoScript, messages::NOSCRIPT)
}

/// Appends ` script: <sha>, on <source>:<line>.`
fn push_tail(text: &mut Vec<u8>, sha: Option<Sha1>, place: Option<(&[u8], u32)>) {
    if let Some(sha) = sha {
        text.extend_from_slice(b" script: ");
        text.extend_from_slice(&sha.hex());
    }
    if let Some((source, line)) = place {
        text.extend_from_slice(b", on ");
        text.extend_from_slice(convert::until_nul(source));
        text.extend_from_slice(format!(":{line}.").as_bytes());
    }
}

/// The error for a failure that no script can catch.
fn failed(failure: Failure) -> ScriptError {
    let (kind, text) = match failure {
        Failure::Memory => (ErrorKind::Memory, messages::OUT_OF_MEMORY),
        Failure::Ended(Ending::Fuel) => (ErrorKind::Fuel, messages::OUT_OF_FUEL),
        Failure::Ended(Ending::Killed) => (ErrorKind::Killed, messages::KILLED),
        _ => (ErrorKind::Internal, messages::INTERNAL),
    };
    ScriptError::new(kind, text)
}

/// The line in a compiler's message, `user_script:LINE: text`.
fn line_of(message: &[u8]) -> Option<u32> {
    let mut parts = message.split(|&b| b == b':');
    let line = parts.nth(1)?;
    std::str::from_utf8(line).ok()?.parse().ok()
}
