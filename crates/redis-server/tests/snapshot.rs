//! Snapshots of a server: data, scripts, functions and settings.
#![expect(clippy::unwrap_used, reason = "tests may")]

use redis_server::{Client, Config, Peer, Server};
use redis_stdlib::SnapshotError;
use resp::Reply;

const NOW_MS: u64 = 1_700_000_000_000;

fn run(server: &mut Server, argv: &[&str]) -> Reply {
    server.execute(&mut Client::new(0), argv, NOW_MS)
}

fn filled() -> Server {
    let mut server = Server::new(Config::default()).unwrap();
    for argv in [
        &["SET", "k", "1"][..],
        &["SCRIPT", "LOAD", "return redis.call('INCR', KEYS[1])"],
        &["EVAL", "cjson.encode_max_depth(5) return redis.call('RPUSH', 'l', math.random())", "0"],
        &[
            "FUNCTION",
            "LOAD",
            "#!lua name=lib\nlocal n = 0 redis.register_function('f', function(keys) n = n + 1 \
             return {n, redis.call('GET', keys[1])} end)",
        ],
        &["FCALL", "f", "1", "k"],
        &["CONFIG", "SET", "maxmemory", "1gb", "busy-reply-threshold", "77"],
        &["CONFIG", "SET", "requirepass", "secret"],
    ] {
        let reply = run(&mut server, argv);
        assert!(!matches!(reply, Reply::Error(_)), "{argv:?}: {reply:?}");
    }
    server
}

#[test]
fn everything_goes_on() {
    let mut server = filled();
    let bytes = server.snapshot().unwrap();
    let mut other = Server::restore(&bytes, Config::default()).unwrap();
    assert!(other.snapshot().unwrap() == bytes);
    let mut server = Server::restore(&bytes, Config::default()).unwrap();
    let sha = redis_stdlib::Sha1::of(b"return redis.call('INCR', KEYS[1])").to_string();
    for argv in [
        &["EVALSHA", &sha, "1", "k"][..],
        &["FCALL", "f", "1", "k"],
        &["EVAL", "return {cjson.encode_max_depth(), tostring(math.random())}", "0"],
        &["LRANGE", "l", "0", "-1"],
        &["CONFIG", "GET", "*"],
        &["FUNCTION", "LIST", "WITHCODE"],
        &["SCRIPT", "EXISTS", &sha],
    ] {
        assert_eq!(run(&mut other, argv), run(&mut server, argv), "{argv:?}");
    }
    assert_eq!(
        run(&mut other, &["FCALL", "f", "1", "k"]),
        [Reply::Integer(3), Reply::bulk("2")].into_iter().collect::<Reply>()
    );
    // A password is not handed on.
    assert!(!bytes.windows(6).any(|bytes| bytes == b"secret"));
    let id = other.connect(Peer::default(), NOW_MS);
    other.receive(id, b"GET k\r\n", NOW_MS);
    let mut out = Vec::new();
    other.take_output(id, &mut out);
    assert_eq!(out, b"$1\r\n2\r\n");
}

#[test]
fn a_script_that_runs() {
    let mut server = filled();
    let id = server.connect(Peer::default(), NOW_MS);
    server.receive(id, b"AUTH secret\r\nEVAL \"while true do end\" 0\r\n", NOW_MS);
    assert_eq!(server.snapshot().unwrap_err(), SnapshotError::Busy);
}

#[test]
fn bytes_of_something_else() {
    let mut server = filled();
    let keyspace = server.keyspace().snapshot().unwrap();
    let error = Server::restore(&keyspace, Config::default()).unwrap_err();
    assert_eq!(error.to_string(), "a snapshot of another kind (3)");
}
