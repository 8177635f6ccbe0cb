//! Functions of the host, and what they return.

use crate::support::*;

#[test]
fn arguments_that_do_not_fit_are_named_as_in_lua() {
    let lua = Lua::new();
    let f = lua.create_function(|_, (_, _): (u8, String)| Ok(())).unwrap();
    lua.globals().set("f", f).unwrap();
    let cases = [
        ("f({})", "t:1: bad argument #1 to 'f' (number expected, got table)"),
        ("f()", "t:1: bad argument #1 to 'f' (number expected, got no value)"),
        ("f(300, 'x')", "t:1: bad argument #1 to 'f' (300 is out of range)"),
        ("f(1)", "t:1: bad argument #2 to 'f' (string expected, got no value)"),
        ("local g = f; g(1, nil)", "t:1: bad argument #2 to 'g' (string expected, got nil)"),
        ("local t = { f = f }; t:f()", "t:1: calling 'f' on bad self (number expected, got table)"),
    ];
    for (source, expected) in cases {
        assert_eq!(error(&lua, source).to_string(), expected);
    }
    still_works(&lua);
}

#[test]
fn functions_of_the_host_work_wherever_lua_calls_them() {
    let lua = Lua::new();
    let double = lua.create_function(|_, n: f64| Ok(n * 2.0)).unwrap();
    lua.globals().set("double", double).unwrap();
    let less = lua.create_function(|_, (a, b): (f64, f64)| Ok(a < b)).unwrap();
    lua.globals().set("less", less).unwrap();
    let cases = [
        ("return double(2)", "4"),
        ("return select(2, pcall(double, 4))", "8"),
        ("local t = { 3, 1, 2 } table.sort(t, less) return table.concat(t, ' ')", "1 2 3"),
        ("return (('1 2'):gsub('%d', double))", "2 4"),
        ("return setmetatable({}, { __index = function(_, k) return double(k) end })[5]", "10"),
        ("return setmetatable({}, { __add = function(_, b) return double(b) end }) + 6", "12"),
        ("return coroutine.wrap(function(n) return double(n) end)(7)", "14"),
        ("return coroutine.wrap(function(n) coroutine.yield(double(n)) end)(7)", "14"),
        ("for v in function(_, v) if not v then return double(4) end end do return v end", "8"),
        ("return double(double(double(1)))", "8"),
        ("local function f(n) return double(n) end return f(8)", "16"),
    ];
    for (source, expected) in cases {
        assert_eq!(eval::<String>(&lua, source), expected, "{source}");
    }
    still_works(&lua);
}

#[test]
fn functions_of_the_host_may_use_their_lua() {
    let lua = Lua::new();
    let f = lua
        .create_function(|lua, list: Table| {
            let out = lua.create_table()?;
            for item in list.sequence_values::<i32>() {
                out.push(lua.create_string(item?.to_string())?)?;
            }
            lua.globals().set("seen", &out)?;
            lua.collect_garbage()?;
            let sum: i32 = lua
                .load("local s = 0 for _, v in ipairs(seen) do s = s + v end return s")
                .eval()?;
            Ok((sum, out))
        })
        .unwrap();
    lua.globals().set("f", f).unwrap();
    let (sum, list): (i32, Vec<String>) =
        eval(&lua, "local a = { 1, 2, 3 } local s, l = f(a) return s, l");
    assert_eq!((sum, list.join(",")), (6, "1,2,3".to_owned()));
    // Also from inside a coroutine, a protected call, and with garbage about.
    let n: i32 = eval(
        &lua,
        "local total = 0
         for i = 1, 50 do
           local co = coroutine.wrap(function() local ok, s = pcall(f, { i, i }) coroutine.yield(s) end)
           total = total + co()
         end
         return total",
    );
    assert_eq!(n, 2550);
    still_works(&lua);
}

#[test]
fn nested_calls_are_bounded() {
    let lua = Lua::builder().limits(Limits::default().depth(5)).build().unwrap();
    let deepest = Rc::new(Cell::new(0));
    let seen = deepest.clone();
    let recurse = lua
        .create_function(move |lua, depth: i32| {
            seen.set(seen.get().max(depth));
            let recurse: Function = lua.globals().get("recurse")?;
            recurse.call::<()>(depth + 1)
        })
        .unwrap();
    lua.globals().set("recurse", recurse).unwrap();
    let error = error(&lua, "recurse(1)");
    assert_eq!(deepest.get(), 6);
    let mut cause = &error;
    while let ErrorKind::Callback { cause: inner, .. } = cause.kind() {
        cause = inner;
    }
    assert!(matches!(cause.kind(), ErrorKind::RecursiveCall { limit: 5 }));
    // A script can catch it, and the machine is as good as new.
    assert!(!eval::<bool>(&lua, "return (pcall(recurse, 1))"));
    still_works(&lua);
}

