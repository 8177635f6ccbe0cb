//! The prompt: `redmoon repl`, and `redmoon lua` on a terminal.
//!
//! A line is an expression, whose values are printed, or a chunk. A chunk that just ends too early goes on
//! with the next line (`CompileError::at_eof`). On a terminal lines are edited and completed and remembered in
//! a file; from a pipe they are read as they come.

mod complete;
mod highlight;
mod history;

use std::cell::RefCell;
use std::io::IsTerminal;
use std::rc::Rc;

use anstyle::{AnsiColor, Style};
use lua_core::machine::Root;
use lua_core::value::{Type, Value};
use rustyline::error::ReadlineError;
use rustyline::{CompletionType, Config, Editor};

use super::interpreter::{Interpreter, Stop};
use super::limits::Limits;
use super::{EXIT_LIMIT, report};
use complete::LuaHelper;
use history::History;

/// What `redmoon repl --help` says below the options.
pub(crate) const HELP: &str = "\
An expression prints its values, with or without = before it. A statement that is not complete
goes on with the next line. Tab completes names and fields, Ctrl-R searches the history, Ctrl-C ends
a script that runs, Ctrl-D leaves.

The history is kept in the file that REDMOON_HISTORY names, else in ~/.redmoon_history.

Examples:
  redmoon repl
  redmoon repl --seed 1 --memory 64mb
  echo '1 + 1' | redmoon repl";

/// What a prompt is like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// Prompts come from the globals `_PROMPT` and `_PROMPT2`, errors begin with `lua: `, as in PUC's `lua`.
    pub(crate) is_lua: bool,
}

/// Runs `redmoon repl`.
pub(crate) fn run(limits: &Limits) -> u8 {
    let Ok(interpreter) = Interpreter::new(limits) else {
        report::message("--memory is too small for the libraries");
        return EXIT_LIMIT;
    };
    if std::io::stdin().is_terminal() {
        super::tell(concat!(
            "Redmoon ",
            env!("CARGO_PKG_VERSION"),
            " (Lua 5.1). Ctrl-D leaves, Tab completes.\n"
        ));
    }
    let (interpreter, stop) = interact(interpreter, Manner { is_lua: false });
    interpreter.close();
    stop.unwrap_or(0)
}

/// Reads and runs chunks until the input ends, or `os.exit` gives an exit code.
pub(crate) fn interact(interpreter: Interpreter, manner: Manner) -> (Interpreter, Option<u8>) {
    let interpreter = Rc::new(RefCell::new(interpreter));
    let colours = Colours::for_terminal();
    let code = {
        let input = Input::new(&interpreter, colours);
        Prompt { interpreter: &interpreter, manner, colours, input }.run()
    };
    match Rc::try_unwrap(interpreter) {
        Ok(interpreter) => (interpreter.into_inner(), code),
        // The editor, which shares it for completion, is gone by now.
        Err(_) => unreachable!("nothing else holds the interpreter"),
    }
}

/// Styles for a terminal, or none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Colours {
    enabled: bool,
}

impl Colours {
    fn for_terminal() -> Self {
        let choice = anstream::AutoStream::choice(&std::io::stdout());
        Self { enabled: choice != anstream::ColorChoice::Never }
    }

    /// The text in a colour.
    pub(crate) fn paint(self, colour: AnsiColor, text: &str) -> String {
        if !self.enabled || text.is_empty() {
            return text.to_owned();
        }
        let style = Style::new().fg_color(Some(colour.into()));
        format!("{style}{text}{style:#}")
    }
}

/// Where lines come from.
enum Input {
    Terminal { editor: Box<Editor<LuaHelper, History>>, history: history::File },
    Pipe,
}

impl Input {
    fn new(interpreter: &Rc<RefCell<Interpreter>>, colours: Colours) -> Self {
        if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
            return Input::Pipe;
        }
        let config =
            Config::builder().auto_add_history(false).completion_type(CompletionType::List).build();
        let (history, file) = history::File::load();
        match Editor::with_history(config, history) {
            Ok(mut editor) => {
                editor.set_helper(Some(LuaHelper::new(interpreter.clone(), colours)));
                Input::Terminal { editor: Box::new(editor), history: file }
            }
            Err(_) => Input::Pipe,
        }
    }
}

/// A line, or why there is none.
enum Line {
    Text(String),
    Interrupted,
    End,
}

struct Prompt<'a> {
    interpreter: &'a Rc<RefCell<Interpreter>>,
    manner: Manner,
    colours: Colours,
    input: Input,
}

