//! `Run`: a call that the host drives step by step.
//!
//! ```text
//!   start ──▶ step(fuel) ──▶ Done(values)
//!               ▲  │
//!               │  ├──▶ OutOfFuel ──────────────────┐
//!               │  └──▶ HostCall(request) ─resume──┐ │
//!               └─────────────────────────────────┴─┘
//! ```

use std::any::Any;
use std::fmt;
use std::rc::Rc;

use crate::api::convert::{FromLuaMulti, IntoLuaMulti, Misfit, Pins, Raw};
use crate::api::error::{Error, ErrorKind, Result};
use crate::api::function::{AsyncCallback, Callback, NextCall, Pending, Request, Then};
use crate::api::lua::Lua;
use crate::api::runs::{Core, Event, RunId};
use crate::api::value::{Handle, MultiValue};
use crate::stdlib;
use crate::value::Value as RawValue;

/// Fuel between two looks at the kill handle when the host does not step.
const SLICE: u64 = 1 << 20;

/// A call in progress. Dropping it ends it.
///
/// Several runs of a [`Lua`] may be under way; each has its own stack and its own [`crate::Limits::fuel`].
///
/// ```
/// use lua_core::{Lua, Step};
///
/// let lua = Lua::new();
/// let get = lua.create_host_function("get")?;
/// lua.globals().set("get", get)?;
/// let script = lua.load("return pcall(function(k) return get(k) .. '!' end, 'greeting')").into_function()?;
///
/// let mut run = lua.start(&script, ())?;
/// let values = loop {
///     match run.step(1_000)? {
///         Step::Done(values) => break values,
///         Step::OutOfFuel => {} // Let others have the thread for a while.
///         Step::HostCall(request) => {
///             assert_eq!(request.name(), "get");
///             let key: String = request.args(&lua)?;
///             assert_eq!(key, "greeting");
///             run.resume("hello")?; // Now, or whenever there is an answer.
///         }
///     }
/// };
/// assert_eq!(values.convert::<(bool, String)>(&lua)?, (true, "hello!".to_owned()));
/// # Ok::<(), lua_core::Error>(())
/// ```
pub struct Run {
    lua: Lua,
    id: RunId,
    state: State,
    /// The run whose function of the host started it, and pays.
    caller: Option<RunId>,
    /// It resumes a coroutine: the first result says whether that went well.
    resumes: bool,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It can be stepped.
    Ready,
    /// It waits for the host's answer.
    Waiting,
    Over,
}

/// What a step of a [`Run`] came to.
#[derive(Debug)]
pub enum Step {
    /// The function has returned.
    Done(MultiValue),
    /// The fuel of the step is used up; step again.
    OutOfFuel,
    /// The script called a function of the host ([`Lua::create_host_function`]): answer with [`Run::resume`] or
    /// [`Run::fail`], then step again.
    HostCall(HostRequest),
}

/// A call that the host is to answer.
pub struct HostRequest {
    name: Rc<str>,
    args: MultiValue,
    payload: Option<Box<dyn Any>>,
}

impl fmt::Debug for HostRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostRequest")
            .field("name", &self.name)
            .field("args", &self.args)
            .finish_non_exhaustive()
    }
}

impl HostRequest {
    /// The name that the function was created with; empty for a request of a native.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The arguments.
    pub fn values(&self) -> &MultiValue {
        &self.args
    }

    /// The arguments, converted.
    ///
    /// # Errors
    /// When one is not what is wanted.
    pub fn args<A: FromLuaMulti>(&self, lua: &Lua) -> Result<A> {
        A::from_lua_multi(self.args.clone(), lua)
    }

    /// What a native of a library gave to [`crate::native::CallContext::ask_host`]; answer it with
    /// [`Run::resume_native`].
    pub fn payload(&mut self) -> Option<Box<dyn Any>> {
        self.payload.take()
    }
}

/// What a step came to, inside.
pub(super) enum Advance {
    /// The values are valid until the machine runs.
    Done(Vec<RawValue>),
    OutOfFuel,
    HostCall(HostRequest),
    /// An asynchronous function of the host was called.
    Await(Pending),
}

/// Who drives a run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Driver {
    /// Somebody who answers host calls.
    Stepping,
    /// Somebody who awaits futures.
    Awaiting,
    /// Somebody who wants the result.
    Waiting,
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if self.state != State::Over {
            self.lua.drop_run(self.id);
        }
    }
}

