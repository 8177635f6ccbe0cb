//! An instance: a server, an engine for plain Lua, and the runs that are in progress on them.

use std::cell::RefCell;
use std::rc::Rc;

use lua_core::machine::Machine;
use ordered::IdMap;
use redis_keyspace::Session;
use redis_server::{Client, Config, Next, Peer, Server};
use redis_stdlib::SnapshotError;
use redis_stdlib::{
    Answer as HostAnswer, Environment, ErrorKind, LogLevel, OpenLibraries, Parked, Request,
    ScriptEngine, ScriptError, Step,
};
use resp::{Protocol, Reply};
use smallvec::SmallVec;
use snapshot::{Envelope, kind as kind_of};

#[cfg(feature = "tools")]
use redis_stdlib::debugger::{PauseReason, StepMode};

use crate::ext::{self, Question};
use crate::io::Writer;
#[cfg(feature = "tools")]
use crate::tools;
use crate::wire::{self, Malformed, Reader};

/// What a run has come to: the first byte of an answer about it.
mod state {
    pub(super) const DONE: u8 = 0;
    pub(super) const FAILED: u8 = 1;
    pub(super) const OUT_OF_FUEL: u8 = 2;
    pub(super) const CALL: u8 = 3;
    pub(super) const ASK: u8 = 4;
    #[cfg(feature = "tools")]
    pub(super) const PAUSED: u8 = 5;
}

/// Bits of a run's flags.
mod flag {
    /// Commands that write are refused.
    pub(super) const READ_ONLY: i64 = 1;
    /// The host answers the script's commands.
    pub(super) const HOST: i64 = 2;
    /// The reply is shaped for RESP3.
    pub(super) const RESP3: i64 = 4;
    /// The run pauses at its first line.
    #[cfg(feature = "tools")]
    pub(super) const DEBUG: i64 = 8;
}

/// What kind of script a run is of.
mod kind {
    pub(super) const SOURCE: i64 = 0;
    pub(super) const DIGEST: i64 = 1;
    pub(super) const FUNCTION: i64 = 2;
    pub(super) const PROGRAM: i64 = 3;
}

/// There is text that the host has not taken yet.
const HAS_OUTPUT: u8 = 1;

const BUSY: &str =
    "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";
const NO_RUN: &str = "ERR no such run";
const NOT_WAITING: &str = "ERR the run does not wait for an answer";
const MALFORMED: &str = "ERR malformed request";

/// Which engine a run is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lane {
    /// Redis's scripts and functions.
    Redis,
    /// Plain Lua.
    Lua,
}

/// What a run waits for.
#[derive(Debug)]
enum Waiting {
    Nothing,
    Reply,
    Answer,
}

/// A run in progress.
#[derive(Debug)]
struct Run {
    lane: Lane,
    /// While another one has its engine.
    parked: Option<Parked>,
    waiting: Waiting,
    host_answers: bool,
    protocol: Protocol,
    session: Session,
    started_ms: u64,
}

/// Text for the host: what was printed and logged, as values.
#[derive(Debug, Default)]
struct Output {
    lines: Vec<(Option<LogLevel>, Vec<u8>)>,
}

/// What an instance is made with.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) seed: Option<u64>,
    pub(crate) hash_seeds: [u64; 4],
    pub(crate) memory_bytes: usize,
    pub(crate) fuel: u64,
    pub(crate) resp: Protocol,
    pub(crate) tracebacks: bool,
    pub(crate) maxmemory: usize,
}

impl Options {
    /// Reads options: an array of seed or nil, four seeds of hashes, bytes, fuel or nil, protocol, tracebacks,
    /// maxmemory.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Options, Malformed> {
        reader.array()?;
        let count = |reply: Reply| match reply {
            Reply::Integer(number) => Ok(Some(number as u64)),
            Reply::Nil => Ok(None),
            _ => Err(Malformed),
        };
        let seed = count(reader.reply()?)?;
        let mut hash_seeds = [0; 4];
        for seed in &mut hash_seeds {
            *seed = reader.integer()? as u64;
        }
        let memory_bytes = usize::try_from(reader.integer()?).unwrap_or(usize::MAX);
        let fuel = count(reader.reply()?)?.unwrap_or(u64::MAX);
        let resp = if reader.integer()? == 3 { Protocol::Resp3 } else { Protocol::Resp2 };
        let tracebacks = reader.integer()? != 0;
        let maxmemory = usize::try_from(reader.integer()?).unwrap_or(0);
        Ok(Options { seed, hash_seeds, memory_bytes, fuel, resp, tracebacks, maxmemory })
    }

    fn config(&self) -> Config {
        let mut config = Config { maxmemory: self.maxmemory, ..Config::default() };
        let [first, ..] = self.hash_seeds;
        config.keyspace.seed = self.seed.unwrap_or(first);
        config.engine = self.engine();
        config
    }

    fn engine(&self) -> redis_stdlib::Config {
        redis_stdlib::Config {
            random_seed: self.seed,
            seeds: self.hash_seeds,
            fuel: self.fuel,
            memory_bytes: self.memory_bytes,
            wants_traceback: self.tracebacks,
            ..redis_stdlib::Config::default()
        }
    }
}

