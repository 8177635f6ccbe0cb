//! What `INFO commandstats` and `errorstats` tell: how often each command was called, refused and failed, and how often
//! each code of error was answered. There is no clock here, so how long commands took is not known.

use ordered::ByteMap;
use redis_keyspace::command;

use crate::limits;

/// Counts since the beginning, or `CONFIG RESETSTAT`.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    /// In the order of the table of commands; empty until the first call.
    commands: Vec<Counts>,
    /// By their names, in whose order they are shown.
    subcommands: ByteMap<(&'static str, Counts)>,
    errors: ByteMap<u64>,
    pub(crate) error_replies: u64,
    pub(crate) calls: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    calls: u64,
    rejected: u64,
    failed: u64,
}

impl Stats {
    fn counts(&mut self, name: &'static str) -> Option<&mut Counts> {
        if let Some(index) = command::index_of(name.as_bytes()) {
            return self.counts_at(index);
        }
        let key = name.as_bytes();
        if !self.subcommands.contains_key(key) {
            self.subcommands.insert(key, (name, Counts::default()));
        }
        self.subcommands.get_mut(key).map(|(_, counts)| counts)
    }

    fn counts_at(&mut self, index: usize) -> Option<&mut Counts> {
        if self.commands.is_empty() {
            self.commands.resize(command::all().len(), Counts::default());
        }
        self.commands.get_mut(index)
    }

    /// A command was called, by its name; `error` is the error that it answered.
    pub(crate) fn called(&mut self, name: &'static str, error: Option<&[u8]>) {
        self.calls += 1;
        if let Some(counts) = self.counts(name) {
            counts.calls += 1;
            counts.failed += u64::from(error.is_some());
        }
        if let Some(text) = error {
            self.failed(text);
        }
    }

    /// A script called a command, by its place in the table.
    pub(crate) fn called_at(&mut self, index: usize, error: Option<&[u8]>) {
        self.calls += 1;
        if let Some(counts) = self.counts_at(index) {
            counts.calls += 1;
            counts.failed += u64::from(error.is_some());
        }
        if let Some(text) = error {
            self.failed(text);
        }
    }

    /// A script ended; `is_counted` when its error is one that a command of it has answered before.
    pub(crate) fn script_ended(
        &mut self,
        name: &'static str,
        error: Option<&[u8]>,
        is_counted: bool,
    ) {
        self.called(name, None);
        if let Some(text) = error {
            if let Some(counts) = self.counts(name) {
                counts.failed += 1;
            }
            if !is_counted {
                self.failed(text);
            }
        }
    }

    /// A command was refused before it ran.
    pub(crate) fn rejected(&mut self, name: &'static str, text: &[u8]) {
        if let Some(counts) = self.counts(name) {
            counts.rejected += 1;
        }
        self.failed(text);
    }

    /// A command that had waited failed after all.
    pub(crate) fn failed_late(&mut self, name: &'static str, text: &[u8]) {
        if let Some(counts) = self.counts(name) {
            counts.failed += 1;
        }
        self.failed(text);
    }

    /// An error was answered.
    pub(crate) fn failed(&mut self, text: &[u8]) {
        self.error_replies += 1;
        let code = text.split(|byte| *byte == b' ').next().unwrap_or_default();
        if let Some(count) = self.errors.get_mut(code) {
            *count += 1;
        } else if self.errors.len() < limits::ERROR_CODES_MAX {
            self.errors.insert(code, 1);
        }
    }

    /// The lines of `INFO commandstats`.
    pub(crate) fn command_lines(&self) -> Vec<(String, String)> {
        let all = command::all().iter().map(command::Command::name).zip(&self.commands);
        let subcommands = self.subcommands.values().map(|(name, counts)| (*name, counts));
        all.chain(subcommands)
            .filter(|(_, counts)| **counts != Counts::default())
            .map(|(name, counts)| {
                let Counts { calls, rejected, failed } = counts;
                let value = format!(
                    "calls={calls},usec=0,usec_per_call=0.00,rejected_calls={rejected},failed_calls={failed}"
                );
                (format!("cmdstat_{name}"), value)
            })
            .collect()
    }

    /// The lines of `INFO errorstats`.
    pub(crate) fn error_lines(&self) -> Vec<(String, String)> {
        let line = |(code, count): (&[u8], &u64)| {
            (format!("errorstat_{}", String::from_utf8_lossy(code)), format!("count={count}"))
        };
        self.errors.iter().map(line).collect()
    }
}
