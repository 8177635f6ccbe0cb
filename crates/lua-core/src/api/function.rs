//! `Function`: a handle of a Lua function, and functions of the host.
//!
//! A function of the host does not run inside the machine. Its native asks the host, as `redis.call` does, and
//! whoever drives the machine calls the function and answers. So the function may use its [`Lua`] freely, a run
//! that waits for an asynchronous function waits like any other, and nothing deepens the machine's stack.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use crate::api::convert::{self, FromLuaMulti, IntoLuaMulti, Misfit, Pins, Raw};
use crate::api::error::{Error, Result};
use crate::api::future::CallFuture;
use crate::api::lua::Lua;
use crate::api::run::Run;
use crate::api::runs::Core;
use crate::api::table::Table;
use crate::api::value::{Handle, MultiValue};
use crate::continuation::Continuation;
use crate::error::Failure;
use crate::native::{CallContext, Outcome, internal};
use crate::value::Value as RawValue;

/// A function: one of Lua's or one of the host's.
///
/// ```
/// use lua_core::{Function, Lua};
///
/// let lua = Lua::new();
/// let add = lua.create_function(|_, (a, b): (f64, f64)| Ok(a + b))?;
/// lua.globals().set("add", &add)?;
/// assert_eq!(lua.load("return add(1, 2)").eval::<i32>()?, 3);
///
/// let max: Function = lua.load("return math.max").eval()?;
/// assert_eq!(max.call::<i32>((3, 9, 4))?, 9);
///
/// let error = lua.load("add(1)").set_name("=demo").exec().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "demo:1: bad argument #2 to 'add' (number expected, got no value)",
/// );
/// # Ok::<(), lua_core::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Function(pub(super) Handle);

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "function: {:?}", self.0)
    }
}

impl Function {
    /// Calls the function and runs it to its end.
    ///
    /// # Errors
    /// What the function raises; a limit; results that are not what is wanted.
    pub fn call<R: FromLuaMulti>(&self, args: impl IntoLuaMulti) -> Result<R> {
        Run::call(&self.0, args)?.finish()
    }

    /// Calls the function; functions of the host that are asynchronous are awaited. The future yields to its
    /// executor each time a slice of fuel is used up.
    ///
    /// ```
    /// # fn block_on<F: Future>(future: F) -> F::Output {
    /// #     let mut future = std::pin::pin!(future);
    /// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     loop {
    /// #         if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut context) { return output; }
    /// #     }
    /// # }
    /// use lua_core::Lua;
    ///
    /// let lua = Lua::new();
    /// let fetch = lua.create_async_function(|_, key: String| async move { Ok(key.len()) })?;
    /// lua.globals().set("fetch", fetch)?;
    /// let double = lua.load("return fetch((...)) * 2").into_function()?;
    /// assert_eq!(block_on(double.call_async::<i32>("four"))?, 8);
    /// # Ok::<(), lua_core::Error>(())
    /// ```
    pub fn call_async<R: FromLuaMulti>(&self, args: impl IntoLuaMulti) -> CallFuture<R> {
        CallFuture::new(Run::call(&self.0, args))
    }

    pub(super) fn start_on(&self, lua: &Lua, args: impl IntoLuaMulti) -> Result<Run> {
        // A foreign function is found out when the run begins on this machine.
        Run::call_on(lua, &self.0, args)
    }

    /// A function that calls this one with `args` before its own arguments.
    ///
    /// ```
    /// # let lua = lua_core::Lua::new();
    /// let power: lua_core::Function = lua.load("return math.pow").eval()?;
    /// let power_of_two = power.bind(2)?;
    /// assert_eq!(power_of_two.call::<f64>(10)?, 1024.0);
    /// # Ok::<(), lua_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When an argument has no Lua value, or memory runs out.
    pub fn bind(&self, args: impl IntoLuaMulti) -> Result<Function> {
        let lua = self.0.lua()?;
        let mut pins = Pins::new(&lua)?;
        args.push_into(&mut pins)?;
        self.0.with(|core, function| {
            let mut upvalues = vec![RawValue::number(pins.values(core).len() as f64), function];
            upvalues.extend_from_slice(pins.values(core));
            let native = core.machine.with_context(|cx| cx.new_native("bound", bound, &upvalues));
            let native = native.map_err(|failure| core.error(failure))?;
            Ok(Function(core.handle(native)))
        })
    }

