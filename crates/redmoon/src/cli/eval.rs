//! `redmoon eval` and `redmoon run`: a script on an empty keyspace in memory, or `eval` on a server.
//!
//! The reply goes to standard output in the form that `redis-cli` gives it: for people on a terminal, raw in
//! a pipe. An error that the script raises goes to standard error, with the place in the source.

mod report;
pub(crate) use report::complain;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::Args;
use resp::{Protocol, Reply, human};

use super::limits::Limits;
use super::{EXIT_LIMIT, EXIT_SCRIPT, EXIT_USAGE};
use crate::lualibs::load::bytes_of;
use crate::lualibs::{self, ExitRequest, Streams};
use crate::redis::{Environment, ErrorKind, ManualClock, Redis, Request, ScriptError};
use crate::remote::{Remote, RemoteCommands};

/// Examples below the help of `eval`.
pub(crate) const EVAL_HELP: &str = "\
Examples:
  redmoon eval \"return redis.call('INCRBY', KEYS[1], ARGV[1])\" 1 hits 5
  redmoon eval --file take.lua 1 stock 3
  redmoon eval --file take.lua --keys stock --args 3
  redmoon eval --redis redis://localhost:6379 --file take.lua 1 stock 3
  redmoon eval --eval take.lua stock , 3
  echo 'return ARGV' | redmoon eval - 0 a b";

/// Examples below the help of `run`.
pub(crate) const RUN_HELP: &str = "\
The file sees all of Lua (print, io, os, require ...) besides redis, cjson, cmsgpack, struct and bit: run only
files that you trust. Without --args, the arguments behind the file are ARGV.

Examples:
  redmoon run seed.lua
  redmoon run take.lua --keys stock --args 3";

/// How a reply is shown.
#[derive(Args, Clone, Copy, Debug, Default)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// Print the reply as JSON
    #[arg(long, conflicts_with_all = ["raw", "no_raw"])]
    json: bool,
    /// Print strings as they are (the default when not on a terminal)
    #[arg(long, conflicts_with = "no_raw")]
    raw: bool,
    /// Print the reply for people (the default on a terminal)
    #[arg(long)]
    no_raw: bool,
    /// Shape the reply for RESP3: maps, sets, doubles, booleans
    #[arg(short = '3', long)]
    resp3: bool,
}

/// Where keys and arguments come from when not by position.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Lists {
    /// KEYS, with commas between
    #[arg(long, value_name = "K1,K2", value_delimiter = ',')]
    keys: Option<Vec<OsString>>,
    /// ARGV, with commas between
    #[arg(long, value_name = "A1,A2", value_delimiter = ',')]
    args: Option<Vec<OsString>>,
}

/// Options of `eval`.
#[derive(Args, Clone, Debug)]
pub(crate) struct EvalArgs {
    #[command(flatten)]
    output: Output,
    /// Read the script from a file
    #[arg(short, long, value_name = "FILE", conflicts_with = "eval")]
    file: Option<PathBuf>,
    /// Read the script from a file; what follows are keys, a comma, arguments, as for redis-cli
    #[arg(long, value_name = "FILE", conflicts_with_all = ["keys", "args"])]
    eval: Option<PathBuf>,
    #[command(flatten)]
    lists: Lists,
    /// Run the script's commands on a server, or on a cluster: redis://[user:password@]host[:port][/database]
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    /// The script (- reads standard input), unless --file gives it; then the number of keys, keys, arguments
    #[arg(value_name = "SCRIPT [NUMKEYS [KEY...] [ARG...]]", trailing_var_arg = true)]
    rest: Vec<OsString>,
}

/// Options of `run`.
#[derive(Args, Clone, Debug)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    lists: Lists,
    /// The file (- reads standard input)
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Arguments
    #[arg(value_name = "ARG", trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<OsString>,
}

/// A script and what it is run with.
struct Job {
    text: Vec<u8>,
    /// What messages call the source.
    name: String,
    keys: Vec<Vec<u8>>,
    args: Vec<Vec<u8>>,
}

/// Why there is nothing to run: what to say, and the exit code.
struct Refusal {
    text: String,
    hint: &'static str,
    code: u8,
}

impl Refusal {
    fn usage(text: impl Into<String>, hint: &'static str) -> Self {
        Self { text: text.into(), hint, code: EXIT_USAGE }
    }
}

/// Runs `eval`; returns the exit code.
pub(crate) fn eval(limits: &Limits, args: &EvalArgs) -> u8 {
    finish(eval_job(args), |job| {
        if let Some(url) = &args.redis {
            return eval_remotely(limits, url, &job, args.output);
        }
        let mut db = redis(limits, Environment::Sandbox)?;
        Ok(run_job(&mut db, &job, args.output, || {}))
    })
}

