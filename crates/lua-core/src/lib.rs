//! Lua 5.1 values, heap, collector, virtual machine, standard library and embedding API.

pub mod value;
pub mod handle;
mod limits;
pub mod error;

mod heap;
mod string;
mod table;
mod closure;
mod upvalue;
mod userdata;
mod coroutine;
mod root;
mod gc;

pub mod native;
pub mod continuation;
pub mod number;
mod vm;
pub mod stdlib;
