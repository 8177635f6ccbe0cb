//! Scripts about `struct`.

use std::fmt::Write as _;

use super::random::Random;
use super::{SHOW, literal, value};

pub(super) fn script(random: &mut Random) -> String {
    let format = format(random);
    let mut text = SHOW.to_owned();
    match random.below(8) {
        0 => {
            let _ = write!(text, "return all(struct.size('{format}'))");
        }
        1..=3 => {
            let _ = write!(text, "return hex(struct.pack('{format}'");
            for _ in 0..random.below(7) {
                text.push_str(", ");
                text.push_str(&match random.below(4) {
                    0 => value::string(random),
                    1 => value::any_number(random),
                    _ => value::number(random),
                });
            }
            text.push_str("))");
        }
        _ => {
            let len = random.below(48);
            let small = random.once_in(2);
            let data = (0..len).map(|_| if small { random.below(4) as u8 } else { random.byte() });
            let data = literal(&data.collect::<Vec<_>>());
            let _ = write!(text, "return all(struct.unpack('{format}', {data}");
            if random.once_in(3) {
                let at = random.below(10) as i64 - 1;
                let _ = write!(text, ", {at}");
            }
            text.push_str("))");
        }
    }
    text
}

fn format(random: &mut Random) -> String {
    const ITEMS: &[&str] = &[
        "b", "B", "h", "H", "i", "I", "l", "L", "T", "f", "d", "s", "x", "c3", "c1", "c0", "Bc0",
        "i1", "i2", "i3", "I5", "i7", "i8", "I8", "<", ">", "!", "!2", "!4", "!8", "!16", " ",
        "i4",
    ];
    const ODD: &[&str] = &[
        "c",
        "i9",
        "i16",
        "i32",
        "I33",
        "i0",
        "!3",
        "!0",
        "q",
        "=",
        "z",
        "c99999999999",
        "i2147483648",
        "\\0",
        "c2147483647",
        "1",
        "-",
        "b2",
        "\\255",
        "S",
        "D",
        "X",
    ];
    let mut format = String::new();
    for _ in 0..=random.below(6) {
        let choices = if random.once_in(25) { ODD } else { ITEMS };
        format.push_str(random.pick(choices));
    }
    format
}
