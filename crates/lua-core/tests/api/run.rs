//! Runs that the host steps and answers, and coroutines.

use crate::support::*;

#[test]
fn scripts_ask_the_host_from_anywhere() {
    let lua = asking_lua();
    for (source, expected) in ASKING {
        for fuel in [1, 7, 1_000_000] {
            let values = run_asking(&lua, source, fuel, exclaim);
            assert_eq!(values.unwrap(), *expected, "{source}");
        }
    }
    still_works(&lua);
}

#[test]
fn all_the_runs_that_ask_may_wait_at_once() {
    let lua = asking_lua();
    let mut runs: Vec<(Run, Option<HostRequest>, usize)> = Vec::new();
    for (index, (source, _)) in ASKING.iter().enumerate() {
        let function = lua.load(*source).into_function().unwrap();
        runs.push((lua.start(&function, ()).unwrap(), None, index));
    }
    let mut turns = 0;
    while !runs.is_empty() {
        turns += 1;
        lua.collect_garbage().unwrap();
        // Another order each time.
        let at = turns * 7 % runs.len();
        let (run, request, index) = &mut runs[at];
        if let Some(request) = request.take() {
            exclaim(&lua, run, request);
        }
        match run.step(5).unwrap() {
            Step::OutOfFuel => {}
            Step::HostCall(asked) => *request = Some(asked),
            Step::Done(values) => {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                // `x` is the one global that two of the scripts share.
                assert_eq!(values, ASKING[*index].1, "{}", ASKING[*index].0);
                runs.swap_remove(at);
            }
        }
    }
    still_works(&lua);
}

#[test]
fn answers_may_be_errors() {
    let lua = asking_lua();
    let fail = |lua: &Lua, run: &mut Run, request: HostRequest| {
        let _: MultiValue = request.args(lua).unwrap();
        run.fail(&Error::runtime("offline")).unwrap();
    };
    let values = run_asking(&lua, "return pcall(function() return ask('a') end)", 10, fail);
    assert_eq!(values.unwrap(), ["false", "t:1: offline"]);
    let error = run_asking(&lua, "ask('a')", 10, fail).unwrap_err();
    assert_eq!(error.to_string(), "t:1: offline");
    let carried =
        |_: &Lua, run: &mut Run, _: HostRequest| run.fail(&Error::external(Broken(9))).unwrap();
    let error = run_asking(&lua, "table.sort({ 2, 1 }, ask)", 10, carried).unwrap_err();
    assert_eq!(error.downcast_ref::<Broken>(), Some(&Broken(9)));
    let fatal = |lua: &Lua, run: &mut Run, _: HostRequest| {
        let killed = lua.kill_handle();
        killed.kill();
        run.resume(()).unwrap();
    };
    let error = run_asking(&lua, "pcall(ask) return 1", 10, fatal).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Killed));
    still_works(&lua);
}

#[test]
fn runs_say_what_they_cannot_do() {
    let lua = asking_lua();
    let function = lua.load("return ask(...)").into_function().unwrap();
    let mut run = lua.start(&function, "x").unwrap();
    let state = |result: Result<()>| matches!(result.unwrap_err().kind(), ErrorKind::RunState(_));
    assert!(state(run.resume(1)));
    let mut request = loop {
        if let Step::HostCall(request) = run.step(10).unwrap() {
            break request;
        }
    };
    assert!(request.payload().is_none());
    assert_eq!(request.values().len(), 1);
    assert!(state(run.step(10).map(drop)));
    let foreign = Lua::new().create_table().unwrap();
    assert!(run.resume(&foreign).is_err());
    run.resume((1, 2)).unwrap();
    assert!(state(run.resume(1)));
    let Step::Done(values) = run.step(100).unwrap() else { panic!("not done") };
    assert_eq!(values.len(), 2);
    assert!(run.is_over() && run.fuel_used() > 0);
    assert!(state(run.step(1).map(drop)));
    // Nobody answers in a plain call, and a script can catch that.
    let refused = function.call::<Value>("x").unwrap_err();
    assert!(refused.to_string().contains("a run that nobody answers"), "{refused}");
    assert!(!eval::<bool>(&lua, "return (pcall(ask))"));
    still_works(&lua);
}

