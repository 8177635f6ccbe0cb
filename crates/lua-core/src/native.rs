//! Native functions: how they read arguments, what they may do, and how they say what happens next.
//!
//! A native gets a [`CallContext`] and returns an [`Outcome`]. It never calls Lua itself: to call a
//! function it puts it and its arguments on the stack and returns [`Outcome::Call`] with a
//! [`Continuation`], which the machine gives back when the call has returned. So the machine can stop
//! anywhere, and nothing a script does deepens the host's stack.
//!
//! ```text
//!   stack:  function | arg 1 ... arg n | pushed ...
//!           ^ results go here          ^ top
//! ```

use crate::continuation::Continuation;
use crate::coroutine::{Coroutine, FrameKind};
use crate::error::{Ending, Failure};
use crate::handle::*;
use crate::heap::Heap;
use crate::number;
use crate::table::SetError;
use crate::value::{Type, Value};

/// A native function.
pub type NativeFn = fn(&mut CallContext<'_>) -> Result<Outcome, Failure>;

/// What the machine does after a native function.
#[derive(Debug)]
pub enum Outcome {
    /// It is done: this many results lie from the function's slot on (see [`CallContext::return1`]).
    Return(u32),
    /// Call the function at stack index `at` with the `args` values above it; then go on with `then`.
    Call {
        /// Stack index of the function.
        at: u32,
        /// Number of arguments.
        args: u32,
        /// Results wanted, -1 for all.
        results: i16,
        /// What to do then.
        then: Continuation,
    },
    /// As [`Outcome::Call`], with what to do then already among what the coroutine waits for: a continuation
    /// is as large as all the rest, so it is written only once. [`CallContext::call`] makes it.
    Wait {
        /// Stack index of the function.
        at: u32,
        /// Number of arguments.
        args: u32,
        /// Results wanted, -1 for all.
        results: i16,
    },
    /// The function at `at` and its arguments take the native's place.
    TailCall {
        /// Stack index of the function.
        at: u32,
        /// Number of arguments.
        args: u32,
    },
    /// It is done, without results, and has set a hook: the loop looks for events from now on.
    HookSet,
    /// Suspend the coroutine; the `count` values at `at` go to who resumed it.
    Yield {
        /// Stack index of the first value.
        at: u32,
        /// Number of values.
        count: u32,
    },
    /// Resume a coroutine with the `args` values at `at`, then go on with `then`.
    Resume {
        /// The coroutine.
        coroutine: CoroutineIndex,
        /// Stack index of the first argument.
        at: u32,
        /// Number of arguments.
        args: u32,
        /// What to do when it yields or ends.
        then: Continuation,
    },
    /// Suspend the whole machine until the host has answered; then go on with `then`. The request is in
    /// [`CallContext::ask_host`]'s slot.
    Host {
        /// What to do with the answer.
        then: Continuation,
    },
}

/// One native function of a library: its name in the library's table, and the function.
#[derive(Clone, Copy, Debug)]
pub struct LibraryEntry {
    /// Name of the field.
    pub name: &'static str,
    /// The function.
    pub function: NativeFn,
}

/// A library: the name of its table (empty for globals) and its functions in the order of registration.
#[derive(Clone, Copy, Debug)]
pub struct Library {
    /// Name of the global table.
    pub name: &'static str,
    /// Its functions.
    pub entries: &'static [LibraryEntry],
}

/// Declares a [`Library`]: `library!("table", { "concat" => concat, … })`.
#[macro_export]
macro_rules! library {
    ($name:literal, { $($entry:literal => $function:expr),* $(,)? }) => {
        $crate::native::Library {
            name: $name,
            entries: &[$($crate::native::LibraryEntry { name: $entry, function: $function }),*],
        }
    };
}

/// What a native function sees: its arguments, the heap, and the stack it runs on.
pub struct CallContext<'a> {
    pub(crate) heap: &'a mut Heap,
    pub(crate) co: &'a mut Coroutine,
    /// Stack index of the function; the results begin here.
    pub(crate) function: usize,
    /// End of the arguments.
    pub(crate) args_end: usize,
    /// Stack index of the first result of the call that returned; only in continuations.
    pub(crate) results_at: usize,
    /// True when the native has a frame (in continuations).
    pub(crate) has_frame: bool,
    /// True when a call instruction of a Lua function called it: then it has a name.
    pub(crate) by_call: bool,
}

