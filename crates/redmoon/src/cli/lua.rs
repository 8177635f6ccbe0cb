//! `redmoon lua`: runs Lua programs as PUC's `lua` does, with its options, messages and exit codes.

use std::ffi::OsString;
use std::io::{IsTerminal, Write};

use lua_core::value::Value;

use super::interpreter::{Interpreter, Stop};
use super::limits::Limits;
use super::repl::{self, Manner};
use super::{EXIT_LIMIT, EXIT_SCRIPT, EXIT_USAGE};
use crate::lualibs::load::{self, bytes_of};

/// What `redmoon lua --help` says below the usage.
pub(crate) const HELP: &str = "\
Options of PUC's lua:
  -e STAT   Execute the string STAT
  -l NAME   Require the library NAME
  -i        Enter interactive mode after running SCRIPT
  -v        Show version information
  --        Stop handling options
  -         Execute standard input and stop handling options

LUA_INIT, LUA_PATH and LUA_CPATH are honoured. All of io, os, package and debug is there: run
only programs that you trust, or use `redmoon eval`. --fuel, --memory, --seed and --now work here, too.

Examples:
  redmoon lua program.lua one two
  redmoon lua -e 'print(2^10)'
  echo 'print(...)' | redmoon lua - a b
  redmoon lua --fuel 1000000 --seed 1 program.lua";

const USAGE: &str = "\
usage: lua [options] [script [args]].
Available options are:
  -e stat  execute string 'stat'
  -l name  require library 'name'
  -i       enter interactive mode after executing 'script'
  -v       show version information
  --       stop handling options
  -        execute stdin and stop handling options
";

/// What `-v` prints.
const VERSION: &str = concat!("Lua 5.1  (Redmoon ", env!("CARGO_PKG_VERSION"), ")\n");

/// An option that does something, in the order given.
#[derive(Debug, PartialEq)]
enum Action {
    Execute(Vec<u8>),
    Require(Vec<u8>),
}

/// A command line, understood.
#[derive(Debug, Default)]
struct Invocation {
    actions: Vec<Action>,
    interactive: bool,
    version: bool,
    /// Index of the script among all arguments.
    script: Option<usize>,
}

enum Refusal {
    /// An option that PUC's `lua` does not have.
    Unknown,
    /// A wrong value for one of our own options.
    Message(String),
    Help,
}

impl Invocation {
    fn parse(limits: &mut Limits, args: &[OsString]) -> Result<Self, Refusal> {
        let mut invocation = Self::default();
        let mut rest = args;
        loop {
            if limits.take_option(&mut rest).map_err(Refusal::Message)? {
                continue;
            }
            let at = args.len() - rest.len();
            let Some((first, tail)) = rest.split_first() else { return Ok(invocation) };
            rest = tail;
            match bytes_of(first) {
                b"-" => invocation.script = Some(at),
                b"--" => invocation.script = (!rest.is_empty()).then_some(at + 1),
                b"--help" => return Err(Refusal::Help),
                b"-i" => {
                    invocation.interactive = true;
                    invocation.version = true;
                    continue;
                }
                b"-v" => {
                    invocation.version = true;
                    continue;
                }
                [b'-', letter @ (b'e' | b'l'), attached @ ..] => {
                    let value = if attached.is_empty() {
                        let (value, tail) = rest.split_first().ok_or(Refusal::Unknown)?;
                        rest = tail;
                        bytes_of(value)
                    } else {
                        attached
                    };
                    invocation.actions.push(match letter {
                        b'e' => Action::Execute(value.to_vec()),
                        _ => Action::Require(value.to_vec()),
                    });
                    continue;
                }
                [b'-', ..] => return Err(Refusal::Unknown),
                _ => invocation.script = Some(at),
            }
            return Ok(invocation);
        }
    }
}

/// Runs the command with the arguments behind `lua`.
pub(crate) fn run(mut limits: Limits, args: &[OsString]) -> u8 {
    let invocation = match Invocation::parse(&mut limits, args) {
        Ok(invocation) => invocation,
        Err(Refusal::Help) => {
            super::print_help("lua");
            return 0;
        }
        Err(Refusal::Message(text)) => {
            complain(text.as_bytes());
            return EXIT_USAGE;
        }
        Err(Refusal::Unknown) => {
            super::tell(USAGE);
            return EXIT_SCRIPT;
        }
    };
    let Ok(interpreter) = Interpreter::new(&limits) else {
        complain(b"cannot create state: not enough memory");
        return EXIT_LIMIT;
    };
    interpreter.handle_interrupts();
    let mut program = Program { interpreter };
    let (interpreter, code) = match program.run(&invocation, args) {
        Ok(Next::Close) => (program.interpreter, 0),
        Err(code) => (program.interpreter, code),
        Ok(Next::Interact) => {
            let (interpreter, code) = repl::interact(program.interpreter, Manner { is_lua: true });
            (interpreter, code.unwrap_or(0))
        }
    };
    interpreter.close();
    code
}

/// Prints `lua: ` and a message, as C's `%s` would.
fn complain(message: &[u8]) {
    let message = lua_core::native::c_string(message);
    let text = [b"lua: ", message, b"\n"].concat();
    // Without a standard error nobody can be told.
    let _ = std::io::stderr().write_all(&text);
}

