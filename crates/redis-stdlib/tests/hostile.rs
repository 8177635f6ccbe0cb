//! Scripts that mean harm: each ends in a clean error or value within its limits, and the engine lives on.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::{Duration, Instant};

use redis_stdlib::{
    Answer, Call, Config, ErrorKind, Host, Request, RestorePolicy, ScriptEngine, ScriptError, Step,
};
use resp::Reply;

const FUEL: u64 = 3_000_000;
const MEMORY_BYTES: usize = 24 << 20;

/// Far more than the fuel takes on a slow machine that does other things as well.
const TIME_MAX: Duration = Duration::from_secs(10);

/// A host that answers what no keyspace would.
struct Odd;

impl Host for Odd {
    fn call(&mut self, call: &Call<'_>) -> Answer {
        let mut deep = Reply::Integer(1);
        let depth = call.argv.get(1).and_then(resp::number::parse_i64).unwrap_or(1);
        for level in 0..depth {
            let items = vec![deep, Reply::Nil];
            deep = match (call.argv.get(0).unwrap_or_default(), level % 2) {
                (b"map", _) => Reply::Map(items.into()),
                (b"set", _) => Reply::Set(items.into()),
                (b"attribute", _) => Reply::Attribute(items.into()),
                (b"odd", 0) => Reply::Map(vec![items.into()].into()),
                (b"push", _) => Reply::Push(items.into()),
                _ => items.into(),
            };
        }
        Answer::Reply(deep)
    }
}

fn engine() -> ScriptEngine {
    let config = Config { fuel: FUEL, memory_bytes: MEMORY_BYTES, ..Config::default() };
    ScriptEngine::new(config).unwrap()
}

/// Runs the scripts on one engine, on a small host stack; after each, the engine has to be well.
fn survives(scripts: &'static [&'static str]) {
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(move || {
        let mut engine = engine();
        for script in scripts {
            let start = Instant::now();
            let result = engine.eval(&mut Odd, &Request::source(script.as_bytes()));
            let elapsed = start.elapsed();
            assert!(elapsed < TIME_MAX, "{elapsed:?}: {script}");
            if let Err(error) = &result {
                assert_ne!(error.kind(), ErrorKind::Internal, "{script}");
            }
            // The collector's own lists count, but are not refused.
            let used = engine.memory().used_bytes;
            assert!(used <= MEMORY_BYTES + MEMORY_BYTES / 10, "{used} bytes: {script}");
            let next = engine.eval(&mut Odd, &Request::source(b"return 1 + 1"));
            assert_eq!(next, Ok(Reply::Integer(2)), "after {script}");
        }
    });
    thread.unwrap().join().unwrap();
}

#[test]
fn endless_scripts() {
    survives(&[
        "while true do end",
        "repeat until false",
        "for i = 1, math.huge do end",
        "local function f() return f() end f()",
        "while true do pcall(function() while true do end end) end",
        "local function f() pcall(f) while true do end end f()",
        "while true do redis.pcall('x') end",
        "while true do redis.log(1, ('x'):rep(5000)) end",
        "while true do redis.sha1hex(('x'):rep(100000)) end",
        "while true do cjson.encode({1, 2, 3}) end",
        "while true do cjson.new() end",
        "while true do loadstring('return 1') end",
        "local co = coroutine.wrap(function() while true do end end) co()",
        "setmetatable({}, {__index = function(t, k) return t[k] end})[1] = nil local t = setmetatable({}, {__index = function(t, k) return t[k] end}) return t.x",
        "return string.find(('a'):rep(30000), ('a?'):rep(3000) .. ('a'):rep(3000))",
        "local t = {} for i = 1, 1000 do t[i] = i end while true do table.sort(t, function(a, b) return true end) end",
        "error(setmetatable({}, {__index = function() while true do end end}))",
        "return pcall(error, setmetatable({}, {__index = function() while true do end end}))",
        "local t = {} t.__index = t return pcall(error, setmetatable({}, setmetatable(t, t)))",
    ]);
}

