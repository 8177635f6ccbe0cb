//! Random patterns and subjects under `lua5.1` and under our matcher.

use crate::oracle::{Random, compare, quote, show};
use lua_core::stdlib::string::meter::Unmetered;
use lua_core::stdlib::string::pattern::{
    Capture, Caret, MatchError, Matcher, Pattern, PatternCache, Replacement, find_plain, is_plain,
    substitute,
};
use std::ops::Range;

fn failure(error: MatchError) -> String {
    match error {
        MatchError::Pattern(error) => format!("false {}", show(error.message().as_bytes())),
        other => format!("{other:?}"),
    }
}

/// The captures of a match, or the whole match if there are none and `whole_too`.
fn captures(
    matcher: &Matcher<'_>,
    found: &Range<usize>,
    whole_too: bool,
) -> Result<Vec<String>, MatchError> {
    let count = matcher.pattern().capture_count();
    let count = if count == 0 && whole_too { 1 } else { count };
    let mut values = Vec::new();
    for index in 0..count {
        values.push(match matcher.capture(index, found.clone())? {
            Capture::Text(range) => show(&matcher.subject()[range]),
            Capture::Position(position) => position.to_string(),
        });
    }
    Ok(values)
}

fn answer(values: Result<Vec<String>, MatchError>) -> String {
    match values {
        Ok(values) => [vec![String::from("true")], values].concat().join(" "),
        Err(error) => failure(error),
    }
}

fn find(cache: &mut PatternCache, subject: &[u8], pattern: &[u8], from: usize) -> String {
    if is_plain(pattern) {
        return answer(Ok(match find_plain(subject, pattern, from, &mut Unmetered).unwrap() {
            Some(at) => vec![(at + 1).to_string(), (at + pattern.len()).to_string()],
            None => vec![String::from("nil")],
        }));
    }
    let pattern = cache.get(pattern, pattern.len() as u32, Caret::Anchors, &mut Unmetered).unwrap();
    let mut matcher = Matcher::new(subject, pattern);
    answer(matcher.search(from, &mut Unmetered).and_then(|found| match found {
        Some(found) => {
            let places = vec![(found.start + 1).to_string(), found.end.to_string()];
            Ok([places, captures(&matcher, &found, false)?].concat())
        }
        None => Ok(vec![String::from("nil")]),
    }))
}

fn matched(subject: &[u8], pattern: &[u8], from: usize) -> String {
    let pattern = Pattern::new(pattern, Caret::Anchors);
    let mut matcher = Matcher::new(subject, &pattern);
    answer(matcher.search(from, &mut Unmetered).and_then(|found| match found {
        Some(found) => captures(&matcher, &found, true),
        None => Ok(vec![String::from("nil")]),
    }))
}

fn all(subject: &[u8], pattern: &[u8]) -> String {
    let pattern = Pattern::new(pattern, Caret::Literal);
    let mut matcher = Matcher::new(subject, &pattern);
    let mut from = 0;
    let mut rows = Vec::new();
    while from <= subject.len() {
        match matcher.search(from, &mut Unmetered) {
            Ok(Some(found)) => {
                from = if found.is_empty() { found.end + 1 } else { found.end };
                match captures(&matcher, &found, true) {
                    Ok(mut values) => {
                        values.resize(3, String::from("nil"));
                        rows.push(values.concat());
                    }
                    Err(error) => return failure(error),
                }
            }
            Ok(None) => break,
            Err(error) => return failure(error),
        }
    }
    format!("true {}", show(rows.join(";").as_bytes()))
}

fn gsub(subject: &[u8], pattern: &[u8], replacement: &[u8], count: usize) -> String {
    let pattern = Pattern::new(pattern, Caret::Anchors);
    let mut matcher = Matcher::new(subject, &pattern);
    let mut out = Vec::new();
    let replacement = Replacement::new(replacement);
    let done = substitute(&mut matcher, &replacement, count, &mut out, usize::MAX, &mut Unmetered);
    answer(done.map(|count| vec![show(&out), count.to_string()]))
}

