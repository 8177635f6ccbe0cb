//! `Machine`: the virtual machine for hosts that drive it themselves.
//!
//! Values that it hands out are plain [`Value`]s: they stay valid until the machine runs again, unless a
//! [`Root`] keeps them. [`crate::Lua`] is the comfortable face of the same thing.

use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use crate::api::Parked;
use crate::closure::HostFunction;
use crate::error::{Ending, Failure};
use crate::handle::TableIndex;
use crate::native::{CallContext, Library, Outcome};
use crate::root::{DropQueue, RootId};
use crate::stdlib;
use crate::table::state;
use crate::value::{Type, Value};
use crate::vm::call::{Flow, Step};
use crate::vm::{State, Vm};

/// What a new machine gets.
#[derive(Clone, Debug)]
pub struct Options {
    /// Most bytes that the machine may hold.
    pub memory_bytes: usize,
    /// Fuel that one run may use, from start to end.
    pub fuel: u64,
    /// Seeds of the string pool's hash: take them from a source of randomness where scripts are hostile.
    pub seeds: [u64; 4],
    /// Nested native calls that scripts are to find below them, at most 255: PUC's `lua` has two. It moves
    /// the depths at which "stack overflow" and "C stack overflow" are raised.
    pub host_depth: u8,
    /// `debug` is registered; needs the feature `debug`.
    pub debug: bool,
    /// `load` and kin accept what `string.dump` makes.
    pub bytecode: bool,
    /// `[[` inside a long string `[[...]]` is text, as in Redis; PUC's `lua` refuses it.
    pub nested_brackets: bool,
}

impl Default for Options {
    /// 256 MB, no limit of fuel, fixed seeds, the sandbox's libraries.
    fn default() -> Self {
        Self {
            memory_bytes: 256 << 20,
            fuel: u64::MAX,
            seeds: [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344],
            host_depth: 2,
            debug: false,
            bytecode: false,
            nested_brackets: false,
        }
    }
}

/// What a step of a run came to.
#[derive(Debug)]
pub enum Progress {
    /// The function returned these values, valid until the machine runs again.
    Finished(Vec<Value>),
    /// The fuel of the step is used up; step again.
    OutOfFuel,
    /// A native asks the host; give the answer with [`Machine::answer`], then step again.
    Host(Box<dyn Any>),
    /// The run failed; for [`Failure::Raised`] see [`Machine::error_value`].
    Failed(Failure),
    /// The run stands before the first instruction of a line, for a debugger to look around; step again to go on.
    /// Only with the feature `debugger`, and only when it was asked for.
    Paused(PauseReason),
}

/// Why a run has stopped before a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PauseReason {
    /// The step that was asked for is done.
    Step,
    /// There is a breakpoint.
    Breakpoint,
    /// It was told to stop at the next line.
    Asked,
}

/// Memory figures, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryStats {
    /// Held now.
    pub used_bytes: usize,
    /// Of these, what no object uses at the moment and objects to come will.
    pub spare_bytes: usize,
    /// Most that was ever held.
    pub peak_bytes: usize,
    /// Most that may be held.
    pub limit_bytes: usize,
    /// Collections completed.
    pub collections: u64,
}

/// Ends a run from any thread.
#[derive(Clone, Debug)]
pub struct KillHandle(Arc<AtomicBool>);

impl KillHandle {
    /// The run ends at its next safepoint, with [`Ending::Killed`].
    pub fn kill(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Takes the order to end back; true when it was given.
    pub(crate) fn take(&self) -> bool {
        self.0.load(Ordering::Relaxed) && self.0.swap(false, Ordering::Relaxed)
    }
}

/// Keeps a value alive while the host holds it.
#[derive(Debug)]
pub struct Root {
    id: RootId,
    queue: DropQueue,
}

impl Drop for Root {
    fn drop(&mut self) {
        // The queue is only ever borrowed inside the two functions that use it.
        if let Ok(mut queue) = self.queue.try_borrow_mut() {
            queue.push(self.id);
        }
    }
}

/// A virtual machine with its heap.
#[derive(Debug)]
pub struct Machine {
    pub(crate) vm: Vm,
    /// What the next step goes on with.
    pub(crate) next: Option<Step>,
}

/// Fuel between two looks at the kill handle when a run is not stepped by the host.
const SLICE: u64 = 1 << 17;

impl Machine {
    /// A machine with the libraries that the options name.
    ///
    /// # Errors
    /// [`Failure::Memory`] when the memory limit is too small for them.
    pub fn new(options: &Options) -> Result<Machine, Failure> {
        let mut vm = Vm::new(options.memory_bytes, options.seeds)?;
        vm.fuel_limit = options.fuel;
        vm.set_host_depth(options.host_depth.into());
        vm.heap.accepts_bytecode = options.bytecode;
        vm.heap.nested_brackets = options.nested_brackets;
        stdlib::open(&mut vm.heap, options.debug)?;
        Ok(Machine { vm, next: None })
    }

