//! The virtual machine: a state machine that runs Lua functions and can stop between any two instructions.
//!
//! ```text
//! Idle ──start──▶ Running ──▶ Finished | failure
//!                  │  ▲
//!                  ▼  │ step(fuel) / answer(reply)
//!                Suspended(OutOfFuel | Host)
//! ```

pub(crate) mod arith;
pub(crate) mod call;
#[cfg(feature = "debugger")]
pub(crate) mod debugger;
pub(crate) mod hook;
pub(crate) mod index;
pub(crate) mod metamethod;
pub(crate) mod raise;
pub(crate) mod run;
mod slow;

use crate::coroutine::{CalledBy, Coroutine, Status};
use crate::error::{Ending, Failure};
use crate::heap::Heap;
use crate::value::Value;
use call::{CallRequest, Flow, Step};

/// Where a machine stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Nothing runs.
    Idle,
    /// A run waits for fuel.
    OutOfFuel,
    /// A run waits for the host's answer.
    Host,
}

/// A machine: a heap, and the coroutine that runs.
#[derive(Debug)]
pub(crate) struct Vm {
    pub(crate) heap: Heap,
    /// The running coroutine's stacks; its slot in the heap holds a placeholder.
    pub(crate) co: Box<Coroutine>,
    pub(crate) state: State,
    /// Fuel that the whole run may use, from its start.
    pub(crate) fuel_limit: u64,
    /// Fuel used by earlier steps of the run.
    pub(crate) fuel_used: u64,
    /// Nested native calls of the host below a run.
    pub(crate) depth_main: u16,
    /// What `heap.fuel` was when the step began.
    step_start: i64,
}

/// Nested native calls, and frames, of a host below what it runs (PUC: `lua.c` calls a program inside two
/// protected calls).
const DEPTH_MAIN: u16 = 2;

impl Vm {
    /// A machine with an empty heap and no libraries.
    ///
    /// # Errors
    /// When the memory limit is too small for it.
    pub(crate) fn new(memory_limit: usize, seeds: [u64; 4]) -> Result<Vm, Failure> {
        let mut heap = Heap::new(memory_limit, seeds)?;
        let globals = heap.globals;
        let main = heap.new_coroutine(globals)?;
        heap.running = main;
        let mut co = core::mem::replace(&mut heap.coroutines[main], placeholder());
        heap.coroutines[main].mark = co.mark;
        co.status = Status::Running;
        co.globals = globals;
        co.reserve(0, &mut heap.budget)?;
        let mut vm = Vm {
            heap,
            co,
            state: State::Idle,
            fuel_limit: u64::MAX,
            fuel_used: 0,
            depth_main: 0,
            step_start: 0,
        };
        vm.set_host_depth(DEPTH_MAIN);
        Ok(vm)
    }

    /// Sets how many nested native calls, each with a frame, the host has below a run.
    pub(crate) fn set_host_depth(&mut self, depth: u16) {
        self.depth_main = depth;
        self.co.hidden_frames = depth as u8;
        self.co.frames_limit = crate::limits::FRAMES_FIRST_MAX - usize::from(depth);
    }

    /// Prepares a call of a function; nothing runs yet.
    ///
    /// # Errors
    /// When memory for the arguments runs out.
    pub(crate) fn start(&mut self, function: Value, args: &[Value]) -> Result<Step, Failure> {
        let at = self.co.top;
        self.co.reserve(at + 1 + args.len(), &mut self.heap.budget)?;
        self.co.stack[at] = function;
        self.co.stack[at + 1..=at + args.len()].copy_from_slice(args);
        self.co.top = at + 1 + args.len();
        self.fuel_used = 0;
        self.heap.fuel = 0;
        self.heap.traceback.clear();
        Ok(Step::Call(CallRequest {
            at,
            args: args.len(),
            wanted: -1,
            called_by: CalledBy::Entry,
            depth: self.depth_main,
            aux: 0,
        }))
    }

    /// Runs for about `fuel` units, from `step` on.
    ///
    /// # Errors
    /// The run's failure; the machine is idle then.
    pub(crate) fn run(&mut self, step: Step, fuel: u64) -> Result<Flow, Failure> {
        let fuel = fuel.min(i64::MAX as u64 / 4) as i64;
        // What the last step overran is paid for first.
        let left = self.fuel_limit.saturating_sub(self.fuel_used).min(i64::MAX as u64 / 4) as i64;
        // Never more than the whole run has left, or its limit would be looked at only when the step ends.
        let granted = (self.heap.fuel.min(0) + fuel).min(left + 1);
        self.heap.fuel = granted;
        self.heap.fuel_floor = granted - left;
        self.step_start = granted;
        let result = if granted <= 0 && matches!(step, Step::Done) {
            self.heap.check_ended().map(|()| Flow::OutOfFuel)
        } else {
            run::execute(&mut self.heap, &mut self.co, step)
        };
        let used = (self.step_start - self.heap.fuel).max(0) as u64;
        self.fuel_used = self.fuel_used.saturating_add(used);
        match result {
            Ok(Flow::Finished { at, count }) => {
                self.state = State::Idle;
                #[cfg(feature = "debugger")]
                self.heap.debugger.forget_step();
                Ok(Flow::Finished { at, count })
            }
            Ok(Flow::OutOfFuel) => {
                self.state = State::OutOfFuel;
                Ok(Flow::OutOfFuel)
            }
            Ok(Flow::Host) => {
                self.state = State::Host;
                Ok(Flow::Host)
            }
            #[cfg(feature = "debugger")]
            Ok(Flow::Paused) => {
                self.state = State::OutOfFuel;
                Ok(Flow::Paused)
            }
            Ok(Flow::Reload) => {
                self.reset();
                Err(Failure::Ended(Ending::Internal))
            }
            Err(failure) => {
                self.reset();
                // A hook that never ends must not have the next run as well.
                if matches!(failure, Failure::Ended(_)) {
                    self.co.hook = crate::vm::hook::Hook::default();
                }
                Err(failure)
            }
        }
    }

    /// Fuel that the run has used so far.
    pub(crate) fn fuel_used(&self) -> u64 {
        self.fuel_used
    }

    /// Takes the results of a run that has finished off the stack.
    pub(crate) fn take_results(&mut self, at: usize, count: usize) -> Vec<Value> {
        let values = self.co.stack[at..at + count].to_vec();
        self.co.top = at;
        values
    }

    /// Drops whatever runs: all coroutines in progress are dead, and the machine is idle.
    pub(crate) fn reset(&mut self) {
        let Vm { heap, co, .. } = self;
        while co.resumer.is_some() {
            raise::unwind_to(heap, co, 0);
            co.status = Status::Dead;
            call::switch_to_resumer(heap, co);
        }
        raise::unwind_to(heap, co, 0);
        // A debugger may have stopped it in the middle of an instruction's events.
        #[cfg(feature = "debugger")]
        {
            co.hook.forget_stage();
            heap.debugger.forget_step();
        }
        co.continuations.clear();
        co.frames.clear();
        co.top = 0;
        co.status = Status::Running;
        self.state = State::Idle;
    }
}

/// What stands in the slot of the running coroutine.
pub(crate) fn placeholder() -> Box<Coroutine> {
    let mut co = Box::new(Coroutine::empty());
    co.status = Status::Running;
    co
}
