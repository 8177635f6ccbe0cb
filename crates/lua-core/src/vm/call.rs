//! Calls and returns outside the loop's fast path: natives, continuations, metamethods, coroutines.
//!
//! Everything that happens between two instructions is a [`Step`], and [`drive`] takes steps until a Lua
//! frame is on top again or the machine has to stop. It is a loop, so however natives, metamethods and
//! coroutines nest, the host's stack does not deepen.

use lua_compiler::bytecode::Op;

use crate::continuation;
use crate::coroutine::{CalledBy, Coroutine, Frame, FrameKind, Status};
use crate::error::Failure;
use crate::handle::*;
use crate::heap::Heap;
use crate::limits;
use crate::native::{CallContext, Outcome, internal};
use crate::upvalue::Upvalue;
use crate::value::Value;
use crate::vm::arith::{self, Concatenation};
use crate::vm::hook;
use crate::vm::metamethod::Event;
use crate::vm::raise;

/// A function about to be called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallRequest {
    /// Stack index of the function; its arguments follow.
    pub(crate) at: usize,
    pub(crate) args: usize,
    /// Results wanted, -1 for all.
    pub(crate) wanted: i16,
    pub(crate) called_by: CalledBy,
    /// Nested native calls while it runs.
    pub(crate) depth: u16,
    /// See [`Frame::top`].
    pub(crate) aux: u32,
}

/// Results about to be handed to who called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delivery {
    /// Stack index of the function: its `count` results begin here.
    pub(crate) function: usize,
    pub(crate) count: usize,
    pub(crate) wanted: i16,
    pub(crate) called_by: CalledBy,
    pub(crate) aux: u32,
}

/// A native function in progress.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NativeCall {
    function: usize,
    args_end: usize,
    wanted: i16,
    called_by: CalledBy,
    depth: u16,
    aux: u32,
    has_frame: bool,
}

impl NativeCall {
    /// A native that a call instruction called, and that has no frame yet.
    pub(crate) fn by_instruction(
        function: usize,
        args_end: usize,
        wanted: i16,
        depth: u16,
    ) -> Self {
        let called_by = CalledBy::Instruction;
        Self { function, args_end, wanted, called_by, depth, aux: 0, has_frame: false }
    }
}

impl NativeCall {
    /// Stack index of the function.
    pub(crate) fn function(&self) -> usize {
        self.function
    }

    /// The native has a frame.
    pub(crate) fn has_frame(&self) -> bool {
        self.has_frame
    }

    /// The same call with its arguments ending elsewhere.
    pub(crate) fn with_args_end(self, args_end: usize) -> Self {
        Self { args_end, ..self }
    }
}

/// What happens next between two instructions.
#[derive(Debug)]
pub(crate) enum Step {
    /// Call a function.
    Call(CallRequest),
    /// A native has said what it wants.
    Native(NativeCall, Outcome),
    /// A function has returned.
    Deliver(Delivery),
    /// Something failed.
    Fail(Failure),
    /// The host has answered: the native frame on top goes on.
    Answered,
    /// A debugger stops the machine before the next instruction.
    #[cfg(feature = "debugger")]
    Pause,
    /// A Lua frame is on top.
    Done,
}

/// Why the machine leaves its loop, or goes on in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// The top frame is a Lua frame: go on with it.
    Reload,
    /// The first frame has returned: `count` results at stack index `at`.
    Finished { at: usize, count: usize },
    /// The fuel of this step is used up.
    OutOfFuel,
    /// The host is asked; its answer goes to the native frame on top.
    Host,
    /// A debugger wants to look around: the Lua frame on top stands before the first instruction of a line.
    #[cfg(feature = "debugger")]
    Paused,
}

/// Takes steps until a Lua frame is on top or the machine has to stop.
///
/// # Errors
/// When a failure is caught nowhere.
#[inline(never)]
pub(crate) fn drive(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    first: Step,
) -> Result<Flow, Failure> {
    let mut step = first;
    loop {
        let result = match step {
            Step::Call(request) => call(heap, co, request),
            Step::Native(native, outcome) => native_outcome(heap, co, native, outcome),
            Step::Deliver(delivery) => match deliver(heap, co, delivery) {
                Ok(Delivered::Step(step)) => Ok(step),
                Ok(Delivered::Flow(flow)) => return Ok(flow),
                Err(failure) => Err(failure),
            },
            Step::Fail(failure) => Err(failure),
            Step::Answered => {
                let results_at = co.top;
                Ok(resume_native(heap, co, results_at))
            }
            #[cfg(feature = "debugger")]
            Step::Pause => return Ok(Flow::Paused),
            Step::Done => return Ok(Flow::Reload),
        };
        step = match result {
            Ok(Step::Native(native, Outcome::Host { then })) => {
                let native = match with_frame(heap, co, native) {
                    Ok(native) => native,
                    Err(failure) => {
                        step = Step::Fail(failure);
                        continue;
                    }
                };
                park(co, then);
                co.top = native.args_end;
                return Ok(Flow::Host);
            }
            Ok(step) => step,
            Err(failure) => raise::handle(heap, co, failure)?,
        };
    }
}

// ---- calling -------------------------------------------------------------------------------------

/// The depth of a call that a native, a metamethod or a handler makes.
///
/// # Errors
/// "C stack overflow", "error in error handling".
pub(crate) fn deeper(heap: &mut Heap, co: &mut Coroutine) -> Result<u16, Failure> {
    let depth = co.frames.last().map_or(0, |frame| frame.depth) + 1;
    if depth < limits::NATIVE_DEPTH_MAX {
        return Ok(depth);
    }
    if depth == limits::NATIVE_DEPTH_MAX {
        let failure = raise::runtime_error(heap, co, b"C stack overflow");
        if let Some(frame) = co.frames.last_mut() {
            frame.depth = depth;
        }
        return Err(failure);
    }
    if depth >= limits::NATIVE_DEPTH_HANDLING_MAX {
        heap.raised = heap.intern(b"error in error handling")?;
        return Err(Failure::Raised);
    }
    Ok(depth)
}

