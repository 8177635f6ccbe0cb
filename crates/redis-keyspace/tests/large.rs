//! Large values against a live redis-server: beyond the sizes at which encodings change.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use redis_keyspace::{Config, Keyspace, Session};
use resp::Protocol;
use support::{Compare, Server, encoded};

#[test]
fn large_values_reply_as_redis() {
    let Some(server) = Server::start() else { return };
    let mut commands: Vec<(String, Compare)> = Vec::new();
    let mut seed = 1_u64;
    let mut roll = |sides: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % sides
    };
    let mut add = |line: String| commands.push((line, Compare::Bytes));
    for round in 0..3 {
        for _ in 0..1500 {
            let (member, score) = (roll(3000), roll(700));
            add(format!("ZADD z {score}.5 m{member}"));
            add(format!("HSET h f{member} {score}"));
            add(format!("SADD s m{member}"));
            add(format!("SADD i {member}"));
            add(format!("RPUSH l {member}"));
            if roll(3) == 0 {
                let member = roll(3000);
                add(format!("ZREM z m{member}"));
                add(format!("HDEL h f{member}"));
                add(format!("SREM s m{member}"));
                add(format!("SREM i {member}"));
                add(format!("LREM l 1 {member}"));
            }
            let (a, b) = (roll(3000), roll(700));
            add(format!("ZRANK z m{a}"));
            add(format!("ZREVRANK z m{a}"));
            add(format!("ZCOUNT z {b} ({score}"));
            add(format!("ZRANGE z {a} {}", a + 5));
            add(format!("ZREVRANGE z {a} {} WITHSCORES", a + 5));
            add(format!("ZRANGEBYSCORE z {b} +inf LIMIT {} 5", roll(100)));
            add(format!("ZREVRANGEBYSCORE z {b} -inf LIMIT {} 5", roll(100)));
            add(format!("LINDEX l {a}"));
            add(format!("HGET h f{a}"));
            add(format!("SISMEMBER i {a}"));
        }
        for key in ["z", "h", "s", "i", "l"] {
            add(format!("OBJECT ENCODING {key}"));
        }
        add("ZRANGE z 0 -1 WITHSCORES".into());
        add(format!("ZREMRANGEBYRANK z {} {}", round * 100, round * 100 + 50));
        add(format!("ZREMRANGEBYSCORE z {} {}", round * 100, round * 100 + 60));
        add("ZPOPMIN z 20".into());
        add("ZPOPMAX z 20".into());
        add("ZRANGE z 0 -1 REV".into());
        add("LRANGE l 0 -1".into());
        add("LTRIM l 100 -100".into());
        add("SINTERCARD 2 s i".into());
        add("HLEN h".into());
        add("SCARD s".into());
    }
    for line in ["SMEMBERS s", "HGETALL h", "SMEMBERS i", "SUNION s i", "SDIFF s i", "HKEYS h"] {
        commands.push((line.into(), Compare::Unordered));
    }
    for protocol in [Protocol::Resp2, Protocol::Resp3] {
        let mut connection = server.connect(protocol);
        connection.ask(&["FLUSHALL"]);
        let mut keyspace = Keyspace::new(Config::default());
        let mut session = Session { resp: protocol, ..Session::default() };
        for chunk in commands.chunks(1000) {
            let argv: Vec<Vec<&str>> =
                chunk.iter().map(|(line, _)| line.split(' ').collect()).collect();
            let slices: Vec<&[&str]> = argv.iter().map(Vec::as_slice).collect();
            let theirs = connection.ask_all(&slices);
            for ((argv, theirs), (line, compare)) in slices.iter().zip(theirs).zip(chunk) {
                // Map pairs are in turn in RESP2, so they could not be sorted as pairs.
                if protocol == Protocol::Resp2 && line.starts_with("HGETALL") {
                    continue;
                }
                let ours = encoded(&keyspace.execute(&mut session, argv, 1), protocol);
                assert_eq!(compare.normalize(ours), compare.normalize(theirs), "{line}");
            }
        }
    }
}

