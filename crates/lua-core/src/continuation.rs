//! What a native function that called another one is waiting for.
//!
//! Waiting is data: a native never calls the machine's loop. It returns [`Outcome::Call`] with one of
//! these, and when the called function has returned, the machine hands the value back to
//! `resume`, with the results on the stack.
//!
//! [`Outcome::Call`]: crate::native::Outcome::Call

use crate::error::Failure;
use crate::native::{CallContext, Outcome};
use crate::stdlib;

/// The state of a native function in progress. Values it needs lie in its arguments' slots.
#[derive(Debug)]
pub enum Continuation {
    /// `pcall`: the function's results follow `true`.
    Pcall,
    /// `xpcall`: the same; the handler lies in the native's first slot.
    Xpcall,
    /// `coroutine.resume` waits for a coroutine.
    Resume,
    /// A `coroutine.wrap` function waits for its coroutine.
    Wrap,
    /// The function's results are the native's results.
    ReturnResults,
    /// `tostring` waits for `__tostring`.
    ToString,
    /// `print` waits for `tostring` of the argument at this position.
    Print(u32),
    /// `load` waits for its reader; the pieces so far.
    Load(Box<Vec<u8>>),
    /// `table.foreach` goes on behind the key in its third slot.
    ForEach,
    /// `table.foreachi` goes on at this position, up to that one.
    ForEachI(u32, u32),
    /// `table.sort` waits for a comparison.
    Sort(Box<stdlib::table::SortState>),
    /// `string.gsub` waits for its replacement function or table.
    Gsub(Box<stdlib::string::GsubState>),
    /// `dofile`, `require` and kin: a step of a native in a library outside this list.
    Step(StepFn, u32),
    /// A protected call of a native outside this list: its step gets 0 when the function has returned, and 1
    /// with the error's value as the only result when it has raised.
    Protected(StepFn),
    /// A native whose call a hook is told of.
    HookedCall,
    /// A native whose return a hook is told of; its results wait above its function.
    HookedReturn(u32),
    /// A native of another crate: its function, and state that it boxed.
    Boxed(Box<(BoxedFn, Box<dyn core::any::Any>)>),
}

impl Continuation {
    /// Bytes of scratch memory that are charged for it.
    pub(crate) fn held_bytes(&self) -> usize {
        match self {
            Continuation::Load(source) => source.capacity(),
            Continuation::Gsub(state) => state.held_bytes(),
            _ => 0,
        }
    }
}

/// Goes on with a native whose state is one number.
pub type StepFn = fn(&mut CallContext<'_>, u32) -> Result<Outcome, Failure>;

/// Goes on with a native whose state is a box.
pub type BoxedFn = fn(&mut CallContext<'_>, Box<dyn core::any::Any>) -> Result<Outcome, Failure>;

// Outcomes travel in registers or two of them.
const _: () = assert!(size_of::<Continuation>() <= 16);

/// Goes on with a native whose call has returned; the results are `cx.results()`.
pub(crate) fn resume(
    cx: &mut CallContext<'_>,
    continuation: Continuation,
) -> Result<Outcome, Failure> {
    match continuation {
        Continuation::Pcall | Continuation::Xpcall => stdlib::base::pcall_returned(cx),
        Continuation::Resume => stdlib::coroutine::resumed(cx),
        Continuation::Wrap | Continuation::ReturnResults => cx.return_results(),
        Continuation::ToString => stdlib::base::tostring_returned(cx),
        Continuation::Print(position) => stdlib::base::print_step(cx, position),
        Continuation::Load(source) => stdlib::base::load_step(cx, source),
        Continuation::ForEach => stdlib::table::foreach_step(cx),
        Continuation::ForEachI(position, last) => stdlib::table::foreachi_step(cx, position, last),
        Continuation::Sort(state) => stdlib::table::sort_step(cx, state),
        Continuation::Gsub(state) => stdlib::string::gsub_step(cx, state),
        Continuation::HookedCall => crate::vm::hook::call_native(cx),
        Continuation::HookedReturn(count) => crate::vm::hook::return_from_native(cx, count),
        Continuation::Step(step, state) => step(cx, state),
        Continuation::Protected(step) => step(cx, 0),
        Continuation::Boxed(boxed) => {
            let (step, state) = *boxed;
            step(cx, state)
        }
    }
}
