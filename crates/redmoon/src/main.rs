//! The `redmoon` command.
fn main() {}
