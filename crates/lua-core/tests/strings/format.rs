//! Random directives and arguments, and numbers as text, under `lua5.1` and under ours.

use crate::oracle::{Random, compare, quote, show};
use lua_core::number::{NumberText, lua_mod};
use lua_core::stdlib::string::format::Directive;

/// A double as a Lua expression with exactly its value.
pub(crate) fn expression(n: f64) -> String {
    if n.is_nan() {
        String::from(if n.is_sign_negative() { "nan" } else { "-nan" })
    } else if n.is_infinite() {
        String::from(if n > 0.0 { "inf" } else { "-inf" })
    } else if n == 0.0 && n.is_sign_negative() {
        // A constant would lose its sign to the constant 0.
        String::from("-tonumber('0')")
    } else {
        // Through a string, so that no two constants are folded or shared.
        format!("tonumber('{n:e}')")
    }
}

fn random_number(random: &mut Random) -> f64 {
    let sign = if random.below(3) == 0 { -1.0 } else { 1.0 };
    sign * match random.below(16) {
        0 => f64::from_bits(random.next()),
        1 => random.below(1000) as f64,
        2 => random.next() as f64,
        3 => random.below(1_000_000) as f64 / 1000.0,
        4 => random.below(100_000_000) as f64 / 64.0,
        5 => random.below(1000) as f64 + 0.5,
        6 => f64::from_bits(random.next() % (1 << 52)),
        7 => *random_special(random),
        8 => format!("{}e{}", random.below(100_000), random.below(40)).parse().unwrap(),
        9 => format!("{}e-{}", random.below(100_000), random.below(30)).parse().unwrap(),
        10 => (random.next() >> random.below(60)) as f64 + random.below(8) as f64 / 8.0,
        11 => format!("{}.{}5", random.below(10), random.next() % 10u64.pow(13)).parse().unwrap(),
        12 => random.below(1 << 30) as f64 / 1_048_576.0,
        13 => 10f64.powi(random.below(600) as i32 - 300),
        14 => (random.next() % (1 << 53)) as f64 / 1024.0,
        _ => random.below(10_000) as f64 / 100.0,
    }
}

fn random_special(random: &mut Random) -> &'static f64 {
    const SPECIAL: [f64; 12] = [
        0.0,
        f64::INFINITY,
        lua_core::number::NAN_POSITIVE,
        1.0,
        9.5,
        99999999999999.5,
        5e-324,
        f64::MAX,
        9007199254740993.0,
        9223372036854775808.0,
        18446744073709551616.0,
        0.5,
    ];
    &SPECIAL[random.below(SPECIAL.len())]
}

#[test]
fn numbers_as_text() {
    let mut random = Random(7);
    let (mut questions, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..20000 {
        let n = random_number(&mut random);
        questions.push(format!("out(tostring({0}), format('%.17g', {0}))", expression(n)));
        ours.push(format!(
            "{} {}",
            show(NumberText::new(n).as_bytes()),
            show(NumberText::new_17(n).as_bytes())
        ));
    }
    compare(&questions, &ours);
}

#[test]
fn modulo() {
    let mut random = Random(9);
    let (mut questions, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..10000 {
        let (a, b) = (random_number(&mut random), random_number(&mut random));
        questions.push(format!("out(format('%.17g', {} % {}))", expression(a), expression(b)));
        ours.push(show(NumberText::new_17(lua_mod(a, b)).as_bytes()));
    }
    compare(&questions, &ours);
}

fn random_directive(random: &mut Random, letters: &[&str]) -> String {
    let mut text = String::from("%");
    for _ in 0..random.below(4) {
        text += random.pick(&["-", "+", " ", "#", "0", "", ""]);
    }
    match random.below(4) {
        0 => text += &random.below(100).to_string(),
        1 => text += &random.below(12).to_string(),
        _ => {}
    }
    match random.below(6) {
        0 => text.extend([".", &random.below(100).to_string()]),
        1 | 2 => text.extend([".", &random.below(18).to_string()]),
        3 => text += random.pick(&[".", "", ".0"]),
        _ => {}
    }
    if random.below(60) == 0 {
        text += random.pick(&["0", "000000", ".", "1", "-", "\u{7f}"]);
    }
    text + random.pick(letters)
}

fn answer(directive: &str, write: impl Fn(&Directive, &mut Vec<u8>)) -> String {
    let mut out = b"|".to_vec();
    match Directive::parse(&directive.as_bytes()[1..]) {
        Ok((parsed, size)) => {
            write(&parsed, &mut out);
            out.extend_from_slice(&directive.as_bytes()[1 + size..]);
            out.push(b'|');
            format!("true {}", show(&out))
        }
        Err(error) => format!("false {}", show(&error.message())),
    }
}

#[test]
fn numbers_in_directives() {
    let mut random = Random(11);
    let (mut questions, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..30000 {
        let directive = random_directive(
            &mut random,
            &["d", "i", "u", "o", "x", "X", "c", "e", "E", "f", "g", "G", "f", "g", "d", "e"],
        );
        let n = random_number(&mut random);
        questions.push(format!("t(format, '|{directive}|', {})", expression(n)));
        ours.push(answer(&directive, |parsed, out| parsed.write_number(out, n)));
    }
    compare(&questions, &ours);
}

#[test]
fn strings_in_directives() {
    let mut random = Random(13);
    let (mut questions, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..10000 {
        let directive =
            random_directive(&mut random, &["s", "q", "s", "y", "a", "\0", "l", "p", "F"]);
        let repeat = if random.below(8) == 0 { 20 } else { 1 };
        let text: Vec<u8> = (0..random.below(12))
            .flat_map(|_| {
                random.pick(&["a", "b", "\0", "\n", "\r", "\"", "\\", "\u{e9}", "c"]).bytes()
            })
            .collect::<Vec<u8>>()
            .repeat(repeat);
        questions.push(format!(
            "t(format, {}, {})",
            quote(format!("|{directive}|").as_bytes()),
            quote(&text)
        ));
        ours.push(answer(&directive, |parsed, out| parsed.write_string(out, &text)));
    }
    compare(&questions, &ours);
}
