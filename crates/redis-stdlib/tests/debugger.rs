//! A debugger's steps through scripts and functions, and what it sees of them.

#![expect(clippy::unwrap_used, reason = "tests may")]

use redis_stdlib::debugger::{Handle, PauseReason, Shape, StepMode, Variable};
use redis_stdlib::{
    Answer, Call, Config, Environment, ErrorKind, Host, Request, ScriptEngine, Step,
};
use resp::Reply;

/// Answers every command with its first argument.
struct Echo;

impl Host for Echo {
    fn call(&mut self, call: &Call<'_>) -> Answer {
        Answer::Reply(Reply::bulk(call.argv.get(1).unwrap_or_default()))
    }
}

fn engine() -> ScriptEngine {
    ScriptEngine::new(Config::default()).unwrap()
}

fn line(engine: &mut ScriptEngine) -> u32 {
    engine.call_stack(0, 1)[0].line.unwrap()
}

/// Goes on to the next pause; the line there, or the end.
fn go(engine: &mut ScriptEngine, mode: StepMode) -> Result<u32, Result<Reply, String>> {
    engine.set_step_mode(mode);
    loop {
        match engine.step_with(&mut Echo, 1000) {
            Step::Paused(_) => return Ok(line(engine)),
            Step::Done(result) => {
                let text = |error: redis_stdlib::ScriptError| {
                    String::from_utf8_lossy(error.message()).into_owned()
                };
                return Err(result.map_err(text));
            }
            Step::OutOfFuel => {}
            step => panic!("{step:?}"),
        }
    }
}