impl Run {
    /// Begins a run of the function and arguments that `prepare` gives.
    pub(super) fn begin(
        lua: &Lua,
        prepare: impl FnOnce(&mut Core) -> Result<(RawValue, Vec<RawValue>)>,
    ) -> Result<Run> {
        let limits = lua.limits();
        let caller = lua.caller();
        let id = lua.with(|core| {
            let (function, args) = prepare(core)?;
            // A function of the host cannot use more than the run that called it has left.
            let left = caller.and_then(|caller| core.fuel_left(caller)).unwrap_or(u64::MAX);
            let fuel_limit = limits.fuel.min(left);
            core.begin(function, &args, fuel_limit)
        })?;
        let lua = lua.clone();
        Ok(Run { lua, id, state: State::Ready, caller, resumes: false })
    }

    /// A call of the object that a handle names.
    pub(super) fn call(callee: &Handle, args: impl IntoLuaMulti) -> Result<Run> {
        Self::call_on(&callee.lua()?, callee, args)
    }

    pub(super) fn call_on(lua: &Lua, callee: &Handle, args: impl IntoLuaMulti) -> Result<Run> {
        let mut pins = Pins::new(lua)?;
        args.push_into(&mut pins)?;
        Self::begin(lua, |core| Ok((callee.raw(core)?, pins.values(core).to_vec())))
    }

    /// `coroutine.resume` of the coroutine that a handle names.
    pub(super) fn resume_thread(thread: &Handle, args: impl IntoLuaMulti) -> Result<Run> {
        let lua = thread.lua()?;
        let mut pins = Pins::new(&lua)?;
        args.push_into(&mut pins)?;
        let mut run = Self::begin(&lua, |core| {
            let mut all = vec![thread.raw(core)?];
            all.extend_from_slice(pins.values(core));
            let native = core
                .machine
                .with_context(|cx| cx.new_native("resume", stdlib::coroutine::resume, &[]));
            Ok((native.map_err(|failure| core.error(failure))?, all))
        })?;
        run.resumes = true;
        Ok(run)
    }

    // ---- for the host ----------------------------------------------------------------------------

    /// Runs for about `fuel` units of work. Functions of the host that the script calls are called meanwhile.
    ///
    /// # Errors
    /// What the function raised, or a limit: the run is over then. A run that waits for an answer, or is over,
    /// cannot be stepped.
    pub fn step(&mut self, fuel: u64) -> Result<Step> {
        Ok(match self.advance(fuel, Driver::Stepping)? {
            Advance::Done(values) => {
                let values = self.lua.with(|core| {
                    // Nothing is collected until all have handles.
                    Ok(values.into_iter().map(|value| core.value(value)).collect())
                })?;
                Step::Done(values)
            }
            Advance::OutOfFuel => Step::OutOfFuel,
            Advance::HostCall(request) => Step::HostCall(request),
            Advance::Await(_) => return Err(ErrorKind::Internal.into()),
        })
    }

    /// Answers a host call: these are the results of the function that the script called.
    ///
    /// # Errors
    /// When there is no call to answer, or a value has no Lua value: the call still waits then.
    pub fn resume(&mut self, reply: impl IntoLuaMulti) -> Result<()> {
        self.expect_waiting()?;
        let mut pins = Pins::new(&self.lua)?;
        let next = reply.into_next(&mut pins)?;
        self.lua.with(|core| {
            core.activate(self.id)?;
            let values = pins.values(core).to_vec();
            core.answer(&values, next);
            Ok(())
        })?;
        self.state = State::Ready;
        Ok(())
    }

    /// Answers a host call with an error, which is raised where the script made the call.
    ///
    /// # Errors
    /// When there is no call to answer.
    pub fn fail(&mut self, error: &Error) -> Result<()> {
        self.expect_waiting()?;
        self.lua.with(|core| {
            core.activate(self.id)?;
            let failure = core.callback_failure(error);
            core.machine.fail_with(failure);
            Ok(())
        })?;
        self.state = State::Ready;
        Ok(())
    }

    /// Answers the request of a native ([`HostRequest::payload`]) with what it expects.
    ///
    /// # Errors
    /// When there is no call to answer.
    pub fn resume_native(&mut self, answer: Box<dyn Any>) -> Result<()> {
        self.expect_waiting()?;
        self.lua.with(|core| {
            core.activate(self.id)?;
            core.machine.answer(answer);
            Ok(())
        })?;
        self.state = State::Ready;
        Ok(())
    }