#[test]
fn nested_calls_fit_on_a_small_stack() {
    let thread = std::thread::Builder::new().stack_size(256 << 10);
    let handle = thread.spawn(|| {
        let lua = Lua::new();
        let recurse = lua
            .create_function(|lua, ()| lua.globals().get::<Function>("again")?.call::<()>(()))
            .unwrap();
        lua.globals().set("recurse", recurse).unwrap();
        lua.load("function again() return setmetatable({}, { __index = recurse }).x end")
            .exec()
            .unwrap();
        let error = lua.load("again()").exec().unwrap_err();
        assert!(error.to_string().contains("nested too deeply"), "{error}");
        still_works(&lua);
    });
    handle.unwrap().join().unwrap();
}

#[test]
fn next_calls_without_nesting() {
    let lua = Lua::new();
    let apply = lua
        .create_function(|_, (f, args): (Function, Variadic<Value>)| Next::tail_call(&f, args))
        .unwrap();
    lua.globals().set("apply", apply).unwrap();
    assert_eq!(
        eval::<(i32, i32)>(&lua, "return apply(function(a, b) return b, a end, 1, 2)"),
        (2, 1)
    );
    // A chain of calls through the host takes none of the host's stack.
    assert_eq!(
        eval::<i32>(
            &lua,
            "local function f(n) if n == 0 then return 7 end return apply(f, n - 1) end return f(10000)"
        ),
        7
    );
    let twice = lua
        .create_function(|_, (f, n): (Function, i32)| {
            let again = f.clone();
            Next::call(&f, n)
                .then(move |_, n: i32| Next::call(&again, n).then(|_, n: i32| Ok((n, "done"))))
        })
        .unwrap();
    lua.globals().set("twice", twice).unwrap();
    assert_eq!(
        eval::<(i32, String)>(&lua, "return twice(function(n) return n * 3 end, 2)"),
        (18, "done".to_owned())
    );
    assert_eq!(
        eval::<(bool, String)>(&lua, "return pcall(twice, function() error('no', 0) end, 1)"),
        (false, "no".to_owned())
    );
    assert_eq!(
        error(&lua, "twice(function() return {} end, 1)").to_string(),
        "cannot make i32 of a table"
    );
    assert_eq!(
        error(&lua, "coroutine.wrap(function() twice(coroutine.yield, 1) end)()").to_string(),
        "t:1: attempt to yield across metamethod/C-call boundary"
    );
    let values = lua.create_function(|lua, n: i32| Next::values(lua, (n, n + 1))).unwrap();
    assert_eq!(values.call::<(i32, i32)>(1).unwrap(), (1, 2));
    still_works(&lua);
}

#[test]
fn closures_that_change_refuse_to_be_entered_twice() {
    let lua = Lua::new();
    let mut count = 0;
    let f = lua
        .create_function_mut(move |lua, again: bool| {
            count += 1;
            if again {
                lua.globals().get::<Function>("f")?.call::<i32>(false)?;
            }
            Ok(count)
        })
        .unwrap();
    lua.globals().set("f", f).unwrap();
    assert_eq!(eval::<(i32, i32)>(&lua, "return f(false), f(false)"), (1, 2));
    assert!(error(&lua, "f(true)").to_string().contains("in progress already"));
    assert_eq!(eval::<i32>(&lua, "return f(false)"), 4);
}

#[test]
fn functions_have_bound_arguments_and_environments() {
    let lua = Lua::new();
    let f: Function = eval(&lua, "return function(...) return select('#', ...), ... end");
    let bound = f.bind((1, Value::Nil, "x")).unwrap();
    lua.collect_garbage().unwrap();
    let (count, values): (i32, Variadic<Value>) = bound.call((true, Value::Nil)).unwrap();
    assert_eq!((count, values.len()), (5, 5));
    assert_eq!(bound.bind(9).unwrap().call::<(i32, i32)>(()).unwrap(), (4, 1));
    let sandbox = lua.create_table_from([("x", 5)]).unwrap();
    let g = lua.load("return x").into_function().unwrap();
    assert_eq!(g.call::<Option<i32>>(()).unwrap(), None);
    g.set_environment(&sandbox).unwrap();
    assert_eq!(g.call::<i32>(()).unwrap(), 5);
    assert_eq!(g.environment().unwrap().unwrap(), sandbox);
}
