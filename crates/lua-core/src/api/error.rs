//! `Error`: what can go wrong for a host, one pointer wide.
//!
//! An error is `Send` and `Sync`, so that it goes through `?` into any boxed error. The Lua value that was
//! raised therefore stays in its [`Lua`], which the error names by a token (see [`Error::value`]).

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::api::lua::Lua;
use crate::api::value::Value;

/// What this module's functions return.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// Why something did not work.
///
/// ```
/// use lua_core::{ErrorKind, Lua};
///
/// let lua = Lua::new();
/// let error = lua.load("local t; t.x = 1").set_name("=demo").exec().unwrap_err();
/// assert_eq!(error.to_string(), "demo:1: attempt to index local 't' (a nil value)");
/// assert!(matches!(error.kind(), ErrorKind::Runtime { .. }));
/// assert!(error.traceback().starts_with(b"stack traceback:"));
/// ```
#[derive(Clone)]
pub struct Error(Arc<ErrorKind>);

const _: () = assert!(size_of::<Error>() == size_of::<usize>());

/// The ways in which an [`Error`] comes about.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A source that does not compile.
    Syntax {
        /// PUC's message, with chunk name and line.
        message: Vec<u8>,
        /// The line that it names.
        line: u32,
        /// The source may only be unfinished: a prompt should ask for another line.
        incomplete_input: bool,
    },
    /// A script raised an error that nothing in it caught.
    Runtime {
        /// The value, when it is a string or number; else "(error object is a … value)".
        message: Vec<u8>,
        /// Where it happened, as `debug.traceback` has it; may be empty.
        traceback: Vec<u8>,
        /// The value that was raised; see [`Error::value`].
        value: ErrorValue,
    },
    /// The memory limit was reached.
    Memory {
        /// It, in bytes.
        limit: usize,
    },
    /// A run used all its fuel.
    Fuel {
        /// What it had from start to end.
        limit: u64,
    },
    /// A run was killed through a [`crate::KillHandle`].
    Killed,
    /// A Lua value is not what the host wants.
    FromLua {
        /// The type of the Lua value.
        from: &'static str,
        /// The type that was wanted.
        to: &'static str,
        /// What is wrong with the value, when it is not its type.
        message: Option<String>,
    },
    /// A value of the host has no Lua value.
    IntoLua {
        /// The type of the host's value.
        from: &'static str,
        /// The Lua type that was wanted.
        to: &'static str,
        /// What is wrong with it.
        message: String,
    },
    /// A function of the host failed and the script did not catch it.
    Callback {
        /// Its error.
        cause: Error,
        /// Where the script called it; may be empty.
        traceback: Vec<u8>,
    },
    /// An error of the host's own.
    External(Box<dyn std::error::Error + Send + Sync>),
    /// Functions of the host that call Lua are nested too deeply.
    RecursiveCall {
        /// How deeply they may be ([`crate::Limits::depth`]).
        limit: u32,
    },
    /// The machine is in the middle of something that cannot be interrupted: the caller is a writer of
    /// `print`'s text, or a destructor that the collector runs.
    Busy,
    /// A handle of another `Lua`.
    ForeignHandle,
    /// The `Lua` that a handle belongs to is gone.
    Destroyed,
    /// A userdata holds something else.
    UserDataType {
        /// The type that was wanted.
        expected: &'static str,
    },
    /// A userdata's value is borrowed already.
    UserDataBorrowed,
    /// A userdata's value was taken out.
    UserDataTaken,
    /// A run was asked for something that it cannot do where it stands.
    RunState(&'static str),
    /// A defect of the machine. Please report it.
    Internal,
}

/// The value that a script raised. It needs its [`Lua`] to be read: see [`Error::value`].
#[derive(Clone, Debug)]
pub struct ErrorValue(pub(crate) Raised);

