use super::*;
use crate::stdlib::string::meter::{Counter, Unmetered};
use proptest::prelude::*;

/// What `string.match` gives from `from` on: captures joined by spaces, positions as `@1`, an error's text after `!`.
fn matched_from(subject: &[u8], pattern: &[u8], from: usize) -> String {
    let pattern = Pattern::new(pattern, Caret::Anchors);
    let mut matcher = Matcher::new(subject, &pattern);
    let mut values = Vec::new();
    match matcher.search(from, &mut Unmetered) {
        Ok(Some(found)) => {
            for index in 0..pattern.capture_count().max(1) {
                match matcher.capture(index, found.clone()) {
                    Ok(Capture::Text(range)) => {
                        values.push(String::from_utf8_lossy(&subject[range]).into_owned());
                    }
                    Ok(Capture::Position(position)) => values.push(format!("@{position}")),
                    Err(error) => return format!("!{}", error.message()),
                }
            }
            values.join(" ")
        }
        Ok(None) => String::from("-"),
        Err(MatchError::Pattern(error)) => format!("!{}", error.message()),
        Err(other) => format!("{other:?}"),
    }
}

#[track_caller]
fn check(subject: &str, pattern: &str, expected: &str) {
    assert_eq!(matched_from(subject.as_bytes(), pattern.as_bytes(), 0), expected);
}

// The expectations of this file are recorded from lua5.1.

#[test]
fn items() {
    check("THE (quick) fox", "%((%a+)%)", "quick");
    check("abc", "%a%A", "-");
    check("g", "%g", "g");
    check("G", "%g", "-");
    check("x(y(z)w)", "%b()", "(y(z)w)");
    check("xx", "%bxx", "xx");
    check("xxx", "%bxy", "-");
    check("aa", "(a)%1", "a");
    check("abc", "c%f[%z]", "c");
    check("abc", "%f[^%z]a", "a");
    check("a\0", "a%f[%z]", "a");
    check("k = some value  ", "^(%w+)%s*=%s*(.-)%s*$", "k some value");
    check("  trim me ", "^%s*(.-)%s*$", "trim me");
}

#[test]
fn what_is_special_where() {
    check("**", "**", "**");
    check("*a", "*a", "*a");
    check("a$b", "a$b", "a$b");
    check("a$$", "a$+", "a$$");
    check("a$$", "a$$", "-");
    check("x^y", "x^y", "x^y");
    check("%1", "%%1", "%1");
}

#[test]
fn sets() {
    check("a-b", "[a-]+", "a-");
    check("a-]b", "[]-a]+", "a");
    check("a%]", "[a-%]]+", "]");
    check("]%", "[%]]", "]");
    check("]", "[a-%%]", "]");
    check("^a", "[%^a]+", "^a");
    check("a^", "[a^]+", "a^");
    check("abc", "[c-a]", "-");
    check("a-.", "[%a-%.]+", "a-.");
}

#[test]
fn positions_and_captures() {
    check("hello", "()ll()", "@3 @5");
    check("aa", "()%1", "-");
    check("abc", &"()".repeat(32), &["@1"; 32].join(" "));
    check("abc", "(a(b)(c))", "abc b c");
}

#[test]
fn errors_are_raised_when_they_are_reached() {
    check("abc", "%", "!malformed pattern (ends with '%')");
    check("abc", "x%", "-");
    check("abc", "a%", "!malformed pattern (ends with '%')");
    for malformed in ["[", "[]", "[^]", "[%]", "[a%", "%f[", "[a\0]"] {
        check("abc", malformed, "!malformed pattern (missing ']')");
    }
    for malformed in ["%b", "%bx", "%bx\0"] {
        check("abc", malformed, "!unbalanced pattern");
    }
    check("abc", "%f", "!missing '[' after '%f' in pattern");
    check("abc", "%fa", "!missing '[' after '%f' in pattern");
    for index in ["%0", "%1", "(%1)", "()(%2)"] {
        check("abc", index, "!invalid capture index");
    }
    check("abc", "a)", "!invalid pattern capture");
    check("abc", "(a", "!unfinished capture");
    check("abc", "z(a", "-");
    check("abc", &"(a?)".repeat(33), "!too many captures");
    check("abc", &"()".repeat(33), "!too many captures");
}

