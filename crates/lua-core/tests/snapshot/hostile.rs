//! Snapshots that somebody has changed: an error, or a machine that works within its limits.

use lua_core::machine::Options;
use snapshot::Envelope;

use crate::support::Tested;

/// Something of everything.
const PROGRAM: &str = "
    local n = 0
    function up() n = n + 1 return n end
    t = {1, 2, 3, x = 'a', y = {}, [2.5] = up, [true] = false} t.t = t t[t] = 1 t.y.z = t
    for i = 1, 12 do t['k' .. i] = i end for i = 1, 12, 2 do t['k' .. i] = nil end
    t[print] = coroutine.wrap(function() coroutine.yield(1) end)
    co = coroutine.create(function(a, ...)
        local open = 0
        grow = function() open = open + 1 return open end
        local function inner(...) return coroutine.yield(open, ...), n end
        for i = 1, 3 do open = open + inner(i, ...) end
    end)
    coroutine.resume(co, 1, 2, 3)
    new = coroutine.create(function(...) return ... end)
    it = ('a b c'):gmatch('%a')
    p = newproxy(true) getmetatable(p).__gc = function() n = n + 100 end
    weak = setmetatable({}, {__mode = 'kv'}) weak[t] = p
    long = ('long text '):rep(10)
    function work(a, b, ...)
        local list, sum = {a, b, n, x = 1, [b] = 2, ...}, 0
        for i = 1, 10, 2 do sum = sum + i * 2 - i / 3 % 4 ^ 2 end
        for k, v in pairs(list) do if k == 'x' or v ~= 1 and not list[k] then sum = sum + 1 end end
        for w in ('x y'):gmatch('%a') do list[#list + 1] = w .. k1 .. tostring(-sum) end
        while sum > 3 do sum = sum - 5 if sum < 0 then break end end
        repeat local c = sum list.f = function(...) c = c + 1 return c, sum, ... end until c <= 30
        function list:method(z) self.y = z return z >= 2, 'a' < 'b', z <= sum, 1 == z end
        n = n + 1
        return list.f(), list:method(3), select('#', ...), unpack(list)
    end
    function deep(m) if m > 0 then return deep(m - 1) end return work(m, 2, 3) end
    k1 = 'k'
    function nested() return function() return function() n = n + #long return n end end end
";

/// Uses everything that may have come out of it.
const AFTERWARDS: &[&str] = &[
    "for k, v in pairs(t) do print(k, v) end",
    "print(up(), grow(), nested()()())",
    "print(work(1, 2)) print(work(1, 'b', 3, 4)) print(deep(3))",
    "print(pcall(work, {}, {})) print(pcall(work)) print(pcall(coroutine.wrap(work), 1, 2, 3))",
    "print(coroutine.resume(co, 1)) print(coroutine.resume(co, 2)) print(coroutine.resume(co, 3))",
    "print(coroutine.resume(co)) print(grow and grow())",
    "print(coroutine.resume(new, 1)) print(it(), it(), it(), it())",
    "for i = 1, 100 do t[i] = {} t['n' .. i] = i end for k in pairs(t) do t[k] = nil end",
    "p = nil t = nil co = nil collectgarbage() collectgarbage()",
    "print(string.rep('x', 10), #long, string.format('%5d', 3), tostring(weak), debug.traceback())",
    "for k, v in pairs(_G) do if type(v) == 'function' and k ~= 'collectgarbage' then pcall(v) end end",
    "for k, v in pairs(debug.getregistry()) do print(k, v) end",
];

fn exercise(bytes: &[u8]) -> bool {
    let mut tested =
        Tested::with(&Options { memory_bytes: 4 << 20, debug: true, ..Options::default() });
    tested.machine.set_fuel_limit(200_000);
    if tested.machine.restore(bytes).is_err() {
        // It is as it was.
        return false;
    }
    for chunk in AFTERWARDS {
        tested.run(chunk);
        tested.machine.collect_garbage();
    }
    let _ = tested.machine.snapshot(&[]);
    tested.machine.close();
    assert!(tested.machine.memory().used_bytes <= 4 << 20);
    true
}

fn sample() -> Vec<u8> {
    let mut tested = Tested::new();
    assert_eq!(tested.run(PROGRAM), "");
    tested.snapshot()
}

#[test]
fn the_sample_works() {
    assert!(exercise(&sample()));
}

#[test]
fn changed_bytes() {
    let bytes = sample();
    let mut accepted = 0;
    // From place to place with a step that meets every kind of place; the bits come from a fixed sequence.
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let step = if cfg!(debug_assertions) { 3 } else { 1 };
    for at in (0..bytes.len()).step_by(step) {
        let mut changed = bytes.clone();
        match next() % 4 {
            0 => changed[at] ^= 1 << (next() % 8),
            1 => changed[at] = next() as u8,
            2 => changed[at] = changed[at].wrapping_add(1),
            _ => {
                changed[at] = changed[at].wrapping_sub(1);
                let other = (next() % bytes.len() as u64) as usize;
                changed[other] ^= 1 << (next() % 8);
            }
        }
        if next() % 8 != 0 {
            Envelope::reseal(&mut changed);
        }
        accepted += usize::from(exercise(&changed));
    }
    assert!(accepted > 50, "{accepted}");
}

#[test]
fn cut_short() {
    let bytes = sample();
    for at in (0..bytes.len()).step_by(7) {
        let mut cut = bytes[..at].to_vec();
        assert!(!exercise(&cut));
        Envelope::reseal(&mut cut);
        assert!(!exercise(&cut), "cut at {at}");
    }
}