#[derive(Clone, Debug)]
pub(crate) enum Raised {
    /// The host made the error.
    Text,
    /// A string: the error's message.
    String,
    Nil,
    Boolean(bool),
    Number(f64),
    /// In the list of its `Lua`.
    Held(Arc<Token>),
}

/// Names a value that a `Lua` holds for an error.
#[derive(Debug)]
pub(crate) struct Token;

impl Error {
    /// An error that a script sees as a string, with the place of the call before it, as `luaL_error` makes it.
    ///
    /// ```
    /// # use lua_core::{Error, Lua};
    /// # let lua = Lua::new();
    /// let fail = lua.create_function(|_, ()| -> Result<(), Error> { Err(Error::runtime("no luck")) })?;
    /// lua.globals().set("fail", fail)?;
    /// let message: String = lua.load("return select(2, pcall(function() fail() end))").set_name("=t").eval()?;
    /// assert_eq!(message, "t:1: no luck");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn runtime(message: impl AsRef<[u8]>) -> Error {
        ErrorKind::Runtime {
            message: message.as_ref().to_vec(),
            traceback: Vec::new(),
            value: ErrorValue(Raised::Text),
        }
        .into()
    }

    /// An error that carries an error of the host. A script sees a userdata that `tostring` and `..` read; when
    /// nothing catches it, the host gets its own error back as the cause (see [`Self::downcast_ref`]).
    pub fn external(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        ErrorKind::External(error.into()).into()
    }

    /// An error that raises a Lua value as it is.
    ///
    /// # Errors
    /// When the value belongs to another `Lua`.
    pub fn raise(lua: &Lua, value: impl crate::IntoLua) -> Result<Error> {
        let value = value.into_lua(lua)?;
        lua.error_of_value(&value, Vec::new())
    }

    /// A failed conversion from Lua, for implementations of [`crate::FromLua`].
    pub fn from_lua(from: &Value, to: &'static str, message: impl Into<Option<String>>) -> Error {
        Self::conversion(from.type_name(), to, message.into())
    }

    pub(crate) fn conversion(
        from: &'static str,
        to: &'static str,
        message: Option<String>,
    ) -> Error {
        ErrorKind::FromLua { from, to, message }.into()
    }

    /// What kind of error it is.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// The error's text, as bytes: messages of scripts need not be UTF-8.
    pub fn message(&self) -> Cow<'_, [u8]> {
        match self.kind() {
            ErrorKind::Syntax { message, .. } | ErrorKind::Runtime { message, .. } => {
                Cow::Borrowed(message)
            }
            ErrorKind::Callback { cause, .. } => cause.message(),
            _ => Cow::Owned(self.to_string().into_bytes()),
        }
    }

    /// Where in the script it happened; empty when that is unknown.
    pub fn traceback(&self) -> &[u8] {
        match self.kind() {
            ErrorKind::Runtime { traceback, .. } | ErrorKind::Callback { traceback, .. } => {
                traceback
            }
            _ => &[],
        }
    }

    /// The value that a script raised; `None` for errors that no script raised.
    ///
    /// ```
    /// # use lua_core::{Error, Lua, Table};
    /// # let lua = Lua::new();
    /// let error = lua.load("error({ code = 7 })").exec().unwrap_err();
    /// let Some(value) = error.value(&lua)? else { panic!("it was raised by a script") };
    /// let table: Table = lua.unpack(value)?;
    /// assert_eq!(table.get::<i32>("code")?, 7);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::ForeignHandle`] when the error belongs to another `Lua`.
    pub fn value(&self, lua: &Lua) -> Result<Option<Value>> {
        let ErrorKind::Runtime { message, value, .. } = self.kind() else { return Ok(None) };
        Ok(Some(match &value.0 {
            Raised::Text => return Ok(None),
            Raised::String => Value::String(message.as_slice().into()),
            Raised::Nil => Value::Nil,
            Raised::Boolean(b) => Value::Boolean(*b),
            Raised::Number(n) => Value::Number(*n),
            Raised::Held(token) => lua.held_value(token)?,
        }))
    }

    /// The host's own error of type `T`, however many calls lie between it and this error.
    pub fn downcast_ref<T: std::error::Error + 'static>(&self) -> Option<&T> {
        let mut error = self;
        loop {
            match error.kind() {
                ErrorKind::Callback { cause, .. } => error = cause,
                ErrorKind::External(external) => return external.downcast_ref::<T>(),
                _ => return None,
            }
        }
    }

    /// True when a limit, and not the script, ended the run.
    pub fn is_limit(&self) -> bool {
        match self.kind() {
            ErrorKind::Memory { .. } | ErrorKind::Fuel { .. } | ErrorKind::Killed => true,
            ErrorKind::Callback { cause, .. } => cause.is_limit(),
            _ => false,
        }
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Error(Arc::new(kind))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            ErrorKind::Syntax { message, .. } | ErrorKind::Runtime { message, .. } => {
                f.write_str(&std::string::String::from_utf8_lossy(message))
            }
            ErrorKind::Memory { limit } => write!(f, "not enough memory (limit {limit} bytes)"),
            ErrorKind::Fuel { limit } => write!(f, "out of fuel (limit {limit})"),
            ErrorKind::Killed => f.write_str("killed by the host"),
            ErrorKind::FromLua { from, to, message } => {
                write!(f, "cannot make {to} of a {from}")?;
                message.as_ref().map_or(Ok(()), |message| write!(f, ": {message}"))
            }
            ErrorKind::IntoLua { from, to, message } => {
                write!(f, "cannot make a {to} of {from}: {message}")
            }
            ErrorKind::Callback { cause, .. } => cause.fmt(f),
            ErrorKind::External(error) => error.fmt(f),
            ErrorKind::RecursiveCall { limit } => {
                write!(
                    f,
                    "functions of the host that call Lua are nested too deeply (limit {limit})"
                )
            }
            ErrorKind::Busy => {
                f.write_str("the machine cannot be used here: it is in the middle of a step")
            }
            ErrorKind::ForeignHandle => f.write_str("a handle belongs to another Lua"),
            ErrorKind::Destroyed => f.write_str("the Lua of a handle is gone"),
            ErrorKind::UserDataType { expected } => write!(f, "the userdata is not a {expected}"),
            ErrorKind::UserDataBorrowed => f.write_str("the userdata is borrowed already"),
            ErrorKind::UserDataTaken => f.write_str("the userdata's value was taken out"),
            ErrorKind::RunState(text) => f.write_str(text),
            ErrorKind::Internal => f.write_str("a defect of the Lua machine"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        let traceback = self.traceback();
        if traceback.is_empty() {
            return Ok(());
        }
        write!(f, "\n{}", std::string::String::from_utf8_lossy(traceback))
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.kind() {
            ErrorKind::Callback { cause, .. } => Some(cause),
            ErrorKind::External(error) => error.source(),
            _ => None,
        }
    }
}

/// `.into_lua_err()` on results with errors of the host.
///
/// ```
/// use lua_core::{ExternalResult as _, Lua};
///
/// let lua = Lua::new();
/// let parse = lua.create_function(|_, text: String| text.parse::<i64>().into_lua_err())?;
/// let error = parse.call::<i64>("seven").unwrap_err();
/// assert!(error.downcast_ref::<std::num::ParseIntError>().is_some());
/// # Ok::<(), lua_core::Error>(())
/// ```
pub trait ExternalResult<T> {
    /// The same result with its error in an [`Error`].
    ///
    /// # Errors
    /// The result's own.
    fn into_lua_err(self) -> Result<T>;
}

impl<T, E: Into<Box<dyn std::error::Error + Send + Sync>>> ExternalResult<T>
    for core::result::Result<T, E>
{
    fn into_lua_err(self) -> Result<T> {
        self.map_err(Error::external)
    }
}
