//! Several runs on one engine, programs, and libraries of the host.

use std::rc::Rc;

use lua_core::continuation::Continuation;
use lua_core::error::Failure;
use lua_core::native::{CallContext, Outcome};
use redis_stdlib::{Config, Environment, ErrorKind, Request, ScriptEngine, Step, plain};
use resp::Reply;

fn bulk(text: &str) -> Reply {
    Reply::bulk(text)
}

/// Runs until something is asked for.
fn until_call(engine: &mut ScriptEngine) -> Vec<Vec<u8>> {
    match engine.step(1_000_000) {
        Step::Call => engine
            .call()
            .map(|call| call.argv.iter().map(<[u8]>::to_vec).collect())
            .expect("a call"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn runs_take_turns_and_keep_what_is_theirs() {
    let mut engine = ScriptEngine::new(Config::default()).unwrap();
    let script = b"redis.setresp(3) local t = {} \
        for i = 1, 3 do \
          local ok, r = pcall(function() return redis.call('get', KEYS[1], i) end) \
          t[#t + 1] = KEYS[1] .. ARGV[1] .. tostring(r) \
        end \
        return table.concat(t, ' ')";
    let mut parked = Vec::new();
    for n in 0..20 {
        let (key, arg) = (format!("k{n}"), format!("a{n}"));
        let (keys, args) = ([key.as_bytes()], [arg.as_bytes()]);
        let request = Request::source(script).keys(&keys).args(&args);
        engine.start(&request).unwrap();
        assert_eq!(until_call(&mut engine)[1], key.as_bytes());
        parked.push(engine.park().unwrap().unwrap());
    }
    // Something else in between, to its end.
    engine.start(&Request::source(b"return 1")).unwrap();
    assert!(matches!(engine.step(1_000), Step::Done(Ok(Reply::Integer(1)))));
    for round in 0..3 {
        let mut next = Vec::new();
        for (n, run) in parked.drain(..).enumerate() {
            engine.unpark(run);
            assert_eq!(until_call_or_known(&mut engine), format!("k{n}").as_bytes());
            engine.answer(Reply::Integer(n as i64 * 10 + round));
            if round < 2 {
                assert_eq!(until_call(&mut engine)[2], (round + 2).to_string().as_bytes());
                next.push(engine.park().unwrap().unwrap());
            } else {
                let expected = (0..3)
                    .map(|round| format!("k{n}a{n}{}", n * 10 + round))
                    .collect::<Vec<_>>()
                    .join(" ");
                match engine.step(1_000_000) {
                    Step::Done(Ok(reply)) => assert_eq!(reply, bulk(&expected)),
                    other => panic!("{other:?}"),
                }
            }
        }
        parked = next;
    }
    assert!(engine.park().unwrap().is_none());
}

fn until_call_or_known(engine: &mut ScriptEngine) -> Vec<u8> {
    engine.call().and_then(|call| call.argv.get(1).map(<[u8]>::to_vec)).unwrap_or_default()
}

#[test]
fn dropped_runs_leave_no_memory_behind() {
    let mut engine = ScriptEngine::new(Config::default()).unwrap();
    let script = b"local t = {} for i = 1, 100 do t[i] = ('x'):rep(1000) .. i end \
        return redis.call('get', #t)";
    let mut cycle = || {
        let mut parked = Vec::new();
        for _ in 0..50 {
            engine.start(&Request::source(script)).unwrap();
            until_call(&mut engine);
            parked.push(engine.park().unwrap().unwrap());
        }
        drop(parked);
        engine.machine().collect_garbage();
        engine.memory().used_bytes
    };
    let first = cycle();
    let later = (0..5).map(|_| cycle()).max().unwrap();
    assert!(later <= first + first / 100, "{first} bytes, then {later}");
}

fn plain_engine() -> ScriptEngine {
    let environment = Environment::Open {
        chunk_name: b"=lua".to_vec(),
        open: Rc::new(|_| Ok(())),
        keeps_pcall: true,
    };
    ScriptEngine::new(Config { environment, wants_traceback: true, ..Config::default() })
        .expect("an engine")
}

fn run(engine: &mut ScriptEngine, source: &str) -> Result<Reply, redis_stdlib::ScriptError> {
    engine.start(&Request::program(source.as_bytes(), b"=lua"))?;
    match engine.step(10_000_000) {
        Step::Done(result) => result,
        other => panic!("{other:?}"),
    }
}

#[test]
fn programs_return_all_values_as_they_are_and_share_globals() {
    let mut engine = plain_engine();
    assert_eq!(run(&mut engine, "x = 1.5").unwrap(), Reply::from(vec![]));
    let reply =
        run(&mut engine, "return x, 'a', true, false, nil, {1, 2, {k = 0.5}}, -0.0, 2^60").unwrap();
    let map = Reply::Map(vec![bulk("k"), Reply::Double(0.5)].into());
    let list = Reply::from(vec![Reply::Integer(1), Reply::Integer(2), map]);
    let expected = vec![
        Reply::Double(1.5),
        bulk("a"),
        Reply::Boolean(true),
        Reply::Boolean(false),
        Reply::Nil,
        list,
        Reply::Double(-0.0),
        Reply::Double((1_u64 << 60) as f64),
    ];
    assert_eq!(reply, Reply::from(expected));
    let reply = run(&mut engine, "return pcall(error, {code = 7})").unwrap();
    let error = Reply::Map(vec![bulk("code"), Reply::Integer(7)].into());
    assert_eq!(reply, Reply::from(vec![Reply::Boolean(false), error]));
}

#[test]
fn what_programs_raise_keeps_its_text_and_tells_where() {
    let mut engine = plain_engine();
    let error = run(&mut engine, "local function f() error('boom') end\nf()").unwrap_err();
    assert_eq!(error.message(), b"lua:1: boom");
    assert_eq!(error.line(), Some(1));
    let traceback = String::from_utf8_lossy(error.traceback()).into_owned();
    assert!(traceback.contains("lua:1: in function 'f'"), "{traceback}");
    assert!(traceback.contains("lua:2: in main chunk"), "{traceback}");
    let error = run(&mut engine, "error({})").unwrap_err();
    assert_eq!(error.message(), b"(error object is a table value)");
    let error = run(&mut engine, "x = = 1").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Compile);
    assert_eq!(error.message(), b"lua:1: unexpected symbol near '='");
    assert_eq!(error.line(), Some(1));
}

fn ask(cx: &mut CallContext<'_>) -> Result<Outcome, Failure> {
    let question = plain::to_reply(cx, cx.arg(1))?;
    cx.ask_host(Box::new(question));
    Ok(Outcome::Host { then: Continuation::Step(answered, 0) })
}

fn answered(cx: &mut CallContext<'_>, _state: u32) -> Result<Outcome, Failure> {
    match cx.take_answer().map(Box::<dyn std::any::Any>::downcast::<Reply>) {
        Some(Ok(reply)) => {
            let value = plain::to_lua(cx, &reply)?;
            cx.return1(value)
        }
        _ => Err(cx.error("nobody answers")),
    }
}

#[test]
fn natives_of_the_host_ask_it_also_in_the_sandbox() {
    let libraries: redis_stdlib::OpenLibraries = Rc::new(|machine| {
        machine.register(&lua_core::library!("host", { "ask" => ask })).map(drop)
    });
    let config = Config { libraries: Some(libraries), ..Config::default() };
    let mut engine = ScriptEngine::new(config).unwrap();
    engine.start(&Request::source(b"return host.ask({1, 'b'})[2] .. 'c'")).unwrap();
    let Step::Ask(question) = engine.step(1_000) else { panic!("nothing was asked") };
    let question = question.downcast::<Result<Reply, plain::Unfit>>().unwrap().unwrap();
    assert_eq!(question, Reply::from(vec![Reply::Integer(1), bulk("b")]));
    engine.answer_native(Box::new(question));
    assert!(matches!(engine.step(1_000), Step::Done(Ok(reply)) if reply == bulk("bc")));
    // Protected like everything else in the sandbox.
    engine.start(&Request::source(b"host.x = 1")).unwrap();
    assert!(matches!(engine.step(1_000), Step::Done(Err(_))));
}

#[test]
fn what_is_no_value_is_told_so() {
    let mut engine = plain_engine();
    let reply = run(&mut engine, "return print").unwrap();
    assert!(
        matches!(&reply, Reply::Array(items) if matches!(&items[0], Reply::Status(text) if text.starts_with(b"function")))
    );
    let reply = run(&mut engine, "local t = {} t[1] = t return t").unwrap();
    assert!(
        matches!(&reply, Reply::Array(items) if matches!(&items[0], Reply::Status(text) if text.starts_with(b"table")))
    );
}
