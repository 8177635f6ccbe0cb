//! `string`. Lua 5.1 manual §5.4.

pub mod format;
pub mod meter;
pub mod pattern;
