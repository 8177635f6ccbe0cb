-- `__lt` serves `<` and `>`; both operands must share it. Lua 5.1 manual §2.8.
local log = {}
local function lt(a, b) log[#log + 1] = a.n .. "<" .. b.n return a.v < b.v end
local mt = { __lt = lt }
local function new(n, v, m) return setmetatable({ n = n, v = v }, m or mt) end
local a, b = new("a", 1), new("b", 2)
print(a < b, a > b, b > a, table.concat(log, " ")) --> true	false	true	a<b b<a a<b
log = {}
local other = new("c", 3, { __lt = lt })
print(a < other, table.concat(log, " ")) --> true	a<c
print(pcall(function() return a < new("d", 4, { __lt = function() return true end }) end)) --> false	comparison/lt_metamethod.lua:11: attempt to compare two table values
print(pcall(function() return a < 1 end)) --> false	comparison/lt_metamethod.lua:12: attempt to compare table with number
print(pcall(function() return a < {} end)) --> false	comparison/lt_metamethod.lua:13: attempt to compare two table values
print(pcall(function() return 1 < a end)) --> false	comparison/lt_metamethod.lua:14: attempt to compare number with table
local t = { new("x", 3), new("y", 1), new("z", 2) }
table.sort(t)
print(t[1].n, t[2].n, t[3].n) --> y	z	x
local m2 = { __lt = function() return 1 end }
print(setmetatable({}, m2) < setmetatable({}, m2)) --> true
local m3 = { __lt = function() return nil end }
print(setmetatable({}, m3) < setmetatable({}, m3)) --> false