#[test]
fn natives_of_libraries_ask_the_host() {
    use lua_core::continuation::Continuation;
    use lua_core::native::{CallContext, Library, Outcome};
    fn fetch(cx: &mut CallContext<'_>) -> core::result::Result<Outcome, lua_core::error::Failure> {
        let key = cx.check_string(1)?;
        let key = cx.bytes(key).to_vec();
        cx.ask_host(Box::new(key));
        Ok(Outcome::Host { then: Continuation::Step(fetched, 0) })
    }
    fn fetched(
        cx: &mut CallContext<'_>,
        _: u32,
    ) -> core::result::Result<Outcome, lua_core::error::Failure> {
        let answer = cx.take_answer().and_then(|answer| answer.downcast::<Vec<u8>>().ok());
        let text = cx.string(&answer.unwrap_or_default())?;
        cx.return1(text)
    }
    const STORE: Library = lua_core::library!("store", { "fetch" => fetch });
    let lua = Lua::new();
    lua.register(&STORE).unwrap();
    let function = lua.load("return (('a-b'):gsub('%a', store.fetch))").into_function().unwrap();
    let mut run = lua.start(&function, ()).unwrap();
    let values = loop {
        match run.step(3).unwrap() {
            Step::Done(values) => break values,
            Step::OutOfFuel => {}
            Step::HostCall(mut request) => {
                let key = request.payload().unwrap().downcast::<Vec<u8>>().unwrap();
                run.resume_native(Box::new([&key[..], b"!"].concat())).unwrap();
            }
        }
    };
    assert_eq!(values.convert::<String>(&lua).unwrap(), "a!-b!");
}

#[test]
fn dropped_runs_end() {
    let lua = asking_lua();
    let dropped = Rc::new(Cell::new(0));
    struct Guard(Rc<Cell<i32>>);
    impl UserData for Guard {}
    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    for source in [
        "local g = ... ask() return g",
        "local g = ... while true do end return g",
        "coroutine.wrap(function(g) ask() return g end)(...)",
    ] {
        let function = lua.load(source).into_function().unwrap();
        let mut run = lua.start(&function, Guard(dropped.clone())).unwrap();
        for _ in 0..10 {
            if let Step::HostCall(_) = run.step(10).unwrap() {
                break;
            }
        }
        // Others run meanwhile, and the guard lives.
        eval::<()>(&lua, "local x = {}");
        lua.collect_garbage().unwrap();
        let before = dropped.get();
        drop(run);
        lua.collect_garbage().unwrap();
        assert_eq!(dropped.get(), before + 1, "{source}");
    }
    // A run that was never stepped, and one dropped inside a function of the host.
    let function = lua.load("return ...").into_function().unwrap();
    drop(lua.start(&function, Guard(dropped.clone())).unwrap());
    lua.collect_garbage().unwrap();
    assert_eq!(dropped.get(), 4);
    let f = lua
        .create_function(move |lua, ()| {
            let mut run = lua.start(&lua.load("ask()").into_function()?, ())?;
            run.step(3)?;
            Ok(())
        })
        .unwrap();
    f.call::<()>(()).unwrap();
    still_works(&lua);
}

