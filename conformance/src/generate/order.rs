//! Scripts about the order of tables: filled and emptied at random, then seen through `pairs`,
//! `cjson.encode`, `cmsgpack.pack` and `next`, also when they come from replies like that of `HGETALL`.

use std::fmt::Write as _;

use super::random::Random;
use super::{SHOW, literal, value};

/// `hash-max-listpack-value`: beyond it a hash is a hash table.
const FIELD_LEN_MAX: usize = 64;

pub(super) fn script(random: &mut Random) -> String {
    let mut keys: Vec<String> = (0..=random.below(24)).map(|_| key(random)).collect();
    let mut text = SHOW.to_owned();
    if random.once_in(3) {
        // A hash with a long field has the order of a seed that each server chooses when it starts.
        keys.retain(|key| key.len() < FIELD_LEN_MAX);
        keys.push("'last'".to_owned());
        return from_hash(random, &keys, text);
    }
    text.push_str("local t = {");
    for _ in 0..random.below(5) {
        match random.below(3) {
            0 => text.push_str(&value::number(random)),
            1 => text.push_str("nil"),
            _ => {
                let _ = write!(text, "[{}]={}", pick(random, &keys), random.below(100));
            }
        }
        text.push(',');
    }
    text.push_str("}\n");
    for _ in 0..random.below(40) {
        let key = pick(random, &keys);
        let _ = match random.below(8) {
            0 | 1 => writeln!(text, "t[{key}] = nil"),
            2 => writeln!(text, "t[#t + 1] = {}", random.below(100)),
            3 => writeln!(text, "table.remove(t)"),
            4 => writeln!(text, "for i = 1, {} do t[i] = i end", random.below(20)),
            _ => writeln!(text, "t[{key}] = {}", random.below(100)),
        };
    }
    text.push_str(view(random));
    text
}

fn view(random: &mut Random) -> &'static str {
    random.pick(&[
        "return all(t)",
        "return hex(cmsgpack.pack(t))",
        "return cjson.encode(t)",
        "local r = {#t} for k in pairs(t) do r[#r + 1] = show(k) end return r",
        "local r, k = {}, next(t) while k ~= nil do r[#r + 1] = show(k) k = next(t, k) end return r",
        "return all(cmsgpack.unpack(cmsgpack.pack(t)))",
        "local n = cjson.new() n.encode_sparse_array(true) return n.encode(t)",
        "for k in pairs(t) do t[k] = nil end t.x = 1 t.y = 2 t.z = 3 return all(t)",
    ])
}

/// A hash, read as a flat list, as a map of RESP3, or turned into a table.
fn from_hash(random: &mut Random, keys: &[String], mut text: String) -> String {
    text.push_str("redis.call('DEL', KEYS[1])\n");
    for key in keys {
        let value = random.below(1000);
        let _ = writeln!(text, "redis.call('HSET', KEYS[1], tostring({key}), {value})");
    }
    for _ in 0..random.below(8) {
        let _ = writeln!(text, "redis.call('HDEL', KEYS[1], tostring({}))", pick(random, keys));
    }
    if random.once_in(2) {
        text.push_str("redis.setresp(3) local t = redis.call('HGETALL', KEYS[1])\n");
        if random.once_in(2) {
            text.push_str("t = t.map\n");
        }
    } else {
        text.push_str("local l, t = redis.call('HGETALL', KEYS[1]), {}\n");
        text.push_str("for i = 1, #l, 2 do t[l[i]] = l[i + 1] end\n");
    }
    text.push_str(view(random));
    text
}

fn pick<'a>(random: &mut Random, keys: &'a [String]) -> &'a str {
    &keys[random.below(keys.len() as u64) as usize]
}

fn key(random: &mut Random) -> String {
    match random.below(9) {
        0 | 1 => random.below(30).to_string(),
        2 => random
            .pick(&["true", "false", "-1", "0", "1.5", "2^53", "-0", "2^31", "1/0"])
            .to_owned(),
        3 => value::number(random),
        4 => {
            // Longer than what plain Lua 5.1 hashes in full.
            let len = 32 + random.below(60);
            literal(&(0..len).map(|_| b'a' + random.below(26) as u8).collect::<Vec<_>>())
        }
        5 => {
            let len = random.below(8);
            literal(&(0..len).map(|_| random.byte()).collect::<Vec<_>>())
        }
        6 => format!("'user:{}'", random.below(10_000)),
        _ => format!("'{}'", char::from(b'a' + random.below(26) as u8)),
    }
}
