//! Lua 5.1 values, heap, collector, virtual machine, standard library and embedding API.

pub mod number;
pub mod stdlib;
