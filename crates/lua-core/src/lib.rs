//! Lua 5.1 values, heap, collector, virtual machine, standard library and embedding API.
//!
//! A first script in ten lines:
//!
//! ```
//! use lua_core::{Limits, Lua, Result};
//!
//! fn main() -> Result<()> {
//!     let lua = Lua::builder().limits(Limits::default().fuel(1_000_000).memory(8 << 20)).build()?;
//!     let shout = lua.create_function(|_, text: String| Ok(text.to_uppercase() + "!"))?;
//!     lua.globals().set("shout", shout)?;
//!     let words: Vec<String> = lua.load("return { shout('hello'), shout('moon') }").eval()?;
//!     assert_eq!(words, ["HELLO!", "MOON!"]);
//!     Ok(())
//! }
//! ```
//!
//! [`Lua`] is the face for hosts: handles, conversions, limits, and runs that can be stepped, suspended and awaited.
//! [`machine::Machine`] is what it stands on, and [`native`] is for libraries of functions that run inside.

#[cfg(doctest)]
#[doc = include_str!("../../../docs/embedding.md")]
mod embedding_page {}

pub mod error;
pub mod handle;
mod limits;
pub mod value;

mod closure;
mod coroutine;
mod gc;
mod heap;
mod root;
mod string;
mod table;
mod upvalue;
mod userdata;

mod access;
pub mod continuation;
#[cfg(feature = "debugger")]
pub mod debugger;
pub mod machine;
pub mod native;
pub mod number;
pub mod stdlib;
pub mod vm;

#[cfg(feature = "snapshot")]
pub mod snapshot;

pub mod api;

pub use api::{
    AnyUserData, Builder, CallFuture, Chunk, Error, ErrorKind, ErrorValue, ExternalResult, FromLua,
    FromLuaMulti, Function, HostRequest, IntoLua, IntoLuaMulti, LightUserData, Limits, Lua,
    LuaString, MultiValue, Next, NextCallBuilder, Result, Run, Step, Table, TablePairs,
    TableSequence, Thread, ThreadStatus, UserData, UserDataFields, UserDataMethods, UserDataRef,
    UserDataRefMut, Value, Variadic,
};
pub use machine::{KillHandle, MemoryStats};
