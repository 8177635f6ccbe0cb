//! Programs in chunks, with a snapshot between each two.

use proptest::prelude::*;

use crate::support::{Tested, check};

#[test]
fn globals_and_tables_in_their_order() {
    let outputs = check(&[
        "t = {} for i = 1, 40 do t['k' .. i] = i end for i = 1, 40, 3 do t['k' .. i] = nil end
         u = {1, 2, 3, nil, 5, x = 1, [2.5] = 'half', [-0.0] = 'zero', [1e300] = 1, [true] = 2}
         keyed = {} for i = 1, 20 do keyed[{}] = i end",
        "for k, v in pairs(t) do print(k, v) end print(#t, #u)
         for k, v in pairs(u) do print(k, v) end
         for k, v in pairs(keyed) do print(tostring(k), v) end",
        "for i = 41, 60 do t['k' .. i] = i end keyed[{}] = 'new' print({})
         for k, v in pairs(t) do io = k print(k, v) end
         for k, v in pairs(keyed) do print(tostring(k), v) end",
        "print(next(t), #u, u[0], t, print, string.format)",
    ]);
    assert!(outputs[1].contains("k2\t2"));
}

#[test]
fn closures_share_their_variables() {
    let outputs = check(&[
        "local n, fixed = 0, {} 
         function up() n = n + 1 return n end
         function get() return n, fixed end
         function deeper() local m = n return function() return function() m = m + n return m end end end
         fact = (function() local function f(i) return i < 2 and 1 or i * f(i - 1) end return f end)()",
        "print(up(), up(), get()) d = deeper() e = d()",
        "print(up(), get(), e(), e(), d()()) print(fact(10))",
        "print(up(), (get()), e(), d()()) debug.setupvalue(up, 1, 100) print(up(), get())",
    ]);
    assert!(outputs[2].starts_with("3\t3\t"), "{outputs:?}");
}

#[test]
fn coroutines_wait() {
    let outputs = check(&[
        "co = coroutine.create(function(a, ...)
             local total, shared = a, 0
             bump = function() shared = shared + 1 return shared end
             local function inner(...)
                 local x, y = coroutine.yield(total, select('#', ...), shared)
                 total = total + x
                 return coroutine.yield(total, y, shared)
             end
             for i = 1, 3 do total = total + inner(i, ...) end
             local function tail(n) if n == 0 then return coroutine.yield('tail', shared) end return tail(n - 1) end
             return 'end', tail(5)
         end)
         new = coroutine.create(function(...) return ..., 'new' end)
         wrapped = coroutine.wrap(function() for i = 1, 10 do coroutine.yield(i) end end)
         dead = coroutine.create(function() error('x') end) coroutine.resume(dead)
         print(coroutine.resume(co, 10, 'v1', 'v2'))",
        "print(bump(), coroutine.resume(co, 1, 2))",
        "print(bump(), bump(), coroutine.resume(co, 3))",
        "print(coroutine.resume(co, 4, 5)) print(wrapped(), wrapped()) print(bump())",
        "print(coroutine.resume(co, 6)) print(wrapped()) print(debug.traceback(co))",
        "print(coroutine.resume(co, 7, 8)) print(coroutine.status(dead), coroutine.resume(dead))",
        "print(coroutine.resume(co, 9)) print(coroutine.resume(new, 'a'))",
        "print(coroutine.resume(co, 'last')) print(bump())",
        "print(coroutine.resume(co)) print(bump(), wrapped(), coroutine.status(co))",
    ]);
    assert!(outputs[7].starts_with("true\tend\tlast"), "{outputs:?}");
}

#[test]
fn metatables_weak_tables_and_finalisers() {
    check(&[
        "V = {} V.__index = V V.__add = function(a, b) return setmetatable({x = a.x + b.x}, V) end
         v = setmetatable({x = 1}, V) getmetatable('').__index.shout = function(s) return s:upper() .. '!' end
         weak = setmetatable({}, {__mode = 'v'}) keep = {} weak[1] = keep weak[2] = {} weak.s = 'text'
         keys = setmetatable({}, {__mode = 'k'}) keys[keep] = 1 keys[{}] = 2
         p = newproxy(true) getmetatable(p).__gc = function() print('gone') end
         getmetatable(p).__len = function() return 42 end",
        "print((v + v).x, ('a'):shout(), #p, newproxy(p) ~= p) for k in pairs(weak) do print(k) end",
        "p = nil collectgarbage() for k, v in pairs(keys) do print(v) end print(weak[1] == keep)",
        "keep = nil collectgarbage() print(next(weak), next(keys))",
        "local t = {} for i = 1, 100 do t = {t} end print(collectgarbage('count') > 10)",
    ]);
}

#[test]
fn iterators_environments_and_random() {
    check(&[
        "math.randomseed(7) print(math.random(1000)) it = ('a b c d'):gmatch('%a')
         env = setmetatable({}, {__index = _G}) f = setfenv(function() y = (y or 0) + 1 return y end, env)
         it2, s, c = pairs({a = 1, b = 2}) j, js, jc = ipairs({5, 6})",
        "print(math.random(1000), it(), f(), y) print(it2 == next, it2(s, c)) print(j(js, jc))",
        "print(math.random(1000), it(), f(), env.y) print(pairs({}) == it2)",
        "collectgarbage('setpause', 150) print(string.dump(f) == string.dump(f)) setfenv(0, env)",
        "print(collectgarbage('setpause', 200), z)",
        "print(pcall(error, {1})) print(select(2, pcall(f.x)))",
    ]);
}

