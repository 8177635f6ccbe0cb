//! Colours of a line of Lua at the prompt. It is a guess at the line alone: a long string that began on an
//! earlier one is not known here.

use anstyle::AnsiColor;

use super::Colours;

/// The words that are no names.
pub(super) const KEYWORDS: [&str; 21] = [
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local",
    "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
];

/// The line with colours.
pub(super) fn paint(line: &str, colours: Colours) -> String {
    let mut painted = String::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let (len, colour) = token(rest, first);
        let (text, tail) = rest.split_at(len);
        match colour {
            Some(colour) => painted.push_str(&colours.paint(colour, text)),
            None => painted.push_str(text),
        }
        rest = tail;
    }
    painted
}

/// Length and colour of the token at the front of `text`, which begins with `first`.
fn token(text: &str, first: char) -> (usize, Option<AnsiColor>) {
    let run = |is_part: fn(char) -> bool| text.find(|c| !is_part(c)).unwrap_or(text.len());
    if text.starts_with("--") {
        return (text.len(), Some(AnsiColor::BrightBlack));
    }
    if first.is_ascii_alphabetic() || first == '_' {
        let len = run(|c| c.is_ascii_alphanumeric() || c == '_');
        let colour = match &text[..len] {
            "nil" | "true" | "false" => Some(AnsiColor::Magenta),
            word if KEYWORDS.contains(&word) => Some(AnsiColor::Blue),
            _ => None,
        };
        return (len, colour);
    }
    if first.is_ascii_digit() {
        return (run(|c| c.is_ascii_alphanumeric() || c == '.'), Some(AnsiColor::Yellow));
    }
    if first == '"' || first == '\'' {
        return (quoted_len(text, first), Some(AnsiColor::Green));
    }
    if text.starts_with("[[") {
        let len = text.find("]]").map_or(text.len(), |at| at + 2);
        return (len, Some(AnsiColor::Green));
    }
    (first.len_utf8(), None)
}

/// Length of a string with its quotes, or of the rest of the line.
fn quoted_len(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if is_escaped {
            is_escaped = false;
        } else if c == '\\' {
            is_escaped = true;
        } else if c == quote {
            return at + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_painted_line_has_the_same_text() {
        let line = "local s = 'a\\'b' .. [[x]] + 0x1F -- not é";
        let painted = paint(line, Colours { enabled: true });
        let plain = anstream::adapter::strip_str(&painted).to_string();
        assert_eq!(plain, line);
        assert_eq!(paint(line, Colours { enabled: false }), line);
    }
}
