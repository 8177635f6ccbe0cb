//! A run can stop anywhere and go on later as if nothing had been.
//!
//! *Corpus*: every program of `tests/lua` that the sandbox can run gives the same output, ends in the same
//! way and uses the same fuel when it is stepped with 1 to 97 units of fuel as when it is run straight.
//! Programs that are short get all sizes, the others as many as a bound on the steps allows, each program
//! another one first; `REDMOON_STEPS=1000000000000` gives all of them all sizes.
//!
//! *Host*: a question to the host that is answered later gives what an answer at once gives, from inside
//! everything that calls back.
#![expect(clippy::print_stdout, reason = "how much was stepped is told on standard output")]

use std::any::Any;
use std::sync::atomic::{AtomicU64, Ordering};

use libtest_mimic::{Arguments, Failed, Trial};
use lua_core::continuation::Continuation;
use lua_core::error::{Ending, Failure};
use lua_core::library;
use lua_core::machine::{Machine, Options, Progress};
use lua_core::native::{CallContext, Library, Outcome};
use redmoon_tests::runner::first_difference;
use redmoon_tests::sandbox::{End, Run, Sandbox};
use redmoon_tests::{corpus, oracle};

/// Sizes of steps that are tried.
const SIZES: u64 = 97;

/// Steps of one program over all sizes that are tried, unless `REDMOON_STEPS` says otherwise; at least one size is.
const STEPS_MAX: u64 = 20_000;

/// Pairs of a program and a size that were run, and steps that they took.
static PAIRS: AtomicU64 = AtomicU64::new(0);
static STEPS: AtomicU64 = AtomicU64::new(0);

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for file in corpus::lua_files(&corpus::lua_folder()) {
        let source = corpus::read(&corpus::lua_folder().join(&file)).unwrap_or_default();
        if corpus::beyond_sandbox(&source).is_some() {
            continue;
        }
        let first = trials.len() as u64;
        let name = format!("corpus {}", file.trim_end_matches(".lua"));
        trials.push(Trial::test(name, move || check_slices(&file, &source, first)));
    }
    for &(name, source) in QUESTIONS {
        trials.push(Trial::test(format!("host {name}"), move || check_questions(source)));
    }
    trials.push(Trial::test("host: a run that waits can be dropped", drop_while_waiting));
    trials.push(Trial::test("host: a run that waits can be killed", kill_while_waiting));
    let conclusion = libtest_mimic::run(&arguments, trials);
    let (pairs, steps) = (PAIRS.load(Ordering::Relaxed), STEPS.load(Ordering::Relaxed));
    println!("{pairs} stepped runs of programs of the corpus, {steps} steps");
    conclusion.exit();
}

fn options() -> Options {
    Options { debug: true, bytecode: true, ..Options::default() }
}

// ---- corpus ----------------------------------------------------------------------------------------

fn check_slices(file: &str, source: &[u8], first: u64) -> Result<(), Failed> {
    let run = |size| Sandbox::new(&options()).run_program(file, source, size);
    let straight = run(u64::MAX);
    let mut steps = 0;
    let steps_max = oracle::number_from_environment("REDMOON_STEPS").unwrap_or(STEPS_MAX);
    for turn in 0..SIZES {
        let size = 1 + (first + turn) % SIZES;
        if turn > 0 && steps + straight.fuel / size > steps_max {
            continue;
        }
        steps += straight.fuel / size;
        PAIRS.fetch_add(1, Ordering::Relaxed);
        compare(&straight, &run(size)).map_err(|place| format!("steps of {size}: {place}"))?;
    }
    STEPS.fetch_add(steps, Ordering::Relaxed);
    Ok(())
}

fn compare(straight: &Run, stepped: &Run) -> Result<(), String> {
    if let Some(place) = first_difference(&straight.printed, &stepped.printed) {
        return Err(place);
    }
    if straight.end != stepped.end {
        return Err(format!("ends with {:?}, not {:?}", stepped.end, straight.end));
    }
    if straight.fuel != stepped.fuel {
        return Err(format!("uses {} fuel, not {}", stepped.fuel, straight.fuel));
    }
    Ok(())
}

