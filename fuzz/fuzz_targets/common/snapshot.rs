//! Any bytes as a snapshot, and changes of a real one: an error, or an engine and a keyspace that work.
//!
//! The checksums are put right, since they are no obstacle to who forges a snapshot.
use std::cell::RefCell;

use redis_keyspace::{Config as KeyspaceConfig, Keyspace, Session};
use redis_stdlib::{Answer, Call, Config, Host, Request, ScriptEngine};
use resp::Reply;
use snapshot::Envelope;

const FUEL: u64 = 200_000;
const MEMORY_BYTES: usize = 8 << 20;
/// Magic, kind, version, fingerprint, length and checksum.
const HEAD_SIZE: usize = 35;

struct Nobody;

impl Host for Nobody {
    fn call(&mut self, _call: &Call<'_>) -> Answer {
        Answer::Reply(Reply::Nil)
    }
}

const LIBRARY: &[u8] = b"#!lua name=lib
local n = 0
local co
redis.register_function('f', function(keys)
  co = co or coroutine.wrap(function() while true do n = n + 1 coroutine.yield(n) end end)
  return {co(), n, keys[1]}
end)";

const AFTERWARDS: &[&str] = &[
    "local n = 0 for k, v in pairs(_G) do n = n + 1 if type(v) == 'table' then for k in pairs(v) do n = n + 1 end end end return n",
    "return {cjson.encode({1, {a = 2}}), cmsgpack.pack(1), struct.pack('>I2', 3), bit.band(1, 3)}",
    "return {pcall(redis.call, 'GET', 'x'), math.random(10), ('abc'):gsub('%w', string.upper)}",
    "collectgarbage() collectgarbage() return tostring(collectgarbage('count'))",
];

const COMMANDS: &[&str] = &[
    "KEYS *",
    "SCAN 0",
    "RANDOMKEY",
    "HGETALL h",
    "ZRANGE z 0 -1",
    "SMEMBERS s",
    "LRANGE l 0 -1",
    "XRANGE x - +",
    "XADD x * a 1",
    "ZADD z 1 new",
    "SADD s new",
    "HSET h new 1",
    "LPUSH l new",
    "SET k 1",
    "CONFIG GET *",
    "FLUSHALL",
];

thread_local! {
    static SAMPLES: RefCell<[Vec<u8>; 2]> = RefCell::new(samples());
}

fn config() -> Config {
    Config { fuel: FUEL, memory_bytes: MEMORY_BYTES, ..Config::default() }
}

fn samples() -> [Vec<u8>; 2] {
    let mut engine = ScriptEngine::new(config()).expect("the limits are large enough");
    engine.load_library(LIBRARY, false).expect("the library is right");
    engine.load(b"return {KEYS[1], ARGV[1]}").expect("the script is right");
    // A coroutine waits in the function from now on.
    engine.eval(&mut Nobody, &Request::function(b"f")).expect("the function is right");
    let mut keyspace = Keyspace::new(KeyspaceConfig::default());
    for line in [
        "HSET h a 1 b 2",
        "ZADD z 1 a 2 b",
        "SADD s a b",
        "RPUSH l a b",
        "XADD x 1-1 a 1",
        "SET k v EX 9",
    ] {
        command(&mut keyspace, line);
    }
    [engine.snapshot().expect("nothing runs"), keyspace.snapshot().expect("no transaction")]
}

fn command(keyspace: &mut Keyspace, line: &str) {
    let argv: Vec<&str> = line.split(' ').collect();
    keyspace.execute(&mut Session::default(), &argv, 1_000_000);
}

fn scripts(bytes: &[u8]) {
    let Ok(mut engine) = ScriptEngine::restore(bytes, config()) else { return };
    for script in AFTERWARDS {
        // Any end is a good one: a forged interpreter may have anything in the place of its functions.
        let _ = engine.eval(&mut Nobody, &Request::source(script.as_bytes()));
    }
    let _ = engine.eval(&mut Nobody, &Request::function(b"f"));
    let _ = engine.snapshot();
}

fn keys(bytes: &[u8]) {
    let Ok(mut keyspace) = Keyspace::restore(bytes, KeyspaceConfig::default()) else { return };
    for line in COMMANDS {
        command(&mut keyspace, line);
    }
    keyspace.snapshot().expect("no transaction");
}

/// Right checksums, of the snapshots inside first.
fn reseal(bytes: &mut [u8]) {
    for at in (0..bytes.len()).rev() {
        let Some(inner) = bytes.get(at..).filter(|inner| inner.starts_with(b"\x89RMSNAP\n")) else {
            continue;
        };
        let len = inner.get(19..27).and_then(|len| <[u8; 8]>::try_from(len).ok());
        let len = usize::try_from(len.map_or(0, u64::from_le_bytes)).unwrap_or(usize::MAX);
        let end =
            if at == 0 { bytes.len() } else { at.saturating_add(HEAD_SIZE).saturating_add(len) };
        if let Some(inner) = bytes.get_mut(at..end) {
            Envelope::reseal(inner);
        }
    }
}

/// Any bytes as a snapshot; and what they stand for as changes of real ones.
pub(crate) fn snapshot(data: &[u8]) {
    scripts(data);
    keys(data);
    // Groups of three bytes: where, and what is added there.
    SAMPLES.with_borrow(|samples| {
        for (sample, restore) in samples.iter().zip([scripts as fn(&[u8]), keys]) {
            let mut bytes = sample.clone();
            for change in data.as_chunks::<3>().0 {
                let at = usize::from(u16::from_le_bytes([change[0], change[1]]));
                let at = HEAD_SIZE + at % (bytes.len() - HEAD_SIZE);
                bytes[at] = bytes[at].wrapping_add(change[2]);
            }
            reseal(&mut bytes);
            restore(&bytes);
        }
    });
}