    // ---- values ----------------------------------------------------------------------------------

    /// Lends the heap, in the shape in which natives see it, without arguments.
    ///
    /// Values made inside stay valid until the machine runs.
    pub fn with_context<R>(&mut self, body: impl FnOnce(&mut CallContext<'_>) -> R) -> R {
        let old_top = self.vm.co.top;
        let top = self.lent_place();
        let Vm { heap, co, .. } = &mut self.vm;
        let mut cx = CallContext {
            heap,
            co,
            function: top,
            args_end: top + 1,
            results_at: top + 1,
            has_frame: false,
            by_call: false,
        };
        let result = body(&mut cx);
        self.vm.co.top = old_top;
        result
    }

    /// Where the stack of [`Self::with_context`] begins: above everything that a run in progress uses.
    // The part that need not be there once for each body.
    #[inline(never)]
    fn lent_place(&mut self) -> usize {
        let Vm { heap, co, .. } = &mut self.vm;
        let top = co.live_limit(heap);
        if co.reserve(top + 1, &mut heap.budget).is_ok() {
            co.stack[top] = Value::NIL;
        }
        co.top = top + 1;
        top
    }

    /// The table of globals.
    pub fn globals(&self) -> TableIndex {
        self.vm.heap.globals
    }

    /// The registry: a table that no script sees (Lua 5.1 manual §3.5).
    pub fn registry(&self) -> TableIndex {
        self.vm.heap.registry
    }

    /// Keeps a value alive.
    pub fn root(&mut self, value: Value) -> Root {
        let id = self.vm.heap.roots.add(value);
        Root { id, queue: self.vm.heap.roots.drop_queue() }
    }

    /// The value that a root keeps, or `None` when the root is another machine's.
    pub fn rooted(&self, root: &Root) -> Option<Value> {
        if !Rc::ptr_eq(&root.queue, &self.vm.heap.roots.drop_queue()) {
            return None;
        }
        self.vm.heap.roots.get(root.id)
    }

    /// Registers a library as a global table, or its functions as globals when it has no name.
    ///
    /// # Errors
    /// [`Failure::Memory`].
    pub fn register(&mut self, library: &Library) -> Result<TableIndex, Failure> {
        self.vm.heap.register(library)
    }

    /// A function of the host as a value.
    ///
    /// # Errors
    /// [`Failure::Memory`].
    pub fn new_host_function(
        &mut self,
        name: &'static str,
        function: Rc<HostFunction>,
    ) -> Result<Value, Failure> {
        let globals = self.vm.heap.globals;
        let native = self.vm.heap.new_native(name, call_host_function, &[], globals)?;
        self.vm.heap.natives[native].host = Some(function);
        Ok(native.into())
    }

    /// A userdata that holds `data`, charged with `bytes`.
    ///
    /// # Errors
    /// [`Failure::Memory`].
    pub fn new_userdata(&mut self, data: Box<dyn Any>, bytes: usize) -> Result<Value, Failure> {
        let globals = self.vm.heap.globals;
        Ok(self.vm.heap.new_userdata(Some(data), bytes, globals)?.into())
    }

    /// The metatable of a value.
    pub fn metatable(&self, value: Value) -> Option<TableIndex> {
        let metatable = self.vm.heap.metatable_of(value);
        metatable.is_some().then_some(metatable)
    }

    /// Sets the metatable of a table or userdata, or that of the value's whole type.
    pub fn set_metatable(&mut self, value: Value, metatable: Option<TableIndex>) {
        let heap = &mut self.vm.heap;
        if let Some(metatable) = metatable {
            heap.barrier(metatable.into());
        }
        let metatable = metatable.unwrap_or(TableIndex::NONE);
        if let Some(table) = value.as_table() {
            heap.tables[table].metatable = metatable;
        } else if let Some(userdata) = value.as_userdata() {
            heap.userdata[userdata].metatable = metatable;
        } else {
            heap.type_metatables[value.type_of() as usize] = metatable;
        }
    }

    /// Sets the metatable of all values of a type that is neither table nor userdata.
    pub fn set_type_metatable(&mut self, kind: Type, metatable: Option<TableIndex>) {
        self.vm.heap.type_metatables[kind as usize] = metatable.unwrap_or(TableIndex::NONE);
    }

    /// Makes a table raise "Attempt to modify a readonly table" when written to, or lets it be.
    pub fn set_read_only(&mut self, table: TableIndex, read_only: bool) {
        let table = &mut self.vm.heap.tables[table];
        if read_only {
            table.state |= state::READ_ONLY;
        } else {
            table.state &= !state::READ_ONLY;
        }
    }

    /// Data of the host that natives find with [`CallContext::app_data`]; replaces what was there of the type.
    pub fn set_app_data<T: 'static>(&mut self, data: T) {
        self.vm.heap.app_data.retain(|old| !old.is::<T>());
        self.vm.heap.app_data.push(Box::new(data));
    }