#[test]
fn greedy_scripts() {
    survives(&[
        "local t = {} for i = 1, 1e9 do t[i] = {} end",
        "local s = 'x' while true do s = s .. s end",
        "return ('x'):rep(1e9)",
        "return cjson.encode({('x'):rep(1e7), ('\\1'):rep(1e7)})",
        "local t = {} for i = 1, 20 do t = {t, t} end return t",
        "local t = {} for i = 1, 20 do t = {t, t} end return cjson.encode(t)",
        "local t = {} for i = 1, 16 do t = {t, t, t, t} end return cmsgpack.pack(t)",
        "local t = {} for i = 1, 30 do t = {map = {a = t, b = t}} end return t",
        "cjson.encode_sparse_array(false, 0) return cjson.encode({[2 ^ 31 - 1] = 1})",
        "return struct.pack(('c0'):rep(1000), ('x'):rep(1e6))",
        "local s = ('x'):rep(1e5) local t = {} for i = 1, 1e4 do t[i] = s end return t",
        "local k = {} for i = 1, 7000 do k[i] = ('x'):rep(10000) end return redis.call(unpack(k))",
        "return cjson.decode('[' .. ('\"x\",'):rep(1e6) .. '1]')",
        "return redis.error_reply(('x'):rep(1e7))",
        "error(('x'):rep(1e7))",
        "error({err = ('x'):rep(1e7)})",
    ]);
}

#[test]
fn deep_scripts() {
    survives(&[
        "return cjson.decode(('['):rep(1e6))",
        "return cjson.decode(('{\"a\":'):rep(1e6))",
        "cjson.decode_max_depth(2 ^ 31 - 1) return cjson.decode(('['):rep(1e6) .. (']'):rep(1e6))",
        "cjson.encode_max_depth(2 ^ 31 - 1) local t = {} for i = 1, 1e5 do t = {t} end return cjson.encode(t)",
        "local t = {} t[1] = t return cjson.encode(t)",
        "local t = {} t[1] = t return cmsgpack.pack(t)",
        "local t = {} t[1] = t return t",
        "local t = {} t.map = {[t] = t} return t",
        "local t = {} t.set = {[t] = true} return t",
        "return cmsgpack.unpack(('\\145'):rep(1e6))",
        "return cmsgpack.unpack(('\\129\\1'):rep(1e6))",
        "return cmsgpack.unpack(('\\129'):rep(1e6))",
        "return redis.call('array', 100000)",
        "return redis.call('map', 100000)",
        "redis.setresp(3) return redis.call('map', 100000)",
        "redis.setresp(3) return redis.call('set', 100000)",
        "redis.setresp(3) return redis.call('attribute', 100000)",
        "redis.setresp(3) return redis.call('odd', 100000)",
        "redis.setresp(3) return redis.call('push', 50000)",
        "local function f() return pcall(f) end return f()",
        "local function f() return redis.pcall('x') and f() + 1 end return f()",
    ]);
}

#[test]
fn absurd_arguments() {
    survives(&[
        "return cmsgpack.unpack('\\221\\255\\255\\255\\255')",
        "return cmsgpack.unpack('\\223\\255\\255\\255\\255\\1\\1')",
        "return cmsgpack.unpack('\\219\\255\\255\\255\\255')",
        "return cmsgpack.unpack_limit('\\1', 2 ^ 31 - 1, 1)",
        "return {pcall(cmsgpack.unpack_one, '\\1', -2 ^ 31)}",
        "return struct.unpack('i32', ('x'):rep(32), -5)",
        "return struct.unpack('c2147483647', 'x', 2 ^ 53)",
        "return struct.unpack('Lc0', ('\\255'):rep(8) .. 'x')",
        "return struct.pack('!2147483648i', 1)",
        "return struct.pack('i', 0/0)",
        "return struct.size(('c2147483647'):rep(1e4))",
        "return cmsgpack.pack(unpack({}, 1, 7990))",
        "return cmsgpack:pack(unpack({}, 1, 7990))",
        "return struct:pack()",
        "return cjson:encode()",
        "return bit.band(1e308, -1e308, 0/0)",
        "return bit.tohex(-1, -2 ^ 31)",
        "return redis.call(1, 2, 0/0, -1/0)",
        "return redis.sha1hex(2 ^ 53)",
        "return redis.setresp(2 ^ 53)",
        "return redis.log(2 ^ 53, 'x')",
        "return redis.set_repl(0/0)",
        "return __redis__err__handler(_G)",
        "return __redis__err__handler()",
        "error(_G)",
        "error(redis)",
        "return getmetatable(_G).__index(nil, '\\0')",
        "return {err = '\\0', ok = 5}",
        "return cjson.decode('\"' .. ('\\\\u0000'):rep(1e5) .. '\"')",
        "return cjson.decode(('1'):rep(1e6))",
        "return cjson.decode('1e' .. ('9'):rep(1e5))",
        "return cjson.decode('0x' .. ('f'):rep(1e5) .. 'p-' .. ('9'):rep(1e4))",
        "return cjson.decode('nan(' .. ('a'):rep(1e6))",
    ]);
}

