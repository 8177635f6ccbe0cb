//! The Lua files under `tests/lua` and `tests/hostile`, and what they say of themselves.

use std::fs;
use std::path::{Path, PathBuf};

use crate::runner::Outcome;

/// The folder of programs whose output `lua5.1` vouches for.
pub fn lua_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("lua")
}

/// The folder of scripts that a limit must stop.
pub fn hostile_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile")
}

/// All `.lua` files below `folder` as paths relative to it with `/`, sorted. What lies in a folder
/// `support` is there to be required, not to be run.
///
/// # Panics
/// When the folder cannot be read.
pub fn lua_files(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    collect(folder, "", &mut files);
    files.sort();
    files
}

// The depth is that of our own folders.
fn collect(folder: &Path, relative: &str, files: &mut Vec<String>) {
    let entries = folder.read_dir().unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let entry = entry.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        let relative =
            if relative.is_empty() { name.clone() } else { format!("{relative}/{name}") };
        if path.is_dir() {
            if name != "support" {
                collect(&path, &relative, files);
            }
        } else if path.extension().is_some_and(|ending| ending == "lua") {
            files.push(relative);
        }
    }
}

/// What a program uses beyond the sandbox, if anything: files, processes and packages, or the command line.
///
/// Comments and strings count, too: a program that is left out without need is still run by `corpus`.
pub fn beyond_sandbox(source: &[u8]) -> Option<&'static str> {
    const NAMES: [&str; 6] = ["os", "package", "require", "module", "dofile", "loadfile"];
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let mut words = source.chunk_by(|a, b| is_word(a) == is_word(b)).peekable();
    while let Some(word) = words.next() {
        let mut field_is = |name: &[u8]| {
            words.next_if_eq(&b".".as_slice()).is_some() && words.next_if_eq(&name).is_some()
        };
        if word == b"io" {
            if !field_is(b"write") {
                return Some("io");
            }
        } else if word == b"debug" {
            // The one function of the library that reads from the terminal.
            if field_is(b"debug") {
                return Some("debug.debug");
            }
        } else if let Some(name) = NAMES.iter().find(|name| name.as_bytes() == word) {
            return Some(name);
        }
    }
    None
}

/// What the comments of a program say: lines that it prints, and the message it ends with.
///
/// `--> text` at the end of a line is a line of standard output, `--! text` the message of an uncaught
/// error. A line may be run more than once, in another order or write a part of a line, and one whose
/// output does not fit in a comment has none, so this is less than a comparison with `lua5.1`: every text
/// named must appear, and whole lines as often as they are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectations {
    printed: Vec<Vec<u8>>,
    message: Option<Vec<u8>>,
}

impl Expectations {
    /// Reads the comments.
    pub fn parse(source: &[u8]) -> Self {
        let mut printed = Vec::new();
        let mut message = None;
        for line in source.split(|&byte| byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let mut rest = line;
            if let Some(at) = find(rest, b" --! ") {
                message = Some(rest[at + 5..].to_vec());
                rest = &rest[..at];
            }
            let mut pieces = split(rest, b" -->").into_iter();
            pieces.next();
            printed.extend(pieces.map(|piece| piece.strip_prefix(b" ").unwrap_or(piece).to_vec()));
        }
        Self { printed, message }
    }

    /// What of it is not so in an outcome.
    pub fn unmet(&self, outcome: &Outcome) -> Option<String> {
        let mut lines: Vec<&[u8]> = outcome.stdout.split(|&byte| byte == b'\n').collect();
        for wanted in &self.printed {
            if let Some(at) = lines.iter().position(|line| line == wanted) {
                lines.swap_remove(at);
            } else if find(&outcome.stdout, wanted).is_none() {
                return Some(format!("does not print: {}", wanted.escape_ascii()));
            }
        }
        let message = self.message.as_ref()?;
        if find(&outcome.stderr, message).is_none() {
            return Some(format!("does not end with: {}", message.escape_ascii()));
        }
        if outcome.code == Some(0) {
            return Some("ends with exit code 0 after an error".to_owned());
        }
        None
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    if wanted.is_empty() {
        return Some(0);
    }
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn split<'a>(mut bytes: &'a [u8], separator: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    while let Some(at) = find(bytes, separator) {
        pieces.push(&bytes[..at]);
        bytes = &bytes[at + separator.len()..];
    }
    pieces.push(bytes);
    pieces
}

/// How a hostile script must end: its first line says `-- stops: fuel`, `-- stops: memory` or
/// `-- stops: error TEXT`; a line `-- needs: debug` asks for the `debug` library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hostile {
    /// What stops it.
    pub stops: Stop,
    /// It uses `debug`.
    pub needs_debug: bool,
}