    /// Fuel that the run has used.
    pub fn fuel_used(&self) -> u64 {
        self.lua.with(|core| Ok(core.fuel_used(self.id))).unwrap_or(0)
    }

    /// True when the run has returned, failed or been ended.
    pub fn is_over(&self) -> bool {
        self.state == State::Over
    }

    fn expect_waiting(&self) -> Result<()> {
        if self.state == State::Waiting {
            return Ok(());
        }
        Err(ErrorKind::RunState("the run does not wait for an answer").into())
    }

    // ---- driving ---------------------------------------------------------------------------------

    pub(super) fn lua(&self) -> &Lua {
        &self.lua
    }

    pub(super) fn id(&self) -> RunId {
        self.id
    }

    /// Runs to the end and converts what it returns.
    pub(super) fn finish<R: FromLuaMulti>(mut self) -> Result<R> {
        loop {
            match self.advance(SLICE, Driver::Waiting)? {
                Advance::Done(values) => return self.convert(values),
                Advance::OutOfFuel => {}
                Advance::HostCall(_) | Advance::Await(_) => return Err(ErrorKind::Internal.into()),
            }
        }
    }

    /// Converts what a run has returned.
    pub(super) fn convert<R: FromLuaMulti>(&self, values: Vec<RawValue>) -> Result<R> {
        let mut pins = Pins::new(&self.lua)?;
        for &value in &values {
            pins.push(value)?;
        }
        let raws: Vec<Raw> = values.into_iter().map(Raw).collect();
        R::from_raws(&raws, &self.lua, 1).map_err(|misfit| misfit.error)
    }

    /// Goes on for about `fuel` units.
    pub(super) fn advance(&mut self, fuel: u64, driver: Driver) -> Result<Advance> {
        match self.state {
            State::Ready => {}
            State::Waiting => {
                return Err(ErrorKind::RunState("the run waits for an answer").into());
            }
            State::Over => return Err(ErrorKind::RunState("the run is over").into()),
        }
        let limit = self.lua.limits().depth;
        if self.lua.depth() > limit {
            return Err(ErrorKind::RecursiveCall { limit }.into());
        }
        let start = self.fuel_used();
        let result = self.advance_from(start, fuel, driver);
        match &result {
            Ok(Advance::OutOfFuel | Advance::HostCall(_) | Advance::Await(_)) => {}
            Ok(Advance::Done(_)) => self.state = State::Over,
            Err(_) => {
                // The machine ends the runs that fail in it; others are ended here.
                self.state = State::Over;
                self.lua.drop_run(self.id);
            }
        }
        if let Some(caller) = self.caller {
            self.lua.with(|core| {
                let used = core.fuel_used(self.id).saturating_sub(start);
                core.charge(caller, used);
                Ok(())
            })?;
        }
        result
    }

    fn advance_from(&mut self, start: u64, fuel: u64, driver: Driver) -> Result<Advance> {
        let mut left = fuel;
        loop {
            let event = self.lua.with(|core| {
                let event = core.step(self.id, left);
                event.map(|event| (event, core.fuel_used(self.id)))
            });
            let (event, used) = event?;
            left = fuel.saturating_sub(used.saturating_sub(start));
            match event {
                Event::Done(values) if self.resumes => return self.resumed(values),
                Event::Done(values) => return Ok(Advance::Done(values)),
                Event::OutOfFuel => return Ok(Advance::OutOfFuel),
                Event::Asked(request) => {
                    if let Some(advance) = self.asked(request, driver)? {
                        return Ok(advance);
                    }
                    let work = self.lua.take_work();
                    self.lua.with(|core| {
                        core.charge(self.id, work);
                        Ok(())
                    })?;
                    left = left.saturating_sub(work);
                    if left == 0 {
                        return Ok(Advance::OutOfFuel);
                    }
                }
            }
        }
    }

    /// What a coroutine has come to.
    fn resumed(&mut self, mut values: Vec<RawValue>) -> Result<Advance> {
        if values.is_empty() {
            return Err(ErrorKind::Internal.into());
        }
        if values.remove(0) == RawValue::TRUE {
            return Ok(Advance::Done(values));
        }
        let value = values.first().copied().unwrap_or(RawValue::NIL);
        self.lua.with(|core| Err(core.error_of_value(value, Vec::new())))
    }

