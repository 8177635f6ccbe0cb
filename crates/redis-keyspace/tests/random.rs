//! Random command sequences against a live redis-server, reply by reply.
//!
//! `RANDOM_SEED` and `RANDOM_ROUNDS` choose others, `RANDOM_ONLY` the commands whose line in the grammar begins
//! so; a failure prints the seed and the sequence.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::{SystemTime, UNIX_EPOCH};

use redis_keyspace::{Config, Keyspace, Session};
use resp::{Protocol, Reply};
use support::{Compare, Server, encoded};

/// A generator of its own, so that sequences do not depend on any crate's.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.roll(words.len())]
    }
}

/// One line a command. `K` any key, and by what it should hold `S` string, `L` list, `E` set, `I` set of
/// integers, `H` hash, `Z` sorted set, `Y` one whose scores are all 0, `X` stream; `d` id of an entry, `v` value, `m` member, `n` number, `f` float, `i` index, `s` end of a range of
/// scores, `l` of bytes; `a|b` a choice; `[...]` maybe; `(...)` some times.
const GRAMMAR: &str = "
GET S
SET S v [NX|XX] [GET] [EX|PX 1000000|KEEPTTL]
SETNX S v
SETEX S 100000 v
GETSET S v
GETDEL S
GETEX S [PERSIST|EX 1000]
MGET K (S)
MSET S v S v
MSETNX S v S n
APPEND S v
STRLEN S
INCR S
DECRBY S n
INCRBY S n
INCRBYFLOAT S f
SETRANGE S i v
GETRANGE S i i
SETBIT S i 0|1
GETBIT S i
BITCOUNT S [i i] [BIT|BYTE]
BITPOS S 0|1 [i] [i] [BIT|BYTE]
BITOP AND|OR|XOR|NOT S S (S)
BITFIELD S [OVERFLOW SAT|FAIL|WRAP] SET|INCRBY u8|i5|i16|u3|i64 i n [GET u4 i]
DEL K (K)
SORT L|E|I|Z|Z|X [ALPHA] [DESC] [LIMIT i i]
SORT L|I BY s*|h*->a|nosort*|*->m|nosort [ALPHA] [DESC] [GET s*|#|h*->b] [GET #]
SORT L|E|I|Z BY s*|h*->a|nosort*|*->m [DESC] [LIMIT i i] [GET s*|#|h*->b] [GET #]
SORT L|I|Z|E BY nosort [DESC] [LIMIT i i] STORE L
SORT L|E|I|Z [ALPHA] [DESC] [LIMIT i i] STORE L
SORT_RO L|E|I|Z [ALPHA] [DESC] [LIMIT i i]
LCS S S [LEN] [IDX] [MINMATCHLEN i] [WITHMATCHLEN]
EXISTS K (K)
TYPE K
EXPIRE K 100000|n [NX|XX]
EXPIREAT K 33177117420|33177117000|1 [NX|XX|GT|LT]
PERSIST K
TTL K
RENAME K K
RENAMENX K K
COPY K K [REPLACE]
OBJECT ENCODING K
DBSIZE
KEYS *|s*|[lz]*
HSET H m v (m v)
HSETNX H m v
HGET H m
HMGET H m (m)
HGETALL H
HKEYS H
HVALS H
HDEL H m (m)
HEXISTS H m
HLEN H
HSTRLEN H m
HINCRBY H m n
HINCRBYFLOAT H m f
HSCAN H 0
HRANDFIELD H 100
LPUSH L v (v)
RPUSH L v (v)
LPUSHX L v
RPUSHX L v
LPOP L [i]
RPOP L [i]
LLEN L
LRANGE L i i
LINDEX L i
LSET L i v
LREM L i v
LINSERT L BEFORE|AFTER v v
LTRIM L i i
LMOVE L L LEFT|RIGHT LEFT|RIGHT
RPOPLPUSH L L
LPOS L v [RANK i] [COUNT i] [MAXLEN i]
LMPOP 2 L L LEFT|RIGHT [COUNT i]
SADD E|I m|n (n)
SADD I n (n)
SREM E m|n
SREM I n (n)
SISMEMBER E m|n
SMISMEMBER I n (n)
SMEMBERS E
SMEMBERS I
SCARD E
SMOVE E|I E|I n|m
SINTER E|I (E|I)
SUNION E|I (E|I)
SDIFF E|I (E|I)
SINTERSTORE E|I E|I (E|I)
SUNIONSTORE E|I E|I (E|I)
SDIFFSTORE E|I E|I (E|I)
SINTERCARD 2 E|I E|I [LIMIT i]
ZADD Z [NX|XX] [GT|LT] [CH] [INCR] f m
ZADD Z f m (f m)
ZADD Z f m f m f m
ZREM Z m (m)
ZSCORE Z m
ZMSCORE Z m m
ZINCRBY Z f m
ZCARD Z
ZCOUNT Z s s
ZLEXCOUNT Y l l
ZRANGE Z i i [REV] [WITHSCORES]
ZRANGE Z s s BYSCORE [REV] [LIMIT i i] [WITHSCORES]
ZRANGE Y l l BYLEX [REV] [LIMIT i i]
ZRANGESTORE Z Z s s BYSCORE [LIMIT i i]
ZRANGEBYSCORE Z s s [WITHSCORES] [LIMIT i i]
ZREVRANGEBYSCORE Z s s [WITHSCORES] [LIMIT i i]
ZRANGEBYLEX Y l l [LIMIT i i]
ZREVRANGEBYLEX Y l l
ZREVRANGE Z i i [WITHSCORES]
ZRANK Z m
ZREVRANK Z m
ZREMRANGEBYRANK Z i i
ZREMRANGEBYSCORE Z s s
ZREMRANGEBYLEX Y l l
ZPOPMIN Z [i]
ZPOPMAX Z [i]
ZMPOP 2 Z Z MIN|MAX [COUNT i]
ZUNION 2 Z Z|E|I [WEIGHTS f f] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]
ZINTER 2 Z Z|E|I [WEIGHTS f f] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]
ZDIFF 2 Z Z|E|I [WITHSCORES]
ZUNIONSTORE Z 2 Z Z [WEIGHTS f f] [AGGREGATE SUM|MIN|MAX]
ZINTERSTORE Z 2 Z Z|E
ZDIFFSTORE Z 2 Z Z
ZINTERCARD 2 Z Z [LIMIT i]
ZSCAN Z 0
ZADD Y 0 m 0 m 0 m
ZREM Y m
PFADD p0|p1 m n (n)
PFADD p0|p1 (v)
PFCOUNT p0|p1
PFCOUNT p0 p1
PFMERGE p0|p1 p0|p1 (p0)
GET p0|p1
GEOADD Z f f m (f f m)
GEODIST Z m m km
GEOHASH Z m (m)
GEOSEARCH Z FROMMEMBER m BYRADIUS 5000 km [ASC] [COUNT i] [WITHDIST] [WITHHASH]
XADD X d m v
XADD X d m v
XADD X 5-* m v (m v)
XADD X 9-*|8-1 m v (m v)
XADD X [NOMKSTREAM] [MAXLEN|MINID =|~ i] [LIMIT i] 10-*|11-2|d m v
XADD X 12-* m v (m v)
XADD X 13-1|13-2|14-* m v
XLEN X
XRANGE X d|- d|+ [COUNT i]
XREVRANGE X d|+ d|- [COUNT i]
XDEL X d (d)
XDEL X d
XTRIM X MAXLEN|MINID [~|=] i|d [LIMIT i]
XSETID X d [ENTRIESADDED i] [MAXDELETEDID d]
XREAD [COUNT i] STREAMS X d|$
XREAD [COUNT i] STREAMS X X d d
XREADGROUP GROUP g|g|g|h a|b|c [COUNT i] [NOACK] STREAMS X >|d|0
XREADGROUP GROUP g|h a|b|c [COUNT i] STREAMS X >
XREADGROUP GROUP g a|b|c COUNT 2 STREAMS X >
XREADGROUP GROUP g a|b|c COUNT 1 STREAMS X X > >
XACK X g|h d (d)
XPENDING X g|h
XPENDING X g|h [IDLE 0] d|- d|+ 0 [a|b]
XCLAIM X g|h a|b|c 0 d (d) [FORCE] [JUSTID] [RETRYCOUNT i] [LASTID d] [IDLE 5]
XAUTOCLAIM X g|h a|b|c 0 d|- [COUNT i] [JUSTID]
XGROUP CREATE X g|h d|$|0 [MKSTREAM] [ENTRIESREAD i]
XGROUP CREATE X g 0
XGROUP SETID X g|h d|$ [ENTRIESREAD i]
XGROUP DESTROY X h
XGROUP CREATECONSUMER X g|h a|b|d
XGROUP DELCONSUMER X g|h a|b|d
XINFO STREAM X
XINFO STREAM X FULL [COUNT i]
XINFO GROUPS X
";

