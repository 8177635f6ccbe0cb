//! The embedding API: conversions, handles, errors, limits, runs that wait, futures.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use lua_core::{
    AnyUserData, Error, ErrorKind, ExternalResult as _, FromLua, Function, HostRequest, IntoLua,
    LightUserData, Limits, Lua, LuaString, MultiValue, Next, Result, Run, Step, Table, Thread,
    ThreadStatus, UserData, UserDataFields, UserDataMethods, UserDataRef, Value, Variadic,
};

#[track_caller]
fn eval<R: lua_core::FromLuaMulti>(lua: &Lua, source: &str) -> R {
    lua.load(source).set_name("=t").eval().unwrap()
}

#[track_caller]
fn error(lua: &Lua, source: &str) -> Error {
    lua.load(source).set_name("=t").exec().expect_err(source)
}

/// The machine works and its heap is as it should be.
#[track_caller]
fn still_works(lua: &Lua) {
    lua.collect_garbage().unwrap();
    assert_eq!(eval::<i32>(lua, "return 1 + 1"), 2);
}

// ---- conversions ---------------------------------------------------------------------------------

#[track_caller]
fn round_trip<T: IntoLua + FromLua + PartialEq + std::fmt::Debug + Clone>(lua: &Lua, value: T) {
    let echo: Function = eval(lua, "return function(...) return ... end");
    assert_eq!(echo.call::<T>(value.clone()).unwrap(), value);
    let through_value = lua.pack(value.clone()).unwrap();
    assert_eq!(lua.unpack::<T>(through_value).unwrap(), value);
    lua.globals().set("value", value.clone()).unwrap();
    assert_eq!(lua.globals().get::<T>("value").unwrap(), value);
}

#[test]
fn values_survive_the_way_through_lua() {
    let lua = Lua::new();
    round_trip(&lua, true);
    round_trip(&lua, -128_i8);
    round_trip(&lua, u8::MAX);
    round_trip(&lua, i32::MIN);
    round_trip(&lua, u32::MAX);
    round_trip(&lua, 1_i64 << 53);
    round_trip(&lua, usize::MAX >> 12);
    round_trip(&lua, i128::from(i64::MIN));
    round_trip(&lua, 1.5_f32);
    round_trip(&lua, -0.1_f64);
    round_trip(&lua, f64::INFINITY);
    round_trip(&lua, String::from("grüße\0!"));
    round_trip(&lua, LuaString::from(&b"\xFF\0\n"[..]));
    round_trip(&lua, vec![0_u8, 255, 10]);
    round_trip(&lua, vec![1, 2, 3]);
    round_trip(&lua, vec![vec!["a".to_owned()], vec![]]);
    round_trip(&lua, [1.5, 2.5]);
    round_trip(&lua, Some(7));
    round_trip(&lua, None::<i32>);
    round_trip(&lua, BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]));
    round_trip(&lua, HashMap::from([(1, vec![true]), (2, vec![])]));
    round_trip(&lua, LightUserData(7));
    round_trip(&lua, Value::Nil);
    round_trip(&lua, lua.create_table().unwrap());
}

#[test]
fn bytes_are_strings_and_numbers_are_lists() {
    let lua = Lua::new();
    let kind: Function = eval(&lua, "return type");
    assert_eq!(kind.call::<String>(vec![1_u8]).unwrap(), "string");
    assert_eq!(kind.call::<String>(&[1_u8][..]).unwrap(), "string");
    assert_eq!(kind.call::<String>(b"ab").unwrap(), "string");
    assert_eq!(kind.call::<String>(vec![1_u16]).unwrap(), "table");
    assert_eq!(eval::<Vec<u8>>(&lua, "return { 1, 2 }"), [1, 2]);
}

#[track_caller]
fn misfit<T: FromLua + std::fmt::Debug>(lua: &Lua, source: &str, expected: &str) {
    let value: Value = eval(lua, source);
    assert_eq!(lua.unpack::<T>(value).unwrap_err().to_string(), expected);
    assert_eq!(lua.load(source).eval::<T>().unwrap_err().to_string(), expected);
}

