//! The machine behind a `Lua`, and the runs that share it.
//!
//! One run at a time has the machine; the others wait on stacks of their own, so that a function of the host
//! may call Lua while the run that called it waits, and several asynchronous calls may be under way.
//!
//! ```text
//!   begin ──▶ active ◀──activate──▶ parked
//!                │
//!                └──▶ done, failed, or ended ──▶ its stack is spare
//! ```

use std::any::Any;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use ordered::IdMap;

use crate::api::carrier::Carriers;
use crate::api::error::{Error, ErrorKind, ErrorValue, Raised, Result, Token};
use crate::api::function::Function;
use crate::api::lua::Inner;
use crate::api::table::Table;
use crate::api::thread::Thread;
use crate::api::userdata::AnyUserData;
use crate::api::value::{Handle, LightUserData, Value};
use crate::error::{Ending, Failure};
use crate::handle::CoroutineIndex;
use crate::machine::{KillHandle, Machine, Progress, Root};
#[cfg(feature = "snapshot")]
use crate::snapshot::SnapshotError;
use crate::value::{Type, Value as RawValue};
use crate::vm::State;
use crate::vm::call::Step;

/// Names a run of a `Lua`.
pub(super) type RunId = u64;

/// Stacks that are kept for later runs.
const SPARE_STACKS_MAX: usize = 4;

/// Values of errors that are kept without looking for some to drop.
const HELD_VALUES_MIN: usize = 16;

/// What a step of a run came to.
pub(super) enum Event {
    /// It returned these values, valid until the machine runs again.
    Done(Vec<RawValue>),
    OutOfFuel,
    /// A native waits for the answer to this.
    Asked(Box<dyn Any>),
}

/// The stack of a run that has not got the machine, and where it stands.
#[derive(Debug)]
pub(crate) struct Detached {
    pub(super) running: CoroutineIndex,
    /// Keeps the coroutine.
    pub(super) stack: Root,
    /// The step that a debugger has begun in it.
    #[cfg(feature = "debugger")]
    pub(super) stepping: crate::vm::debugger::Stepping,
    pub(super) state: State,
    pub(super) next: Option<Step>,
    /// The error's value, when the run goes on with one.
    pub(super) raised: Option<Root>,
    pub(super) fuel_used: u64,
    pub(super) fuel_debt: i64,
}

pub(crate) struct Core {
    pub(super) machine: Machine,
    pub(super) kill: KillHandle,
    /// The run that has the machine, and the fuel that it may use from start to end.
    active: Option<(RunId, u64)>,
    parked: IdMap<RunId, (Detached, u64)>,
    /// Stacks of runs that are over.
    spare: Vec<Detached>,
    last_run: RunId,
    /// Runs up to this one are to end.
    killed: RunId,
    /// The run that was over last, and the fuel that it used.
    last_over: (RunId, u64),
    /// Values that errors name.
    held: Vec<(Arc<Token>, Root)>,
    /// The number of held values at which those that no error names any more are dropped.
    held_max: usize,
    pub(super) carriers: Carriers,
    /// The `Lua` that it is in.
    me: Weak<Inner>,
}

impl Core {
    pub(super) fn new(machine: Machine, me: Weak<Inner>) -> Core {
        let kill = machine.kill_handle();
        Core {
            machine,
            kill,
            active: None,
            parked: IdMap::default(),
            spare: Vec::new(),
            last_run: 0,
            killed: 0,
            last_over: (0, 0),
            held: Vec::new(),
            held_max: HELD_VALUES_MIN,
            carriers: Carriers::default(),
            me,
        }
    }

    /// See [`Machine::snapshot`].
    #[cfg(feature = "snapshot")]
    pub(super) fn snapshot(&mut self) -> core::result::Result<Vec<u8>, SnapshotError> {
        if self.active.is_some() || !self.parked.is_empty() {
            return Err(SnapshotError::Busy);
        }
        self.machine.snapshot(&[])
    }

    /// See [`Machine::restore`].
    #[cfg(feature = "snapshot")]
    pub(super) fn restore(&mut self, bytes: &[u8]) -> core::result::Result<(), SnapshotError> {
        if self.active.is_some() || !self.parked.is_empty() {
            return Err(SnapshotError::Busy);
        }
        self.machine.restore(bytes)?;
        // They are of the machine that was.
        self.spare.clear();
        self.held.clear();
        self.carriers = Carriers::default();
        Ok(())
    }

    // ---- runs ------------------------------------------------------------------------------------

    /// Prepares a call as a run of its own, which may use so much fuel from start to end.
    pub(super) fn begin(
        &mut self,
        function: RawValue,
        args: &[RawValue],
        fuel_limit: u64,
    ) -> Result<RunId> {
        if let Some((active, limit)) = self.active {
            let stack = match self.spare.pop() {
                Some(stack) => stack,
                None => self.machine.new_stack().map_err(|failure| self.error(failure))?,
            };
            let detached = self.machine.detach();
            self.parked.insert(active, (detached, limit));
            self.active = None;
            self.machine.attach(stack);
        }
        // Starting clears the order to end, which is meant for the runs that there are.
        self.note_kill();
        self.machine.start(function, args).map_err(|failure| self.error(failure))?;
        self.last_run += 1;
        self.active = Some((self.last_run, fuel_limit));
        Ok(self.last_run)
    }

