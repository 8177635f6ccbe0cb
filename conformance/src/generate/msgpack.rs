//! Scripts about `cmsgpack`.

use std::fmt::Write as _;

use super::random::Random;
use super::{SHOW, literal, value};

pub(super) fn pack(random: &mut Random) -> String {
    let mut text = format!("{SHOW} local s = cmsgpack.pack(");
    for n in 0..=random.below(3) {
        if n > 0 {
            text.push(',');
        }
        value::any(random, &mut text);
    }
    text.push_str(") ");
    text.push_str(if random.once_in(2) {
        "return hex(s)"
    } else {
        "return all(cmsgpack.unpack(s))"
    });
    text
}

pub(super) fn unpack(random: &mut Random) -> String {
    let literal = literal(&blob(random));
    let mut text = format!("{SHOW} return all(cmsgpack.");
    let _ = match random.below(4) {
        0 | 1 => write!(text, "unpack({literal})"),
        2 => write!(text, "unpack_one({literal}, {})", offset(random)),
        _ => {
            let limit = random.below(5) as i64 - i64::from(random.once_in(10));
            write!(text, "unpack_limit({literal}, {limit}, {})", offset(random))
        }
    };
    text.push(')');
    text
}

fn offset(random: &mut Random) -> i64 {
    match random.below(6) {
        0 => -1,
        1 => 1000,
        _ => random.below(6) as i64,
    }
}

/// MessagePack, mostly right: values one after another, now and then damaged.
fn blob(random: &mut Random) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..random.below(5) {
        write(random, 0, &mut bytes);
    }
    match random.below(6) {
        0 if !bytes.is_empty() => {
            let at = random.below(bytes.len() as u64) as usize;
            bytes[at] = random.byte();
        }
        1 if !bytes.is_empty() => bytes.truncate(random.below(bytes.len() as u64) as usize),
        2 => {
            let count = random.below(16);
            bytes.extend((0..count).map(|_| random.byte()));
        }
        _ => {}
    }
    bytes
}

fn write(random: &mut Random, depth: u64, out: &mut Vec<u8>) {
    const DEPTH_MAX: u64 = 4;
    let first = match random.below(10) {
        // Any type at all.
        0..=3 => 0xC0 + random.below(0x20) as u8,
        4 | 5 => random.below(0x80) as u8,
        6 => 0xE0 + random.below(0x20) as u8,
        7 => 0xA0 + random.below(0x08) as u8,
        _ if depth > DEPTH_MAX => 0xC3,
        8 => 0x80 + random.below(0x05) as u8,
        _ => 0x90 + random.below(0x06) as u8,
    };
    out.push(first);
    let text = |random: &mut Random, len: u64, out: &mut Vec<u8>| {
        out.extend((0..len).map(|_| random.byte()));
    };
    match first {
        0x80..=0x8F => many(random, depth, u64::from(first & 15) * 2, out),
        0x90..=0x9F => many(random, depth, u64::from(first & 15), out),
        0xA0..=0xBF => text(random, u64::from(first & 31), out),
        0xCC | 0xD0 => text(random, 1, out),
        0xCD | 0xD1 => text(random, 2, out),
        0xCA | 0xCE | 0xD2 => text(random, 4, out),
        0xCB | 0xCF | 0xD3 => text(random, 8, out),
        // Strings and binaries with a length of 1, 2 and 4 bytes, then arrays and maps with 2 and 4.
        0xC4 | 0xD9 | 0xC5 | 0xDA | 0xC6 | 0xDB | 0xDC..=0xDF => {
            let size = match first {
                0xC4 | 0xD9 => 1,
                0xC5 | 0xDA | 0xDC | 0xDE => 2,
                _ => 4,
            };
            let len = random.below(4);
            // Sometimes far more is announced than there is.
            let announced = if random.once_in(8) { random.next() } else { len };
            out.extend_from_slice(&announced.to_be_bytes()[8 - size..]);
            match first {
                0xDC | 0xDD => many(random, depth, len, out),
                0xDE | 0xDF => many(random, depth, len * 2, out),
                _ => text(random, len, out),
            }
        }
        _ => {}
    }
}

fn many(random: &mut Random, depth: u64, count: u64, out: &mut Vec<u8>) {
    for _ in 0..count {
        write(random, depth + 1, out);
    }
}
