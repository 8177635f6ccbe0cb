//! The standard library.

pub mod string;
