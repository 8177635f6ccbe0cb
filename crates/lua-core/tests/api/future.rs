//! Calls that are awaited.

use crate::support::*;

#[test]
fn scripts_await_from_anywhere() {
    let lua = async_lua();
    for (source, expected) in ASKING {
        let future = lua.load(*source).eval_async::<MultiValue>().fuel_slice(11);
        let values: Vec<String> =
            block_on(future).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(values, *expected, "{source}");
    }
    still_works(&lua);
}

#[test]
fn several_calls_are_awaited_at_once() {
    let lua = async_lua();
    let mut futures: Vec<_> = (0..20)
        .map(|n| {
            let source = format!("local s = '' for i = 1, {n} do s = s .. ask(i) end return s");
            Box::pin(lua.load(source).eval_async::<String>().fuel_slice(13))
        })
        .collect();
    let mut results = vec![None; futures.len()];
    let mut cx = Context::from_waker(Waker::noop());
    while results.iter().any(Option::is_none) {
        for (future, result) in futures.iter_mut().zip(&mut results).rev() {
            if result.is_none()
                && let Poll::Ready(output) = future.as_mut().poll(&mut cx)
            {
                *result = Some(output.unwrap());
            }
        }
    }
    for (n, result) in results.iter().enumerate() {
        let expected = (1..=n).fold(String::new(), |text, i| text + &format!("{i}!"));
        assert_eq!(result.as_deref(), Some(expected.as_str()));
    }
    still_works(&lua);
}

#[test]
fn futures_fail_and_end_as_calls_do() {
    let lua = async_lua();
    let fail = lua
        .create_async_function(|_, n: u32| async move {
            Later(1).await;
            Err::<(), _>(Broken(n)).into_lua_err()
        })
        .unwrap();
    lua.globals().set("fail", fail).unwrap();
    let error = block_on(lua.load("fail(3)").exec_async()).unwrap_err();
    assert_eq!(error.downcast_ref::<Broken>(), Some(&Broken(3)));
    let caught: String =
        block_on(lua.load("return tostring(select(2, pcall(fail, 4)))").eval_async()).unwrap();
    assert_eq!(caught, "broken 4");
    let error = block_on(lua.load("ask({})").set_name("=t").exec_async()).unwrap_err();
    assert_eq!(error.to_string(), "t:1: bad argument #1 to 'ask' (string expected, got table)");
    assert!(block_on(lua.load("x = = 1").exec_async()).is_err());
    assert!(block_on(lua.load("x = = 1").eval_async::<Value>()).is_err());
    // In a run that is not awaited an asynchronous function is an error of the script.
    let refused = eval::<String>(&lua, "return select(2, pcall(ask, 'x'))");
    assert!(refused.contains("async"), "{refused}");
    // Dropped on the way.
    let mut future = Box::pin(lua.load("return ask('x')").eval_async::<String>());
    let mut cx = Context::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut cx).is_pending());
    drop(future);
    still_works(&lua);
    // A poll ends when its slice of fuel is used up, whether the machine or the host is busy.
    let ready = lua.create_async_function(|_, ()| async { Ok(()) }).unwrap();
    lua.globals().set("ready", ready).unwrap();
    for source in ["while true do end", "while true do ready() end"] {
        let mut future = Box::pin(lua.load(source).exec_async().fuel_slice(1000));
        assert!(future.as_mut().poll(&mut cx).is_pending());
        assert!(future.as_mut().poll(&mut cx).is_pending());
    }
    lua.set_limits(Limits::default().fuel(5_000));
    let error = block_on(lua.load("while true do ready() end").exec_async()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Fuel { .. }));
    still_works(&lua);
}

#[test]
fn asynchronous_functions_await_lua() {
    let lua = async_lua();
    let outer = lua
        .create_async_function(|lua, n: u32| async move {
            if n == 0 {
                return Ok("end".to_owned());
            }
            let inner: Function = lua.globals().get("outer")?;
            let text: String = inner.call_async(n - 1).await?;
            lua.load("return ask(...)").call_async::<String>(text).await
        })
        .unwrap();
    lua.globals().set("outer", outer).unwrap();
    let text: String = block_on(lua.load("return outer(5)").eval_async()).unwrap();
    assert_eq!(text, "end!!!!!");
    let v = Vector { x: 3.0, y: 0.0 };
    lua.globals().set("v", v).unwrap();
    assert_eq!(block_on(lua.load("return v:later(2)").eval_async::<f64>()).unwrap(), 6.0);
    let body: Function =
        eval(&lua, "return function(a) local b = coroutine.yield(ask(a)) return ask(b) end");
    let thread = lua.create_thread(&body).unwrap();
    assert_eq!(block_on(thread.resume_async::<String>("1")).unwrap(), "1!");
    assert_eq!(block_on(thread.resume_async::<String>("2")).unwrap(), "2!");
    still_works(&lua);
}