#[test]
fn a_nul_ends_the_pattern() {
    check("xa\0b", "a\0b", "a");
    check("xa\0b", "a%z(b)", "b");
    check("a", "a$\0x", "a");
    check("abc", "a$\0x", "-");
    assert!(is_plain(b"a\0%d"));
    assert!(is_plain(b")]"));
    assert!(!is_plain(b"a%\0"));
}

#[test]
fn frontier_looks_back_beyond_the_start() {
    assert_eq!(matched_from(b"ab", b"%f[%a]b", 1), "-");
    assert_eq!(matched_from(b" b", b"%f[%a]b", 1), "b");
}

#[test]
fn caret_of_gmatch_is_a_byte() {
    let pattern = Pattern::new(b"^a", Caret::Literal);
    let found = Matcher::new(b"a^a", &pattern).search(0, &mut Unmetered);
    assert_eq!(found, Ok(Some(1..3)));
}

fn substituted(subject: &str, pattern: &str, replacement: &str, count_max: usize) -> String {
    let pattern = Pattern::new(pattern.as_bytes(), Caret::Anchors);
    let mut matcher = Matcher::new(subject.as_bytes(), &pattern);
    let mut out = Vec::new();
    let replacement = Replacement::new(replacement.as_bytes());
    match substitute(&mut matcher, &replacement, count_max, &mut out, 1 << 20, &mut Unmetered) {
        Ok(count) => format!("{} {count}", String::from_utf8(out).unwrap()),
        Err(MatchError::Pattern(error)) => format!("!{}", error.message()),
        Err(other) => format!("{other:?}"),
    }
}

#[test]
fn substitution() {
    for (subject, pattern, replacement, count_max, expected) in [
        ("abc", "a", "%x", 9, "xbc 1"),
        ("abc", "a", "%", 9, "\0bc 1"),
        ("abc", "a", "%\0", 9, "\0bc 1"),
        ("abc", "a", "%2", 9, "!invalid capture index"),
        ("abc", "a", "%1", 9, "abc 1"),
        ("abc", "()b", "%1", 9, "a2c 1"),
        ("abc", "(a", "x", 9, "xbc 1"),
        ("abc", "(a", "%1", 9, "!unfinished capture"),
        ("abc", "(a", "%0", 9, "abc 1"),
        ("abc", "", ".", 9, ".a.b.c. 4"),
        ("abc", ".-", "x", 9, "xaxbxcx 4"),
        ("abc", "b*", "x", 9, "xaxxcx 4"),
        ("aaa", "^a", "x", 9, "xaa 1"),
        ("abc", "$", "x", 9, "abcx 1"),
        ("abc", "b", "x", 0, "abc 0"),
        ("abc", "%w", "%0%0", 2, "aabbc 2"),
        ("", "", "x", 9, "x 1"),
    ] {
        assert_eq!(substituted(subject, pattern, replacement, count_max), expected, "{pattern}");
    }
}

#[test]
fn a_result_that_is_too_large_is_not_built() {
    let pattern = Pattern::new(b".", Caret::Anchors);
    let (subject, text) = (vec![b'a'; 4096], vec![b'b'; 4096]);
    let mut matcher = Matcher::new(&subject, &pattern);
    let mut out = Vec::new();
    let replacement = Replacement::new(&text);
    let done = substitute(&mut matcher, &replacement, 9999, &mut out, 100_000, &mut Unmetered);
    assert_eq!(done, Err(MatchError::NoRoom));
    assert!(out.len() <= 100_000);
}

#[test]
fn backtracking_ends_with_the_fuel() {
    let subject = "a".repeat(60);
    for bomb in
        ["a?".repeat(40) + &"a".repeat(80), "a*".repeat(20) + "b", ".-".repeat(12) + "b%f[b]"]
    {
        let pattern = Pattern::new(bomb.as_bytes(), Caret::Anchors);
        let mut meter = Counter::new(50_000);
        let found = Matcher::new(subject.as_bytes(), &pattern).search(0, &mut meter);
        assert_eq!(found, Err(MatchError::Stop), "{bomb}");
        assert!(meter.spent < 50_100, "charged in small pieces");
    }
}

