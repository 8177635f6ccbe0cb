//! What the machine does so that several runs can share it: changing stacks, and answering a native.

use crate::api::runs::Detached;
use crate::coroutine::{CalledBy, Status};
use crate::error::Failure;
use crate::limits;
use crate::machine::Machine;
use crate::native::CallContext;
use crate::value::Value;
use crate::vm::call::{self, Step};
use crate::vm::{State, Vm};

/// A run that has left the machine to others: [`Machine::park`] makes it, [`Machine::unpark`] takes it back.
///
/// Dropping it drops the run.
#[derive(Debug)]
pub struct Parked(Detached);

impl Machine {
    /// Takes the run in progress off the machine, which is then idle and may run something else.
    ///
    /// # Errors
    /// [`Failure::Memory`] when there is no room for another stack; the run stays where it is.
    pub fn park(&mut self) -> Result<Parked, Failure> {
        let stack = self.new_stack()?;
        let run = self.detach();
        self.attach(stack);
        Ok(Parked(run))
    }

    /// Puts a run back on the machine; one in progress is dropped. A run of another machine is not taken: the
    /// machine stays idle then.
    pub fn unpark(&mut self, run: Parked) {
        self.abort();
        if self.rooted(&run.0.stack).is_some() {
            let idle = self.detach();
            self.attach(run.0);
            drop(idle);
        }
    }

    /// An empty stack for a run.
    pub(super) fn new_stack(&mut self) -> Result<Detached, Failure> {
        let Vm { heap, depth_main, .. } = &mut self.vm;
        let globals = heap.globals;
        let index = heap.new_coroutine(globals)?;
        let co = &mut heap.coroutines[index];
        co.status = Status::Normal;
        co.hidden_frames = *depth_main as u8;
        co.frames_limit = limits::FRAMES_FIRST_MAX - usize::from(*depth_main);
        co.reserve(0, &mut heap.budget)?;
        Ok(Detached {
            running: index,
            stack: self.root(index.into()),
            #[cfg(feature = "debugger")]
            stepping: crate::vm::debugger::Stepping::default(),
            state: State::Idle,
            next: None,
            raised: None,
            fuel_used: 0,
            fuel_debt: 0,
        })
    }

    /// Takes the run in progress off the machine; [`Self::attach`] must follow.
    pub(super) fn detach(&mut self) -> Detached {
        let running = self.vm.heap.running;
        let stack = self.root(running.into());
        let raises = matches!(self.next, Some(Step::Fail(Failure::Raised)));
        let raised = raises.then(|| self.root(self.vm.heap.raised));
        // No script may resume it, and the collector finds its values in its slot.
        self.vm.co.status = Status::Normal;
        Detached {
            running,
            stack,
            #[cfg(feature = "debugger")]
            stepping: core::mem::take(&mut self.vm.heap.debugger.stepping),
            state: core::mem::replace(&mut self.vm.state, State::Idle),
            next: self.next.take(),
            raised,
            fuel_used: self.vm.fuel_used,
            fuel_debt: self.vm.heap.fuel.min(0),
        }
    }

    /// Puts a run on the machine, in the place of the one that was detached.
    pub(super) fn attach(&mut self, run: Detached) {
        if let Some(raised) = &run.raised {
            self.vm.heap.raised = self.rooted(raised).unwrap_or(Value::NIL);
        }
        let Vm { heap, co, .. } = &mut self.vm;
        if heap.running != run.running {
            call::switch(heap, co, run.running);
        }
        co.status = Status::Running;
        #[cfg(feature = "debugger")]
        {
            heap.debugger.stepping = run.stepping;
        }
        heap.fuel = run.fuel_debt;
        self.vm.state = run.state;
        self.vm.fuel_used = run.fuel_used;
        self.next = run.next;
    }

    /// Lends the native that waits for the host's answer.
    pub(super) fn with_waiting<R>(
        &mut self,
        body: impl FnOnce(&mut CallContext<'_>) -> R,
    ) -> Option<R> {
        if self.vm.state != State::Host || self.next.is_some() {
            return None;
        }
        let Vm { heap, co, .. } = &mut self.vm;
        let frame = co.frames.last()?;
        let (function, args_end) = (frame.function as usize, frame.top as usize);
        let by_call = frame.called_by == CalledBy::Instruction;
        let mut cx = CallContext {
            heap,
            co,
            function,
            args_end,
            results_at: args_end,
            has_frame: true,
            by_call,
        };
        Some(body(&mut cx))
    }

    /// Answers the native that waits with values, which its continuation finds as its results.
    pub(super) fn answer_with(&mut self, values: &[Value]) {
        if self.vm.state != State::Host || self.next.is_some() {
            return;
        }
        let Vm { heap, co, .. } = &mut self.vm;
        let at = co.top;
        self.next = Some(match co.reserve(at + values.len(), &mut heap.budget) {
            Ok(()) => {
                co.stack[at..at + values.len()].copy_from_slice(values);
                co.top = at + values.len();
                call::resume_native(heap, co, at)
            }
            Err(error) => Step::Fail(error.into()),
        });
        self.vm.state = State::OutOfFuel;
    }

    /// Lets the native that waits fail; the value of a raise is set.
    pub(super) fn fail_with(&mut self, failure: Failure) {
        if self.vm.state == State::Host && self.next.is_none() {
            self.next = Some(Step::Fail(failure));
            self.vm.state = State::OutOfFuel;
        }
    }
}