/// Nodes of a stream end where Redis's do, so approximate trimming leaves the same entries.
#[test]
fn large_streams_trim_as_redis() {
    let Some(server) = Server::start() else { return };
    let mut connection = server.connect(Protocol::Resp2);
    let mut keyspace = Keyspace::new(Config::default());
    let mut session = Session::default();
    let mut seed = 1_u64;
    let mut roll = |sides: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % sides
    };
    connection.ask(&["FLUSHALL"]);
    let mut id = 1;
    for _ in 0..120 {
        let mut commands: Vec<String> = Vec::new();
        let size = roll(4);
        for _ in 0..60 {
            id += [1, 1, 1, 200, 70_000][roll(5) as usize];
            let value = match roll(4) {
                0 => roll(200).to_string(),
                1 => (roll(1 << 40)).to_string(),
                2 => format!("-{}", roll(70_000)),
                _ => "v".repeat(roll([10, 100, 300, 5000][size as usize]) as usize),
            };
            let fields = match roll(5) {
                0 => format!("g {value}"),
                1 => format!("f {value} h x"),
                _ => format!("f {value}"),
            };
            commands.push(format!("XADD s {id}-{} {fields}", roll(3)));
            if roll(3) == 0 {
                commands.push(format!("XDEL s {}-1", id - roll(20).min(id)));
            }
        }
        let strategy = match roll(2) {
            0 => format!("MAXLEN ~ {}", roll(1500)),
            _ => format!("MINID ~ {}", id - roll(4000).min(id)),
        };
        let limit = if roll(2) == 0 { format!(" LIMIT {}", roll(600)) } else { String::new() };
        commands.push("XINFO STREAM s".into());
        commands.push(format!("XTRIM s {strategy}{limit}"));
        commands.push("XLEN s".into());
        if roll(4) == 0 {
            commands.push(format!("XTRIM s {}", strategy.replace('~', "=")));
        }
        commands.push("XINFO STREAM s".into());
        commands.push("XREVRANGE s + - COUNT 70".into());
        for line in commands {
            let argv: Vec<&str> = line.split(' ').collect();
            let theirs = connection.ask(&argv);
            let ours = encoded(&keyspace.execute(&mut session, &argv, 1), Protocol::Resp2);
            assert_eq!(Compare::Bytes.normalize(ours), Compare::Bytes.normalize(theirs), "{line}");
        }
    }
}

/// What redis-server dumps, compressed or not, is restored here; what is dumped here, there.
#[test]
fn dumps_are_exchanged_with_redis() {
    let Some(server) = Server::start() else { return };
    let mut connection = server.connect(Protocol::Resp2);
    let mut keyspace = Keyspace::new(Config::default());
    let mut session = Session::default();
    let mut commands = vec![format!("SET s {}", "hello".repeat(1000)), "SET n 77".into()];
    for number in 0..700 {
        commands.push(format!("RPUSH l element{number} {number}"));
        commands.push(format!("HSET h f{number} {number}"));
        commands.push(format!("HSET small f{} {number}", number % 50));
        commands.push(format!("ZADD z {number}.5 m{number}"));
        commands.push(format!("ZADD few {number} m{}", number % 60));
        commands.push(format!("SADD t m{number}"));
        commands.push(format!("SADD i {}", number % 300));
    }
    commands.push(format!("RPUSH l {}", "x".repeat(20_000)));
    for line in &commands {
        let argv: Vec<&str> = line.split(' ').collect();
        connection.ask(&argv);
    }
    let parse = |bytes: Vec<u8>| {
        let mut decoder = resp::ReplyDecoder::default();
        decoder.feed(&bytes);
        match decoder.next().unwrap().unwrap() {
            resp::Reply::Bulk(bytes) => bytes,
            other => panic!("{other:?}"),
        }
    };
    let shows = ["GET", "LRANGE", "HGETALL", "ZRANGE", "SMEMBERS", "OBJECT"];
    for key in ["s", "n", "l", "h", "small", "z", "few", "t", "i"] {
        let theirs = parse(connection.ask(&["DUMP", key]));
        let restore: [&[u8]; 4] = [b"RESTORE", key.as_bytes(), b"0", &theirs];
        assert_eq!(keyspace.execute(&mut session, &restore, 1), resp::Reply::OK, "{key}");
        let resp::Reply::Bulk(ours) = keyspace.execute(&mut session, &["DUMP", key], 1) else {
            panic!("{key} is there")
        };
        let restore: [&[u8]; 5] = [b"RESTORE", key.as_bytes(), b"0", &ours, b"REPLACE"];
        assert_eq!(connection.ask(&restore), b"+OK\r\n", "{key}");
        for show in shows {
            let argv = match show {
                "LRANGE" | "ZRANGE" => vec![show, key, "0", "-1"],
                "OBJECT" => vec![show, "ENCODING", key],
                _ => vec![show, key],
            };
            let ours = encoded(&keyspace.execute(&mut session, &argv, 1), Protocol::Resp2);
            let theirs = connection.ask(&argv);
            let (ours, theirs) =
                (Compare::Unordered.normalize(ours), Compare::Unordered.normalize(theirs));
            assert_eq!(ours, theirs, "{argv:?}");
        }
    }
}