/// Runs a script here and its commands on a server.
fn eval_remotely(limits: &Limits, url: &str, job: &Job, output: Output) -> Result<u8, Refusal> {
    let mut remote = Remote::connect(url).map_err(|error| Refusal {
        text: error.message,
        hint: if error.is_usage { "URLs look like redis://user:password@host:6379/0" } else { "" },
        code: if error.is_usage { EXIT_USAGE } else { EXIT_SCRIPT },
    })?;
    let options = limits.machine_options();
    let config = redis_stdlib::Config {
        memory_bytes: options.memory_bytes,
        fuel: options.fuel,
        random_seed: limits.seed,
        commands: Rc::new(RemoteCommands),
        ..Default::default()
    };
    let mut engine = redis_stdlib::ScriptEngine::new(config).map_err(|_| too_little_memory())?;
    engine.set_log(report::log);
    let result = match remote.set_keys(&job.keys) {
        Ok(()) => {
            let request = Request::source(&job.text).keys(&job.keys).args(&job.args);
            engine.eval(&mut remote, &request)
        }
        Err(refusal) => Ok(refusal),
    };
    Ok(show(result, job, output))
}

/// Runs `run`; returns the exit code.
pub(crate) fn run(limits: &Limits, args: &RunArgs) -> u8 {
    finish(run_args_job(args), |job| {
        let streams = Streams::of_process().map_err(|error| Refusal {
            text: format!("cannot open the standard streams: {error}"),
            hint: "",
            code: EXIT_SCRIPT,
        })?;
        let (shared, now_ms) = (streams.clone(), limits.now);
        let environment = Environment::Open {
            keeps_pcall: false,
            chunk_name: format!("@{}", job.name).into_bytes(),
            open: Rc::new(move |machine| {
                lualibs::open(machine, shared.clone(), &lualibs::Options { now_ms })
            }),
        };
        let mut db = redis(limits, environment)?;
        // What the script has written stands before its reply. Nobody is left to tell of an error.
        let flush = || drop(streams.stdout.borrow_mut().flush());
        let code = run_job(&mut db, &job, args.output, flush);
        db.engine().machine().close();
        flush();
        Ok(code)
    })
}

fn finish(job: Result<Job, Refusal>, body: impl FnOnce(Job) -> Result<u8, Refusal>) -> u8 {
    match job.and_then(body) {
        Ok(code) => code,
        Err(Refusal { text, hint, code }) => {
            complain(&text, hint);
            code
        }
    }
}

// ---- what to run ---------------------------------------------------------------------------------

fn eval_job(args: &EvalArgs) -> Result<Job, Refusal> {
    let mut rest = args.rest.iter();
    if let Some(file) = &args.eval {
        let mut sides = args.rest.split(|word| word == ",");
        let keys = sides.next().unwrap_or_default().iter().map(to_bytes).collect();
        let args = sides.collect::<Vec<_>>().join(&OsString::from(","));
        let args = args.iter().map(to_bytes).collect();
        return Ok(Job { text: read(file)?, name: name_of(file), keys, args });
    }
    let (text, name) = match &args.file {
        Some(file) => (read(file)?, name_of(file)),
        None => match rest.next() {
            None => {
                return Err(Refusal::usage(
                    "there is no script to run",
                    "give its text, or --file FILE, or - for standard input",
                ));
            }
            Some(text) if text == "-" => (read(Path::new("-"))?, "stdin".into()),
            Some(text) => (to_bytes(text), "script".into()),
        },
    };
    let rest: Vec<Vec<u8>> = rest.map(to_bytes).collect();
    let Lists { keys, args } = &args.lists;
    if keys.is_some() || args.is_some() {
        if !rest.is_empty() {
            return Err(Refusal::usage(
                "keys and arguments are given twice",
                "leave out the number of keys and what follows it, or --keys and --args",
            ));
        }
        return Ok(Job { text, name, keys: list(keys.as_ref()), args: list(args.as_ref()) });
    }
    let (keys, args) = split_keys(&rest)?;
    Ok(Job { text, name, keys: keys.to_vec(), args: args.to_vec() })
}

type KeysAndArgs<'a> = (&'a [Vec<u8>], &'a [Vec<u8>]);

/// Splits what follows a script: the number of keys, the keys, the arguments.
fn split_keys(rest: &[Vec<u8>]) -> Result<KeysAndArgs<'_>, Refusal> {
    const HINT: &str = "behind the script come the number of keys, the keys, the arguments";
    let Some((count, rest)) = rest.split_first() else { return Ok((&[], &[])) };
    let shown = String::from_utf8_lossy(count).into_owned();
    let Some(count) = resp::number::parse_i64(count) else {
        return Err(Refusal::usage(format!("the number of keys is no number: '{shown}'"), HINT));
    };
    let Ok(count) = usize::try_from(count) else {
        return Err(Refusal::usage(format!("the number of keys is negative: {count}"), HINT));
    };
    rest.split_at_checked(count).ok_or_else(|| {
        let given = rest.len();
        Refusal::usage(format!("there are to be {count} keys, but only {given} words follow"), HINT)
    })
}