/// Every way in which MessagePack is wrong ends in one of these.
const MESSAGEPACK_ERRORS: [&str; 5] = [
    "Bad data format in input.",
    "Missing bytes in input.",
    "stack overflow (",
    "table index is ",
    "not enough memory",
];

#[test]
fn every_first_byte_of_messagepack() {
    let mut engine = engine();
    let script = "
        local errors = {}
        local function try(f, ...)
          local ok, what = pcall(f, ...)
          if not ok then errors[what] = true end
        end
        for len = 0, 10 do
          for _, byte in ipairs({'\\0', '\\1', '\\127', '\\128', '\\145', '\\255'}) do
            local data = ARGV[1] .. byte:rep(len)
            try(cmsgpack.unpack, data)
            try(cmsgpack.unpack, data:rep(3))
            for offset = 0, 3 do
              try(cmsgpack.unpack_one, data, offset)
              try(cmsgpack.unpack_limit, data, 2, offset)
            end
          end
        end
        local list = {}
        for what in pairs(errors) do list[#list + 1] = what end
        return list";
    for byte in 0..=255_u8 {
        let argument = [[byte]];
        let request = Request::source(script.as_bytes()).args(&argument);
        let errors = engine.eval(&mut Odd, &request).unwrap();
        let Reply::Array(errors) = errors else { panic!("{byte}: {errors:?}") };
        for error in &errors {
            let Reply::Bulk(text) = error else { panic!("{byte}: {error:?}") };
            let text = String::from_utf8_lossy(text);
            let is_known = MESSAGEPACK_ERRORS.iter().any(|known| text.contains(known));
            assert!(is_known || text.contains("greater than input length"), "{byte}: {text}");
        }
    }
}

/// What is announced costs nothing until it has come.
#[test]
fn lengths_that_nobody_sends() {
    let mut engine = engine();
    for head in [
        "\\219\\255\\255\\255\\255",
        "\\221\\255\\255\\255\\255",
        "\\223\\255\\255\\255\\255",
        "\\198\\255\\255\\255\\255",
        "\\201\\255\\255\\255\\255",
        "\\218\\255\\255",
        "\\220\\255\\255",
        "\\222\\255\\255",
    ] {
        for script in [
            format!("return cmsgpack.unpack('{head}')"),
            format!("return cmsgpack.unpack('{head}\\1\\1\\1')"),
            format!("return cmsgpack.unpack(('{head}'):rep(1000))"),
            format!("return cmsgpack.unpack_one('\\1{head}', 1)"),
        ] {
            let error = engine.eval(&mut Odd, &Request::source(script.as_bytes())).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Script, "{script}: {error}");
            assert!(engine.memory().peak_bytes < MEMORY_BYTES / 4, "{script}");
        }
    }
}

