//! A debugger's breakpoints and steps, and what it sees of a run that stands still.

#![expect(clippy::unwrap_used, reason = "tests may")]

use std::path::{Path, PathBuf};
use std::process::Command;

use lua_core::debugger::{Breakpoint, Shape, StepMode};
use lua_core::error::{Ending, Failure};
use lua_core::machine::{Machine, Options, PauseReason, Progress};
use lua_core::native::{CallContext, Library, Outcome};
use lua_core::value::Value;

const CHUNK: &[u8] = b"@test.lua";

/// Enough of `io` for programs that print with it.
const IO: Library = lua_core::library!("io", { "write" => write });
const PRINT: Library = lua_core::library!("", { "print" => write });

fn write(cx: &mut CallContext<'_>) -> Result<Outcome, Failure> {
    cx.return0()
}

fn machine() -> Machine {
    let mut machine = Machine::new(&Options { debug: true, ..Options::default() }).unwrap();
    machine.register(&IO).unwrap();
    machine.register(&PRINT).unwrap();
    machine
}

/// A machine that is about to run `source`.
fn started(source: &str) -> Machine {
    let mut machine = machine();
    let chunk = machine.load(source.as_bytes(), CHUNK).unwrap().unwrap();
    machine.start(chunk, &[]).unwrap();
    machine
}

fn set_breakpoints(machine: &mut Machine, lines: &[u32]) {
    let at = |&line: &u32| Breakpoint { chunk: CHUNK, line };
    machine.set_breakpoints(&lines.iter().map(at).collect::<Vec<_>>());
}

/// The line of the innermost function.
fn line(machine: &Machine) -> u32 {
    machine.call_stack(0, 1)[0].line.unwrap()
}

/// Goes on to the next pause; the line there, or `None` when the run has ended.
fn go(machine: &mut Machine, mode: StepMode) -> Option<u32> {
    machine.set_step_mode(mode);
    match machine.run() {
        Progress::Paused(_) => Some(line(machine)),
        Progress::Finished(_) => None,
        progress => panic!("{progress:?}"),
    }
}

/// Lines at which a run stops in this mode from its start on.
#[track_caller]
fn check_lines(source: &str, breakpoints: &[u32], mode: StepMode, expected: &[u32]) {
    let mut machine = started(source);
    set_breakpoints(&mut machine, breakpoints);
    let mut lines = Vec::new();
    while let Some(line) = go(&mut machine, mode) {
        lines.push(line);
    }
    assert_eq!(lines, expected);
}