/// Everything that one module instance holds.
#[derive(Debug)]
pub(crate) struct Instance {
    options: Options,
    server: Server,
    client: Client,
    /// Made when it is first needed.
    lua: Option<ScriptEngine>,
    runs: IdMap<u32, Run>,
    last_run: u32,
    /// The runs that have the engines.
    active: [Option<u32>; 2],
    /// The lane of the run that was stepped last.
    last_lane: Lane,
    /// Redis's scripts see `ext`.
    has_ext: bool,
    output: Rc<RefCell<Output>>,
}

/// Version of what a snapshot holds; its parts have their own.
const ENVELOPE: Envelope = Envelope { kind: kind_of::INSTANCE, version: 1, fingerprint: 0 };

impl Instance {
    /// An instance with an empty keyspace.
    pub(crate) fn new(options: Options) -> Result<Instance, ScriptError> {
        let server = Server::new(options.config())?;
        Ok(Self::with_server(options, server))
    }

    fn with_server(options: Options, mut server: Server) -> Instance {
        let output = Rc::new(RefCell::new(Output::default()));
        server.engine().set_log(log_to(&output));
        let mut client = Client::new(0);
        client.set_protocol(options.resp);
        Instance {
            options,
            server,
            client,
            lua: None,
            runs: IdMap::default(),
            last_run: 0,
            active: [None; 2],
            last_lane: Lane::Redis,
            has_ext: false,
            output,
        }
    }

    // ---- snapshots -------------------------------------------------------------------------------

    /// Everything that is not in progress, as bytes: keyspace, scripts, functions, and what Lua programs have left.
    pub(crate) fn snapshot(&mut self) -> Result<Vec<u8>, String> {
        if !self.runs.is_empty() {
            return Err(SnapshotError::Busy.to_string());
        }
        let server = self.server.snapshot().map_err(|error| error.to_string())?;
        let lua = match &mut self.lua {
            Some(lua) => Some(lua.snapshot().map_err(|error| error.to_string())?),
            None => None,
        };
        let mut out = snapshot::Writer::new();
        out.flag(self.has_ext);
        out.bytes(&server);
        out.option(lua, |out, lua| out.bytes(&lua));
        Ok(ENVELOPE.seal(&out.into_bytes()))
    }

    /// An instance that goes on where the one that was saved stood. Limits and seeds are the options'. The bytes may
    /// be anybody's.
    pub(crate) fn restore(bytes: &[u8], options: Options) -> Result<Instance, String> {
        let read = |bytes| {
            let mut input = snapshot::Reader::new(ENVELOPE.open(bytes)?);
            let parts = (input.flag()?, input.bytes()?, input.option(snapshot::Reader::bytes)?);
            input.finish()?;
            Ok::<_, snapshot::FormatError>(parts)
        };
        let (has_ext, server, lua) = read(bytes).map_err(|error| error.to_string())?;
        let mut config = options.config();
        if has_ext {
            config.engine.libraries = Some(Rc::new(ext::open));
        }
        let server = Server::restore(server, config).map_err(|error| error.to_string())?;
        let mut instance = Self::with_server(options, server);
        instance.has_ext = has_ext;
        if let Some(lua) = lua {
            let config = instance.lua_config();
            let mut lua = ScriptEngine::restore(lua, config).map_err(|error| error.to_string())?;
            lua.set_log(log_to(&instance.output));
            instance.lua = Some(lua);
        }
        Ok(instance)
    }