    /// A native waits for the answer to a request. Nothing comes back when it has got it.
    fn asked(&mut self, request: Box<dyn Any>, driver: Driver) -> Result<Option<Advance>> {
        // Conversions are paid for by the run that they are for.
        self.lua.take_work();
        let request = match request.downcast::<Request>() {
            Ok(request) => *request,
            Err(payload) => return self.host_call("".into(), Some(payload), driver),
        };
        match request {
            Request::Callback(callback) => self.call_back(&*callback)?,
            Request::Then(then, results) => self.call_then(then, results)?,
            Request::Host(name) => return self.host_call(name, None, driver),
            Request::Async(callback) if driver == Driver::Awaiting => {
                return self.call_async(&*callback);
            }
            Request::Async(_) => {
                let error =
                    Error::runtime("attempt to call an async function in a run that is not async");
                self.answer(Err(error.into()))?;
            }
        }
        Ok(None)
    }

    fn host_call(
        &mut self,
        name: Rc<str>,
        payload: Option<Box<dyn Any>>,
        driver: Driver,
    ) -> Result<Option<Advance>> {
        if driver != Driver::Stepping {
            let error =
                Error::runtime("attempt to call a host function in a run that nobody answers");
            self.answer(Err(error.into()))?;
            return Ok(None);
        }
        let args = self.lua.with(|core| {
            let args = core.waiting_args();
            Ok(args.into_iter().map(|arg| core.value(arg)).collect())
        })?;
        self.state = State::Waiting;
        Ok(Some(Advance::HostCall(HostRequest { name, args, payload })))
    }

    fn call_back(&mut self, callback: &Callback) -> Result<()> {
        let lua = self.lua.clone();
        let mut pins = Pins::new(&lua)?;
        // The waiting native keeps its arguments.
        let raws: Vec<Raw> =
            lua.with(|core| Ok(core.waiting_args().into_iter().map(Raw).collect()))?;
        let result = lua.inside(self.id, || callback(&lua, &raws, &mut pins));
        self.answer(result.map(|next| (pins, next)))
    }

    fn call_then(&mut self, then: Box<Then>, results: Vec<RawValue>) -> Result<()> {
        let lua = self.lua.clone();
        let mut kept = Pins::new(&lua)?;
        for &value in &results {
            kept.push(value)?;
        }
        let raws: Vec<Raw> = results.into_iter().map(Raw).collect();
        let mut pins = Pins::new(&lua)?;
        let result = lua.inside(self.id, || then(&lua, &raws, &mut pins));
        let result = match result {
            Ok(next) => Ok((pins, next)),
            Err(error) => Err(error.into()),
        };
        self.answer(result)
    }

    fn call_async(&mut self, callback: &AsyncCallback) -> Result<Option<Advance>> {
        let lua = self.lua.clone();
        let raws: Vec<Raw> =
            lua.with(|core| Ok(core.waiting_args().into_iter().map(Raw).collect()))?;
        match lua.inside(self.id, || callback(&lua, &raws)) {
            Ok(pending) => {
                self.state = State::Waiting;
                Ok(Some(Advance::Await(pending)))
            }
            Err(misfit) => {
                self.answer(Err(misfit))?;
                Ok(None)
            }
        }
    }

    /// Gives the native that waits what a function of the host came to.
    fn answer(&mut self, result: Result<(Pins<'_>, NextCall), Misfit>) -> Result<()> {
        match result {
            Ok((pins, next)) => self.lua.with(|core| {
                core.activate(self.id)?;
                let values = pins.values(core).to_vec();
                core.answer(&values, next);
                Ok(())
            }),
            Err(misfit) => self.lua.with(|core| {
                core.activate(self.id)?;
                let failure = core.misfit_failure(misfit);
                core.machine.fail_with(failure);
                Ok(())
            }),
        }
    }

    /// Lets a future's output be the result of the function that began it.
    pub(super) fn answer_future(&mut self, output: Result<MultiValue>) -> Result<()> {
        self.expect_waiting()?;
        match output {
            Ok(values) => self.resume(values),
            Err(error) => self.fail(&error),
        }
    }
}

impl Core {
    /// The arguments of the native that waits.
    pub(super) fn waiting_args(&mut self) -> Vec<RawValue> {
        let args = self
            .machine
            .with_waiting(|cx| (1..=cx.arg_count()).map(|position| cx.arg(position)).collect());
        args.unwrap_or_default()
    }
}
