//! Transactions of the keyspace: what a rollback leaves, and what it must not.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use redis_keyspace::{Config, Keyspace, Session};
use resp::Reply;

fn run(keyspace: &mut Keyspace, line: &str) -> Reply {
    let argv = resp::split_inline(line.as_bytes()).unwrap();
    keyspace.execute(&mut Session::default(), &argv, 1_000_000)
}

/// Everything a client can see: the keys in order, their expiry and their content.
fn content(keyspace: &mut Keyspace) -> Vec<Reply> {
    let mut seen = Vec::new();
    let mut used = 0;
    for db in 0..3 {
        let mut session = Session { db, ..Session::default() };
        let mut ask = |argv: &[&[u8]]| keyspace.execute(&mut session, argv, 1_000_000);
        let Reply::Array(keys) = ask(&[b"KEYS", b"*"]) else { panic!("KEYS gives an array") };
        for key in keys {
            let Reply::Bulk(name) = &key else { panic!("a key is a bulk string") };
            seen.push(ask(&[b"PEXPIRETIME", name]));
            let Reply::Integer(size) = ask(&[b"MEMORY", b"USAGE", name]) else { panic!("a size") };
            used += size as usize;
            seen.push(ask(&[b"OBJECT", b"ENCODING", name]));
            for command in [
                &[&b"GET"[..], name][..],
                &[b"LRANGE", name, b"0", b"-1"],
                &[b"SMEMBERS", name],
                &[b"HGETALL", name],
                &[b"ZRANGE", name, b"0", b"-1", b"WITHSCORES"],
                &[b"XINFO", b"STREAM", name, b"FULL"],
            ] {
                seen.push(ask(command));
            }
            seen.push(key);
        }
    }
    // Counted as things change or asked key by key: the same bytes.
    assert_eq!(keyspace.used_bytes(), used);
    seen
}

#[test]
fn rollback_undoes_and_commit_keeps() {
    let mut keyspace = Keyspace::new(Config::default());
    run(&mut keyspace, "SET a 1 EX 100");
    run(&mut keyspace, "RPUSH l 1 2 3");
    run(&mut keyspace, "SADD s a b c d e f g h i j k");
    let before = content(&mut keyspace);

    assert!(!keyspace.rollback());
    keyspace.begin();
    assert!(keyspace.in_transaction());
    for line in [
        "INCR a",
        "PERSIST a",
        "LPOP l",
        "DEL s",
        "SADD s z",
        "SET new 1",
        "RENAME a b",
        "SWAPDB 0 1",
    ] {
        run(&mut keyspace, line);
    }
    assert!(keyspace.rollback());
    assert_eq!(content(&mut keyspace), before);

    keyspace.begin();
    run(&mut keyspace, "INCR a");
    assert!(keyspace.commit());
    assert!(!keyspace.in_transaction());
    assert_eq!(run(&mut keyspace, "GET a"), Reply::bulk("2"));
    assert_eq!(run(&mut keyspace, "TTL a"), Reply::Integer(100));
}

#[test]
fn transactions_nest() {
    let mut keyspace = Keyspace::new(Config::default());
    run(&mut keyspace, "SET a 1");
    keyspace.begin();
    run(&mut keyspace, "SET a 2");
    keyspace.begin();
    run(&mut keyspace, "SET a 3");
    keyspace.rollback();
    assert_eq!(run(&mut keyspace, "GET a"), Reply::bulk("2"));
    keyspace.begin();
    run(&mut keyspace, "SET a 4");
    keyspace.commit();
    assert_eq!(run(&mut keyspace, "GET a"), Reply::bulk("4"));
    keyspace.rollback();
    assert_eq!(run(&mut keyspace, "GET a"), Reply::bulk("1"));
}

#[test]
fn a_rolled_back_draw_is_drawn_again() {
    let mut keyspace = Keyspace::new(Config::default());
    run(&mut keyspace, "SADD s a b c d e f g h i j k l m n o p");
    keyspace.begin();
    let drawn = run(&mut keyspace, "SPOP s");
    keyspace.rollback();
    assert_eq!(run(&mut keyspace, "SPOP s"), drawn);
}