    /// Makes the engine for plain Lua, if it is not there yet.
    fn open_lua(&mut self) -> Result<(), ScriptError> {
        if self.lua.is_none() {
            let mut engine = ScriptEngine::new(self.lua_config())?;
            engine.set_log(log_to(&self.output));
            self.lua = Some(engine);
        }
        Ok(())
    }

    fn lua_config(&self) -> redis_stdlib::Config {
        let sink = Rc::clone(&self.output);
        let open: OpenLibraries = Rc::new(move |machine: &mut Machine| {
            let sink = Rc::clone(&sink);
            machine.set_output(move |text| {
                let mut output = sink.borrow_mut();
                match output.lines.last_mut() {
                    Some((None, last)) => last.extend_from_slice(text),
                    _ => output.lines.push((None, text.to_vec())),
                }
            });
            Ok(())
        });
        let environment =
            Environment::Open { chunk_name: b"=lua".to_vec(), open, keeps_pcall: true };
        let commands = Rc::new(redis_server::TableCommands);
        let libraries: OpenLibraries = Rc::new(ext::open);
        redis_stdlib::Config {
            environment,
            commands,
            libraries: Some(libraries),
            ..self.options.engine()
        }
    }

    fn engine(&mut self, lane: Lane) -> Option<&mut ScriptEngine> {
        match lane {
            Lane::Redis => Some(self.server.engine()),
            Lane::Lua => self.lua.as_mut(),
        }
    }

    // ---- runs ------------------------------------------------------------------------------------

    /// Starts a run and goes on with it. The request: kind, script, name of the chunk, flags, limit of fuel or 0, keys,
    /// arguments.
    pub(crate) fn start(&mut self, input: &[u8], fuel: u64, now_ms: u64, out: &mut Writer) {
        match self.try_start(input, now_ms) {
            Ok(id) => self.go_on(id, fuel, now_ms, out),
            Err(error) => self.put_failure(0, &error, out),
        }
    }

    fn try_start(&mut self, input: &[u8], now_ms: u64) -> Result<u32, Failure> {
        let mut reader = Reader::new(input);
        let kind = reader.integer()?;
        let script = reader.bytes()?;
        let chunk_name = reader.bytes()?;
        let flags = reader.integer()?;
        let fuel_limit = match reader.integer()? {
            0 => self.options.fuel,
            limit => limit as u64,
        };
        let keys: SmallVec<[&[u8]; 8]> = reader.list()?;
        let args: SmallVec<[&[u8]; 8]> = reader.list()?;
        let (lane, request) = match kind {
            kind::SOURCE => (Lane::Redis, Request::source(script)),
            kind::DIGEST => (Lane::Redis, Request::digest_text(script)),
            kind::FUNCTION => (Lane::Redis, Request::function(script)),
            kind::PROGRAM => (Lane::Lua, Request::program(script, chunk_name)),
            _ => return Err(Failure::Text(MALFORMED)),
        };
        let mut request = request.keys(&keys).args(&args);
        let host_answers = flags & flag::HOST != 0;
        if host_answers {
            request = request.any_command();
        }
        if flags & flag::READ_ONLY != 0 {
            request = request.read_only();
        }
        if lane == Lane::Lua {
            self.open_lua()?;
        } else if self.server.is_running() {
            return Err(Failure::Text(BUSY));
        }
        self.release(lane)?;
        self.server.prepare(now_ms);
        let Some(engine) = self.engine(lane) else { return Err(Failure::Text(MALFORMED)) };
        engine.set_fuel_limit(fuel_limit);
        engine.start(&request)?;
        #[cfg(feature = "tools")]
        if flags & flag::DEBUG == 0 {
            engine.end_debugging();
        } else {
            engine.set_step_mode(StepMode::Into);
        }
        self.last_run = self.last_run.wrapping_add(1).max(1);
        let id = self.last_run;
        let protocol = if flags & flag::RESP3 != 0 { Protocol::Resp3 } else { Protocol::Resp2 };
        let run = Run {
            lane,
            parked: None,
            waiting: Waiting::Nothing,
            host_answers,
            protocol,
            session: self.client.session(),
            started_ms: now_ms,
        };
        self.runs.insert(id, run);
        self.active[lane as usize] = Some(id);
        Ok(id)
    }

    /// Makes an engine free for another run.
    fn release(&mut self, lane: Lane) -> Result<(), ScriptError> {
        let Some(id) = self.active[lane as usize] else { return Ok(()) };
        let Some(engine) = self.engine(lane) else { return Ok(()) };
        let parked = engine.park()?;
        self.active[lane as usize] = None;
        if let Some(run) = self.runs.get_mut(id) {
            run.parked = parked;
        }
        Ok(())
    }