fn call(heap: &mut Heap, co: &mut Box<Coroutine>, request: CallRequest) -> Result<Step, Failure> {
    let CallRequest { at, args, wanted, called_by, depth, aux } = request;
    let callee = co.stack[at];
    if let Some(closure) = callee.as_closure() {
        heap.charge_fuel(1)?;
        enter_lua(heap, co, closure, at, args, wanted, called_by, depth)?;
        if let Some(frame) = co.frames.last_mut() {
            frame.top = aux;
        }
        return Ok(Step::Done);
    }
    if let Some(native) = callee.as_native() {
        heap.charge_fuel(1)?;
        let args_end = at + 1 + args;
        co.reserve(args_end, &mut heap.budget)?;
        co.top = args_end;
        let call =
            NativeCall { function: at, args_end, wanted, called_by, depth, aux, has_frame: false };
        if co.hook.watches_natives() {
            return hook::enter_native(heap, co, call);
        }
        let function = heap.natives[native].function;
        let mut cx = CallContext {
            heap,
            co,
            function: at,
            args_end,
            results_at: args_end,
            has_frame: false,
            by_call: called_by == CalledBy::Instruction,
        };
        let result = function(&mut cx);
        let args_end = cx.args_end;
        return match result {
            Ok(outcome) => Ok(Step::Native(NativeCall { args_end, ..call }, outcome)),
            Err(failure) => {
                push_failed_native(heap, co, at, depth, called_by);
                Err(failure)
            }
        };
    }
    let args = insert_call_handler(heap, co, at, args)?;
    Ok(Step::Call(CallRequest { args, ..request }))
}

/// What is called at stack index `at` is not a function: its `__call` comes in its place and gets it as the first
/// argument. The number of arguments then.
///
/// # Errors
/// When it has none.
#[cold]
pub(crate) fn insert_call_handler(
    heap: &mut Heap,
    co: &mut Coroutine,
    at: usize,
    args: usize,
) -> Result<usize, Failure> {
    let callee = co.stack[at];
    let handler = heap.metamethod(callee, Event::Call);
    if !handler.is_function() {
        return Err(raise::type_error(heap, co, callee, b"call"));
    }
    co.reserve(at + args + 2, &mut heap.budget)?;
    co.stack.copy_within(at..=at + args, at + 1);
    co.stack[at] = handler;
    co.top = at + args + 2;
    Ok(args + 1)
}

/// What [`call_native_directly`] came to.
pub(crate) enum Direct {
    /// So many results, in the place of the function.
    Returned(usize),
    /// Another frame is on top, or the machine stops; the instruction that follows goes on with the results.
    Gone(Flow),
}

/// Calls a native whose results, however many, are all that the next instruction wants.
///
/// # Errors
/// Those of the native.
#[inline(never)]
pub(crate) fn call_native_directly(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    native: NativeIndex,
    at: usize,
    args: usize,
    depth: u16,
) -> Result<Direct, Failure> {
    let args_end = at + 1 + args;
    co.reserve(args_end, &mut heap.budget)?;
    co.top = args_end;
    let function = heap.natives[native].function;
    let mut cx = CallContext {
        heap,
        co,
        function: at,
        args_end,
        results_at: args_end,
        has_frame: false,
        by_call: true,
    };
    let result = function(&mut cx);
    let args_end = cx.args_end;
    match result {
        Ok(Outcome::Return(count)) if heap.fuel > 0 && !heap.collection_is_due() => {
            Ok(Direct::Returned(count as usize))
        }
        Ok(outcome) => {
            let native = NativeCall::by_instruction(at, args_end, -1, depth);
            finish_native(heap, co, native, outcome).map(Direct::Gone)
        }
        Err(failure) => {
            push_failed_native(heap, co, at, depth, CalledBy::Instruction);
            Err(failure)
        }
    }
}

/// Calls what a call instruction found that is no function (with hooks also what is one).
///
/// # Errors
/// Those of the call.
#[inline(never)]
pub(crate) fn call_value(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    at: usize,
    args: usize,
    wanted: i16,
    depth: u16,
) -> Result<Flow, Failure> {
    let called_by = CalledBy::Instruction;
    let mut args = args;
    if !co.stack[at].is_function() {
        args = insert_call_handler(heap, co, at, args)?;
        if let Some(closure) = co.stack[at].as_closure() {
            enter_lua(heap, co, closure, at, args, wanted, called_by, depth)?;
            if heap.fuel <= 0 {
                heap.check_ended()?;
                return Ok(Flow::OutOfFuel);
            }
            return Ok(Flow::Reload);
        }
    }
    drive(heap, co, Step::Call(CallRequest { at, args, wanted, called_by, depth, aux: 0 }))
}

/// A Lua function that was not called by an instruction has returned.
///
/// # Errors
/// Those of what goes on.
#[inline(never)]
pub(crate) fn returned(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    delivery: Delivery,
) -> Result<Flow, Failure> {
    if delivery.called_by == CalledBy::Metamethod {
        let value = if delivery.count == 0 { Value::NIL } else { co.stack[delivery.function] };
        return match finish_instruction(heap, co, value, false, delivery.aux)? {
            Step::Done => Ok(Flow::Reload),
            step => drive(heap, co, step),
        };
    }
    drive(heap, co, Step::Deliver(delivery))
}

