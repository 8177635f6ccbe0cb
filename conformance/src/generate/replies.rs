//! Scripts about replies: a value of Lua to the client, and a reply of a command to Lua.

use std::fmt::Write as _;

use super::random::Random;
use super::{SHOW, value};

/// A tree with the tables that stand for types of RESP.
pub(super) fn to_client(random: &mut Random) -> String {
    let mut text = String::new();
    if random.once_in(2) {
        text.push_str("redis.setresp(3) ");
    }
    text.push_str("return ");
    tree(random, 0, &mut text);
    text
}

fn tree(random: &mut Random, depth: u64, out: &mut String) {
    const DEPTH_MAX: u64 = 5;
    match random.below(if depth > DEPTH_MAX { 4 } else { 14 }) {
        0 => out.push_str(&value::any_number(random)),
        1 => out.push_str(&value::string(random)),
        2 => out.push_str(random.pick(&["true", "false", "nil", "cjson.null", "redis", "{}"])),
        3 => {
            let text = value::string(random);
            let number = value::any_number(random);
            let _ = match random.below(9) {
                0 => write!(out, "{{ok={text}}}"),
                1 => write!(out, "{{err={text}}}"),
                2 => write!(out, "{{double={number}}}"),
                3 => write!(out, "{{big_number={text}}}"),
                4 => write!(
                    out,
                    "{{verbatim_string={{format={}, string={text}}}}}",
                    random.pick(&["'txt'", "'mkd'", "'x'", "'longer'", "5", "nil"])
                ),
                5 => write!(out, "redis.error_reply({text})"),
                6 => write!(out, "redis.status_reply({text})"),
                7 => write!(out, "{{double={text}}}"),
                _ => write!(out, "{{ok={number}, err={text}}}"),
            };
        }
        4..=6 => list(random, depth, "", out),
        7..=9 => {
            let mut map = |open: &str, random: &mut Random| {
                out.push_str(open);
                for _ in 0..random.below(5) {
                    if random.once_in(2) {
                        let _ = write!(out, "[{}]=", value::number(random));
                    } else {
                        let _ = write!(out, "k{}=", random.below(30));
                    }
                    tree(random, depth + 1, out);
                    out.push(',');
                }
                out.push('}');
            };
            if random.once_in(4) {
                map("{", random);
            } else {
                map("{map={", random);
                out.push('}');
            }
        }
        10 | 11 => {
            out.push_str("{set={");
            for _ in 0..random.below(5) {
                let key =
                    if random.once_in(2) { value::string(random) } else { value::number(random) };
                let _ = write!(out, "[{key}]={},", random.pick(&["true", "1", "false", "{}"]));
            }
            out.push_str("}}");
        }
        12 => list(random, depth, "map=", out),
        _ => list(random, depth, "set=", out),
    }
}

fn list(random: &mut Random, depth: u64, field: &str, out: &mut String) {
    out.push('{');
    if !field.is_empty() {
        out.push_str(field);
        out.push('{');
    }
    for _ in 0..random.below(6) {
        tree(random, depth + 1, out);
        out.push(',');
    }
    out.push_str(if field.is_empty() { "}" } else { "}}" });
}

/// Commands with replies of every type, as tables and passed on.
pub(super) fn from_command(random: &mut Random) -> String {
    let mut text = SHOW.to_owned();
    if random.once_in(2) {
        text.push_str("redis.setresp(3)\n");
    }
    text.push_str("redis.call('DEL', KEYS[1])\n");
    let fill = random.below(6);
    for _ in 0..random.below(8) {
        // A long field would make a hash table, whose order hangs on a seed of the server's.
        let (a, b) = (format!("({}):sub(1, 60)", value::string(random)), value::number(random));
        let _ = match fill {
            0 => writeln!(text, "redis.call('HSET', KEYS[1], {a}, {b})"),
            1 => writeln!(text, "redis.call('RPUSH', KEYS[1], {a}, {b})"),
            2 => writeln!(text, "redis.call('SADD', KEYS[1], {})", random.below(100)),
            3 => writeln!(text, "redis.call('ZADD', KEYS[1], {b}, {a})"),
            4 => writeln!(text, "redis.call('APPEND', KEYS[1], {a})"),
            _ => writeln!(text, "redis.call('SET', KEYS[1], {b})"),
        };
    }
    let read = random.pick(&[
        "'HGETALL', KEYS[1]",
        "'HKEYS', KEYS[1]",
        "'HMGET', KEYS[1], 'k1', 'a', 'k2'",
        "'LRANGE', KEYS[1], 0, -1",
        "'LPOP', KEYS[1], 2",
        "'LPOS', KEYS[1], 'a'",
        "'SMEMBERS', KEYS[1]",
        "'SMISMEMBER', KEYS[1], 1, 2, 3",
        "'ZRANGE', KEYS[1], 0, -1, 'WITHSCORES'",
        "'ZSCORE', KEYS[1], 'a'",
        "'ZMSCORE', KEYS[1], 'a', 'b'",
        "'ZPOPMIN', KEYS[1], 2",
        "'ZADD', KEYS[1], 'INCR', 1.5, 'a'",
        "'ZRANGEBYSCORE', KEYS[1], '-inf', '(5'",
        "'GET', KEYS[1]",
        "'INCR', KEYS[1]",
        "'INCRBYFLOAT', KEYS[1], 0.1",
        "'GETRANGE', KEYS[1], 1, 3",
        "'STRLEN', KEYS[1]",
        "'TYPE', KEYS[1]",
        "'OBJECT', 'ENCODING', KEYS[1]",
        "'EXISTS', KEYS[1], KEYS[1]",
        "'TTL', KEYS[1]",
        "'NOSUCH'",
        "'GET'",
        "'BITCOUNT', KEYS[1]",
        "'SETRANGE', KEYS[1], 3, 'x'",
    ]);
    let _ = writeln!(text, "local reply = redis.pcall({read})");
    text.push_str(random.pick(&[
        "return reply",
        "return all(reply)",
        "return cjson.encode(reply)",
        "return hex(cmsgpack.pack(reply))",
        "return {reply, reply}",
        "return {map = {a = reply}}",
    ]));
    text
}