#[test]
fn errors_of_conversions_name_the_value() {
    let lua = Lua::new();
    misfit::<u8>(&lua, "300", "cannot make u8 of a number: 300 is out of range");
    misfit::<u32>(&lua, "-1", "cannot make u32 of a number: -1 is out of range");
    misfit::<i32>(&lua, "1.5", "cannot make i32 of a number: 1.5 is not a whole number");
    misfit::<i64>(&lua, "1e300", "cannot make i64 of a number: 1e+300 is out of range");
    misfit::<i64>(&lua, "math.huge", "cannot make i64 of a number: inf is not a whole number");
    misfit::<i32>(&lua, "{}", "cannot make i32 of a table");
    misfit::<f64>(&lua, "'x'", "cannot make f64 of a string");
    misfit::<String>(&lua, "'\\255'", "cannot make String of a string: not UTF-8 at byte 0");
    misfit::<String>(&lua, "nil", "cannot make String of a nil");
    misfit::<Table>(&lua, "1", "cannot make table of a number");
    misfit::<Function>(&lua, "{}", "cannot make function of a table");
    misfit::<Vec<u8>>(
        &lua,
        "{ 1, 256 }",
        "cannot make u8 of a number: position 2: 256 is out of range",
    );
    misfit::<Vec<Vec<i32>>>(
        &lua,
        "{ { 1 }, { 1, {} } }",
        "cannot make i32 of a table: position 2: position 2",
    );
    misfit::<BTreeMap<String, i32>>(&lua, "{ x = true }", "cannot make i32 of a boolean: field x");
    misfit::<[i32; 2]>(&lua, "{ 1 }", "cannot make list of a table: it has 1 items, not 2");

    let error = lua.pack(u64::MAX).unwrap_err();
    assert_eq!(error.to_string(), "cannot make a number of u64: 18446744073709551615 is no double");
    assert!(lua.pack(u128::MAX).is_err());
    assert!(lua.pack(i64::MAX).is_err());
    assert!(lua.pack(i64::MIN).is_ok());
}

#[test]
fn strings_and_numbers_convert_as_in_lua() {
    let lua = Lua::new();
    assert_eq!(eval::<i32>(&lua, "' 0x10 '"), 16);
    assert_eq!(eval::<String>(&lua, "1.5"), "1.5");
    assert_eq!(eval::<LuaString>(&lua, "7"), *"7");
    assert!(eval::<bool>(&lua, "0"));
    assert!(!eval::<bool>(&lua, "nil"));
}

#[test]
fn tuples_take_what_is_there() {
    let lua = Lua::new();
    assert_eq!(eval::<(i32, Option<i32>)>(&lua, "1"), (1, None));
    assert_eq!(eval::<(i32, i32)>(&lua, "return 1, 2, 3"), (1, 2));
    let (first, rest): (i32, Variadic<String>) = eval(&lua, "return 1, 'a', 'b'");
    assert_eq!((first, rest.into_vec()), (1, vec!["a".to_owned(), "b".to_owned()]));
    eval::<()>(&lua, "return 1, 2");
    type Twelve = (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32);
    let echo: Function = eval(&lua, "return function(...) return ... end");
    let twelve: Twelve = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    assert_eq!(echo.call::<Twelve>(twelve).unwrap(), twelve);
    let all: MultiValue = echo.call((1, "a", Variadic::from(vec![true, false]))).unwrap();
    assert_eq!(all.len(), 4);
    let failed: core::result::Result<i32, String> = Err("no".to_owned());
    assert_eq!(echo.call::<(Option<i32>, String)>(failed).unwrap(), (None, "no".to_owned()));
}

/// A conversion that runs Lua and collects while others are under way.
#[derive(Clone, Debug, PartialEq)]
struct Meddler(String);

impl IntoLua for Meddler {
    fn into_lua(self, lua: &Lua) -> Result<Value> {
        lua.load("for i = 1, 100 do local t = { i } end").exec()?;
        lua.collect_garbage()?;
        self.0.into_lua(lua)
    }
}

impl FromLua for Meddler {
    fn from_lua(value: Value, lua: &Lua) -> Result<Self> {
        lua.collect_garbage()?;
        lua.load("for i = 1, 100 do local s = 'x' .. i end").exec()?;
        Ok(Meddler(lua.unpack(value)?))
    }
}

