//! `CallFuture`: a run as a future, for whatever executor the host has.
//!
//! It does not need one of its own: it steps the machine when it is polled, polls the future of an asynchronous
//! function when the script waits for one, and wakes itself when a slice of fuel is used up.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::api::convert::FromLuaMulti;
use crate::api::error::{Error, ErrorKind, Result};
use crate::api::function::Pending;
use crate::api::run::{Advance, Driver, Run};

/// Fuel of a poll: about a millisecond's work.
const SLICE: u64 = 1 << 16;

/// A call that is awaited; see [`crate::Function::call_async`]. Dropping it ends the call.
///
/// Several may be awaited at once: each has its own stack in the machine.
#[must_use = "futures do nothing unless they are awaited"]
pub struct CallFuture<R> {
    state: State,
    slice: u64,
    result: PhantomData<fn() -> R>,
}

enum State {
    Running(Run),
    /// The script waits for a function of the host.
    Awaiting(Run, Pending),
    Failed(Error),
    Over,
}

impl<R> fmt::Debug for CallFuture<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallFuture").field("slice", &self.slice).finish_non_exhaustive()
    }
}

impl<R> CallFuture<R> {
    pub(super) fn new(run: Result<Run>) -> Self {
        let state = match run {
            Ok(run) => State::Running(run),
            Err(error) => State::Failed(error),
        };
        CallFuture { state, slice: SLICE, result: PhantomData }
    }

    /// Sets how much fuel a poll may use before it yields to the executor.
    pub fn fuel_slice(mut self, units: u64) -> Self {
        self.slice = units.max(1);
        self
    }
}

impl<R: FromLuaMulti> Future for CallFuture<R> {
    type Output = Result<R>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<R>> {
        let mut left = self.slice;
        loop {
            match core::mem::replace(&mut self.state, State::Over) {
                State::Running(mut run) => {
                    let before = run.fuel_used();
                    match run.advance(left, Driver::Awaiting) {
                        Ok(Advance::Done(values)) => return Poll::Ready(run.convert(values)),
                        Ok(Advance::Await(pending)) => {
                            // A function that is always ready does not make a poll endless.
                            left = left.saturating_sub(run.fuel_used().saturating_sub(before));
                            self.state = State::Awaiting(run, pending);
                        }
                        Ok(Advance::OutOfFuel) => {
                            self.state = State::Running(run);
                            cx.waker().wake_by_ref();
                            return Poll::Pending;
                        }
                        Ok(Advance::HostCall(_)) => {
                            return Poll::Ready(Err(ErrorKind::Internal.into()));
                        }
                        Err(error) => return Poll::Ready(Err(error)),
                    }
                }
                State::Awaiting(mut run, mut pending) => {
                    let lua = run.lua().clone();
                    match lua.inside(run.id(), || pending.as_mut().poll(cx)) {
                        Poll::Ready(output) => {
                            if let Err(error) = run.answer_future(output) {
                                return Poll::Ready(Err(error));
                            }
                            self.state = State::Running(run);
                        }
                        Poll::Pending => {
                            self.state = State::Awaiting(run, pending);
                            return Poll::Pending;
                        }
                    }
                }
                State::Failed(error) => return Poll::Ready(Err(error)),
                State::Over => {
                    return Poll::Ready(Err(ErrorKind::RunState("the call is over").into()));
                }
            }
        }
    }
}