    /// The function's environment: where it finds its globals (Lua 5.1 manual §2.9).
    ///
    /// # Errors
    /// [`crate::ErrorKind::Destroyed`].
    pub fn environment(&self) -> Result<Option<Table>> {
        self.0.with(|core, function| {
            let table = core.machine.with_context(|cx| cx.environment(function));
            Ok(table.map(|table| Table(core.handle(table.into()))))
        })
    }

    /// Sets the function's environment.
    ///
    /// # Errors
    /// [`crate::ErrorKind::ForeignHandle`].
    pub fn set_environment(&self, environment: &Table) -> Result<()> {
        self.0.with(|core, function| {
            let table = environment.0.raw(core)?.as_table();
            core.machine.with_context(|cx| {
                if let Some(table) = table {
                    cx.set_environment(function, table);
                }
            });
            Ok(())
        })
    }
}

/// What `bind` made: the function and its first arguments are upvalues, behind the number of arguments.
fn bound(cx: &mut CallContext<'_>) -> Result<Outcome, Failure> {
    let count = cx.upvalue(0).as_number().unwrap_or(0.0) as usize;
    for index in 1..=count + 1 {
        let value = cx.upvalue(index);
        cx.push(value)?;
    }
    let args = count + cx.push_args(1)?;
    tail_call(cx, args)
}

/// The function below the last `args` values pushed takes the native's place.
fn tail_call(cx: &CallContext<'_>, args: usize) -> Result<Outcome, Failure> {
    let Some(at) = cx.co.top.checked_sub(args + 1) else { return Err(internal()) };
    Ok(Outcome::TailCall { at: at as u32, args: args as u32 })
}

// ---- what a function of the host returns ---------------------------------------------------------

/// What is to happen after a function of the host: it returns values, or another function is called.
///
/// A function of the host that calls Lua with [`Function::call`] runs it on top of the host's own stack, where
/// it cannot be suspended: a coroutine cannot yield across it, and no asynchronous function can be awaited in
/// it. With `Next` the machine makes the call itself, and nothing nests.
///
/// ```
/// use lua_core::{Function, Lua, Next};
///
/// let lua = Lua::new();
/// // As Lua's own `pcall`-less `with_resource(f, ...)`: opens, calls, closes.
/// let with_ten = lua.create_function(|_, function: Function| {
///     Next::call(&function, 10).then(|_, result: i32| Ok(result + 1))
/// })?;
/// lua.globals().set("with_ten", with_ten)?;
/// assert_eq!(lua.load("return with_ten(function(n) return n * 2 end)").eval::<i32>()?, 21);
///
/// let apply = lua.create_function(|_, (function, n): (Function, i32)| Next::tail_call(&function, n))?;
/// assert_eq!(apply.call::<i32>((lua.load("return -...").into_function()?, 5))?, -5);
/// # Ok::<(), lua_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Next(NextKind);

enum NextKind {
    Values(MultiValue),
    Call { function: Function, args: Deferred, then: Option<Box<Then>> },
}

impl fmt::Debug for NextKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NextKind::Values(values) => f.debug_tuple("Values").field(values).finish(),
            NextKind::Call { function, .. } => f.debug_tuple("Call").field(function).finish(),
        }
    }
}

/// Arguments that are converted when the call is made.
type Deferred = Box<dyn FnOnce(&mut Pins<'_>) -> Result<()>>;

/// A call on its way to becoming a [`Next`]; see [`Next::call`].
pub struct NextCallBuilder {
    function: Function,
    args: Deferred,
}

impl fmt::Debug for NextCallBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NextCallBuilder").field(&self.function).finish()
    }
}