#[test]
fn conversions_may_run_lua_between_each_other() {
    let lua = Lua::new();
    let m = |text: &str| Meddler(text.to_owned());
    let echo: Function = eval(&lua, "return function(...) return ... end");
    let (a, b, c): (Meddler, Meddler, Meddler) = echo.call((m("1"), m("22"), m("333"))).unwrap();
    assert_eq!((a, b, c), (m("1"), m("22"), m("333")));
    let list = vec![m("a"), m("b"), m("c")];
    assert_eq!(echo.call::<Vec<Meddler>>(list.clone()).unwrap(), list);
    let map = BTreeMap::from([("k".to_owned(), m("v")), ("l".to_owned(), m("w"))]);
    assert_eq!(echo.call::<BTreeMap<String, Meddler>>(map.clone()).unwrap(), map);
    let host = lua.create_function(|_, (a, b): (Meddler, Meddler)| Ok((b, a))).unwrap();
    assert_eq!(host.call::<(Meddler, Meddler)>((m("x"), m("y"))).unwrap(), (m("y"), m("x")));
    still_works(&lua);
}

// ---- tables --------------------------------------------------------------------------------------

#[test]
fn tables_read_and_write() {
    let lua = Lua::new();
    let table = lua.create_table().unwrap();
    assert!(table.is_empty().unwrap());
    table.set("a", 1).unwrap();
    table.set(1, "one").unwrap();
    table.set(true, 2.5).unwrap();
    table.raw_set("b", Value::Nil).unwrap();
    assert_eq!(table.get::<i32>("a").unwrap(), 1);
    assert_eq!(table.get::<String>(1).unwrap(), "one");
    assert_eq!(table.raw_get::<f64>(true).unwrap(), 2.5);
    assert!(table.contains_key("a").unwrap() && !table.contains_key("b").unwrap());
    table.push("two").unwrap();
    assert_eq!((table.len().unwrap(), table.raw_len().unwrap()), (2, 2));
    assert_eq!(table.pop::<String>().unwrap(), "two");
    assert_eq!(table.pop::<String>().unwrap(), "one");
    assert_eq!(table.pop::<Value>().unwrap(), Value::Nil);
    assert_eq!(table.set(Value::Nil, 1).unwrap_err().message(), &b"table index is nil"[..]);
    assert!(table.raw_set(f64::NAN, 1).is_err());
    table.clear().unwrap();
    assert!(table.is_empty().unwrap());
}

#[test]
fn metamethods_answer_the_host() {
    let lua = Lua::new();
    let table: Table = eval(
        &lua,
        "log = {}
         return setmetatable({}, {
           __index = function(t, k) return k .. '!' end,
           __newindex = function(t, k, v) log[k] = v end,
           __call = function(self, a, b) return a + b end,
           __eq = function() return true end,
           __tostring = function() return 'me' end,
         })",
    );
    assert_eq!(table.get::<String>("x").unwrap(), "x!");
    assert_eq!(table.raw_get::<Value>("x").unwrap(), Value::Nil);
    table.set("k", 5).unwrap();
    assert_eq!(eval::<i32>(&lua, "log.k"), 5);
    assert_eq!(table.call::<i32>((1, 2)).unwrap(), 3);
    assert_eq!(Value::Table(table.clone()).to_text(&lua).unwrap(), *"me");
    let other = lua.create_table().unwrap();
    assert!(!table.equals(&other).unwrap());
    other.set_metatable(table.metatable().unwrap().as_ref()).unwrap();
    assert!(table.equals(&other).unwrap() && table != other);
    table.set_metatable(None).unwrap();
    assert_eq!(table.get::<Value>("x").unwrap(), Value::Nil);
    assert!(table.call::<()>(()).is_err());
}

#[test]
fn methods_of_tables_are_called() {
    let lua = Lua::new();
    let table: Table = eval(
        &lua,
        "return { n = 3, f = function(a, b) return b end, m = function(self, k) return self[k] end }",
    );
    assert_eq!(table.call_function::<String>("f", (1, "b")).unwrap(), "b");
    assert_eq!(table.call_method::<i32>("m", "n").unwrap(), 3);
    let missing = table.call_function::<()>("nothing", ()).unwrap_err();
    assert_eq!(missing.to_string(), "cannot make function of a nil");
}

