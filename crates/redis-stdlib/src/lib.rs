//! The Redis 7 scripting API on Redmoon: `redis`, `cjson` and the other libraries, the script cache, and the
//! trait through which a host answers `redis.call`.
//!
//! ```
//! use redis_stdlib::{Answer, Call, Config, Host, Request, ScriptEngine};
//! use resp::Reply;
//!
//! /// A host that knows one command.
//! struct Echo;
//! impl Host for Echo {
//!     fn call(&mut self, call: &Call<'_>) -> Answer {
//!         Answer::Reply(Reply::bulk(call.argv.get(1).unwrap_or_default()))
//!     }
//! }
//!
//! let mut engine = ScriptEngine::new(Config::default())?;
//! let request = Request::source(b"return redis.call('ECHO', ARGV[1]) .. '!'").args(&["hi"]);
//! assert_eq!(engine.eval(&mut Echo, &request)?, Reply::bulk("hi!"));
//! # Ok::<(), redis_stdlib::ScriptError>(())
//! ```
//!
//! Nothing here reads a clock, opens a socket or knows a command: all of that is the host's.

pub mod limits;
mod messages;

mod argv;
mod host;
mod script;
pub use argv::Argv;
pub use host::{
    Answer, Call, Command, Commands, Denial, EveryCommand, Host, LogLevel, Refusal, Slot,
};
pub use script::{Flags, Sha1};

mod conditions;
mod convert;
pub mod plain;
mod session;
pub use conditions::Conditions;

mod bit;
mod cjson;
mod cmsgpack;
mod environment;
mod redis;
mod register;
mod structs;

mod payload;

mod asynchronous;
pub mod check;
#[cfg(feature = "debugger")]
pub mod debugger;
mod engine;
mod error;
mod functions;
mod interpreter;
mod library;
mod snapshot;
pub use engine::{
    Config, Environment, KillRefusal, OpenLibraries, Parked, Request, Running, ScriptEngine, Step,
};
pub use error::{ErrorKind, ScriptError};
pub use library::{Function, Library, RestorePolicy};
pub use lua_core::snapshot::SnapshotError;
