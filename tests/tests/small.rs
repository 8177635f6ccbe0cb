//! A fresh `Lua` is small and quickly made: many of them fit into a process, one for each tenant or request.

use std::time::{Duration, Instant};

use lua_core::Lua;

/// The promise: bytes that a fresh `Lua` holds, with the whole standard library.
const BYTES_MAX: usize = 200_000;

/// The promise for an optimised build; without optimisation it may take longer.
const TIME_MAX: Duration =
    if cfg!(debug_assertions) { Duration::from_millis(1) } else { Duration::from_micros(100) };

#[test]
fn a_fresh_lua_holds_at_most_200_kb() {
    let lua = Lua::new();
    let bytes = lua.memory().used_bytes;
    assert!(bytes <= BYTES_MAX, "{bytes} bytes");
    assert!(bytes > 10_000, "{bytes} bytes are too few to be true");
}

#[test]
fn a_fresh_lua_is_made_in_100_microseconds() {
    // The best of many: what is measured is the work, not the machine's other work.
    let times = (0..300).map(|_| {
        let started = Instant::now();
        let lua = Lua::new();
        let time = started.elapsed();
        drop(lua);
        time
    });
    let best = times.min().unwrap_or(Duration::MAX);
    assert!(best <= TIME_MAX, "{best:?}");
}