#[test]
fn entries_come_in_the_order_of_pairs() {
    let lua = Lua::new();
    let table: Table = eval(&lua, "return { 10, 20, 30, x = 1, y = 2, [0.5] = 3 }");
    lua.globals().set("t", &table).unwrap();
    let order: Vec<String> =
        eval(&lua, "local l = {} for k in pairs(t) do l[#l + 1] = tostring(k) end return l");
    let ours: Vec<String> =
        table.pairs::<Value, Value>().map(|entry| entry.unwrap().0.to_string()).collect();
    assert_eq!(ours, order);
    // Entries may be cleared on the way.
    for entry in table.pairs::<Value, Value>() {
        table.raw_set(entry.unwrap().0, Value::Nil).unwrap();
    }
    assert!(table.is_empty().unwrap());
    let holes: Table = eval(&lua, "return { 1, 2, nil, 4 }");
    let items: Vec<i32> = holes.sequence_values().map(Result::unwrap).collect();
    assert_eq!(items, [1, 2]);
    let mixed: Table = eval(&lua, "return { 1, 'x', 3 }");
    let items: Vec<Result<i32>> = mixed.sequence_values().collect();
    assert_eq!(items.len(), 2);
    assert!(items[1].is_err());
}

#[test]
fn read_only_tables_refuse_everyone() {
    let lua = Lua::new();
    let table = lua.create_table_from([("x", 1)]).unwrap();
    table.set_readonly(true).unwrap();
    assert!(table.is_readonly().unwrap());
    assert!(table.set("x", 2).is_err() && table.clear().is_err() && table.push(1).is_err());
    assert!(table.set_metatable(None).is_err());
    lua.globals().set("t", &table).unwrap();
    assert_eq!(error(&lua, "t.x = 3").to_string(), "t:1: Attempt to modify a readonly table");
    table.set_readonly(false).unwrap();
    table.set("x", 2).unwrap();
}

// ---- functions -----------------------------------------------------------------------------------

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

// ---- errors --------------------------------------------------------------------------------------

#[test]
fn syntax_errors_say_where_and_whether_more_would_help() {
    let lua = Lua::new();
    let check = |source: &str, at: u32, incomplete: bool| {
        let error = lua.load(source).set_name("=t").exec().unwrap_err();
        let ErrorKind::Syntax { line, incomplete_input, .. } = error.kind() else {
            panic!("{error}")
        };
        assert_eq!((*line, *incomplete_input), (at, incomplete), "{error}");
    };
    check("for i = 1", 1, true);
    check("x = = 1", 1, false);
    check("\n\nlocal function f(", 3, true);
    check("return 'a", 1, true);
    check("return 'a\n'", 1, false);
    let unnamed = lua.load("x = ").exec().unwrap_err();
    assert_eq!(unnamed.to_string(), "[string \"x = \"]:1: unexpected symbol near '<eof>'");
}

#[test]
fn raised_values_come_back() {
    let lua = Lua::new();
    let value = |source: &str| error(&lua, source).value(&lua).unwrap().unwrap();
    assert_eq!(value("error('text', 0)"), Value::String("text".into()));
    assert_eq!(value("error(42, 0)"), Value::Number(42.0));
    assert_eq!(value("error(nil)"), Value::Nil);
    assert_eq!(value("error(false)"), Value::Boolean(false));
    let held: Vec<Error> = (0..100).map(|n| error(&lua, &format!("error({{ {n} }})"))).collect();
    lua.collect_garbage().unwrap();
    for (n, error) in held.iter().enumerate() {
        let Some(Value::Table(table)) = error.value(&lua).unwrap() else { panic!("no table") };
        assert_eq!(table.get::<usize>(1).unwrap(), n);
        assert_eq!(error.to_string(), "(error object is a table value)");
    }
    assert!(matches!(held[0].value(&Lua::new()).unwrap_err().kind(), ErrorKind::ForeignHandle));
}

#[derive(Debug, PartialEq)]
struct Broken(u32);

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "broken {}", self.0)
    }
}

impl std::error::Error for Broken {}

