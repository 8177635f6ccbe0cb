-- `__concat` takes strings and numbers on either side. Lua 5.1 manual §2.8.
local mt = { __concat = function(a, b) local function s(x) return type(x) == "table" and "<" .. x.v .. ">" or tostring(x) end return s(a) .. "&" .. s(b) end }
local function n(v) return setmetatable({ v = v }, mt) end
print(n"a" .. n"b", n"a" .. "x", "x" .. n"a", 1 .. n"a", n"a" .. 2) --> <a>&<b>	<a>&x	x&<a>	1&<a>	<a>&2
print("p" .. "q" .. n"a" .. "r" .. "s") --> pq<a>&rs
print(pcall(function() return n"a" .. nil end)) --> true	<a>&nil
print(pcall(function() return nil .. n"a" end)) --> true	nil&<a>
print(pcall(function() return {} .. n"a" end)) --> false	metatables/concat.lua:2: attempt to concatenate field 'v' (a nil value)
print(pcall(function() return {} .. "x" end)) --> false	metatables/concat.lua:9: attempt to concatenate a table value
local ret = setmetatable({}, { __concat = function() return 5 end })
print("a" .. ret, ret .. "a" .. "b", type("a" .. ret)) --> 5	5	number
local chain = setmetatable({}, {})
getmetatable(chain).__concat = function() return chain end
print(("a" .. chain .. "b") == chain) --> true
print(pcall(table.concat, { "a", n"b" })) --> false	invalid value (table) at index 2 in table for 'concat'
print(pcall(function() return setmetatable({}, { __concat = 1 }) .. "x" end)) --> false	metatables/concat.lua:16: attempt to call a number value