/// Calls a native for an instruction of the Lua frame on top, and goes on until a Lua frame is on top again.
///
/// # Errors
/// Those of the native.
pub(crate) fn call_native(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    native: NativeIndex,
    at: usize,
    args: usize,
    wanted: i16,
    depth: u16,
) -> Result<Flow, Failure> {
    let args_end = at + 1 + args;
    co.reserve(args_end, &mut heap.budget)?;
    co.top = args_end;
    let function = heap.natives[native].function;
    let mut cx = CallContext {
        heap,
        co,
        function: at,
        args_end,
        results_at: args_end,
        has_frame: false,
        by_call: true,
    };
    let result = function(&mut cx);
    let args_end = cx.args_end;
    let outcome = match result {
        Ok(outcome) => outcome,
        Err(failure) => {
            push_failed_native(heap, co, at, depth, CalledBy::Instruction);
            return Err(failure);
        }
    };
    finish_native(heap, co, NativeCall::by_instruction(at, args_end, wanted, depth), outcome)
}

/// Does what a native that an instruction called has asked for, and goes on until a Lua frame is on top.
///
/// # Errors
/// Those of what it asked for.
pub(crate) fn finish_native(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    native: NativeCall,
    outcome: Outcome,
) -> Result<Flow, Failure> {
    let step = match outcome {
        Outcome::Return(count) => {
            let (at, wanted) = (native.function, native.wanted);
            if wanted > 1 {
                co.reserve(at + wanted as usize, &mut heap.budget)?;
            }
            adjust(co, at, count as usize, wanted);
            if heap.collection_is_due() { collect(heap, co)? } else { Step::Done }
        }
        Outcome::Yield { at, count } => yield_from(heap, co, native, at as usize, count as usize)?,
        Outcome::Resume { coroutine, at, args, then } => {
            resume_from(heap, co, native, coroutine, at as usize, args as usize, then)?
        }
        Outcome::Wait { at, args, results } => {
            let native = with_frame_or_forget(heap, co, native)?;
            let (at, args) = (at as usize, args as usize);
            if let Some(flow) = call_back(heap, co, at, args, results, native.args_end)? {
                return Ok(flow);
            }
            Step::Native(native, outcome)
        }
        Outcome::Call { at, args, results, then } if !native.has_frame => {
            let native = with_frame(heap, co, native)?;
            co.continuations.push(then);
            let end = native.args_end;
            if let Some(flow) = call_back(heap, co, at as usize, args as usize, results, end)? {
                return Ok(flow);
            }
            let Some(then) = co.continuations.pop() else { return Err(internal()) };
            Step::Native(native, Outcome::Call { at, args, results, then })
        }
        outcome => Step::Native(native, outcome),
    };
    if !matches!(step, Step::Done) {
        return drive(heap, co, step);
    }
    if heap.fuel <= 0 {
        heap.check_ended()?;
        return Ok(Flow::OutOfFuel);
    }
    Ok(Flow::Reload)
}

/// A frame for a native that failed, so that handlers and tracebacks see it.
#[cold]
pub(crate) fn push_failed_native(
    heap: &mut Heap,
    co: &mut Coroutine,
    function: usize,
    depth: u16,
    called_by: CalledBy,
) {
    let frame = Frame {
        proto: None,
        function: function as u32,
        base: function as u32 + 1,
        pc: 0,
        top: co.top as u32,
        tail_calls: 0,
        closure: ClosureIndex::NONE,
        wanted: 0,
        depth,
        kind: FrameKind::Native,
        called_by,
        waiting: false,
    };
    // Without memory for it the traceback is a line shorter.
    let _ = co.push_frame(frame, &mut heap.budget);
}

/// Pushes the frame of a Lua function whose arguments are in place.
///
/// # Errors
/// "stack overflow", memory.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "inlined into the loop, where each is a local")]
pub(crate) fn enter_lua(
    heap: &mut Heap,
    co: &mut Coroutine,
    closure: ClosureIndex,
    at: usize,
    args: usize,
    wanted: i16,
    called_by: CalledBy,
    depth: u16,
) -> Result<(), Failure> {
    let Some(proto) = heap.closures[closure].proto.clone() else { return Err(internal()) };
    let params = usize::from(proto.def.params);
    let mut base = at + 1;
    if proto.def.is_vararg {
        base = enter_vararg(heap, co, &proto.def, at, args)?;
    } else {
        co.reserve(base + args.saturating_sub(params), &mut heap.budget)?;
        if args < params {
            co.stack[base + args..base + params].fill(Value::NIL);
        }
    }
    if co.frames.len() >= co.frames_limit {
        return Err(frames_overflow(heap, co));
    }
    let frame = co.new_frame(&mut heap.budget)?;
    frame.proto = Some(proto);
    frame.function = at as u32;
    frame.base = base as u32;
    frame.pc = 0;
    frame.top = 0;
    frame.tail_calls = 0;
    frame.closure = closure;
    frame.wanted = wanted;
    frame.depth = depth;
    frame.kind = FrameKind::Lua;
    frame.called_by = called_by;
    frame.waiting = false;
    Ok(())
}

/// Moves the parameters of a vararg function above its arguments; returns the frame's base.
#[inline(never)]
fn enter_vararg(
    heap: &mut Heap,
    co: &mut Coroutine,
    def: &lua_compiler::Proto,
    at: usize,
    args: usize,
) -> Result<usize, Failure> {
    let params = usize::from(def.params);
    let first = at + 1;
    let extra = args.saturating_sub(params);
    let end = first + args.max(params);
    co.reserve(end + params + 1, &mut heap.budget)?;
    if args < params {
        co.stack[first + args..first + params].fill(Value::NIL);
    }
    for n in 0..params {
        co.stack[end + n] = core::mem::replace(&mut co.stack[first + n], Value::NIL);
    }
    if def.has_arg {
        let value = if def.needs_arg {
            // PUC 5.0's varargs: a table of the extra arguments, with their number in `n`.
            let table = heap.new_table(extra, 1)?;
            for n in 0..extra {
                heap.tables[table].array[n] = co.stack[first + params + n];
            }
            let key = heap.intern(b"n")?;
            heap.raw_set_own(table, key, Value::number(extra as f64))?;
            table.into()
        } else {
            Value::NIL
        };
        co.stack[end + params] = value;
    }
    Ok(end)
}