#[test]
fn errors_of_the_host_come_back_as_they_were() {
    let lua = Lua::new();
    let fail = lua.create_function(|_, n: u32| Err::<(), _>(Broken(n)).into_lua_err()).unwrap();
    lua.globals().set("fail", fail).unwrap();
    let plain = error(&lua, "fail(1)");
    assert_eq!(plain.downcast_ref::<Broken>(), Some(&Broken(1)));
    assert_eq!(plain.to_string(), "broken 1");
    assert!(matches!(plain.kind(), ErrorKind::Callback { .. }));
    assert!(String::from_utf8_lossy(plain.traceback()).contains("t:1:"));
    let source = std::error::Error::source(&plain).unwrap();
    assert_eq!(source.to_string(), "broken 1");
    let rethrown = error(&lua, "local ok, e = pcall(fail, 2) error(e)");
    assert_eq!(rethrown.downcast_ref::<Broken>(), Some(&Broken(2)));
    let through = error(&lua, "coroutine.wrap(function() fail(3) end)()");
    assert_eq!(through.downcast_ref::<Broken>(), Some(&Broken(3)));
    // Scripts can read it, too.
    assert_eq!(eval::<String>(&lua, "return tostring(select(2, pcall(fail, 4)))"), "broken 4");
    assert_eq!(
        eval::<String>(&lua, "local _, e = pcall(fail, 5) return 'so: ' .. e .. '!'"),
        "so: broken 5!"
    );
    assert!(!eval::<bool>(&lua, "local _, e = pcall(fail, 5) return getmetatable(e)"));
    let message: String = eval(
        &lua,
        "return select(2, xpcall(function() fail(6) end, function(e) return 'h ' .. tostring(e) end))",
    );
    assert_eq!(message, "h broken 6");
    // And the host can take it as an argument or raise it anew.
    let again = lua.create_function(|_, e: Error| Err::<(), _>(e)).unwrap();
    lua.globals().set("again", again).unwrap();
    let mut chain = "local _, e = pcall(fail, 7) ".to_owned();
    chain += "for i = 1, 50 do _, e = pcall(again, e) end error(e)";
    assert_eq!(error(&lua, &chain).downcast_ref::<Broken>(), Some(&Broken(7)));
    assert_eq!(error(&lua, "again({})").to_string(), "(error object is a table value)");
    assert_eq!(error(&lua, "again('x')").to_string(), "x");
}

#[test]
fn errors_are_one_pointer_and_go_anywhere() {
    fn anywhere<T: Send + Sync + std::error::Error + 'static>(_: T) {}
    anywhere(Error::runtime("x"));
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    let boxed: Box<dyn std::error::Error + Send + Sync> = Error::runtime("y").into();
    assert_eq!(boxed.to_string(), "y");
    let lua = Lua::new();
    let raise = lua
        .create_function(|lua, ()| Err::<(), _>(Error::raise(lua, lua.create_table()?)?))
        .unwrap();
    lua.globals().set("raise", raise).unwrap();
    assert_eq!(eval::<String>(&lua, "return type(select(2, pcall(raise)))"), "table");
    let text = lua.create_function(|_, ()| Err::<(), _>(Error::runtime("no"))).unwrap();
    lua.globals().set("text", text).unwrap();
    assert_eq!(error(&lua, "local x\ntext()").to_string(), "t:2: no");
}

// ---- handles -------------------------------------------------------------------------------------

#[track_caller]
fn is_foreign<T: std::fmt::Debug>(result: Result<T>) {
    assert!(matches!(result.unwrap_err().kind(), ErrorKind::ForeignHandle));
}

#[test]
fn handles_of_another_machine_are_refused() {
    let (lua, other) = (Lua::new(), Lua::new());
    let foreign = other.create_table().unwrap();
    let function: Function = eval(&other, "return print");
    is_foreign(lua.globals().set("t", &foreign));
    is_foreign(lua.globals().get::<Value>(&foreign));
    is_foreign(lua.create_sequence_from([&foreign]));
    is_foreign(lua.globals().set_metatable(Some(&foreign)));
    is_foreign(lua.load("x = 1").set_environment(&foreign).exec());
    is_foreign(lua.load("return ...").call::<Value>((1, &foreign)));
    is_foreign(lua.start(&function, ()));
    is_foreign(lua.create_thread(&eval(&other, "return function() end")));
    is_foreign(Error::raise(&lua, &foreign));
    let back = foreign.clone();
    let give = lua.create_function(move |_, ()| Ok(back.clone())).unwrap();
    lua.globals().set("give", give).unwrap();
    assert_eq!(error(&lua, "give()").to_string(), "a handle belongs to another Lua");
    assert_ne!(lua.globals(), other.globals());
    still_works(&lua);
    still_works(&other);
}