    /// Gives a run its engine.
    fn activate(&mut self, id: u32) -> Result<(), Failure> {
        let lane = self.runs.get(id).ok_or(Failure::Text(NO_RUN))?.lane;
        if self.active[lane as usize] == Some(id) {
            return Ok(());
        }
        if lane == Lane::Redis && self.server.is_running() {
            return Err(Failure::Text(BUSY));
        }
        self.release(lane)?;
        let parked = self.runs.get_mut(id).and_then(|run| run.parked.take());
        if let (Some(engine), Some(parked)) = (self.engine(lane), parked) {
            engine.unpark(parked);
        }
        self.active[lane as usize] = Some(id);
        Ok(())
    }

    /// Goes on with a run for about `fuel` units.
    pub(crate) fn resume(&mut self, id: u32, fuel: u64, now_ms: u64, out: &mut Writer) {
        match self.activate(id) {
            Ok(()) => self.go_on(id, fuel, now_ms, out),
            Err(error) => self.put_failure(id, &error, out),
        }
    }

    /// Answers what a run waits for, and goes on with it. The input is a value; an error is raised in the script.
    pub(crate) fn answer(
        &mut self,
        id: u32,
        input: &[u8],
        fuel: u64,
        now_ms: u64,
        out: &mut Writer,
    ) {
        let answered = self.activate(id).and_then(|()| self.take_answer(id, input));
        match answered {
            Ok(()) => self.go_on(id, fuel, now_ms, out),
            Err(error) => self.put_failure(id, &error, out),
        }
    }

    fn take_answer(&mut self, id: u32, input: &[u8]) -> Result<(), Failure> {
        let reply = Reader::new(input).reply()?;
        let Some(run) = self.runs.get_mut(id) else { return Err(Failure::Text(NO_RUN)) };
        let lane = run.lane;
        let waiting = std::mem::replace(&mut run.waiting, Waiting::Nothing);
        let Some(engine) = self.engine(lane) else { return Err(Failure::Text(NO_RUN)) };
        match (waiting, reply) {
            (Waiting::Nothing, _) => return Err(Failure::Text(NOT_WAITING)),
            (Waiting::Reply, reply) => engine.answer(reply),
            (Waiting::Answer, Reply::Error(text)) => {
                engine.answer_native(Box::new(ext::Answer::Err(text.into_owned())));
            }
            (Waiting::Answer, reply) => engine.answer_native(Box::new(ext::Answer::Ok(reply))),
        }
        Ok(())
    }

    /// Drops a run.
    pub(crate) fn cancel(&mut self, id: u32) {
        let Some(run) = self.runs.remove(id) else { return };
        if self.active[run.lane as usize] == Some(id) {
            self.active[run.lane as usize] = None;
            if let Some(engine) = self.engine(run.lane) {
                engine.abort();
            }
        }
    }

    /// Where a run stands: chunk name and line, or nil.
    pub(crate) fn place(&mut self, id: u32, out: &mut Writer) {
        let place = match self.activate(id) {
            Ok(()) => {
                let lane = self.runs.get(id).map_or(Lane::Redis, |run| run.lane);
                self.engine(lane).and_then(ScriptEngine::place)
            }
            Err(_) => None,
        };
        match place {
            Some((source, line)) => {
                wire::put_array(out, 2);
                wire::put_bytes(out, &source);
                wire::put_integer(out, line);
            }
            None => wire::put(out, &Reply::Nil),
        }
    }