impl Prompt<'_> {
    fn run(mut self) -> Option<u8> {
        let mut chunk = String::new();
        loop {
            match self.read_line(!chunk.is_empty()) {
                Line::End => {
                    self.end_prompt();
                    if !chunk.is_empty() {
                        // What was begun is not lost without a word.
                        self.run_chunk(&chunk, true);
                    }
                    break;
                }
                Line::Interrupted => chunk.clear(),
                Line::Text(line) => {
                    if !chunk.is_empty() {
                        chunk.push('\n');
                    }
                    chunk.push_str(&line);
                    match self.run_chunk(&chunk, false) {
                        Outcome::Incomplete => continue,
                        Outcome::Done => self.remember(&chunk),
                        Outcome::Exit(code) => {
                            self.remember(&chunk);
                            self.save_history();
                            return Some(code);
                        }
                    }
                    chunk.clear();
                }
            }
        }
        self.save_history();
        None
    }

    /// As PUC's `lua` does, the prompt at which the input ended gets its line end.
    fn end_prompt(&self) {
        if self.manner.is_lua && matches!(self.input, Input::Pipe) {
            // As for `print`, nobody is told when standard output does not work.
            let _ = self.interpreter.borrow().streams.stdout.borrow_mut().write(b"\n");
        }
    }

    fn save_history(&mut self) {
        if let Input::Terminal { editor, history } = &mut self.input {
            history.save(editor.history());
        }
    }

    fn remember(&mut self, chunk: &str) {
        if let Input::Terminal { editor, .. } = &mut self.input
            && !chunk.trim().is_empty()
        {
            // Only a full history refuses, and that one forgets its oldest entry instead.
            let _ = editor.add_history_entry(chunk.trim_end());
        }
    }

    // ---- reading ---------------------------------------------------------------------------------

    fn read_line(&mut self, is_continuation: bool) -> Line {
        let prompt = self.prompt_text(is_continuation);
        match &mut self.input {
            Input::Terminal { editor, .. } => {
                let painted = self.colours.paint(AnsiColor::Cyan, &prompt);
                match editor.readline(&(prompt, painted)) {
                    Ok(line) => Line::Text(line),
                    Err(ReadlineError::Interrupted) => Line::Interrupted,
                    Err(_) => Line::End,
                }
            }
            Input::Pipe => {
                let streams = self.interpreter.borrow().streams.clone();
                if self.manner.is_lua {
                    // PUC's `lua` prompts wherever its input comes from.
                    let _ = streams.stdout.borrow_mut().write(prompt.as_bytes());
                    let _ = streams.stdout.borrow_mut().flush();
                }
                let mut line = Vec::new();
                while !line.ends_with(b"\n")
                    && streams.stdin.borrow_mut().read_piece(&mut line).unwrap_or(false)
                {
                }
                if line.is_empty() {
                    return Line::End;
                }
                let line = line.strip_suffix(b"\n").unwrap_or(&line);
                Line::Text(String::from_utf8_lossy(line).into_owned())
            }
        }
    }

    /// `_PROMPT` and `_PROMPT2`, when the script has set them.
    fn prompt_text(&mut self, is_continuation: bool) -> String {
        let (name, default) = match (is_continuation, self.manner.is_lua) {
            (false, _) => ("_PROMPT", "> "),
            (true, true) => ("_PROMPT2", ">> "),
            (true, false) => ("_PROMPT2", ". "),
        };
        let text = self.interpreter.borrow_mut().machine.with_context(|cx| {
            let globals = cx.globals();
            let value = cx.raw_get_field(globals, name).unwrap_or(Value::NIL);
            (value.is_string() || value.is_number()).then(|| cx.text_of(value))
        });
        text.map_or_else(|| default.to_owned(), |text| String::from_utf8_lossy(&text).into_owned())
    }

    // ---- running ---------------------------------------------------------------------------------

    fn run_chunk(&mut self, chunk: &str, is_last: bool) -> Outcome {
        let text = chunk.trim_start();
        let expression = text.strip_prefix('=').unwrap_or(text);
        let is_expression = text.starts_with('=');
        let mut interpreter = self.interpreter.borrow_mut();
        interpreter.handle_interrupts();
        // An expression first: it may look like a call, whose values are to be seen.
        let as_expression = format!("return {expression}");
        let Err(expression_error) = lua_compiler::compile(as_expression.as_bytes(), CHUNK_NAME)
        else {
            return self.evaluate(&mut interpreter, as_expression.as_bytes());
        };
        let source = if is_expression { as_expression.as_str() } else { chunk };
        let Err(error) = lua_compiler::compile(source.as_bytes(), CHUNK_NAME) else {
            return self.evaluate(&mut interpreter, source.as_bytes());
        };
        if error.at_eof() && !is_last {
            return Outcome::Incomplete;
        }
        drop(interpreter);
        // Which of the two was meant shows in how far it came.
        let offset = expression_error.offset().saturating_sub("return ".len());
        if self.manner.is_lua {
            self.complain(error.message());
        } else if is_expression || offset > error.offset() {
            report::compile_error("repl", as_expression.as_bytes(), &expression_error);
        } else {
            report::compile_error("repl", chunk.as_bytes(), &error);
        }
        Outcome::Done
    }

    fn evaluate(&self, interpreter: &mut Interpreter, source: &[u8]) -> Outcome {
        let function = match interpreter.machine.load(source, CHUNK_NAME) {
            Ok(Ok(function)) => function,
            Ok(Err(message)) => {
                self.complain(&message);
                return Outcome::Done;
            }
            Err(_) => {
                self.complain(b"not enough memory");
                return Outcome::Done;
            }
        };
        let result = match interpreter.call(function, &[]) {
            Ok(values) => self.print(interpreter, &values),
            Err(stop) => Err(stop),
        };
        // The values are seen before the next prompt.
        let _ = interpreter.streams.stdout.borrow_mut().flush();
        match result {
            Ok(()) => Outcome::Done,
            Err(Stop::Exit(code)) => Outcome::Exit(code as u8),
            Err(stop) => {
                self.explain(stop);
                Outcome::Done
            }
        }
    }

    /// Prints values as `print` does, in colours by type.
    fn print(&self, interpreter: &mut Interpreter, values: &[Value]) -> Result<(), Stop> {
        let roots: Vec<Root> =
            values.iter().map(|&value| interpreter.machine.root(value)).collect();
        let kinds: Vec<Type> = values.iter().map(|value| value.type_of()).collect();
        let mut texts = Vec::new();
        for (root, kind) in roots.iter().zip(kinds) {
            let Some(value) = interpreter.machine.rooted(root) else { continue };
            let tostring = interpreter.machine.with_context(|cx| {
                let globals = cx.globals();
                cx.raw_get_field(globals, "tostring").unwrap_or(Value::NIL)
            });
            let value = match interpreter.call(tostring, &[value])?.first() {
                Some(text) => *text,
                None => Value::NIL,
            };
            let text = interpreter.machine.with_context(|cx| cx.text_of(value));
            if self.colours.enabled {
                let text = String::from_utf8_lossy(&text);
                texts.push(self.colours.paint(colour_of(kind), &text).into_bytes());
            } else {
                texts.push(text);
            }
        }
        if !texts.is_empty() {
            let line = [texts.join(&b'\t'), b"\n".to_vec()].concat();
            // As for `print`, nobody is told when standard output does not work.
            let _ = interpreter.streams.stdout.borrow_mut().write(&line);
        }
        Ok(())
    }

    fn explain(&self, stop: Stop) {
        match stop {
            Stop::Error { message: Some(mut message), traceback } => {
                if !traceback.is_empty() {
                    message.push(b'\n');
                    message.extend_from_slice(&traceback);
                }
                self.complain(&message);
            }
            Stop::Error { message: None, .. } => self.complain(b"nil"),
            Stop::Ended(ending) => self.complain(super::ending_text(ending).as_bytes()),
            Stop::Exit(_) => {}
        }
    }

    fn complain(&self, message: &[u8]) {
        use std::io::Write;
        let message = String::from_utf8_lossy(lua_core::native::c_string(message)).into_owned();
        let text = if self.manner.is_lua {
            format!("lua: {message}\n")
        } else {
            format!("{}\n", self.colours.paint(AnsiColor::Red, &message))
        };
        // Without a standard error nobody can be told.
        let _ = std::io::stderr().write_all(text.as_bytes());
    }
}

/// What a chunk came to.
enum Outcome {
    Done,
    /// More lines may complete it.
    Incomplete,
    Exit(u8),
}

/// As PUC's `lua` calls what is typed.
const CHUNK_NAME: &[u8] = b"=stdin";

fn colour_of(kind: Type) -> AnsiColor {
    match kind {
        Type::Number => AnsiColor::Yellow,
        Type::String => AnsiColor::Green,
        Type::Nil | Type::Boolean => AnsiColor::Magenta,
        _ => AnsiColor::Blue,
    }
}