#[test]
fn steps_give_what_a_call_gives() {
    let lua = Lua::new();
    let double = lua.create_function(|_, n: f64| Ok(n * 2.0)).unwrap();
    lua.globals().set("double", double).unwrap();
    let function: Function = lua
        .load(
            "local out = {}
             for i = 1, 50 do
               local co = coroutine.wrap(function(a) local b = coroutine.yield(double(a)) return a + b end)
               out[#out + 1] = co(i)
               out[#out + 1] = co(i * 2)
             end
             table.sort(out, function(a, b) return double(a) > double(b) end)
             return table.concat(out, ' ')",
        )
        .into_function()
        .unwrap();
    let straight: String = function.call(()).unwrap();
    let fuel = lua.fuel_used();
    for slice in [1, 2, 3, 10, 97] {
        let mut run = lua.start(&function, ()).unwrap();
        let values = loop {
            if let Step::Done(values) = run.step(slice).unwrap() {
                break values;
            }
        };
        assert_eq!(values.convert::<String>(&lua).unwrap(), straight);
        assert_eq!(run.fuel_used(), fuel, "slices of {slice}");
    }
}

#[test]
fn threads_are_resumed_by_the_host() {
    let lua = Lua::new();
    let body: Function = eval(
        &lua,
        "return function(a) local b, c = coroutine.yield(a .. 1) if c then error(c, 0) end return b end",
    );
    let thread = lua.create_thread(&body).unwrap();
    assert_eq!(thread.resume::<String>("x").unwrap(), "x1");
    lua.collect_garbage().unwrap();
    assert_eq!(thread.status().unwrap(), ThreadStatus::Resumable);
    assert_eq!(thread.resume::<String>("y").unwrap(), "y");
    assert_eq!(thread.status().unwrap(), ThreadStatus::Finished);
    assert_eq!(thread.resume::<()>(()).unwrap_err().to_string(), "cannot resume dead coroutine");
    let thread = lua.create_thread(&body).unwrap();
    thread.resume::<()>("x").unwrap();
    assert_eq!(thread.resume::<()>(("y", "oh")).unwrap_err().to_string(), "oh");
    assert!(lua.create_thread(&eval(&lua, "return print")).is_err());
    // A thread that resumes itself by way of the host is running.
    let thread = lua.create_thread(&eval(&lua, "return function(f, co) return f(co) end")).unwrap();
    let f = lua
        .create_function(|_, thread: Thread| {
            assert_eq!(thread.status()?, ThreadStatus::Running);
            thread.resume::<Value>(())
        })
        .unwrap();
    let error = thread.resume::<Value>((f, &thread)).unwrap_err();
    assert_eq!(error.to_string(), "cannot resume normal coroutine");
    assert!(eval::<bool>(&lua, "return coroutine.running() == nil"));
    still_works(&lua);
}

#[test]
fn panics_of_the_host_leave_the_machine_usable() {
    let lua = Lua::new();
    let f = lua.create_function(|_, ()| -> Result<()> { panic!("on purpose") }).unwrap();
    lua.globals().set("f", f).unwrap();
    let run = std::panic::AssertUnwindSafe(|| lua.load("pcall(f)").exec());
    assert!(std::panic::catch_unwind(run).is_err());
    still_works(&lua);
    let nested = lua.create_function(|lua, ()| lua.load("f()").exec()).unwrap();
    lua.globals().set("nested", nested).unwrap();
    let run = std::panic::AssertUnwindSafe(|| lua.load("nested()").exec());
    assert!(std::panic::catch_unwind(run).is_err());
    still_works(&lua);
}

#[test]
fn finalisers_run_when_asked_for() {
    let lua = Lua::new();
    lua.load("count = 0 local p = newproxy(true) getmetatable(p).__gc = function() count = count + 1 end").exec().unwrap();
    lua.collect_garbage().unwrap();
    assert_eq!(eval::<i32>(&lua, "count"), 1);
    let gc = lua.create_function(|lua, ()| lua.collect_garbage()).unwrap();
    lua.globals().set("gc", gc).unwrap();
    lua.load("getmetatable(newproxy(true)).__gc = function() count = count + 1 end gc()")
        .exec()
        .unwrap();
    assert_eq!(eval::<i32>(&lua, "count"), 2);
}
