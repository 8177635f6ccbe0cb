//! Runs that are awaited.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use redis_stdlib::{Answer, Call, Config, ErrorKind, Host, Request, ScriptEngine};
use resp::Reply;

/// Answers with the number of the call, once `gate` is open.
struct Gated {
    gate: Rc<Cell<bool>>,
    calls: i64,
}

impl Host for Gated {
    fn call(&mut self, call: &Call<'_>) -> Answer {
        self.calls += 1;
        let (number, gate) = (self.calls, self.gate.clone());
        match call.argv.get(0) {
            Some(b"NOW") => Answer::Reply(Reply::Integer(number)),
            Some(b"NEVER") => Answer::Pending,
            _ => Answer::later(poll_fn(move |_| {
                if gate.get() { Poll::Ready(Reply::Integer(number)) } else { Poll::Pending }
            })),
        }
    }
}

fn stage() -> (ScriptEngine, Gated) {
    let host = Gated { gate: Rc::default(), calls: 0 };
    (ScriptEngine::new(Config::default()).unwrap(), host)
}

#[test]
fn a_script_rests_while_its_host_does() {
    let (mut engine, mut host) = stage();
    let gate = host.gate.clone();
    let script = b"local a = redis.call('LATER') local b = redis.call('NOW') return a * 10 + b";
    let request = Request::source(script);
    let mut context = Context::from_waker(Waker::noop());
    {
        let mut run = pin!(engine.eval_async(&mut host, &request));
        assert!(run.as_mut().poll(&mut context).is_pending());
        assert!(run.as_mut().poll(&mut context).is_pending());
        gate.set(true);
        assert_eq!(run.as_mut().poll(&mut context), Poll::Ready(Ok(Reply::Integer(12))));
    }
    // Who stops awaiting ends the run.
    gate.set(false);
    {
        let mut run = pin!(engine.eval_async(&mut host, &request));
        assert!(run.as_mut().poll(&mut context).is_pending());
    }
    assert!(engine.running().is_none());
    let reply = engine.eval(&mut host, &Request::source(b"return redis.call('NOW')"));
    assert_eq!(reply, Ok(Reply::Integer(4)));
}

#[test]
fn long_scripts_give_way() {
    let (mut engine, mut host) = stage();
    let mut context = Context::from_waker(Waker::noop());
    for script in [
        &b"for i = 1, 1e7 do end return 1"[..],
        b"for i = 1, 3e5 do redis.call('NOW') end return 1",
    ] {
        let request = Request::source(script);
        let mut run = pin!(engine.eval_async(&mut host, &request));
        let mut turns = 0;
        while run.as_mut().poll(&mut context).is_pending() {
            turns += 1;
        }
        assert!(turns >= 2, "{turns}");
    }
}

#[test]
fn the_wrong_way_to_run_is_an_error() {
    let (mut engine, mut host) = stage();
    let later = engine.eval(&mut host, &Request::source(b"return redis.call('LATER')"));
    assert_eq!(later.unwrap_err().kind(), ErrorKind::Refused);
    let request = Request::source(b"return redis.call('NEVER')");
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(never) = pin!(engine.eval_async(&mut host, &request)).poll(&mut context) else {
        panic!("nothing is awaited");
    };
    assert_eq!(never.unwrap_err().kind(), ErrorKind::Refused);
}
