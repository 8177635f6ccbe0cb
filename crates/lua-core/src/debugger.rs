//! A debugger's view of a [`Machine`]: breakpoints and steps, and a run that stands still looked at from outside.
//!
//! ```
//! use lua_core::debugger::{Breakpoint, Shape, StepMode};
//! use lua_core::machine::{Machine, Options, PauseReason, Progress};
//!
//! let mut machine = Machine::new(&Options::default()).unwrap();
//! let source = b"local sum = 0\nfor i = 1, 3 do\n  sum = sum + i\nend\nreturn sum";
//! let chunk = machine.load(source, b"@sum.lua").unwrap().unwrap();
//! machine.set_breakpoints(&[Breakpoint { chunk: b"@sum.lua", line: 3 }]);
//! machine.start(chunk, &[]).unwrap();
//! assert!(matches!(machine.run(), Progress::Paused(PauseReason::Breakpoint)));
//! let locals = machine.locals(0);
//! let shown = locals.iter().map(|local| machine.describe_value(local.value, &Shape::default()));
//! assert_eq!(shown.collect::<Vec<_>>(), ["0", "1"]);
//!
//! machine.set_breakpoints(&[]);
//! machine.set_step_mode(StepMode::Over);
//! assert!(matches!(machine.run(), Progress::Paused(PauseReason::Step)));
//! assert_eq!(machine.call_stack(0, 10)[0].line, Some(2));
//! assert!(matches!(machine.run(), Progress::Finished(_)));
//! ```
//!
//! Nothing here runs Lua: no metamethod, no finaliser, no collection. What a run does, and the fuel that it uses, is the
//! same with a debugger as without. Hooks (`debug.sethook`) and finalisers run as a whole: there are no stops inside.

mod describe;

pub use describe::Shape;

use lua_compiler::names;

use crate::coroutine::{Coroutine, Frame, FrameKind};
use crate::handle::{ClosureIndex, NativeIndex};
use crate::machine::Machine;
use crate::stdlib::debug::levels::{Activation, Levels};
use crate::value::Value;
use crate::vm::debugger::depth;

/// A line at which to stop, each time that it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breakpoint<'a> {
    /// The name of the chunk, as it was given to [`Machine::load`].
    pub chunk: &'a [u8],
    /// The line, from 1. One without code is never reached: `lua_compiler::listing::code_lines` knows those that have.
    pub line: u32,
}

/// How a run goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepMode {
    /// To the next breakpoint.
    #[default]
    Continue,
    /// To the next line, wherever it is.
    Into,
    /// To the next line of this function, or of one that it returns or yields to.
    Over,
    /// To the next line of the function that called this one.
    Out,
}

/// A function in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// Its number, 0 for the innermost one: what [`Machine::locals`] takes.
    pub index: usize,
    /// What it is called where it was called, as `debug.getinfo` has it.
    pub name: Option<Vec<u8>>,
    /// "global", "local", "method", "field", "upvalue", or empty.
    pub name_what: &'static str,
    /// "Lua", "main" or "C".
    pub what: &'static str,
    /// The chunk as messages name it (`short_src`); `[C]` for natives.
    pub chunk: Vec<u8>,
    /// The line that it is at. The innermost function stands before what is to come there.
    pub line: Option<u32>,
    /// Line of its `function`; `None` for main chunks and natives.
    pub line_defined: Option<u32>,
    /// Line of its `end`.
    pub last_line_defined: Option<u32>,
    /// The name under which a native was registered.
    pub native: Option<&'static str>,
    /// Calls that tail calls have replaced by this one.
    pub tail_calls: u32,
    /// Coroutines between it and the running one: 0 in the coroutine that runs, 1 in the one that resumed it.
    pub coroutine: usize,
}

/// A variable; its value is valid until the machine runs again.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: Vec<u8>,
    /// Its value.
    pub value: Value,
}

/// What is inside a value.
#[derive(Clone, Debug, PartialEq)]
pub enum ChildName {
    /// A field of a table.
    Key(Value),
    /// A table's or userdata's metatable.
    Metatable,
    /// A variable that a function has captured.
    Upvalue(Vec<u8>),
}

/// Some of what is inside a value ([`Machine::children`]).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Children {
    /// Names and values.
    pub items: Vec<(ChildName, Value)>,
    /// Where to go on; `None` when this was all.
    pub next: Option<usize>,
}

/// Most that [`Machine::children`] and [`Machine::call_stack`] give at once.
pub const PAGE_MAX: usize = 1000;

/// A frame, and where it is.
#[derive(Clone, Copy)]
struct Place<'a> {
    co: &'a Coroutine,
    frame: &'a Frame,
    /// Among the frames of its coroutine.
    index: usize,
    coroutine: usize,
}

impl Machine {
    // ---- going on --------------------------------------------------------------------------------