const PIECES: &[&str] = &[
    "a",
    "b",
    "c",
    "a",
    "b",
    ".",
    "%a",
    "%d",
    "%s",
    "%w",
    "%A",
    "%z",
    "%p",
    "%x",
    "%u",
    "%l",
    "%c",
    "*",
    "+",
    "-",
    "?",
    "*",
    "+",
    "-",
    "?",
    "(",
    ")",
    "()",
    "(a)",
    "(.-)",
    "(%a+)",
    "(.",
    "^",
    "$",
    "%1",
    "%2",
    "%b()",
    "%bab",
    "%bxx",
    "%f[%a]",
    "%f[^%a]",
    "%f[%z]",
    "[ab]",
    "[^ab]",
    "[a-c]",
    "[%a_]",
    "[]a]",
    "[^]a]",
    "[a-]",
    "[-a]",
    "[%]]",
    "[a-%%]",
    "[%a-z]",
    "=",
    ",",
    " ",
    "%%",
    "%.",
    "1",
    "[^,]*,",
    "(%w+)=(%w*)",
    "ab",
    "abc",
    "-b",
    ".-b",
    ".*b",
    "a*",
    "[ab]-c",
];
const BAD_PIECES: &[&str] = &[
    "%", "[", "[^", "[a", "[%", "%b", "%bx", "%f", "%fa", "%0", "%9", "\0", "]", "[a\0]", "((((",
    "%f[",
];

fn random_pattern(random: &mut Random) -> Vec<u8> {
    let mut text = Vec::new();
    if random.below(8) == 0 {
        text.push(b'^');
    }
    for _ in 0..=random.below(6) {
        let bad = random.below(40) == 0;
        text.extend_from_slice(random.pick(if bad { BAD_PIECES } else { PIECES }).as_bytes());
    }
    if random.below(10) == 0 {
        text.push(b'$');
    }
    text
}

fn random_subject(random: &mut Random) -> Vec<u8> {
    const ALPHABET: &[&str] = &[
        "a", "a", "a", "b", "b", "c", "A", "1", "2", " ", ",", "=", "(", ")", "_", "-", "]", "%",
        "\0", "\n", "x", ".", "$", "^", "ab", "aab", "k=v", "\u{e9}",
    ];
    (0..random.below(24)).flat_map(|_| random.pick(ALPHABET).bytes()).collect()
}

#[test]
fn random_patterns() {
    let mut random = Random(0x5eed);
    let mut cache = PatternCache::default();
    let (mut questions, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..6000 {
        let (subject, pattern) = (random_subject(&mut random), random_pattern(&mut random));
        let (s, p) = (quote(&subject), quote(&pattern));
        let from = if random.below(3) == 0 { random.below(subject.len() + 1) } else { 0 };
        let count = if random.below(4) == 0 { random.below(4) } else { 1000 };
        let replacement =
            random.pick(&["x", "", "<%0>", "%1", "[%2|%1]", "%%", "%", "%x", "a%0b%1c", "%9"]);
        questions.push(format!("t(find, {s}, {p}, {})", from + 1));
        ours.push(find(&mut cache, &subject, &pattern, from));
        questions.push(format!("t(match, {s}, {p}, {})", from + 1));
        ours.push(matched(&subject, &pattern, from));
        questions.push(format!("all({s}, {p})"));
        ours.push(all(&subject, &pattern));
        questions.push(format!("t(gsub, {s}, {p}, {}, {count})", quote(replacement.as_bytes())));
        ours.push(gsub(&subject, &pattern, replacement.as_bytes(), count));
    }
    compare(&questions, &ours);
}

#[test]
fn every_byte_in_every_class() {
    let subject: Vec<u8> = (0..=255).collect();
    let (mut questions, mut ours) = (Vec::new(), Vec::new());
    for letter in 1..=255u8 {
        let escape = [b'%', letter];
        let set = [b'[', b'%', letter, b']'];
        let not = [b'[', b'^', letter, b']'];
        let range = [b'[', letter, b'-', b'm', b']'];
        for pattern in [&escape[..], &set, &not, &range] {
            questions.push(format!("t(gsub, {}, {}, '')", quote(&subject), quote(pattern)));
            ours.push(gsub(&subject, pattern, b"", 1000));
        }
    }
    compare(&questions, &ours);
}