#[cold]
#[inline(never)]
pub(crate) fn frames_overflow(heap: &mut Heap, co: &mut Coroutine) -> Failure {
    if co.frames_limit > limits::FRAMES_MAX {
        // It happened while the first overflow is being handled.
        return match heap.intern(b"error in error handling") {
            Ok(value) => {
                heap.raised = value;
                Failure::Raised
            }
            Err(failure) => failure,
        };
    }
    co.frames_limit = limits::FRAMES_MAX + limits::FRAMES_HANDLING;
    raise::runtime_error(heap, co, b"stack overflow")
}

/// Calls a metamethod that is a Lua function, from the loop; false when it is something else.
///
/// # Errors
/// Those of the call.
// WebAssembly counts bytes: six instructions need it.
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline)]
pub(crate) fn enter_metamethod(
    heap: &mut Heap,
    co: &mut Coroutine,
    function: Value,
    args: &[Value],
    called_by: CalledBy,
    at: usize,
) -> Result<bool, Failure> {
    let Some(closure) = function.as_closure() else { return Ok(false) };
    let depth = deeper(heap, co)?;
    co.reserve(at + 1 + args.len(), &mut heap.budget)?;
    co.stack[at] = function;
    co.stack[at + 1..=at + args.len()].copy_from_slice(args);
    heap.fuel -= 1;
    enter_lua(heap, co, closure, at, args.len(), 1, called_by, depth)?;
    Ok(true)
}

/// Calls a metamethod with arguments above the registers of the frame on top.
///
/// # Errors
/// Those of the call.
pub(crate) fn call_metamethod(
    heap: &mut Heap,
    co: &mut Coroutine,
    function: Value,
    args: &[Value],
    called_by: CalledBy,
    aux: u32,
) -> Result<Step, Failure> {
    let depth = deeper(heap, co)?;
    let at = match co.frames.last() {
        Some(frame) => match co.frame_proto(frame, heap) {
            Some(proto) => frame.base as usize + usize::from(proto.def.registers),
            None => co.top,
        },
        None => co.top,
    };
    co.reserve(at + 1 + args.len(), &mut heap.budget)?;
    co.stack[at] = function;
    co.stack[at + 1..=at + args.len()].copy_from_slice(args);
    co.top = at + 1 + args.len();
    Ok(Step::Call(CallRequest { at, args: args.len(), wanted: 1, called_by, depth, aux }))
}

// ---- natives -------------------------------------------------------------------------------------

/// Gives a native that goes on calling a frame of its own.
#[inline(always)]
pub(crate) fn with_frame(
    heap: &mut Heap,
    co: &mut Coroutine,
    native: NativeCall,
) -> Result<NativeCall, Failure> {
    if native.has_frame {
        if let Some(frame) = co.frames.last_mut() {
            frame.top = native.args_end as u32;
        }
        return Ok(native);
    }
    if co.frames.len() >= co.frames_limit {
        return Err(frames_overflow(heap, co));
    }
    let frame = Frame {
        proto: None,
        function: native.function as u32,
        base: native.function as u32 + 1,
        pc: native.aux,
        top: native.args_end as u32,
        tail_calls: 0,
        closure: co.stack[native.function]
            .as_native()
            .map_or(ClosureIndex::NONE, |native| ClosureIndex(native.0)),
        wanted: native.wanted,
        depth: native.depth,
        kind: FrameKind::Native,
        called_by: native.called_by,
        waiting: false,
    };
    co.push_frame(frame, &mut heap.budget)?;
    Ok(NativeCall { has_frame: true, ..native })
}

/// [`with_frame`] for a native whose continuation waits already; when there is no frame for it, nothing waits.
fn with_frame_or_forget(
    heap: &mut Heap,
    co: &mut Coroutine,
    native: NativeCall,
) -> Result<NativeCall, Failure> {
    let result = with_frame(heap, co, native);
    if result.is_err()
        && let Some(continuation) = co.continuations.pop()
    {
        heap.budget.refund(continuation.held_bytes());
    }
    result
}

/// The native frame on top waits.
pub(crate) fn park(co: &mut Coroutine, then: crate::continuation::Continuation) {
    if let Some(frame) = co.frames.last_mut() {
        frame.waiting = true;
    }
    co.continuations.push(then);
}

