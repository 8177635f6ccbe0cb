//! Redmoon for JavaScript hosts: the WebAssembly module behind the npm package.
//!
//! [`Lua`] runs Lua 5.1 programs, [`Redis`] runs Redis scripts on a keyspace in memory, or on commands that
//! JavaScript answers, now or later. What npm's face makes friendly is plain here.

mod convert;
mod error;

mod lua;
mod redis;

pub use lua::Lua;
pub use redis::Redis;