    /// Gives a run the machine; its limit of fuel.
    pub(super) fn activate(&mut self, run: RunId) -> Result<u64> {
        if let Some((active, limit)) = self.active
            && active == run
        {
            return Ok(limit);
        }
        let Some((next, limit)) = self.parked.remove(run) else {
            return Err(ErrorKind::RunState("the run is over").into());
        };
        let detached = self.machine.detach();
        match self.active.replace((run, limit)) {
            Some((active, limit)) => {
                self.parked.insert(active, (detached, limit));
            }
            None if self.spare.len() < SPARE_STACKS_MAX => self.spare.push(detached),
            None => {}
        }
        self.machine.attach(next);
        Ok(limit)
    }

    /// Goes on with a run for about `fuel` units.
    pub(super) fn step(&mut self, run: RunId, fuel: u64) -> Result<Event> {
        let limit = self.activate(run)?;
        self.note_kill();
        if run <= self.killed {
            self.machine.abort();
            self.over(run);
            return Err(ErrorKind::Killed.into());
        }
        self.machine.set_fuel_limit(limit);
        if self.machine.fuel_used() > limit {
            self.machine.abort();
            self.over(run);
            return Err(ErrorKind::Fuel { limit }.into());
        }
        // One unit more than there is left: passing the limit is what ends a run.
        let left = limit.saturating_sub(self.machine.fuel_used()).saturating_add(1);
        match self.machine.step(fuel.min(left)) {
            // The limit holds for the last piece of work as well, whatever the steps were.
            Progress::Finished(_) if self.machine.fuel_used() > limit => {
                self.over(run);
                Err(ErrorKind::Fuel { limit }.into())
            }
            Progress::Finished(values) => {
                self.over(run);
                Ok(Event::Done(values))
            }
            // Nothing here asks for pauses.
            Progress::OutOfFuel | Progress::Paused(_) => Ok(Event::OutOfFuel),
            Progress::Host(request) => Ok(Event::Asked(request)),
            Progress::Failed(failure) => {
                self.over(run);
                self.note_kill();
                let traceback = self.machine.traceback().to_vec();
                Err(self.error_with(failure, traceback))
            }
        }
    }

    /// An order to end is for all runs that have begun.
    fn note_kill(&mut self) {
        if self.kill.take() {
            self.killed = self.last_run;
        }
    }

    /// True for a run that is to end.
    pub(super) fn is_killed(&mut self, run: RunId) -> bool {
        self.note_kill();
        run <= self.killed
    }

    fn over(&mut self, run: RunId) {
        self.active = None;
        self.last_over = (run, self.machine.fuel_used());
    }

    /// Drops a run.
    pub(super) fn end(&mut self, run: RunId) {
        if self.activate(run).is_ok() {
            self.machine.abort();
            self.over(run);
        }
    }

    /// Fuel that a run has used; 0 when it is not known any more.
    pub(super) fn fuel_used(&self, run: RunId) -> u64 {
        match (self.active, self.parked.get(run)) {
            (Some((active, _)), _) if active == run => self.machine.fuel_used(),
            (_, Some((detached, _))) => detached.fuel_used,
            _ if self.last_over.0 == run => self.last_over.1,
            _ => 0,
        }
    }

    /// Fuel that a run may still use.
    pub(super) fn fuel_left(&self, run: RunId) -> Option<u64> {
        let limit = match (self.active, self.parked.get(run)) {
            (Some((active, limit)), _) if active == run => limit,
            (_, Some(&(_, limit))) => limit,
            _ => return None,
        };
        Some(limit.saturating_sub(self.fuel_used(run)))
    }

    /// Lets a run pay for work that was done on its behalf.
    pub(super) fn charge(&mut self, run: RunId, fuel: u64) {
        let used = match (self.active, self.parked.get_mut(run)) {
            (Some((active, _)), _) if active == run => &mut self.machine.vm.fuel_used,
            (_, Some((detached, _))) => &mut detached.fuel_used,
            _ => return,
        };
        *used = used.saturating_add(fuel);
    }

    // ---- values ----------------------------------------------------------------------------------

    /// Values that are kept while they are converted.
    pub(super) fn pinned(&mut self) -> &mut Vec<RawValue> {
        &mut self.machine.vm.heap.roots.pinned
    }

    /// A handle that keeps a value.
    pub(super) fn handle(&mut self, value: RawValue) -> Handle {
        let root = Rc::new(self.machine.root(value));
        Handle { lua: self.me.clone(), root, address: value.address() }
    }

