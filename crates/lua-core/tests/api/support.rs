//! What the tests share: a script to its value, types of a host, scripts that ask.

pub(crate) use std::cell::{Cell, RefCell};
pub(crate) use std::collections::{BTreeMap, HashMap};
pub(crate) use std::future::Future;
pub(crate) use std::pin::{Pin, pin};
pub(crate) use std::rc::Rc;
pub(crate) use std::task::{Context, Poll, Waker};

pub(crate) use lua_core::{
    AnyUserData, Error, ErrorKind, ExternalResult as _, FromLua, Function, HostRequest, IntoLua,
    LightUserData, Limits, Lua, LuaString, MultiValue, Next, Result, Run, Step, Table, Thread,
    ThreadStatus, UserData, UserDataFields, UserDataMethods, UserDataRef, Value, Variadic,
};

#[track_caller]
pub(crate) fn eval<R: lua_core::FromLuaMulti>(lua: &Lua, source: &str) -> R {
    lua.load(source).set_name("=t").eval().unwrap()
}

#[track_caller]
pub(crate) fn error(lua: &Lua, source: &str) -> Error {
    lua.load(source).set_name("=t").exec().expect_err(source)
}

/// The machine works and its heap is as it should be.
#[track_caller]
pub(crate) fn still_works(lua: &Lua) {
    lua.collect_garbage().unwrap();
    assert_eq!(eval::<i32>(lua, "return 1 + 1"), 2);
}

#[derive(Debug, PartialEq)]
pub(crate) struct Broken(pub(crate) u32);

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "broken {}", self.0)
    }
}

impl std::error::Error for Broken {}

#[derive(Debug, PartialEq)]
pub(crate) struct Vector {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl UserData for Vector {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        fields.add_field("dimensions", 2);
        fields.add_field_method_get("x", |_, this| Ok(this.x));
        fields.add_field_method_set("x", |_, this, x| {
            this.x = x;
            Ok(())
        });
        fields.add_field_function_get("self", |_, this| Ok(this));
        fields.add_field_function_set("y", |_, this: AnyUserData, y: f64| {
            this.borrow_mut::<Vector>()?.y = y;
            Ok(())
        });
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("dot", |_, this, other: UserDataRef<Vector>| {
            Ok(this.x * other.x + this.y * other.y)
        });
        methods.add_method_mut("scale", |_, this, by: f64| {
            this.x *= by;
            this.y *= by;
            Ok(())
        });
        methods.add_method_mut("during", |_, this, f: Function| {
            this.x += 1.0;
            f.call::<()>(())
        });
        methods.add_method("reading", |_, _, f: Function| f.call::<()>(()));
        methods.add_function("new", |_, (x, y)| Ok(Vector { x, y }));
        methods.add_async_method("later", |_, this, by: f64| async move { Ok(this.x * by) });
        methods.add_meta_method("__eq", |_, this, other: UserDataRef<Vector>| Ok(*this == *other));
        methods.add_meta_method("__index", |_, _, key: String| Ok(format!("no {key}")));
        methods.add_meta_function(
            "__add",
            |_, (a, b): (UserDataRef<Vector>, UserDataRef<Vector>)| {
                Ok(Vector { x: a.x + b.x, y: a.y + b.y })
            },
        );
        methods
            .add_meta_method("__tostring", |_, this, ()| Ok(format!("({}, {})", this.x, this.y)));
        methods.add_meta_method("__call", |_, this, n: f64| Ok(this.x + n));
    }
}

#[derive(Debug)]
pub(crate) struct Plain;
impl UserData for Plain {}

/// Runs a script whose calls of `ask` are answered with their argument and "!" after each.
#[track_caller]
pub(crate) fn run_asking(
    lua: &Lua,
    source: &str,
    fuel: u64,
    answer: impl Fn(&Lua, &mut Run, HostRequest),
) -> Result<Vec<String>> {
    let function = lua.load(source).set_name("=t").into_function()?;
    let mut run = lua.start(&function, ())?;
    loop {
        match run.step(fuel)? {
            Step::Done(values) => return Ok(values.iter().map(ToString::to_string).collect()),
            Step::OutOfFuel => {}
            Step::HostCall(request) => {
                // While the run waits the machine is free for others.
                assert_eq!(eval::<i32>(lua, "return 40 + 2"), 42);
                lua.collect_garbage().unwrap();
                answer(lua, &mut run, request);
            }
        }
    }
}

pub(crate) fn exclaim(lua: &Lua, run: &mut Run, request: HostRequest) {
    assert_eq!(request.name(), "ask");
    let text: String = request.args(lua).unwrap();
    run.resume(format!("{text}!")).unwrap();
}