fn word(dice: &mut Dice, pattern: &str) -> String {
    let choices: Vec<&str> = pattern.split('|').collect();
    match dice.pick(&choices) {
        "K" => {
            let kind = dice.pick(&["S", "L", "E", "I", "H", "Z", "X"]);
            word(dice, kind)
        }
        // Now and then the key of another type.
        "S" | "L" | "E" | "I" | "H" | "Z" | "X" if dice.roll(40) == 0 => word(dice, "K"),
        "S" => dice.pick(&["s0", "s1", "s2", "nokey"]).into(),
        "L" => dice.pick(&["l0", "l1"]).into(),
        "E" => dice.pick(&["e0", "e1", "e2"]).into(),
        "I" => dice.pick(&["i0", "i1", "i2"]).into(),
        "H" => dice.pick(&["h0", "h1"]).into(),
        "Y" => "y".into(),
        "X" => dice.pick(&["x0", "x0", "x1"]).into(),
        "d" => match dice.roll(16) {
            0 => dice
                .pick(&["x", "0", "(5", "-", "1-1-1", "18446744073709551615-18446744073709551615"])
                .into(),
            1 => dice.roll(9).to_string(),
            _ => format!("{}-{}", dice.roll(9), dice.roll(4)),
        },
        "Z" => dice.pick(&["z0", "z1", "z2"]).into(),
        "v" => match dice.roll(4) {
            0 => word(dice, "n"),
            1 => word(dice, "f"),
            _ => dice
                .pick(&[
                    "",
                    "a",
                    "b",
                    "hello",
                    "x y\r\n",
                    "012",
                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                ])
                .into(),
        },
        "m" => dice.pick(&["a", "b", "c", "d", "e", "f", "1", "22", "", "aa"]).into(),
        "n" => match dice.roll(8) {
            0 => dice
                .pick(&["9223372036854775807", "-9223372036854775808", "x", "1.5", " 1", "+1"])
                .into(),
            _ => (dice.roll(40) as i64 - 15).to_string(),
        },
        "f" => match dice.roll(8) {
            0 => dice.pick(&["inf", "-inf", "nan", "x", "1e300", "-0", "0x10", ".5"]).into(),
            1 => format!("{}.{}", dice.roll(1000), dice.roll(100_000)),
            2 => format!("-{}.{}e{}", dice.roll(10), dice.roll(100), dice.roll(12)),
            _ => (dice.roll(10) as i64 - 2).to_string(),
        },
        "i" => match dice.roll(20) {
            0 => dice.pick(&["x", "100", "-100", "9223372036854775807"]).into(),
            _ => (dice.roll(9) as i64 - 3).to_string(),
        },
        "s" => {
            let open = if dice.roll(3) == 0 { "(" } else { "" };
            format!("{open}{}", word(dice, "f|-inf|+inf|n"))
        }
        "l" => {
            let open = dice.pick(&["[", "(", "[", "(", "", "+", "-"]);
            if "+-".contains(open) && !open.is_empty() {
                open.into()
            } else {
                format!("{open}{}", word(dice, "m"))
            }
        }
        literal => literal.into(),
    }
}

