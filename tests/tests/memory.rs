//! What the machine says it holds is what the allocator handed out for it: within a tenth, for live data of every
//! kind; and the limit is kept by the allocator's figures, too, but for one block.
//!
//! All in one test: the allocator counts for the whole process.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use lua_core::machine::{Machine, Options, Progress};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Data that stays alive in globals, some megabytes each.
const KINDS: &[(&str, &str)] = &[
    ("nothing", ""),
    ("short strings", "t = {} for i = 1, 1e5 do t[i] = 'key' .. i end"),
    ("strings of 100 bytes", "t = {} for i = 1, 3e4 do t[i] = ('x'):rep(90) .. i end"),
    ("one long string", "s = ('x'):rep(2e7)"),
    ("a list of numbers", "t = {} for i = 1, 1e6 do t[i] = i end"),
    ("a table by strings", "t = {} for i = 1, 1e5 do t['k' .. i] = i end"),
    ("small tables", "t = {} for i = 1, 5e4 do t[i] = { i } end"),
    ("small objects", "t = {} for i = 1, 3e4 do t[i] = { name = i, next = t[i - 1] } end"),
    ("closures", "t = {} for i = 1, 5e4 do t[i] = function() return i end end"),
    (
        "closures that share",
        "t = {} for i = 1, 5e4 do local n = i t[i] = function() n = n + 1 return n end end",
    ),
    ("coroutines", "t = {} for i = 1, 3000 do t[i] = coroutine.create(function() end) end"),
    (
        "coroutines in progress",
        "t = {} for i = 1, 2000 do t[i] = coroutine.wrap(function() coroutine.yield() end) t[i]() end",
    ),
    ("userdata", "t = {} for i = 1, 5e4 do t[i] = newproxy() end"),
    (
        "a deep stack",
        "local function f(n) if n > 0 then f(n - 1) return else collectgarbage() end end f(15000)",
    ),
    (
        "functions",
        "t = {} for i = 1, 2000 do t[i] = loadstring('local a, b = ... return a + b * ' .. i .. ', function() return a end') end",
    ),
    (
        "a large function",
        "local s = {} for i = 1, 2e4 do s[i] = 'x = ' .. i end f = assert(loadstring(table.concat(s, '\\n')))",
    ),
];

fn run(machine: &mut Machine, source: &str) -> Progress {
    let function = machine.load(source.as_bytes(), b"=data").unwrap().unwrap();
    machine.start(function, &[]).unwrap();
    machine.run()
}

#[test]
fn the_machine_knows_what_it_holds() {
    let mut wrong = Vec::new();
    for (kind, source) in KINDS {
        let before = ALLOCATOR.current_usage();
        let mut machine = Machine::new(&Options::default()).unwrap();
        let progress = run(&mut machine, source);
        assert!(matches!(progress, Progress::Finished(_)), "{kind}: {progress:?}");
        drop(progress);
        machine.collect_garbage();
        let real = ALLOCATOR.current_usage().saturating_sub(before);
        let said = machine.memory().used_bytes;
        if real.abs_diff(said) * 10 > real {
            wrong.push(format!("{kind}: {said} bytes are accounted for, {real} are held"));
        }
    }
    // A script that takes all it can get.
    const LIMIT: usize = 32 << 20;
    for source in [
        "local t = {} while true do t[#t + 1] = {} end",
        "local t = {} while true do t[#t + 1] = ('x'):rep(1e5) .. #t end",
        "local s = 'x' while true do s = s .. s end",
        "local t = {} while true do t['key' .. #t] = true t[#t + 1] = function() return t end end",
        "local t = {} while true do t[#t + 1] = coroutine.create(function() end) end",
    ] {
        let before = ALLOCATOR.current_usage();
        let options = Options { memory_bytes: LIMIT, ..Options::default() };
        let mut machine = Machine::new(&options).unwrap();
        ALLOCATOR.reset_peak_usage();
        let progress = run(&mut machine, source);
        assert!(matches!(progress, Progress::Failed(_)), "{source}: {progress:?}");
        let peak = ALLOCATOR.peak_usage().saturating_sub(before);
        // While a block grows, its old and its new place are both there, and this allocator counts both: of an
        // arena that has most of the memory, the old place is two thirds of the new one.
        if peak > LIMIT + LIMIT * 2 / 3 {
            wrong.push(format!("{source}: at most {LIMIT} bytes were allowed, {peak} were held"));
        }
        if machine.memory().peak_bytes > LIMIT {
            wrong.push(format!(
                "{source}: {} bytes by our own account",
                machine.memory().peak_bytes
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