fn native_outcome(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    native: NativeCall,
    outcome: Outcome,
) -> Result<Step, Failure> {
    match outcome {
        Outcome::Return(_) | Outcome::HookSet => {
            let count = if let Outcome::Return(count) = outcome { count } else { 0 };
            if co.hook.mask & hook::mask::RETURN != 0
                && let Some(step) = hook::leave_native(heap, co, native, count as usize)?
            {
                return Ok(step);
            }
            if native.has_frame {
                co.frames.pop();
            }
            Ok(Step::Deliver(Delivery {
                function: native.function,
                count: count as usize,
                wanted: native.wanted,
                called_by: native.called_by,
                aux: native.aux,
            }))
        }
        Outcome::Wait { at, args, results } => {
            with_frame_or_forget(heap, co, native)?;
            let Some(then) = co.continuations.pop() else { return Err(internal()) };
            let outcome = Outcome::Call { at, args, results, then };
            native_outcome(heap, co, NativeCall { has_frame: true, ..native }, outcome)
        }
        Outcome::Call { at, args, results, then } => {
            with_frame(heap, co, native)?;
            // The wait begins before the check for depth: a `pcall` that is nested too deeply catches its own
            // "C stack overflow" (PUC `ldo.c`, `luaD_pcall` around `luaD_call`).
            park(co, then);
            let depth = deeper(heap, co)?;
            Ok(Step::Call(CallRequest {
                at: at as usize,
                args: args as usize,
                wanted: results,
                called_by: CalledBy::Native,
                depth,
                aux: 0,
            }))
        }
        Outcome::TailCall { at, args } => {
            if native.has_frame {
                co.frames.pop();
            }
            let (at, args) = (at as usize, args as usize);
            co.stack.copy_within(at..=at + args, native.function);
            co.top = native.function + 1 + args;
            Ok(Step::Call(CallRequest {
                at: native.function,
                args,
                wanted: native.wanted,
                called_by: native.called_by,
                depth: native.depth,
                aux: native.aux,
            }))
        }
        Outcome::Yield { at, count } => yield_from(heap, co, native, at as usize, count as usize),
        Outcome::Resume { coroutine, at, args, then } => {
            resume_from(heap, co, native, coroutine, at as usize, args as usize, then)
        }
        // `drive` stops the machine before it comes here.
        Outcome::Host { .. } => Ok(Step::Native(native, outcome)),
    }
}

/// Enters the Lua function at stack index `at` for the native frame on top, whose continuation waits. `None` when
/// it is not one, or nested too deeply: then [`drive`] finds out what is to be done.
#[inline(always)]
fn call_back(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    at: usize,
    args: usize,
    wanted: i16,
    args_end: usize,
) -> Result<Option<Flow>, Failure> {
    let Some(closure) = co.stack[at].as_closure() else { return Ok(None) };
    let Some(frame) = co.frames.last_mut() else { return Err(internal()) };
    let depth = frame.depth + 1;
    if depth >= limits::NATIVE_DEPTH_MAX {
        return Ok(None);
    }
    frame.waiting = true;
    frame.top = args_end as u32;
    heap.fuel -= 1;
    enter_lua(heap, co, closure, at, args, wanted, CalledBy::Native, depth)?;
    if heap.fuel <= 0 {
        heap.check_ended()?;
        return Ok(Some(Flow::OutOfFuel));
    }
    Ok(Some(Flow::Reload))
}

/// A Lua function that a native called has returned: `count` results at stack index `function`. The native goes
/// on, and what `table.sort` and kin ask for, to call a Lua function again, begins without a detour.
///
/// # Errors
/// Those of the native.
#[inline(never)]
pub(crate) fn callback_returned(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    function: usize,
    count: usize,
    wanted: i16,
) -> Result<Flow, Failure> {
    if count == 1 && wanted == 1 {
        co.top = function + 1;
    } else {
        co.reserve(function + wanted.max(0) as usize, &mut heap.budget)?;
        adjust(co, function, count, wanted);
    }
    let Some(frame) = co.frames.last_mut() else { return Err(internal()) };
    let native = awaken(frame);
    // The outcome is looked at where the native wrote it: to move it would cost more than the call.
    match continue_native(heap, co, &native, function) {
        (args_end, Ok(Outcome::Wait { at, args, results })) => {
            if let Some(flow) = call_back(heap, co, at as usize, args as usize, results, args_end)?
            {
                return Ok(flow);
            }
            let outcome = Outcome::Wait { at, args, results };
            drive_native(heap, co, native, args_end, Ok(outcome))
        }
        (_, Ok(Outcome::Return(count)))
            if native.called_by == CalledBy::Instruction && !co.hook.watches_natives() =>
        {
            co.frames.pop_in_place();
            finish_native(heap, co, native, Outcome::Return(count))
        }
        (args_end, result) => drive_native(heap, co, native, args_end, result),
    }
}

/// Does what a native has asked for, whatever it is.
#[cold]
#[inline(never)]
fn drive_native(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    native: NativeCall,
    args_end: usize,
    result: Result<Outcome, Failure>,
) -> Result<Flow, Failure> {
    drive(heap, co, Step::Native(NativeCall { args_end, ..native }, result?))
}

/// Goes on with the native frame on top; the results it waited for lie from `results_at` to `co.top`.
pub(crate) fn resume_native(heap: &mut Heap, co: &mut Coroutine, results_at: usize) -> Step {
    let Some(frame) = co.frames.last_mut() else { return Step::Fail(internal()) };
    let native = awaken(frame);
    match continue_native(heap, co, &native, results_at) {
        (args_end, Ok(outcome)) => Step::Native(NativeCall { args_end, ..native }, outcome),
        (_, Err(failure)) => Step::Fail(failure),
    }
}

/// The native frame on top is done without having run again: its `count` results begin at its function.
pub(crate) fn native_done(co: &mut Coroutine, count: usize) -> Step {
    let Some(frame) = co.frames.last_mut() else { return Step::Fail(internal()) };
    Step::Native(awaken(frame), Outcome::Return(count as u32))
}

/// A native frame waits no longer.
#[inline(always)]
fn awaken(frame: &mut Frame) -> NativeCall {
    let native = NativeCall {
        function: frame.function as usize,
        args_end: frame.top as usize,
        wanted: frame.wanted,
        called_by: frame.called_by,
        depth: frame.depth,
        aux: frame.pc,
        has_frame: true,
    };
    frame.waiting = false;
    native
}