/// What follows when the script has run.
enum Next {
    Close,
    Interact,
}

/// A run of the command; `Err` is the exit code that ends it.
struct Program {
    interpreter: Interpreter,
}

impl Program {
    fn run(&mut self, invocation: &Invocation, args: &[OsString]) -> Result<Next, u8> {
        self.run_init()?;
        if invocation.version {
            super::tell(VERSION);
        }
        for action in &invocation.actions {
            match action {
                Action::Execute(text) => self.chunk(text, b"=(command line)", &[])?,
                Action::Require(name) => self.require(name)?,
            }
        }
        if let Some(at) = invocation.script {
            self.script(args, at)?;
        }
        if invocation.interactive {
            return Ok(Next::Interact);
        }
        let idle = invocation.script.is_none() && !invocation.version;
        let executes = invocation.actions.iter().any(|a| matches!(a, Action::Execute(_)));
        if idle && !executes {
            if std::io::stdin().is_terminal() {
                super::tell(VERSION);
                return Ok(Next::Interact);
            }
            // PUC's `lua` ends with 0 here, whatever the program did.
            match self.file(None, &[]) {
                Err(EXIT_SCRIPT) if !self.interpreter.has_exited() => {}
                result => result?,
            }
        }
        Ok(Next::Close)
    }

    /// `LUA_INIT`: a chunk, or the name of a file behind `@`.
    fn run_init(&mut self) -> Result<(), u8> {
        let Some(init) = std::env::var_os("LUA_INIT") else { return Ok(()) };
        match bytes_of(&init) {
            [b'@', name @ ..] => self.file(Some(name), &[]),
            text => self.chunk(text, b"=LUA_INIT", &[]),
        }
    }

    fn script(&mut self, args: &[OsString], at: usize) -> Result<(), u8> {
        let values = self.make_arg_table(args, at)?;
        match bytes_of(&args[at]) {
            // `lua -- -` names a file.
            b"-" if at == 0 || args[at - 1] != "--" => self.file(None, &values),
            name => self.file(Some(name), &values),
        }
    }

    /// Sets the global `arg`; returns the script's arguments, which the table keeps alive.
    fn make_arg_table(&mut self, args: &[OsString], at: usize) -> Result<Vec<Value>, u8> {
        let made = self.interpreter.machine.with_context(|cx| {
            let table = cx.new_table(args.len() - at, at + 2)?;
            let globals = cx.globals();
            cx.raw_set_field(globals, "arg", table.into())?;
            let mut values = Vec::new();
            // What stands before the script has negative positions; the lowest is the program's name.
            let program = OsString::from("lua");
            for (index, text) in std::iter::once(&program).chain(args).enumerate() {
                let value = cx.string(bytes_of(text))?;
                let position = index as i64 - (at as i64 + 1);
                cx.raw_set(table, Value::number(position as f64), value)?;
                if position > 0 {
                    values.push(value);
                }
            }
            Ok(values)
        });
        made.map_err(|failure: lua_core::error::Failure| {
            complain(b"not enough memory");
            let _ = failure;
            EXIT_SCRIPT
        })
    }

    fn require(&mut self, name: &[u8]) -> Result<(), u8> {
        let found = self.interpreter.machine.with_context(|cx| {
            let require = cx.raw_get_field(cx.globals(), "require")?;
            Ok::<_, lua_core::error::Failure>((require, cx.string(name)?))
        });
        if let Ok((require, name)) = found {
            return self.call(require, &[name]);
        }
        complain(b"not enough memory");
        Err(EXIT_SCRIPT)
    }

    fn file(&mut self, name: Option<&[u8]>, args: &[Value]) -> Result<(), u8> {
        let loaded = match name {
            Some(name) => load::read_file(name),
            None => load::read_stdin(&self.interpreter.streams.stdin),
        };
        match loaded {
            Ok((source, chunk_name)) => self.chunk(&source, &chunk_name, args),
            Err(message) => {
                complain(&message);
                Err(EXIT_SCRIPT)
            }
        }
    }

    fn chunk(&mut self, source: &[u8], name: &[u8], args: &[Value]) -> Result<(), u8> {
        match self.interpreter.machine.load(source, name) {
            Ok(Ok(function)) => self.call(function, args),
            Ok(Err(message)) => {
                complain(&message);
                Err(EXIT_SCRIPT)
            }
            Err(_) => {
                complain(b"not enough memory");
                Err(EXIT_SCRIPT)
            }
        }
    }

    fn call(&mut self, function: Value, args: &[Value]) -> Result<(), u8> {
        match self.interpreter.call(function, args) {
            Ok(_) => Ok(()),
            Err(stop) => Err(report(stop)),
        }
    }
}

/// Says why a run stopped; returns the exit code.
fn report(stop: Stop) -> u8 {
    match stop {
        Stop::Error { message, traceback } => {
            if let Some(mut message) = message {
                if !traceback.is_empty() {
                    message.push(b'\n');
                    message.extend_from_slice(&traceback);
                }
                complain(&message);
            }
            EXIT_SCRIPT
        }
        Stop::Exit(code) => code as u8,
        Stop::Ended(ending) => {
            complain(super::ending_text(ending).as_bytes());
            super::ending_code(ending)
        }
    }
}