    /// What the host sees of a value.
    pub(super) fn value(&mut self, value: RawValue) -> Value {
        match value.type_of() {
            Type::Nil => Value::Nil,
            Type::Boolean => Value::Boolean(value == RawValue::TRUE),
            Type::LightUserdata => {
                Value::LightUserData(LightUserData(value.as_light_userdata().unwrap_or(0)))
            }
            Type::Number => Value::Number(value.number_bits()),
            Type::String => Value::String(self.bytes(value).into()),
            Type::Table => Value::Table(Table(self.handle(value))),
            Type::Function => Value::Function(Function(self.handle(value))),
            Type::Thread => Value::Thread(Thread(self.handle(value))),
            Type::Userdata => Value::UserData(AnyUserData(self.handle(value))),
        }
    }

    /// The machine's value of what the host has. It must be pinned before anything else happens.
    pub(super) fn raw(&mut self, value: &Value) -> Result<RawValue> {
        match value {
            Value::Nil => Ok(RawValue::NIL),
            Value::Boolean(b) => Ok(RawValue::boolean(*b)),
            Value::LightUserData(address) => Ok(RawValue::light_userdata(address.0)),
            Value::Number(n) => Ok(RawValue::number(*n)),
            Value::String(string) => self.string(string.as_bytes()),
            Value::Table(table) => table.0.raw(self),
            Value::Function(function) => function.0.raw(self),
            Value::Thread(thread) => thread.0.raw(self),
            Value::UserData(userdata) => userdata.0.raw(self),
        }
    }

    /// The bytes of a string; empty for other values.
    pub(super) fn bytes(&self, value: RawValue) -> &[u8] {
        self.machine.vm.heap.bytes(value)
    }

    /// A string.
    pub(super) fn string(&mut self, bytes: &[u8]) -> Result<RawValue> {
        self.machine.vm.heap.intern(bytes).map_err(|failure| self.error(failure))
    }

    // ---- errors ----------------------------------------------------------------------------------

    /// The error that a failure of the machine is.
    pub(super) fn error(&mut self, failure: Failure) -> Error {
        self.error_with(failure, Vec::new())
    }

    fn error_with(&mut self, failure: Failure, traceback: Vec<u8>) -> Error {
        match failure {
            Failure::Raised => {
                let value = self.machine.error_value();
                // Nothing of it is kept alive by the machine.
                self.machine.vm.heap.raised = RawValue::NIL;
                self.error_of_value(value, traceback)
            }
            Failure::Memory => self.memory_error(),
            Failure::Ended(Ending::Fuel) => {
                ErrorKind::Fuel { limit: self.machine.vm.fuel_limit }.into()
            }
            Failure::Ended(Ending::Killed) => ErrorKind::Killed.into(),
            Failure::Ended(Ending::Internal) => ErrorKind::Internal.into(),
        }
    }

    fn memory_error(&self) -> Error {
        ErrorKind::Memory { limit: self.machine.memory().limit_bytes }.into()
    }

    /// The error that a raised value is to the host.
    pub(super) fn error_of_value(&mut self, value: RawValue, traceback: Vec<u8>) -> Error {
        if value == self.machine.vm.heap.memory_message {
            return self.memory_error();
        }
        if let Some(error) = self.carried_error(value) {
            return match error.kind() {
                ErrorKind::Callback { .. } => error,
                _ => ErrorKind::Callback { cause: error, traceback }.into(),
            };
        }
        let (message, raised) = match value.type_of() {
            Type::String => (self.bytes(value).to_vec(), Raised::String),
            Type::Number => (self.text(value), Raised::Number(value.number_bits())),
            Type::Nil => (error_object_text("nil"), Raised::Nil),
            Type::Boolean => {
                (error_object_text("boolean"), Raised::Boolean(value == RawValue::TRUE))
            }
            kind => (error_object_text(kind.name()), Raised::Held(self.hold(value))),
        };
        ErrorKind::Runtime { message, traceback, value: ErrorValue(raised) }.into()
    }

    /// The error of the host that a userdata carries.
    pub(super) fn carried_error(&self, value: RawValue) -> Option<Error> {
        let data = self.machine.vm.heap.userdata[value.as_userdata()?].data.as_ref()?;
        data.downcast_ref::<Error>().cloned()
    }

    /// What `tostring` gives without metamethods.
    pub(super) fn text(&self, value: RawValue) -> Vec<u8> {
        let mut text = Vec::new();
        self.machine.vm.heap.describe(value, &mut text);
        text
    }

    fn hold(&mut self, value: RawValue) -> Arc<Token> {
        if self.held.len() >= self.held_max {
            self.held.retain(|(token, _)| Arc::strong_count(token) > 1);
            self.held_max = HELD_VALUES_MIN.max(self.held.len() * 2);
        }
        let token = Arc::new(Token);
        let root = self.machine.root(value);
        self.held.push((token.clone(), root));
        token
    }

    /// The value that an error names.
    pub(super) fn held(&self, token: &Arc<Token>) -> Result<RawValue> {
        let held = self.held.iter().find(|(known, _)| Arc::ptr_eq(known, token));
        held.and_then(|(_, root)| self.machine.rooted(root))
            .ok_or_else(|| ErrorKind::ForeignHandle.into())
    }
}

/// What PUC's `lua` prints of an error that is no text.
fn error_object_text(kind: &str) -> Vec<u8> {
    format!("(error object is a {kind} value)").into_bytes()
}
