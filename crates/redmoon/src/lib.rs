//! Run Redis Lua scripts anywhere: facade crate and command line.
//!
//! [`Redis`] runs scripts on a keyspace in memory; [`lua`] is the Lua 5.1 engine. With the feature `native`, [`lualibs`] has the Lua libraries that touch the
//! operating system; with `serve`, [`net`] is a TCP port and with `remote`, [`remote`] a real server by URL; with `cli`, [`cli`] is the `redmoon` command.

pub use lua_compiler as compiler;
pub use lua_core as lua;

pub mod redis;
pub use redis::{
    Clock, Error, FromReply, Fuel, Limits, ManualClock, Redis, Reply, Run, Script, Step, ToArg,
};

#[cfg(feature = "serve")]
pub mod net;

#[cfg(feature = "remote")]
pub mod remote;

#[cfg(feature = "native")]
pub mod lualibs;

#[cfg(feature = "cli")]
pub mod cli;