    /// Steps the run that has its engine, and says what came of it.
    fn go_on(&mut self, id: u32, fuel: u64, now_ms: u64, out: &mut Writer) {
        let Some(run) = self.runs.get_mut(id) else {
            self.put_failure(id, &Failure::Text(NO_RUN), out);
            return;
        };
        let (lane, host_answers) = (run.lane, run.host_answers);
        let (mut session, started_ms) = (run.session, run.started_ms);
        self.last_lane = lane;
        let step = match (lane, host_answers) {
            (Lane::Redis, false) => self.server.step(&mut session, started_ms, now_ms, fuel),
            (Lane::Redis, true) => self.server.engine().step(fuel),
            (Lane::Lua, _) => self.step_lua(host_answers, &mut session, started_ms, now_ms, fuel),
        };
        if let Some(run) = self.runs.get_mut(id) {
            run.session = session;
        }
        match step {
            Step::Done(result) => {
                let run = self.runs.remove(id);
                self.active[lane as usize] = None;
                if !host_answers {
                    self.server.settle(now_ms);
                }
                match result {
                    Ok(reply) => {
                        let protocol = run.map_or(Protocol::Resp3, |run| run.protocol);
                        // What a program returns is not for a client of Redis.
                        let reply = match lane {
                            Lane::Redis => redis_server::shaped_for(reply, protocol),
                            Lane::Lua => reply,
                        };
                        self.put_header(state::DONE, id, out);
                        wire::put(out, &reply);
                    }
                    Err(error) => self.put_failure(id, &Failure::Script(error), out),
                }
            }
            Step::OutOfFuel => self.put_header(state::OUT_OF_FUEL, id, out),
            #[cfg(not(feature = "tools"))]
            Step::Paused(_) => self.put_header(state::OUT_OF_FUEL, id, out),
            #[cfg(feature = "tools")]
            Step::Paused(reason) => {
                self.put_header(state::PAUSED, id, out);
                let line = self.engine(lane).and_then(|engine| {
                    engine.call_stack(0, 1).first().and_then(|level| level.line)
                });
                wire::put_array(out, 2);
                wire::put_integer(out, i64::from(reason == PauseReason::Breakpoint));
                wire::put_integer(out, line.map_or(0, i64::from));
            }
            Step::Call => {
                self.wait(id, Waiting::Reply);
                self.put_header(state::CALL, id, out);
                if let Some(call) = self.engine(lane).and_then(ScriptEngine::call) {
                    wire::put_array(out, 3);
                    wire::put_array(out, call.argv.len());
                    call.argv.iter().for_each(|argument| wire::put_bytes(out, argument));
                    wire::put_integer(out, i64::from(call.command.is_write));
                    wire::put_integer(out, if call.protocol == Protocol::Resp3 { 3 } else { 2 });
                }
            }
            Step::Ask(question) => match question.downcast::<Question>() {
                Ok(question) => {
                    self.wait(id, Waiting::Answer);
                    self.put_header(state::ASK, id, out);
                    wire::put_array(out, 4);
                    wire::put_integer(out, question.operation as i64);
                    wire::put_bytes(out, &question.table);
                    wire::put(out, &question.key);
                    wire::put(out, &question.value);
                }
                // Nothing else asks.
                Err(_) => self.put_failure(id, &Failure::Text(NOT_WAITING), out),
            },
        }
    }

    /// Steps plain Lua, its commands answered here unless the host does.
    fn step_lua(
        &mut self,
        host_answers: bool,
        session: &mut Session,
        started_ms: u64,
        now_ms: u64,
        fuel: u64,
    ) -> Step {
        let Some(engine) = self.lua.as_mut() else { return Step::OutOfFuel };
        let used = engine.fuel_used();
        let mut left = fuel;
        loop {
            match engine.step(left) {
                Step::Call if !host_answers => {}
                step => return step,
            }
            let answer = engine.call().map_or(HostAnswer::Pending, |call| {
                self.server.answer(session, &call, started_ms, now_ms)
            });
            match answer {
                HostAnswer::Reply(reply) => engine.answer(reply),
                HostAnswer::Later(_) | HostAnswer::Pending => return Step::Call,
            }
            left = fuel.saturating_sub(engine.fuel_used().saturating_sub(used)).max(1);
        }
    }

    fn wait(&mut self, id: u32, waiting: Waiting) {
        if let Some(run) = self.runs.get_mut(id) {
            run.waiting = waiting;
        }
    }

    fn put_header(&self, state: u8, id: u32, out: &mut Writer) {
        let has_output = !self.output.borrow().lines.is_empty();
        out.put(&[state, if has_output { HAS_OUTPUT } else { 0 }, 0, 0]);
        out.u32(id);
    }

    fn put_failure(&mut self, id: u32, failure: &Failure, out: &mut Writer) {
        self.put_header(state::FAILED, id, out);
        match failure {
            Failure::Text(text) => put_error(out, "command", text.as_bytes(), None, None, b""),
            Failure::Script(error) => put_error(
                out,
                kind_name(error.kind()),
                error.message(),
                error.source_name(),
                error.line(),
                error.traceback(),
            ),
        }
    }

