//! Scripts about `bit`.

use super::random::Random;
use super::{SHOW, value};

pub(super) fn script(random: &mut Random) -> String {
    const FUNCTIONS: &[&str] = &[
        "tobit", "bnot", "band", "bor", "bxor", "lshift", "rshift", "arshift", "rol", "ror",
        "bswap", "tohex",
    ];
    let mut calls = Vec::new();
    for _ in 0..=random.below(4) {
        let function = random.pick(FUNCTIONS);
        let count = if random.once_in(10) { random.below(5) } else { 2 + random.below(2) };
        let arguments: Vec<String> = (0..count)
            .map(|_| match random.below(12) {
                0 => value::string(random),
                1 => value::any_number(random),
                2 => "2^51 + 0.5".to_owned(),
                3..=5 => (random.below(80) as i64 - 40).to_string(),
                _ => value::number(random),
            })
            .collect();
        let comma = if arguments.is_empty() { "" } else { ", " };
        calls.push(format!("all(pcall(bit.{function}{comma}{}))", arguments.join(", ")));
    }
    format!("{SHOW} return {{{}}}", calls.join(", "))
}