/// Fuel and memory enough for a million tables, one in the other: nothing but the depth may end these.
#[test]
fn a_million_levels() {
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(|| {
        let config = Config { fuel: 2_000_000_000, memory_bytes: 1 << 30, ..Config::default() };
        let mut engine = ScriptEngine::new(config).unwrap();
        let nested = "local t = {} for i = 1, 1e6 do t = {t} end ";
        let keyed = "local t = {} for i = 1, 1e6 do t = {a = t} end ";
        for (start, script) in [
            (nested, "return cjson.encode(t)"),
            (keyed, "return cjson.encode(t)"),
            (nested, "local m = cjson.new() m.encode_max_depth(2 ^ 31 - 1) return m.encode(t)"),
            (keyed, "local m = cjson.new() m.encode_max_depth(2 ^ 31 - 1) return m.encode(t)"),
            (nested, "return #cmsgpack.pack(t)"),
            (keyed, "return #cmsgpack.pack(t)"),
            (nested, "return t"),
            (nested, "error(t)"),
            (nested, "return {err = t}"),
            (nested, "return {map = {[1] = t}}"),
            (nested, "return redis.call('x', t)"),
            ("local t = {} for i = 1, 1e6 do t = {map = {a = t}} end ", "return t"),
            ("local t = {} for i = 1, 1e6 do t = {set = {[t] = true}} end ", "return t"),
            ("", "return cjson.decode(('['):rep(1e6) .. (']'):rep(1e6))"),
            ("", "return cjson.decode(('{\"a\":'):rep(1e6) .. '1' .. ('}'):rep(1e6))"),
            ("", "cjson.decode_max_depth(2 ^ 31 - 1) return cjson.decode(('['):rep(1e6))"),
            ("", "cjson.decode_max_depth(2 ^ 31 - 1) return cjson.decode(('{\"a\":'):rep(1e6))"),
            ("", "return cmsgpack.unpack(('\\145'):rep(1e6) .. '\\1')"),
            ("", "return cmsgpack.unpack(('\\129\\1'):rep(1e6) .. '\\1') ~= nil"),
            ("", "return cmsgpack.unpack(('\\129'):rep(1e6) .. ('\\1'):rep(1e6))"),
            ("", "return loadstring('return ' .. ('{'):rep(1e6) .. ('}'):rep(1e6))"),
            ("", "return loadstring('return ' .. ('('):rep(1e6) .. '1' .. (')'):rep(1e6))"),
            ("", "return loadstring('return ' .. ('-'):rep(1e6) .. '1')"),
            ("", "return loadstring('return ' .. ('not '):rep(1e6) .. '1')"),
            ("", "return loadstring(('do '):rep(1e6) .. ('end '):rep(1e6))"),
            ("", "return loadstring('return 1' .. (' .. 1'):rep(1e6))"),
            ("", "return loadstring('x = ' .. ('a.'):rep(1e6) .. 'b')"),
        ] {
            let text = format!("{start}{script}");
            let result = engine.eval(&mut Odd, &Request::source(text.as_bytes()));
            if let Err(error) = &result {
                assert_eq!(error.kind(), ErrorKind::Script, "{script}: {error}");
            }
            let next = engine.eval(&mut Odd, &Request::source(b"return 1 + 1"));
            assert_eq!(next, Ok(Reply::Integer(2)), "after {script}");
        }
    });
    thread.unwrap().join().unwrap();
}

#[test]
fn tables_that_hold_themselves() {
    survives(&[
        "local t = {} t[1] = t t[2] = t return cjson.encode(t)",
        "local t = {} t.a = t t.b = {t, t} return cjson.encode(t)",
        "local a, b = {}, {} a.x = b b.x = a return cjson.encode({a, b})",
        "local m = cjson.new() m.encode_max_depth(2 ^ 31 - 1) local t = {} t[1] = t return m.encode(t)",
        "local m = cjson.new() m.encode_max_depth(2 ^ 31 - 1) local t = {} t.a = t return m.encode(t)",
        "local t = {} t[1] = t t[2] = t return cmsgpack.pack(t)",
        "local t = {} t[1], t[2], t[3] = t, t, t return #cmsgpack.pack(t)",
        "local t = {} t[t] = t return cmsgpack.pack(t)",
        "local t = {} t[t] = t return cjson.encode(t)",
        "local t = {} t[1] = t t[2] = t return t",
        "local t = {} t.map = t return t",
        "local t = {} t.set = t return t",
        "local t = {} t.err = t return t",
        "local t = {} t.ok = t return t",
        "local t = {} t.verbatim_string = t t.string = t t.format = t return t",
        "local t = {} t.err = t error(t)",
        "local t = {} t.__index = t setmetatable(t, t) return cjson.encode(t)",
        "local t = setmetatable({}, {}) getmetatable(t).__index = t return pcall(error, t)",
        "redis.setresp(3) local t = {} t.map = {a = {map = t}, b = t} return t",
    ]);
}