#[test]
fn long_subjects_are_charged_in_proportion() {
    for text in ["%d+", "[^,]*,", ".-,", ".*,", "%b()", "a-,", "%s*,"] {
        let pattern = Pattern::new(text.as_bytes(), Caret::Anchors);
        let spent = |size: usize| {
            let subject = [b"(", &vec![b'a'; size][..]].concat();
            let mut meter = Counter::new(u64::MAX);
            Matcher::new(&subject, &pattern).search(0, &mut meter).unwrap();
            meter.spent
        };
        let (small, large) = (spent(100_000), spent(1_000_000));
        assert!(small >= 100_000 / 512, "{text} costs {small}");
        assert!(large >= 9 * small && large <= 11 * small, "{text} costs {small}, then {large}");
    }
}

#[test]
fn very_long_patterns() {
    for piece in ["a?", "a", ".", "[a]", "%a*", "()", "%b()", "-", "%f[a]"] {
        let text = piece.repeat(100_000);
        let pattern = Pattern::new(text.as_bytes(), Caret::Anchors);
        let held = pattern.ops.capacity() * size_of::<Op>()
            + pattern.sets.capacity() * size_of::<ByteSet>()
            + pattern.literals.capacity();
        assert!(held <= Pattern::memory_max(text.len()), "{piece} takes {held}");
        let mut meter = Counter::new(1_000_000);
        drop(Matcher::new(b"aaaa", &pattern).search(0, &mut meter));
    }
}

#[test]
fn the_cache_tells_patterns_apart_and_costs_the_same() {
    let mut cache = PatternCache::default();
    let long = "a".repeat(70);
    let texts = ["^a", "a", "", "%d+", &long, "[", "b", "c", "d"];
    for round in 0..3 {
        let mut meter = Counter::new(u64::MAX);
        for text in texts {
            for caret in [Caret::Anchors, Caret::Literal] {
                let pattern =
                    cache.get(text.as_bytes(), text.len() as u32, caret, &mut meter).unwrap();
                let fresh = Pattern::new(text.as_bytes(), caret);
                assert_eq!(format!("{pattern:?}"), format!("{fresh:?}"));
            }
        }
        assert_eq!(meter.spent, 2, "round {round}");
    }
}

#[test]
fn plain_search() {
    let find = |haystack: &[u8], needle: &[u8], from| {
        find_plain(haystack, needle, from, &mut Unmetered).unwrap()
    };
    assert_eq!(find(b"hello", b"l", 0), Some(2));
    assert_eq!(find(b"hello", b"l", 3), Some(3));
    assert_eq!(find(b"hello", b"lo", 0), Some(3));
    assert_eq!(find(b"hello", b"", 5), Some(5));
    assert_eq!(find(b"hello", b"lx", 0), None);
    assert_eq!(find(b"a\0b", b"\0b", 0), Some(1));
}

proptest! {
    #[test]
    fn any_bytes_are_a_pattern(
        pattern in proptest::collection::vec(
            prop_oneof![proptest::sample::select(&b"%[]()^$*+-?.abf1\0"[..]), any::<u8>()], 0..24),
        subject in proptest::collection::vec(
            prop_oneof![proptest::sample::select(&b"ab()%"[..]), any::<u8>()], 0..40),
    ) {
        let pattern = Pattern::new(&pattern, Caret::Anchors);
        let mut matcher = Matcher::new(&subject, &pattern);
        if let Ok(Some(found)) = matcher.search(0, &mut Counter::new(10_000)) {
            prop_assert!(found.start <= found.end && found.end <= subject.len());
            for index in 0..40 {
                if let Ok(Capture::Text(range)) = matcher.capture(index, found.clone()) {
                    prop_assert!(range.start <= range.end && range.end <= found.end);
                }
            }
        }
    }
}
