//! Why a script gave no reply.

use std::fmt;

use lua_core::error::{Ending, Failure};
use resp::Reply;

use crate::messages;

/// A script that failed: the error reply that Redis sends, and where it happened, for tools.
#[derive(Clone, PartialEq, Eq)]
pub struct ScriptError(Box<Details>);

const _: () = assert!(size_of::<ScriptError>() == size_of::<usize>());

#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    kind: ErrorKind,
    message: Vec<u8>,
    source: Option<Vec<u8>>,
    line: Option<u32>,
    traceback: Vec<u8>,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The script does not compile, or its first line is wrong.
    Compile,
    /// The script raised an error and did not catch it.
    Script,
    /// No script has this SHA-1, no function or library this name.
    NoScript,
    /// The script may not run this way.
    Refused,
    /// It used all the fuel it was given.
    Fuel,
    /// It would have held more memory than it was given.
    Memory,
    /// The host ended it.
    Killed,
    /// A defect of the engine.
    Internal,
}

impl ScriptError {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<Vec<u8>>) -> Self {
        let message = message.into();
        Self(Box::new(Details { kind, message, source: None, line: None, traceback: Vec::new() }))
    }

    /// The error for a failure that no script can catch.
    pub(crate) fn from_failure(failure: Failure) -> Self {
        let (kind, text) = match failure {
            // Every run has a handler of errors: what it does not catch is that there was no memory to call it.
            Failure::Memory | Failure::Raised => (ErrorKind::Memory, messages::OUT_OF_MEMORY),
            Failure::Ended(Ending::Fuel) => (ErrorKind::Fuel, messages::OUT_OF_FUEL),
            Failure::Ended(Ending::Killed) => (ErrorKind::Killed, messages::KILLED),
            Failure::Ended(_) => (ErrorKind::Internal, messages::INTERNAL),
        };
        Self::new(kind, text)
    }

    pub(crate) fn at(mut self, source: Option<Vec<u8>>, line: Option<u32>) -> Self {
        self.0.source = source;
        self.0.line = line;
        self
    }

    pub(crate) fn with_traceback(mut self, traceback: Vec<u8>) -> Self {
        self.0.traceback = traceback;
        self
    }

    /// The calls that were in progress where the error was raised, as `lua` prints them, innermost first. Empty
    /// unless asked for with [`Config::wants_traceback`](crate::Config::wants_traceback).
    pub fn traceback(&self) -> &[u8] {
        &self.0.traceback
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The text of the error reply, code included, without the leading `-`.
    pub fn message(&self) -> &[u8] {
        &self.0.message
    }

    /// The name of the chunk where it happened: `@user_script`, or what `loadstring` was given.
    pub fn source_name(&self) -> Option<&[u8]> {
        self.0.source.as_deref()
    }

    /// The line in that chunk, from 1.
    pub fn line(&self) -> Option<u32> {
        self.0.line
    }

    /// Whether a limit on fuel or memory ended the script.
    pub fn is_limit(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Fuel | ErrorKind::Memory | ErrorKind::Killed)
    }

    /// The error as a client gets it.
    pub fn into_reply(self) -> Reply {
        Reply::Error(self.0.message.into())
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0.message))
    }
}

impl fmt::Debug for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ScriptError({:?}, {self})", self.0.kind)
    }
}

impl std::error::Error for ScriptError {}