#[test]
fn sizes_that_no_struct_has() {
    survives(&[
        "return struct.pack('c99999999999999999999', 'x')",
        "return struct.pack('i99999999999999999999', 1)",
        "return struct.pack('!99999999999999999999i', 1)",
        "return struct.pack('c2147483647', 'x')",
        "return struct.pack('c2147483648', 'x')",
        "return struct.unpack('c99999999999999999999', 'x')",
        "return struct.unpack('i99999999999999999999', 'x')",
        "return struct.unpack('c2147483647', 'x')",
        "return struct.unpack('c2147483647c2147483647c2147483647c2147483647', 'x', -1)",
        "return struct.unpack('Lc0', ('\\255'):rep(16))",
        "return struct.unpack('dc0', struct.pack('d', 0/0) .. 'x')",
        "return struct.unpack('dc0', struct.pack('d', 1e308) .. 'x')",
        "return struct.unpack('dc0', struct.pack('d', -1e308) .. 'x')",
        "return struct.unpack('lc0', struct.pack('l', -1) .. 'x')",
        "return struct.unpack('lc0', struct.pack('l', 2 ^ 62) .. 'x')",
        "return struct.unpack('b', 'x', 2 ^ 63)",
        "return struct.unpack('b', 'x', -2 ^ 63)",
        "return struct.unpack('b', 'x', 0/0)",
        "return struct.unpack('!1073741824bl', ('x'):rep(100))",
        "return struct.unpack('!2bi33', 'x')",
        "return struct.size(('c2147483647'):rep(1e4) .. '!1073741824l')",
        "return struct.size(('!8bd'):rep(1e5))",
        "return struct.size(('b'):rep(5e6))",
        "return struct.unpack(('b'):rep(1e5), ('x'):rep(1e5))",
        "return struct.unpack(('x'):rep(1e6), ('x'):rep(1e6))",
        "return struct.pack(('x'):rep(5e6))",
        "return struct.pack(('!1073741824bl'):rep(10), unpack({}, 1, 20))",
        "return struct.pack(('!1073741824bl'):rep(10), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)",
        "return struct.unpack(('s'):rep(7000), ('\\0'):rep(7000))",
        "return struct.unpack('\\0', '')",
        "return struct.pack(('>'):rep(1e6) .. 'i', 1)",
    ]);
}

#[test]
fn what_is_no_integer_to_bit() {
    let mut engine = engine();
    let script = "
        local values = {0/0, -(0/0), 1/0, -1/0, 1e308, -1e308, 2 ^ 53, 0.5, -0.5, 5e-324, 'x', '', '1',
          '0x', {}, true, type, cjson.null, coroutine.create(function() end)}
        local count = 0
        for name, f in pairs(bit) do
          pcall(f)
          for _, a in ipairs(values) do
            pcall(f, a)
            for _, b in ipairs(values) do
              local ok, result = pcall(f, a, b)
              if ok and type(result) == 'number' and (result % 1 ~= 0 or result < -2 ^ 31 or result >= 2 ^ 31) then
                error(name .. ' gives ' .. result)
              end
              pcall(f, a, b, a, b)
              count = count + 1
            end
          end
        end
        return count";
    assert_eq!(
        engine.eval(&mut Odd, &Request::source(script.as_bytes())),
        Ok(Reply::Integer(12 * 19 * 19))
    );
}

