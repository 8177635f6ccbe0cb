//! A debugger's view of a [`ScriptEngine`]: breakpoints in scripts, steps, and a run that stands still looked at.
//!
//! ```
//! use redis_stdlib::debugger::{PauseReason, StepMode};
//! use redis_stdlib::{Config, Request, ScriptEngine, Step};
//! use resp::Reply;
//!
//! let mut engine = ScriptEngine::new(Config::default())?;
//! engine.set_breakpoints(&[2]);
//! engine.start(&Request::source(b"local name = ARGV[1]\nlocal text = 'Hello, ' .. name\nreturn text").args(&["moon"]))?;
//! assert!(matches!(engine.step(1_000), Step::Paused(PauseReason::Breakpoint)));
//! let locals = engine.locals(0);
//! assert_eq!((&*locals[0].name, &*locals[0].value.text), ("name", "\"moon\""));
//!
//! engine.set_step_mode(StepMode::Over);
//! assert!(matches!(engine.step(1_000), Step::Paused(PauseReason::Step)));
//! assert_eq!(engine.call_stack(0, 10)[0].line, Some(3));
//! let Step::Done(Ok(reply)) = engine.step(1_000) else { panic!() };
//! assert_eq!(reply, Reply::bulk("Hello, moon"));
//! # Ok::<(), redis_stdlib::ScriptError>(())
//! ```
//!
//! What a script does, and the fuel that it uses, is the same with a debugger as without. The code of a library does
//! not stop while it is loaded.

pub use lua_core::debugger::{Level, PAGE_MAX, Shape, StepMode};
pub use lua_core::machine::PauseReason;

use lua_core::debugger::{Breakpoint, Variable as RawVariable};
use lua_core::machine::Machine;
use lua_core::value::Value;

use crate::engine::ScriptEngine;

/// A variable or a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name; of a field as in a constructor: `name`, `[1]`, `["a b"]`; `(metatable)`.
    pub name: String,
    /// Its value.
    pub value: Shown,
}

/// A value as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// In Lua's notation, as far as the [`Shape`] allows.
    pub text: String,
    /// What `type` gives.
    pub kind: &'static str,
    /// For [`ScriptEngine::children`], when there is something inside.
    pub handle: Option<Handle>,
}

/// A value that can be opened, until the run goes on: then it is nobody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handle {
    generation: u32,
    index: u32,
}

impl Handle {
    /// The handle as one number, for hosts whose values are numbers.
    pub fn to_bits(self) -> u64 {
        u64::from(self.generation) << 32 | u64::from(self.index)
    }

    /// What [`Self::to_bits`] has given.
    pub fn from_bits(bits: u64) -> Self {
        Self { generation: (bits >> 32) as u32, index: bits as u32 }
    }
}

/// Some of what is inside a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Children {
    /// Fields and captured variables.
    pub items: Vec<Variable>,
    /// Where to go on; `None` when this was all.
    pub next: Option<usize>,
}

/// Natives of the engine below and around a script.
const HIDDEN: [&str; 2] = ["script", "handler"];

/// What a debugger has asked of an engine.
#[derive(Debug, Default)]
pub(crate) struct Debugging {
    breakpoints: Vec<u32>,
    /// For the next run.
    mode: StepMode,
    asked: bool,
    shape: Shape,
    /// What handles stand for.
    values: Vec<Value>,
    generation: u32,
    /// The chunk of the program in progress.
    program: Option<Vec<u8>>,
}

/// Most values that can be opened in one pause.
const HANDLES_MAX: usize = 1 << 20;

impl Debugging {
    /// The run goes on, or is another one.
    pub(crate) fn forget_values(&mut self) {
        if !self.values.is_empty() {
            self.values.clear();
            self.generation = self.generation.wrapping_add(1);
        }
    }

    /// What a parked run takes along; the generation stays, for handles are the engine's.
    pub(crate) fn take(&mut self) -> Self {
        self.forget_values();
        let Self { shape, generation, .. } = *self;
        std::mem::replace(self, Self { shape, generation, ..Self::default() })
    }

    /// Takes what a parked run has taken along.
    pub(crate) fn restore(&mut self, parked: Self) {
        self.forget_values();
        *self = Self { generation: self.generation, values: Vec::new(), ..parked };
    }

    fn show(&mut self, machine: &Machine, name: String, value: Value) -> Variable {
        let can_be_opened = self.values.len() < HANDLES_MAX && machine.has_children(value);
        let handle = can_be_opened.then(|| {
            self.values.push(value);
            Handle { generation: self.generation, index: self.values.len() as u32 - 1 }
        });
        let text = machine.describe_value(value, &self.shape);
        Variable { name, value: Shown { text, kind: value.type_name(), handle } }
    }

    fn show_all(&mut self, machine: &Machine, variables: Vec<RawVariable>) -> Vec<Variable> {
        let name = |name: Vec<u8>| String::from_utf8_lossy(&name).into_owned();
        variables.into_iter().map(|one| self.show(machine, name(one.name), one.value)).collect()
    }
}

impl ScriptEngine {
    // ---- going on --------------------------------------------------------------------------------