/// Runs the native frame on top until it has said what it wants next; also the end of its arguments.
#[inline(always)]
fn continue_native(
    heap: &mut Heap,
    co: &mut Coroutine,
    native: &NativeCall,
    results_at: usize,
) -> (usize, Result<Outcome, Failure>) {
    let Some(continuation) = co.continuations.pop() else {
        return (native.args_end, Err(internal()));
    };
    if let Err(error) = co.reserve(co.top, &mut heap.budget) {
        heap.budget.refund(continuation.held_bytes());
        return (native.args_end, Err(error.into()));
    }
    let mut cx = CallContext {
        heap,
        co,
        function: native.function,
        args_end: native.args_end,
        results_at,
        has_frame: true,
        by_call: native.called_by == CalledBy::Instruction,
    };
    let result = continuation::resume(&mut cx, continuation);
    (cx.args_end, result)
}

/// Goes on with the native frame on top, whose protected call has raised `value`.
pub(crate) fn resume_protected(
    heap: &mut Heap,
    co: &mut Coroutine,
    step: continuation::StepFn,
    value: Value,
) -> Step {
    co.continuations.pop();
    co.continuations.push(continuation::Continuation::Step(step, 1));
    let Some(frame) = co.frames.last() else { return Step::Fail(internal()) };
    let results_at = frame.top as usize;
    if let Err(error) = co.reserve(results_at + 1, &mut heap.budget) {
        return Step::Fail(error.into());
    }
    co.stack[results_at] = value;
    co.top = results_at + 1;
    resume_native(heap, co, results_at)
}

// ---- returning -----------------------------------------------------------------------------------

enum Delivered {
    Step(Step),
    Flow(Flow),
}

/// Cuts or fills results to what is wanted; for all of them, remembers where they end.
#[inline]
pub(crate) fn adjust(co: &mut Coroutine, function: usize, count: usize, wanted: i16) {
    if wanted < 0 {
        co.top = function + count;
        return;
    }
    let wanted = wanted as usize;
    if count < wanted {
        co.stack[function + count..function + wanted].fill(Value::NIL);
    }
    co.top = function + wanted;
}

fn deliver(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    delivery: Delivery,
) -> Result<Delivered, Failure> {
    let Delivery { function, count, wanted, called_by, aux } = delivery;
    match called_by {
        CalledBy::Instruction => {
            co.reserve(function + wanted.max(0) as usize, &mut heap.budget)?;
            adjust(co, function, count, wanted);
            after_native_call(heap, co)
        }
        CalledBy::Native => {
            co.reserve(function + wanted.max(0) as usize, &mut heap.budget)?;
            adjust(co, function, count, wanted);
            Ok(Delivered::Step(resume_native(heap, co, function)))
        }
        CalledBy::Metamethod | CalledBy::NegatedMetamethod => {
            let value = if count == 0 { Value::NIL } else { co.stack[function] };
            let negated = called_by == CalledBy::NegatedMetamethod;
            // A comparison may have jumped back: loops need a safepoint.
            match finish_instruction(heap, co, value, negated, aux)? {
                Step::Done => after_native_call(heap, co),
                step => Ok(Delivered::Step(step)),
            }
        }
        CalledBy::Entry => {
            if co.resumer.is_some() {
                co.status = Status::Dead;
                return Ok(Delivered::Step(hand_over(heap, co, function, count)?));
            }
            Ok(Delivered::Flow(Flow::Finished { at: function, count }))
        }
        CalledBy::Finalizer => {
            co.hook.unmute();
            co.top = aux as usize;
            after_native_call(heap, co)
        }
        CalledBy::Hook => Ok(Delivered::Step(hook::finished(heap, co, aux as usize))),
        CalledBy::ErrorHandler => {
            heap.raised = if count == 0 { Value::NIL } else { co.stack[function] };
            // The handler has spoken: the nearest catcher takes its word for the error.
            match raise::catcher_index(co) {
                Some(index) => Ok(Delivered::Step(raise::catch(heap, co, index))),
                None => Err(internal()),
            }
        }
    }
}

/// A safepoint after a native has returned to a Lua frame.
fn after_native_call(heap: &mut Heap, co: &mut Coroutine) -> Result<Delivered, Failure> {
    if heap.collection_is_due() {
        return Ok(Delivered::Step(collect(heap, co)?));
    }
    if heap.fuel <= 0 {
        heap.check_ended()?;
        return Ok(Delivered::Flow(Flow::OutOfFuel));
    }
    Ok(Delivered::Step(Step::Done))
}

/// Lets the collector work, with the Lua frame on top at a safepoint, and calls a finaliser if one is due:
/// one a step, as PUC does, so that finalisers are not interrupted by each other without need.
///
/// # Errors
/// Those of the finaliser's call.
pub(crate) fn collect(heap: &mut Heap, co: &mut Coroutine) -> Result<Step, Failure> {
    let limit = co.live_limit(heap);
    if heap.collection_is_due() {
        heap.collect_step(co, heap.running, limit);
    }
    if let Some(userdata) = heap.gc.finalizable.pop_front() {
        return call_finalizer(heap, co, userdata, limit);
    }
    Ok(Step::Done)
}

fn call_finalizer(
    heap: &mut Heap,
    co: &mut Coroutine,
    userdata: UserdataIndex,
    limit: usize,
) -> Result<Step, Failure> {
    let handler = heap.metamethod(userdata.into(), Event::Gc);
    if handler.is_nil() {
        return Ok(Step::Done);
    }
    let depth = deeper(heap, co)?;
    let top = co.top;
    co.reserve(limit + 2, &mut heap.budget)?;
    co.stack[limit] = handler;
    co.stack[limit + 1] = userdata.into();
    co.top = limit + 2;
    co.hook.mute();
    Ok(Step::Call(CallRequest {
        at: limit,
        args: 1,
        wanted: 0,
        called_by: CalledBy::Finalizer,
        depth,
        aux: top as u32,
    }))
}