fn shown(machine: &Machine, variables: &[lua_core::debugger::Variable]) -> String {
    let text = |one: &lua_core::debugger::Variable| {
        let value = machine.describe_value(one.value, &Shape::default());
        format!("{} = {value}", String::from_utf8_lossy(&one.name))
    };
    variables.iter().map(text).collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn check_locals(machine: &Machine, level: usize, expected: &str) {
    assert_eq!(shown(machine, &machine.locals(level)), expected);
}

/// `name what line` of each level.
fn stack(machine: &Machine) -> Vec<String> {
    let text = |level: lua_core::debugger::Level| {
        let name = level.name.map_or("?".into(), |name| String::from_utf8(name).unwrap());
        let line = level.line.map_or(String::new(), |line| format!(" {line}"));
        format!("{name} {}{line}", level.what)
    };
    machine.call_stack(0, 100).into_iter().map(text).collect()
}

// ---- the lines of `debug.sethook` -------------------------------------------------------------------

/// Prints the lines that a line hook reports of a file, whatever coroutine they run in.
const HOOKED: &str = r#"
local file, chunk_name, most = arg[1], arg[2], tonumber(arg[3])
local lines = {}
local getinfo, sethook, create, resume = debug.getinfo, debug.sethook, coroutine.create, coroutine.resume
local write, exit, concat, status = io.write, os.exit, table.concat, coroutine.status
local finish
local function hook(_, line)
  if getinfo(2, "S").source == chunk_name then
    lines[#lines + 1] = line
    if #lines == most then finish() end
  end
end
function finish()
  sethook()
  write(concat(lines, " "), "\n")
  exit(0)
end
coroutine.create = function(f)
  local co = create(f)
  sethook(co, hook, "l")
  return co
end
local function results(ok, ...)
  if not ok then error((...), 0) end
  return ...
end
coroutine.wrap = function(f)
  local co = coroutine.create(f)
  return function(...) return results(resume(co, ...)) end
end
print = function() end
io.write = function() return io.stdout end
local f = assert(io.open(file, "rb"))
local chunk = assert(loadstring(f:read("*a"), chunk_name))
f:close()
sethook(hook, "l")
pcall(chunk)
finish()
"#;

/// Lines of one file that are compared.
const LINES_MAX: usize = 20_000;

fn ours(source: &[u8]) -> Vec<u32> {
    let mut machine = machine();
    let chunk = machine.load(source, CHUNK).unwrap().unwrap();
    machine.start(chunk, &[]).unwrap();
    let mut lines = Vec::new();
    loop {
        machine.set_step_mode(StepMode::Into);
        match machine.run() {
            Progress::Paused(_) => {
                let level = &machine.call_stack(0, 1)[0];
                if level.chunk == b"test.lua" {
                    lines.push(level.line.unwrap());
                }
                if lines.len() == LINES_MAX {
                    return lines;
                }
            }
            _ => return lines,
        }
    }
}

#[test]
fn steps_visit_the_lines_that_a_hook_reports() {
    if Command::new("lua5.1").arg("-v").output().is_err() {
        println!("lua5.1 is absent");
        return;
    }
    let folder = tempfile();
    let driver = folder.join("hooked.lua");
    std::fs::write(&driver, HOOKED).unwrap();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/lua");
    let mut compared = 0;
    for family in FAMILIES {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(corpus.join(family)).unwrap().map(|f| f.unwrap().path()).collect();
        files.sort();
        for file in files {
            let name = format!("{family}/{}", file.file_name().unwrap().to_str().unwrap());
            if !name.contains(".lua") || LEFT_OUT.contains(&&*name) {
                continue;
            }
            let source = std::fs::read(&file).unwrap();
            let most = LINES_MAX.to_string();
            let output = Command::new("lua5.1")
                .args([&driver, &file])
                .args(["@test.lua", &most])
                .output()
                .unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            let theirs: Vec<u32> = text
                .lines()
                .last()
                .unwrap_or("")
                .split_whitespace()
                .map(|line| line.parse().unwrap())
                .collect();
            let ours = ours(&source);
            check_same(&name, &ours, &hooked(&source));
            if !COMPILED_OTHERWISE.contains(&&*name) {
                check_same(&name, &ours, &theirs);
            }
            compared += usize::from(!theirs.is_empty());
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
    assert!(compared >= 60, "{compared} files");
}

/// The same lines from a hook in the machine itself.
fn hooked(source: &[u8]) -> Vec<u32> {
    let source = source.to_vec();
    let mut machine = machine();
    let chunk = machine.load(&source, CHUNK).unwrap().unwrap();
    let lines = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let seen = std::rc::Rc::clone(&lines);
    let note = std::rc::Rc::new(move |cx: &mut CallContext<'_>| {
        let mut seen = seen.borrow_mut();
        if seen.len() < LINES_MAX {
            seen.push(cx.check_number(1)? as u32);
        }
        cx.return0()
    });
    let note = machine.new_host_function("note", note).unwrap();
    let driver = machine.load(HOOKED_HERE, b"=driver").unwrap().unwrap();
    machine.start(driver, &[chunk, note]).unwrap();
    let _ = machine.run();
    lines.take()
}

const HOOKED_HERE: &[u8] = br#"
local chunk, note = ...
local getinfo, sethook, create, resume = debug.getinfo, debug.sethook, coroutine.create, coroutine.resume
local function hook(_, line)
  if getinfo(2, "S").source == "@test.lua" then note(line) end
end
coroutine.create = function(f)
  local co = create(f)
  sethook(co, hook, "l")
  return co
end
local function results(ok, ...)
  if not ok then error((...), 0) end
  return ...
end
coroutine.wrap = function(f)
  local co = coroutine.create(f)
  return function(...) return results(resume(co, ...)) end
end
sethook(hook, "l")
pcall(chunk)
sethook()
"#;

/// Folders of `tests/lua` that are compared.
const FAMILIES: [&str; 9] = [
    "control",
    "coroutines",
    "loops",
    "pcall",
    "closures",
    "metatables",
    "calls",
    "statements",
    "programs",
];

/// Files that go to a limit of the stack, look at it or wait for a collection: the hook takes its part of it.
const LEFT_OUT: &[&str] = &[
    "calls/c_stack_overflow.lua",
    "calls/deep_recursion.lua",
    "coroutines/nested.lua",
    "coroutines/overflow.lua",
    "pcall/deep_nesting.lua",
    "pcall/error_in_handler.lua",
    "pcall/handler_sees_the_stack.lua",
    "programs/memo_fib.lua",
];

/// Files in which PUC has no instruction for a `local` without a value, or for a jump, and so no line.
const COMPILED_OTHERWISE: &[&str] = &[
    "calls/call_errors.lua",
    "closures/recursion.lua",
    "coroutines/basics.lua",
    "coroutines/resume_errors.lua",
    "coroutines/status.lua",
    "coroutines/wrap.lua",
    "programs/fannkuch.lua",
    "programs/interpreter.lua",
    "programs/linked_structures.lua",
    "statements/break_scope.lua",
    "statements/nested_functions_line_info.lua",
];

fn check_same(name: &str, ours: &[u32], theirs: &[u32]) {
    let differs = ours.iter().zip(theirs).position(|(a, b)| a != b);
    let at = differs.unwrap_or(ours.len().min(theirs.len()));
    assert!(
        ours == theirs,
        "{name}: {} lines and {}; after {:?}: {:?} and {:?}",
        ours.len(),
        theirs.len(),
        &ours[at.saturating_sub(3)..at],
        ours.get(at),
        theirs.get(at),
    );
}

fn tempfile() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("redmoon-debugger-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

// ---- breakpoints and steps --------------------------------------------------------------------------

#[test]
fn breakpoints_stop_wherever_their_line_begins() {
    let run = |source, lines: &[u32], expected: &[u32]| {
        check_lines(source, lines, StepMode::Continue, expected);
    };
    run("local x = 0\nfor i = 1, 3 do\n  x = x + i\nend\nreturn x", &[3, 5], &[3, 3, 3, 5]);
    run(
        "local co = coroutine.wrap(function()\n  coroutine.yield(1)\n  coroutine.yield(2)\nend)\nco()\nco()\nco()",
        &[3, 6],
        &[6, 3],
    );
    run(
        "local ok = pcall(function()\n  local t\n  t.x = 1\nend)\nif not ok then\n  ok = nil\nend",
        &[3, 6],
        &[3, 6],
    );
    // Comparators that only read are called as well.
    run("table.sort({2, 1}, function(a, b)\n  return a < b\nend)", &[2], &[2]);
    run(
        "local t = setmetatable({}, { __index = function(t, k)\n  return k\nend })\nreturn t.a .. t.b",
        &[2],
        &[2, 2],
    );
    run("return (string.gsub('abc', '.', function(c)\n  return c\nend))", &[2], &[2, 2, 2]);
    run(
        "local function f(n)\n  if n == 0 then return end\n  return f(n - 1)\nend\nf(2)",
        &[3],
        &[3, 3],
    );
    // Nothing there.
    run("local x = 1\n\n-- nothing\nreturn x", &[2, 3, 77], &[]);
}

#[test]
fn a_breakpoint_is_of_its_chunk() {
    let mut machine = started("x = loadstring('y = 1\\nz = 2', '@other.lua')\nx()\nx = nil");
    machine.set_breakpoints(&[Breakpoint { chunk: b"@other.lua", line: 2 }]);
    assert_eq!(go(&mut machine, StepMode::Continue), Some(2));
    assert_eq!(machine.call_stack(0, 1)[0].chunk, b"other.lua");
    assert_eq!(go(&mut machine, StepMode::Continue), None);
}

const RECURSIVE: &str = "\
local function fact(n)
  if n == 0 then
    return 1
  end
  local rest = fact(n - 1)
  return n * rest
end
local six = fact(3)
return six";

#[test]
fn steps_into_over_and_out_of_recursion() {
    check_lines(RECURSIVE, &[], StepMode::Over, &[7, 8, 9]);
    let mut machine = started(RECURSIVE);
    set_breakpoints(&mut machine, &[5]);
    assert_eq!(go(&mut machine, StepMode::Continue), Some(5));
    set_breakpoints(&mut machine, &[]);
    assert_eq!(machine.call_depth(), 2);
    // Over: the calls below do not matter.
    assert_eq!(go(&mut machine, StepMode::Over), Some(6));
    check_locals(&machine, 0, "n = 3, rest = 2");
    // The line of the call has begun long ago: its next one is where the function is left to.
    assert_eq!(go(&mut machine, StepMode::Over), Some(9));

    let mut machine = started(RECURSIVE);
    set_breakpoints(&mut machine, &[3]);
    assert_eq!(go(&mut machine, StepMode::Continue), Some(3));
    assert_eq!(machine.call_depth(), 5);
    for (n, depth) in [(1, 4), (2, 3), (3, 2)] {
        assert_eq!(go(&mut machine, StepMode::Out), Some(6));
        assert_eq!(machine.call_depth(), depth);
        assert_eq!(machine.locals(0)[0].value, Value::from(f64::from(n)));
    }
    assert_eq!(go(&mut machine, StepMode::Out), Some(9));
    assert_eq!(go(&mut machine, StepMode::Out), None);
}

#[test]
fn a_step_over_the_end_does_not_stop_in_the_next_call_of_that_line() {
    let source = "local function f(x)\n  return x\nend\nlocal a = f(1) + f(2)\nreturn a";
    let mut machine = started(source);
    set_breakpoints(&mut machine, &[2]);
    assert_eq!(go(&mut machine, StepMode::Continue), Some(2));
    set_breakpoints(&mut machine, &[]);
    assert_eq!(go(&mut machine, StepMode::Over), Some(5));
}

#[test]
fn a_step_over_a_tail_call_runs_what_it_calls() {
    let source = "local function g()\n  local x = 1\n  return x\nend\nlocal function f()\n  return g()\nend\nlocal y = f()\nreturn y";
    let mut machine = started(source);
    set_breakpoints(&mut machine, &[6]);
    assert_eq!(go(&mut machine, StepMode::Continue), Some(6));
    assert_eq!(go(&mut machine, StepMode::Over), Some(9));

    let mut machine = started(source);
    set_breakpoints(&mut machine, &[6]);
    assert_eq!(go(&mut machine, StepMode::Continue), Some(6));
    assert_eq!(go(&mut machine, StepMode::Into), Some(2));
    let level = &machine.call_stack(0, 1)[0];
    assert_eq!((level.tail_calls, level.name.clone()), (1, None));
    assert_eq!(go(&mut machine, StepMode::Over), Some(3));
    assert_eq!(go(&mut machine, StepMode::Out), Some(9));
}

#[test]
fn steps_go_in_and_out_of_coroutines() {
    let source = "\
local co = coroutine.create(function(a)
  local b = coroutine.yield(a)
  return b
end)
local _, x = coroutine.resume(co, 1)
local _, y = coroutine.resume(co, 2)
return x, y";
    check_lines(source, &[], StepMode::Into, &[1, 4, 1, 5, 2, 6, 3, 7]);
    check_lines(source, &[], StepMode::Over, &[1, 4, 1, 5, 6, 7]);
    let mut machine = started(source);
    set_breakpoints(&mut machine, &[2]);
    assert_eq!(go(&mut machine, StepMode::Continue), Some(2));
    assert_eq!(stack(&machine), ["? Lua 2", "resume C", "? main 5"]);
    assert_eq!(machine.call_stack(0, 9).iter().map(|l| l.coroutine).collect::<Vec<_>>(), [0, 1, 1]);
    check_locals(&machine, 0, "a = 1");
    assert!(shown(&machine, &machine.locals(2)).starts_with("co = thread: 0x"));
    // Over a yield: on in the one that gets the value.
    assert_eq!(go(&mut machine, StepMode::Over), Some(6));

    let mut machine = started(source);
    set_breakpoints(&mut machine, &[3]);
    assert_eq!(go(&mut machine, StepMode::Continue), Some(3));
    assert_eq!(go(&mut machine, StepMode::Out), Some(7));
}

#[test]
fn errors_lead_out_of_a_step() {
    let source = "\
local function fail()
  error('no')
end
local ok, e = pcall(fail)
return e";
    check_lines(source, &[], StepMode::Over, &[3, 4, 5]);
    let mut machine = started(source);
    set_breakpoints(&mut machine, &[2]);
    assert_eq!(go(&mut machine, StepMode::Continue), Some(2));
    assert_eq!(stack(&machine), ["? Lua 2", "pcall C", "? main 4"]);
    assert_eq!(go(&mut machine, StepMode::Over), Some(5));
    check_locals(&machine, 0, "fail = function <test.lua:1>, ok = false, e = \"test.lua:2: no\"");
}

#[test]
fn a_run_can_be_told_to_stop_at_the_next_line() {
    let mut machine = started("local x = 0\nwhile true do\n  x = x + 1\nend");
    assert!(matches!(machine.step(1000), Progress::OutOfFuel));
    machine.pause_at_next_line();
    assert!(matches!(machine.run(), Progress::Paused(PauseReason::Asked)));
    assert!([2, 3].contains(&line(&machine)));
    assert_eq!(go(&mut machine, StepMode::Into).map(|line| [2, 3].contains(&line)), Some(true));
}

#[test]
fn a_hook_hears_of_the_lines_as_well() {
    let source = "\
local seen = {}
debug.sethook(function(_, line) seen[#seen + 1] = line end, 'l')
local x = 1
x = x + 1
debug.sethook()
return table.concat(seen, ' ')";
    let mut machine = started(source);
    let mut lines = Vec::new();
    let values = loop {
        machine.set_step_mode(StepMode::Into);
        match machine.run() {
            Progress::Paused(_) => lines.push(line(&machine)),
            Progress::Finished(values) => break values,
            progress => panic!("{progress:?}"),
        }
    };
    // There are no stops inside the hook.
    assert_eq!(lines, [1, 2, 3, 4, 5, 6]);
    assert_eq!(machine.with_context(|cx| cx.bytes(values[0]).to_vec()), b"3 4 5");
}

// ---- a run that has paused --------------------------------------------------------------------------

#[test]
fn a_paused_run_can_be_killed_dropped_or_run_out_of_fuel() {
    let source = "local x = 0\nwhile true do\n  x = x + 1\nend";
    let paused = || {
        let mut machine = started(source);
        set_breakpoints(&mut machine, &[3]);
        assert_eq!(go(&mut machine, StepMode::Continue), Some(3));
        machine
    };
    let restart = |mut machine: Machine| {
        machine.end_debugging();
        let chunk = machine.load(b"return 7", CHUNK).unwrap().unwrap();
        for mode in [StepMode::Into, StepMode::Continue] {
            machine.start(chunk, &[]).unwrap();
            machine.set_step_mode(mode);
            if mode == StepMode::Into {
                assert!(matches!(machine.run(), Progress::Paused(PauseReason::Step)));
                machine.start(chunk, &[]).unwrap();
                machine.set_step_mode(mode);
                assert!(matches!(machine.run(), Progress::Paused(PauseReason::Step)));
            }
            assert!(
                matches!(machine.run(), Progress::Finished(values) if values == [Value::from(7.0)])
            );
        }
    };
    let mut machine = paused();
    machine.kill_handle().kill();
    machine.end_debugging();
    assert!(matches!(machine.run(), Progress::Failed(Failure::Ended(Ending::Killed))));
    assert!(machine.call_stack(0, 9).is_empty());
    restart(machine);

    let mut machine = paused();
    machine.abort();
    restart(machine);

    let mut machine = paused();
    let used = machine.fuel_used();
    machine.set_fuel_limit(used + 100);
    let mut stops = 0;
    let end = loop {
        match machine.run() {
            Progress::Paused(_) => stops += 1,
            end => break end,
        }
    };
    assert!(matches!(end, Progress::Failed(Failure::Ended(Ending::Fuel))), "{end:?}");
    assert_eq!((stops, machine.fuel_used()), (100, used + 101));
    machine.set_fuel_limit(u64::MAX);
    restart(machine);

    // A collection while it stands still does no harm.
    let mut machine = started("local t = {}\nfor i = 1, 5 do\n  t[i] = { i }\nend\nreturn #t");
    set_breakpoints(&mut machine, &[2, 3, 5]);
    let mut last = None;
    while let Some(line) = go(&mut machine, StepMode::Continue) {
        machine.collect_garbage();
        last = Some(line);
    }
    assert_eq!(last, Some(5));
}

#[test]
fn the_fuel_is_that_of_a_run_without_a_debugger() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/lua");
    let mut compared = 0;
    for family in FAMILIES.into_iter().chain(["patterns", "tables", "load", "gc"]) {
        for file in std::fs::read_dir(corpus.join(family)).unwrap() {
            let source = std::fs::read(file.unwrap().path()).unwrap();
            let mut fuel = Vec::new();
            for steps in [None, Some(StepMode::Into), Some(StepMode::Over)] {
                let mut machine = machine();
                let Ok(chunk) = machine.load(&source, CHUNK).unwrap() else { continue };
                machine.start(chunk, &[]).unwrap();
                machine.set_fuel_limit(300_000);
                loop {
                    machine.set_step_mode(steps.unwrap_or_default());
                    match machine.run() {
                        Progress::Paused(_) => {}
                        Progress::Finished(_) | Progress::Failed(Failure::Raised) => {
                            fuel.push(machine.fuel_used());
                            break;
                        }
                        _ => break,
                    }
                }
            }
            assert!(fuel.iter().all(|&one| one == fuel[0]), "{fuel:?}");
            assert!(fuel.is_empty() || fuel.len() == 3);
            compared += fuel.len() / 3;
        }
    }
    assert!(compared > 100, "{compared}");
}

// ---- looking around ---------------------------------------------------------------------------------

#[test]
fn variables_are_those_that_are_active() {
    let source = "\
local up, shared = 'u', 0
local function f(a, ...)
  local b = a
  do local hidden = 1 end
  for i, v in ipairs({ 7 }) do
    shared = shared + v
  end
  return up
end
f(1, 2, 3)";
    let mut machine = started(source);
    set_breakpoints(&mut machine, &[3, 4, 6, 8]);
    assert_eq!(go(&mut machine, StepMode::Continue), Some(3));
    assert_eq!(stack(&machine), ["f Lua 3", "? main 10"]);
    check_locals(&machine, 0, "a = 1, arg = {2, 3, n = 2}");
    assert_eq!(machine.varargs(0), [Value::from(2.0), Value::from(3.0)]);
    assert_eq!(shown(&machine, &machine.upvalues(0)), "shared = 0, up = \"u\"");
    assert_eq!(go(&mut machine, StepMode::Continue), Some(4));
    check_locals(&machine, 0, "a = 1, arg = {2, 3, n = 2}, b = 1");
    assert_eq!(go(&mut machine, StepMode::Continue), Some(6));
    check_locals(&machine, 0, "a = 1, arg = {2, 3, n = 2}, b = 1, i = 1, v = 7");
    assert_eq!(go(&mut machine, StepMode::Continue), Some(8));
    assert_eq!(shown(&machine, &machine.upvalues(0)), "shared = 7, up = \"u\"");
    check_locals(&machine, 1, "up = \"u\", shared = 7, f = function <test.lua:2>");
    assert!(machine.locals(2).is_empty() && machine.upvalues(99).is_empty());
    let level = &machine.call_stack(0, 1)[0];
    assert_eq!((level.line_defined, level.last_line_defined), (Some(2), Some(9)));
    assert_eq!((level.name_what, &*level.chunk), ("local", &b"test.lua"[..]));
}

#[track_caller]
fn check_shown(expression: &str, shape: &Shape, expected: &str) {
    let mut machine = machine();
    let chunk = machine.load(format!("return {expression}").as_bytes(), CHUNK).unwrap().unwrap();
    machine.start(chunk, &[]).unwrap();
    let Progress::Finished(values) = machine.run() else { panic!("it failed") };
    assert_eq!(machine.describe_value(values[0], shape), expected);
}

#[test]
fn values_are_shown_in_the_notation_of_lua() {
    let check = |expression, expected| check_shown(expression, &Shape::default(), expected);
    check("nil", "nil");
    check("1/3", "0.33333333333333");
    check(r#""a\"b\\c\n\t\0\200é""#, r#""a\"b\\c\n\t\000\200é""#);
    check("{ 1, 2, x = 3 }", "{1, 2, x = 3}");
    check(
        "{ {}, { { 1 } }, ['end'] = 1, ['a b'] = 2 }",
        r#"{{}, {{...}}, ["a b"] = 2, ["end"] = 1}"#,
    );
    check("{ nil, 2, [1.5] = true }", "{[2] = 2, [1.5] = true}");
    check("(function() local t = { n = 1 } t.me = t return t end)()", "{me = <cycle>, n = 1}");
    check("setmetatable({}, { __tostring = error, __index = error })", "{}");
    check("print", "function <print>");
    check("function() end", "function <test.lua:1>");
    check_shown("string.rep('x', 50)", &Shape { bytes: 10, ..Shape::default() }, "\"xxxxxxxxxx...");
    check_shown(
        r"string.rep('\200', 1e6)",
        &Shape { bytes: 6, ..Shape::default() },
        r#""\200\200..."#,
    );
    check_shown("{ 1, 2, 3 }", &Shape { items: 2, ..Shape::default() }, "{1, 2, ...}");
    check_shown("{ 1 }", &Shape { depth: 0, ..Shape::default() }, "{...}");
    check_shown("{ 1, 2, 3, 4, 5, 6 }", &Shape { bytes: 5, ..Shape::default() }, "{1, 2, ...}");
}

#[test]
fn what_is_inside_a_value_comes_in_pages() {
    let mut machine = started(
        "local t = setmetatable({ 1, 2, 3, x = 4 }, { a = 1 })\nlocal function f() return t end\nreturn t",
    );
    set_breakpoints(&mut machine, &[3]);
    assert_eq!(go(&mut machine, StepMode::Continue), Some(3));
    let [table, function] = [0, 1].map(|n| machine.locals(0)[n].value);
    let mut names = Vec::new();
    let mut from = Some(0);
    while let Some(at) = from {
        let page = machine.children(table, at, 2);
        assert!(page.items.len() <= 2);
        names.extend(page.items.iter().map(|(name, _)| machine.describe_name(name)));
        from = page.next;
    }
    assert_eq!(names, ["[1]", "[2]", "[3]", "x", "(metatable)"]);
    let inside = machine.children(function, 0, 9);
    assert_eq!(machine.describe_name(&inside.items[0].0), "t");
    assert_eq!(inside.items[0].1, table);
    assert!(machine.has_children(table) && !machine.has_children(Value::TRUE));
    assert!(machine.global(b"print").is_some() && machine.global(b"nothing").is_none());
}

#[test]
fn a_run_that_waits_for_fuel_can_be_looked_at_too() {
    let mut machine =
        started("local x = 5\nlocal function spin()\n  while true do end\nend\nspin()");
    assert!(machine.call_stack(0, 9).is_empty());
    assert!(matches!(machine.step(100), Progress::OutOfFuel));
    assert_eq!(stack(&machine), ["spin Lua 3", "? main 5"]);
    check_locals(&machine, 1, "x = 5, spin = function <test.lua:2>");
}