impl Next {
    /// Returns values.
    ///
    /// # Errors
    /// When one has no Lua value.
    pub fn values(lua: &Lua, values: impl IntoLuaMulti) -> Result<Next> {
        Ok(Next(NextKind::Values(values.into_lua_multi(lua)?)))
    }

    /// Calls a function in this one's place: its results are this one's.
    ///
    /// # Errors
    /// Never; a `Result` so that functions can end with it.
    pub fn tail_call(function: &Function, args: impl IntoLuaMulti + 'static) -> Result<Next> {
        let args: Deferred = Box::new(|pins| args.push_into(pins));
        Ok(Next(NextKind::Call { function: function.clone(), args, then: None }))
    }

    /// Calls a function; say with [`NextCallBuilder::then`] what to do with its results.
    pub fn call(function: &Function, args: impl IntoLuaMulti + 'static) -> NextCallBuilder {
        NextCallBuilder { function: function.clone(), args: Box::new(|pins| args.push_into(pins)) }
    }
}

impl NextCallBuilder {
    /// Goes on with the results of the call. An error that the call raises passes by.
    ///
    /// The closure lives on the host's side: a machine that waits in such a call cannot be written to a snapshot.
    ///
    /// # Errors
    /// Never; a `Result` so that functions can end with it.
    pub fn then<R: FromLuaMulti, S: IntoLuaMulti>(
        self,
        then: impl FnOnce(&Lua, R) -> Result<S> + 'static,
    ) -> Result<Next> {
        let then: Box<Then> = Box::new(move |lua, raws, pins| {
            let results = R::from_raws(raws, lua, 1).map_err(|misfit| misfit.error)?;
            then(lua, results)?.into_next(pins)
        });
        let NextCallBuilder { function, args } = self;
        Ok(Next(NextKind::Call { function, args, then: Some(then) }))
    }
}

impl IntoLuaMulti for Next {
    fn into_lua_multi(self, _: &Lua) -> Result<MultiValue> {
        match self.0 {
            NextKind::Values(values) => Ok(values),
            NextKind::Call { .. } => Err(convert::not_values()),
        }
    }

    fn into_next(self, pins: &mut Pins<'_>) -> Result<NextCall> {
        match self.0 {
            NextKind::Values(values) => values.into_next(pins),
            NextKind::Call { function, args, then } => {
                pins.push_value(&crate::Value::Function(function))?;
                args(pins)?;
                Ok(then.map_or(NextCall::TailCall, NextCall::Call))
            }
        }
    }
}

/// What to do with the values that a function of the host has pinned.
#[doc(hidden)]
pub enum NextCall {
    /// They are its results.
    Return,
    /// The first is a function to be called with the others in its place.
    TailCall,
    /// The same, and then to go on.
    Call(Box<Then>),
}

impl fmt::Debug for NextCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NextCall::Return => "Return",
            NextCall::TailCall => "TailCall",
            NextCall::Call(_) => "Call",
        })
    }
}

// ---- functions of the host -----------------------------------------------------------------------