fn run_args_job(args: &RunArgs) -> Result<Job, Refusal> {
    let rest: Vec<Vec<u8>> = args.rest.iter().map(to_bytes).collect();
    if args.lists.args.is_some() && !rest.is_empty() {
        return Err(Refusal::usage("arguments are given twice", "leave out --args"));
    }
    let arguments = if rest.is_empty() { list(args.lists.args.as_ref()) } else { rest };
    let name = name_of(&args.file);
    Ok(Job { text: read(&args.file)?, name, keys: list(args.lists.keys.as_ref()), args: arguments })
}

fn to_bytes(word: &OsString) -> Vec<u8> {
    bytes_of(word).to_vec()
}

fn list(words: Option<&Vec<OsString>>) -> Vec<Vec<u8>> {
    words.into_iter().flatten().map(to_bytes).collect()
}

fn name_of(file: &Path) -> String {
    if file == Path::new("-") { "stdin".into() } else { file.display().to_string() }
}

fn read(file: &Path) -> Result<Vec<u8>, Refusal> {
    let mut text = Vec::new();
    let result = if file == Path::new("-") {
        io::stdin().lock().read_to_end(&mut text).map(|_| text)
    } else {
        std::fs::read(file)
    };
    result.map_err(|error| Refusal {
        text: format!("cannot read {}: {error}", name_of(file)),
        hint: "the script is read from this file",
        code: EXIT_SCRIPT,
    })
}

// ---- running -------------------------------------------------------------------------------------

fn redis(limits: &Limits, environment: Environment) -> Result<Redis, Refusal> {
    let options = limits.machine_options();
    let of_script = crate::redis::Limits::default();
    let mut builder = Redis::builder()
        .limits(of_script.fuel(options.fuel).memory(options.memory_bytes))
        .environment(environment);
    if let Some(seed) = limits.seed {
        builder = builder.seed(seed);
    }
    if let Some(now_ms) = limits.now {
        builder = builder.clock(ManualClock::at(now_ms));
    }
    let mut db = builder.build().map_err(|_| too_little_memory())?;
    db.set_log(report::log);
    Ok(db)
}

fn too_little_memory() -> Refusal {
    Refusal {
        text: "there is too little memory for the script libraries".into(),
        hint: "give --memory at least 1mb",
        code: EXIT_LIMIT,
    }
}

/// Runs a script and shows what came of it; `has_run` is called in between.
fn run_job(db: &mut Redis, job: &Job, output: Output, has_run: impl FnOnce()) -> u8 {
    let protocol = if output.resp3 { Protocol::Resp3 } else { Protocol::Resp2 };
    db.set_protocol(protocol);
    let request = Request::source(&job.text).keys(&job.keys).args(&job.args);
    let result = db.eval(&request);
    has_run();
    if let Some(ExitRequest(Some(code))) = db.engine().machine().app_data::<ExitRequest>() {
        return *code as u8;
    }
    show(result, job, output)
}

/// Shows what came of a script; the exit code.
fn show(result: Result<Reply, ScriptError>, job: &Job, output: Output) -> u8 {
    let protocol = if output.resp3 { Protocol::Resp3 } else { Protocol::Resp2 };
    match result {
        Ok(reply) => {
            let is_error = reply.is_error();
            let reply = redis_server::shaped_for(reply, protocol);
            if print(&reply, output).is_err() {
                return EXIT_SCRIPT;
            }
            if is_error { EXIT_SCRIPT } else { 0 }
        }
        Err(error) => {
            report::script_error(&error, &job.text, &job.name);
            exit_code(&error)
        }
    }
}

fn exit_code(error: &ScriptError) -> u8 {
    match error.kind() {
        ErrorKind::Fuel | ErrorKind::Memory | ErrorKind::Killed => EXIT_LIMIT,
        _ => EXIT_SCRIPT,
    }
}

/// Prints a reply in the form asked for.
fn print(reply: &Reply, output: Output) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let mut text = Vec::new();
    if output.json {
        human::put_json(reply, &mut text);
    } else if output.raw || (!output.no_raw && !stdout.is_terminal()) {
        human::put_raw(reply, &mut text);
    } else {
        human::put_terminal(reply, &mut text);
    }
    stdout.write_all(&text)?;
    stdout.flush()
}
