//! The embedding API: a [`Lua`], handles of its objects, conversions, and runs that the host controls.
//!
//! A handle names an object of one machine and keeps it alive. What comes back is checked: a handle of another
//! [`Lua`] is an error ([`ErrorKind::ForeignHandle`]), and never another object. Nothing here panics.
//!
//! ```text
//!   Lua ──▶ Core: the machine, and the runs that share it
//!    │       ▲
//!    │       └── Run: start, step(fuel), resume(reply); CallFuture awaits one
//!    └──▶ Table, Function, Thread, AnyUserData: handles
//! ```

mod error;
mod value;

mod runs;
mod stacks;

mod carrier;
mod convert;

mod chunk;
mod function;
mod future;
mod lua;
mod run;
mod table;
mod thread;
mod userdata;

pub use chunk::Chunk;
pub use convert::{FromLua, FromLuaMulti, IntoLua, IntoLuaMulti};
pub use error::{Error, ErrorKind, ErrorValue, ExternalResult, Result};
pub use function::{Function, Next, NextCallBuilder};
pub use future::CallFuture;
pub use lua::{Builder, Limits, Lua};
pub use run::{HostRequest, Run, Step};
pub use stacks::Parked;
pub use table::{Table, TablePairs, TableSequence};
pub use thread::{Thread, ThreadStatus};
pub use userdata::{
    AnyUserData, UserData, UserDataFields, UserDataMethods, UserDataRef, UserDataRefMut,
};
pub use value::{LightUserData, LuaString, MultiValue, Value, Variadic};
