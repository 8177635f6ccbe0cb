//! The standard library (Lua 5.1 manual §5): one library and its table per file.

pub mod base;
pub mod coroutine;
pub mod debug;
pub mod math;
pub mod string;
pub mod table;
