//! Snapshots of an engine: scripts, functions and settings go on where they were.
#![expect(clippy::unwrap_used, reason = "tests may")]

use redis_stdlib::{Answer, Call, Config, Environment, Host, Request, ScriptEngine, SnapshotError};
use resp::Reply;
use snapshot::Envelope;

struct Echo;

impl Host for Echo {
    fn call(&mut self, call: &Call<'_>) -> Answer {
        Answer::Reply(Reply::bulk(call.argv.get(1).unwrap_or_default()))
    }
}

const LIBRARY: &[u8] = b"#!lua name=lib
local count = 0
local function up(keys, args) count = count + 1 return {count, args[1], cjson.encode(keys)} end
redis.register_function('up', up)
redis.register_function{function_name = 'peek', callback = function() return count end,
    description = 'looks', flags = {'no-writes'}}
";

fn eval(engine: &mut ScriptEngine, text: &str) -> String {
    answer(engine.eval(&mut Echo, &Request::source(text.as_bytes()).args(&["a", "b"])))
}

fn fcall(engine: &mut ScriptEngine, name: &str) -> String {
    answer(engine.eval(&mut Echo, &Request::function(name.as_bytes()).keys(&["k"]).args(&["a"])))
}

fn answer(result: Result<Reply, redis_stdlib::ScriptError>) -> String {
    match result {
        Ok(reply) => format!("{reply:?}"),
        Err(error) => String::from_utf8_lossy(error.message()).into_owned(),
    }
}

fn used() -> ScriptEngine {
    let mut engine = ScriptEngine::new(Config::default()).unwrap();
    engine.load_library(LIBRARY, false).unwrap();
    engine.load(b"#!lua flags=no-writes\nreturn redis.call('ECHO', ARGV[2])").unwrap();
    eval(&mut engine, "cjson.encode_sparse_array(true) return math.random(1000)");
    eval(&mut engine, "return {KEYS, ARGV, redis.call('ECHO', 'x')}");
    fcall(&mut engine, "up");
    engine
}

const SCRIPTS: &[&str] = &[
    "return cjson.encode({[1] = 1, [100] = 2})",
    "return math.random(1000)",
    "return {ARGV[1], redis.sha1hex('x'), bit.band(7, 3), struct.pack('>I2', 5)}",
    "return undefined_global",
    "x = 1",
    "return redis.error_reply('MY error')",
    "error({err = 'custom'})",
    "return {pcall(redis.call)}",
    "return tostring(cjson.null) .. tostring(redis) .. type(cmsgpack.pack(1))",
    "return cjson.new().encode_sparse_array()",
    "local t = {} for k in pairs(_G) do t[#t + 1] = k end return t",
    "return redis.setresp(3) or {double = 2.5}",
];

#[test]
fn everything_goes_on() {
    let mut engine = used();
    let bytes = engine.snapshot().unwrap();
    let mut other = ScriptEngine::restore(&bytes, Config::default()).unwrap();
    assert!(other.snapshot().unwrap() == bytes, "another snapshot");
    assert_eq!(other.script_count(), engine.script_count());
    for script in SCRIPTS {
        assert_eq!(eval(&mut other, script), eval(&mut engine, script), "{script}");
    }
    for function in ["up", "peek", "UP", "absent"] {
        assert_eq!(fcall(&mut other, function), fcall(&mut engine, function), "{function}");
    }
    assert!(fcall(&mut other, "peek").contains('3'));
    assert_eq!(eval(&mut other, SCRIPTS[1]), eval(&mut engine, SCRIPTS[1]));
    let sha = redis_stdlib::Sha1::of(b"#!lua flags=no-writes\nreturn redis.call('ECHO', ARGV[2])");
    assert!(other.flags(&sha).unwrap().no_writes);
    let reply = other.eval(&mut Echo, &Request::digest(sha).args(&["a", "b"])).unwrap();
    assert_eq!(reply, Reply::bulk("b"));

    let library = other.libraries().next().unwrap();
    assert_eq!((library.name(), library.code()), (&b"lib"[..], LIBRARY));
    let descriptions: Vec<_> = library.functions().map(|f| f.description()).collect();
    assert_eq!(descriptions, [Some(&b"looks"[..]), None]);
    assert_eq!(other.dump_libraries(), engine.dump_libraries());
    // New libraries register, old ones are replaced, and memory comes back.
    other.load_library(LIBRARY, true).unwrap();
    assert!(fcall(&mut other, "up").contains('1'));
    other.flush().unwrap();
    assert!(eval(&mut other, SCRIPTS[0]).contains("excessively sparse array"));
}

#[test]
fn an_engine_without_functions() {
    let mut engine = ScriptEngine::new(Config::default()).unwrap();
    let bytes = engine.snapshot().unwrap();
    let mut other = ScriptEngine::restore(&bytes, Config::default()).unwrap();
    assert!(other.snapshot().unwrap() == bytes);
    other.load_library(LIBRARY, false).unwrap();
    assert!(fcall(&mut other, "up").contains('1'));
}

#[test]
fn a_script_that_runs() {
    let mut engine = used();
    engine.start(&Request::source(b"while true do end")).unwrap();
    assert_eq!(engine.snapshot().unwrap_err(), SnapshotError::Busy);
    engine.abort();
    assert!(engine.snapshot().is_ok());
}

#[test]
fn another_environment() {
    let bytes = used().snapshot().unwrap();
    let open = Environment::Open {
        chunk_name: b"@x".to_vec(),
        open: std::rc::Rc::new(|_| Ok(())),
        keeps_pcall: false,
    };
    let config = Config { environment: open, ..Config::default() };
    assert!(ScriptEngine::restore(&bytes, config.clone()).is_err());
    let mut engine = ScriptEngine::new(config.clone()).unwrap();
    eval(&mut engine, "counter = (counter or 0) + 1");
    let bytes = engine.snapshot().unwrap();
    let mut other = ScriptEngine::restore(&bytes, config).unwrap();
    assert_eq!(eval(&mut other, "return counter"), eval(&mut engine, "return counter"));
}

#[test]
fn changed_bytes() {
    let bytes = used().snapshot().unwrap();
    let config = Config { memory_bytes: 8 << 20, fuel: 1_000_000, ..Config::default() };
    let mut state = 99_u64;
    let mut accepted = 0;
    for at in (0..bytes.len()).step_by(17) {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (state >> 61);
        reseal(&mut changed);
        let Ok(mut engine) = ScriptEngine::restore(&changed, config.clone()) else { continue };
        accepted += 1;
        for script in SCRIPTS {
            eval(&mut engine, script);
        }
        fcall(&mut engine, "up");
        let _ = engine.load_library(LIBRARY, true);
        let _ = engine.snapshot();
    }
    assert!(accepted > 20, "{accepted}");
}

/// Right checksums, inside and out.
fn reseal(bytes: &mut [u8]) {
    const MAGIC: &[u8] = b"\x89RMSNAP\n";
    let places: Vec<usize> =
        (1..bytes.len()).filter(|&at| bytes[at..].starts_with(MAGIC)).collect();
    for at in places {
        let len = bytes[at + 19..].first_chunk::<8>().map_or(0, |len| u64::from_le_bytes(*len));
        let end = at.saturating_add(35).saturating_add(len as usize);
        if end <= bytes.len() {
            Envelope::reseal(&mut bytes[at..end]);
        }
    }
    Envelope::reseal(bytes);
}