// ---- questions to the host -------------------------------------------------------------------------

/// `ask(...)` returns what it is given after the host has answered; `ask("raise", x)` raises `x` then.
const ASKING: Library = library!("", { "ask" => ask });

/// The same without asking.
const AT_ONCE: Library = library!("", { "ask" => answer });

struct Question;

struct Answer;

fn ask(cx: &mut CallContext<'_>) -> Result<Outcome, Failure> {
    cx.ask_host(Box::new(Question));
    let state: Box<dyn Any> = Box::new(cx.arg_count());
    Ok(Outcome::Host { then: Continuation::Boxed(Box::new((answered, state))) })
}

fn answered(cx: &mut CallContext<'_>, state: Box<dyn Any>) -> Result<Outcome, Failure> {
    let answer_is_here = cx.take_answer().is_some_and(|answer| answer.is::<Answer>());
    let same = state.downcast_ref::<usize>() == Some(&cx.arg_count());
    if !answer_is_here || !same {
        return Err(cx.error("the answer is lost"));
    }
    answer(cx)
}

fn answer(cx: &mut CallContext<'_>) -> Result<Outcome, Failure> {
    let first = cx.arg(1);
    if cx.bytes(first) == b"raise" {
        let value = cx.arg(2);
        return Err(cx.raise(value));
    }
    let count = cx.push_args(1)?;
    cx.return_pushed(count)
}

fn check_questions(source: &str) -> Result<(), Failed> {
    let mut sandbox = Sandbox::new(&options());
    sandbox.machine.register(&AT_ONCE).map_err(|failure| format!("{failure:?}"))?;
    let expected = sandbox.run("=program", source.as_bytes(), u64::MAX);
    if !matches!(expected.end, End::Returned(_)) {
        return Err(format!("the program is wrong: {:?}", expected.end).into());
    }
    for size in (1..=SIZES).chain([u64::MAX]) {
        let (questions, got) = run_asking(source, size)?;
        if questions == 0 {
            return Err("nothing is asked".into());
        }
        if (&got.end, &got.printed) != (&expected.end, &expected.printed) {
            let shown = |run: &Run| format!("{:?} {}", run.end, run.printed.escape_ascii());
            let (expected, got) = (shown(&expected), shown(&got));
            return Err(
                format!("steps of {size}\n   expected: {expected}\n        got: {got}").into()
            );
        }
    }
    Ok(())
}

/// Runs with every question answered later; other things happen in between.
fn run_asking(source: &str, size: u64) -> Result<(usize, Run), String> {
    let mut sandbox = Sandbox::new(&options());
    sandbox.machine.register(&ASKING).map_err(|failure| format!("{failure:?}"))?;
    let function = sandbox.load("=program", source.as_bytes()).map_err(|end| format!("{end:?}"))?;
    sandbox.machine.start(function, &[]).map_err(|failure| format!("{failure:?}"))?;
    let mut questions = 0;
    loop {
        let end = sandbox.go_on(size);
        if end != End::AskedHost {
            let printed = sandbox.take_printed();
            return Ok((questions, Run { end, printed, fuel: sandbox.machine.fuel_used() }));
        }
        questions += 1;
        // The host uses the machine while the run waits: garbage goes, what the run holds stays.
        let made = sandbox.machine.with_context(|cx| cx.string(b"made while the run waits"));
        made.map_err(|failure| format!("{failure:?}"))?;
        if questions % 2 == 1 {
            sandbox.machine.collect_garbage();
        }
        sandbox.machine.answer(Box::new(Answer));
    }
}

