//! What goes to standard error: complaints, errors with their place in the source, lines of `redis.log`.

use std::borrow::Cow;
use std::io::Write;

use anstyle::{AnsiColor, Style};

use crate::redis::{ErrorKind, LogLevel, ScriptError};

const RED: Style = AnsiColor::Red.on_default().bold();
const BLUE: Style = AnsiColor::Blue.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// Says what is wrong with the command line or a file.
pub(crate) fn complain(text: &str, hint: &str) {
    let mut out = anstream::stderr().lock();
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(out, "{RED}error:{RED:#} {text}");
    if !hint.is_empty() {
        let _ = writeln!(out, "  {BLUE}hint:{BLUE:#} {hint}");
    }
}

/// A line of `redis.log`.
pub(super) fn log(level: LogLevel, line: &[u8]) {
    let mark = match level {
        LogLevel::Debug => '.',
        LogLevel::Verbose => '-',
        LogLevel::Notice => '*',
        LogLevel::Warning => '#',
    };
    let mut out = anstream::stderr().lock();
    let _ = writeln!(out, "{DIM}{mark}{DIM:#} {}", String::from_utf8_lossy(line));
}

/// Reports an error that the script raised, or that kept it from running.
pub(super) fn script_error(error: &ScriptError, source: &[u8], name: &str) {
    let mut out = anstream::stderr().lock();
    let message = String::from_utf8_lossy(error.message());
    let message = message.replace(['\r', '\n'], " ");
    let _ = writeln!(out, "{RED}(error){RED:#} {message}");
    if let Some(place) = Place::of(error, source) {
        let _ = place.write(&mut out, name);
    }
    if let Some(hint) = hint(error, &message) {
        let _ = writeln!(out, "  {BLUE}hint:{BLUE:#} {hint}");
    }
}

/// A line of the source, and what is marked in it.
struct Place<'a> {
    number: u32,
    line: Cow<'a, str>,
    /// Characters before the mark, and in it.
    before: usize,
    width: usize,
}

impl<'a> Place<'a> {
    fn of(error: &ScriptError, source: &'a [u8]) -> Option<Place<'a>> {
        // Code that the script loaded itself has lines of its own.
        if !error.source_name()?.starts_with(b"@") {
            return None;
        }
        let number = error.line()?;
        let line = source.split(|&b| b == b'\n').nth(number.checked_sub(1)? as usize)?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (start, len) = marked(error, source, number, line);
        let characters = |bytes: &[u8]| String::from_utf8_lossy(bytes).chars().count();
        Some(Place {
            number,
            line: String::from_utf8_lossy(line),
            before: characters(line.get(..start)?),
            width: characters(line.get(start..start.checked_add(len)?)?).max(1),
        })
    }

    fn write(&self, out: &mut impl Write, name: &str) -> std::io::Result<()> {
        let number = self.number.to_string();
        let margin = " ".repeat(number.len());
        // Tabs stay tabs, so that the mark stands below its place.
        let indent: String = self
            .line
            .chars()
            .take(self.before)
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        let mark = "^".repeat(self.width);
        let column = self.before + 1;
        writeln!(out, "{margin}{BLUE}-->{BLUE:#} {name}:{number}:{column}")?;
        writeln!(out, "{margin} {BLUE}|{BLUE:#}")?;
        writeln!(out, "{BLUE}{number} |{BLUE:#} {}", self.line)?;
        writeln!(out, "{margin} {BLUE}|{BLUE:#} {indent}{RED}{mark}{RED:#}")
    }
}

/// What to mark in a line: index and size.
fn marked(error: &ScriptError, source: &[u8], number: u32, line: &[u8]) -> (usize, usize) {
    if error.kind() == ErrorKind::Compile
        && let Some(found) = token(source, number)
    {
        return found;
    }
    // Most messages name a variable in quotes.
    let name = error.message().split(|&b| b == b'\'').nth(1).unwrap_or_default();
    if !name.is_empty()
        && let Some(start) = line.windows(name.len()).position(|part| part == name)
    {
        return (start, name.len());
    }
    let start = line.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(0);
    (start, line.trim_ascii().len())
}

/// The token at which the compiler gave up.
fn token(source: &[u8], number: u32) -> Option<(usize, usize)> {
    // The first line of a script may be Redis's own, which the compiler does not see.
    let skipped =
        if source.starts_with(b"#!") { source.iter().position(|&b| b == b'\n')? } else { 0 };
    let error = lua_compiler::compile(source.get(skipped..)?, b"@script").err()?;
    let offset = error.offset().checked_add(skipped)?;
    let before = source.get(..offset)?;
    let line_start = before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
    let at_line = before.split(|&b| b == b'\n').count();
    let len = error.near().map_or(1, <[u8]>::len);
    let line = source.get(line_start..)?;
    let line_len = line.iter().position(|&b| b == b'\n').unwrap_or(line.len());
    let start = offset.checked_sub(line_start)?;
    (at_line == number as usize).then(|| (start, len.min(line_len.saturating_sub(start))))
}

/// Advice for what newcomers to Redis scripts meet.
fn hint(error: &ScriptError, message: &str) -> Option<String> {
    match error.kind() {
        ErrorKind::Fuel => return Some("give it more with --fuel".into()),
        ErrorKind::Memory => return Some("give it more with --memory".into()),
        ErrorKind::Compile => return crate::cli::report::hint(message).map(str::to_owned),
        ErrorKind::Script => {}
        _ => return None,
    }
    if let Some((_, name)) = message.split_once("nonexistent global variable '") {
        let name = name.split('\'').next().unwrap_or_default();
        return Some(match name {
            "print" => "scripts print nothing: use redis.log(redis.LOG_NOTICE, ...)".into(),
            "os" | "io" | "require" | "module" | "package" | "debug" | "dofile" | "loadfile" => {
                format!("Redis scripts have no '{name}'; `redmoon run` gives it to a file")
            }
            _ => format!("if it is a variable of yours, declare it: local {name}"),
        });
    }
    if message.contains("Attempt to modify a readonly table") {
        return Some("globals and libraries are read-only: declare variables with 'local'".into());
    }
    if message.contains("(a boolean value)") {
        return Some("redis.call gives false, not nil, where there is no value".into());
    }
    None
}