/// Puts a metamethod's result where the instruction that called it wants it.
pub(crate) fn finish_instruction(
    heap: &mut Heap,
    co: &mut Coroutine,
    value: Value,
    negated: bool,
    aux: u32,
) -> Result<Step, Failure> {
    let Some(frame) = co.frames.last() else { return Err(internal()) };
    let (base, pc) = (frame.base as usize, frame.pc as usize);
    let Some(proto) = co.frame_proto(frame, heap) else { return Err(internal()) };
    let code = proto.code();
    let Some(&instruction) = code.get(pc.wrapping_sub(1)) else { return Err(internal()) };
    match instruction.op {
        Op::GetIndex
        | Op::GetField
        | Op::GetInt
        | Op::GetGlobal
        | Op::GetGlobalWide
        | Op::Method
        | Op::MethodWide
        | Op::Add
        | Op::Sub
        | Op::Mul
        | Op::Div
        | Op::Mod
        | Op::Pow
        | Op::AddK
        | Op::SubK
        | Op::MulK
        | Op::DivK
        | Op::ModK
        | Op::PowK
        | Op::KAdd
        | Op::KSub
        | Op::KMul
        | Op::KDiv
        | Op::KMod
        | Op::KPow
        | Op::Neg
        | Op::Len => {
            co.stack[base + instruction.a as usize] = value;
            Ok(Step::Done)
        }
        Op::Concat => {
            let at = aux as usize;
            co.stack[at] = value;
            let first = base + instruction.b as usize;
            match arith::concatenate(heap, co, first, at)? {
                Concatenation::Done => {
                    co.stack[base + instruction.a as usize] = co.stack[first];
                    Ok(Step::Done)
                }
                Concatenation::Call { function, at } => {
                    let args = [co.stack[at], co.stack[at + 1]];
                    call_metamethod(heap, co, function, &args, CalledBy::Metamethod, at as u32)
                }
            }
        }
        Op::Eq | Op::EqK | Op::Lt | Op::Le | Op::LtK | Op::LeK | Op::KLt | Op::KLe => {
            let holds = value.is_truthy() != negated;
            let offset = if holds == (instruction.c != 0) {
                code.get(pc).map_or(0, |jump| jump.se() as isize)
            } else {
                0
            };
            if let Some(frame) = co.frames.last_mut() {
                frame.pc = (pc as isize + 1 + offset) as u32;
            }
            Ok(Step::Done)
        }
        _ => Ok(Step::Done),
    }
}

// ---- upvalues ------------------------------------------------------------------------------------

/// Closes every upvalue at or above stack index `from`.
#[inline(never)]
pub(crate) fn close_upvalues(heap: &mut Heap, co: &mut Coroutine, from: usize) {
    while let Some(&index) = co.open.last() {
        let at = heap.upvalues[index].at as usize;
        if at < from {
            break;
        }
        co.open.pop();
        let value = co.stack[at];
        heap.upvalues[index].value = value;
        heap.upvalues[index].at = Upvalue::CLOSED;
        heap.barrier_upvalue(index, value);
    }
    co.open_top = co.open.last().map_or(0, |&index| heap.upvalues[index].at + 1);
}

/// The upvalue of the variable at stack index `at`, open; one per variable.
pub(crate) fn find_upvalue(
    heap: &mut Heap,
    co: &mut Coroutine,
    at: usize,
) -> Result<UpvalueIndex, Failure> {
    let mut position = co.open.len();
    while position > 0 {
        let index = co.open[position - 1];
        let open_at = heap.upvalues[index].at as usize;
        if open_at == at {
            return Ok(index);
        }
        if open_at < at {
            break;
        }
        position -= 1;
    }
    let index = heap.new_upvalue(Value::NIL, at as u32, heap.running)?;
    co.open.insert(position, index);
    co.open_top = co.open_top.max(at as u32 + 1);
    Ok(index)
}

// ---- coroutines ----------------------------------------------------------------------------------

/// Makes `next` the running coroutine: its stacks come to `co`, and those of the one that ran go to its
/// slot in the heap.
#[inline]
pub(crate) fn switch(heap: &mut Heap, co: &mut Box<Coroutine>, next: CoroutineIndex) {
    let running = heap.running;
    // The placeholder in the running coroutine's slot carries its mark.
    co.mark = heap.coroutines[running].mark;
    core::mem::swap(co, &mut heap.coroutines[running]);
    core::mem::swap(co, &mut heap.coroutines[next]);
    heap.coroutines[next].mark = co.mark;
    heap.coroutines[next].status = Status::Running;
    heap.running = next;
}

/// Back to the coroutine that resumed the running one, whose status is already set.
pub(crate) fn switch_to_resumer(heap: &mut Heap, co: &mut Box<Coroutine>) {
    let resumer = core::mem::replace(&mut co.resumer, CoroutineIndex::NONE);
    switch(heap, co, resumer);
    co.status = Status::Running;
}

/// A native that a call instruction called resumes a coroutine.
///
/// # Errors
/// Those of the call.
pub(crate) fn resume_from(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    native: NativeCall,
    coroutine: CoroutineIndex,
    at: usize,
    args: usize,
    then: continuation::Continuation,
) -> Result<Step, Failure> {
    with_frame(heap, co, native)?;
    park(co, then);
    resume_coroutine(heap, co, coroutine, at, args)
}