    /// Replaces the breakpoints: lines of the script, or of the library whose function is called. They hold for the
    /// run in progress and for those after it; a run that is parked takes them along.
    pub fn set_breakpoints(&mut self, lines: &[u32]) {
        self.debugging.breakpoints = lines.to_vec();
        self.apply_breakpoints();
    }

    /// How the run in progress goes on with the next [`Self::step`], until it pauses or ends; without one, how the
    /// next run begins: with [`StepMode::Into`] it stops at its first line.
    pub fn set_step_mode(&mut self, mode: StepMode) {
        match self.debugged() {
            Some((machine, _)) => machine.set_step_mode(mode),
            None => self.debugging.mode = mode,
        }
    }

    /// Stops the run in progress, or the next one, at its next line.
    pub fn pause_at_next_line(&mut self) {
        match self.debugged() {
            Some((machine, _)) => machine.pause_at_next_line(),
            None => self.debugging.asked = true,
        }
    }

    /// Drops breakpoints and what is left of a step: runs do not stop any more.
    pub fn end_debugging(&mut self) {
        self.debugging.breakpoints.clear();
        (self.debugging.mode, self.debugging.asked) = (StepMode::Continue, false);
        if let Some((machine, _)) = self.debugged() {
            machine.end_debugging();
        }
    }

    /// How much of values is shown.
    pub fn set_shape(&mut self, shape: Shape) {
        self.debugging.shape = shape;
    }

    // ---- looking around --------------------------------------------------------------------------

    /// The functions in progress, the innermost first, from number `first` on, at most `count` and [`PAGE_MAX`]. Those
    /// of the engine itself are left out, but keep their numbers. Empty when nothing runs.
    pub fn call_stack(&mut self, first: usize, count: usize) -> Vec<Level> {
        let Some((machine, _)) = self.debugged() else { return Vec::new() };
        let mut levels = machine.call_stack(first, count);
        levels.retain(|level| level.native.is_none_or(|name| !HIDDEN.contains(&name)));
        levels
    }

    /// The local variables of a level ([`Level::index`]) that are active where it stands.
    pub fn locals(&mut self, level: usize) -> Vec<Variable> {
        let Some((machine, debugging)) = self.debugged() else { return Vec::new() };
        debugging.show_all(machine, machine.locals(level))
    }

    /// The captured variables of a level's function.
    pub fn upvalues(&mut self, level: usize) -> Vec<Variable> {
        let Some((machine, debugging)) = self.debugged() else { return Vec::new() };
        debugging.show_all(machine, machine.upvalues(level))
    }

    /// The arguments of a level that its `...` stands for; their names are `...[1]`, `...[2]`.
    pub fn varargs(&mut self, level: usize) -> Vec<Variable> {
        let Some((machine, debugging)) = self.debugged() else { return Vec::new() };
        let values = machine.varargs(level).into_iter().enumerate();
        values.map(|(n, value)| debugging.show(machine, format!("...[{}]", n + 1), value)).collect()
    }

    /// The globals with these names that there are, without metamethods: `KEYS` and `ARGV` are two.
    pub fn globals_named(&mut self, names: &[&str]) -> Vec<Variable> {
        let Some((machine, debugging)) = self.debugged() else { return Vec::new() };
        let known = names.iter().filter_map(|&name| Some((name, machine.global(name.as_bytes())?)));
        known.map(|(name, value)| debugging.show(machine, name.into(), value)).collect()
    }

    /// What is inside a value, from position `from` on (0, or [`Children::next`]), at most `count` and [`PAGE_MAX`].
    /// `None` for a handle from before the run went on.
    pub fn children(&mut self, handle: Handle, from: usize, count: usize) -> Option<Children> {
        let (machine, debugging) = self.debugged()?;
        if handle.generation != debugging.generation {
            return None;
        }
        let value = *debugging.values.get(handle.index as usize)?;
        let children = machine.children(value, from, count);
        let items = children.items.into_iter().map(|(name, value)| {
            let name = machine.describe_name(&name);
            debugging.show(machine, name, value)
        });
        Some(Children { items: items.collect(), next: children.next })
    }

    // ---- inside ----------------------------------------------------------------------------------

    /// A run begins: what was asked of it holds from now on.
    pub(crate) fn begin_debugging(&mut self, program: Option<&[u8]>) {
        self.debugging.forget_values();
        self.debugging.program = program.map(<[u8]>::to_vec);
        self.apply_breakpoints();
        let mode = std::mem::take(&mut self.debugging.mode);
        let asked = std::mem::take(&mut self.debugging.asked);
        let Some((machine, _)) = self.debugged() else { return };
        machine.set_step_mode(mode);
        if asked {
            machine.pause_at_next_line();
        }
    }

    /// Gives the machine of the run in progress the breakpoints that are meant for it.
    pub(crate) fn apply_breakpoints(&mut self) {
        let script_chunk = self.config.environment.chunk_name().to_vec();
        let is_function = self.is_function();
        let Some((machine, debugging)) = self.debugged() else { return };
        let chunk = match &debugging.program {
            Some(chunk) => chunk,
            None if is_function => crate::functions::CHUNK_NAME,
            None => &script_chunk,
        };
        let lines = debugging.breakpoints.iter();
        let breakpoints: Vec<_> = lines.map(|&line| Breakpoint { chunk, line }).collect();
        machine.set_breakpoints(&breakpoints);
    }
}