    /// The host's data of type `T`.
    pub fn app_data<T: 'static>(&mut self) -> Option<&mut T> {
        self.vm.heap.app_data.iter_mut().find_map(|data| data.downcast_mut::<T>())
    }

    /// Where `print` writes; nowhere until it is set.
    pub fn set_output(&mut self, output: impl FnMut(&[u8]) + 'static) {
        self.vm.heap.output = crate::heap::Output(Box::new(output));
    }

    /// Seeds `math.random`.
    pub fn seed_random(&mut self, seed: u64) {
        self.vm.heap.random = stdlib::math::Random::seeded(seed);
    }

    /// Where the sequence of `math.random` stands.
    pub fn random_state(&self) -> u64 {
        self.vm.heap.random.state()
    }

    /// Lets `math.random` go on from where another machine's sequence stands ([`Self::random_state`]).
    pub fn set_random_state(&mut self, state: u64) {
        self.vm.heap.random = stdlib::math::Random::at(state);
    }

    // ---- running ---------------------------------------------------------------------------------

    /// Compiles a chunk. The inner error is PUC's message for a source that does not compile.
    ///
    /// # Errors
    /// [`Failure::Memory`].
    pub fn load(&mut self, source: &[u8], name: &[u8]) -> Result<Result<Value, Vec<u8>>, Failure> {
        let globals = self.vm.heap.globals;
        self.make_room();
        let fuel = core::mem::replace(&mut self.vm.heap.fuel, i64::MAX);
        let result = self.vm.heap.load(source, name, globals, self.vm.depth_main.into());
        self.vm.heap.fuel = fuel;
        result
    }

    /// After a run that filled the memory: what it left, the value of its error included, is collected.
    fn make_room(&mut self) {
        let budget = &self.vm.heap.budget;
        if self.vm.state == State::Idle && budget.room() < budget.limit / 4 {
            self.vm.heap.raised = Value::NIL;
            self.collect_garbage();
        }
    }

    /// Prepares a call; [`Self::step`] runs it. A run in progress is dropped.
    ///
    /// # Errors
    /// [`Failure::Memory`].
    pub fn start(&mut self, function: Value, args: &[Value]) -> Result<(), Failure> {
        if self.next.is_some() || self.vm.state != State::Idle {
            self.abort();
        }
        self.vm.heap.kill.store(false, Ordering::Relaxed);
        self.vm.heap.raised = Value::NIL;
        self.next = Some(self.vm.start(function, args)?);
        Ok(())
    }

    /// Runs for about `fuel` units of work. Natives finish what they began, so a step may overrun; the
    /// next one is that much shorter.
    pub fn step(&mut self, fuel: u64) -> Progress {
        let Some(step) = self.next.take() else {
            return Progress::Failed(Failure::Ended(Ending::Internal));
        };
        match self.vm.run(step, fuel) {
            Ok(Flow::Finished { at, count }) => Progress::Finished(self.vm.take_results(at, count)),
            Ok(Flow::OutOfFuel | Flow::Reload) => {
                self.next = Some(Step::Done);
                Progress::OutOfFuel
            }
            #[cfg(feature = "debugger")]
            Ok(Flow::Paused) => {
                self.next = Some(Step::Done);
                Progress::Paused(self.vm.heap.debugger.reason())
            }
            Ok(Flow::Host) => match self.vm.heap.host_request.take() {
                Some(request) => Progress::Host(request),
                None => Progress::Failed(Failure::Ended(Ending::Internal)),
            },
            Err(failure) => Progress::Failed(failure),
        }
    }