#[test]
fn documents_that_are_long_in_one_place() {
    survives(&[
        "return #cjson.decode('[' .. ('1,'):rep(1e5) .. '1]')",
        "return cjson.decode('{' .. ('\"a\":1,'):rep(1e5) .. '\"a\":1}').a",
        "return cjson.decode((' '):rep(5e6) .. '1')",
        "return cjson.decode('\"' .. ('x'):rep(5e6) .. '\"') ~= nil",
        "return cjson.decode('\"' .. ('\\\\'):rep(3e6) .. '\"') ~= nil",
        "return cjson.decode('\"' .. ('\\\\ud83d\\\\ude00'):rep(3e5) .. '\"') ~= nil",
        "return cjson.decode('\"' .. ('\\\\ud83d'):rep(3e5) .. '\"') ~= nil",
        "return cjson.decode('-' .. ('0'):rep(5e6))",
        "return cjson.decode('0.' .. ('0'):rep(5e6) .. '1')",
        "return cjson.decode('1e-' .. ('9'):rep(5e6))",
        "return cjson.decode('0x.' .. ('0'):rep(5e6) .. '1')",
        "return cjson.decode('infinity' .. ('y'):rep(5e6))",
        "return cjson.encode(('\\0'):rep(2e6)) ~= nil",
        "return cjson.encode({('\\0'):rep(2e6), ('\\0'):rep(2e6)}) ~= nil",
        "local t = {} for i = 1, 1e5 do t[i] = i end return #cjson.encode(t)",
        "local t = {} for i = 1, 1e5 do t['k' .. i] = i end return #cjson.encode(t)",
        "return cjson.encode({[2 ^ 31 - 1] = 1})",
        "local m = cjson.new() m.encode_sparse_array(false, 0, 0) return m.encode({[2 ^ 31 - 1] = 1})",
        "local m = cjson.new() m.encode_sparse_array(true, 2 ^ 31 - 1, 2 ^ 31 - 1) return m.encode({[2 ^ 31 - 1] = 1})",
        "return cmsgpack.unpack('\\219\\0\\76\\75\\64' .. ('x'):rep(5e6)) ~= nil",
        "return #cmsgpack.pack(('x'):rep(5e6))",
        "return #cmsgpack.unpack('\\221\\0\\1\\134\\160' .. ('\\1'):rep(1e5))",
        "return cmsgpack.unpack('\\223\\0\\1\\134\\160' .. ('\\1\\1'):rep(1e5))[1]",
        "while true do cmsgpack.unpack(('\\1'):rep(1000)) end",
        "while true do struct.unpack('s', ('x'):rep(1000) .. '\\0') end",
        "while true do bit.band(1, 2, 3) end",
        "while true do cjson.decode('[[[[]]]]') end",
        "while true do pcall(cjson.decode, '[') end",
        "while true do pcall(cmsgpack.unpack, '\\221') end",
        "while true do pcall(struct.pack, 'q') end",
    ]);
}

#[test]
fn a_limit_cannot_be_caught() {
    let mut engine = engine();
    let script = b"return {pcall(function() while true do end end)}";
    let error = engine.eval(&mut Odd, &Request::source(script)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Fuel);
    assert!(engine.fuel_used() < FUEL + FUEL / 10, "{}", engine.fuel_used());
}

#[test]
fn a_run_can_be_killed_from_another_thread() {
    let config = Config { memory_bytes: MEMORY_BYTES, ..Config::default() };
    let mut engine = ScriptEngine::new(config).unwrap();
    engine.start(&Request::source(b"while true do pcall(error) end")).unwrap();
    assert!(matches!(engine.step(1000), Step::OutOfFuel));
    let handle = engine.kill_handle();
    std::thread::spawn(move || handle.kill()).join().unwrap();
    let Step::Done(Err(error)) = engine.step(u64::MAX) else { panic!("it runs on") };
    assert_eq!(error.kind(), ErrorKind::Killed);
    assert!(String::from_utf8_lossy(error.message()).starts_with("ERR Script killed by user"));
}

#[test]
fn an_answer_that_nobody_asked_for_is_nothing() {
    let mut engine = engine();
    engine.answer(Reply::Integer(1));
    assert!(engine.call().is_none());
    assert!(matches!(engine.step(10), Step::Done(Err(_))));
    engine.start(&Request::source(b"return redis.call('x')")).unwrap();
    engine.answer(Reply::Integer(1));
    assert!(matches!(engine.step(10_000), Step::Call));
    engine.abort();
    assert!(matches!(engine.step(10), Step::Done(Err(_))));
    assert_eq!(engine.eval(&mut Odd, &Request::source(b"return 7")), Ok(Reply::Integer(7)));
}