    /// Fuel that the run which was stepped last has used.
    pub(crate) fn fuel_used(&mut self) -> u64 {
        let lane = self.last_lane;
        self.engine(lane).map_or(0, |engine| engine.fuel_used())
    }

    /// Takes what was printed and logged: an array of arrays of level (-1 for what was printed) and text.
    pub(crate) fn take_output(&mut self, out: &mut Writer) {
        let lines = std::mem::take(&mut self.output.borrow_mut().lines);
        wire::put_array(out, lines.len());
        for (level, text) in lines {
            wire::put_array(out, 2);
            wire::put_integer(out, level.map_or(-1, |level| level as i64));
            wire::put_bytes(out, &text);
        }
    }

    /// Lets Redis's scripts see `ext` as well.
    pub(crate) fn open_ext(&mut self) -> Result<(), ScriptError> {
        if !self.has_ext {
            self.server.engine().open_libraries(Rc::new(ext::open))?;
            self.has_ext = true;
        }
        Ok(())
    }

    // ---- commands and connections ----------------------------------------------------------------

    /// Runs a command, an array of strings, and writes its reply.
    pub(crate) fn command(&mut self, input: &[u8], now_ms: u64, out: &mut Writer) {
        let reply = match Reader::new(input).list::<SmallVec<[&[u8]; 8]>>() {
            Ok(argv) => match self.release(Lane::Redis) {
                Ok(()) => {
                    self.last_lane = Lane::Redis;
                    self.server.execute(&mut self.client, &argv, now_ms)
                }
                Err(error) => error.into_reply(),
            },
            Err(Malformed) => Reply::error(MALFORMED),
        };
        let reply = redis_server::shaped_for(reply, self.client.protocol());
        wire::put(out, &reply);
    }

    /// A client has connected; its address and port, and those of the server, are strings.
    pub(crate) fn connect(&mut self, input: &[u8], now_ms: u64) -> u32 {
        let mut reader = Reader::new(input);
        let mut text = || {
            reader
                .bytes()
                .map(|text| String::from_utf8_lossy(text).into_owned())
                .unwrap_or_default()
        };
        let peer = Peer { address: text(), local_address: text() };
        self.server.connect(peer, now_ms) as u32
    }

    /// A client has sent bytes.
    pub(crate) fn receive(&mut self, id: u32, input: &[u8], now_ms: u64) {
        // A run of the host's own is put aside; whether it may be is for the host to see to.
        if self.release(Lane::Redis).is_ok() {
            self.last_lane = Lane::Redis;
            self.server.receive(u64::from(id), input, now_ms);
        }
    }

    /// Does what is due.
    pub(crate) fn advance(&mut self, now_ms: u64) {
        if self.release(Lane::Redis).is_ok() {
            self.server.advance(now_ms);
        }
    }

    /// When [`Self::advance`] is to be called: 0 for now, -1 for never, else a Unix time in milliseconds.
    pub(crate) fn next_ms(&self) -> f64 {
        match self.server.next() {
            Next::Now => 0.0,
            Next::Never => -1.0,
            Next::At(at_ms) => at_ms as f64,
        }
    }

    /// The connections that have something to send or are to be closed.
    pub(crate) fn changed(&mut self, out: &mut Writer) {
        let changed = self.server.take_changed();
        wire::put_array(out, changed.len());
        for id in changed {
            wire::put_integer(out, id as i64);
        }
    }

    /// What is to be sent to a client, as it is.
    pub(crate) fn outgoing(&mut self, id: u32, out: &mut Writer) {
        let mut bytes = Vec::new();
        self.server.take_output(u64::from(id), &mut bytes);
        out.put(&bytes);
    }

    /// Whether a connection is to be closed once its output is sent.
    pub(crate) fn is_closed(&self, id: u32) -> bool {
        self.server.is_closed(u64::from(id))
    }

    /// Whether a client has said `SHUTDOWN`.
    pub(crate) fn is_shut_down(&self) -> bool {
        self.server.is_shut_down()
    }

    /// Whether a script of a connection is in progress.
    pub(crate) fn is_running(&self) -> bool {
        self.server.is_running()
    }

    /// A client has gone.
    pub(crate) fn disconnect(&mut self, id: u32) {
        self.server.disconnect(u64::from(id));
    }

    // ---- upkeep ----------------------------------------------------------------------------------

    /// Collects all garbage.
    pub(crate) fn collect(&mut self) {
        self.server.engine().collect_garbage();
        if let Some(lua) = &mut self.lua {
            lua.collect_garbage();
        }
    }