    /// Replaces all breakpoints.
    pub fn set_breakpoints(&mut self, breakpoints: &[Breakpoint<'_>]) {
        let was_active = self.vm.heap.debugger.is_active();
        let breakpoints = breakpoints.iter().map(|at| (at.line, at.chunk.into())).collect();
        self.vm.heap.debugger.set_breakpoints(breakpoints);
        self.begin_to_watch(was_active);
    }

    /// How the run goes on with the next [`Machine::step`], until it pauses or ends. Before a run has begun,
    /// [`StepMode::Into`] and [`StepMode::Over`] stop at its first line. After a pause it is [`StepMode::Continue`].
    pub fn set_step_mode(&mut self, mode: StepMode) {
        let was_active = self.vm.heap.debugger.is_active();
        let depth = depth(&self.vm.heap, &self.vm.co);
        self.vm.heap.debugger.go_on(mode, depth, &self.vm.co);
        self.begin_to_watch(was_active);
    }

    /// Stops the run at the next line, whatever the mode.
    pub fn pause_at_next_line(&mut self) {
        let was_active = self.vm.heap.debugger.is_active();
        self.vm.heap.debugger.ask();
        self.begin_to_watch(was_active);
    }

    /// Drops breakpoints and what is left of a step: runs do not stop any more.
    pub fn end_debugging(&mut self) {
        self.vm.heap.debugger.disable();
    }

    /// What was looked at before the machine ran unwatched is no measure for where lines begin.
    fn begin_to_watch(&mut self, was_active: bool) {
        if !was_active && !self.vm.co.hook.is_set() {
            self.vm.co.hook.forget_last();
        }
    }

    // ---- looking around --------------------------------------------------------------------------

    /// The functions in progress, the innermost first, from number `first` on, at most `count` and [`PAGE_MAX`].
    /// Behind those of a coroutine come those of the one that resumed it. Empty when nothing runs.
    pub fn call_stack(&self, first: usize, count: usize) -> Vec<Level> {
        let places = self.places().enumerate().skip(first).take(count.min(PAGE_MAX));
        places.map(|(index, place)| self.level(index, place)).collect()
    }

    /// Number of functions in progress.
    pub fn call_depth(&self) -> usize {
        depth(&self.vm.heap, &self.vm.co)
    }

    /// The local variables of a level that are active where it stands, in the order of their declarations, but for
    /// those that loops keep for themselves. Empty for natives and where there is no such level.
    pub fn locals(&self, level: usize) -> Vec<Variable> {
        let Some(place) = self.places().nth(level) else { return Vec::new() };
        let Some(proto) = place.co.frame_proto(place.frame, &self.vm.heap) else {
            return Vec::new();
        };
        let base = place.frame.base as usize;
        names::active_locals(&proto.def, place.pc())
            .enumerate()
            .filter(|(_, name)| !name.starts_with(b"("))
            .map(|(register, name)| Variable {
                name: name.to_vec(),
                value: place.co.stack.get(base + register).copied().unwrap_or(Value::NIL),
            })
            .collect()
    }

    /// The arguments of a level that its `...` stands for.
    pub fn varargs(&self, level: usize) -> Vec<Value> {
        let Some(place) = self.places().nth(level) else { return Vec::new() };
        let Some(proto) = place.co.frame_proto(place.frame, &self.vm.heap) else {
            return Vec::new();
        };
        if !proto.def.is_vararg {
            return Vec::new();
        }
        let first = place.frame.function as usize + 1 + usize::from(proto.def.params);
        let end = (place.frame.base as usize).min(first.saturating_add(PAGE_MAX));
        place.co.stack.get(first..end).unwrap_or_default().to_vec()
    }

    /// The captured variables of a level's function, in its order. Empty for natives and where there is no such level.
    pub fn upvalues(&self, level: usize) -> Vec<Variable> {
        let Some(place) = self.places().nth(level) else { return Vec::new() };
        if place.frame.kind != FrameKind::Lua {
            return Vec::new();
        }
        self.captured(place.frame.closure)
    }

    /// The field of the table of globals with this name, without metamethods.
    pub fn global(&self, name: &[u8]) -> Option<Value> {
        let heap = &self.vm.heap;
        let globals = &heap.tables[heap.globals];
        let mut at = 0;
        while let Some((next, key, value)) = globals.next_from(at) {
            if key.is_string() && heap.bytes(key) == name {
                return Some(value);
            }
            at = next;
        }
        None
    }

    /// What is inside a value: fields of a table in the order of `pairs`, then its metatable; what a function has
    /// captured. From position `from` on (0, or [`Children::next`]), at most `count` and [`PAGE_MAX`].
    pub fn children(&self, value: Value, from: usize, count: usize) -> Children {
        let heap = &self.vm.heap;
        let count = count.min(PAGE_MAX);
        let metatable = heap.metatable_of(value);
        let metatable = ((value.as_table().is_some() || value.as_userdata().is_some())
            && metatable.is_some())
        .then(|| (ChildName::Metatable, Value::from(metatable)));
        let mut items = Vec::new();
        let mut at = from;
        if let Some(table) = value.as_table() {
            let table = &heap.tables[table];
            while let Some((next, key, value)) = table.next_from(at) {
                if items.len() >= count {
                    return Children { items, next: Some(at) };
                }
                items.push((ChildName::Key(key), value));
                at = next;
            }
        } else if let Some(closure) = value.as_closure() {
            let captured = self.captured(closure);
            let end = from.saturating_add(count);
            let next = (captured.len() > end).then_some(end);
            let named = captured.into_iter().map(|one| (ChildName::Upvalue(one.name), one.value));
            return Children { items: named.skip(from).take(count).collect(), next };
        }
        if let Some(metatable) = metatable {
            if items.len() >= count {
                return Children { items, next: Some(at) };
            }
            items.push(metatable);
        }
        Children { items, next: None }
    }

    /// Whether [`Machine::children`] has something to give.
    pub fn has_children(&self, value: Value) -> bool {
        let children = self.children(value, 0, 1);
        children.next.is_some() || !children.items.is_empty()
    }

    /// A value as people read it, in Lua's notation: strings in quotes, tables with what is in them as far as the
    /// shape allows. Calls no metamethods.
    pub fn describe_value(&self, value: Value, shape: &Shape) -> String {
        describe::value(&self.vm.heap, value, shape)
    }

    /// What stands in front of a child: `name`, `[1]`, `["a b"]`, `(metatable)`.
    pub fn describe_name(&self, name: &ChildName) -> String {
        match name {
            ChildName::Key(key) => describe::key(&self.vm.heap, *key),
            ChildName::Metatable => "(metatable)".into(),
            ChildName::Upvalue(name) => String::from_utf8_lossy(name).into_owned(),
        }
    }

    fn places(&self) -> impl Iterator<Item = Place<'_>> {
        let mut co = Some(&*self.vm.co);
        let coroutines = std::iter::from_fn(move || {
            let this = co?;
            let resumer = this.resumer;
            co = resumer.is_some().then(|| &*self.vm.heap.coroutines[resumer]);
            Some(this)
        });
        coroutines.enumerate().flat_map(|(coroutine, co)| {
            let frames = co.frames.as_slice().iter().enumerate().rev();
            frames.map(move |(index, frame)| Place { co, frame, index, coroutine })
        })
    }

