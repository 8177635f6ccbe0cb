-- `__call` and chains of it. Lua 5.1 manual §2.8.
local c = setmetatable({ n = 1 }, { __call = function(self, ...) return self.n, select("#", ...), ... end })
print(c()) --> 1	0
print(c(1, nil)) --> 1	2	1	nil
print(c"s") --> 1	1	s
print((c{ })) --> 1
print(pcall(c, "p")) --> true	1	1	p
local d = setmetatable({}, { __call = c })
print(pcall(function() return d("x") end)) --> false	metatables/call.lua:9: attempt to call upvalue 'd' (a table value)
local o = { m = c }
print(o.m("a")) --> 1	1	a
print((select(2, o:m("b")))) --> 2
print(pcall(setmetatable({}, { __call = 5 }))) --> false	attempt to call a table value
print(pcall(function() setmetatable({}, { __call = "x" })() end)) --> false	metatables/call.lua:14: attempt to call a table value
local t = setmetatable({}, { __call = {} })
print(pcall(function() t() end)) --> false	metatables/call.lua:16: attempt to call upvalue 't' (a table value)
print(string.gsub("a", "a", function() return (c()) end)) --> 1	1
print(pcall(string.gsub, "a", "a", c)) --> true	a	1
local function iter() return c end
print(pcall(table.sort, { 2, 1 }, c)) --> false	bad argument #2 to '?' (function expected, got table)
print(coroutine.wrap(function() return c("in co") end)()) --> 1	1	in co
print(pcall(coroutine.create, c)) --> false	bad argument #1 to '?' (Lua function expected)
print(pcall(coroutine.wrap, c)) --> false	bad argument #1 to '?' (Lua function expected)
print(type(next), pcall(next, c)) --> function	true	n	1
local inst = setmetatable({}, { __call = function(cls, v) return setmetatable({ v = v }, { __index = cls }) end })
function inst:get() return self.v end
print(inst(7):get()) --> 7