fn shown(variables: &[Variable]) -> String {
    let text = |one: &Variable| format!("{} = {}", one.name, one.value.text);
    variables.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn stack(engine: &mut ScriptEngine) -> Vec<String> {
    let levels = engine.call_stack(0, 100).into_iter();
    levels
        .map(|level| {
            let name = level.name.map_or("?".into(), |name| String::from_utf8(name).unwrap());
            let chunk = String::from_utf8(level.chunk).unwrap();
            format!("{name} {chunk}:{}", level.line.unwrap_or(0))
        })
        .collect()
}

const SCRIPT: &[u8] = b"\
#!lua flags=allow-oom
local function get(key)
  local value = redis.call('GET', key)
  return value
end
local all = {}
for i, key in ipairs(KEYS) do
  all[i] = get(key)
end
return all";

#[test]
fn a_script_is_stepped_through_by_its_own_lines() {
    let mut engine = engine();
    engine.set_step_mode(StepMode::Into);
    engine.start(&Request::source(SCRIPT).keys(&["a", "b"]).args(&["x"])).unwrap();
    assert!(matches!(engine.step(1000), Step::Paused(PauseReason::Step)));
    assert_eq!(stack(&mut engine), ["? user_script:5"]);
    assert_eq!(go(&mut engine, StepMode::Over), Ok(6));
    assert_eq!(go(&mut engine, StepMode::Over), Ok(7));
    let arguments = engine.globals_named(&["KEYS", "ARGV", "nothing"]);
    assert_eq!(shown(&arguments), r#"KEYS = {"a", "b"}, ARGV = {"x"}"#);

    engine.set_breakpoints(&[3, 8]);
    assert_eq!(go(&mut engine, StepMode::Continue), Ok(8));
    assert_eq!(go(&mut engine, StepMode::Continue), Ok(3));
    assert_eq!(stack(&mut engine), ["get user_script:3", "? user_script:8"]);
    assert_eq!(shown(&engine.locals(0)), r#"key = "a""#);
    let outer = engine.locals(1);
    assert_eq!(shown(&outer), r#"get = function <user_script:2>, all = {}, i = 1, key = "a""#);
    assert_eq!(go(&mut engine, StepMode::Over), Ok(4));
    assert_eq!(shown(&engine.locals(0)), r#"key = "a", value = "a""#);
    assert_eq!(go(&mut engine, StepMode::Out), Ok(7));
    assert_eq!(shown(&engine.locals(0)), r#"get = function <user_script:2>, all = {"a"}"#);
    engine.end_debugging();
    let reply = Reply::Array(["a", "b"].map(Reply::bulk).into_iter().collect());
    assert_eq!(go(&mut engine, StepMode::Continue), Err(Ok(reply)));
    assert!(engine.call_stack(0, 9).is_empty() && engine.locals(0).is_empty());
}

#[test]
fn a_script_that_waits_for_the_host_can_be_looked_at() {
    let mut engine = engine();
    engine.start(&Request::source(b"local x = 1\nreturn redis.call('GET', 'k')")).unwrap();
    assert!(matches!(engine.step(1000), Step::Call));
    assert_eq!(stack(&mut engine), ["call [C]:0", "? user_script:2"]);
    assert_eq!(shown(&engine.locals(1)), "x = 1");
    engine.set_step_mode(StepMode::Into);
    engine.answer(Reply::bulk("v"));
    assert!(matches!(engine.step(1000), Step::Done(Ok(_))));
}

#[test]
fn functions_of_libraries_are_stepped_through_too() {
    let code = b"#!lua name=lib
local shared = { hits = 0 }
local function first(keys, args)
  shared.hits = shared.hits + 1
  return keys[1] .. args[1]
end
redis.register_function('first', first)";
    let mut engine = engine();
    engine.set_breakpoints(&[2, 5]);
    engine.load_library(code, false).unwrap();
    engine.start(&Request::function(b"first").keys(&["k"]).args(&["v"])).unwrap();
    assert!(matches!(engine.step(1000), Step::Paused(PauseReason::Breakpoint)));
    assert_eq!(stack(&mut engine), ["? user_function:5"]);
    assert_eq!(shown(&engine.locals(0)), r#"keys = {"k"}, args = {"v"}"#);
    assert_eq!(shown(&engine.upvalues(0)), "shared = {hits = 1}");
    assert_eq!(go(&mut engine, StepMode::Over), Err(Ok(Reply::bulk("kv"))));
    // The breakpoints of a library are those of a script as well, as long as they are set.
    engine.start(&Request::source(b"return 1")).unwrap();
    assert_eq!(go(&mut engine, StepMode::Continue), Err(Ok(Reply::Integer(1))));
}

#[test]
fn values_are_opened_by_handles_that_end_with_the_pause() {
    let script = b"local t = { 1, { deep = { deeper = 'x' } }, name = 'n' }\nlocal f = function() return t end\nreturn f";
    let mut engine = engine();
    engine.set_breakpoints(&[3]);
    engine.set_shape(Shape { depth: 1, ..Shape::default() });
    engine.start(&Request::source(script)).unwrap();
    assert!(matches!(engine.step(1000), Step::Paused(_)));
    let locals = engine.locals(0);
    assert_eq!(shown(&locals), r#"t = {1, {...}, name = "n"}, f = function <user_script:2>"#);
    let table = locals[0].value.handle.unwrap();
    assert_eq!(Handle::from_bits(table.to_bits()), table);
    let page = engine.children(table, 0, 2).unwrap();
    assert_eq!(shown(&page.items), "[1] = 1, [2] = {deep = {...}}");
    assert!(page.items[0].value.handle.is_none());
    let rest = engine.children(table, page.next.unwrap(), 2).unwrap();
    assert_eq!((shown(&rest.items).as_str(), rest.next), (r#"name = "n""#, None));
    let deep = engine.children(page.items[1].value.handle.unwrap(), 0, 9).unwrap();
    assert_eq!(shown(&deep.items), r#"deep = {deeper = "x"}"#);
    let captured = engine.children(locals[1].value.handle.unwrap(), 0, 9).unwrap();
    assert_eq!(captured.items[0].name, "t");
    assert_eq!(captured.items[0].value.kind, "table");
    assert_eq!(engine.children(Handle::from_bits(u64::MAX), 0, 1), None);
    assert!(matches!(engine.step(1000), Step::Done(Ok(_))));
    engine.start(&Request::source(script)).unwrap();
    assert!(matches!(engine.step(1000), Step::Paused(_)));
    engine.locals(0);
    assert_eq!(engine.children(table, 0, 1), None);
}

#[test]
fn errors_and_kills_end_a_run_that_is_stepped() {
    let mut engine = engine();
    engine.set_step_mode(StepMode::Into);
    engine.start(&Request::source(b"local x\nreturn x.y")).unwrap();
    assert_eq!(go(&mut engine, StepMode::Into), Ok(1));
    assert_eq!(go(&mut engine, StepMode::Into), Ok(2));
    let Err(Err(text)) = go(&mut engine, StepMode::Into) else { panic!("it did not fail") };
    assert!(text.contains("user_script:2: attempt to index local 'x' (a nil value)"), "{text}");

    engine.set_breakpoints(&[1]);
    engine.start(&Request::source(b"while true do end")).unwrap();
    assert!(matches!(engine.step(1000), Step::Paused(_)));
    engine.kill().unwrap();
    let Step::Done(Err(error)) = engine.step(1000) else { panic!("it was not killed") };
    assert_eq!(error.kind(), ErrorKind::Killed);

    engine.start(&Request::source(b"while true do end")).unwrap();
    assert!(matches!(engine.step(1000), Step::Paused(_)));
    engine.abort();
    engine.set_breakpoints(&[]);
    assert_eq!(engine.eval(&mut Echo, &Request::source(b"return 1")).unwrap(), Reply::Integer(1));

    engine.set_breakpoints(&[1]);
    engine.set_fuel_limit(10);
    engine.start(&Request::source(b"while true do end")).unwrap();
    let end = loop {
        match engine.step(1000) {
            Step::Paused(PauseReason::Breakpoint) => {}
            step => break step,
        }
    };
    let Step::Done(Err(error)) = end else { panic!("{end:?}") };
    assert_eq!(error.kind(), ErrorKind::Fuel);
    // Run in one go, it does not stop for anybody.
    engine.set_fuel_limit(1_000_000);
    assert_eq!(engine.eval(&mut Echo, &Request::source(b"return 2")).unwrap(), Reply::Integer(2));
}

#[test]
fn a_run_that_is_parked_takes_its_steps_along() {
    let mut engine = engine();
    engine.set_breakpoints(&[3]);
    engine
        .start(&Request::source(
            b"local a = 1\nlocal b = redis.call('GET', 'k')\nlocal c = 3\nreturn c",
        ))
        .unwrap();
    assert!(matches!(engine.step(1000), Step::Call));
    engine.set_step_mode(StepMode::Over);
    let parked = engine.park().unwrap().unwrap();
    engine
        .start(&Request::source(b"local x = 1\nlocal y = 2\nlocal z = 3\nreturn x + y + z"))
        .unwrap();
    assert!(matches!(engine.step(1000), Step::Done(Ok(Reply::Integer(6)))));
    engine.unpark(parked);
    engine.answer(Reply::bulk("v"));
    assert!(matches!(engine.step(1000), Step::Paused(PauseReason::Breakpoint)));
    assert_eq!(shown(&engine.locals(0)), r#"a = 1, b = "v""#);
    assert_eq!(go(&mut engine, StepMode::Over), Ok(4));
    assert_eq!(go(&mut engine, StepMode::Over), Err(Ok(Reply::Integer(3))));
}

#[test]
fn a_program_has_breakpoints_in_its_own_chunk() {
    let environment = Environment::Open {
        chunk_name: b"@other.lua".to_vec(),
        open: std::rc::Rc::new(|_| Ok(())),
        keeps_pcall: true,
    };
    let mut engine = ScriptEngine::new(Config { environment, ..Config::default() }).unwrap();
    engine.set_breakpoints(&[2]);
    engine.start(&Request::program(b"x = 1\nx = 2\nreturn x", b"@main.lua")).unwrap();
    assert!(matches!(engine.step(1000), Step::Paused(PauseReason::Breakpoint)));
    assert_eq!(stack(&mut engine), ["? main.lua:2"]);
    assert_eq!(shown(&engine.globals_named(&["x"])), "x = 1");
    assert!(matches!(engine.step(1000), Step::Done(Ok(_))));
}

#[test]
fn the_fuel_is_that_of_a_run_without_a_debugger() {
    let mut fuel = Vec::new();
    for mode in [StepMode::Continue, StepMode::Into, StepMode::Over] {
        let mut engine = engine();
        engine.set_step_mode(mode);
        engine.start(&Request::source(SCRIPT).keys(&["a", "b"])).unwrap();
        while go(&mut engine, mode).is_ok() {}
        fuel.push(engine.fuel_used());
    }
    assert_eq!(fuel[1..], [fuel[0]; 2]);
}