impl core::fmt::Debug for CallContext<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CallContext").field("args", &self.arg_count()).finish_non_exhaustive()
    }
}

impl CallContext<'_> {
    // ---- arguments -------------------------------------------------------------------------------

    /// Number of arguments.
    #[inline]
    pub fn arg_count(&self) -> usize {
        self.args_end - self.function - 1
    }

    /// The argument at `position` (1 is the first); nil when there is none.
    #[inline]
    pub fn arg(&self, position: usize) -> Value {
        let index = self.function + position;
        if index < self.args_end { self.co.stack[index] } else { Value::NIL }
    }

    /// True when there is an argument at `position`, nil or not.
    pub fn has_arg(&self, position: usize) -> bool {
        position <= self.arg_count()
    }

    /// True when the argument is nil or absent.
    pub fn arg_is_none_or_nil(&self, position: usize) -> bool {
        self.arg(position).is_nil()
    }

    /// Replaces an argument (its slot is where a continuation finds it again).
    pub fn set_arg(&mut self, position: usize, value: Value) {
        let index = self.function + position;
        self.co.stack[index] = value;
    }

    /// Sets the number of arguments, with nil for new ones (`lua_settop`).
    ///
    /// # Errors
    /// When memory for the stack runs out.
    pub fn set_arg_count(&mut self, count: usize) -> Result<(), Failure> {
        let end = self.function + 1 + count;
        self.co.reserve(end, &mut self.heap.budget)?;
        if end > self.args_end {
            self.co.stack[self.args_end..end].fill(Value::NIL);
        }
        self.args_end = end;
        self.co.top = end;
        Ok(())
    }

    /// The argument, which must be present (`luaL_checkany`).
    ///
    /// # Errors
    /// "bad argument #n to 'f' (value expected)".
    pub fn check_any(&mut self, position: usize) -> Result<Value, Failure> {
        if self.has_arg(position) {
            Ok(self.arg(position))
        } else {
            Err(self.arg_error(position, "value expected"))
        }
    }

    /// A number, or a string that converts to one.
    ///
    /// # Errors
    /// "bad argument #n to 'f' (number expected, got …)".
    #[inline]
    pub fn check_number(&mut self, position: usize) -> Result<f64, Failure> {
        let value = self.arg(position);
        if let Some(n) = value.as_number() {
            return Ok(n);
        }
        match self.read_number(value)? {
            Some(n) => Ok(n),
            None => Err(self.type_error(position, "number")),
        }
    }

    /// A whole number as PUC's `luaL_checkinteger` makes it from a double: truncated.
    ///
    /// # Errors
    /// As [`Self::check_number`].
    #[inline]
    pub fn check_integer(&mut self, position: usize) -> Result<i64, Failure> {
        Ok(number::number_to_integer(self.check_number(position)?))
    }

    /// The same as a 32-bit `int` (`luaL_checkint`).
    ///
    /// # Errors
    /// As [`Self::check_number`].
    #[inline]
    pub fn check_int(&mut self, position: usize) -> Result<i32, Failure> {
        Ok(self.check_integer(position)? as i32)
    }

    /// [`Self::check_integer`], or `default` when the argument is nil or absent.
    ///
    /// # Errors
    /// As [`Self::check_number`].
    pub fn opt_integer(&mut self, position: usize, default: i64) -> Result<i64, Failure> {
        if self.arg_is_none_or_nil(position) { Ok(default) } else { self.check_integer(position) }
    }

    /// [`Self::check_int`], or `default` when the argument is nil or absent.
    ///
    /// # Errors
    /// As [`Self::check_number`].
    pub fn opt_int(&mut self, position: usize, default: i32) -> Result<i32, Failure> {
        if self.arg_is_none_or_nil(position) { Ok(default) } else { self.check_int(position) }
    }

    /// A string, or a number, which becomes a string in its slot (`luaL_checklstring`). Read its bytes with
    /// [`Self::bytes`].
    ///
    /// # Errors
    /// "bad argument #n to 'f' (string expected, got …)".
    #[inline]
    pub fn check_string(&mut self, position: usize) -> Result<Value, Failure> {
        let value = self.arg(position);
        if value.is_string() {
            return Ok(value);
        }
        if let Some(n) = value.as_number() {
            let string = self.heap.number_to_string(n)?;
            self.set_arg(position, string);
            return Ok(string);
        }
        Err(self.type_error(position, "string"))
    }

    /// A string, or `None` when the argument is nil or absent.
    ///
    /// # Errors
    /// As [`Self::check_string`].
    pub fn opt_string(&mut self, position: usize) -> Result<Option<Value>, Failure> {
        if self.arg_is_none_or_nil(position) {
            Ok(None)
        } else {
            self.check_string(position).map(Some)
        }
    }

    /// A table.
    ///
    /// # Errors
    /// "bad argument #n to 'f' (table expected, got …)".
    #[inline]
    pub fn check_table(&mut self, position: usize) -> Result<TableIndex, Failure> {
        match self.arg(position).as_table() {
            Some(table) => Ok(table),
            None => Err(self.type_error(position, "table")),
        }
    }

    /// A function.
    ///
    /// # Errors
    /// "bad argument #n to 'f' (function expected, got …)".
    pub fn check_function(&mut self, position: usize) -> Result<Value, Failure> {
        let value = self.arg(position);
        if value.is_function() { Ok(value) } else { Err(self.type_error(position, "function")) }
    }

    /// One of `names`; the index of it. An absent argument means `default` (`luaL_checkoption`).
    ///
    /// # Errors
    /// "bad argument #n to 'f' (invalid option '…')".
    pub fn check_option(
        &mut self,
        position: usize,
        default: Option<&str>,
        names: &[&str],
    ) -> Result<usize, Failure> {
        let given: Vec<u8> = match default {
            Some(name) if self.arg_is_none_or_nil(position) => name.as_bytes().to_vec(),
            _ => {
                let value = self.check_string(position)?;
                self.bytes(value).to_vec()
            }
        };
        if let Some(index) = names.iter().position(|name| name.as_bytes() == given) {
            return Ok(index);
        }
        let text = [b"invalid option '", c_string(&given), b"'"].concat();
        Err(self.arg_error(position, text))
    }

    // ---- errors ----------------------------------------------------------------------------------

    /// Raises `value` (any Lua value) as it is.
    pub fn raise(&mut self, value: Value) -> Failure {
        self.heap.raised = value;
        Failure::Raised
    }

    /// Raises a text with the position of the function that called this native before it (`luaL_error`).
    pub fn error(&mut self, text: impl AsRef<[u8]>) -> Failure {
        let mut message = self.position(1);
        message.extend_from_slice(text.as_ref());
        self.raise_text(&message)
    }

    /// Raises a text as it is.
    pub fn raise_text(&mut self, text: &[u8]) -> Failure {
        match self.heap.intern(text) {
            Ok(value) => self.raise(value),
            Err(failure) => failure,
        }
    }

    /// "bad argument #n to 'f' (text)", or "calling 'f' on bad self" for a method (`luaL_argerror`).
    pub fn arg_error(&mut self, position: usize, text: impl AsRef<[u8]>) -> Failure {
        let text = text.as_ref();
        let (name, is_method) = self.own_name();
        let name = name.unwrap_or_else(|| b"?".to_vec());
        let mut message = Vec::new();
        let mut position = position as isize;
        if is_method {
            position -= 1;
            if position == 0 {
                for part in [&b"calling '"[..], &name, b"' on bad self (", text, b")"] {
                    message.extend_from_slice(part);
                }
                return self.error(message);
            }
        }
        let number = position.to_string();
        for part in [b"bad argument #", number.as_bytes(), b" to '", &name, b"' (", text, b")"] {
            message.extend_from_slice(part);
        }
        self.error(message)
    }

    /// "bad argument #n to 'f' (expected expected, got …)" (`luaL_typerror`).
    pub fn type_error(&mut self, position: usize, expected: &str) -> Failure {
        let got = if self.has_arg(position) { self.arg(position).type_name() } else { "no value" };
        self.arg_error(position, format!("{expected} expected, got {got}"))
    }

    /// `chunk:line: ` of the function at `level` (1 called this native), or nothing when it is native.
    pub fn position(&self, level: usize) -> Vec<u8> {
        self.co.position_at(self.caller_depth(), level, self.heap)
    }

    /// Chunk name and current line of the innermost Lua function below this native; natives are skipped.
    pub fn location(&self) -> Option<(&[u8], u32)> {
        let frames = self.co.frames.get(..self.caller_depth())?;
        let frame = frames.iter().rev().find(|frame| frame.kind == FrameKind::Lua)?;
        let line = self.co.current_line(frame, self.heap)?;
        Some((self.heap.bytes(self.co.frame_proto(frame, self.heap)?.source), line))
    }

    /// Chunk name and line of where a suspended run will go on: unlike [`Self::location`] not the line of what it did
    /// last, which for a loop that is about to turn is the one in front of the loop.
    pub fn next_location(&self) -> Option<(&[u8], u32)> {
        let top = self.co.frames.get(..self.caller_depth())?.last()?;
        match self.co.frame_proto(top, self.heap) {
            Some(proto) => Some((self.heap.bytes(proto.source), proto.line(top.pc as usize))),
            None => self.location(),
        }
    }

    /// Chunk name and current line of where an error comes from, for a handler of errors: of the Lua function that
    /// raised it or that called the native which did. Inner `None` when that is a native, too; outer `None` when
    /// the native that raised it was called by the host. `is_own` says that the innermost native raised it itself,
    /// although it has called something.
    pub fn raise_place(&self, is_own: bool) -> Option<Option<(&[u8], u32)>> {
        let frames = self.co.frames.get(..self.caller_depth())?;
        let (top, below) = frames.split_last()?;
        let frame = match top.kind {
            FrameKind::Lua => top,
            // A native without a frame was called by this one, or a coroutine that it resumed has died.
            FrameKind::Native if top.waiting && !is_own => match self.co.continuations.last() {
                Some(Continuation::Wrap) => below.last()?,
                _ if below.is_empty() => return None,
                _ => return Some(None),
            },
            FrameKind::Native => below.last()?,
        };
        if frame.kind != FrameKind::Lua {
            return if below.len() > 1 { Some(None) } else { None };
        }
        let line = self.co.current_line(frame, self.heap)?;
        Some(Some((self.heap.bytes(self.co.frame_proto(frame, self.heap)?.source), line)))
    }

    /// True when `level` is the one below the program's first function.
    pub(crate) fn is_host_level(&self, level: usize) -> bool {
        level > 1 && self.co.level(self.caller_depth(), level - 1) != crate::vm::raise::Level::None
    }

    /// Nested native calls at this native (PUC's `nCcalls`).
    pub(crate) fn depth(&self) -> u32 {
        self.co.frames.last().map_or(self.co.hidden_frames.into(), |frame| frame.depth).into()
    }

    /// Number of frames below this native.
    pub(crate) fn caller_depth(&self) -> usize {
        self.co.frames.len() - usize::from(self.has_frame)
    }

    /// The name by which this native was called, and whether as a method.
    fn own_name(&self) -> (Option<Vec<u8>>, bool) {
        if !self.by_call {
            return (None, false);
        }
        match self.co.frames.as_slice().get(self.caller_depth().wrapping_sub(1)) {
            Some(frame) if frame.kind == FrameKind::Lua => self.co.called_name(frame, self.heap),
            _ => (None, false),
        }
    }

    // ---- results ---------------------------------------------------------------------------------

    /// Done, without results.
    ///
    /// # Errors
    /// Never; a `Result` so that natives can end with it.
    #[inline]
    pub fn return0(&mut self) -> Result<Outcome, Failure> {
        Ok(Outcome::Return(0))
    }

    /// Done, with one result.
    ///
    /// # Errors
    /// Never.
    #[inline(always)]
    pub fn return1(&mut self, value: Value) -> Result<Outcome, Failure> {
        self.co.stack[self.function] = value;
        Ok(Outcome::Return(1))
    }

    /// Done, with two results.
    ///
    /// # Errors
    /// Never.
    #[inline]
    pub fn return2(&mut self, first: Value, second: Value) -> Result<Outcome, Failure> {
        self.co.stack[self.function] = first;
        self.co.stack[self.function + 1] = second;
        Ok(Outcome::Return(2))
    }

    /// Done, with three results.
    ///
    /// # Errors
    /// Never.
    #[inline]
    pub fn return3(&mut self, a: Value, b: Value, c: Value) -> Result<Outcome, Failure> {
        self.co.stack[self.function] = a;
        self.co.stack[self.function + 1] = b;
        self.co.stack[self.function + 2] = c;
        Ok(Outcome::Return(3))
    }

    /// Done: the last `count` pushed values are the results.
    ///
    /// # Errors
    /// Never.
    pub fn return_pushed(&mut self, count: usize) -> Result<Outcome, Failure> {
        let top = self.co.top;
        self.co.stack.copy_within(top - count..top, self.function);
        Ok(Outcome::Return(count as u32))
    }

    /// Done: the results of the call that returned are this native's results.
    ///
    /// # Errors
    /// Never.
    pub fn return_results(&mut self) -> Result<Outcome, Failure> {
        self.return_pushed(self.co.top - self.results_at)
    }

    /// Done: `first`, and the results of the call that returned.
    ///
    /// # Errors
    /// Never.
    pub fn return_results_after(&mut self, first: Value) -> Result<Outcome, Failure> {
        let (from, to) = (self.results_at, self.co.top);
        self.co.stack.copy_within(from..to, self.function + 1);
        self.co.stack[self.function] = first;
        Ok(Outcome::Return((to - from) as u32 + 1))
    }

    /// Done, with these results.
    ///
    /// # Errors
    /// When memory for the stack runs out.
    pub fn return_values(&mut self, values: &[Value]) -> Result<Outcome, Failure> {
        let end = self.function + values.len();
        self.co.reserve(end, &mut self.heap.budget)?;
        for (place, value) in self.co.stack[self.function..end].iter_mut().zip(values) {
            *place = *value;
        }
        self.co.top = self.co.top.max(end);
        Ok(Outcome::Return(values.len() as u32))
    }

    /// Puts a value on the stack, above the arguments.
    ///
    /// # Errors
    /// When memory for the stack runs out.
    #[inline]
    pub fn push(&mut self, value: Value) -> Result<(), Failure> {
        let top = self.co.top;
        self.co.reserve(top + 1, &mut self.heap.budget)?;
        self.co.stack[top] = value;
        self.co.top = top + 1;
        Ok(())
    }

    /// The value pushed last; nothing when none is left.
    pub fn last_pushed(&self) -> Option<Value> {
        if self.co.top > self.args_end { self.co.stack.get(self.co.top - 1).copied() } else { None }
    }

    /// Takes the value pushed last off the stack.
    pub fn pop(&mut self) {
        if self.co.top > self.args_end {
            self.co.top -= 1;
        }
    }

    /// Number of values on the stack of this native: arguments and pushed ones.
    pub fn stack_len(&self) -> usize {
        self.co.top - self.function - 1
    }

    /// Number of values that this native may still push (PUC's limit of stack slots for one C function).
    pub fn stack_room(&self) -> usize {
        crate::limits::NATIVE_STACK_MAX.saturating_sub(self.stack_len())
    }

    /// Calls a function with the values pushed behind it: `count` arguments, the function below them.
    /// It must be the last thing that the native does: give it as `Ok(cx.call(…))`.
    #[inline(always)]
    pub fn call(&mut self, count: usize, results: i16, then: Continuation) -> Outcome {
        self.co.continuations.push(then);
        Outcome::Wait { at: (self.co.top - count - 1) as u32, args: count as u32, results }
    }

    /// Calls a function with these arguments, as [`Self::call`] does with pushed ones.
    ///
    /// # Errors
    /// When memory for the stack runs out.
    #[inline(always)]
    pub fn call_with<const N: usize>(
        &mut self,
        function: Value,
        args: [Value; N],
        results: i16,
        then: Continuation,
    ) -> Result<Outcome, Failure> {
        let at = self.co.top;
        let end = at + 1 + N;
        self.co.reserve(end, &mut self.heap.budget)?;
        self.co.stack[at] = function;
        self.co.stack[at + 1..end].copy_from_slice(&args);
        self.co.top = end;
        Ok(self.call(N, results, then))
    }

    /// Results of the call that returned; only in continuations.
    pub fn results(&self) -> &[Value] {
        &self.co.stack[self.results_at..self.co.top]
    }

    /// The first result of the call that returned, nil when there was none.
    pub fn result(&self) -> Value {
        self.results().first().copied().unwrap_or(Value::NIL)
    }

    /// Takes the results of the call that returned, and everything above position `keep` of the arguments,
    /// off the stack.
    pub fn drop_results(&mut self) {
        self.co.top = self.args_end;
    }

    // ---- values ----------------------------------------------------------------------------------

    /// The bytes of a string value; empty for other values.
    #[inline]
    pub fn bytes(&self, value: Value) -> &[u8] {
        match value.as_string() {
            Some(index) => self.heap.strings.bytes(index),
            None => &[],
        }
    }

    /// A string value with these bytes.
    ///
    /// # Errors
    /// When memory runs out.
    #[inline]
    pub fn string(&mut self, bytes: &[u8]) -> Result<Value, Failure> {
        self.heap.intern(bytes)
    }

    /// An empty table with room for `array_size` list items and `fields` fields.
    ///
    /// # Errors
    /// When memory runs out.
    pub fn new_table(&mut self, array_size: usize, fields: usize) -> Result<TableIndex, Failure> {
        self.heap.new_table(array_size, fields)
    }

    /// `table[key]` without metamethods.
    #[inline]
    pub fn raw_get(&self, table: TableIndex, key: Value) -> Value {
        self.heap.tables[table].get(key, &self.heap.strings)
    }

    /// `table[position]` without metamethods.
    #[inline]
    pub fn raw_get_position(&self, table: TableIndex, position: usize) -> Value {
        self.heap.tables[table].get_position(position, &self.heap.strings)
    }

    /// `table[key] = value` without metamethods.
    ///
    /// # Errors
    /// "Attempt to modify a readonly table"; a key that is nil or NaN; memory.
    #[inline]
    pub fn raw_set(&mut self, table: TableIndex, key: Value, value: Value) -> Result<(), Failure> {
        match self.heap.raw_set(table, key, value) {
            Ok(()) => Ok(()),
            Err(error) => Err(self.set_failure(error)),
        }
    }

    /// `table[position] = value` without metamethods.
    ///
    /// # Errors
    /// As [`Self::raw_set`].
    #[inline]
    pub fn raw_set_position(
        &mut self,
        table: TableIndex,
        position: usize,
        value: Value,
    ) -> Result<(), Failure> {
        self.raw_set(table, Value::number(position as f64), value)
    }

    fn set_failure(&mut self, error: crate::heap::WriteError) -> Failure {
        use crate::heap::WriteError;
        // PUC raises these inside the native, which has no position.
        match error {
            WriteError::ReadOnly => self.raise_text(b"Attempt to modify a readonly table"),
            WriteError::Set(SetError::NilKey) => self.raise_text(b"table index is nil"),
            WriteError::Set(SetError::NanKey) => self.raise_text(b"table index is NaN"),
            WriteError::Set(SetError::Overflow) => self.raise_text(b"table overflow"),
            WriteError::Set(SetError::Memory) => Failure::Memory,
        }
    }

    /// `#table` without metamethods (tables have none in Lua 5.1).
    pub fn raw_len(&self, table: TableIndex) -> usize {
        self.heap.tables[table].border(&self.heap.strings)
    }

    /// The first entry at or behind a traversal position (0 is the start): the position to go on from, key,
    /// and value. Cheaper than going from key to key; the table must not change meanwhile.
    #[inline]
    pub fn next_from(&self, table: TableIndex, position: usize) -> Option<(usize, Value, Value)> {
        self.heap.tables[table].next_from(position)
    }

    /// The table of globals of the running coroutine.
    pub fn globals(&self) -> TableIndex {
        self.co.globals
    }

    /// Appends what `tostring` gives for a value without metamethods.
    pub fn describe(&self, value: Value, out: &mut Vec<u8>) {
        self.heap.describe(value, out);
    }

    /// The number that a value is or converts to (`lua_tonumber`).
    pub fn to_number(&self, value: Value) -> Option<f64> {
        self.heap.to_number(value)
    }

    /// [`Self::to_number`], with fuel for the reading of a long string.
    pub(crate) fn read_number(&mut self, value: Value) -> Result<Option<f64>, Failure> {
        let units = self.bytes(value).len() as u64 / 16;
        if units > 0 {
            self.charge(units)?;
        }
        Ok(self.heap.to_number(value))
    }

    /// A metamethod of a value: the field of its metatable, nil when there is none.
    ///
    /// # Errors
    /// When memory for the name runs out.
    pub fn metafield(&mut self, value: Value, name: &str) -> Result<Value, Failure> {
        let metatable = self.heap.metatable_of(value);
        if !metatable.is_some() {
            return Ok(Value::NIL);
        }
        let key = self.heap.intern(name.as_bytes())?;
        Ok(self.raw_get(metatable, key))
    }

    /// An upvalue of this native, counted from 0.
    pub fn upvalue(&self, index: usize) -> Value {
        match self.co.stack[self.function].as_native() {
            Some(native) => {
                self.heap.natives[native].upvalues.get(index).copied().unwrap_or(Value::NIL)
            }
            None => Value::NIL,
        }
    }

    /// Replaces an upvalue of this native.
    pub fn set_upvalue(&mut self, index: usize, value: Value) {
        if let Some(native) = self.co.stack[self.function].as_native() {
            self.heap.barrier_native(native, value);
            if let Some(slot) = self.heap.natives[native].upvalues.get_mut(index) {
                *slot = value;
            }
        }
    }

    /// A native function with upvalues.
    ///
    /// # Errors
    /// When memory runs out.
    pub fn new_native(
        &mut self,
        name: &'static str,
        function: NativeFn,
        upvalues: &[Value],
    ) -> Result<Value, Failure> {
        let globals = self.co.globals;
        Ok(self.heap.new_native(name, function, upvalues, globals)?.into())
    }

    // ---- limits ----------------------------------------------------------------------------------

    /// Charges fuel for work about to be done. Running past what a step was given is allowed until the
    /// native returns; running past the limit of the whole run is not.
    ///
    /// # Errors
    /// [`Failure::Ended`] when the run's fuel is used up or the host has killed it.
    #[inline]
    pub fn charge(&mut self, units: u64) -> Result<(), Failure> {
        self.heap.charge_fuel(units)
    }

    /// Takes bytes of scratch memory from the budget; give them back with [`Self::refund`].
    ///
    /// # Errors
    /// When memory runs out.
    pub fn charge_memory(&mut self, bytes: usize) -> Result<(), Failure> {
        self.heap.budget.charge_silently(bytes)?;
        Ok(())
    }

    /// Gives scratch memory back.
    pub fn refund(&mut self, bytes: usize) {
        self.heap.budget.refund(bytes);
    }

    /// Leaves a request for the host; return [`Outcome::Host`] next.
    pub fn ask_host(&mut self, request: Box<dyn core::any::Any>) {
        self.heap.host_request = Some(request);
    }

    /// The host's answer; only in the continuation of [`Outcome::Host`].
    pub fn take_answer(&mut self) -> Option<Box<dyn core::any::Any>> {
        self.heap.host_answer.take()
    }

    /// The host's data of type `T`, if it was set.
    pub fn app_data<T: 'static>(&mut self) -> Option<&mut T> {
        self.heap.app_data.iter_mut().find_map(|data| data.downcast_mut::<T>())
    }
}

/// What C would print of these bytes with `%s`: all before the first NUL.
pub fn c_string(bytes: &[u8]) -> &[u8] {
    memchr::memchr(0, bytes).map_or(bytes, |end| &bytes[..end])
}

/// A failure for what only a defect of ours can cause.
#[cold]
pub(crate) fn internal() -> Failure {
    debug_assert!(false, "an invariant of the machine does not hold");
    Failure::Ended(Ending::Internal)
}

/// The name of a value's type as an error text has it.
pub(crate) fn type_name(value: Value) -> &'static str {
    match value.type_of() {
        Type::LightUserdata => "userdata",
        other => other.name(),
    }
}