    fn level(&self, index: usize, place: Place<'_>) -> Level {
        let Place { co, frame, .. } = place;
        let heap = &self.vm.heap;
        let levels = Levels::of_running(heap, co, co.frames.len(), None);
        let name = levels.name(Activation::Frame(place.index));
        let proto = co.frame_proto(frame, heap);
        let native = (frame.kind == FrameKind::Native)
            .then_some(NativeIndex(frame.closure.0))
            .filter(|native| native.is_some())
            .map(|native| heap.natives[native].name);
        let known = |line: u32| Some(line).filter(|&line| line != 0);
        let def = proto.map(|proto| &proto.def);
        Level {
            index,
            name: name.map(|(_, name)| name.to_vec()),
            name_what: name.map_or("", |(kind, _)| kind.text()),
            what: match def {
                None => "C",
                Some(def) if def.line_defined == 0 => "main",
                Some(_) => "Lua",
            },
            chunk: match proto {
                Some(proto) => lua_compiler::chunk_id(heap.bytes(proto.source)),
                None => b"[C]".to_vec(),
            },
            line: proto.and_then(|proto| known(proto.line(place.pc()))),
            line_defined: def.and_then(|def| known(def.line_defined)),
            last_line_defined: def.and_then(|def| known(def.last_line_defined)),
            native,
            tail_calls: frame.tail_calls,
            coroutine: place.coroutine,
        }
    }

    fn captured(&self, closure: ClosureIndex) -> Vec<Variable> {
        let heap = &self.vm.heap;
        let closure = &heap.closures[closure];
        let Some(proto) = &closure.proto else { return Vec::new() };
        let named = proto.def.upvalues.iter().zip(&closure.upvalues);
        named
            .map(|(desc, &captured)| Variable {
                name: desc.name.to_vec(),
                value: self.value_of_captured(captured),
            })
            .collect()
    }

    fn value_of_captured(&self, captured: Value) -> Value {
        let heap = &self.vm.heap;
        let Some(index) = captured.as_shared() else { return captured };
        let upvalue = &heap.upvalues[index];
        if upvalue.is_closed() {
            return upvalue.value;
        }
        let owner = if upvalue.owner == heap.running {
            &*self.vm.co
        } else {
            &*heap.coroutines[upvalue.owner]
        };
        owner.stack.get(upvalue.at as usize).copied().unwrap_or(Value::NIL)
    }
}

impl Place<'_> {
    /// The instruction that the frame is at: of the innermost one the next, of the others the call.
    fn pc(&self) -> usize {
        let pc = self.frame.pc as usize;
        let is_innermost = self.coroutine == 0 && self.index + 1 == self.co.frames.len();
        if is_innermost { pc } else { pc.saturating_sub(1) }
    }
}