/// Programs that ask from everywhere. They print what the answers lead to.
const QUESTIONS: &[(&str, &str)] = &[
    ("in the main chunk", "print(ask(1), ask('a', 'b')) local t = { ask(1, 2, 3) } print(#t)"),
    ("as a tail call", "local function f(...) return ask(...) end print(f(1, 2)) return f('x')"),
    ("deep in calls", "local function f(n) if n == 0 then return ask('deep') end return (f(n - 1)) end print(f(500))"),
    (
        "in arithmetic metamethods",
        "local mt = {} local function x(n) return setmetatable({ n = n }, mt) end
         for _, e in ipairs { 'add', 'sub', 'mul', 'div', 'mod', 'pow', 'concat' } do
           mt['__' .. e] = function(a, b) local m = ask(e) return m .. tostring(ask(type(a))) .. type(b) end
         end
         mt.__unm = function(a) return ask('unm') end
         local a = x(1)
         print(a + 1, 2 - a, a * a, a / 1, 1 % a, a ^ 2, -a)
         print(a .. 'x', 'x' .. a, 1 .. a .. 2 .. a)",
    ),
    (
        "in comparison metamethods",
        "local mt = {} local function x(n) return setmetatable({ n = n }, mt) end
         mt.__eq = function(a, b) return ask(a.n) == ask(b.n) end
         mt.__lt = function(a, b) return ask(a.n) < ask(b.n) end
         local a, b, c = x(1), x(2), x(1)
         print(a == b, a == c, a ~= b, a < b, a > b, a <= b, a >= b, a <= c)
         mt.__le = function(a, b) ask() return ask(a.n <= b.n) end
         print(a <= b, a >= b, not (a <= b))
         if a < b then print('then') else print('else') end
         while a > b do print('never') end
         print(a < b and 'and' or 'or')",
    ),
    (
        "in index metamethods",
        "local t = setmetatable({}, { __index = function(t, k) return ask(k) end,
           __newindex = function(t, k, v) rawset(t, ask(k), ask(v)) end })
         print(t.x, t[1], t['long key ' .. 1]) t.y = 'stored' t[2] = ask(3) print(t.y, t[2])
         local u = setmetatable({}, { __index = t, __newindex = t }) print(u.z, u.y) u.w = 1 print(rawget(t, 'w'))
         function t:m(n) return ask(n) + 1 end print(t:m(1)) print(pcall(function() return t:absent() end))
         local s = getmetatable('').__index
         getmetatable('').__index = function(s, k) return ask(k .. s) end print(('x').y) getmetatable('').__index = s
         setmetatable(_G, { __index = function(_, k) return ask(k .. '?') end }) print(undefined) setmetatable(_G, nil)",
    ),
    (
        "as a metamethod itself",
        "local t = setmetatable({}, { __index = ask, __newindex = ask, __call = ask, __eq = ask, __lt = ask, __concat = ask,
           __add = ask, __unm = ask, __tostring = function() return ask('shown') end })
         print(t.x == t, type(t + 1), type(-t), type(t .. 'x'), type(t(1, 2)), t < t, tostring(t)) t.x = 1 print(rawget(t, 'x'))",
    ),
    (
        "in calls and lengths",
        "local t = setmetatable({}, { __call = function(self, ...) return ask(select('#', ...)), ask(...) end })
         print(t(), t(1), t(1, 2))
         local p = newproxy(true) getmetatable(p).__len = function() return ask(7) end print(#p, #p + 1)",
    ),
    (
        "in table.sort",
        "local t = {} for i = 1, 30 do t[i] = (i * 7) % 31 end
         table.sort(t, function(a, b) return ask(a) < ask(b) end) print(table.concat(t, ' '))
         local mt = { __lt = function(a, b) return ask(a.n < b.n) end }
         for i = 1, 9 do t[i] = setmetatable({ n = (i * 5) % 10 }, mt) end for i = 10, 30 do t[i] = nil end
         table.sort(t) for i = 1, 9 do io.write(t[i].n, ' ') end print()
         print(pcall(table.sort, { 3, 1, 2 }, function() return ask('raise', 'no order') end))
         print(pcall(table.sort, { 1, 2, 3 }, ask))",
    ),
    (
        "in string.gsub",
        "print(('hello world'):gsub('%w+', function(w) return ask(w):upper() end))
         print(('a b c'):gsub('%w', setmetatable({}, { __index = function(_, k) return ask(k) .. k end })))
         print(('abc'):gsub('.', ask)) print(('abc'):gsub('(.)(.)', ask))
         print(pcall(string.gsub, 'abc', '.', function(c) if c == 'b' then ask('raise', 'at b') end end))
         print(('abc'):gsub('.', function(c) return (c:gsub('.', function(d) return ask(d) .. d end)) end))",
    ),
    (
        "in iterators",
        "for i, v in (function(s, i) if i < 3 then return ask(i + 1), ask('v') end end), nil, 0 do print(i, v) end
         local n = 0 for x in function() n = n + 1 return ask(n < 4 and n or nil) end do print(x) end
         for k, v in ask, 'state', nil do print(k, v) break end
         for c in ('abc'):gmatch(ask('.')) do print(c) end
         for k, v in pairs(ask { 10, 20 }) do print(k, v) end",
    ),
    (
        "in pcall",
        "print(pcall(ask, 1, 2)) print(pcall(ask, 'raise', 'text')) print(pcall(function() return ask('in'), ask('side') end))
         print(pcall(pcall, ask, 'raise', { 1 } and 'x')) print(select('#', pcall(ask)))
         local ok, e = pcall(function() local x = ask(nil) return x.y end) print(ok, e)",
    ),
    (
        "in xpcall and its handler",
        "print(xpcall(function() return ask('fine') end, print))
         print(xpcall(function() error('bad', 0) end, function(m) return ask('handled ' .. m) end))
         print(xpcall(function() ask('raise', 'raised') end, function(m) return ask(m), ask('dropped') end))
         print(xpcall(function() error('x', 0) end, ask))
         print(xpcall(function() error('x', 0) end, function() ask('raise', 'in the handler') end))",
    ),
    (
        "in coroutines",
        "local co = coroutine.create(function(a) print(ask(a)) local b = coroutine.yield(ask('y')) print(ask(b))
           local ok, c = pcall(function() return ask('in pcall') end) return ask('end'), c end)
         print(coroutine.resume(co, 'start')) print(coroutine.status(co)) print(coroutine.resume(co, 'second'))
         print(coroutine.resume(co)) print(coroutine.status(co))
         local gen = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(ask(i)) end end)
         for i in gen do print(i) end
         local function nest(n) if n == 0 then return ask('bottom') end return coroutine.wrap(nest)(n - 1) end print(nest(20))
         print(coroutine.resume(coroutine.create(function() ask('raise', 'dies') end)))
         print(pcall(coroutine.wrap(function() ask('raise', 'through wrap') end)))
         print(coroutine.resume(coroutine.create(function() return coroutine.running() ~= nil, ask(coroutine.running() ~= nil) end)))",
    ),
    (
        "in tostring and print",
        "local t = setmetatable({}, { __tostring = function() return ask('shown') end })
         print(t, 1, t) print(tostring(t)) print(pcall(tostring, setmetatable({}, { __tostring = function() ask('raise', 'no text') end })))
         local old = tostring tostring = function(x) return ask(old(x)) end print(1, nil, 'x') tostring = old",
    ),
    (
        "in a reader of load",
        "local parts, i = { 'return ', '1 + ', '2' }, 0
         print(load(function() i = i + 1 return ask(parts[i]) end)())
         i = 0 print(load(function() ask() i = i + 1 return i < 3 and 'x = = ' or nil end, '=chunk'))
         print(load(function() return ask('raise', 'unreadable') end)) print(type(load(ask)))
         print(loadstring('return ask(...)')('in a chunk'))",
    ),
    (
        "in foreach",
        "print(table.foreach({ 5, 6, 7 }, function(k, v) if ask(v) == 6 then return ask('found') end end))
         print(table.foreachi({ 5, 6, 7 }, function(i, v) print(ask(i), ask(v)) end)) print(table.foreach({ x = 1 }, ask))",
    ),
    (
        "in finalisers",
        "local p = newproxy(true) getmetatable(p).__gc = function() print(ask('finalised')) end p = nil
         collectgarbage() print('after')
         local q = newproxy(true) getmetatable(q).__gc = ask q = nil collectgarbage() print('end')",
    ),
    (
        "in hooks",
        "local n = 0 debug.sethook(function(e) n = n + ask(1) end, 'l')
         local x = 1
         local y = 2
         debug.sethook() print(n > 2, x + y)
         local calls = {} debug.sethook(function(e) calls[#calls + 1] = ask(e) end, 'cr') math.max(1, 2) debug.sethook() print(table.concat(calls, ' '))",
    ),
    (
        "with closures over what waits",
        "local fs = {} for i = 1, 3 do local x = ask(i) fs[i] = function() x = x + ask(10) return x end end
         print(fs[1](), fs[1](), fs[2](), fs[3]())",
    ),
    (
        "with environments",
        "local f = loadstring('return ask(y)') setfenv(f, setmetatable({ y = 5 }, { __index = function(_, k) return ask(_G_ask) or _ask end }))
         _ask = ask print(pcall(f))
         local g = setfenv(function() return x end, setmetatable({}, { __index = function(_, k) return _ask(k .. k) end })) print(g())",
    ),
    (
        "in all of them at once",
        "local mt = { __index = function(t, k)
           local r table.sort({ 2, 1 }, function(a, b)
             r = ('x'):gsub('x', function() local ok, v = pcall(function()
               return coroutine.wrap(function() for q in function() return ask(k) end do return q end end)() end) return v end)
             return a < b end) return r end }
         print(setmetatable({}, mt).key)",
    ),
];