    /// Answers the request of [`Progress::Host`]; the next [`Self::step`] goes on with it.
    pub fn answer(&mut self, answer: Box<dyn Any>) {
        if self.vm.state == State::Host {
            self.vm.heap.host_answer = Some(answer);
            // The native goes on in the next step, whose fuel it burns.
            self.next = Some(Step::Answered);
        }
    }

    /// Runs until the function has returned, failed, or asked the host.
    pub fn run(&mut self) -> Progress {
        loop {
            match self.step(SLICE) {
                Progress::OutOfFuel => {}
                progress => return progress,
            }
        }
    }

    /// Drops the run in progress, if there is one.
    pub fn abort(&mut self) {
        self.next = None;
        self.vm.reset();
    }

    /// The value of the error that ended the last run.
    pub fn error_value(&self) -> Value {
        self.vm.heap.raised
    }

    /// Makes a traceback when an error ends a run (see [`Self::traceback`]).
    pub fn set_wants_traceback(&mut self, wants: bool) {
        self.vm.heap.wants_traceback = wants;
    }

    /// The traceback of the error that ended the last run; empty unless asked for.
    pub fn traceback(&self) -> &[u8] {
        &self.vm.heap.traceback
    }

    /// Fuel that the last or current run has used.
    pub fn fuel_used(&self) -> u64 {
        self.vm.fuel_used()
    }

    /// Sets the fuel that one run may use.
    pub fn set_fuel_limit(&mut self, fuel: u64) {
        self.vm.fuel_limit = fuel;
    }

    /// Sets the most bytes that the machine may hold.
    pub fn set_memory_limit(&mut self, bytes: usize) {
        self.vm.heap.budget.limit = bytes;
    }

    /// Ends the current or next run from any thread.
    pub fn kill_handle(&self) -> KillHandle {
        KillHandle(self.vm.heap.kill.clone())
    }

    /// Lets another machine's handle end the runs of this one, too.
    pub fn set_kill_handle(&mut self, handle: &KillHandle) {
        self.vm.heap.kill = handle.0.clone();
    }

    /// Memory figures.
    pub fn memory(&self) -> MemoryStats {
        let heap = &self.vm.heap;
        MemoryStats {
            used_bytes: heap.budget.used,
            spare_bytes: heap.spare_bytes(),
            peak_bytes: heap.budget.peak,
            limit_bytes: heap.budget.limit,
            collections: heap.gc.cycles,
        }
    }

    /// Calls the finalisers of everything that has one, newest first, as PUC's `lua_close` does; errors in
    /// them are dropped.
    pub fn close(&mut self) {
        self.abort();
        #[cfg(feature = "debugger")]
        self.vm.heap.debugger.disable();
        self.vm.heap.finalize_all();
        while let Some(userdata) = self.vm.heap.gc.finalizable.pop_front() {
            let handler =
                self.vm.heap.metamethod(userdata.into(), crate::vm::metamethod::Event::Gc);
            if handler.is_nil() || self.start(handler, &[userdata.into()]).is_err() {
                continue;
            }
            if let Progress::Failed(Failure::Ended(_)) = self.run() {
                return;
            }
        }
    }

    /// Collects all garbage, and gives back what it took; finalisers run with the next run.
    pub fn collect_garbage(&mut self) {
        let Vm { heap, co, .. } = &mut self.vm;
        let limit = co.live_limit(heap);
        heap.collect_all(co, heap.running, limit);
        heap.fit();
        if self.vm.state == State::Idle {
            self.vm.co.trim(&mut self.vm.heap.budget);
        }
    }
}

/// The native behind every host function.
fn call_host_function(cx: &mut CallContext<'_>) -> Result<Outcome, Failure> {
    let native = cx.co.stack[cx.function].as_native();
    let host = native.and_then(|native| cx.heap.natives[native].host.clone());
    match host {
        Some(host) => host(cx),
        None => Err(crate::native::internal()),
    }
}
