-- `__le`, and `not (b < a)` where there is only `__lt`. Lua 5.1 manual §2.8.
local log = {}
local lt = { __lt = function(a, b) log[#log + 1] = a.v .. "<" .. b.v return a.v < b.v end }
local function new(v, mt) return setmetatable({ v = v }, mt) end
print(new(1, lt) <= new(2, lt), new(2, lt) <= new(1, lt), new(1, lt) >= new(2, lt), table.concat(log, " ")) --> true	false	false	2<1 1<2 1<2
log = {}
local both = { __lt = lt.__lt, __le = function(a, b) log[#log + 1] = a.v .. "<=" .. b.v return a.v <= b.v end }
print(new(1, both) <= new(1, both), new(1, both) >= new(2, both), new(1, both) < new(2, both), table.concat(log, " ")) --> true	false	true	1<=1 2<=1 1<2
local only = { __le = function() return true end }
print(new(1, only) <= new(2, only), pcall(function() return new(1, only) < new(2, only) end)) --> true	false	comparison/le_metamethod.lua:10: attempt to compare two table values
print(pcall(function() return {} <= {} end)) --> false	comparison/le_metamethod.lua:11: attempt to compare two table values
print(pcall(function() return new(1, lt) <= {} end)) --> false	comparison/le_metamethod.lua:12: attempt to compare two table values
print(not (new(1, lt) <= new(2, lt)), new(0/0, lt) <= new(1, lt)) --> false	true
