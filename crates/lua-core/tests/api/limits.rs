//! Fuel, memory, and orders to end.

use crate::support::*;

#[test]
fn fuel_ends_a_run_at_its_limit() {
    let lua = Lua::builder().limits(Limits::default().fuel(10_000)).build().unwrap();
    let noop = lua.create_function(|_, ()| Ok(())).unwrap();
    lua.globals().set("noop", noop).unwrap();
    let loops = [
        "while true do end",
        "while true do pcall(error) end",
        "local function f() return f() end f()",
        "while true do noop() end",
        "while true do pcall(noop) end",
        "coroutine.wrap(function() while true do noop() end end)()",
        "for _ in function() return noop() or 1 end do end",
        "string.rep('x', 1000000000)",
    ];
    for source in loops {
        let error = error(&lua, source);
        assert!(matches!(error.kind(), ErrorKind::Fuel { limit: 10_000 }), "{source}: {error}");
        assert!(error.is_limit());
        let used = lua.fuel_used();
        assert!(used > 10_000, "{source}: {used}");
        still_works(&lua);
    }
    // The same script uses the same fuel, and just enough is enough.
    let script = "local n = 0 for i = 1, 100 do n = n + #tostring(i) noop() end return n";
    eval::<()>(&lua, script);
    let used = lua.fuel_used();
    lua.set_limits(Limits::default().fuel(used));
    eval::<()>(&lua, script);
    assert_eq!(lua.fuel_used(), used);
    lua.set_limits(Limits::default().fuel(used - 1));
    assert!(matches!(error(&lua, script).kind(), ErrorKind::Fuel { .. }));
}

#[test]
fn what_functions_of_the_host_run_is_paid_for_by_their_caller() {
    let lua = Lua::builder().limits(Limits::default().fuel(50_000)).build().unwrap();
    let spin = lua
        .create_function(|lua, swallow: bool| {
            let result = lua.load("while true do end").exec();
            if swallow { Ok(()) } else { result }
        })
        .unwrap();
    lua.globals().set("spin", spin).unwrap();
    for source in ["spin(false)", "spin(true)", "while true do pcall(spin, true) end"] {
        let error = error(&lua, source);
        assert!(matches!(error.kind(), ErrorKind::Fuel { .. }), "{source}: {error}");
        assert!(lua.fuel_used() < 60_000);
    }
    let short = lua.create_function(|lua, ()| lua.load("for i = 1, 1000 do end").exec()).unwrap();
    lua.globals().set("short", short).unwrap();
    assert!(matches!(error(&lua, "while true do short() end").kind(), ErrorKind::Fuel { .. }));
    // Bytes that are copied out and work that the host announces are paid for, too.
    let take = lua.create_function(|_, _: String| Ok(())).unwrap();
    lua.globals().set("take", take).unwrap();
    eval::<()>(&lua, "local s = ('x'):rep(64000) take(s)");
    let copied = lua.fuel_used();
    assert!(copied > 1000, "{copied}");
    let work = lua
        .create_function(|lua, ()| {
            lua.charge_fuel(100_000);
            Ok(())
        })
        .unwrap();
    lua.globals().set("work", work).unwrap();
    assert!(matches!(error(&lua, "work() while true do end").kind(), ErrorKind::Fuel { .. }));
    still_works(&lua);
}

#[test]
fn memory_is_bounded_for_scripts_and_for_the_host() {
    let lua = Lua::builder().limits(Limits::default().memory(1 << 20)).build().unwrap();
    let big = error(&lua, "local t = {} while true do t[#t + 1] = { #t } end");
    assert!(matches!(big.kind(), ErrorKind::Memory { limit: 1_048_576 }), "{big}");
    still_works(&lua);
    assert_eq!(
        eval::<(bool, String)>(&lua, "return pcall(string.rep, 'x', 2^22)"),
        (false, "not enough memory".to_owned())
    );
    assert!(matches!(
        lua.create_string(vec![b'x'; 2 << 20]).unwrap_err().kind(),
        ErrorKind::Memory { .. }
    ));
    let too_many = lua.create_sequence_from(0..1_000_000).unwrap_err();
    assert!(matches!(too_many.kind(), ErrorKind::Memory { .. }));
    lua.collect_garbage().unwrap();
    let hog = lua.create_function(|lua, ()| lua.create_string(vec![b'y'; 2 << 20])).unwrap();
    lua.globals().set("hog", hog).unwrap();
    assert_eq!(eval::<String>(&lua, "return select(2, pcall(hog))"), "not enough memory");
    let stats = lua.memory();
    assert_eq!(stats.limit_bytes, 1 << 20);
    assert!(stats.used_bytes <= stats.peak_bytes && stats.peak_bytes <= stats.limit_bytes);
    lua.set_limits(Limits::default());
    assert_eq!(eval::<usize>(&lua, "return #string.rep('x', 2^22)"), 1 << 22);
    assert!(Lua::builder().limits(Limits::default().memory(100)).build().is_err());
}

#[test]
fn another_thread_ends_a_run() {
    let sources = [
        "while true do end",
        "while true do pcall(error) end",
        "while true do noop() end",
        "while true do pcall(nested) end",
    ];
    for source in sources {
        let lua = Lua::new();
        let noop = lua.create_function(|_, ()| Ok(())).unwrap();
        lua.globals().set("noop", noop).unwrap();
        let nested = lua.create_function(|lua, ()| lua.load("while true do end").exec()).unwrap();
        lua.globals().set("nested", nested).unwrap();
        let handle = lua.kill_handle();
        let timer = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(20));
            handle.kill();
        });
        let error = error(&lua, source);
        assert!(matches!(error.kind(), ErrorKind::Killed), "{source}: {error}");
        timer.join().unwrap();
        still_works(&lua);
    }
}

#[test]
fn an_order_to_end_is_for_the_runs_that_there_are() {
    let lua = asking_lua();
    let function = lua.load("pcall(ask) while true do end").into_function().unwrap();
    let mut waiting = lua.start(&function, ()).unwrap();
    assert!(matches!(waiting.step(100).unwrap(), Step::HostCall(_)));
    lua.kill_handle().kill();
    still_works(&lua);
    waiting.resume(()).unwrap();
    assert!(matches!(waiting.step(100).unwrap_err().kind(), ErrorKind::Killed));
    // A function of the host that kills its own run cannot run more in it.
    let suicide = lua
        .create_function(|lua, ()| {
            lua.kill_handle().kill();
            lua.load("while true do end").exec()
        })
        .unwrap();
    let error = suicide.call::<()>(()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Killed));
    still_works(&lua);
}