#[test]
fn versions_move_on_with_every_change_only() {
    let mut keyspace = Keyspace::new(Config::default());
    let mut version = |line: &str| {
        run(&mut keyspace, line);
        keyspace.version(0, b"k", 1_000_000)
    };
    assert_eq!(version("GET k"), None);
    let first = version("SADD k a");
    assert!(first.is_some());
    for line in ["SADD k a", "SREM k b", "SMEMBERS k", "SMOVE k other z", "EXISTS k", "SET other 1"]
    {
        assert_eq!(version(line), first, "{line}");
    }
    let second = version("SADD k b");
    assert_ne!(second, first);
    assert_ne!(version("EXPIRE k 100"), second);
    assert_eq!(version("DEL k"), None);
    assert_ne!(version("SADD k a"), first);
}

#[test]
fn expired_keys_go_in_the_background() {
    let mut keyspace = Keyspace::new(Config::default());
    let mut session = Session::default();
    for number in 0..100 {
        let key = number.to_string();
        keyspace.execute(&mut session, &["SET", &key, "x", "PX", &(number + 1).to_string()], 1000);
    }
    assert_eq!(keyspace.active_expire(1050, 20), 20);
    assert_eq!(keyspace.active_expire(1050, 1000), 30);
    assert_eq!(keyspace.len(0), 50);
    assert_eq!(keyspace.execute(&mut session, &["EXISTS", "49", "50"], 1050), Reply::Integer(1));
}

#[test]
fn scan_shows_what_stays_exactly_once() {
    let mut keyspace = Keyspace::new(Config::default());
    for number in 0..500 {
        run(&mut keyspace, &format!("SET stays{number} x"));
        run(&mut keyspace, &format!("SET goes{number} x"));
    }
    let mut seen = Vec::new();
    let mut cursor = b"0".to_vec();
    let mut turn = 0;
    loop {
        let reply = keyspace.execute(
            &mut Session::default(),
            &[&b"SCAN"[..], &cursor, b"COUNT", b"7"],
            1_000_000,
        );
        let Reply::Array(parts) = reply else { panic!("SCAN gives an array") };
        let [Reply::Bulk(next), Reply::Array(keys)] = &parts[..] else { panic!("two parts") };
        seen.extend(keys.iter().map(|key| format!("{key:?}")));
        cursor.clone_from(next);
        for number in turn * 20..turn * 20 + 20 {
            run(&mut keyspace, &format!("DEL goes{number}"));
            run(&mut keyspace, &format!("SET new{} x", number % 30));
        }
        turn += 1;
        if cursor == b"0" {
            break;
        }
    }
    seen.retain(|key| key.contains("stays"));
    seen.sort();
    let len = seen.len();
    seen.dedup();
    assert_eq!((len, seen.len()), (500, 500));
}

fn any_line() -> impl Strategy<Value = String> {
    let key = prop_oneof![Just("a"), Just("b"), Just("c"), Just("d")];
    (key.clone(), key, 0..30_u8, 0..28_u8).prop_map(|(k, l, n, kind)| match kind {
        0 => format!("SET {k} {n}"),
        1 => format!("APPEND {k} {n}"),
        2 => format!("INCRBY {k} {n}"),
        3 => format!("SETRANGE {k} {n} x"),
        4 => format!("RPUSH {k} {n} x"),
        5 => format!("LPOP {k}"),
        6 => format!("LTRIM {k} 1 3"),
        7 => format!("SADD {k} {n}"),
        8 => format!("SADD {k} m{n}"),
        9 => format!("SPOP {k}"),
        10 => format!("SREM {k} {n}"),
        11 => format!("HSET {k} f{n} {n}"),
        12 => format!("HDEL {k} f{n}"),
        13 => format!("ZADD {k} {n} m{n}"),
        14 => format!("ZREM {k} m{n}"),
        15 => format!("ZPOPMIN {k}"),
        16 | 17 => format!("DEL {k}"),
        18 => format!("RENAME {k} {l}"),
        19 => format!("COPY {k} {l} REPLACE"),
        20 => format!("EXPIRE {k} {n}"),
        21 => format!("MOVE {k} {}", n % 3),
        22 => format!("SWAPDB {} {}", n % 3, n % 2),
        23 => format!("XADD {k} * f{n} {n}"),
        24 => format!("XGROUP CREATE {k} g {n} MKSTREAM"),
        25 => format!("XREADGROUP GROUP g c COUNT 2 STREAMS {k} >"),
        26 => format!("SORT {k} STORE {l}"),
        _ => ["FLUSHDB", "FLUSHALL", "PERSIST a", "DEL a b c d"][usize::from(n % 4)].to_owned(),
    })
}

