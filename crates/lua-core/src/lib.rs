//! Lua 5.1 values, heap, collector, virtual machine, standard library and embedding API.

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
pub mod machine;
pub mod native;
pub mod number;
pub mod stdlib;
pub mod vm;

pub mod api;

pub use api::{
    AnyUserData, Builder, CallFuture, Chunk, Error, ErrorKind, ErrorValue, ExternalResult, FromLua,
    FromLuaMulti, Function, HostRequest, IntoLua, IntoLuaMulti, LightUserData, Limits, Lua,
    LuaString, MultiValue, Next, NextCallBuilder, Result, Run, Step, Table, TablePairs,
    TableSequence, Thread, ThreadStatus, UserData, UserDataFields, UserDataMethods, UserDataRef,
    UserDataRefMut, Value, Variadic,
};
pub use machine::{KillHandle, MemoryStats};
