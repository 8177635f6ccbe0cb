//! Snapshots of a keyspace: whatever commands can see is as it was.
#![expect(clippy::unwrap_used, reason = "tests may")]

use proptest::prelude::*;
use redis_keyspace::{Config, Keyspace, Session};
use resp::Reply;
use snapshot::Envelope;

const NOW_MS: u64 = 1_700_000_000_000;

fn run(keyspace: &mut Keyspace, line: &str) -> Reply {
    let argv: Vec<&str> = line.split(' ').collect();
    keyspace.execute(&mut Session::default(), &argv, NOW_MS)
}

fn restored(keyspace: &mut Keyspace, seed: u64) -> Keyspace {
    let bytes = keyspace.snapshot().unwrap();
    let mut other = Keyspace::restore(&bytes, Config { seed, ..Config::default() }).unwrap();
    assert!(other.snapshot().unwrap() == bytes, "a snapshot of what was restored is another one");
    assert_eq!(other.used_bytes(), keyspace.used_bytes());
    other
}

/// Something of everything.
fn filled() -> Keyspace {
    let mut keyspace = Keyspace::new(Config { seed: 3, databases: 4, ..Config::default() });
    for line in [
        "SET number 42",
        "SET text hello EX 100",
        "APPEND text !",
        "SET short a PX 1",
        "INCRBYFLOAT float 1.5",
        "SETBIT bits 100 1",
        "PFADD hll a b c",
        "RPUSH list a b c 1 2",
        "LPUSH list left",
        "SADD integers 3 1 2",
        "SADD words x y z w",
        "SREM words y",
        "HSET hash a 1 b 2 c 3",
        "HDEL hash b",
        "ZADD few 1 a 2 b -0 c inf d",
        "XADD stream 1-1 a 1 b 2",
        "XADD stream 2-1 a 1 b 3",
        "XADD stream 3-1 other 1",
        "XADD stream 4-1 a 1 b 2",
        "XDEL stream 1-1 3-1",
        "XGROUP CREATE stream group 0",
        "XREADGROUP GROUP group alice COUNT 1 STREAMS stream >",
        "XREADGROUP GROUP group bob COUNT 1 STREAMS stream >",
        "XGROUP CREATECONSUMER stream group carol",
        "XADD trimmed 1-1 a 1",
        "XTRIM trimmed MAXLEN 0",
        "MOVE number 2",
        "SET other 1",
        "CONFIG SET hash-max-listpack-entries 20 notify-keyspace-events KEAn maxmemory 1gb",
        "CONFIG SET stream-node-max-entries 10",
    ] {
        let reply = run(&mut keyspace, line);
        assert!(!matches!(reply, Reply::Error(_)), "{line}: {reply:?}");
    }
    for n in 0..200 {
        run(&mut keyspace, &format!("SET key:{n} {n}"));
        run(&mut keyspace, &format!("ZADD many {} member:{n}", n % 17));
        run(&mut keyspace, &format!("HSET large field:{n} {n}"));
        run(&mut keyspace, &format!("SADD set {n} member:{n}"));
        run(&mut keyspace, &format!("XADD log {n}-1 n {n}"));
    }
    for n in (0..200).step_by(3) {
        run(&mut keyspace, &format!("DEL key:{n}"));
        run(&mut keyspace, &format!("ZREM many member:{n}"));
        run(&mut keyspace, &format!("HDEL large field:{n}"));
        run(&mut keyspace, &format!("SREM set {n}"));
    }
    keyspace
}

const QUESTIONS: &[&str] = &[
    "DBSIZE",
    "KEYS *",
    "SCAN 0",
    "SCAN 17 COUNT 30",
    "RANDOMKEY",
    "RANDOMKEY",
    "GET text",
    "TTL text",
    "OBJECT ENCODING text",
    "OBJECT ENCODING float",
    "OBJECT ENCODING integers",
    "OBJECT ENCODING hash",
    "OBJECT ENCODING large",
    "OBJECT ENCODING many",
    "OBJECT ENCODING few",
    "OBJECT IDLETIME list",
    "PFCOUNT hll",
    "BITCOUNT bits",
    "LRANGE list 0 -1",
    "SMEMBERS integers",
    "SMEMBERS words",
    "SRANDMEMBER set 5",
    "SPOP set 3",
    "SSCAN set 40 COUNT 7",
    "HGETALL hash",
    "HGETALL large",
    "HRANDFIELD large 4",
    "HSCAN large 50 COUNT 5",
    "ZRANGE few 0 -1 WITHSCORES",
    "ZRANGE many 0 -1 WITHSCORES",
    "ZSCAN many 30 COUNT 9",
    "ZRANDMEMBER many 3",
    "ZADD many 3.5 new",
    "ZSCAN many 0 COUNT 3",
    "XRANGE stream - +",
    "XINFO STREAM stream FULL",
    "XINFO GROUPS stream",
    "XPENDING stream group - + 10",
    "XREADGROUP GROUP group alice STREAMS stream 0",
    "XREADGROUP GROUP group alice STREAMS stream >",
    "XADD log MAXLEN ~ 50 1000-1 n 1",
    "XLEN log",
    "XADD trimmed 1-1 a 1",
    "XADD trimmed 2-1 a 1",
    "CONFIG GET *",
    "SORT integers",
    "HSET hash d 4",
    "HGETALL hash",
    "COPY list list2",
    "FLUSHALL",
    "DBSIZE",
];

