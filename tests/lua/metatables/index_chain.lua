-- `__index` as table, function and chain. Lua 5.1 manual §2.8.
local base = { x = "base x", y = "base y" }
local mid = setmetatable({ y = "mid y" }, { __index = base })
local top = setmetatable({}, { __index = mid })
print(top.x, top.y, top.z) --> base x	mid y	nil
print(rawget(top, "x"), rawget(mid, "y")) --> nil	mid y
local f = setmetatable({}, { __index = function(t, k) return type(t) .. "[" .. tostring(k) .. "]" end })
print(f.x, f[1], f[true], f[nil], f[0.5]) --> table[x]	table[1]	table[true]	table[nil]	table[0.5]
print(setmetatable({}, { __index = f }).via) --> table[via]
local s = setmetatable({}, { __index = "string" })
print(s.upper == string.upper, s.len == string.len, s.missing) --> true	true	nil
print(pcall(function() return setmetatable({}, { __index = 5 }).x end)) --> false	metatables/index_chain.lua:12: attempt to index a number value
print(pcall(function() return setmetatable({}, { __index = function() error("idx", 0) end }).x end)) --> false	idx
local present = setmetatable({ a = false }, { __index = function() return "no" end })
print(present.a, present.b) --> false	no
local d = setmetatable({}, { __index = function(_, k) return k * 2 end })
print(d[1], d[2.5], d[-1], #d) --> 2	5	-2	0