#[test]
fn handles_outlive_calls_and_find_out_when_their_machine_is_gone() {
    let lua = Lua::new();
    let (table, function, thread, text): (Table, Function, Thread, LuaString) = eval(
        &lua,
        "local t = { 1 } return t, function() return t end, coroutine.create(function() end), ('x'):rep(100)",
    );
    for _ in 0..5 {
        lua.load("for i = 1, 1000 do local t = { tostring(i) } end").exec().unwrap();
        lua.collect_garbage().unwrap();
    }
    assert_eq!(function.call::<Table>(()).unwrap(), table);
    assert_eq!(thread.status().unwrap(), ThreadStatus::Resumable);
    drop(lua);
    let gone = |result: Result<()>| matches!(result.unwrap_err().kind(), ErrorKind::Destroyed);
    assert!(gone(table.set(1, 2)));
    assert!(gone(table.get::<Value>(1).map(drop)));
    assert!(gone(function.call(())));
    assert!(gone(thread.resume(())));
    assert!(gone(table.pairs::<Value, Value>().next().unwrap().map(drop)));
    assert_eq!(text.len(), 100);
}

#[test]
fn dropped_handles_free_their_objects() {
    let lua = Lua::new();
    let before = lua.memory().used_bytes;
    for round in 0..3 {
        let handles: Vec<Table> = (0..2000).map(|_| lua.create_table().unwrap()).collect();
        lua.collect_garbage().unwrap();
        handles[round].set("alive", true).unwrap();
        drop(handles);
        lua.collect_garbage().unwrap();
    }
    let weak: Table = eval(&lua, "return setmetatable({}, { __mode = 'v' })");
    let kept = lua.create_table().unwrap();
    weak.set("kept", &kept).unwrap();
    weak.set("lost", lua.create_table().unwrap()).unwrap();
    lua.collect_garbage().unwrap();
    assert!(weak.contains_key("kept").unwrap() && !weak.contains_key("lost").unwrap());
    let copy = kept.clone();
    drop(kept);
    lua.collect_garbage().unwrap();
    assert_eq!(weak.get::<Table>("kept").unwrap(), copy);
    // Arenas keep their size, objects do not.
    assert!(lua.memory().used_bytes < before + (600 << 10));
}

#[test]
fn handles_may_be_dropped_while_a_run_is_under_way() {
    let lua = Lua::new();
    let bag: Rc<RefCell<Vec<Table>>> = Rc::default();
    let sink = bag.clone();
    let keep = lua
        .create_function(move |_, table: Table| {
            let mut bag = sink.borrow_mut();
            bag.push(table);
            if bag.len() > 10 {
                bag.clear();
            }
            Ok(())
        })
        .unwrap();
    lua.globals().set("keep", keep).unwrap();
    lua.load("for i = 1, 5000 do local t = { i } keep(t) t = nil end").exec().unwrap();
    let function = lua.load("for i = 1, 1e9 do end").into_function().unwrap();
    let mut run = lua.start(&function, ()).unwrap();
    assert!(matches!(run.step(100).unwrap(), Step::OutOfFuel));
    drop(function);
    bag.borrow_mut().clear();
    lua.collect_garbage().unwrap();
    assert!(matches!(run.step(100).unwrap(), Step::OutOfFuel));
    drop(run);
    still_works(&lua);
}

