//! A script gives the same reply however often it is stopped: every recorded case plays in slices of 1 to 97
//! units of fuel, and each of its commands is answered only after the machine has been left.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::PathBuf;

use redis_server::{Client, Config, KeyspaceHost, Server};
use redis_stdlib::{Answer, Host, Request, Step};
use resp::{Protocol, Reply, encode};
use serde_json::Value;

const NOW_MS: u64 = 1_700_000_000_000;

/// Longer scripts would take minutes in slices of one unit.
const FUEL_MAX: u64 = 20_000;

fn bytes(text: &Value) -> Vec<u8> {
    text.as_str().unwrap_or_default().chars().map(|c| c as u32 as u8).collect()
}

fn server() -> Server {
    let mut config = Config::default();
    config.engine.fuel = FUEL_MAX;
    config.engine.random_seed = Some(1);
    Server::new(config).unwrap()
}

fn encoded(reply: &Reply) -> Vec<u8> {
    let mut out = Vec::new();
    encode(reply, Protocol::Resp3, &mut out);
    out
}

/// The reply of a script that runs in slices, and the number of times it was stopped.
fn in_slices(script: &[u8], slice: u64) -> (Reply, u64) {
    let mut server = server();
    let mut session = Client::new(1).session();
    let (keyspace, engine) = server.parts();
    if let Err(error) = engine.start(&Request::source(script)) {
        return (error.into_reply(), 0);
    }
    let mut stops = 0;
    loop {
        match engine.step(slice) {
            Step::Done(Ok(reply)) => return (reply, stops),
            Step::Done(Err(error)) => return (error.into_reply(), stops),
            Step::OutOfFuel => stops += 1,
            Step::Ask(_) | Step::Paused(_) => panic!("nothing here asks for that"),
            Step::Call => {
                stops += 1;
                let mut host = KeyspaceHost { keyspace: &mut *keyspace, session, now_ms: NOW_MS };
                let Answer::Reply(reply) = host.call(&engine.call().unwrap()) else { panic!() };
                session = host.session;
                engine.answer(reply);
            }
        }
    }
}

#[test]
fn slices_change_nothing() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../conformance/recorded");
    let mut played = 0;
    let mut stops = 0;
    for area in ["conversions", "environment", "errors", "iteration-order", "modules"] {
        let text = std::fs::read_to_string(folder.join(format!("{area}.jsonl"))).unwrap();
        for (number, line) in text.lines().enumerate() {
            let case: Value = serde_json::from_str(line).unwrap();
            let commands = case["cmds"].as_array().unwrap();
            let [command] = &commands[..] else { continue };
            if command[0] != "EVAL" || command.as_array().unwrap().len() != 3 {
                continue;
            }
            let script = bytes(&command[1]);
            // What depends on the collector's pace or on addresses may differ.
            let text = String::from_utf8_lossy(&script).into_owned();
            if ["collectgarbage", "gcinfo", "function()", "coroutine.create"]
                .iter()
                .any(|word| text.contains(word) && !text.contains("pcall"))
            {
                continue;
            }
            let mut server = server();
            let argv = [&b"EVAL"[..], &script, b"0"];
            let straight = server.execute(&mut Client::new(1), &argv, NOW_MS);
            if server.engine().fuel_used() >= FUEL_MAX {
                continue;
            }
            let slice = 1 + (number as u64 * 7 + played) % 97;
            for slice in [slice, 1] {
                let (reply, stopped) = in_slices(&script, slice);
                assert_eq!(
                    encoded(&reply).escape_ascii().to_string(),
                    encoded(&straight).escape_ascii().to_string(),
                    "{area}:{} in slices of {slice}: {text}",
                    number + 1
                );
                stops += stopped;
            }
            played += 1;
        }
    }
    println!("{played} scripts, stopped {stops} times");
    assert!(played > 1500 && stops > 20_000, "{played} scripts, stopped {stops} times");
}

#[test]
fn a_command_may_be_answered_anywhere() {
    // Inside a metamethod, a comparator, a gsub callback, pcall, an iterator, a coroutine, tostring, load.
    let cases = [
        "local t = setmetatable({}, {__index = function(t, k) return redis.call('GET', k) end}) return t.a .. t.b",
        "local t = setmetatable({}, {__add = function() return redis.call('GET', 'a') end}) return t + 1",
        "local t = setmetatable({}, {__eq = function() return redis.call('GET', 'a') == '1' end}) \
         return tostring(t == setmetatable({}, getmetatable(t)))",
        "local t = setmetatable({}, {__lt = function() return redis.call('GET', 'a') == '1' end}) return tostring(t < t)",
        "local t = setmetatable({}, {__concat = function() return redis.call('GET', 'a') end}) return t .. t",
        "local t = setmetatable({}, {__call = function(_, k) return redis.call('GET', k) end}) return t('b')",
        "local t = {3, 1, 2} table.sort(t, function(a, b) return a < b and redis.call('GET', 'a') == '1' end) return t",
        "return (('ab'):gsub('.', function(k) return redis.call('GET', k) end))",
        "return {pcall(function() return redis.call('GET', 'a') .. redis.call('NOSUCH') end)}",
        "return {xpcall(function() error('x') end, function(e) return redis.call('GET', 'a') end)}",
        "local r = {} for k in function() if #r < 2 then return redis.call('GET', 'b') end end do r[#r + 1] = k end return r",
        "local co = coroutine.wrap(function() coroutine.yield(redis.call('GET', 'a')) return redis.call('GET', 'b') end) return {co(), co()}",
        "return tostring(setmetatable({}, {__tostring = function() return redis.call('GET', 'a') end}))",
        "local n = 0 return load(function() n = n + 1 if n == 1 then return 'return ' .. redis.call('GET', 'a') end end)()",
        "local r = {} table.foreach({a = 1}, function(k) r[1] = redis.call('GET', k) end) return r",
        "return {redis.pcall('LPUSH', 'a', 'x').err, redis.call('PING').ok}",
    ];
    for case in cases {
        let script = format!("redis.call('SET', 'a', 1) redis.call('SET', 'b', 2) {case}");
        let straight = server().execute(&mut Client::new(1), &["EVAL", &script, "0"], NOW_MS);
        for slice in [1, 3, 1000] {
            let (reply, stops) = in_slices(script.as_bytes(), slice);
            assert_eq!(reply, straight, "{case}");
            assert!(stops >= 3, "{case}");
        }
    }
}
