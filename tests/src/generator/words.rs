//! The stock of texts that programs are made of.

pub(super) const PATTERNS: &[&str] = &[
    "%a+",
    "%d+",
    "%w",
    "%s*",
    ".",
    "..",
    "[aeiou]",
    "[^%w]+",
    "(%a)(%d)",
    "(%w+)",
    "()",
    "l+",
    "^%a",
    "%a$",
    "^(.)(.*)$",
    "(%a+) (%a+)",
    "%u%l*",
    "[a-m]",
    "b?a",
    "a-b",
    "%p",
    "(.)%1",
    "%f[%w]%w+",
    "%b()",
    "x*",
    "([^,]*),?",
    "%x%x",
    "(.-)e",
    "[%d.]+",
    "^%s*(.-)%s*$",
];

/// Patterns that do not compile, and replacements that name a capture which may not be there.
pub(super) const BAD_PATTERNS: &[&str] =
    &["[a", "(a", "a)", "%", "%b", "%1", "(%w", "[^", "%f", "(()"];
pub(super) const REPLACEMENTS: &[&str] = &["", "-", "<%0>", "%1", "%%", "[%1]", "%0%0", "%2", "z"];

pub(super) const WORDS: &[&str] = &[
    "alpha",
    "beta",
    "Gamma 7",
    "x1y2",
    "hello world",
    "a,b,,c",
    "",
    "k=v",
    "(nested (one))",
    "12",
    "3.5",
    "0x1F",
    "  pad  ",
    "end",
    "aab",
    "lll",
    "The Quick",
    "e",
    "1e2",
    "tab\\tbed",
    "zero\\0byte",
    "q\\\"uote",
    "B2",
];

pub(super) const KEYS: &[&str] =
    &["a", "b", "c", "name", "size", "left", "right", "n", "x1", "key", "longer_key_name", "v"];

/// `text` as a Lua string literal.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