#[test]
fn everything_is_as_it_was() {
    let mut keyspace = filled();
    for seed in [3, 99] {
        let mut other = restored(&mut keyspace, seed);
        let mut keyspace = restored(&mut keyspace, 3);
        for line in QUESTIONS {
            assert_eq!(run(&mut other, line), run(&mut keyspace, line), "{line}");
        }
        let mut session = Session { db: 2, ..Session::default() };
        assert_eq!(other.execute(&mut session, &["GET", "number"], NOW_MS), Reply::Nil);
    }
}

#[test]
fn time_goes_on() {
    let mut keyspace = filled();
    let mut other = restored(&mut keyspace, 1);
    assert_eq!(other.statistics(), keyspace.statistics());
    let mut session = Session::default();
    let get = |keyspace: &mut Keyspace, session: &mut Session, at_ms| {
        keyspace.execute(session, &["GET", "text"], at_ms)
    };
    assert_eq!(get(&mut other, &mut session, NOW_MS + 99_999), Reply::bulk("hello!"));
    assert_eq!(get(&mut other, &mut session, NOW_MS + 100_000), Reply::Nil);
}

#[test]
fn a_transaction_that_is_open() {
    let mut keyspace = filled();
    keyspace.begin();
    assert_eq!(keyspace.snapshot(), None);
    run(&mut keyspace, "SET text x");
    keyspace.rollback();
    let mut other = restored(&mut keyspace, 1);
    other.begin();
    run(&mut other, "FLUSHALL");
    run(&mut other, "SET text x");
    other.rollback();
    assert_eq!(run(&mut other, "GET text"), Reply::bulk("hello!"));
}

#[test]
fn changed_bytes() {
    let bytes = filled().snapshot().unwrap();
    let mut state = 7_u64;
    let mut accepted = 0;
    for at in (35..bytes.len()).step_by(5) {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
        let mut changed = bytes.clone();
        changed[at] = match state >> 62 {
            0 => changed[at].wrapping_add(1),
            1 => changed[at].wrapping_sub(1),
            _ => changed[at] ^ 1 << (state >> 40 & 7),
        };
        if at % 10 == 0 {
            changed.truncate(at);
        }
        Envelope::reseal(&mut changed);
        let Ok(mut keyspace) = Keyspace::restore(&changed, Config::default()) else { continue };
        accepted += 1;
        for line in QUESTIONS {
            run(&mut keyspace, line);
        }
        keyspace.snapshot().unwrap();
    }
    assert!(accepted > 100, "{accepted}");
}

/// Commands that change what is there, with places for small numbers.
const CHANGES: &[&str] = &[
    "SET k# #",
    "DEL k#",
    "RPUSH l# #",
    "LPOP l#",
    "SADD s# # m#",
    "SREM s# m#",
    "HSET h# f# #",
    "HDEL h# f#",
    "ZADD z# # m#",
    "ZREM z# m#",
    "XADD x# * f #",
    "EXPIRE k# 100",
    "SPOP s#",
    "RANDOMKEY",
    "RENAME k# k#",
    "SCAN 0 COUNT 3",
    "KEYS *",
    "CONFIG SET zset-max-listpack-entries #",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn moved_between_commands(
        steps in prop::collection::vec((0..CHANGES.len(), 0_u8..12, 0_u8..12), 1..200),
        every in 1_usize..40,
    ) {
        let config = Config { seed: 5, ..Config::default() };
        let (mut stays, mut moves) = (Keyspace::new(config.clone()), Keyspace::new(config));
        for (number, (step, one, other)) in steps.into_iter().enumerate() {
            let line = CHANGES[step].replacen('#', &one.to_string(), 1);
            let line = line.replace('#', &other.to_string());
            prop_assert_eq!(run(&mut moves, &line), run(&mut stays, &line), "{}", line);
            if number % every == 0 {
                moves = restored(&mut moves, number as u64);
            }
        }
        prop_assert_eq!(run(&mut moves, "KEYS *"), run(&mut stays, "KEYS *"));
    }
}