/// Loads libraries on one engine, on a small host stack; after each, the engine has to be well.
#[test]
fn hostile_libraries() {
    const LIBRARIES: &[&str] = &[
        "while true do end",
        "local function f() return f() end f()",
        "local function f() f() end f()",
        "local s = 'x' while true do s = s .. s end",
        "local t = {} for i = 1, 1e9 do t[i] = {} end",
        "local n = 0 while true do n = n + 1 redis.register_function('f' .. n, function() end) end",
        "local s = ('x'):rep(1e6) while true do redis.register_function{function_name = 'f', description = s, callback = function() end} end",
        "local s, n = ('x'):rep(1e5), 0 while true do n = n + 1 redis.register_function{function_name = 'f' .. n, description = s, callback = function() end} end",
        "redis.register_function(('x'):rep(1e7), function() end) x()",
        "local t = {} for i = 1, 1e5 do t[i] = 'no-writes' end while true do redis.register_function{flags = t} end",
        "local t = {} t.flags = t t[1] = t redis.register_function(t)",
        "local s = ('x'):rep(1e6) while true do redis.log(redis.LOG_WARNING, s, s, s) end",
        "local x = redis.register_function x(x, x)",
        "redis.register_function('f', redis.register_function) redis.register_function('f', redis.register_function)",
        "for i = 1, 1e9 do local f = function() return f end end",
    ];
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(|| {
        let mut engine = engine();
        let good = b"#!lua name=good\nredis.register_function('g', function() return 1 + 1 end)";
        for library in LIBRARIES {
            let start = Instant::now();
            let code = format!("#!lua name=bad\n{library}");
            let error = engine.load_library(code.as_bytes(), true).unwrap_err();
            assert_ne!(error.kind(), ErrorKind::Internal, "{library}");
            assert!(start.elapsed() < TIME_MAX, "{library}");
            assert_eq!(engine.libraries().len(), 0, "{library}");
            engine.load_library(good, false).unwrap();
            let reply = engine.eval(&mut Odd, &Request::function(b"G"));
            assert_eq!(reply, Ok(Reply::Integer(2)), "after {library}");
            engine.delete_library(b"good").unwrap();
        }
    });
    thread.unwrap().join().unwrap();
}

#[test]
fn libraries_give_their_memory_back() {
    let mut engine = engine();
    let description = "x".repeat(100_000);
    let code = format!(
        "#!lua name=l\nredis.register_function{{function_name = 'f', description = '{description}', callback = function() return 1 end}}"
    );
    let load = |engine: &mut ScriptEngine| engine.load_library(code.as_bytes(), true).map(drop);
    load(&mut engine).unwrap();
    // Far more than fits, were anything kept.
    for _ in 0..1000 {
        load(&mut engine).unwrap();
        assert!(engine.load_library(format!("{code} nosuch()").as_bytes(), true).is_err());
        let dump = engine.dump_libraries();
        engine.restore_libraries(&dump, RestorePolicy::Replace).unwrap();
        assert!(engine.restore_libraries(&dump, RestorePolicy::Append).is_err());
        engine.flush_libraries();
    }
    assert!(engine.memory().used_bytes < MEMORY_BYTES / 2, "{}", engine.memory().used_bytes);
}

#[test]
fn both_interpreters_share_the_memory() {
    let mut engine = engine();
    let code = b"#!lua name=l\nlocal kept = {} redis.register_function('fill', function() for i = 1, 1e9 do kept[i] = ('x'):rep(1000) .. i end end) \
        redis.register_function('clear', function() kept = {} return #kept end)";
    engine.load_library(code, false).unwrap();
    let full = engine.eval(&mut Odd, &Request::function(b"fill"));
    assert!(full.is_err_and(|error| error.is_limit()));
    assert!(engine.memory().used_bytes <= MEMORY_BYTES + MEMORY_BYTES / 10);
    let greedy = Request::source(b"local t = {} for i = 1, 1e9 do t[i] = ('y'):rep(1000) .. i end");
    let result = engine.eval(&mut Odd, &greedy);
    assert!(result.as_ref().is_err_and(ScriptError::is_limit), "{result:?} {:?}", engine.memory());
    assert!(engine.memory().used_bytes <= MEMORY_BYTES + MEMORY_BYTES / 10);
    assert_eq!(engine.eval(&mut Odd, &Request::function(b"clear")), Ok(Reply::Integer(0)));
    assert_eq!(engine.eval(&mut Odd, &Request::source(b"return 1")), Ok(Reply::Integer(1)));
}

#[test]
fn any_payload_is_refused_or_read() {
    let mut engine = engine();
    let code = b"#!lua name=l\nredis.register_function('f', function() return 1 end) -- aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    engine.load_library(code, false).unwrap();
    let dump = engine.dump_libraries();
    let sum = crc::Crc::<u64>::new(&crc::CRC_64_REDIS);
    for at in 0..dump.len() - 8 {
        for byte in [0, 1, 0x3F, 0x7F, 0x80, 0x81, 0xC0, 0xC3, 0xF5, 0xFF] {
            let mut body = dump[..dump.len() - 8].to_vec();
            body[at] = byte;
            body.extend(sum.checksum(&body).to_le_bytes());
            if let Err(error) = engine.restore_libraries(&body, RestorePolicy::Flush) {
                assert_ne!(error.kind(), ErrorKind::Internal, "byte {byte} at {at}");
            }
        }
    }
}
