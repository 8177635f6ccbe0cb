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