/// What stops a hostile script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The fuel that a run may use; no script can catch that.
    Fuel,
    /// The memory limit: "not enough memory".
    Memory,
    /// An error of Lua whose message contains this.
    Error(String),
}

impl Hostile {
    /// Reads the header, which is made of the comment lines on top.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(source: &str) -> Result<Self, String> {
        let mut header = source.lines().take_while(|line| line.starts_with("--"));
        let first = header.next().and_then(|line| line.strip_prefix("-- stops: "));
        let stops = match first.map(str::trim) {
            Some("fuel") => Stop::Fuel,
            Some("memory") => Stop::Memory,
            Some(other) => match other.strip_prefix("error ") {
                Some(text) => Stop::Error(text.to_owned()),
                None => return Err(format!("\"-- stops: {other}\": fuel, memory or error TEXT")),
            },
            None => return Err("the first line is not \"-- stops: …\"".to_owned()),
        };
        let needs: Vec<_> = header.filter_map(|line| line.strip_prefix("-- needs: ")).collect();
        if let Some(unknown) = needs.iter().find(|need| need.trim() != "debug") {
            return Err(format!("\"-- needs: {unknown}\": only debug can be asked for"));
        }
        Ok(Self { stops, needs_debug: !needs.is_empty() })
    }
}

/// The bytes of a file, or a message that names it.
///
/// # Errors
/// The path and the reason.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_expectations() {
        let source = b"print('a') print('') --> a -->\nerror('x') --! f.lua:2: x\n";
        let expectations = Expectations::parse(source);
        assert_eq!(expectations.printed, [b"a".to_vec(), b"".to_vec()]);
        let outcome = |stdout: &str, stderr: &str, code| Outcome {
            stdout: stdout.into(),
            stderr: stderr.into(),
            code: Some(code),
        };
        assert_eq!(expectations.unmet(&outcome("\na\n", "f.lua:2: x\n", 1)), None);
        let unmet = expectations.unmet(&outcome("b\n", "f.lua:2: x\n", 1)).unwrap();
        assert_eq!(unmet, "does not print: a");
        assert!(expectations.unmet(&outcome("\na\n", "f.lua:3: x\n", 1)).is_some());
        assert!(expectations.unmet(&outcome("\na\n", "f.lua:2: x\n", 0)).is_some());
    }

    #[test]
    fn sees_what_the_sandbox_lacks() {
        assert_eq!(beyond_sandbox(b"io.write(1) print(audio, os_time)"), None);
        assert_eq!(beyond_sandbox(b"io.write(1) io.read()"), Some("io"));
        assert_eq!(beyond_sandbox(b"local f = io"), Some("io"));
        assert_eq!(beyond_sandbox(b"print(os.time())"), Some("os"));
        assert_eq!(beyond_sandbox(b"require'x'"), Some("require"));
    }

    #[test]
    fn reads_headers_of_hostile_scripts() {
        let parsed = Hostile::parse("-- stops: error stack overflow\n-- why\n-- needs: debug\nf()");
        let stops = Stop::Error("stack overflow".to_owned());
        assert_eq!(parsed, Ok(Hostile { stops, needs_debug: true }));
        assert_eq!(Hostile::parse("-- stops: fuel\n").map(|h| h.stops), Ok(Stop::Fuel));
        assert!(Hostile::parse("-- stops: never\n").is_err());
        assert!(Hostile::parse("while true do end").is_err());
        assert!(Hostile::parse("-- stops: fuel\n-- needs: luck\n").is_err());
    }
}