/// A function of the host: arguments in, results pinned.
pub(super) type Callback = dyn Fn(&Lua, &[Raw], &mut Pins<'_>) -> Result<NextCall, Misfit>;

/// Goes on with the results of a call.
pub(crate) type Then = dyn FnOnce(&Lua, &[Raw], &mut Pins<'_>) -> Result<NextCall>;

/// What an asynchronous function of the host will come to.
pub(super) type Pending = Pin<Box<dyn Future<Output = Result<MultiValue>>>>;

/// Begins an asynchronous function of the host.
pub(super) type AsyncCallback = dyn Fn(&Lua, &[Raw]) -> Result<Pending, Misfit>;

/// What a native asks of whoever drives the machine.
pub(super) enum Request {
    Callback(Rc<Callback>),
    Then(Box<Then>, Vec<RawValue>),
    Async(Rc<AsyncCallback>),
    Host(Rc<str>),
}

/// How a native goes on that was answered with a call.
pub(super) struct CallAnswer(pub(super) Option<Box<Then>>);

impl Lua {
    /// A function of the host.
    ///
    /// Arguments are converted to what the closure takes: a value, a tuple, a [`crate::Variadic`]. An error that it
    /// returns is raised in the script; [`Error::runtime`] raises a string. The closure may use the `Lua` that it is
    /// given, and call Lua; for deep or suspendable calls it should return a [`Next`].
    ///
    /// A closure that keeps a handle keeps its object for as long as the function lives; one that keeps the `Lua`
    /// itself keeps it for ever.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Memory`].
    pub fn create_function<A: FromLuaMulti, R: IntoLuaMulti>(
        &self,
        function: impl Fn(&Lua, A) -> Result<R> + 'static,
    ) -> Result<Function> {
        self.function_of(callback(function))
    }

    /// The same for a closure that changes what it has captured.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Memory`]. A function that calls itself by way of Lua gets
    /// [`crate::ErrorKind::UserDataBorrowed`].
    pub fn create_function_mut<A: FromLuaMulti, R: IntoLuaMulti>(
        &self,
        function: impl FnMut(&Lua, A) -> Result<R> + 'static,
    ) -> Result<Function> {
        self.function_of(callback(once_at_a_time(function)))
    }

    /// A function that suspends its run: the host awaits the future that the closure returns, and the script goes
    /// on with its output. Such a function can be called from anywhere in Lua, a metamethod or a comparator
    /// included, in a run that is awaited ([`Function::call_async`], [`crate::Chunk::eval_async`]); in others it
    /// raises an error.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Memory`].
    pub fn create_async_function<A: FromLuaMulti, R: IntoLuaMulti + 'static, F>(
        &self,
        function: impl Fn(Lua, A) -> F + 'static,
    ) -> Result<Function>
    where
        F: Future<Output = Result<R>> + 'static,
    {
        self.async_function_of(async_callback(function))
    }

    /// A function that suspends its run until the host has answered: see [`crate::Step::HostCall`].
    ///
    /// # Errors
    /// [`crate::ErrorKind::Memory`].
    pub fn create_host_function(&self, name: &str) -> Result<Function> {
        let name: Rc<str> = name.into();
        self.native_of("host function", move || Request::Host(name.clone()))
    }

    pub(super) fn function_of(&self, callback: Rc<Callback>) -> Result<Function> {
        self.native_of("function", move || Request::Callback(callback.clone()))
    }

    pub(super) fn async_function_of(&self, callback: Rc<AsyncCallback>) -> Result<Function> {
        self.native_of("async function", move || Request::Async(callback.clone()))
    }

    fn native_of(
        &self,
        name: &'static str,
        request: impl Fn() -> Request + 'static,
    ) -> Result<Function> {
        self.with(|core| {
            let native = core.machine.new_host_function(
                name,
                Rc::new(move |cx| {
                    cx.ask_host(Box::new(request()));
                    Ok(Outcome::Host { then: Continuation::Step(answered, 0) })
                }),
            );
            let native = native.map_err(|failure| core.error(failure))?;
            Ok(Function(core.handle(native)))
        })
    }
}

/// A callback of a closure.
pub(super) fn callback<A: FromLuaMulti, R: IntoLuaMulti>(
    function: impl Fn(&Lua, A) -> Result<R> + 'static,
) -> Rc<Callback> {
    Rc::new(move |lua, raws, pins| {
        let args = A::from_raws(raws, lua, 1)?;
        Ok(function(lua, args)?.into_next(pins)?)
    })
}

/// An asynchronous callback of a closure that begins it.
pub(super) fn async_callback<A: FromLuaMulti, R: IntoLuaMulti + 'static, F>(
    function: impl Fn(Lua, A) -> F + 'static,
) -> Rc<AsyncCallback>
where
    F: Future<Output = Result<R>> + 'static,
{
    Rc::new(move |lua, raws| {
        let args = A::from_raws(raws, lua, 1)?;
        Ok(pending(lua, function(lua.clone(), args)))
    })
}

