-- A failed `assert`. Lua 5.1 manual §5.1.
local function f(x) assert(x > 0) return x end --! assertion failed!
print(f(1)) --> 1
print(f(-1))