#[test]
fn tables_are_read_and_written_while_a_run_waits_for_fuel() {
    let lua = Lua::new();
    let function = lua
        .load("local a, b, c = 1, 2, 3 for i = 1, 20000 do a = a + b * c - 5 end return a, b, c")
        .into_function()
        .unwrap();
    let table = lua.create_table().unwrap();
    let mut run = lua.start(&function, ()).unwrap();
    let mut steps = 0;
    let values = loop {
        match run.step(50).unwrap() {
            Step::Done(values) => break values,
            Step::OutOfFuel => {
                steps += 1;
                table.set(steps, format!("step {steps}")).unwrap();
                assert_eq!(table.get::<String>(steps).unwrap(), format!("step {steps}"));
                if steps % 50 == 0 {
                    lua.collect_garbage().unwrap();
                    eval::<()>(&lua, "local x, y, z = 7, 8, 9");
                }
            }
            Step::HostCall(_) => panic!("nobody asks"),
        }
    };
    assert!(steps > 100);
    assert_eq!(values.convert::<(i32, i32, i32)>(&lua).unwrap(), (20001, 2, 3));
}

#[test]
fn writers_of_print_cannot_get_in_the_way() {
    let lua = Lua::new();
    let inner = lua.clone();
    let seen = Rc::new(RefCell::new(Vec::new()));
    let sink = seen.clone();
    lua.set_output(move |_| {
        sink.borrow_mut().push(inner.load("return 1").exec().unwrap_err().to_string());
        sink.borrow_mut().push(inner.globals().get::<Value>("x").unwrap_err().to_string());
        let _ = inner.memory();
    })
    .unwrap();
    lua.load("print('x')").exec().unwrap();
    assert_eq!(seen.borrow().len(), 2);
    assert!(seen.borrow()[0].contains("in the middle of a step"));
    still_works(&lua);
}

// ---- userdata ------------------------------------------------------------------------------------

#[derive(Debug, PartialEq)]
struct Vector {
    x: f64,
    y: f64,
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
struct Plain;
impl UserData for Plain {}

#[test]
fn userdata_have_fields_methods_and_metamethods() {
    let lua = Lua::new();
    let v = lua.create_userdata(Vector { x: 1.0, y: 2.0 }).unwrap();
    lua.globals().set("v", &v).unwrap();
    let cases = [
        ("v.x", "1"),
        ("v.dimensions", "2"),
        ("v.z", "no z"),
        ("v:dot(v)", "5"),
        ("tostring(v + v)", "(2, 4)"),
        ("tostring(v.new(7, 8))", "(7, 8)"),
        ("tostring(v.self == v)", "true"),
        ("tostring(v == v.new(1, 2))", "true"),
        ("tostring(v == v.new(1, 3))", "false"),
        ("v(10)", "11"),
        ("type(v)", "userdata"),
        ("tostring(getmetatable(v))", "false"),
    ];
    for (source, expected) in cases {
        assert_eq!(eval::<String>(&lua, source), expected, "{source}");
    }
    lua.load("v:scale(3) v.x = v.x + 1 v.y = 0").exec().unwrap();
    assert_eq!(*v.borrow::<Vector>().unwrap(), Vector { x: 4.0, y: 0.0 });
    v.borrow_mut::<Vector>().unwrap().x = 9.0;
    assert_eq!(eval::<f64>(&lua, "v.x"), 9.0);
    assert!(v.is::<Vector>() && !v.is::<Plain>());
    assert!(v.equals(&lua.create_userdata(Vector { x: 9.0, y: 0.0 }).unwrap()).unwrap());
    let mismatch = v.borrow::<Plain>().unwrap_err();
    assert_eq!(mismatch.to_string(), "the userdata is not a Plain");
}

#[test]
fn userdata_refuse_what_does_not_fit() {
    let lua = Lua::new();
    let v = lua.create_userdata(Vector { x: 1.0, y: 2.0 }).unwrap();
    lua.globals().set("v", &v).unwrap();
    lua.globals().set("plain", lua.create_userdata(Plain).unwrap()).unwrap();
    let cases = [
        ("v.dot(1)", "t:1: bad argument #1 to 'dot' (Vector expected, got number)"),
        ("v.dot(plain, v)", "t:1: bad argument #1 to 'dot' (Vector expected, got userdata)"),
        ("v:dot({})", "t:1: bad argument #1 to 'dot' (userdata expected, got table)"),
        ("v:dot(plain)", "t:1: bad argument #1 to 'dot' (Vector expected, got userdata)"),
        ("v.dimensions = 3", "t:1: cannot set field 'dimensions'"),
        ("plain.x = 3", "t:1: attempt to index global 'plain' (a userdata value)"),
        ("v:during(function() return v.x end)", "the userdata is borrowed already"),
        ("v:reading(function() v.x = 1 end)", "the userdata is borrowed already"),
    ];
    for (source, expected) in cases {
        assert_eq!(error(&lua, source).to_string(), expected, "{source}");
    }
    // What failed in between is not borrowed any more.
    assert_eq!(eval::<f64>(&lua, "return v.x"), 2.0);
    lua.load("v:reading(function() return v.x end)").exec().unwrap();
    let guard = v.borrow::<Vector>().unwrap();
    assert!(matches!(v.take::<Vector>().unwrap_err().kind(), ErrorKind::UserDataBorrowed));
    drop(guard);
    assert_eq!(v.take::<Vector>().unwrap(), Vector { x: 2.0, y: 2.0 });
    assert!(matches!(v.borrow::<Vector>().unwrap_err().kind(), ErrorKind::UserDataTaken));
    assert_eq!(error(&lua, "return v.x").to_string(), "the userdata's value was taken out");
    still_works(&lua);
}

#[test]
fn userdata_are_dropped_when_collected() {
    struct Noisy(Rc<Cell<i32>>, Option<Lua>);
    impl UserData for Noisy {}
    impl Drop for Noisy {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
            if let Some(lua) = &self.1 {
                // The collector is at work: this is refused, and nothing else.
                assert!(lua.create_table().is_err());
            }
        }
    }
    let lua = Lua::new();
    let dropped = Rc::new(Cell::new(0));
    lua.globals().set("kept", Noisy(dropped.clone(), None)).unwrap();
    drop(lua.create_userdata(Noisy(dropped.clone(), Some(lua.clone()))).unwrap());
    lua.collect_garbage().unwrap();
    assert_eq!(dropped.get(), 1);
    drop(lua);
    assert_eq!(dropped.get(), 2);
}

