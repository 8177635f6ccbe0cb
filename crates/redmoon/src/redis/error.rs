//! What can go wrong between a program and its Redis.

use std::fmt;

use redis_stdlib::ScriptError;
use resp::Reply;

/// Why there is no result.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// A script does not compile, raised an error, or was ended by a limit.
    Script(ScriptError),
    /// An error reply: its text, code included.
    Reply(String),
    /// The reply is not of the type that was asked for.
    Type {
        /// What was asked for.
        expected: &'static str,
        /// What came.
        got: Box<Reply>,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Script(error) => error.fmt(f),
            Error::Reply(text) => f.write_str(text),
            Error::Type { expected, got } => write!(f, "the reply {got:?} is no {expected}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<ScriptError> for Error {
    fn from(error: ScriptError) -> Self {
        Error::Script(error)
    }
}