/// Writes out one line of the grammar.
fn command(dice: &mut Dice, line: &str) -> Vec<String> {
    let mut argv = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        rest = rest.trim_start();
        let (group, tail) = match rest.as_bytes()[0] {
            b'[' if rest.contains("] ") || rest.ends_with(']') => {
                rest[1..].split_once(']').unwrap()
            }
            b'(' => rest[1..].split_once(')').unwrap(),
            _ => rest.split_once(' ').unwrap_or((rest, "")),
        };
        let times = match rest.as_bytes()[0] {
            b'[' if !argv.is_empty() && argv[0] != "KEYS" => dice.roll(2),
            b'(' => dice.roll(4),
            _ => 1,
        };
        let group = if argv.first().is_some_and(|name| name == "KEYS") { rest } else { group };
        for _ in 0..times {
            argv.extend(group.split(' ').map(|pattern| word(dice, pattern)));
        }
        rest = if group == rest { "" } else { tail };
    }
    argv
}

/// Orders that Redis leaves to its secret hash function cannot be compared; all others are.
fn compare(keyspace: &mut Keyspace, argv: &[String]) -> Compare {
    let by_hash = [
        "SMEMBERS",
        "SINTER",
        "SUNION",
        "SDIFF",
        "HGETALL",
        "HKEYS",
        "HVALS",
        "HSCAN",
        "HRANDFIELD",
    ];
    let mut has_order = |key: &String| {
        let reply = keyspace.execute(&mut Session::default(), &["OBJECT", "ENCODING", key], 0);
        reply != Reply::bulk("hashtable") && reply != Reply::bulk("skiplist")
    };
    match &*argv[0] {
        "XINFO" => return Compare::Times,
        // The far end of a second may pass between here and there.
        "TTL" => return Compare::Shape,
        _ => {}
    }
    let is_known = match &*argv[0] {
        "KEYS" => false,
        "HSCAN" | "ZSCAN" | "HRANDFIELD" => has_order(&argv[1]),
        // A set without order.
        name if name.starts_with("SORT") => {
            let is = |word: &str| argv.iter().any(|argument| argument == word);
            !(is("BY") && is("ALPHA")) && (has_order(&argv[1]) || !is("nosort"))
        }
        name if by_hash.contains(&name) => argv[1..].iter().all(has_order),
        _ => true,
    };
    if is_known { Compare::Bytes } else { Compare::Unordered }
}

