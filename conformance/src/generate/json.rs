//! Scripts about `cjson`.

use std::fmt::Write as _;

use super::random::Random;
use super::{SHOW, literal, value};

pub(super) fn encode(random: &mut Random) -> String {
    let mut text = String::from("return cjson.encode(");
    value::any(random, &mut text);
    text.push(')');
    text
}

pub(super) fn decode(random: &mut Random) -> String {
    let document = literal(&document(random));
    if random.once_in(3) {
        format!("return cjson.encode(cjson.decode({document}))")
    } else {
        format!("{SHOW} return all(cjson.decode({document}))")
    }
}

/// Settings are changed in a module of the script's own, then used in both directions.
pub(super) fn options(random: &mut Random) -> String {
    let mut text = format!("{SHOW} local m, r = cjson.new(), {{}}\n");
    for _ in 0..=random.below(3) {
        let name = random.pick(&[
            "encode_sparse_array",
            "encode_max_depth",
            "decode_max_depth",
            "encode_number_precision",
            "encode_keep_buffer",
            "encode_invalid_numbers",
            "decode_invalid_numbers",
        ]);
        let mut arguments = Vec::new();
        for _ in 0..random.below(if name == "encode_sparse_array" { 4 } else { 2 }) {
            arguments.push(match random.below(8) {
                0 => value::any_number(random),
                1 => value::string(random),
                2 | 3 => random.pick(&["true", "false", "'on'", "'off'", "'null'"]).to_owned(),
                4 => "nil".to_owned(),
                _ => random.below(18).to_string(),
            });
        }
        let _ = writeln!(
            text,
            "r[#r + 1] = all(pcall(m.{name}{}{}))",
            if arguments.is_empty() { "" } else { ", " },
            arguments.join(", ")
        );
    }
    for _ in 0..=random.below(2) {
        text.push_str("r[#r + 1] = all(pcall(m.encode, ");
        if random.once_in(3) {
            text.push_str(&value::any_number(random));
        } else {
            value::any(random, &mut text);
        }
        text.push_str("))\n");
        let document = literal(&document(random));
        let _ = writeln!(text, "r[#r + 1] = all(pcall(m.decode, {document}))");
    }
    text.push_str("return r");
    text
}

/// JSON, mostly right; now and then with a byte changed, lost or added.
fn document(random: &mut Random) -> Vec<u8> {
    let mut text = String::new();
    write(random, 0, &mut text);
    let mut bytes = text.into_bytes();
    if random.once_in(4) && !bytes.is_empty() {
        let at = random.below(bytes.len() as u64) as usize;
        match random.below(4) {
            0 => bytes[at] = random.byte(),
            1 => {
                bytes.remove(at);
            }
            2 => bytes.insert(at, b"\"\\{}[],:0-+eEnul \x00\xC3"[random.below(19) as usize]),
            _ => bytes.truncate(at),
        }
    }
    bytes
}

const LEAVES: &[&str] = &[
    "0",
    "-1",
    "1.5",
    "1e5",
    "-0",
    "0.1e-5",
    "12345678901234567890",
    "true",
    "false",
    "null",
    "\"\"",
    "\"a\"",
    "\"\\u00e9\\n\\/\"",
    "\"\\ud83d\\ude00\"",
    "\"caf\u{e9}\"",
    // From here on, what strict JSON refuses or what is rare.
    "nan",
    "-inf",
    "Infinity",
    "-Infinity",
    "NaN",
    "0x1F",
    "01",
    "1.",
    "-",
    "+1",
    ".5",
    "tru",
    "nulL",
    "TRUE",
    "\"\\x\"",
    "\"\\ud83d\"",
    "\"\\ude00\"",
    "\"\\ud83dx\"",
    "\"\\u12\"",
    "\"\\u0000\"",
    "\"abc",
    "[",
    "}",
    ",",
    "1e400",
    "-1e400",
    "1e-400",
    "1e",
    "1e+",
    "\\",
    " ",
    "\"\t\"",
    "\"\x01\"",
    "\"\x7f\"",
    "0x",
    "0x1p3",
    "nan(1)",
    "1 2",
    "\"a\"b",
    "1.5.5",
    "--1",
    "9007199254740993",
    "0.1",
    "123456789.123456789",
    "5e-324",
    "1.7976931348623157e308",
];

const PLAIN: u64 = 15;

fn write(random: &mut Random, depth: u64, out: &mut String) {
    const DEPTH_MAX: u64 = 5;
    match random.below(if depth > DEPTH_MAX { 4 } else { 9 }) {
        0..=2 => {
            let count = if random.once_in(10) { LEAVES.len() as u64 } else { PLAIN };
            out.push_str(LEAVES[random.below(count) as usize]);
        }
        3 => {
            let bits = random.next();
            let number = f64::from_bits(bits);
            let _ = match random.below(3) {
                0 if number.is_finite() => write!(out, "{number:e}"),
                1 => write!(out, "{}", bits as i64 >> (bits % 64)),
                _ => write!(out, "{}", (bits % 2_000_001) as f64 / 1000.0),
            };
        }
        4 | 5 => {
            out.push('[');
            for n in 0..random.below(7) {
                if n > 0 {
                    out.push_str(random.pick(&[",", ",", ", ", " ,\n", "\t,\r"]));
                }
                write(random, depth + 1, out);
            }
            out.push_str(if random.once_in(50) { "}" } else { "]" });
        }
        _ => {
            out.push('{');
            for n in 0..random.below(8) {
                if n > 0 {
                    out.push(',');
                }
                let key = random.pick(&["k", "", "key", "1", "a b", "\\u0041", "\\\""]);
                let colon = random.pick(&[":", ":", ":", " : "]);
                let _ = write!(out, "\"{key}{}\"{colon}", random.below(12));
                write(random, depth + 1, out);
            }
            out.push_str(if random.once_in(50) { "" } else { "}" });
        }
    }
}
