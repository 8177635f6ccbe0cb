-- Stores of a multiple assignment each pass through `__newindex`. Lua 5.1 manual §2.4.3, §2.8.
local store = {}
local p = setmetatable({}, { __index = store, __newindex = function(_, k, v) store[k] = v end })
p.a, p.b = 1, 2
print(p.a, p.b, rawget(p, "a")) --> 1	2	nil
p.a, p.b = p.b, p.a
print(p.a, p.b) --> 2	1
setmetatable(_G, { __newindex = function(t, k, v) rawset(t, k, v and v .. "!") end })
first, second = "x", "y"
print(first, second) --> x!	y!
setmetatable(_G, nil)