pub(crate) const ASKING: &[(&str, &[&str])] = &[
    ("return ask('a')", &["a!"]),
    ("return ask('a'), ask('b')", &["a!", "b!"]),
    ("return setmetatable({}, { __index = function(_, k) return ask(k) end }).key", &["key!"]),
    (
        "return setmetatable({}, { __index = function(_, k) return ask(k) end }).key .. 'x'",
        &["key!x"],
    ),
    (
        "local t = setmetatable({}, { __newindex = function(t, k, v) rawset(t, k, ask(v)) end }) t.x = 'v' return t.x",
        &["v!"],
    ),
    ("return setmetatable({}, { __add = function(a, b) return ask(b) end }) + 1", &["1!"]),
    ("return setmetatable({}, { __concat = function(a, b) return ask(b) end }) .. 'c'", &["c!"]),
    (
        "local m = { __lt = function() return ask('l') == 'l!' end } return setmetatable({}, m) < setmetatable({}, m)",
        &["true"],
    ),
    (
        "local m = { __eq = function() return ask('l') == 'no' end } return setmetatable({}, m) == setmetatable({}, m)",
        &["false"],
    ),
    ("return tostring(setmetatable({}, { __tostring = function() return ask('s') end }))", &["s!"]),
    ("return setmetatable({}, { __call = function(_, a) return ask(a) end })('c')", &["c!"]),
    ("return -setmetatable({}, { __unm = function() return ask('m') end })", &["m!"]),
    (
        "local t = { 'b', 'c', 'a' } table.sort(t, function(a, b) return ask(a) < ask(b) end) return table.concat(t)",
        &["abc"],
    ),
    (
        "local t = { 'b', 'c', 'a' } table.sort(t, function(a, b) return a < b and ask('x') == 'x!' end) return table.concat(t)",
        &["abc"],
    ),
    ("return (('a b'):gsub('%a', function(c) return ask(c) end))", &["a! b!"]),
    ("return (('a b'):gsub('%a', ask))", &["a! b!"]),
    (
        "return (('a b'):gsub('%a', setmetatable({}, { __index = function(_, k) return ask(k) end })))",
        &["a! b!"],
    ),
    ("return pcall(ask, 'p')", &["true", "p!"]),
    ("return pcall(function() return pcall(ask, 'p') end)", &["true", "true", "p!"]),
    ("return xpcall(function() return ask('p') end, print)", &["true", "p!"]),
    (
        "return xpcall(function() error('e', 0) end, function(e) return ask(e) end)",
        &["false", "e!"],
    ),
    (
        "local s = '' for v in function(_, v) if not v then return ask('i') end end do s = s .. v end return s",
        &["i!"],
    ),
    (
        "local s = '' for v in (function(_, v) return ask(v or 'i'):sub(1, 3) end) do s = s .. v if #s > 4 then break end end return s",
        &["i!i!!"],
    ),
    ("return coroutine.wrap(function() return ask('w') end)()", &["w!"]),
    ("return coroutine.wrap(function() coroutine.yield(ask('y')) end)()", &["y!"]),
    (
        "local co = coroutine.create(function(a) local b = coroutine.yield(ask(a)) return ask(b) end) local _, x = coroutine.resume(co, '1') local _, y = coroutine.resume(co, '2') return x, y, coroutine.status(co)",
        &["1!", "2!", "dead"],
    ),
    (
        "return coroutine.wrap(function() return pcall(function() return (('z'):gsub('z', ask)) end) end)()",
        &["true", "z!"],
    ),
    ("table.foreach({ 'f' }, function(k, v) x = ask(v) end) return x", &["f!"]),
    (
        "local p = ask('return ') return load(function() local r = p p = nil return r and 'return 5' end)()",
        &["5"],
    ),
    (
        "return load((function() local n = 0 return function() n = n + 1 if n == 1 then return ask('return \"q') .. '\"' end end end)())()",
        &["q!"],
    ),
    (
        "local function f(n) if n == 0 then return ask('deep') end return (f(n - 1)) end return f(150)",
        &["deep!"],
    ),
    (
        "local function f(n) if n == 0 then return ask('tail') end return f(n - 1) end return f(5000)",
        &["tail!"],
    ),
    ("return apply(ask, 'next')", &["next!"]),
    ("return apply(function() return ask('in') .. ask('out') end)", &["in!out!"]),
    ("return then_double(ask, 'd')", &["d!d!"]),
];

pub(crate) fn asking_lua() -> Lua {
    let lua = Lua::new();
    lua.globals().set("ask", lua.create_host_function("ask").unwrap()).unwrap();
    let apply = lua
        .create_function(|_, (f, args): (Function, Variadic<Value>)| Next::tail_call(&f, args))
        .unwrap();
    lua.globals().set("apply", apply).unwrap();
    let then_double = lua
        .create_function(|_, (f, arg): (Function, String)| {
            Next::call(&f, arg).then(|_, s: String| Ok(s.clone() + &s))
        })
        .unwrap();
    lua.globals().set("then_double", then_double).unwrap();
    lua
}

/// Ready when it has been polled so many times.
pub(crate) struct Later(pub(crate) u32);

impl Future for Later {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0 == 0 {
            return Poll::Ready(());
        }
        self.0 -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
}

pub(crate) fn async_lua() -> Lua {
    let lua = Lua::new();
    let ask = lua
        .create_async_function(|lua, text: String| async move {
            Later(2).await;
            // The machine is free while the script waits.
            lua.load("local t = {} for i = 1, 10 do t[i] = {} end").exec()?;
            Ok(text + "!")
        })
        .unwrap();
    lua.globals().set("ask", ask).unwrap();
    let apply = lua
        .create_function(|_, (f, args): (Function, Variadic<Value>)| Next::tail_call(&f, args))
        .unwrap();
    lua.globals().set("apply", apply).unwrap();
    let then_double = lua
        .create_function(|_, (f, arg): (Function, String)| {
            Next::call(&f, arg).then(|_, s: String| Ok(s.clone() + &s))
        })
        .unwrap();
    lua.globals().set("then_double", then_double).unwrap();
    lua
}
