//! Scripts about numbers: as text, from text, in replies, as arguments.

use std::fmt::Write as _;

use super::random::Random;
use super::{SHOW, literal, value};

pub(super) fn script(random: &mut Random) -> String {
    let mut text = format!("{SHOW} local r = {{}}\n");
    for _ in 0..=random.below(5) {
        let number = value::any_number(random);
        let _ = match random.below(10) {
            0 => writeln!(text, "r[#r + 1] = tostring({number})"),
            1 => writeln!(text, "r[#r + 1] = {number}"),
            2 => writeln!(text, "r[#r + 1] = cjson.encode({number} == {number} and {number} or 1)"),
            3 => writeln!(text, "r[#r + 1] = all(tonumber({}))", literal(&digits(random))),
            4 => {
                let format = format(random);
                writeln!(text, "r[#r + 1] = all(pcall(string.format, '{format}', {number}))")
            }
            5 => writeln!(text, "r[#r + 1] = all(pcall(redis.call, 'ECHO', {number}))"),
            6 => {
                let base = random.below(40);
                let digits = literal(&digits(random));
                writeln!(text, "r[#r + 1] = all(pcall(tonumber, {digits}, {base}))")
            }
            7 => {
                writeln!(text, "r[#r + 1] = all(pcall(cjson.decode, {}))", literal(&digits(random)))
            }
            8 => {
                // Which of two NaNs gives its sign to a sum is up to the compiler on both sides.
                let other = value::number(random);
                let operator = random.pick(&["+", "-", "*", "/", "%", "..", "<", "=="]);
                writeln!(text, "r[#r + 1] = all({number} {operator} {other})")
            }
            _ => writeln!(text, "r[#r + 1] = {{double = {number}}}"),
        };
    }
    text.push_str("return r");
    text
}

/// What may be a number.
fn digits(random: &mut Random) -> Vec<u8> {
    let mut text = random.pick(&["", "", "", "-", "+", " ", "0x", "-0x", "0"]).to_owned();
    let count_max = if random.once_in(6) { 40 } else { 6 };
    for _ in 0..=random.below(count_max) {
        text.push_str(random.pick(&[
            "0", "1", "2", "3", "5", "7", "8", "9", "9", "4", "6", ".", "e", "E-", "a", "F", "z",
        ]));
    }
    text.push_str(random.pick(&["", "", "", "e5", "e-300", "e400", " ", "\0", "x", ".0", "p2"]));
    text.into_bytes()
}

fn format(random: &mut Random) -> String {
    let flags = random.pick(&["", "", "-", "+", " ", "#", "0", "-+", "+0", "# 0"]);
    let width = random.pick(&["", "", "5", "20", "1", "99", "100"]);
    let precision = random.pick(&["", "", ".0", ".1", ".3", ".10", ".17", ".", ".99", ".100"]);
    let letter =
        random.pick(&["d", "i", "u", "c", "x", "X", "o", "e", "E", "f", "g", "G", "s", "q"]);
    format!("%{flags}{width}{precision}{letter}")
}