/// A future with the Lua values of its output.
pub(super) fn pending<R: IntoLuaMulti + 'static>(
    lua: &Lua,
    future: impl Future<Output = Result<R>> + 'static,
) -> Pending {
    // Weak, so that a future that is kept somewhere does not keep the machine.
    let lua = Rc::downgrade(&lua.0);
    Box::pin(async move {
        let output = future.await?;
        let lua = lua.upgrade().map(Lua).ok_or(crate::ErrorKind::Destroyed)?;
        output.into_lua_multi(&lua)
    })
}

/// A closure that changes what it has captured as one that refuses to be entered twice.
pub(super) fn once_at_a_time<A, R>(
    function: impl FnMut(&Lua, A) -> Result<R> + 'static,
) -> impl Fn(&Lua, A) -> Result<R> + 'static {
    let function = std::cell::RefCell::new(function);
    move |lua, args| match function.try_borrow_mut() {
        Ok(mut function) => function(lua, args),
        Err(_) => Err(crate::ErrorKind::UserDataBorrowed.into()),
    }
}

/// The host has answered: with results, or with a function and its arguments.
fn answered(cx: &mut CallContext<'_>, _: u32) -> Result<Outcome, Failure> {
    let answer = cx.take_answer().map(<Box<dyn core::any::Any>>::downcast::<CallAnswer>);
    let args = cx.results().len().saturating_sub(1);
    match answer {
        None => cx.return_results(),
        Some(Err(_)) => Err(internal()),
        Some(Ok(answer)) => match answer.0 {
            None => tail_call(cx, args),
            Some(then) => {
                let then = Continuation::Boxed(Box::new((called, Box::new(then))));
                Ok(cx.call(args, -1, then))
            }
        },
    }
}

/// The function that the host wanted called has returned.
fn called(cx: &mut CallContext<'_>, then: Box<dyn core::any::Any>) -> Result<Outcome, Failure> {
    let Ok(then) = then.downcast::<Box<Then>>() else { return Err(internal()) };
    let results = cx.results().to_vec();
    cx.ask_host(Box::new(Request::Then(*then, results)));
    Ok(Outcome::Host { then: Continuation::Step(answered, 0) })
}

impl Core {
    /// Answers the native that waits with what a function of the host has pinned.
    pub(super) fn answer(&mut self, values: &[RawValue], next: NextCall) {
        self.machine.vm.heap.host_answer = match next {
            NextCall::Return => None,
            NextCall::TailCall => Some(Box::new(CallAnswer(None))),
            NextCall::Call(then) => Some(Box::new(CallAnswer(Some(then)))),
        };
        self.machine.answer_with(values);
    }

    /// The failure of a native whose argument does not fit (PUC `lauxlib.c`, `luaL_argerror`).
    pub(super) fn misfit_failure(&mut self, misfit: Misfit) -> Failure {
        let Misfit { position, error } = misfit;
        let text = match error.kind() {
            crate::ErrorKind::FromLua { from, to, message } if position > 0 => {
                Some(match message {
                    Some(message) => message.clone(),
                    None => self.wrong_argument(position, from, to),
                })
            }
            crate::ErrorKind::UserDataType { expected } if position > 0 => {
                Some(format!("{expected} expected, got userdata"))
            }
            _ => None,
        };
        let failure = match text {
            Some(text) => self.machine.with_waiting(|cx| cx.arg_error(position, text)),
            None => Some(crate::api::carrier::failure_of(self, &error)),
        };
        failure.unwrap_or(Failure::Raised)
    }

    /// "number expected, got nil", or "got no value".
    fn wrong_argument(&mut self, position: usize, from: &str, to: &str) -> String {
        let given = self.machine.with_waiting(|cx| cx.has_arg(position));
        let got = if given == Some(true) { from } else { "no value" };
        format!("{} expected, got {got}", convert::expected_name(to))
    }

    /// The failure of a native whose function of the host has failed.
    pub(super) fn callback_failure(&mut self, error: &Error) -> Failure {
        crate::api::carrier::failure_of(self, error)
    }
}