#[test]
fn random_sequences_reply_as_redis() {
    let Some(server) = Server::start() else { return };
    let number = |name: &str, default: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let first_seed = number("RANDOM_SEED", 1);
    let only = std::env::var("RANDOM_ONLY").unwrap_or_default();
    let is_wanted = |line: &&str| !line.is_empty() && line.starts_with(&only);
    let grammar: Vec<&str> = GRAMMAR.lines().filter(is_wanted).collect();
    for seed in first_seed..first_seed + number("RANDOM_ROUNDS", 200) {
        let protocol = if seed % 2 == 0 { Protocol::Resp2 } else { Protocol::Resp3 };
        let mut dice = Dice(seed);
        let commands: Vec<Vec<String>> = (0..150)
            .map(|_| {
                let line = dice.pick(&grammar);
                command(&mut dice, line)
            })
            .collect();
        let mut connection = server.connect(protocol);
        connection.ask(&["FLUSHALL"]);
        let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64;
        let slices: Vec<&[String]> = commands.iter().map(Vec::as_slice).collect();
        let theirs = connection.ask_all(&slices);
        let mut keyspace = Keyspace::new(Config { seed, ..Config::default() });
        let mut session = Session { resp: protocol, ..Session::default() };
        for (at, (argv, theirs)) in commands.iter().zip(theirs).enumerate() {
            let compare = compare(&mut keyspace, argv);
            let reply = keyspace.execute(&mut session, argv, now_ms);
            let reply = keyspace.take_wait().map_or(reply, |wait| wait.timeout_reply());
            let ours = encoded(&reply, protocol);
            let (ours, theirs) = (compare.normalize(ours), compare.normalize(theirs));
            if ours != theirs {
                let history: Vec<_> = commands[..at].iter().map(|c| format!("{c:?}")).collect();
                panic!(
                    "seed {seed}, {protocol:?}\n{}\n{argv:?}\n  ours  {ours}\n  redis {theirs}",
                    history.join("\n")
                );
            }
        }
    }
}