#[test]
fn traversals_go_on() {
    check(&[
        "t = {} for i = 1, 30 do t['x' .. i] = i end k = nil
         for i = 1, 7 do k = next(t, k) end t[k] = nil collectgarbage()",
        "print(next(t, k)) local n = 0 for key in next, t, k do n = n + 1 end print(n)",
        "t[k] = 1 for i = 31, 40 do t['x' .. i] = i end for key, v in pairs(t) do print(key, v) end",
    ]);
}

#[test]
fn roots_come_back() {
    let mut tested = Tested::new();
    let table = tested.machine.with_context(|cx| cx.new_table(0, 0).unwrap());
    let first = tested.machine.root(table.into());
    let elsewhere = tested.machine.with_context(|cx| cx.new_table(0, 0).unwrap());
    let _kept = tested.machine.root(elsewhere.into());
    tested.machine.with_context(|cx| {
        let text = cx.string(b"a text of the root that is long enough for a block").unwrap();
        cx.raw_set_position(table, 1, text).unwrap();
    });
    let second = tested.machine.root(lua_core::value::Value::TRUE);
    let bytes = tested.machine.snapshot(&[&first, &second, &first]).unwrap();
    let mut other = Tested::new();
    let roots = other.machine.restore(&bytes).unwrap();
    let values: Vec<_> = roots.iter().map(|root| other.machine.rooted(root).unwrap()).collect();
    assert_eq!(values[0], values[2]);
    assert_eq!(values[1].as_boolean(), Some(true));
    let table = values[0].as_table().unwrap();
    other.machine.with_context(|cx| {
        let text = cx.raw_get_position(table, 1);
        assert!(cx.bytes(text).ends_with(b"for a block"));
    });
    assert!(other.machine.rooted(&first).is_none());
    let roots: Vec<_> = roots.iter().collect();
    assert!(other.machine.snapshot(&roots).unwrap() == bytes);
}

#[test]
fn memory_is_accounted_for() {
    let mut tested = Tested::new();
    tested.run(
        "big = {} for i = 1, 5000 do big[i] = {i, tostring(i) .. ' with a long text behind it, of some size'} end
         f = loadstring(('local x = 1 '):rep(100))",
    );
    let mut moved = tested.moved();
    let (here, there) = (tested.machine.memory().used_bytes, moved.machine.memory().used_bytes);
    assert!(here.abs_diff(there) < here / 50, "{here} and {there}");
    for machine in [&mut tested, &mut moved] {
        machine.run("big = nil f = nil");
        machine.machine.collect_garbage();
    }
    let (here, there) = (tested.machine.memory().used_bytes, moved.machine.memory().used_bytes);
    assert!(here.abs_diff(there) < here / 10, "{here} and {there} in the end");
}

/// A step of a random program: what it does to globals, and prints of them.
const STEPS: &[&str] = &[
    "t[#t + 1] = n",
    "t['k' .. n] = {n}",
    "t['k' .. (n - 3)] = nil",
    "n = n + 1",
    "t[n * 1.5] = t",
    "s = s .. n",
    "t[#t] = nil",
    "t[{}] = n",
    "f = (function(old, m) return function() m = m + n return m, old and (old()) end end)(f, n)",
    "print(f and f())",
    "for k, v in pairs(t) do print(tostring(k), tostring(v)) end",
    "print(#t, s, n)",
    "setmetatable(t, {__index = function(_, k) return k end, __mode = n % 2 == 0 and 'k' or nil})",
    "co = coroutine.wrap(function(a) while true do n = n + 1 a = coroutine.yield(a, n) end end)",
    "print(co and co(n))",
    "print(math.random(100), tostring({}))",
    "t = {1, 2, 3, t}",
    "collectgarbage()",
    "g = s:gmatch('%d')",
    "print(g and g())",
    "n = n + 1 t[t] = n t[2 ^ n] = 'p'",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn random_programs(steps in prop::collection::vec((0..STEPS.len(), any::<bool>()), 1..40)) {
        let mut chunks = vec!["t, n, s = {}, 1, ''".to_owned()];
        for (step, ends_chunk) in steps {
            if ends_chunk {
                chunks.push(String::new());
            }
            if let Some(chunk) = chunks.last_mut() {
                chunk.push('\n');
                chunk.push_str(STEPS[step]);
            }
        }
        let chunks: Vec<&str> = chunks.iter().map(String::as_str).collect();
        check(&chunks);
    }
}

#[test]
fn a_whole_lua_moves() {
    use lua_core::{Lua, Table};
    let make = || {
        let lua = Lua::new();
        let twice = lua.create_function(|_, n: f64| Ok(n * 2.0)).unwrap();
        lua.name_function(&twice, "app.twice").unwrap();
        lua.globals().set("twice", twice).unwrap();
        lua
    };
    let lua = make();
    lua.load("state = {n = 21} function next_state() state.n = twice(state.n) return state.n end")
        .exec()
        .unwrap();
    let state: Table = lua.globals().get("state").unwrap();
    let bytes = lua.snapshot().unwrap();
    let other = make();
    other.restore(&bytes).unwrap();
    assert_eq!(other.load("return next_state()").eval::<f64>().unwrap(), 42.0);
    let next: lua_core::Function = other.globals().get("next_state").unwrap();
    assert_eq!(next.call::<f64>(()).unwrap(), 84.0);
    // Back in time.
    lua.restore(&bytes).unwrap();
    assert!(state.get::<f64>("n").is_err());
    assert_eq!(lua.load("return next_state()").eval::<f64>().unwrap(), 42.0);
    let again = lua.snapshot().unwrap();
    lua.restore(&again).unwrap();
    assert!(lua.load("error({})").exec().is_err());
}
