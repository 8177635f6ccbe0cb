//! Glob patterns as `KEYS`, `SCAN … MATCH` and `CONFIG GET` know them.
//!
//! `*` any bytes, `?` one byte, `[abc]`, `[^a-c]`, `\` takes the next byte as it is. Matching goes back to the
//! last star only, so it takes at most `pattern × text` steps and no stack.

use crate::limits::PATTERN_STARS_MAX;

/// Whether `text` as a whole matches `pattern`.
pub fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let mut pattern = pattern;
    let mut text = text;
    // What follows the last star, and the text from which to try it next.
    let mut retry: Option<(&[u8], &[u8])> = None;
    let mut stars = 0;
    loop {
        if let [b'*', rest @ ..] = pattern {
            let is_another = !rest.starts_with(b"*");
            pattern = rest;
            retry = Some((rest, text));
            if rest.is_empty() {
                return true;
            }
            stars += usize::from(is_another);
            if stars > PATTERN_STARS_MAX {
                return false;
            }
            continue;
        }
        match (match_one(pattern, text.first().copied()), retry) {
            (Step::Matched(rest), _) => {
                pattern = rest;
                text = text.get(1..).unwrap_or_default();
            }
            (Step::Done, _) => return true,
            (Step::Failed, Some((rest, [_, shorter @ ..]))) => {
                pattern = rest;
                text = shorter;
                retry = Some((rest, shorter));
            }
            (Step::Failed, _) => return false,
        }
    }
}

enum Step<'a> {
    /// One byte matched; this is left of the pattern.
    Matched(&'a [u8]),
    /// Pattern and text have both ended.
    Done,
    Failed,
}

fn match_one(pattern: &[u8], byte: Option<u8>) -> Step<'_> {
    let Some(byte) = byte else {
        return if pattern.is_empty() { Step::Done } else { Step::Failed };
    };
    match pattern {
        [] => Step::Failed,
        [b'?', rest @ ..] => Step::Matched(rest),
        [b'[', class @ ..] => match_class(class, byte),
        [b'\\', escaped, rest @ ..] if *escaped == byte => Step::Matched(rest),
        [b'\\', _, ..] => Step::Failed,
        [plain, rest @ ..] if *plain == byte => Step::Matched(rest),
        _ => Step::Failed,
    }
}

/// Matches what follows a `[`. A class that is not closed ends with the pattern.
fn match_class(class: &[u8], byte: u8) -> Step<'_> {
    let (negated, mut class) = match class {
        [b'^', rest @ ..] => (true, rest),
        class => (false, class),
    };
    let mut found = false;
    loop {
        class = match class {
            [b'\\', escaped, rest @ ..] => {
                found |= *escaped == byte;
                rest
            }
            [b']', rest @ ..] => {
                class = rest;
                break;
            }
            [] => break,
            [low, b'-', high, rest @ ..] => {
                let (low, high) = if low <= high { (low, high) } else { (high, low) };
                found |= (low..=high).contains(&&byte);
                rest
            }
            [plain, rest @ ..] => {
                found |= *plain == byte;
                rest
            }
        };
    }
    if found == negated { Step::Failed } else { Step::Matched(class) }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn as_redis_matches() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a*c", "abbc", true),
            ("a*c", "abbcd", false),
            ("a*b*c", "axbxbxc", true),
            ("h?llo", "hello", true),
            ("h[ae]llo", "hallo", true),
            ("h[ae]llo", "hillo", false),
            ("h[^e]llo", "hallo", true),
            ("h[^e]llo", "hello", false),
            ("h[a-c]llo", "hbllo", true),
            ("h[c-a]llo", "hbllo", true),
            ("h[\\]]llo", "h]llo", true),
            ("h\\*llo", "h*llo", true),
            ("h\\*llo", "hxllo", false),
            ("[", "[", false),
            ("[a", "a", true),
            ("[^", "a", true),
            ("a\\", "a\\", true),
            ("**a", "bba", true),
            ("a[a-]b", "a-b", false),
        ] {
            assert_eq!(matches(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn too_many_stars_match_nothing() {
        let text = "a".repeat(5000);
        assert!(matches("*?".repeat(1000).as_bytes(), text.as_bytes()));
        assert!(!matches("*?".repeat(1001).as_bytes(), text.as_bytes()));
    }

    #[test]
    fn many_stars_end_soon() {
        let pattern = "a*".repeat(1000) + "b";
        assert!(!matches(pattern.as_bytes(), "a".repeat(5000).as_bytes()));
    }
}