// ---- limits --------------------------------------------------------------------------------------

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
    let (_, copied) = (eval::<()>(&lua, "local s = ('x'):rep(64000) take(s)"), lua.fuel_used());
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

// ---- runs that the host drives -------------------------------------------------------------------

/// Runs a script whose calls of `ask` are answered with their argument and "!" after each.
#[track_caller]
fn run_asking(
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

fn exclaim(lua: &Lua, run: &mut Run, request: HostRequest) {
    assert_eq!(request.name(), "ask");
    let text: String = request.args(lua).unwrap();
    run.resume(format!("{text}!")).unwrap();
}

const ASKING: &[(&str, &[&str])] = &[
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

fn asking_lua() -> Lua {
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

// ---- futures -------------------------------------------------------------------------------------

/// Ready when it has been polled so many times.
struct Later(u32);

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

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
}

fn async_lua() -> Lua {
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
        let expected: String = (1..=n).map(|i| format!("{i}!")).collect();
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

#[test]
#[ignore = "a measurement"]
fn speed_of_calls() {
    let lua = Lua::new();
    let add = lua.create_function(|_, (a, b): (f64, f64)| Ok(a + b)).unwrap();
    lua.globals().set("add", add).unwrap();
    let f = lua.load("local n = 0 for i = 1, 1000000 do n = add(n, i) end return n").into_function().unwrap();
    let t = std::time::Instant::now();
    f.call::<f64>(()).unwrap();
    println!("host function {:?}/call", t.elapsed() / 1_000_000);
    let g: Function = eval(&lua, "return function(a, b) return a + b end");
    let t = std::time::Instant::now();
    for i in 0..1_000_000 { g.call::<f64>((1.0, i)).unwrap(); }
    println!("call {:?}/call", t.elapsed() / 1_000_000);
    let table = lua.create_table().unwrap();
    let t = std::time::Instant::now();
    for i in 0..1_000_000 { table.set("x", i).unwrap(); table.get::<i32>("x").unwrap(); }
    println!("set+get {:?}", t.elapsed() / 1_000_000);
    let t = std::time::Instant::now();
    for _ in 0..1000 { Lua::new(); }
    println!("new {:?} {:?}", t.elapsed() / 1000, Lua::new().memory());
}