fn waiting() -> Result<Sandbox, Failed> {
    let mut sandbox = Sandbox::new(&options());
    sandbox.machine.register(&ASKING).map_err(|failure| format!("{failure:?}"))?;
    let source = b"pcall(function() local t = setmetatable({}, { __index = ask }) return t.x end) while true do end";
    let function = sandbox.load("=program", source).map_err(|end| format!("{end:?}"))?;
    sandbox.machine.start(function, &[]).map_err(|failure| format!("{failure:?}"))?;
    match sandbox.go_on(u64::MAX) {
        End::AskedHost => Ok(sandbox),
        end => Err(format!("{end:?}").into()),
    }
}

fn still_works(sandbox: &mut Sandbox) -> Result<(), Failed> {
    match sandbox.run("=after", b"return 1 + 1", 1).end {
        End::Returned(values) if values == ["2"] => Ok(()),
        end => Err(format!("afterwards: {end:?}").into()),
    }
}

fn drop_while_waiting() -> Result<(), Failed> {
    let mut sandbox = waiting()?;
    sandbox.machine.abort();
    // Nobody waits for this answer any more.
    sandbox.machine.answer(Box::new(Answer));
    still_works(&mut sandbox)?;
    // A new run takes the place of one that waits.
    still_works(&mut waiting()?)
}

fn kill_while_waiting() -> Result<(), Failed> {
    let mut sandbox = waiting()?;
    sandbox.machine.kill_handle().kill();
    sandbox.machine.answer(Box::new(Answer));
    let end = loop {
        match Machine::step(&mut sandbox.machine, 1000) {
            Progress::OutOfFuel => {}
            Progress::Failed(failure) => break failure,
            other => return Err(format!("{other:?}").into()),
        }
    };
    if end != Failure::Ended(Ending::Killed) {
        return Err(format!("{end:?}").into());
    }
    still_works(&mut sandbox)
}
