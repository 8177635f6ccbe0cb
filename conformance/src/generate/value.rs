//! Lua expressions: numbers, strings, tables.

use std::fmt::Write as _;

use super::literal;
use super::random::Random;

const NUMBERS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "3",
    "10",
    "127",
    "128",
    "255",
    "256",
    "-32",
    "-33",
    "-127",
    "-128",
    "-129",
    "32767",
    "32768",
    "-32768",
    "-32769",
    "65535",
    "65536",
    "2^31-1",
    "2^31",
    "-2^31",
    "-2^31-1",
    "2^32-1",
    "2^32",
    "-2^32",
    "2^53-1",
    "2^53",
    "2^53+2",
    "-2^53",
    "2^62",
    "2^63",
    "-2^63",
    "2^63-1024",
    "2^64",
    "2^64-2048",
    "1e14",
    "1e15",
    "123456789012345",
    "1e16",
    "0.1",
    "1/3",
    "-1.5",
    "0.5",
    "1.5",
    "2.5",
    "-0.5",
    "3.4e38",
    "3.5e38",
    "1e-45",
    "5e-324",
    "1e308",
    "1.7976931348623157e308",
    "100",
    "1e100",
    "1e-7",
    "1e-5",
    "0.0001",
    "12345.678",
    "99999999999999",
    "999999999999999",
    "3.14159265358979",
    "2^24+1",
    "16777217.5",
    "1e21",
    "1e-300",
    "4294967295.5",
];

const ODD_NUMBERS: &[&str] = &["0/0", "1/0", "-1/0", "-0", "-(0/0)"];

const STRINGS: &[&str] = &[
    "''",
    "'a'",
    "'key'",
    "'a/b'",
    "'\\0\\1\\31\\127\\255'",
    "'\\n\\t\\r\\b\\f\"\\\\'",
    "'caf\\195\\169'",
    "('x'):rep(31)",
    "('y'):rep(32)",
    "('z'):rep(300)",
    "'10'",
    "'nan'",
    "'0x10'",
    "' 5 '",
    "'1e3'",
    "'-7.5'",
    "'1a'",
    "'</script>'",
    "'\\226\\130\\172'",
    "('\\200'):rep(70000)",
    "'ok'",
    "'err'",
];

/// An expression for a number.
pub(super) fn number(random: &mut Random) -> String {
    match random.below(10) {
        0..=4 => random.pick(NUMBERS).to_owned(),
        5 => {
            let bits = random.next();
            let number = f64::from_bits(bits);
            if number.is_finite() { format!("({number:e})") } else { "7".to_owned() }
        }
        6 => format!("({})", random.below(2000) as i64 - 1000),
        7 => {
            let shift = random.below(64);
            format!("({})", (random.next() >> shift) as i64)
        }
        8 => format!("({})", (random.below(2_000_001) as f64 - 1_000_000.0) / 1000.0),
        _ => {
            let (a, b) = (random.below(1000), random.below(30) as i64 - 15);
            format!("({a}e{b})")
        }
    }
}

/// An expression for a number that may be infinite, not a number or minus zero.
pub(super) fn any_number(random: &mut Random) -> String {
    if random.once_in(8) { random.pick(ODD_NUMBERS).to_owned() } else { number(random) }
}

/// An expression for a string.
pub(super) fn string(random: &mut Random) -> String {
    match random.below(4) {
        0 | 1 => random.pick(STRINGS).to_owned(),
        2 => {
            let len = random.below(12);
            literal(&(0..len).map(|_| random.byte()).collect::<Vec<_>>())
        }
        _ => format!("'k{}'", random.below(50)),
    }
}

/// An expression for anything; tables nest to a small depth.
pub(super) fn any(random: &mut Random, out: &mut String) {
    nested(random, 0, out);
}

fn nested(random: &mut Random, depth: u64, out: &mut String) {
    const DEPTH_MAX: u64 = 4;
    match random.below(if depth > DEPTH_MAX { 6 } else { 10 }) {
        0 | 1 => out.push_str(&number(random)),
        2 | 3 => out.push_str(&string(random)),
        4 => out.push_str(random.pick(&["true", "false"])),
        5 => out.push_str(random.pick(&["cjson.null", "{}", "nil", "0/0", "print", "{{}}"])),
        6 | 7 => {
            out.push('{');
            for _ in 0..random.below(8) {
                nested(random, depth + 1, out);
                out.push(',');
            }
            out.push('}');
        }
        _ => {
            out.push('{');
            for _ in 0..random.below(8) {
                match random.below(6) {
                    0 => write_key(out, &number(random)),
                    1 => write_key(out, &string(random)),
                    2 => write_key(out, random.pick(&["true", "1.5", "-1", "2^53", "0"])),
                    3 => write_key(out, &random.below(20).to_string()),
                    4 => {}
                    _ => {
                        // Writing to a string does not fail.
                        let _ = write!(out, "k{}=", random.below(100));
                    }
                }
                nested(random, depth + 1, out);
                out.push(',');
            }
            out.push('}');
        }
    }
}

fn write_key(out: &mut String, key: &str) {
    let _ = write!(out, "[{key}]=");
}