/// Puts the coroutine in the place of the running one and starts or continues it.
fn resume_coroutine(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    coroutine: CoroutineIndex,
    at: usize,
    args: usize,
) -> Result<Step, Failure> {
    let depth = co.frames.last().map_or(0, |frame| frame.depth) + 1;
    if depth > limits::NATIVE_DEPTH_MAX {
        // PUC's `lua_resume` reports it as the coroutine's error, without ending the coroutine.
        heap.raised = heap.intern(b"C stack overflow")?;
        let Some(continuation) = co.continuations.pop() else { return Err(internal()) };
        let Some(frame) = co.frames.last_mut() else { return Err(internal()) };
        frame.waiting = false;
        if !matches!(continuation, continuation::Continuation::Resume) {
            raise::add_position(heap, co, co.frames.len().saturating_sub(1));
            return Err(Failure::Raised);
        }
        let function = frame.function as usize;
        co.stack[function] = Value::FALSE;
        co.stack[function + 1] = heap.raised;
        return Ok(native_done(co, 2));
    }
    let start = {
        let target = &mut heap.coroutines[coroutine];
        match target.yielded {
            Some((function, _, _)) => function as usize,
            None => target.top,
        }
    };
    {
        let Heap { coroutines, budget, .. } = heap;
        let target = &mut coroutines[coroutine];
        target.reserve(start + args, budget)?;
        target.stack[start..start + args].copy_from_slice(&co.stack[at..at + args]);
        target.top = start + args;
        target.resumer = heap.running;
    }
    co.status = Status::Normal;
    switch(heap, co, coroutine);
    co.status = Status::Running;
    co.depth_base = depth;
    match co.yielded.take() {
        Some((function, wanted, called_by)) => {
            // Frames keep the depth they began with; only the difference to the base counts.
            let old_base = co.frames.as_slice().first().map_or(depth, |frame| frame.depth);
            if old_base != depth {
                for frame in co.frames.as_mut_slice() {
                    frame.depth = (frame.depth + depth).saturating_sub(old_base);
                }
            }
            if called_by == CalledBy::Instruction {
                // The usual case: a call instruction's results arrive.
                if wanted > 0 {
                    co.reserve(function as usize + wanted as usize, &mut heap.budget)?;
                }
                adjust(co, function as usize, args, wanted);
                return Ok(Step::Done);
            }
            Ok(Step::Deliver(Delivery {
                function: function as usize,
                count: args,
                wanted,
                called_by,
                aux: 0,
            }))
        }
        None => Ok(Step::Call(CallRequest {
            at: start - 1,
            args,
            wanted: -1,
            called_by: CalledBy::Entry,
            depth,
            aux: 0,
        })),
    }
}

pub(crate) fn yield_from(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    native: NativeCall,
    at: usize,
    count: usize,
) -> Result<Step, Failure> {
    if !co.resumer.is_some() || native.depth > co.depth_base {
        if !native.has_frame {
            push_failed_native(heap, co, native.function, native.depth, native.called_by);
        }
        heap.raised = heap.intern(b"attempt to yield across metamethod/C-call boundary")?;
        return Err(Failure::Raised);
    }
    if native.has_frame {
        co.frames.pop();
    }
    co.yielded = Some((native.function as u32, native.wanted, native.called_by));
    co.status = Status::Suspended;
    hand_over(heap, co, at, count)
}

/// Hands `count` values at `at` to the resumer, and goes on there.
#[inline(always)]
fn hand_over(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    at: usize,
    count: usize,
) -> Result<Step, Failure> {
    let from = heap.running;
    co.top = at + count;
    switch_to_resumer(heap, co);
    if let Some(done) = hand_over_directly(heap, co, from, at, count)? {
        return Ok(done);
    }
    let results_at = co.top;
    co.reserve(results_at + count, &mut heap.budget)?;
    let source = &heap.coroutines[from];
    co.stack[results_at..results_at + count].copy_from_slice(&source.stack[at..at + count]);
    leave(heap, from, at);
    co.top = results_at + count;
    Ok(resume_native(heap, co, results_at))
}

/// The usual case of [`hand_over`]: a call instruction called `coroutine.resume` or a wrap function, and its
/// results are these values.
#[inline(always)]
fn hand_over_directly(
    heap: &mut Heap,
    co: &mut Coroutine,
    from: CoroutineIndex,
    at: usize,
    count: usize,
) -> Result<Option<Step>, Failure> {
    let Some(frame) = co.frames.last() else { return Ok(None) };
    let (function, wanted) = (frame.function as usize, frame.wanted);
    if frame.called_by != CalledBy::Instruction || co.hook.watches_natives() {
        return Ok(None);
    }
    let flags = match co.continuations.pop() {
        Some(continuation::Continuation::Wrap) => 0,
        Some(continuation::Continuation::Resume) => 1,
        Some(other) => {
            co.continuations.push(other);
            return Ok(None);
        }
        None => return Ok(None),
    };
    co.frames.pop_in_place();
    co.reserve(function + flags + count.max(wanted.max(0) as usize), &mut heap.budget)?;
    if flags == 1 {
        co.stack[function] = Value::TRUE;
    }
    let first = function + flags;
    co.stack[first..first + count].copy_from_slice(&heap.coroutines[from].stack[at..at + count]);
    leave(heap, from, at);
    adjust(co, function, flags + count, wanted);
    Ok(Some(Step::Done))
}

/// A finished coroutine needs no stack.
#[inline(never)]
fn bury(dead: &mut Coroutine, budget: &mut crate::heap::charge::Budget) {
    budget.refund(dead.bytes);
    dead.stack = Vec::new();
    dead.frames = crate::coroutine::Frames::default();
    dead.top = 0;
    dead.bytes = 0;
}

/// What is left of a coroutine that yielded or ended after its values were taken from `at` on.
#[inline(always)]
fn leave(heap: &mut Heap, from: CoroutineIndex, at: usize) {
    let left = &mut heap.coroutines[from];
    if left.status == Status::Dead {
        bury(left, &mut heap.budget);
    } else {
        left.top = left.yielded.map_or(at, |(function, _, _)| function as usize + 1);
    }
}