    /// Figures of memory: bytes that scripts hold, most that they ever held, most that they may hold, collections,
    /// scripts in the cache, runs in progress.
    pub(crate) fn stats(&mut self, out: &mut Writer) {
        let redis = self.server.engine().memory();
        let lua = self.lua.as_ref().map(ScriptEngine::memory).unwrap_or_default();
        let scripts = self.server.engine().script_count();
        let figures = [
            // What objects use: what is kept for objects to come changes with where they lay.
            redis.used_bytes + lua.used_bytes - redis.spare_bytes - lua.spare_bytes,
            redis.peak_bytes + lua.peak_bytes,
            redis.limit_bytes,
            (redis.collections + lua.collections) as usize,
            scripts,
            self.runs.len(),
        ];
        wire::put_array(out, figures.len());
        for figure in figures {
            wire::put_integer(out, figure as i64);
        }
    }
}

/// Debugging.
#[cfg(feature = "tools")]
impl Instance {
    /// The engine of a run, which has it now.
    fn engine_of(&mut self, id: u32) -> Option<&mut ScriptEngine> {
        self.activate(id).ok()?;
        let lane = self.runs.get(id)?.lane;
        self.engine(lane)
    }

    /// Replaces the breakpoints of a run: an array of lines.
    pub(crate) fn set_breakpoints(&mut self, id: u32, input: &[u8]) {
        let mut reader = Reader::new(input);
        let count = reader.array().unwrap_or(0);
        let lines = (0..count).map_while(|_| reader.integer().ok());
        let lines: Vec<u32> = lines.filter_map(|line| u32::try_from(line).ok()).collect();
        if let Some(engine) = self.engine_of(id) {
            engine.set_breakpoints(&lines);
        }
    }

    /// Says how a run goes on.
    pub(crate) fn set_step_mode(&mut self, id: u32, mode: u32) {
        if let Some(engine) = self.engine_of(id) {
            engine.set_step_mode(tools::step_mode(mode));
        }
    }

    /// Tells of a run that pauses; an empty array for one that is not there.
    pub(crate) fn inspect(&mut self, id: u32, about: u32, level: u32, out: &mut Writer) {
        match self.engine_of(id) {
            Some(engine) => tools::inspect(engine, about, level as usize, out),
            None => wire::put_array(out, 0),
        }
    }

    /// Opens a value of a run that pauses.
    pub(crate) fn children(&mut self, id: u32, input: &[u8], out: &mut Writer) {
        match self.engine_of(id) {
            Some(engine) => tools::children(engine, input, out),
            None => wire::put(out, &Reply::Nil),
        }
    }
}

/// Why a run did not start, or ended.
#[derive(Debug)]
enum Failure {
    Text(&'static str),
    Script(ScriptError),
}

impl From<ScriptError> for Failure {
    fn from(error: ScriptError) -> Self {
        Failure::Script(error)
    }
}

impl From<Malformed> for Failure {
    fn from(_: Malformed) -> Self {
        Failure::Text(MALFORMED)
    }
}

fn kind_name(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Compile => "compile",
        ErrorKind::Fuel => "fuel",
        ErrorKind::Memory => "memory",
        ErrorKind::Killed => "killed",
        ErrorKind::Refused | ErrorKind::NoScript => "command",
        ErrorKind::Internal => "internal",
        _ => "script",
    }
}

/// An error: an array of kind, message, chunk name or nil, line or nil, traceback.
fn put_error(
    out: &mut Writer,
    kind: &str,
    message: &[u8],
    source: Option<&[u8]>,
    line: Option<u32>,
    traceback: &[u8],
) {
    wire::put_array(out, 5);
    wire::put_bytes(out, kind.as_bytes());
    wire::put_bytes(out, message);
    match source {
        Some(source) => wire::put_bytes(out, source),
        None => wire::put(out, &Reply::Nil),
    }
    match line {
        Some(line) => wire::put_integer(out, i64::from(line)),
        None => wire::put(out, &Reply::Nil),
    }
    wire::put_bytes(out, traceback);
}

/// Where the lines of `redis.log` go.
fn log_to(output: &Rc<RefCell<Output>>) -> impl FnMut(LogLevel, &[u8]) + 'static {
    let output = Rc::clone(output);
    move |level, text| output.borrow_mut().lines.push((Some(level), text.to_vec()))
}
