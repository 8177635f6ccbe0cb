//! Differences that are known, each with its reason: `conformance/differences.txt`.
//!
//! A line is `area:line protocol` for one case, `command NAME` for all cases that use a command, or
//! `text WORD` for all that have a word in a command, in either case; the comment above says why. An exception that no longer is one is an error, so the list cannot rot.

use std::cell::Cell;
use std::io;

use crate::case::{Case, folder};

/// What holds of all cases: the address of a table or a function is of this run only.
pub const ADDRESSES: &str = "addresses in tostring(table) differ from run to run";

/// What no case asks, since there is nothing to compare: in these, one redis-server differs from the next.
pub const NOT_ASKED: &[&str] = &[
    "the order of a hash or set that has outgrown its listpack, and of the functions of a library: each server chooses a seed when it starts",
    "random numbers without a seed: they go on from whatever scripts ran before",
    "the clock: TIME, remaining times to live in milliseconds, ids of stream entries made by `*`",
    "the last bit of `^` where the result lies half-way between two doubles: each C library has its own",
    "scripts that end redis-server 7.0.15 itself, `error({})` for one",
];

/// What may differ in long runs of generated cases.
pub const COLLECTED: &str = "the place of a key that was removed and comes back depends on whether the collector \
    has run in between; alone, such a script gives the same";

/// One line of the list.
#[derive(Debug)]
pub struct Exception {
    /// What it covers, as it stands in the file.
    pub what: String,
    /// The comment above.
    pub reason: String,
    used: Cell<u32>,
    applies: Cell<bool>,
}

/// The whole list.
#[derive(Debug, Default)]
pub struct Exceptions {
    list: Vec<Exception>,
    addresses: Cell<u32>,
    collected: Cell<u32>,
}

impl Exceptions {
    /// Reads the list.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn load() -> io::Result<Exceptions> {
        Ok(Exceptions::parse(&std::fs::read_to_string(folder().join("differences.txt"))?))
    }

    /// Takes lines off the list.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn remove(lines: &[&str]) -> io::Result<()> {
        let path = folder().join("differences.txt");
        let text = std::fs::read_to_string(&path)?;
        let kept = text.lines().filter(|line| !lines.contains(line));
        let kept: String = kept.flat_map(|line| [line, "\n"]).collect();
        std::fs::write(path, kept)
    }

    /// Adds lines to the list, below a comment with their reason.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn add(reason: &str, lines: &[String]) -> io::Result<()> {
        let path = folder().join("differences.txt");
        let mut text = std::fs::read_to_string(&path)?;
        text.extend(["\n# ", reason, "\n"]);
        text.extend(lines.iter().flat_map(|line| [line.as_str(), "\n"]));
        std::fs::write(path, text)
    }

    fn parse(text: &str) -> Exceptions {
        let mut list = Vec::new();
        let mut reason = String::new();
        for line in text.lines().map(str::trim) {
            match line.strip_prefix('#') {
                Some(comment) => comment.trim().clone_into(&mut reason),
                None if line.is_empty() => {}
                None => list.push(Exception {
                    what: line.to_owned(),
                    reason: reason.clone(),
                    used: Cell::new(0),
                    applies: Cell::new(false),
                }),
            }
        }
        Exceptions { list, ..Exceptions::default() }
    }

    /// Whether a difference in this case is known. Counts it.
    pub fn covers(&self, case: &Case, protocol: &str) -> bool {
        let name = format!("{} {protocol}", case.name);
        let covers = |exception: &&Exception| match exception.what.split_once(' ') {
            Some(("command", command)) => case
                .commands
                .iter()
                .filter_map(|argv| argv.first())
                .any(|name| name.eq_ignore_ascii_case(command.as_bytes())),
            Some(("text", word)) => case.commands.iter().flatten().any(|argument| {
                let mut parts = argument.windows(word.len());
                parts.any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
            }),
            _ => exception.what == name,
        };
        // The first is counted; that others apply as well is remembered.
        let mut covering = self.list.iter().filter(covers);
        let first = covering.next();
        if let Some(first) = first {
            first.used.set(first.used.get() + 1);
        }
        for exception in self.list.iter().filter(covers) {
            exception.applies.set(true);
        }
        first.is_some()
    }

    /// Whether two replies are the same, addresses aside.
    pub fn same(&self, got: &[u8], expected: &[u8]) -> bool {
        if got == expected {
            return true;
        }
        let same = without_addresses(got) == without_addresses(expected);
        if same {
            self.addresses.set(self.addresses.get() + 1);
        }
        same
    }

    /// Counts a generated case that differs only after many others.
    pub fn count_collected(&self) {
        self.collected.set(self.collected.get() + 1);
    }

    /// Reasons with the number of differences that each has covered, in the order of the file.
    pub fn by_reason(&self) -> Vec<(&str, u32)> {
        let mut reasons =
            vec![(ADDRESSES, self.addresses.get()), (COLLECTED, self.collected.get())];
        for exception in &self.list {
            match reasons.iter_mut().find(|(reason, _)| *reason == exception.reason) {
                Some((_, count)) => *count += exception.used.get(),
                None => reasons.push((&exception.reason, exception.used.get())),
            }
        }
        reasons
    }

    /// What has covered nothing, although every case was played.
    pub fn stale(&self) -> Vec<&str> {
        let unused = self.list.iter().filter(|exception| !exception.applies.get());
        unused.map(|exception| exception.what.as_str()).collect()
    }
}

/// The reply with `ADDRESS` for each number like `0x7f3a5b6c7d8e`.
pub fn without_addresses(reply: &[u8]) -> Vec<u8> {
    /// Shorter ones are numbers of a script.
    const DIGITS_MIN: usize = 8;
    let mut out = Vec::with_capacity(reply.len());
    let mut rest = reply;
    while let Some(at) = rest.windows(2).position(|pair| pair == b"0x") {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + 2..];
        let digits = rest.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        if digits >= DIGITS_MIN {
            out.extend_from_slice(b"ADDRESS");
            rest = &rest[digits..];
        } else {
            out.extend_from_slice(b"0x");
        }
    }
    out.extend_from_slice(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_reasons_and_notices_what_is_stale() {
        let list = Exceptions::parse("# Why\na:1 resp2\n\n# Not yet\ncommand FCALL\ntext xadd");
        let case = |name: &str, command: &str| Case {
            name: name.into(),
            commands: vec![vec![command.into()]],
            ..Case::default()
        };
        assert!(list.covers(&case("a:1", "GET"), "resp2"));
        assert!(!list.covers(&case("a:1", "GET"), "resp3"));
        assert_eq!(list.stale(), ["command FCALL", "text xadd"]);
        assert!(list.covers(&case("a:3", "return redis.call('XADD')"), "resp3"));
        assert!(list.covers(&case("a:2", "fcall"), "resp3"));
        assert!(list.stale().is_empty());
        assert_eq!(list.by_reason()[2..], [("Why", 1), ("Not yet", 2)]);
    }

    #[test]
    fn addresses_are_no_difference() {
        assert_eq!(without_addresses(b"table: 0x7f3a5b6c7d8e 0x10"), b"table: ADDRESS 0x10");
        let list = Exceptions::default();
        assert!(list.same(b"table: 0x7f3a5b6c7d8e", b"table: 0x55667788"));
        assert!(!list.same(b"0x10", b"0x11"));
    }
}