proptest! {
    /// What `DUMP` writes `RESTORE` reads, of all types, and nothing is lost.
    #[test]
    fn a_copy_by_dump_is_equal(lines in proptest::collection::vec(any_line(), 0..80)) {
        let mut keyspace = Keyspace::new(Config::default());
        for line in &lines {
            drop(run(&mut keyspace, line));
        }
        let mut copy = Keyspace::new(Config::default());
        for db in 0..3 {
            let mut session = Session { db, ..Session::default() };
            let now_ms = 1_000_000;
            let Reply::Array(keys) = keyspace.execute(&mut session, &["KEYS", "*"], now_ms) else { panic!() };
            for key in keys {
                let Reply::Bulk(key) = key else { panic!() };
                let Reply::Bulk(bytes) = keyspace.execute(&mut session, &[b"DUMP", &key[..]], now_ms) else { panic!() };
                let ttl = match keyspace.execute(&mut session, &[b"PEXPIRETIME", &key[..]], now_ms) {
                    Reply::Integer(at) if at > 0 => at.to_string(),
                    _ => "0".to_owned(),
                };
                let restored = copy.execute(
                    &mut session,
                    &[b"RESTORE", &key[..], ttl.as_bytes(), &bytes, b"ABSTTL"],
                    now_ms,
                );
                prop_assert_eq!(restored, Reply::OK);
            }
        }
        // What has outgrown an encoding gets the smallest that fits, as in Redis.
        let is_encoding = |reply: &Reply| {
            let names = ["raw", "embstr", "int", "listpack", "hashtable", "skiplist", "intset"];
            names.iter().any(|name| *reply == Reply::bulk(*name))
        };
        let all_else = |seen: Vec<Reply>| -> Vec<Reply> {
            seen.into_iter().filter(|reply| !is_encoding(reply)).collect()
        };
        prop_assert_eq!(all_else(content(&mut copy)), all_else(content(&mut keyspace)));
    }
}

proptest! {
    /// Whatever happens in transactions, rolled back they leave no trace; and what comes after is what
    /// would have come without them.
    #[test]
    fn rollback_leaves_no_trace(
        before in proptest::collection::vec(any_line(), 0..60),
        during in proptest::collection::vec((any_line(), 0..8_u8), 0..60),
        after in proptest::collection::vec(any_line(), 0..30),
    ) {
        let mut keyspace = Keyspace::new(Config::default());
        let mut untouched = Keyspace::new(Config::default());
        for line in &before {
            run(&mut keyspace, line);
            run(&mut untouched, line);
        }
        let expected = content(&mut untouched);
        keyspace.begin();
        for (line, nesting) in &during {
            match nesting {
                0 => keyspace.begin(),
                1 => { keyspace.rollback(); if !keyspace.in_transaction() { keyspace.begin() } }
                _ => { run(&mut keyspace, line); }
            }
        }
        while keyspace.rollback() {}
        prop_assert_eq!(content(&mut keyspace), expected);
        for line in &after {
            prop_assert_eq!(run(&mut keyspace, line), run(&mut untouched, line));
        }
        prop_assert_eq!(content(&mut keyspace), content(&mut untouched));
    }
}
