-- `__eq` is asked only for two tables that share the same handler. Lua 5.1 manual §2.8.
local calls = 0
local function eq(a, b) calls = calls + 1 return a.v == b.v end
local mt1, mt2, mt3 = { __eq = eq }, { __eq = eq }, { __eq = function() calls = calls + 1 return true end }
local function new(v, mt) return setmetatable({ v = v }, mt) end
print(new(1, mt1) == new(1, mt1), calls) --> true	1
print(new(1, mt1) == new(2, mt1), calls) --> false	2
print(new(1, mt1) == new(1, mt2), calls) --> true	3
print(new(1, mt1) == new(1, mt3), calls) --> false	3
print(new(1, mt1) == { v = 1 }, calls) --> false	3
local a = new(1, mt1)
print(a == a, calls) --> true	3
print(a ~= new(1, mt1), calls) --> false	4
print(new(1, mt1) == 1, new(1, mt1) == nil, new(1, mt1) == "x", calls) --> false	false	false	4
print(rawequal(new(1, mt1), new(1, mt1)), calls) --> false	4
local truthy = { __eq = function() return "yes" end }
print(setmetatable({}, truthy) == setmetatable({}, truthy)) --> true
local falsy = { __eq = function() return nil end }
print(setmetatable({}, falsy) == setmetatable({}, falsy), setmetatable({}, falsy) ~= setmetatable({}, falsy)) --> false	true
local u, w = newproxy(true), nil
getmetatable(u).__eq = function() return true end
w = newproxy(u)
print(u == w, u == {}) --> true	false
