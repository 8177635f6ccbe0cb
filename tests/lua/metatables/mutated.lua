-- Metamethods may be added and removed at any time, also by `rawset`. PUC `ltm.c`, the cache of absent fields.
local mt = {} local t = setmetatable({}, mt)
print(t.x, pcall(function() return t + 1 end)) --> nil	false	metatables/mutated.lua:3: attempt to perform arithmetic on upvalue 't' (a table value)
mt.__index = function(_, k) return "late " .. k end
print(t.x) --> late x
mt.__index = nil
print(t.x) --> nil
rawset(mt, "__index", { x = "raw" })
print(t.x) --> raw
mt.__add = function() return "sum" end
print(t + 1) --> sum
mt.__add = nil
print(pcall(function() return t + 1 end)) --> false	metatables/mutated.lua:13: attempt to perform arithmetic on upvalue 't' (a table value)
mt.__eq = function() return true end
print(t == setmetatable({}, mt)) --> true
mt.__eq = nil
print(t == setmetatable({}, mt)) --> false
mt.__newindex = function(t, k, v) rawset(t, k, v * 2) end
t.a = 5
print(t.a) --> 10
mt.__newindex = nil
t.b = 5
print(t.b) --> 5
mt.__call = function() return "call" end
print(t()) --> call
mt.__call = nil
print(pcall(t)) --> false	attempt to call a table value
setmetatable(t, nil)
print(t.x, getmetatable(t)) --> nil	nil
local m2 = setmetatable({}, { __index = function(_, k) if k == "__add" then return function() return "inherited" end end end })
print(pcall(function() return setmetatable({}, m2) + 1 end)) --> false	metatables/mutated.lua:31: attempt to perform arithmetic on a table value
