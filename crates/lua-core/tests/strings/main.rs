//! Thousands of random questions about strings and numbers, put to Debian's `lua5.1` and to our functions.
//!
//! Where there is no `lua5.1`, the tests say so and pass.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests may")]

mod format;
mod math;
mod oracle;
mod pattern;
